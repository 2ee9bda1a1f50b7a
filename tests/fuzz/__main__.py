"""Fuzzing for as long as one likes: ``python -m tests.fuzz --seconds 600``; ``make fuzz SECONDS=600``.

All targets and all kinds of made documents take turns of some seconds. What is found is
written to ``tests/fuzz/findings`` and tried again by every run of the tests. The exit code is 1 if anything was found.
"""

from __future__ import annotations

import hashlib
import random
import resource
import sys
import time
from collections import Counter

import click

from tests.fuzz.guided import guided
from tests.fuzz.made import KINDS_MADE
from tests.fuzz.running import FINDINGS, Finding, all_names, run
from tests.fuzz.targets import TARGETS

#: Beginning a process takes one or two, with coverage five.
_TURN_SECONDS = 15.0


@click.command()
@click.option("--seconds", default=60.0, show_default=True, help="Computing time of all together.")
@click.option("--seed", type=int, help="Of the dice; drawn and told where none is given.")
@click.option("--only", multiple=True, type=click.Choice([*TARGETS, *KINDS_MADE]), help="Only this; may be given again.")
@click.option("--coverage/--no-coverage", default=True, help="Let atheris (extra fuzz) look for new paths, too.")
def main(seconds: float, seed: int | None, only: tuple[str, ...], *, coverage: bool) -> None:
    """Try inputs until the time is over, and tell what was found."""
    seed = random.SystemRandom().randrange(1 << 32) if seed is None else seed
    click.echo(f"seed {seed}")
    names, found, tried = all_names(only), list[Finding](), Counter[str]()
    turn = max(2.0, min(_TURN_SECONDS, seconds / len(names) / (2 if coverage else 1)))
    began, spent, number = time.monotonic(), 0.0, 0
    while spent < seconds:
        for name in names:
            ways = [run] if name in KINDS_MADE or not coverage else [run, guided]
            for way in ways:
                count, findings = way(name, seed + number, turn)
                tried[name] += count
                for one in findings:
                    click.echo(str(one))
                    _keep(one)
                found += findings
                number += 1
            spent = _computed()
            if spent >= seconds:
                break
        click.echo(f"{spent:.0f} s: {sum(tried.values())} inputs, {len(found)} findings", err=True)
    for name in names:
        click.echo(f"{name:<14} {tried[name]:>10} inputs")
    click.echo(f"{sum(tried.values())} inputs in {spent:.0f} s of computing time ({time.monotonic() - began:.0f} s), {len(found)} findings")
    sys.exit(1 if found else 0)


def _computed() -> float:
    """Seconds of computing time that all processes took which this one began."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _keep(one: Finding) -> None:
    folder = FINDINGS / one.name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / hashlib.sha256(one.data).hexdigest()[:12]).write_bytes(one.data)


if __name__ == "__main__":
    main()
