"""Office files put together by hand for the tests: their parts as text, nothing else."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of these parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return out.getvalue()


def relations(*targets: tuple[str, str, str], outside: bool = False) -> str:
    """A part that names others: id, kind, where."""
    mode = ' TargetMode="External"' if outside else ""
    lines = "".join(f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"{mode}/>' for key, kind, target in targets)
    return f'<Relationships xmlns="{_PACKAGE}">{lines}</Relationships>'


def word(body: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A Word file with this body; ``more`` are parts beside it or in place of the usual ones."""
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": relations(("r1", "officeDocument", "word/document.xml")),
        "word/document.xml": f"<w:document {_W} {_R}><w:body>{body}</w:body></w:document>",
    }
    return packed({**parts, **(more or {})})


def paragraph(text: str) -> str:
    """A paragraph of one run."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def cell(content: str, properties: str = "") -> str:
    """A cell with a text, or with elements of its own."""
    inner = content if content.startswith("<") else paragraph(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def table(*rows: str) -> str:
    """A table of rows, each a string of cells."""
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def workbook(sheets: Mapping[str, str], more: Mapping[str, str | bytes] | None = None) -> bytes:
    """An Excel file: the name of each sheet and what stands in it."""
    names = list(sheets)
    listed = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="r{at}"/>' for at, name in enumerate(names, 1))
    kinds = "".join(f'<Override PartName="/xl/sheet{at}.xml" ContentType="{_KIND}.worksheet+xml"/>' for at, _ in enumerate(names, 1))
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>{kinds}</Types>',
        "_rels/.rels": relations(("r1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" {_R}><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(*((f"r{at}", "worksheet", f"sheet{at}.xml") for at, _ in enumerate(names, 1))),
    }
    parts |= {f"xl/sheet{at}.xml": f'<worksheet xmlns="{_SHEET}">{sheets[name]}</worksheet>' for at, name in enumerate(names, 1)}
    return packed({**parts, **(more or {})})


_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def rows(*lines: str) -> str:
    """The data of a sheet: rows of cells, each cell already an element."""
    return "<sheetData>" + "".join(f'<row r="{at}">{line}</row>' for at, line in enumerate(lines, 1)) + "</sheetData>"


def text(place: str, value: str) -> str:
    """A cell that holds a text."""
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def number(place: str, value: str) -> str:
    """A cell that holds a number."""
    return f'<c r="{place}"><v>{value}</v></c>'
