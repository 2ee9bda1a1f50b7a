"""Times the reading of pictures: python -m tests.benchmarks.pictures [PICTURES].

Seconds of processor time a table (other work on the machine does not count), and their ratio to RapidOCR run once, as it comes, over the
same picture: it finds lines of text and reads each, without cells, without a second reading, without what figures have to add up to.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable

import numpy as np

from pipeline import read_report
from pipeline.documents.image.decode import decode
from tests.documents.image.pictures import SIZES, WEARS, made, shots

PICTURES = 3


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one call, of all threads."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main(pictures: int) -> None:
    """Time clean pictures, one of each size after the other."""
    os.environ["CI"] = "true"
    logging.disable(logging.INFO)
    from rapidocr import RapidOCR

    plain = RapidOCR()
    numbers = range(0, pictures * len(WEARS), len(WEARS))
    whole = other = tables = 0.0
    print(f"{'picture':<32} {'tables':>6} {'s/table':>8} {'RapidOCR once':>14} {'ratio':>6}")
    for shot, body in made(shots(numbers, 1)):
        pixels = np.ascontiguousarray(decode(body)[:, :, ::-1])
        took, once = seconds(lambda body=body: read_report(body)), seconds(lambda pixels=pixels: plain(pixels))
        count = sum(form is not None for form in shot.spec.forms.values())
        print(f"{shot.name:<32} {count:>6} {took / count:>8.1f} {once / count:>14.1f} {took / once:>6.2f}")
        whole, other, tables = whole + took, other + once, tables + count
    print(f"{'all, ' + ', '.join(SIZES):<32} {tables:>6.0f} {whole / tables:>8.1f} {other / tables:>14.1f} {whole / other:>6.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
