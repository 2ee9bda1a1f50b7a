"""The wide panel for Stata: format 118, labels in Chinese, what is coded as a number with its value labels."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.export.output import README
from pipeline.export.panel import Variable, about_columns, panel, variables
from pipeline.export.panel_files import write_cells
from pipeline.export.printed import as_text
from pipeline.export.readme import captured, readme
from pipeline.export.selection import Extract
from pipeline.normalizer.schemas import Column

VERSION: Literal[118] = 118
MAX_NAME = 32
MAX_LABEL = 80
#: The largest numbers of Stata's byte, int and long; what lies above them stands for missing values.
_LIMITS = {pa.int8(): 100, pa.int16(): 32_740, pa.int32(): 2_147_483_620}
_CODES = Path(__file__).parents[1] / "normalizer" / "codes.toml"
_YES_NO: dict[float, str] = {0: "否", 1: "是"}


def write_stata(extract: Extract, path: Path) -> list[str]:
    """Write the panel, the citation of its values (``….cells.csv``) and the README beside it."""
    table = panel(extract)
    frame = pd.DataFrame({name: _column(name, table[name]) for name in table.schema.names}, copy=False)
    long_texts = [name for name in frame.columns if frame[name].dtype == object and frame[name].map(_utf8_length).max() > 2045]
    frame.to_stata(
        path,
        write_index=False,
        version=VERSION,
        time_stamp=captured(extract)[1].replace(tzinfo=None),
        data_label=f"gongkai 公开, snapshot {extract.snapshot.number}",
        variable_labels=variable_labels(),
        value_labels={name: labels for name in table.schema.names if (labels := value_labels(name))},
        convert_strl=long_texts,
    )
    notes = _notes(table)
    cells = path.with_name(f"{path.stem}.cells.csv")
    rows = {path.name: table.num_rows, cells.name: write_cells(extract, cells)}
    path.with_name(f"{path.stem}.{README}").write_text(readme(extract, "dta", rows, notes), "utf8")
    return notes


@functools.cache
def variable_labels() -> dict[str, str]:
    """Variable → Chinese label, cut where Stata does not allow its length."""
    columns: tuple[Column | Variable, ...] = (*about_columns(), *variables())
    labels = {one.name: one.label_zh for one in columns}
    return {name: label if len(label) <= MAX_LABEL else f"{label[: MAX_LABEL - 1]}…" for name, label in labels.items()}


@functools.cache
def value_labels(name: str) -> dict[float, str]:
    """Number → meaning of a coded variable; empty for one that is not coded."""
    if name in _flags():
        return _YES_NO
    return {number: meaning["zh"] for number, meaning in enumerate(_codes(name).values(), start=1)}


@functools.cache
def _codes(name: str) -> Mapping[str, Mapping[str, str]]:
    """The declared codes of a column, in their order."""
    if name in _statuses():
        return _declared()["status"]
    if name.endswith("_state"):
        return _declared()["table_state"]
    return _declared()["trust"] if name == "trust" else {}


@functools.cache
def _declared() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(_CODES.read_text("utf8"))


@functools.cache
def _statuses() -> frozenset[str]:
    return frozenset(one.name for one in variables() if one.part == "status")


@functools.cache
def _flags() -> frozenset[str]:
    return frozenset(
        [one.name for one in about_columns() if one.type == "yes_no"] + [one.name for one in variables() if one.type == "yes_no"]
    )


def _column(name: str, values: pa.ChunkedArray) -> pd.Series[Any]:
    """A column as the writer takes it: numbers missing where there is none, days as dates, texts without nulls."""
    codes, kind = _codes(name), values.type
    if codes:
        return _numbers(pc.add(pc.index_in(values, value_set=pa.array(list(codes))), 1))
    if pa.types.is_string(kind) or pa.types.is_timestamp(kind):
        return pd.Series(pc.fill_null(as_text(values), "").to_pylist(), dtype=object)
    if pa.types.is_date(kind):
        return pd.Series(pd.to_datetime(pd.Series(values.to_pylist(), dtype=object)))
    if pa.types.is_boolean(kind):
        return _numbers(pc.cast(values, pa.int8()))
    return _numbers(values)


def _numbers(values: pa.ChunkedArray) -> pd.Series[Any]:
    """Whole numbers in the least of Stata's types that holds them; amounts, and what is too large, as doubles."""
    ends = pc.min_max(values).as_py()
    largest = max(abs(ends["min"] or 0), abs(ends["max"] or 0))
    fitting = [kind for kind, limit in _LIMITS.items() if largest <= limit]
    if pa.types.is_decimal(values.type) or not fitting:
        return _series(pc.cast(values, pa.float64(), safe=False))
    return _series(pc.cast(values, fitting[0]))


def _series(values: pa.ChunkedArray) -> pd.Series[Any]:
    nullable = {pa.int8(): pd.Int8Dtype(), pa.int16(): pd.Int16Dtype(), pa.int32(): pd.Int32Dtype()}
    return values.to_pandas(types_mapper=nullable.get)  # type: ignore[no-any-return]


def _utf8_length(text: str) -> int:
    return len(text.encode())


def _notes(table: pa.Table) -> list[str]:
    """Which variables hold numbers that a double rounds."""
    rounded = []
    for one in variables():
        column = table[one.name]
        if one.type in {"count", "money"} and column.null_count < len(column):
            back = pc.cast(pc.cast(column, pa.float64(), safe=False), column.type, safe=False)
            if not pc.all(pc.equal(back, column)).as_py():
                rounded.append(one.name)
    return [f"numbers of more than 15 digits are rounded in {', '.join(rounded)}"] if rounded else []
