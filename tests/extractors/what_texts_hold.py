"""Which figures of a page can be known from the text that an extractor made of it.

The rule rests on the extractor alone, never on a reader. The same page is filled in other ways and extracted again:

- **Held.** Every figure that is printed is replaced by a number of its own. One that is not found whole in the new text is not held by it.
  A row that holds some of its figures is open as a whole; a table of which no figure is held is ``absent``.
- **Open.** In a row that has both blank and filled cells, a blank cell changes places with its neighbour. Where the text stays the same,
  blank cells leave no trace in it, and the whole row is open: each value may stand in another column.
- **Glued.** Where a digit that moves over to the next cell changes nothing, numbers of a row run together: a row is open unless each of its
  cells holds one digit. If it has blank cells and as many digits as cells, one may argue, and it is not judged.
- An extractor that drops repeated text (a row that repeats one row or another makes no difference) is refused: what its texts hold
  cannot be found out in this way.

What is left is judged by what the page prints, though another extractor might have made the same text of another page: a reader may doubt
such a figure, but must not print another value without doubt.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.generator import truth

from .pages import Case, row_name

Extract = Callable[[list[str]], list[str]]
_FIRST_NUMBER = 41_003
_STEP = 7
REASONS = {
    "lost": "the text does not hold each figure of this row whole",
    "open": "blank cells of this row leave no trace in the text",
    "glued": "the numbers of this row run together",
}


@dataclass(frozen=True)
class Held:
    """What a text lacks of its page: ``rows`` by what became of them (``lost``, ``open``, ``glued``), and whole tables (``absent``).

    ``unjudged`` are rows of which one may argue.
    """

    rows: Mapping[str, list[str]] = field(default_factory=dict)
    unjudged: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Filling:
    """The page filled in another way, to see whether the text of a row changes."""

    row: int
    printed: Mapping[str, str]


def extracted(case: Case, extract: Extract) -> tuple[str, Held]:
    """The text that an extractor makes of a page, and what it holds. Raises ``ValueError`` where it drops repeated text."""
    rows = case.rows()
    printed = dict(case.spec.printed)
    marks = _marks(printed)
    swaps, moves, repeats = _swaps(rows, printed), _moved_digits(rows, marks), _repeats(rows, marks)
    fillings = [*swaps, *moves, *repeats]
    text, marked, *others = extract([case.page(one) for one in (printed, marks, *(filling.printed for filling in fillings))])
    made = dict(zip(fillings, others, strict=True))
    held = {name for name, mark in marks.items() if mark and mark in marked}
    lost = {at for at, row in enumerate(rows) if any(marks[name] and name not in held for name in row)}
    if repeats and repeats[0].row not in lost and made[repeats[0]] == made[repeats[1]]:
        raise ValueError("the extractor drops repeated text")
    traceless = {one.row for one in swaps if made[one] == text}
    glues = any(one.row not in lost and made[one] == marked for one in moves)
    return text, _held(case, rows, lost=lost, traceless=traceless, glues=glues, absent=_absent(case, held))


def truth_of_text(case: Case, held: Held) -> dict[str, Any]:
    """The truth of a text, in the shape of the corpus: what its page prints, less what the text does not hold."""
    open_rows = {name: REASONS[state] for state, names in held.rows.items() for name in names}
    undecidable, unjudged = {}, set()
    for row in case.rows():
        name = row_name(row[0])
        if name in open_rows and name.split(".")[0] not in held.absent:
            undecidable.update(dict.fromkeys(row, open_rows[name]))
        elif name in held.unjudged:
            unjudged.update(row)
    return truth(case.spec, undecidable=undecidable, unjudged=frozenset(unjudged), absent=held.absent)


def _held(case: Case, rows: list[list[str]], *, lost: set[int], traceless: set[int], glues: bool, absent: list[str]) -> Held:
    states: dict[str, list[str]] = {}
    for at, row in enumerate(rows):
        state = "lost" if at in lost else "open" if at in traceless else "clear"
        if glues and state != "lost":
            state = _glued([case.spec.printed[name] for name in row])
        states.setdefault(state, []).append(row_name(row[0]))
    return Held({state: names for state, names in states.items() if state in REASONS}, states.get("arguable", []), absent)


def _glued(texts: Sequence[str]) -> str:
    """How clear a row is whose cells run together."""
    if not any(texts) or len(texts) == 1 or all(len(text) == 1 for text in texts):
        return "clear"
    return "arguable" if sum(map(len, texts)) == len(texts) else "glued"


def _absent(case: Case, held: set[str]) -> list[str]:
    """The tables that print figures of which the text holds none."""
    printing = {name.split(".")[0] for name, text in case.spec.printed.items() if text}
    return sorted(printing - {name.split(".")[0] for name in held})


def _marks(printed: Mapping[str, str]) -> dict[str, str]:
    """A number of its own for each figure that is printed; none is part of another."""
    numbers = itertools.count(_FIRST_NUMBER, _STEP)
    return {name: str(next(numbers)) if text else "" for name, text in printed.items()}


def _swaps(rows: list[list[str]], printed: Mapping[str, str]) -> list[Filling]:
    """A blank cell and the filled one beside it change places."""
    return [
        Filling(at, {**printed, left: printed[right], right: printed[left]})
        for at, row in enumerate(rows)
        for left, right in itertools.pairwise(row)
        if bool(printed[left]) != bool(printed[right])
    ]


def _moved_digits(rows: list[list[str]], marks: Mapping[str, str]) -> list[Filling]:
    """The last digit of a number moves to the front of the next: one row of each table will do."""
    tables: dict[str, Filling] = {}
    for at, row in enumerate(rows):
        for left, right in itertools.pairwise(row):
            if marks[left] and marks[right]:
                moved = {**marks, left: marks[left][:-1], right: marks[left][-1] + marks[right]}
                tables.setdefault(left.partition(".")[0], Filling(at, moved))
    return list(tables.values())


def _repeats(rows: list[list[str]], marks: Mapping[str, str]) -> list[Filling]:
    """A row that repeats the one before it, and the same row repeating the one before that: alike where repeated text is dropped."""
    for at in range(2, len(rows)):
        three = rows[at - 2 : at + 1]
        same_shape = len({(row[0].partition(".")[0], len(row)) for row in three}) == 1
        before = [[marks[name] for name in row] for row in three[:2]]
        if same_shape and all(all(texts) for texts in before):
            return [Filling(at, {**marks, **dict(zip(three[2], texts, strict=True))}) for texts in before]
    return []
