"""Which lines stand in which cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from extractors.imaging.ink import Mask
from extractors.page import Cell, Line

# Pixels at 200 dpi.
_INSET: Final = 6
"""Kept away from the sides of a cell, where its rules lie."""
_LINE_MARGIN: Final = 4
_SPECK: Final = 14
"""Ink of a mark that may be dust."""


def fill_cells(cells: Sequence[Cell], lines: Sequence[Line]) -> tuple[Cell, ...]:
    """The cells with the lines whose middle lies in them, and their text.

    Args:
        cells: Without text.
        lines: Of the page, in reading order.
    """
    inside: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        x, y = line.box.centre
        holders = [i for i, cell in enumerate(cells) if cell.box.holds(x, y)]
        if holders:
            smallest = min(holders, key=lambda i: cells[i].box.area)
            inside.setdefault(smallest, []).append(index)
    return tuple(
        cell.model_copy(
            update={
                "lines": tuple(inside.get(i, ())),
                "text": joined_text([lines[index] for index in inside.get(i, ())]),
            }
        )
        for i, cell in enumerate(cells)
    )


def with_unread_ink(cells: Sequence[Cell], lines: Sequence[Line], ink: Mask) -> tuple[Cell, ...]:
    """The cells, each with the ink in it that no line accounts for.

    Args:
        cells: Of the page.
        lines: Of the page.
        ink: Non-zero where the page is dark, seals lifted off it; upright, 200 dpi.
    """
    left = (ink > 0).astype(np.uint8)
    for line in lines:
        box = line.box
        left[
            max(0, round(box.y0) - _LINE_MARGIN) : round(box.y1) + _LINE_MARGIN,
            max(0, round(box.x0) - _LINE_MARGIN) : round(box.x1) + _LINE_MARGIN,
        ] = 0
    return tuple(cell.model_copy(update={"unread": _marked(left, cell)}) for cell in cells)


def _marked(ink: Mask, cell: Cell) -> int:
    """Pixels of ink inside a cell, dust and remnants of its rules left out."""
    box = cell.box
    inside = np.ascontiguousarray(
        ink[
            max(0, round(box.y0) + _INSET) : max(0, round(box.y1) - _INSET),
            max(0, round(box.x0) + _INSET) : max(0, round(box.x1) - _INSET),
        ]
    )
    if not inside.any():
        return 0
    height, width = inside.shape
    count, _, stats, _ = cv2.connectedComponentsWithStats(inside, connectivity=8)
    return sum(
        int(area)
        for _, _, wide, high, area in stats[1:count]
        if area >= _SPECK and high < height and wide < width
    )


def joined_text(lines: Sequence[Line]) -> str:
    """Text of consecutive lines in one string.

    Lines side by side are set apart by a space; a line that goes on below follows at
    once, as Chinese is written, unless that would run two Latin words together.
    """
    text = ""
    for before, line in zip([None, *lines], lines, strict=False):
        if before is not None:
            beside = line.box.y0 < before.box.centre[1]
            latin = text[-1:].isascii() and line.text[:1].isascii()
            words = text[-1:].isalpha() and line.text[:1].isalpha()
            text += " " if beside or (latin and words) else ""
        text += line.text
    return text
