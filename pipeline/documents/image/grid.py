"""The edges of a table → its cells: slots between which no line is drawn are one cell."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.documents.image.ruling import Frame

#: Shares of a side that are drawn, above which it is a line and below which it is none; between them nobody can tell.
_LINE = 0.62
_NO_LINE = 0.3


@dataclass(frozen=True, slots=True)
class Box:
    """One cell: where it begins in the grid, how far it spans, its corners in pixels; ``doubted``: one of its sides is hardly drawn."""

    row: int
    column: int
    rowspan: int
    colspan: int
    x0: float
    y0: float
    x1: float
    y1: float
    doubted: bool = False


def boxes_of(frame: Frame) -> list[Box] | None:
    """The cells of a table by row and column, or ``None`` where its lines make no cells: most of it runs together."""
    rows, columns = len(frame.ys) - 1, len(frame.xs) - 1
    owner = _joined(frame, rows, columns)
    groups: dict[int, list[tuple[int, int]]] = {}
    for at, name in enumerate(owner):
        groups.setdefault(name, []).append(divmod(at, columns))
    boxes = []
    for slots in groups.values():
        top, left = min(row for row, _ in slots), min(column for _, column in slots)
        bottom, right = max(row for row, _ in slots) + 1, max(column for _, column in slots) + 1
        corners = (frame.xs[left], frame.ys[top], frame.xs[right], frame.ys[bottom])
        boxes.append(Box(top, left, bottom - top, right - left, *corners, _hardly_drawn(frame, top, left, bottom, right)))
    largest = max(box.rowspan * box.colspan for box in boxes)
    if len(boxes) < 2 or (largest > 0.6 * rows * columns and len(boxes) < 6):
        return None
    return sorted(boxes, key=lambda box: (box.row, box.column))


def _joined(frame: Frame, rows: int, columns: int) -> list[int]:
    """For each slot the number of its cell. A cell that is no rectangle takes the slots in that it lacks."""
    owner = list(range(rows * columns))

    def root(at: int) -> int:
        while owner[at] != at:
            owner[at] = owner[owner[at]]
            at = owner[at]
        return at

    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            if column and frame.before[row][column] < _LINE and not _doubtful(frame.before[row][column]):
                owner[root(here)] = root(here - 1)
            if row and frame.over[row][column] < _LINE and not _doubtful(frame.over[row][column]):
                owner[root(here)] = root(here - columns)
    changed = True
    while changed:
        changed = False
        groups: dict[int, list[tuple[int, int]]] = {}
        for at in range(rows * columns):
            groups.setdefault(root(at), []).append(divmod(at, columns))
        for name, slots in groups.items():
            top, left = min(row for row, _ in slots), min(column for _, column in slots)
            bottom, right = max(row for row, _ in slots) + 1, max(column for _, column in slots) + 1
            if len(slots) == (bottom - top) * (right - left):
                continue
            for row in range(top, bottom):
                for column in range(left, right):
                    if root(row * columns + column) != root(name):
                        owner[root(row * columns + column)] = root(name)
                        changed = True
    return [root(at) for at in range(rows * columns)]


def _doubtful(share: float) -> bool:
    return _NO_LINE < share < _LINE


def _hardly_drawn(frame: Frame, top: int, left: int, bottom: int, right: int) -> bool:
    """Whether a side of the cell, or a line that may stand within it, cannot be told from none."""
    level = [frame.over[row][column] for row in range(top, bottom + 1) for column in range(left, right)]
    upright = [frame.before[row][column] for row in range(top, bottom) for column in range(left, right + 1)]
    return any(_doubtful(share) for share in (*level, *upright))
