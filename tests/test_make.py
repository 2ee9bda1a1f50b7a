"""What a fresh clone installs is all that the program imports."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib

from tests.built_sample import ROOT


def imported(*, generator: bool) -> set[str]:
    """The top names of the modules that the package imports, its own and Python's left out; those of the generator, or of all the rest."""
    names: set[str] = set()
    for path in (ROOT / "pipeline").rglob("*.py"):
        if ("generator" in path.parts) != generator:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.Import):
                names.update(alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Call) and getattr(node.func, "id", None) == "need" and isinstance(node.args[0], ast.Constant):
                names.add(node.args[0].value.partition(".")[0])
    return names - {"pipeline"} - sys.stdlib_module_names


def declared() -> tuple[set[str], set[str], set[str]]:
    """The libraries that every installation has, those that extras add for users, and those that developers have besides."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))["project"]
    optional = project["optional-dependencies"]
    extras = [one for extra, libraries in optional.items() if extra != "dev" for one in libraries]
    lists = (project["dependencies"], extras, optional["dev"])
    base, more, dev = ({re.split(r"[^\w.-]", one)[0].lower() for one in libraries} for libraries in lists)
    return base, more - base, dev


def homes(module: str) -> set[str]:
    return {one.lower() for one in importlib.metadata.packages_distributions().get(module, [module])}


def test_every_library_that_the_program_imports_is_declared() -> None:
    base, more, dev = declared()
    assert {name for name in imported(generator=False) if not homes(name) & (base | more)} == set()
    assert {name for name in imported(generator=True) if not homes(name) & (base | more | dev)} == set()


def test_without_the_extras_every_command_is_there_and_says_what_it_needs() -> None:
    base, _, _ = declared()
    blocked = sorted(name for name in imported(generator=False) | imported(generator=True) if not homes(name) & base)
    assert blocked
    code = f"""
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {blocked!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocked())
import importlib
from pipeline.cli import MODULES
for module in MODULES:
    importlib.import_module(f"pipeline.commands.{{module}}")
from pipeline import read_report
print(read_report(b"<p>x</p>").document.medium, [one.message for one in read_report(b"%PDF-1.7\\n1 0 obj").issues][0])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("html Reading PDF files needs the extra docs: pip install 'gongkai[docs]'")
