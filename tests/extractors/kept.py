"""The kept texts of real extractors, each with its truth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .pages import CASES
from .what_texts_hold import Held, truth_of_text

FIXTURES = Path(__file__).parent / "fixtures"


@dataclass(frozen=True)
class Fixture:
    """One text: the extractor with its version, the case of its page, where it lies."""

    extractor: str
    case: str
    path: Path

    def truth(self) -> dict[str, Any]:
        """The truth of the text, in the shape of the corpus."""
        told = json.loads(self.path.with_name(f"{self.case}.truth.json").read_text("utf8"))
        case = {case.name: case for case in CASES}[told.pop("case")]
        return {**truth_of_text(case, Held(**told)), "document": self.path.name}


def fixtures() -> Iterator[Fixture]:
    """Every text kept, by extractor and case."""
    for path in sorted(FIXTURES.glob("*/*.txt")):
        yield Fixture(path.parent.name, path.stem, path)
