"""Ink that is neither print, rule, tick box nor seal: signatures, notes by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.imaging.ink import Mask, evened
from extractors.imaging.ruling import Ruling
from extractors.imaging.seals import lift_seals
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
_INK: Final = 165
_TALL: Final = 1.35
"""Of the height of a line's signs: strokes of a pen reach beyond print that they stand in."""
_WITHIN_SIGN: Final = 9
"""Gap that strokes of one sign have between them at most."""
_SEAL_SLACK: Final = 12
"""By how much ink under a seal must be darker than the seal's own darkest."""


def find_handwriting(
    page: NDArray[Any],
    lines: Sequence[Line],
    ruling: Ruling,
    seals: Sequence[Seal],
    ticks: Sequence[Tick],
) -> tuple[Box, ...]:
    """Places with strokes that nothing else accounts for, and places with blue ink.

    Names are signed behind print, and stamps are pressed on signatures.  So of a line that
    was read only signs of the height of its print are taken away, and under a seal all counts
    that is darker than the seal.

    Args:
        page: Upright, blue-green-red, 200 dpi.
        lines: That were read; those read badly may be handwriting.
        ruling: Of the page.
        seals: On the page.
        ticks: On the page.
    """
    rest = _ink_but_seals(page, seals)
    for tick in ticks:
        _wipe(rest, tick.box, 10)
    for rule in ruling.horizontals:
        start, end = (int(rule.start) - 6, int(rule.first)), (int(rule.end) + 6, int(rule.last))
        cv2.line(rest, start, end, (0,), round(rule.thickness) + 9)
    for rule in ruling.verticals:
        start, end = (int(rule.first), int(rule.start) - 6), (int(rule.last), int(rule.end) + 6)
        cv2.line(rest, start, end, (0,), round(rule.thickness) + 9)
    blue = _blue(page)
    strokes = cv2.bitwise_or(_without_print(rest, lines), blue)
    strokes[:_MARGIN] = strokes[-_MARGIN:] = 0
    strokes[:, :_MARGIN] = strokes[:, -_MARGIN:] = 0
    return _clusters(np.asarray(strokes), rest, seals, blue, _print_height(lines))


def _ink_but_seals(page: NDArray[Any], seals: Sequence[Seal]) -> Mask:
    """All ink; under seals only what is darker than the ring of the seal."""
    plain = evened(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), PAGE_DPI)
    rest = np.asarray((plain < _INK).astype(np.uint8) * 255)
    if not seals:
        return rest
    red = [seal for seal in seals if seal.colour == "red"]
    grey = evened(np.asarray(lift_seals(page, red)[..., 2]), PAGE_DPI) if red else plain
    for seal in seals:
        under = np.zeros(rest.shape, dtype=np.uint8)
        centre = round(seal.x), round(seal.y)
        cv2.circle(under, centre, round(seal.radius * 1.08) + 6, (255,), -1)
        ring = np.zeros(rest.shape, dtype=np.uint8)
        cv2.circle(ring, centre, round(seal.radius * 0.97), (255,), max(3, round(seal.radius / 12)))
        tones = (grey if seal.colour == "red" else plain)[ring > 0]
        inked = tones[tones < 240]
        tone = float(np.percentile(inked, 10)) if inked.size > 50 else 240.0
        level = min(float(_INK), tone - _SEAL_SLACK)
        where = under > 0
        tones = (grey if seal.colour == "red" else plain)[where]
        rest[where] = (tones < level).astype(np.uint8) * 255
    return rest


def _print_height(lines: Sequence[Line]) -> float:
    """About the height of the page's print."""
    heights = [_sign_height(line) for line in lines if line.confidence >= _PRINTED]
    return float(np.median(heights)) if heights else 30.0


def _sign_height(line: Line) -> float:
    """Height of the signs of a line, whose box may be made taller by what is written in it."""
    units = sum(0.5 if sign.isascii() else 1.0 for sign in line.text)
    return min(line.box.height, line.box.width / max(1.0, units))


def _without_print(rest: Mask, lines: Sequence[Line]) -> Mask:
    """The ink without the signs of lines that were read: those no higher than their line's."""
    kept = rest.copy()
    for line in lines:
        if line.confidence < _PRINTED:
            continue
        y0, x0 = max(0, int(line.box.y0) - 4), max(0, int(line.box.x0) - 4)
        part = kept[y0 : int(line.box.y1) + 5, x0 : int(line.box.x1) + 5]
        if not part.size:
            continue
        tall = _TALL * _sign_height(line)
        if part.shape[0] <= tall:
            part[:] = 0
            continue
        # A sign is as high as all of its strokes together.
        signs = cv2.morphologyEx(part, cv2.MORPH_CLOSE, np.ones((_WITHIN_SIGN,) * 2, np.uint8))
        _, labels, stats, _ = cv2.connectedComponentsWithStats(signs, connectivity=8)
        part[~(stats[:, cv2.CC_STAT_HEIGHT] > tall)[labels]] = 0
    return kept


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


def _clusters(
    strokes: Mask, rest: Mask, seals: Sequence[Seal], blue: Mask, print_height: float
) -> tuple[Box, ...]:
    joined = cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, np.ones((_REACH, _REACH), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found = []
    for i in range(1, count):
        x, y, wide, high, _area = stats[i].tolist()
        if wide < _LEAST_WIDTH or high < _LEAST_HEIGHT or high > _TALLEST:
            continue
        area = slice(y, y + high), slice(x, x + wide)
        part = (strokes[area] > 0) & (labels[area] == i)
        if int(part.sum()) < _LEAST_INK or part.mean() > 0.5:
            continue
        box = Box(x0=x, y0=y, x1=x + wide, y1=y + high)
        # Print under a seal may have been read badly or not at all.
        stamped = any(seal.box.overlap(box) > 0 for seal in seals)
        written = int((blue[area] > 0).sum()) > _LEAST_INK or _tallest(part) > _TALL * print_height
        if not stamped or written:
            found.append(box)
    return tuple(sorted(found, key=lambda box: (box.y0, box.x0)))


def _tallest(part: NDArray[Any]) -> int:
    """Height of the highest stroke, in pixels."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(part.astype(np.uint8), connectivity=8)
    return int(stats[1:, cv2.CC_STAT_HEIGHT].max(initial=0))
