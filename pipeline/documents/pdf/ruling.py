"""Lines on a page → the cells that they rule: which lines belong together, where their rows and columns are, which cells are merged.

The lines of a table are laid over each other to the finest rows and columns they make; two of the resulting places belong to one cell where
no line parts them. So a line that ends early merges cells, and a page break, which leaves a table open, needs no line to close it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

from pipeline import limits
from pipeline.documents.pdf.page import Box, Edge, Fill, Glyph, Way

#: Points by which lines that are meant to be one may lie apart, and by which one may fall short of another that it meets.
SNAP = 3.0
#: Points between the dashes of a line.
_DASH = 6.0
_SHORTEST = 4.0
#: Rows and columns that are thinner than this and hold no text lie between the lines of a double border, or between boxes set apart.
_THIN = 8.0
#: Share of a side of a place that a line has to cover to part it from the next.
_COVERED = 0.6
#: Uprights that end at the same height belong to one table.
_FEWEST_UPRIGHTS = 3


@dataclass(slots=True)
class Rule:
    """The lines at about one place, which is ``at``: each may lie a little beside it."""

    at: float
    lines: list[Edge] = field(default_factory=list)

    def covers(self, start: float, end: float) -> bool:
        """Whether these lines part what lies between two positions."""
        stretches = _stretches(self.lines)
        return sum(max(min(end, stop) - max(start, begin), 0) for begin, stop in stretches) >= _COVERED * (end - start)

    def beside(self, position: float) -> float:
        """Where exactly the line lies at a position along it."""
        return next((line.at for line in self.lines if line.start <= position <= line.end), self.at)


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table as its lines rule it: the edges of columns and rows, and cells as first row and column, row and column after the last.

    ``unclear`` are cells whose lines make no box, so that what stands there may belong to more than one.
    """

    columns: tuple[Rule, ...]
    rows: tuple[Rule, ...]
    cells: tuple[tuple[int, int, int, int], ...]
    unclear: frozenset[int] = frozenset()

    @property
    def xs(self) -> list[float]:
        """Edges of the columns."""
        return [rule.at for rule in self.columns]

    @property
    def ys(self) -> list[float]:
        """Edges of the rows."""
        return [rule.at for rule in self.rows]

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of a position within the table, by the lines that lie beside it."""
        return _between(self.rows, y, x), _between(self.columns, x, y)

    @property
    def box(self) -> Box:
        """Left, top, right, bottom."""
        return self.columns[0].at, self.rows[0].at, self.columns[-1].at, self.rows[-1].at


def _between(rules: Sequence[Rule], position: float, along: float) -> int:
    """The number of the edge before a position, the first or last for what lies outside."""
    at = min(max(bisect_right(rules, position, key=lambda rule: rule.at) - 1, 0), len(rules) - 2)
    if at > 0 and position < rules[at].beside(along):
        return at - 1
    return at + 1 if at + 2 < len(rules) and position > rules[at + 1].beside(along) else at


def ruled_by_lines(edges: Iterable[Edge], glyphs: Sequence[Glyph]) -> list[Ruled]:
    """The tables that lines rule, the smaller before the larger, so that a table in a cell comes before the one around it."""
    lines = _joined(edges)
    if len(lines) > limits.PDF_RULES:
        return []
    found = []
    for group in _groups(lines, SNAP + 1):
        levels = _rules([line for line in group if line.way == "level"])
        uprights = _rules([line for line in group if line.way == "upright"])
        table = _table(levels, uprights, glyphs)
        if table is not None:
            found.append(table)
    return sorted(found, key=_area)


def ruled_by_fills(fills: Sequence[Fill], taken: Sequence[Ruled], glyphs: Sequence[Glyph]) -> list[Ruled]:
    """The tables that are drawn by filled boxes only, with paper between the cells."""
    boxes = [fill.box for fill in fills if not any(_within(fill.box, table.box) for table in taken)]
    edges = [edge for box in boxes for edge in _sides_of(box)]
    found = [table for table in ruled_by_lines(_reaching(edges), glyphs) if not any(_within(table.box, one.box) for one in taken)]
    return [table for table in found if len(table.cells) > 3]


def _area(table: Ruled) -> float:
    x0, top, x1, bottom = table.box
    return (x1 - x0) * (bottom - top)


def _within(box: Box, other: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return other[0] <= x <= other[2] and other[1] <= y <= other[3]


def _sides_of(box: Box) -> Iterable[Edge]:
    x0, top, x1, bottom = box
    yield from (Edge("level", at, x0, x1) for at in (top, bottom))
    yield from (Edge("upright", at, top, bottom) for at in (x0, x1))


def _reaching(edges: Iterable[Edge]) -> list[Edge]:
    """Sides of boxes that are set apart, made longer so that those of neighbours meet."""
    return [Edge(edge.way, edge.at, edge.start - _DASH / 2, edge.end + _DASH / 2) for edge in edges]


# -- lines


def _joined(edges: Iterable[Edge]) -> list[Edge]:
    """Lines in one piece: dashes, dots and the sides of neighbouring cells are joined. What stays short is no line."""
    found: list[Edge] = []
    ways: tuple[Way, ...] = ("level", "upright")
    for way in ways:
        for group in _close([edge for edge in edges if edge.way == way]):
            for start, end in _stretches(group):
                if end - start >= _SHORTEST:
                    found.append(Edge(way, _mean([edge for edge in group if start <= edge.start <= end]), start, end))
    return found


def _mean(edges: Sequence[Edge]) -> float:
    """Where lines lie in the mean, the longer ones counting more."""
    whole = sum(edge.end - edge.start for edge in edges)
    return sum(edge.at * (edge.end - edge.start) for edge in edges) / whole if whole > 0 else edges[0].at


def _close(edges: list[Edge]) -> list[list[Edge]]:
    """Lines in groups that lie within ``SNAP`` of the first of them."""
    groups: list[list[Edge]] = []
    for edge in sorted(edges, key=lambda one: one.at):
        if groups and edge.at - groups[-1][0].at <= SNAP:
            groups[-1].append(edge)
        else:
            groups.append([edge])
    return groups


def _stretches(edges: Iterable[Edge]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for edge in sorted(edges, key=lambda one: one.start):
        if found and edge.start - found[-1][1] <= _DASH:
            found[-1] = (found[-1][0], max(found[-1][1], edge.end))
        else:
            found.append((edge.start, edge.end))
    return found


def _rules(edges: list[Edge]) -> list[Rule]:
    return [Rule(_mean(group), group) for group in _close(edges)]


def _groups(lines: Sequence[Edge], touch: float) -> list[list[Edge]]:
    """Lines in groups of those that meet, or that end side by side where a page breaks."""
    parents = list(range(len(lines)))

    def root(one: int) -> int:
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        return one

    levels, uprights = ([number for number, line in enumerate(lines) if line.way == way] for way in ("level", "upright"))
    for one, other in product(levels, uprights):
        if _meet(lines[one], lines[other], touch):
            parents[root(one)] = root(other)
    for group in _ending_together(lines, uprights):
        for other in group[1:]:
            parents[root(group[0])] = root(other)
    found: dict[int, list[Edge]] = {}
    for number, line in enumerate(lines):
        found.setdefault(root(number), []).append(line)
    return list(found.values())


def _meet(level: Edge, upright: Edge, touch: float) -> bool:
    return level.start - touch <= upright.at <= level.end + touch and upright.start - touch <= level.at <= upright.end + touch


def _ending_together(lines: Sequence[Edge], uprights: Sequence[int]) -> list[list[int]]:
    found = []
    ends: tuple[Callable[[Edge], float], ...] = (lambda line: line.start, lambda line: line.end)
    for end in ends:
        group: list[int] = []
        for number in sorted(uprights, key=lambda one: end(lines[one])):
            if group and end(lines[number]) - end(lines[group[0]]) > SNAP:
                found.append(group)
                group = []
            group.append(number)
        found.append(group)
    return [group for group in found if len(group) >= _FEWEST_UPRIGHTS]


# -- cells


def _table(levels: list[Rule], uprights: list[Rule], glyphs: Sequence[Glyph]) -> Ruled | None:
    """The table of some lines; ``None`` where they rule no two columns."""
    if not uprights or (len(levels) + len(uprights) < 4 and not _crossing(levels, uprights)):
        return None
    columns = _edges(uprights, [line for rule in levels for line in rule.lines])
    rows = _edges(levels, [line for rule in uprights for line in rule.lines])
    middles = [glyph.middle for glyph in glyphs if _inside(glyph.middle, columns, rows)]
    columns = _without_thin(columns, [x for x, _ in middles])
    rows = _without_thin(rows, [y for _, y in middles])
    if len(columns) < 3 or len(rows) < 2 or (len(columns) - 1) * (len(rows) - 1) > limits.TABLE_SLOTS:
        return None
    cells, unclear = _cells(rows, columns)
    if len(cells) < 2:
        return None
    return Ruled(tuple(columns), tuple(rows), cells, unclear)


def _crossing(levels: list[Rule], uprights: list[Rule]) -> bool:
    """Whether two lines cross and go on beyond: so few lines rule a table only where its outer ones are not drawn."""
    both = product(*([line for rule in rules for line in rule.lines] for rules in (levels, uprights)))
    return any(_goes_through(level, upright) and _goes_through(upright, level) for level, upright in both)


def _goes_through(line: Edge, other: Edge) -> bool:
    return line.start < other.at - _THIN and other.at + _THIN < line.end


def _edges(rules: list[Rule], across: list[Edge]) -> list[Rule]:
    """The edges of rows or columns: where lines are, and where those across them end, as the outer ones may not be drawn."""
    found = sorted(rules, key=lambda rule: rule.at)
    if across:
        first, last = min(line.start for line in across), max(line.end for line in across)
        if not found or first < found[0].at - SNAP - 1:
            found.insert(0, Rule(first))
        if last > found[-1].at + SNAP + 1:
            found.append(Rule(last))
    return found


def _inside(middle: tuple[float, float], columns: list[Rule], rows: list[Rule]) -> bool:
    return columns[0].at <= middle[0] <= columns[-1].at and rows[0].at <= middle[1] <= rows[-1].at


def _without_thin(rules: list[Rule], places: Iterable[float]) -> list[Rule]:
    """The edges, those of a thin row or column without text as one."""
    sorted_places = sorted(places)
    found = rules[:1]
    for rule in rules[1:]:
        before = found[-1]
        if rule.at - before.at < _THIN and not _any_between(sorted_places, before.at, rule.at):
            found[-1] = Rule((before.at + rule.at) / 2, [*before.lines, *rule.lines])
        else:
            found.append(rule)
    return found


def _any_between(places: Sequence[float], start: float, end: float) -> bool:
    at = bisect_left(places, start)
    return at < len(places) and places[at] <= end


def _cells(rows: list[Rule], columns: list[Rule]) -> tuple[tuple[tuple[int, int, int, int], ...], frozenset[int]]:
    """Cells as first row, first column, row after the last, column after the last."""
    height, width = len(rows) - 1, len(columns) - 1
    parents = list(range(height * width))

    def root(one: int) -> int:
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        return one

    for y, (top, bottom) in enumerate(pairwise(rows)):
        for x, (left, right) in enumerate(pairwise(columns)):
            if x + 1 < width and not right.covers(top.at, bottom.at):
                parents[root(y * width + x)] = root(y * width + x + 1)
            if y + 1 < height and not bottom.covers(left.at, right.at):
                parents[root(y * width + x)] = root((y + 1) * width + x)
    places: dict[int, list[tuple[int, int]]] = {}
    for slot in range(height * width):
        places.setdefault(root(slot), []).append(divmod(slot, width))
    cells: list[tuple[int, int, int, int]] = []
    unclear: set[int] = set()
    for slots in places.values():
        parts = _boxes(slots)
        if len(parts) > 1:
            unclear.update(range(len(cells), len(cells) + len(parts)))
        cells += parts
    order = sorted(range(len(cells)), key=lambda one: cells[one])
    return tuple(cells[one] for one in order), frozenset(at for at, one in enumerate(order) if one in unclear)


def _boxes(slots: list[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Places as boxes: one if they make one, else one for each run of rows that are alike."""
    by_row: dict[int, list[int]] = {}
    for row, column in slots:
        by_row.setdefault(row, []).append(column)
    found: list[tuple[int, int, int, int]] = []
    for row, columns in sorted(by_row.items()):
        for first, last in _runs(columns):
            above = next((at for at, one in enumerate(found) if one[1] == first and one[3] == last and one[2] == row), None)
            if above is not None:
                found[above] = (found[above][0], first, row + 1, last)
            else:
                found.append((row, first, row + 1, last))
    return found


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number:
            found[-1] = (found[-1][0], number + 1)
        else:
            found.append((number, number + 1))
    return found
