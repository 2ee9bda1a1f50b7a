"""Lets the plots of the notebooks show Chinese labels."""

from __future__ import annotations

import contextlib
import tomllib
import warnings
from importlib import resources

import matplotlib.pyplot as plt
from matplotlib import font_manager


def use_chinese_font() -> str | None:
    """Draw labels with the first font of this machine that has Chinese characters, and say which package brings one if there is none."""
    families = tomllib.loads(resources.files("pipeline.compare").joinpath("fonts.toml").read_text("utf8"))["families"]
    font = _installed(families) or (_look_again() and _installed(families))
    if not font:
        print("No font with Chinese characters was found: the labels below show as boxes.")
        print("On Debian or Ubuntu install fonts-noto-cjk or fonts-wqy-zenhei, delete ~/.cache/matplotlib, and run this notebook again.")
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
    else:
        plt.rcParams["font.sans-serif"] = [font, *plt.rcParams["font.sans-serif"]]
    plt.rcParams["axes.unicode_minus"] = False
    return font or None


def _installed(families: list[str]) -> str:
    """The first of the families that matplotlib knows; empty if it knows none."""
    known = {font.name for font in font_manager.fontManager.ttflist}
    return next((name for name in families if name in known), "")


def _look_again() -> bool:
    """Tell matplotlib of fonts that came since it made its list; whether there were any."""
    known = {font.fname for font in font_manager.fontManager.ttflist}
    new = [path for path in font_manager.findSystemFonts() if path not in known]
    for path in new:
        with contextlib.suppress(OSError, RuntimeError):
            font_manager.fontManager.addfont(path)
    return bool(new)
