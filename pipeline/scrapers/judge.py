"""What an answer is: the page that was asked for, or something in its place that is never read as a report.

A challenge, a soft 404 or a cut body has its own verdict, which stands in the archive and in the run report. Nothing here changes what is
sent next: a challenge is told, never answered. Words and shapes stand in ``judge.toml``.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from pipeline.documents.decode import decode
from pipeline.documents.html import TooDeepError, guard
from pipeline.scrapers.model import AskKind

#: ``ok`` and ``not_modified`` are pages; ``redirect`` leads on; all others are reasons why there is no page.
Verdict = Literal[
    "ok",
    "not_modified",
    "redirect",
    "gone",
    "soft_404",
    "challenge",
    "refused",
    "busy",
    "truncated",
    "too_large",
    "empty",
    "not_the_file",
    "error",
]
_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|script|meta|div|p|table)\b", re.I)
_END = re.compile(rb"</(?:html|body)\s*>", re.I)
_OTHER_TEXT = ("application/json", "text/xml", "application/xml", "text/plain")
_LETTERS = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came in. ``asked`` is the address before redirects; header names are in lower case.

    ``unframed``: only the end of the connection said where the body ends.
    """

    asked: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    unframed: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reason in words. ``transient``: asking again may help."""

    verdict: Verdict
    reason: str = ""
    transient: bool = False

    @property
    def is_page(self) -> bool:
        """Whether the answer is the page that was asked for."""
        return self.verdict in {"ok", "not_modified"}


def judge(answer: Answer, kind: AskKind) -> Judgement:
    """What ``answer`` is, when a page of ``kind`` was asked for."""
    rules = _rules()
    if answer.status == 304:
        return Judgement("not_modified")
    if answer.status in rules.redirect and answer.headers.get("location", "").strip():
        return Judgement("redirect", answer.headers["location"].strip())
    if mark := _challenge(answer):
        return Judgement("challenge", f"status {answer.status}, {mark}")
    if answer.status in rules.gone:
        return Judgement("gone", f"status {answer.status}")
    if answer.status in rules.busy:
        return Judgement("busy", f"status {answer.status}", transient=True)
    if answer.status in {401, 403, 407, 451}:
        return Judgement("refused", f"status {answer.status}")
    if answer.status != 200:
        return Judgement("error", f"status {answer.status}", transient=answer.status > 500)
    return _page(answer, kind)


def _page(answer: Answer, kind: AskKind) -> Judgement:
    """An answer with status 200."""
    if not answer.body.strip():
        return Judgement("empty", "status 200 without content", transient=True)
    html = _is_html(answer)
    if kind == "attachment" and html and _suffix(answer.asked) in _rules().binary:
        return _missing(answer) or Judgement("not_the_file", f"a web page in place of the {_suffix(answer.asked)} file")
    if kind != "list" and (missing := _led_astray(answer)):
        return missing
    if not html:
        return Judgement("ok")
    if missing := _missing(answer):
        return missing
    if answer.unframed and not _END.search(answer.body[-2000:]) and not _is_report(_text(answer.body)):
        return Judgement("truncated", "the page ends without its end tags, and nothing said how long it is", transient=True)
    return Judgement("ok")


def _is_html(answer: Answer) -> bool:
    stated = answer.headers.get("content-type", "").lower()
    begin = answer.body[:4096]
    if stated.startswith(_OTHER_TEXT) or begin.startswith(b"%PDF-") or b"\0" in begin:
        return False
    return "html" in stated or bool(_HTML.search(begin))


def _suffix(url: str) -> str:
    return Path(urlsplit(url).path.lower()).suffix


def _led_astray(answer: Answer) -> Judgement | None:
    """A redirect from a page to the front page, or to one that says there is nothing."""
    if answer.url == answer.asked:
        return None
    asked, found = (re.sub(r"\.\w{2,5}$", "", urlsplit(url).path.lower().rstrip("/")) for url in (answer.asked, answer.url))
    if found in _rules().error_paths and asked not in _rules().error_paths:
        return Judgement("soft_404", f"led to {answer.url}")
    return None


def _challenge(answer: Answer) -> str | None:
    """By what the answer is known as a challenge; ``None`` if it is none."""
    rules = _rules()
    for name, value in rules.challenge_headers.items():
        if name in answer.headers and value in answer.headers[name].lower():
            return f"header {name}"
    if len(answer.body) > rules.challenge_bytes or not _is_html(answer):
        return None
    source = _text(answer.body)
    if _is_report(source):
        return None
    seen = _visible(source)
    letters = len(_LETTERS.findall(seen.text))
    mark = next((mark for mark in rules.challenge_marks if mark in source), None)
    if mark and letters <= rules.mark_letters:
        return f"“{mark}” in the page"
    if (
        letters <= rules.script_letters
        and all(one in source for one in rules.script_all)
        and any(one in source for one in rules.script_any)
    ):
        return "a script that sets a cookie and loads the page again"
    if letters > rules.challenge_letters or (answer.status == 200 and letters > rules.challenge_letters // 2):
        return None
    if answer.status == 200 or answer.status in rules.challenge_statuses:
        return next((f"“{word}” in the page" for word in rules.challenge_words if word in seen.title or word in seen.text), None)
    return None


def _missing(answer: Answer) -> Judgement | None:
    """A page that says in words that it is not there."""
    if len(answer.body) > _rules().challenge_bytes:
        return None
    source = _text(answer.body)
    if _is_report(source):
        return None
    seen, rules = _visible(source), _rules()
    if len(_LETTERS.findall(seen.text)) > rules.missing_letters:
        return None
    title = next((word for word in rules.missing_titles if word in seen.title), None)
    word = title or next((word for word in rules.missing_words if word in seen.text), None)
    return Judgement("soft_404", f"status 200, “{word}” in the page") if word else None


@dataclass(frozen=True, slots=True)
class _Visible:
    title: str
    text: str


def _text(body: bytes) -> str:
    return (decode(body).text or "").lower()


def _visible(source: str) -> _Visible:
    """Title and visible text of a page, in lower case; of one that nests too deep to be read in time, its source."""
    try:
        guard(source.encode())
    except TooDeepError:
        return _Visible("", source)
    tree = LexborHTMLParser(source)
    title = tree.css_first("title")
    name = title.text(strip=True) if title is not None else ""
    tree.strip_tags(["script", "style", "title", "noscript"])
    return _Visible(name, tree.body.text(separator=" ", strip=True) if tree.body is not None else "")


def _is_report(source: str) -> bool:
    rules = _rules()
    return sum(word in source for word in rules.report_words) >= rules.report_fewest


@dataclass(frozen=True, slots=True)
class _Rules:
    challenge_statuses: frozenset[int]
    challenge_bytes: int
    mark_letters: int
    challenge_marks: tuple[str, ...]
    challenge_headers: Mapping[str, str]
    challenge_letters: int
    challenge_words: tuple[str, ...]
    script_letters: int
    script_all: tuple[str, ...]
    script_any: tuple[str, ...]
    missing_letters: int
    missing_titles: tuple[str, ...]
    missing_words: tuple[str, ...]
    error_paths: frozenset[str]
    report_words: tuple[str, ...]
    report_fewest: int
    gone: frozenset[int]
    busy: frozenset[int]
    redirect: frozenset[int]
    binary: frozenset[str]


@functools.cache
def _rules() -> _Rules:
    data: dict[str, Any] = tomllib.loads(Path(__file__).with_name("judge.toml").read_text("utf8"))
    challenge, missing, report, statuses = data["challenge"], data["soft_404"], data["report"], data["statuses"]
    return _Rules(
        challenge_statuses=frozenset(challenge["statuses"]),
        challenge_bytes=challenge["most_bytes"],
        mark_letters=challenge["mark_letters"],
        challenge_marks=tuple(challenge["marks"]),
        challenge_headers=challenge["headers"],
        challenge_letters=challenge["words"]["most_letters"],
        challenge_words=tuple(challenge["words"]["any"]),
        script_letters=challenge["scripts"]["most_letters"],
        script_all=tuple(challenge["scripts"]["all"]),
        script_any=tuple(challenge["scripts"]["any"]),
        missing_letters=missing["most_letters"],
        missing_titles=tuple(missing["titles"]),
        missing_words=tuple(missing["words"]),
        error_paths=frozenset(missing["paths"]),
        report_words=tuple(report["words"]),
        report_fewest=report["fewest"],
        gone=frozenset(statuses["gone"]),
        busy=frozenset(statuses["busy"]),
        redirect=frozenset(statuses["redirect"]),
        binary=frozenset(data["binary"]["suffixes"]),
    )
