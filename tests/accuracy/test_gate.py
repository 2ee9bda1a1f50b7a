"""The gate in small: a slice of made documents over every dialect and flavour, none of them read silently wrong.

ACCURACY_SEED and ACCURACY_DOCUMENTS choose another slice. The texts of extractors are scored in ``tests/extractors``.
"""

import os

from .gate import covers_every_shape, run
from .sources import document

SEED = int(os.environ.get("ACCURACY_SEED", "7"))
DOCUMENTS = int(os.environ.get("ACCURACY_DOCUMENTS", "500"))


def test_no_made_document_is_silently_wrong():
    print(f"seed {SEED}, {DOCUMENTS} documents")
    assert covers_every_shape(DOCUMENTS)
    result = run(DOCUMENTS, SEED, processes=1, files=False)
    told = [f"python -m tests.accuracy --seed {SEED} --document {one.name}: {one.tally.notes[0]}" for one in result.silent]
    assert not told, "\n".join(told)


def test_the_same_seed_gives_the_same_document():
    for name in ("generated/3", "generated/23", "damaged/5"):
        assert document(name, SEED) == document(name, SEED)
        assert document(name, SEED).body != document(name, SEED + 1).body
