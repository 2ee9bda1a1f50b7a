"""Measures what docs/scale.md tells: python -m tests.benchmarks.scale build|stub|around|workers|memory [DOCUMENTS …].

``build``: seconds of processor time a document for each number of documents, reading and assembling apart, and of a build with ten more.
``stub``: the same where a page costs nothing to read: what everything around the reading takes. ``around``: the parts of that in a worker.
``workers``: one worker and two, by turns, on the clock. ``memory``: peak memory of a worker and of the build.
"""

from __future__ import annotations

import functools
import gc
import itertools
import os
import re
import resource
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pipeline.archive import make_record, open_writer, read_index, read_page
from pipeline.batch.build import Outcome, build
from pipeline.batch.keeping import encode
from pipeline.batch.work import STRETCH, Reader, default_reader
from pipeline.batch.worker import read_entry
from pipeline.model import Report
from pipeline.normalizer.readings import Readings
from pipeline.normalizer.units.kept import import_lists
from tests.benchmarks.pages import made_pages

STUB = Reader("tests.benchmarks.scale:read_stub", "stub")
YEARS = 5
#: Documents of one province, over all years; a file of one year and province holds a fifth of them.
PROVINCE = 20_000
_TOWNS, _COUNTIES = 20, 100
_LETTERS = "东南西北中上下青白红金银石沙水山林田城关柳杨松竹梅兰龙凤马牛"
_MARK = re.compile(rb"<!--(\d+)-->")


def place_names(unit: int) -> tuple[str, str, str]:
    """Province, county and town of a unit, all made up."""
    county, town = divmod(unit, _TOWNS)
    province = unit // (PROVINCE // YEARS)
    letters = [_LETTERS[county // len(_LETTERS) % len(_LETTERS)], _LETTERS[county % len(_LETTERS)], _LETTERS[province % len(_LETTERS)]]
    return f"示例{_LETTERS[province % len(_LETTERS)]}省", f"{''.join(letters)}县", f"{_LETTERS[town]}{letters[1]}镇"


def write_divisions(raw: Path, units: int) -> None:
    """A list of divisions with every unit's province, county and town."""
    rows: dict[str, str] = {}
    for unit in range(units):
        province, county, town = place_names(unit)
        number = unit // _TOWNS
        at = unit // (PROVINCE // YEARS)
        within = number - at * (PROVINCE // YEARS) // _TOWNS
        codes = f"{11 + at:02d}", f"{11 + at:02d}{1 + within // 90:02d}", f"{11 + at:02d}{1 + within // 90:02d}{1 + within % 90:02d}"
        rows[codes[0].ljust(12, "0")] = province
        rows[codes[1].ljust(12, "0")] = f"{_LETTERS[within // 90]}州市"
        rows[codes[2].ljust(12, "0")] = county
        rows[f"{codes[2]}{100 + unit % _TOWNS:03d}000"] = town
    path = raw / "list.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("code,name\n" + "".join(f"{code},{name}\n" for code, name in sorted(rows.items())), "utf8")
    import_lists(raw, [path])


@functools.cache
def _templates() -> list[tuple[str, bytes, str]]:
    return [(one.spec.unit_name, one.body, one.charset) for one in made_pages(8, 3)]


def pages(first: int, last: int) -> Iterator[tuple[str, bytes]]:
    """Pages with their addresses: eight made-up reports under the names of other units and years."""
    for number in range(first, last):
        unit, year = number // YEARS, 2019 + number % YEARS
        name, body, charset = _templates()[(unit + number) % 8]
        province, county, town = place_names(unit)
        body = body.replace(name.encode(charset), f"{province}{county}{town}".encode(charset))
        body = re.sub(rb"20(19|2[0-5])(?=\xe5\xb9\xb4|\xc4\xea)", str(year).encode(), body)
        yield f"http://c{unit // _TOWNS}.gov.cn/{unit}/{year}.html", body.replace(b"</head>", b"<!--%d--></head>" % number)


def put(raw: Path, first: int, last: int) -> None:
    """Bring them into the archive."""
    with open_writer(raw / "archive") as writer:
        for url, body in pages(first, last):
            writer.add(make_record(body, url=url, status=200, media_type="text/html", fetched_at="2025-02-01T00:00:00Z"))


@functools.cache
def _read_templates() -> list[Report]:
    from pipeline import read_report

    return [read_report(body) for _, body, _ in _templates()]


def read_stub(body: bytes, **options: object) -> Report:
    """The report of the page without reading it: that of its template under its own unit and year."""
    reports = _read_templates()
    marked = _MARK.search(body)
    number = int(marked[1]) if marked else 0
    unit, report = number // YEARS, reports[(number // YEARS + number) % 8]
    document = replace(report.document, unit_name="".join(place_names(unit)), report_year=2019 + number % YEARS)
    return replace(report, document=document)


class Costs:
    """Processor time of this process and of those that it waited for, since it was made."""

    def __init__(self) -> None:
        self._before = os.times()

    def told(self) -> tuple[float, float]:
        """Seconds here, seconds of the others."""
        now, before = os.times(), self._before
        here = now.user + now.system - before.user - before.system
        return here, now.children_user + now.children_system - before.children_user - before.children_system


def timed(raw: Path, processed: Path, reader: Reader, workers: int) -> tuple[Outcome, float, float, float]:
    """A build: its outcome, seconds of processor time here and of the workers, seconds on the clock."""
    costs, began = Costs(), time.perf_counter()
    outcome = build(raw, processed, reader=reader, workers=workers)
    return outcome, *costs.told(), time.perf_counter() - began


def scale(reader: Reader, counts: list[int]) -> None:
    """A table of costs a document."""
    print(f"load {os.getloadavg()[0]:.1f}; milliseconds of processor time a document")
    print(f"{'documents':>10} {'workers':>8} {'build':>8} {'together':>9} {'ten more':>9}  files, MB of the build")
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            raw, processed = Path(folder, "raw"), Path(folder, "processed")
            write_divisions(raw, count // YEARS + 3)
            put(raw, 0, count)
            outcome, here, others, _ = timed(raw, processed, reader, 2)
            put(raw, count, count + 10)
            more, again, reading, _ = timed(raw, processed, reader, 2)
            assert more.read == 10, more.read
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
            told = "".join(f"{1000 * seconds / count:9.2f}" for seconds in (others, here, others + here))
            print(f"{count:>10}{told} {again + reading:8.1f} s  {len(outcome.snapshot.files)}, {peak:.0f}")


def around(count: int, rounds: int = 5) -> None:
    """What a worker does around the reading of a document, each part by itself, in this process."""
    parts: dict[str, list[float]] = {"the record unpacked and verified": [], "limits and rows": [], "columns": [], "Parquet": []}
    with tempfile.TemporaryDirectory() as folder:
        put(Path(folder), 0, count)
        entries = read_index(Path(folder, "archive")).documents
        _read_templates()
        gc.disable()
        for _ in range(rounds):
            moments = [time.process_time()]
            for entry in entries:
                read_page(Path(folder, "archive"), entry)
            moments.append(time.process_time())
            readings = Readings()
            for entry in entries:
                read_entry(readings, entry, Path(folder, "archive"), read_stub)
            moments.append(time.process_time())
            table = readings.to_table()
            moments.append(time.process_time())
            for start in range(0, count, STRETCH):
                encode(table.slice(start, STRETCH))
            moments.append(time.process_time())
            for found, (began, ended) in zip(parts.values(), itertools.pairwise(moments), strict=True):
                found.append(1000 * (ended - began) / count)
    medians = {name: statistics.median(found) for name, found in parts.items()}
    # The reading of a record is in both of the first.
    medians["limits and rows"] -= medians["the record unpacked and verified"]
    for name, median in medians.items():
        print(f"{name:34} {median:6.3f} ms a document")
    print(f"{'together':34} {sum(medians.values()):6.3f} ms a document; load {os.getloadavg()[0]:.1f}")


def workers(reader: Reader, count: int, rounds: int = 3) -> None:
    """One worker against two, by turns."""
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder, "raw")
        write_divisions(raw, count // YEARS + 1)
        put(raw, 0, count)
        seen: dict[int, list[float]] = {1: [], 2: []}
        for number in range(rounds):
            for one, found in seen.items():
                load = os.getloadavg()[0]
                _, _, _, seconds = timed(raw, Path(folder, f"{number}-{one}"), reader, one)
                found.append(seconds)
                print(f"{one} workers: {seconds:.1f} s on the clock, load before {load:.1f}")
        print(f"medians: {statistics.median(seen[1]) / statistics.median(seen[2]):.2f} times as fast with two")


def peak_megabytes(process: str = "self") -> float:
    """The most memory that a process held. The kernel's count for ``getrusage`` begins with that of the parent; this one does not."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("VmHWM")), 0.0)


def _watch_peaks(found: list[float], ended: threading.Event) -> None:
    """Keep the peak of all processes below this one, looked at again and again."""
    while not ended.wait(0.2):
        below = [os.getpid()]
        for pid in below:
            with suppress(OSError):
                below += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        for pid in below[1:]:
            with suppress(OSError):
                found.append(peak_megabytes(str(pid)))


def memory(reader: Reader, counts: list[int]) -> None:
    """Peak memory, of workers that are all forked anew for each number."""
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            raw = Path(folder, "raw")
            write_divisions(raw, count // YEARS + 1)
            put(raw, 0, count)
            found, ended = [0.0], threading.Event()
            watch = threading.Thread(target=_watch_peaks, args=(found, ended))
            watch.start()
            build(raw, Path(folder, "processed"), reader=reader, workers=2)
            ended.set()
            watch.join()
        print(
            f"{count} documents: at most {max(found):.0f} MB a worker, {peak_megabytes():.0f} MB the build (with the making of the pages)"
        )


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[2:]]
    match sys.argv[1]:
        case "build":
            scale(default_reader(), numbers or [1_000, 10_000])
        case "stub":
            scale(STUB, numbers or [1_000, 10_000])
        case "around":
            around((numbers or [400])[0])
        case "workers":
            workers(default_reader(), (numbers or [2_000])[0])
        case "memory":
            memory(default_reader(), numbers or [2_000, 20_000])
