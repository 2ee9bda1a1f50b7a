"""A reader whose workers have little time and memory, for tests that wait for a limit. Only workers import it: it changes their limits."""

from pipeline import limits
from tests.batch.fake_reader import read

limits.BOUNDS.update({medium: limits.Bounds(1.0, 2.0, 300_000_000) for medium in limits.BOUNDS})
__all__ = ["read"]
