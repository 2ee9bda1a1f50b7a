"""Measures what docs/storage.md tells: python -m tests.benchmarks.storage increment|hostile [REPORTS] [MORE].

``increment``: so many made-up reports are built, then ten more of the newest year are added: which documents are read again, and how
long that takes.
``hostile``: so many documents, MORE of them hostile, in one batch: the others must be complete and right.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pipeline.archive import make_record, open_writer
from pipeline.batch.build import Outcome, build
from pipeline.batch.pool import cores
from pipeline.batch.work import Reader
from pipeline.generator import HtmlFlavour, ReportSpec, random_spec, render_html
from pipeline.normalizer.load import load

HANG = b'<p class="hang">'


def page(number: int, year: int | None = None) -> tuple[ReportSpec, bytes]:
    """A made-up report of its own unit; of any year if none is given."""
    chance = random.Random(number)
    spec = random_spec(chance, forms="2021" if number % 3 else "2019", figures="consistent", report_year=year)
    html = render_html(spec, HtmlFlavour(), rng=chance)
    return spec, html.encode() if isinstance(html, str) else html


def put(raw: Path, bodies: Iterator[bytes]) -> None:
    """Bring pages into the archive, each under an address of its own host."""
    with open_writer(raw / "archive") as writer:
        for body in bodies:
            number = writer.written
            url = f"http://h{hash(body) % 10**12}.gov.cn/{number}.html"
            writer.add(make_record(body, url=url, name=f"{number}.html", media_type="text/html"))


def timed(work: Callable[[], Outcome]) -> tuple[Outcome, float]:
    """What a build gives, and its seconds on the clock."""
    began = time.perf_counter()
    return work(), time.perf_counter() - began


def increment(reports: int = 2000, more: int = 10) -> None:
    """Build, add ten, build again."""
    with tempfile.TemporaryDirectory() as folder:
        raw, processed = Path(folder, "raw"), Path(folder, "processed")
        put(raw, (page(number)[1] for number in range(reports)))
        first, seconds = timed(lambda: build(raw, processed))
        print(f"{reports} reports: {first.read} read, {seconds:.1f} s, {seconds / reports * 1000:.1f} ms a report, {cores()} workers")
        newest = int(load("reports", processed=processed)["report_year"].max())
        put(raw, (page(number, newest)[1] for number in range(reports, reports + more)))
        second, seconds = timed(lambda: build(raw, processed))
        new = len({file.name for file in second.snapshot.files} - {file.name for file in first.snapshot.files})
        print(f"{more} more: {second.read} read, {seconds:.1f} s, {new} of {len(second.snapshot.files)} files written")
        third, seconds = timed(lambda: build(raw, processed))
        print(f"nothing new: {third.read} read, {seconds:.1f} s, changed: {third.changed}")
        print(f"peak memory of the build: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB")


def read(body: bytes, **options: object) -> object:
    """The real reader, but for pages that are told to hang."""
    from pipeline import read_report

    if body.startswith(HANG):
        threading.Event().wait()
    return read_report(body, **options)  # type: ignore[arg-type]


def hostile_page(number: int) -> bytes:
    """One of the ways in which pages bring parsers down."""
    kinds = (
        f"<table><tr><td rowspan=65534 colspan={10**9 + number}>1</td></tr></table>",
        f"<p id={number} " + " ".join(f"a{one}=1" for one in range(100_000)) + ">x",
        f"<p>{number}" + "<div>" * 50_000 + "<table><tr><td>1</td></tr></table>",
        f"<p>{number}" + "<table><tr><td>" * 50_000,
        f"<p>{number}" + "<b>" * 100_000 + "x",
        f"<p>{number}<!--" + "x" * 21_000_000,
    )
    return HANG + str(number).encode() if number % 10 == 9 else kinds[number % len(kinds)].encode()


def hostile(documents: int = 200, bad: int = 20) -> None:
    """A batch with hostile pages: what the others give is compared with what they were made from."""
    with tempfile.TemporaryDirectory() as folder:
        raw, processed = Path(folder, "raw"), Path(folder, "processed")
        made = [page(number) for number in range(documents - bad)]
        bodies = [body for _, body in made] + [hostile_page(number) for number in range(bad)]
        random.Random(9).shuffle(bodies)
        put(raw, iter(bodies))
        outcome, seconds = timed(lambda: build(raw, processed, reader=Reader("tests.benchmarks.storage:read", "bench")))
        print(f"{outcome.documents} documents, {bad} hostile: {seconds:.1f} s, {outcome.failed} set aside")
        read_right(processed, [spec for spec, _ in made])
        told = load("issues", processed=processed).query("code.str.startswith('document.')")["code"].value_counts()
        print(json.dumps(dict(told), default=int))
        worker, own = (resource.getrusage(who).ru_maxrss / 1000 for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF))
        print(f"peak memory: {worker:.0f} MB of a worker, {own:.0f} MB of the build")


def read_right(processed: Path, specs: list[ReportSpec]) -> None:
    """Compare every count of the datasets with the figures that the pages were made from."""
    expected: dict[tuple[str, int], list[dict[str, int]]] = {}
    for spec in specs:
        counts = {name: value for name, value in spec.values.items() if isinstance(value, int) and "amount" not in name}
        expected.setdefault((spec.unit_name, spec.report_year), []).append(counts)
    names = load("reports", processed=processed).set_index("report_id")[["unit_name_printed", "report_year"]]
    right = wrong = 0
    found: dict[str, dict[str, int]] = {}
    for dataset in ("proactive_disclosure", "applications", "review_litigation"):
        for row in load(dataset, processed=processed).dropna(subset=["value"]).itertuples():
            found.setdefault(row.report_id, {})[row.figure] = int(row.value)
    for report, counts in found.items():
        key = (names.loc[report, "unit_name_printed"], int(names.loc[report, "report_year"]))
        fits = any(counts == one for one in expected.get(key, []))
        right, wrong = right + fits, wrong + (not fits)
    print(f"reports with every count right: {right}, others: {wrong}")


if __name__ == "__main__":
    {"increment": increment, "hostile": hostile}[sys.argv[1]](*(int(one) for one in sys.argv[2:]))
