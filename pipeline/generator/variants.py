"""What publishers and converters make of the official tables, as steps from ``Sheet`` to ``Sheet``.

A ``TableVariant`` changes how a table looks and leaves its figures as clear as they were. Traps change what the page says: they belong
to the spec (``trapped``), as the truth must know of them.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.forms import forms
from pipeline.forms.layout import DISCLOSURE, Sheet, SheetCell, official_sheet
from pipeline.generator.spec import ReportSpec
from pipeline.generator.wording import spellings, wording

Trap = Literal["doubtful_header", "extra_cells", "one_value", "procurement_rows"]
TRAPS: tuple[Trap, ...] = ("doubtful_header", "extra_cells", "one_value", "procurement_rows")
_FEES, _PROCUREMENT = f"{DISCLOSURE}.admin_fees.", f"{DISCLOSURE}.central_procurement."
# Start and width of the cells right of the label, by number of cells and role, as Word exports of 5 and 6 columns have them: the edges of a
# header and of the values below it do not meet.
_WIDE: dict[int, dict[tuple[int, str], list[tuple[int, int]]]] = {
    5: {
        (3, "header"): [(1, 1), (2, 2), (4, 1)],
        (3, "value"): [(1, 2), (3, 1), (4, 1)],
        (2, "header"): [(1, 2), (3, 2)],
        (2, "value"): [(1, 2), (3, 2)],
    },
    6: {
        (3, "header"): [(1, 1), (2, 2), (4, 2)],
        (3, "value"): [(1, 2), (3, 1), (4, 2)],
        (2, "header"): [(1, 2), (3, 3)],
        (2, "value"): [(1, 3), (4, 2)],
    },
}


@dataclass(frozen=True, slots=True)
class TableVariant:
    """How a table departs from the official one. ``articles`` picks one of the spellings of 第二十条第（一）项."""

    headers: Literal["official", "cut", "wrong", "broken"] = "official"
    labels: Literal["official", "spaced", "explained"] = "official"
    articles: int = 0
    foreign_row: bool = False
    phantom: Literal["none", "end", "inner"] = "none"
    repeat_title: bool = False
    columns: Literal[4, 5, 6] = 4


def random_variant(rng: random.Random, chance: float = 0.25) -> TableVariant:
    """A variant in which each departure comes with the given chance."""

    def maybe(*others: object) -> bool:
        return rng.random() < chance

    return TableVariant(
        headers=rng.choice(("cut", "wrong", "broken")) if maybe() else "official",
        labels=rng.choice(("spaced", "explained")) if maybe() else "official",
        articles=rng.randrange(len(wording()["articles"]["spellings"])) if maybe() else 0,
        foreign_row=maybe(),
        phantom=rng.choice(("end", "inner")) if maybe() else "none",
        repeat_title=maybe(),
        columns=rng.choice((5, 6)) if maybe() else 4,
    )


def trapped(spec: ReportSpec, traps: Sequence[Trap]) -> ReportSpec:
    """The report with traps that change what its page says; the figures that a trap leaves open become ``undecidable``.

    A trap that the report has no place for (the form of 2021 has no 本年增/减) does nothing.
    """
    open_figures: dict[str, str] = {}
    kept = tuple(trap for trap in traps if _opens(spec, trap))
    for trap in kept:
        open_figures.update(_opens(spec, trap))
    return replace(spec, traps=kept, undecidable={**spec.undecidable, **open_figures})


def report_sheets(spec: ReportSpec) -> dict[str, Sheet]:
    """The tables that a report has, official but for its traps."""
    sheets = {table: official_sheet(table, form, spec.printed, spec.blocks) for table, form in spec.forms.items() if form}
    for trap in spec.traps:
        sheets[DISCLOSURE] = _TRAP_STEPS[trap](sheets[DISCLOSURE])
    return sheets


def vary(sheet: Sheet, variant: TableVariant, spec: ReportSpec) -> Sheet:
    """The table with the departures of a variant that apply to it."""
    facts = {"year": spec.report_year, "before": spec.report_year - 1}
    if variant.columns != 4 and sheet.table == DISCLOSURE:
        sheet = _widen(sheet, variant.columns)
    if variant.headers != "official":
        sheet = respell(sheet, spellings("headers", variant.headers, **facts), ("header",))
    if variant.labels != "official":
        sheet = respell(sheet, spellings("labels", variant.labels, **facts), ("label", "header"))
    if variant.articles:
        sheet = _respell_articles(sheet, wording()["articles"]["spellings"][variant.articles])
    if variant.foreign_row and sheet.table == DISCLOSURE:
        sheet = _foreign_row(sheet)
    if variant.phantom == "end":
        sheet = insert_column(sheet, sheet.columns)
    elif variant.phantom == "inner":
        sheet = insert_column(sheet, 1 if sheet.table == DISCLOSURE else 3)
    if variant.repeat_title:
        table = forms().tables[sheet.table]
        title = SheetCell(f"{table.number}、{table.heading_zh}", 0, 0, 1, sheet.columns, "title", table.id)
        sheet = insert_rows(sheet, 0, [title])
    return sheet


def respell(sheet: Sheet, texts: Mapping[str, str], roles: Sequence[str]) -> Sheet:
    """The cells of these roles with other texts."""
    return replace(
        sheet, cells=tuple(replace(one, text=texts.get(one.text, one.text)) if one.role in roles else one for one in sheet.cells)
    )


def insert_rows(sheet: Sheet, at: int, cells: Sequence[SheetCell], count: int = 1) -> Sheet:
    """``count`` rows before row ``at``, holding ``cells``; what spans over the place grows."""
    moved = []
    for one in sheet.cells:
        if one.row >= at:
            moved.append(replace(one, row=one.row + count))
        elif one.row + one.rowspan > at:
            moved.append(replace(one, rowspan=one.rowspan + count))
        else:
            moved.append(one)
    return replace(sheet, cells=_ordered([*moved, *cells]), rows=sheet.rows + count)


def insert_column(sheet: Sheet, at: int) -> Sheet:
    """A blank column before column ``at``: one blank cell a row, but for rows in which a wide cell covers the place."""
    moved: list[SheetCell] = []
    covered: set[int] = set()
    for one in sheet.cells:
        reaches = one.column + one.colspan
        if one.column >= at:
            moved.append(replace(one, column=one.column + 1))
        elif reaches > at or (reaches == at == sheet.columns and one.role in {"article", "title"}):
            moved.append(replace(one, colspan=one.colspan + 1))
            covered.update(range(one.row, one.row + one.rowspan))
        else:
            moved.append(one)
    blanks = [SheetCell("", row, at, role="blank") for row in range(sheet.rows) if row not in covered]
    return replace(sheet, cells=_ordered([*moved, *blanks]), columns=sheet.columns + 1)


def split_header_rows(sheet: Sheet) -> Sheet:
    """Header words that break in their cell, spread over a row for each line (商业 above 企业)."""
    for row in sorted({one.row for one in sheet.cells if one.role == "header" and "\n" in one.text}, reverse=True):
        sheet = _split_header_row(sheet, row)
    return sheet


def _split_header_row(sheet: Sheet, row: int) -> Sheet:
    upper, lower = [], []
    for one in sheet.cells:
        first, _, second = one.text.partition("\n")
        if one.row == row and one.rowspan == 1:
            upper.append(replace(one, text=first))
            lower.append(replace(one, text=second, row=row + 1, key=one.key if second else "", role=one.role if second else "blank"))
        elif one.row <= row < one.row + one.rowspan:
            upper.append(replace(one, rowspan=one.rowspan + 1))
        else:
            upper.append(one)
    moved = [replace(one, row=one.row + 1) if one.row > row else one for one in upper]
    return replace(sheet, cells=_ordered([*moved, *lower]), rows=sheet.rows + 1)


def split_at(sheet: Sheet, row: int, *, repeat_header: int = 0) -> tuple[Sheet, Sheet]:
    """The table as two, broken before ``row`` as by a page break; the second begins with the first ``repeat_header`` rows again.

    A group label that spans over the break stays in the first part, and a blank cell stands in its place in the second.
    """
    first, second = [], []
    for one in sheet.cells:
        end = one.row + one.rowspan
        if one.row < row:
            first.append(replace(one, rowspan=min(one.rowspan, row - one.row)))
        if one.row >= row:
            second.append(replace(one, row=one.row - row))
        elif end > row:
            second.append(replace(one, text="", row=0, rowspan=end - row, role="blank", key=""))
    rest = replace(sheet, cells=_ordered(second), rows=sheet.rows - row)
    if repeat_header:
        head = [one for one in sheet.cells if one.row < repeat_header]
        rest = insert_rows(rest, 0, head, repeat_header)
    return replace(sheet, cells=_ordered(first), rows=row), rest


def header_height(sheet: Sheet) -> int:
    """The number of rows above the first row of values."""
    return min(one.row for one in sheet.cells if one.role == "value")


def _ordered(cells: Sequence[SheetCell]) -> tuple[SheetCell, ...]:
    return tuple(sorted(cells, key=lambda one: (one.row, one.column)))


def _widen(sheet: Sheet, columns: int) -> Sheet:
    """Table two as a Word export lays it over 5 or 6 columns. Where a block has one value, its cell takes what is left."""
    wide = []
    for line in sheet.by_row():
        right = [one for one in line if one.role in {"header", "value", "extra"}]
        role = "header" if right and right[0].role == "header" else "value"
        places = _WIDE[columns].get((len(right), role), [(1, columns - 1)] if right else [])
        wide += [replace(one, colspan=columns) if one.role == "article" else one for one in line if one not in right]
        wide += [replace(one, column=start, colspan=span) for one, (start, span) in zip(right, places, strict=True)]
    return replace(sheet, cells=_ordered(wide), columns=columns)


def _respell_articles(sheet: Sheet, pattern: str) -> Sheet:
    def spelled(one: SheetCell) -> SheetCell:
        return replace(one, text=pattern.format(n=one.text[one.text.index("（") + 1])) if one.role == "article" else one

    return replace(sheet, cells=tuple(spelled(one) for one in sheet.cells))


def _foreign_row(sheet: Sheet) -> Sheet:
    """The row that a Hubei form adds below the normative documents; its numbers are none of the form's."""
    above = next((one for one in sheet.cells if one.role == "label" and one.key == "normative_documents"), None)
    if above is None:
        return sheet
    at = above.row + 1
    row = [replace(one, row=at) for one in sheet.cells if one.row == above.row]
    label = forms().tables[sheet.table].foreign_rows[0]
    texts = iter(("61", "58", "77", "0", "0"))
    cells = [replace(one, text=label if one is row[0] else next(texts), role="label" if one is row[0] else "extra", key="") for one in row]
    return insert_rows(sheet, at, cells)


def _opens(spec: ReportSpec, trap: Trap) -> dict[str, str]:
    """The figures of this report that a trap leaves open, with the reason."""
    ids = spec.ids(DISCLOSURE)
    if trap == "doubtful_header":
        return {
            name: "headed 本年数量, not 本年增/减: the number this year or the change" for name in ids if name.endswith(".items_change")
        }
    if trap == "one_value":
        both = [name for name in ids if name.startswith(_FEES) and "items" in name]
        return dict.fromkeys(both, "one value in a row of two columns, no blank cell marks the missing one")
    if trap == "procurement_rows":
        return {name: "several rows of procurement, no total is printed" for name in ids if name.startswith(_PROCUREMENT)}
    lone = f"{DISCLOSURE}.penalties.decisions"
    alone = lone in ids and f"{DISCLOSURE}.penalties.items_last_year" not in ids
    return {lone: "three cells under a header of one value"} if alone else {}


def _doubtful_header(sheet: Sheet) -> Sheet:
    return respell(sheet, spellings("headers", "doubtful"), ("header",))


def _extra_cells(sheet: Sheet) -> Sheet:
    """The penalties of the form of 2021 with the three cells of 2019 under the header of one value."""
    cells: list[SheetCell] = []
    for one in sheet.cells:
        if one.key != f"{DISCLOSURE}.penalties.decisions":
            cells.append(one)
            continue
        cells.append(replace(one, colspan=1))
        cells += [SheetCell(text, one.row, one.column + 1 + at, role="extra") for at, text in enumerate(("7", "0"))]
    return replace(sheet, cells=_ordered(cells))


def _one_value(sheet: Sheet) -> Sheet:
    """The fees of the form of 2019 with one cell for two columns; the second value is not printed."""
    kept = [one for one in sheet.cells if one.key != f"{_FEES}items_change"]
    width = sheet.columns - 1
    cells = tuple(replace(one, colspan=width) if one.key == f"{_FEES}items_last_year" else one for one in kept)
    return replace(sheet, cells=cells)


def _procurement_rows(sheet: Sheet) -> Sheet:
    """The procurement of 2019 project by project: names and dates in the column of counts, no total."""
    label = next(one for one in sheet.cells if one.role == "label" and one.key == "central_procurement")
    row = [one for one in sheet.cells if one.row == label.row]
    projects = (("办公设备2019年第2批", "61200"), ("信息系统运维", "352000元"), ("会议费3次", "4.5万元"))
    cells = [one for one in sheet.cells if one.row != label.row]
    for at, texts in enumerate(projects):
        values = iter(texts)
        for one in row:
            if one is not label:
                cells.append(replace(one, text=next(values), row=label.row + at, role="extra", key=""))
    cells.append(replace(label, rowspan=len(projects)))
    return replace(sheet, cells=_ordered(cells), rows=sheet.rows + len(projects) - 1)


_TRAP_STEPS = {
    "doubtful_header": _doubtful_header,
    "extra_cells": _extra_cells,
    "one_value": _one_value,
    "procurement_rows": _procurement_rows,
}
