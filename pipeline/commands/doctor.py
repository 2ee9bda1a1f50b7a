"""The command that looks whether all is well: doctor."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path

import click

from pipeline.archive import locked
from pipeline.batch.build import ARCHIVE
from pipeline.batch.doctor import examine
from pipeline.batch.summary import printable
from pipeline.batch.work import default_reader
from pipeline.commands.shared import folders, one_clear_line


@click.command("doctor")
@click.option("--quick", is_flag=True, help="Leave out what reads every byte.")
@folders
def doctor_command(*, quick: bool, raw: Path, processed: Path) -> None:
    """Look whether this installation can run alone: what verify checks, room, age, leftovers, versions, packages.

    Changes nothing. The exit code is 1 if something needs a person.

    \b
    Example: gongkai doctor
             gongkai doctor --quick
    """
    with one_clear_line(), ExitStack() as held:
        if processed.is_dir():
            held.enter_context(locked(processed))
        worst = 0
        for one in examine(raw, raw / ARCHIVE, processed, default_reader(), every_byte=not quick):
            click.echo(printable(str(one)))
            worst = max(worst, one.level == "problem")
    sys.exit(worst)


COMMANDS: list[click.Command] = [doctor_command]
