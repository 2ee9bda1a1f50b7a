import pytest

from pipeline.documents.metadata.scope import read_scope
from pipeline.documents.read import read_document


@pytest.mark.parametrize(
    "text",
    [
        "本报告由示例县人民政府办公室汇总全县各级行政机关政府信息公开工作年度报告编制而成",
        "本年报所列数据统计范围为全区各级行政机关",
        "报告中使用数据的统计范围为区政府各部门、各街道",
        "本报告根据县政府各部门、各乡镇（街道）政府信息公开年度报告汇总编制",
        "本报告由示例县人民政府办公室综合各乡镇人民政府和县政府各部门政府信息公开年度报告编制",
        "根据各乡镇、各部门上报的年度报告,汇总编制",
        "本报告所列数据含各乡镇、街道",
    ],
)
def test_a_report_says_that_it_holds_the_figures_of_a_whole_government(text):
    found = read_scope(f"现公布年度报告。{text}。")
    assert found == ("government_wide", text)


@pytest.mark.parametrize(
    "text", ["本报告所列数据为县政府本级数据，不含各乡镇、各部门", "本报告所列数据不包括各乡镇", "本报告中的数据统计为本机关数据"]
)
def test_a_report_says_that_it_holds_its_own_figures(text):
    assert read_scope(text) == ("own", text)


@pytest.mark.parametrize(
    "text",
    [
        "本报告中所列数据的统计期限自2023年1月1日起至12月31日止",
        "县政府办公室指导各乡镇、各部门编制年度报告",
        "印发通知，要求各部门按时报送年度报告数据",
        "本机关收到政府信息公开申请3件",
        "全县各级行政机关认真贯彻落实条例",
        "",
    ],
)
def test_what_is_told_to_others_says_nothing_of_the_reports_own_figures(text):
    assert read_scope(text) is None


def test_the_sentence_is_kept_as_evidence():
    lines = ["示例县2023年政府信息公开工作年度报告", "本报告所列数据包括全县各级行政机关的数据。", "一、总体情况", "2023年，认真贯彻落实。"]
    document = read_document("\n".join([*lines, "二、主动公开政府信息情况"]).encode())
    assert (document.scope, document.sources["scope"].value) == ("government_wide", "本报告所列数据包括全县各级行政机关的数据")
