"""What is held against the clock is the same work: pages of one size, and the figures that each library gives counted rightly."""

import pytest

from tests.benchmarks.contenders import CONTENDERS, printed
from tests.benchmarks.pages import made_pages, pages


def test_pages_are_of_one_size_and_always_the_same():
    made = list(made_pages(8))
    assert all(55_000 < len(page.body) < 70_000 for page in made)
    assert len({(page.word, page.charset, page.spec.forms["applications"]) for page in made}) == 8
    assert [page.body for page in made] == pages(8) != pages(8, seed=2)


@pytest.mark.parametrize("contender", [one for one in CONTENDERS if one.found], ids=lambda one: one.library)
def test_figures_are_counted_where_they_stand(contender):
    """A page read whole gives all its figures; held against a page of other figures it gives few."""
    one, _, _, _, other = made_pages(5)
    given = contender.work(one)
    assert contender.found(one, given) == len(printed(one))
    assert contender.found(other, given) < len(printed(other))
