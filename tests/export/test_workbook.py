"""A workbook that Excel and its readers open: headings, types, limits told."""

import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest
from openpyxl.utils.escape import unescape

from pipeline.export.selection import Selection, cited_columns, open_extract
from pipeline.export.workbook import MAX_TEXT, write_workbook
from pipeline.normalizer.schemas import DATASETS
from tests.small_snapshot import LINK


@pytest.fixture(scope="module")
def written(processed, tmp_path_factory):
    """The workbook of the county, and the notes on it."""
    path = tmp_path_factory.mktemp("xlsx") / "x.xlsx"
    notes = write_workbook(open_extract(processed, Selection()), path)
    return path, notes


@pytest.fixture(scope="module")
def book(written):
    return openpyxl.load_workbook(written[0])


def rows_of(sheet):
    heads, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_a_sheet_for_each_dataset_with_chinese_headings(extract, book):
    assert book.sheetnames == [*(DATASETS[name].label_zh for name in DATASETS), "字段", "说明"]
    for name in DATASETS:
        sheet = book[DATASETS[name].label_zh]
        heads = [cell.value for cell in sheet[1]]
        assert heads == [one.label_zh for one in cited_columns(name)]
        assert len(set(heads)) == len(heads)
        assert sheet.freeze_panes == "A2"
        assert sheet.max_row == 1 + extract.table(name).num_rows


@pytest.mark.fault("O01")
def test_numbers_are_numbers_and_codes_are_texts(written, book):
    reports = rows_of(book["报告"])
    assert {row["县级区划代码"] for row in reports} == {"320899000000"}
    assert next(row["标题"] for row in reports if "HYPERLINK" in row["标题"]) == LINK
    assert all(cell.data_type == "s" for cell in book["报告"]["A"])
    figures = rows_of(book["申请办理情况"])
    assert next(row["数值"] for row in figures if row["数据项"].endswith("new_received.total") and row["报告年度"] == 2020) in {2320, 12}
    assert next(row["数值"] for row in figures if row["数据项"].endswith("carried_over.total")) == str(2**60 + 1)
    assert "applications: 1 numbers of more than 15 digits stand as texts" in written[1]


def test_every_part_is_legal_xml_whatever_the_texts_hold(written, book):
    with zipfile.ZipFile(written[0]) as parts:
        for name in parts.namelist():
            ElementTree.fromstring(parts.read(name))
    texts = [row["文字"] for row in rows_of(book["章节文字"])]
    assert any(text.startswith('a "b",') and text.endswith("c\\uffff") for text in texts)


def test_a_text_too_long_for_a_cell_is_cut_and_says_so(written, book):
    (cut,) = [row["文字"] for row in rows_of(book["章节文字"]) if row["文字"].startswith("长")]
    assert len(cut) == MAX_TEXT
    assert cut.endswith("[cut, 40000 characters in all]")
    assert f"sections: 1 texts of more than {MAX_TEXT} characters are cut, which their end tells" in written[1]
    assert any(written[1][0] in (row[0] or "") for row in book["说明"].iter_rows(values_only=True))


def test_more_rows_than_a_sheet_holds_go_on_on_the_next(processed, tmp_path):
    extract = open_extract(processed, Selection(("applications",)))
    notes = write_workbook(extract, tmp_path / "x.xlsx", max_rows=4)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    sheets = [name for name in book.sheetnames if name.startswith("申请办理情况")]
    rows = [row for name in sheets for row in rows_of(book[name])]
    assert sheets[:2] == ["申请办理情况", "申请办理情况 (2)"]
    expected = extract.table("applications")
    assert [unescape(row["原文"]) for row in rows] == expected["raw"].to_pylist()
    assert len(rows) == expected.num_rows
    assert any(note.startswith(f"申请办理情况: {len(sheets)} sheets") for note in notes)


def test_the_columns_are_explained(book):
    rows = list(book["字段"].iter_rows(values_only=True))
    assert len(rows) == 1 + sum(len(cited_columns(name)) for name in DATASETS)
    assert all(row[3] for row in rows)


def test_the_same_snapshot_gives_the_same_bytes(written, extract, tmp_path):
    write_workbook(extract, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == written[0].read_bytes()
