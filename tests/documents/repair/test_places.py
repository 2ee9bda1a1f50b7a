"""Official names keep their characters: a conversion that does not know them turns 乾县 into 干县."""

import csv
from pathlib import Path

import opencc
import pytest

from pipeline.documents.repair import repair
from pipeline.documents.repair.known import spellings

from .mirror_damage import traditional

UNITS = Path(__file__).parents[4] / "shared" / "units"
PAGE = "人民政府办公室关于开展政府信息公开条例学习情况的报告，总计处理申请12件，行政处罚决定3项。"


@pytest.fixture(scope="module")
def names():
    if not UNITS.exists():
        pytest.skip("the list of divisions is not beside the checkout")
    found = set()
    for path in sorted(UNITS.glob("*.csv")):
        with path.open(encoding="utf-8") as lines:
            found |= {row["name"] for row in csv.DictReader(lines)}
    return sorted(found)


@pytest.mark.parametrize("name", spellings().protected)
def test_a_protected_name_survives_in_both_scripts(name):
    assert repair(name + PAGE) == (name + PAGE, ())
    assert repair(traditional(name + PAGE))[0] == name + PAGE


def test_every_name_that_a_conversion_alters_is_protected(names):
    blind = opencc.OpenCC("t2s")
    assert {name for name in names if blind.convert(name) != name} == set(spellings().protected)


def test_no_official_name_is_changed_in_a_simplified_page(names):
    for start in range(0, len(names), 500):
        page = "\n".join(f"{name}人民政府" for name in names[start : start + 500])
        assert repair(page) == (page, ())


def test_names_survive_the_way_into_traditional_characters_and_back(names):
    lost = []
    for start in range(0, len(names), 500):
        page = names[start : start + 500]
        back = repair("\n".join(traditional(f"{PAGE}{name}") for name in page))[0].split("\n")
        lost += [name for name, line in zip(page, back, strict=True) if line != f"{PAGE}{name}"]
    assert lost == []
