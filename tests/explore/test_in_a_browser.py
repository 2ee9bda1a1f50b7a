"""The explorer as a person meets it, in Chromium: every page, by mouse and keyboard, with nothing from elsewhere and no error."""

from __future__ import annotations

import csv
import io
import json
import re
from xml.etree import ElementTree

import pytest
from axe_playwright_python.sync_playwright import Axe

from pipeline.explore.book import Book
from tests.built_sample import gongkai
from tests.explore.watched import watched

RESOURCES, MARKET, QINGSHI, SONGPING = "ud5d5ff64c930", "ua313cef571c2", "u6c925e17d3ef", "uda8e1ce92b1f"
COUNTY, REPORT, RECEIVED = "990121000000", f"{RESOURCES}-2021-own", "applications.new_received.total"
PAGES = {
    "home": "/",
    "search": "/search?q=%E9%95%87",
    **{question: f"/ask/{question}?year=2024" for question in ("missing", "requests", "lost")},
    **{question: f"/ask/{question}" for question in ("zeros", "contradictions")},
    "place": f"/place/{COUNTY}",
    "unit": f"/unit/{RESOURCES}",
    "report": f"/report/{REPORT}?figure={RECEIVED}",
    "a text": f"/report/{QINGSHI}-2022-own",
    "findings": "/findings",
    "compare": f"/compare?unit={QINGSHI}&unit={SONGPING}&figure={RECEIVED}",
    "many": f"/compare?place={COUNTY}&indicator=disclosure",
    "nothing chosen": "/compare",
}
DISCLOSURE = "公开率（含部分公开）"


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_whole_quiet_and_accessible(browser, site, name):
    """No request to elsewhere, no message in the console, nothing serious found by axe-core; on a phone nothing wider than the page."""
    for lang, size in (("zh", {"width": 1280, "height": 900}), ("en", {"width": 390, "height": 844})):
        with watched(browser, site, viewport=size) as one:
            page = one.go(f"/{lang}{PAGES[name]}")
            assert page.locator("h1").count() == 1
            assert page.locator("html").get_attribute("lang") == {"zh": "zh-Hans", "en": "en"}[lang]
            wide, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
            assert wide == seen, "the page itself scrolls sideways"
            if lang == "zh":
                assert serious(page) == []


def test_what_is_not_accessible_would_be_found(browser, site):
    with watched(browser, site) as one:
        page = one.go("/zh/search")
        page.evaluate("document.querySelector('h1').style.color = '#ddd'; document.querySelector('main label').remove()")
        assert {told.partition(":")[0] for told in serious(page)} == {"color-contrast", "label"}


def serious(page) -> list[str]:
    """What axe-core finds serious or worse, each with the element."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in {"serious", "critical"}]


def test_an_indicator_is_chosen_and_its_address_opened_again_shows_the_same(browser, site):
    with watched(browser, site) as one:
        page = one.go(f"/zh/compare?unit={RESOURCES}&unit={MARKET}&indicator=received")
        page.select_option("#what", "indicator:disclosure")
        page.select_option("#from", "2020")
        page.locator("form.choose button").click()
        assert page.locator("h1").inner_text() == f"{DISCLOSURE}，2020–2024"
        address = page.locator("footer .soft a").get_attribute("href")
        table = page.locator("table.compared").inner_text()
        assert "22/39" in table
        drawn = page.locator("figure.chart svg circle").count()
        assert drawn == 10
    with watched(browser, site) as other:
        again = other.go(address.removeprefix(site))
        assert again.locator("h1").inner_text() == f"{DISCLOSURE}，2020–2024"
        assert again.locator("table.compared").inner_text() == table


def test_a_neighbour_is_added_and_a_gap_says_why(browser, site):
    with watched(browser, site) as one:
        page = one.go(f"/zh/compare?unit={QINGSHI}&figure={RECEIVED}")
        page.get_by_label("示例省明川市云河县松坪镇人民政府").check()
        page.locator("form.choose button").click()
        assert page.locator("table.compared tbody tr").count() == 2
        told = page.locator("table.compared td.absent").all_inner_texts()
        assert told == ["无此表", "未采集"]
        assert "未采集" in page.locator("figure.chart svg").text_content()
        lines = page.locator("figure.chart svg polyline")
        assert lines.count() == 3, "no line is drawn over a gap"


def test_what_is_downloaded_is_what_the_command_gives(browser, site, sample, tmp_path):
    out = tmp_path / "command.csv"
    where = ["--processed", sample / "data" / "processed"]
    gongkai("compare", QINGSHI, SONGPING, "--figure", RECEIVED, "--years", "2019-2024", "--out", out, *where)
    with watched(browser, site, accept_downloads=True) as one:
        page = one.go(f"/zh{PAGES['compare']}")
        with page.expect_download() as waiting:
            page.get_by_role("link", name="CSV 表格").click()
        assert waiting.value.suggested_filename == "gongkai-compare.csv"
        assert waiting.value.path().read_bytes() == out.read_bytes()
        with page.expect_download() as waiting:
            page.get_by_role("link", name="SVG 图").click()
        picture = ElementTree.parse(waiting.value.path()).getroot()
        assert picture.tag == "{http://www.w3.org/2000/svg}svg"
        assert any("资料来源" in (element.text or "") for element in picture.iter())
        assert any("虚构示例" in (element.text or "") for element in picture.iter())


def test_a_report_is_taken_away_with_every_figure(browser, site):
    with watched(browser, site, accept_downloads=True) as one:
        page = one.go(f"/en/report/{REPORT}")
        found = {}
        for kind in ("CSV", "JSON"):
            with page.expect_download() as waiting:
                page.get_by_role("link", name=kind, exact=True).click()
            found[kind] = waiting.value.path().read_text("utf-8-sig")
        rows, told = list(csv.DictReader(io.StringIO(found["CSV"]))), json.loads(found["JSON"])
        assert len(rows) == len(told["rows"]) == 200
        assert {row["figure"]: row["raw"] for row in rows}[RECEIVED] == "65"
        assert told["snapshot"] == 1
        assert "CC BY 4.0" in told["citation"]


def test_a_number_chosen_on_the_form_is_marked_in_the_archived_page(browser, site):
    with watched(browser, site) as one:
        page = one.go(f"/zh/report/{REPORT}")
        frame = page.frame(name="archived")
        assert frame.locator(":target").count() == 0
        page.locator(f'table.form a[data-figure="{RECEIVED}"]').click()
        frame.wait_for_selector("td:target")
        assert frame.locator("td:target").inner_text() == "65"
        colours = frame.evaluate("[...document.querySelectorAll('td')].map(one => getComputedStyle(one).backgroundColor)")
        assert len([colour for colour in colours if colour == "rgb(255, 226, 106)"]) == 1
        page.locator('table.form a[data-figure="applications.new_received.natural_person"]').click()
        frame.wait_for_function("document.querySelector(':target').textContent == '49'")


def test_the_address_of_a_figure_marks_its_cell_and_tells_what_is_known_of_it(browser, site):
    with watched(browser, site) as one:
        page = one.go(f"/zh/report/{REPORT}?figure={RECEIVED}")
        assert page.locator(".chosen .big").inner_text().split() == ["65", "件"]
        assert "第一项加第二项之和" in page.locator(".chosen").inner_text()
        assert page.locator("td.is-chosen").inner_text().startswith("65")
        assert page.frame(name="archived").locator("td:target").inner_text() == "65"


def test_a_figure_of_a_flattened_text_is_marked_in_the_table_that_was_put_together(browser, site):
    with watched(browser, site) as one:
        page = one.go(f"/zh/report/{QINGSHI}-2021-own?figure={RECEIVED}")
        frame = page.frame(name="archived")
        assert frame.locator("td:target").inner_text() == page.locator(".chosen .big").inner_text().split()[0] == "10"


def test_the_archived_page_can_run_nothing_and_load_nothing(browser, site):
    with watched(browser, site) as one:
        page = one.go(f"/zh/report/{REPORT}")
        element = page.locator("iframe[name=archived]")
        assert element.get_attribute("sandbox") == ""
        tags = set(page.frame(name="archived").evaluate("[...document.querySelectorAll('*')].map(one => one.localName)"))
        assert tags <= {"html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "table", "tbody", "tr", "td"}


def test_the_language_is_the_browsers_until_it_is_switched(browser, site):
    for locale, heading in (
        ("zh-CN", "政府信息公开年报数据"),
        ("en-GB", "Disclosure reports as data"),
        ("fr-FR", "Disclosure reports as data"),
    ):
        with watched(browser, site, locale=locale) as one:
            assert one.go("/").locator("h1").inner_text() == heading
    with watched(browser, site) as one:
        page = one.go(f"/zh{PAGES['compare']}")
        page.locator("a.language").click()
        assert page.url == f"{site}/en{PAGES['compare']}"
        page.locator("header nav a").first.click()
        assert page.url == f"{site}/en/"


def test_a_unit_is_found_by_keyboard_alone(browser, site):
    with watched(browser, site) as one:
        page = one.go("/zh/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "跳到正文"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.type("松坪镇")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/zh/search"))
        assert page.locator("ul.units a").all_inner_texts() == ["示例省明川市云河县松坪镇人民政府"]


def test_a_citation_is_copied(browser, site):
    with watched(browser, site) as one:
        page = one.go(f"/zh/report/{REPORT}?figure={RECEIVED}")
        page.get_by_role("button", name="复制").click()
        page.wait_for_function("document.querySelector('[data-copy]').textContent == '已复制'")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert "示例省明川市云河县自然资源局2021年" in copied
        assert ": 65" in copied
        assert f"{site}/zh/report/{REPORT}?figure={RECEIVED}" in copied


def test_datasettes_tables_stay_reachable_without_a_script(browser, site, book: Book):
    with watched(browser, site, accept_downloads=True) as one:
        page = one.go("/zh/")
        page.get_by_role("link", name="全部数据表").click()
        page.get_by_role("link", name="reports", exact=True).first.click()
        assert page.locator("script").count() == 0
        assert f"{book.counts['reports']} rows" in page.locator("body").inner_text()
