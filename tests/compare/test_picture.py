"""Pictures: no value is drawn where there is none, labels are Chinese, and a missing font is told, not shown as boxes."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from pipeline.compare import picture
from pipeline.compare.picture import PictureError, draw
from pipeline.compare.points import Point, runs
from pipeline.compare.subject import Subject
from tests.compare.square_font import FAMILY, write_font

SHARE = Subject("disclosure", "indicator", "indicators", "公开率", "Disclosure", is_share=True)
LINE = [
    Point("u1", "示例县财政局", "own", 2019, 0.5),
    Point("u1", "示例县财政局", "own", 2020, 0.4, caveats=("small_number", "doubted")),
    Point("u1", "示例县财政局", "own", 2021, missing="not_collected"),
    Point("u1", "示例县财政局", "own", 2022, 0.6),
    Point("u1", "示例县财政局", "own", 2023, 0.7, breaks=("break_2024",)),
]


def texts(path):
    return [element.text or "" for element in ElementTree.fromstring(path.read_text("utf8")).iter("{http://www.w3.org/2000/svg}text")]


@pytest.fixture(scope="module")
def font(tmp_path_factory):
    return write_font(tmp_path_factory.mktemp("font") / "squares.ttf")


def test_an_svg_keeps_its_labels_as_text_and_needs_no_font(tmp_path):
    draw(LINE, SHARE, tmp_path / "a.svg", lang="zh", source="资料来源：测试")
    shown = texts(tmp_path / "a.svg")
    assert {"公开率", "示例县财政局", "2019", "2023", "资料来源：测试"} <= set(shown)
    assert "无数据 · 未采集: 示例县财政局 2021" in shown
    assert "*?" in shown
    assert "Noto Sans CJK SC" in (tmp_path / "a.svg").read_text("utf8")


def test_a_gap_and_a_break_cut_the_line():
    assert [[point.year for point in run] for run in runs(LINE)] == [[2019, 2020], [2022], [2023]]


def test_as_many_points_are_drawn_as_there_are_values(tmp_path):
    draw(LINE, SHARE, tmp_path / "a.svg", lang="zh", source="")
    markers = re.findall(r"<use [^>]*style=\"fill: (#ffffff|#0072b2)", (tmp_path / "a.svg").read_text("utf8"))
    # Four values and the key of the legend; the one of few cases is hollow.
    assert sorted(markers) == ["#0072b2"] * 4 + ["#ffffff"]


def test_the_same_points_give_the_same_bytes(tmp_path, font):
    for suffix in ("svg", "png"):
        for name in ("a", "b"):
            draw(LINE, SHARE, tmp_path / f"{name}.{suffix}", lang="zh", source="测试", font=font if suffix == "png" else None)
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()


@pytest.mark.filterwarnings("error")
def test_a_png_is_drawn_with_the_font_given(tmp_path, font):
    draw(LINE, SHARE, tmp_path / "a.png", lang="zh", source="资料来源", font=font)
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_a_font_that_is_installed_is_found(monkeypatch, font):
    manager = picture.need("matplotlib.font_manager", "plot", "test")
    manager.fontManager.addfont(font)
    monkeypatch.setattr(picture, "_declared", lambda: {"families": ["No Such Font", FAMILY], "missing": ""})
    assert picture._families(None, needed=True) == [FAMILY]


def test_without_a_font_a_png_is_refused_with_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(picture, "_declared", lambda: {"families": ["No Such Font"], "missing": "install fonts-noto-cjk"})
    with pytest.raises(PictureError, match="fonts-noto-cjk"):
        draw(LINE, SHARE, tmp_path / "a.png", lang="zh", source="")
    assert "fonts-noto-cjk" in picture.tomllib.loads((picture.Path(picture.__file__).with_name("fonts.toml")).read_text("utf8"))["missing"]


def test_what_is_no_font_is_said(tmp_path):
    (tmp_path / "a.ttf").write_text("no font")
    with pytest.raises(PictureError, match="no font"):
        draw(LINE, SHARE, tmp_path / "a.png", lang="zh", source="", font=tmp_path / "a.ttf")


def test_nothing_is_drawn_of_nothing(tmp_path):
    with pytest.raises(PictureError, match="nothing to draw"):
        draw([Point("u1", "县", "own", 2021, missing="not_found")], SHARE, tmp_path / "a.svg", lang="zh", source="")


def test_many_units_get_frames_of_their_own_and_too_many_are_refused(tmp_path):
    many = [Point(f"u{at}", f"第{at}局", "own", year, Decimal(at)) for at in range(9) for year in (2021, 2022)]
    draw(many, Subject("x", "figure", "applications", "新收", "received", unit="件"), tmp_path / "a.svg", lang="zh", source="")
    shown = texts(tmp_path / "a.svg")
    assert all(shown.count(f"第{at}局") == 1 for at in range(9))
    with pytest.raises(PictureError, match="too many"):
        draw([Point(f"u{at}", "局", "own", 2021, 0.5) for at in range(41)], SHARE, tmp_path / "b.svg", lang="zh", source="")
