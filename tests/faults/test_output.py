"""Names and addresses that try to steer a terminal or to write lines of their own into a log."""

import logging

import pytest

from pipeline.commands.watching import log_file

EVIL = "青石镇\x1b[2J\n2026-01-01 00:00:00,000 INFO pipeline: all is well\r\u202eabc\u2028\x07"


@pytest.mark.fault("O03")
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_no_name_writes_a_line_of_its_own_into_the_log(tmp_path, capsys, log_format):
    with log_file(tmp_path / "run.log", log_format):
        logging.getLogger("pipeline.archive.x").warning("cannot read %s", EVIL)
        try:
            raise ValueError(EVIL)
        except ValueError:
            logging.getLogger("pipeline.scrapers").exception("it came to nothing")
    told = (tmp_path / "run.log").read_text("utf8") + capsys.readouterr().err
    assert not set(told) & set("\x1b\r\x07\u202e\u2028")
    lines = (tmp_path / "run.log").read_text("utf8").splitlines()
    assert not any(line.startswith("2026-01-01 00:00:00,000") for line in lines)
