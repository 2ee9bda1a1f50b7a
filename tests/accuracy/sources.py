"""Every document whose truth is known: read by eye, generated, extracted from generated pages, and damaged as mirrors do it.

A document is named ``source/number`` or ``source/file``; the name and the seed give the same document again.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from pypinyin import Style, pinyin

from pipeline.forms import forms
from pipeline.generator import (
    DIALECTS,
    KINDS,
    TRAPS,
    Dialect,
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
from tests.documents.repair.mirror_damage import Mirror
from tests.extractors.kept import fixtures

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "tests" / "examples"
SHARED = ROOT.parent / "shared" / "corpus"
FLAVOURS = ("clean", "word", "portal", "broken", "any", "pictures")
FORMS: tuple[FormChoice, ...] = ("2019", "2021", "mix")
#: How a made document is written.
SHAPES = (*DIALECTS, "mixed", *FLAVOURS)
DAMAGED_SHAPES = (*DIALECTS, "mixed")


@dataclass(frozen=True)
class Judged:
    """One document with its truth. ``medium`` is html or text; ``shape`` its dialect, flavour, extractor or folder."""

    name: str
    medium: str
    shape: str
    kind: str
    body: bytes
    truth: Mapping[str, Any]

    @property
    def source(self) -> str:
        """Where the document comes from: generated, damaged, extractors, examples, shared."""
        return self.name.partition("/")[0]

    @property
    def file_name(self) -> str:
        """A name to save the document under."""
        return self.name.replace("/", "-") + ("" if Path(self.name).suffix else ".html" if self.medium == "html" else ".txt")


# One value in a row of two columns is the very text of a value and a blank cell in these: that trap is none.
_PADDING_IS_BLANK = frozenset({"spanned", "markdown"})


def document(name: str, seed: int) -> Judged:
    """The document of this name. Raises ``KeyError`` where there is none."""
    source, _, rest = name.partition("/")
    if source == "generated":
        return generated(seed, int(rest))
    if source == "damaged":
        return damaged(seed, int(rest))
    return {one.name: one for one in kept()}[name]


def kept() -> Iterator[Judged]:
    """Documents that lie in files: examples, texts of extractors, and what stands beside the checkout; none where a folder is not there."""
    yield from _examples()
    for one in fixtures():
        yield Judged(f"extractors/{one.extractor}/{one.case}", "text", one.extractor, one.case, one.path.read_bytes(), one.truth())
    for folder in ("seed", "text", "documents"):
        yield from _folder("shared", SHARED / folder)


def _examples() -> Iterator[Judged]:
    """The golden pairs of ``tests/test_examples.py``, but for those that are known not to be read right yet."""
    for path in sorted(EXAMPLES.glob("*.json")):
        told = json.loads(path.read_text("utf8"))
        document = next((one for one in path.parent.glob(f"{path.stem}.*") if one.suffix in {".txt", ".html"}), None)
        if document and "open" not in told:
            medium = "html" if document.suffix == ".html" else "text"
            figures = {name: value for row, printed in told["rows"].items() for name, value in _example_row(row, printed, told["tables"])}
            yield Judged(f"examples/{document.name}", medium, "one trap each", "", document.read_bytes(), {"figures": figures})


def _example_row(row: str, printed: list[int | str], tables: Mapping[str, list[str | None]]) -> Iterator[tuple[str, int | str | None]]:
    """The figures of a row of an example. A row that its table's form does not settle is left to the test of the examples."""
    table, _, name = row.partition(".")
    form = tables[table][1]
    for block in forms().tables[table].blocks:
        declared = next((one for one in block.rows if one.id == name), None)
        chosen = [block.columns_in(one, declared) for one in FORMS[:2] if form in {None, one}] if declared else []
        fitting = {tuple(column.id for column in columns) for columns in chosen if len(columns) == len(printed)}
        for column, value in zip(*fitting, printed, strict=True) if len(fitting) == 1 else ():
            yield f"{row}.{column}", None if value in {"blank", "dash", "unreadable"} else value


def _folder(source: str, folder: Path) -> Iterator[Judged]:
    for path in sorted(folder.rglob("*.truth.json")):
        told = json.loads(path.read_text("utf8"))
        place = path.with_name(told["document"])
        if place.exists() and "figures" in told:
            medium = {".html": "html", ".htm": "html", ".txt": "text", ".md": "text"}.get(place.suffix, place.suffix.lstrip("."))
            yield Judged(f"{source}/{folder.name}/{place.name}", medium, folder.name, told.get("form", ""), place.read_bytes(), told)


def generated(seed: int, number: int) -> Judged:
    """A made-up report. Shapes and forms take turns, so that each is met as often; the rest is drawn."""
    rng = random.Random(f"{seed}/{number}")
    shape = SHAPES[number % len(SHAPES)]
    spec, kind = _spec(rng, FORMS[number // len(SHAPES) % len(FORMS)])
    name = f"generated/{number}"
    if shape in FLAVOURS:
        return _page(name, rng, spec, shape, kind)
    text, told = _text(rng, spec, shape)
    return Judged(name, "text", shape, kind, text.encode(), told)


def damaged(seed: int, number: int) -> Judged:
    """A made-up report as flattened text that a mirror has copied."""
    rng = random.Random(f"{seed}/damaged/{number}")
    shape = DAMAGED_SHAPES[number % len(DAMAGED_SHAPES)]
    spec, kind = _spec(rng, FORMS[number // len(DAMAGED_SHAPES) % len(FORMS)])
    text, told = _text(rng, spec, shape)
    text = text.translate(_NOT_IN_GBK)
    return Judged(f"damaged/{number}", "text", shape, kind, _mirror(rng, text).damage(text).encode(), told)


def _spec(rng: random.Random, form: FormChoice) -> tuple[ReportSpec, Kind]:
    kind = rng.choice(KINDS)
    absent = tuple(table for table in TABLES if rng.random() < 0.04)
    spec = random_spec(rng, forms=form, figures=kind, absent=absent)
    # A trap changes table two, and needs one.
    traps = [trap for trap in TRAPS if rng.random() < 0.06] if spec.forms[TABLES[0]] else []
    return trapped(spec, traps), kind


def _text(rng: random.Random, spec: ReportSpec, shape: str) -> tuple[str, dict[str, Any]]:
    mixed = shape == "mixed"
    options = random_options(rng, mixed=mixed, chance=rng.choice((0.0, 0.15, 0.3, 0.5)))
    dialect = rng.choice(RECOVERABLE) if mixed else cast(Dialect, shape)
    if options.dialects.get(TABLES[0], dialect) in _PADDING_IS_BLANK:
        spec = trapped(replace(spec, undecidable={}), [trap for trap in TRAPS if trap in spec.traps and trap != "one_value"])
    made = flatten(spec, dialect, rng=rng, options=options)
    return made.text, truth(spec, undecidable=made.undecidable, unjudged=made.unjudged, refused=made.refused)


def _page(name: str, rng: random.Random, spec: ReportSpec, shape: str, kind: str) -> Judged:
    charset: Charset = rng.choice(("utf-8", "gb18030"))
    told = truth(spec, absent=TABLES if shape == "pictures" else ())
    return Judged(name, "html", shape, kind, render_html(spec, _flavour(rng, shape), charset=charset, rng=rng), told)


def _flavour(rng: random.Random, shape: str) -> HtmlFlavour:
    if shape == "any":
        return random_flavour(rng, rng.choice((0.15, 0.3, 0.5)))
    return {
        "clean": HtmlFlavour(metadata=True),
        "word": HtmlFlavour(word=True, breaks=True),
        "portal": HtmlFlavour(layout_tables=2, chrome=True, container="zoom", metadata=True),
        "broken": HtmlFlavour(unclosed=rng.choice(("cells", "tables")), form_inside=True, overshoot=True, hidden=True),
        "pictures": HtmlFlavour(pictures=True),
    }[shape]


_NOT_IN_GBK = {0xA0: " ", 0x2212: "－"}


def _mirror(rng: random.Random, text: str) -> Mirror:
    """A mirror that knows some characters of this text: up to ninety with their readings, or none."""
    to_traditional = rng.random() < 0.6
    plain = Mirror(to_traditional=to_traditional)
    hans = sorted({char for char in plain.written(text) if "\u4e00" <= char <= "\u9fff"})
    listed = rng.sample(hans, min(len(hans), rng.choice((0, 20, 50, 90))))
    style = Style.TONE if rng.random() < 0.7 else Style.NORMAL
    readings = {char: reading for reading, char in sorted((pinyin(char, style=style)[0][0], char) for char in listed)}
    return Mirror(readings, to_traditional, narrowed=rng.random() < 0.5)
