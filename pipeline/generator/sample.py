"""Writes the sample of the repository and the list of what is in it: ``python -m pipeline.generator.sample data/raw``.

Two kinds of pages, both written here: reports of bodies that exist nowhere, over several years, and pages of our own that hold figures
which real bodies published. Each page says which it is. Beside them the lists of the divisions that their names need. The same data
(``sample.toml``) give the same bytes.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import click

from pipeline.forms.layout import figure_ids
from pipeline.generator.county_units import Change, Division, Divisions
from pipeline.generator.dialects import Dialect
from pipeline.generator.figures import Written
from pipeline.generator.flatten import FlattenOptions, flatten
from pipeline.generator.html import Charset, HtmlFlavour, render_html
from pipeline.generator.sample_bodies import live_all, made_up_spec
from pipeline.generator.spec import TABLES, ReportSpec, make_spec
from pipeline.generator.wording import wording
from pipeline.generator.years import Figures, printed_in
from pipeline.model import Number

FOLDER = "sample"
DIVISIONS = "divisions-sample"
LIST = "README.md"
# A page that is made up says so to the program too (pipeline.normalizer.identity); a text does by its unit, which is in 示例省.
_SYNTHETIC_TAG = '<meta name="gongkai-synthetic" content="true">'


@dataclass(frozen=True, slots=True)
class SampleReport:
    """One file of the sample: its bytes, what was printed in it, what the list says of it. ``refused``: nobody can know its figures."""

    name: str
    body: bytes
    spec: ReportSpec
    kind: str
    medium: str
    special: str
    refused: bool = False


def sample_data() -> dict[str, Any]:
    """``sample.toml``."""
    return tomllib.loads(Path(__file__).with_name("sample.toml").read_text("utf8"))


def sample_reports() -> Iterator[SampleReport]:
    """All files of the sample: the made-up bodies year by year, then the published figures."""
    data = sample_data()
    lives = live_all(data)
    for unit in data["unit"]:
        for told in unit["reports"]:
            spec = made_up_spec(unit, told, lives[unit["file"]][told["year"]], data["notes"]["made_up"])
            yield _report(unit, told, spec, random.Random(f"{unit['file']} {told['year']} page"))
    for one in data["published"]:
        yield _published(one, data["notes"]["published"])


def sample_divisions() -> Divisions:
    """The divisions of all bodies of the sample, and what became of one of them."""
    data = sample_data()
    divisions = tuple(Division(code, name, _level(code)) for code, name in sorted(data["divisions"].items()))
    changes = (
        Change(str(one["old"]["code"]), str(one["new"]["code"]), str(one["date"]), one["kind"], one["old"]["name"], one["new"]["name"])
        for one in data["changes"]
    )
    return Divisions(divisions, tuple(changes))


def _level(code: str) -> str:
    depth = len(code.rstrip("0"))
    return "province" if depth <= 2 else "city" if depth <= 4 else "county" if depth <= 6 else "township"


def write_sample(folder: Path) -> list[SampleReport]:
    """The files in ``folder/sample``, the lists in ``folder/divisions-sample``, and the list of the files beside them."""
    reports = list(sample_reports())
    for name in (FOLDER, DIVISIONS):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for one in reports:
        (folder / FOLDER / one.name).write_bytes(one.body)
    sample_divisions().write(folder / DIVISIONS)
    (folder / LIST).write_text(listing(reports), "utf8")
    return reports


def _published(one: Mapping[str, Any], note: str) -> SampleReport:
    """A page of ours with a body's published figures."""
    forms: dict[str, str | None] = {table: None if table == one.get("missing") else one["form"] for table in TABLES}
    figures: Figures = {}
    for table, form in forms.items():
        rows = one.get("rows", {}).get(table, {})
        figures |= _row_cells(rows, figure_ids(table, form, one.get("blocks", {})) if form else [], one["rest"])
    note = note.format(unit=one["unit"], year=one["year"])
    ids = [name for table, form in forms.items() if form for name in figure_ids(table, form, one.get("blocks", {}))]
    spec = make_spec(
        printed_in(figures, ids), forms=forms, blocks=one.get("blocks", {}), unit_name=one["unit"], report_year=one["year"], synthetic=False
    )
    title = str(wording()["titles"]["unit_first"]).format(unit=one["unit"], year=one["year"])
    fee = {"processing_fee.collected_yuan": 0} if one["year"] >= 2021 else {}
    own = {int(number): text for number, text in one.get("sections", {}).items()}
    nothing = dict.fromkeys((1, 5, 6), "（本页只列数字。）")
    spec = replace(spec, title=title, sections={0: note, **nothing, **own}, prose=fee, published_on="")
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


def _report(unit: Mapping[str, Any], told: Mapping[str, Any], spec: ReportSpec, rng: random.Random) -> SampleReport:
    """The report as a file."""
    stem, special = f"{unit['file']}-{spec.report_year}{'-corrected' if told.get('corrected') else ''}", told.get("special", "")
    if "text" in told:
        made = flatten(spec, cast(Dialect, told["text"]), rng=rng, options=FlattenOptions(blanks="kept"))
        return SampleReport(f"{stem}.txt", made.text.encode(), spec, unit["kind"], f"text, dialect {told['text']}", special, made.refused)
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

`sample/` holds {count} files to try the program on, `divisions-sample/` the lists of divisions that go with them; `archive/` is made by
`gongkai import` and is not in git. Everything here is written by `python -m pipeline.generator.sample data/raw`, from
`pipeline/generator/sample.toml`; a test holds the two together.

Of the {count} files, **{made_up} are made up**: the province 示例省 and all its bodies do not exist, and their figures come from a program.
Their pages say so, and every row of the datasets that comes from them has `synthetic` = true. Their figures agree within a report and from
year to year but where the last column says otherwise. Most are of one county, 云河县: its government, whose report is the sum over its
bodies, four departments, four towns and a street office, for 2019 to 2024.

The other {real} hold figures that the named body published, as read by eye from its report. The pages around the figures were written
for this project, not by the publisher, and say so; they have `synthetic` = false, as their figures are real.

`divisions-sample/divisions.csv` and `changes.csv` are what `gongkai units import` takes. Codes that begin with 99 are given to nobody.

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
