"""Rows put aside by dataset, year and province while the readings are gone through once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa

_PACKED = pa.ipc.IpcWriteOptions(compression="lz4")


class Spill:
    """Rows put aside by dataset and partition, in files outside of the dataset folders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def add(self, dataset: str, partition: str, rows: pa.Table) -> None:
        """Put rows aside."""
        if rows.num_rows:
            with (
                (self._folder / f"{dataset}-{partition}").open("ab") as out,
                pa.ipc.new_stream(out, rows.schema, options=_PACKED) as writer,
            ):
                writer.write_table(rows)

    def take(self, dataset: str, partition: str) -> pa.Table | None:
        """All rows of a dataset and partition in the order in which they were added; they are then gone from here."""
        path = self._folder / f"{dataset}-{partition}"
        if not path.exists():
            return None
        tables, size = [], path.stat().st_size
        with path.open("rb") as file:
            while file.tell() < size:
                with pa.ipc.open_stream(file) as reader:
                    tables.append(reader.read_all())
        path.unlink()
        return pa.concat_tables(tables)

    def remove(self) -> None:
        """Remove the folder with all that is left in it."""
        shutil.rmtree(self._folder, ignore_errors=True)
