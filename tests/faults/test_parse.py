"""Pages made to break a parser, as whole documents and with what they cost."""

import subprocess
import sys

import pytest

from pipeline import read_report
from tests.faults.page import ROOT

RULES = (
    "<p>二、主动公开政府信息情况</p><table><tr><td>信息内容<td>本年制发件数<td>本年废止件数<td>现行有效件数"
    "<tr><td>规章<td>4<td>5<td>6</table>"
)
#: Bytes. The page holds sixty; what it asks for is gigabytes.
_EXTRA_MEMORY = 50_000_000

_MEASURE = """
import resource, sys
from pipeline import read_report, read_tables
read_report(b"<table><tr><td>1</table>")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
page = sys.stdin.buffer.read()
read_report(page)
try:
    read_tables(page)
except ValueError:
    pass
print(1024 * (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before))
"""


@pytest.mark.fault("P01")
@pytest.mark.parametrize(
    "table",
    [
        "<td rowspan=65534 colspan=1000>1",
        "<td colspan=1000000000>1",
        "<td rowspan=65534>1" * 60 + "<tr><td>1" * 60,
        "<td colspan=1000>1" * 60,
    ],
)
def test_a_span_bomb_takes_no_memory(table):
    body = f"<table><tr>{table}</table>".encode()
    done = subprocess.run((sys.executable, "-c", _MEASURE), input=body, cwd=ROOT, capture_output=True, check=True)
    assert int(done.stdout) < _EXTRA_MEMORY


@pytest.mark.fault("P05")
@pytest.mark.parametrize("depth", [300, 3_000, 50_000])
@pytest.mark.parametrize("element", ["div", "b", "table><tr><td", "p><div", "TABLE x=1><tr><td"])
def test_a_report_far_down_is_read_or_set_aside(element, depth):
    """Never: a report without tables."""
    report = read_report((f"<{element}>" * depth + RULES).encode())
    codes = {issue.code for issue in report.issues}
    assert list(report.figures.value) == [4, 5, 6] or "document.too_deep" in codes


@pytest.mark.fault("P08")
@pytest.mark.parametrize("body", ["<b>" * 100_000, "<i><table>" * 60_000, "<a><p>" * 60_000], ids=["b", "foster parents", "a"])
def test_quadratic_markup_is_refused_or_read_to_its_end(body):
    """The computing time is that of six such pages in a worker; a page that took more would be ended by the kernel."""
    # The process limits itself: code between fork and exec is not safe in a test process that has threads.
    code = "import resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (60, 60))\n"
    code += "from pipeline import read_report; r = read_report(sys.stdin.buffer.read())\n"
    code += "print(*r.figures.value, *{i.code for i in r.issues})"
    done = subprocess.run((sys.executable, "-c", code), input=(body + RULES).encode(), cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"4 5 6") or b"document.too_deep" in done.stdout
