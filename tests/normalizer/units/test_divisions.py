import pytest

from pipeline.normalizer.units.codes import BadCodeError, full_code, is_under, is_zone_code, level_of, upper_codes
from pipeline.normalizer.units.divisions import Divisions
from pipeline.normalizer.units.lineage import BadChangesError

from .lists import LITTLE, change, little


def found(divisions, name):
    return ["".join(upper.name for upper in divisions.chain(one)) for one in divisions.find(name)]


def only(divisions, name):
    (one,) = divisions.find(name)
    return one


@pytest.mark.parametrize(("text", "code"), [("53", "530000000000"), ("5303", "530300000000"), ("530323104", "530323104000")])
def test_codes_of_every_length_become_twelve_digits(text, code):
    assert full_code(text) == code
    assert full_code(code) == code


@pytest.mark.parametrize("text", ["", "5", "530", "53032310", "53032x", "５３", "0012", "5303231040001"])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(BadCodeError):
        full_code(text)


def test_levels_lie_in_the_digits():
    assert [level_of(full_code(code)) for code in ("53", "5303", "530323", "530323104")] == ["province", "city", "county", "township"]
    assert upper_codes(full_code("530323104")) == tuple(map(full_code, ("53", "5303", "530323")))
    assert is_under("530323104000", "530300000000")
    assert not is_under("530400000000", "530300000000")
    assert is_zone_code(full_code("530371"))
    assert not is_zone_code(full_code("530381"))


def test_a_division_is_found_with_all_that_is_above_it():
    assert found(little(), "彩云镇") == ["云南省曲靖市师宗县彩云镇", "云南省楚雄彝族自治州禄丰市彩云镇"]
    assert found(little(), "永新镇") == ["重庆市綦江区永新镇"]
    assert found(little(), "虎门镇") == ["广东省东莞市虎门镇"]


def test_rows_that_only_fill_a_level_are_no_places():
    assert little().find("市辖区") == ()
    assert found(little(), "嘉峪关市") == ["甘肃省嘉峪关市"]
    assert found(little(), "雄关街道") == ["甘肃省嘉峪关市雄关街道"]


@pytest.mark.parametrize(
    ("short", "name"),
    [("楚雄州", "楚雄彝族自治州"), ("棠景街", "棠景街道"), ("棠景办事处", "棠景街道"), ("曲靖经济技术开发区", "曲靖经济技术开发区")],
)
def test_short_names_that_can_mean_no_other_place_are_found(short, name):
    assert [one.name for one in little().find(short)] == [name]


def test_official_names_in_traditional_characters_are_found_as_printed_and_as_a_conversion_left_them():
    divisions = little(c33="浙江省", c330112104="於潜镇", c330112="临安区", c61="陕西省", c610424="乾县", c610425="干县")
    assert [only(divisions, name).name for name in ("於潜镇", "于潜镇")] == ["於潜镇", "於潜镇"]
    # What the list has as it is printed is meant, whatever a conversion would make of another name.
    assert [only(divisions, name).code for name in ("乾县", "干县")] == ["610424000000", "610425000000"]


def test_the_digest_is_of_the_content_alone():
    names = {full_code(code): name for code, name in LITTLE.items()}
    assert Divisions(dict(reversed(names.items()))).digest == little().digest
    assert little(c530323106="新镇").digest != little().digest
    assert little(change("320829", "洪泽县", "320813", "洪泽区")).digest != little().digest


def test_renamed_recoded_and_upgraded_divisions_stay_one():
    divisions = little(
        change("530323204", "彩云彝族乡", "530323204", "彩云乡", "rename", day="2001"),
        change("530323204", "彩云乡", "530323104", "彩云镇", "upgrade", day="2010"),
    )
    ones = {only(divisions, name).root for name in ("彩云彝族乡", "彩云乡")}
    assert ones == {"530323204000"}
    one = only(divisions, "彩云乡")
    assert (one.code, one.name, one.former_names) == ("530323104000", "彩云镇", ("彩云乡", "彩云彝族乡"))
    assert one in divisions.find("彩云镇")


def test_a_county_is_found_by_its_old_name_and_its_towns_are_part_of_both():
    divisions = little(change("320829", "洪泽县", "320813", "洪泽区"))
    county, town = only(divisions, "洪泽县"), only(divisions, "高良涧镇")
    assert (county.root_code, county.name) == ("320829000000", "洪泽区")
    assert divisions.is_under(town, county)


def test_mergers_and_splits_begin_new_divisions_and_are_named():
    divisions = little(
        change("530323201", "旧街乡", "530323104", "彩云镇", "merge"), change("530323104", "彩云镇", "530323105", "葵山镇", "split")
    )
    old, new, part = only(divisions, "旧街乡"), divisions.find("彩云镇")[0], only(divisions, "葵山镇")
    assert (old.root, old.listed, old.merged_into) == ("530323201000", False, ("彩云镇",))
    assert (new.root, new.merged_from) == ("530323104000", ("旧街乡",))
    assert (part.root, part.merged_from) == ("530323105000", ("彩云镇",))


def test_a_code_that_two_divisions_had_is_nobodys_root():
    divisions = little(change("530323105", "旧山乡", "530323106", "旧山镇"), c530323106="旧山镇")
    assert divisions.contested == {"530323105000"}
    assert only(divisions, "旧山乡").root == "530323106000"
    # 葵山镇 has the code now that another one gave up: only code and name together tell who is meant.
    assert only(divisions, "葵山镇").root == "530323105000 葵山镇"


@pytest.mark.parametrize(
    "changes",
    [
        [change("530323201", "甲乡", "530323202", "乙乡"), change("530323202", "乙乡", "530323201", "甲乡")],
        [change("530323201", "甲乡", "530323202", "乙乡"), change("530323201", "甲乡", "530323203", "丙乡")],
        [change("530323201", "甲乡", "530323203", "丙乡"), change("530323202", "乙乡", "530323203", "丙乡")],
        [change("530323201", "甲乡", "530323201", "甲乡", "rename")],
    ],
    ids=["circle", "split as upgrade", "merger as upgrade", "nothing"],
)
def test_changes_that_cannot_all_be_true_are_refused(changes):
    with pytest.raises(BadChangesError, match="line"):
        little(*changes)
