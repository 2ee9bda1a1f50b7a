"""Coverage: which reports are there, late, gone, unreadable, and what may be said of one that is not there."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest

from pipeline.normalizer.derived.coverage import coverage_rows
from pipeline.normalizer.derived.coverage_facts import DocumentFact, FailedDocument, Listed, Listing, ReportFact, make_listing
from pipeline.normalizer.schemas import arrow_schema

HOST = "www.yunhe.gov.cn"
LIST = f"http://{HOST}/xxgk/ndbg/"
YEARS = range(2019, 2030)
QINGSHI, LIULIN, EDUCATION, COUNTY = "u-qingshi", "u-liulin", "u-education", "u-county"
NAMES = {QINGSHI: "青石镇人民政府", LIULIN: "柳林镇人民政府", EDUCATION: "云河县教育局", COUNTY: "云河县人民政府"}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def title_of(unit: str, year: int) -> str:
    return f"{NAMES[unit].removesuffix('人民政府')}{year}年政府信息公开工作年度报告"


def url_of(unit: str, year: int) -> str:
    return f"http://{HOST}/{unit}/{year}.html"


def document(unit: str, year: int, **facts) -> DocumentFact:
    known = {
        "url": url_of(unit, year),
        "title": title_of(unit, year),
        "published_on": date(year + 1, 1, 20),
        "seen_on": at(f"{year + 1}-06-01"),
    }
    return DocumentFact(**(known | facts))


def report(unit: str, year: int | None, *documents: DocumentFact, scope="own", **facts) -> ReportFact:
    documents = documents or (document(unit, year),)
    known = {"unit_name": NAMES.get(unit)}
    return ReportFact(f"{unit}-{year}-{scope}", unit, year, scope, documents=documents, **(known | facts))


def entry(unit: str, year: int, **facts) -> Listed:
    return Listed(**({"url": url_of(unit, year), "title": title_of(unit, year), "year": year} | facts))


def listing(*entries: Listed, years=(2021, 2022, 2023), complete=True, ended="2024-06-01", **facts) -> Listing:
    return Listing("yunhe", LIST, frozenset(years), complete, at(ended), tuple(entries), **facts)


def units(*ids: str, **facts) -> pa.Table:
    columns = [*arrow_schema("units"), pa.field("exists_from", pa.int16()), pa.field("exists_until", pa.int16())]
    schema = pa.schema([field.with_nullable(True) for field in columns])
    county = {"county": "云河县", "county_code": "999901000000", "level": "township", "kind": "government", "synthetic": True}
    rows = [
        county | {"unit_id": one, "name": f"示例省明川市云河县{NAMES.get(one, one)}", "names_printed": NAMES.get(one)} | facts
        for one in ids
    ]
    return pa.Table.from_pylist(rows, schema=schema)


ALL = [report(unit, year) for unit in (QINGSHI, LIULIN, EDUCATION) for year in (2021, 2022, 2023)]
WITHOUT = [one for one in ALL if (one.unit_id, one.report_year) != (QINGSHI, 2023)]
ENTRIES = [entry(one.unit_id, one.report_year) for one in WITHOUT]


def states(reports, listings=(), failures=(), known=None, **options) -> dict[tuple[str, int], str]:
    """Body and year → state."""
    known = units(*{one.unit_id for one in reports}) if known is None else known
    rows = coverage_rows(reports, known, listings, failures, YEARS, **options)
    assert rows.schema.equals(arrow_schema("coverage"), check_metadata=True)
    return {(row["unit_id"], row["report_year"]): row["state"] for row in rows.to_pylist()}


def row(reports, unit, year, listings=(), failures=(), *, known=None) -> dict[str, object]:
    known = units(*{one.unit_id for one in reports}) if known is None else known
    rows = coverage_rows(reports, known, listings, failures, YEARS).to_pylist()
    return next(one for one in rows if (one["unit_id"], one["report_year"]) == (unit, year))


def test_a_report_in_time_is_published_and_says_where_and_when():
    found = row(ALL, QINGSHI, 2023)
    assert (found["state"], found["published_on"], found["due_on"], found["days_late"]) == (
        "published",
        date(2024, 1, 20),
        date(2024, 1, 31),
        -11,
    )
    assert found["evidence"] == f"The page states 2024-01-20: {url_of(QINGSHI, 2023)}"
    assert (found["report_id"], found["county"], found["level"]) == (f"{QINGSHI}-2023-own", "云河县", "township")


@pytest.mark.parametrize(
    ("documents", "scope", "state"),
    [
        ([{"published_on": date(2024, 1, 31)}], "own", "published"),
        ([{"published_on": date(2024, 2, 1)}], "own", "after_deadline"),
        ([{"published_on": date(2024, 3, 31)}], "government_wide", "published"),
        ([{"published_on": date(2024, 4, 1)}], "government_wide", "after_deadline"),
        ([{"published_on": None}], "own", "published"),
        ([{"published_on": date(2024, 5, 1), "trust": "mirror", "url": "http://copies.com/1"}], "own", "published"),
        # The first version was in time, whatever the corrected one says.
        ([{"published_on": date(2024, 5, 1), "url": "http://a.gov.cn/2"}, {"published_on": date(2024, 1, 9)}], "own", "published"),
        ([{"published_on": date(2024, 5, 1), "url": "http://a.gov.cn/2"}, {"published_on": None}], "own", "published"),
        ([{"published_on": date(2024, 5, 1), "title": "青石镇2023年政府信息公开工作年度报告（更正）"}], "own", "published"),
        # A day before the year is over cannot be that of its report.
        ([{"published_on": date(2023, 5, 1)}], "own", "published"),
        # It was seen in time, whatever the page says since.
        ([{"published_on": date(2024, 5, 1), "seen_on": at("2024-01-30")}], "own", "published"),
        ([{"published_on": date(2024, 5, 1), "url": None, "name": "青石镇.html", "trust": "unknown"}], "own", "after_deadline"),
        # A mirror's earlier day is not the publisher's, nor is its missing one.
        (
            [{"published_on": date(2024, 5, 1)}, {"published_on": None, "trust": "mirror", "url": "http://copies.com/1"}],
            "own",
            "after_deadline",
        ),
    ],
)
def test_late_is_only_what_the_publishers_own_pages_say(documents, scope, state):
    one = report(QINGSHI, 2023, *(document(QINGSHI, 2023, **facts) for facts in documents), scope=scope)
    found = row([one], QINGSHI, 2023)
    assert found["state"] == state
    assert (found["published_on"] is None) == (found["days_late"] is None)


def test_of_two_scopes_the_one_in_time_counts():
    late = report(COUNTY, 2023, document(COUNTY, 2023, published_on=date(2024, 2, 20)))
    wide = report(COUNTY, 2023, document(COUNTY, 2023, published_on=date(2024, 3, 20)), scope="government_wide")
    assert row([late, wide], COUNTY, 2023)["report_id"] == wide.report_id
    assert row([late], COUNTY, 2023)["state"] == "after_deadline"


def test_a_report_that_is_gone_is_withdrawn_and_not_missing():
    gone = report(QINGSHI, 2023, withdrawn=at("2024-05-01"))
    found = row([*WITHOUT, gone], QINGSHI, 2023, [listing(*ENTRIES)])
    assert (found["state"], found["seen_on"], found["report_id"]) == ("withdrawn", at("2024-05-01"), gone.report_id)
    assert found["evidence"].endswith(f"404 or 410 since 2024-05-01: {url_of(QINGSHI, 2023)}")


def test_not_found_needs_a_list_of_its_source_read_completely_after_the_deadline():
    found = row(WITHOUT, QINGSHI, 2023, [listing(*ENTRIES)])
    assert (found["state"], found["seen_on"], found["report_id"]) == ("not_found", at("2024-06-01"), None)
    read = f"The list {LIST} was read completely on 2024-06-01, after the report was due on 2024-01-31"
    assert found["evidence"] == f"{read}: it names no report of this body for 2023, and nothing collected can be it"


def test_a_second_address_of_a_report_is_no_other_report():
    other = Listed(f"http://{HOST}/tzgg/8.html", year=2023)
    assert states(WITHOUT, [listing(*ENTRIES, other)])[QINGSHI, 2023] == "not_collected"
    twice = report(LIULIN, 2023, document(LIULIN, 2023, also_at=(f"{HOST.removeprefix('www.')}/tzgg/8.html",)))
    others = [one for one in WITHOUT if (one.unit_id, one.report_year) != (LIULIN, 2023)]
    assert states([*others, twice], [listing(*ENTRIES, other)])[QINGSHI, 2023] == "not_found"


LIKE_LISTS = {
    "no list": [],
    "not read completely": [listing(*ENTRIES, complete=False)],
    "read before the deadline": [listing(*ENTRIES, ended="2024-01-31")],
    "asked for other years": [listing(*ENTRIES, years=(2021, 2022))],
    "of other bodies": [listing(*ENTRIES, unit_ids=frozenset({LIULIN}))],
    "never named the body": [listing(*(one for one in ENTRIES if QINGSHI not in one.url))],
    "names nothing so late": [listing(*(one for one in ENTRIES if one.year != 2023))],
    "names fewer than it is known to": [listing(*ENTRIES, fewest=3)],
    "of another division": [listing(*ENTRIES, division_code="999902000000")],
    "names nothing": [listing()],
    "not ended": [Listing("yunhe", LIST, frozenset({2023}), True, None, tuple(ENTRIES))],
    "of another source on the same host": [
        listing(*ENTRIES, complete=False),
        Listing("departments", LIST, frozenset({2023}), True, at("2024-06-01"), (entry(EDUCATION, 2023),)),
    ],
}


@pytest.mark.parametrize("trap", LIKE_LISTS)
def test_a_list_that_does_not_speak_for_the_body_and_year_says_nothing(trap):
    assert states(WITHOUT, LIKE_LISTS[trap])[QINGSHI, 2023] == "not_collected"


def test_a_list_of_the_division_speaks_for_its_bodies():
    coded = units(QINGSHI, LIULIN, EDUCATION, township_code="999901104000")
    assert states(WITHOUT, [listing(*ENTRIES, division_code="999901000000")], known=coded)[QINGSHI, 2023] == "not_found"
    assert states(WITHOUT, [listing(*ENTRIES, unit_ids=frozenset({QINGSHI}))])[QINGSHI, 2023] == "not_found"


MAYBE = {
    "an entry that was not fetched": {"listings": [listing(*ENTRIES, entry(QINGSHI, 2023))]},
    "an entry that names nobody": {"listings": [listing(*ENTRIES, entry(QINGSHI, 2023, title="2023年政府信息公开工作年度报告"))]},
    "an entry without a year": {"listings": [listing(*ENTRIES, Listed(url_of(QINGSHI, 2023), "青石镇年报"))]},
    "an entry of an unknown name": {"listings": [listing(*ENTRIES, entry(QINGSHI, 2023, title="大桥街道2023年政府信息公开工作年度报告"))]},
    "an entry of an earlier list": {"listings": [listing(*ENTRIES), listing(entry(QINGSHI, 2023), complete=False, ended="2024-02-01")]},
    "a document that failed": {"failures": [FailedDocument(f"http://{HOST}/1.pdf", None, None, "no text")]},
    "a document that failed, of the body": {
        "failures": [FailedDocument(f"http://{HOST}/1.pdf", None, "青石镇政府信息公开年报", "no text")]
    },
    "a local file of the body": {"failures": [FailedDocument(None, "青石镇年报.pdf", None, "no text")]},
    "a report of the body without a year": {"more": [report(QINGSHI, None, document(QINGSHI, 2022, url=f"http://{HOST}/x"))]},
    "a report that names nobody": {"more": [report("x1", 2023, document(QINGSHI, 2023, title=None), unit_name=None)]},
    "a report of a body that is not resolved": {"more": [report("x1", 2023, document(QINGSHI, 2023), unit_name="云河县青石镇")]},
    "a copy on a foreign host": {
        "more": [report("x1", 2023, document(QINGSHI, 2023, url="http://copies.com/1", trust="mirror"), unit_name="青石镇")]
    },
    "a body that came when this one went": {"more": [report("x1", 2023, document(QINGSHI, 2023, title="报告"), unit_name="大桥街道")]},
    "another version of a neighbour's report": {
        "more": [report(LIULIN, 2023, document(LIULIN, 2023), document(QINGSHI, 2023, title=title_of(QINGSHI, 2023)))]
    },
    "another version without a name": {
        "more": [report(LIULIN, 2023, document(LIULIN, 2023), document(QINGSHI, 2023, title="2023年政府信息公开工作年度报告"))]
    },
    "an entry that names it, read as another's": {
        "more": [report(LIULIN, 2023, document(QINGSHI, 2023, title="报告"))],
        "listings": [listing(*ENTRIES, entry(QINGSHI, 2023))],
    },
    "a title of the year, read as of another": {
        "more": [report(QINGSHI, 2022, document(QINGSHI, 2022), document(QINGSHI, 2023))],
    },
}


@pytest.mark.parametrize("trap", MAYBE)
def test_what_may_be_the_report_forbids_to_call_it_missing(trap):
    given = MAYBE[trap]
    more = given.get("more", [])
    reports = [one for one in WITHOUT if one.report_id not in {other.report_id for other in more}] + more
    found = row(reports, QINGSHI, 2023, given.get("listings", [listing(*ENTRIES)]), given.get("failures", []))
    assert found["state"] == "not_collected"
    assert found["evidence"].startswith(
        (f"The list {LIST} was read completely and names no report of this body for 2023, but", "Not known: ")
    )


HARMLESS = {
    "a neighbour's document that failed": {
        "failures": [FailedDocument(f"http://{HOST}/1.pdf", None, "柳林镇2023年政府信息公开工作年度报告", "no text")]
    },
    "a document of another year that failed": {
        "failures": [FailedDocument(f"http://{HOST}/1.pdf", None, "2021年政府信息公开工作年度报告", "no text")]
    },
    "a page that is no report": {"failures": [FailedDocument(f"http://{HOST}/1.html", None, "云河县召开会议", "no table", read=True)]},
    "a failed document of another host": {"failures": [FailedDocument("http://www.linqing.gov.cn/1.pdf", None, None, "no text")]},
    "a namesake that is resolved": {
        "more": [report("u-other", 2023, document(QINGSHI, 2023, url="http://www.linqing.gov.cn/1.html"), unit_name="青石镇人民政府")]
    },
    "an attachment of a report": {
        "listings": [listing(*ENTRIES, Listed(f"http://{HOST}/files/1.pdf", "附件", parent=url_of(LIULIN, 2023)))]
    },
}


@pytest.mark.parametrize("trap", HARMLESS)
def test_what_cannot_be_the_report_does_not_hide_that_it_is_missing(trap):
    given = HARMLESS[trap]
    found = states(WITHOUT + given.get("more", []), given.get("listings", [listing(*ENTRIES)]), given.get("failures", []))
    assert found[QINGSHI, 2023] == "not_found"


def test_a_government_may_wait_until_march():
    reports = [report(unit, year) for unit in (COUNTY, LIULIN) for year in (2022, 2023) if (unit, year) != (COUNTY, 2023)]
    known = units(COUNTY, LIULIN, level="county")
    entries = [entry(one.unit_id, one.report_year) for one in reports]
    assert states(reports, [listing(*entries, ended="2024-03-31")], known=known)[COUNTY, 2023] == "not_collected"
    assert states(reports, [listing(*entries, ended="2024-04-01")], known=known)[COUNTY, 2023] == "not_found"
    # What is not known to be no government may be one.
    unknown = units(COUNTY, LIULIN, level=None, kind=None)
    assert states(reports, [listing(*entries, ended="2024-02-20")], known=unknown)[COUNTY, 2023] == "not_collected"


@pytest.mark.parametrize(
    "failure",
    [
        FailedDocument(f"http://{HOST}/1.pdf", None, title_of(QINGSHI, 2023), "a scan", at("2024-03-01")),
        FailedDocument(None, "云河县青石镇2023.pdf", None, "a scan", at("2024-03-01")),
        FailedDocument(
            f"http://{HOST}/%E9%9D%92%E7%9F%B3%E9%95%872023%E5%B9%B4%E5%B9%B4%E6%8A%A5.pdf", None, None, "a scan", at("2024-03-01")
        ),
        FailedDocument(f"http://{HOST}/1.pdf", None, None, "a scan", at("2024-03-01"), unit_id=QINGSHI, report_year=2023),
    ],
)
def test_a_document_that_says_whose_and_when_but_cannot_be_read_is_unreadable(failure):
    found = row(WITHOUT, QINGSHI, 2023, [listing(*ENTRIES)], [failure])
    assert (found["state"], found["seen_on"]) == ("unreadable", at("2024-03-01"))
    assert found["evidence"].startswith("By what it says of itself this is the report, and it could not be read (a scan): ")
    assert row(ALL, QINGSHI, 2023, failures=[failure])["state"] == "published"


def test_bodies_of_the_list_of_divisions_that_were_never_seen_are_not_collected():
    expected = units("u-never", level="township")
    elsewhere = units("u-elsewhere", county_code="999902000000")
    found = states(WITHOUT, [listing(*ENTRIES)], expected=pa.concat_tables([expected, elsewhere]))
    assert {found["u-never", year] for year in (2019, 2020, 2021, 2022, 2023)} == {"not_collected"}
    assert not [key for key in found if key[0] == "u-elsewhere"]


def test_years_in_which_a_body_did_not_exist_have_no_row():
    known = units(QINGSHI, LIULIN, EDUCATION, exists_from=2021, exists_until=2022)
    assert {year for unit, year in states(WITHOUT, [listing(*ENTRIES)], known=known) if unit == QINGSHI} == {2021, 2022}


def test_a_body_that_was_merged_is_not_missed_after_its_last_report():
    merged = pa.concat_tables([units(QINGSHI, merged_into="大桥街道"), units(LIULIN, EDUCATION)])
    found = row(WITHOUT, QINGSHI, 2023, [listing(*ENTRIES)], known=merged)
    assert (found["state"], "merged into 大桥街道" in found["evidence"]) == ("not_collected", True)


def test_nothing_is_said_of_years_before_the_forms_or_after_the_newest_report():
    found = states([report(QINGSHI, 2022)])
    assert found == {(QINGSHI, year): "published" if year == 2022 else "not_collected" for year in (2019, 2020, 2021, 2022)}
    assert states([]) == {}


def test_a_body_whose_name_says_nothing_is_never_missed():
    reports = [one if one.unit_id != QINGSHI else report("x9", one.report_year, *one.documents, unit_name="人民政府") for one in WITHOUT]
    known = pa.concat_tables([units(LIULIN, EDUCATION), units("x9", name="人民政府", names_printed="人民政府")])
    assert states(reports, [listing(*ENTRIES)], known=known)["x9", 2023] == "not_collected"


def test_units_that_are_not_given_are_told_by_what_their_reports_print():
    found = coverage_rows(WITHOUT, None, [], [], YEARS).to_pylist()
    assert {row["name"] for row in found} == {NAMES[unit] for unit in (QINGSHI, LIULIN, EDUCATION)}
    assert coverage_rows([], None, [], [], YEARS).num_rows == 0


def test_a_listing_of_the_archive_is_read_as_it_is_kept():
    told = {
        **{"kind": "listing", "source": "yunhe", "name": "云河县", "division_code": "999901000000", "lists": [LIST], "years": [2022, 2023]},
        **{"ended": "2024-06-01T08:00:00Z", "complete": True, "fewest": 2},
        "items": [{"url": url_of(QINGSHI, 2022), "kind": "report", "state": "new", "outcome": "ok", "title": "青石镇", "year": 2022}],
    }
    found = make_listing(told)
    assert (found.ended_at, found.years, found.hosts()) == (at("2024-06-01T08:00:00"), {2022, 2023}, {"yunhe.gov.cn"})
    assert found.entries == (Listed(url_of(QINGSHI, 2022), "青石镇", 2022),)
    assert make_listing(told | {"ended": None}).ended_at is None
