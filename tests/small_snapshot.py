"""A snapshot made by hand: a county with three bodies over three years, and all that is awkward about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.normalizer.dictionary import dictionary_table
from pipeline.normalizer.schemas import DATASETS, arrow_schema
from pipeline.normalizer.store import Part, write_snapshot

GOVERNMENT, FINANCE, TOWN, OLD_FINANCE = "u000000000001", "u000000000002", "u000000000003", "x00000000000f"
NAMES = {GOVERNMENT: "示例省明川市云河县人民政府", FINANCE: "示例省明川市云河县财政局", TOWN: "示例省明川市云河县青石镇人民政府"}
CAPTURED = datetime(2024, 2, 1, 8, 30, tzinfo=UTC)
LINK = '=HYPERLINK("http://example.invalid","2022年报告")'
LONG = "长" * 40_000
_FILLING: dict[str, Any] = {
    "text": "none",
    "year": 2022,
    "number": 0,
    "count": 0,
    "money": Decimal(0),
    "ratio": 0.0,
    "yes_no": False,
    "day": date(2023, 1, 20),
    "moment": CAPTURED,
}
Row = dict[str, Any]
Rows = dict[str, list[Row]]


def report_id(unit: str, year: int, scope: str = "own") -> str:
    return f"{unit}-{year}-{scope}"


def document_id(unit: str, year: int) -> str:
    return f"d{unit[-3:]}{year:013d}"


def keys(unit: str, year: int) -> Row:
    return {"report_id": report_id(unit, year), "unit_id": unit, "report_year": year, "document_id": document_id(unit, year)}


def report(unit: str, year: int, **more: Any) -> Rows:
    """A report with all tables read, and its document."""
    state = {f"{table}_state": "read" for table in ("proactive_disclosure", "applications", "review_litigation")}
    form = "2019" if year < 2021 else "2021"
    url = f"http://www.yunhe.gov.cn/{unit}/{year}.html"
    about = keys(unit, year) | {"unit_name": NAMES.get(unit), "unit_name_printed": NAMES.get(unit), "trust": "official", "form": form}
    place = {"county": "云河县", "county_code": "320899000000", "level": "township" if unit == TOWN else "county", "kind": "government"}
    forms = {"proactive_disclosure_form": form, "applications_form": form}
    own = {"scope": "own", "source_url": url, "published_on": date(year + 1, 1, 20), "title": f"{NAMES.get(unit)}{year}年报告"}
    document = {
        "sha256": document_id(unit, year)[1:].rjust(64, "0"),
        "url": url,
        "fetched_at": CAPTURED,
        "role": "primary",
        "medium": "html",
    }
    return {
        "reports": [about | place | forms | state | own | more],
        "documents": [keys(unit, year) | document | {"archive_file": f"{unit}-{year}.warc.gz", "addresses": 1, "trust": "official"}],
        "captures": [{"url": url, "fetched_at": CAPTURED, "sha256": document["sha256"], "document_id": document_id(unit, year)}],
    }


def figure(unit: str, year: int, name: str, value: int | None, status: str = "reported", **more: Any) -> Rows:
    table, item, measure = name.split(".")
    place = {"table": 1, "cell_row": 3, "cell_column": 9}
    row = {"figure": name, "item": item, "measure": measure, "value": value, "status": status, "unit": "件"}
    return {table: [keys(unit, year) | row | {"raw": None if value is None else str(value)} | place | more]}


def fee(unit: str, year: int, amount: str | None, unit_of_it: str | None, yuan: str | None, **more: Any) -> Rows:
    name = "proactive_disclosure.admin_fees.amount"
    row = {"figure": name, "item": "admin_fees", "measure": "amount", "unit": unit_of_it, "status": "reported", "source": "table"}
    amounts = {"amount": amount and Decimal(amount), "amount_yuan": yuan and Decimal(yuan)}
    return {"fees": [keys(unit, year) | row | amounts | {"raw": amount, "table": 0, "cell_row": 13, "cell_column": 1} | more]}


def indicator(unit: str, year: int, name: str, value: float | None, sides: tuple[Any, Any] = (None, None), **more: Any) -> Rows:
    numerator, denominator = (None if side is None else Decimal(side) for side in sides)
    row = {"indicator": name, "value": value, "numerator": numerator, "denominator": denominator}
    return {"indicators": [keys(unit, year) | row | more]}


def check(unit: str, year: int, name: str, outcome: str = "failed", severity: str = "error", **more: Any) -> Rows:
    return {"checks": [keys(unit, year) | {"check_id": name, "severity": severity, "outcome": outcome, "doubted": False} | more]}


def coverage(unit: str, year: int, state: str, **more: Any) -> Rows:
    known = {"report_id": report_id(unit, year)} if state in {"published", "after_deadline", "withdrawn"} else {}
    place = {"county": "云河县", "county_code": "320899000000", "level": "county", "kind": "government"}
    row = {"unit_id": unit, "report_year": year, "state": state, "name": NAMES[unit], "evidence": f"evidence of {state}"}
    return {"coverage": [row | place | known | more]}


def units(*ids: str) -> Rows:
    row = {"resolved": True, "county": "云河县", "county_code": "320899000000", "division_code": "320899000000", "reports": 3}
    return {"units": [row | {"unit_id": one, "name": NAMES[one], "names_printed": NAMES[one]} for one in ids]}


def together(*many: Rows) -> Rows:
    rows: Rows = {}
    for one in many:
        for dataset, its in one.items():
            rows.setdefault(dataset, []).extend(its)
    return rows


def table(dataset: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows in the declared schema; required columns that are not given are filled."""
    filling = {one.name: _FILLING[one.type] if one.required else None for one in DATASETS[dataset].columns}
    full = [{name: row.get(name, value) for name, value in filling.items()} for row in rows]
    order = [(name, "ascending") for name in DATASETS[dataset].order]
    return pa.Table.from_pylist(full, schema=arrow_schema(dataset)).sort_by(order)


def write(processed: Path, rows: Rows) -> Path:
    """The rows as the current snapshot of ``processed``, cut as the build cuts them."""
    write_snapshot(processed, list(_parts(rows)), {"reader": "by hand"})
    return processed


def _parts(rows: Rows) -> Iterable[Part]:
    for dataset, its in rows.items():
        cut = DATASETS[dataset].cut == "year"
        years = sorted({row.get("report_year") for row in its}, key=str) if cut else [None]
        for year in years:
            mine = [row for row in its if not cut or row.get("report_year") == year]
            yield Part(dataset, "0000" if year is None else str(year), "示例省" if cut else "all", table(dataset, mine))
    yield Part("dictionary", "0000", "all", dictionary_table())


def county() -> Rows:
    """The county: what is blank, doubted, contradicted, refused, corrected, too large, and texts that a spreadsheet must not run."""
    received, received_business = "applications.new_received.total", "applications.new_received.business"
    refused = {"applications_state": "refused"}
    return together(
        units(GOVERNMENT, FINANCE, TOWN),
        {"redirects": [{"old_id": OLD_FINANCE, "new_id": FINANCE, "reason": "resolved"}]},
        *(report(unit, year) for unit in (GOVERNMENT, FINANCE) for year in (2020, 2021)),
        report(GOVERNMENT, 2022, title=LINK),
        report(FINANCE, 2022, **refused),
        report(TOWN, 2022, figures_doubted=1),
        *(figure(GOVERNMENT, year, received, 300 + year) for year in (2020, 2021, 2022)),
        figure(FINANCE, 2020, received, 12),
        figure(FINANCE, 2021, received, 0, flags="check.applications_balance"),
        figure(FINANCE, 2021, received_business, None, "dash", raw="-"),
        figure(TOWN, 2022, received, 3, raw="3\x01", flags="read.ambiguous"),
        figure(TOWN, 2022, received_business, None, "blank", raw=""),
        figure(TOWN, 2022, "applications.granted.total", None, "unreadable", raw="1-2"),
        figure(TOWN, 2022, "applications.carried_over.total", 2**60 + 1),
        figure(TOWN, 2022, "review_litigation.review.corrected", 4, value_corrected=2, correction="typing error, 2024-03-01"),
        figure(GOVERNMENT, 2020, "proactive_disclosure.licences.items_change", -3, raw="-3"),
        fee(GOVERNMENT, 2021, "93.42", "万元", "934200"),
        fee(FINANCE, 2021, "8040", None, None, caveat="unit_not_printed"),
        fee(TOWN, 2022, "123456789012345.678901", "元", "123456789012345.678901", caveat="out_of_range"),
        {
            "sections": [
                keys(GOVERNMENT, 2022) | {"section": 5, "text": LONG},
                keys(TOWN, 2022) | {"section": 5, "text": 'a "b",\r\n\x02c\uffff'},
            ]
        },
        check(FINANCE, 2021, "applications_balance", scope_key="total", left_value=Decimal(1), right_value=Decimal(2), figures=received),
        indicator(GOVERNMENT, 2021, "disclosure", 0.5, (60, 120)),
        indicator(FINANCE, 2021, "disclosure", 0.25, (1, 4), caveats="small_number contradiction"),
        *(coverage(unit, year, "published") for unit in (GOVERNMENT, FINANCE) for year in (2020, 2021, 2022)),
        coverage(TOWN, 2020, "not_collected"),
        coverage(TOWN, 2021, "not_found"),
        coverage(TOWN, 2022, "after_deadline", published_on=date(2023, 3, 5), due_on=date(2023, 1, 31), days_late=33),
        {"issues": [keys(FINANCE, 2022) | {"level": "error", "code": "table.refused", "table_id": "applications", "message": "refused"}]},
    )
