"""What the papers of the repository say holds: both languages say the same, links lead somewhere, examples print what they show."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import duckdb
import pandas
import polars
import pytest

from pipeline.cli import main
from tests.built_sample import ROOT, gongkai
from tests.screenshots import PICTURES

PAPERS = ["README.md", "README.zh.md", "CONTRIBUTING.md", "CHANGELOG.md"]
TUTORIALS = ["docs/explorer.md", "docs/tutorial-runs.md", "docs/tutorial-notebooks.md", "docs/tutorial-journalism.md"]
#: What the examples may name beside the datasets, from the repository.
BROUGHT = ["divisions-sample", "sample"]
#: Commands of which only name and options are tried: they ask a portal, name files of the reader, or (demo, explore) are run by tests of
#: their own.
ONLY_UNDERSTOOD = ("collect", "demo", "explore", "import", "sources check")


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf8")


def code_blocks(text: str) -> list[str]:
    """The fenced blocks that a reader would copy: those with a language. Comments may differ from language to language."""
    blocks = re.findall(r"^```(?:sh|json|python|text)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [re.sub(r" +# .*$", "", block, flags=re.MULTILINE) for block in blocks]


def make_targets(text: str) -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", text, flags=re.MULTILINE))


def test_both_languages_of_the_readme_show_the_same_commands_and_examples() -> None:
    assert code_blocks(text_of("README.md"))
    assert code_blocks(text_of("README.md")) == code_blocks(text_of("README.zh.md"))


def test_both_languages_of_the_readme_have_as_many_sections_and_table_rows() -> None:
    counts = [(text.count("\n## "), text.count("\n| ")) for text in (text_of("README.md"), text_of("README.zh.md"))]
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", [*PAPERS, *TUTORIALS])
def test_every_link_into_the_repository_leads_to_a_file(name: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text_of(name)) if "://" not in link]
    assert [link for link in links if not ((ROOT / name).parent / link.split("#")[0]).exists()] == []


def test_every_picture_of_the_explorer_is_shown_somewhere_and_made_by_the_script() -> None:
    made = {path.name for path in (ROOT / "docs" / "images").iterdir()}
    shown = {Path(link).name for name in [*PAPERS, *TUTORIALS] for link in re.findall(r"\(([^)]+\.png)\)", text_of(name))}
    assert made == shown == set(PICTURES)


@pytest.mark.parametrize("name", [*PAPERS, *TUTORIALS])
def test_every_make_target_that_a_paper_names_exists(name: str) -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", text_of(name), flags=re.MULTILINE))
    assert named <= make_targets(text_of("Makefile"))


def test_the_papers_give_the_version_of_the_package() -> None:
    version = tomllib.loads(text_of("pyproject.toml"))["project"]["version"]
    assert re.search(r"^version: (.+)$", text_of("CITATION.cff"), flags=re.MULTILINE).group(1) == version
    assert f"({version})" in text_of("CHANGELOG.md") or f"## {version}" in text_of("CHANGELOG.md")


def test_every_release_lists_what_changed_in_data_and_in_code() -> None:
    releases = text_of("CHANGELOG.md").split("\n## ")[1:]
    assert releases
    assert all("\n### Data\n" in release and "\n### Code\n" in release for release in releases)


@dataclass(frozen=True)
class Made:
    """What is there after ``make run`` in a fresh clone: the folder, and what was printed."""

    folder: Path
    printed: str


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The commands of the target, in a folder that has nothing but what the repository brings."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "data" / "raw").mkdir(parents=True)
    for name in BROUGHT:
        (folder / "data" / "raw" / name).symlink_to(ROOT / "data" / "raw" / name)
    with contextlib.chdir(folder):
        return Made(folder, "".join(gongkai(*command) for command in commands_of_make_run()))


@pytest.fixture
def built(made: Made, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the examples, which is the current one."""
    monkeypatch.chdir(made.folder)
    return made.folder


def commands_of_make_run() -> list[list[str]]:
    """What the target gives to the program, with its variables replaced; but for the demo, which has a test of its own."""
    makefile = text_of("Makefile")
    variables = dict(re.findall(r"^([A-Z]+) [:?]?= (.*)$", makefile, flags=re.MULTILINE))
    recipe = re.search(r"^run:.*\n((?:\t.*\n)+)", makefile, flags=re.MULTILINE)
    assert recipe
    lines = re.sub(r"\$\(([A-Z]+)\)", lambda found: variables[found[1]], recipe[1]).strip().splitlines()
    commands = [shlex.split(line.strip().removeprefix(f"@{variables['BIN']}/gongkai ")) for line in lines]
    assert commands.pop() == ["demo"]
    return commands


def blocks_of(kind: str, paper: str = "README.md") -> list[tuple[str, str]]:
    """The blocks in a language, each with the text block right after it that shows what it prints."""
    found = re.finditer(rf"^```{kind}\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?", text_of(paper), flags=re.MULTILINE | re.DOTALL)
    return [(one[1], one[2] or "") for one in found]


def assert_prints(printed: str, shown: str) -> None:
    """What is printed is what is shown, where … stands for anything."""
    lines = "\n".join(line.rstrip() for line in printed.strip().splitlines())
    pattern = re.escape(shown.strip()).replace("…", ".*")
    assert re.fullmatch(pattern, lines, flags=re.DOTALL), f"the README shows\n{shown}\nbut this is printed:\n{lines}"


@pytest.mark.parametrize(("paper", "least"), [("README.md", 3), ("docs/tutorial-notebooks.md", 4)])
def test_the_python_examples_run_one_after_another_and_print_what_is_shown(built: Path, paper: str, least: int) -> None:
    names: dict[str, Any] = {}
    assert len(blocks_of("python", paper)) >= least
    for code, shown in blocks_of("python", paper):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(compile(code, paper, "exec"), names)
        if shown:
            assert_prints(output.getvalue(), shown)


def test_every_library_that_reads_parquet_finds_rows(built: Path) -> None:
    lines = [line for code, _ in blocks_of("python") for line in code.splitlines()]
    for library in (pandas, polars, duckdb):
        (expression,) = (line for line in lines if line.startswith(f"{library.__name__}."))
        assert len(eval(expression, {library.__name__: library})) > 0


def test_make_run_prints_what_is_shown_and_changes_nothing_when_run_again(made: Made, built: Path) -> None:
    shown = re.search(r"^make run\n```$.*?^```text\n(.*?)^```$", text_of("README.md"), flags=re.MULTILINE | re.DOTALL)
    assert shown
    assert_prints(made.printed, shown[1])
    again = "".join(gongkai(*command) for command in commands_of_make_run())
    assert "0 documents written" in again
    assert "nothing changed since snapshot 1" in again


@pytest.mark.parametrize(("paper", "least"), [("README.md", 20), ("docs/tutorial-runs.md", 4)])
def test_the_gongkai_commands_run_and_print_what_is_shown(built: Path, paper: str, least: int) -> None:
    ran = 0
    for code, shown in blocks_of("sh", paper):
        lines = [line for line in code.splitlines() if line.startswith(".venv/bin/gongkai ")]
        printed = [run_or_understand(shlex.split(line, comments=True)[1:]) for line in lines]
        ran += len(printed)
        if shown and printed:
            assert_prints("".join(printed), shown)
    assert ran >= least


def run_or_understand(arguments: list[str]) -> str:
    """What a command prints, or for one that is not to be run here nothing, if its name and options are known."""
    if not " ".join(arguments).startswith(ONLY_UNDERSTOOD):
        return gongkai(*arguments)
    command: click.Command = main
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), arguments.pop(0))
        assert found
        command = found
    options = {option for parameter in command.params for option in parameter.opts}
    assert [word for word in arguments if word.startswith("--") and word not in options] == []
    return ""


def test_the_json_example_is_what_extract_prints_but_for_the_length_of_its_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (code, _), *_ = blocks_of("json")
    shown = json.loads(code)
    real = json.loads(gongkai("extract", "--jsonl", shown["document"]))
    assert list(shown) == list(real)
    for key, value in shown.items():
        if isinstance(value, list):
            assert value
            assert [entry for entry in value if entry not in real[key]] == []
        else:
            assert value == real[key]
