"""What the commands around archive and datasets share: where things lie, and one clear line for every trouble."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from pipeline.archive import BadRecordError, LockHeldError, Place, place_of
from pipeline.batch.build import NothingToBuildError
from pipeline.batch.corrections import BadCorrectionsError
from pipeline.batch.summary import printable
from pipeline.extras import MissingExtraError
from pipeline.normalizer.store import SnapshotError
from pipeline.normalizer.units.kept import DivisionsError

WRONG_USE = 2
LOCKED = 3
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
Command = TypeVar("Command", bound=Callable[..., Any])


def folders(command: Command) -> Command:
    """The options that say where raw and processed data lie."""
    raw = click.option("--raw", type=click.Path(path_type=Path), default=Path("data/raw"), show_default=True, help="Folder of the archive.")
    processed = click.option(
        "--processed", type=click.Path(path_type=Path), default=Path("data/processed"), show_default=True, help="Folder of the datasets."
    )
    return raw(processed(command))


def places(command: Command) -> Command:
    """The same where the archive may also lie at a URL."""
    raw = click.option(
        "--raw", default="data/raw", show_default=True, callback=_as_place, help="Folder of the archive, or a URL such as s3://bucket/raw."
    )
    processed = click.option(
        "--processed", type=click.Path(path_type=Path), default=Path("data/processed"), show_default=True, help="Folder of the datasets."
    )
    return raw(processed(command))


def _as_place(context: click.Context, option: click.Parameter, value: str) -> Place:
    return place_of(value)


@contextmanager
def one_clear_line() -> Iterator[None]:
    """Expected troubles as one line and an exit code: what is on disk is whole in each of these cases."""
    try:
        yield
    except LockHeldError as error:
        stop(str(error), LOCKED)
    except (NothingToBuildError, BadCorrectionsError) as error:
        stop(str(error), WRONG_USE)
    except (SnapshotError, BadRecordError, DivisionsError) as error:
        stop(str(error), 1)
    except MissingExtraError as error:
        stop(str(error), WRONG_USE)
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno in _DISK_FULL:
            stop(f"the disk is full ({error.strerror}); what was there before is unchanged. Free some space and run again", 1)
        stop(f"{error.filename or ''}: {error.strerror or error}".lstrip(": "), 1)


def stop(message: str, code: int) -> None:
    """End the program with a message on one line."""
    click.echo(f"gongkai: {printable(message)}", err=True)
    sys.exit(code)
