"""Lines that a detector began too late or ended too early: grown to the signs beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import cv2
import numpy as np

from extractors.imaging.ink import Mask
from extractors.page import Cell, Quad

_GAP: Final = 0.8
"""Paper between two signs of one line at most, in heights of the line."""
_MOST: Final = 8
"""Signs that a line may grow by, each at most as wide as the line is high."""
_OVERHANG: Final = 0.12
"""By how much a sign may stand above or below its line, in heights of the line."""
_STEEPEST: Final = 0.03
"""Slope up to which a line is level enough to be grown along its box."""
_CENTRAL: Final = 0.15
"""Signs have their middle this far inside a line, in heights of it; a rule beside it has not."""
_EDGE: Final = 2
"""Pixels of the outermost paper looked at, where no sign of the line may reach."""
_LEAST_INK: Final = 12
_SIDE: Final = 5
"""Pixels kept away from the side of a cell."""


def grown(ink: Mask, cells: Sequence[Cell], quads: Sequence[Quad]) -> Iterator[Quad]:
    """The lines, each with the signs that stand close beside it and belong to no other line.

    A detector loses the sparse signs at the ends of a line first: 二〇二一年 begins at 年,
    the more so where a stamp was.  What reaches above or below the line is no sign of it: a
    rule, a stroke of a pen, the ring of a seal.

    Args:
        ink: Non-zero where print stands; upright, 200 dpi.
        cells: Of the page's tables; no line grows over the side of its cell.
        quads: The lines as detected.
    """
    boxes = [_box(quad) for quad in quads]
    for number, quad in enumerate(quads):
        x0, y0, x1, y1 = boxes[number]
        height, width = y1 - y0, x1 - x0
        if height < 8 or width < height or abs(quad[3] - quad[1]) > _STEEPEST * width + 1:
            yield quad
            continue
        others = boxes[:number] + boxes[number + 1 :]
        low, high = _free_stretch((x0, y0, x1, y1), others, cells, ink.shape[1])
        left = _grow(ink, x0, y0, y1, low, -1)
        right = _grow(ink, x1, y0, y1, high, 1)
        boxes[number] = (left, y0, right, y1)  # what it took is no other line's
        yield _moved(quad, left - x0, right - x1)


def _box(quad: Quad) -> tuple[float, float, float, float]:
    return min(quad[0::2]), min(quad[1::2]), max(quad[0::2]), max(quad[1::2])


def _free_stretch(
    box: tuple[float, float, float, float],
    others: Sequence[tuple[float, float, float, float]],
    cells: Sequence[Cell],
    width: int,
) -> tuple[float, float]:
    """How far to either side no other line and no side of the line's cell stands."""
    x0, y0, x1, y1 = box
    low, high = 0.0, float(width)
    for a0, b0, a1, b1 in others:
        if min(b1, y1) - max(b0, y0) > 0.2 * min(y1 - y0, b1 - b0):
            if (a0 + a1) / 2 < (x0 + x1) / 2:
                low = max(low, a1)
            else:
                high = min(high, a0)
    for cell in cells:
        if cell.box.holds((x0 + x1) / 2, (y0 + y1) / 2):
            low, high = max(low, cell.box.x0 + _SIDE), min(high, cell.box.x1 - _SIDE)
    return low, high


def _grow(ink: Mask, edge: float, y0: float, y1: float, limit: float, way: int) -> float:
    """Where a line ends to one side once the signs beside it are part of it."""
    height = y1 - y0
    room = min((limit - edge) * way, _MOST * height)
    if room < 4:  # another line stands there, or even overlaps this one
        return edge
    reach = edge + way * room
    above = round(_OVERHANG * height) + 2
    top, bottom = round(y0) - above, round(y1) + above
    if top < 0:
        return edge
    left, right = round(min(edge, reach)), round(max(edge, reach))
    strip = np.ascontiguousarray((ink[top:bottom, left:right] > 0).astype(np.uint8))
    if int(strip.sum()) < _LEAST_INK:
        return edge
    _, _, stats, _ = cv2.connectedComponentsWithStats(strip, connectivity=8)
    marks = [
        (int(x), int(x + wide), int(y), int(y + high))
        for x, y, wide, high, area in stats[1:]
        if area >= 4
    ]
    end = edge
    for mark in sorted(marks, key=lambda m: m[0] if way > 0 else -m[1]):
        near, far = (mark[0], mark[1]) if way > 0 else (mark[1], mark[0])
        if ((near + left) - end) * way > _GAP * height:
            break
        middle = (mark[2] + mark[3]) / 2 - above
        if not _CENTRAL * height < middle < (1 - _CENTRAL) * height:
            continue  # a rule or a line above or below, or a stop that adds nothing by itself
        stands_out = mark[2] <= _EDGE or mark[3] >= strip.shape[0] - _EDGE
        if stands_out or mark[1] - mark[0] > 1.3 * height:
            break
        if ((far + left) - end) * way > 0:
            end = float(far + left)
    if end == edge:
        return edge
    return min(end + 2, max(limit, end)) if way > 0 else max(end - 2, min(limit, end))


def _moved(quad: Quad, left: float, right: float) -> Quad:
    x0, y0, x1, y1, x2, y2, x3, y3 = quad
    return (x0 + left, y0, x1 + right, y1, x2 + right, y2, x3 + left, y3)
