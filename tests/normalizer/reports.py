"""Reports built by hand, for tests of what is made of them."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from pipeline.forms import forms
from pipeline.model import Document, Figure, Figures, Issue, ProseFigure, Report, TableReading
from pipeline.normalizer.checks import check_report

TABLES = ("proactive_disclosure", "applications", "review_litigation")


def figure(name, value, *, status=None, raw=None, unit="件", flags=()):
    """One figure; ``None`` is blank, a text is unreadable."""
    if isinstance(value, str):
        status, raw, value = status or "unreadable", value, None
    status = status or ("blank" if value is None else "reported")
    return Figure(name, value, status, unit, raw if raw is not None else "" if value is None else str(value), 0, 1, 2, tuple(flags))


def report(
    values: Mapping[str, object] | None = None,
    *figures: Figure,
    unit="示例省彩云县",
    year=2023,
    form="2021",
    states: Mapping[str, str] | None = None,
    prose: tuple[ProseFigure, ...] = (),
    issues: tuple[Issue, ...] = (),
    sections: Mapping[int, str] | None = None,
) -> Report:
    """A report with these figures (id → value), as if read from a page."""
    columns = Figures()
    for one in (*(figure(name, value, unit=forms().figures[name].unit) for name, value in (values or {}).items()), *figures):
        columns.append(one)
    printed = {one.partition(".")[0] for one in columns.figure}
    tables = {table: TableReading((states or {}).get(table, "read" if table in printed else "missing"), form) for table in TABLES}
    document = Document(
        "html", "title", (), (), sections=sections or {1: "总体情况"}, unit_name=unit, report_year=year, published_on="2024-01-20"
    )
    made = Report("page.html", document, form, tables, columns, (), prose, issues)
    return replace(made, results=tuple(check_report(made)))


def review(**values) -> dict[str, object]:
    """Figures of the group 行政复议 of table four."""
    return {f"review_litigation.review.{name}": value for name, value in values.items()}


def yuan(text: str) -> Decimal:
    return Decimal(text).quantize(Decimal("0.000001"))
