"""The engine of every day: PP-OCRv6's networks without the machinery around them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.ocr import detection, recognition
from extractors.ocr.engine import Image, Reading, Region
from extractors.ocr.network import best_backend, load_network, release_of
from extractors.ocr.weights import DETECTION, RECOGNITION, alphabet_of

DETECTION_SIDE: Final = 1280
"""Long side in pixels that a page is shrunk to for detection.  At 960 the small print of
licences is lost (see docs/READING.md)."""


class LeanEngine:
    """PP-OCRv6 small, one thread.  Build one per process.

    Args:
        backend: ``openvino`` or ``onnxruntime``; the faster of them here if not given.
        side: Long side in pixels that a page is shrunk to for detection.
    """

    name = "lean"

    def __init__(self, *, backend: str = "", side: int = DETECTION_SIDE) -> None:
        backend = backend or best_backend()
        self.version = f"{backend} {release_of(backend)} {RECOGNITION.model_name}"
        self._side = side
        self._detector = load_network(DETECTION, detection.SCALING, backend)
        self._recogniser = load_network(RECOGNITION, recognition.SCALING, backend)
        self._alphabet = (*alphabet_of(RECOGNITION), " ")

    def detect(self, page: Image) -> tuple[Region, ...]:
        """Lines of text on an upright page."""
        return detection.find_lines(page, self._detector, self._side)

    def recognise(self, crops: Sequence[Image]) -> tuple[Reading, ...]:
        """The text of each crop, in the order given."""
        return recognition.read_crops(crops, self._recogniser, self._alphabet)
