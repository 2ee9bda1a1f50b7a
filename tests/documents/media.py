"""Every medium held against reports of known truth: ``python -m tests.documents.media --documents 200``.

A made-up report is written in a medium as publishers' programs do it, read, and judged figure by figure. Prints a line for each medium and
writes the table of docs/media.md.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from pipeline import read_report
from pipeline.generator import HtmlFlavour, ReportSpec, random_spec, render_html, trapped, truth
from pipeline.generator.figures import KINDS
from pipeline.generator.parts import lengthened
from pipeline.generator.spec import FormChoice
from pipeline.generator.variants import random_variant
from pipeline.generator.word import random_word_flavour, render_word
from pipeline.generator.workbook import random_workbook_flavour, render_workbook
from tests.accuracy.__main__ import commit_date
from tests.accuracy.judge import Tally, judge
from tests.accuracy.sources import ROOT
from tests.documents.measured import share, versions, write_measured
from tests.documents.printers import convert, print_pages

PAGE = ROOT / "docs" / "media.md"

_FORMS: tuple[FormChoice, ...] = ("2019", "2021", "mix")
#: Files that one program converts in one call.
_BATCH = 25


@dataclass(frozen=True)
class Case:
    """One made-up report and the seed of everything that is drawn for it."""

    number: int
    seed: int
    spec: ReportSpec

    def rng(self, what: str) -> random.Random:
        """Dice for one purpose, the same in every run."""
        return random.Random(f"{self.seed}/{self.number}/{what}")


def case(number: int, seed: int) -> Case:
    """The report of this number: forms and kinds of figures take turns."""
    rng = random.Random(f"{seed}/media/{number}")
    spec = random_spec(rng, forms=_FORMS[number % len(_FORMS)], figures=KINDS[number % len(KINDS)])
    spec = trapped(spec, ["procurement_rows"] if rng.random() < 0.1 else [])
    return Case(number, seed, lengthened(spec, rng.choice((0, 0, rng.randint(1, 45)))))


# -- media: each makes files of some cases in a folder


def _words(cases: Sequence[Case], folder: Path) -> list[Path]:
    return _written(cases, folder, "docx", _word)


def _older_words(cases: Sequence[Case], folder: Path) -> list[Path]:
    """Without what is lost when LibreOffice saves a file in an older format: it turns controls into fields and forgets changes in rows."""
    return _written(cases, folder, "docx", lambda one, rng: _word(one, rng, tracked=False, controls=False))


def _printed_words(cases: Sequence[Case], folder: Path) -> list[Path]:
    """Without what another program prints in its own way: boxes that cover text, changes in another colour, hidden text in controls."""
    without = dict.fromkeys(("tracked", "boxes", "nested", "hidden"), False)
    return _written(cases, folder, "docx", lambda one, rng: _word(one, rng, **without))


def _word(one: Case, rng: random.Random, **without: bool) -> bytes:
    return render_word(one.spec, replace(random_word_flavour(rng), **without), rng=rng)


def _workbooks(cases: Sequence[Case], folder: Path) -> list[Path]:
    return _written(cases, folder, "xlsx", lambda one, rng: render_workbook(one.spec, random_workbook_flavour(rng), rng=rng))


def _pages(cases: Sequence[Case], folder: Path) -> list[Path]:
    return _written(cases, folder, "html", lambda one, rng: render_html(one.spec, _flavour(rng), rng=rng))


def _prints(cases: Sequence[Case], folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [(one, one.rng("print")) for one in cases]
    made = print_pages(
        (render_html(one.spec, _flavour(rng), rng=rng).replace(b"</head>", _css(rng) + b"</head>"), _paper(rng)) for one, rng in drawn
    )
    paths = []
    for one, body in zip(cases, made, strict=True):
        paths.append(folder / f"{one.number:04d}.pdf")
        paths[-1].write_bytes(body)
    return paths


def _through(make: Callable[[Sequence[Case], Path], list[Path]], target: str) -> Callable[[Sequence[Case], Path], list[Path]]:
    return lambda cases, folder: convert(make(cases, folder / "from"), target, folder)


MEDIA: dict[str, Callable[[Sequence[Case], Path], list[Path]]] = {
    "docx": _words,
    "docx of a page": _through(_pages, "docx"),
    "doc": _through(_older_words, "doc"),
    "rtf": _through(_older_words, "rtf"),
    "xlsx": _workbooks,
    "xls": _through(_workbooks, "xls"),
    "pdf of Word": _through(_printed_words, "pdf"),
    "pdf of a page": _through(_pages, "pdf"),
    "pdf by browser": _prints,
}


def _written(cases: Sequence[Case], folder: Path, suffix: str, make: Callable[[Case, random.Random], bytes]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{one.number:04d}.{suffix}" for one in cases]
    for one, path in zip(cases, paths, strict=True):
        path.write_bytes(make(one, one.rng(suffix)))
    return paths


def _flavour(rng: random.Random) -> HtmlFlavour:
    """Pages whose tables a program that prints them shows as they are meant."""
    return HtmlFlavour(
        word=rng.random() < 0.3,
        sections=rng.random() < 0.3,
        header_cells=rng.random() < 0.2,
        breaks=rng.random() < 0.3,
        metadata=rng.random() < 0.3,
        variant=random_variant(rng, 0.1),
    )


def _css(rng: random.Random) -> bytes:
    edges = rng.choice(("", "table{border-collapse:collapse}", "table{border-collapse:collapse} td,th{border:1px solid #000}"))
    style = rng.choice(("solid", "solid", "solid", "dashed", "dotted", "double"))
    width = rng.choice(("", "table{width:100%}", "table{width:60%}"))
    size, padding = rng.choice((9, 11, 14, 16)), rng.choice((0, 2, 6))
    wrap = rng.choice(("", "td{word-break:break-all}", "td{line-height:2}"))
    css = f"{edges} {width} body{{font-size:{size}px}} td,th{{padding:{padding}px;border-style:{style} !important}} {wrap}"
    return f"<style>{css}</style>".encode()


def _paper(rng: random.Random) -> dict[str, Any]:
    margin = rng.choice(("10mm", "20mm"))
    margins = dict.fromkeys(("top", "bottom", "left", "right"), margin)
    return {
        "format": rng.choice(("A4", "A4", "A3")),
        "landscape": rng.random() < 0.3,
        "print_background": rng.random() < 0.5,
        "display_header_footer": rng.random() < 0.4,
        "margin": margins,
    }


def judged(name: str, numbers: Sequence[int], seed: int, keep: Path | None = None) -> list[tuple[Path, Tally]]:
    """Reports of these numbers in one medium, read and judged."""
    cases = [case(number, seed) for number in numbers]
    with tempfile.TemporaryDirectory() as temporary:
        folder = (keep or Path(temporary)) / name.replace(" ", "-")
        paths = MEDIA[name](cases, folder)
        return [
            (path, judge(truth(one.spec), read_report(path.read_bytes(), name=path.name))) for one, path in zip(cases, paths, strict=True)
        ]


def _batches(documents: int) -> Iterator[range]:
    return (range(start, min(start + _BATCH, documents)) for start in range(0, documents, _BATCH))


@click.command()
@click.option("--documents", default=200, show_default=True, help="How many documents in each medium.")
@click.option("--seed", default=1, show_default=True)
@click.option("--medium", "media", multiple=True, type=click.Choice(list(MEDIA)), help="Only this medium; may be given again.")
@click.option("--number", type=int, help="Only the document of this number.")
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Keep the files here.")
@click.option("--date", "day", default=None, help="The date on the page. Default: that of the last commit.")
@click.option("--no-page", is_flag=True, help="Do not write docs/media.md. A run of some media or of one document never does.")
def main(  # noqa: PLR0917
    documents: int, seed: int, media: tuple[str, ...], number: int | None, keep: Path | None, day: str | None, no_page: bool
) -> None:
    """Hold every medium against reports of known truth. Exit code 1 when a figure was silently wrong."""
    # A program or font that is missing is said, not skipped as in a test.
    os.environ["CI"] = "true"
    batches = [range(number, number + 1)] if number is not None else list(_batches(documents))
    click.echo(f"{'medium':<16} {'documents':>9} {'right':>7} {'missed':>7} {'wrong':>6} {'silent':>7} {'doubted':>8}")
    tallies: dict[str, Tally] = {}
    for name in media or MEDIA:
        tally = tallies[name] = _whole(name, batches, seed, keep)
        counts = (tally.documents, tally.right, tally.missed, tally.wrong, tally.silent, tally.doubted)
        click.echo(f"{name:<16} {' '.join(f'{count:>8}' for count in counts)}")
    if not (no_page or media or number is not None):
        write_measured(PAGE, _lines(tallies, documents, seed, day or commit_date()))
    sys.exit(1 if any(tally.silent for tally in tallies.values()) else 0)


def _whole(name: str, batches: Sequence[Sequence[int]], seed: int, keep: Path | None) -> Tally:
    """All documents of one medium; what is not right of them is told."""
    tally = Tally()
    with ProcessPoolExecutor(2) as pool:
        for found in pool.map(judged, *zip(*((name, batch, seed, keep) for batch in batches), strict=True)):
            for path, one in found:
                tally.add(one)
                if one.missed or one.wrong or one.notes:
                    click.echo(f"  {path.name}: missed {one.missed}, wrong {one.wrong}, silent {one.silent} {one.notes[:2]}", err=True)
    return tally


def _lines(tallies: Mapping[str, Tally], documents: int, seed: int, day: str) -> Iterator[str]:
    yield f"Measured on {day} by `python -m tests.documents.media --documents {documents} --seed {seed}`, a part of `make accuracy`."
    yield f"{versions('pypdfium2', 'python-calamine', 'lxml')}.\n"
    yield "| Medium | Documents | Figures | Right | Missed | Wrong | Silent | Doubted |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for name, one in tallies.items():
        shares = " | ".join(share(count, one.figures) for count in (one.right, one.missed, one.wrong))
        yield f"| {name} | {one.documents:,} | {one.figures:,} | {shares} | {one.silent} | {share(one.doubted, one.figures)} |"


if __name__ == "__main__":
    main()
