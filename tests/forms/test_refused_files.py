"""Our own files are wrong: the loader says which file and which key, and nothing is read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import pipeline.forms
from pipeline.forms import FormError, read_forms

PACKAGED = Path(pipeline.forms.__file__).parent
DISCLOSURE, APPLICATIONS, REVIEW, CHECKS = "proactive_disclosure.toml", "applications.toml", "review_litigation.toml", "checks.toml"

# trap: file, what is changed, into what, words that the message must hold
REFUSED = {
    "a key of the table is missing": (DISCLOSURE, 'label_en = "Proactive disclosure"', "", ["label_en is missing"]),
    "a key of a row is missing": (
        DISCLOSURE,
        ', definition = "Administrative licensing"',
        "",
        ["block[1]: rows[0]", "definition is missing"],
    ),
    "a key of a column is missing": (REVIEW, 'unit = "件", kind', "kind", ["block[0]: columns[0]", "unit is missing"]),
    "a key of a check is missing": (CHECKS, 'severity = "error"', "", ["applications_balance", "severity is missing"]),
    "the file has no blocks": (REVIEW, "[[block]]", "[[blocks]]", ["block is missing"]),
    "a number stands for a text": (DISCLOSURE, 'number = "二"', "number = 2", ["number must be str, not int"]),
    "a text stands for a list": (DISCLOSURE, 'forms = ["2019"]\n', 'forms = "2019"\n', ["block[4]", "forms must be list, not str"]),
    "a text stands for true": (REVIEW, "across = true", 'across = "true"', ["across must be bool, not str"]),
    "a number stands in a list of texts": (APPLICATIONS, 'path = ["法人或其他组织"]', "path = [1]", ["columns[1]", "path must hold texts"]),
    "an unknown key of the table": (REVIEW, "across = true", "acros = true", ["unknown key acros"]),
    "an unknown key of a row": (APPLICATIONS, "comparable = true", "comparabel = true", ["rows[0]", "unknown key comparabel"]),
    "a comparison with a row of the same form": (
        APPLICATIONS,
        'comparable_with = ["other_overdue_correction", ',
        'comparable_with = ["granted", ',
        ["row other_handling", "comparable_with", "applications.granted.natural_person"],
    ),
    "a row that is comparable in two ways": (
        APPLICATIONS,
        '{ id = "granted", comparable = true,',
        '{ id = "granted", comparable = true, comparable_with = ["other_other"],',
        ["rows[2]", "comparable and comparable_with"],
    ),
    "an unknown key of an alias": (APPLICATIONS, 'seen = "words left out"', 'seen = "x", sure = true', ["aliases[0]", "unknown key sure"]),
    "an unknown key of a check": (
        CHECKS,
        'table = "applications"',
        'tabel = "applications"',
        ["applications_balance", "unknown key tabel"],
    ),
    "an unknown key of the checks": (CHECKS, "[[check]]", "version = 1\n[[check]]", ["unknown key version"]),
    "an unknown form": (DISCLOSURE, 'forms = ["2019"]', 'forms = ["2020"]', ["columns[0]", "forms must be among"]),
    "no form at all": (DISCLOSURE, 'forms = ["2019"]', "forms = []", ["columns[0]", "forms must be among"]),
    "an unknown kind": (REVIEW, 'kind = "count"', 'kind = "counts"', ["columns[0]", "kind must be one of"]),
    "an empty id": (APPLICATIONS, 'id = "carried_over"', 'id = ""', ["rows[1]", "id is empty"]),
    "an empty heading": (APPLICATIONS, 'heading_zh = "收到和处理政府信息公开申请情况"', 'heading_zh = ""', ["heading_zh is empty"]),
    "an empty row label": (DISCLOSURE, 'label_zh = "规章"', 'label_zh = ""', ["block[0]: rows[0]", "label_zh"]),
    "an empty label in one form": (DISCLOSURE, '2019 = "规范性文件"', '2019 = ""', ["block[0]: rows[1]", "label_zh"]),
    "an empty path label": (APPLICATIONS, 'path = ["法人或其他组织"]', 'path = [""]', ["columns[1]", "path must hold texts"]),
    "a form without its label": (DISCLOSURE, '2019 = "规范性文件", ', "", ["block[0]: rows[1]", "label_zh"]),
    "a label for a form that is not named": (DISCLOSURE, "{ 2019 =", '{ 2014 = "文件", 2019 =', ["block[0]: rows[1]", "label_zh"]),
    "the id of another file": (REVIEW, 'id = "review_litigation"', 'id = "applications"', ["id is applications"]),
    "a row twice": (APPLICATIONS, 'id = "carried_over"', 'id = "new_received"', ["row declared twice: new_received"]),
    "a column twice": (APPLICATIONS, 'id = "other_org"', 'id = "business"', ["block[0]", "column declared twice: business"]),
    "a row in two blocks": (DISCLOSURE, 'id = "coercion"', 'id = "licences"', ["row declared twice: licences"]),
    "a check twice": (CHECKS, 'id = "applications_total"', 'id = "applications_balance"', ["declared twice: applications_balance"]),
    "columns of no block": (DISCLOSURE, 'columns_of = "article_20_5"', 'columns_of = "article_20_7"', ["block[2]", "article_20_7"]),
    "a check over an unknown row": (CHECKS, '"carried_over"', '"carried"', ["applications_balance", "no such term: carried"]),
    "a bound on an unknown column": (
        CHECKS,
        '["newly_disclosed", "newly_made"]',
        '["newly_disclosed", "made"]',
        ["disclosed_bound", "made"],
    ),
    "a blank that is no column": (CHECKS, 'blank = "total"', 'blank = "sum"', ["applications_total_blank", "no such term: sum"]),
    "a check over a term of another table": (CHECKS, '"upheld"', '"natural_person"', ["review_litigation_total", "natural_person"]),
    "a check of an unknown table": (CHECKS, 'table = "review_litigation"', 'table = "reviews"', ["review_litigation_total", "reviews"]),
    "a check of an unknown scope": (CHECKS, 'scope = "each_group"', 'scope = "groups"', ["review_litigation_total", "scope groups"]),
    "a check of an unknown severity": (CHECKS, 'severity = "note"', 'severity = "info"', ["applications_total_blank", "severity"]),
    "broken TOML": (APPLICATIONS, "[[block]]", "[[block]", ["line"]),
    "an empty English label": (DISCLOSURE, 'label_en = "Licences"', 'label_en = ""', ["rows[0]", "label_en"]),
    "an empty alias": (DISCLOSURE, 'text = "本年处理绝对数量"', 'text = ""', ["aliases[0]", "text"]),
    "an alias that was seen nowhere": (DISCLOSURE, 'seen = "临潼区开发区管委会 2021: misprint"', 'seen = ""', ["aliases[0]", "seen"]),
    "an empty foreign row": (DISCLOSURE, 'label_zh = "其他主动公开文件"', 'label_zh = ""', ["foreign_row", "label_zh"]),
    "a foreign row without a label": (DISCLOSURE, 'label_zh = "其他主动公开文件"\n', "", ["foreign_row", "label_zh"]),
    "an unknown key of a corner": (DISCLOSURE, 'corner = { label_zh = "信息内容"', 'corner = { label = "信息内容"', ["corner", "label"]),
    "an unknown key of a foreign row": (DISCLOSURE, 'seen = "a form', 'sen = "a form', ["foreign_row", "sen"]),
    "a block twice": (DISCLOSURE, 'id = "article_20_8"', 'id = "article_20_1"', ["block", "article_20_1"]),
    "a list as a form": (DISCLOSURE, 'forms = ["2019"]', 'forms = [["2019"]]', ["columns[0]", "forms"]),
    "a bound with one side": (CHECKS, '["newly_disclosed", "newly_made"]', '["newly_disclosed"]', ["disclosed_bound", "at_most"]),
    "a sum with one side": (CHECKS, 'right = ["upheld", "corrected", "other", "pending"]', "", ["review_litigation_total", "right"]),
    "an unknown scope of no table": (CHECKS, 'scope = "each_count"', 'scope = "each_cuont"', ["whole_and_not_negative", "scope"]),
    "a formula without a sign": (
        CHECKS,
        "*.total >= last_year.*.pending",
        "*.total last_year.*.pending",
        ["pending_carry", "formula", "="],
    ),
    "a formula that is no sum": (CHECKS, "*.issued - *.repealed", "*.issued * *.repealed", ["stock_flow", "formula", "not a sum"]),
    "a formula over an unknown figure": (CHECKS, "last_year.*.pending", "last_year.*.pendent", ["pending_carry", "formula", "no row"]),
    "a formula over a figure of another table": (
        CHECKS,
        "last_year.review.total",
        "last_year.granted.total",
        ["after_review_bound", "formula"],
    ),
    "a formula without a table": (CHECKS, 'table = "applications"\nscope = "year', 'scope = "year', ["carry_over", "needs a table"]),
    "a formula within one report": (
        CHECKS,
        'blank = "total"',
        'blank = "total"\nformula = "new_received.* = carried_over.*"',
        ["applications_total_blank", "formula"],
    ),
    "a sum over two years": (CHECKS, 'part_severity = "warning"', 'left = ["new_received"]', ["carry_over", "sums"]),
    "an unknown severity of parts": (CHECKS, 'part_severity = "warning"', 'part_severity = "warn"', ["carry_over", "severity"]),
    "parts without a total": (CHECKS, "limits = { ratio", 'part_severity = "note"\nlimits = { ratio', ["jump", "part_severity"]),
    "a limit is missing": (CHECKS, "ratio = 5, ", "", ["jump", "limits must be larger, ratio"]),
    "an unknown limit": (CHECKS, "larger = 30", "larger = 30, largest = 1", ["jump", "limits must be"]),
    "a limit is a text": (CHECKS, "ratio = 5", 'ratio = "5"', ["jump", "limits must be numbers"]),
    "a limit is not above 0": (CHECKS, "larger = 30", "larger = 0", ["jump", "limits must be numbers"]),
    "a stock that is no column": (
        CHECKS,
        '"total_disclosed", "items_last_year"]',
        '"disclosed"]',
        ["all_zero", "no such column: disclosed"],
    ),
    "stocks of another relation": (
        CHECKS,
        "stocks = [",
        "first_years = { 2019 = 2019, 2021 = 2021 }\nstocks = [",
        ["all_zero", "first_years"],
    ),
    "a form without its first year": (CHECKS, "first_years = { 2019 = 2019, ", "first_years = { ", ["form_due", "first_years"]),
    "a later form due first": (CHECKS, "{ 2019 = 2019, 2021 = 2021 }", "{ 2019 = 2021, 2021 = 2019 }", ["form_due", "first_years"]),
    "an unknown scope over many reports": (CHECKS, 'scope = "county"', 'scope = "counties"', ["hierarchy", "scope counties"]),
    "a comparison with an unknown figure": (
        CHECKS,
        'sums = [["applications.total_processed.total"]]',
        'sums = [["applications.processed.total"]]',
        ["prose_processed", "compare[0]", "applications.processed.total"],
    ),
    "a relation of no table": (CHECKS, 'table = "review_litigation"\n', "", ["review_litigation_total", "table"]),
}

# What the loader still lets pass, or stumbles over without naming the file.


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in PACKAGED.glob("*.toml"):
        shutil.copy(path, tmp_path)
    return tmp_path


def refusal(folder: Path, name: str, old: str, new: str) -> str:
    """Change the first place in a file that reads ``old``; the message with which the loader refuses it."""
    path = folder / name
    text = path.read_text("utf8")
    if old not in text:
        raise LookupError(f"{name} does not hold {old}: the example is stale")
    path.write_text(text.replace(old, new, 1), "utf8")
    with pytest.raises(FormError) as caught:
        read_forms(folder)
    return str(caught.value)


def test_the_packaged_files_are_accepted(folder: Path) -> None:
    assert read_forms(folder) == pipeline.forms.forms()


@pytest.mark.parametrize("trap", REFUSED)
def test_a_wrong_file_is_refused_with_its_name_and_key(folder: Path, trap: str) -> None:
    name, old, new, words = REFUSED[trap]
    message = refusal(folder, name, old, new)
    assert message.startswith(name)
    assert [word for word in words if word not in message] == []


def test_a_file_that_is_not_utf8_is_refused_with_its_name(folder: Path) -> None:
    (folder / CHECKS).write_bytes('[[check]]\nid = "关系"'.encode("gb18030"))
    with pytest.raises(FormError, match=CHECKS):
        read_forms(folder)


@pytest.mark.parametrize("name", [DISCLOSURE, APPLICATIONS, REVIEW, CHECKS])
def test_a_missing_file_is_refused_with_its_name(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(FormError, match=name):
        read_forms(folder)
