"""Which way up a page was scanned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.imaging.ink import SURVEY_DPI, Mask, grey_at, ink_mask

_CROPS: Final = 16
_LEAST_VOTES: Final = 2
_SURE_VOTES: Final = 3
_SIDEWAYS: Final = 0.7
"""Logarithm of how much more the signs of a page have to go downwards than across."""
_FEW_SIGNS: Final = 3.0
_SHORT_RUNS: Final = 100.0
"""Signs, and pixels of joined signs, that are no evidence yet."""
_GROWTH: Final = (3, 5, 7, 9)
"""Pixels by which signs are grown to see with whom they join first."""
_ELONGATED: Final = 2.2


class DirectionClassifier(Protocol):
    """Tells for crops of single lines how likely each stands on its head."""

    def upside_down(self, crops: Sequence[NDArray[Any]]) -> tuple[float, ...]:
        """Probability 0 to 1 for each crop."""
        ...


@dataclass(frozen=True)
class Orientation:
    """Degrees clockwise that set the page upright, and how sure that is."""

    rotation: int
    confidence: float


def orientation(pixels: NDArray[Any], dpi: float, classifier: DirectionClassifier) -> Orientation:
    """Which turn sets the page upright; none without good evidence.

    First the direction of the lines (characters stand closer within a line than lines to
    each other), then up or down by the classifier's vote over the longest lines.
    """
    text = _without_rules(ink_mask(grey_at(pixels, dpi), SURVEY_DPI))
    sideways = _leaning(text) < -_SIDEWAYS
    lines = _lines_of(_quarter_turned(text) if sideways else text)
    crops = _crops(_quarter_turned(pixels) if sideways else pixels, dpi, lines)
    votes = np.array(classifier.upside_down(crops), dtype=float)
    for_turning = int((votes > 0.9).sum())
    against = int((votes < 0.1).sum())
    if sideways:
        unanimous = len(votes) >= _LEAST_VOTES and len(votes) in (for_turning, against)
        if not unanimous and abs(for_turning - against) < _SURE_VOTES:
            return Orientation(0, 0.5)
        share = max(for_turning, against) / max(1, for_turning + against)
        return Orientation(270 if for_turning > against else 90, share)
    if for_turning >= _SURE_VOTES and for_turning >= 3 * against:
        return Orientation(180, for_turning / len(votes))
    share = against / max(1, for_turning + against)
    return Orientation(0, 0.5 + 0.5 * share if len(votes) else 0.5)


def _leaning(text: Mask) -> float:
    """Logarithm of the odds that lines run across the picture: two witnesses added up.

    Sharp print tells by each sign's nearest neighbour.  Where print is faint, blurred or
    dense and signs run together, it is told by the shapes that they run together to.
    """
    beside, above = _neighbours(text)
    across, down = _runs(text)
    return float(
        np.log((beside + _FEW_SIGNS) / (above + _FEW_SIGNS))
        + np.log((across + _SHORT_RUNS) / (down + _SHORT_RUNS))
    )


def _runs(text: Mask) -> tuple[float, float]:
    """Pixels of signs that join to runs when all signs grow alike: across, and down."""
    across = down = 0.0
    for growth in _GROWTH:
        grown = cv2.morphologyEx(text, cv2.MORPH_CLOSE, np.ones((growth, growth), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(grown, connectivity=8)
        wide, high = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
        longer, shorter = np.maximum(wide, high), np.minimum(wide, high)
        run = (shorter >= 8) & (shorter <= 50) & (longer >= _ELONGATED * shorter)
        across += float(wide[run & (wide > high)].sum())
        down += float(high[run & (high > wide)].sum())
    return across, down


def _neighbours(text: Mask) -> tuple[int, int]:
    """How many characters have their nearest neighbour beside them, and how many above."""
    joined = cv2.morphologyEx(text, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    if count < 2:
        return 0, 0
    wide, high = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    larger, smaller = np.maximum(wide, high), np.minimum(wide, high)
    fit = (larger >= 8) & (larger <= 45) & (smaller >= 4)
    boxes = stats[1:][fit][:, :4].astype(np.float32)
    if len(boxes) < 2:
        return 0, 0
    boxes = boxes[:: max(1, len(boxes) // 1500)]
    x0, y0 = boxes[:, 0], boxes[:, 1]
    x1, y1 = x0 + boxes[:, 2], y0 + boxes[:, 3]
    gap_x = np.maximum(x0[:, None], x0[None]) - np.minimum(x1[:, None], x1[None])
    gap_y = np.maximum(y0[:, None], y0[None]) - np.minimum(y1[:, None], y1[None])
    own = np.eye(len(boxes), dtype=bool)
    far = np.float32(1e6)
    sizes = np.maximum(boxes[:, 2], boxes[:, 3])
    in_line = np.where((gap_y < -0.3 * sizes[:, None]) & ~own & (gap_x > -2), gap_x, far).min(1)
    in_column = np.where((gap_x < -0.3 * sizes[:, None]) & ~own & (gap_y > -2), gap_y, far).min(1)
    reach = 1.5 * sizes
    beside = (in_line < 0.8 * in_column) & (in_line < reach)
    above = (in_column < 0.8 * in_line) & (in_column < reach)
    return int(beside.sum()), int(above.sum())


def _without_rules(ink: Mask) -> Mask:
    """The ink of text: what lies on rules would stick to them and look like one sign."""
    rules = cv2.bitwise_or(
        cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, 60), np.uint8)),
        cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((60, 1), np.uint8)),
    )
    return np.asarray(cv2.subtract(ink, cv2.dilate(rules, np.ones((3, 3), np.uint8))))


def _quarter_turned(picture: NDArray[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(np.rot90(picture, k=-1))


def _lines_of(text: Mask) -> list[tuple[int, int, int, int]]:
    """The clearest lines of text that run left to right, as x, y, width, height."""
    smeared = cv2.morphologyEx(text, cv2.MORPH_CLOSE, np.ones((1, 19), np.uint8))
    smeared = cv2.morphologyEx(smeared, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(smeared, connectivity=8)
    found = [
        (min(wide / high, 12) * min(high, 20), (x, y, wide, high))
        for x, y, wide, high, area in stats[1:count].tolist()
        if 9 <= high <= 45 and wide >= 4 * high and area > 0.4 * wide * high
    ]
    return [place for _, place in sorted(found, reverse=True)]


def _crops(
    pixels: NDArray[Any], dpi: float, lines: Sequence[tuple[int, int, int, int]]
) -> list[NDArray[Any]]:
    """The first lines, cut from the page in its own resolution."""
    scale = dpi / SURVEY_DPI
    crops = []
    for x, y, wide, high in lines[:_CROPS]:
        top, bottom = max(0, y - 2), y + high + 2
        left, right = max(0, x - 2), x + min(wide, 12 * high) + 2
        crop = pixels[
            int(top * scale) : int(bottom * scale), int(left * scale) : int(right * scale)
        ]
        if crop.size:
            crops.append(np.ascontiguousarray(crop))
    return crops
