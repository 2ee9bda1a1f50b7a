"""A reader of documents that are JSON: what the batch does must not depend on how pages are read."""

import json
import time

from pipeline.batch.work import Reader
from pipeline.model import Report
from tests.normalizer.reports import report

SLOW_SECONDS = 0.002


def read(body, *, name="", url=None, content_type=None) -> Report:
    values = json.loads(body)
    if "raise" in values:
        raise {"memory": MemoryError, "recursion": RecursionError, "value": ValueError}[values["raise"]](values.get("message", ""))
    if values.get("slow"):
        time.sleep(SLOW_SECONDS)
    return report(values.get("values", {}), unit=values.get("unit", "示例省彩云县"), year=values.get("year", 2023), form="2021")


READER = Reader("tests.batch.fake_reader:read", "fake")
