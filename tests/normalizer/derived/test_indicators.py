"""Indicators: what a report's figures amount to, and never a number where a figure is blank, lost or doubtful without saying so."""

import random
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest

from pipeline import read_report
from pipeline.forms.layout import figure_ids
from pipeline.generator import HtmlFlavour, make_spec, render_html
from pipeline.model import ProseFigure
from pipeline.normalizer.derived.indicators import indicator_rows
from pipeline.normalizer.derived.indicators_declared import declared
from pipeline.normalizer.derived.year import YearTables
from pipeline.normalizer.schemas import arrow_schema
from tests.normalizer.derived.years import TABLES, one_report, totals, year_tables, zeros
from tests.normalizer.reports import figure, report

REVIEW, DIRECT, AFTER = (f"review_litigation.{name}" for name in ("review", "litigation_direct", "litigation_after_review"))
PENALTIES, FEES = "proactive_disclosure.penalties.decisions", "proactive_disclosure.admin_fees.amount"
HUAIAN = {
    **totals(new_received=3119, carried_over=34, carried_forward=103, total_processed=3050),
    **totals(granted=1362, partly_granted=454, denied_process_information=178, unable_not_held=781, not_processed_repeat=275),
    **{f"{REVIEW}.{name}": value for name, value in {"total": 351, "upheld": 72, "corrected": 64, "other": 178, "pending": 37}.items()},
    **{f"{DIRECT}.{name}": value for name, value in {"total": 26, "upheld": 21, "corrected": 4, "pending": 1}.items()},
    **{f"{AFTER}.{name}": value for name, value in {"total": 20, "upheld": 13, "corrected": 1, "pending": 6}.items()},
}


def told(now: YearTables, before: YearTables | None = None, unit="u") -> dict[str, dict[str, object]]:
    """Indicator → its row, for one unit."""
    rows = indicator_rows(now, before).to_pylist()
    return {row["indicator"]: row | {"caveats": (row["caveats"] or "").split()} for row in rows if row["unit_id"] == unit}


def with_indicators(tables: YearTables, before: YearTables | None = None) -> YearTables:
    """A year as it is looked back at: with its indicators."""
    return YearTables({**tables.tables, "indicators": indicator_rows(tables, before)})


def test_huaian_2024_gives_the_shares_that_are_known_of_it():
    rows = told(one_report(zeros() | HUAIAN, year=2024))
    known = {"disclosure": 0.595, "legal_refusal": 0.058, "unable": 0.256, "review_correction": 0.204, "litigation_loss": 0.128}
    assert {name: round(rows[name]["value"], 3) for name in known} == known
    assert (rows["litigation_loss"]["numerator"], rows["litigation_loss"]["denominator"]) == (5, 39)
    assert "break_2024" in rows["litigation_loss"]["caveats"]


def test_the_same_page_read_from_html_gives_the_same_shares():
    ids = [name for table in TABLES for name in figure_ids(table, "2021")]
    rows = {name.removesuffix(".total"): value for name, value in HUAIAN.items() if name.startswith("applications.")}
    persons = {f"{row}.natural_person": value for row, value in rows.items()}
    spec = make_spec(
        dict.fromkeys(ids, 0) | HUAIAN | persons, forms=dict.fromkeys(TABLES, "2021"), unit_name="示例省明川市人民政府", report_year=2024
    )
    html = render_html(spec, HtmlFlavour(), rng=random.Random(0))
    one = read_report(html if isinstance(html, bytes) else html.encode())
    rows = told(year_tables({"u": one}))
    shares = ("disclosure", "legal_refusal", "unable", "review_correction", "litigation_loss", "natural_person_share")
    assert [f"{rows[name]['value']:.3f}" for name in shares] == ["0.595", "0.058", "0.256", "0.204", "0.128", "1.000"]
    assert not {"doubted", "contradiction"} & {caveat for row in rows.values() for caveat in row["caveats"]}


def test_the_page_of_a_district_that_mixes_forms_has_its_own_row_handled_otherwise():
    from tests.built_sample import SAMPLE

    one = read_report((SAMPLE / "huaian-hongze-district-2024.html").read_bytes())
    rows = told(year_tables({"u": one}))
    assert rows["other_handled"]["value"] is not None
    assert "mixed_form" in rows["other_handled"]["caveats"]
    assert "mixed_form" not in rows["disclosure"]["caveats"]
    assert (rows["received"]["value"], rows["other_handled"]["numerator"], rows["other_handled"]["denominator"]) == (95, 0, 95)


def test_every_report_has_every_indicator_once_with_a_value_or_a_reason():
    reports = {"a": report(zeros()), "b": report({}), "c": report(zeros("2019"), form="2019", year=2023)}
    rows = indicator_rows(year_tables(reports), None)
    assert rows.schema.equals(arrow_schema("indicators"), check_metadata=True)
    assert len({(row["report_id"], row["indicator"]) for row in rows.to_pylist()}) == rows.num_rows == 3 * len(declared().indicators)
    assert all((row["value"] is None) == (row["reason"] is not None) for row in rows.to_pylist())
    assert all(row["caveats"] is None for row in rows.to_pylist() if row["value"] is None)


def test_no_reports_give_no_rows():
    assert indicator_rows(YearTables(), None).num_rows == 0
    assert indicator_rows(YearTables(), YearTables()).schema.equals(arrow_schema("indicators"))


def test_all_zero_and_all_blank_are_different_facts():
    zero, blank = told(one_report(zeros())), told(one_report(dict.fromkeys(zeros()), states={"applications": "blank"}))
    assert (zero["received"]["value"], zero["zero_report"]["value"], zero["disclosure"]["reason"]) == (0, 1, "denominator_zero")
    assert (zero["disclosure"]["numerator"], zero["disclosure"]["denominator"]) == (0, 0)
    assert (blank["received"]["value"], blank["received"]["reason"]) == (None, "table_blank: applications")
    assert (blank["zero_report"]["value"], blank["disclosure"]["numerator"]) == (None, None)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"applications.denied_third_party.total": None}, "figure_blank: applications.denied_third_party.total"),
        ({"applications.denied_third_party.total": "约3件"}, "figure_unreadable: applications.denied_third_party.total"),
        ({"applications.denied_third_party.total": 2**62}, "out_of_range: applications.denied_third_party.total"),
        (
            {"applications.denied_third_party.total": None, "applications.denied_state_secret.total": None},
            "figure_blank: applications.denied_state_secret.total applications.denied_third_party.total",
        ),
    ],
)
def test_one_figure_that_is_no_number_leaves_its_share_without_one(given, reason):
    rows = told(one_report(zeros() | HUAIAN | given))
    assert (rows["legal_refusal"]["value"], rows["legal_refusal"]["reason"]) == (None, reason)
    assert rows["legal_refusal"]["denominator"] == 3050
    assert rows["disclosure"]["value"] is not None


def test_a_row_that_was_lost_leaves_its_sum_without_a_value():
    values = {name: value for name, value in (zeros() | HUAIAN).items() if ".denied_enforcement_file." not in name}
    rows = told(one_report(values, states={"applications": "partial"}))
    assert rows["legal_refusal"]["reason"] == "figure_missing: applications.denied_enforcement_file.total"
    assert rows["unable"]["value"] == 781 / 3050


@pytest.mark.parametrize("state", ["missing", "refused", "picture"])
def test_a_table_that_is_not_there_is_told_as_such(state):
    values = {name: value for name, value in zeros().items() if not name.startswith("applications.")}
    rows = told(one_report(values, states={"applications": state}))
    assert rows["received"]["reason"] == f"table_{state}: applications"
    assert rows["dispute_rate"]["reason"] == f"table_{state}: applications"
    assert rows["review_correction"]["reason"] == "denominator_zero"


def test_a_unit_of_money_with_a_count_is_not_counted():
    told_unit = figure("applications.new_received.total", 3, unit="万元", flags=("read.unit",))
    values = {name: value for name, value in zeros().items() if name != told_unit.figure}
    rows = told(year_tables({"u": report(values, told_unit)}))
    assert rows["received"]["reason"] == "unit_differs: applications.new_received.total"


def test_handled_otherwise_is_one_row_or_three_as_the_table_prints_them():
    processed = totals(total_processed=100)
    old = one_report(zeros("2019") | processed | totals(other_handling=30), form="2019")
    new = one_report(zeros() | processed | totals(other_overdue_correction=5, other_unpaid_fee=10, other_other=15))
    assert told(old)["other_handled"]["value"] == told(new)["other_handled"]["value"] == 0.3
    both = one_report(zeros() | processed | totals(other_handling=30), form="mixed")
    assert told(both)["other_handled"]["reason"] == "form_mixed"
    neither = {name: value for name, value in (zeros() | processed).items() if ".other_" not in name or name.startswith("review")}
    assert told(one_report(neither, form=None))["other_handled"]["reason"] == "form_unknown"
    assert told(one_report(neither))["other_handled"]["reason"].startswith("figure_missing: applications.other_overdue_correction.total")


def test_what_the_form_does_not_print_is_not_missing():
    rows = told(one_report(zeros("2019"), form="2019", year=2020))
    assert rows["fees"]["reason"] == f"not_in_form: {FEES}"
    assert rows["stock_flow_gap"]["reason"] == "no_year_before"
    assert rows["penalties"]["value"] == 0


def test_caveats_say_what_is_wrong_with_the_figures_used_and_only_with_those():
    doubtful = figure("applications.granted.total", 5, flags=("read.ambiguous",))
    values = zeros() | totals(new_received=10, total_processed=10, unable_not_held=5)
    del values[doubtful.figure]
    rows = told(year_tables({"u": report(values, doubtful)}))
    assert rows["full_disclosure"]["caveats"] == ["contradiction", "doubted", "small_number"]
    assert "doubted" not in rows["unable"]["caveats"]
    # Table three contradicts itself here (no applicants); table four does not.
    assert (
        "contradiction" not in told(one_report(zeros() | {f"{REVIEW}.total": 30, f"{REVIEW}.upheld": 30}))["review_correction"]["caveats"]
    )


@pytest.mark.parametrize(("processed", "small"), [(19, True), (20, False)])
def test_a_share_of_few_says_so(processed, small):
    rows = told(one_report(zeros() | totals(total_processed=processed)))
    assert ("small_number" in rows["disclosure"]["caveats"]) is small
    assert "small_number" not in rows["received"]["caveats"]


def test_a_share_that_cannot_be_is_not_passed_over():
    rows = told(one_report(zeros() | totals(granted=30, total_processed=20) | {f"{REVIEW}.total": 30}))
    assert "impossible" in rows["full_disclosure"]["caveats"]
    # There can be more reviews than answers.
    assert (rows["dispute_rate"]["value"], "impossible" in rows["dispute_rate"]["caveats"]) == (1.5, False)
    # 洪泽 2023 prints totals of 0 beside parts.
    wrong = told(one_report(zeros() | {f"{DIRECT}.corrected": 10, f"{DIRECT}.pending": 1}))
    assert wrong["litigation_loss"]["reason"] == "denominator_negative"


@pytest.mark.parametrize(
    ("year", "level", "broken"),
    [
        (2020, "township", []),
        (2021, "township", ["break_2021"]),
        (2023, "township", ["break_2021"]),
        (2023, None, ["break_2021"]),
        (2023, "county", []),
    ],
)
def test_penalties_of_townships_break_in_2021(year, level, broken):
    tables = year_tables({"u": report(zeros(), year=year)}, {"u": {"level": level}})
    assert [code for code in told(tables)["penalties"]["caveats"] if code.startswith("break")] == broken
    assert told(tables)["licences"]["caveats"] == []


def test_a_change_breaks_only_between_its_two_years():
    reports = {year: year_tables({"u": report(zeros() | {PENALTIES: 10 * (year - 2015)}, year=year)}) for year in (2020, 2021, 2022)}
    change = told(reports[2021], reports[2020])["penalties_change"]
    assert (change["value"], change["numerator"], change["denominator"], change["caveats"]) == (0.2, 10, 50, ["break_2021"])
    assert told(reports[2022], reports[2021])["penalties_change"]["caveats"] == []
    before = year_tables({"u": report(zeros() | {PENALTIES: 10}, year=2019)})
    assert told(reports[2020], before)["penalties_change"]["reason"] == "series_not_begun"


def test_a_change_from_nothing_is_no_share_but_its_difference_is_told():
    now = one_report(zeros() | {PENALTIES: 7}, year=2022)
    change = told(now, one_report(zeros(), year=2021))["penalties_change"]
    assert (change["value"], change["reason"], change["numerator"], change["denominator"]) == (None, "denominator_zero", 7, 0)
    blank = told(now, one_report(zeros() | {PENALTIES: None}, year=2021))["penalties_change"]
    assert (blank["value"], blank["reason"]) == (None, f"figure_blank: before:{PENALTIES}")


def test_the_year_before_is_that_of_the_same_body_scope_and_one_year_earlier():
    now = one_report(zeros() | {PENALTIES: 7}, year=2022)
    for other in (
        year_tables({"other": report(zeros(), year=2021)}),
        year_tables({"u": report(zeros(), year=2021)}, {"u": {"scope": "government_wide"}}),
        year_tables({"u": report(zeros(), year=2020)}),
        YearTables(),
        None,
    ):
        assert told(now, other)["penalties_change"]["reason"] == "no_year_before"


def test_the_stock_of_documents_is_held_against_last_years_and_what_came_and_went():
    documents = "proactive_disclosure.normative_documents"
    before = one_report(zeros() | {f"{documents}.in_force": 40}, year=2022)
    now = one_report(zeros() | {f"{documents}.in_force": 45, f"{documents}.issued": 7, f"{documents}.repealed": 3}, year=2023)
    assert told(now, before)["stock_flow_gap"]["value"] == 1
    old = one_report(zeros("2019"), form="2019", year=2022)
    assert told(now, old)["stock_flow_gap"]["reason"] == f"not_in_form: before:{documents}.in_force"


@pytest.mark.parametrize(
    ("value", "unit", "fees", "reason"),
    [
        (Decimal("1276.5534"), "万元", Decimal("1276.5534"), None),
        (152790, "元", Decimal("15.279"), None),
        (Decimal("0.01"), "元", Decimal("0.000001"), None),
        (Decimal("0.001"), "元", None, f"out_of_range: {FEES}"),
        (8040, None, None, f"unit_not_printed: {FEES}"),
        (3, "亿元", None, f"unit_unknown: {FEES}"),
        (None, "万元", None, f"figure_blank: {FEES}"),
        ("12O", "万元", None, f"figure_unreadable: {FEES}"),
    ],
)
def test_fees_are_exact_in_ten_thousands_of_yuan(value, unit, fees, reason):
    others = {name: zero for name, zero in zeros().items() if name != FEES}
    row = told(year_tables({"u": report(others, figure(FEES, value, unit=unit))}))["fees"]
    assert (row["numerator"], row["reason"]) == (fees, reason)
    assert row["value"] == (None if fees is None else float(fees))


def test_the_processing_fee_is_read_from_prose_and_silence_is_not_zero():
    def fee(*values, approximate=False):
        prose = tuple(ProseFigure("processing_fee.collected_yuan", one, approximate, 6, "…") for one in values)
        return told(one_report(zeros(), prose=prose))["processing_fee"]

    assert (fee(400)["value"], fee(400)["caveats"]) == (400, ["prose_only"])
    assert fee(400, approximate=True)["caveats"] == ["approximate", "prose_only"]
    assert (fee(0)["value"], fee(400, 400)["value"]) == (0, 400)
    assert fee()["reason"] == "prose_silent: processing_fee.collected_yuan"
    assert fee(380, 400)["reason"] == "several_values: processing_fee.collected_yuan"


def test_a_zero_report_needs_every_total_and_one_figure_refutes_it():
    lost = {name: value for name, value in zeros().items() if ".carried_over." not in name}
    assert told(one_report(lost))["zero_report"]["reason"] == "figure_missing: applications.carried_over.total"
    assert told(one_report(lost | totals(new_received=1)))["zero_report"]["value"] == 0
    # Reviews do not count: they are evidence against a zero report, not part of it.
    assert told(one_report(zeros() | {f"{REVIEW}.total": 1, f"{REVIEW}.upheld": 1}))["zero_report"]["value"] == 1


def test_a_streak_of_zero_reports_grows_year_by_year():
    years: dict[int, YearTables] = {}
    found = {}
    for year, received in ((2019, 4), (2020, 0), (2021, 0), (2022, 3), (2023, 0)):
        years[year] = with_indicators(one_report(zeros() | totals(new_received=received), year=year), years.get(year - 1))
        row = told(years[year], years.get(year - 1))["zero_report_streak"]
        found[year] = (row["value"], "streak_open" in row["caveats"])
    assert found == {2019: (0, False), 2020: (1, False), 2021: (2, False), 2022: (0, False), 2023: (1, False)}


def test_a_streak_whose_beginning_is_not_known_says_that_it_may_be_longer():
    first = with_indicators(one_report(zeros(), year=2022))
    assert told(first)["zero_report_streak"]["caveats"] == ["streak_open"]
    second = told(one_report(zeros(), year=2023), first)["zero_report_streak"]
    assert (second["value"], second["caveats"]) == (2, ["streak_open"])


@pytest.mark.parametrize(
    ("facts", "days", "reason"),
    [
        ({"published_on": date(2024, 1, 31)}, 0, None),
        ({"published_on": date(2024, 3, 5)}, 34, None),
        ({"published_on": date(2024, 3, 5), "scope": "government_wide"}, -26, None),
        ({"published_on": None}, None, "day_not_stated"),
        ({"published_on": date(2024, 3, 5), "trust": "mirror"}, None, "mirror_only"),
        ({"published_on": date(2024, 3, 5), "title": "彩云镇2023年政府信息公开工作年度报告（更正）"}, None, "correction_only"),
        ({"published_on": date(2023, 3, 5)}, None, "day_implausible"),
        ({"published_on": date(2024, 3, 5), "report_year": None}, None, "year_unknown"),
    ],
)
def test_days_after_the_deadline_come_from_the_day_that_the_publishers_page_states(facts, days, reason):
    row = told(year_tables({"u": report(zeros(), year=2023)}, {"u": facts}))["days_after_deadline"]
    assert (row["value"], row["reason"]) == (days, reason)


def test_a_second_version_may_state_an_earlier_day():
    late = {"published_on": date(2024, 3, 5), "versions": 2}
    row = told(year_tables({"u": report(zeros(), year=2023)}, {"u": late}))["days_after_deadline"]
    assert row["caveats"] == ["several_versions"]


def test_printed_values_are_used_and_a_correction_is_told():
    tables = one_report(zeros() | totals(total_processed=40, granted=10))
    rows = tables["applications"].to_pylist()
    for row in rows:
        if row["figure"] == "applications.granted.total":
            row |= {"value_corrected": 30, "correction": "2024-05-06: the digits were swapped"}
    corrected = YearTables({**tables.tables, "applications": pa.Table.from_pylist(rows, schema=tables["applications"].schema)})
    found = told(corrected)
    assert (found["full_disclosure"]["value"], "correction_exists" in found["full_disclosure"]["caveats"]) == (0.25, True)
    assert "correction_exists" not in found["unable"]["caveats"]
