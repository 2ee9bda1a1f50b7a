"""The text of a picture outside of its tables: lines in their order, joined to paragraphs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline import limits
from pipeline.documents.image.cells import Ink, without_specks
from pipeline.documents.image.figures import UNREAD, as_figure
from pipeline.documents.image.pixels import Gray, Sheet
from pipeline.documents.image.recognise import Heard, Recogniser
from pipeline.documents.image.ruling import Frame, Lines
from pipeline.documents.pdf.page import Glyph
from pipeline.documents.pdf.text import Line as TextLine
from pipeline.documents.pdf.text import is_page_number, paragraphs
from pipeline.tables.labels import read_label

#: Heights of text: the widest gap within a line of a column, the tallest line, the least width, and the margin around a line.
_COLUMN_GAP = 2.5
_TALLEST = 2.6
_NARROWEST = 0.3
_MARGIN = 0.15
#: Chance below which a digit in running text is not given.
_SURE_DIGIT = 0.9
#: How often columns are sought within columns.
_DEPTH = 4
#: So many lines that look like cells make a table that was not found.
_LIKE_CELLS = 3


@dataclass(frozen=True, slots=True)
class Outside:
    """What stands around the tables: paragraphs with their tops, and how many pieces looked like the cells of a table without lines."""

    paragraphs: list[tuple[float, str]]
    like_cells: int

    @property
    def table_unread(self) -> bool:
        """Whether a table seems to stand there whose lines were not found."""
        return self.like_cells >= _LIKE_CELLS


@dataclass(frozen=True, slots=True)
class _Piece:
    y0: int
    y1: int
    x0: int
    x1: int


def read_outside(sheet: Sheet, lines: Lines, frames: Sequence[Frame], model: Recogniser) -> Outside:
    """Read what stands outside of tables. Pieces that look like cells are left out: a table is never put together from loose pieces."""
    gray = _without_tables(sheet, lines, frames)
    pieces = list(
        itertools.islice(
            _pieces(without_specks(gray < 255 - _threshold(gray, sheet), sheet.text), sheet.text, 0, 0, _DEPTH), limits.PICTURE_LINES
        )
    )
    heard = model.read([_framed(gray, piece, sheet.text) for piece in pieces])
    texts = [(piece, _text(one)) for piece, one in zip(pieces, heard, strict=True)]
    kept = [(piece, text) for piece, text in texts if text and not is_page_number(text)]
    prose = [(piece, text) for piece, text in kept if not _like_cell(text)]
    found: list[tuple[float, str]] = []
    for group in _between(prose, frames):
        found += paragraphs([TextLine((Glyph(text, one.x0, one.x1, one.y0, one.y1),)) for one, text in group])
    return Outside(found, len(kept) - len(prose))


def _without_tables(sheet: Sheet, lines: Lines, frames: Sequence[Frame]) -> Gray:
    gray = sheet.gray.copy()
    gray[cv2.dilate(cv2.bitwise_or(lines.level, lines.upright), np.ones((3, 3), np.uint8)) > 0] = 255
    reach = round(sheet.text / 4)
    for frame in frames:
        x0, y0, x1, y1 = (round(value) for value in frame.box)
        gray[max(0, y0 - reach) : y1 + reach + 1, max(0, x0 - reach) : x1 + reach + 1] = 255
    return gray


def _threshold(gray: Gray, sheet: Sheet) -> float:
    """Darkness from which on a pixel is ink: a share of what ink is here."""
    dark = 255.0 - gray[gray < 255 - max(24.0, 4 * sheet.noise)]
    return max(0.45 * float(np.percentile(dark, 90)), 24.0, 3.5 * sheet.noise) if len(dark) else 255.0


def _pieces(ink: Ink, text: float, top: int, left: int, depth: int) -> Iterator[_Piece]:
    """Lines of text; where rows run into each other because columns stand side by side, column by column."""
    for y0, y1 in _runs(np.asarray(ink.any(axis=1)), 0.12 * text):
        band = ink[y0:y1]
        columns = _runs(np.asarray(band.any(axis=0)), _COLUMN_GAP * text)
        for x0, x1 in columns:
            part = band[:, x0:x1]
            inner = np.flatnonzero(part.any(axis=1))
            height = int(inner[-1] - inner[0]) + 1
            if x1 - x0 < _NARROWEST * text or height < 3:
                continue
            if height <= _TALLEST * text:
                yield _Piece(top + y0 + int(inner[0]), top + y0 + int(inner[-1]) + 1, left + x0, left + x1)
            elif depth and len(columns) > 1:
                yield from _pieces(part, text, top + y0, left + x0, depth - 1)


def _runs(marked: Ink, gap: float) -> list[tuple[int, int]]:
    """Stretches that are marked; those closer than ``gap`` are one."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], marked.astype(np.int8), [0]))))
    runs: list[tuple[int, int]] = []
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if runs and start - runs[-1][1] <= gap:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs


def _framed(gray: Gray, piece: _Piece, text: float) -> Gray:
    margin = round(_MARGIN * text)
    low = max(0, round((text * 0.9 - (piece.y1 - piece.y0)) / 2))
    part = gray[piece.y0 : piece.y1, piece.x0 : piece.x1]
    framed = cv2.copyMakeBorder(part, margin + low, margin + low, margin, margin, cv2.BORDER_CONSTANT, value=255)
    return np.asarray(framed, dtype=np.uint8)


def _text(heard: Heard) -> str:
    """What was read, without digits that are not sure: none is better than a wrong one."""
    signs = zip(heard.free.text, heard.free.chances, strict=True)
    return "".join(UNREAD if sign.isdigit() and chance < _SURE_DIGIT else sign for sign, chance in signs).strip()


def _like_cell(text: str) -> bool:
    match = read_label(text)
    return as_figure(text) is not None or (match is not None and match.quality in {"whole", "explained"})


def _between(pieces: Sequence[tuple[_Piece, str]], frames: Sequence[Frame]) -> Iterator[list[tuple[_Piece, str]]]:
    """Pieces in groups, as the tables part them: a paragraph does not go on behind a table."""
    groups: dict[int, list[tuple[_Piece, str]]] = {}
    for piece, text in pieces:
        groups.setdefault(sum(frame.ys[0] < piece.y0 for frame in frames), []).append((piece, text))
    yield from groups.values()
