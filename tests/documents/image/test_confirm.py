"""Figures of pictures held against the relations of the form: doubts end where they add up and begin where they do not."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import pytest

from pipeline.documents.image.confirm import FAILED, UNCONFIRMED, confirmed
from pipeline.forms.layout import official_grid, official_sheet
from pipeline.generator import random_spec
from pipeline.model import Grid

SPEC = random_spec(random.Random(4), forms="2021", figures="consistent")
PLACES = {cell.key: (cell.row, cell.column) for cell in official_sheet("applications", "2021", {}).cells if cell.role == "value"}


def grid(changes: Mapping[str, str] | None = None, doubts: Mapping[str, tuple[str, ...]] | None = None) -> Grid:
    printed = {**SPEC.printed, **{f"applications.{name}": text for name, text in (changes or {}).items()}}
    marked = {PLACES[f"applications.{name}"]: flags for name, flags in (doubts or {}).items()}
    return replace(official_grid("applications", "2021", printed), origin="image", doubts=marked)


def flags_of(one: Grid, name: str) -> tuple[str, ...]:
    return one.doubts.get(PLACES[f"applications.{name}"], ())


def test_figures_that_add_up_are_not_doubted():
    assert confirmed([grid()])[0].doubts == {}


@pytest.mark.parametrize("flag", [UNCONFIRMED, "read.ocr_unsure", "read.ocr_width", "read.ocr_seal"])
def test_a_doubt_ends_where_the_figure_adds_up_with_others(flag):
    assert SPEC.values["applications.total_processed.total"]
    assert confirmed([grid(doubts={"total_processed.total": (flag,)})])[0].doubts == {}


@pytest.mark.parametrize("flag", ["read.ocr_differs", "read.ocr_ruling", "read.ocr_label"])
def test_what_adding_up_does_not_settle_stays(flag):
    assert flags_of(confirmed([grid(doubts={"total_processed.total": (flag,)})])[0], "total_processed.total") == (flag,)


def test_a_zero_or_a_blank_is_not_confirmed_by_a_sum():
    zero = next(name for name in PLACES if SPEC.values[name] == 0).removeprefix("applications.")
    assert flags_of(confirmed([grid(doubts={zero: (UNCONFIRMED,)})])[0], zero) == (UNCONFIRMED,)


def test_a_misread_figure_is_doubted_because_nothing_adds_up_with_it():
    name = next(name for name in PLACES if name.endswith("natural_person") and SPEC.values[name]).removeprefix("applications.")
    assert FAILED in flags_of(confirmed([grid({name: "98765"})])[0], name)


def test_figures_that_add_up_another_way_are_not_doubted_for_their_neighbours_sake():
    settled = confirmed([grid({"granted.natural_person": "98765"})])[0]
    doubted = {place for place, flags in settled.doubts.items() if FAILED in flags}
    own = {PLACES[name] for name in PLACES if name.endswith(".natural_person") or name.startswith("applications.granted.")}
    assert PLACES["applications.granted.natural_person"] in doubted
    assert doubted <= own


def test_one_figure_that_is_its_own_total_confirms_nothing():
    """A 7 that is misread as 1 in every cell of the picture adds up too."""
    empty = {name.removeprefix("applications."): "0" for name in PLACES}
    lone = {
        **empty,
        "granted.natural_person": "1",
        "granted.total": "1",
        "total_processed.natural_person": "1",
        "total_processed.total": "1",
    }
    lone |= {"new_received.natural_person": "1", "new_received.total": "1"}
    settled = confirmed([grid(lone, {"granted.natural_person": (UNCONFIRMED,)})])[0]
    assert flags_of(settled, "granted.natural_person") == (UNCONFIRMED,)


def test_tables_of_other_media_are_left_alone():
    printed = replace(grid({"granted.natural_person": "98765"}), origin="pdf")
    assert confirmed([printed]) == [printed]
