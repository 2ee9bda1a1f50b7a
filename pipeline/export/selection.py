"""What is exported: some datasets, years and units of one snapshot, with the citation at every row."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.normalizer.load import open_snapshot, read_files
from pipeline.normalizer.schemas import DATASETS, Column
from pipeline.normalizer.schemas.columns import ARROW
from pipeline.normalizer.store import Snapshot

UNIT_NAME = Column("unit_name", "text", "Publishing unit: the resolved name, or else the one printed", "单位名称")
LABEL = Column("label_zh", "text", "Chinese label of the row's figure, relation or indicator (see dictionary)", "名称")
SOURCE_URL = Column("source_url", "text", "Address of the document that the row was read from; null for a local file", "来源网址")
SOURCE_FILE = Column("source_file", "text", "File name under which the document was imported", "来源文件")
TRUST = Column("trust", "text", "official (a gov.cn host), mirror (another host), unknown (a local file)", "来源可信度")
CAPTURED = Column("captured_at", "moment", "When the document came into the archive", "抓取时间")
SHA256 = Column("document_sha256", "text", "SHA-256 of the document's bytes", "文件SHA-256")
SOURCES = (SOURCE_URL, SOURCE_FILE, TRUST, CAPTURED, SHA256)
#: What a row is about, by the column that names it, and how the dictionary files it.
LABELLED = {"figure": "figure", "check_id": "check", "indicator": "indicator"}
#: Datasets whose rows are sources themselves, or concern none.
_UNCITED = frozenset({"documents", "captures", "units", "redirects", "dictionary"})


@dataclass(frozen=True, slots=True)
class Selection:
    """Datasets in their declared order; ``years`` and ``units`` (ids) are all if None."""

    datasets: tuple[str, ...] = tuple(DATASETS)
    years: frozenset[int] | None = None
    units: frozenset[str] | None = None

    @property
    def whole(self) -> bool:
        """Whether no row is left out."""
        return self.years is None and self.units is None


@dataclass(frozen=True)
class Extract:
    """A selection of one pinned snapshot. Rows come file by file, so that memory holds one at a time."""

    snapshot: Snapshot
    selection: Selection = field(default_factory=Selection)

    def parts(self, dataset: str, partition: str | None = None) -> Iterator[pa.Table]:
        """The rows of a dataset with their declared columns, in the order of the snapshot's files; tables without rows are left out.

        ``partition`` (as in ``partitions``) takes the files of one year and province alone.
        """
        for path in self.snapshot.paths(dataset):
            if self._may_hold(dataset, path) and partition in {None, _partition(path)}:
                rows = self._chosen(dataset, read_files(dataset, [path]))
                if rows.num_rows:
                    yield rows

    def partitions(self, dataset: str) -> list[str]:
        """The years and provinces that a dataset's files are cut by."""
        return sorted({_partition(path) for path in self.snapshot.paths(dataset) if self._may_hold(dataset, path)})

    def table(self, dataset: str, partition: str | None = None) -> pa.Table:
        """The same as one table."""
        return pa.concat_tables([read_files(dataset, []), *self.parts(dataset, partition)])

    def cited_parts(self, dataset: str) -> Iterator[pa.Table]:
        """As ``parts``, with the columns of ``cited_columns``."""
        for rows in self.parts(dataset):
            yield self.cited(dataset, rows)

    def cited(self, dataset: str, rows: pa.Table) -> pa.Table:
        """Rows of a dataset, each with what it is about, and with the document that it was read from."""
        makers = {UNIT_NAME.name: self._unit_names, LABEL.name: self._labels}
        made = [
            rows[one.name] if one.name in rows.schema.names else makers.get(one.name, functools.partial(self._source, one))(rows)
            for one in cited_columns(dataset)
        ]
        return pa.table(made, schema=pa.schema([pa.field(one.name, ARROW[one.type]) for one in cited_columns(dataset)]))

    def _may_hold(self, dataset: str, path: Path) -> bool:
        years = self.selection.years
        return DATASETS[dataset].cut != "year" or years is None or int(path.name.partition("-")[0]) in years

    def _chosen(self, dataset: str, rows: pa.Table) -> pa.Table:
        years, units, names = self.selection.years, self.selection.units, rows.schema.names
        if years is not None and "report_year" in names:
            rows = rows.filter(pc.is_in(rows["report_year"], pa.array(sorted(years), pa.int16())))
        if units is not None and "unit_id" in names:
            rows = rows.filter(pc.is_in(rows["unit_id"], pa.array(sorted(units), pa.string())))
        if units is not None and dataset == "redirects":
            rows = rows.filter(pc.is_in(rows["new_id"], pa.array(sorted(units), pa.string())))
        if not self.selection.whole and dataset == "captures":
            rows = rows.filter(pc.is_in(rows["document_id"], self.documents["document_id"].combine_chunks()))
        return rows

    @functools.cached_property
    def documents(self) -> pa.Table:
        """The documents of the selection."""
        return self.table("documents").combine_chunks()

    @functools.cached_property
    def reports(self) -> pa.Table:
        """The reports of the selection."""
        return self.table("reports").combine_chunks()

    @functools.cached_property
    def dictionary(self) -> pa.Table:
        """The dictionary of the snapshot."""
        return self.table("dictionary").combine_chunks()

    def _unit_names(self, rows: pa.Table) -> pa.ChunkedArray:
        """By the report; a row of no report by the list of units."""
        reports = self.reports
        by_report = _looked_up(rows, "report_id", reports["report_id"], pc.coalesce(reports["unit_name"], reports["unit_name_printed"]))
        units = self.table("units")
        return pc.coalesce(by_report, _looked_up(rows, "unit_id", units["unit_id"], units["name"]))

    def _labels(self, rows: pa.Table) -> pa.ChunkedArray:
        column = next(one for one in LABELLED if one in rows.schema.names)
        entries = self.dictionary.filter(pc.equal(self.dictionary["entry"], LABELLED[column]))
        return _looked_up(rows, column, entries["id"], entries["label_zh"])

    def _source(self, column: Column, rows: pa.Table) -> pa.ChunkedArray:
        documents = self.documents
        ids = rows["document_id"] if "document_id" in rows.schema.names else self._documents_of(rows)
        name = {SOURCE_URL: "url", SOURCE_FILE: "name", CAPTURED: "fetched_at", SHA256: "sha256"}.get(column, column.name)
        return _taken(documents[name], pc.index_in(ids, value_set=documents["document_id"].combine_chunks()))

    def _documents_of(self, rows: pa.Table) -> pa.ChunkedArray:
        return _looked_up(rows, "report_id", self.reports["report_id"], self.reports["document_id"])


def cited_columns(dataset: str) -> tuple[Column, ...]:
    """The columns of a dataset for people: first who and what, then the declared ones, then the document that the row was read from."""
    declared = DATASETS[dataset].columns
    if dataset in _UNCITED:
        return declared
    names = {one.name for one in declared}
    about = (*(() if "name" in names else (UNIT_NAME,)), *((LABEL,) if names & LABELLED.keys() else ()))
    return (
        *(one for one in about if one.name not in names),
        *declared,
        *(one for one in SOURCES if one.name not in names),
    )


def open_extract(processed: Path, selection: Selection, snapshot: int | None = None) -> Extract:
    """The selection, of the current snapshot or of one by its number."""
    return Extract(open_snapshot(processed, snapshot), selection)


def select(datasets: Iterable[str], years: Iterable[int] | None, units: Iterable[str] | None) -> Selection:
    """A selection; no dataset named means all of them, in the declared order."""
    named = frozenset(datasets)
    chosen = tuple(name for name in DATASETS if not named or name in named)
    return Selection(chosen, None if years is None else frozenset(years), None if units is None else frozenset(units))


def labels(dictionary: pa.Table, entry: str, column: str = "label_zh") -> Mapping[str, str]:
    """Id → label of the dictionary's entries of one kind."""
    rows = dictionary.filter(pc.equal(dictionary["entry"], entry))
    return {one: text or one for one, text in zip(rows["id"].to_pylist(), rows[column].to_pylist(), strict=True)}


def _partition(path: Path) -> str:
    return path.name.rpartition("-")[0]


def _looked_up(rows: pa.Table, column: str, keys: pa.ChunkedArray, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """The value that belongs to each row's key, null where there is none."""
    if column not in rows.schema.names:
        return pa.chunked_array([pa.nulls(rows.num_rows, values.type)])
    return _taken(values, pc.index_in(rows[column], value_set=keys.combine_chunks(), skip_nulls=True))


def _taken(values: pa.ChunkedArray, places: pa.ChunkedArray) -> pa.ChunkedArray:
    return values.take(places) if len(values) else pa.chunked_array([pa.nulls(len(places), values.type)])
