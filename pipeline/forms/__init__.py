"""The official forms, declared once as data (TOML beside this file) and loaded into types that everything else reads.

A form is a vocabulary: its rows, columns and labels. Which of them a report prints is told by the report's labels.
"""

from pipeline.forms.formulas import Case, Formula, Term
from pipeline.forms.load import forms, read_forms
from pipeline.forms.model import Alias, Block, Check, Column, Comparison, Figure, FormError, Forms, Row, Table

__all__ = [
    "Alias",
    "Block",
    "Case",
    "Check",
    "Column",
    "Comparison",
    "Figure",
    "FormError",
    "Forms",
    "Formula",
    "Row",
    "Table",
    "Term",
    "forms",
    "read_forms",
]
