"""Ids: the same unit gets the same one, two units never share one by accident of spelling."""

import pytest

from pipeline.normalizer.identity import host_of, known_year, report_id, trust_of, unit_id


@pytest.mark.fault("V01")
def test_spelling_of_name_and_address_do_not_matter():
    ids = {
        unit_id("彩云镇（人民政府）", "http://www.a.gov.cn/1.html", "aa"),
        unit_id(" 彩云镇(人民政府)", "https://a.gov.cn:8080/2.html", "bb"),
    }
    assert len(ids) == 1


def test_units_of_one_name_on_two_hosts_are_two():
    assert unit_id("彩云镇", "http://a.gov.cn/", "aa") != unit_id("彩云镇", "http://b.gov.cn/", "aa")


def test_documents_without_a_unit_are_never_one_unit():
    assert unit_id(None, None, "aa") != unit_id("  ", None, "bb")
    assert unit_id(None, None, "aa") == unit_id("", "http://a.gov.cn/", "aa")


def test_documents_without_a_year_are_never_versions_of_one_report():
    assert report_id("x0", None, "a" * 64) != report_id("x0", None, "b" * 64)
    assert "-0000-own" in report_id("x0", None, "a" * 64)


@pytest.mark.fault("V04")
@pytest.mark.parametrize(("year", "known"), [(2023, 2023), (None, None), (23, None), (20233, None), (0, None)])
def test_years_that_cannot_be(year, known):
    assert known_year(year) == known


@pytest.mark.fault("N12")
@pytest.mark.parametrize(
    ("url", "host", "trust"),
    [
        ("http://WWW.huaian.gov.cn/a", "huaian.gov.cn", "official"),
        ("http://gov.cn.example.com/", "gov.cn.example.com", "mirror"),
        ("http://fakegov.cn/", "fakegov.cn", "mirror"),
        (None, "", "unknown"),
        ("http://[", "", "unknown"),
    ],
)
def test_trust_is_of_the_host(url, host, trust):
    assert (host_of(url), trust_of(url)) == (host, trust)
