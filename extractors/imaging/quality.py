"""What a scan is worth: is there anything on it, has it colour, how good is it."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.imaging.ink import SURVEY_DPI, Grey, evened
from extractors.page import Quality

# Lengths in pixels at 100 dpi: 4 are about a millimetre.
_FAINTEST_INK: Final = 212
"""Of 255 for paper.  Print shining through from the back is lighter, faint print darker."""
_SHADE: Final = 240
"""Lighter than faint print: what shines through, and print that a scanner nearly lost."""
_SHADED_MARK: Final = 12
_SHADES: Final = 8
"""So many marks of a shade, of that area at least, may be writing."""
_MOST_SPECKS: Final = 10
_MARK: Final = 5
"""Extent from which a mark may be a character; smaller are specks."""
_EDGE: Final = 10
_HOLE_MARGIN: Final = 120
"""Punched holes lie within 30 mm of an edge."""
_HOLE: Final = (10, 40)
"""Extent of a hole, with or without the shadow of its rim."""
_FILLED: Final = 0.64
"""Share of its square that a disc fills: 0.79, a small one 0.67, and a ring or a figure less."""
_STAPLE_MARGIN: Final = 110
_SPECK: Final = 11
_SURE_MARKS: Final = 20
_FEW_COLOURED: Final = 10
"""Pixels of the sample that differ in their channels: more than chance, less than print."""


def blankness(grey: Grey) -> tuple[bool, float]:
    """Whether a page is blank, and how sure that is.

    Only what cannot be writing is left out of account: what lies at the very edge, round
    holes beside it, a staple in a corner, single specks.  One faint line makes a page
    not blank; what is fainter still makes it less sure.

    Args:
        grey: The page at 100 dpi, any way up.
    """
    flat = cv2.GaussianBlur(evened(grey, SURVEY_DPI), (0, 0), 0.5)
    ink = np.asarray((flat < _FAINTEST_INK).astype(np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    height, width = grey.shape[:2]
    marks = specks = 0
    for x, y, wide, high, area in stats[1:count].tolist():
        if max(wide, high) < _MARK or area < _MARK:
            continue
        right, bottom = width - x - wide, height - y - high
        if min(x, y, right, bottom) < 1 or max(x, y) < _EDGE or max(right, bottom) < _EDGE:
            continue
        if min(x + wide, y + high, width - x, height - y) < _EDGE:
            continue
        beside = min(x + wide, width - x, y + high, height - y) < _HOLE_MARGIN
        roundish = 0.7 < wide / high < 1.4 and area > 0.6 * wide * high
        disc = roundish and area > _FILLED * wide * high
        if beside and disc and _HOLE[0] <= wide <= _HOLE[1]:
            continue
        in_corner = (
            min(x + wide, width - x) < _STAPLE_MARGIN and min(y + high, height - y) < _STAPLE_MARGIN
        )
        if in_corner and area < 150 and max(wide, high) < 60:
            continue
        if roundish and max(wide, high) < _SPECK:
            specks += 1
        else:
            marks += 1
    if marks == 0 and specks <= _MOST_SPECKS:
        if specks <= 2:
            return True, 0.85 if specks or _shaded(flat) else 0.98
        return True, 0.7
    return False, min(1.0, 0.6 + 0.4 * (marks + 0.3 * specks) / _SURE_MARKS)


def _shaded(flat: Grey) -> bool:
    """Whether there are shades of the size of signs, too light to tell writing from its back."""
    shade = (cv2.GaussianBlur(flat, (0, 0), 1.2) < _SHADE).astype(np.uint8)
    shade[:_EDGE], shade[-_EDGE:], shade[:, :_EDGE], shade[:, -_EDGE:] = 0, 0, 0, 0
    count, _, stats, _ = cv2.connectedComponentsWithStats(shade, connectivity=8)
    return int((stats[1:count, cv2.CC_STAT_AREA] >= _SHADED_MARK).sum()) >= _SHADES


def has_colour(pixels: NDArray[Any]) -> bool:
    """Whether there is colour on a page; on a grey scan no red seal can be seen as red.

    Args:
        pixels: Blue-green-red.
    """
    chroma = _chroma(pixels)
    return bool(np.percentile(chroma, 99.9) > 12 or np.median(chroma) >= 1)


def taken_in_colour(pixels: NDArray[Any]) -> bool:
    """Whether the scanner saw colour, however little of it is on the page.

    On a grey scan all three channels are the same in every pixel.  Black print scanned in colour
    shows next to none, yet not none at all.

    Args:
        pixels: Blue-green-red.
    """
    return int(np.count_nonzero(_chroma(pixels))) >= _FEW_COLOURED


def _chroma(pixels: NDArray[Any]) -> NDArray[np.int16]:
    """How far the channels of a sample of the pixels lie apart."""
    sample = pixels[::3, ::3].astype(np.int16)
    return np.asarray(sample.max(axis=2) - sample.min(axis=2), np.int16)


def grade(grey: Grey, dpi: float) -> tuple[Quality, tuple[str, ...]]:
    """How well a page was scanned, and what is wrong with it.

    Args:
        grey: The page at 100 dpi.
        dpi: Of the page as it arrived.

    Returns:
        The grade and codes: ``low_resolution``, ``dark``, ``faint``, ``noisy``.
    """
    reasons = []
    if dpi < 170:
        reasons.append("low_resolution")
    if float(np.median(grey)) < 190:
        reasons.append("dark")
    flat = evened(grey, SURVEY_DPI)
    inked = flat[flat < _FAINTEST_INK]
    if inked.size > 200 and float(np.percentile(inked, 15)) > 125:
        reasons.append("faint")
    paper = flat > 225
    rough = np.abs(cv2.Laplacian(grey, cv2.CV_16S).astype(np.int32))[paper]
    if rough.size and float(np.mean(rough)) > 9:
        reasons.append("noisy")
    if dpi < 120 or len(reasons) >= 2:
        return Quality.POOR, tuple(reasons)
    return (Quality.FAIR if reasons else Quality.GOOD), tuple(reasons)
