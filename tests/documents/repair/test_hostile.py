"""A page made to be slow costs no more than a page of its length may: every fixer is linear."""

import time

import pytest

from pipeline.documents.repair import repair


@pytest.mark.fault("P16")
@pytest.mark.parametrize(
    "text",
    [
        "?，" * 100_000,
        ("?！" + "⒑９氐" * 5000 + "\n") * 5,
        "日?qǐng)" * 30_000,
        "務(wù)業(yè)報(bào)請(qǐng)。主動公開情況," + "日?qǐng)?bào)?。ㄒ唬┲鲃庸_," * 3000,
        "務(wù)" * 100_000,
        "〔2021" * 100_000,
        "2020" * 100_000,
        "(a" * 100_000,
    ],
    ids=lambda text: text[:8],
)
def test_no_input_takes_more_than_linear_time(text):
    began = time.perf_counter()
    repair(text)
    assert time.perf_counter() - began < 10
