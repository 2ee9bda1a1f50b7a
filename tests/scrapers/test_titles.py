"""Titles of reports and of pages about them: the bodies and years of the known truths, in every form that titles were seen in."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.scrapers.titles import judge_title
from tests.scrapers.portals import source

TITLES = tomllib.loads(Path(__file__).with_name("titles.toml").read_text("utf8"))
BODIES, NAMES, FORMS, BARE, ABOUT, ELSE = (TITLES[key] for key in ("bodies", "names", "forms", "bare", "about", "else"))
years = st.integers(2008, 2026)
bodies = st.sampled_from(BODIES)
names = st.sampled_from(NAMES)


@given(form=st.sampled_from(FORMS), body=bodies, year=years, name=names)
def test_a_title_of_a_report_is_taken_with_its_year_and_body(form, body, year, name):
    found = judge_title(form.format(body=body, year=year, name=name))
    assert found.verdict == "report", found.why
    assert found.years == ((year,) if "{year}" in form else ())
    assert found.unit == body
    assert found.about(range(year, year + 1))
    assert found.about(range(1990, 1991)) is ("{year}" not in form)


@given(form=st.sampled_from(BARE), year=years, name=names)
def test_a_title_without_a_body_is_taken(form, year, name):
    found = judge_title(form.format(year=year, name=name))
    assert (found.verdict, found.years, found.unit) == ("report", (year,), None)


@given(form=st.sampled_from(ABOUT), inner=st.sampled_from(FORMS[:4]), body=bodies, year=years, name=names)
def test_pages_about_a_report_are_not_taken(form, inner, body, year, name):
    values = {"body": body, "year": year, "name": name}
    found = judge_title(form.format(title=inner.format(**values), **values))
    assert (found.verdict, found.wanted) == ("other", False), found


@given(form=st.sampled_from(ELSE), body=bodies, year=years)
def test_what_else_stands_in_a_list_is_not_taken(form, body, year):
    assert judge_title(form.format(body=body, year=year)).verdict == "other"


@pytest.mark.parametrize(
    "text",
    [
        "2023年年报",
        "彩云镇2023年度报告",
        "彩云镇人民政府2023年政府信息公开工作年...",
        "关于发布《彩云镇2023年政府信息公开工作年度报告》的公告",
        "2016年政府信息公开情况统计表",
        "示例開發區政府信息公开年报",
        None,
        "",
    ],
)
def test_what_the_title_alone_does_not_settle_is_collected(text):
    assert judge_title(text).verdict == "maybe"
    assert judge_title(text).wanted


def test_a_cut_title_that_is_clearly_something_else_is_not_taken():
    assert judge_title("关于做好2023年政府信息公开工作年度报告编...").verdict == "other"


def test_a_source_knows_its_own_titles_better():
    own = source("trs", titles=(r"^\d{4}年$",), not_titles=("汇总",))
    assert judge_title("2023年", own).verdict == "report"
    assert judge_title("2023年", own).years == (2023,)
    assert judge_title("2023年").verdict == "other"
    assert judge_title("彩云镇2023年政府信息公开工作年度报告汇总", own).verdict == "other"


@given(st.text(max_size=120))
def test_any_text_is_judged(text):
    assert judge_title(text).verdict in {"report", "maybe", "other"}


def test_the_bodies_and_years_of_the_known_truths(shared):
    """Every body that the truths name, in every form of title: taken with its year; in every form of a page about it: not taken."""
    truths = [json.loads(path.read_text("utf8")) for path in sorted((shared / "corpus").glob("*/*.truth.json"))]
    named = [(re.sub(r"（.*）$", "", one["unit"]), int(one["year"])) for one in truths if str(one.get("year", "")).isdecimal()]
    named = [(unit, year) for unit, year in named if not unit.startswith("(")]
    assert len(named) > 20
    for unit, year in named:
        for form in FORMS[:8]:
            found = judge_title(form.format(body=unit, year=year, name=NAMES[0]))
            assert (found.verdict, found.years) == ("report", (year,)), (unit, form)
        for form in ABOUT:
            text = form.format(title=f"{unit}{year}年{NAMES[0]}", body=unit, year=year, name=NAMES[0])
            assert judge_title(text).verdict == "other", text


def test_a_title_as_it_is_printed(shared):
    page = (shared / "corpus/documents/shanghai-office-2019.html").read_text("utf8")
    printed = re.search(r">(2019年[^<]{2,40}年度报告)<", page)
    assert printed is not None
    assert (judge_title(printed[1]).verdict, judge_title(printed[1]).unit) == ("report", "上海市人民政府办公厅")
