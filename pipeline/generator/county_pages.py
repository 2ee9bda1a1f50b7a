"""How the reports of a made-up county are published: in several looks on its site, copied, corrected, mirrored, withdrawn."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, cast

import opencc

from pipeline.archive.records import Record, make_record
from pipeline.generator.county_life import Draft
from pipeline.generator.county_units import county_data
from pipeline.generator.dialects import Dialect
from pipeline.generator.figures import plain
from pipeline.generator.flatten import FlattenOptions, flatten
from pipeline.generator.html import Charset, HtmlFlavour, render_html
from pipeline.generator.spec import TABLES, ReportSpec, make_spec
from pipeline.generator.wording import wording
from pipeline.normalizer.identity import SYNTHETIC_META

COLLECTED = "2026-05-04T06:00:00Z"
GONE = "2026-09-01T06:00:00Z"
_TAG = f'<head>\n<meta name="{SYNTHETIC_META}" content="true">\n'.encode()
_CORRECTED = "（更正）"
_WRONG = ("applications.granted.natural_person", "applications.granted.total")


@dataclass(frozen=True, slots=True)
class Document:
    """One address with what it gives, and what that is among the documents of its report."""

    record: Record
    unit: str
    year: int
    role: str


@dataclass(frozen=True, slots=True)
class Publication:
    """The documents of one report, what its page prints as its day of publication (``None``: nothing), and the printed name of its body."""

    documents: tuple[Document, ...]
    published_on: date | None
    unit_name: str


def publish(draft: Draft, seed: object) -> Publication:
    """The pages of one report. The same seed gives the same bytes."""
    return _Publisher(draft, random.Random(f"{seed}/pages/{draft.key}"), county_data()).publish()


class _Publisher:
    """The pages of one report, each drawn from the same stream."""

    def __init__(self, draft: Draft, rng: random.Random, data: Mapping[str, Any]) -> None:
        self._draft, self._rng, self._data = draft, rng, data
        looks = [look for look in data["pages"]["looks"] if "html" in look or (draft.plant is None and draft.pages == "one")]
        self._look = rng.choices(looks, weights=[look["weight"] for look in looks])[0]
        self._serial = rng.randint(1000, 99999)
        self._spec = self._make_spec("html" in self._look)

    def publish(self) -> Publication:
        shown = self._draft.published_on if "html" in self._look else None
        return Publication(tuple(self._documents()), shown, self._spec.unit_name)

    def _documents(self) -> Iterator[Document]:
        body, how = self._body(self._spec), self._draft.pages
        official, elsewhere = self._address(), self._address(column="tzgg", serial=self._serial + 7)
        mirrored = official.replace(self._data["hosts"]["official"], self._data["hosts"]["mirror"])
        if how in {"corrected", "corrected_by_date"}:
            yield self._document(elsewhere, self._body(self._first_version()), "superseded")
        yield self._document(mirrored if how == "mirror_only" else official, body, "primary")
        if how == "duplicate":
            yield self._document(elsewhere, self._body(replace(self._spec, title=f"{self._spec.title} ")), "duplicate")
        elif how == "same_bytes":
            yield self._document(elsewhere, body, "primary")
        elif how == "mirror":
            yield self._document(mirrored, _damaged(self._body(self._spec)), "mirror")
        elif how == "withdrawn":
            record = make_record(b"<html><body>404</body></html>", url=official, media_type="text/html", status=404, fetched_at=GONE)
            yield Document(record, *self._draft.key, "gone")

    def _document(self, url: str, body: bytes, role: str) -> Document:
        text = "text" in self._look
        record = make_record(
            body,
            kind="conversion" if text else "resource",
            url=url,
            media_type="text/plain; charset=utf-8" if text else "text/html",
            fetched_at=COLLECTED,
        )
        return Document(record, *self._draft.key, role)

    def _make_spec(self, on_a_page: bool) -> ReportSpec:
        draft, rng = self._draft, self._rng
        place = self._data["place"]
        above = f"{place['province']}{place['city']}"
        # A text has nothing else to say that it is made up.
        prefix = rng.choice((above, above, place["city"], "")) if on_a_page else above
        name = draft.called if draft.pages == "bare_name" else prefix + draft.name
        title = str(wording()["titles"]["unit_first" if rng.random() < 0.85 else "year_first"]).format(unit=name, year=draft.year)
        forms = {table: None if table in draft.absent else draft.form for table in TABLES}
        spec = make_spec(draft.printed(), forms=forms, unit_name=name, report_year=draft.year, rng=rng)
        return replace(spec, title=title, sections=draft.sections(), published_on=draft.published_on.isoformat())

    def _first_version(self) -> ReportSpec:
        """What was published first, and wrongly."""
        spec, earlier = self._spec, self._draft.published_on - timedelta(days=3)
        if self._draft.pages == "corrected":
            self._spec = replace(spec, title=f"{spec.title}{_CORRECTED}")
        wrong = {name: self._draft.count(name) + 1 for name in _WRONG}
        printed = {**spec.printed, **{name: plain(value) for name, value in wrong.items()}}
        return replace(spec, printed=printed, values={**spec.values, **wrong}, published_on=earlier.isoformat())

    def _body(self, spec: ReportSpec) -> bytes:
        if "text" in self._look:
            made = flatten(spec, cast(Dialect, self._look["text"]), rng=self._rng, options=FlattenOptions(blanks="kept"))
            return made.text.encode()
        charset = cast(Charset, self._look.get("charset", "utf-8"))
        return render_html(spec, HtmlFlavour(**self._look["html"]), charset=charset, rng=self._rng).replace(b"<head>\n", _TAG, 1)

    def _address(self, column: str = "gknb", serial: int | None = None) -> str:
        draft, day = self._draft, self._draft.published_on
        folder = f"https://{self._data['hosts']['official']}/zfxxgk/{draft.unit.key}/{column}"
        return f"{folder}/{day:%Y%m}/t{day:%Y%m%d}_{serial or self._serial}.html"


def _damaged(body: bytes) -> bytes:
    """The page as a mirror prints it: in traditional characters, some with their reading behind them."""
    text = body.decode("gb18030" if b"charset=gb2312" in body else "utf8")
    head, found, rest = text.partition("<body>")
    converter, readings = opencc.OpenCC("s2t"), wording()["mirror"]["readings"]
    rest = "".join(form if len(form) == 1 else one for one in rest for form in [converter.convert(one)])
    for one, reading in readings.items():
        rest = rest.replace(one, f"{one}({reading})")
    return (head.replace("charset=gb2312", "charset=utf-8") + found + rest).encode()
