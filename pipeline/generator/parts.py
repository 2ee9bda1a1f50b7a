"""What a made-up report consists of, in order, for every medium that is not a page: title, headings, paragraphs, tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.forms import forms
from pipeline.forms.layout import Sheet
from pipeline.generator.spec import TABLES, ReportSpec
from pipeline.generator.variants import TableVariant, report_sheets, vary
from pipeline.generator.wording import wording


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph. A heading begins with its number, such as 二、."""

    text: str
    kind: Literal["title", "heading", "body"] = "body"


def report_parts(spec: ReportSpec, variant: TableVariant | None = None) -> Iterator[Paragraph | Sheet]:
    """The parts of a report as its author set them down."""
    headings = wording()["sections"]
    yield Paragraph(spec.title, "title")
    yield from _body(spec.sections[0])
    yield Paragraph(headings["1"], "heading")
    yield from _body(spec.sections[1])
    sheets = report_sheets(spec)
    for table in TABLES:
        declared = forms().tables[table]
        yield Paragraph(f"{declared.number}、{declared.heading_zh}", "heading")
        if table in sheets:
            yield vary(sheets[table], variant or TableVariant(), spec)
    for number in (5, 6):
        yield Paragraph(headings[str(number)], "heading")
        yield from _body(spec.sections[number])


def lengthened(spec: ReportSpec, lines: int) -> ReportSpec:
    """The report with so many more lines of prose in its first section: they move its tables over the edges of pages."""
    sentence = wording()["prose"]["filler"]
    more = "\n".join(sentence.format(number=number) for number in range(1, lines + 1))
    return replace(spec, sections={**spec.sections, 1: f"{spec.sections[1]}\n{more}"}) if lines else spec


def _body(text: str) -> Iterator[Paragraph]:
    return (Paragraph(line) for line in text.split("\n"))
