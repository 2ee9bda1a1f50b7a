from pathlib import Path

import pytest

from pipeline.export.selection import Extract, Selection, open_extract
from tests.small_snapshot import county, write


@pytest.fixture(scope="package")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("county") / "processed", county())


@pytest.fixture
def extract(processed: Path) -> Extract:
    return open_extract(processed, Selection())
