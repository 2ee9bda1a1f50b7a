"""Writes sample reports with their truth into a folder: ``python -m pipeline.generator --help``."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any, cast

import click

from pipeline.generator import (
    DIALECTS,
    KINDS,
    TRAPS,
    Dialect,
    FlattenOptions,
    HtmlFlavour,
    Kind,
    ReportSpec,
    flatten,
    random_flavour,
    random_options,
    random_spec,
    render_html,
    trapped,
    truth,
)
from pipeline.generator.dialects import RECOVERABLE
from pipeline.generator.html import Charset
from pipeline.generator.spec import TABLES, FormChoice


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--count", default=20, show_default=True, help="How many documents.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--form", type=click.Choice(["2019", "2021", "mix"]), default="mix", show_default=True)
@click.option("--figures", type=click.Choice(["any", *KINDS]), default="any", show_default=True, help="What the figures are like.")
@click.option("--medium", type=click.Choice(["any", "html", "text"]), default="any", show_default=True)
@click.option(
    "--dialect", type=click.Choice(["any", "mixed", *DIALECTS]), default="any", show_default=True, help="How tables are flattened."
)
@click.option(
    "--flavour", type=click.Choice(["any", "clean", "word", "pictures"]), default="any", show_default=True, help="How pages are marked up."
)
@click.option("--charset", type=click.Choice(["any", "utf-8", "gb18030"]), default="any", show_default=True)
@click.option("--noise", default=0.25, show_default=True, help="Chance of each departure from the official look; 0 for none.")
@click.option("--absent", default=0.0, show_default=True, help="Chance of each table to be left out.")
def main(folder: Path, count: int, seed: int, **choices: Any) -> None:
    """Write COUNT sample reports and NAME.truth.json beside each into FOLDER.

    \b
    Example: python -m pipeline.generator samples --count 50 --medium text --dialect A
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(1, count + 1):
        rng = random.Random(f"{seed}/{number}")
        spec, kind = _spec(rng, choices)
        medium = rng.choice(("html", "text")) if choices["medium"] == "any" else choices["medium"]
        name = f"sample-{number:04d}.{'html' if medium == 'html' else 'txt'}"
        body, told = _page(rng, spec, choices) if medium == "html" else _text(rng, spec, choices)
        told = {"document": name, "figures_are": kind, **{key: value for key, value in told.items() if key != "document"}}
        (folder / name).write_bytes(body)
        (folder / f"sample-{number:04d}.truth.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf8")
        click.echo(f"{name}  {len(body):>7} bytes  {len(told['figures']):>3} figures  {told['form']:<7} {kind:<10} {told['shape']}")


def _spec(rng: random.Random, choices: dict[str, Any]) -> tuple[ReportSpec, str]:
    kind = cast(Kind, rng.choice(KINDS) if choices["figures"] == "any" else choices["figures"])
    absent = tuple(table for table in TABLES if rng.random() < choices["absent"])
    spec = random_spec(rng, forms=cast(FormChoice, choices["form"]), figures=kind, absent=absent)
    return trapped(spec, [trap for trap in TRAPS if rng.random() < choices["noise"] / 4]), kind


def _page(rng: random.Random, spec: ReportSpec, choices: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
    wanted = choices["flavour"]
    flavour = HtmlFlavour(word=wanted == "word", pictures=wanted == "pictures")
    if wanted == "any":
        flavour = random_flavour(rng, choices["noise"])
    charset = cast(Charset, rng.choice(("utf-8", "gb18030")) if choices["charset"] == "any" else choices["charset"])
    kind = "word" if flavour.word else "pictures" if flavour.pictures else "plain"
    told = truth(spec, absent=TABLES if flavour.pictures else ())
    return render_html(spec, flavour, charset=charset, rng=rng), {**told, "shape": f"html: {kind}, {charset}"}


def _text(rng: random.Random, spec: ReportSpec, choices: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
    mixed = choices["dialect"] == "mixed"
    some = rng.choice(RECOVERABLE if mixed else DIALECTS)
    dialect = some if mixed or choices["dialect"] == "any" else cast(Dialect, choices["dialect"])
    options = random_options(rng, mixed=mixed, chance=choices["noise"])
    if not choices["noise"]:
        options = FlattenOptions(dialects=options.dialects)
    made = flatten(spec, dialect, rng=rng, options=options)
    told = truth(spec, undecidable=made.undecidable, unjudged=made.unjudged, refused=made.refused)
    shape = "+".join(dict.fromkeys(options.dialects.get(table, dialect) for table in TABLES))
    return made.text.encode(), {**told, "shape": shape}


if __name__ == "__main__":
    main()
