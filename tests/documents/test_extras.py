"""Without an extra the command says in one line which file is not read and what to install."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from tests.documents.office.made import number, rows, text, workbook

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n"


def picture() -> bytes:
    import cv2

    return bytes(cv2.imencode(".png", np.full((200, 300, 3), 255, np.uint8))[1])


@pytest.mark.parametrize(
    ("module", "extra", "name", "body"),
    [
        ("python_calamine", "docs", "report.xlsx", workbook({"a": rows(text("A1", "规章") + number("B1", "3"))})),
        ("pypdfium2", "docs", "report.pdf", PDF),
        ("rapidocr", "ocr", "report.png", picture()),
    ],
)
def test_a_missing_extra_is_one_line_with_the_command(module, extra, name, body, tmp_path):
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / f"{module}.py").write_text(f"raise ImportError(\"No module named '{module}'\")\n", "utf8")
    path = tmp_path / name
    path.write_bytes(body)
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "without")}
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "extract", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert name in line
    assert f"needs the extra {extra}: pip install 'gongkai[{extra}]'" in line
