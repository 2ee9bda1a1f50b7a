"""``python -m tests.accuracy``: the accuracy gate. Exit code 1 when a figure is silently wrong."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from pathlib import Path

import click

from .gate import Result, Scored, run, score
from .page import read_numbers, table, write_page
from .sources import ROOT, document, kept

PAGE = ROOT / "docs" / "accuracy.md"


@click.command()
@click.option("--documents", default=20_000, show_default=True, help="How many made documents; a fifth of them damaged as by a mirror.")
@click.option("--seed", default=1, show_default=True)
@click.option("--processes", default=2, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="Save documents with silent errors, and their truth, here.")
@click.option("--date", "day", default=None, help="The date on the page. Default: that of the last commit.")
@click.option("--no-page", is_flag=True, help="Do not write docs/accuracy.md.")
@click.option("--document", "one", help="Score this document only and tell what is not right, e.g. generated/17.")
def main(*, documents: int, seed: int, processes: int, keep: Path | None, day: str | None, no_page: bool, one: str | None) -> None:
    """Score the readings against every truth there is."""
    if one:
        sys.exit(_show(one, seed, keep))
    result = run(documents, seed, processes=processes)
    before = read_numbers(PAGE)
    click.echo(table(result, before))
    if not no_page:
        write_page(PAGE, result, documents=documents, seed=seed, day=day or commit_date(), before=before)
    _tell_silent(result, seed, keep)
    sys.exit(1 if result.silent else 0)


def _show(name: str, seed: int, keep: Path | None) -> int:
    """Score one document; its silent errors are told, its bytes saved."""
    scored = score(document(name, seed))
    tally = scored.tally
    click.echo(
        f"{name} ({scored.medium}, {scored.shape}, {scored.kind}): right {tally.right}, missed {tally.missed}, wrong {tally.wrong}, "
        f"silent {tally.silent}, doubted {tally.doubted}, refused {tally.refused}"
    )
    for note in tally.notes:
        click.echo(f"  silent: {note}")
    if keep:
        _save(scored, seed, keep)
    return 1 if tally.notes else 0


def _tell_silent(result: Result, seed: int, keep: Path | None) -> None:
    for scored in result.silent:
        click.echo(f"SILENT {scored.name} ({scored.medium}, {scored.shape}, {scored.kind}): {scored.tally.notes[0]}")
        click.echo(f"  python -m tests.accuracy --seed {seed} --document {scored.name}")
        if keep:
            _save(scored, seed, keep)


def _save(scored: Scored, seed: int, folder: Path) -> None:
    """The document and its truth, in files of the same name."""
    made = document(scored.name, seed) if scored.source in {"generated", "damaged"} else next(x for x in kept() if x.name == scored.name)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / made.file_name
    path.write_bytes(made.body)
    told = {**made.truth, "document": path.name}
    path.with_name(f"{path.stem}.truth.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf8")


def commit_date() -> str:
    """The day of the last commit; today where there is none."""
    log = subprocess.run(["git", "log", "-1", "--format=%cs"], check=False, cwd=ROOT, capture_output=True, text=True)
    return log.stdout.strip() or datetime.datetime.now(datetime.UTC).date().isoformat()


if __name__ == "__main__":
    main()
