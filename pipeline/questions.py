"""The five questions that a journalist asks first. Frames of the datasets in (as ``load`` gives them), one frame out, worst first.

Every answer keeps two sentences apart: ``who`` is "publisher" where the publisher's own report says so, and "us" where it may be we who are
wrong or do not know: a report that was not collected, a document that could not be read, a figure with a ``read.`` flag. A report of which
a table was refused is never a zero report.
"""

from __future__ import annotations

import pandas as pd

from pipeline.forms import forms
from pipeline.forms.load import TABLES
from pipeline.normalizer.derived.indicators_declared import declared

PUBLISHER, US = "publisher", "us"
#: State of coverage → what it says, and of whom. ``published`` is no finding.
_FINDINGS = {
    "not_found": ("missing", PUBLISHER),
    "withdrawn": ("withdrawn", PUBLISHER),
    "after_deadline": ("late", PUBLISHER),
    "unreadable": ("unreadable", US),
    "not_collected": ("not_collected", US),
}
#: Relations whose failure speaks against a zero: what the prose tells, and what the report of the year before carried forward.
_AGAINST_ZERO = ("prose_none", "prose_received", "prose_processed", "prose_carried", "prose_review", "carry_over", "pending_carry")
#: Of those, the ones that speak of applications.
_AGAINST_NO_APPLICATIONS = frozenset({"prose_none", "prose_received", "prose_processed", "prose_carried", "carry_over"})
_REPORT = ["report_id", "unit_id", "report_year", "unit", "county", "source_url", "synthetic"]


def missing_or_late(coverage: pd.DataFrame) -> pd.DataFrame:
    """Unit-years whose report is missing, withdrawn, late, unreadable or not collected, with what that rests on.

    ``finding`` is missing, withdrawn, late, unreadable or not_collected. The last two say something about this collection alone.
    """
    found = coverage[coverage["state"].isin(_FINDINGS)].copy()
    found["finding"] = found["state"].map({state: finding for state, (finding, _) in _FINDINGS.items()})
    found["who"] = found["state"].map({state: who for state, (_, who) in _FINDINGS.items()})
    found["rank"] = found["state"].map({state: rank for rank, state in enumerate(_FINDINGS)})
    found = found.rename(columns={"name": "unit"}).sort_values(
        ["rank", "report_year", "days_late", "unit"], ascending=[True, False, False, True], kind="stable"
    )
    columns = ["who", "finding", "unit_id", "unit", "county", "report_year", "days_late", "published_on", "due_on", "evidence", "seen_on"]
    return found[[*columns, "report_id", "synthetic"]].reset_index(drop=True)


def zero_reports(reports: pd.DataFrame, checks: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Reports that print nothing but zeros, with the relations that speak against it (``evidence``, null where none does).

    ``zero`` is all_figures (all three tables, stocks aside) or applications (table three alone). Only tables that were read whole count.
    ``who`` is "us" where a figure of the evidence is doubted.
    """
    failed = checks[checks["outcome"] == "failed"]
    whole = reports[(reports[[f"{table}_state" for table in TABLES]] == "read").all(axis="columns")]["report_id"]
    everything = set(failed[failed["check_id"] == "all_zero"]["report_id"]) & set(whole)
    zeros = indicators[(indicators["indicator"] == "zero_report") & (indicators["value"] == 1)]["report_id"]
    no_applications = set(zeros) & set(reports[reports["applications_state"] == "read"]["report_id"])
    found = _about(reports[reports["report_id"].isin(everything | no_applications)])
    found["zero"] = ["all_figures" if one in everything else "applications" for one in found["report_id"]]
    against = failed[failed["check_id"].isin(_AGAINST_ZERO)].merge(found[["report_id", "zero"]], on="report_id")
    against = against[(against["zero"] == "all_figures") | against["check_id"].isin(_AGAINST_NO_APPLICATIONS)]
    return _with_evidence(found, against)


def _with_evidence(found: pd.DataFrame, against: pd.DataFrame) -> pd.DataFrame:
    told = against.assign(evidence=_sides(against)).groupby("report_id")
    found = found.set_index("report_id")
    found["evidence"] = told["evidence"].agg(lambda texts: "; ".join(dict.fromkeys(texts))) if len(against) else None
    found["doubted"] = told["doubted"].any() if len(against) else False
    found["doubted"] = found["doubted"].astype("boolean").fillna(False)
    found["other_report_id"] = told["other_report_id"].agg(_joined).replace("", None) if len(against) else None
    found["who"] = found["doubted"].map({True: US, False: PUBLISHER})
    found = found.reset_index()
    found["without"] = found["evidence"].isna()
    found = found.sort_values(["without", "who", "report_year", "unit"], ascending=[True, True, False, True], kind="stable")
    return found[["who", "zero", "evidence", *_REPORT, "other_report_id"]].reset_index(drop=True)


def _joined(ids: pd.Series[str]) -> str:
    return " ".join(sorted(set(ids.dropna())))


def contradictions(checks: pd.DataFrame, reports: pd.DataFrame, *, warnings: bool = False) -> pd.DataFrame:
    """Relations that failed, with both sides: within a report's tables, between tables and prose, and with last year's report.

    ``where`` is inside, prose or last_year. Relations of severity warning (which clean-ups and mergers can break) only with ``warnings``.
    ``who`` is "us" where a figure in the relation is doubted: then it may be our reading that is wrong.
    """
    severities = ["error", "warning"] if warnings else ["error"]
    prose = {check.id for check in forms().checks if check.of_prose}
    # Relations of a whole report (a table is missing, a day was passed) name no figures; those of the prose name theirs in the key.
    of_figures = checks["figures"].notna() | checks["check_id"].isin(prose)
    failed = checks[(checks["outcome"] == "failed") & checks["severity"].isin(severities) & of_figures].copy()
    failed["where"] = failed["check_id"].map(lambda check: "prose" if check in prose else "inside")
    other_unit = failed["other_report_id"].fillna("").astype(str).str.replace(r"-.*", "", regex=True)
    failed.loc[other_unit == failed["unit_id"], "where"] = "last_year"
    failed = failed[(other_unit == "") | (other_unit == failed["unit_id"])]
    failed["who"] = failed["doubted"].map({True: US, False: PUBLISHER})
    failed["what"] = _sides(failed)
    found = failed.drop(columns=["unit_id", "report_year", "synthetic"]).merge(_about(reports), on="report_id")
    found["rank"] = found["severity"].map({"error": 0, "warning": 1})
    found = found.sort_values(["who", "rank", "report_year", "unit", "check_id"], ascending=[True, True, False, True, True], kind="stable")
    sides = ["check_id", "severity", "scope_key", "left_value", "right_value", "figures", "other_report_id"]
    return found[["who", "where", "what", *_REPORT, *sides]].reset_index(drop=True)


def _sides(checks: pd.DataFrame) -> list[str]:
    """Each relation in words, with its two sides."""
    labels = {check.id: check.label_zh for check in forms().checks}
    texts = []
    for row in checks[["check_id", "scope_key", "left_value", "right_value"]].to_dict("records"):
        sides = [f"{row[side].normalize():f}" for side in ("left_value", "right_value") if not pd.isna(row[side])]
        key = "" if pd.isna(row["scope_key"]) else f"（{row['scope_key']}）"
        texts.append(f"{labels.get(row['check_id'], row['check_id'])}{key}: {' ≠ '.join(sides)}".removesuffix(": "))
    return texts


def requests_per_unit(indicators: pd.DataFrame, reports: pd.DataFrame, coverage: pd.DataFrame | None = None) -> pd.DataFrame:
    """Applications newly received by each unit and year, beside the other units of its county.

    Reports of a body's own figures only: a government-wide one holds the others'. ``county_median`` is that of the units with a number
    (``county_units`` of them); ``times_median`` is given only where the unit or the median has as many as ``indicators.toml`` asks of a
    denominator, else ``small_number`` is true. A unit-year without a number has its ``reason``: of the indicator, the state in
    ``coverage``, or no_report_of_this_scope where there is a government-wide report alone.
    """
    small = declared().small_number.below
    received = indicators[indicators["indicator"] == "received"][["report_id", "value", "reason", "caveats"]]
    own = _about(reports[reports["scope"] == "own"]).merge(received, on="report_id", how="left")
    own["reason"] = own["reason"].where(own["value"].notna() | own["reason"].notna(), "not_derived").where(own["value"].isna())
    if coverage is not None:
        own = pd.concat([own, _without_report(coverage, own)], ignore_index=True)
    own["requests"] = own["value"].astype("Int64")
    own["caveats"] = own["caveats"].astype(object).where(own["caveats"].notna(), "")
    own["who"] = [
        US if "doubted" in codes.split() or pd.isna(value) else PUBLISHER for codes, value in zip(own["caveats"], own["value"], strict=True)
    ]
    county = own.groupby(["county", "report_year"], dropna=False)["value"]
    known = own["county"].notna()
    own["county_median"] = county.transform("median").where(known)
    own["county_units"] = county.transform("count").where(known).astype("Int64")
    own["small_number"] = own[["value", "county_median"]].max(axis="columns") < small
    times = own["value"] / own["county_median"].where(own["county_median"] > 0)
    own["times_median"] = times.where(~own["small_number"])
    own = own.sort_values(
        ["report_year", "county", "requests", "unit"], ascending=[False, True, False, True], kind="stable", na_position="last"
    )
    columns = ["requests", "county_median", "times_median", "county_units", "small_number", "reason", "caveats"]
    return own[["who", *_REPORT, *columns]].reset_index(drop=True)


def _without_report(coverage: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """The unit-years of which there is no report, with the state as the reason."""
    there = set(zip(own["unit_id"], own["report_year"], strict=True))
    keys = zip(coverage["unit_id"], coverage["report_year"], strict=True)
    without = pd.Series([key not in there for key in keys], index=coverage.index, dtype=bool)
    absent = coverage[without].rename(columns={"name": "unit", "state": "reason"})
    absent["reason"] = absent["reason"].replace(["published", "after_deadline"], "no_report_of_this_scope")
    return absent[["unit_id", "report_year", "unit", "county", "reason", "synthetic"]]


def lost_cases(review_litigation: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Reviews and lawsuits that a unit lost (结果纠正), by name, most first.

    ``group`` is review, litigation_direct or litigation_after_review. ``share`` of the cases decided (total less pending) only where enough
    were decided; null too where total or pending is not printed. ``by_hand``: the number lost after a correction by hand. ``who`` is "us"
    where a figure is doubted; ``contradicts`` where the group's figures contradict each other.
    """
    small = declared().small_number.below
    rows = review_litigation.rename(columns={"item": "group"})
    keys = ["report_id", "group"]
    values = (
        rows.set_index([*keys, "measure"])["value"].unstack("measure").reindex(columns=["corrected", "total", "pending"]).astype("Int64")
    )
    lost = rows[rows["measure"] == "corrected"].set_index(keys)
    values["by_hand"] = lost["value_corrected"]
    values["flags"] = rows.assign(flags=rows["flags"].fillna("")).groupby(keys)["flags"].agg(" ".join)
    found = values[values["corrected"].fillna(0) > 0].reset_index().merge(_about(reports), on="report_id")
    found["decided"] = found["total"] - found["pending"]
    found["small_number"] = (found["decided"] < small).fillna(True).astype(bool)
    found["share"] = (found["corrected"] / found["decided"].where(found["decided"] > 0)).where(~found["small_number"]).astype("Float64")
    found["contradicts"] = found["flags"].str.contains(r"\bcheck\.", regex=True).astype(bool)
    found["who"] = found["flags"].str.contains(r"\bread\.", regex=True).map({True: US, False: PUBLISHER})
    found = found.sort_values(["corrected", "report_year", "unit", "group"], ascending=[False, False, True, True], kind="stable")
    columns = ["group", "corrected", "by_hand", "total", "pending", "decided", "share", "small_number", "contradicts"]
    return found[["who", *_REPORT, *columns]].reset_index(drop=True)


def _about(reports: pd.DataFrame) -> pd.DataFrame:
    """What an answer says of a report."""
    told = reports.assign(unit=reports["unit_name"].fillna(reports["unit_name_printed"]))
    return told[_REPORT].copy()
