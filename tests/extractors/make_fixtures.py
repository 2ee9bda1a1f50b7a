"""Runs real extractors over generated pages and keeps their texts with the truth: ``python -m tests.extractors.make_fixtures --help``.

Each extractor has an environment of its own outside of the repository; the same environments give the same bytes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from .pages import CASES, SEED, Case
from .what_texts_hold import Held, extracted

HERE = Path(__file__).parent
FIXTURES = HERE / "fixtures"
MANIFEST = FIXTURES / "manifest.json"


@dataclass(frozen=True)
class Extractor:
    """One way of calling one version of an extractor: the folder of its fixtures, its environment and its mode."""

    name: str
    environment: str
    requires: tuple[str, ...]
    mode: str


@click.command()
@click.option("--cache", type=click.Path(path_type=Path), help="Where the environments are kept. Default: the user's cache folder.")
@click.option("--refresh", is_flag=True, help="Make fixtures that exist again.")
@click.option("--only", default="", help="Extractors whose name begins so.")
def main(cache: Path | None, refresh: bool, only: str) -> None:
    """Make the fixtures that are missing."""
    folder = cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gongkai" / "extractors"
    wanted = [one for one in extractors() if one.name.startswith(only)]
    stale = [one for one in wanted if refresh or not (FIXTURES / one.name).is_dir()]
    for one in {one.environment: one for one in stale}.values():
        _environment(folder, one)
    with ProcessPoolExecutor(2) as pool:
        for one, lines in zip(stale, pool.map(_make, stale, [folder] * len(stale)), strict=True):
            click.echo(f"{one.name}\n" + "\n".join(f"  {line}" for line in lines))
    _write_manifest(folder)


def extractors() -> list[Extractor]:
    """What ``extractors.toml`` declares."""
    declared = tomllib.loads((HERE / "extractors.toml").read_text("utf8"))["environment"]
    return [Extractor(name, one["name"], tuple(one["requires"]), mode) for one in declared for name, mode in one["modes"].items()]


def _environment(folder: Path, one: Extractor) -> None:
    """Create the environment of an extractor unless it is there."""
    place = folder / one.environment
    if (place / "installed").exists():
        return
    click.echo(f"installing {one.environment}", err=True)
    venv.create(place, with_pip=True, clear=True)
    subprocess.run([place / "bin/pip", "install", "--quiet", *one.requires], check=True)
    (place / "installed").touch()


def _make(one: Extractor, cache: Path) -> list[str]:
    """The fixtures of one extractor, written anew; a line about each."""

    def extract(pages: list[str]) -> list[str]:
        command = [str(cache / one.environment / "bin/python"), str(HERE / "extract_text.py"), one.mode]
        run = subprocess.run(command, check=False, input=json.dumps(pages).encode(), capture_output=True)
        if run.returncode:
            raise RuntimeError(f"{one.name}: {run.stderr.decode()[-1000:]}")
        texts: list[str] = json.loads(run.stdout)
        return texts

    made = [(case, *extracted(case, extract)) for case in CASES]
    target = FIXTURES / one.name
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    return [_keep(case, target, text, held) for case, text, held in made]


def _keep(case: Case, target: Path, text: str, held: Held) -> str:
    (target / f"{case.name}.txt").write_bytes(text.encode())
    told = {"case": case.name, **asdict(held)}
    (target / f"{case.name}.truth.json").write_text(json.dumps(told, indent=1) + "\n", "utf8")
    open_rows = {state: len(names) for state, names in held.rows.items()}
    return f"{case.name}: {len(text)} characters, {len(case.rows())} rows, {open_rows}, {len(held.unjudged)} unjudged, absent {held.absent}"


def _write_manifest(cache: Path) -> None:
    """Which versions made the fixtures. What was not installed anew keeps its entry."""
    known = json.loads(MANIFEST.read_text("utf8"))["environments"] if MANIFEST.exists() else {}
    fresh = dict(_installed(cache))
    manifest = {
        "seed": SEED,
        "python": ".".join(map(str, sys.version_info[:3])),
        "cases": [case.name for case in CASES],
        "environments": dict(sorted({**known, **fresh}.items())),
    }
    MANIFEST.write_text(json.dumps(manifest, indent=1) + "\n", "utf8")


def _installed(cache: Path) -> Iterator[tuple[str, list[str]]]:
    for name in sorted({one.environment for one in extractors()}):
        if (cache / name / "installed").exists():
            frozen = subprocess.run([cache / name / "bin/pip", "freeze"], capture_output=True, text=True, check=True).stdout
            yield name, frozen.split()


if __name__ == "__main__":
    main()
