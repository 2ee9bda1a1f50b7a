"""The commands around what is stored: diff, verify and gc."""

from __future__ import annotations

import json
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import click

from pipeline.archive import locked
from pipeline.batch.build import ARCHIVE
from pipeline.batch.diff import Change, changes, neighbours
from pipeline.batch.gc import collect_garbage
from pipeline.batch.summary import printable
from pipeline.batch.verify import Problem, problems, repair
from pipeline.batch.work import default_reader
from pipeline.commands.shared import folders, one_clear_line
from pipeline.normalizer.load import open_snapshot
from pipeline.normalizer.store import KEEP, SnapshotError, snapshots


@click.command("diff")
@click.argument("before", type=click.IntRange(1), required=False)
@click.argument("after", type=click.IntRange(1), required=False)
@click.option("--limit", type=click.IntRange(0), default=100, show_default=True, help="Lines at most; all changes are counted.")
@click.option("--jsonl", is_flag=True, help="Every change as one JSON object a line.")
@folders
def diff_command(before: int | None, after: int | None, limit: int, *, jsonl: bool, raw: Path, processed: Path) -> None:
    """Which figures changed from snapshot BEFORE to AFTER, and why: new report, correction, new version, new reader.

    Without AFTER the current snapshot is meant, without BEFORE the one before it.

    \b
    Example: gongkai diff
             gongkai diff 3 7
    """
    with one_clear_line():
        current = open_snapshot(processed, after)
        pair = (before, current.number) if before is not None else neighbours(snapshots(processed), current.number)
        if pair is None:
            raise SnapshotError(f"snapshot {current.number} is the first: there is none to compare it with")
        found = changes(open_snapshot(processed, pair[0]), current)
        if jsonl:
            for change in found:
                click.echo(json.dumps(asdict(change), ensure_ascii=False))
            return
        click.echo(f"from snapshot {pair[0]} to {pair[1]}")
        counted: Counter[str] = Counter()
        for number, change in enumerate(found):
            counted[change.why] += change.figures
            if number < limit:
                click.echo(printable(_line(change)))
    told = ", ".join(f"{why}: {count}" for why, count in sorted(counted.items()))
    click.echo(f"figures that changed: {sum(counted.values())}{f' ({told})' if told else ''}")


def _line(change: Change) -> str:
    if change.figure is None:
        return f"{change.report}: {change.why}, {change.figures} figures"
    before, after = (text if text is not None else "not there" for text in (change.before, change.after))
    return f"{change.report} {change.figure}: {before} | {after} ({change.why})"


@click.command("verify")
@click.option("--repair", "mending", is_flag=True, help="Mend what can be made again: links, index, readings, leftovers.")
@folders
def verify_command(*, mending: bool, raw: Path, processed: Path) -> None:
    """Check every byte of the archive and the datasets against its digest; the exit code is 1 if something is not as it was written.

    \b
    Example: gongkai verify
             gongkai verify --repair
    """
    archive, reader = raw / ARCHIVE, default_reader()
    with one_clear_line(), ExitStack() as held:
        if processed.is_dir():
            held.enter_context(locked(processed))
        found = list(problems(archive, processed, reader))
        _tell_problems(found)
        if mending and any(problem.remedy for problem in found):
            repair(archive, processed, reader)
            click.echo("repaired; looking again")
            found = list(problems(archive, processed, reader))
            _tell_problems(found)
    if found:
        sys.exit(1)
    click.echo(f"all is as it was written: archive {archive}, {len(snapshots(processed))} snapshots in {processed}")


def _tell_problems(found: list[Problem]) -> None:
    for problem in found:
        click.echo(printable(f"{problem}{f'; with --repair {problem.remedy}' if problem.remedy else ''}"), err=True)


@click.command("gc")
@click.option("--keep", type=click.IntRange(1), default=KEEP, show_default=True, help="Snapshots to keep, the current one among them.")
@folders
def gc_command(*, keep: int, raw: Path, processed: Path) -> None:
    """Remove old snapshots, readings by older versions of the program, and what runs left that died.

    \b
    Example: gongkai gc --keep 10
    """
    with one_clear_line():
        open_snapshot(processed)
        with locked(processed):
            removed = collect_garbage(raw / ARCHIVE, processed, default_reader(), keep)
    for path in islice(removed, 100):
        click.echo(f"removed {printable(str(path))}")
    click.echo(f"{len(removed)} removed; {len(snapshots(processed))} snapshots are kept")


COMMANDS: list[click.Command] = [diff_command, verify_command, gc_command]
