"""Who is held against the clock over the same pages, and how many of the figures each gives at the right place.

A parser gives no figures. A reader of tables gives grids: a figure counts as found where the grid has its number in the row and column of
the printed table, spans expanded as that reader expands them. Ours are compared by their names.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any

import lxml.etree
import pandas as pd
import trafilatura
from selectolax.lexbor import LexborHTMLParser

from pipeline import read_report
from pipeline.generator.variants import report_sheets
from tests.benchmarks.pages import MadePage

Grid = Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Contender:
    """``work`` is what is timed, over one page; ``found`` counts the figures it gives at the right place, ``None`` for a parser."""

    name: str
    library: str
    work: Callable[[MadePage], Any]
    found: Callable[[MadePage, Any], int] | None = None


def printed(page: MadePage) -> dict[str, object]:
    """The figures of a page with what each says; ``None`` is a blank."""
    return {name: page.spec.values[name] for table in page.spec.forms for name in page.spec.ids(table)}


def _named(page: MadePage, report: Any) -> int:
    values = report.figures.values()
    return sum(name in values and values[name] == value for name, value in printed(page).items())


def _in_grids(page: MadePage, grids: Sequence[Grid]) -> int:
    """Figures in the grids of a page's tables, taken to be its tables in their order."""
    count = 0
    for sheet, grid in zip(report_sheets(page.spec).values(), grids, strict=False):
        for cell in sheet.cells:
            if cell.role == "value" and cell.row < len(grid) and cell.column < len(grid[cell.row]):
                count += _same(grid[cell.row][cell.column], page.spec.values.get(cell.key))
    return count


def _same(found: Any, value: object) -> bool:
    text = "" if pd.isna(found) else str(found).strip()
    if value is None:
        return text == ""
    try:
        return Decimal(text) == Decimal(str(value))
    except InvalidOperation:
        return False


def _read_html(page: MadePage) -> list[pd.DataFrame]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pd.read_html(BytesIO(page.body), encoding=page.charset)


def _frames(page: MadePage, frames: list[pd.DataFrame]) -> int:
    return _in_grids(page, [_whole(frame) for frame in frames])


def _whole(frame: pd.DataFrame) -> Grid:
    """The rows of a frame, those that pandas took for its header included."""
    columns = frame.columns
    if list(columns) == list(range(len(columns))):
        heads = []
    elif isinstance(columns, pd.MultiIndex):
        heads = [list(columns.get_level_values(level)) for level in range(columns.nlevels)]
    else:
        heads = [list(columns)]
    return [*heads, *frame.to_numpy(dtype=object).tolist()]


def _extract(page: MadePage) -> str:
    return trafilatura.extract(page.body, output_format="xml", include_tables=True) or ""


def _extracted(page: MadePage, text: str) -> int:
    if not text:
        return 0
    grids = []
    for table in lxml.etree.fromstring(text.encode()).iter("table"):
        rows = [row.iter("cell") for row in table.iter("row")]
        grids.append([["".join(map(str, cell.itertext())) for cell in row] for row in rows])
    return _in_grids(page, grids)


CONTENDERS = (
    Contender("lxml, parse alone", "lxml", lambda page: lxml.etree.HTML(page.body)),
    Contender("lexbor, decode and parse alone", "selectolax", lambda page: LexborHTMLParser(page.body.decode(page.charset))),
    Contender("gongkai, bytes → figures", "gongkai", lambda page: read_report(page.body), _named),
    Contender("pandas.read_html", "pandas", _read_html, _frames),
    Contender("trafilatura, with tables", "trafilatura", _extract, _extracted),
)
