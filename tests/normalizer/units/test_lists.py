import json

import pytest

from pipeline.normalizer.units.kept import DivisionsError, import_lists, load_divisions
from pipeline.normalizer.units.lists import BadListError
from pipeline.normalizer.units.propose import propose

FLAT = "code,name\n53,云南省\n5303,曲靖市\n530323,师宗县\n530323104,彩云镇\n530323105,葵山镇\n"
CHANGES = "old_code,new_code,date,kind,old_name,new_name\n530323204,530323104,2012-05-01,upgrade,彩云乡,彩云镇\n"


@pytest.fixture
def bring(tmp_path):
    """Import files given by content; returns the divisions and what is loaded again."""

    def run(*contents: str | bytes):
        files = []
        for number, content in enumerate(contents):
            path = tmp_path / f"{number}.csv"
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            files.append(path)
        imported = import_lists(tmp_path / "raw", files)
        loaded = load_divisions(tmp_path / "raw")
        assert loaded is not None
        assert loaded.digest == imported.digest
        return loaded

    return run


@pytest.mark.parametrize(
    "content",
    [
        FLAT,
        FLAT.replace("\n", "\r\n"),
        "\ufeff" + FLAT,
        FLAT.encode("gb18030"),
        FLAT.replace("code,name", "代码,名称"),
        FLAT.replace("code,name", "统计用区划代码 ,行政区划名称"),
        "name,level,Code\n云南省,1,530000000000\n曲靖市,2,530300000000\n师宗县,3,530323000000\n彩云镇,4,530323104000\n葵山镇,4,530323105000\n",
        'code,name,areaCode\n"53","云南省",\n"5303","曲靖市",53\n530323,师宗县,5303\n530323104, 彩云镇 ,530323\n530323105,葵山镇,530323\n',
        f"{FLAT}530323105201,某某村民委员会\n\n",
    ],
    ids=["plain", "crlf", "bom", "gb18030", "chinese", "statistical", "padded", "quoted", "villages"],
)
def test_a_list_is_read_however_it_is_laid_out(bring, content):
    assert bring(content).digest == bring(FLAT).digest


def test_a_list_may_come_in_several_files_and_name_a_division_twice(bring):
    assert (
        bring("code,name\n53,云南省\n5303,曲靖市\n", "code,name\n530300,曲靖市\n530323,师宗县\n530323104,彩云镇\n530323105,葵山镇\n").digest
        == bring(FLAT).digest
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (FLAT + "5303231,短镇\n", "0.csv, line 7: '5303231' is not a code of 2, 4, 6, 9 or 12 digits"),
        (FLAT + "530323106,\n", "0.csv, line 7: '' is no name"),
        (FLAT + "530323106,Caiyun\n", "0.csv, line 7: 'Caiyun' is no name"),
        (FLAT + "530323104,彩霞镇\n", "0.csv, line 7: 530323104 is 彩霞镇 here and 彩云镇 in 0.csv, line 5"),
        (FLAT + "530324101,腊山镇\n", "0.csv, line 7: 腊山镇 .530324101000. lies in 530324000000, which is not in the list"),
        ("code,title\n53,云南省\n", "0.csv, line 1: expected the headings code and name, or old code"),
        ("", "found nothing"),
        (b"PK\x03\x04...", "0.csv is a workbook; save its sheet as CSV"),
        (CHANGES, "a list of changes needs a list of divisions"),
    ],
)
def test_a_list_that_is_not_as_it_should_be_is_refused_with_its_line(bring, tmp_path, content, message):
    with pytest.raises(BadListError, match=message):
        bring(content)
    assert load_divisions(tmp_path / "raw") is None


def test_every_bad_row_is_named_at_once(bring):
    with pytest.raises(BadListError) as refused:
        bring(FLAT + "1,甲\n2,乙\n530323106,\n")
    assert [line.split(":")[0] for line in str(refused.value).split("\n")] == ["0.csv, line 7", "0.csv, line 8", "0.csv, line 9"]


@pytest.mark.parametrize(
    "content",
    [
        CHANGES,
        "原代码,现代码,日期,类别,原名称,现名称\n530323204,530323104,2012/05/01,撤乡设镇,彩云乡,彩云镇\n",
        # The list says what the new code is called.
        "old code,new code,date,kind,old name\n530323204000,530323104000,2012-05-01,upgrade,彩云乡\n",
    ],
)
def test_changes_are_read_in_english_and_chinese(bring, content):
    divisions = bring(FLAT, content)
    (one,) = divisions.find("彩云乡")
    assert (one.code, one.root_code) == ("530323104000", "530323204000")
    assert divisions.digest == bring(FLAT, CHANGES).digest


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("530323204,530323104,,upgrade,彩云乡,彩云镇", "line 2: '' is no date such as 2021-06-18: since when"),
        ("530323204,530323104,2012,vanished,彩云乡,彩云镇", "line 2: 'vanished' is no kind of change; there are rename, recode"),
        ("53032320,530323104,2012,upgrade,彩云乡,彩云镇", "line 2: '53032320' is not a code"),
        ("530323204,530323104,2012,upgrade,,彩云镇", "line 2: the old name is not told"),
        ("530323204,530323199,2012,recode,彩云乡,", "line 2: the new name is not told, and the list does not have it"),
        ("530323104,530323104,2012,rename,彩云镇,彩云镇", "line 2: nothing changes"),
    ],
)
def test_a_change_that_is_not_whole_is_refused_with_its_line(bring, row, message):
    with pytest.raises(BadListError, match=message):
        bring(FLAT, f"old_code,new_code,date,kind,old_name,new_name\n{row}\n")


def test_importing_again_replaces_what_is_given_and_keeps_the_rest(bring):
    bring(FLAT, CHANGES)
    larger = bring(FLAT + "530323106,五龙镇\n")
    assert (len(larger), len(larger.changes)) == (6, 1)
    renamed = bring(CHANGES.replace("彩云乡", "彩霞乡"))
    assert (len(renamed), [one.old_name for one in renamed.changes]) == (6, ["彩霞乡"])


def test_a_refused_list_leaves_the_one_that_was_there(bring, tmp_path):
    before = bring(FLAT, CHANGES).digest
    for bad in (FLAT.replace("530323104", "53032310"), CHANGES.replace("2012-05-01", "")):
        with pytest.raises(BadListError):
            bring(bad)
    assert load_divisions(tmp_path / "raw").digest == before


@pytest.mark.parametrize("file", ["divisions.csv", "changes.csv", "origin.json"])
@pytest.mark.parametrize("how", ["edited", "gone"])
def test_a_list_that_was_half_replaced_or_edited_is_refused(bring, tmp_path, file, how):
    bring(FLAT, CHANGES)
    path = tmp_path / "raw" / "divisions" / file
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes().replace(b"1", b"2"))
    with pytest.raises(DivisionsError, match="import it again"):
        load_divisions(tmp_path / "raw")
    bring(FLAT, CHANGES)


def test_what_a_list_came_from_is_kept_with_its_digest(bring, tmp_path):
    bring(FLAT, CHANGES)
    origin = json.loads((tmp_path / "raw" / "divisions" / "origin.json").read_text("utf8"))
    assert [(one["file"], one["rows"], len(one["sha256"])) for kept in origin.values() for one in kept["from"]] == [
        ("0.csv", 5, 64),
        ("1.csv", 1, 64),
    ]


def test_no_list_is_none(tmp_path):
    assert load_divisions(tmp_path) is None


OLD = {
    "53": "云南省",
    "5303": "曲靖市",
    "530323": "师宗县",
    "530323100": "丹凤镇",
    "530323204": "彩云乡",
    "530323205": "旧街乡",
    "530323206": "五洛河乡",
}
NEW = {"53": "云南省", "5303": "曲靖市", "530304": "师宗区", "530304001": "丹凤街道", "530304104": "彩云镇", "530304206": "五洛河彝族乡"}


def test_changes_are_proposed_from_what_is_alike_and_nothing_is_made_up():
    old, new = ({code.ljust(12, "0"): name for code, name in one.items()} for one in (OLD, NEW))
    proposals, left = propose(old, new)
    assert [(one.change.old_name, one.change.new_name, one.change.kind, one.change.day) for one in proposals] == [
        ("师宗县", "师宗区", "upgrade", ""),
        ("丹凤镇", "丹凤街道", "upgrade", ""),
        ("彩云乡", "彩云镇", "upgrade", ""),
        ("五洛河乡", "五洛河彝族乡", "rename", ""),
    ]
    assert left == [("530323205000", "旧街乡")]


def test_nothing_is_proposed_for_what_did_not_change():
    assert propose(NEW, NEW) == ([], [])
