"""The commands are found by name, and a command loads no more than it needs."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import pipeline.commands
from pipeline.cli import MODULES, main

HELPERS = {"__init__", "selecting", "shared", "storage", "watching"}


def test_every_command_of_every_module_has_its_name():
    files = {path.stem for path in Path(pipeline.commands.__file__).parent.glob("*.py")}
    assert files - HELPERS == set(MODULES)
    for module, names in MODULES.items():
        found = importlib.import_module(f"pipeline.commands.{module}").COMMANDS
        assert {command.name for command in found} == set(names)


@pytest.mark.parametrize("name", [name for names in MODULES.values() for name in names])
def test_every_command_has_help(name):
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_an_unknown_command_is_one_line():
    result = CliRunner().invoke(main, ["fly"])
    assert result.exit_code == 2
    assert "No such command 'fly'" in result.output


def test_reading_a_file_loads_no_data_frames():
    code = "import sys; from pipeline.cli import main; main(['extract', '--help'], standalone_mode=False); print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()[-1] == "False"
