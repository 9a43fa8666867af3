"""What stands in crops of single lines: the recognition network and the decoding of its output."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.ocr.engine import Image, Reading
from extractors.ocr.network import Network, Scaling, like_widths

SCALING: Final = Scaling((127.5, 127.5, 127.5), (127.5, 127.5, 127.5))

HEIGHT: Final = 48
_PADDING: Final = 127
"""Becomes zero, which is what the network was trained to see beside a line."""
_FINE, _COARSE, _FINE_UP_TO = 32, 64, 320
"""Widths are filled up to multiples of these: every new width costs the time of two lines,
because code for it is generated, and what is filled up is computed on like the rest."""
_WIDEST: Final = 3200


def read_crops(
    crops: Sequence[Image],
    network: Network,
    alphabet: Sequence[str],
    *,
    squeeze: float = 1.0,
    batch: int = 1,
) -> tuple[Reading, ...]:
    """The text of each crop, in the order given.

    Args:
        crops: Single lines.
        network: The recognition network; 8 pixels of width make one step of its output.
        alphabet: Characters by class, class 0 (nothing) left out.
        squeeze: Share of its width that a crop keeps.
        batch: Crops that are read at once, if they are equally wide.
    """
    natural = [_width(crop, squeeze) for crop in crops]
    filled = [_filled(width) for width in natural]
    readings = [Reading("", 0.0)] * len(crops)
    for indices in like_widths(filled, batch):
        pixels = np.full((len(indices), HEIGHT, filled[indices[0]], 3), _PADDING, dtype=np.uint8)
        for row, i in enumerate(indices):
            if crops[i].size:
                pixels[row, :, : natural[i]] = cv2.resize(
                    crops[i], (natural[i], HEIGHT), interpolation=cv2.INTER_LINEAR
                )
        scores = network(pixels)
        for row, i in enumerate(indices):
            readings[i] = decoded(scores[row], alphabet, network.raw)
    return tuple(readings)


def decoded(scores: NDArray[np.float32], alphabet: Sequence[str], raw: bool) -> Reading:
    """What a network's output for one line says (connectionist temporal classification).

    Repetitions are one character, class 0 divides.  Only for the steps that begin a character
    is the probability computed; the confidence is their mean.

    Args:
        scores: Steps × classes.
        alphabet: Characters by class, class 0 left out.
        raw: Whether scores are logits.
    """
    classes = scores.argmax(axis=1)
    begins = classes != 0
    begins[1:] &= classes[1:] != classes[:-1]
    steps = np.flatnonzero(begins)
    if not steps.size:
        return Reading("", 0.0)
    best = scores[steps, classes[steps]]
    if raw:
        best = 1 / np.exp(scores[steps] - best[:, None]).sum(axis=1)
    text = "".join(alphabet[i - 1] for i in classes[steps].tolist())
    return Reading(text, float(best.mean()))


def _width(crop: Image, squeeze: float) -> int:
    if not crop.size:
        return 1
    return min(_WIDEST, max(1, math.ceil(HEIGHT * squeeze * crop.shape[1] / crop.shape[0])))


def _filled(width: int) -> int:
    step = _FINE if width <= _FINE_UP_TO else _COARSE
    return math.ceil(width / step) * step
