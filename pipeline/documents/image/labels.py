"""Labels that were misread → the labels that the form prints in their place.

The labels of a table stand in an order. Where some were read whole, those between them can be no others: 白然人 between 申请人情况 and
法人或其他组织 is 自然人. Figures are never touched.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from rapidfuzz.distance import Levenshtein

from pipeline.forms import forms
from pipeline.forms.layout import official_sheet
from pipeline.forms.load import FORMS
from pipeline.model import Cell, Grid
from pipeline.tables.labels import normalise, read_label
from pipeline.tables.numbers import holds_digit, read_number

#: Share of the form's labels of a table that have to be read whole before the others are held against it.
_READ = 0.5
#: Likeness (0…1) from which on a misread label is the form's without doubt, and from which on with doubt.
_ALIKE = (0.6, 0.3)
FLAG = "read.ocr_label"


def mended(grid: Grid) -> Grid:
    """The grid with misread labels replaced by the form's. Figures beside or below one that was hardly alike are doubted."""
    labels = [cell for cell in sorted(grid.cells, key=lambda one: (one.row, one.column)) if _is_label(cell)]
    changed: dict[tuple[int, int], str] = {}
    doubts = {place: list(flags) for place, flags in grid.doubts.items()}
    for cell, text, alike in _misread(labels):
        changed[cell.row, cell.column] = text
        for one in _figures_of(grid, cell) if alike < _ALIKE[0] else ():
            doubts.setdefault((one.row, one.column), []).append(FLAG)
    if not changed:
        return grid
    cells = tuple(cell._replace(text=changed.get((cell.row, cell.column), cell.text)) for cell in grid.cells)
    return replace(grid, cells=cells, doubts={place: tuple(dict.fromkeys(flags)) for place, flags in doubts.items()})


def _is_label(cell: Cell) -> bool:
    return bool(cell.text) and read_number(cell.text).status == "unreadable" and (not holds_digit(cell.text) or len(cell.text) > 4)


def _misread(labels: Sequence[Cell]) -> Iterator[tuple[Cell, str, float]]:
    """Cells whose text is no label, with the label of the form in their place and how alike both are."""
    printed = [normalise(cell.text) for cell in labels]
    best: SequenceMatcher[str] | None = None
    expected: Sequence[str] = ()
    for one in _sequences().values():
        matcher = SequenceMatcher(None, printed, one, autojunk=False)
        if best is None or _equal(matcher) > _equal(best):
            best, expected = matcher, one
    if best is None or _equal(best) < _READ * len(expected):
        return
    for kind, i0, i1, j0, j1 in best.get_opcodes():
        if kind != "replace" or i1 - i0 != j1 - j0:
            continue
        for cell, key, label in zip(labels[i0:i1], printed[i0:i1], expected[j0:j1], strict=True):
            match = read_label(cell.text)
            alike = Levenshtein.normalized_similarity(key, label)
            if (match is None or match.quality not in {"whole", "explained"}) and alike >= _ALIKE[1]:
                yield cell, _printed()[label], alike


def _equal(matcher: SequenceMatcher[str]) -> int:
    return sum(block.size for block in matcher.get_matching_blocks())


@functools.cache
def _sequences() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The normalised labels of each table in each form, in the order of its cells."""
    return {
        (table, form): tuple(normalise(cell.text) for cell in official_sheet(table, form, {}).cells if cell.role != "value" and cell.text)
        for table in forms().tables
        for form in FORMS
    }


@functools.cache
def _printed() -> Mapping[str, str]:
    return {
        normalise(cell.text): cell.text
        for table in forms().tables
        for form in FORMS
        for cell in official_sheet(table, form, {}).cells
        if cell.role != "value" and cell.text
    }


def _figures_of(grid: Grid, label: Cell) -> list[Cell]:
    """The cells that a label names: those right of it in its rows, or, where it is a header, those below it."""
    others = [cell for cell in grid.cells if cell is not label and not _is_label(cell)]
    beside = [cell for cell in others if label.row <= cell.row < label.row + label.rowspan and cell.column > label.column]
    below = [cell for cell in others if label.column <= cell.column < label.column + label.colspan and cell.row > label.row]
    return beside or below
