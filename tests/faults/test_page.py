"""Every fault has a test, every mark a fault, and the page about them is not stale."""

import ast

import pytest

from tests.faults.page import COMMAND, PAGE, _marks, declared, marked, page

_, CASES = declared()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_case_has_a_test_or_is_not_there_yet(case):
    assert bool(marked().get(case.id)) != bool(case.pending)


def test_every_mark_names_a_case():
    assert set(marked()) <= {case.id for case in CASES}


def test_cases_are_numbered_without_a_gap():
    for letter, count in {"P": 17, "N": 12, "D": 5, "O": 3, "S": 8, "V": 5}.items():
        assert [case.id for case in CASES if case.id[0] == letter] == [f"{letter}{number:02d}" for number in range(1, count + 1)]


def test_the_page_is_not_stale():
    assert PAGE.read_text("utf8") == page(), f"write it again with: {COMMAND}"


def test_marks_are_read_from_the_source():
    source = "@pytest.mark.fault('P01', 'P02')\n@pytest.mark.parametrize('x', [1])\ndef test_a(x): pass\ndef test_b(): pass\n"
    assert list(_marks(ast.parse(source))) == [("test_a", "P01"), ("test_a", "P02")]
