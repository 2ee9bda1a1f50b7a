"""A batch of reports in every medium among which some are hostile: ``python -m tests.benchmarks.hostile [DOCUMENTS] [HOSTILE]``.

Every other document must be complete and right, figure by figure; memory and time stay within what ``pipeline/limits.py`` states.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.archive import make_record, open_writer
from pipeline.batch.build import build
from pipeline.forms.load import TABLES
from pipeline.generator import HtmlFlavour, ReportSpec, flatten, random_spec, render_html
from pipeline.generator.pdf import render_pdf
from pipeline.generator.word import render_word
from pipeline.generator.workbook import render_workbook
from pipeline.normalizer.load import load
from tests.faults.hostile import HOSTILE

MEDIA = ("html", "html", "html", "text", "docx", "xlsx", "pdf")
_SUFFIXES = {"text": "txt"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a batch: what is wrong with the reports in it, what was said of the hostile ones, and the largest process (bytes)."""

    wrong: tuple[str, ...]
    said: Counter[str]
    largest: int
    computed: float


def report(number: int) -> tuple[str, ReportSpec, bytes]:
    """The medium, the truth and the bytes of the report of a number; each is of a unit and year of its own."""
    rng = random.Random(number)
    medium = MEDIA[number % len(MEDIA)]
    spec = random_spec(rng, forms="2021", figures="consistent", unit_name=f"示例省第{number // 7}县", report_year=2019 + number % 7)
    if medium == "html":
        return medium, spec, render_html(spec, HtmlFlavour(), charset=rng.choice(("utf-8", "gb18030")), rng=rng)
    if medium == "text":
        return medium, spec, flatten(spec, "A", rng=rng).text.encode()
    if medium == "docx":
        return medium, spec, render_word(spec, rng=rng)
    return medium, spec, render_workbook(spec, rng=rng) if medium == "xlsx" else render_pdf(spec)


def batch(documents: int, hostile: int, folder: Path, workers: int | None = None) -> Outcome:
    """Build so many documents, so many of them hostile, in a folder, and hold every report against its truth."""
    rng = random.Random(documents)
    kinds = [sorted(HOSTILE)[number % len(HOSTILE)] for number in range(hostile)]
    order: list[int | str] = [*range(documents - hostile), *kinds]
    rng.shuffle(order)
    made = {kind: HOSTILE[kind]() for kind in set(kinds)}
    specs: dict[str, ReportSpec] = {}
    with open_writer(folder / "raw" / "archive") as writer:
        for place, one in enumerate(order):
            if isinstance(one, int):
                medium, spec, body = report(one)
                name = f"{one}.{_SUFFIXES.get(medium, medium)}"
                specs[name] = spec
            else:
                # A comment or a byte behind the end makes each of a kind another document.
                name, body = f"{one}-{place}", made[one] + b"\n" * (place + 1)
            writer.add(make_record(body, name=name))
    build(folder / "raw", folder / "processed", workers=workers)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    computed = sum(one.ru_utime + one.ru_stime for one in used)
    return Outcome(tuple(_wrong(folder / "processed", specs)), _said(folder / "processed"), 1024 * used[1].ru_maxrss, computed)


def _wrong(processed: Path, specs: dict[str, ReportSpec]) -> Iterator[str]:
    names = dict(load("documents", processed=processed)[["document_id", "name"]].itertuples(index=False))
    found: dict[str, dict[str, tuple[Any, bool]]] = {}
    for table, column in (*((table, "value") for table in TABLES), ("fees", "amount")):
        rows = load(table, processed=processed)
        rows = rows[rows["source"] == "table"] if table == "fees" else rows
        for document, figure, value, flags in rows[["document_id", "figure", column, "flags"]].itertuples(index=False):
            found.setdefault(names[document], {})[figure] = (value, "read." in str(flags))
    strangers = sorted(set(found) - set(specs))
    if strangers:
        yield f"figures from what is no report: {strangers[:5]}"
    for name, spec in specs.items():
        for figure, told in spec.values.items():
            value, doubted = found.get(name, {}).get(figure, (None, False))
            if not _same(value, told):
                yield f"{name} {figure}: {value} instead of {told}{' (doubted)' if doubted else ''}"


def _same(value: Any, told: Any) -> bool:
    if told is None or pd.isna(value):
        return told is None and bool(pd.isna(value))
    return Decimal(str(value)) == Decimal(str(told))


def _said(processed: Path) -> Counter[str]:
    roles = load("documents", processed=processed)
    codes = load("issues", processed=processed)
    heard = codes[
        codes["document_id"].isin(roles[roles["role"].isin(["failed", "not_a_report"])]["document_id"]) & (codes["level"] == "error")
    ]
    return Counter(heard.drop_duplicates(["document_id"])["code"])


def main() -> None:
    """Build a batch and tell."""
    documents, hostile = (int(word) for word in (*sys.argv[1:], "1000", "200")[:2]) if len(sys.argv) != 2 else (int(sys.argv[1]), 200)
    with tempfile.TemporaryDirectory() as folder:
        outcome = batch(documents, hostile, Path(folder))
    for one in outcome.wrong[:20]:
        print(one)
    print(f"{documents} documents, {hostile} of them hostile, of {len(HOSTILE)} kinds")
    print(f"{len(outcome.wrong)} figures of the others wrong or missing")
    print(f"said of the hostile ones: {', '.join(f'{code} {count}' for code, count in outcome.said.most_common())}")
    print(f"at most {outcome.largest / 1e6:.0f} MB a worker, {outcome.computed:.0f} s of computing time")
    sys.exit(1 if outcome.wrong else 0)


if __name__ == "__main__":
    main()
