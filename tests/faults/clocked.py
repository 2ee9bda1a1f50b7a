"""Import saved pages and build their datasets, for runs under another clock: ``python -m tests.faults.clocked PAGES RAW PROCESSED``."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner

from pipeline.cli import main

if __name__ == "__main__":
    _pages, _raw, _processed = sys.argv[1:]
    for _command in (("import", _pages, "--raw", _raw), ("build", "--raw", _raw, "--processed", _processed)):
        _ran = CliRunner().invoke(main, _command)
        assert _ran.exit_code == 0, _ran.output
    Path(_processed, "clock").write_text(datetime.now(UTC).isoformat(), "utf8")
