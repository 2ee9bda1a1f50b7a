"""PDF → text and tables. The tables are rebuilt from their ruling lines, the text from where its characters stand."""

from pipeline.documents.pdf.read import read_pdf

__all__ = ["read_pdf"]
