"""What is asked for and what is answered, whoever asks: a browser through the server, or the writer of a static site."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

import pyarrow as pa

from pipeline.compare.words import Lang

LANGS: tuple[Lang, ...] = ("zh", "en")
FORMATS = ("html", "csv", "json", "svg")


@dataclass(frozen=True)
class Asked:
    """A view of something, in a language and a format. ``key`` names the unit, report, place, document or question.

    ``args`` are pairs as in an address. ``within``: codes of the places that a published site is about; all if empty.
    """

    view: str
    lang: Lang = "zh"
    key: str = ""
    args: tuple[tuple[str, str], ...] = ()
    format: str = "html"
    within: tuple[str, ...] = field(default=(), compare=False)

    def get(self, name: str, default: str = "") -> str:
        """The first value of an argument."""
        return next((value for one, value in self.args if one == name), default)

    def every(self, name: str) -> list[str]:
        """All values of an argument."""
        return [value for one, value in self.args if one == name and value]

    def number(self, name: str, default: int = 0) -> int:
        """An argument as a whole number of at most six digits."""
        text = self.get(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else default


@dataclass(frozen=True)
class Page:
    """An answer: a template with its values, and the same as rows and as a picture, for those who take it away.

    ``cite`` says what is cited; ``moved`` is the key that stands for the one asked for.
    """

    template: str
    title: str
    values: Mapping[str, Any]
    rows: pa.Table | None = None
    svg: str | None = None
    cite: str = ""
    moved: str | None = None


def asked(view: str, lang: Lang, key: str = "", form: str = "html", **args: object) -> Asked:
    """The same from loose arguments: what is None or empty is left out, a list gives several values."""
    pairs: list[tuple[str, str]] = []
    for name, value in args.items():
        many: Iterable[object] = value if isinstance(value, (list, tuple)) else [value]
        pairs += [(name, str(one)) for one in many if one not in {None, ""}]
    return Asked(view, lang, key, tuple(pairs), form)


def address(one: Asked) -> str:
    """The address of a view on the server.

    >>> address(asked("unit", "zh", "u1")), address(asked("home", "en")), address(asked("compare", "en", form="svg", unit=["u1", "u2"]))
    ('/zh/unit/u1', '/en/', '/en/compare.svg?unit=u1&unit=u2')
    """
    path = f"/{one.lang}/" if one.view == "home" and one.format == "html" else f"/{one.lang}/{one.view}"
    path += f"/{quote(one.key, safe='')}" if one.key else ""
    path += "" if one.format == "html" else f".{one.format}"
    return path + (f"?{urlencode(one.args)}" if one.args else "")


def table(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> pa.Table:
    """Rows for CSV and JSON; a column of mixed values, or of none, is text."""
    columns = {}
    for name in names:
        values = [row.get(name) for row in rows]
        try:
            columns[name] = pa.array(values)
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            columns[name] = pa.array([None if one is None else str(one) for one in values], pa.string())
        if pa.types.is_null(columns[name].type):
            columns[name] = columns[name].cast(pa.string())
    return pa.table(columns)
