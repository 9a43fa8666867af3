"""What stands in crops of single lines: the recognition network and the decoding of its output."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.ocr.engine import Image, Reading
from extractors.ocr.network import Network, Scaling

SCALING: Final = Scaling((127.5, 127.5, 127.5), (127.5, 127.5, 127.5))

HEIGHT: Final = 48
_PADDING: Final = 127
"""Becomes zero, which is what the network was trained to see beside a line."""
_WIDEST: Final = 3200
_STEPS: Final = ((640, 64), (1280, 128), (_WIDEST, 256))
"""Up to which width crops are filled up to multiples of what.  Every new width costs the time
of two lines and up to 8 MB that are kept, because code for it is generated; and what is filled
up is computed on like the rest."""
_RIVAL: Final = 0.003
"""Share of the best character's probability from which another is a rival.  The network
knows rare characters, but ranks them far below their common look-alikes."""
_MOST_RIVALS: Final = 5


def read_crops(
    crops: Sequence[Image], network: Network, alphabet: Sequence[str]
) -> tuple[Reading, ...]:
    """The text of each crop, in the order given.

    Crops are read at their own width.  Squeezed ones are read faster, but two equal narrow
    signs side by side then fall into one step of the network's output: 1174 became 174, with
    full confidence (docs/READING.md).

    Args:
        crops: Single lines.
        network: The recognition network; 8 pixels of width make one step of its output.
        alphabet: Characters by class, class 0 (nothing) left out.
    """
    return tuple(_read(crop, network, alphabet) for crop in crops)


def _read(crop: Image, network: Network, alphabet: Sequence[str]) -> Reading:
    """One at a time: batches of equal width were no faster (docs/READING.md)."""
    if not crop.size:
        return Reading("", 0.0)
    width = min(_WIDEST, max(1, math.ceil(HEIGHT * crop.shape[1] / crop.shape[0])))
    step = next(step for widest, step in _STEPS if width <= widest)
    filled = min(_WIDEST, math.ceil(width / step) * step)
    pixels = np.full((1, HEIGHT, filled, 3), _PADDING, dtype=np.uint8)
    pixels[0, :, :width] = cv2.resize(crop, (width, HEIGHT), interpolation=cv2.INTER_LINEAR)
    return decoded(network(pixels)[0], alphabet, network.raw)


def decoded(scores: NDArray[np.float32], alphabet: Sequence[str], raw: bool) -> Reading:
    """What a network's output for one line says (connectionist temporal classification).

    Repetitions are one character, class 0 divides.  Only for the steps that begin a character
    is the probability computed; the confidence is their mean.  The weakest place tells more about
    the whole line: one wrong character in thirty hardly moves the mean.

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
    passed_over = _passed_over(scores, classes, raw)
    rivals = tuple(_rivals(scores[steps], classes[steps], alphabet, raw))
    return Reading(text, float(best.mean()), min(float(best.min()), 1 - passed_over), rivals)


def _rivals(
    scores: NDArray[np.float32], classes: NDArray[np.intp], alphabet: Sequence[str], raw: bool
) -> Iterator[tuple[str, str]]:
    """The characters of a line for which others are not out of the question, with those."""
    best = np.take_along_axis(scores, classes[:, None], axis=1)
    near = scores > (best + math.log(_RIVAL) if raw else best * _RIVAL)
    near[:, 0] = False
    near[np.arange(len(classes)), classes] = False
    for step in np.flatnonzero(near.any(axis=1)).tolist():
        others = np.flatnonzero(near[step])
        likely = others[np.argsort(-scores[step, others], kind="stable")][:_MOST_RIVALS]
        yield alphabet[int(classes[step]) - 1], "".join(alphabet[i - 1] for i in likely.tolist())


def _passed_over(scores: NDArray[np.float32], classes: NDArray[np.intp], raw: bool) -> float:
    """How nearly a further character was read where nothing was: 0 to 0.5.

    A rare character often loses to "nothing" and is missing without a trace in the mean.  The
    end of a character beside it is no such place, so the neighbours' classes do not count.
    """
    blank = np.flatnonzero(classes == 0)
    rivals = scores[blank, 1:]
    if not blank.size:
        return 0.0
    at = rivals.argmax(axis=1)
    rival = rivals[np.arange(blank.size), at]
    own = scores[blank, 0]
    odds = np.exp(rival - own) if raw else rival / np.maximum(own, 1e-9)
    last = len(classes) - 1
    near = [classes[np.clip(blank + step, 0, last)] == at + 1 for step in (-2, -1, 1, 2)]
    odds[np.any(near, axis=0)] = 0
    return float((odds / (1 + odds)).max(initial=0.0))
