"""The comparison as an SVG made here: one line a unit, a gap wherever there is no value, and below it what is missing and why.

The picture stands alone: title, legend and source are in it. Colours are attributes, not styles, so that a page's policy may forbid
styles, and every text is escaped. No number is drawn that is not a point.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from pipeline.batch.summary import printable
from pipeline.compare import words
from pipeline.compare.points import Point, runs
from pipeline.compare.subject import Subject
from pipeline.compare.text import cell_text, legend_lines, lines_of, number_text, unit_label
from pipeline.compare.words import Lang
from pipeline.explore.svg import GRID, INK, RULE, SOFT, clipped, folded, rule, text
from pipeline.normalizer.identity import OWN_SCOPE

AT_MOST = 40
#: Lines that can still be told apart in one frame; with more, each unit has a frame of its own.
TOGETHER = 6
#: Okabe and Ito's colours, darkened until each stands out from white by 3 to 1.
_COLOURS = ("#0b6aa8", "#b84a00", "#00755a", "#9c4a86", "#7a5c00", "#3f3f9e")
_FONT = "'Noto Sans SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei','WenQuanYi Zen Hei',sans-serif"
_WIDTH, _LEFT, _RIGHT = 760.0, 52.0, 150.0


@dataclass(frozen=True)
class Frame:
    """A rectangle with its scales: years from left to right, values from bottom to top."""

    x: float
    y: float
    width: float
    height: float
    years: Sequence[int]
    low: float
    high: float

    def across(self, year: float) -> float:
        """The place of a year."""
        first, last = self.years[0], self.years[-1]
        return self.x + self.width / 2 if first == last else self.x + self.width * (year - first) / (last - first)

    def up(self, value: float) -> float:
        """The place of a value."""
        return self.y + self.height * (1 - (value - self.low) / (self.high - self.low))


def draw(points: Sequence[Point], subject: Subject, lang: Lang, notes: Sequence[str]) -> str | None:
    """The picture, with ``notes`` such as the source below it; ``None`` where there is nothing to draw, or too much."""
    lines = lines_of(points)
    if not lines or len(lines) > AT_MOST or all(point.value is None for point in points):
        return None
    names = short_names([line[0] for line in lines], lang)
    body, height = (_together if len(lines) <= TOGETHER else _apart)(lines, names, subject, lang)
    below = [part for line in (*legend_lines(points, lang), *notes) for part in folded(line, 118)]
    foot = [text(0, height + 18 + 16 * at, part, size=11, colour=SOFT) for at, part in enumerate(below)]
    unit = "" if subject.is_share or not subject.unit else f" ({words.text('measured_in', lang, unit=subject.unit)})"
    head = text(0, 16, subject.label(lang) + unit, size=15, weight=600)
    total = height + 26 + 16 * len(below)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {total:g}" width="{_WIDTH:g}" height="{total:g}" role="img" '
        f'font-family="{_FONT}" lang="{lang}"><title>{escape(subject.label(lang))}</title>'
        f"<desc>{escape('; '.join(names))}</desc>{head}{''.join(body)}{''.join(foot)}</svg>"
    )


def short_names(points: Sequence[Point], lang: Lang) -> list[str]:
    """Names without what all of them begin with, such as the county; each with its scope."""
    names = [printable(point.unit_name) for point in points]
    common = _common(names) if len(set(names)) > 1 else 0
    scopes = ["" if point.scope == OWN_SCOPE else words.text("government_wide", lang) for point in points]
    return [name[common:] + scope if len(name) > common else name + scope for name, scope in zip(names, scopes, strict=True)]


def _common(names: Sequence[str]) -> int:
    """How many characters all names begin with.

    >>> _common(["云河县财政局", "云河县教育局"])
    3
    """
    return next((at for at, characters in enumerate(zip(*names, strict=False)) if len(set(characters)) > 1), min(map(len, names)))


def _together(lines: Sequence[Sequence[Point]], names: Sequence[str], subject: Subject, lang: Lang) -> tuple[list[str], float]:
    """All lines in one frame, named at their ends; below it a row for each unit that lacks a year."""
    frame = _frame(lines, subject, (_LEFT, 44, _WIDTH - _LEFT - _RIGHT, 250))
    body = [*_axes(frame, subject, labels=True), *_breaks(frame, lines, lang)]
    for at, line in enumerate(lines):
        body += _line(frame, line, _COLOURS[at], lang, told=len(lines) <= 2)
    body += _ends(frame, lines, names)
    y = frame.y + frame.height + 40
    for at, line in enumerate(lines):
        if any(point.value is None for point in line):
            body += _missing_row(frame, line, names[at], _COLOURS[at], y, lang)
            y += 18
    return body, y


def _apart(lines: Sequence[Sequence[Point]], names: Sequence[str], subject: Subject, lang: Lang) -> tuple[list[str], float]:
    """A small frame for each line, all on one scale; a cross at the foot for a year without a value."""
    columns, width, height, body = 4, 166.0, 78.0, []
    for at, line in enumerate(lines):
        x, y = 26 + (at % columns) * (width + 22), 60 + (at // columns) * (height + 54)
        frame = _frame(lines, subject, (x, y, width - 26, height))
        body.append(text(x - 22, y - 14, clipped(names[at], 26), size=11, weight=600))
        body += [*_axes(frame, subject, labels=False), *_line(frame, line, _COLOURS[0], lang, told=None)]
        for point in line:
            if point.value is None:
                told = f"{unit_label(point, lang)} {point.year}: {cell_text(point, lang)}"
                cross = text(frame.across(point.year), frame.y + frame.height - 4, "×", size=10, colour=SOFT, anchor="middle")
                body.append(f"<g><title>{escape(told)}</title>{cross}</g>")
    return body, 60 + math.ceil(len(lines) / columns) * (height + 54) - 26


def _frame(lines: Sequence[Sequence[Point]], subject: Subject, place: tuple[float, float, float, float]) -> Frame:
    years = sorted({point.year for line in lines for point in line})
    values = [float(point.value) for line in lines for point in line if point.value is not None]
    low, high = min(0.0, *values), max(0.0, *values)
    # A share is shown on the whole of 0 to 1.
    high = 1.0 if subject.is_share and high <= 1 and low >= 0 else high or 1.0
    step = _step(high - low)
    return Frame(*place, years, math.floor(low / step) * step, math.ceil(high / step) * step)


def _step(span: float) -> float:
    """A round distance of the lines of the scale, so that there are about five.

    >>> _step(1.0), _step(37), _step(7200)
    (0.25, 10, 2000)
    """
    if span <= 1:
        return next(one for one in (0.01, 0.02, 0.05, 0.1, 0.25, 0.5) if span / one <= 5)
    power = 10 ** math.floor(math.log10(span))
    found = next(one * power / 10 for one in (1, 2, 2.5, 5, 10, 20, 25, 50, 100) if span / (one * power / 10) <= 5)
    return int(found) if found == int(found) else found


def _axes(frame: Frame, subject: Subject, *, labels: bool) -> Iterator[str]:
    step = _step(frame.high - frame.low)
    count = round((frame.high - frame.low) / step)
    for at in range(count + 1) if labels else (0, count):
        value = frame.low + at * step
        y = frame.up(value)
        yield rule(frame.x - 6, y, frame.x + frame.width + 6, y, RULE if abs(value) < step / 1000 else GRID)
        shown = f"{value:.2f}".rstrip("0").rstrip(".") if subject.is_share or step < 1 else f"{value:,.0f}"
        yield text(frame.x - 10, y + 4, shown, size=11 if labels else 9, colour=SOFT, anchor="end")
    for year in frame.years if labels else (frame.years[0], frame.years[-1]):
        yield text(
            frame.across(year), frame.y + frame.height + (20 if labels else 14), str(year), size=11 if labels else 9, anchor="middle"
        )


def _breaks(frame: Frame, lines: Sequence[Sequence[Point]], lang: Lang) -> Iterator[str]:
    """An upright line before each year from which on a value may not be set beside the one before it."""
    for year in sorted({point.year for line in lines for point in line if point.breaks}):
        x = frame.across(year - 0.5)
        told = "; ".join(
            words.legend([], {code for line in lines for point in line if point.year == year for code in point.breaks}, [], lang)
        )
        mark = text(x, frame.y - 10, words.break_mark(), size=12, colour=SOFT, anchor="middle")
        upright = f'<path d="M{x:.1f} {frame.y - 6:g}V{frame.y + frame.height:g}" stroke="{SOFT}" stroke-dasharray="3 4"/>'
        yield f"<g><title>{escape(told)}</title>{upright}{mark}</g>"


def _line(frame: Frame, line: Sequence[Point], colour: str, lang: Lang, *, told: bool | None) -> Iterator[str]:
    """One unit: runs of values that may be joined, a point at each value. Small numbers are hollow.

    ``told``: numbers stand at the points, or else signs alone, or (None) neither.
    """
    for run in runs(line):
        places = " ".join(f"{frame.across(point.year):.1f},{frame.up(float(point.value or 0)):.1f}" for point in run)
        if len(run) > 1:
            yield f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"/>'
    for point in line:
        if point.value is not None:
            yield from _point(frame, point, colour, lang, told=told)


def _point(frame: Frame, point: Point, colour: str, lang: Lang, *, told: bool | None) -> Iterator[str]:
    x, y, small = frame.across(point.year), frame.up(float(point.value or 0)), "small_number" in point.caveats
    label = escape(f"{unit_label(point, lang)} {point.year}: {cell_text(point, lang)}")
    circle = f'cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{"#ffffff" if small else colour}" stroke="{colour}" stroke-width="2"'
    yield f"<circle {circle}><title>{label}</title></circle>"
    signs = "".join(dict.fromkeys(words.mark(code) for code in point.caveats))
    sides = f" {number_text(point.numerator)}/{number_text(point.denominator)}" if point.denominator is not None else ""
    above = (number_text(point.value) + sides if told else "") + signs
    if above and told is not None:
        yield text(x, y - 9, above, size=11, colour=SOFT if small else INK, anchor="middle", halo=True)


def _ends(frame: Frame, lines: Sequence[Sequence[Point]], names: Sequence[str]) -> Iterator[str]:
    """The names at the right, as near to the last value of each line as they fit."""
    wanted = []
    for at, line in enumerate(lines):
        last = next((point for point in reversed(line) if point.value is not None), None)
        if last is not None:
            wanted.append((frame.up(float(last.value or 0)), at))
    y = -math.inf
    for height, at in sorted(wanted):
        y = max(height + 4, y + 16)
        x = frame.x + frame.width + 16
        yield f'<rect x="{x:g}" y="{y - 9:.1f}" width="9" height="9" fill="{_COLOURS[at]}"/>'
        yield text(x + 14, y, clipped(names[at], 20), size=12)


def _missing_row(  # noqa: PLR0917
    frame: Frame, line: Sequence[Point], name: str, colour: str, y: float, lang: Lang
) -> Iterator[str]:
    """The years of a unit that have no value, each with the reason."""
    x = frame.x + frame.width + 16
    yield rule(frame.x - 6, y + 5, frame.x + frame.width + 6, y + 5, GRID)
    yield f'<rect x="{x:g}" y="{y - 8:.1f}" width="9" height="9" fill="{colour}"/>' + text(
        x + 14, y, clipped(name, 20), size=11, colour=SOFT
    )
    for point in line:
        if point.value is None:
            yield text(frame.across(point.year), y, clipped(cell_text(point, lang), 18), size=10, colour=SOFT, anchor="middle")
