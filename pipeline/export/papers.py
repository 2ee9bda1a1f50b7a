"""DICTIONARY.md and datapackage.json of the repository, from the declarations that the program uses.

``python -m pipeline.export.papers`` writes both; a test fails while one of them is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.export.keys import PRIMARY, foreign_keys
from pipeline.export.package import DESCRIPTOR, descriptor, to_json
from pipeline.export.panel import variables
from pipeline.export.short_names import short_names
from pipeline.forms import Figure, forms
from pipeline.normalizer.dictionary import dictionary_table
from pipeline.normalizer.schemas import DATASETS

PAPER = "DICTIONARY.md"
COMMAND = "python -m pipeline.export.papers"
_CUTS = {"year": "year and province", "province": "province", "nothing": "one file"}
_HEAD = f"""\
# Dictionary

Every dataset, column, figure, relation, indicator and code. Written by `{COMMAND}` from the declarations that the
program uses; do not edit it by hand. The dataset `dictionary` holds the same as rows.

The datasets are folders of Parquet files in `data/processed/` (see [docs/storage.md](docs/storage.md)). Counts are `Int64` in pandas and
may be null; money is decimal; a null is no zero. `synthetic` rows describe made-up bodies.
"""
_FLAGS = """\
## Flags

`flags` of a figure holds codes separated by spaces, and is null where there is none. The two kinds are never mixed:

- `read.…`: **we doubt our reading**. It may be this program that is wrong: look at the cell.
- `check.…`: **the publisher's figures contradict each other**. A relation of severity error within the report fails; it does not say which
  of its figures is wrong. The codes are those of the relations below.

"""


_ABOUT_FIGURES = """
## Figures

The figures of the forms of 2019 and 2021, in the order of the forms. The short name is the column of the wide panel. The last column says
whether the figure is the same in the other form, or names the figures of the other form whose sum means the same.
"""
_ABOUT_INDICATORS = """
## Indicators

What `indicators` derives from the figures of a report. There is no value where a figure is blank or missing or the denominator is 0; then
`reason` says so.

"""
_ABOUT_PANEL = """\
## The wide panel

`gongkai export --format panel` and `dta` write one row a report, and of every figure four columns, such as {names}; amounts are
in yuan, with `_printed` and `_unit` beside them. `codebook.csv` of the panel lists all {count}.
"""


def papers() -> dict[str, str]:
    """File name → content, as it has to stand at the root of the repository."""
    return {PAPER: dictionary_page(), DESCRIPTOR: package_description()}


def package_description() -> str:
    """The description of the built datasets. Their files are named after their content, so the paths are patterns."""
    paths = {name: f"data/processed/{name}/*.parquet" for name in DATASETS}
    return to_json(descriptor(paths, {name: one.columns for name, one in DATASETS.items()}, DATASETS))


def dictionary_page() -> str:
    """The dictionary for people."""
    entries: list[dict[str, Any]] = dictionary_table().to_pylist()
    kinds: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        kinds.setdefault(entry["entry"], []).append(entry)
    parts = [
        _HEAD,
        "".join(_datasets()),
        "".join(_figures({one["id"]: one for one in kinds["figure"]})),
        _FLAGS,
        _flag_codes(kinds["code"]),
        "".join(_relations(kinds["check"])),
        "".join(_indicators(kinds.get("indicator", []))),
        "".join(_codes(kinds["code"])),
        _panel(),
    ]
    return "\n".join(part.rstrip("\n") + "\n" for part in parts if part)


def _datasets() -> Iterator[str]:
    yield "## Datasets\n\n"
    yield from _table(
        ("dataset", "one row is", "数据集", "files by"),
        ((f"[{n}](#{n})", d.description, d.label_zh, _CUTS[d.cut]) for n, d in DATASETS.items()),
    )
    for name, dataset in DATASETS.items():
        yield f"\n### {name}\n\n{dataset.description} · {dataset.label_zh}.{_keys(name)}\n\n"
        rows = (
            (f"`{c.name}`", c.type + ("" if c.required else ", may be null"), c.unit or "", c.label_zh, c.description)
            for c in dataset.columns
        )
        yield from _table(("column", "type", "unit", "列名", "meaning"), rows)


def _keys(name: str) -> str:
    key = f" Key: {', '.join(f'`{one}`' for one in PRIMARY[name])}." if name in PRIMARY else ""
    pointing = [f"`{one.column}` → {one.dataset}" for one in foreign_keys(name, DATASETS)]
    return key + (f" Points at: {', '.join(pointing)}." if pointing else "")


def _figures(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield _ABOUT_FIGURES
    for table in forms().tables.values():
        yield f"\n### {table.label_en} · {table.heading_zh}\n\n"
        mine = (one for one in forms().figures.values() if one.table == table.id)
        rows = (_figure_row(one, entries[one.id]) for one in mine)
        yield from _table(("figure", "short name", "标签", "label", "kind", "unit", "forms", "same in the other form"), rows)


def _figure_row(figure: Figure, entry: Mapping[str, Any]) -> tuple[str, ...]:
    names = (f"`{figure.id}`", f"`{short_names()[figure.id]}`", entry["label_zh"], entry["label_en"])
    return (*names, figure.column.kind, figure.unit or "", " ".join(figure.forms), _comparable(figure.id, entry["comparable_with"]))


def _comparable(figure: str, other: str | None) -> str:
    return "" if other is None else "yes" if other == figure else " + ".join(f"`{one}`" for one in other.split(" + "))


def _flag_codes(codes: Sequence[Mapping[str, Any]]) -> str:
    rows = [_code_row(one) for one in codes if one["id"].startswith("flag.")]
    return "".join(_table(("code", "含义", "meaning"), rows)) if rows else ""


def _relations(checks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "\n## Relations\n\nWhat `checks` evaluates. A relation that fails does not say whose error it is, and never changes a figure.\n\n"
    yield from _table(
        ("relation", "关系", "relation in words", "severity; where; origin"),
        ((f"`{one['id']}`", one["label_zh"], one["label_en"], one["definition"]) for one in checks),
    )


def _indicators(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not entries:
        return
    yield _ABOUT_INDICATORS
    rows = (
        (
            f"`{one['id']}`",
            *(one[name] or "" for name in ("label_zh", "label_en", "definition", "unit", "forms")),
            _yes(one["comparable_with"]),
        )
        for one in entries
    )
    yield from _table(("indicator", "指标", "name", "what is counted", "unit", "forms", "goes over the change of form"), rows)


def _yes(value: object) -> str:
    return "yes" if value else "no"


def _codes(codes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "\n## Codes\n"
    columns: dict[str, list[Mapping[str, Any]]] = {}
    for one in codes:
        columns.setdefault(one["id"].partition(".")[0], []).append(one)
    for column, its in columns.items():
        if column != "flag":
            yield f"\n### Codes of {column}\n\n"
            yield from _table(("code", "含义", "meaning"), map(_code_row, its))


def _code_row(one: Mapping[str, Any]) -> tuple[str, str, str]:
    return f"`{one['id'].partition('.')[2]}`", one["label_zh"], one["definition"] or ""


def _panel() -> str:
    example = variables()[-4:]
    names = ", ".join(f"`{one.name}` ({one.label_en.rpartition(': ')[2]})" for one in example)
    return _ABOUT_PANEL.format(names=names, count=len(variables()))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n"
    for row in rows:
        yield f"| {' | '.join(_cell(one) for one in row)} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def main(root: Path) -> None:
    """Write the papers into a folder."""
    for name, content in papers().items():
        (root / name).write_text(content, "utf8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path())
