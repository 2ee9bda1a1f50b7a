"""Texts that spreadsheets would run, round or turn into dates stay what they are, and come back."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export.guard import guard, guard_column, unguard

RISKY_CHARACTERS = st.text(alphabet="='+-@\t\r\n＝＋－＠0123456789eE.:/ 无aあ", max_size=14)


@pytest.mark.fault("O01")
@given(st.text() | RISKY_CHARACTERS)
def test_every_text_comes_back(text):
    assert unguard(guard(text)) == text


@given(st.lists(st.none() | st.text() | RISKY_CHARACTERS, max_size=8))
def test_a_column_is_guarded_as_its_texts_are(texts):
    assert guard_column(pa.chunked_array([texts], pa.string())).to_pylist() == [None if text is None else guard(text) for text in texts]


@given(st.lists(RISKY_CHARACTERS, min_size=2, max_size=2, unique=True))
def test_different_texts_stay_different(texts):
    assert guard(texts[0]) != guard(texts[1])


@pytest.mark.fault("O01")
@pytest.mark.parametrize(
    "text", ["=1+1", "+19", "-3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "'quoted", "320813000000", "007", "12e5", "1-2", "2023/1", "8:30"]
)
def test_is_guarded(text):
    assert guard(text) == f"'{text}"


@pytest.mark.fault("O01")
@pytest.mark.parametrize("text", ["", "无", "0", "12", "3.5", "100余条", "2022年", "u0123456789ab", "1,234", "a=b", "第1-2项"])
def test_is_left_alone(text):
    assert guard(text) == text
