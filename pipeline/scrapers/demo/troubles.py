"""What goes wrong on portals, as answers of a server: what delays a report, and what stands in its place."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace

from pipeline.scrapers.demo.server import Asked, Served, page

Answer = Callable[[Asked], Served]
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_CHALLENGE = b"<html><head><script>document.cookie='__jsl_clearance_s=17;path=/';location.href=location.pathname</script></head></html>"
_MISSING = (
    "<html><head><title>提示信息</title></head><body><p>对不起，您访问的页面不存在或已被删除。</p><a href='/'>返回首页</a></body></html>"
)


def challenge() -> Served:
    """A firewall's answer to a program."""
    return Served(_CHALLENGE, 521, _HTML)


def _slow(report: Answer, path: str) -> Answer:
    return lambda asked: replace(report(asked), wait=0.2)


def _busy_once(report: Answer, path: str) -> Answer:
    """503 at first, then as it should be."""
    tries: list[int] = []

    def answer(asked: Asked) -> Served:
        tries.append(1)
        return Served(status=503, headers={"Retry-After": "1"}) if len(tries) == 1 else report(asked)

    return answer


def _moved(report: Answer, path: str) -> Answer:
    """The page has another address now."""
    there = path.replace(".htm", "_new.htm")
    return lambda asked: report(asked) if asked.path == there else Served(status=301, headers={"Location": there})


def _cookie(report: Answer, path: str) -> Answer:
    """The first answer sets a cookie and leads to itself."""

    def answer(asked: Asked) -> Served:
        if "visited=1" in asked.headers.get("cookie", ""):
            return report(asked)
        return Served(status=302, headers={"Location": path, "Set-Cookie": "visited=1; Path=/"})

    return answer


#: Troubles that end well.
TROUBLES: dict[str, Callable[[Answer, str], Answer]] = {"slow": _slow, "busy_once": _busy_once, "moved": _moved, "cookie": _cookie}


def _endless() -> Iterator[bytes]:
    member = gzip.compress(bytes(8_000_000), 9)
    for _ in range(40):
        yield member


#: Troubles that have no end; the path is the trap's own.
TRAPS: dict[str, Answer] = {
    "challenge": lambda asked: challenge(),
    "soft_404": lambda asked: page(_MISSING.encode()),
    "disallowed": lambda asked: page(b"<html>never asked for</html>"),
    "inward": lambda asked: Served(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"}),
    "cut": lambda asked: Served("<html><body><p>一、总体情况".encode(), headers=_HTML, length=9_000),
    "bomb": lambda asked: Served(headers={**_HTML, "Content-Encoding": "gzip"}, parts=_endless),
    "circle": lambda asked: Served(status=302, headers={"Location": asked.path}),
    "gone": lambda asked: Served(b"<html><title>404</title></html>", 404, _HTML),
}
