"""The views: each a function from a book and what is asked to a page. They know neither server nor files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from pipeline.explore.book import Book
from pipeline.explore.page import Asked, Page
from pipeline.explore.views.ask import ask
from pipeline.explore.views.compare import compare
from pipeline.explore.views.findings import findings
from pipeline.explore.views.home import home, search
from pipeline.explore.views.place import place
from pipeline.explore.views.report import report
from pipeline.explore.views.snapshot import snapshot
from pipeline.explore.views.unit import unit

#: Name in the address → view.
VIEWS: Mapping[str, Callable[[Book, Asked], Page]] = MappingProxyType(
    {
        "home": home,
        "search": search,
        "ask": ask,
        "place": place,
        "unit": unit,
        "report": report,
        "snapshot": snapshot,
        "findings": findings,
        "compare": compare,
    }
)
