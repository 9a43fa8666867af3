"""Ink that is neither print, rule, tick box nor seal: signatures, notes by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.imaging.ink import Mask, evened
from extractors.imaging.ruling import Ruling
from extractors.page import PAGE_DPI, Box, Line, Seal, Tick

# Lengths in pixels at 200 dpi.
_MARGIN: Final = 50
_REACH: Final = 25
_LEAST_WIDTH: Final = 55
_LEAST_HEIGHT: Final = 26
_TALLEST: Final = 130
"""Codes and emblems are taller than a line of writing by hand."""
_LEAST_INK: Final = 260
_PRINTED: Final = 0.8
"""Confidence from which a line that was read is taken for print."""


def find_handwriting(
    page: NDArray[Any],
    lines: Sequence[Line],
    ruling: Ruling,
    seals: Sequence[Seal],
    ticks: Sequence[Tick],
) -> tuple[Box, ...]:
    """Places with strokes that nothing else accounts for, and places with blue ink.

    Args:
        page: Upright, blue-green-red, 200 dpi.
        lines: That were read; those read badly may be handwriting.
        ruling: Of the page.
        seals: On the page.
        ticks: On the page.
    """
    flat = evened(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), PAGE_DPI)
    rest = np.asarray((flat < 165).astype(np.uint8) * 255)
    for line in lines:
        if line.confidence >= _PRINTED:
            _wipe(rest, line.box, 4)
    for tick in ticks:
        _wipe(rest, tick.box, 10)
    for seal in seals:
        cv2.circle(rest, (round(seal.x), round(seal.y)), round(seal.radius * 1.08) + 6, (0,), -1)
    for rule in ruling.horizontals:
        start, end = (int(rule.start) - 6, int(rule.first)), (int(rule.end) + 6, int(rule.last))
        cv2.line(rest, start, end, (0,), round(rule.thickness) + 9)
    for rule in ruling.verticals:
        start, end = (int(rule.first), int(rule.start) - 6), (int(rule.last), int(rule.end) + 6)
        cv2.line(rest, start, end, (0,), round(rule.thickness) + 9)
    strokes = cv2.bitwise_or(rest, _blue(page))
    strokes[:_MARGIN] = strokes[-_MARGIN:] = 0
    strokes[:, :_MARGIN] = strokes[:, -_MARGIN:] = 0
    return _clusters(strokes)


def _wipe(mask: Mask, box: Box, margin: int) -> None:
    y0, x0 = max(0, int(box.y0) - margin), max(0, int(box.x0) - margin)
    mask[y0 : int(box.y1) + margin, x0 : int(box.x1) + margin] = 0


def _blue(page: NDArray[Any]) -> Mask:
    """Ink of a blue pen."""
    blue, green, red = (page[..., i].astype(np.int16) for i in range(3))
    blueness = blue - red
    paper = int(np.median(blueness[::4, ::4]))
    pen = (blueness - paper > 45) & (blue > green) & (red < 150)
    return np.asarray(pen.astype(np.uint8) * 255, dtype=np.uint8)


def _clusters(strokes: Mask) -> tuple[Box, ...]:
    joined = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((_REACH, _REACH), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for i in range(1, count):
        x, y, wide, high, _area = stats[i].tolist()
        if wide < _LEAST_WIDTH or high < _LEAST_HEIGHT or high > _TALLEST:
            continue
        part = (strokes[y : y + high, x : x + wide] > 0) & (labels[y : y + high, x : x + wide] == i)
        if int(part.sum()) < _LEAST_INK or part.mean() > 0.5:
            continue
        found.append(Box(x0=x, y0=y, x1=x + wide, y1=y + high))
    return tuple(sorted(found, key=lambda box: (box.y0, box.x0)))
