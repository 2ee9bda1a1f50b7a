"""Corrections by hand: beside the printed value, never in its place, and never quietly out of date."""

from decimal import Decimal

import pytest

from pipeline.batch.build import build
from pipeline.batch.corrections import BadCorrectionsError, read_corrections
from tests.batch.fake_reader import READER
from tests.batch.world import county, frame, put

UPHELD = "review_litigation.review.upheld"
FEE = "proactive_disclosure.admin_fees.amount"


def record(report="x-2023-own", figure=UPHELD, expect="1", value="9", **more):
    values = {
        "report": f'"{report}"',
        "figure": f'"{figure}"',
        "expect": expect,
        "value": value,
        "reason": '"两位数字颠倒"',
        "date": "2024-05-06",
    }
    return "\n[[correction]]\n" + "".join(f"{key} = {text}\n" for key, text in (values | more).items())


def written(tmp_path, *records):
    path = tmp_path / "corrections.toml"
    path.write_text("# by hand\n" + "".join(records), "utf8")
    return path


@pytest.fixture
def built(tmp_path):
    raw, processed = tmp_path / "raw", tmp_path / "processed"
    put(raw, county(1), county(2), county(1, 2022))
    build(raw, processed, reader=READER)
    report = frame(processed, "reports").query("unit_name_printed == '示例省第1县' and report_year == 2023")["report_id"].item()
    return raw, processed, report


def test_a_correction_stands_beside_the_printed_value_and_survives_every_rebuild(built, tmp_path):
    raw, processed, report = built
    corrections = read_corrections(written(tmp_path, record(report), record(report, FEE, "1", "1.5")))
    for fresh in (False, True):
        assert build(raw, processed, reader=READER, corrections=corrections, fresh=fresh).unmatched == ()
        rows = frame(processed, "review_litigation").dropna(subset=["correction"])
        assert rows[["report_id", "figure", "value", "value_corrected", "correction"]].values.tolist() == [
            [report, UPHELD, 1, 9, "2024-05-06: 两位数字颠倒"]
        ]
        (fee,) = frame(processed, "fees").dropna(subset=["correction"]).to_dict("records")
        assert (fee["amount"], fee["amount_corrected"], fee["amount_yuan_corrected"]) == (1, Decimal("1.5"), 15000)
    put(raw, county(7))
    build(raw, processed, reader=READER, corrections=corrections)
    assert frame(processed, "review_litigation")["value_corrected"].notna().sum() == 1
    build(raw, processed, reader=READER)
    assert frame(processed, "review_litigation")["value_corrected"].notna().sum() == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"expect": "2"}, "now 1 件, expected 2"),
        ({"figure": "applications.new_received.total"}, "not printed"),
        ({"report": "x000000000000-2023-own"}, "no such report"),
        ({"figure": "review_litigation.review.pending"}, "now blank"),
    ],
)
def test_a_correction_that_no_longer_matches_is_an_error_with_its_line(built, tmp_path, changed, said):
    raw, processed, report = built
    corrections = read_corrections(written(tmp_path, record(report, FEE), record(**{"report": report} | changed)))
    (message,) = build(raw, processed, reader=READER, corrections=corrections).unmatched
    assert message.startswith("corrections.toml, line 11: ")
    assert said in message
    (issue,) = frame(processed, "issues").query("code == 'correction.unmatched'").to_dict("records")
    assert (issue["level"], issue["message"]) == ("error", message)
    assert frame(processed, "review_litigation")["value_corrected"].isna().all()


def test_a_blank_can_be_expected(built, tmp_path):
    raw, processed, report = built
    corrections = read_corrections(written(tmp_path, record(report, "review_litigation.review.pending", '"blank"', "0")))
    assert build(raw, processed, reader=READER, corrections=corrections).unmatched == ()
    (row,) = frame(processed, "review_litigation").dropna(subset=["correction"]).to_dict("records")
    assert (row["status"], row["value_corrected"]) == ("blank", 0)


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([record(figure="applications.nonsense.total")], "line 3: applications.nonsense.total is no figure"),
        ([record(), record()], "line 11: .* is corrected in line 3 already"),
        ([record(value="1.5")], "line 3: value is not a number"),
        ([record(value="true")], "line 3: value is not a number"),
        ([record(expect='"none"')], "line 3: expect is the number as printed"),
        ([record(date='"2024-05-06"')], "line 3: date is a day"),
        ([record(reason='" "')], "line 3: report and reason"),
        ([record() + "more = 1\n"], "line 3: .*see more"),
        (["[[corrections]]\n"], "nothing but tables"),
        (["[[correction]\n"], "corrections.toml"),
    ],
)
def test_a_bad_file_is_refused_with_its_line(tmp_path, records, said):
    with pytest.raises(BadCorrectionsError, match=said):
        read_corrections(written(tmp_path, *records))
