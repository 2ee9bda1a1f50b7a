"""The datasets in the formats that people work with, each download with its citation.

``Selection`` says what is wanted, ``Extract`` reads it from one pinned snapshot, and one module a format writes it:
an ``Extract`` and a path in, ``Notes`` on what the format cannot hold out. Nothing is left under the final name that is not whole.
"""
