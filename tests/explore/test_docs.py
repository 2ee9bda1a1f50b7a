"""What the docs of the explorer promise: each question answered by the clicks that are named, at most three; commands that there are."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from pipeline.cli import main
from tests.built_sample import ROOT
from tests.explore.watched import watched

TEXT = (ROOT / "docs" / "tutorial-journalism.md").read_text("utf8")
ROWS = [tuple(cell.strip() for cell in row) for row in re.findall(r"^\| ([^|]+\?) \| ([^|]+) \| ([^|]+) \|$", TEXT, flags=re.MULTILINE)]


def test_there_are_five_questions_of_at_most_three_clicks():
    assert len(ROWS) == 5
    assert all(len(clicks.split(" → ")) <= 3 for _, clicks, _ in ROWS)


@pytest.mark.parametrize(("question", "clicks", "answer"), ROWS)
def test_the_clicks_lead_to_the_answer(browser, site, question, clicks, answer):
    with watched(browser, site) as one:
        page = one.go("/")
        for name in clicks.split(" → "):
            page.get_by_role("link").filter(has_text=name).first.click()
        rows = [" ".join(row.split()) for row in page.locator(".part.publisher tbody tr").all_inner_texts()]
        wanted = answer.split(" · ")
        assert [row for row in rows if all(part in row for part in wanted)], f"{question}: {rows}"


def test_the_commands_are_understood():
    lines = re.findall(r"^(?:\.venv/bin/)?gongkai (explore .+)$", (ROOT / "docs" / "explorer.md").read_text("utf8"), flags=re.MULTILINE)
    assert lines
    for line in lines:
        name, *arguments = shlex.split(line)
        command = main.get_command(click.Context(main), name)
        assert command
        assert command.make_context(name, arguments)


def test_every_view_is_described():
    from pipeline.explore.views import VIEWS

    told = set(re.findall(r"`/zh/([a-z]*)", (ROOT / "docs" / "explorer.md").read_text("utf8"))) - {""}
    assert told | {"home", "search", "snapshot"} == set(VIEWS)
