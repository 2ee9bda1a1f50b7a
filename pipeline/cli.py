"""The command line: one command a verb, no logic of its own. What a command needs is loaded when it is called."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from types import MappingProxyType

import click

from pipeline import __version__

#: Module under ``pipeline.commands`` → the commands that it has.
MODULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "documents": ("extract", "tables"),
        "datasets": ("import", "build", "status", "explain", "diff", "verify", "gc"),
        "run": ("run",),
        "collect": ("collect", "demo"),
        "sources": ("sources",),
        "units": ("units",),
        "compare": ("compare",),
        "ask": ("ask",),
        "export": ("export",),
        "explore": ("explore",),
        "doctor": ("doctor",),
    }
)
_HOMES = {name: module for module, names in MODULES.items() for name in names}


class _Commands(click.Group):
    """Commands by name; their modules are imported one at a time."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _HOMES:
            return None
        module = importlib.import_module(f"pipeline.commands.{_HOMES[cmd_name]}")
        commands: list[click.Command] = module.COMMANDS
        return next(command for command in commands if command.name == cmd_name)


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="gongkai")
def main() -> None:
    """gongkai (公开): the annual disclosure reports of China's local governments as data."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that cannot show a character gets its escape, never a traceback.
            stream.reconfigure(errors="backslashreplace")
