"""Where the user's list of divisions is kept: beside the archive, as two CSV files and a record of what they came from.

``origin.json`` is written last and holds the digests of both files: a list that was half replaced, or edited by hand, is refused and never
read as if it were whole.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.archive.files import replace_file
from pipeline.normalizer.units.divisions import Divisions
from pipeline.normalizer.units.lineage import BadChangesError, Change
from pipeline.normalizer.units.lists import BadListError, Rows, read_changes, read_divisions, read_rows

FOLDER = "divisions"
DIVISIONS = "divisions.csv"
CHANGES = "changes.csv"
ORIGIN = "origin.json"
_CHANGE_HEADINGS = ("old_code", "new_code", "date", "kind", "old_name", "new_name")


class DivisionsError(ValueError):
    """The list that is kept cannot be used; the message says what to do."""


def import_lists(raw: Path, files: Iterable[Path]) -> Divisions:
    """Read lists of divisions and of changes, and keep them in place of those that were there; a kind that is not given stays as it was.

    Raises ``BadListError``, with nothing changed.
    """
    given = [(path, read_rows(path)) for path in files]
    lists, changes = ([one for one in given if one[1].are_changes is are] for are in (False, True))
    if not lists and not (raw / FOLDER / ORIGIN).exists():
        raise BadListError("a list of changes needs a list of divisions; give both")
    names = read_divisions(rows for _, rows in lists) if lists else dict(_kept(raw)[0])
    changed = _kept_changes(raw, changes, names)
    try:
        divisions = Divisions(names, changed)
    except BadChangesError as error:
        raise BadListError(f"changes: {error}") from error
    _write(raw / FOLDER, names, changed, lists, changes)
    return divisions


def _kept_changes(raw: Path, changes: Sequence[tuple[Path, Rows]], names: Mapping[str, str]) -> tuple[Change, ...]:
    if changes:
        return read_changes((rows for _, rows in changes), names)
    return _kept(raw)[1] if (raw / FOLDER / ORIGIN).exists() else ()


def load_divisions(raw: Path) -> Divisions | None:
    """The list of divisions that is kept beside the archive in ``raw``; ``None`` where none was brought. Raises ``DivisionsError``."""
    if not (raw / FOLDER).is_dir() or not any((raw / FOLDER).glob("*.*")):
        return None
    names, changes = _kept(raw)
    try:
        return Divisions(names, changes)
    except BadChangesError as error:
        raise DivisionsError(f"{raw / FOLDER / CHANGES}: {error}; import the lists again") from error


def _kept(raw: Path) -> tuple[dict[str, str], tuple[Change, ...]]:
    folder = raw / FOLDER
    try:
        origin = json.loads((folder / ORIGIN).read_text("utf8"))
        texts = {name: (folder / name).read_bytes() for name in (DIVISIONS, CHANGES)}
        whole = all(origin[name]["sha256"] == hashlib.sha256(body).hexdigest() for name, body in texts.items())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DivisionsError(f"the list in {folder} is not whole ({error}); import it again: gongkai units import FILE…") from error
    if not whole:
        raise DivisionsError(f"the list in {folder} is not as it was imported; import it again: gongkai units import FILE…")
    # Written by us, checked by its digest, and without quotes: cutting the lines is five times faster than a CSV reader.
    lines = texts[DIVISIONS].decode("utf8").split("\n")[1:-1]
    names = dict(line.split(",", 1) for line in lines)
    rows = csv.reader(io.StringIO(texts[CHANGES].decode("utf8"), newline=""))
    found = [(number, row) for number, row in enumerate(rows, 1) if number > 1]
    return names, tuple(Change(row[0], row[1], row[2], row[3], row[4], row[5], number) for number, row in found)  # type: ignore[arg-type]


def _write(
    folder: Path,
    names: Mapping[str, str],
    changes: Sequence[Change],
    lists: Sequence[tuple[Path, Rows]],
    change_lists: Sequence[tuple[Path, Rows]],
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    before = _origin_before(folder)
    texts = {DIVISIONS: _csv(("code", "name"), names.items()), CHANGES: changes_csv(changes)}
    origin = {
        name: {"sha256": hashlib.sha256(body).hexdigest(), "from": [_source(path, rows) for path, rows in given] or before.get(name, [])}
        for (name, body), given in zip(texts.items(), (lists, change_lists), strict=True)
    }
    for name, body in texts.items():
        replace_file(folder / name, body)
    replace_file(folder / ORIGIN, f"{json.dumps(origin, ensure_ascii=False, indent=1)}\n".encode())


def _origin_before(folder: Path) -> dict[str, list[Any]]:
    path = folder / ORIGIN
    return {name: one["from"] for name, one in json.loads(path.read_text("utf8")).items()} if path.exists() else {}


def _source(path: Path, rows: Rows) -> dict[str, object]:
    return {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "rows": len(rows.rows)}


def changes_csv(changes: Iterable[Change]) -> bytes:
    """A list of changes as it is kept and as it can be imported."""
    rows = ((one.old_code, one.new_code, one.day, one.kind, one.old_name, one.new_name) for one in changes)
    return _csv(_CHANGE_HEADINGS, rows)


def _csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows(rows)
    return out.getvalue().encode()
