"""The command writes what the scorer of the corpus reads, and the same bytes for the same seed."""

import json

from click.testing import CliRunner

from pipeline.generator.__main__ import main


def written(folder, *options):
    result = CliRunner().invoke(main, [str(folder), "--count", "6", *options])
    assert result.exit_code == 0, result.output
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_writes_document_and_truth_side_by_side(tmp_path):
    files = written(tmp_path, "--seed", "3")
    truths = [json.loads(body) for name, body in files.items() if name.endswith(".truth.json")]
    assert len(files) == 12
    assert all(told["document"] in files and told["synthetic"] for told in truths)


def test_same_seed_same_files(tmp_path):
    assert written(tmp_path / "a", "--seed", "5") == written(tmp_path / "b", "--seed", "5")
    assert written(tmp_path / "a", "--seed", "5") != written(tmp_path / "c", "--seed", "6")


def test_options_choose_form_dialect_and_figures(tmp_path):
    files = written(tmp_path, "--medium", "text", "--dialect", "A0", "--form", "2019", "--figures", "zeros", "--noise", "0")
    told = json.loads(files["sample-0001.truth.json"])
    assert (told["shape"], told["form"], len(told["figures"]), set(told["figures"].values())) == ("A0", "2019", 198, {0})
