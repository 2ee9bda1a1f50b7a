"""gongkai (公开): the annual disclosure reports of China's local governments as data.

``read_report`` reads one document, ``read_tables`` any table of a page, ``load`` a built dataset.
"""

from pipeline.normalizer.load import load
from pipeline.reading import read_report, read_tables

__version__ = "0.1.0"
__all__ = ["__version__", "load", "read_report", "read_tables"]
