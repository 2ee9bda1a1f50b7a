"""The dataset of captures: what every address answered when, also what was not stored again."""

from pipeline.archive import make_record, open_writer
from pipeline.batch.build import build
from tests.batch.fake_reader import READER
from tests.batch.world import frame

URL = "http://a.gov.cn/1.html"
PAGE = b'{"unit": "x", "values": {"review_litigation.review.upheld": 3}}'


def answer(day, status, body=b"", **more):
    return make_record(body, url=URL, status=status, media_type="text/html", fetched_at=f"2024-03-0{day}T00:00:00Z", **more)


def captures(tmp_path, *records):
    with open_writer(tmp_path / "raw" / "archive") as writer:
        for record in records:
            writer.add(record)
    build(tmp_path / "raw", tmp_path / "processed", reader=READER)
    return frame(tmp_path / "processed", "captures")


def test_revisits_redirects_and_judged_answers_are_rows_and_notes_are_none(tmp_path):
    rows = captures(
        tmp_path,
        make_record(b"{}", kind="metadata", name="listing", source="a-county"),
        answer(1, 200, PAGE),
        answer(2, 200, PAGE),
        answer(3, 304),
        answer(4, 302, headers={"Location": "/2.html"}),
        answer(5, 200, b"<p>please wait</p>", judgement="challenge"),
    )
    assert rows["record_type"].tolist() == ["response", "revisit", "revisit", "response", "response"]
    assert rows["http_status"].tolist() == [200, 200, 304, 302, 200]
    assert rows["redirect_to"].dropna().tolist() == ["/2.html"]
    assert rows["judgement"].dropna().tolist() == ["challenge"]
    assert rows["document_id"].nunique() == 1
    assert rows["document_id"].notna().tolist() == [True, True, True, False, False]
    assert len(frame(tmp_path / "processed", "documents")) == 1


def test_a_page_that_was_gone_and_answers_unchanged_again_is_not_withdrawn(tmp_path):
    captures(tmp_path, answer(1, 200, PAGE), answer(2, 404, b"gone"), answer(3, 200, PAGE))
    assert not frame(tmp_path / "processed", "reports")["withdrawn"].any()
