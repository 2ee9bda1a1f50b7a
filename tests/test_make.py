"""What a fresh clone installs is all that the program imports."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import sys
import tomllib

from tests.built_sample import ROOT


def imported() -> set[str]:
    """The top names of the modules that the package imports, its own and Python's left out."""
    names: set[str] = set()
    for path in (ROOT / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names - {"pipeline"} - sys.stdlib_module_names


def test_every_library_that_the_program_imports_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    declared = {re.split(r"[^\w.-]", one)[0].lower() for one in project["dependencies"]}
    offered = importlib.metadata.packages_distributions()
    missing = {name for name in imported() if not {one.lower() for one in offered.get(name, [name])} & declared}
    assert missing == set()
