"""Measures what docs/archive.md tells: python -m tests.benchmarks.archive sift|store [RECORDS] [REPORTS].

``sift``: a WARC file of so many answers, so many of them reports in both charsets, the others news and pages that come close to one:
all reports must be found and none else; records a second of one processor, beside FastWARC alone and warcio alone.
``store``: writing, listing, reading back and verifying so many pages.
"""

from __future__ import annotations

import gzip
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator

from pipeline.archive import make_record, open_writer, read_index, read_page, verify
from pipeline.archive.foreign import read_warc
from pipeline.archive.importing import Found, Tally, import_file
from pipeline.archive.index import INDEX_NAME
from pipeline.archive.members import scan
from pipeline.archive.records import encode
from pipeline.documents.sift import may_hold_report
from pipeline.generator import random_flavour, random_spec, render_html
from tests.archive.other_pages import other_page

_KINDS_OF_PAGES = 2_000


def timed(work: Callable[[], int]) -> tuple[int, float]:
    """What a piece of work gives, and its seconds of computing."""
    began = time.process_time()
    return work(), time.process_time() - began


def report(number: int) -> bytes:
    """A made-up report in a random dress."""
    chance = random.Random(number)
    spec = random_spec(chance, forms="2021" if number % 3 else "2019", figures="consistent")
    page = render_html(spec, random_flavour(chance, 0.3), rng=chance, charset="gb18030" if number % 4 == 0 else "utf-8")
    return page if isinstance(page, bytes) else page.encode()


def write_crawl(path: Path, records: int, reports: int) -> tuple[set[str], float]:
    """A crawl's WARC file; the addresses of its reports, and the mean size of a page."""
    chance = random.Random(20240131)
    others = [other_page(chance) for _ in range(min(records, _KINDS_OF_PAGES))]
    pages = [(f"http://h{number % 97}.gov.cn/{number}.html", others[number % len(others)]) for number in range(records - reports)]
    pages += [(f"http://h{number % 97}.gov.cn/report/{number}.html", report(number)) for number in range(reports)]
    chance.shuffle(pages)
    with path.open("wb") as out:
        for url, body in pages:
            out.write(encode(make_record(body, url=url, status=200, media_type="text/html", fetched_at="2024-01-31T00:00:00Z")))
    return {url for url, _ in pages if "/report/" in url}, sum(len(body) for _, body in pages) / len(pages)


def sift(records: int = 20_000, reports: int = 200) -> None:
    """All reports found and none else, and how fast."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "crawl.warc.gz")
        expected, mean = write_crawl(path, records, reports)
        print(f"{records} answers, {reports} of them reports; {mean / 1000:.1f} kB a page, {path.stat().st_size / 1e6:.1f} MB packed")
        tally = Tally()
        with open_writer(Path(folder, "archive")) as writer:
            _, seconds = timed(lambda: import_file(Found(path, path.name, asked=True), writer, tally) or 0)
        found = {entry.url for entry in read_index(Path(folder, "archive")).entries}
        right = f"{len(found & expected)} of {len(expected)} found, {len(found - expected)} others, {tally.sifted} passed over"
        print(f"gongkai import: {right}; {tally.sifted / seconds:,.0f} rejected a second of one processor")
        rows = [
            ("FastWARC alone, bodies read", lambda: sum(len(one.reader.read()) >= 0 for one in FastIterator(str(path), fsspec_args=False))),
            ("FastWARC, our unpacking and care", lambda: sum(1 for _ in read_warc(path))),
            ("the same with the sift", lambda: sum(not may_hold_report(one.body, one.media_type) for one in read_warc(path))),  # type: ignore[union-attr]
            ("member by member in Python", lambda: sum(1 for _ in scan(path.read_bytes()))),
            ("warcio alone, bodies read", lambda: _warcio(path)),
        ]
        tell(rows)


def _warcio(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(len(one.content_stream().read()) >= 0 for one in ArchiveIterator(stream))


def tell(rows: Iterable[tuple[str, Callable[[], int]]], rounds: int = 3) -> None:
    """A table: the median of interleaved rounds, and the ratio to the first row."""
    rows = list(rows)
    taken: dict[str, list[float]] = {name: [] for name, _ in rows}
    for _ in range(rounds):
        for name, work in rows:
            count, seconds = timed(work)
            taken[name].append(seconds / count)
    first = sorted(taken[rows[0][0]])[rounds // 2]
    for name, seconds_each in taken.items():
        median = sorted(seconds_each)[rounds // 2]
        print(f"{name:36} {1 / median:10,.0f} a second   {median * 1e6:8.1f} µs each   {first / median:5.2f} of the first")


def store(pages: int = 5_000) -> None:
    """Writing, listing, reading and verifying an archive."""
    bodies = [report(number) for number in range(min(pages, 500))]
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder, "archive")

        def write() -> int:
            with open_writer(archive) as writer:
                for number in range(pages):
                    writer.add(make_record(b"%d" % number + bodies[number % len(bodies)], url=f"http://a.gov.cn/{number}", status=200))
                return writer.written

        def revisit() -> int:
            with open_writer(archive) as writer:
                for number in range(pages):
                    date = "2024-02-01T00:00:00Z"
                    body = b"%d" % number + bodies[number % len(bodies)]
                    writer.add(make_record(body, url=f"http://a.gov.cn/{number}", status=200, fetched_at=date))
                return writer.revisited

        def listed_anew() -> int:
            (archive / INDEX_NAME).unlink(missing_ok=True)
            return len(read_index(archive).documents)

        rows = [
            ("gzip alone (level 6)", lambda: sum(len(gzip.compress(bodies[n % len(bodies)], 6)) > 0 for n in range(pages))),
            ("write", write),
            ("the same unchanged: revisits", revisit),
            ("list anew from the files", listed_anew),
            ("list from the index", lambda: len(read_index(archive).documents)),
            ("read back", lambda: sum(len(read_page(archive, entry).body) > 0 for entry in read_index(archive).documents)),
            ("verify", lambda: len(verify(archive).documents)),
        ]
        print(f"{pages} pages of {sum(map(len, bodies)) / len(bodies) / 1000:.1f} kB")
        tell(rows, rounds=1)


if __name__ == "__main__":
    {"sift": sift, "store": store}[sys.argv[1]](*(int(one) for one in sys.argv[2:]))
