"""Whether a page is a report at all, or an explanation, a notice, a set of rules or a list of links.

In doubt it is a report: a page that holds the form's own labels or section headings is one, whatever its title says.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence

from pipeline.documents.metadata.names import squeeze
from pipeline.documents.metadata.titles import Title, parse_title
from pipeline.documents.metadata.vocabulary import vocabulary

HEADING = re.compile(
    r"^(?:第?[一二三四五六][、.．,，:]|[一二三四五六]是?)?\s*(?:行政机关)?(?:因政府信息公开工作被申请行政复议|主动公开政府信息(?:的)?情况|主动公开情况|"
    r"收到和处理政府信息公开申请|(?:因)?政府信息公开(?:工作)?(?:被申请)?行政复议|存在的主要问题及改进|政府信息公开工作存在的主要问题|其他需要报告的事项|总体情况)"
)
_LIST = 4


def not_a_report(lines: Sequence[str], told: Iterable[str], head: Sequence[str], title: Title | None) -> str | None:
    """Why the page is no report, in a few words; ``None`` if it is one or may be.

    ``told`` is what the metadata call the page. Lines of the ``head`` may be menus (政府信息公开制度):
    they count only where nothing else speaks.
    """
    text = "\n".join(lines)
    labels = sum(label in text for label in vocabulary().lists["not_report.table_labels"])
    if labels >= 3:
        return None
    named = next((reason for one in told if (reason := _other_kind(one))), None)
    headings = sum(_is_heading(line) for line in lines if len(line) < 60)
    if headings >= 2 and not (named and named.endswith(vocabulary().lists["not_report.explanations"])):
        return None
    linked = {one.text for line in lines if (one := parse_title(line)) is not None and one.years}
    if named or len(linked) >= _LIST:
        return named or "a list of reports"
    if title is not None:
        return None
    named = next((reason for one in head if len(one) < 120 and (reason := _other_kind(one))), None)
    return named or (None if headings or labels else "no title, heading or table of a report")


@functools.lru_cache(maxsize=16_384)
def _is_heading(line: str) -> bool:
    return HEADING.match(squeeze(line)) is not None


@functools.lru_cache(maxsize=4_096)
def _other_kind(headline: str) -> str | None:
    folded = squeeze(headline)
    words = vocabulary().lists
    if ("信息公开" not in folded and "政务公开" not in folded) or len(folded) > 120 or parse_title(folded) is not None:
        return None
    bare = re.sub(r"[》〉」”）)】]+$", "", folded)
    if bare.endswith(words["not_report.endings"]) or folded.startswith(words["not_report.starts"]):
        return f"headed {folded[:60]}"
    return None
