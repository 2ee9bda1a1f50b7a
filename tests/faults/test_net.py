"""Addresses in data are never opened by the way."""

import ast

import pytest

from tests.faults.page import ROOT

#: Functions that open what a text names, as they are written in code.
OPENING = {
    *(
        "pandas.read_html",
        "pd.read_html",
        "pd.read_csv",
        "pd.read_excel",
        "pd.read_xml",
        "pd.read_json",
        "urllib.request.urlopen",
        "urlopen",
    ),
    *(
        "etree.parse",
        "html.parse",
        "ElementTree.parse",
        "ET.parse",
        "requests.get",
        "requests.request",
        "httpx.get",
        "os.system",
        "eval",
        "exec",
    ),
    *("pickle.load", "pickle.loads", "yaml.load", "subprocess.getoutput"),
}


def calls(source: str) -> set[str]:
    """Everything that is called, as it is written."""
    return {ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)}


@pytest.mark.fault("N03")
def test_nothing_opens_what_a_text_names():
    found = {path.name: calls(path.read_text("utf8")) & OPENING for path in (ROOT / "pipeline").rglob("*.py")}
    assert {name: names for name, names in found.items() if names} == {}


@pytest.mark.fault("N03")
def test_xml_is_parsed_from_bytes_without_entities():
    """lxml is given bytes by ``fromstring``, with a parser that looks nothing up, or through feeds that are no XML."""
    for path in (ROOT / "pipeline").rglob("*.py"):
        source = path.read_text("utf8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("XMLParser"):
                given = {one.arg: ast.literal_eval(one.value) for one in node.keywords}
                assert given["resolve_entities"] is False, path
                assert given["no_network"] is True, path


def test_calls_are_seen():
    assert calls("import pandas as pd\npd.read_html(x)") & OPENING
