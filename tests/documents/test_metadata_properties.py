"""Generated pages with misleading neighbours: the unit and the year are right, or an issue says what is doubted; never wrong in silence."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.documents.metadata import Metadata, read_metadata
from pipeline.documents.metadata.names import same_body

COUNTIES = ["示例县", "甲城县", "乙湖区", "丙山市", "丁州市", "戊江自治县"]
TOWNS = ["云溪镇", "白石乡", "各塔镇", "本溪湖镇", "城关镇", "向阳街道", "市北街道", "将台乡", "镇安镇"]
BUREAUS = [
    "民政局",
    "住房和城乡建设局",
    "市场监督管理局",
    "卫生健康委员会",
    "科委",
    "发展和改革委员会",
    "教育局（本级）",
    "人民政府办公室",
    "司法局",
    "开发区管委会",
    "文化广电旅游体育局",
]
OTHERS = ["己水县财政局", "示例县水务局", "丙山市丹霞镇", "示例省人民政府办公厅", "甲城县审计局"]
SELF = {"镇": "我镇", "乡": "我乡", "道": "我街道", "局": "我局", "委": "我委", "会": "我委", "室": "我办"}


@dataclass(frozen=True)
class Page:
    unit: str
    year: int
    lines: list[str]
    title_tag: str | None = None
    meta: dict[str, str] = field(default_factory=dict)
    breadcrumb: list[str] = field(default_factory=list)
    url: str | None = None


@st.composite
def units(draw: st.DrawFn) -> tuple[str, str]:
    """A fictitious body and its county."""
    county = draw(st.sampled_from(COUNTIES))
    kind = draw(st.sampled_from(["town", "town_government", "street", "county", "bureau", "bare_town"]))
    town = draw(st.sampled_from(TOWNS))
    if kind == "county":
        return f"{county}人民政府", county
    if kind == "bureau":
        return county + draw(st.sampled_from(BUREAUS)), county
    if town.endswith("街道"):
        return county + town + draw(st.sampled_from(["", "办事处"])), county
    if kind == "bare_town":
        return town, county
    return county + town + ("人民政府" if kind == "town_government" else ""), county


def title_lines(draw: st.DrawFn, unit: str, year: int) -> list[str]:
    tail = draw(st.sampled_from(["政府信息公开工作年度报告", "政府信息公开年度报告", "政府信息公开工作报告", "政府信息公开年报"]))
    when = draw(st.sampled_from([f"{year}年", f"{year}年度", f" {year} 年"]))
    return draw(
        st.sampled_from(
            [
                [f"{unit}{when}{tail}"],
                [f"{when}{unit}{tail}"],
                [unit, f"{when}{tail}"],
                [f"{unit}{when}", tail],
                [f"{when}{unit}{tail[:6]}", tail[6:]],
                [f"关于公布{unit}{when}{tail}"],
                [f"{when}{tail}"],
                [f"我单位{when}{tail}"],
                [],
            ]
        )
    )


def opening(draw: st.DrawFn, unit: str, county: str, year: int) -> list[str]:
    own = SELF.get(unit[-1], "本机关")
    first = draw(
        st.sampled_from(
            [
                f"{year}年，{unit}认真贯彻落实《中华人民共和国政府信息公开条例》。",
                f"{year}年，{own}紧紧围绕县委、县政府中心工作。",
                f"{year}年以来，在县委、县政府的坚强领导下，{unit}深入贯彻条例。",
                f"根据《{county}人民政府办公室关于编制公布{year + 1}年政府信息公开工作年度报告的通知》要求，{own}认真落实。",
                f"{year}年，{own}严格按照《条例》和{county}审计局的要求，与{draw(st.sampled_from(OTHERS))}共同推进。",
            ]
        )
    )
    second = draw(
        st.sampled_from(
            [
                f"{year}年，{own}收到政府信息公开申请3件，较{year - 1}年减少2件。",
                f"通过{county}人民政府门户网站公开信息20条，{year + 1}年将继续推进。",
                f"按照{draw(st.sampled_from(OTHERS))}的部署，完善{year - 3}年修订的制度。",
                f"截至{year}年12月31日，{own}共公开信息100余条。",
            ]
        )
    )
    return ["一、总体情况", first, second]


@st.composite
def pages(draw: st.DrawFn) -> Page:
    unit, county = draw(units())
    year = draw(st.integers(2008, 2099))
    lines = draw(st.sampled_from([[], [f"{county}人民政府门户网站"], ["首页", "政务公开", "政府信息公开指南", "政府信息公开制度"]])).copy()
    lines += title_lines(draw, unit, year)
    lines += draw(
        st.sampled_from([[], [f"发布日期：{year + 1}-01-19 来源：{county}人民政府办公室"], [f"时间：{year + 1}年1月9日 浏览次数：20"]])
    )
    lines += draw(
        st.sampled_from(
            [
                [],
                [f"本报告中所列数据的统计期限自{year}年1月1日起至12月31日止。"],
                [f"本报告由{unit}编制。"],
                [f"现公布{unit}{year}年政府信息公开工作年度报告，请与{county}人民政府办公室联系（地址：{county}）。"],
                [f"根据《条例》和{draw(st.sampled_from(OTHERS))}要求编制本报告。"],
            ]
        )
    )
    lines += opening(draw, unit, county, year)
    lines += ["二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况"]
    lines += draw(st.sampled_from([[], [f"上一篇：{one}{year - 1}年政府信息公开工作年度报告" for one in OTHERS[:2]]]))
    site = f"{county}人民政府"
    return Page(
        unit,
        year,
        lines,
        draw(
            st.sampled_from(
                [None, f"{year}年政府信息公开工作年度报告_{site}", f"{year + 1}年政府信息公开工作年度报告-{site}", site, "政府信息公开年报"]
            )
        ),
        draw(
            st.sampled_from(
                [
                    {},
                    {"ContentSource": site},
                    {"ContentSource": f"{site}办公室", "PubDate": f"{year + 1}-01-20 10:00"},
                    {"ContentSource": unit},
                ]
            )
        ),
        draw(st.sampled_from([[], ["首页", site, "政府信息公开年报"], ["首页", county, unit, "年报"]])),
        draw(
            st.sampled_from(
                [
                    None,
                    f"http://www.example.gov.cn/art/{year + 1}/1/19/art_1.html",
                    f"http://www.example.gov.cn/{year + 1}01/t{year + 1}0119_2.html",
                ]
            )
        ),
    )


def read(page: Page) -> Metadata:
    return read_metadata(
        lines=page.lines, title_tag=page.title_tag, meta=page.meta, breadcrumb=page.breadcrumb, url=page.url, name="page.html"
    )


@settings(max_examples=600, deadline=None)
@given(pages())
def test_unit_and_year_are_right_or_an_issue_says_so(page):
    found = read(page)
    codes = [issue.code for issue in found.issues]
    assert found.kind == "report"
    if found.unit_name is None:
        assert "unit.open" in codes
    elif not same_body(found.unit_name, page.unit):
        assert any(code.startswith("unit.") for code in codes), found
    if found.report_year is None:
        assert "year.open" in codes
    elif found.report_year != page.year:
        assert any(code.startswith("year.") for code in codes), found


@settings(max_examples=300, deadline=None)
@given(pages(), st.sampled_from(["政府信息公开工作年度报告", "政府信息公开年报"]))
def test_a_full_title_is_believed_word_for_word(page, tail):
    lines = [f"{page.unit}{page.year}年{tail}", *page.lines[page.lines.index("一、总体情况") :]]
    found = read(Page(page.unit, page.year, lines, page.title_tag, page.meta, page.breadcrumb, page.url))
    assert (found.unit_name, found.report_year) == (page.unit, page.year)
    assert found.sources["unit_name"].source == "title"


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.text(max_size=80), max_size=30),
    st.text(max_size=60),
    st.dictionaries(st.text(max_size=20), st.text(max_size=40), max_size=5),
)
def test_any_text_at_all_is_read_without_an_error(lines, tag, meta):
    found = read_metadata(lines=lines, title_tag=tag, meta=meta, breadcrumb=lines[:3], url=tag, name=tag)
    assert found.report_year is None or 2008 <= found.report_year <= 2100
