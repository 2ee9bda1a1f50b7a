"""The comparison for a terminal: a table of units × years with a legend, and bars."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.cells import cell_len

from pipeline.batch.summary import printable
from pipeline.compare import words
from pipeline.compare.points import Point
from pipeline.compare.subject import Subject
from pipeline.compare.words import Lang
from pipeline.normalizer.identity import OWN_SCOPE

BAR = 24
_EIGHTHS = " ▏▎▍▌▋▊▉"


def table_lines(points: Sequence[Point], subject: Subject, lang: Lang) -> Iterator[str]:
    """Heading, one line a unit and scope, legend. Every cell holds a value with its signs, or why there is none."""
    unit = f" ({words.text('measured_in', lang, unit=subject.unit)})" if subject.unit and not subject.is_share else ""
    share = f" ({words.text('share_told', lang)})" if subject.is_share else ""
    yield f"{subject.label(lang)} [{subject.id}]{unit}{share}"
    years = sorted({point.year for point in points})
    rows = [[words.text("unit", lang), *map(str, years)]]
    for line in lines_of(points):
        by_year = {point.year: point for point in line}
        rows.append([unit_label(line[0], lang), *(cell_text(by_year[year], lang) for year in years)])
    widths = [max(cell_len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(_padded(text, width) for text, width in zip(row, widths, strict=True)).rstrip()
    yield from legend_lines(points, lang)


def legend_lines(points: Sequence[Point], lang: Lang) -> list[str]:
    """What the signs and the reasons mean that stand at these points."""
    caveats = [code for point in points if point.value is not None for code in point.caveats]
    breaks = [code for point in points for code in point.breaks]
    return words.legend(caveats, breaks, [point.missing for point in points if point.missing], lang)


def lines_of(points: Sequence[Point]) -> list[list[Point]]:
    """The points by unit and scope, in their order."""
    lines: dict[tuple[str, str], list[Point]] = {}
    for point in points:
        lines.setdefault((point.unit_id, point.scope), []).append(point)
    return list(lines.values())


def unit_label(point: Point, lang: Lang) -> str:
    """The unit's name, with its scope if that is not its own figures, and whether it is made up."""
    scope = "" if point.scope == OWN_SCOPE else words.text("government_wide", lang)
    return printable(point.unit_name) + scope + (words.text("synthetic", lang) if point.synthetic else "")


def cell_text(point: Point, lang: Lang) -> str:
    """A value with numerator and denominator and its signs, or why there is none."""
    if point.value is None:
        return words.missing(point.missing or "not_derived", lang)
    sides = f" ({number_text(point.numerator)}/{number_text(point.denominator)})" if _has_sides(point) else ""
    signs = "".join(dict.fromkeys(words.mark(code) for code in point.caveats))
    return (f"{words.break_mark()} " if point.breaks else "") + number_text(point.value) + sides + signs


def _has_sides(point: Point) -> bool:
    return point.numerator is not None and point.denominator is not None


def number_text(value: Decimal | int | float | None) -> str:
    """A count as it is, a share with three digits.

    >>> number_text(0.5951), number_text(Decimal("1816.000000")), number_text(Decimal("0.5")), number_text(12), number_text(None)
    ('0.595', '1816', '0.5', '12', '')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, int):
        return str(value)
    return f"{value.normalize():f}"


def chart_lines(points: Sequence[Point], lang: Lang, width: int = BAR) -> Iterator[str]:
    """A bar for every value, on one scale from 0; where there is no value there is no bar, but the reason."""
    largest = max((abs(float(point.value)) for point in points if point.value is not None), default=0.0)
    for line in lines_of(points):
        yield unit_label(line[0], lang)
        for point in line:
            if point.value is None:
                yield f"  {point.year}  {cell_text(point, lang)}"
            else:
                yield f"  {point.year}  {_padded(_bar(float(point.value), largest, width), width)}  {cell_text(point, lang)}"


def _bar(value: float, largest: float, width: int) -> str:
    """A bar in eighths of a character; a value that is not 0 has at least one, one below 0 is drawn with dashes."""
    eighths = 0 if largest == 0 else round(abs(value) / largest * width * 8)
    eighths = max(eighths, 1) if value else 0
    whole, rest = divmod(eighths, 8)
    return "-" * max(1, whole) if value < 0 else "█" * whole + (_EIGHTHS[rest] if rest else "")


def _padded(text: str, width: int) -> str:
    return text + " " * max(0, width - cell_len(text))
