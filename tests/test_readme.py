"""What the papers of the repository say holds: both languages say the same, links lead somewhere, versions agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAPERS = ["README.md", "README.zh.md", "CONTRIBUTING.md", "CHANGELOG.md"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text("utf8")


def code_blocks(text: str) -> list[str]:
    """The fenced blocks that a reader would copy: those with a language. Comments may differ from language to language."""
    blocks = re.findall(r"^```(?:sh|json|python)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    return [re.sub(r" +# .*$", "", block, flags=re.MULTILINE) for block in blocks]


def make_targets(text: str) -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", text, flags=re.MULTILINE))


def test_both_languages_of_the_readme_show_the_same_commands_and_examples() -> None:
    assert code_blocks(text_of("README.md"))
    assert code_blocks(text_of("README.md")) == code_blocks(text_of("README.zh.md"))


def test_both_languages_of_the_readme_have_as_many_sections_and_table_rows() -> None:
    counts = [(text.count("\n## "), text.count("\n| ")) for text in (text_of("README.md"), text_of("README.zh.md"))]
    assert counts[0] == counts[1]


@pytest.mark.parametrize("name", PAPERS)
def test_every_link_into_the_repository_leads_to_a_file(name: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", text_of(name)) if "://" not in link]
    assert [link for link in links if not (ROOT / link.split("#")[0]).exists()] == []


@pytest.mark.parametrize("name", PAPERS)
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
