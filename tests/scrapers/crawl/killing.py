"""Collections that are killed at random moments, each going on with what the last one left: ``python -m tests.scrapers.crawl.killing 20``.

Prints what was killed when, and whether the archive holds the same set as one that was left in peace.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from pipeline.archive import read_index, verify
from pipeline.scrapers.collect import collect
from pipeline.scrapers.crawl.manners import Manners
from pipeline.scrapers.demo.server import Asked, LocalServer, Served, page
from tests.scrapers.crawl.local import OTHER, YEARS, a_list, a_report, gather, guard, source, title

PAGES = 12
BRISK = Manners(delay=0.01, backoff=0.02, answer_seconds=5)
SOURCES = (source(id="one"), source(f"http://{OTHER}/nb/", id="two"))


def site(asked: Asked) -> Served:
    """Two lists of two pages, reports with an attachment each, one behind a redirect, one gone, one a challenge."""
    name = asked.path.rpartition("/")[2].partition(".")[0]
    if asked.path == "/robots.txt":
        return page(b"User-agent: *\nAllow: /\n", "text/plain")
    if asked.path in {"/nb/", "/nb/index_1.html"}:
        half = range(PAGES // 2) if asked.path == "/nb/" else range(PAGES // 2, PAGES)
        return page(a_list(*((f"{n}.html", title(f"第{n}镇")) for n in half), onward="index_1.html" if asked.path == "/nb/" else ""))
    if asked.path.endswith(".pdf"):
        return page(b"%PDF-1.7 " + asked.path.encode() + asked.host.encode(), "application/pdf")
    if name == "3":
        return Served(status=301, headers={"Location": "/nb/moved3.html"})
    if name == "4":
        return Served(b"", 410)
    if name == "5":
        return page(b"<script>document.cookie='__jsl_clearance=1';location.reload()</script>")
    return page(a_report(f"{asked.host}第{name}镇", more=f"<a href='{name}.pdf'>附件.pdf</a>"))


def kept(raw: Path) -> Counter[tuple[object, ...]]:
    """What an archive holds, times aside. Answers that were seen again leave revisits: what counts is that each body is there once."""
    return Counter(
        (entry.url, entry.sha256, entry.status, entry.judgement)
        for entry in read_index(raw / "archive").entries
        if entry.record_type not in {"metadata", "revisit"}
    )


def killed(raw: Path, server: LocalServer, rng: random.Random) -> int:
    """Begin a collection in a process of its own and kill it; the number of requests after which it died."""
    before, wanted = len(server.log), rng.randrange(1, 2 * (2 * PAGES + 4))
    process = subprocess.Popen([sys.executable, "-m", "tests.scrapers.crawl.killing", "--collect", str(raw), str(server.port)])
    while process.poll() is None and len(server.log) - before < wanted:
        time.sleep(0.001)
    time.sleep(rng.random() * 0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    return len(server.log) - before


def kill_and_resume(folder: Path, times: int, seed: int) -> tuple[list[int], Counter[tuple[object, ...]], Counter[tuple[object, ...]]]:
    """After how many requests each collection died, what the archive holds after the last went on to its end, and what it should."""
    rng = random.Random(seed)
    with LocalServer(site).running() as server:
        assert gather(server, folder / "peace", *SOURCES, manners=BRISK).sources[0].complete
        died = [killed(folder / "killed", server, rng) for _ in range(times)]
        assert gather(server, folder / "killed", *SOURCES, manners=BRISK).sources[0].complete
    assert not verify(folder / "killed" / "archive").damages
    return died, kept(folder / "killed"), kept(folder / "peace")


def main() -> None:
    """Collect once (for the process that is killed), or kill so many times and tell."""
    if sys.argv[1] == "--collect":
        server = LocalServer(site)
        server.port = int(sys.argv[3])
        collect(SOURCES, Path(sys.argv[2]), YEARS, manners=BRISK, guard=guard(server))
        return
    times, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for number in range(times):
        with tempfile.TemporaryDirectory() as folder:
            died, had, wanted = kill_and_resume(Path(folder), 1, seed + number)
        print(
            f"killed after {died[0]:>3} requests: {'the same set' if had == wanted else f'NOT THE SAME: {had - wanted} {wanted - had}'}",
            flush=True,
        )
    with tempfile.TemporaryDirectory() as folder:
        died, had, wanted = kill_and_resume(Path(folder), times, seed)
    print(f"killed {times} times in a row ({', '.join(map(str, died))} requests): {'the same set' if had == wanted else 'NOT THE SAME'}")


if __name__ == "__main__":
    main()
