"""Prose that is last year's or a neighbour's: what is masked, what is near enough, and that nothing near goes unseen."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Report
from pipeline.normalizer.derived.relations.masking import NAME, NUMBER, mask
from pipeline.normalizer.derived.relations.similarity import Texts, change, nearest_of_others
from tests.normalizer.derived.relations.said import COUNTY, DEPARTMENT, TOWNSHIP, WIDE_COUNTY, a_report, said, tables

CHARACTERS = [chr(0x4E00 + 11 * number) for number in range(900)]
CITY = {**COUNTY, "county_code": None, "level": "city", "kind": "department"}


def prose(seed: int, length: int = 400) -> str:
    return "".join(random.Random(seed).choices(CHARACTERS, k=length))


def changed(text: str, characters: int) -> str:
    """So many characters replaced by others: each is one taken out and one put in."""
    put = list(text)
    for at in random.Random(characters).sample(range(len(put)), characters):
        put[at] = "甲" if put[at] != "甲" else "乙"
    return "".join(put)


def written(text: str, year: int = 2023, **sections: str) -> Report:
    return a_report(year=year, sections={1: text, **{int(name[1:]): one for name, one in sections.items()}})


def outcomes(key: str, *reports: Report, before: Report | None = None, facts: object = None) -> dict[str, tuple[str, str | None]]:
    places = {f"u{at}": TOWNSHIP for at in range(len(reports))} | (facts or {})  # type: ignore[operator]
    found = said("same_text", tables(*reports, facts=places), None if before is None else tables(before))
    return {row["unit_id"]: (row["outcome"], row["reason"]) for row in found if row["scope_key"] == key}


def test_last_years_text_with_other_numbers() -> None:
    text = prose(1)
    now, before = tables(written(f"{text}2023年发布1204条", s6="无。")), tables(written(f"{text}2022年发布 987 条", 2022, s6="无"))
    row = next(row for row in said("same_text", now, before) if row["scope_key"] == "last_year")
    assert (row["outcome"], row["severity"], row["left_value"], row["right_value"]) == ("failed", "warning", 1, 0.95)
    assert row["other_report_id"] == "u0-2022-own"


@pytest.mark.parametrize(("characters", "outcome"), [(20, "failed"), (21, "passed")])
def test_a_twentieth_changed_is_the_limit(characters: int, outcome: str) -> None:
    text = prose(2)
    found = outcomes("last_year", written(changed(text, characters)), before=written(text, 2022))
    assert found["u0"] == (outcome, None)
    assert outcomes("neighbour", written(changed(text, characters)), written(text))["u0"] == (outcome, None)


@pytest.mark.parametrize(
    ("now", "last", "reason"),
    [
        ("", prose(3), "no_prose"),
        (prose(3, 199), prose(3), "prose_too_short"),
        (prose(3), "", "no_prose_last_year"),
        (prose(3), prose(3, 199), "prose_too_short_last_year"),
    ],
)
def test_little_text_proves_nothing(now: str, last: str, reason: str) -> None:
    assert outcomes("last_year", written(now), before=written(last, 2022))["u0"] == ("not_applicable", reason)


def test_without_last_years_report_there_is_no_text_to_compare() -> None:
    assert outcomes("last_year", written(prose(4)))["u0"] == ("not_applicable", "no_report_last_year")


def test_the_tables_of_flattened_pages_are_no_prose() -> None:
    table = prose(5, 900)
    now, before = written(prose(6), s2=table, s3=table), written(prose(7), 2022, s2=table, s3=table)
    assert outcomes("last_year", now, before=before)["u0"] == ("passed", None)


def test_the_most_similar_neighbour_is_named() -> None:
    text = prose(8)
    reports = [written(text), written(prose(9)), written(changed(text, 12)), written(changed(text, 4)), written(prose(10))]
    found = said("same_text", tables(*reports, facts={f"u{at}": TOWNSHIP for at in range(5)}))
    near = {row["unit_id"]: (row["outcome"], row["other_report_id"]) for row in found if row["scope_key"] == "neighbour"}
    assert near == {
        "u0": ("failed", "u3-2023-own"),
        "u1": ("passed", None),
        "u2": ("failed", "u0-2023-own"),
        "u3": ("failed", "u0-2023-own"),
        "u4": ("passed", None),
    }
    assert next(row["left_value"] for row in found if row["unit_id"] == "u2" and row["scope_key"] == "neighbour") == pytest.approx(
        1 - 12 / 400
    )


def test_copies_name_the_first_of_them() -> None:
    found = said("same_text", tables(*[written(prose(11))] * 4, facts={f"u{at}": TOWNSHIP for at in range(4)}))
    near = {row["unit_id"]: row["other_report_id"] for row in found if row["scope_key"] == "neighbour"}
    assert near == {"u0": "u1-2023-own", "u1": "u0-2023-own", "u2": "u0-2023-own", "u3": "u0-2023-own"}


def test_own_names_are_masked() -> None:
    text = prose(12)
    names = ("示例省明川市云河县青石镇人民政府", "示例省明川市云河县柳堰乡人民政府")
    reports = [written(f"{text}{name[9:12]}高度重视，我{name[11]}成立小组。{name}" * 2) for name in names]
    facts = {f"u{at}": {**TOWNSHIP, "unit_name_printed": name} for at, name in enumerate(names)}
    row = next(row for row in said("same_text", tables(*reports, facts=facts)) if row["scope_key"] == "neighbour")
    assert (row["outcome"], row["left_value"]) == ("failed", 1)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (DEPARTMENT, ("failed", None)),
        ({**TOWNSHIP, "county_code": "530124000000"}, ("not_applicable", "no_neighbour")),
        ({**TOWNSHIP, "scope": "government_wide"}, ("not_applicable", "no_neighbour")),
        (CITY, ("not_applicable", "no_neighbour")),
    ],
    ids=["the same county", "another county", "another scope", "the city itself"],
)
def test_neighbours_are_of_the_same_county_and_scope(other: dict[str, object], expected: tuple[str, str | None]) -> None:
    assert outcomes("neighbour", written(prose(13)), written(prose(13)), facts={"u1": other})["u0"] == expected


def test_departments_of_a_city_and_county_governments_have_neighbours_too() -> None:
    copies = [written(prose(14))] * 2
    assert outcomes("neighbour", *copies, facts={"u0": CITY, "u1": CITY})["u0"] == ("failed", None)
    wide = {"u0": WIDE_COUNTY, "u1": {**WIDE_COUNTY, "county_code": "530124000000"}}
    assert outcomes("neighbour", *copies, facts=wide)["u0"] == ("failed", None)


def test_where_it_is_not_known_where_a_unit_is_it_has_no_neighbours() -> None:
    nowhere = dict.fromkeys(COUNTY)
    found = outcomes("neighbour", written(prose(15)), written(prose(15)), facts={"u0": nowhere, "u1": nowhere})
    assert found["u0"] == ("not_applicable", "place_unknown")


@pytest.mark.parametrize(
    ("text", "names", "masked"),
    [
        ("２０２３年，公开信息1,204条", [], "#年公开信息#条"),
        ("二〇二三年召开会议三次", [], "#年召开会议#次"),
        ("一是加强领导，二是强化培训", [], "一是加强领导二是强化培训"),
        ("办结率98.5%。同比增长3.2％", [], "办结率#同比增长#"),
        ("青石镇、云河县财政局", ["云河县青石镇人民政府"], "@@财政局"),
        ("我局与本机关、全县", ["云河县财政局"], "@与@@"),
        ("城乡建设", ["云河县青石镇人民政府"], "城乡建设"),
        ("政府信息", ["云河县人民政府"], "政府信息"),
    ],
)
def test_what_is_masked(text: str, names: list[str], masked: str) -> None:
    assert mask(text, names) == masked.replace("#", NUMBER).replace("@", NAME)


@given(st.text("甲乙丙", max_size=30), st.text("甲乙丙", max_size=30), st.floats(0, 1))
def test_a_change_is_what_the_longest_common_subsequence_says(one: str, other: str, most: float) -> None:
    row = [0] * (len(other) + 1)
    for character in one:
        left = row
        row = [0]
        for at, its in enumerate(other):
            row.append(left[at] + 1 if character == its else max(left[at + 1], row[at]))
    exact = 1 - 2 * row[-1] / (len(one) + len(other)) if one or other else 0.0
    found = change(one, other, most)
    assert found == pytest.approx(exact) if exact <= most else found == float("inf")


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 2)), min_size=2, max_size=14))
def test_the_nearest_is_found_without_comparing_every_pair(drawn: list[tuple[int, int, int]]) -> None:
    """Texts in a few families, each changed a little, of owners that may have several: against every pair compared in full."""
    texts = [changed(prose(family, 60), edits) for family, edits, _ in drawn]
    owners = [owner for _, _, owner in drawn]
    found = nearest_of_others(Texts(texts), {"all": range(len(texts))}, owners, 0.1)
    for row, text in enumerate(texts):
        others = [(change(text, texts[one], 0.1), one) for one in range(len(texts)) if owners[one] != owners[row]]
        nearest = min(others, default=(float("inf"), -1))
        assert found.get(row, (float("inf"), -1)) == (nearest if nearest[0] <= 0.1 else (float("inf"), -1))


def test_few_pairs_of_a_county_are_compared_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    monkeypatch.setattr("pipeline.normalizer.derived.relations.similarity.change", lambda *given: compared.append(given) or change(*given))
    texts = Texts([prose(number, 300) for number in range(120)] + [changed(prose(7, 300), 5)])
    found = nearest_of_others(texts, {"county": range(121)}, list(range(121)), 0.05)
    assert set(found) == {7, 120}
    assert len(compared) <= 3
    assert np.array([near.change for near in found.values()]) == pytest.approx(5 / 300)
