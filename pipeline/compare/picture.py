"""The comparison as a picture: one line a unit, a gap wherever there is no value, and the signs at the points.

An SVG keeps its labels as text, so that the reader's own fonts show them; a PNG needs a font with Chinese characters here.
"""

from __future__ import annotations

import logging
import math
import tomllib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.compare import words
from pipeline.compare.points import Point, runs
from pipeline.compare.subject import Subject
from pipeline.compare.text import cell_text, legend_lines, lines_of, unit_label
from pipeline.compare.words import Lang
from pipeline.extras import need

SUFFIXES = (".svg", ".png")
#: Lines that can still be told apart in one frame; with more, each unit has a frame of its own.
TOGETHER = 6
AT_MOST = 40
_COLUMNS = 4
_WHAT = "A picture"
#: Okabe and Ito's colours, which people who are colour-blind can tell apart.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")


class PictureError(RuntimeError):
    """A picture cannot be drawn here; the message says what would help."""


def draw(points: Sequence[Point], subject: Subject, path: Path, *, lang: Lang, source: str, font: Path | None = None) -> None:
    """Write an SVG or PNG, by the suffix of ``path``; the same points give the same bytes with the same matplotlib and font.

    ``source`` is printed below. Raises ``PictureError`` where there are too many units, nothing to draw, or no font for a PNG.
    """
    lines = lines_of(points)
    if all(point.value is None for point in points):
        raise PictureError("there is nothing to draw: none of these units has a value in these years")
    if len(lines) > AT_MOST:
        raise PictureError(f"{len(lines)} units are too many to draw (at most {AT_MOST}); write a .csv instead")
    matplotlib = need("matplotlib", "plot", _WHAT)
    matplotlib.use("agg")
    pyplot = need("matplotlib.pyplot", "plot", _WHAT)
    svg = path.suffix == ".svg"
    families = _families(font, needed=not svg)
    # Listed as families, each is asked in turn for a character that the one before it has not.
    settings = {"font.family": [*families, "DejaVu Sans", "sans-serif"], "svg.fonttype": "none", "svg.hashsalt": "gongkai"}
    with pyplot.rc_context(settings | {"axes.unicode_minus": False}), _quiet(svg):
        figure = _figure(pyplot, lines, subject, lang, source)
        metadata = {"Date": None, "Creator": "gongkai"} if svg else {"Software": "gongkai"}
        figure.savefig(path, format=path.suffix[1:], metadata=metadata, bbox_inches="tight", dpi=160)
        pyplot.close(figure)


@contextmanager
def _quiet(svg: bool) -> Iterator[None]:
    """An SVG is laid out with the fonts of this machine and shown with the reader's: what is missing here need not be told."""
    log, before = logging.getLogger("matplotlib.font_manager"), logging.getLogger("matplotlib.font_manager").level
    with warnings.catch_warnings():
        if svg:
            warnings.filterwarnings("ignore", message="Glyph .* missing from")
            log.setLevel(logging.ERROR)
        try:
            yield
        finally:
            log.setLevel(before)


def _families(font: Path | None, *, needed: bool) -> list[str]:
    """The fonts to write Chinese with: the one given, or those of this machine. For an SVG all that a reader may have."""
    manager: Any = need("matplotlib.font_manager", "plot", _WHAT)
    declared = _declared()
    if font is not None:
        try:
            manager.fontManager.addfont(font)
            return [manager.FontProperties(fname=font).get_name()]
        except (OSError, RuntimeError) as error:
            raise PictureError(f"{font} is no font that can be read: {error}") from error
    here = {one.name for one in manager.fontManager.ttflist}
    found = [name for name in declared["families"] if name in here]
    if needed and not found:
        raise PictureError(declared["missing"])
    return found or list(declared["families"])


def _declared() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("fonts.toml").read_text("utf8"))


def _figure(pyplot: Any, lines: Sequence[Sequence[Point]], subject: Subject, lang: Lang, source: str) -> Any:
    points = [point for line in lines for point in line]
    apart = len(lines) > TOGETHER
    columns = min(_COLUMNS, len(lines)) if apart else 1
    rows = math.ceil(len(lines) / columns) if apart else 1
    figure, frames = pyplot.subplots(
        rows, columns, figsize=(3.2 * columns if apart else 8, 2.2 * rows if apart else 4.2), sharex=True, sharey=True, squeeze=False
    )
    figure.suptitle(subject.label(lang), x=0.02, ha="left", fontsize=13)
    years = sorted({point.year for point in points})
    values = [float(point.value) for point in points if point.value is not None]
    for at, line in enumerate(lines):
        axes = frames.flat[at if apart else 0]
        _line(axes, line, _COLOURS[0 if apart else at], unit_label(line[0], lang))
        if apart:
            axes.set_title(unit_label(line[0], lang), fontsize=8, loc="left")
    for axes in frames.flat[: len(lines) if apart else 1]:
        axes.set_xticks(years)
        axes.set_xlim(years[0] - 0.3, years[-1] + 0.3)
        axes.set_ylim(min(0.0, *values), _top(values, subject))
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(labelsize=8)
    for axes in frames.flat[len(lines) if apart else 1 :]:
        axes.set_visible(False)
    if not apart:
        frames.flat[0].legend(loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False, fontsize=8)
    frames.flat[0].set_ylabel(subject.unit or "" if not subject.is_share else "", fontsize=8)
    figure.text(0.02, -0.02, "\n".join([*legend_lines(points, lang), *_gaps(lines, lang), source]), fontsize=7, va="top", color="#444444")
    return figure


def _top(values: Sequence[float], subject: Subject) -> float:
    """The upper end of the scale: a share is shown on the whole of 0 to 1."""
    largest = max(values)
    return 1.02 if subject.is_share and largest <= 1 else max(largest, 0.0) * 1.12 or 1.0


def _line(axes: Any, line: Sequence[Point], colour: str, label: str) -> None:
    """One unit: runs of values that may be joined, a point at each value, its signs above it. Small numbers are hollow."""
    for run in runs(line):
        axes.plot([point.year for point in run], [float(point.value or 0) for point in run], color=colour, linewidth=1.6)
    axes.plot([], [], color=colour, marker="o", linewidth=1.6, label=label)
    for point in line:
        if point.value is None:
            continue
        hollow = "small_number" in point.caveats
        axes.plot([point.year], [float(point.value)], "o", color=colour, markersize=5, markerfacecolor="white" if hollow else colour)
        signs = (words.break_mark() if point.breaks else "") + "".join(dict.fromkeys(words.mark(code) for code in point.caveats))
        if signs:
            axes.annotate(signs, (point.year, float(point.value)), textcoords="offset points", xytext=(0, 6), ha="center", fontsize=8)


def _gaps(lines: Sequence[Sequence[Point]], lang: Lang) -> list[str]:
    """What is not drawn, and why: one line for each reason."""
    gone: dict[str, list[str]] = {}
    for line in lines:
        years: Mapping[str, list[str]] = {}
        for point in line:
            if point.value is None:
                years = {**years, (key := cell_text(point, lang)): [*years.get(key, []), str(point.year)]}
        for reason, its in years.items():
            gone.setdefault(reason, []).append(f"{unit_label(line[0], lang)} {', '.join(its)}")
    return [f"{words.text('missing_title', lang)} · {reason}: {'; '.join(its)}" for reason, its in gone.items()]
