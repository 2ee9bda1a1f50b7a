from hypothesis import given
from hypothesis import strategies as st

from pipeline.documents.metadata.places import LIMIT, find_places
from pipeline.documents.read import read_document


def texts(parts=(), lines=()):
    return [(one.text, one.where, one.times) for one in find_places(parts, lines)]


def test_places_are_kept_with_where_they_stand_and_how_often():
    found = texts([("title", "师宗县彩云镇2023年年报"), ("site", "师宗县人民政府")], ["曲靖市，师宗县", "在师宗县、师宗县政府网站"])
    assert found == [
        ("师宗县", "title", 1),
        ("师宗县", "site", 1),
        ("师宗县", "prose", 2),
        ("曲靖市", "prose", 1),
        ("在师宗县", "prose", 1),
    ]


def test_places_that_end_alike_are_not_taken_for_one():
    assert {text for text, *_ in texts(lines=["马鞍山市", "辽宁省，鞍山市"])} == {"马鞍山市", "辽宁省", "鞍山市"}
    assert len(texts(lines=[f"{word}师宗县" for word in ("在", "由", "到", "对", "为", "经", "按照")])) == 4


def test_words_that_name_no_place_are_left_out():
    assert texts(lines=["全县各级", "我市、本区、该县", "市场监督、区域合作、市民", "县", "健全市场"]) == []


def test_long_names_of_autonomous_places_are_kept_whole():
    assert texts(lines=["双江拉祜族佤族布朗族傣族自治县"]) == [("双江拉祜族佤族布朗族傣族自治县", "prose", 1)]


def test_towns_say_nothing_of_where_a_town_is():
    assert texts(lines=["彩云镇、葵山镇、棠景街道"]) == []


@given(st.lists(st.text("师宗禄丰曲靖彩云通过在，。 \n县市区州镇政府自治", max_size=400), max_size=4))
def test_what_is_kept_is_bounded_and_stands_in_the_text(lines):
    found = find_places([("title", "".join(lines))], lines)
    assert len(found) <= LIMIT
    together = "\n".join(lines)
    assert all(one.text in together or one.where == "title" for one in found)
    assert all(one.times >= 1 for one in found)


def test_a_page_of_ten_thousand_places_gives_no_more_than_the_limit():
    names = [f"{a}{b}{c}县" for a in "东南西北中上下左右前后内外" for b in "山水河湖海江溪" for c in "平安宁和顺"]
    assert len(find_places([], names)) == LIMIT


def test_title_tag_breadcrumb_site_issuer_and_foot_are_read():
    page = """<html><head><title>2023年彩云镇政府信息公开工作年度报告_师宗县人民政府</title><meta name="SiteName" content="中国师宗县">
    <meta name="ContentSource" content="师宗县彩云镇人民政府"></head><body><div>当前位置：首页 > 曲靖市 > 师宗县 > 年报</div>
    <h1>彩云镇2023年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>按照罗平县的做法，认真落实。</p><p>主办：云南省师宗县人民政府</p></body></html>"""
    document = read_document(page.encode())
    named = {(one.text, one.where) for one in document.places}
    assert {
        ("师宗县", "title_tag"),
        ("中国师宗县", "site"),
        ("师宗县", "issuer"),
        ("曲靖市", "breadcrumb"),
        ("师宗县", "breadcrumb"),
    } <= named
    assert {"按照罗平县", "云南省"} <= {text for text, where in named if where == "prose"}
    assert document.unit_name == "彩云镇"
