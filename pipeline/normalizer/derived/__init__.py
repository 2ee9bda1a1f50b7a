"""What is found out from all reports of a year and province together: relations between reports, indicators, coverage.

Everything here works on Arrow tables of the datasets, many reports at once, and never changes a figure.
"""
