"""The page of the gate carries its numbers, and the next one says what has changed."""

from .gate import Result, Scored
from .judge import Tally
from .page import read_numbers, table, write_page


def result(*, right, missed, notes=()):
    made = Result()
    tally = Tally(documents=1, right=right, missed=missed, silent=len(notes), notes=list(notes))
    made.add(Scored("generated/7", "generated", "text", "A", "wild", tally))
    return made


def written(page, one, **before):
    write_page(page, one, documents=1, seed=3, day="2024-05-01", **before)
    return page.read_text("utf8")


def test_the_page_tells_what_changed_since_the_one_before(tmp_path):
    page = tmp_path / "accuracy.md"
    assert read_numbers(page) == {}
    assert "| text: A | 1 | 10 | 80.00 % | 20.00 % |" in written(page, result(right=8, missed=2), before={})
    assert "| text: A | 1 | 10 | 90.00 % (80.00 %) | 10.00 % |" in written(page, result(right=9, missed=1), before=read_numbers(page))
    assert "(90.00 %)" in table(result(right=10, missed=0), read_numbers(page))


def test_the_page_names_silent_errors_with_a_command(tmp_path):
    told = written(tmp_path / "accuracy.md", result(right=9, missed=1, notes=["a.b.c = 1 without doubt, printed 2"]), before={})
    assert "- `python -m tests.accuracy --seed 3 --document generated/7`: 1, e.g. a.b.c = 1 without doubt, printed 2" in told


def test_a_share_is_never_rounded_to_all_or_none(tmp_path):
    told = written(tmp_path / "accuracy.md", result(right=999_999, missed=1), before={})
    assert "| 99.99 % | 0.01 % |" in told
