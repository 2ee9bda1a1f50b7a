"""Pictures of single lines → their characters, by the recognition model that the package rapidocr carries. Nothing is fetched.

The model gives, for each column of some eight pixels, how likely each character (or none) stands there. A line is decoded twice: over all
characters, and over those alone that a figure can hold.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from pipeline.documents.image.pixels import Gray
from pipeline.extras import MissingExtraError, need

Chances = np.ndarray[Any, np.dtype[np.float32]]
#: Height that the model wants, the widest line, and the columns of pixels that one call holds at most, all its lines together.
_HEIGHT = 48
_WIDEST = 2400
_COLUMNS_A_CALL = 2400
#: What a figure can be written with.
NUMERIC = "0123456789.,+-/"


@dataclass(frozen=True, slots=True)
class Said:
    """One decoding: the text, and the chance (0…1) that the model gave to each of its characters."""

    text: str
    chances: tuple[float, ...] = ()

    @property
    def chance(self) -> float:
        """The lowest of the chances; 0 where nothing was read."""
        return min(self.chances, default=0.0)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the model makes of one line: over all characters, and over those of figures."""

    free: Said
    figure: Said


class Recogniser:
    """The model with its characters. Made once a process; it is safe to use from one thread at a time."""

    def __init__(self, path: Path, threads: int) -> None:
        runtime = need("onnxruntime", "ocr", "Reading pictures")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        self._session = runtime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        characters = self._session.get_modelmeta().custom_metadata_map["character"].splitlines()
        # The decoder of CTC keeps 0 for "none"; the space stands behind the characters of the file.
        self._characters = ["", *characters, " "]
        self._figures = np.array([0, *(self._characters.index(one) for one in NUMERIC)])

    def read(self, lines: Sequence[Gray]) -> list[Heard]:
        """Lines of text (255 is the ground, any size) in the order given."""
        scaled = [_scaled(line) for line in lines]
        # A browser draws the same figure in the same pixels over and over: each is read once.
        names = [(line.shape[1], line.tobytes()) for line in scaled]
        different = dict(zip(names, scaled, strict=True))
        heard: dict[tuple[int, bytes], Heard] = {}
        for batch in _batches(different):
            heard.update(zip(batch, map(self._heard, self._chances([different[name] for name in batch])), strict=True))
        return [heard[name] for name in names]

    def _chances(self, lines: Sequence[Gray]) -> Chances:
        width = max(line.shape[1] for line in lines)
        whole = np.zeros((len(lines), 3, _HEIGHT, width), np.float32)
        for at, line in enumerate(lines):
            whole[at, :, :, : line.shape[1]] = line.astype(np.float32) / 127.5 - 1.0
        return np.asarray(self._session.run(None, {self._input: whole})[0])

    def _heard(self, chances: Chances) -> Heard:
        only = chances[:, self._figures]
        return Heard(self._said(chances, None), self._said(only / np.maximum(only.sum(axis=1, keepdims=True), 1e-6), self._figures))

    def _said(self, chances: Chances, classes: np.ndarray[Any, Any] | None) -> Said:
        best = chances.argmax(axis=1)
        text: list[str] = []
        found: list[float] = []
        before = 0
        for one, chance in zip(best.tolist(), chances.max(axis=1).tolist(), strict=True):
            if one and one != before:
                text.append(self._characters[one if classes is None else classes[one]])
                found.append(chance)
            elif one:
                # The same character goes on: its best column counts.
                found[-1] = max(found[-1], chance)
            before = one
        return Said("".join(text), tuple(found))


def _scaled(line: Gray) -> Gray:
    width = int(np.clip(round(line.shape[1] * _HEIGHT / line.shape[0]), 8, _WIDEST))
    way = cv2.INTER_AREA if line.shape[0] > _HEIGHT else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(line, (width, _HEIGHT), interpolation=way), dtype=np.uint8)


def _batches(names: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    """Lines of like widths together: a batch is as wide as its widest."""
    batch: list[tuple[int, bytes]] = []
    for name in sorted(names):
        if batch and (len(batch) + 1) * name[0] > _COLUMNS_A_CALL:
            yield batch
            batch = []
        batch.append(name)
    if batch:
        yield batch


def model_path(task: str) -> Path:
    """The model that the package carries for a task (``rec``, ``det``). Raises ``MissingExtraError`` where it carries none."""
    package = need("rapidocr", "ocr", "Reading pictures")
    found = sorted((Path(package.__file__).parent / "models").glob(f"*_{task}_*.onnx"))
    if not found:
        raise MissingExtraError(f"Reading pictures needs a release of rapidocr that carries its {task} model: pip install 'gongkai[ocr]'")
    return found[0]


@functools.cache
def recogniser() -> Recogniser:
    """The one recogniser of this process, on one thread: work is spread over documents."""
    return Recogniser(model_path("rec"), 1)
