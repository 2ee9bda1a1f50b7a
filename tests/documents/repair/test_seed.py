"""The township report that came as a mirror's copy, with every kind of damage in it."""

from pathlib import Path

import pytest

from pipeline.documents.repair import repair

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"


@pytest.fixture(scope="module")
def caiyun():
    path = CORPUS / "seed" / "caiyun-2023.txt"
    if not path.exists():
        pytest.skip("the corpus of real reports is not beside the checkout")
    return path.read_text(encoding="utf-8")


def test_both_shifted_runs_of_the_seed_are_restored(caiyun):
    text, _ = repair(caiyun)
    assert "明显成效。现将彩云镇" in text
    assert "曲靖日报等平台" in text
    assert "?" not in text


def test_numbering_and_units_in_brackets_stay(caiyun):
    text, _ = repair(caiyun)
    assert "第二十条第(一)项" in text
    assert "本年收费金额(单位:万元)" in text


@pytest.mark.fault("N12")
def test_every_repair_of_the_seed_is_reported(caiyun):
    _, repairs = repair(caiyun)
    assert [(made.fixer, made.doubted) for made in repairs] == [
        ("shifted_bytes", False),
        ("shifted_bytes", True),
        ("readings", False),
        ("traditional", False),
    ]
