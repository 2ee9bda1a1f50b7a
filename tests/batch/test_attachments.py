"""A page whose tables are attachments (pictures, files without a title): one report, each table from where it stands."""

from __future__ import annotations

import json
import random
import re

import pandas as pd
import pytest

from pipeline.archive import make_record, open_writer
from pipeline.batch import versions
from pipeline.batch.build import ARCHIVE, build
from pipeline.batch.explain import explain
from pipeline.documents import media
from pipeline.forms.load import TABLES
from pipeline.generator import HtmlFlavour, random_spec, render_html

SITE = "http://www.yunhe.gov.cn/zwgk"


@pytest.fixture
def parts() -> tuple[str, list[str], dict[str, int]]:
    """A page without its tables, the tables, and all figures with a number."""
    rng = random.Random(3)
    spec = random_spec(rng, forms="2021", figures="consistent")
    html = render_html(spec, HtmlFlavour(), rng=rng).decode()
    tables = re.findall(r"<table.*?</table>", html, re.DOTALL)
    page = re.sub(r"<table.*?</table>", '<p><img src="x.png"></p>', html, flags=re.DOTALL)
    return page, [f"<html><body>{table}</body></html>" for table in tables], {name: v for name, v in spec.values.items() if v is not None}


def collected(tmp_path, page, files, *, parent=f"{SITE}/1.html"):
    addresses = [f"{SITE}/file{number}.html" for number in range(len(files))]
    items = [{"url": f"{SITE}/1.html"}, *({"url": one, "parent": parent} for one in addresses)]
    listing = {"kind": "listing", "source": "yunhe", "lists": [SITE], "years": [2023], "complete": False, "items": items}
    with open_writer(tmp_path / "raw" / ARCHIVE) as writer:
        for address, body in zip([f"{SITE}/1.html", *addresses], [page, *files], strict=True):
            writer.add(make_record(body.encode(), url=address, media_type="text/html", status=200))
        writer.add(make_record(json.dumps(listing).encode(), kind="metadata", name="listing"))
    build(tmp_path / "raw", tmp_path / "processed", workers=1)
    return tmp_path / "processed"


def figures(processed) -> pd.DataFrame:
    return pd.concat(pd.read_parquet(processed / table) for table in TABLES)


def test_tables_come_from_the_attachments_that_have_them(tmp_path, parts):
    page, files, printed = parts
    processed = collected(tmp_path, page, files)
    [report] = pd.read_parquet(processed / "reports").to_dict("records")
    assert [report[f"{table}_state"] for table in TABLES] == ["read"] * 3
    assert report["form"] == "2021"
    rows = figures(processed)
    found = dict(zip(rows["figure"], rows["value"], strict=True))
    assert {name: found[name] for name in found if name in printed} == {name: printed[name] for name in found if name in printed}
    money = pd.read_parquet(processed / "fees").query("source == 'table'")
    assert report["figures_printed"] == len(rows) + len(money) == 200
    assert set(rows["report_id"]) == {report["report_id"]}
    assert report["document_id"] not in set(rows["document_id"])
    documents = pd.read_parquet(processed / "documents")
    assert sorted(documents["role"]) == ["attachment"] * 3 + ["primary"]
    checks = pd.read_parquet(processed / "checks")
    assert set(checks[checks["check_id"] == "applications_balance"]["outcome"]) == {"passed"}
    lines = list(explain(tmp_path / "raw" / ARCHIVE, processed, report["report_id"], "applications.new_received.total"))
    assert any("(attachment)" in line for line in lines)
    assert not any("not the same text" in line or "not found" in line for line in lines)


def test_a_table_that_the_page_has_is_read_there_and_a_difference_is_told(tmp_path, parts):
    page, files, _ = parts
    whole = page.replace('<p><img src="x.png"></p>', files[1].removeprefix("<html><body>").removesuffix("</body></html>"), 1)
    other = re.sub(r">(\d+)<", lambda found: f">{int(found[1]) + 1}<", files[1], count=1)
    processed = collected(tmp_path, whole, [other])
    [report] = pd.read_parquet(processed / "reports").to_dict("records")
    rows = pd.read_parquet(processed / "applications")
    assert set(rows["document_id"]) == {report["document_id"]}
    issues = pd.read_parquet(processed / "issues")
    assert len(issues[issues["code"] == "report.versions_differ"]) == 1


def test_what_hangs_on_no_report_stays_by_itself(tmp_path, parts):
    page, files, _ = parts
    processed = collected(tmp_path, page, files[:1], parent=f"{SITE}/other.html")
    assert len(pd.read_parquet(processed / "reports")) == 2


def test_every_medium_that_is_read_has_its_place_among_those_of_one_report():
    """What has none comes last, behind a picture."""
    assert set(media._READERS) <= set(versions._words()["media"])
