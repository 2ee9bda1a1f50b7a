"""Several documents of one report: which of them speaks, what the others are, and what is said of their differences."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.archive import make_record, open_writer, read_index
from pipeline.batch.build import build
from pipeline.batch.versions import address_of, adopt_attachments, group_reports, make_reading, merge_same_bytes
from pipeline.normalizer.units.resolve import Resolver
from tests.batch.fake_reader import READER
from tests.batch.world import DATE, county, digests, frame, put

STATES = {"proactive_disclosure_state": "read", "applications_state": "read", "review_litigation_state": "read"}


def reading(number, url="http://a.gov.cn/1.html", **more):
    facts = {"sha256": f"{number:064x}", "url": url, "name": f"{number}.html", "failure": None, "title": "年度报告", "unit_name": "彩云镇"}
    facts |= {"report_year": 2023, "published_on": None, "medium": "html", "is_report": True, "fingerprint": str(number)} | STATES
    facts |= {"text_digest": None, "synthetic": False, "fetched_at": DATE, "scope": None}
    return make_reading(0, number, facts | more, Resolver(None))


def roles(*readings):
    """Roles in the order given, report by report."""
    group_reports(merge_same_bytes(readings))
    return [one.role for one in readings]


@pytest.mark.fault("V02")
@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({}, ["superseded", "primary"]),
        ({"review_litigation_state": "missing"}, ["primary", "superseded"]),
        ({"url": "http://a.gov.cn/2.html"}, ["primary", "superseded"]),
        ({"url": "http://a.gov.cn/2.html", "title": "年度报告（更正）"}, ["superseded", "primary"]),
        ({"url": "http://a.gov.cn/2.html", "published_on": "2024-03-01"}, ["superseded", "primary"]),
        ({"url": "http://a.gov.cn/2.pdf", "medium": "pdf"}, ["primary", "superseded"]),
        ({"url": "http://a.gov.cn/2.html", "fingerprint": "1"}, ["primary", "duplicate"]),
        ({"fingerprint": "1"}, ["primary", "duplicate"]),
    ],
    ids=[
        "a page that changed at its address",
        "but lost a table",
        "another address",
        "one that says it corrects",
        "one published later",
        "another format",
        "the same figures elsewhere",
        "the same figures fetched again",
    ],
)
def test_which_of_two_documents_speaks(other, expected):
    assert roles(reading(1), reading(2, **other)) == expected


@pytest.mark.fault("V02")
def test_a_page_that_went_back_to_what_it_was_speaks_again():
    assert roles(reading(1), reading(2), make_reading(1, 0, reading(1).facts, Resolver(None)))[:2] == ["primary", "superseded"]


@pytest.mark.fault("N12")
def test_a_mirror_joins_the_report_of_its_path_and_never_speaks_beside_an_official_page():
    mirror = reading(1, "http://copies.example.com/1.html")
    official = reading(2)
    assert roles(mirror, official) == ["mirror", "primary"]
    assert mirror.report_id == official.report_id
    assert roles(reading(1, "http://copies.example.com/1.html")) == ["primary"]


def test_copies_are_not_guessed():
    """Another path, a path that every host has, another year, or two official reports that would fit: they stay reports of their own."""
    for mirror, officials in (
        (reading(1, "http://copies.example.com/2.html"), [reading(2)]),
        (reading(1, "http://copies.example.com/"), [reading(2, "http://a.gov.cn/")]),
        (reading(1, "http://copies.example.com/1.html", report_year=2022), [reading(2)]),
        (reading(1, "http://copies.example.com/1.html"), [reading(2), reading(3, "http://b.gov.cn/1.html")]),
    ):
        assert set(roles(mirror, *officials)) == {"primary"}


@pytest.mark.fault("V01")
def test_a_local_copy_with_the_same_text_and_figures_joins_its_report():
    same = {"text_digest": "t", "fingerprint": "f"}
    assert roles(reading(1, None, **same), reading(2, **same)) == ["duplicate", "primary"]
    assert roles(reading(1, None, text_digest="t"), reading(2, text_digest="t")) == ["primary", "primary"]


@pytest.mark.fault("V01")
def test_one_address_in_several_spellings():
    assert address_of("https://www.a.gov.cn/1.html") == address_of("http://A.gov.cn/1.html") != address_of("http://a.gov.cn/2.html")


def answer(status, body=b"", url="http://a.gov.cn/1.html", day=1):
    return make_record(body, url=url, media_type="text/html", fetched_at=f"2024-03-0{day}T00:00:00Z", status=status)


def put_answers(raw: Path, *answers) -> list[bool]:
    with open_writer(raw / "archive", label="crawl") as writer:
        return [writer.add(one) for one in answers]


@pytest.mark.fault("V03")
def test_a_report_that_is_gone_keeps_its_figures_and_is_marked(tmp_path):
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    page = b'{"unit": "\xe5\xbd\xa9\xe4\xba\x91\xe9\x95\x87", "values": {"review_litigation.review.upheld": 3}}'
    assert put_answers(raw, answer(200, page), answer(404, b"gone", day=2)) == [True, True]
    build(raw, processed, reader=READER)
    (report,) = frame(processed, "reports").to_dict("records")
    assert (report["withdrawn"], report["withdrawn_seen"].isoformat()[:10]) == (True, "2024-03-02")
    assert list(frame(processed, "review_litigation")["value"]) == [3]
    assert list(frame(processed, "captures")["http_status"]) == [200, 404]
    assert frame(processed, "captures")["document_id"].isna().tolist() == [False, True]
    assert "report.withdrawn" in set(frame(processed, "issues")["code"])
    assert len(frame(processed, "documents")) == 1
    # It comes back, goes again, and answers the same twice: a history of what changed.
    assert put_answers(raw, answer(200, page, day=3), answer(200, page, day=4)) == [True, False]
    build(raw, processed, reader=READER)
    assert not frame(processed, "reports")["withdrawn"].any()
    assert put_answers(raw, answer(404, b"gone", day=5)) == [True]
    build(raw, processed, reader=READER)
    assert frame(processed, "reports")["withdrawn_seen"].item().isoformat()[:10] == "2024-03-05"


@pytest.mark.fault("V03")
def test_a_report_of_which_one_address_still_answers_is_not_withdrawn(tmp_path):
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    page = b'{"unit": "x", "values": {"review_litigation.review.upheld": 3}}'
    put_answers(
        raw, answer(200, page), answer(200, page, url="http://a.gov.cn/2.html"), answer(410, b"gone", day=2), answer(503, b"later", day=3)
    )
    build(raw, processed, reader=READER)
    assert not frame(processed, "reports")["withdrawn"].any()
    assert len(frame(processed, "captures")) == 4


def test_building_by_and_by_gives_the_bytes_of_building_at_once(tmp_path):
    """Years of which nothing changed are linked, and that must not be seen."""
    raw, step = tmp_path / "raw", tmp_path / "step"
    one = county(1, 2021) | {"url": "http://a.gov.cn/1.html"}
    for documents in (
        [one, county(2, 2022)],
        [county(3, 2022)],
        [one | {"url": "http://copies.example.com/1.html", "print": 1}],
        [county(4, None)],
        [county(1, 2021) | {"url": "http://a.gov.cn/1.html", "print": 2, "unit": "示例省第1县"}],
    ):
        put(raw, *documents)
        build(raw, step, reader=READER)
        whole = tmp_path / f"whole-{len(read_index(raw / 'archive').entries)}"
        build(raw, whole, reader=READER)
        assert digests(step) == digests(whole)
        assert (step / "current" / "manifest.json").read_bytes() == (whole / "current" / "manifest.json").read_bytes()


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "url": st.sampled_from(
                    [None, "http://a.gov.cn/1.html", "http://a.gov.cn/2.html", "http://b.gov.cn/1.html", "http://c.com/1.html"]
                ),
                "fingerprint": st.sampled_from("abc"),
                "text_digest": st.sampled_from([None, "t"]),
                "published_on": st.sampled_from([None, "2024-01-02", "2024-03-04", "unknown"]),
                "unit_name": st.sampled_from([None, "彩云镇", " 彩云镇"]),
                "report_year": st.sampled_from([None, 2023]),
                "failure": st.sampled_from([None, None, None, "no"]),
            }
        ),
        max_size=8,
    )
)
def test_every_document_has_one_role_and_every_report_one_primary(documents):
    readings = [reading(number, **facts) for number, facts in enumerate(documents)]
    groups = group_reports(readings)
    for group in groups:
        assert [one.role for one in group].count("primary") == 1
        assert group[0].role == "primary"
        assert len({one.report_id for one in group}) == 1
        assert group[0].trust != "mirror" or all(one.trust == "mirror" for one in group)
    assert sorted(one.row for group in groups for one in group) == [one.row for one in readings if one.role != "failed"]


def test_an_attachment_without_a_name_belongs_to_the_page_that_it_hangs_on():
    page = reading(1)
    file = reading(2, "http://a.gov.cn/1.pdf", unit_name=None, report_year=None, medium="pdf")
    adopt_attachments([page, file], {"a.gov.cn/1.pdf": "a.gov.cn/1.html"})
    [group] = group_reports([page, file])
    assert [one.role for one in group] == ["primary", "attachment"]
    assert group[1].report_id == page.report_id


@pytest.mark.parametrize(
    "file",
    [
        {"unit_name": "青石镇", "report_year": None},
        {"unit_name": None, "report_year": 2022},
    ],
    ids=["that names another body", "about another year"],
)
def test_an_attachment_that_is_another_report_stays_one(file):
    page, other = reading(1), reading(2, "http://a.gov.cn/1.pdf", medium="pdf", **file)
    adopt_attachments([page, other], {"a.gov.cn/1.pdf": "a.gov.cn/1.html"})
    assert len(group_reports([page, other])) == 2


def test_of_several_nameless_attachments_none_is_adopted():
    page = reading(1)
    files = [reading(n, f"http://a.gov.cn/{n}.pdf", unit_name=None, medium="pdf") for n in (2, 3)]
    adopt_attachments([page, *files], {f"a.gov.cn/{n}.pdf": "a.gov.cn/1.html" for n in (2, 3)})
    assert len(group_reports([page, *files])) == 3
