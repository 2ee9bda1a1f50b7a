"""The commands that docs/export.md shows are commands that there are, with options that they take."""

import re
import shlex

import click
import pytest

from pipeline.cli import main
from pipeline.export.formats import FORMATS
from tests.built_sample import ROOT

TEXT = (ROOT / "docs" / "export.md").read_text("utf8")
COMMANDS = re.findall(r"^gongkai (.+)$", TEXT, flags=re.MULTILINE)


@pytest.mark.parametrize("line", COMMANDS)
def test_the_command_is_understood(line):
    name, *arguments = shlex.split(line.partition(" > ")[0], comments=True)
    command = main.get_command(click.Context(main), name)
    assert command
    assert command.make_context(name, arguments)


def test_every_format_is_described():
    assert re.findall(r"^\| `([a-z]+)` \| (?:a |the )", TEXT, flags=re.MULTILINE) == list(FORMATS)
