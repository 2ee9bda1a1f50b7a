"""Bytes → other bytes of the same kind: flips, cuts, repeats, splices, and the words that the readers look for."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

#: Longest input. Traps of size are tried elsewhere (``tests/faults``); here many inputs a second count for more.
MAX_BYTES = 60_000
_MARKUP = (
    "<table>|</table>|<tr>|</tr>|<td>|</td>|<th colspan=2>|<td rowspan=0>|<td colspan=65534>|"
    "<td rowspan=99999 colspan=1000>|<thead>|<tfoot>|<tbody>|<br>|</br>|<p>|<td hidden>|<tr style='display:none'>|<caption>|"
    "<td/>|<!--|-->|<![CDATA[|]]>|<script>|</script>|<svg>|<math>|<template>|<select>|&nbsp;|&#0;|&#xD800;|&#x110000;|"
    "&amp;lt;|<meta charset=gb2312>|<meta charset=utf-16>|<base href=x>|<plaintext>|<frameset>|</body>|<w:tr>|</w:tr>|"
    "<w:tc>|<w:gridSpan w:val='9'/>|<w:vMerge/>|<w:t>|<w:p>|<!DOCTYPE x [<!ENTITY a 'b'>]>|&a;"
).split("|")
_WORDS = (
    "规章 规范性文件 行政许可 行政处罚 行政强制 行政事业性收费 政府集中采购 本年新收 上年结转 予以公开 部分公开 不予公开 "
    "无法提供 不予处理 其他处理 总计 合计 自然人 法人或其他组织 维持 纠正 结果 尚未 审结 行政复议 行政诉讼 一、总体情况 "
    "二、主动公开政府信息情况 三、收到和处理政府信息公开申请情况 第二十条第（一）项 本年制发件数 本年废止件数 现行有效件数 "
    "处理决定数量 收费金额（万元） 万元 采购总金额"
).split(" ")
_SIGNS = (
    "| || |\n \n\n , . 0 00 1,204 -5 － ／ / — 无 ２ ² ① \u3000 \u00a0 \u200b \ufeff \x00 \u2028 ? ?， 日?qǐng) 〔2021〕 (1) 【 】".split(
        " "
    )
)
TOKENS: tuple[bytes, ...] = tuple(one.encode() for one in (*_MARKUP, *_WORDS, *_SIGNS)) + tuple(one.encode("gb18030") for one in _WORDS[:8])

Change = Callable[[bytearray, random.Random, Sequence[bytes]], None]


def mutated(data: bytes, rng: random.Random, others: Sequence[bytes]) -> bytes:
    """The input after one to eight changes."""
    body = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 3, 5, 8))):
        rng.choice(_CHANGES)(body, rng, others)
    return bytes(body[:MAX_BYTES])


def _flip(body: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    if body:
        body[rng.randrange(len(body))] ^= 1 << rng.randrange(8)


def _replace(body: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    if body:
        body[rng.randrange(len(body))] = rng.choice((0, 9, 10, 32, 127, 128, 255, rng.randrange(256)))


def _cut(body: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    start, end = _stretch(body, rng)
    del body[start:end]


def _repeat(body: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    start, end = _stretch(body, rng)
    body[end:end] = bytes(body[start:end]) * rng.choice((1, 1, 2, 20))


def _shuffle(body: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    start, end = _stretch(body, rng)
    piece = bytes(body[start:end])
    del body[start:end]
    at = rng.randint(0, len(body))
    body[at:at] = piece


def _insert(body: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    at = rng.randint(0, len(body))
    body[at:at] = rng.choice(TOKENS) * rng.choice((1, 1, 1, 2, 30))


def _splice(body: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    if others:
        other = rng.choice(others)
        start, end = _stretch(bytearray(other), rng)
        at = rng.randint(0, len(body))
        body[at:at] = other[start:end]


def _digit(body: bytearray, rng: random.Random, others: Sequence[bytes]) -> None:
    places = [at for at, byte in enumerate(body) if 0x30 <= byte <= 0x39]
    if places:
        at = rng.choice(places)
        body[at : at + 1] = rng.choice((b"", b"0", b"9", b"10", b"1,2", b"-1", b"1.5", "２".encode()))


def _stretch(body: bytearray, rng: random.Random) -> tuple[int, int]:
    start = rng.randint(0, len(body))
    return start, min(len(body), start + int(rng.expovariate(1 / 40)) + 1)


_CHANGES: tuple[Change, ...] = (_flip, _replace, _cut, _repeat, _shuffle, _insert, _insert, _splice, _digit)
