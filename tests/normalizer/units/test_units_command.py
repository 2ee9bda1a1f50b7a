import pytest
from click.testing import CliRunner

from pipeline.commands.units import units_command

from .test_lists import CHANGES, FLAT


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "divisions.csv").write_text(FLAT, "utf8")
    (tmp_path / "changes.csv").write_text(CHANGES, "utf8")

    def invoke(*arguments: str, code: int = 0):
        result = CliRunner().invoke(units_command, arguments)
        assert result.exit_code == code, result.output
        return result

    return invoke


def test_a_list_is_imported_and_names_are_shown_by_it(run):
    assert "5 divisions and 1 changes" in run("import", "divisions.csv", "changes.csv").output
    shown = run("show", "师宗县彩云乡").output
    assert "云南省曲靖市师宗县彩云镇人民政府" in shown
    assert "first code: 530323204000" in shown
    assert "former names: 彩云乡" in shown
    assert run("show", "530323").output.splitlines() == ["云南省曲靖市师宗县", "  division 530323000000, county", "  parts: 2"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("show", "彩云镇"), 2, "no list of divisions was imported into data/raw (gongkai units import FILE…)"),
        (("import", "bad.csv"), 2, "bad.csv, line 2: '5' is not a code"),
        (("import", "nothing.csv"), 2, "does not exist"),
        (("list",), 1, "no datasets yet"),
    ],
)
def test_bad_input_is_one_clear_line(run, tmp_path, arguments, code, message):
    (tmp_path / "bad.csv").write_text("code,name\n5,云南省\n", "utf8")
    assert message in run(*arguments, code=code).output


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("民政局", "民政局 begins with no place of the list"),
        ("师宗县新设镇", "the list has no 新设镇"),
        ("530399", "the list has no division 530399"),
    ],
)
def test_what_the_list_does_not_have_is_said(run, what, message):
    run("import", "divisions.csv")
    assert message in run("show", what, code=1).output


def test_what_is_proposed_is_not_imported_before_a_person_filled_in_the_dates(run, tmp_path):
    run("import", "divisions.csv")
    (tmp_path / "older.csv").write_text(FLAT.replace("彩云镇", "彩云乡"), "utf8")
    proposed = run("propose", "--old", "older.csv")
    assert "530323104000,530323104000,,upgrade,彩云乡,彩云镇,99,the same name with another mark" in proposed.stdout.splitlines()
    assert "1 proposed, 0 open" in proposed.stderr
    (tmp_path / "proposed.csv").write_text(proposed.stdout, "utf8")
    assert "is no date" in run("import", "proposed.csv", code=2).output
    (tmp_path / "proposed.csv").write_text(proposed.stdout.replace(",,upgrade", ",2012-05-01,upgrade"), "utf8")
    assert "1 changes" in run("import", "proposed.csv").output


def test_a_code_that_two_divisions_had_is_told(run, tmp_path):
    (tmp_path / "more.csv").write_text(
        "old_code,new_code,date,kind,old_name,new_name\n530323105,530323106,2012,upgrade,旧山乡,旧山镇\n", "utf8"
    )
    told = run("import", "divisions.csv", "more.csv").output
    assert "530323105000 is the code of more than one division" in told
    assert "changed to 旧山镇 (530323106000), which the list does not have" in told
