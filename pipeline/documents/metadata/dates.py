"""Years and days in Chinese text: which year a report describes, and when it was published.

Years are 2008 (the first reports) to 2100. The clock of the machine is never asked.
"""

from __future__ import annotations

import datetime
import functools
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from pipeline.documents.metadata.vocabulary import vocabulary

FIRST_YEAR, LAST_YEAR = 2008, 2100
_YEAR = re.compile(r"(?<![\d.])(20\d\d)(?![\d.])|(二[〇○零Ｏ0][一二三四五六七八九〇○零]{2})(?=年|度)")
_DIGITS = {"〇": "0", "○": "0", "零": "0", "Ｏ": "0", "0": "0"} | {sign: str(value) for value, sign in enumerate("一二三四五六七八九", 1)}
_QUOTED = re.compile(r"《[^《》]{0,120}》|〔[^〔〕]{0,12}〕|[（(][^（()）]{0,40}号[）)]|“[^“”]{0,60}”")
_DAY = r"(20\d\d)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})(?!\d)"
_PERIOD = re.compile(
    r"(?:统计|数据|期限|周期|时限|时间|起止|报告期)[^。\d]{0,20}?(20\d\d)年?(?:度)?(?:1|01)?月?(?:1|01)?日?(?:起|始|零时)*(?:至|到|-|—|–|－|~|～|止)+"
    r"(?:(20\d\d)年)?(?:12|十二)月(?:31|三十一)日"
)
_UNTIL = re.compile(r"(?:截至|截止|核定时间点为|数据统计至)(20\d\d)年(?:12月31日|底|末)")
_STATED = re.compile(
    r"(?<![\d.\-~至到])(20\d\d)(?:年度|年)(?!的?(?:以来|至|到|-|—|\d{1,2}月|工作计划|我[^，。]{0,4}将|将|底前|要|(?:新)?(?:修订|修改|印发|制定|出台|颁布|施行|实施|成立)))"
)
_REPORTED = re.compile(
    r"(?:汇报|报告|公布|发布|编制|总结|现将)[^。，,;；\d]{0,20}(20\d\d)年度?[^。，,;；\d]{0,16}?(?:政府信息公开|政务公开)工作"
)
_COMPARED = re.compile(r"(?:较|比|同比|相比|与|于|自|从|截至|到|至)20\d\d年度?(?!12月31日|底)")
_AHEAD = re.compile(r"下一步|明年|下一年|来年|力争|计划在|打算|上一?年|去年|往年|历年")
_URL_DAY = re.compile(r"/t?(20\d\d)-?(\d{2})-?(\d{2})[_/.]|/(20\d\d)/(\d{1,2})/(\d{1,2})/")


def years_in(text: str) -> tuple[int, ...]:
    """The different years that a text names, in their order.

    >>> years_in("二〇二三年彩云镇"), years_in("2021-2022年"), years_in("电话0870-20231")
    ((2023,), (2021, 2022), ())
    """
    found = (number or "".join(_DIGITS[sign] for sign in words) for number, words in _YEAR.findall(text))
    return tuple(dict.fromkeys(year for year in map(int, found) if FIRST_YEAR <= year <= LAST_YEAR))


def without_quotes(text: str) -> str:
    """The text without titles of rules, document numbers and quotations: what stands in them is not said by the report."""
    return _QUOTED.sub("", text)


def statistical_years(text: str) -> tuple[int, ...]:
    """The years of 数据统计期限从2019年1月1日到12月31日. A period over two years gives both.

    >>> statistical_years("本年度报告中所列数据统计期限从2019年1月1日到12月31日止。")
    (2019,)
    """
    years = [int(year) for pair in _PERIOD.findall(text) for year in pair if year]
    years += [int(year) for year in _UNTIL.findall(text)]
    return tuple(dict.fromkeys(year for year in years if FIRST_YEAR <= year <= LAST_YEAR))


def stated_years(text: str) -> Counter[int]:
    """How often each year is said to be the year of what is told: 2023年,我镇…, but not plans, comparisons or cited rules.

    >>> stated_years("2023年,彩云镇收到申请0件，较2022年减少。根据《2021年要点》，2024年将继续。")
    Counter({2023: 1})
    """
    counts: Counter[int] = Counter()
    for sentence in re.split(r"[。；;\n]", without_quotes(text)):
        if "20" in sentence and not _AHEAD.search(sentence):
            counts.update(int(year) for year in _STATED.findall(_COMPARED.sub("", sentence)) if FIRST_YEAR <= int(year) <= LAST_YEAR)
    return counts


def reported_years(text: str) -> tuple[int, ...]:
    """The years of 汇报我镇2023年政府信息公开工作 and the like: what the report itself says it reports.

    >>> reported_years("现将我镇2023年政府信息公开工作报告如下"), reported_years("根据《关于编制2024年政府信息公开工作年度报告的通知》")
    ((2023,), ())
    """
    found = dict.fromkeys(int(year) for year in _REPORTED.findall(without_quotes(text)))
    return tuple(year for year in found if FIRST_YEAR <= year <= LAST_YEAR)


def majority_year(counts: Counter[int], opening: tuple[int, ...]) -> int | None:
    """The year that more than half of the dated statements are about; a single statement counts only where it opens the section."""
    if not counts:
        return None
    year, count = counts.most_common(1)[0]
    if count * 2 <= counts.total() or (count == 1 and year not in opening):
        return None
    return year


def day(year: str, month: str, number: str) -> str | None:
    """An ISO date; ``None`` if there is no such day, or none that a report can have been published on.

    >>> day("2020", "1", "31"), day("2021", "2", "30"), day("1970", "01", "01")
    ('2020-01-31', None, None)
    """
    try:
        found = datetime.date(int(year), int(month), int(number))
    except ValueError:
        return None
    return found.isoformat() if FIRST_YEAR <= found.year <= LAST_YEAR else None


@functools.cache
def _labelled(key: str) -> re.Pattern[str]:
    start = "^" if key.endswith("loose_labels") else ""
    labels = "|".join(r"\s*".join(label) for label in sorted(vocabulary().lists[key], key=len, reverse=True))
    return re.compile(rf"{start}(?:{labels})\s*[:：\s]\s*[\[【]?\s*{_DAY}")


@functools.lru_cache(maxsize=16_384)
def _labelled_day(key: str, line: str) -> str | None:
    # Looking for a digit is cheap, and few lines of a page have one.
    found = _labelled(key).search(line) if "20" in line else None
    return day(*found.groups()) if found else None


def labelled_days(lines: Iterable[str]) -> list[str]:
    """Days behind 发布日期, 成文日期 and the like, the surest label first; behind a bare 时间 or 日期 only at the start of a line."""
    lines = list(lines)
    found: list[str | None] = []
    for key in ("published.labels", "published.loose_labels"):
        found += [_labelled_day(key, line[:400]) for line in lines]
    return [one for one in found if one]


def metadata_day(meta: Mapping[str, str]) -> str | None:
    """The day of publication in ``<meta name="PubDate">`` and its relatives (names in lower case)."""
    for key in vocabulary().lists["published.meta"]:
        found = re.search(_DAY, meta.get(key, "")[:60])
        if found and (iso := day(*found.groups())):
            return iso
    return None


def url_day(url: str | None) -> str | None:
    """The day that an address seems to hold (t20240116_123.html). Addresses lie; it is never more than a hint."""
    found = _URL_DAY.search((url or "")[:500])
    return day(*(part for part in found.groups() if part)) if found else None
