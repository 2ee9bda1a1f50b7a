"""The pages that the extractors are run over, and other fillings of the same pages.

A page is rendered once with one private character in the place of each figure, and then filled: so pages that differ in their figures
are alike in all else, to the byte, and what an extractor makes of the difference can be seen.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape

from pipeline.forms import forms
from pipeline.generator import HtmlFlavour, Kind, ReportSpec, TableVariant, random_spec, render_html
from pipeline.generator.spec import TABLES, FormChoice

SEED = 20
_FIRST_MARK = 0xE000


@dataclass(frozen=True)
class Case:
    """One page: its form, figures and markup. ``blank`` is what a blank cell holds; ``cut``: Word cuts numbers of several digits in two.

    ``draw`` numbers the tries that it took until the figures showed what the case is for.
    """

    name: str
    form: FormChoice
    figures: Kind
    flavour: HtmlFlavour
    blank: str = ""
    cut: bool = False
    draw: int = 0

    @cached_property
    def spec(self) -> ReportSpec:
        """The report of this page."""
        return random_spec(random.Random(f"{SEED}/{self.name}/{self.draw}"), forms=self.form, figures=self.figures)

    @cached_property
    def template(self) -> str:
        """The page with a private character for each figure."""
        marked = replace(self.spec, printed={name: chr(_FIRST_MARK + at) for at, name in enumerate(self.spec.printed)})
        return render_html(marked, self.flavour, rng=random.Random(f"{SEED}/{self.name}/page")).decode()

    def page(self, printed: Mapping[str, str]) -> str:
        """The page with these texts in its cells."""
        names = list(self.spec.printed)

        def filled(mark: re.Match[str]) -> str:
            name = names[ord(mark[0]) - _FIRST_MARK]
            return self._markup(name, printed[name])

        return re.sub("[\ue000-\uf8ff]", filled, self.template)

    def _markup(self, name: str, text: str) -> str:
        if not text:
            return self.blank
        if self.cut and len(self.spec.printed[name]) > 1 and sum(map(ord, name)) % 3 == 0:
            return f"{escape(text[0])}</span><span lang=EN-US>{escape(text[1:])}"
        return escape(text)

    def rows(self) -> list[list[str]]:
        """The figures of each printed row of values, left to right; table four runs across in one."""
        rows: dict[str, list[str]] = {}
        for table in TABLES:
            for name in self.spec.ids(table):
                rows.setdefault(row_name(name), []).append(name)
        return list(rows.values())


def row_name(figure: str) -> str:
    """The printed row that a figure stands in: its table and row, or only the table where it runs across in one row of values.

    >>> row_name("applications.granted.total"), row_name("review_litigation.review.upheld")
    ('applications.granted', 'review_litigation')
    """
    table = figure.partition(".")[0]
    return table if forms().tables[table].across else figure.rpartition(".")[0]


_WORD = HtmlFlavour(word=True, metadata=True)
_PORTAL = HtmlFlavour(layout_tables=2, chrome=True, container="zoom", metadata=True)
_WIDE = HtmlFlavour(variant=TableVariant(columns=6, phantom="end", repeat_title=True, foreign_row=True), container="TRS_Editor")
_HEADED = HtmlFlavour(sections=True, header_cells=True, breaks=True, container="article-content", chrome=True)

CASES = (
    Case("clean-2021-distinct", "2021", "distinct", HtmlFlavour(container="UCAP-CONTENT")),
    Case("clean-2019-consistent", "2019", "consistent", HtmlFlavour()),
    Case("clean-mixed-blanks", "mix", "blanks", HtmlFlavour(metadata=True), blank="&nbsp;", draw=23),
    Case("word-2021-consistent", "2021", "consistent", _WORD, blank="&nbsp;"),
    Case("word-2019-blanks", "2019", "blanks", _WORD, blank="&nbsp;", draw=24),
    Case("word-2021-cut-numbers", "2021", "consistent", _WORD, blank="&nbsp;", cut=True),
    Case("layout-2021-zeros", "2021", "zeros", _PORTAL),
    Case("layout-2019-distinct", "2019", "distinct", _PORTAL),
    Case("wide-2019-distinct", "2019", "distinct", _WIDE),
    Case("wide-2021-blanks", "2021", "blanks", _WIDE, draw=12),
    Case("headed-2021-dashes", "2021", "dashes", _HEADED),
    Case("split-mixed-consistent", "mix", "consistent", replace(_HEADED, split="headless", breaks=False)),
)
