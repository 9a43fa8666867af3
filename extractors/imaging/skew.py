"""How far a page is turned from level, measured on its lines of text and its rules."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from extractors.imaging.ink import Mask

_WIDEST: Final = 8.0
"""Degrees either way that are looked at; a sheet in a feeder is not turned further."""
_LEAST_INK: Final = 400
_MOST_POINTS: Final = 60_000
_LEAST_GAIN: Final = 1.04
"""How much sharper than unturned the profile must be before a page is turned at all."""


def skew_angle(ink: Mask) -> float:
    """Degrees by which lines run downhill (clockwise positive); 0 where nothing tells.

    The ink is projected sideways at each angle; at the right one, lines and the gaps
    between them separate best, so the profile has most contrast.

    Args:
        ink: Of the page with its text running left to right, at about 100 dpi.
    """
    rows, columns = _edges_below(ink)
    if rows.size < _LEAST_INK:
        return 0.0
    x = columns - ink.shape[1] / 2
    best = 0.0
    level = _contrast(rows, x, 0.0)
    peak = level
    for reach, step in ((_WIDEST, 0.5), (0.5, 0.1), (0.1, 0.02)):
        centre = best
        for angle in np.arange(centre - reach, centre + reach + step / 2, step):
            found = _contrast(rows, x, float(angle))
            if found > peak:
                peak, best = found, float(angle)
    if peak < _LEAST_GAIN * level or abs(best) > _WIDEST:
        return 0.0
    return round(best, 2)


def _edges_below(ink: Mask) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The lower edge of all ink: thin, so that thick things do not outweigh text."""
    edges = np.zeros(ink.shape, dtype=bool)
    edges[:-1] = (ink[:-1] > 0) & (ink[1:] == 0)
    margin_y, margin_x = ink.shape[0] // 50, ink.shape[1] // 50
    edges[:margin_y] = edges[ink.shape[0] - margin_y :] = False
    edges[:, :margin_x] = edges[:, ink.shape[1] - margin_x :] = False
    rows, columns = np.nonzero(edges)
    every = max(1, rows.size // _MOST_POINTS)
    return rows[::every].astype(np.float32), columns[::every].astype(np.float32)


def _contrast(rows: NDArray[np.float32], x: NDArray[np.float32], degrees: float) -> float:
    heights = rows - x * np.float32(np.tan(np.radians(degrees)))
    shifted = (heights - heights.min()).astype(np.int32)
    profile = np.bincount(shifted).astype(np.float64)
    return float(np.square(profile).sum())
