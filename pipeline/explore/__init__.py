"""The journalists' page: who is missing, what contradicts itself, how a township compares, where the proof of a number is.

``base`` writes what one browses into an SQLite file beside the snapshot, ``book`` looks up rows there and figures in the Parquet files.
``views`` make pages of them, as functions that know no server: ``serve`` shows them in a browser, ``publish`` writes them as files.
"""
