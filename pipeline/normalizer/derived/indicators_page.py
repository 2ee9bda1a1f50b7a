"""docs/indicators.md, made from the declarations: python -m pipeline.normalizer.derived.indicators_page docs/indicators.md."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pipeline.normalizer
from pipeline.forms.load import TABLES
from pipeline.normalizer.derived.indicators_declared import Break, Indicator, declared

_SHORTENED = re.compile(rf"\b(?:{'|'.join(TABLES)})\.|\.total\b")
_HEAD = """# Indicators

What `indicators` holds: each report has every indicator once, with a value or with the reason why there is none. This page is made from
`pipeline/normalizer/derived/indicators.toml` (`python -m pipeline.normalizer.derived.indicators_page docs/indicators.md`).

- **Only printed figures count.** A blank is not 0 and a row that was not read is not 0: without a needed figure there is no value, and
  `reason` names the figure. `numerator` and `denominator` stand beside every share, exact.
- **Corrections by hand are not used.** An indicator can so be made again from the cells that a report prints; the caveat
  `correction_exists` says that `value_corrected` stands beside one of them.
- **Two values of one indicator may be set side by side if they carry the same `break_…` caveats**, and, over the change of form in 2021, if
  the table below says so.
- Sums over several reports: add numerators and denominators, then divide. Never average shares, and leave out rows without a value.
"""


def indicators_page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *_indicators(), "", *_sums(), "", *_breaks(), "", *_codes()]) + "\n"


def _indicators() -> Iterator[str]:
    yield "## The indicators\n"
    yield "| indicator | 指标 | meaning | made of | unit | forms | over 2020/2021 | breaks |"
    yield "|---|---|---|---|---|---|---|---|"
    for one in declared().indicators:
        over = "yes" if one.comparable else "no"
        begun = f"; from {one.first_year} on" if one.first_year else ""
        made_of = f"`{_SHORTENED.sub('', one.formula)}`" if one.formula else ""
        cells = [f"`{one.id}`", one.zh, one.definition + begun, made_of, one.unit, ", ".join(one.forms), over, _broken(one)]
        yield f"| {' | '.join(cells)} |"
    yield "\nThe names of the tables and `.total` are left out of the ids of figures. A share is not multiplied by 100."


def _broken(one: Indicator) -> str:
    return ", ".join(str(item.year) for item in one.breaks if not item.earlier)


def _sums() -> Iterator[str]:
    yield "## The sums\n"
    yield "| sum | 表三 | figures |"
    yield "|---|---|---|"
    for one in declared().sums:
        rows = [(term.form, term.figure.split(".")[1]) for term in one.terms]
        forms = dict.fromkeys(form for form, _ in rows)
        figures = "; ".join(_in_form(form, [row for its, row in rows if its == form]) for form in forms)
        yield f"| `{one.id}` | {one.zh} | {figures} |"


def _in_form(form: str | None, rows: list[str]) -> str:
    return f"{f'form of {form}: ' if form else ''}{', '.join(f'`{row}`' for row in rows)}"


def _breaks() -> Iterator[str]:
    yield "## The breaks\n"
    yield "| caveat | carried by | why |"
    yield "|---|---|---|"
    for one in declared().breaks:
        yield f"| `{one.code}` | {_carried_by(one)} | {one.en}; {one.zh} |"


def _carried_by(one: Break) -> str:
    concerned = [indicator.id for indicator in declared().indicators if one in indicator.breaks]
    which = "all indicators" if one.earlier else ", ".join(f"`{name}`" for name in concerned)
    whose = f" of the level {', '.join(one.levels)} (or of none that is known)" if one.levels else ""
    return f"{which}, {'before' if one.earlier else 'from'} {one.year}{'' if one.earlier else ' on'}{whose}"


def _codes() -> Iterator[str]:
    codes = tomllib.loads(Path(pipeline.normalizer.__file__).with_name("codes.toml").read_text("utf8"))
    small = declared().small_number
    caveats = {"small_number": {"zh": small.zh, "en": small.en}, **codes["caveat"]}
    for title, values in (("The other caveats", caveats), ("Why there is no value", codes["no_value"])):
        yield f"## {title}\n"
        yield "| code | 含义 | meaning |"
        yield "|---|---|---|"
        for code, meaning in values.items():
            if title != "The other caveats" or code not in _OF_FEES:
                yield f"| `{code}` | {meaning['zh']} | {meaning['en']} |"
        yield ""


#: Codes that only the column caveat of the dataset fees has.
_OF_FEES = frozenset({"unit_not_printed", "unit_unknown", "out_of_range"})


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(indicators_page(), "utf8")
