"""PaddleOCR, offline: its own detection and recognition modules on onnxruntime."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from extractors.ocr.engine import Image, Reading, Region
from extractors.ocr.weights import DETECTION, RECOGNITION, default_cache, model_folder

DETECTION_SIDE = 1280
"""Long side in pixels that a page is shrunk to for detection; measured best for A4."""

_BATCH = 6
_BATCH_WIDTHS = 1.25
"""A batch is closed when the next crop is this much wider than its first: what a crop is
padded with is computed on like the rest."""

_HEIGHT = 48


class PaddleEngine:
    """PP-OCRv6 small, one thread.  Build one per process: loading takes seconds."""

    name = "paddleocr"

    def __init__(self, *, detection_side: int = DETECTION_SIDE) -> None:
        # Read by paddlex when it is imported: no look at model hubs, no folder in $HOME.
        os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
        os.environ.setdefault("PADDLE_PDX_CACHE_HOME", str(default_cache().parent / "paddlex"))
        import paddleocr  # slow to import, and only after the variables above are set

        options: dict[str, Any] = {
            "device": "cpu",
            "engine": "onnxruntime",
            "engine_config": {
                "intra_op_num_threads": 1,
                "inter_op_num_threads": 1,
                "log_severity_level": 3,
            },
        }
        self.version = f"{paddleocr.__version__} {RECOGNITION.model_name}"
        self._detector = paddleocr.TextDetection(
            model_name=DETECTION.model_name,
            model_dir=str(model_folder(DETECTION)),
            limit_side_len=detection_side,
            limit_type="max",
            **options,
        )
        self._recogniser = paddleocr.TextRecognition(
            model_name=RECOGNITION.model_name,
            model_dir=str(model_folder(RECOGNITION)),
            **options,
        )

    def detect(self, page: Image) -> tuple[Region, ...]:
        """Lines of text on an upright page."""
        (found,) = self._detector.predict(page)
        quads = np.asarray(found["dt_polys"], dtype=float).reshape(-1, 8)
        return tuple(
            Region(tuple(quad.tolist()), float(score))
            for quad, score in zip(quads, found["dt_scores"], strict=True)
        )

    def recognise(self, crops: Sequence[Image]) -> tuple[Reading, ...]:
        """The text of each crop, in the order given."""
        readings: list[Reading] = [Reading("", 0.0)] * len(crops)
        for batch in _batches([crop.shape[1] / max(1, crop.shape[0]) for crop in crops]):
            results = self._recogniser.predict([crops[i] for i in batch], batch_size=len(batch))
            for i, result in zip(batch, results, strict=True):
                score = float(result["rec_score"])
                readings[i] = Reading(result["rec_text"], 0.0 if np.isnan(score) else score)
        return tuple(readings)


def _batches(ratios: Sequence[float]) -> Iterator[list[int]]:
    """Indices of the crops (given by width/height) in batches of like width."""
    batch: list[int] = []
    for i in sorted(range(len(ratios)), key=ratios.__getitem__):
        if batch and (
            len(batch) == _BATCH or ratios[i] > _BATCH_WIDTHS * max(0.7, ratios[batch[0]])
        ):
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch
