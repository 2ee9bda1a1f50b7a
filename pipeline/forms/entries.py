"""Reads one TOML table key by key, so that a wrong declaration is refused with its file and key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.forms.model import FORMS, Alias, FormError

#: Keys whose text may be empty: a money column without a unit, the block of a table that runs across.
_MAY_BE_EMPTY = frozenset({"unit", "label_zh"})


class Entry:
    """One TOML table that is read key by key; what is missing, of another type or left over is an error with its place."""

    def __init__(self, values: object, place: str) -> None:
        if not isinstance(values, dict):
            raise FormError(f"{place}: expected a table")
        self.values: dict[str, Any] = dict(values)
        self.place = place

    def take(self, key: str, kind: type, default: object = None, *, required: bool = True) -> Any:
        """The value of a key, which must be of this kind and not empty; it is then used up."""
        if key not in self.values:
            if required and default is None:
                raise FormError(f"{self.place}: {key} is missing")
            return default
        value = self.values.pop(key)
        if not isinstance(value, kind):
            raise FormError(f"{self.place}: {key} must be {kind.__name__}, not {type(value).__name__}")
        if value == "" and key not in _MAY_BE_EMPTY:
            raise FormError(f"{self.place}: {key} is empty")
        return value

    def forms(self) -> tuple[str, ...]:
        """The forms that are named; both where none is."""
        named = tuple(self.take("forms", list, list(FORMS)))
        if not named or any(form not in FORMS for form in named) or len(set(named)) != len(named):
            raise FormError(f"{self.place}: forms must be among {', '.join(FORMS)}")
        return named

    def labels(self, named: tuple[str, ...]) -> Mapping[str, str]:
        """Form → printed label, from one text for all forms or one for each."""
        value = self.take("label_zh", object)
        labels = dict.fromkeys(named, value) if isinstance(value, str) else value
        if not isinstance(labels, dict) or set(labels) != set(named) or not all(isinstance(v, str) and v for v in labels.values()):
            raise FormError(f"{self.place}: label_zh must be a text, or one text for each of {', '.join(named)}")
        return labels

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; none where the key is not there."""
        values = self.take(key, list, [])
        if not all(isinstance(value, str) and value for value in values):
            raise FormError(f"{self.place}: {key} must hold texts")
        return tuple(values)

    def aliases(self) -> tuple[Alias, ...]:
        """The other spellings of a label."""
        return tuple(_alias(Entry(value, f"{self.place}: aliases[{i}]")) for i, value in enumerate(self.take("aliases", list, [])))

    def finish(self) -> None:
        """Raise for keys that nobody has asked for."""
        if self.values:
            raise FormError(f"{self.place}: unknown key {', '.join(sorted(self.values))}")


def _alias(entry: Entry) -> Alias:
    alias = Alias(entry.take("text", str), entry.take("seen", str), entry.take("doubt", bool, False, required=False))
    entry.finish()
    return alias


def load_entry(path: Path) -> Entry:
    """The TOML file at ``path``. Raises ``FormError`` for what cannot be read as TOML in UTF-8."""
    try:
        return Entry(tomllib.loads(path.read_text("utf8")), path.name)
    except OSError as error:
        raise FormError(f"{path.name}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormError(f"{path.name}: {error}") from error


def refuse_repeated(names: list[str], place: str) -> None:
    """Raise ``FormError`` if a name comes twice."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FormError(f"{place} declared twice: {', '.join(twice)}")
