"""Figures that a report tells in running text: applications, reviews and lawsuits, the information-processing fee.

Text → paragraphs → sentences → phrases (``prose.toml``). A phrase counts only if nothing before it says that the number is of another
time (去年), of another body (区政府办) or of a part (网上): a figure with the wrong meaning is worse than none, so doubt leaves it out.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from pipeline.documents.metadata.names import core, fits, is_office, names_place, narrow, self_word
from pipeline.documents.metadata.units import own_names
from pipeline.model import Issue, ProseFigure
from pipeline.normalizer.numerals import read_number
from pipeline.normalizer.phrases import Phrase, phrases

SECTIONS = (1, 4, 6)
LONGEST = 1000
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]?")
_QUOTED = re.compile(r"《[^《》]{0,120}》|〈[^〈〉]{0,120}〉|〔[^〔〕]{0,12}〕")
_FOR_GOVERNMENT = re.compile(r"代(?:表)?[\u3400-\u9fff]{1,12}政府")
_TOPICS = ("申请", "复议", "诉讼", "费")
_TOLD = re.compile("申请|复议|诉讼|处理费|收费|收取|费用")
_PLACES = "省市县区州盟旗"
_SPACE = re.compile(r"(?<!\d) | (?!\d)")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a phrase stands: its sentence, what precedes it there, and the sentences before in its paragraph."""

    section: int
    sentence: str
    before: str
    earlier: str


@dataclass(frozen=True, slots=True)
class _Subject:
    """Whom and when the figures must be of: the unit's name, if known, and the year."""

    unit: str | None
    year: int | None


def read_prose(
    sections: Mapping[int, str], *, unit_name: str | None = None, report_year: int | None = None
) -> tuple[tuple[ProseFigure, ...], tuple[Issue, ...]]:
    """The figures told in sections one, four and six, each once; a figure told with two values is left out and named in an issue.

    ``unit_name`` and ``report_year`` tell whose and which year's figures count; without them they are taken from section one.
    """
    subject = _Subject(unit_name or _unit_of(sections.get(1, "")), report_year or _year_of(sections.get(1, "")))
    found: list[ProseFigure] = []
    issues: list[Issue] = []
    for section in SECTIONS:
        for place in _places(section, sections.get(section, ""), issues):
            found += _figures_of(place, subject)
    kept = _consistent(found, issues)
    kept += _received(kept)
    return tuple(kept), tuple(issues)


def _unit_of(text: str) -> str | None:
    names = own_names("", text[:LONGEST])
    return names[0].name if names else None


def _year_of(text: str) -> int | None:
    years = [int(year) for year in re.findall(r"(?<!\d)(20\d\d)年", _QUOTED.sub("", text[: 8 * LONGEST]))]
    ranked = sorted(set(years), key=lambda year: (-years.count(year), year))
    return ranked[0] if ranked and (len(ranked) == 1 or years.count(ranked[0]) > years.count(ranked[1])) else None


def _places(section: int, text: str, issues: list[Issue]) -> Iterator[_Place]:
    """The sentences of a section. One that holds a pipe is the remains of a table."""
    for paragraph in _paragraphs(text):
        if _TOLD.search(paragraph) is None:
            continue
        earlier = ""
        for found in _SENTENCE.finditer(paragraph):
            sentence = found[0]
            if len(sentence) > LONGEST:
                issues.append(
                    Issue("note", "prose.long_sentence", "Only the start of a very long sentence was read.", evidence=sentence[:80])
                )
                # Cut behind a clause: 未收到申请|的投诉 must not end before its last words.
                sentence = sentence[: max(sentence.rfind(sign, 0, LONGEST) for sign in ",，；;") + 1]
            if "|" not in sentence:
                yield _Place(section, sentence, "", earlier[-LONGEST:])
            earlier += sentence


def _paragraphs(text: str) -> Iterator[str]:
    """Blocks of text without white space (but between digits); lines that were broken in the middle of a sentence are joined."""
    block = ""
    for line in narrow(text).split("\n"):
        words = line.split()
        squeezed = _SPACE.sub("", " ".join(words)) if len(words) > 1 else "".join(words)
        wrapped = len(block) >= 18 and block[-1] not in "。！？!?：:；;|" and "|" not in squeezed
        if wrapped:
            block += squeezed
            continue
        if block:
            yield block
        block = squeezed
    if block:
        yield block


def _figures_of(place: _Place, subject: _Subject) -> Iterator[ProseFigure]:
    if _TOLD.search(place.sentence) is None:
        return
    masked = _QUOTED.sub(lambda found: "□" * len(found[0]), place.sentence)
    for phrase in _told_with(tuple(word for word in _TOPICS if word in place.sentence)):
        for found in phrase.pattern.finditer(masked):
            at = _Place(place.section, place.sentence, masked[: found.start()], place.earlier)
            number = _value(phrase, found)
            if number is None or not _counts(phrase, found[0], at, subject):
                continue
            for figure in _named(phrase.figures, at.before):
                told = "applications.accepted" if figure == "applications.received" and _holds_carried(masked[found.end() :]) else figure
                yield ProseFigure(told, *number, place.section, place.sentence)


@functools.lru_cache(maxsize=32)
def _told_with(topics: tuple[str, ...]) -> tuple[Phrase, ...]:
    """The phrases that a sentence with these words can hold."""
    return tuple(phrase for phrase in phrases().phrases if any(word in topics for word in phrase.words))


def _holds_carried(after: str) -> bool:
    """Whether a count is followed by (上年度结转16件…): it may hold those, so it is not certainly what was newly received."""
    return phrases().patterns["carried"].match(after) is not None


def _value(phrase: Phrase, found: re.Match[str]) -> tuple[int | Decimal, bool] | None:
    if phrase.value is not None:
        return phrase.value, False
    groups = found.groupdict()
    number = read_number(groups.get("m") or groups["n"])
    if number is None or (groups.get("m") is None and not isinstance(number[0], int)):
        return None
    return number[0], number[1] or bool(groups.get("more") and not groups.get("m"))


def _named(figures: tuple[str, ...], before: str) -> tuple[str, ...]:
    """The figures' ids; ``*.upheld`` becomes review or litigation by the last of the two before it, none if both share its clause."""
    if figures[0][0] != "*":
        return figures
    mentions = list(phrases().patterns["case"].finditer(before))
    if not mentions:
        return ()
    kind = mentions[-1].lastgroup
    clause = re.split(r"[,，。；;（(]", before[: mentions[-1].end()])[-1]
    others = {one.lastgroup for one in phrases().patterns["case"].finditer(clause)}
    return tuple(f"{kind}{figure[1:]}" for figure in figures) if others == {kind} else ()


def _counts(phrase: Phrase, text: str, at: _Place, subject: _Subject) -> bool:
    """Whether a phrase, where it stands, says the figure of this body in this year and of all of it."""
    patterns = phrases().patterns
    clause = re.split(r"[,，。；;:]", at.before)[-1]
    if phrase.needs and not _is_about(phrase.needs, at, text):
        return False
    if phrase.value is None and patterns["negated"].search(at.before):
        return False
    if phrase.value == 0 and patterns["fault"].search(text.lstrip("未没无有")):
        return False
    if phrase.unhandled and any(patterns[name].search(at.before) for name in ("handled", "negated", "joint")):
        return False
    if not phrase.within and patterns["part"].search(clause):
        return False
    return _in_time(at, subject.year) and _of_body(at, subject.unit, phrase.lenient)


def _is_about(topic: str, at: _Place, text: str) -> bool:
    pattern = phrases().patterns[topic]
    if topic == "disclosure" and at.section == 4:
        return True
    last = re.split(r"[。！？]", at.earlier.rstrip("。！？"))[-1] if topic != "fee" else ""
    return pattern.search(f"{last}。{at.sentence if topic == 'fee' else at.before + text}") is not None


def _in_time(at: _Place, year: int | None) -> bool:
    """Whether the last word of time before the phrase, if any, is of the report's year."""
    patterns = phrases().patterns
    for text in (at.before, at.earlier):
        tokens = list(patterns["time"].finditer(patterns["no_time"].sub("", text)))
        if tokens:
            last = tokens[-1]
            if last["year"]:
                return year is None or int(last["year"]) == year
            return last["this"] is not None
    return True


def _of_body(at: _Place, unit: str | None, lenient: bool) -> bool:
    """Whether the last body named before the phrase is the one that reports. 区政府办代表区政府受理17件 is not the district's figure."""
    patterns = phrases().patterns
    for text in (at.before, at.earlier):
        masked = patterns["no_body"].sub(lambda found: "□" * len(found[0]), _FOR_GOVERNMENT.sub(lambda found: "□" * len(found[0]), text))
        tokens = list(patterns["body"].finditer(masked))
        if text is at.earlier:
            # Of sentences before, only an office that took over as the one who acts matters.
            tokens = [one for one in tokens if one["own"] or is_office(one[0])]
        if tokens:
            last = tokens[-1]
            return _is_own(last["own"], unit) if last["own"] else _is_unit(_run(masked[: last.end()]), unit, lenient)
    return True


def _run(text: str) -> str:
    """The name that ends a text, from the last sign that is no part of one."""
    return re.split(r"[^\u3400-\u9fff]|[年日度]", text)[-1]


def _is_own(word: str, unit: str | None) -> bool:
    """Whether 我县, 全镇, 本机关 is the reporting body. 全县 in a bureau's report is not; an unknown body gets neither that nor 我办."""
    word = re.sub("(?:人民政府|政府)$", "", word)
    if word[-1] in _PLACES:
        return unit is not None and _bare(unit).endswith(word[-1])
    spoken = self_word(f"我{word[1:]}")
    if unit is None:
        return word[-1] != "办"
    return spoken is None or fits(unit, spoken)


def _is_unit(run: str, unit: str | None, lenient: bool) -> bool:
    """Whether the name means the unit: its full name or its end (市科委), but not 区政府 for what a whole district received."""
    if len(run) < 2:
        return False
    one = _bare(run)
    if lenient and not names_place(run) and not is_office(run):
        return unit is None or _bare(unit).endswith(one)
    if unit is None or one in _PLACES:
        return False
    return _bare(unit).endswith(one) or one.endswith(_bare(unit))


def _bare(name: str) -> str:
    return re.sub("政府$", "", core(name))


def _consistent(found: list[ProseFigure], issues: list[Issue]) -> list[ProseFigure]:
    """Each figure once, in the order of the text; figures told with different values are left out."""
    told: dict[str, list[ProseFigure]] = {}
    for one in found:
        told.setdefault(one.figure, []).append(one)
    kept: list[ProseFigure] = []
    for figure, ones in told.items():
        if len({(one.value, one.approximate) for one in ones}) == 1:
            kept.append(ones[0])
            continue
        evidence = " / ".join(f"{one.value}: {one.sentence[:120]}" for one in ones[:4])
        issues.append(
            Issue("warning", "prose.conflict", "The text gives different values for one figure.", figure=figure, evidence=evidence)
        )
    return [one for one in kept if _within_total(one, kept, issues)]


def _within_total(one: ProseFigure, kept: list[ProseFigure], issues: list[Issue]) -> bool:
    """Whether an outcome is not more than the total told beside it; without a total it may be of something else."""
    group, _, outcome = one.figure.partition(".")
    if group not in {"review", "litigation"} or outcome == "total":
        return True
    total = next((other for other in kept if other.figure == f"{group}.total"), None)
    if total is None or total.sentence != one.sentence:
        return False
    if one.value <= total.value:
        return True
    issues.append(Issue("warning", "prose.conflict", "An outcome is more than the total.", figure=one.figure, evidence=one.sentence))
    return False


def _received(kept: list[ProseFigure]) -> list[ProseFigure]:
    """受理 as newly received, where the arithmetic shows it: new + carried in - carried on = answered, or nothing was carried in."""
    told = {one.figure.removeprefix("applications."): one for one in kept if one.figure.startswith("applications.") and not one.approximate}
    accepted = told.get("accepted")
    if accepted is None or any(one.figure == "applications.received" for one in kept):
        return []
    inward, onward, answered = (told.get(name) for name in ("carried_in", "carried_on", "answered"))
    closes = inward and onward and answered and inward.value and accepted.value + inward.value - onward.value == answered.value
    if accepted.value == 0 or closes or (inward is not None and inward.value == 0):
        return [ProseFigure("applications.received", accepted.value, False, accepted.section, accepted.sentence)]
    return []
