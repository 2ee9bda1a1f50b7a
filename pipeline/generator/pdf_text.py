"""Tables as text taken out of a PDF or a flip book.

Each printed line is a line: narrow header cells are shredded, long labels broken around their numbers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from pipeline.forms.layout import APPLICATIONS, REVIEW, Sheet, SheetCell

_NARROW, _LABEL_WIDTH = 3, 14


def pdf_lines(sheet: Sheet, rng: random.Random) -> Iterator[str]:
    """The printed lines of a table. Blank cells leave nothing behind."""
    after = rng.random() < 0.5
    for row, line in enumerate(sheet.by_row()):
        cells = [one for one in line if one.text.strip()]
        if not cells:
            continue
        if all(one.role in {"header", "corner"} for one in cells):
            yield from _header_lines(cells, shredded=sheet.table == REVIEW and row >= 2)
        else:
            yield from _row_lines(sheet, cells, row, numbers_last=after)


def _header_lines(cells: list[SheetCell], *, shredded: bool) -> Iterator[str]:
    """A header row: each text on as many lines as its cell is narrow."""
    if shredded:
        texts = [_flat(one) for one in cells]
        for at in range(max(map(len, texts))):
            yield " ".join(text[at] for text in texts if len(text) > at)
        return
    parts = [one.text.split("\n") if "\n" in one.text else [one.text] for one in cells]
    for at in range(max(map(len, parts))):
        yield " ".join(part[at] for part in parts if len(part) > at)


def _row_lines(sheet: Sheet, cells: list[SheetCell], row: int, *, numbers_last: bool) -> Iterator[str]:
    """A row of values: shreds of the labels that span it, its own label, its numbers."""
    yield from _shreds(sheet, row)
    label = "".join(_flat(one) for one in cells if one.role in {"label", "article", "title"})
    numbers = " ".join(_flat(one) for one in cells if one.role in {"value", "extra"})
    if len(label) <= _LABEL_WIDTH or not numbers:
        yield f"{label} {numbers}".strip()
    elif numbers_last:
        yield label[:_LABEL_WIDTH]
        yield f"{label[_LABEL_WIDTH:]} {numbers}"
    else:
        yield label[:_LABEL_WIDTH]
        yield numbers
        yield label[_LABEL_WIDTH:]


def _shreds(sheet: Sheet, row: int) -> Iterator[str]:
    """The piece of each group label that is printed beside this row: its cell is as narrow as a few characters."""
    if sheet.table != APPLICATIONS:
        return
    for group in (one for one in sheet.cells if one.role == "group" and one.row <= row < one.row + one.rowspan):
        text = _flat(group)
        height = -(-len(text) // group.rowspan)
        width = max(_NARROW, height)
        at = (row - group.row) * width
        if at < len(text):
            yield text[at : at + width]


def _flat(cell: SheetCell) -> str:
    return cell.text.replace("\n", "").strip()
