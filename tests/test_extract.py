"""``gongkai extract``: one answer per file whatever is in it, numbers to the last digit, nothing that drives a terminal."""

from __future__ import annotations

import functools
import gzip
import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.commands import documents

#: Without the time, so that the ids of parameters are the same in every process.
PACK = functools.partial(gzip.compress, mtime=0)

GOOD = """彩云镇2023年政府信息公开工作年度报告
二、主动公开政府信息情况
第二十条第(一)项 | |||
信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |
规章 | 0 | / | |
行政规范性文件 | 1 | 2 | 1,204 |
第二十条第(八)项 | |||
信息内容 | 本年收费金额(单位:万元) | ||
行政事业性收费 | 38.441094 | ||
六、其他需要报告的事项
本年度收取信息处理费共计400元。
"""
HTML = "<html><body><p>二、主动公开政府信息情况</p><table><tr><td>信息内容<td>本年处理决定数量<tr><td>行政许可<td>7</table></body></html>"
BAD = {
    "missing.html": None,
    "empty.html": b"",
    "blank.txt": b" \n\t\n",
    "binary.html": b"\x00\x01\x02" * 300,
    "packed.html": PACK(HTML.encode()),
    "report.pdf": b"%PDF-1.7\n%\xe2\xe3",
    "hz.html": b'<meta charset="hz-gb-2312">~{<:Ky2;~}',
    "deep.html": b"<div>" * 50_000 + HTML.encode(),
    "attributes.html": b"<p " + b" ".join(b"a%d=1" % n for n in range(20_000)) + b"x" * 100_000 + b">",
}


def extract(*files: object, jsonl: bool = True) -> Result:
    return CliRunner().invoke(main, ["extract", *(["--jsonl"] if jsonl else []), *map(str, files)], catch_exceptions=False)


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.split("\n") if line]


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.txt"
    path.write_text(GOOD, "utf8")
    return path


def bad_file(folder: Path, name: str) -> Path:
    path = folder / name
    content = BAD[name]
    if content is not None:
        path.write_bytes(content)
    return path


# -- the object that is printed


def test_keys_are_those_of_the_design(good):
    (found,) = objects(extract(good))
    assert list(found) == ["document", "report", "figures", "prose", "issues"]
    assert list(found["report"]) == ["title", "unit_name", "report_year", "form", "published_on", "tables"]
    assert list(found["report"]["tables"]) == ["proactive_disclosure", "applications", "review_litigation"]
    assert found["report"]["tables"]["applications"] == {"state": "missing", "form": None}
    assert {tuple(one) for one in found["figures"]} == {("figure", "value", "status", "unit", "raw", "table", "row", "column", "flags")}
    assert {tuple(one) for one in found["prose"]} == {("figure", "value", "approximate", "section", "sentence")}
    assert all(set(one) >= {"level", "code", "table", "figure", "message"} for one in found["issues"])


def test_what_the_report_says(good):
    (found,) = objects(extract(good))
    assert (found["document"], found["report"]["unit_name"], found["report"]["report_year"]) == (str(good), "彩云镇", 2023)
    values = {one["figure"].partition(".")[2]: one["value"] for one in found["figures"]}
    assert (values["normative_documents.issued"], values["normative_documents.in_force"]) == (1, 1204)
    assert [one["value"] for one in found["prose"] if one["figure"] == "processing_fee.collected_yuan"] == [400]


def test_blank_dash_and_zero_are_three_things(tmp_path):
    path = tmp_path / "a.html"
    header = "<tr><td>信息内容<td>本年制发件数<td>本年废止件数<td>现行有效件数"
    path.write_text(f"<p>二、主动公开政府信息情况</p><table>{header}<tr><td>规章<td>0<td>/<td>&nbsp;</table>", "utf8")
    (found,) = objects(extract(path))
    assert [(one["value"], one["status"]) for one in found["figures"]] == [(0, "reported"), (None, "dash"), (None, "blank")]


def test_amounts_are_written_from_their_digits(good):
    line = extract(good).stdout
    assert '"value": 38.441094,' in line
    (amount,) = [one for one in json.loads(line, parse_float=Decimal)["figures"] if one["figure"].endswith("amount")]
    assert (amount["value"], amount["unit"], amount["raw"]) == (Decimal("38.441094"), "万元", "38.441094")


@pytest.mark.parametrize("digits", ["0.1", "1276.5534", "0.00", "123456789.123456", "0.000001", "100.10"])
def test_no_amount_goes_through_a_float(tmp_path, digits):
    path = tmp_path / "a.txt"
    path.write_text(GOOD.replace("38.441094", digits), "utf8")
    assert f'"value": {digits},' in extract(path).stdout


def test_a_line_of_json_holds_no_line_break(tmp_path):
    path = tmp_path / "a.html"
    path.write_text(HTML.replace("<td>7", "<td>7<br>8\u2028\u2029"), "utf8")
    result = extract(path)
    assert len(result.stdout.splitlines()) == len(result.stdout.strip("\n").split("\n")) == 1


# -- many files, some of them bad


def test_objects_come_in_the_order_given(good, tmp_path):
    other = tmp_path / "a.html"
    other.write_text(HTML, "utf8")
    result = extract(good, other, good)
    assert [one["document"] for one in objects(result)] == [str(good), str(other), str(good)]
    assert result.exit_code == 0


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_costs_only_itself(good, tmp_path, name):
    bad = bad_file(tmp_path, name)
    result = extract(good, bad, good)
    first, middle, last = objects(result)
    assert result.exit_code == 1
    assert first == last == objects(extract(good))[0]
    assert middle["document"] == str(bad)
    assert (middle["figures"], middle["report"]["form"]) == ([], "unknown")
    assert [issue["level"] for issue in middle["issues"]] == ["error"]
    assert len(result.stderr.strip().split("\n")) == 1
    assert result.stderr.startswith(f"gongkai: {bad}: ")


def test_a_folder_is_named_as_one(good, tmp_path):
    result = extract(tmp_path, good)
    assert result.exit_code == 1
    assert [len(one["figures"]) > 0 for one in objects(result)] == [False, True]
    assert "directory" in result.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(good):
    good.chmod(0)
    assert extract(good).exit_code == 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (HTML.replace("<table>", "<table>" + "<tr><td colspan=1000>x" * 60 + "</table><table>"), "table.span_bomb"),
        ("<div>" * 3_000 + HTML, None),
        (HTML.replace("<tr>", f"<!--{'x' * 12_000_000}--><tr>", 1), None),
    ],
    ids=["span bomb", "three thousand divs", "twelve megabytes of comment"],
)
def test_a_hostile_page_keeps_its_figures(tmp_path, body, code):
    path = tmp_path / "a.html"
    path.write_text(body, "utf8")
    result = extract(path)
    (found,) = objects(result)
    assert result.exit_code == 0
    assert [one["value"] for one in found["figures"]] == [7]
    assert code is None or code in [issue["code"] for issue in found["issues"]]


@pytest.mark.fault("P01")
def test_a_refused_table_is_no_failure(tmp_path):
    path = tmp_path / "a.txt"
    rows = "规章|0|0|0|行政规范性文件|0|0|0|行政许可|0|行政处罚|0|行政强制|0"
    path.write_text(f"二、主动公开政府信息情况\n{'|' * 200}{rows}\n", "utf8")
    result = extract(path)
    assert result.exit_code == 0
    assert objects(result)[0]["report"]["tables"]["proactive_disclosure"]["state"] == "refused"


@pytest.mark.parametrize(
    ("charset", "declared"), [("gbk", "utf-8"), ("utf-8", "gb2312"), ("gb18030", "gbk"), ("gbk", None), ("utf-8", None)]
)
def test_a_page_that_lies_about_its_encoding(tmp_path, charset, declared):
    path = tmp_path / "a.html"
    head = f'<head><meta charset="{declared}"></head>' if declared else ""
    path.write_bytes(HTML.replace("<body>", f"{head}<body>").encode(charset))
    (found,) = objects(extract(path))
    assert [one["value"] for one in found["figures"]] == [7]


@pytest.mark.parametrize("arguments", [[], ["--jsonl"], ["--no-such-option", "x"]])
def test_wrong_use_is_two(arguments):
    result = CliRunner().invoke(main, ["extract", *arguments])
    assert result.exit_code == 2
    assert "Usage" in result.output


# -- text for people


def test_text_for_people_names_tables_figures_and_what_is_missing(good):
    output = extract(good, jsonl=False).stdout
    assert "彩云镇, 2023" in output
    assert "38.441094 万元" in output
    assert "table.missing" in output


@pytest.mark.fault("O03")
@pytest.mark.parametrize("jsonl", [True, False])
def test_control_characters_never_reach_the_terminal(tmp_path, jsonl):
    path = tmp_path / "a\x1b[2J\nb.txt"
    path.write_text(GOOD.replace("1,204", "1\x9b31m\u202e2").replace("彩云镇", "彩云\x1b[2J镇"), "utf8")
    for result in (extract(path, jsonl=jsonl), extract(tmp_path / "no\x1b[2J\nne.txt", jsonl=jsonl)):
        assert "\x1b" not in result.output
        assert "\x9b" not in result.output
        assert len(result.stderr.splitlines()) <= 1
        if not jsonl:
            assert "\u202e" not in result.output


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", *map(os.fsencode, map(str, arguments))]
    return subprocess.run(command, capture_output=True, env=os.environ | environment, cwd=Path(__file__).parents[1], check=False)


@pytest.mark.fault("O03")
def test_a_file_name_that_is_no_utf8(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")
    Path(path).write_text(GOOD, "utf8")
    done = run("extract", "--jsonl", path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["report"]["unit_name"] == "彩云镇"


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_json_is_whole_whatever_the_terminal_speaks(good, encoding):
    done = run("extract", "--jsonl", good, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-300:]
    assert len(json.loads(done.stdout.decode("utf8"))["figures"]) == 7


@pytest.mark.parametrize("encoding", ["ascii", "gbk"])
def test_text_for_people_survives_any_terminal(good, encoding):
    done = run("extract", good, PYTHONIOENCODING=encoding)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-300:]


@pytest.mark.parametrize("command", documents.COMMANDS, ids=lambda command: command.name)
def test_every_command_has_help_with_an_example(command):
    output = CliRunner().invoke(command, ["--help"]).output
    assert f"Example: gongkai {command.name}" in output
