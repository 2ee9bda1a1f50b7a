"""The command ask: the five questions that a journalist asks first."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.batch.summary import printable
from pipeline.commands.selecting import chosen_units, county_option, expected_troubles, parse_years, processed_option
from pipeline.commands.shared import one_clear_line
from pipeline.compare.text import number_text
from pipeline.export.selection import Extract, open_extract, select
from pipeline.find_units import read_units

if TYPE_CHECKING:
    import pandas as pd

QUESTIONS = ("missing", "zeros", "contradictions", "requests", "lost")
_PUBLISHER_SAYS = {
    "missing": "Missing, withdrawn or late, as the publishers' own lists and pages show:",
    "zeros": "Reports of nothing but zeros:",
    "contradictions": "The publishers' own figures contradict each other:",
    "requests": "Applications received:",
    "lost": "Cases lost (结果纠正), as printed:",
}
_WE_ARE_UNSURE = {
    "missing": "We do not know (not collected, or not readable by this program); that is no finding about the publisher:",
    "zeros": "Reports of nothing but zeros, where we doubt our reading of a figure in the evidence:",
    "contradictions": "Relations that fail, but we doubt our reading of a figure in them:",
    "requests": "No number, or we doubt our reading of it:",
    "lost": "Cases lost, but we doubt our reading of a figure:",
}


@click.command("ask")
@click.argument("question", type=click.Choice(QUESTIONS))
@click.option("--year", "years", callback=parse_years, help="Report years, such as 2023 or 2021-2023; all if not told.")
@click.option("--unit", "units", multiple=True, help="A unit by id, report id, name or part of its name. May be repeated.")
@click.option("--warnings", is_flag=True, help="With contradictions: also relations that clean-ups and mergers can break.")
@click.option("--all", "everything", is_flag=True, help="With zeros: also those that nothing speaks against.")
@click.option("--csv", "as_csv", is_flag=True, help="Rows as CSV, safe for spreadsheets, with the addresses.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="Lines at most of each part; all are counted.")
@county_option
@processed_option
def ask_command(
    *,
    question: str,
    years: frozenset[int] | None,
    units: tuple[str, ...],
    warnings: bool,
    everything: bool,
    as_csv: bool,
    limit: int,
    county: str | None,
    snapshot: int | None,
    processed: Path,
) -> None:
    """What a journalist asks first. What the publisher says and what we are unsure of are never mixed.

    \b
    missing         whose reports are missing, withdrawn or late
    zeros           reports of nothing but zeros, with what speaks against it
    contradictions  figures that contradict each other, within a report and with last year's
    requests        applications received by each unit, beside its county
    lost            reviews and lawsuits lost, by name

    \b
    Example: gongkai ask contradictions --year 2021-2023
             gongkai ask requests --county 云河县 --year 2022 --csv > requests.csv
    """
    with one_clear_line(), expected_troubles():
        ids = chosen_units(read_units(processed, snapshot), units, county) if units or county else None
        extract = open_extract(processed, select([], years, None if question == "requests" else ids), snapshot)
        answer = _answer(extract, question, ids, warnings=warnings, everything=everything)
    if as_csv:
        _write_csv(answer)
        return
    for who, heads in (("publisher", _PUBLISHER_SAYS), ("us", _WE_ARE_UNSURE)):
        rows = answer[answer["who"] == who].to_dict("records")
        if rows or who == "publisher":
            click.echo(heads[question] + ("" if rows else " none"))
        for row in rows[:limit]:
            click.echo(printable("  " + _LINES[question]({str(key): value for key, value in row.items()})))
        if len(rows) > limit:
            click.echo(f"  … and {len(rows) - limit} more: --limit, or --csv for all")


def _answer(extract: Extract, question: str, units: list[str] | None, *, warnings: bool, everything: bool) -> pd.DataFrame:
    from pipeline import questions

    def frame(dataset: str) -> pd.DataFrame:
        loaded: pd.DataFrame = extract.table(dataset).to_pandas()
        return loaded

    if question == "missing":
        return questions.missing_or_late(frame("coverage"))
    reports = frame("reports")
    if question == "zeros":
        found = questions.zero_reports(reports, frame("checks"), frame("indicators"))
        return found if everything else found[found["evidence"].notna()]
    if question == "contradictions":
        return questions.contradictions(frame("checks"), reports, warnings=warnings)
    if question == "requests":
        # Beside its county, also where one unit alone is asked for.
        found = questions.requests_per_unit(frame("indicators"), reports, frame("coverage"))
        return found if units is None else found[found["unit_id"].isin(units)]
    return questions.lost_cases(frame("review_litigation"), reports)


def _missing_line(row: dict[str, Any]) -> str:
    late = f", {row['days_late']} days" if row["finding"] == "late" and _known(row["days_late"]) else ""
    return f"{_who(row)}: {row['finding']}{late}; {row['evidence']}"


def _zero_line(row: dict[str, Any]) -> str:
    what = "every figure is 0" if row["zero"] == "all_figures" else "no applications"
    against = f"; but {row['evidence']}" if _known(row["evidence"]) else ""
    return f"{_who(row)}: {what}{against}   [{row['report_id']}]"


def _contradiction_line(row: dict[str, Any]) -> str:
    where = {"inside": "within the report", "prose": "table and prose", "last_year": "with last year's report"}[row["where"]]
    warning = " (warning)" if row["severity"] == "warning" else ""
    return f"{_who(row)}, {where}{warning}: {row['what']}   [{row['report_id']}]"


def _request_line(row: dict[str, Any]) -> str:
    if not _known(row["requests"]):
        return f"{_who(row)}: {row['reason']}"
    beside = ""
    if _known(row["county_median"]):
        times = f", {row['times_median']:.1f} times it" if _known(row["times_median"]) else " (few: no ratio)"
        beside = f"; median of {row['county_units']} units of {row['county']}: {row['county_median']:g}{times}"
    return f"{_who(row)}: {row['requests']}{beside}"


def _lost_line(row: dict[str, Any]) -> str:
    group = {"review": "reviews", "litigation_direct": "lawsuits without a review", "litigation_after_review": "lawsuits after a review"}
    of = f" of {row['decided']} decided" if _known(row["decided"]) else ""
    share = f" ({number_text(float(row['share']))})" if _known(row["share"]) else ""
    notes = ["; the group's figures contradict each other"] if row["contradicts"] else []
    notes += [f"; {row['by_hand']} after a correction by hand"] if _known(row["by_hand"]) else []
    return f"{_who(row)}, {group.get(row['group'], row['group'])}: {row['corrected']}{of}{share}{''.join(notes)}   [{row['report_id']}]"


_LINES: dict[str, Callable[[dict[str, Any]], str]] = {
    "missing": _missing_line,
    "zeros": _zero_line,
    "contradictions": _contradiction_line,
    "requests": _request_line,
    "lost": _lost_line,
}


def _who(row: dict[str, Any]) -> str:
    unit = row["unit"] if _known(row["unit"]) else f"(unit not found: {row['unit_id']})"
    year = row["report_year"] if _known(row["report_year"]) else "year not found"
    return f"{unit} {year}{' (made up)' if row['synthetic'] else ''}"


def _known(value: object) -> bool:
    import pandas as pd

    return not pd.isna(value)  # type: ignore[call-overload]


def _write_csv(answer: pd.DataFrame) -> None:
    """To standard output, with a byte order mark: spreadsheets take a file without one for another encoding."""
    import pyarrow as pa

    from pipeline.export.printed import csv_bytes

    for chunk in csv_bytes(list(answer.columns), [pa.Table.from_pandas(answer, preserve_index=False)]):
        sys.stdout.buffer.write(chunk)
    sys.stdout.buffer.flush()


COMMANDS: list[click.Command] = [ask_command]
