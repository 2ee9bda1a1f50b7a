"""The five questions: everything planted is found, and what we are unsure of is never said of the publisher."""

from datetime import date
from decimal import Decimal

import pytest

from pipeline.questions import contradictions, lost_cases, missing_or_late, requests_per_unit, zero_reports
from tests.small_snapshot import FINANCE, GOVERNMENT, NAMES, TOWN, check, coverage, figure, indicator, report, report_id, table, together


def frame(dataset, *rows):
    return table(dataset, together(*rows).get(dataset, [])).to_pandas()


class TestMissingOrLate:
    def test_every_state_has_its_own_word_and_only_what_is_known_is_said_of_the_publisher(self):
        states = ["published", "after_deadline", "withdrawn", "unreadable", "not_found", "not_collected"]
        answer = missing_or_late(frame("coverage", *(coverage(TOWN, 2018 + at, state) for at, state in enumerate(states))))
        assert dict(zip(answer["finding"], answer["who"], strict=True)) == {
            "missing": "publisher",
            "withdrawn": "publisher",
            "late": "publisher",
            "unreadable": "us",
            "not_collected": "us",
        }

    def test_the_latest_come_last_in_nothing_and_evidence_stays(self):
        rows = [
            coverage(unit, 2022, "after_deadline", days_late=days, published_on=date(2023, 2, 1))
            for unit, days in ((FINANCE, 3), (TOWN, 90))
        ]
        answer = missing_or_late(frame("coverage", *rows))
        assert answer["days_late"].tolist() == [90, 3]
        assert answer["evidence"].tolist() == ["evidence of after_deadline"] * 2
        assert answer["unit"].tolist() == [NAMES[TOWN], NAMES[FINANCE]]

    def test_nothing_found_is_no_row(self):
        assert missing_or_late(frame("coverage", coverage(TOWN, 2021, "published"))).empty
        assert missing_or_late(frame("coverage")).empty


class TestZeroReports:
    def ask(self, *rows):
        return zero_reports(*(frame(dataset, *rows) for dataset in ("reports", "checks", "indicators")))

    def zero(self, unit=TOWN, year=2022, **more):
        return together(
            report(unit, year, **more), check(unit, year, "all_zero", severity="note"), indicator(unit, year, "zero_report", 1.0)
        )

    def test_the_prose_and_last_year_speak_against_it(self):
        before = report_id(TOWN, 2021)
        answer = self.ask(
            self.zero(),
            check(TOWN, 2022, "carry_over", left_value=Decimal(0), right_value=Decimal(3), other_report_id=before),
            check(TOWN, 2022, "prose_none"),
            check(TOWN, 2022, "jump", severity="note"),
        )
        (row,) = answer.to_dict("records")
        assert (row["who"], row["zero"], row["other_report_id"]) == ("publisher", "all_figures", before)
        assert "0 ≠ 3" in row["evidence"]
        assert row["evidence"].count(";") == 1

    def test_without_evidence_it_stays_without(self):
        (row,) = self.ask(self.zero()).to_dict("records")
        assert row["evidence"] is None or row["evidence"] != row["evidence"]
        assert row["who"] == "publisher"

    @pytest.mark.parametrize("state", ["refused", "picture", "missing", "partial", "blank"])
    def test_a_report_of_which_a_table_was_not_read_whole_is_never_a_zero_report(self, state):
        assert self.ask(self.zero(applications_state=state)).empty
        assert self.ask(self.zero(review_litigation_state=state))["zero"].tolist() == ["applications"]

    def test_no_applications_is_less_than_all_zeros_and_a_lawsuit_says_nothing_against_it(self):
        rows = [report(TOWN, 2022), indicator(TOWN, 2022, "zero_report", 1.0), check(TOWN, 2022, "prose_review", severity="warning")]
        (row,) = self.ask(*rows).to_dict("records")
        assert row["zero"] == "applications"
        assert row["evidence"] is None or row["evidence"] != row["evidence"]

    def test_a_report_with_figures_is_none(self):
        rows = [report(TOWN, 2022), indicator(TOWN, 2022, "zero_report", 0.0), check(TOWN, 2022, "all_zero", "passed", "note")]
        assert self.ask(*rows, check(TOWN, 2022, "carry_over")).empty

    def test_evidence_that_we_doubt_is_ours(self):
        answer = self.ask(
            self.zero(), check(TOWN, 2022, "carry_over", doubted=True), self.zero(FINANCE), check(FINANCE, 2022, "carry_over")
        )
        assert dict(zip(answer["unit_id"], answer["who"], strict=True)) == {TOWN: "us", FINANCE: "publisher"}

    def test_nothing_is_no_row(self):
        assert self.ask().empty


class TestContradictions:
    def ask(self, *rows, **options):
        return contradictions(frame("checks", *rows), frame("reports", *rows), **options)

    def test_each_is_told_where_it_stands(self):
        figures = {"figures": "applications.new_received.total", "left_value": Decimal(66), "right_value": Decimal(63)}
        answer = self.ask(
            report(FINANCE, 2022),
            check(FINANCE, 2022, "applications_balance", scope_key="total", **figures),
            check(FINANCE, 2022, "prose_none", scope_key="applications.received", **{**figures, "figures": None}),
            check(FINANCE, 2022, "carry_over", other_report_id=report_id(FINANCE, 2021), **figures),
        )
        assert dict(zip(answer["check_id"], answer["where"], strict=True)) == {
            "applications_balance": "inside",
            "prose_none": "prose",
            "carry_over": "last_year",
        }
        assert "（total）: 66 ≠ 63" in answer.set_index("check_id").loc["applications_balance", "what"]
        assert set(answer["unit"]) == {NAMES[FINANCE]}

    def test_doubted_ones_are_ours(self):
        rows = [
            report(FINANCE, 2022),
            *(
                check(FINANCE, 2022, "applications_balance", scope_key=key, doubted=doubt, figures="f")
                for key, doubt in (("a", True), ("b", False))
            ),
        ]
        assert self.ask(*rows)[["scope_key", "who"]].to_numpy().tolist() == [["b", "publisher"], ["a", "us"]]

    def test_warnings_notes_and_passed_ones_are_left_out_unless_asked_for(self):
        rows = [
            report(FINANCE, 2022),
            check(FINANCE, 2022, "applications_balance", "passed", figures="f"),
            check(FINANCE, 2022, "stock_flow", severity="warning", figures="f", other_report_id=report_id(FINANCE, 2021)),
            check(FINANCE, 2022, "jump", severity="note", figures="f"),
        ]
        assert self.ask(*rows).empty
        assert self.ask(*rows, warnings=True)["check_id"].tolist() == ["stock_flow"]

    def test_a_table_that_is_not_there_contradicts_nothing_and_neighbours_are_not_last_year(self):
        rows = [
            report(FINANCE, 2022),
            check(FINANCE, 2022, "table_missing", scope_key="applications"),
            check(FINANCE, 2022, "same_text", severity="warning", other_report_id=report_id(TOWN, 2022), figures="f"),
        ]
        assert self.ask(*rows, warnings=True).empty


class TestRequestsPerUnit:
    def ask(self, *rows):
        return requests_per_unit(*(frame(dataset, *rows) for dataset in ("indicators", "reports", "coverage"))).set_index(
            ["unit_id", "report_year"]
        )

    def received(self, unit, count, **more):
        return together(
            report(unit, 2022, **more), indicator(unit, 2022, "received", None if count is None else float(count), (count, None))
        )

    def test_each_stands_beside_the_median_of_its_county(self):
        answer = self.ask(self.received(GOVERNMENT, 300), self.received(FINANCE, 30), self.received(TOWN, 60))
        assert answer["requests"].tolist() == [300, 60, 30]
        assert answer.loc[(GOVERNMENT, 2022), ["county_median", "times_median", "county_units"]].tolist() == [60, 5, 3]

    def test_few_requests_have_no_ratio(self):
        answer = self.ask(self.received(GOVERNMENT, 19), self.received(FINANCE, 1), self.received(TOWN, 2))
        assert answer["small_number"].all()
        assert answer["times_median"].isna().all()
        assert answer["requests"].tolist() == [19, 2, 1]

    def test_a_report_of_a_whole_government_is_not_a_unit_beside_others(self):
        rows = {"report_id": report_id(GOVERNMENT, 2022, "government_wide"), "scope": "government_wide"}
        answer = self.ask(self.received(FINANCE, 30), report(GOVERNMENT, 2022, **rows), coverage(GOVERNMENT, 2022, "published"))
        assert answer["reason"].dropna().to_dict() == {(GOVERNMENT, 2022): "no_report_of_this_scope"}
        assert answer["requests"].dropna().to_dict() == {(FINANCE, 2022): 30}

    def test_no_number_has_its_reason_and_is_no_zero(self):
        answer = self.ask(
            together(report(FINANCE, 2022), indicator(FINANCE, 2022, "received", None, reason="table_refused: applications")),
            report(GOVERNMENT, 2022),
            coverage(TOWN, 2022, "not_collected"),
        )
        assert answer["requests"].isna().all()
        assert answer["reason"].to_dict() == {
            (FINANCE, 2022): "table_refused: applications",
            (GOVERNMENT, 2022): "not_derived",
            (TOWN, 2022): "not_collected",
        }
        assert set(answer["who"]) == {"us"}

    def test_a_doubted_number_is_ours(self):
        answer = self.ask(report(FINANCE, 2022), indicator(FINANCE, 2022, "received", 30.0, (30, None), caveats="doubted"))
        assert answer["who"].tolist() == ["us"]

    def test_units_of_no_known_county_are_not_set_beside_each_other(self):
        answer = self.ask(self.received(FINANCE, 30, county=None), self.received(TOWN, 60, county=None))
        assert answer["county_median"].isna().all()
        assert answer["times_median"].isna().all()


class TestLostCases:
    def ask(self, *rows):
        return lost_cases(frame("review_litigation", *rows), frame("reports", *rows))

    def group(self, unit, name="review", **counts):
        return together(
            report(unit, 2022), *(figure(unit, 2022, f"review_litigation.{name}.{measure}", count) for measure, count in counts.items())
        )

    def test_lost_ones_are_named_most_first(self):
        answer = self.ask(
            self.group(FINANCE, corrected=1, total=3, pending=0), self.group(TOWN, "litigation_direct", corrected=4, total=30, pending=6)
        )
        assert answer[["unit", "group", "corrected", "decided"]].to_numpy().tolist() == [
            [NAMES[TOWN], "litigation_direct", 4, 24],
            [NAMES[FINANCE], "review", 1, 3],
        ]
        assert answer["share"].tolist()[0] == pytest.approx(4 / 24)
        assert answer["share"].isna().tolist() == [False, True]

    def test_the_city_of_huaian_in_2024(self):
        answer = self.ask(self.group(GOVERNMENT, corrected=64, total=351, pending=37))
        assert round(answer["share"][0], 3) == 0.204

    def test_none_lost_is_no_row_and_a_blank_is_no_zero(self):
        assert self.ask(self.group(FINANCE, corrected=0, total=3, pending=0)).empty
        (row,) = self.ask(self.group(FINANCE, corrected=2, total=30)).to_dict("records")
        assert row["corrected"] == 2
        assert row["small_number"]
        assert all(row[name] is None or row[name] != row[name] or str(row[name]) == "<NA>" for name in ("decided", "pending", "share"))

    def test_doubt_and_contradiction_are_kept_apart(self):
        rows = [
            report(FINANCE, 2022),
            figure(FINANCE, 2022, "review_litigation.review.corrected", 1, flags="check.review_litigation_total"),
            figure(FINANCE, 2022, "review_litigation.litigation_direct.corrected", 2, flags="read.ambiguous"),
        ]
        answer = self.ask(*rows).set_index("group")
        assert answer["who"].to_dict() == {"review": "publisher", "litigation_direct": "us"}
        assert answer["contradicts"].to_dict() == {"review": True, "litigation_direct": False}

    def test_a_correction_by_hand_stands_beside_what_was_published(self):
        rows = [report(FINANCE, 2022), figure(FINANCE, 2022, "review_litigation.review.corrected", 40, value_corrected=4, correction="why")]
        assert self.ask(*rows)[["corrected", "by_hand"]].to_numpy().tolist() == [[40, 4]]

    def test_nothing_is_no_row(self):
        assert self.ask().empty
