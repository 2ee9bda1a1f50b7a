"""The command line: one command a verb, no logic of its own."""

from __future__ import annotations

import sys
from io import TextIOWrapper

import click

from pipeline import __version__
from pipeline.commands import ask, collect, compare, datasets, documents, export, run, sources, units


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="gongkai")
def main() -> None:
    """gongkai (公开): the annual disclosure reports of China's local governments as data."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that cannot show a character gets its escape, never a traceback.
            stream.reconfigure(errors="backslashreplace")


for _module in (documents, datasets, run, export, compare, ask, sources, collect, units):
    for _command in _module.COMMANDS:
        main.add_command(_command)
