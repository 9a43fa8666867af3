"""Frames that may be tick boxes, found by their pixels alone, and what is drawn into them.

A box encloses paper, and so do the halves that a tick divides it into.  With all small
enclosed places filled it is a solid square, however it is ticked, while a tick that reaches
over its sides stays thin and falls away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.imaging.ink import Mask
from extractors.page import Box

# Lengths in pixels at 200 dpi; 8 pixels are about a millimetre.
SIDES: Final = (14, 48)
_CORE: Final = 11
"""Side of the smallest solid square that counts; ticks and strokes are thinner."""
_SQUARE: Final = (0.78, 1.28)
_UPRIGHT: Final = (0.86, 1.16)
"""Width over height, roughly and with the sides in place; boxes in 况 or 目 are less square."""
_STRAIGHT: Final = 0.82
"""Share of each side that lies in two neighbouring rows: little in O, much in a box."""
_SOLID: Final = 0.85
"""Share of its square that a filled frame covers."""
_SIDE_DRAWN: Final = 0.7
_SIDES_DRAWN: Final = 0.8
_THICKEST: Final = 6
_SLANT: Final = 4
"""How thick a side may be, and how far aslant a stroke crosses it."""
_LEAST_CORNERS: Final = 3
_CLEAR: Final = 0.45
"""Share of the paper beside a side that a tick may cross."""
_ALL_CLEAR: Final = 0.95
_EMPTY: Final = 0.045
_FILLED: Final = 0.12
"""Inked share of the inside below which a box is empty, above which it is ticked."""
_TOUCHED: Final = 0.03
"""Inked share above which a stroke that crosses a side is a tick."""
_PAINTED: Final = 0.93
_NO_PAPER: Final = 0.99
_NEARLY_PAINTED: Final = 0.8
"""Dark share of a painted inside that a bad scan left grey in places, but no paper in it."""
_DARK: Final = 0.6
"""How far from paper to its darkest ink a page's print is at least."""
_BAR: Final = 0.8
"""Share of the inside that a level or upright stroke spans in 日, 国 or 田; a tick slants."""


@dataclass(frozen=True)
class Frame:
    """Four straight sides with paper around them, and what they enclose."""

    box: Box
    inside: float
    """Inked share of the inside, away from the sides."""
    bar: float
    """The longest level or upright stroke inside, as a share of the inside."""
    dark: float
    """Share of the inside as dark as the page's print, not only darker than its paper."""
    crossed: bool
    """Whether a stroke inside goes on outside, across a side."""

    @property
    def empty(self) -> bool:
        """Whether nothing is drawn inside."""
        return self.inside < _EMPTY and not self.crossed

    @property
    def painted(self) -> bool:
        """Whether the inside is painted all over, as no character is."""
        return self.dark >= _PAINTED or (self.inside >= _NO_PAPER and self.dark >= _NEARLY_PAINTED)

    @property
    def character(self) -> bool:
        """Whether the strokes inside are those of a character: level or upright."""
        return not self.empty and not self.painted and self.bar > _BAR

    def decided(self) -> tuple[bool | None, float]:
        """Whether the box is ticked, ``None`` where the ink does not tell, and how sure."""
        if self.empty:
            return False, round(min(1.0, 0.7 + 0.3 * (1 - self.inside / _EMPTY)), 3)
        if self.crossed and self.inside >= _TOUCHED:
            return True, 0.8
        if self.inside > _FILLED:
            return True, round(min(1.0, 0.7 + 0.3 * (self.inside - _FILLED) / 0.1), 3)
        return None, 0.5


def frame_ink(flat: NDArray[Any], depth: float = 0.35) -> Mask:
    """The ink of fine frames too: a third of the way from paper to the page's darkest ink.

    Args:
        flat: The page in grey, its paper at white.
        depth: What share of the way.
    """
    inked = flat[flat < 215]
    darkest = float(np.percentile(inked, 10)) if inked.size else 0.0
    level = float(np.clip(255 - depth * (255 - darkest), 110, 212))
    return np.asarray((flat < level).astype(np.uint8) * 255)


def find_frames(flat: NDArray[Any]) -> list[Frame]:
    """All frames of the size of tick boxes, from top to bottom; some may be characters.

    Args:
        flat: An upright page in grey at 200 dpi, its paper at white.
    """
    ink, dark = frame_ink(flat), frame_ink(flat, _DARK)
    solid = cv2.morphologyEx(_filled(ink), cv2.MORPH_OPEN, np.ones((_CORE, _CORE), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(np.asarray(solid), connectivity=4)
    frames = []
    for x, y, wide, high, area in stats[1:].tolist():
        if not (SIDES[0] <= min(wide, high) and max(wide, high) <= SIDES[1] + 6):
            continue
        if not _SQUARE[0] < wide / high < _SQUARE[1] or area < _SOLID * wide * high:
            continue
        frame = _framed(ink, dark, x, y, x + wide, y + high)
        if frame is not None:
            frames.append(frame)
    return sorted(frames, key=lambda frame: frame.box.y0)


def _filled(ink: Mask) -> Mask:
    """The ink with every small place that it encloses."""
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(255 - closed, connectivity=4)
    small = (stats[:, cv2.CC_STAT_WIDTH] <= SIDES[1]) & (stats[:, cv2.CC_STAT_HEIGHT] <= SIDES[1])
    small[0] = True  # the ink itself
    return np.asarray(small[labels].astype(np.uint8) * 255)


def _framed(ink: Mask, dark: Mask, x0: int, y0: int, x1: int, y1: int) -> Frame | None:
    """The frame, if all four sides are drawn and there is paper beside each of them."""
    top, bottom = _side(ink, y0, x0, x1, 1), _side(ink, y1 - 1, x0, x1, -1)
    left, right = _side(ink.T, x0, y0, y1, 1), _side(ink.T, x1 - 1, y0, y1, -1)
    drawn = [side[1] for side in (top, bottom, left, right)]
    if min(drawn) < _SIDE_DRAWN or sum(drawn) / 4 < _SIDES_DRAWN:
        return None
    y0, y1, x0, x1 = top[0], bottom[0] + 1, left[0], right[0] + 1
    if min(x1 - x0, y1 - y0) < SIDES[0]:
        return None
    beside = [
        _crossed(ink, y0, x0, x1, -1),
        _crossed(ink, y1 - 1, x0, x1, 1),
        _crossed(ink.T, x0, y0, y1, -1),
        _crossed(ink.T, x1 - 1, y0, y1, 1),
    ]
    if max(beside) > _CLEAR or sum(beside) > _ALL_CLEAR:
        return None
    straight = min(
        _straight(ink, y0, x0, x1),
        _straight(ink, y1 - 2, x0, x1),
        _straight(ink.T, x0, y0, y1),
        _straight(ink.T, x1 - 2, y0, y1),
    )
    if straight < _STRAIGHT or not _UPRIGHT[0] < (x1 - x0) / (y1 - y0) < _UPRIGHT[1]:
        return None
    if _corners(ink, x0, y0, x1, y1) < _LEAST_CORNERS:
        return None
    inset = max(4, round(0.2 * min(x1 - x0, y1 - y0)))
    core = slice(y0 + inset, y1 - inset), slice(x0 + inset, x1 - inset)
    inside = ink[core] > 0
    if not inside.size:
        return None
    bar = max(float(inside.mean(axis=0).max()), float(inside.mean(axis=1).max()))
    return Frame(
        box=Box(x0=x0, y0=y0, x1=x1, y1=y1),
        inside=float(inside.mean()),
        bar=bar,
        dark=float((dark[core] > 0).mean()),
        crossed=any(
            (
                _goes_through(ink, y0, x0, x1, -1),
                _goes_through(ink, y1 - 1, x0, x1, 1),
                _goes_through(ink.T, x0, y0, y1, -1),
                _goes_through(ink.T, x1 - 1, y0, y1, 1),
            )
        ),
    )


def _side(ink: Mask, at: int, start: int, end: int, inward: int) -> tuple[int, float]:
    """The outermost row near ``at`` that is drawn best, and how much of it is."""
    best, share = at, 0.0
    for row in range(at - 3 * inward, at + 6 * inward, inward):
        if 0 <= row < ink.shape[0]:
            # A side that is not quite level steps from row to row.
            band = ink[max(0, row - 1) : row + 2, start + 1 : end - 1] > 0
            own = 0.02 * float(band[min(1, len(band) - 1)].mean()) if band.size else 0.0
            drawn = float(band.any(axis=0).mean()) + own if band.size else 0.0
            if drawn > share + 0.03:
                best, share = row, drawn
    return best, min(1.0, share)


def _straight(ink: Mask, at: int, start: int, end: int) -> float:
    """The largest share of a side that two neighbouring rows near ``at`` hold."""
    return max(
        float((ink[row : row + 2, start:end] > 0).any(axis=0).mean())
        for row in range(max(0, at - 1), at + 2)
    )


def _goes_through(ink: Mask, at: int, start: int, end: int, outward: int) -> bool:
    """Whether a stroke just inside a side goes on just outside it."""
    inner = at
    while abs(inner - at) < _THICKEST and float((ink[inner, start:end] > 0).mean()) > 0.6:
        inner -= outward
    outer = at + 3 * outward
    if not 0 <= outer < ink.shape[0]:
        return False
    trim = _THICKEST
    within = (ink[inner - 2 * outward, start:end] > 0)[trim:-trim]
    beyond = (ink[outer, start:end] > 0)[trim:-trim].astype(np.uint8)[None]
    near = cv2.dilate(beyond, np.ones((1, 2 * _SLANT + 1), np.uint8))[0] > 0
    return bool((within & near).any())


def _corners(ink: Mask, x0: int, y0: int, x1: int, y1: int) -> int:
    """How many of the four corners are drawn; letters like O and D round them off."""
    reach = max(2, round(0.12 * (x1 - x0)))
    return sum(
        bool((ink[rows, columns] > 0).any())
        for rows in (slice(y0, y0 + reach), slice(y1 - reach, y1))
        for columns in (slice(x0, x0 + reach), slice(x1 - reach, x1))
    )


def _crossed(ink: Mask, at: int, start: int, end: int, outward: int) -> float:
    """Inked share of the clearest row just outside a side."""
    rows = [at + outward * away for away in (3, 4, 5)]
    shares = [float((ink[row, start:end] > 0).mean()) for row in rows if 0 <= row < ink.shape[0]]
    return min(shares, default=0.0)
