"""Real stored pages: those of mirrors are put right, the others come back byte for byte."""

from pathlib import Path

import pytest

from pipeline.documents.repair import repair

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
TRADITIONAL = {"case-055.txt", "case-087.txt", "case-094.txt", "case-096.txt", "caiyun-2023.txt"}


@pytest.fixture(scope="module")
def pages():
    found = [path for folder in ("text", "documents", "seed") for path in sorted((CORPUS / folder).glob("*.*")) if path.suffix != ".json"]
    if not found:
        pytest.skip("the corpus of real reports is not beside the checkout")
    return {path.name: path.read_text(encoding="utf-8") for path in found if path.suffix != ".pdf"}


def test_only_copies_of_mirrors_are_changed(pages):
    assert {name for name, text in pages.items() if repair(text) != (text, ())} == TRADITIONAL


@pytest.mark.parametrize("name", sorted(TRADITIONAL - {"case-096.txt", "caiyun-2023.txt"}))
def test_labels_of_traditional_copies_are_those_of_the_form(pages, name):
    text, _ = repair(pages[name])
    for label in (
        "第二十条",
        "本年制发件数",
        "现行有效件数",
        "行政规范性文件",
        "行政处罚",
        "本年收费金额(单位:万元)",
        "三、收到和处理政府信息公开申请情况",
    ):
        assert label in text
