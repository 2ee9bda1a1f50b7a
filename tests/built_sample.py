"""The sample of the repository imported and built as ``make run`` does it, in a folder of the test's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from click.testing import CliRunner

from pipeline.cli import main

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "raw" / "sample"
DIVISIONS = [ROOT / "data" / "raw" / "divisions-sample" / name for name in ("divisions.csv", "changes.csv")]


def gongkai(*arguments: str | Path) -> str:
    """What a command prints; it must succeed."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def build_sample(folder: Path) -> Path:
    """``folder`` with ``data/raw/sample``, and ``data/processed`` built from it."""
    shutil.copytree(SAMPLE, folder / "data" / "raw" / "sample")
    where = ["--raw", folder / "data" / "raw", "--processed", folder / "data" / "processed"]
    gongkai("units", "import", *DIVISIONS, "--raw", folder / "data" / "raw")
    gongkai("import", SAMPLE, *where)
    gongkai("run", *where)
    return folder
