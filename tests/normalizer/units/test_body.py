import pytest

from pipeline.normalizer.units.body import body_in, canonical, own_body, plain_body, tidy_name
from pipeline.normalizer.units.printed import split_name
from pipeline.normalizer.units.words import WordsError, read_words, words


@pytest.mark.parametrize(
    ("printed", "places", "body", "kind", "level"),
    [
        ("云南省曲靖市师宗县彩云镇人民政府", "云南省 曲靖市 师宗县 彩云镇", "人民政府", "government", "township"),
        ("师宗县彩云镇", "师宗县 彩云镇", "人民政府", "government", "township"),
        ("石家庄市桥西区中山街道办事处", "石家庄市 桥西区 中山街道", "办事处", "street_office", "township"),
        ("前进街道办", "前进街道", "办事处", "street_office", "township"),
        ("荔湾区桥中街道", "荔湾区 桥中街道", "办事处", "street_office", "township"),
        ("广州市白云区人民政府棠景街道办事处", "广州市 白云区 棠景街道", "办事处", "street_office", "township"),
        ("上海市科委", "上海市", "科学技术委员会", "department", "province"),
        ("镇江市润州区人民政府办公室", "镇江市 润州区", "人民政府办公室", "department", "county"),
        ("临潼区开发区管委会", "临潼区", "开发区管理委员会", "government", "development_zone"),
        ("国家税务总局师宗县税务局", "师宗县", "税务局", "department", "county"),
        ("内蒙古自治区兴安盟", "内蒙古自治区 兴安盟", "行政公署", "government", "city"),
        ("示例省水利厅", "示例省", "水利厅", "department", "province"),
        # Marks of places inside names, and in plain words.
        ("荆州市沙市区市场监督管理局", "荆州市 沙市区", "市场监督管理局", "department", "county"),
        ("乐山市市中区教育局", "乐山市 市中区", "教育局", "department", "county"),
        ("景德镇市人民政府", "景德镇市", "人民政府", "government", "city"),
        ("师宗县乡村振兴局", "师宗县", "乡村振兴局", "department", "county"),
        ("曲靖市城市管理局", "曲靖市", "城市管理局", "department", "city"),
        ("海城市西四镇", "海城市 西四镇", "人民政府", "government", "township"),
        ("镇安县云盖寺镇", "镇安县 云盖寺镇", "人民政府", "government", "township"),
        ("湘西土家族苗族自治州民政局", "湘西土家族苗族自治州", "民政局", "department", "city"),
        ("民政局", "", "民政局", "department", None),
    ],
)
def test_a_name_is_cut_into_places_and_body_by_its_form(printed, places, body, kind, level):
    found = split_name(printed)
    assert (" ".join(found.places), found.body.name, found.body.kind, found.level) == (places, body, kind, level)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("科委", "科学技术委员会"),
        ("发改委", "发展和改革委员会"),
        ("发展改革委", "发展与改革委员会"),
        ("人社局", "人力资源社会保障局"),
        ("住建局", "住房和城乡建设局"),
        ("卫健委", "卫生健康委员会"),
        ("教育和体育局", "教育体育局"),
        ("开发区管委会", "开发区管理委员会"),
        ("人民政府外事办公室", "外事办公室"),
        ("政府办公室", "人民政府办公室"),
    ],
)
def test_two_names_of_one_body_have_one_key(one, other):
    assert plain_body(one).key == plain_body(other).key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("科学技术局", "科学技术委员会"),
        ("教体局", "教育局"),
        ("教体局", "教育体育局"),
        ("农业局", "农业农村局"),
        ("自规局", "自然资源和规划局"),
        ("人民政府办公室", "办公室"),
        ("公安局阎良分局", "公安局"),
    ],
)
def test_what_is_not_certain_stays_two_bodies(one, other):
    assert plain_body(one).key != plain_body(other).key


def test_a_body_keeps_the_words_that_join_its_name_though_its_key_does_not():
    assert plain_body("文化广播电视体育和旅游局").name == "文化广播电视体育和旅游局"
    assert canonical("文化广播电视体育和旅游局") == "文化广播电视体育旅游局"


@pytest.mark.parametrize(
    ("place", "level", "body", "kind"),
    [
        ("彩云镇", "township", "人民政府", "government"),
        ("鲊埠回族乡", "township", "人民政府", "government"),
        ("棠景街道", "township", "办事处", "street_office"),
        ("南磨房地区", "township", "办事处", "street_office"),
        ("阿里地区", "city", "行政公署", "government"),
        ("兴安盟", "city", "行政公署", "government"),
        ("苏州工业园区", "development_zone", "管理委员会", "government"),
        ("师宗农场", "township", "", "other"),
    ],
)
def test_every_kind_of_place_has_its_own_government(place, level, body, kind):
    own = own_body(place, level)
    assert (own.name, own.kind, own.own) == (body, kind, True)


@pytest.mark.parametrize("rest", ["新设镇人民政府", "街道办事处", "街道办", "江南新区民政局", "某街", "审计局)", "幸福村"])
def test_what_names_another_place_or_nothing_is_no_body_of_a_county(rest):
    assert body_in("师宗县", "county", rest) is None


@pytest.mark.parametrize("rest", ["市场监督管理局", "乡村振兴局", "城市管理局", "城乡建设局", "社区矫正管理局", "区域合作办公室", "图书馆"])
def test_plain_words_in_a_body_are_no_places(rest):
    found = body_in("师宗县", "county", rest)
    assert found is not None
    assert not found.own


def test_remarks_in_brackets_and_national_names_say_nothing_of_who_is_meant():
    assert tidy_name("师宗县 民政局（本级）") == "师宗县民政局"
    assert tidy_name("国家税务总局师宗县税务局") == "师宗县税务局"


def test_no_short_form_stands_for_two_bodies():
    known = words().canonical
    assert all(known[name] == name for name in known.values())


def test_a_word_list_in_which_a_name_means_two_bodies_is_refused(tmp_path):
    bad = tmp_path / "words.toml"
    bad.write_text('[[same]]\nname = "教育局"\nalso = ["教体局"]\n[[same]]\nname = "体育局"\nalso = ["教体局"]\n', "utf8")
    with pytest.raises(WordsError, match="教体局 stands for 教育局 and for 体育局"):
        read_words(bad)
