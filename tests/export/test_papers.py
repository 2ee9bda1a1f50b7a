"""The papers at the root of the repository are those that the declarations give."""

import json
import re

import pytest
from frictionless import Package

from pipeline.export.papers import COMMAND, papers
from pipeline.export.short_names import short_names
from pipeline.normalizer.dictionary import dictionary_table
from pipeline.normalizer.schemas import DATASETS
from tests.built_sample import ROOT


@pytest.mark.parametrize("name", papers())
def test_the_paper_is_not_stale(name):
    assert (ROOT / name).read_text("utf8") == papers()[name], f"write it again with: {COMMAND}"


def test_the_dictionary_names_every_entry_once():
    text = papers()["DICTIONARY.md"]
    cells = re.findall(r"^\| `([^`]+)` \|", text, flags=re.MULTILINE)
    entries = dictionary_table().to_pylist()
    expected = [one["id"].partition(".")[2] if one["entry"] in {"column", "code"} else one["id"] for one in entries]
    assert sorted(cells) == sorted(expected)
    assert all(f"`{short}`" in text for short in short_names().values())


def test_every_line_of_a_table_has_as_many_cells_as_its_head():
    blocks = re.findall(r"(?:^\|.*\|\n)+", papers()["DICTIONARY.md"], flags=re.MULTILINE)
    assert len(blocks) > len(DATASETS)
    for block in blocks:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1


def test_the_package_describes_every_dataset_and_column():
    described = json.loads(papers()["datapackage.json"])
    assert Package.metadata_validate(described) is not None
    assert list(Package.metadata_validate(described)) == []
    columns = {one["name"]: [field["name"] for field in one["schema"]["fields"]] for one in described["resources"]}
    assert columns == {name: [one.name for one in dataset.columns] for name, dataset in DATASETS.items()}


def test_every_doubt_that_the_program_can_write_is_in_the_dictionary():
    written = {flag for path in (ROOT / "pipeline").rglob("*.py") for flag in re.findall(r'"(read\.[a-z_]+)"', path.read_text("utf8"))}
    told = {one["id"].removeprefix("flag.") for one in dictionary_table().to_pylist() if one["id"].startswith("flag.")}
    assert written
    assert written <= told
