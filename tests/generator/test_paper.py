"""Reports on paper: what was printed is what is read back, number by number."""

from __future__ import annotations

import random

import pytest

from pipeline.forms.layout import official_sheet
from pipeline.generator import random_spec
from pipeline.generator.paper import boxes_of, text_width, wrapped
from pipeline.generator.pdf import render_pdf
from pipeline.reading import read_report


@pytest.mark.parametrize("number", range(3))
def test_every_figure_of_a_pdf_is_read_exactly(number):
    spec = random_spec(random.Random(number), forms=("2021", "2019", "mix")[number], figures="consistent")
    body = render_pdf(spec)
    assert body == render_pdf(spec)
    report = read_report(body, name="report.pdf")
    assert dict(zip(report.figures.figure, report.figures.value, strict=True)) == spec.values
    assert (report.document.medium, report.document.unit_name, report.document.report_year) == ("pdf", spec.unit_name, spec.report_year)


def test_lines_are_not_wider_than_asked_and_break_no_number():
    lines = wrapped("本年新收政府信息公开申请1234567件，上年结转9件", 60, 10)
    assert "".join(lines) == "本年新收政府信息公开申请1234567件，上年结转9件"
    assert any("1234567" in line for line in lines)
    assert all(text_width(line, 10) <= 60 for line in lines)


@pytest.mark.parametrize("table", ["proactive_disclosure", "applications", "review_litigation"])
def test_boxes_tile_the_table_and_hold_their_text(table):
    boxes, height = boxes_of(official_sheet(table, "2021", {}), 500, 8)
    right = max(box.left + box.width for box in boxes)
    assert sum(box.width * box.height for box in boxes) == pytest.approx(right * height)
    for box in boxes:
        for left, top, line in box.placed(8):
            assert left >= box.left
            assert left + text_width(line, 8) <= box.left + box.width
            assert box.top <= top < box.top + box.height
