"""Years that a generator made without a contradiction: nothing fails. One contradiction planted: that fails, and what it implies."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipeline.generator
import pipeline.normalizer
from pipeline.forms import forms
from pipeline.forms.layout import figure_ids
from pipeline.generator.figures import Written
from pipeline.generator.years import first_year, live_through, printed_in
from pipeline.model import Report
from pipeline.normalizer.checks import check_report
from pipeline.normalizer.derived.relations import relation_rows
from pipeline.normalizer.derived.year import YearTables
from pipeline.normalizer.schemas import arrow_schema
from tests.normalizer.derived.relations.said import DEPARTMENT, TOWNSHIP, WIDE_COUNTY, failures, rows, said, tables
from tests.normalizer.derived.years import TABLES
from tests.normalizer.reports import figure, report

TWO, THREE, FOUR = TABLES
STOCK, FEE = f"{TWO}.normative_documents", f"{TWO}.admin_fees.amount"
CHANCES = tomllib.loads(Path(pipeline.generator.__file__).with_name("sample.toml").read_text("utf8"))["chances"]
PLACES = {"u0": DEPARTMENT, "u1": TOWNSHIP}
UNIT = {"requests": 90, "decisions": [640, 58, 6], "documents": 40, "fees": 190, "growth": 1.05}
Figures = dict[str, Any]


def made_report(figures: Mapping[str, Any], year: int, text: str) -> Report:
    """The figures as a report of the form that was due; an amount that is written with its unit keeps it."""
    form = "2019" if year <= 2020 else "2021"
    printed = printed_in(figures, [name for table in TABLES for name in figure_ids(table, form)])
    by_hand = [
        figure(name, int(cast(Written, value).text.removesuffix("元")), unit="元")
        for name, value in printed.items()
        if isinstance(value, Written)
    ]
    counts = {name: value for name, value in printed.items() if not isinstance(value, Written)}
    return report(counts, *by_hand, year=year, form=form, sections={1: text, 2: "", 3: "", 4: ""})


def lived(seed: int, years: int = 4) -> list[Figures]:
    """The figures of a body from 2019 on."""
    rng = random.Random(seed)
    _, body = live_through(rng, first_year(rng, UNIT), CHANCES)
    told = []
    for _ in range(years):
        figures, body = live_through(rng, body, CHANCES)
        told.append(dict(figures))
    return told


def prose(seed: object) -> str:
    return "".join(random.Random(f"{seed}").choices([chr(0x4E00 + 13 * number) for number in range(600)], k=300))


@settings(max_examples=3)
@given(st.integers(0, 10**6))
def test_years_that_follow_from_each_other_contradict_nothing(seed: int) -> None:
    bodies = [lived(seed + at) for at in range(2)]
    made = [
        tables(*(made_report(one[at], 2019 + at, prose((seed, n, at))) for n, one in enumerate(bodies)), facts=PLACES) for at in range(4)
    ]
    for before, now in zip([None, *made], made, strict=False):
        assert failures(now, before) == set()


def test_a_county_that_adds_up_contradicts_nothing() -> None:
    bodies = [lived(number, 2)[1] for number in range(3)]
    names = {name for one in bodies for name in one if not isinstance(one[name], Written)}
    whole = {name: sum(one.get(name, 0) for one in bodies) for name in names}
    made = [made_report(one, 2022, prose(at)) for at, one in enumerate([whole, *bodies])]
    now = tables(*made, facts={"u0": WIDE_COUNTY, "u1": DEPARTMENT, "u2": DEPARTMENT, "u3": TOWNSHIP})
    (row,) = said("hierarchy", now, expected={str(WIDE_COUNTY["county_code"]): ("u1", "u2", "u3")})
    assert row["outcome"] == "passed"


def add(name: str, by: int) -> Callable[[Figures, Figures], None]:
    def plant(now: Figures, before: Figures) -> None:
        now[name] = now.get(name, 0) + by

    return plant


def repeal_all(now: Figures, before: Figures) -> None:
    now[f"{STOCK}.repealed"] = before[f"{STOCK}.in_force"] + now[f"{STOCK}.issued"] + 1
    now[f"{STOCK}.in_force"] = 0


def repeat(now: Figures, before: Figures) -> None:
    now.clear()
    now.update(before)


def nothing(now: Figures, before: Figures) -> None:
    stocks = {name: value for name, value in now.items() if name.endswith((".in_force", ".items_last_year", ".total_disclosed"))}
    now.clear()
    now.update(stocks)


def sue(now: Figures, before: Figures) -> None:
    reviews = [one.get(f"{FOUR}.review.total", 0) for one in (now, before)]
    now[f"{FOUR}.litigation_after_review.total"] = sum(reviews) + 1


def forget(now: Figures, before: Figures) -> None:
    before[f"{FOUR}.review.pending"] = now.get(f"{FOUR}.review.total", 0) + 1


def multiply(name: str, by: int) -> Callable[[Figures, Figures], None]:
    def plant(now: Figures, before: Figures) -> None:
        now[name] = before[name] * by

    return plant


# What is planted into a year, the relation that must fail, and those that may fail with it.
PLANTS: dict[str, tuple[Callable[[Figures, Figures], None], set[str], set[str]]] = {
    "carried over in the total": (add(f"{THREE}.carried_over.total", 2), {"carry_over"}, set()),
    "carried over in a column": (add(f"{THREE}.carried_over.business", 2), {"carry_over"}, set()),
    "a stock": (add(f"{STOCK}.in_force", 1), {"stock_flow"}, set()),
    # What is repealed beyond the stock jumps besides.
    "repealed too much": (repeal_all, {"repealed_bound", "stock_flow"}, {"jump"}),
    "sued without a review": (sue, {"after_review_bound"}, {"jump"}),
    "pending cases forgotten": (forget, {"pending_carry"}, set()),
    # A fee in 元 jumps too.
    "a fee in yuan": (multiply(FEE, 10_000), {"fee_unit", "jump"}, set()),
    "a jump": (multiply(f"{TWO}.licences.decisions", 6), {"jump"}, set()),
    "rules of a department": (add(f"{TWO}.rules.issued", 1), {"rules_competence", "stock_flow"}, set()),
    # Last year's stock and carried cases stand where this year's follow from them.
    "last year's figures": (repeat, {"same_figures"}, {"carry_over", "stock_flow", "pending_carry"}),
    # A year without events carries nothing over, and everything falls to 0.
    "nothing happened": (nothing, {"all_zero", "jump"}, {"carry_over", "stock_flow", "pending_carry"}),
}


@pytest.mark.parametrize("name", PLANTS)
@pytest.mark.parametrize("seed", range(4))
def test_what_is_planted_is_found_and_nothing_else(name: str, seed: int) -> None:
    plant, must, may = PLANTS[name]
    _, _, before, now = lived(seed)
    plant(now, before)
    made = [tables(made_report(one, 2021 + at, prose((seed, at))), facts={"u0": DEPARTMENT}) for at, one in enumerate((before, now))]
    found = {check for check, _ in failures(made[1], made[0])}
    assert must <= found <= must | may


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_items_that_do_not_carry_are_found_in_the_form_of_2019_only(form: str) -> None:
    first, second, third, _ = lived(5)
    before, now = (first, second) if form == "2019" else (second, third)
    now[f"{TWO}.penalties.items_last_year"] += 1
    year = 2020 if form == "2019" else 2021
    made = [tables(made_report(one, year - 1 + at, prose(at)), facts={"u0": DEPARTMENT}) for at, one in enumerate((before, now))]
    assert failures(made[1], made[0]) == ({("items_carry", "penalties")} if form == "2019" else set())


def test_facts_of_a_report_that_are_planted_fail_alone() -> None:
    before = tables(made_report(lived(1)[2], 2021, prose(1)), facts={"u0": DEPARTMENT})
    figures = lived(1)[3]
    late = {"u0": {**DEPARTMENT, "published_on": date(2023, 2, 1)}}
    assert failures(tables(made_report(figures, 2022, prose(2)), facts=late), before) == {("published_in_time", None)}
    copied = tables(made_report(figures, 2022, prose(1)), facts={"u0": DEPARTMENT})
    assert failures(copied, before) == {("same_text", "last_year")}


values = st.one_of(st.none(), st.integers(-5, 60), st.just("?"))
printed_figures = st.dictionaries(st.sampled_from(sorted(forms().figures)), values, max_size=60)
units = st.fixed_dictionaries(
    {
        "level": st.sampled_from([None, "township", "county", "city"]),
        "kind": st.sampled_from([None, "department", "government"]),
        "county_code": st.sampled_from([None, "530123000000"]),
        "scope": st.sampled_from(["own", "government_wide"]),
        "trust": st.sampled_from(["official", "mirror"]),
        "published_on": st.sampled_from([None, date(2023, 2, 1), date(2022, 12, 1)]),
        "unit_name_printed": st.sampled_from([None, "云河县青石镇", "云河县财政局"]),
    }
)
states = st.dictionaries(st.sampled_from(TABLES), st.sampled_from(["read", "partial", "blank", "picture", "refused", "missing"]))
texts = st.sampled_from(["", prose(1), prose(2), prose(1)[:150]])
any_report = st.tuples(printed_figures, units, states, texts)


@settings(max_examples=16)
@given(st.lists(any_report, max_size=4), st.one_of(st.none(), st.lists(any_report, max_size=4)), st.booleans())
def test_any_reports_can_be_judged_and_each_row_says_what_it_must(now: list[Any], before: list[Any] | None, listed: bool) -> None:
    made = [
        None
        if reports is None
        else tables(
            *(report(figures, year=year, states=told, sections={1: text, 3: ""}) for figures, _, told, text in reports),
            facts={f"u{at}": unit for at, (_, unit, _, _) in enumerate(reports)},
        )
        for year, reports in ((2022, now), (2021, before))
    ]
    assert made[0] is not None
    expected = {"530123000000": ("u0", "u1")} if listed else None
    found = relation_rows(made[0], made[1], expected=expected)
    assert found.schema.equals(arrow_schema("checks"))
    printed = {f"u{at}": {name for name, value in one[0].items() if isinstance(value, int)} for at, one in enumerate(now)}
    for at, one in enumerate(before or []):
        printed.setdefault(f"u{at}", set()).update(name for name, value in one[0].items() if isinstance(value, int))
    known = codes()
    keys = set()
    for row in found.to_pylist():
        check = forms().check(row["check_id"])
        assert row["severity"] in {check.severity, check.part_severity}
        assert (row["reason"] is None) or row["reason"] in known
        assert row["outcome"] != "not_applicable" or (row["reason"] and row["left_value"] is None)
        assert row["outcome"] != "passed" or row["reason"] is None
        assert set((row["figures"] or "").split()) <= printed[row["unit_id"]]
        key = (row["check_id"], row["severity"], row["report_id"], row["scope_key"])
        assert key not in keys
        keys.add(key)


def codes() -> set[str]:
    text = Path(pipeline.normalizer.__file__).with_name("codes.toml").read_text("utf8")
    return set(tomllib.loads(text)["not_applicable"])


@settings(max_examples=10)
@given(printed_figures, states)
def test_reasons_within_one_report_are_told_in_the_dictionary_too(figures: dict[str, Any], told: dict[str, str]) -> None:
    for result in check_report(report(figures, states=told)):
        assert result.reason is None or result.reason.partition(":")[0] in codes()


def test_every_reason_in_the_dictionary_is_one_that_can_be_given() -> None:
    folder = Path(pipeline.normalizer.__file__).parent
    sources = [*(folder / "derived" / "relations").glob("*.py"), folder / "checks.py", folder / "prose_checks.py"]
    text = "\n".join(path.read_text("utf8") for path in sources)
    parts = {"total_", "term_", "parts_missing"}
    for code in codes():
        base = code.removesuffix("_last_year")
        assert f'"{base}' in text or any(f'"{part.rstrip("_")}"' in text and base.startswith(part) for part in parts), code


def test_the_order_of_the_rows_that_are_given_says_nothing() -> None:
    figures = [lived(number, 2) for number in range(3)]
    made = [tables(*(made_report(one[at], 2021 + at, prose(n)) for n, one in enumerate(figures)), facts=PLACES) for at in range(2)]
    turned = [
        YearTables({name: rows.take(pa.array(range(rows.num_rows)[::-1], pa.int64())) for name, rows in one.tables.items()}) for one in made
    ]
    assert relation_rows(made[1], made[0]).equals(relation_rows(turned[1], turned[0]))


def test_nothing_gives_no_rows() -> None:
    empty = tables()
    assert rows(empty) == []
    assert relation_rows(empty, empty).schema.equals(arrow_schema("checks"))
    assert isinstance(relation_rows(empty, None), pa.Table)
