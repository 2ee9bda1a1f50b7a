"""Every limit in one place, with its reason. They are settings: a caller that knows better may pass another value."""

from __future__ import annotations

from dataclasses import dataclass

#: Bytes of one document. Real reports are under 2 MB; pages above this are traps or mistakes (faults P06, P07).
BODY_BYTES = 20_000_000
#: Positions of one table. The largest official table has 28 × 10; a span bomb asks for billions (P01).
TABLE_SLOTS = 50_000
#: Pages of a PDF. Reports have 5 to 40.
PDF_PAGES = 200
#: Characters of one page of a PDF and things drawn on it. A dense page has 3,000 and, with dotted ruling, 30,000.
PDF_PAGE_CHARACTERS = 100_000
PDF_PAGE_OBJECTS = 300_000
#: Ruling lines of one page, dashes joined. A table of 28 rows and 10 columns whose cells are drawn one by one has 100.
PDF_RULES = 2_000
#: Parts of an Office file, and the bytes that all parts read from it unpack to. Reports have 30 parts and 5 MB with pictures (D01).
PACKAGE_PARTS = 1_000
PACKAGE_BYTES = 60_000_000
#: Times that a part of more than ``PART_BYTES`` may grow when it is unpacked. Tables of many like rows grow 40 times (D01).
PACKAGE_RATIO = 100
PART_BYTES = 100_000
#: Seconds for LibreOffice to turn an older Word file into a newer one; it takes 3 to 10, the first time more.
CONVERSION_SECONDS = 60
#: Pixels of a picture and of its longer side. A screenshot of a whole report has 20,000,000, a page scanned at 300 dpi 9,000,000.
PICTURE_PIXELS = 40_000_000
PICTURE_SIDE = 30_000
#: Pixels of the shorter side below which a picture is an icon.
PICTURE_SMALLEST = 48
#: Cells of a table in a picture, and lines of text around its tables. Reports have 280 of the one and 60 of the other.
PICTURE_CELLS = 5_000
PICTURE_LINES = 500
#: Scanned pages of a PDF that are read; a page takes 5 to 20 s. Reports that are scanned have 4 to 10.
SCANNED_PAGES = 20
#: Columns of a table that may still be a report's (P01).
REPORT_COLUMNS = 200
#: Open elements around each other. Browsers flatten at 512; the parser's time grows with the square of the depth (P05).
NESTING = 10_000
#: Tables around each other. Layout tables nest to 10; the text of a table stands in each of those around it, so time grows with the square:
#: 500 take half a second, 3,000 take 16 (P05).
NESTED_TABLES = 500
#: Attributes of one element; the parser compares each with all before it (P08).
ATTRIBUTES = 5_000
#: Characters of a cell that are looked at as a number or a label (P16).
CELL_CHARACTERS = 256


@dataclass(frozen=True, slots=True)
class Bounds:
    """What reading one document may cost in its worker before it is set aside. Seconds, bytes."""

    cpu_seconds: float
    #: Time on the clock: three times the computing time, for machines that are shared; it ends what waits for ever.
    wall_seconds: float
    #: Address space beyond what the worker held before the document.
    memory_bytes: int


#: Characters and rows that one document may put into the datasets. A report of 226 figures and 30 pages of prose has 60,000 characters.
OUTPUT_CHARACTERS = 20_000_000
OUTPUT_ROWS = 50_000
#: By medium. Real pages take 0.01 s; the slowest markup that is still read to its end takes 6 s (P05, P08). A PDF of a hundred pages takes
#: 20 s, a scanned table 20 s a page. Memory: 20 MB of markup become 600 MB of tree (P07); pictures are unpacked to their pixels.
BOUNDS = {
    "markup": Bounds(10, 30, 1_000_000_000),
    "office": Bounds(20, 60, 1_000_000_000),
    "pdf": Bounds(120, 360, 1_500_000_000),
    "picture": Bounds(120, 360, 2_000_000_000),
}
