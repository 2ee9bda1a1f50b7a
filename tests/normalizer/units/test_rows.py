from pipeline.normalizer.identity import unit_id
from pipeline.normalizer.load import follow
from pipeline.normalizer.schemas import arrow_schema
from pipeline.normalizer.units.resolve import Resolver, resolved_id
from pipeline.normalizer.units.rows import redirect_rows, unit_rows

from .lists import change, claim, little

URL = "http://www.shizong.gov.cn/1.html"


def resolved(divisions, *claims):
    resolver = Resolver(divisions)
    return [(one, resolver.resolve(one)) for one in claims]


def test_one_row_a_unit_over_all_its_names_and_years():
    divisions = little(change("530323204", "彩云乡", "530323104", "彩云镇"), change("530323201", "旧街乡", "530323104", "彩云镇", "merge"))
    names = ("师宗县彩云乡", "师宗县彩云镇", "师宗县彩云镇人民政府")
    table = unit_rows(resolved(divisions, *(claim(name, year=2019 + number) for number, name in enumerate(names))))
    assert table.schema.equals(arrow_schema("units"))
    (row,) = table.to_pylist()
    assert {name: row[name] for name in ("unit_id", "name", "resolved", "division_code", "root_code", "reports", "synthetic")} == {
        "unit_id": resolved_id("530323204000", "人民政府"),
        "name": "云南省曲靖市师宗县彩云镇人民政府",
        "resolved": True,
        "division_code": "530323104000",
        "root_code": "530323204000",
        "reports": 3,
        "synthetic": False,
    }
    assert (row["names_printed"], row["former_names"], row["merged_from"]) == (
        "师宗县彩云乡 | 师宗县彩云镇 | 师宗县彩云镇人民政府",
        "彩云乡",
        "旧街乡",
    )
    assert (row["first_year"], row["last_year"], row["county"], row["township_code"]) == (2019, 2021, "师宗县", "530323104000")


def test_units_that_are_not_resolved_have_a_row_too():
    rows = unit_rows(
        resolved(little(), claim("彩云镇", url=URL, year=2020), claim(None, sha256="ab"), claim("彩云镇", url=URL))
    ).to_pylist()
    named = next(row for row in rows if row["name"] == "彩云镇")
    assert (named["unit_id"], named["resolved"], named["reports"], named["first_year"]) == (unit_id("彩云镇", URL, ""), False, 2, 2020)
    assert (named["level"], named["kind"], named["county"]) == ("township", "government", None)
    assert len(rows) == 2


def test_no_reports_make_an_empty_table():
    assert unit_rows([]).num_rows == redirect_rows([], little()).num_rows == 0


def test_ids_of_what_is_resolved_now_lead_to_its_id():
    documents = resolved(little(), claim("师宗县彩云镇", url=URL), claim("彩云镇", ("师宗县", "title"), url=URL), claim("葵山镇", url=URL))
    table = redirect_rows(documents, little())
    assert table.schema.equals(arrow_schema("redirects"))
    caiyun = resolved_id("530323104000", "人民政府")
    moved = {row["old_id"]: row["new_id"] for row in table.to_pylist()}
    assert moved == {unit_id("师宗县彩云镇", URL, ""): caiyun, unit_id("彩云镇", URL, ""): caiyun}
    assert follow(moved, f"{unit_id('彩云镇', URL, '')}-2023-own") == f"{caiyun}-2023-own"


def test_an_id_that_would_lead_to_two_units_leads_nowhere():
    documents = resolved(little(), *(claim("彩云镇", (county, "title"), url="http://yn.gov.cn/") for county in ("师宗县", "禄丰市")))
    assert [found.resolved for _, found in documents] == [True, True]
    assert redirect_rows(documents, little()).num_rows == 0


def test_ids_made_of_later_codes_lead_to_the_first_once_a_change_list_joins_them():
    claims = (claim("师宗县彩云镇"), claim("洪泽区民政局"), claim("广州市白云区棠景街道"))
    before = {one.unit_name: found.unit_id for one, found in resolved(little(), *claims)}
    divisions = little(
        change("530323204", "彩云乡", "530323104", "彩云镇"),
        change("320829", "洪泽县", "320813", "洪泽区"),
        change("440111100", "棠景镇", "440111001", "棠景街道"),
    )
    after = resolved(divisions, *claims)
    moved = {row["old_id"]: row for row in redirect_rows(after, divisions).to_pylist()}
    for one, found in after:
        assert moved[before[one.unit_name]]["new_id"] == found.unit_id != before[one.unit_name]
        assert moved[before[one.unit_name]]["reason"] == "renamed"
