"""A picture → text and tables from top to bottom, with what cannot be read of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pipeline import limits
from pipeline.documents.content import Blocks, DocumentError
from pipeline.documents.image.cells import inked
from pipeline.documents.image.confirm import confirmed
from pipeline.documents.image.decode import Pixels, decode
from pipeline.documents.image.figures import UNREAD
from pipeline.documents.image.grid import boxes_of
from pipeline.documents.image.labels import mended
from pipeline.documents.image.lines import Outside, read_outside
from pipeline.documents.image.pixels import Sheet, prepare
from pipeline.documents.image.recognise import Recogniser, recogniser
from pipeline.documents.image.ruling import Frame, Lines, frames, lines_of
from pipeline.documents.image.text import read_cells
from pipeline.model import Cell, Grid, Issue

#: Share of a table's inked cells that nothing was read in, or whose sides are hardly drawn, from which on the table is refused.
_UNREAD_SHARE = 0.3
_DOUBTED_SHARE = 0.35
#: Cells from which on such shares mean something.
_FEWEST_CELLS = 6


@dataclass(slots=True)
class Seen:
    """One picture: paragraphs and tables from top to bottom, the numbers of items before which a table was left out, and why."""

    items: list[str | Grid] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def picture_blocks(body: bytes) -> Blocks:
    """A picture as text and tables. Raises ``DocumentError`` for one that is damaged, too large or holds no text."""
    seen = see(decode(body), "the picture")
    if not seen.items and not seen.left_out:
        raise DocumentError("document.empty", "there is no text in the picture")
    blocks = Blocks([*seen.items], pictures=seen.left_out, issues=seen.issues)
    settle(blocks)
    return blocks


def settle(blocks: Blocks) -> None:
    """Hold the figures of a document's pictures against the relations of the form, and say how many are doubted for which reason."""
    grids = iter(confirmed(blocks.grids))
    blocks.items = [next(grids) if isinstance(item, Grid) else item for item in blocks.items]
    reasons = Counter(flag for grid in blocks.grids if grid.origin == "image" for flags in grid.doubts.values() for flag in flags)
    if reasons:
        told = ", ".join(f"{flag} {count}" for flag, count in sorted(reasons.items()))
        blocks.issues.append(Issue("note", "picture.doubts", f"Cells of pictures that are doubted beyond read.ocr: {told}"))


def see(pixels: Pixels, name: str) -> Seen:
    """Read one picture. ``name`` stands for it in issues: "the picture", "page 3"."""
    seen = Seen(issues=[Issue("note", "picture.read", f"{name[0].upper()}{name[1:]} was read by optical character recognition")])
    sheet = prepare(pixels)
    if sheet is None:
        return seen
    lines, model = lines_of(sheet), recogniser()
    found = frames(lines, sheet.text)
    outside = read_outside(sheet, lines, found, model)
    placed: list[tuple[float, str | Grid | None]] = [*outside.paragraphs]
    for frame in found:
        grid, reason = _table(sheet, lines, frame, model)
        placed.append((frame.ys[0], grid))
        if reason:
            seen.issues.append(Issue("error", "picture.table_refused", f"A table in {name} was left out: {reason}"))
    for _, item in sorted(placed, key=lambda one: one[0]):
        if item is None:
            seen.left_out.append(len(seen.items))
        else:
            seen.items.append(item)
    _tell_unruled(seen, outside, name)
    return seen


def _tell_unruled(seen: Seen, outside: Outside, name: str) -> None:
    if outside.table_unread:
        message = f"{name[0].upper()}{name[1:]} seems to hold a table without ruling lines; {outside.like_cells} pieces of it were not read"
        seen.issues.append(Issue("error", "picture.unruled", message))
        seen.left_out.append(len(seen.items))


def _table(sheet: Sheet, lines: Lines, frame: Frame, model: Recogniser) -> tuple[Grid | None, str]:
    """One table, or ``None`` and why it cannot be read safely."""
    rows, columns = len(frame.ys) - 1, len(frame.xs) - 1
    if rows * columns > limits.PICTURE_CELLS or columns > limits.REPORT_COLUMNS:
        return None, f"it has {rows} × {columns} cells"
    boxes = boxes_of(frame)
    if boxes is None:
        return None, "its lines make no cells"
    if len(boxes) >= _FEWEST_CELLS and sum(box.doubted for box in boxes) > _DOUBTED_SHARE * len(boxes):
        return None, "too many of its lines are hardly drawn"
    texts = read_cells([inked(sheet, lines, box) for box in boxes], sheet.text, model)
    filled = [said for said in texts if said.text]
    if len(filled) >= _FEWEST_CELLS and sum(UNREAD in said.text for said in filled) > _UNREAD_SHARE * len(filled):
        return None, "too many of its cells cannot be read"
    cells, doubts = [], {}
    for box, said in zip(boxes, texts, strict=True):
        cells.append(Cell(said.text, box.row, box.column, box.rowspan, box.colspan))
        flags = (*said.doubts, *(("read.ocr_ruling",) if box.doubted else ()))
        if flags:
            doubts[box.row, box.column] = flags
    return mended(Grid(tuple(cells), rows, columns, "image", doubts=doubts)), ""
