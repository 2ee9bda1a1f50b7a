"""Reads a dataset over and over while others commit: python -m tests.batch.read_along LIBRARY FOLDER STOP-FILE.

Every row of one commit says the same number, so that rows of two commits in one answer show. Prints whole answers, answers without a file
that was just replaced, and mixtures.
"""

import sys
from collections import Counter
from pathlib import Path


def pandas(folder: Path) -> set[str]:
    import pandas as pd

    return set(pd.read_parquet(folder)["text"])


def polars(folder: Path) -> set[str]:
    import polars as pl

    return set(pl.read_parquet(folder / "*.parquet")["text"])


def duckdb(folder: Path) -> set[str]:
    import duckdb

    return {row[0] for row in duckdb.sql(f"select distinct text from read_parquet('{folder}/*.parquet')").fetchall()}


LIBRARIES = {"pandas": pandas, "polars": polars, "duckdb": duckdb}


def watch(library: str, folder: Path, stop: Path) -> Counter:
    seen: Counter = Counter()
    numbers = set()
    while not stop.exists() or not seen["whole"]:
        try:
            found = LIBRARIES[library](folder)
        except Exception as error:
            # What the three say of a file that is gone; anything else is no answer that a reader may get.
            known = any(words in str(error) for words in ("No such file", "cannot find", "No files found", "does not exist"))
            seen["gone" if known or isinstance(error, FileNotFoundError) else f"{type(error).__name__}: {error}"] += 1
            continue
        seen["whole" if len(found) == 1 else "mixed"] += 1
        numbers |= found
    seen["commits"] = len(numbers)
    return seen


if __name__ == "__main__":
    for what, count in watch(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])).items():
        print(f"{what}={count}")
