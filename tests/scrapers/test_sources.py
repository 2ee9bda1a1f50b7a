"""Sources as data: what a file may say, what is refused with file and key, and the shipped ones."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from pipeline.scrapers.families import FAMILIES
from pipeline.scrapers.model import Note
from pipeline.scrapers.sources import SHIPPED, SourceError, read_source, sources

WHOLE = """
name = "示例县人民政府"
division_code = "530324000000"
family = "trs"
lists = ["https://www.example.gov.cn/gk/nb{year}/"]
hosts = ["gk.example.gov.cn"]
titles = ['^\\d{4}年$']
not_titles = ["汇总"]
fewest = 12
legacy_tls = true

[[notes]]
on = 2026-11-22
text = "seen in a public list"
"""


def write(folder: Path, text: str, name: str = "example-county.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf8")
    return path


def test_a_whole_file_is_read(tmp_path):
    found = read_source(write(tmp_path, WHOLE))
    assert (found.id, found.name, found.division_code, found.family) == ("example-county", "示例县人民政府", "530324000000", "trs")
    assert (found.lists, found.hosts, found.fewest) == (("https://www.example.gov.cn/gk/nb{year}/",), ("gk.example.gov.cn",), 12)
    assert (found.titles, found.not_titles, found.legacy_tls, found.http_only, found.tried_live) == (
        (r"^\d{4}年$",),
        ("汇总",),
        True,
        False,
        False,
    )
    assert found.notes == (Note("2026-11-22", "seen in a public list"),)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('name = "示例县人民政府"', 'name = ""', "name: "),
        ('name = "示例县人民政府"', "", "name: is missing"),
        ('family = "trs"', 'family = "drupal"', "family: 'drupal' is no family; known are gkmlpt"),
        ("fewest = 12", "fewest = -1", "fewest: "),
        ("fewest = 12", 'fewest = "12"', "fewest: "),
        ("fewest = 12", "fewest = true", "fewest: "),
        ("fewest = 12", "most = 12", "most: unknown key"),
        ("legacy_tls = true", 'legacy_tls = "yes"', "legacy_tls: "),
        ("530324000000", "530324", "division_code: '530324' is no division code"),
        ("530324000000", "990000000000", "division_code: "),
        ("530324000000", "53032400000a", "division_code: "),
        ("https://www.example.gov.cn/gk/nb{year}/", "http://a.gov.cn/", "lists: http://a.gov.cn/ is not https; say http_only"),
        ("https://www.example.gov.cn/gk/nb{year}/", "ftp://www.example.gov.cn/", "lists: ftp://www.example.gov.cn/ is no http"),
        ("https://www.example.gov.cn/gk/nb{year}/", "file:///etc/passwd", "lists: file:///etc/passwd is no http"),
        ("https://www.example.gov.cn/gk/nb{year}/", "https://user:word@www.example.gov.cn/", "lists: "),
        ("https://www.example.gov.cn/gk/nb{year}/", "https://[::1/", "lists: https://[::1/ is no address"),
        ("https://www.example.gov.cn/gk/nb{year}/", "https://www.example.gov.cn:99999/", "lists: "),
        ("https://www.example.gov.cn/gk/nb{year}/", "https://a.gov.cn/{month}/", "lists: https://a.gov.cn/{month}/: {month}"),
        ("https://www.example.gov.cn/gk/nb{year}/", "https://www.example.gov.cn/a b", "lists: "),
        ('["https://www.example.gov.cn/gk/nb{year}/"]', "[]", "lists: must name at least one"),
        ('["https://www.example.gov.cn/gk/nb{year}/"]', '["https://a.cn/", "https://a.cn/"]', "lists: names something twice"),
        ('["https://www.example.gov.cn/gk/nb{year}/"]', '"https://a.cn/"', "lists: must be a list"),
        ('"gk.example.gov.cn"', '"GK.example.gov.cn"', "hosts: "),
        ('"gk.example.gov.cn"', '"https://gk.example.gov.cn"', "hosts: "),
        ('["汇总"]', '["("]', "not_titles: ( is no regular expression"),
        ("on = 2026-11-22", 'on = "yesterday"', "notes: 'yesterday' is no day"),
        ("on = 2026-11-22", "on = 2026-11-22T10:00:00Z", "notes: "),
        ("on = 2026-11-22", "when = 2026-11-22", "notes: must be tables"),
        ("[[notes]]", '[site]\nsid = "1"\n[[notes]]', "site.sid: unknown key; the family trs knows no key"),
        ("[[notes]]", "[site]\nsid = 1\n[[notes]]", "site: "),
        ("[[notes]]", "[notes", ""),
        ('family = "trs"', 'family = "sitemap"', "lists: [site] needs a pattern"),
        ('family = "trs"', 'family = "gkmlpt"', "lists: https://www.example.gov.cn/gk/nb{year}/ is neither"),
        ("fewest = 12", "http_only = true", "http_only: every list is https"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_name_and_the_key(tmp_path, old, new, key):
    assert old in WHOLE
    with pytest.raises(SourceError) as error:
        read_source(write(tmp_path, WHOLE.replace(old, new)))
    assert str(error.value).startswith(f"example-county.toml: {key}")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["Example.toml", "example_county.toml", "-a.toml", "示例.toml"])
def test_a_file_s_name_is_the_id_and_must_be_plain(tmp_path, name):
    with pytest.raises(SourceError, match="the file's name"):
        read_source(write(tmp_path, WHOLE, name))


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "example.toml"
    path.write_bytes(b'name = "\xff"')
    with pytest.raises(SourceError, match=r"example\.toml"):
        read_source(path)


def test_a_user_s_folder_adds_sources_and_replaces_shipped_ones(tmp_path):
    shipped = sources()
    some = next(iter(shipped))
    write(tmp_path, WHOLE)
    write(tmp_path, WHOLE, f"{some}.toml")
    write(tmp_path, "not = toml at all", ".hidden.toml")
    found = sources(tmp_path, tmp_path / "not there")
    assert set(found) == {*shipped, "example-county"}
    assert found[some].name == "示例县人民政府"
    assert shipped[some].name != "示例县人民政府"


def test_every_shipped_source_tells_what_was_seen_and_that_it_was_not_tried():
    for one in sources().values():
        assert one.notes, one.id
        assert all(datetime.date.fromisoformat(note.on) for note in one.notes)
        assert one.tried_live is False, one.id
        assert re.search(r"[\u4e00-\u9fff]", one.name), one.id


def test_every_shipped_source_can_be_started():
    for one in sources().values():
        asks = FAMILIES[one.family].start(one, range(2020, 2024))
        assert asks, one.id
        assert all("{" not in ask.url for ask in asks)


def test_the_shipped_codes_are_of_places_that_exist(shared):
    lines = [
        line
        for name in ("provinces", "cities", "areas", "townships")
        for line in (shared / f"units/{name}.csv").read_text("utf8").splitlines()
    ]
    codes = {line.split(",")[0].ljust(12, "0") for line in lines}
    for one in sources().values():
        assert not one.division_code or one.division_code in codes, one.id


def test_shipped_files_are_where_the_package_says():
    assert len(list(SHIPPED.glob("*.toml"))) == len(sources())
