"""Where lines of text stand on a page: the detection network and what is made of its map."""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.ocr.engine import Image, Region
from extractors.ocr.network import Network, Scaling

SCALING: Final = Scaling((123.675, 116.28, 103.53), (58.395, 57.12, 57.375))
"""What the network was trained with, applied to blue, green, red in this order as PaddleOCR
does."""

_STEPS: Final = ((768, 256), (math.inf, 128))
"""Up to which length a side of the network's input is filled up to multiples of what.  It wants
multiples of 32, but code is generated for every new size and kept, 7 MB each: over 160 pages of
all sizes multiples of 32 took 730 MB, of 128 410, in the same time; small sizes are rare."""
_TEXT: Final = 0.3
"""Probability from which a pixel belongs to text."""
_BELIEF: Final = 0.45
"""Mean probability within a box from which it is a line of text.  PaddleOCR's 0.6 loses the
small print of licences and page numbers; what is no text reads as nothing."""
_GROWTH: Final = 1.5
"""The network marks the core of a line; its box grows by area × this / perimeter."""
_SMALLEST: Final = 2.0
"""Pixels of the map that the shorter side of a core has at least."""


class _Band(NamedTuple):
    """Rows of the page, top to bottom, that are looked at."""

    top: int
    bottom: int


def find_lines(page: Image, network: Network, side: int) -> tuple[Region, ...]:
    """Lines of text on an upright page.

    Args:
        page: Of any size.
        network: The detection network.
        side: Long side in pixels that the page is brought to, if it is longer.
    """
    bands = inked_bands(page)
    if not bands:
        return ()
    left, right = inked_columns(page, bands)
    pieces = [page[band.top : band.bottom, left:right] for band in bands]
    kept = np.concatenate(pieces) if len(pieces) > 1 else pieces[0]
    scale = min(1.0, side / max(page.shape[:2]))
    height, width = (_filled(round(length * scale)) for length in kept.shape[:2])
    small = _fitted(kept, scale, height, width)
    scores = network(small[None])[0, 0]
    starts = np.cumsum([0, *(band.bottom - band.top for band in bands)])
    found = []
    for corners, score in boxes(scores, network.raw):
        corners = np.asarray(corners / scale, dtype=np.float64)
        band = int(np.searchsorted(starts, corners[:, 1].mean(), side="right")) - 1
        band = min(max(band, 0), len(bands) - 1)
        corners += (left, bands[band].top - starts[band])
        np.clip(corners[:, 0], 0, page.shape[1] - 1, out=corners[:, 0])
        np.clip(corners[:, 1], 0, page.shape[0] - 1, out=corners[:, 1])
        quad = tuple(np.rint(corners).ravel().tolist())
        found.append(Region(quad, score))
    return tuple(found)


def _filled(length: int) -> int:
    """Side of the network's input that has room for so many pixels."""
    step = next(step for longest, step in _STEPS if length <= longest)
    return max(step, math.ceil(length / step) * step)


_SPECK: Final = 4
"""Page pixels to a cell of the survey for ink."""
_GAP: Final = 48
"""Page pixels of paper that are kept around ink: a line keeps its surroundings."""


def inked_bands(page: Image) -> list[_Band]:
    """Rows of the page that carry anything, with some paper around them, in order."""
    rows = np.asarray(_inked(page).any(axis=1))
    return [_Band(start, end) for start, end in _runs(rows, page.shape[0])]


def inked_columns(page: Image, bands: list[_Band]) -> tuple[int, int]:
    """First and last column with anything in them, with some paper around."""
    runs = _runs(np.asarray(_inked(page).any(axis=0)), page.shape[1])
    return (runs[0][0], runs[-1][1]) if runs else (0, page.shape[1])


def _inked(page: Image) -> NDArray[np.bool_]:
    """Where tone changes by more than paper and its noise, a cell for ``_SPECK`` pixels square."""
    grey = page[::2, ::2, 1]
    height, width = (length // 2 * 2 for length in grey.shape)
    if not height or not width:
        return np.ones((1, 1), dtype=np.bool_)
    cells = grey[:height, :width].reshape(height // 2, 2, width // 2, 2).astype(np.int16)
    tone = cells.mean(axis=(1, 3))
    local = cv2.blur(tone.astype(np.float32), (9, 9))
    change = np.abs(tone - local)
    noise = float(np.median(change))
    return np.asarray(change > max(6.0, 6 * noise))


def _runs(inked: NDArray[np.bool_], length: int) -> list[tuple[int, int]]:
    """Stretches with ink, grown by ``_GAP`` and joined where they touch, in page pixels."""
    runs: list[tuple[int, int]] = []
    for at in np.flatnonzero(inked).tolist():
        start, end = max(0, at * _SPECK - _GAP), min(length, (at + 1) * _SPECK + _GAP)
        if runs and start <= runs[-1][1]:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
    return runs


def _fitted(kept: Image, scale: float, height: int, width: int) -> Image:
    """The image at a scale, its last pixels repeated to fill height × width."""
    size = min(width, round(kept.shape[1] * scale)), min(height, round(kept.shape[0] * scale))
    small = kept if scale == 1 else cv2.resize(kept, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(
        cv2.copyMakeBorder(
            small,
            0,
            height - small.shape[0],
            0,
            width - small.shape[1],
            cv2.BORDER_REPLICATE,
        ),
        dtype=np.uint8,
    )


def boxes(scores: NDArray[np.float32], raw: bool) -> list[tuple[NDArray[np.float64], float]]:
    """Boxes around the lines that a map of text shows, each with its belief.

    Args:
        scores: Height × width; logits if ``raw``, else probabilities.
        raw: See ``Network.raw``.

    Returns:
        Corners (4 × 2, in pixels of the map, from the top left clockwise) and mean probability.
    """
    level = math.log(_TEXT / (1 - _TEXT)) if raw else _TEXT
    mask = (scores > level).astype(np.uint8)
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for outline in outlines:
        (x, y), (wide, high), angle = cv2.minAreaRect(outline)
        if min(wide, high) < _SMALLEST:
            continue
        core = np.asarray(cv2.boxPoints(((x, y), (wide, high), angle)))
        belief = _mean_probability(scores, core, raw)
        if belief < _BELIEF:
            continue
        growth = wide * high * _GROWTH / (2 * (wide + high))
        grown = cv2.boxPoints(((x, y), (wide + 2 * growth, high + 2 * growth), angle))
        found.append((_clockwise(np.asarray(grown, dtype=np.float64)), belief))
    return found


def _mean_probability(scores: NDArray[np.float32], core: NDArray[Any], raw: bool) -> float:
    left, top = np.floor(core.min(axis=0)).astype(int).clip(0)
    right, bottom = np.ceil(core.max(axis=0)).astype(int) + 1
    part = scores[top:bottom, left:right]
    inside = np.zeros(part.shape, dtype=np.uint8)
    cv2.fillConvexPoly(inside, np.rint(core - (left, top)).astype(np.int32), (1,))
    values = part[inside > 0]
    if not values.size:
        return 0.0
    return float((1 / (1 + np.exp(-values)) if raw else values).mean())


def _clockwise(corners: NDArray[Any]) -> NDArray[np.float64]:
    """Corners from the top left clockwise, the text running along the first side."""
    order = np.argsort(corners[:, 0], kind="stable")
    left, right = np.asarray(corners[order[:2]]), np.asarray(corners[order[2:]])
    top_left, bottom_left = left[np.argsort(left[:, 1])]
    top_right, bottom_right = right[np.argsort(right[:, 1])]
    return np.asarray([top_left, top_right, bottom_right, bottom_left], dtype=np.float64)
