"""The formats by name, and the one way through: a selection in, a whole output out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pipeline.export.csv_files import write_csv_folder
from pipeline.export.output import ExportError, staged_file, staged_folder
from pipeline.export.package import write_package
from pipeline.export.panel_files import write_panel_folder
from pipeline.export.relational import write_duckdb, write_sqlite
from pipeline.export.selection import Extract
from pipeline.export.stata import write_stata
from pipeline.export.workbook import write_workbook


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is written: into a ``folder`` or a file. ``write`` gives notes on what the format does not hold exactly."""

    write: Callable[[Extract, Path], list[str]]
    folder: bool
    by_dataset: bool = True


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "csv": Format(write_csv_folder, folder=True),
        "xlsx": Format(write_workbook, folder=False),
        "panel": Format(write_panel_folder, folder=True, by_dataset=False),
        "dta": Format(write_stata, folder=False, by_dataset=False),
        "sqlite": Format(write_sqlite, folder=False),
        "duckdb": Format(write_duckdb, folder=False),
        "datapackage": Format(write_package, folder=True),
    }
)


def export(extract: Extract, kind: str, out: Path, *, force: bool = False) -> list[str]:
    """Write an extract in a format, whole or not at all; what a reader of the output has to be told.

    Raises ``ExportError`` where ``out`` exists and ``force`` is not given, or where the selection holds nothing.
    """
    chosen = FORMATS[kind]
    if not extract.selection.whole and extract.reports.num_rows == 0 and extract.table("coverage").num_rows == 0:
        raise ExportError("nothing to export: the snapshot holds no report of these units and years")
    with (staged_folder if chosen.folder else staged_file)(out, force=force) as path:
        return chosen.write(extract, path)
