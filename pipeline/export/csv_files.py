"""One CSV file a dataset, for spreadsheets."""

from __future__ import annotations

from pathlib import Path

from pipeline.export.output import README
from pipeline.export.printed import write_csv
from pipeline.export.readme import readme
from pipeline.export.selection import Extract, cited_columns


def write_csv_folder(extract: Extract, folder: Path) -> list[str]:
    """Fill a folder with ``<dataset>.csv`` and the README; no notes, as CSV holds everything."""
    rows = {
        f"{name}.csv": write_csv(folder / f"{name}.csv", [one.name for one in cited_columns(name)], extract.cited_parts(name))
        for name in extract.selection.datasets
    }
    (folder / README).write_text(readme(extract, "csv", rows), "utf8")
    return []
