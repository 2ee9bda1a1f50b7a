"""The drawing: no line over a gap or a break, nothing drawn that is not a point, every text escaped."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from pipeline.compare.points import Point
from pipeline.compare.subject import Subject
from pipeline.explore.chart import AT_MOST, draw, short_names

SHARE = Subject("disclosure", "indicator", "indicators", "公开率", "Disclosure", None, is_share=True)
COUNT = Subject("received", "indicator", "indicators", "新收申请数", "Received", "件")
SVG = "{http://www.w3.org/2000/svg}"


def point(year, value, unit="u1", name="云河县财政局", **more):
    more = {"missing": "not_collected"} | more if value is None else more
    return Point(unit, name, "own", year, value, **more)


def drawn(points, subject=COUNT, lang="zh"):
    return ElementTree.fromstring(draw(points, subject, lang, ["来源"]))


def lengths(root):
    return sorted(len(line.get("points").split()) for line in root.iter(f"{SVG}polyline"))


def test_no_line_is_drawn_over_a_gap():
    values = [Decimal(1), Decimal(2), None, Decimal(4), Decimal(5), Decimal(6)]
    root = drawn([point(2019 + at, value) for at, value in enumerate(values)])
    assert lengths(root) == [2, 3]
    assert len(list(root.iter(f"{SVG}circle"))) == 5


def test_no_line_is_drawn_over_a_break_and_the_break_is_told():
    points = [point(2020, Decimal(1)), point(2021, Decimal(2), breaks=("break_2021",)), point(2022, Decimal(3))]
    root = drawn(points)
    assert lengths(root) == [2]
    assert any("行政处罚法" in (title.text or "") for title in root.iter(f"{SVG}title"))


def test_a_missing_year_says_why_and_is_no_zero():
    root = drawn([point(2020, Decimal(7)), point(2021, None), point(2022, None, missing="table_refused")])
    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert "未采集" in texts
    assert "表拒读" in texts
    assert len(list(root.iter(f"{SVG}circle"))) == 1


def test_few_cases_are_hollow_and_the_number_they_rest_on_stands_there():
    few = point(2020, 0.5, numerator=Decimal(3), denominator=Decimal(6), caveats=("small_number",))
    many = point(2021, 0.5, numerator=Decimal(30), denominator=Decimal(60))
    root = drawn([few, many], SHARE)
    assert [one.get("fill") for one in root.iter(f"{SVG}circle")] == ["#ffffff", "#0b6aa8"]
    texts = [one.text for one in root.iter(f"{SVG}text")]
    assert "0.500 3/6*" in texts
    assert "0.500 30/60" in texts


def test_values_lie_in_the_frame_also_below_zero_and_above_one():
    for values, subject in (([-5, 10], COUNT), ([0.2, 1.7], SHARE), ([0, 0], COUNT), ([1e9, 3], COUNT)):
        root = drawn([point(2020 + at, Decimal(value) if subject is COUNT else value) for at, value in enumerate(values)], subject)
        heights = [float(one.get("cy")) for one in root.iter(f"{SVG}circle")]
        assert all(40 <= height <= 300 for height in heights)


def test_many_units_have_a_frame_each_on_one_scale_and_too_many_none():
    def county(count):
        return [point(year, Decimal(at), f"u{at}", f"云河县{at}局") for at in range(count) for year in (2020, 2021)]

    root = drawn(county(9))
    assert len(list(root.iter(f"{SVG}polyline"))) == 9
    assert draw(county(AT_MOST + 1), COUNT, "zh", []) is None
    assert draw([point(2020, None)], COUNT, "zh", []) is None


def test_a_name_cannot_leave_its_text():
    root = drawn([point(2020, Decimal(1), name='</text><script>alert(1)</script>"\x1b')], lang="en")
    assert {one.tag for one in root.iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "title", "desc", "text", "path", "g", "circle", "rect", "polyline")
    }


@pytest.mark.parametrize(
    ("names", "short"),
    [(["云河县财政局", "云河县教育局"], ["财政局", "教育局"]), (["甲", "甲乙"], ["甲", "乙"]), (["甲县"], ["甲县"])],
)
def test_names_are_shown_without_what_all_begin_with(names, short):
    assert short_names([point(2020, None, f"u{at}", name) for at, name in enumerate(names)], "zh") == short
