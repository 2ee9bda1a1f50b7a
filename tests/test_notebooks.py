"""The notebooks run from the first cell to the last on the built sample, and are committed without what they printed."""

from __future__ import annotations

import functools
import importlib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.built_sample import ROOT, build_sample

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_sample(tmp_path_factory.mktemp("notebooks")) / "data" / "processed"


@pytest.fixture(scope="module")
def run(processed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], nbformat.NotebookNode]]:
    """A notebook as it stands after it was run on the built sample; each is run once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GONGKAI_PROCESSED", str(processed))
        patch.setenv("MPLCONFIGDIR", str(tmp_path_factory.mktemp("matplotlib")))
        yield functools.cache(executed)


def executed(path: Path) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    return NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS


def text_of(cell: nbformat.NotebookNode) -> str:
    """What a cell printed and showed, as text."""
    shown = [output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "\n".join(shown)


def test_the_five_questions_of_a_journalist_have_answers(run: Callable[[Path], nbformat.NotebookNode]) -> None:
    (path,) = (path for path in NOTEBOOKS if path.stem.startswith("02"))
    told = {cell.source: text_of(cell) for cell in run(path).cells if cell.cell_type == "code"}
    answers = {
        "missing_or_late": ("鹿鸣镇", "late", "松坪镇", "not_collected"),
        "zero_reports": ("柳堰镇", "2021", "2 ≠ 0"),
        "contradictions(checks, reports)[": ("自然资源局", "69 ≠ 66", "教育局", "last_year"),
        "requests_per_unit": ("市场监督管理局", "table_refused"),
        "lost_cases": ("财政局", "litigation_direct"),
    }
    for question, words in answers.items():
        (answer,) = (text for source, text in told.items() if question in source)
        assert all(word in answer for word in words), f"{question}: {answer}"


def test_where_no_font_has_chinese_characters_the_package_that_brings_one_is_named(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "notebooks"))
    labels = importlib.import_module("chinese_labels")
    monkeypatch.setattr(labels.font_manager.fontManager, "ttflist", [])
    monkeypatch.setattr(labels.font_manager, "findSystemFonts", list)
    monkeypatch.setattr(labels, "plt", SimpleNamespace(rcParams={}))
    with warnings.catch_warnings():
        assert labels.use_chinese_font() is None
    assert "fonts-noto-cjk" in capsys.readouterr().out


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_committed_without_outputs(path: Path) -> None:
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.id for cell in cells if cell.outputs or cell.execution_count is not None] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_on_the_built_sample_and_draws(path: Path, run: Callable[[Path], nbformat.NotebookNode]) -> None:
    outputs = [output for cell in run(path).cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert not [output for output in outputs if output.output_type == "stream" and output.name == "stderr"]


def test_says_what_to_do_where_nothing_was_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_PROCESSED", str(tmp_path))
    with pytest.raises(Exception, match="make run"):
        executed(NOTEBOOKS[0])
