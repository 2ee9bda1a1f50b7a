"""What the evaluation of a relation gives, whoever evaluates it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.model import Number

Outcome = Literal["passed", "failed", "not_applicable"]


@dataclass(frozen=True, slots=True)
class Result:
    """One relation evaluated in one column, row or group. ``figures`` are those with a value on either side."""

    check: str
    severity: str
    scope_key: str | None
    outcome: Outcome
    reason: str | None = None
    left: Number | None = None
    right: Number | None = None
    figures: tuple[str, ...] = ()
    doubted: bool = False
