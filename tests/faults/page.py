"""docs/reliability.md: what the program does about each fault, and the tests that show it.

Cases and behaviour stand in ``faults.toml``; which tests show them is read from the marks in their source: nothing is run for it.
``python -m tests.faults.page`` writes the page; a test fails while it is stale or a case has no test.
"""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reliability.md"
COMMAND = "python -m tests.faults.page"
_HEAD = f"""\
# What can go wrong, and what happens then

Each fault and attack with what the program does about it, and the tests that show it: real servers, files and processes on this machine.
Written by `{COMMAND}` from `tests/faults/faults.toml` and the marks of the tests; do not edit it by
hand. A test fails when a case has none.

The limits are settings with their reasons: of documents in `pipeline/limits.py`, of portals in `pipeline/scrapers/crawl/manners.py`, of
zip files and records of archives at the head of the modules that read them (`pipeline/archive/`). What is tried beyond single cases
(fuzzing, chaos, hostile batches, long runs) and what was measured stands in [trials.md](trials.md).
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One fault. ``difference``: where the program departs from the usual answer, and why; ``pending``: why there is no test yet."""

    id: str
    area: str
    case: str
    behaviour: str
    difference: str = ""
    pending: str = ""


def declared() -> tuple[dict[str, str], list[Case]]:
    """Titles by area, and every case in order."""
    data = tomllib.loads(Path(__file__).with_name("faults.toml").read_text("utf8"))
    cases = [Case(id, area, **told) for area, part in data.items() for id, told in part["case"].items()]
    return {area: part["title"] for area, part in data.items()}, cases


def marked(folder: Path = ROOT / "tests") -> Mapping[str, list[str]]:
    """Case → the tests that are marked with it, as pytest names them."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        for name, case in _marks(ast.parse(path.read_text("utf8"))):
            found[case].append(f"{path.relative_to(folder.parent).as_posix()}::{name}")
    return found


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Tests and the cases in their decorators ``@pytest.mark.fault(…)``."""
    for node in tree.body:
        for decorator in node.decorator_list if isinstance(node, ast.FunctionDef) else ():
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.fault":
                yield from ((node.name, str(ast.literal_eval(one))) for one in decorator.args)


def page() -> str:
    """The page as it has to stand in docs."""
    titles, cases = declared()
    tests = marked()
    lines = [_HEAD]
    for area, title in titles.items():
        lines.append(f"\n## {title}\n\n| | case | what happens | tests |\n|---|---|---|---|\n")
        lines += [_row(one, tests.get(one.id, [])) for one in cases if one.area == area]
    return "".join(lines)


def _row(case: Case, tests: list[str]) -> str:
    shown = [f"[{test.partition('::test_')[2].replace('_', ' ')}](../{test.partition('::')[0]})" for test in tests]
    told = case.behaviour + (f" **Otherwise than usual:** {case.difference}" if case.difference else "")
    told += f" **Not yet:** {case.pending}." if case.pending else ""
    return f"| {case.id} | {case.case} | {told} | {' · '.join(shown)} |\n".replace("`|`", "`\\|`")


if __name__ == "__main__":
    PAGE.write_text(page(), "utf8")
