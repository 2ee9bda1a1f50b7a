"""Reports at the wrong place: what the list says against what the page says."""

import json

import pytest

from pipeline.archive import make_record, open_writer
from pipeline.batch.build import build
from tests.batch.fake_reader import READER
from tests.batch.world import frame

LIST = "http://www.shili.gov.cn/nb/"


def collected(raw, *entries, day=1):
    """Pages and what the list says of them: title, address, year that the page is of."""
    date = f"2024-03-0{day}T00:00:00Z"
    items = [{"url": url, "title": title, "year": None, "unit": None, "parent": None} for title, url, _ in entries]
    listing = {
        **{"kind": "listing", "version": 1, "source": "shili", "name": "示例县", "lists": [LIST], "years": [2022, 2023]},
        **{"complete": True, "ended": date, "items": items},
    }
    with open_writer(raw / "archive") as writer:
        for title, url, year in entries:
            body = json.dumps({"unit": f"示例省示例县第{url[-6]}镇", "year": year, "values": {}, "title": title}).encode()
            writer.add(make_record(body, url=url, status=200, media_type="text/html", fetched_at=date, source="shili"))
        body = json.dumps(listing).encode()
        writer.add(make_record(body, kind="metadata", name="listing", media_type="application/json", source="shili", fetched_at=date))


@pytest.mark.fault("V04")
def test_a_list_that_names_another_year_than_the_page_is_told(tmp_path):
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    collected(
        raw,
        ("第1镇2023年政府信息公开工作年度报告", f"{LIST}1.html", 2022),
        ("第2镇2023年政府信息公开工作年度报告", f"{LIST}2.html", 2023),
        ("政府信息公开工作年度报告（2024-01-20）", f"{LIST}3.html", 2023),
    )
    build(raw, processed, reader=READER)
    issues = frame(processed, "issues").query("code == 'report.listed_otherwise'")
    assert len(issues) == 1
    assert "names the report of 2023 here, the page is that of 2022" in issues["message"].item()
    assert f"{LIST.removeprefix('http://www.')}1.html" in issues["evidence"].item()
    assert set(frame(processed, "reports")["report_year"]) == {2022, 2023}


@pytest.mark.fault("V04")
def test_what_the_list_says_later_is_held_against_the_page_in_the_next_build(tmp_path):
    raw, processed, fresh = tmp_path / "raw", tmp_path / "processed", tmp_path / "fresh"
    collected(raw, ("第1镇2022年政府信息公开工作年度报告", f"{LIST}1.html", 2022))
    build(raw, processed, reader=READER)
    assert "report.listed_otherwise" not in set(frame(processed, "issues")["code"])
    collected(raw, ("第1镇2023年政府信息公开工作年度报告", f"{LIST}1.html", 2022), day=2)
    build(raw, processed, reader=READER)
    build(raw, fresh, reader=READER)
    for folder in (processed, fresh):
        assert "report.listed_otherwise" in set(frame(folder, "issues")["code"])
