"""A point for every unit and year: what is printed, or exactly why there is nothing."""

from decimal import Decimal

import pytest

from pipeline.compare.points import gather
from pipeline.compare.subject import Subject, UnknownSubjectError, find_subject
from pipeline.export.selection import open_extract, select
from tests.small_snapshot import (
    CAPTURED,
    FINANCE,
    GOVERNMENT,
    NAMES,
    TOWN,
    county,
    coverage,
    fee,
    figure,
    indicator,
    report,
    report_id,
    together,
    write,
)

RECEIVED = "applications.new_received.total"


@pytest.fixture(scope="module")
def extract(tmp_path_factory):
    return open_extract(write(tmp_path_factory.mktemp("points") / "processed", county()), select([], None, [GOVERNMENT, FINANCE, TOWN]))


def points_of(extract, subject, units=(GOVERNMENT, FINANCE, TOWN), years=None):
    return {(point.unit_id, point.year): point for point in gather(extract, subject, list(units), NAMES, years)}


def subject_of(extract, name, kind="figure"):
    return find_subject(extract.dictionary, kind, name)


def made(tmp_path, *rows):
    return open_extract(write(tmp_path / "processed", together(*rows)), select([], None, None))


def test_values_are_those_printed_with_their_cell(extract):
    found = points_of(extract, subject_of(extract, RECEIVED))
    point = found[GOVERNMENT, 2021]
    assert (point.value, point.missing, point.caveats) == (Decimal(2321), None, ())
    assert point.source.report_id == report_id(GOVERNMENT, 2021)
    assert (point.source.cell, point.source.captured_at) == ((1, 3, 9), CAPTURED)


def test_every_unit_has_every_year(extract):
    assert set(points_of(extract, subject_of(extract, RECEIVED))) == {
        (u, y) for u in (GOVERNMENT, FINANCE, TOWN) for y in (2020, 2021, 2022)
    }
    assert len(points_of(extract, subject_of(extract, RECEIVED), years=range(2015, 2025))) == 30


def test_what_is_missing_is_named_by_its_reason(extract):
    found = points_of(extract, subject_of(extract, RECEIVED), years=[2018, 2020, 2021, 2022])
    assert found[FINANCE, 2022].missing == "table_refused"
    assert found[TOWN, 2020].missing == "not_collected"
    assert found[TOWN, 2021].missing == "not_found"
    assert found[TOWN, 2018].missing == "not_collected"
    assert all(found[key].value is None for key in [(FINANCE, 2022), (TOWN, 2020), (TOWN, 2021), (TOWN, 2018)])


def test_blank_dash_and_unreadable_are_no_values(extract):
    business = points_of(extract, subject_of(extract, "applications.new_received.business"))
    assert (business[FINANCE, 2021].value, business[FINANCE, 2021].missing) == (None, "figure_blank")
    assert business[TOWN, 2022].missing == "figure_blank"
    assert business[GOVERNMENT, 2022].missing == "figure_missing"
    granted = points_of(extract, subject_of(extract, "applications.granted.total"))
    assert (granted[TOWN, 2022].value, granted[TOWN, 2022].missing) == (None, "figure_unreadable")


def test_a_zero_that_is_printed_is_a_zero(extract):
    point = points_of(extract, subject_of(extract, RECEIVED))[FINANCE, 2021]
    assert (point.value, point.missing) == (Decimal(0), None)


def test_doubt_and_contradiction_are_two_marks(extract):
    found = points_of(extract, subject_of(extract, RECEIVED))
    assert found[TOWN, 2022].caveats == ("doubted",)
    assert found[FINANCE, 2021].caveats == ("contradiction",)


def test_a_correction_by_hand_is_told_and_the_published_value_stays(extract):
    point = points_of(extract, subject_of(extract, "review_litigation.review.corrected"))[TOWN, 2022]
    assert (point.value, point.correction, point.caveats) == (Decimal(4), "typing error, 2024-03-01", ("correction_exists",))


def test_a_figure_that_the_form_does_not_print_is_not_missing(extract):
    found = points_of(extract, subject_of(extract, "applications.other_handling.total"))
    assert (found[GOVERNMENT, 2020].missing, found[GOVERNMENT, 2021].missing) == ("figure_missing", "not_in_form")


def test_amounts_are_in_yuan_and_none_where_no_unit_is_printed(extract):
    subject = subject_of(extract, "pd_fees_yuan")
    found = points_of(extract, subject)
    assert (found[GOVERNMENT, 2021].value, subject.unit) == (Decimal(934200), "元")
    assert (found[FINANCE, 2021].value, found[FINANCE, 2021].missing) == (None, "unit_not_printed")
    assert "万元" not in subject.label_zh


def test_money_told_in_prose_is_no_table_figure(tmp_path):
    extract = made(tmp_path, report(FINANCE, 2021), fee(FINANCE, 2021, "7", "元", "7", source="prose", table=None))
    subject = subject_of(extract, "pd_fees_yuan")
    assert points_of(extract, subject, [FINANCE])[FINANCE, 2021].missing == "figure_missing"


def test_an_indicator_brings_both_sides_its_caveats_and_its_reason(tmp_path):
    extract = made(
        tmp_path,
        *(report(FINANCE, year) for year in (2021, 2022)),
        indicator(FINANCE, 2021, "disclosure", 0.25, (1, 4), caveats="small_number doubted"),
        indicator(FINANCE, 2022, "disclosure", None, reason="denominator_zero"),
    )
    found = points_of(extract, subject_of(extract, "disclosure", "indicator"), [FINANCE])
    one = found[FINANCE, 2021]
    assert (one.value, one.numerator, one.denominator, one.caveats) == (0.25, Decimal(1), Decimal(4), ("small_number", "doubted"))
    assert (found[FINANCE, 2022].value, found[FINANCE, 2022].missing) == (None, "denominator_zero")


def test_an_indicator_that_is_a_number_is_exact(tmp_path):
    extract = made(tmp_path, report(FINANCE, 2021), indicator(FINANCE, 2021, "received", float(2**60), (2**60 // 10**6, None)))
    point = points_of(extract, subject_of(extract, "received", "indicator"), [FINANCE])[FINANCE, 2021]
    assert (point.value, point.numerator) == (Decimal(2**60 // 10**6), None)


def test_what_lies_behind_a_break_is_marked_once(tmp_path):
    caveats = {2022: None, 2023: "small_number", 2024: "break_2024", 2025: "break_2024"}
    rows = [
        one
        for year, codes in caveats.items()
        for one in (report(FINANCE, year), indicator(FINANCE, year, "disclosure", 0.5, (1, 2), caveats=codes))
    ]
    extract = made(tmp_path, *rows)
    found = points_of(extract, subject_of(extract, "disclosure", "indicator"), [FINANCE])
    assert {year: found[FINANCE, year].breaks for year in caveats} == {2022: (), 2023: (), 2024: ("break_2024",), 2025: ()}
    assert found[FINANCE, 2024].caveats == ()


def test_a_figure_breaks_where_the_indicators_made_of_it_do(tmp_path):
    rows = [
        one
        for year, codes in {2020: None, 2021: "break_2021"}.items()
        for one in (
            report(TOWN, year),
            figure(TOWN, year, "proactive_disclosure.penalties.decisions", 3),
            indicator(TOWN, year, "penalties", 3.0, (3, None), caveats=codes),
        )
    ]
    extract = made(tmp_path, *rows)
    found = points_of(extract, subject_of(extract, "proactive_disclosure.penalties.decisions"), [TOWN])
    assert found[TOWN, 2021].breaks == ("break_2021",)


def test_what_means_something_else_in_the_other_form_breaks_with_the_form(tmp_path):
    extract = made(tmp_path, *(one for year in (2020, 2021) for one in (report(TOWN, year), figure(TOWN, year, RECEIVED, 3))))
    same = points_of(extract, Subject(RECEIVED, "figure", "applications", "", "", comparable=True), [TOWN])
    other = points_of(extract, Subject(RECEIVED, "figure", "applications", "", "", comparable=False), [TOWN])
    assert (same[TOWN, 2021].breaks, other[TOWN, 2021].breaks) == ((), ("form_changed",))


def test_scopes_are_lines_of_their_own(tmp_path):
    wide = {"report_id": report_id(GOVERNMENT, 2021, "government_wide"), "scope": "government_wide", "document_id": "d" + "9" * 16}
    extract = made(
        tmp_path,
        *(report(GOVERNMENT, year) for year in (2021, 2022)),
        report(GOVERNMENT, 2021, **wide),
        figure(GOVERNMENT, 2021, RECEIVED, 5),
        figure(GOVERNMENT, 2021, RECEIVED, 500, **{"report_id": wide["report_id"]}),
        *(coverage(GOVERNMENT, year, "published") for year in (2021, 2022)),
    )
    points = gather(extract, subject_of(extract, RECEIVED), [GOVERNMENT], NAMES)
    assert [(point.scope, point.year, point.value, point.missing) for point in points] == [
        ("own", 2021, 5, None),
        ("own", 2022, None, "figure_missing"),
        ("government_wide", 2021, 500, None),
        ("government_wide", 2022, None, "no_report_of_this_scope"),
    ]


def test_a_withdrawn_report_keeps_its_value_and_says_so(tmp_path):
    extract = made(tmp_path, report(TOWN, 2021, withdrawn=True), figure(TOWN, 2021, RECEIVED, 3))
    point = points_of(extract, subject_of(extract, RECEIVED), [TOWN])[TOWN, 2021]
    assert (point.value, point.caveats) == (3, ("withdrawn",))


@pytest.mark.parametrize(
    ("kind", "name", "close"), [("indicator", "disclosur", "disclosure"), ("figure", "applications.new_received.totl", RECEIVED)]
)
def test_a_name_that_is_not_there_gets_close_ones(extract, kind, name, close):
    with pytest.raises(UnknownSubjectError, match=close.replace(".", r"\.")):
        find_subject(extract.dictionary, kind, name)


def test_a_figure_may_be_named_by_its_short_name(extract):
    assert subject_of(extract, "ap_received_total").id == RECEIVED
