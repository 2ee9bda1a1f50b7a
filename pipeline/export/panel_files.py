"""The wide panel as files, with its codebook and the cell behind every value."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.export.output import README
from pipeline.export.panel import COUNTED, about_columns, panel, variables
from pipeline.export.printed import write_csv
from pipeline.export.readme import readme
from pipeline.export.selection import Extract
from pipeline.export.short_names import short_names

_CODEBOOK = ("column", "figure", "part", "label_zh", "label_en", "unit", "forms")
_CELLS = (
    *("unit_name", "report_year", "report_id", "figure", "label_zh", "raw", "status", "flags", "document_id"),
    *("table", "cell_row", "cell_column", "source_url", "source_file", "trust", "captured_at", "document_sha256"),
)


def write_panel_folder(extract: Extract, folder: Path) -> list[str]:
    """Fill a folder with the panel as CSV and Parquet, its codebook, the cells behind its values, and the README."""
    table = panel(extract)
    rows = {
        "panel.csv": write_csv(folder / "panel.csv", table.schema.names, [table]),
        "panel.parquet": table.num_rows,
        "codebook.csv": write_csv(folder / "codebook.csv", codebook().schema.names, [codebook()]),
        "cells.csv": write_cells(extract, folder / "cells.csv"),
    }
    pq.write_table(table, folder / "panel.parquet", compression="zstd")
    (folder / README).write_text(readme(extract, "panel", rows), "utf8")
    return []


def codebook() -> pa.Table:
    """One row a column of the panel: where it comes from and what it means."""
    about = [
        {"column": one.name, "part": "report", "label_zh": one.label_zh, "label_en": one.description, "unit": one.unit}
        for one in about_columns()
    ]
    figures = [
        {
            "column": one.name,
            "figure": one.figure.id,
            "part": one.part,
            "label_zh": one.label_zh,
            "label_en": one.label_en,
            "unit": ("元" if one.figure.column.kind == "money" else one.figure.unit) if one.part == "value" else None,
            "forms": " ".join(one.figure.forms),
        }
        for one in variables()
    ]
    return pa.Table.from_pylist(about + figures, pa.schema([(name, pa.string()) for name in _CODEBOOK]))


def write_cells(extract: Extract, path: Path) -> int:
    """The citation of every value of the panel as CSV: cell, address, capture, digest; how many there are."""
    names = pa.array(list(short_names().values()))
    figures = pa.array(list(short_names()))

    def parts() -> Iterator[pa.Table]:
        for dataset in (*COUNTED, "fees"):
            for rows in extract.cited_parts(dataset):
                shown = rows.filter(pc.equal(rows["source"], "table")) if dataset == "fees" else rows
                column = names.take(pc.index_in(shown["figure"], value_set=figures).combine_chunks())
                yield pa.table([column, *(shown[name] for name in _CELLS)], names=["column", *_CELLS])

    return write_csv(path, ["column", *_CELLS], parts())
