"""Texts of strangers: what a report holds is shown as text, and can never run, load or lead anywhere but to http."""

from __future__ import annotations

import re

import pytest

from pipeline.explore.book import Book, open_book
from tests import small_snapshot as small
from tests.built_sample import SAMPLE, gongkai
from tests.explore.running import book_in, running
from tests.explore.watched import watched

SCRIPT = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
NAME = f"示例县{SCRIPT}局\u202e\x1b[2J"
_COMPARED = "/zh/compare?unit={0}&figure=applications.new_received.total"
PLANTED = ("/zh/unit/{0}", "/zh/report/{0}-2022-own", _COMPARED, "/zh/findings", "/zh/ask/missing", "/zh/")


@pytest.fixture(scope="module")
def planted(tmp_path_factory) -> Book:
    """Datasets in which every text is a script: names, titles, raw texts, messages, evidence, addresses."""
    unit = small.TOWN
    about = {"unit_name": NAME, "unit_name_printed": NAME, "title": SCRIPT, "source_url": "javascript:document.title='owned'"}
    rows = small.together(
        {"units": [{**small.units(unit)["units"][0], "name": NAME, "names_printed": NAME, "county": SCRIPT}]},
        small.report(unit, 2022, **about),
        small.figure(unit, 2022, "applications.new_received.total", None, "unreadable", raw=SCRIPT, flags="read.unreadable"),
        small.figure(unit, 2022, "applications.carried_over.total", 3, correction=SCRIPT, value_corrected=4),
        small.check(unit, 2022, "applications_balance", scope_key=SCRIPT),
        small.coverage(unit, 2022, "after_deadline", evidence=SCRIPT, name=NAME, days_late=3),
        {"issues": [small.keys(unit, 2022) | {"level": "error", "code": "table.refused", "message": SCRIPT, "evidence": SCRIPT}]},
    )
    for row in rows["documents"]:
        row |= {"url": "javascript:document.title='owned'", "title": SCRIPT}
    return open_book(small.write(tmp_path_factory.mktemp("planted"), rows))


@pytest.mark.fault("O02")
def test_a_planted_script_is_shown_and_never_run(browser, planted):
    with running(planted) as site, watched(browser, site) as one:
        for path in PLANTED:
            page = one.go(path.format(small.TOWN))
            assert page.title() != "owned"
            assert page.locator("img").count() == 0
            assert page.locator("script").count() == 1, "only our own"
            assert (
                page.evaluate("[...document.querySelectorAll('a')].filter(one => !/^https?:$/.test(one.protocol) && one.href).length") == 0
            )
            assert "onerror" in page.locator("main").inner_text()
            assert "\u202e" not in page.content()
        picture = page.request.get(f"{site}/zh/compare.svg?unit={small.TOWN}&figure=applications.carried_over.total").text()
        assert "<img" not in picture
        assert "<script" not in picture


@pytest.mark.fault("O02")
def test_datasettes_tables_show_it_as_text_too(browser, planted):
    with running(planted) as site, watched(browser, site) as one:
        for table in ("units", "reports", "issues", "documents", "failed_checks"):
            page = one.go(f"/gongkai/{table}")
            assert page.locator("img, script").count() == 0
            assert page.evaluate("[...document.querySelectorAll('a')].filter(one => one.protocol == 'javascript:').length") == 0


def test_a_hostile_page_of_the_archive_is_rebuilt_as_text_and_tables(browser, tmp_path):
    page = (SAMPLE / "yunhe-county-education-2023.html").read_text("utf8")
    planted = (
        "<script>document.title='owned'</script><img src=http://example.invalid/x onerror=alert(1)><b onclick=alert(1)>一、总体情况</b>"
    )
    planted += "<a href=javascript:alert(1)>链接</a><style>td{display:none}</style><form action=http://example.invalid><input></form>"
    planted += "&lt;img src=x onerror=alert(2)&gt;<iframe src=http://example.invalid></iframe><svg onload=alert(3)></svg>"
    body = re.sub("<p>一、总体情况</p>", lambda _: f"<p>{planted}</p>", page).replace("<td>15</td>", "<td style='position:fixed'>15</td>")
    (tmp_path / "hostile.html").write_text(body, "utf8")
    where = ["--raw", tmp_path / "data" / "raw", "--processed", tmp_path / "data" / "processed"]
    gongkai("import", tmp_path / "hostile.html", *where)
    gongkai("build", *where)
    book = book_in(tmp_path)
    report = book.rows("SELECT report_id FROM reports")[0]["report_id"]
    with running(book) as site, watched(browser, site) as one:
        shown = one.go(f"/zh/report/{report}?figure=applications.new_received.total")
        frame = shown.frame(name="archived")
        assert frame.locator("td:target").inner_text() == "15"
        assert "一、总体情况" in frame.locator("body").inner_text()
        assert "<img src=x onerror=alert(2)>" in frame.locator("body").inner_text()
        tags = set(frame.evaluate("[...document.querySelectorAll('body *')].map(one => one.localName)"))
        assert tags <= {"main", "h1", "h2", "p", "table", "tbody", "tr", "td"}
        names = set(frame.evaluate("[...document.querySelectorAll('body *')].flatMap(one => one.getAttributeNames())"))
        assert names <= {"id", "rowspan", "colspan"}
