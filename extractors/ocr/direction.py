"""The line classifier: does a line of text stand on its head?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from extractors.ocr.weights import DIRECTION, verified

_HEIGHT, _WIDTH = 48, 192


class LineDirection:
    """PaddleOCR's classifier of single lines, 0° or 180°."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # it would keep the memory of its largest batch
        self._session = onnxruntime.InferenceSession(
            str(verified(DIRECTION)), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name

    def upside_down(self, crops: Sequence[NDArray[Any]]) -> tuple[float, ...]:
        """Probability for each crop (blue-green-red) that it stands on its head."""
        if not crops:
            return ()
        batch = np.zeros((len(crops), 3, _HEIGHT, _WIDTH), dtype=np.float32)
        for i, crop in enumerate(crops):
            width = min(_WIDTH, max(1, round(_HEIGHT * crop.shape[1] / crop.shape[0])))
            small = cv2.resize(crop, (width, _HEIGHT), interpolation=cv2.INTER_AREA)
            batch[i, :, :, :width] = small.astype(np.float32).transpose(2, 0, 1) / 127.5 - 1
        (scores,) = self._session.run(None, {self._input: batch})
        return tuple(float(score) for score in scores[:, 1])


@lru_cache(maxsize=1)
def shared_line_direction() -> LineDirection:
    """The classifier of this process, loaded at the first call."""
    return LineDirection()
