"""How the datasets hang together: what tells a row of each apart, and which column points at which other dataset."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from pipeline.normalizer.schemas import DATASETS

#: Datasets not named here have rows that no columns without nulls tell apart.
PRIMARY: dict[str, tuple[str, ...]] = {
    "reports": ("report_id",),
    "documents": ("document_id",),
    "proactive_disclosure": ("report_id", "figure"),
    "applications": ("report_id", "figure"),
    "review_litigation": ("report_id", "figure"),
    "indicators": ("report_id", "indicator"),
    "coverage": ("unit_id", "report_year"),
    "units": ("unit_id",),
    "redirects": ("old_id",),
    "dictionary": ("entry", "id"),
}
#: Column → the dataset whose key it holds, wherever a dataset has the column.
POINTS_AT = {"report_id": "reports", "document_id": "documents", "unit_id": "units"}


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A column that holds keys of another dataset."""

    column: str
    dataset: str


def foreign_keys(dataset: str, among: Container[str]) -> list[ForeignKey]:
    """The columns of a dataset that point at another one of ``among``."""
    if dataset == "captures":
        # An answer may be a document that no reading was kept of.
        return []
    names = {one.name for one in DATASETS[dataset].columns}
    return [ForeignKey(column, target) for column, target in POINTS_AT.items() if column in names and target in among and target != dataset]


def indexed(dataset: str) -> list[str]:
    """The columns that rows of a dataset are looked up by, besides its key."""
    names = {one.name for one in DATASETS[dataset].columns}
    key = PRIMARY.get(dataset, ())
    return [one for one in ("report_id", "unit_id", "report_year", "figure", "document_id") if one in names and key[:1] != (one,)]
