"""A slice of the run over every medium: a few reports of known truth, written as publishers' programs do it, each figure exact.

All of it: ``python -m tests.documents.media``. Another slice: ``GONGKAI_SEED=7 pytest tests/documents/test_media.py``.
"""

from __future__ import annotations

import os

import pytest

from tests.accuracy.judge import Tally
from tests.documents.image.judge import Score, score
from tests.documents.image.pictures import made, shots
from tests.documents.media import MEDIA, judged

SEED = int(os.environ.get("GONGKAI_SEED", "1"))
#: Reports in a medium; those that a program converts one by one take seconds each.
COUNTS = {"docx": 6, "xlsx": 6, "pdf by browser": 3}
#: Pictures of this slice, each of one table: clean, turned and in noise; large, small and middle.
PICTURES = (55, 2, 8)


@pytest.mark.parametrize("medium", MEDIA)
def test_every_figure_of_a_medium_is_exact(medium, tmp_path):
    print(f"seed {SEED}: python -m tests.documents.media --seed {SEED} --medium '{medium}'")
    whole = Tally()
    for path, one in judged(medium, range(COUNTS.get(medium, 2)), SEED, tmp_path):
        assert (path.name, one.missed, one.wrong, one.notes) == (path.name, 0, 0, [])
        whole.add(one)
    assert whole.right > 300
    assert whole.doubted <= 0.05 * whole.right


def test_figures_of_pictures_are_right_or_doubted_twice():
    print(f"seed {SEED}: python -m tests.documents.image --seed {SEED}")
    whole, clean = Score(), Score()
    for shot, body in made(shots(PICTURES, SEED)):
        one = score(body, shot.spec, shot.name)
        whole.add(one)
        if shot.wear == "clean":
            clean.add(one)
    assert whole.silent == 0, whole.notes
    assert clean.right >= 0.99 * clean.figures, whole.notes
    assert whole.right >= 0.97 * whole.figures, whole.notes
