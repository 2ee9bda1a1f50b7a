"""What answers leave in the archive: one history for each address, bodies once, everything needed to ask again."""

from datetime import UTC, datetime

import pytest

from pipeline.archive import BadRecordError, known_addresses, make_record, open_writer, read_index, read_metadata, read_page, read_record

URL = "http://a.gov.cn/1.html"
PAGE, OTHER = "<p>年报</p>".encode(), "<p>更正</p>".encode()


def answer(status, body=b"", day=1, url=URL, headers=(), **more):
    return make_record(body, url=url, status=status, headers=headers, fetched_at=f"2024-03-{day:02}T00:00:00Z", **more)


def fill(folder, *records):
    with open_writer(folder) as writer:
        return [writer.add(record) for record in records]


def history(folder):
    return [(entry.record_type, entry.status, entry.shows_document) for entry in read_index(folder).entries]


def test_an_unchanged_body_leaves_a_revisit_that_says_when_it_came_in(tmp_path):
    tag = {"ETag": '"1"', "Content-Type": "text/html"}
    assert fill(tmp_path, answer(200, PAGE, headers=tag), answer(200, PAGE, day=2, headers=tag)) == [True, False]
    assert fill(tmp_path, answer(200, PAGE, day=3)) == [False]
    assert history(tmp_path) == [("response", 200, True), ("revisit", 200, True), ("revisit", 200, True)]
    first, second, third = read_index(tmp_path).entries
    assert (second.sha256, second.refers_to, second.etag) == (first.sha256, first.fetched_at, '"1"')
    assert third.refers_to == first.fetched_at
    assert read_index(tmp_path).documents == (first,)
    with pytest.raises(BadRecordError, match="a revisit has no bytes; they came in 2024-03-01T00:00:00Z"):
        read_page(tmp_path, second)


def test_an_answer_304_is_a_revisit_of_what_the_address_gave_last(tmp_path):
    fill(tmp_path, answer(200, PAGE), answer(200, OTHER, day=2), answer(304, day=3))
    assert history(tmp_path)[-1] == ("revisit", 304, True)
    _, other, revisit = read_index(tmp_path).entries
    assert revisit.sha256 == other.sha256
    assert fill(tmp_path, answer(304, day=3, url="http://a.gov.cn/never-seen.html")) == [True]
    assert history(tmp_path)[-1] == ("response", 304, False)


@pytest.mark.parametrize(
    "between",
    [answer(200, OTHER, day=2), answer(404, b"gone", day=2), answer(302, b"", day=2, headers={"Location": "/2.html"})],
    ids=["other bytes", "gone", "a redirect"],
)
def test_what_went_away_and_came_back_is_stored_again(tmp_path, between):
    assert fill(tmp_path, answer(200, PAGE), between, answer(200, PAGE, day=3)) == [True, True, True]
    assert [entry.record_type for entry in read_index(tmp_path).entries] == ["response"] * 3


def test_a_busy_server_tells_nothing_of_its_page(tmp_path):
    assert fill(tmp_path, answer(200, PAGE), answer(503, b"later", day=2), answer(200, PAGE, day=3)) == [True, True, False]


def test_a_redirect_that_leads_elsewhere_is_another_answer(tmp_path):
    one, two = ({"Location": f"/{number}.html"} for number in (1, 2))
    records = [answer(302, headers=one), answer(302, day=2, headers=one), answer(302, day=3, headers=two)]
    assert fill(tmp_path, *records) == [True, False, True]
    assert [entry.location for entry in read_index(tmp_path).entries] == ["/1.html", "/1.html", "/2.html"]


def test_a_page_brought_by_hand_and_then_collected_is_stored_once(tmp_path):
    assert fill(tmp_path, make_record(PAGE, url=URL), answer(200, PAGE, headers={"ETag": '"1"'})) == [True, False]
    (known,) = known_addresses(read_index(tmp_path).entries).values()
    assert known.conditions == {"If-None-Match": '"1"'}
    assert read_page(tmp_path, known.stored).body == PAGE


def test_the_same_capture_is_not_written_twice(tmp_path):
    records = [answer(200, PAGE), answer(404, b"gone", day=2), answer(200, OTHER, day=3)]
    fill(tmp_path, *records)
    assert fill(tmp_path, *records) == [False] * 3
    assert len(read_index(tmp_path).entries) == 3


@pytest.mark.parametrize("judgement", ["challenge", "soft_404", "truncated", "list"])
def test_what_was_judged_is_kept_and_is_no_document(tmp_path, judgement):
    fill(tmp_path, answer(200, PAGE, judgement=judgement), answer(304, day=2), answer(200, PAGE, day=3))
    first, unchanged, document = read_index(tmp_path).entries
    assert (first.judgement, first.is_document, first.shows_document) == (judgement, False, False)
    assert (unchanged.judgement, unchanged.shows_document) == (judgement, False)
    assert read_page(tmp_path, first).body == PAGE
    assert document.is_document


def test_conditional_requests_can_be_made_from_the_archive_alone(tmp_path):
    headers = {"ETag": 'W/"1"', "Last-Modified": "Tue, 30 Jan 2024 08:00:00 GMT", "Retry-After": "120"}
    fill(tmp_path, answer(200, PAGE, headers=headers), answer(304, day=2, headers={"ETag": 'W/"2"'}))
    known = known_addresses(read_index(tmp_path).entries)[URL]
    assert known.conditions == {"If-None-Match": 'W/"2"', "If-Modified-Since": "Tue, 30 Jan 2024 08:00:00 GMT"}
    assert read_page(tmp_path, known.stored).body == PAGE
    assert read_record(tmp_path, known.stored).header("Retry-After") == "120"
    fill(tmp_path, answer(404, day=3))
    assert known_addresses(read_index(tmp_path).entries)[URL].conditions == {}


def test_notes_about_a_run_are_no_documents(tmp_path):
    note = make_record(b'{"found": 3}', kind="metadata", name="listing", source="a-county", media_type="application/json")
    assert fill(tmp_path, note, answer(200, PAGE)) == [True, True]
    index = read_index(tmp_path)
    (entry,) = index.metadata
    assert read_metadata(tmp_path, entry) == {"found": 3}
    assert (entry.name, entry.source, entry.is_document) == ("listing", "a-county", False)
    assert len(index.documents) == 1


def test_each_source_and_day_has_its_files_and_their_numbers_are_the_order(tmp_path):
    hours = iter([datetime(2024, 1, 30, 22, tzinfo=UTC)] * 7 + [datetime(2024, 1, 31, 1, tzinfo=UTC)] * 9)
    with open_writer(tmp_path, clock=lambda: next(hours)) as writer:
        for number, source in enumerate(["b-city", "a-county", "b-city", None, "b-city", "b-city"]):
            writer.add(answer(200, b"%d" % number, url=f"http://a.gov.cn/{number}", source=source))
        assert len(list(tmp_path.glob("*.open"))) == 3
    assert [path.name for path in sorted(tmp_path.glob("*.warc.gz"))] == [
        "000001-b-city-20240130.warc.gz",
        "000002-a-county-20240130.warc.gz",
        "000003-import-20240130.warc.gz",
        "000004-b-city-20240131.warc.gz",
    ]
    assert {entry.source for entry in read_index(tmp_path).entries} == {"a-county", "b-city", None}


def test_what_the_writer_knows_includes_what_it_wrote(tmp_path):
    with open_writer(tmp_path) as writer:
        assert writer.known(URL) is None
        writer.add(answer(200, PAGE))
        assert writer.known(URL).answer.status == 200
        writer.add(answer(200, PAGE, day=2))
        assert (writer.written, writer.revisited) == (1, 1)
