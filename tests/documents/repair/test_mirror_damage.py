"""The model of the damage is right: it produces what real copies print, to the letter."""

from pathlib import Path

import pytest

from pipeline.documents.repair import readings, shifted

from .mirror_damage import Mirror

SEED = Path(__file__).parents[4] / "shared" / "corpus" / "seed" / "caiyun-2023.txt"
SITE = {"報": "bào", "請": "qǐng", "現": "xiàn"}


@pytest.mark.parametrize(
    ("published", "printed"),
    [("成效。现将", "成效?,F(xiàn)將"), ("日报", "日?qǐng)?bào)")],
)
def test_runs_of_real_copies(published, printed):
    assert Mirror(SITE, narrowed=True).damage(published) == printed


def test_a_heading_of_a_site_without_readings():
    assert Mirror().damage("　（一）主动公开") == "?。ㄒ唬┲鲃庸_"


def test_the_whole_seed_is_what_the_model_makes_of_it():
    if not SEED.exists():
        pytest.skip("the corpus of real reports is not beside the checkout")
    printed = SEED.read_text(encoding="utf-8")
    taught = readings.learn(printed)
    written, _ = readings.remove(shifted.restore(printed, taught)[0], taught)
    in_order = dict(sorted(taught.items(), key=lambda item: item[1]))
    wide = written.translate({ord(narrow): ord(narrow) + 0xFEE0 for narrow in ",():"})
    assert Mirror(in_order, to_traditional=False, narrowed=True).damage(wide) == printed
