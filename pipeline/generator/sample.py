"""Writes the sample of the repository and the list of what is in it: ``python -m pipeline.generator.sample data/raw``.

Two kinds of pages, both written here: reports of bodies that exist nowhere, over three years each, and pages of our own that hold figures
which real bodies published. Each page says which it is. The same data (``sample.toml``) give the same bytes.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import click

from pipeline.forms.layout import APPLICATIONS, figure_ids
from pipeline.generator.dialects import Dialect
from pipeline.generator.figures import Written, plain
from pipeline.generator.flatten import FlattenOptions, flatten
from pipeline.generator.html import Charset, HtmlFlavour, render_html
from pipeline.generator.spec import TABLES, ReportSpec, make_spec
from pipeline.generator.wording import wording
from pipeline.generator.years import Figures, first_year, live_through, printed_in
from pipeline.model import Number

FOLDER = "sample"
LIST = "README.md"
# A page that is made up says so to the program too (pipeline.normalizer.identity); a text does by its unit, which is in 示例省.
_SYNTHETIC_TAG = '<meta name="gongkai-synthetic" content="true">'


@dataclass(frozen=True, slots=True)
class SampleReport:
    """One file of the sample: its bytes, what was printed in it, and what the list says of it."""

    name: str
    body: bytes
    spec: ReportSpec
    kind: str
    medium: str
    special: str


def sample_reports() -> Iterator[SampleReport]:
    """All files of the sample: the made-up bodies year by year, then the published figures."""
    data = tomllib.loads(Path(__file__).with_name("sample.toml").read_text("utf8"))
    for unit in data["unit"]:
        yield from _made_up(unit, data)
    for one in data["published"]:
        yield _published(one, data["notes"]["published"])


def write_sample(folder: Path) -> list[SampleReport]:
    """The files in ``folder/sample``, and the list of them beside it."""
    reports = list(sample_reports())
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    for one in reports:
        (folder / FOLDER / one.name).write_bytes(one.body)
    (folder / LIST).write_text(listing(reports), "utf8")
    return reports


def _made_up(unit: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[SampleReport]:
    """A body's reports, in the order of years: each year goes on from where the last one ended."""
    rng = random.Random(unit["file"])
    body = first_year(rng, unit)
    for told in unit["report"]:
        figures: Figures = {}
        if not told.get("zeros"):
            figures, body = live_through(rng, body, data["chances"])
        forms: dict[str, str | None] = dict.fromkeys(TABLES, told["form"])
        if "mixed" in told:
            forms[told["mixed"]] = "2019"
        spec = _spec(figures, forms, {}, unit["name"], told["year"], note=data["notes"]["made_up"], synthetic=True)
        yield _report(unit, told, _as_told(spec, told), rng)


def _published(one: Mapping[str, Any], note: str) -> SampleReport:
    """A page of ours with a body's published figures."""
    forms: dict[str, str | None] = {table: None if table == one.get("missing") else one["form"] for table in TABLES}
    figures: Figures = {}
    for table, form in forms.items():
        rows = one.get("rows", {}).get(table, {})
        figures |= _row_cells(rows, figure_ids(table, form, one.get("blocks", {})) if form else [], one["rest"])
    note = note.format(unit=one["unit"], year=one["year"])
    spec = _spec(figures, forms, one.get("blocks", {}), one["unit"], one["year"], note=note, synthetic=False)
    own = {int(number): text for number, text in one.get("sections", {}).items()}
    nothing = dict.fromkeys((1, 5, 6), "（本页只列数字。）")
    spec = replace(spec, sections={0: note, **nothing, **own}, published_on="")
    return _report(one, one, spec, random.Random(one["file"]))


def _row_cells(rows: Mapping[str, list[Any]], ids: list[str], rest: Any) -> Figures:
    """Figure id → cell, from rows that list the printed columns in order. A row of another length or name is refused."""
    cells: Figures = {}
    by_row: dict[str, list[str]] = {}
    for name in ids:
        by_row.setdefault(name.split(".")[1], []).append(name)
    if strangers := rows.keys() - by_row.keys():
        raise ValueError(f"not in this form: {', '.join(sorted(strangers))}")
    for row, names in by_row.items():
        values = rows.get(row, [rest] * len(names))
        cells |= {name: _cell(value) for name, value in zip(names, values, strict=True)}
    return cells


def _cell(value: Any) -> Number | Written | None:
    """A number, a blank cell, or a number with its own unit."""
    if value == "":
        return None
    return Written(value, value) if isinstance(value, str) else cast(Number, value)


def _spec(
    figures: Figures,
    forms: Mapping[str, str | None],
    blocks: Mapping[str, str],
    unit: str,
    year: int,
    *,
    note: str,
    synthetic: bool,
) -> ReportSpec:
    """The report in words and cells, its note before everything else."""
    ids = [name for table, form in forms.items() if form for name in figure_ids(table, form, blocks)]
    rng = random.Random(f"{unit} {year}")
    spec = make_spec(printed_in(figures, ids), forms=forms, blocks=blocks, unit_name=unit, report_year=year, rng=rng, synthetic=synthetic)
    title = str(wording()["titles"]["unit_first"]).format(unit=unit, year=year)
    last = wording()["prose"]["no_fee" if year >= 2021 else "nothing_else"]
    fee = {"processing_fee.collected_yuan": 0} if year >= 2021 else {}
    return replace(spec, title=title, sections={**spec.sections, 0: f"{note}\n{spec.sections[0]}", 6: last}, prose=fee)


def _as_told(spec: ReportSpec, told: Mapping[str, Any]) -> ReportSpec:
    """The report with what is special about it: another sign for 0, a total that contradicts its parts, a table that is not there."""
    if "none" in told:
        zeros = [name for name, value in spec.values.items() if value == 0]
        printed = {**spec.printed, **dict.fromkeys(zeros, told["none"])}
        spec = replace(spec, printed=printed, values={**spec.values, **dict.fromkeys(zeros, None)})
    if "contradiction" in told:
        name = f"{APPLICATIONS}.new_received.total"
        wrong = cast(int, spec.values[name]) + told["contradiction"]
        spec = replace(spec, printed={**spec.printed, name: plain(wrong)}, values={**spec.values, name: wrong})
    if "missing" in told:
        spec = replace(spec, forms={**spec.forms, told["missing"]: None})
    return spec


def _report(unit: Mapping[str, Any], told: Mapping[str, Any], spec: ReportSpec, rng: random.Random) -> SampleReport:
    """The report as a file."""
    stem, special = f"{unit['file']}-{spec.report_year}", told.get("special", "")
    if "text" in told:
        made = flatten(spec, cast(Dialect, told["text"]), rng=rng, options=FlattenOptions(blanks="kept"))
        return SampleReport(f"{stem}.txt", made.text.encode(), spec, unit["kind"], f"text, dialect {told['text']}", special)
    charset = cast(Charset, told.get("charset", "utf-8"))
    body = render_html(spec, HtmlFlavour(**told["html"]), charset=charset, rng=rng)
    if spec.synthetic:
        body = body.replace(b"<head>\n", f"<head>\n{_SYNTHETIC_TAG}\n".encode(), 1)
    return SampleReport(f"{stem}.html", body, spec, unit["kind"], _html_medium(told["html"], charset), special)


def _html_medium(flavour: Mapping[str, Any], charset: str) -> str:
    looks = [
        word
        for key, word in (("word", "saved by Word"), ("chrome", "in a portal's frame"), ("unclosed", "end tags missing"))
        if key in flavour
    ]
    return ", ".join(["HTML", *looks, *([charset] if charset != "utf-8" else [])])


_HEAD = """# Raw documents

`sample/` holds {count} files to try the program on; `archive/` is made by `gongkai import` and is not in git.
Everything here is written by `python -m pipeline.generator.sample data/raw`, from `pipeline/generator/sample.toml`;
a test holds the two together.

Of the {count} files, **{made_up} are made up**: the province 示例省 and all its bodies do not exist, and their figures come from a program.
Their pages say so, and every row of the datasets that comes from them has `synthetic` = true. Their figures agree from year to year.

The other {real} hold figures that the named body published, as read by eye from its report. The pages around the figures were written
for this project, not by the publisher, and say so; they have `synthetic` = false, as their figures are real.

*Form* is the form that the tables are printed in, by the year of the official notice. Texts are as text extractors leave a page, the
tables flattened; their dialects are named in `pipeline/generator/dialects.py`.

| file | unit | what it is | year | form | medium | synthetic | what is special |
|---|---|---|---|---|---|---|---|
"""


def listing(reports: list[SampleReport]) -> str:
    """The list of the sample for people, as Markdown."""
    made_up = sum(one.spec.synthetic for one in reports)
    head = _HEAD.format(count=len(reports), made_up=made_up, real=len(reports) - made_up)
    return head + "".join(_line(one) for one in reports)


def _line(one: SampleReport) -> str:
    spec = one.spec
    forms = {form for table, form in spec.forms.items() if form and table != TABLES[-1]} | set(spec.blocks.values())
    form = forms.pop() if len(forms) == 1 else "mixed"
    synthetic = "yes" if spec.synthetic else "no"
    cells = (one.name, spec.unit_name, one.kind, str(spec.report_year), form, one.medium, synthetic, one.special)
    return f"| {' | '.join(cells)} |\n"


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Write the sample into FOLDER/sample, and the list of it as FOLDER/README.md.

    \b
    Example: python -m pipeline.generator.sample data/raw
    """
    reports = write_sample(folder)
    click.echo(f"{len(reports)} files in {folder / FOLDER}, listed in {folder / LIST}")


if __name__ == "__main__":
    main()
