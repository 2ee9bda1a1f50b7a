"""``gongkai tables``: any table of any page as a grid."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main

PAGE = "<p>x</p><table><caption>表一</caption><tr><td rowspan=2>a<td>b<td hidden>c<tr><td>d<table><tr><td>e</table></table>"


def tables(*files: object, jsonl: bool = True) -> Result:
    return CliRunner().invoke(main, ["tables", *(["--jsonl"] if jsonl else []), *map(str, files)], catch_exceptions=False)


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.split("\n") if line]


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(PAGE, "utf8")
    return path


def test_grids_in_document_order_with_depth_caption_and_hidden_cells(page):
    (found,) = objects(tables(page))
    assert found["document"] == str(page)
    assert found["tables"] == [
        {"depth": 0, "section": None, "caption": "表一", "rows": [["a", "b", "c"], ["a", "d\ne", None]], "hidden": [[0, 2]]},
        {"depth": 1, "section": None, "caption": None, "rows": [["e"]]},
    ]


def test_a_page_without_tables_has_an_empty_list(tmp_path):
    path = tmp_path / "a.html"
    path.write_text("<p>x", "utf8")
    result = tables(path)
    assert (result.exit_code, objects(result)[0]["tables"]) == (0, [])


def test_tables_of_a_text_are_the_rebuilt_ones(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("二、主动公开政府信息情况\n信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |\n规章 | 1 | 2 | 3 |\n", "utf8")
    ((table,),) = [one["tables"] for one in objects(tables(path))]
    assert ["规章", "1", "2", "3"] in table["rows"]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("missing.html", None),
        ("empty.html", b""),
        ("binary.html", b"\x00" * 100),
        ("deep.html", b"<div>" * 50_000 + b"<table><tr><td>1</table>"),
        ("hz.html", b'<meta charset="hz-gb-2312">x'),
    ],
)
def test_a_bad_file_costs_only_itself(page, tmp_path, name, body):
    bad = tmp_path / name
    if body is not None:
        bad.write_bytes(body)
    result = tables(page, bad, page)
    assert [len(one["tables"]) for one in objects(result)] == [2, 0, 2]
    assert result.exit_code == 1
    assert len(result.stderr.strip().split("\n")) == 1
    assert result.stderr.startswith(f"gongkai: {bad}: ")


def test_a_folder_is_named_as_one(page, tmp_path):
    result = tables(tmp_path, page)
    assert result.exit_code == 1
    assert "directory" in result.stderr


@pytest.mark.fault("P01")
def test_a_span_bomb_is_refused_with_one_line_and_the_other_tables_stay(tmp_path):
    path = tmp_path / "bomb.html"
    path.write_text("<table><tr><td>a</table><table>" + "<tr><td colspan=1000>x" * 60 + "</table>", "utf8")
    result = tables(path)
    (found,) = objects(result)
    assert [table["rows"] for table in found["tables"]] == [[["a"]]]
    assert [issue["code"] for issue in found["issues"]] == ["table.span_bomb"]
    assert len(result.stderr.strip().split("\n")) == 1


def test_wrong_use_is_two():
    assert CliRunner().invoke(main, ["tables"]).exit_code == 2


def test_text_for_people(page):
    output = tables(page, jsonl=False).stdout
    assert "table 0, 2 × 3" in output
    assert "  a | d / e | " in output
    assert "depth 1" in output


@pytest.mark.fault("O03")
@pytest.mark.parametrize(("jsonl", "character"), [*((True, c) for c in "\x1b\x9b"), *((False, c) for c in "\x1b\x9b\u202e")])
def test_control_characters_never_reach_the_terminal(tmp_path, jsonl, character):
    path = tmp_path / f"a{character}[2J.html"
    path.write_text("<p>" + "文字" * 200 + f"</p><table><tr><td>a{character}[31m", "utf8")
    assert character not in tables(path, jsonl=jsonl).output
