"""The server on this machine: Datasette over the SQLite file, our pages in it, the guard before it."""

from __future__ import annotations

import socket
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pipeline.explore.book import Book
from pipeline.explore.guarding import LOOPBACK, App, guarded
from pipeline.explore.plugin import register
from pipeline.extras import need

NAME = "gongkai"
_WHAT = "The explorer"
_TEMPLATES = Path(__file__).with_name("datasette")


def application(book: Book, hosts: Collection[str] = LOOPBACK) -> App:
    """The whole application. Table pages keep Datasette's limits; facets are not suggested, which would read whole tables."""
    datasette = need("datasette.app", "explore", _WHAT)
    database = need("datasette.database", "explore", _WHAT)
    register()
    made: Any = datasette.Datasette(
        template_dir=str(_TEMPLATES),
        settings={"suggest_facets": False, "truncate_cells_html": 200, "default_cache_ttl": 0},
        metadata={"title": "gongkai", "license": "CC BY 4.0", "license_url": "https://creativecommons.org/licenses/by/4.0/"},
        inspect_data={NAME: {"tables": {table: {"count": count} for table, count in book.counts.items()}} | _size(book.base)},
    )
    made.gongkai = book
    made.add_database(database.Database(made, str(book.base), is_mutable=False), name=NAME)
    made.remove_database("_memory")
    return guarded(made.app(), hosts)


def _size(path: Path) -> dict[str, Any]:
    """What Datasette asks of a file that does not change; its name holds the digest of what it was made from."""
    return {"hash": path.stem.partition("-")[2], "size": path.stat().st_size}


def serve(book: Book, host: str, port: int) -> None:
    """Answer until the program is stopped. Raises ``OSError`` where the port is taken."""
    uvicorn = need("uvicorn", "explore", _WHAT)
    hosts = {*LOOPBACK, f"[{host}]" if ":" in host else host}
    uvicorn.run(application(book, hosts), host=host, port=port, log_level="warning", server_header=False, date_header=False)


def free(host: str, port: int) -> bool:
    """Whether a port can be listened at."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError:
            return False
    return True
