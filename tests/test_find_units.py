"""Which unit a text means: ids go before whole names, whole names before parts, and several are never guessed among."""

import pytest

from pipeline.find_units import UnitError, read_units, unit_book
from tests.small_snapshot import FINANCE, GOVERNMENT, NAMES, OLD_FINANCE, TOWN, county, report, together, write


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return read_units(write(tmp_path_factory.mktemp("units") / "processed", county()))


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        (FINANCE, FINANCE),
        (f" {FINANCE} ", FINANCE),
        (f"{FINANCE}-2021-own", FINANCE),
        (f"{FINANCE}-2021-government_wide", FINANCE),
        (OLD_FINANCE, FINANCE),
        (f"{OLD_FINANCE}-2020-own", FINANCE),
        (NAMES[TOWN], TOWN),
        ("财政局", FINANCE),
        (" 财政 局", FINANCE),
        ("青石镇", TOWN),
    ],
)
def test_names_one_unit(book, text, unit):
    assert book.find(text) == unit


def test_several_are_candidates_and_no_guess(book):
    with pytest.raises(UnitError, match="fits 3 units") as error:
        book.find("云河县")
    assert [line.split()[0] for line in error.value.candidates] == sorted([GOVERNMENT, FINANCE, TOWN], key=lambda one: NAMES[one])


@pytest.mark.parametrize("text", ["", "  ", "教育局", "u999999999999", "x999999999999-2021-own"])
def test_what_is_not_there_is_said(book, text):
    with pytest.raises(UnitError, match="no unit"):
        book.find(text)


def test_a_whole_name_is_meant_before_a_longer_one_that_holds_it():
    units = [{"unit_id": "u00000000000a", "name": "洪泽区"}, {"unit_id": "u00000000000b", "name": "洪泽区财政局"}]
    empty = dict.fromkeys(("names_printed", "former_names", "county", "county_code"))
    assert unit_book([empty | one for one in units], []).find("洪泽区") == "u00000000000a"


def test_former_names_lead_to_the_unit():
    unit = {
        "unit_id": "u00000000000a",
        "name": "洪泽区",
        "former_names": "洪泽县 | 老县",
        "names_printed": None,
        "county": None,
        "county_code": None,
    }
    assert unit_book([unit], []).find("洪泽县") == "u00000000000a"


@pytest.mark.parametrize("text", ["云河县", "云河", "320899000000"])
def test_a_county_is_all_its_units(book, text):
    assert book.county(text) == [GOVERNMENT, FINANCE, TOWN]


def test_a_county_that_is_not_there_or_not_one_is_said(book):
    with pytest.raises(UnitError, match="洪泽区"):
        book.county("洪泽区")
    reports = [
        {"unit_id": f"u{at:012}", "unit_name": None, "unit_name_printed": "甲", "county": f"{at}河县", "county_code": None}
        for at in range(2)
    ]
    with pytest.raises(UnitError, match="2 counties"):
        unit_book([], reports).county("河县")


def test_units_are_known_by_their_reports_while_there_is_no_list(tmp_path):
    rows = together(report(FINANCE, 2021))
    assert read_units(write(tmp_path / "processed", rows)).find("财政局") == FINANCE
