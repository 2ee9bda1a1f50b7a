"""The official forms, declared once as data (TOML beside this file) and loaded into types that everything else reads.

A form is a vocabulary: its rows, columns and labels. Which of them a report prints is told by the report's labels.
"""

from pipeline.forms.load import Alias, Block, Check, Column, Comparison, Figure, FormError, Forms, Row, Table, forms, read_forms

__all__ = ["Alias", "Block", "Check", "Column", "Comparison", "Figure", "FormError", "Forms", "Row", "Table", "forms", "read_forms"]
