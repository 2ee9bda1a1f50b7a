"""An archive of small documents, and what is to be seen of the datasets built from it."""

import hashlib
import json
from pathlib import Path

import pandas as pd

from pipeline.archive import make_record, open_writer
from pipeline.normalizer.schemas import DATASETS

DATE = "2024-02-01T00:00:00Z"


def put(raw: Path, *documents: dict, url=None) -> None:
    """Documents (for the fake reader) into the archive."""
    with open_writer(raw / "archive") as writer:
        for number, document in enumerate(documents):
            body = json.dumps(document, ensure_ascii=False, sort_keys=True).encode()
            writer.add(make_record(body, url=document.get("url", url), name=f"{number}.json", media_type="text/html", fetched_at=DATE))


def county(number: int, year: int = 2023, **more) -> dict:
    """One report with a table four, a table two and a fee; numbers differ from county to county."""
    review = {"upheld": number, "corrected": 1, "other": 0, "pending": None, "total": number + 1}
    values = {f"review_litigation.review.{name}": value for name, value in review.items()}
    values |= {"proactive_disclosure.licences.decisions": number * 7, "proactive_disclosure.admin_fees.amount": number}
    return {"unit": f"示例省第{number}县", "year": year, "values": values} | more


def digests(processed: Path) -> dict[str, str]:
    """File (dataset/name) → digest, of everything that a reader can see."""
    paths = sorted(path for name in DATASETS for path in (processed / name).iterdir())
    return {f"{path.parent.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def frame(processed: Path, dataset: str) -> pd.DataFrame:
    return pd.read_parquet(processed / dataset)
