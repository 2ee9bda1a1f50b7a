"""A made-up report as a Word file (.docx), with what Word and WPS leave in such files.

The parts are written by hand: no library writes tracked changes, content controls and automatic numbers, and the files stay small.
"""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from xml.sax.saxutils import escape

from pipeline.forms.layout import Sheet, SheetCell
from pipeline.generator.parts import Paragraph, report_parts
from pipeline.generator.spec import ReportSpec
from pipeline.generator.variants import TableVariant, header_height, random_variant, split_at

_W = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BY = 'w:id="{id}" w:author="编辑" w:date="2025-01-10T09:00:00Z"'
#: Twips of the page between its margins: A4 upright and on its side.
_WIDTH = {False: 9000, True: 13900}


@dataclass(frozen=True, slots=True)
class WordFlavour:
    """How the file is made; each departure can be combined with every other.

    ``numbered``: the numbers of headings are automatic and stand in no text. ``tracked``: changes that were not accepted, in paragraphs,
    cells and rows. ``boxes``: headings in text boxes. ``controls``: content controls around paragraphs, rows, cells. ``nested``: tables
    within tables that lay the page out. ``runs``: texts and numbers cut into runs. ``hidden``: hidden text that no program shows.
    ``split``: a table in two. ``repeated``: header rows that come again on each page. ``size``: points of the characters.
    """

    numbered: bool = False
    tracked: bool = False
    boxes: bool = False
    controls: bool = False
    nested: bool = False
    runs: bool = False
    hidden: bool = False
    split: bool = False
    repeated: bool = False
    landscape: bool = False
    footer: bool = False
    size: float = 10.5
    variant: TableVariant = field(default_factory=TableVariant)


def random_word_flavour(rng: random.Random, chance: float = 0.3) -> WordFlavour:
    """A flavour in which each departure comes with the given chance."""
    departures = ("numbered", "tracked", "boxes", "controls", "nested", "runs", "hidden", "split", "repeated", "landscape", "footer")
    chosen = {name: rng.random() < chance for name in departures}
    return WordFlavour(**chosen, size=rng.choice((9, 10.5, 12)), variant=random_variant(rng, chance / 3))


def render_word(spec: ReportSpec, flavour: WordFlavour | None = None, *, rng: random.Random) -> bytes:
    """The file as bytes."""
    writer = _Writer(flavour or WordFlavour(), rng)
    body = "".join(writer.report(spec))
    parts = {
        "[Content_Types].xml": _CONTENT_TYPES,
        "_rels/.rels": _RELATIONS,
        "docProps/core.xml": _CORE.format(title=escape(spec.title)),
        "word/_rels/document.xml.rels": _DOCUMENT_RELATIONS,
        "word/document.xml": f"<w:document {_W}><w:body>{body}{writer.section()}</w:body></w:document>",
        "word/footer1.xml": f"<w:ftr {_W}>{_FOOTER}</w:ftr>",
        "word/numbering.xml": f"<w:numbering {_W}>{_NUMBERING}</w:numbering>",
        "word/styles.xml": f"<w:styles {_W}>{_STYLES.format(size=round(writer.flavour.size * 2))}</w:styles>",
    }
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in parts.items():
            # A fixed date: the same report gives the same bytes.
            file.writestr(zipfile.ZipInfo(name, (2025, 1, 10, 9, 0, 0)), _DECLARATION + text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


class _Writer:
    """Writes the elements of one document, with a number for each change in it."""

    def __init__(self, flavour: WordFlavour, rng: random.Random) -> None:
        self.flavour = flavour
        self._rng = rng
        self._changes = 0

    def report(self, spec: ReportSpec) -> Iterator[str]:
        for part in report_parts(spec, self.flavour.variant):
            yield from self._paragraph(part) if isinstance(part, Paragraph) else self._tables(part)

    def section(self) -> str:
        footer = '<w:footerReference w:type="default" r:id="rId3"/>' if self.flavour.footer else ""
        size = 'w:w="16838" w:h="11906" w:orient="landscape"' if self.flavour.landscape else 'w:w="11906" w:h="16838"'
        return f'<w:sectPr>{footer}<w:pgSz {size}/><w:pgMar w:top="1440" w:right="1440" w:bottom="1440" w:left="1440"/></w:sectPr>'

    def _maybe(self, wanted: bool, chance: float = 0.3) -> bool:
        return wanted and self._rng.random() < chance

    def _change(self) -> str:
        self._changes += 1
        return _BY.format(id=self._changes)

    # -- paragraphs

    def _paragraph(self, part: Paragraph) -> Iterator[str]:
        text, properties = part.text, ""
        if part.kind == "heading" and self.flavour.numbered:
            properties = '<w:pStyle w:val="Heading1"/>'
            text = text.partition("、")[2]
        elif part.kind == "title":
            properties = '<w:jc w:val="center"/>'
        if self._maybe(self.flavour.tracked, 0.2):
            yield f"<w:p><w:del {self._change()}><w:r><w:delText>此段已删去，共受理申请99件。</w:delText></w:r></w:del></w:p>"
        inside = self._runs(text)
        if part.kind == "heading" and not self.flavour.numbered and self._maybe(self.flavour.boxes, 0.5):
            inside = _text_box(f"<w:p>{inside}</w:p>", older=self._rng.random() < 0.4)
        made = f"<w:p>{_wrapped('w:pPr', properties)}{inside}</w:p>"
        yield _control(made) if self._maybe(self.flavour.controls) else made

    def _runs(self, text: str) -> str:
        """The text in one run or, with a departure, in several of which some were put in and others hidden."""
        pieces = [text]
        if self.flavour.runs and len(text) > 1:
            cut = self._rng.randint(1, len(text) - 1)
            pieces = [text[:cut], text[cut:]]
        made = []
        for piece in pieces:
            run = _run(piece)
            if self._maybe(self.flavour.tracked):
                run = f"<w:ins {self._change()}>{run}</w:ins><w:del {self._change()}><w:r><w:delText>88</w:delText></w:r></w:del>"
            made.append(run)
        if self._maybe(self.flavour.hidden, 0.2):
            made.append("<w:r><w:rPr><w:vanish/></w:rPr><w:t>77</w:t></w:r>")
        return "".join(made)

    # -- tables

    def _tables(self, sheet: Sheet) -> Iterator[str]:
        top = header_height(sheet)
        whole = not self.flavour.split or sheet.table == "review_litigation" or sheet.rows - top < 3
        parts = (sheet,) if whole else split_at(sheet, self._rng.randint(top + 1, sheet.rows - 1), repeat_header=self._rng.choice((0, top)))
        for part in parts:
            table = self._table(part)
            if self.flavour.nested:
                outer = f'<w:tcPr><w:tcW w:w="{_WIDTH[self.flavour.landscape]}" w:type="dxa"/></w:tcPr>{table}<w:p/>'
                table = f"<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc>{outer}</w:tc></w:tr></w:tbl>"
            yield f"{table}<w:p/>"

    def _table(self, sheet: Sheet) -> str:
        widths = column_widths(sheet, _WIDTH[self.flavour.landscape])
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        head = header_height(sheet) if self.flavour.repeated and sheet.table != "proactive_disclosure" else 0
        rows = "".join(self._row(sheet, row, widths, row < head) for row in range(sheet.rows))
        return f"<w:tbl><w:tblPr>{_BORDERS}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"

    def _row(self, sheet: Sheet, row: int, widths: Sequence[int], repeated: bool) -> str:
        cells = "".join(self._cell(cell, cell.row < row, widths) for cell in _across(sheet, row))
        made = f"<w:tr>{'<w:trPr><w:tblHeader/></w:trPr>' if repeated else ''}{cells}</w:tr>"
        if self._maybe(self.flavour.tracked, 0.1):
            dead = "".join(
                f"<w:tc>{self._cell_properties(cell, False, widths)}<w:p>{_run('99')}</w:p></w:tc>" for cell in _across(sheet, row)
            )
            flat = dead.replace('<w:vMerge w:val="restart"/>', "")
            made += f"<w:tr><w:trPr><w:del {self._change()}/></w:trPr>{flat}</w:tr>" if "<w:vMerge/>" not in cells else ""
        return _control(made) if self._maybe(self.flavour.controls, 0.1) else made

    def _cell(self, cell: SheetCell, below: bool, widths: Sequence[int]) -> str:
        lines = [""] if below else cell.text.split("\n")
        texts = "".join(f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{self._runs(line) if line else ""}</w:p>' for line in lines)
        if not below and cell.text and self._maybe(self.flavour.controls, 0.1):
            texts = _control(texts)
        return f"<w:tc>{self._cell_properties(cell, below, widths)}{texts}</w:tc>"

    def _cell_properties(self, cell: SheetCell, below: bool, widths: Sequence[int]) -> str:
        width = sum(widths[cell.column : cell.column + cell.colspan])
        span = f'<w:gridSpan w:val="{cell.colspan}"/>' if cell.colspan > 1 else ""
        merge = "<w:vMerge/>" if below else '<w:vMerge w:val="restart"/>' if cell.rowspan > 1 else ""
        return f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr>'


def column_widths(sheet: Sheet, total: int) -> list[int]:
    """Widths of the columns that add up to ``total``: columns of labels are wider, the rest share what is left."""
    labels = 1 if sheet.table == "proactive_disclosure" else 3 if sheet.table == "applications" else 0
    weights = [(3.0 if labels == 1 else 1.6 if column == 2 else 1.0) if column < labels else 1.0 for column in range(sheet.columns)]
    return [int(total * weight / sum(weights)) for weight in weights]


def _across(sheet: Sheet, row: int) -> Iterable[SheetCell]:
    """The cells that cover a row, from left to right, those that began above it too."""
    return sorted((cell for cell in sheet.cells if cell.row <= row < cell.row + cell.rowspan), key=lambda cell: cell.column)


def _run(text: str) -> str:
    pieces = (f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in text.split("\n"))
    return f"<w:r>{'<w:br/>'.join(pieces)}</w:r>"


def _wrapped(tag: str, inside: str) -> str:
    return f"<{tag}>{inside}</{tag}>" if inside else ""


def _control(inside: str) -> str:
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


def _text_box(inside: str, *, older: bool) -> str:
    """A text box as newer programs write it, with a copy for older ones; or as older ones write it."""
    box = f"<v:textbox><w:txbxContent>{inside}</w:txbxContent></v:textbox>"
    shape = f'<w:pict><v:shape style="width:300pt;height:30pt">{box}</v:shape></w:pict>'
    if older:
        return f"<w:r>{shape}</w:r>"
    newer = (
        '<w:drawing><wp:inline><wp:extent cx="3810000" cy="381000"/><wp:docPr id="1" name="文本框"/><a:graphic>'
        '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp><wps:cNvSpPr/>'
        '<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="3810000" cy="381000"/></a:xfrm><a:prstGeom prst="rect"/></wps:spPr>'
        f"<wps:txbx><w:txbxContent>{inside}</w:txbxContent></wps:txbx><wps:bodyPr/></wps:wsp>"
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )
    choices = f'<mc:Choice Requires="wps">{newer}</mc:Choice><mc:Fallback>{shape}</mc:Fallback>'
    return f"<w:r><mc:AlternateContent>{choices}</mc:AlternateContent></w:r>"


_EDGES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_BORDERS = f'<w:tblW w:w="0" w:type="auto"/><w:jc w:val="center"/><w:tblBorders>{_EDGES}</w:tblBorders><w:tblLayout w:type="fixed"/>'
_FOOTER = (
    '<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:t xml:space="preserve">— </w:t></w:r>'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p>'
)
_NUMBERING = (
    '<w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
    '<w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum><w:num w:numId="2"><w:abstractNumId w:val="4"/></w:num>'
)
_STYLES = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Noto Sans CJK SC" w:eastAsia="Noto Sans CJK SC" w:hAnsi="Noto Sans CJK SC"/>'
    '<w:sz w:val="{size}"/></w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:styleId="Heading1">'
    '<w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr></w:style>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_CONTENT_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_WORD_TYPE}.{kind}+xml"/>'
        for part, kind in (("document", "document.main"), ("footer1", "footer"), ("numbering", "numbering"), ("styles", "styles"))
    )
    + '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>'
)
_DOCUMENT_RELATIONS = (
    f'<Relationships xmlns="{_PACKAGE}/relationships">'
    + "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}.xml"/>'
        for at, (kind, target) in enumerate((("styles", "styles"), ("numbering", "numbering"), ("footer", "footer1")), start=1)
    )
    + "</Relationships>"
)
_CORE = (
    f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:title>{title}</dc:title></cp:coreProperties>"
)
