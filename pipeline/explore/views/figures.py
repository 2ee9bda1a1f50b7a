"""Figures of reports as a page shows them: value, marks, and the way to the cell."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipeline.compare import words as compared
from pipeline.compare.text import number_text
from pipeline.compare.words import Lang
from pipeline.explore.book import PRINTED, Book, Row
from pipeline.explore.words import flag, word
from pipeline.forms import forms

#: Columns of a figure for CSV and JSON.
COLUMNS = (
    *("report_id", "unit_id", "report_year", "figure", "label_zh", "label_en", "value", "amount_yuan", "status", "unit", "raw", "flags"),
    *("value_corrected", "correction", "document_id", "table", "cell_row", "cell_column", "synthetic"),
)


@dataclass(frozen=True)
class Mark:
    """A sign at a value with what it says; ``kind`` is doubt, contradiction or correction."""

    sign: str
    kind: str
    told: str


def printed_figures(book: Book, reports: Sequence[Row], figures: Collection[str] | None = None) -> dict[str, dict[str, Row]]:
    """Report → figure → its row. Money has its amount as ``value``; figures of prose are left out."""
    found: dict[str, dict[str, Row]] = {row["report_id"]: {} for row in reports}
    for dataset in PRINTED:
        wanted = {} if figures is None else {"figure": figures}
        for row in book.parquet(dataset, reports, **wanted):
            if row.get("source", "table") == "table":
                money = {"value": row["amount"], "value_corrected": row["amount_corrected"]} if dataset == "fees" else {}
                found[row["report_id"]][row["figure"]] = row | money | {"dataset": dataset}
    return found


def marks(row: Mapping[str, Any], lang: Lang) -> list[Mark]:
    """What has to be known of a value: our doubts, the publisher's contradictions, a correction by hand. Never mixed."""
    flags = (row["flags"] or "").split()
    found = []
    for kind, prefix, caveat in (("doubt", "read.", "doubted"), ("contradiction", "check.", "contradiction")):
        if told := [flag(code, lang) for code in flags if code.startswith(prefix)]:
            found.append(Mark(compared.mark(caveat), kind, "; ".join(told)))
    if row.get("correction"):
        corrected = number_text(row.get("value_corrected"))
        found.append(Mark(compared.mark("correction_exists"), "correction", f"{corrected} ({row['correction']})"))
    return found


def shown(row: Mapping[str, Any], lang: Lang) -> str:
    """A value as it stands in the data; a blank or a dash says that it is one."""
    if row["status"] == "reported" and row["value"] is not None:
        return number_text(row["value"])
    return row["raw"] if row["status"] == "unreadable" and row["raw"] else word("status", row["status"], lang)


def fragment(row: Mapping[str, Any]) -> str | None:
    """The mark of a figure's cell in the archived page; None where it stands in no table."""
    return None if row["table"] is None else f"c{row['table']}-{row['cell_row']}-{row['cell_column']}"


def ordered(names: Collection[str]) -> list[str]:
    """Figures in the order of the forms; unknown ones last."""
    order = {name: at for at, name in enumerate(forms().figures)}
    return sorted(names, key=lambda name: (order.get(name, len(order)), name))


def change(now: Row | None, before: Row | None) -> str | None:
    """The change of a value from the year before, signed; None where there is none or it cannot be said."""
    if now is None or before is None or now["value"] is None or before["value"] is None or now["unit"] != before["unit"]:
        return None
    difference = Decimal(now["value"]) - Decimal(before["value"])
    return None if difference == 0 else f"{'+' if difference > 0 else '−'}{number_text(abs(difference))}"


def as_rows(by_report: Mapping[str, Mapping[str, Row]]) -> list[Row]:
    """The figures of reports for CSV and JSON, with their labels."""
    rows = []
    for found in by_report.values():
        for name in ordered(found.keys()):
            rows.append({**found[name], **_labels(name)})
    return rows


def _labels(name: str) -> dict[str, str]:
    known = forms().figures.get(name)
    if known is None:
        return {}
    return {"label_zh": " / ".join(known.label_zh(known.forms[-1])), "label_en": f"{known.row.label_en}, {known.column.label_en}"}
