"""Libraries that only some uses need: imported when they are, with one clear line where they are not installed."""

from __future__ import annotations

import importlib
from typing import Any


class MissingExtraError(RuntimeError):
    """A library of an extra is not installed; the message says what to install."""


def need(module: str, extra: str, what: str) -> Any:
    """A module of an extra. ``what`` needs it, as the begin of a sentence.

    >>> need("json", "export", "A workbook").__name__
    'json'
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingExtraError(f"{what} needs the extra {extra}: pip install 'gongkai[{extra}]' ({error})") from error
