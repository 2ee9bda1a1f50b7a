"""Fuzzing that follows the paths through the program: atheris keeps whatever reaches a new line and changes it further.

What it learns is kept in ``.fuzz/<target>`` beside the checkout's caches, so that the next run goes on where the last one ended.
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.mutate import MAX_BYTES, TOKENS
from tests.fuzz.running import CORPUS, FINDINGS, HERE, MEMORY, SECONDS, Finding

LEARNED = HERE.parents[1] / ".fuzz"
_RUNS = re.compile(r"stat::number_of_executed_units:\s*(\d+)|Done (\d+) runs|^#(\d+)\s", re.M)


def available() -> bool:
    """Whether the extra is there."""
    return importlib.util.find_spec("atheris") is not None


def guided(name: str, seed: int, seconds: float) -> tuple[int, list[Finding]]:
    """Let atheris try one target for so long; how many inputs were tried, and what was found. Nothing without the extra."""
    if not available():
        return 0, []
    learned = LEARNED / name
    learned.mkdir(parents=True, exist_ok=True)
    folders = [str(learned), *(str(folder / name) for folder in (CORPUS, FINDINGS) if (folder / name).is_dir())]
    with tempfile.TemporaryDirectory() as temporary:
        words = Path(temporary, "words")
        words.write_text("".join(map(_word, TOKENS)), "ascii")
        command = [
            sys.executable,
            "-m",
            "tests.fuzz.guided",
            name,
            *folders,
            f"-max_total_time={max(1, int(seconds))}",
            f"-seed={seed % (1 << 31) or 1}",
        ]
        command += [f"-timeout={2 * SECONDS}", f"-rss_limit_mb={MEMORY // 500_000}", f"-max_len={MAX_BYTES}", f"-dict={words}"]
        command += [f"-artifact_prefix={temporary}/found-", "-print_final_stats=1", "-verbosity=1"]
        done = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True, errors="replace", check=False)
        counts = [int(next(filter(None, found))) for found in _RUNS.findall(done.stderr)]
        why = " ".join(
            line.strip() for line in done.stdout.splitlines()[-4:] + done.stderr.splitlines() if "Error" in line or "ERROR" in line
        )
        found = [Finding(name, path.read_bytes(), why[:400] or path.name) for path in sorted(Path(temporary).glob("found-*"))]
        if done.returncode and not found:
            found = [Finding(name, b"", f"atheris ended with {done.returncode}: {done.stderr[-400:]}")]
    return max(counts, default=0), found


def _word(token: bytes) -> str:
    """A line of a dictionary of libFuzzer."""
    return '"' + "".join(rf"\x{byte:02x}" for byte in token) + '"\n'


def _work(name: str, arguments: list[str]) -> None:
    """In the process of its own: the program is instrumented while it is imported."""
    import atheris  # type: ignore[import-untyped]

    with atheris.instrument_imports(include=["pipeline"]):
        from tests.fuzz.targets import targets

    folder = Path(tempfile.mkdtemp())
    target = targets(folder)[name]
    atheris.Setup([sys.argv[0], *arguments], target)
    try:
        atheris.Fuzz()
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()


if __name__ == "__main__":
    _work(sys.argv[1], sys.argv[2:])
