"""Text that a detector passes over: a single digit or character alone in its cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import cv2
import numpy as np

from extractors.imaging.ink import Mask
from extractors.page import Cell, Quad

# Pixels at 200 dpi.
_INSET: Final = 4
"""Kept away from the sides of a cell, where its rules lie."""
_CHARACTER_GAP: Final = 21
"""Marks nearer than this side by side are one line."""
_LOWEST: Final = 11
_HIGHEST: Final = 48
_LEAST_INK: Final = 18
_THIN: Final = 4
"""A mark at the side of a cell that is no wider is a part of the rule there."""
_MARGIN: Final = 4


def overlooked(ink: Mask, cells: Sequence[Cell], found: Sequence[Quad]) -> Iterator[Quad]:
    """Places in cells where something like a line of text stands that was not detected.

    In a cell with detected lines only what stands alone on a row of its own counts, such as a
    figure beneath its label: a mark beside a line is a tick box, a rule, or a hand's.

    Args:
        ink: Non-zero where the page is dark; upright, 200 dpi.
        cells: Of the page's tables.
        found: The lines that were detected.

    Yields:
        Upright quads around the ink, as high as a line of text would be.
    """
    lines = [(sum(quad[0::2]) / 4, sum(quad[1::2]) / 4, quad) for quad in found]
    for cell in cells:
        box = cell.box
        own = [quad for x, y, quad in lines if box.holds(x, y)]
        x0, y0 = round(box.x0) + _INSET, round(box.y0) + _INSET
        x1, y1 = round(box.x1) - _INSET, round(box.y1) - _INSET
        if x1 - x0 < _LOWEST or y1 - y0 < _LOWEST:
            continue
        inside = (ink[y0:y1, x0:x1] > 0).astype(np.uint8)
        for quad in found:  # a line that was not cut at a side of the cell reaches in too
            if min(quad[0::2]) > x1 or max(quad[0::2]) < x0:
                continue
            if min(quad[1::2]) > y1 or max(quad[1::2]) < y0:
                continue
            left, top = max(0, round(min(quad[0::2])) - x0), max(0, round(min(quad[1::2])) - y0)
            inside[
                top : max(0, round(max(quad[1::2])) - y0 + 1),
                left : max(0, round(max(quad[0::2])) - x0 + 1),
            ] = 0
        if int(inside.sum()) < _LEAST_INK:
            continue
        spans = [(min(quad[1::2]) - y0, max(quad[1::2]) - y0) for quad in own]
        marks = list(_marks(inside))
        for left, top, right, bottom in marks:
            beside = sum(low < bottom and high > top for low, high in spans)
            beside += sum(other[1] < bottom and other[3] > top for other in marks) - 1
            if not own or not beside:
                yield _quad(x0 + left, y0 + top, x0 + right, y0 + bottom)


def _marks(inside: Mask) -> Iterator[tuple[int, int, int, int]]:
    """Boxes of what could be a line of text in the inner part of a cell."""
    # The parts of one character lie one above the other too (三, 吕, %).
    joined = cv2.morphologyEx(inside, cv2.MORPH_CLOSE, np.ones((7, _CHARACTER_GAP), np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(joined), connectivity=8)
    height, width = inside.shape
    for x, y, wide, high, _ in (tuple(map(int, row)) for row in stats[1:count]):
        marked = int(inside[y : y + high, x : x + wide].sum())
        edge = x == 0 or y == 0 or x + wide == width or y + high == height
        remnant_of_rule = high == height or wide == width or (edge and min(wide, high) <= _THIN)
        if remnant_of_rule or not _LOWEST <= high <= _HIGHEST or marked < _LEAST_INK:
            continue
        yield x, y, x + wide, y + high


def _quad(x0: int, y0: int, x1: int, y1: int) -> Quad:
    left, top, right, bottom = (
        float(x0 - _MARGIN),
        float(y0 - _MARGIN),
        float(x1 + _MARGIN),
        float(y1 + _MARGIN),
    )
    return (left, top, right, top, right, bottom, left, bottom)
