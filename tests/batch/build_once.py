"""Run in a process of its own, to be killed, starved of disk, or raced: python -m tests.batch.build_once RAW PROCESSED."""

import sys
from pathlib import Path

from pipeline.archive import LockHeldError
from pipeline.batch.build import build
from tests.batch.fake_reader import READER

if __name__ == "__main__":
    try:
        build(Path(sys.argv[1]), Path(sys.argv[2]), reader=READER, min_free=-(10**18))
    except LockHeldError as error:
        print(error)
        sys.exit(3)
    except OSError as error:
        print(f"errno {error.errno}")
        sys.exit(4)
