"""What a made-up report says, before it is laid out: unit, year, forms, the text of every cell, prose; and the truth of it.

The truth has the shape of the corpus: figure id → number or null, absent tables listed. A cell's number stands beside its text in the spec.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from pipeline.forms import forms as declared_forms
from pipeline.forms.layout import APPLICATIONS, figure_ids
from pipeline.generator.figures import Kind, Truth, Written, numbers, plain, write
from pipeline.generator.wording import wording
from pipeline.model import Number

FormChoice = Literal["2019", "2021", "mix"]
TABLES = tuple(declared_forms().tables)


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """One report. ``forms`` maps each table to its form, ``None`` where the report has no such table.

    ``blocks`` lays single blocks out in another form (table two: block ids; table three: ``other_handling``). ``printed`` holds the text
    of each cell, ``values`` what it says; ``prose`` the figures told in section six. ``traps`` name what makes the page itself unclear,
    ``undecidable`` the figures that it therefore leaves open.
    """

    unit_name: str
    report_year: int
    forms: Mapping[str, str | None]
    printed: Mapping[str, str]
    values: Mapping[str, Truth]
    title: str
    sections: Mapping[int, str]
    published_on: str
    blocks: Mapping[str, str] = field(default_factory=dict)
    prose: Mapping[str, Number] = field(default_factory=dict)
    undecidable: Mapping[str, str] = field(default_factory=dict)
    traps: tuple[str, ...] = ()
    synthetic: bool = True

    def ids(self, table: str) -> list[str]:
        """The figures that a table of this report prints, none if it has no such table."""
        form = self.forms.get(table)
        return figure_ids(table, form, self.blocks) if form else []


def random_spec(
    rng: random.Random,
    *,
    forms: FormChoice | Mapping[str, str | None] = "mix",
    figures: Kind = "consistent",
    absent: tuple[str, ...] = (),
    unit_name: str | None = None,
    report_year: int | None = None,
) -> ReportSpec:
    """A report with made-up figures of the given kind. ``mix`` draws a form per table, and lets tables two and three mix forms within."""
    chosen, blocks = _choose_forms(rng, forms)
    chosen = {table: None if table in absent else form for table, form in chosen.items()}
    ids = [name for table, form in chosen.items() if form for name in figure_ids(table, form, blocks)]
    dash = str(rng.choice(wording()["values"]["dashes"]))
    cells = {name: write(rng, name, value, figures, dash) for name, value in numbers(rng, ids, figures).items()}
    if figures == "blanks":
        cells = _blanked(rng, cells)
    unit = unit_name or random_unit(rng)
    year = report_year or rng.randint(2019, 2025)
    return _written(rng, cells, chosen, blocks, unit=unit, year=year)


def make_spec(
    figures: Mapping[str, Number | Written | None],
    *,
    forms: Mapping[str, str | None],
    blocks: Mapping[str, str] | None = None,
    unit_name: str = "示例省明川市云河县青石镇",
    report_year: int = 2023,
    rng: random.Random | None = None,
    synthetic: bool = True,
) -> ReportSpec:
    """A report with the figures given; ``None`` is a blank cell, a ``Written`` is printed as it says."""
    cells = {
        name: value if isinstance(value, Written) else Written("", None) if value is None else Written(plain(value), value)
        for name, value in figures.items()
    }
    spec = _written(rng or random.Random(0), cells, forms, blocks or {}, unit=unit_name, year=report_year)
    known = {name for table in TABLES for name in spec.ids(table)}
    strangers = sorted(set(figures) - known)
    if strangers:
        raise ValueError(f"not printed in these forms: {', '.join(strangers)}")
    return replace(spec, synthetic=synthetic)


def random_unit(rng: random.Random) -> str:
    """The name of a unit that exists nowhere: a township, a department or a county government of the province 示例省."""
    names = wording()["units"]
    county = "".join(rng.choice(names[level]) for level in ("provinces", "cities", "counties"))
    return county + str(rng.choice([*names["townships"], *names["departments"], names["government"]]))


def truth(
    spec: ReportSpec,
    *,
    document: str = "",
    undecidable: Mapping[str, str] | None = None,
    unjudged: frozenset[str] = frozenset(),
    refused: bool = False,
    absent: Collection[str] = (),
) -> dict[str, Any]:
    """The truth of a document made from ``spec``, in the shape of the corpus.

    ``absent`` tables are those that the document does not show (pictures stand in their place), though the report has them. What the
    document leaves open stands under ``undecidable`` only, ``unjudged`` figures nowhere. Nothing can be known of a ``refused`` document.
    """
    left_open = {**spec.undecidable, **(undecidable or {})}
    shown = [table for table in TABLES if spec.forms.get(table) and table not in absent]
    ids = [name for table in shown for name in spec.ids(table)]
    figures = {name: _json(spec.values.get(name)) for name in ids if name not in left_open and name not in unjudged}
    told = {
        "document": document,
        "title": spec.title,
        "unit": spec.unit_name,
        "year": spec.report_year,
        "published_on": spec.published_on,
        "synthetic": spec.synthetic,
        "form": _form(spec),
        "forms": dict(spec.forms),
        "figures": {} if refused else figures,
        "absent": [table for table in TABLES if table not in shown],
        "prose": {name: _json(value) for name, value in spec.prose.items()},
    }
    return told | ({"undecidable": left_open} if left_open and not refused else {}) | ({"refused": True} if refused else {})


def _form(spec: ReportSpec) -> str:
    """The form of the whole report; table four is the same in both and tells nothing."""
    told = {form for table, form in spec.forms.items() if form and not declared_forms().tables[table].across} | set(spec.blocks.values())
    return told.pop() if len(told) == 1 else "mixed" if told else "unknown"


def _json(value: Truth) -> int | float | str | None:
    return float(value) if isinstance(value, Decimal) else value


def _choose_forms(rng: random.Random, forms: FormChoice | Mapping[str, str | None]) -> tuple[dict[str, str | None], dict[str, str]]:
    if isinstance(forms, Mapping):
        return dict(forms), {}
    if forms != "mix":
        return dict.fromkeys(TABLES, forms), {}
    chosen: dict[str, str | None] = {table: rng.choice(("2019", "2021")) for table in TABLES}
    blocks = {}
    for block in declared_forms().tables[TABLES[0]].blocks:
        if rng.random() < 0.1:
            blocks[block.id] = rng.choice(block.forms)
    if rng.random() < 0.2:
        blocks["other_handling"] = rng.choice(("2019", "2021"))
    return chosen, {name: form for name, form in blocks.items() if form != chosen[APPLICATIONS if name == "other_handling" else TABLES[0]]}


def _blanked(rng: random.Random, cells: Mapping[str, Written]) -> dict[str, Written]:
    """Blank cells at random, blank rows, or no figure at all: a report may be any of these."""
    how = rng.choice(("cells", "rows", "both", "zeros", "all"))
    rows = sorted({name.rpartition(".")[0] for name in cells})
    empty_rows = {row for row in rows if rng.random() < 0.3} if how in {"rows", "both"} else set()
    share = rng.uniform(0.05, 0.5) if how in {"cells", "both"} else 0.0

    def is_blank(name: str, cell: Written) -> bool:
        if how == "all" or name.rpartition(".")[0] in empty_rows:
            return True
        return cell.value == 0 if how == "zeros" else rng.random() < share

    return {name: Written("", None) if is_blank(name, cell) else cell for name, cell in cells.items()}


def _written(
    rng: random.Random, cells: Mapping[str, Written], chosen: Mapping[str, str | None], blocks: Mapping[str, str], *, unit: str, year: int
) -> ReportSpec:
    values = {name: cell.value for name, cell in cells.items()}
    fee = rng.choice((0, 0, rng.randint(1, 400) * 10)) if year >= 2021 else None
    titles = wording()["titles"]
    title = rng.choices([titles["unit_first"], titles["year_first"], titles["no_unit"]], weights=(85, 11, 4))[0]
    return ReportSpec(
        unit_name=unit,
        report_year=year,
        forms=dict(chosen),
        printed={name: cell.text for name, cell in cells.items()},
        values=values,
        title=str(title).format(unit=unit, year=year),
        sections=_prose(rng, values, unit, year, fee),
        published_on=f"{year + 1}-01-{rng.randint(4, 31):02d}",
        blocks=dict(blocks),
        prose={} if fee is None else {"processing_fee.collected_yuan": fee},
    )


def _prose(rng: random.Random, values: Mapping[str, Truth], unit: str, year: int, fee: int | None) -> dict[int, str]:
    """Sections one, five and six; section one repeats table three in words where it has numbers."""
    text = wording()["prose"]
    told = {row: values.get(f"{APPLICATIONS}.{row}.total") for row in ("new_received", "carried_over", "total_processed")}
    received, carried, processed = (value if isinstance(value, int) else 0 for value in told.values())
    sentence = text["some_applications"] if received or carried or processed else text["no_applications"]
    facts = {
        "unit": unit,
        "year": year,
        "posts": rng.randint(12, 900),
        "trainings": rng.randint(1, 6),
        "applications": sentence.format(received=received, carried=carried, processed=processed),
    }
    last = text["nothing_else"] if fee is None else text["some_fee"].format(fee=fee) if fee else text["no_fee"]
    return {
        0: rng.choice(text["opening"]).format(**facts),
        1: "\n".join(line.format(**facts) for line in text["overview"]),
        5: "\n".join(text["problems"]),
        6: last,
    }
