"""The engine of every day: PP-OCRv6's networks without the machinery around them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from extractors.ocr import detection, recognition
from extractors.ocr.engine import Image, Reading, Region
from extractors.ocr.network import best_backend, load_network
from extractors.ocr.weights import DETECTION, RECOGNITION, alphabet_of


class LeanEngine:
    """PP-OCRv6 small, one thread.  Build one per process."""

    name = "lean"

    def __init__(self, *, backend: str = "", side: int = 960, squeeze: float = 1.0, batch: int = 1,
                 dprec: str = "bf16", rprec: str = "bf16") -> None:
        backend = backend or best_backend()
        self._side, self._squeeze, self._batch = side, squeeze, batch
        self.version = f"{backend} {RECOGNITION.model_name}"
        self._detector = load_network(DETECTION, detection.SCALING, backend, dprec)
        self._recogniser = load_network(RECOGNITION, recognition.SCALING, backend, rprec)
        self._alphabet = (*alphabet_of(RECOGNITION), " ")

    def detect(self, page: Image) -> tuple[Region, ...]:
        """Lines of text on an upright page."""
        return detection.find_lines(page, self._detector, self._side)

    def recognise(self, crops: Sequence[Image]) -> tuple[Reading, ...]:
        """The text of each crop, in the order given."""
        return recognition.read_crops(crops, self._recogniser, self._alphabet,
            squeeze=self._squeeze, batch=self._batch)


@lru_cache(maxsize=1)
def shared_engine() -> LeanEngine:
    """The engine of this process, built at the first call."""
    return LeanEngine()
