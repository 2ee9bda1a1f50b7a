"""A made-up report as text whose tables are flattened, in every dialect met in stored pages.

Besides the text it says what the text leaves open: a row whose blank cells have collapsed may be read in several ways, glued digits may be
cut in several places, and a text from which repeated lines were dropped says nothing at all.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.forms import forms
from pipeline.forms.layout import APPLICATIONS, DISCLOSURE, Sheet, SheetCell
from pipeline.generator.dialects import PADDING_LOOKS_BLANK, RECOVERABLE, RENDERERS, Dialect, TextRow
from pipeline.generator.pdf_text import pdf_lines
from pipeline.generator.spec import TABLES, ReportSpec
from pipeline.generator.variants import TableVariant, random_variant, report_sheets, split_header_rows, vary
from pipeline.generator.wording import wording

_TORN = "\v"  # stands for a newline in the middle of a word until the cell is printed
_NARROW = str.maketrans("（）：，；", "():,;")
_COLLAPSING = frozenset({"G", "H", "FD"})
_REASONS = {
    "glued": "glued values may be cut in several places",
    "collapsed": "short row, its blank cells have collapsed",
    "end": "one empty column at the row's end: a blank cell, or padding for one that has collapsed",
}


@dataclass(frozen=True, slots=True)
class FlattenOptions:
    """What an extractor and a page do to the text besides the dialect.

    ``blanks``: blank cells stay in place or collapse to the row's end. ``groups``: labels that span rows stand in the first of them, in
    each, or in a row of their own. ``words``: how a line break inside a header cell is printed. ``broken``: what breaks some labels in the
    middle. ``blank_line``: what a kept blank cell is where a cell is a line. ``dialects``: another dialect for single tables.
    """

    blanks: Literal["kept", "collapsed"] = "collapsed"
    groups: Literal["first", "repeated", "own_row"] = "first"
    words: Literal["joined", "space", "newline", "rows"] = "space"
    broken: Literal["none", "space", "newline"] = "none"
    blank_line: Literal["", " "] = " "
    last_row_padded: bool = True
    half_width: bool = True
    instruction: bool = False
    page_breaks: bool = False
    headings_between: bool = False
    chrome: bool = False
    variant: TableVariant = field(default_factory=TableVariant)
    dialects: Mapping[str, Dialect] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flattened:
    """The text and what it leaves open: ``undecidable`` figures with the reason.

    Of ``unjudged`` figures one may argue whether they are open. ``refused``: no figure can be known from the text, any value is invented.
    """

    text: str
    undecidable: dict[str, str] = field(default_factory=dict)
    refused: bool = False
    unjudged: frozenset[str] = frozenset()


def random_options(rng: random.Random, *, mixed: bool = False, chance: float = 0.25) -> FlattenOptions:
    """Options in which each trap comes with the given chance; ``mixed`` draws another dialect for each table."""

    def maybe() -> bool:
        return rng.random() < chance

    return FlattenOptions(
        blanks=rng.choice(("kept", "collapsed")),
        groups=rng.choice(("repeated", "own_row")) if maybe() else "first",
        words=rng.choice(("joined", "space", "newline", "rows")),
        broken=rng.choice(("space", "newline")) if maybe() else "none",
        blank_line=rng.choice(("", " ")),
        last_row_padded=rng.random() < 0.6,
        half_width=rng.random() < 0.7,
        instruction=maybe(),
        page_breaks=maybe(),
        headings_between=maybe(),
        chrome=maybe(),
        variant=random_variant(rng, chance / 2),
        dialects={table: rng.choice(RECOVERABLE) for table in TABLES} if mixed else {},
    )


def flatten(spec: ReportSpec, dialect: Dialect, *, rng: random.Random, options: FlattenOptions | None = None) -> Flattened:
    """The whole report as text with its tables in ``dialect``."""
    chosen = options or FlattenOptions()
    sheets = {table: vary(sheet, chosen.variant, spec) for table, sheet in report_sheets(spec).items()}
    sections = wording()["sections"]
    lines = [*(_chrome(spec, "before", rng) if chosen.chrome else []), spec.title, spec.sections[0], sections["1"], spec.sections[1]]
    undecidable: dict[str, str] = {}
    unjudged: set[str] = set()
    for table in TABLES:
        lines.append(f"{forms().tables[table].number}、{forms().tables[table].heading_zh}")
        if table not in sheets:
            continue
        lines += ["该部分以表格形式报告。表格如下："] if chosen.instruction else []
        own = chosen.dialects.get(table, dialect)
        around = [""] if own in {"F", "FD"} else []
        lines += [*around, _table_text(sheets[table], own, chosen, rng), *around]
        left_open, arguable = _open_figures(sheets[table], own, chosen)
        undecidable.update(left_open)
        unjudged |= arguable
    lines += [sections["5"], spec.sections[5], sections["6"], spec.sections[6], *(_chrome(spec, "after", rng) if chosen.chrome else [])]
    text = "\n".join(lines) + "\n"
    text = text.translate(_NARROW) if chosen.half_width else text
    if dialect == "FD":
        return Flattened(_without_repeats(text), refused=True)
    return Flattened(text, undecidable, unjudged=frozenset(unjudged))


def _table_text(sheet: Sheet, dialect: Dialect, options: FlattenOptions, rng: random.Random) -> str:
    if dialect == "H":
        lines = list(pdf_lines(sheet, rng))
        cut = _page_cut(lines, options, rng)
        return "\n".join([*lines[:cut], _page_number(sheet, rng), *lines[cut:]] if cut else lines)
    rows = list(_text_rows(_break_words(sheet, options, rng), dialect, options))
    if not options.last_row_padded:
        rows[-1] = replace(rows[-1], padding=0)
    render = RENDERERS[dialect]
    if dialect == "markdown":
        cut = rng.randint(2, len(rows) - 1) if options.headings_between else 0
        between = f"\n\n## 表{forms().tables[sheet.table].number}\n\n"
    else:
        cut = _page_cut(rows, options, rng)
        between = f"\n\n{_page_number(sheet, rng)}\n\n" if dialect in {"F", "FD"} else f"\n{_page_number(sheet, rng)}\n"
    return render(rows[:cut]) + between + render(rows[cut:]) if cut else render(rows)


def _page_cut(rows: Sequence[object], options: FlattenOptions, rng: random.Random) -> int:
    """Where a page ends within a table of enough rows; 0 where none does."""
    return rng.randint(3, len(rows) - 1) if options.page_breaks and len(rows) > 4 else 0


def _page_number(sheet: Sheet, rng: random.Random) -> str:
    number = {DISCLOSURE: 2, APPLICATIONS: 3}.get(sheet.table, 4)
    return str(rng.choice(("- {} -", "— {} —", "第{}页")).format(number))


def _text_rows(sheet: Sheet, dialect: Dialect, options: FlattenOptions) -> Iterator[TextRow]:
    """The rows as an extractor sees them."""
    if options.words == "rows":
        sheet = split_header_rows(sheet)
    if dialect == "spanned":
        yield from _expanded_rows(sheet, options)
        return
    for line in _arranged(sheet, options):
        texts = [_printed(one, dialect, options) for one in line if one.text.strip() or not _collapses(dialect, options)]
        if texts:
            yield TextRow(tuple(texts), max(0, sheet.columns - len(texts)))


def _arranged(sheet: Sheet, options: FlattenOptions) -> Iterator[list[SheetCell]]:
    """The cells of each printed row, labels that span rows put where the options say."""
    for line in sheet.by_row():
        if options.groups == "repeated":
            yield [*_groups_above(sheet, line), *line]
        elif options.groups == "own_row":
            yield from ([one] for one in line if one.role == "group")
            yield [one for one in line if one.role != "group"]
        else:
            yield line


def _groups_above(sheet: Sheet, line: list[SheetCell]) -> list[SheetCell]:
    row = line[0].row
    above = [one for one in sheet.cells if one.role == "group" and one.row < row < one.row + one.rowspan]
    return sorted(above, key=lambda one: one.column)


def _expanded_rows(sheet: Sheet, options: FlattenOptions) -> Iterator[TextRow]:
    """Every position of the table, the text of a spanning cell in its first one; blank cells cannot collapse."""
    for row in range(sheet.rows):
        texts = [""] * sheet.columns
        for one in sheet.cells:
            if one.row == row:
                texts[one.column] = _printed(one, "spanned", options)
        yield TextRow(tuple(texts))


def _printed(cell: SheetCell, dialect: Dialect, options: FlattenOptions) -> str:
    separator = {"joined": "", "space": " ", "newline": "\n", "rows": ""}[options.words]
    text = cell.text.strip().replace("\n", separator).replace(_TORN, "\n")
    return options.blank_line if not text and dialect in {"F", "F1"} else text


def _collapses(dialect: Dialect, options: FlattenOptions) -> bool:
    return dialect in _COLLAPSING or (options.blanks == "collapsed" and dialect not in {"spanned", "markdown"})


def _break_words(sheet: Sheet, options: FlattenOptions, rng: random.Random) -> Sheet:
    """Some labels and headers broken in the middle of a word."""
    if options.broken == "none":
        return sheet
    glue = " " if options.broken == "space" else _TORN

    def broken(one: SheetCell) -> SheetCell:
        if one.role not in {"label", "header"} or len(one.text) < 3 or rng.random() > 0.25:
            return one
        at = rng.randint(1, len(one.text) - 1)
        return replace(one, text=one.text[:at] + glue + one.text[at:])

    return replace(sheet, cells=tuple(broken(one) for one in sheet.cells))


def _open_figures(sheet: Sheet, dialect: Dialect, options: FlattenOptions) -> tuple[dict[str, str], set[str]]:
    """The figures of a table that its text leaves open, and those of which one may argue."""
    left_open: dict[str, str] = {}
    arguable: set[str] = set()
    doubtful_ends: list[str] = []
    shows_blanks = False
    lines = list(_arranged(sheet, options))
    for line in lines:
        names = [one.key for one in line if one.role == "value"]
        state = _row_state(line, sheet.columns, dialect, options, is_last=line is lines[-1]) if len(names) > 1 else "clear"
        if state == "arguable":
            arguable.update(names)
        elif state == "end":
            doubtful_ends += names
        elif state != "clear":
            left_open.update(dict.fromkeys(names, _REASONS[state]))
        shows_blanks = shows_blanks or (state == "clear" and any(not one.text.strip() for one in line))
    if shows_blanks:
        return left_open, arguable | set(doubtful_ends)
    return left_open | dict.fromkeys(doubtful_ends, _REASONS["end"]), arguable


def _row_state(line: list[SheetCell], columns: int, dialect: Dialect, options: FlattenOptions, *, is_last: bool) -> str:
    """Whether the text of a row of several values tells which value stands in which column; a row without any value does."""
    texts = [one.text.strip() for one in line if one.role == "value"]
    if not any(texts):
        return "clear"
    if dialect == "G" and any(len(text) != 1 for text in texts):
        return "arguable" if sum(map(len, texts)) == len(texts) else "glued"
    if all(texts):
        return "clear"
    if _collapses(dialect, options):
        return "collapsed"
    if dialect in {"F", "F1"} and not options.blank_line and not texts[-1]:
        return "arguable"
    if not all(texts[:-1]):
        # An empty cell before the last figure shows that empty cells are kept.
        return "clear"
    ends = [bool(one.text.strip()) for one in line[-2:]]
    unpadded = len(line) == columns or (is_last and not options.last_row_padded)
    return "end" if dialect in PADDING_LOOKS_BLANK and ends == [True, False] and unpadded else "clear"


def _chrome(spec: ReportSpec, place: str, rng: random.Random) -> list[str]:
    facts = {"unit": spec.unit_name, "year": spec.report_year, "before": spec.report_year - 1, "published": spec.published_on}
    return [line.format(serial=f"{rng.randint(1, 99999):05d}", **facts) for line in wording()["chrome"][place]]


def _without_repeats(text: str) -> str:
    """The text without any line that stood in it before."""
    kept: dict[str, None] = {}
    for line in text.split("\n"):
        if line.strip():
            kept.setdefault(line)
    return "\n\n".join(kept) + "\n"
