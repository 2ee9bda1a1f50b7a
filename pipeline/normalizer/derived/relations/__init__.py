"""Relations that one report alone does not decide: with the year before, with neighbours, with what is known of the unit.

They are evaluated over all reports of a year and province at once (each figure an array over the reports), they never change a value, and
never flag a figure. A blank, a dash, a cell that is missing or could not be read is not 0: what needs it is ``not_applicable``, with a code
in ``reason``. ``doubted`` tells that a figure of the relation carries a ``read.*`` flag: the contradiction may be our reading's.

What is written (see ``rows``): a row for every place where a relation failed; where it failed nowhere one row a report, ``passed`` or
``not_applicable``. ``carry_over`` has one for the total (error) and one for its columns (warning), ``same_text`` one for last year and one
for the neighbours, ``table_missing`` one for each table that has no heading. No row is written where the question does not arise: a form
that does not print the figures, ``rules_competence`` of bodies that may issue rules, ``hierarchy`` of reports that are not a county's.
"""

from __future__ import annotations

import pyarrow as pa

from pipeline.normalizer.derived.relations.competence import rules_rows
from pipeline.normalizer.derived.relations.fees import fee_rows
from pipeline.normalizer.derived.relations.formulas import formula_rows
from pipeline.normalizer.derived.relations.hierarchy import Expected, hierarchy_rows
from pipeline.normalizer.derived.relations.one_year import form_rows, table_rows, zero_rows
from pipeline.normalizer.derived.relations.published import published_rows
from pipeline.normalizer.derived.relations.repeated import jump_rows, same_figures_rows
from pipeline.normalizer.derived.relations.rows import Rows
from pipeline.normalizer.derived.relations.texts import text_rows
from pipeline.normalizer.derived.relations.years import Years
from pipeline.normalizer.derived.year import YearTables

__all__ = ["Expected", "relation_rows"]

_EVALUATED = (
    *(formula_rows, same_figures_rows, jump_rows, text_rows, rules_rows, fee_rows),
    *(table_rows, form_rows, published_rows, zero_rows),
)


def relation_rows(now: YearTables, before: YearTables | None, *, expected: Expected | None = None) -> pa.Table:
    """Rows of ``checks`` for the reports of one year and province, in no particular order; the same tables give the same rows.

    ``before`` are the reports of the year before, ``None`` if there are none. ``expected``: division code of a county → ids of all units
    whose sum its government-wide report should be (``hierarchy``); counties without it are not judged.
    """
    years = Years(now, before)
    rows = Rows(years.now.reports)
    for evaluate in _EVALUATED:
        evaluate(rows, years)
    hierarchy_rows(rows, years, expected)
    return rows.to_table()
