"""What a reader of any medium hands on: text lines and tables in the order of the document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.documents.sections import heading_section
from pipeline.model import Grid, Issue
from pipeline.tables.from_grid import is_form_table


class DocumentError(ValueError):
    """Nothing can be read from these bytes. ``code`` says what is wrong, the message what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(slots=True)
class Content:
    """A document as text and tables.

    ``lines`` is the text outside of ``grids`` (the tables that print labels of the form); ``grid_at`` tells before which line a grid
    stands. ``pictures`` counts images per section.
    """

    title_tag: str | None = None
    meta: dict[str, str] = field(default_factory=dict)
    breadcrumb: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    grid_at: list[int] = field(default_factory=list)
    pictures: dict[int, int] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)


@dataclass(slots=True)
class Blocks:
    """A file as its reader found it: paragraphs (one line each) and tables, in reading order, with what its metadata say."""

    items: list[str | Grid] = field(default_factory=list)
    title: str | None = None
    meta: dict[str, str] = field(default_factory=dict)
    #: Numbers of items before which a picture stands.
    pictures: list[int] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    @property
    def grids(self) -> list[Grid]:
        """All tables, those that are not of the form too."""
        return [item for item in self.items if isinstance(item, Grid)]


def content_of(blocks: Blocks) -> Content:
    """Blocks as content: tables of the form stay tables, with the section that they stand in; others become lines, a row each."""
    content = Content(title_tag=blocks.title, meta=blocks.meta, issues=list(blocks.issues))
    section = 0
    for number, item in enumerate([*blocks.items, ""]):
        if count := blocks.pictures.count(number):
            content.pictures[section] = content.pictures.get(section, 0) + count
        if isinstance(item, Grid) and is_form_table(item):
            content.grid_at.append(len(content.lines))
            content.grids.append(replace(item, section=section or None))
            continue
        for line in _lines(item):
            content.lines.append(line)
            section = heading_section(line) or section
    return content


def _lines(item: str | Grid) -> Sequence[str]:
    if isinstance(item, str):
        return [line for line in (" ".join(line.split()) for line in item.split("\n")) if line]
    rows: dict[int, list[str]] = {}
    for cell in item.cells:
        if not cell.hidden and cell.text.strip():
            rows.setdefault(cell.row, []).append(" ".join(cell.text.split()))
    return [" ".join(texts) for _, texts in sorted(rows.items())]
