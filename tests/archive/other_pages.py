"""Pages of portals that are no reports, some of which come close: they tell of reports, list them, or use the words of their tables."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

NAVIGATION = (
    *(
        "首页",
        "走进云河",
        "政务公开",
        "政府信息公开指南",
        "政府信息公开制度",
        "法定主动公开内容",
        "政府信息公开年报",
        "政府信息公开年度报告",
    ),
    *("依申请公开", "政务服务", "互动交流", "规章规范性文件", "行政许可", "行政处罚", "行政复议", "数据发布", "专题专栏"),
)
UNITS = ("云河县人民政府", "彩云镇人民政府", "青石区财政局", "白杨市自然资源和规划局", "柳林街道办事处", "云河县市场监督管理局")
SENTENCES = (
    "会议强调，要深入学习贯彻上级部署要求，统筹推进稳增长、促改革、调结构、惠民生各项工作。",
    "截至目前，全县共完成投资十二亿元，同比增长百分之六，重点项目开工率达到九成以上。",
    "县政务公开办公室负责人表示，将进一步做好主动公开政府信息工作，及时答复政府信息公开申请。",
    "会上通报了上半年政府信息公开工作情况，要求各单位按时编制并发布政府信息公开工作年度报告。",
    "各乡镇要坚持问题导向，存在的主要问题要逐项整改，改进情况按月报送。",
    "对涉及行政复议、行政诉讼的案件，要依法依规做好应诉工作，切实维护群众合法权益。",
    "全年办理行政许可三千余件，作出行政处罚决定二百一十件，行政强制措施十七件。",
    "乡村振兴示范带建设有序推进，人居环境整治成效明显，群众满意度持续提升。",
    "严格执行规范性文件合法性审查制度，清理规章和规范性文件四十六件，其中废止八件、继续有效三十八件。",
    "行政事业性收费项目目录已在门户网站公布，欢迎社会各界监督。",
    "活动现场，志愿者向过往群众发放宣传资料，解答大家关心的医保、社保问题。",
    "下一步，我局将加强信息内容建设，规范信息发布审核流程，提高政务新媒体管理水平。",
)
#: Articles of the regulations (条例) in which words of the form stand.
REGULATIONS = Path(__file__).with_name("regulations.txt").read_text("utf8").splitlines()


def _news(rng: random.Random) -> list[str]:
    return [f"{rng.choice(UNITS)}召开工作推进会", *("".join(rng.choices(SENTENCES, k=5)) for _ in range(rng.randint(3, 9)))]


def _list_of_reports(rng: random.Random) -> list[str]:
    year = rng.randint(2009, 2024)
    return [
        "政府信息公开年报",
        *(f"{unit}{year - k}年政府信息公开工作年度报告 {year - k + 1}-01-{rng.randint(10, 31)}" for unit in UNITS for k in range(3)),
    ]


def _notice(rng: random.Random) -> list[str]:
    year = rng.randint(2019, 2024)
    return [
        f"关于做好{year}年政府信息公开工作年度报告编制和发布工作的通知",
        "各乡镇人民政府、街道办事处，县政府各部门：",
        f"为做好{year}年政府信息公开工作年度报告编制发布工作，现将有关事项通知如下。",
        "年度报告应当包括总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议和行政诉讼情况、存在的主要问题及改进情况、其他需要报告的事项。",
        "统计表中的数据要真实准确，严格核对勾稽关系，行政许可、行政处罚数据与业务部门保持一致。",
        *rng.choices(SENTENCES, k=4),
    ]


def _guide(rng: random.Random) -> list[str]:
    return [
        f"{rng.choice(UNITS)}政府信息公开指南",
        *("一、主动公开", "（一）公开范围", REGULATIONS[2], "二、依申请公开", "（一）提出申请", REGULATIONS[3], REGULATIONS[4]),
        *("（三）收费标准", "行政机关提供政府信息，不收取费用；申请数量、频次明显超过合理范围的，可以收取信息处理费。"),
        *(
            "三、不予公开的情形",
            REGULATIONS[0],
            REGULATIONS[1],
            "四、监督方式及程序",
            "公民、法人或者其他组织可以依法申请行政复议或者提起行政诉讼。",
        ),
    ]


def _regulations(rng: random.Random) -> list[str]:
    return ["中华人民共和国政府信息公开条例", *REGULATIONS, *rng.choices(SENTENCES, k=2)]


def _application_form(rng: random.Random) -> list[str]:
    return [
        f"{rng.choice(UNITS)}政府信息公开申请表",
        *(
            "申请人信息",
            "公民",
            "姓名",
            "工作单位",
            "证件名称",
            "法人或者其他组织",
            "商业企业",
            "科研机构",
            "社会公益组织",
            "法律服务机构",
            "其他",
        ),
        *("所需政府信息内容描述", "是否申请减免费用", "信息的指定提供方式", "获取信息的方式", "备注"),
    ]


def _explanation(rng: random.Random) -> list[str]:
    counts = [str(rng.randint(1, 300)) for _ in range(6)]
    return [
        f"一图读懂{rng.choice(UNITS)}政府信息公开工作年度报告",
        f"主动公开政府信息{counts[0]}条，收到政府信息公开申请{counts[1]}件，上年结转{counts[2]}件。",
        f"其中予以公开{counts[3]}件，部分公开{counts[4]}件，不予公开{counts[5]}件，无法提供5件，不予处理2件。",
        "因政府信息公开被申请行政复议3件，维持2件，纠正1件；行政诉讼1件。",
        *rng.choices(SENTENCES, k=3),
    ]


def _penalties(rng: random.Random) -> list[str]:
    rows = [f"（云）市监罚字〔2023〕{rng.randint(1, 999)}号 违反食品安全法 罚款{rng.randint(1, 90)}000元 行政处罚决定" for _ in range(30)]
    return ["行政处罚信息公示", "行政处罚决定书文号", "违法事实", "处罚依据", "处罚结果", *rows]


def _procurement(rng: random.Random) -> list[str]:
    amount = rng.randint(10, 900)
    return ["政府集中采购中标公告", "采购项目名称：办公设备采购", f"采购总金额：{amount}万元", "采购人信息", *rng.choices(SENTENCES, k=3)]


def _review_guide(rng: random.Random) -> list[str]:
    return [
        "行政复议申请须知",
        "公民、法人或者其他组织认为行政行为侵犯其合法权益的，可以自知道之日起六十日内提出行政复议申请；对政府信息公开行为不服的，应当先申请行政复议。",
        "对行政复议决定不服的，可以依法提起行政诉讼。复议机关可以维持、变更、撤销或者确认违法。",
        *rng.choices(SENTENCES, k=3),
    ]


KINDS: tuple[Callable[[random.Random], list[str]], ...] = (
    *(_news, _list_of_reports, _notice, _guide, _regulations, _application_form, _explanation, _penalties, _procurement, _review_guide),
)
#: Of the pages of a portal nine in ten are news.
WEIGHTS = (81, *[1] * (len(KINDS) - 1))
_STYLE = "".join(
    f".box{k} ul li a:hover{{color:#{k * 4321 % 0xFFFFFF:06x};margin:{k}px 0 0 {k % 9}px;background:url(/images/icon{k}.png)}}"
    for k in range(110)
)
_SCRIPT = "".join(f"function show{k}(id){{var e=document.getElementById('tab'+id+'_{k}');if(e){{e.className='on';}}}}\n" for k in range(60))


def other_page(rng: random.Random, kind: Callable[[random.Random], list[str]] | None = None) -> bytes:
    """A page of about 20 kB with navigation, styles and scripts around it; one in ten is in GB18030."""
    head, *paragraphs = (kind or rng.choices(KINDS, WEIGHTS)[0])(rng)
    charset = "gb18030" if rng.random() < 0.1 else "utf-8"
    links = "".join(f'<li><a href="/{at}/index.html" target="_blank" title="{name}">{name}</a></li>' for at, name in enumerate(NAVIGATION))
    body = "".join(f'<p style="text-indent: 2em; line-height: 2; font-family: 仿宋;">{one}</p>\n' for one in paragraphs)
    others = [f'<li><a href="/art/{rng.randint(1, 10**6)}.html">{rng.choice(SENTENCES)[:22]}</a></li>' for _ in range(12)]
    return (
        f'<!DOCTYPE html><html><head><meta charset="{charset}"><title>{head}</title><style>{_STYLE}</style>'
        f'<script>{_SCRIPT}</script></head><body><div class="nav"><ul>{links}</ul></div><div class="article"><h1>{head}</h1>'
        f'<div class="info">发布时间：2023-05-06　来源：{UNITS[0]}</div><div id="zoom">{body}</div></div>'
        f'<div class="side"><h2>相关信息</h2><ul>{"".join(others)}</ul></div>'
        f'<div class="footer">主办：{UNITS[0]}　网站标识码：0000000000　政府信息公开</div></body></html>'
    ).encode(charset)
