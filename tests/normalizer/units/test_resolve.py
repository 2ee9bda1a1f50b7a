import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.normalizer import identity
from pipeline.normalizer.units.hosts import learn_hosts
from pipeline.normalizer.units.kept import import_lists
from pipeline.normalizer.units.resolve import Resolver, resolved_id

from .lists import change, claim, little

CAIYUN = resolved_id("530323104000", "人民政府")


@pytest.fixture(scope="module")
def resolver():
    return Resolver(little())


@pytest.mark.parametrize(
    ("printed", "full", "code"),
    [
        ("师宗县彩云镇", "云南省曲靖市师宗县彩云镇人民政府", "530323104000"),
        ("云南省曲靖市师宗县彩云镇人民政府", "云南省曲靖市师宗县彩云镇人民政府", "530323104000"),
        ("云南省师宗县彩云镇政府", "云南省曲靖市师宗县彩云镇人民政府", "530323104000"),
        ("楚雄州禄丰市彩云镇", "云南省楚雄彝族自治州禄丰市彩云镇人民政府", "532302109000"),
        ("广州市白云区人民政府棠景街道办事处", "广东省广州市白云区棠景街道办事处", "440111001000"),
        ("白云区棠景街", "广东省广州市白云区棠景街道办事处", "440111001000"),
        ("广州市白云区财政局", "广东省广州市白云区财政局", "440111000000"),
        ("师宗县公安局", "云南省曲靖市师宗县公安局", "530323000000"),
        ("曲靖市公安局师宗分局", "云南省曲靖市师宗县公安局师宗分局", "530323000000"),
        ("曲靖市公安局师宗县分局", "云南省曲靖市师宗县公安局师宗分局", "530323000000"),
        ("淮安市洪泽生态环境局", "江苏省淮安市洪泽区洪泽生态环境局", "320813000000"),
        ("曲靖市公安局经济技术开发区分局", "云南省曲靖市公安局经济技术开发区分局", "530300000000"),
        ("重庆市永新镇人民政府", "重庆市綦江区永新镇人民政府", "500110110000"),
        ("師宗縣彩雲鎮人民政府", "云南省曲靖市师宗县彩云镇人民政府", "530323104000"),
        ("曲靖经济技术开发区管委会", "云南省曲靖市曲靖经济技术开发区管理委员会", "530371000000"),
        ("嘉峪关市雄关街道办事处", "甘肃省嘉峪关市雄关街道办事处", "620201001000"),
        ("师宗县师宗农场", "云南省曲靖市师宗县师宗农场", "530323400000"),
    ],
)
def test_a_name_that_says_where_is_resolved_by_itself(resolver, printed, full, code):
    found = resolver.resolve(claim(printed))
    assert (found.resolved, found.name, found.division_code) == (True, full, code)


def test_the_columns_of_a_resolved_unit(resolver):
    found = resolver.resolve(claim("师宗县彩云镇"))
    assert found.unit_id == CAIYUN
    assert (found.body, found.level, found.kind, found.scope, found.root_code) == (
        "人民政府",
        "township",
        "government",
        "own",
        "530323104000",
    )
    assert found.places() == {
        "province": "云南省",
        "province_code": "530000000000",
        "city": "曲靖市",
        "city_code": "530300000000",
        "county": "师宗县",
        "county_code": "530323000000",
        "township": "彩云镇",
        "township_code": "530323104000",
    }
    assert found.issue() is None


def test_a_district_of_a_municipality_has_no_city(resolver):
    places = resolver.resolve(claim("重庆市綦江区民政局")).places()
    assert (places["province"], places["city"], places["county"], places["township"]) == ("重庆市", None, "綦江区", None)


@pytest.mark.parametrize(
    "places",
    [
        [("通过师宗县", "prose")],
        [("认真落实师宗县", "prose"), ("县级", "prose")],
        [("曲靖市", "prose")],
        [("师宗县", "title_tag")],
        [("师宗县", "breadcrumb"), ("禄丰市", "prose"), ("师宗县", "prose")],
        [("云南省曲靖市", "site")],
        [("师宗县", "issuer"), ("云南省", "title")],
        [("师宗县", "title_tag"), ("禄丰市", "prose")],
    ],
)
def test_the_county_that_the_page_names_decides_between_towns_of_one_name(resolver, places):
    assert resolver.resolve(claim("彩云镇", *places)).unit_id == CAIYUN


def test_a_bare_name_with_nothing_else_is_ambiguous_with_its_candidates(resolver):
    found = resolver.resolve(claim("彩云镇", url="http://a.gov.cn/1.html"))
    assert (found.resolved, found.reason, found.unit_id) == (False, "several", identity.unit_id("彩云镇", "http://a.gov.cn/1.html", ""))
    code, _, evidence = found.issue()
    assert code == "unit.ambiguous"
    assert evidence == "云南省曲靖市师宗县彩云镇人民政府 (530323104000); 云南省楚雄彝族自治州禄丰市彩云镇人民政府 (532302109000)"


@pytest.mark.parametrize(
    "places",
    [
        [("师宗县", "title"), ("禄丰市", "site")],
        [("师宗县", "title_tag"), ("禄丰市", "breadcrumb")],
        [("洪泽区", "site")],
        [("江苏省", "breadcrumb")],
        [("曲靖市", "title"), ("麒麟区", "site")],
    ],
)
def test_evidence_that_contradicts_itself_or_the_name_is_never_overruled(resolver, places):
    found = resolver.resolve(claim("彩云镇", *places))
    assert (found.resolved, found.reason, found.issue()[0]) == (False, "contradiction", "unit.ambiguous")


def test_a_full_name_on_the_site_of_another_county_is_not_resolved(resolver):
    assert resolver.resolve(claim("师宗县彩云镇", ("曲靖市", "site"))).resolved
    assert resolver.resolve(claim("师宗县彩云镇", ("禄丰市", "site"))).reason == "contradiction"
    # What a text mentions is no contradiction of what the report calls itself.
    assert resolver.resolve(claim("师宗县彩云镇", ("禄丰市", "prose"))).resolved


def test_two_counties_that_a_text_mentions_leave_it_open(resolver):
    found = resolver.resolve(claim("彩云镇", ("师宗县", "prose"), ("禄丰市", "prose")))
    assert (found.resolved, found.reason) == (False, "several")


def test_a_mirrors_frame_says_nothing_of_where_a_report_stands():
    resolver = Resolver(little(), {"mirror.example": "532302000000"})
    url = "http://mirror.example/1.html"
    assert resolver.resolve(claim("彩云镇", ("师宗县", "title"), url=url)).unit_id == CAIYUN
    assert resolver.resolve(claim("师宗县彩云镇", ("禄丰市", "site"), ("禄丰市", "breadcrumb"), url=url)).unit_id == CAIYUN
    assert not resolver.resolve(claim("彩云镇", url=url)).resolved


def test_a_town_that_the_list_has_once_needs_one_sign_that_it_is_meant(resolver):
    """Lists are incomplete: of towns without a sign, the one in the list may be another's namesake."""
    found = resolver.resolve(claim("葵山镇"))
    assert (found.resolved, found.reason, found.candidates) == (False, "unconfirmed", ("云南省曲靖市师宗县葵山镇人民政府 (530323105000)",))
    assert not resolver.resolve(claim("葵山镇", ("云南省", "prose"))).resolved
    assert not resolver.resolve(claim("葵山镇", ("麒麟区", "title"))).resolved
    assert resolver.resolve(claim("葵山镇", ("师宗县", "prose"))).resolved
    assert resolver.resolve(claim("葵山镇", ("曲靖市", "prose"))).resolved


def test_a_county_that_the_list_has_once_is_meant_unless_the_page_says_otherwise(resolver):
    assert resolver.resolve(claim("师宗县人民政府")).reason == "unique"
    assert not resolver.resolve(claim("师宗县人民政府", ("贵州省", "site"))).resolved
    assert resolver.resolve(claim("白云区人民政府")).reason == "several"
    assert resolver.resolve(claim("白云区人民政府", ("贵州省", "site"))).name == "贵州省贵阳市白云区人民政府"
    assert resolver.resolve(claim("白云区民政局", ("广州市", "prose"))).name == "广东省广州市白云区民政局"


def test_a_department_without_a_place_is_never_resolved(resolver):
    found = resolver.resolve(
        claim("民政局", ("师宗县", "title_tag"), ("师宗县", "site"), url="http://a.gov.cn/", source_code="530323000000")
    )
    assert (found.resolved, found.reason) == (False, "no_place")


@pytest.mark.parametrize(
    ("printed", "missing"),
    [("师宗县新设镇人民政府", "新设镇"), ("示例省水利厅", "示例省"), ("西咸新区底张街道办事处", "西咸新区"), ("师宗县某街", "某街")],
)
def test_a_place_that_the_list_lacks_is_named(resolver, printed, missing):
    found = resolver.resolve(claim(printed))
    assert (found.resolved, found.issue()) == (
        False,
        ("unit.not_in_list", "The list of divisions does not have the place that is named", missing),
    )


def test_without_a_list_or_a_name_ids_stay_what_they_were():
    found = Resolver(None).resolve(claim("师宗县彩云镇", url="http://a.gov.cn/"))
    assert (found.unit_id, found.reason, found.level) == (identity.unit_id("师宗县彩云镇", "http://a.gov.cn/", ""), "no_list", "township")
    assert found.issue() is None
    nameless = Resolver(little()).resolve(claim(None, sha256="ab"))
    assert (nameless.unit_id, nameless.reason) == (identity.unit_id(None, None, "ab"), "no_name")


@pytest.mark.parametrize(
    ("printed", "said", "scope"),
    [
        ("师宗县人民政府", None, "government_wide"),
        ("师宗县人民政府", "own", "own"),
        ("曲靖市人民政府", None, "government_wide"),
        ("师宗县彩云镇", None, "own"),
        ("师宗县彩云镇", "government_wide", "government_wide"),
        ("白云区棠景街道", None, "own"),
        ("师宗县财政局", None, "own"),
        ("师宗县财政局", "government_wide", "own"),
        ("师宗县人民政府办公室", None, "own"),
        ("曲靖经济技术开发区管委会", None, "own"),
    ],
)
def test_whose_figures_a_report_holds(resolver, printed, said, scope):
    assert resolver.resolve(claim(printed, scope=said)).scope == scope
    # The same without a list, so that a report keeps its scope when its unit is resolved.
    assert Resolver(None).resolve(claim(printed, scope=said)).scope == scope


def test_one_unit_through_a_new_name_a_new_rank_and_a_new_code():
    resolver = Resolver(little(change("320829", "洪泽县", "320813", "洪泽区"), change("530323200", "彩云乡", "530323104", "彩云镇")))
    county = {resolver.resolve(claim(name)).unit_id for name in ("淮安市洪泽县人民政府", "淮安市洪泽区人民政府", "洪泽区人民政府")}
    assert county == {resolved_id("320829000000", "人民政府")}
    town = {resolver.resolve(claim(name)).unit_id for name in ("师宗县彩云乡", "师宗县彩云镇人民政府")}
    assert town == {resolved_id("530323200000", "人民政府")}
    departments = {resolver.resolve(claim(name)).unit_id for name in ("洪泽县民政局", "淮安市洪泽区民政局")}
    assert departments == {resolved_id("320829000000", "民政局")}


def test_a_town_that_became_a_street_keeps_its_id():
    resolver = Resolver(little(change("440111100", "棠景镇", "440111001", "棠景街道")))
    town, street = (resolver.resolve(claim(name)) for name in ("广州市白云区棠景镇人民政府", "广州市白云区棠景街道办事处"))
    assert town.unit_id == street.unit_id == resolved_id("440111100000", "人民政府")
    assert (street.body, street.kind) == ("办事处", "street_office")


def test_a_town_that_was_merged_is_another_unit():
    resolver = Resolver(little(change("530323201", "旧街乡", "530323104", "彩云镇", "merge")))
    old = resolver.resolve(claim("师宗县旧街乡"))
    assert (old.resolved, old.root_code, old.division.merged_into) == (True, "530323201000", ("彩云镇",))
    assert resolver.resolve(claim("师宗县彩云镇")).unit_id == CAIYUN


def test_a_source_says_where_its_reports_stand(resolver):
    assert resolver.resolve(claim("彩云镇", source_code="530323000000")).unit_id == CAIYUN
    assert resolver.resolve(claim("彩云镇", source_code="530300000000")).unit_id == CAIYUN
    assert not resolver.resolve(claim("师宗县彩云镇", source_code="320800000000")).resolved


def test_hosts_are_learned_from_names_that_leave_no_doubt():
    county, city, portal = "http://www.shizong.gov.cn/", "http://www.qj.gov.cn/", "http://www.yn.gov.cn/"
    told = [
        *(claim(name, url=county) for name in ("师宗县民政局", "师宗县财政局", "彩云镇")),
        *(claim(name, url=city) for name in ("曲靖市民政局", "师宗县民政局", "麒麟区民政局")),
        *(claim(name, url=portal) for name in ("师宗县民政局", "禄丰市民政局")),
        *(claim(name, url="http://mirror.example/") for name in ("师宗县民政局", "师宗县财政局")),
        claim("禄丰市民政局", url="http://guest.gov.cn/"),
        *(claim(name, url="http://nowhere.gov.cn/") for name in ("师宗县民政局", "江苏省民政厅")),
    ]
    hosts = learn_hosts(little(), told)
    assert hosts == {"shizong.gov.cn": "530323000000", "qj.gov.cn": "530300000000", "yn.gov.cn": "530000000000"}
    resolver = Resolver(little(), hosts)
    assert resolver.resolve(claim("彩云镇", url=f"{county}1.html")).unit_id == CAIYUN
    assert resolver.resolve(claim("彩云镇", url=f"{city}1.html")).unit_id == CAIYUN
    assert resolver.resolve(claim("彩云镇", url=f"{portal}1.html")).reason == "several"
    assert resolver.resolve(claim("彩云镇", ("禄丰市", "title"), url=f"{county}1.html")).reason == "contradiction"
    assert resolver.resolve(claim("白云区人民政府", url=f"{county}1.html")).reason == "contradiction"
    assert learn_hosts(None, told) == {}


def test_a_town_that_was_merged_away_under_its_countys_former_code_does_not_make_the_host_a_citys():
    changes = (
        change("530328", "师宗县", "530323", "师宗区"),
        change("530328106", "龙庆乡", "530328104", "彩云乡", "merge"),
        change("530328104", "彩云乡", "530323104", "彩云镇"),
    )
    divisions = little(*changes, c530323="师宗区")
    url = "http://www.shizong.gov.cn/1.html"
    told = [claim("师宗县龙庆乡", url=url), claim("师宗区民政局", url=url), claim("师宗区教育局", url=url)]
    assert learn_hosts(divisions, told) == {"shizong.gov.cn": "530323000000"}


# The list of all divisions.


@pytest.fixture(scope="module")
def all_divisions(shared, tmp_path_factory):
    folder = shared / "units"
    return import_lists(tmp_path_factory.mktemp("raw"), [folder / f"{name}.csv" for name in ("provinces", "cities", "areas", "townships")])


@pytest.fixture(scope="module")
def nationwide(all_divisions):
    return Resolver(all_divisions)


@pytest.fixture(scope="module")
def administrative(all_divisions):
    """Codes of divisions that have a government: no farms, works and the like, and no county that only repeats its city."""
    marks = ("省", "市", "州", "盟", "县", "区", "旗", "乡", "镇", "苏木", "街道")
    return [code for code, name in all_divisions.names.items() if name.endswith(marks) and code != "620201000000"]


def test_every_full_name_of_the_list_is_resolved_to_itself(all_divisions, administrative, nationwide):
    assert len(administrative) > 42_000
    for code in administrative[::41]:
        printed = "".join(upper.name for upper in all_divisions.chain(all_divisions.at(code)))
        found = nationwide.resolve(claim(printed))
        assert (found.resolved, found.division_code) == (True, code), printed


@given(st.data())
def test_a_town_is_never_resolved_to_a_namesake(all_divisions, administrative, nationwide, data):
    one = all_divisions.at(administrative[data.draw(st.integers(0, len(administrative) - 1))])
    chain = all_divisions.chain(one)
    first = data.draw(st.integers(0, len(chain) - 1))
    told = data.draw(st.lists(st.sampled_from(chain), max_size=2))
    where = data.draw(st.sampled_from(["prose", "title", "site"]))
    printed = "".join(upper.name for upper in chain[first:])
    found = nationwide.resolve(claim(printed, *((upper.name, where) for upper in told)))
    assert not found.resolved or found.division_code == one.code
    if not found.resolved:
        assert any(one.code in candidate for candidate in found.candidates)


@given(st.data())
def test_evidence_of_another_county_never_resolves_a_bare_town(all_divisions, administrative, nationwide, data):
    one, other = (all_divisions.at(administrative[data.draw(st.integers(0, len(administrative) - 1))]) for _ in range(2))
    assume(one.level == other.level == "township")
    county = all_divisions.parent(other)
    found = nationwide.resolve(claim(one.name, (county.name, data.draw(st.sampled_from(["title", "site"])))))
    namesakes = {each.code for each in all_divisions.find(one.name)}
    assert not found.resolved or (found.division_code in namesakes and any(upper.name == county.name for upper in found.chain))


def test_bare_names_of_the_corpus(nationwide):
    found = nationwide.resolve(claim("彩云镇", ("贯彻师宗县", "prose")))
    assert (found.unit_id, found.division_code) == (CAIYUN, "530323104000")
    assert len(nationwide.resolve(claim("彩云镇")).candidates) == 2
    assert nationwide.resolve(claim("於潜镇", ("临安区", "title"))).division.name == "於潜镇"
    assert nationwide.resolve(claim("乾县人民政府")).name == "陕西省咸阳市乾县人民政府"


# Names of the documents of known truth → the division that is meant; found out by hand from their addresses.
CORPUS = {
    "淮安市洪泽区人民政府": "320813000000",
    "上海市科学技术委员会": "310000000000",
    "上海市人民政府办公厅": "310000000000",
    "石家庄市桥西区中山街道办事处": "130104",
    "广州市白云区人民政府棠景街道办事处": "440111",
    "吴起县商务局": "610626000000",
    "海城市西四镇": "210381",
    "丰顺县文化广电旅游体育局": "441423000000",
    "双塔区前进街道": "211302",
    "伊州区丽园街道办事处": "650502",
    "桃江县鲊埠回族乡": "430922",
    "渠县教育和科学技术局": "511725000000",
    "開平市水利局": "440783000000",
    "平武县统计局": "510727000000",
    "福田区集体经济发展服务署": "440304000000",
    "旺苍县林业局": "510821000000",
    "临潼区开发区管委会": "610115000000",
    "荔湾区桥中街道": "440103",
    "微山县两城镇": "370826",
    "重庆市九龙坡区二郎街道办事处": "500107",
    "南山區蛇口街道辦事處": "440305",
    "玉林市民政局": "450900000000",
    "乐山市金口河区文化广播电视体育和旅游局": "511113000000",
    "蓬江区发展和改革局": "440703000000",
    "衡南县卫生健康局": "430422000000",
    "万源市交通运输局": "511781000000",
    "开平市交通运输局": "440783000000",
    "重庆市綦江区永新镇人民政府": "500110",
    "重庆市合川区二郎镇人民政府": "500117",
    "荔湾区冲口街道": "440103",
    "西安市阎良区文化旅游局": "610114000000",
}
# What their names alone leave open, or what the list lacks.
OPEN = [
    *("驼峰路街道办事处", "七里乡", "北京街道办事处", "连生乡人民政府", "西柳镇人民政府", "官洲街道办事处", "螅镇政府", "海青镇", "河包镇"),
    *("杨凌示范区审计局", "西咸新区底张街道办事处", "(某局)", "(某乡)", "(尼勒克县某镇)"),
]


def test_units_of_the_corpus_are_resolved_or_left_open_and_none_is_wrong(shared, nationwide):
    truths = [json.loads(path.read_text("utf8")).get("unit") for path in sorted((shared / "corpus").glob("*/*.truth.json"))]
    known = [unit for unit in truths if unit in CORPUS]
    assert len(known) == len(CORPUS)
    for unit in known:
        found = nationwide.resolve(claim(unit))
        assert found.resolved, found
        assert found.division_code.startswith(CORPUS[unit]), found
    for unit in OPEN:
        assert unit in truths
        assert not nationwide.resolve(claim(unit)).resolved
