"""One table of a made-up report as a picture (PNG), as a screenshot of it would be. Needs Pillow (extra ``ocr``) and a Chinese font."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pipeline.extras import need
from pipeline.forms.layout import Sheet
from pipeline.generator.paper import boxes_of

#: Files of fonts and the number of the font in each, as Debian and Windows name them; the first that is there is taken.
_FONTS = (
    ("NotoSansCJK-Regular.ttc", 2),
    ("NotoSerifCJK-Regular.ttc", 2),
    ("wqy-zenhei.ttc", 0),
    ("wqy-microhei.ttc", 0),
    ("msyh.ttc", 0),
    ("simsun.ttc", 0),
)
#: Pixels: width of the table, size of its characters, white around it.
_WIDTH, _SIZE, _MARGIN = 1100, 18, 24


class NoFontError(RuntimeError):
    """No font with Chinese characters is installed: a picture would show boxes."""


def render_picture(sheet: Sheet) -> bytes:
    """The table as a PNG file. Raises ``MissingExtraError`` without Pillow, ``NoFontError`` without a font."""
    images, draws = need("PIL.Image", "ocr", "Making pictures"), need("PIL.ImageDraw", "ocr", "Making pictures")
    font = _font()
    boxes, height = boxes_of(sheet, _WIDTH, _SIZE)
    image = images.new("L", (_WIDTH + 2 * _MARGIN, round(height) + 2 * _MARGIN), 255)
    draw = draws.Draw(image)
    for box in boxes:
        corner = (_MARGIN + round(box.left), _MARGIN + round(box.top))
        end = (_MARGIN + round(box.left + box.width), _MARGIN + round(box.top + box.height))
        draw.rectangle((corner, end), outline=0, width=2)
        for left, top, line in box.placed(_SIZE):
            draw.text((_MARGIN + left, _MARGIN + top), line, font=font, fill=0)
    packed = BytesIO()
    image.save(packed, "PNG", optimize=True)
    return packed.getvalue()


def _font() -> Any:
    fonts = need("PIL.ImageFont", "ocr", "Making pictures")
    for name, number in _FONTS:
        try:
            return fonts.truetype(name, _SIZE, index=number)
        except OSError:
            continue
    raise NoFontError("no font with Chinese characters is installed (Debian: fonts-noto-cjk or fonts-wqy-zenhei)")
