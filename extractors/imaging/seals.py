"""Round seals: where they are, and the page with their ink lifted off the text."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.imaging.ink import DARKEST, Mask, evened
from extractors.page import PAGE_DPI, Quad, Seal

_SEARCH_DPI: Final = 50
_RADII_MM: Final = (14.0, 30.0)
"""Official seals measure 38 to 50 mm across, some company seals less or more."""
_LEAST_RING: Final = 0.85
"""Share of the ring that must carry red ink."""
_LEAST_DARK_RING: Final = 0.96
"""The same on a grey scan, where text and rules can fill part of any circle."""
_SURE_DARK: Final = 0.85
"""Closely set text makes rings too, but never so full ones."""
_DARK_BELIEF: Final = 0.7
"""A ring without colour may also be a logo or part of a printed border."""
_LEAST_RED: Final = 12
"""How much redder than blue and green a pixel of red ink is, above what paper is."""
_FULLEST: Final = {"red": 0.44, "dark": 0.6}
"""Share of the inside with ink, at 50 dpi, where strokes run together; what is printed under a
dark seal fills it too."""
_STAMPED: Final = 225
"""Tone below which something may be a grey stamp, worn ones included …"""
_DARKER: Final = 8
"""… where it is so much darker than its surroundings."""
_LEAST_ARC: Final = 0.7
"""Share of a dark ring's arcs that must be drawn through: text fills circles, but not arcs."""
_ARCS: Final = 24
_ARC_REACH: Final = 14
"""Pixels by which an arc may lie off the circle that was found."""
_STRAIGHT: Final = 140
"""Length from which a stroke is a rule; the edge of a seal runs level for up to 100."""
_RING: Final = (0.62, 0.95)
"""Where the text stands, in radii of the seal."""
_MOST_SEALS: Final = 16
_PRINT_STROKE: Final = 7
"""Pixels that no stroke of print fills; most strokes of a stamp do."""
_DEPTH: Final = 0.6
"""Part of the way from print to paper at which paper begins under grey stamps.  Strokes of print
thin out below it, above it more of the stamp stays."""
_DEEP_RED: Final = 40
"""Redness from which a pixel is surely stamped."""
_MOST_TAKEN: Final = 2.0
"""Of red light for each tone of redness; more is no ink, but print in a shadow."""
_STAMP_TONE: Final = 30
"""Percent of a grey ring that is darker than what counts as its tone: print crosses it."""
_PARTED: Final = 25.0
"""Tones between print and a grey stamp at least."""
_PRINT_UNDER_SEAL: Final = 120
"""Tone below which what is left under a lifted seal is print, not the seal."""


def red_ink(page: NDArray[Any]) -> Mask:
    """Where a page carries red ink, faint stamps included.

    Args:
        page: Blue-green-red.
    """
    blue, green, red = (page[..., i].astype(np.int16) for i in range(3))
    redness = red - np.maximum(blue, green)
    paper = int(np.median(redness[::4, ::4]))
    strong = (redness - paper) > _LEAST_RED + 8
    return np.asarray(strong.astype(np.uint8) * 255, dtype=np.uint8)


def find_seals(page: NDArray[Any], colour: bool) -> tuple[Seal, ...]:
    """The round seals of an upright page at 200 dpi, surest first, without their text.

    Args:
        page: Blue-green-red.
        colour: Whether the page carries colour; if not, dark rings are looked for.
    """
    if colour:
        mask = red_ink(page)
        if int((mask > 0).sum()) < 1500:
            return ()
        return _rings(mask, _LEAST_RING, "red")
    grey = evened(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), PAGE_DPI)
    # Darker than its surroundings too: shaded cells are full of specks that make rings.
    around = cv2.blur(grey, (41, 41)).astype(np.int16)
    stamped = (grey < _STAMPED) & (grey < around - _DARKER)
    dark = np.asarray(stamped.astype(np.uint8) * 255, dtype=np.uint8)
    for shape in ((1, _STRAIGHT), (_STRAIGHT, 1)):  # crossing rules make rings of their own
        rules = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        dark = np.asarray(cv2.subtract(dark, cv2.dilate(rules, np.ones((3, 3), np.uint8))))
    return tuple(
        seal.model_copy(update={"confidence": round(_DARK_BELIEF * seal.confidence, 3)})
        for seal in _rings(dark, _LEAST_DARK_RING, "dark", outward=0.004)
        if seal.confidence >= _SURE_DARK and _drawn_through(dark, seal) >= _LEAST_ARC
    )


def _drawn_through(mask: Mask, seal: Seal) -> float:
    """How much of the ring is one stroke: the fullest row of each arc, on average."""
    angles = np.linspace(0, 2 * np.pi, 40 * _ARCS, endpoint=False, dtype=np.float32)[None]
    radii = np.arange(seal.radius - _ARC_REACH, seal.radius + _ARC_REACH + 1, dtype=np.float32)
    columns = seal.x + radii[:, None] * np.cos(angles)
    rows = seal.y + radii[:, None] * np.sin(angles)
    ring = cv2.remap(mask, columns.astype(np.float32), rows.astype(np.float32), cv2.INTER_NEAREST)
    drawn = (ring > 0).reshape(len(radii), _ARCS, -1).mean(axis=2)
    return float(drawn.max(axis=0).mean())


def _rings(mask: Mask, least: float, colour: str, outward: float = 0.001) -> tuple[Seal, ...]:
    """Circles that a mask draws: each place and radius is voted on by the ink on the ring."""
    factor = _SEARCH_DPI / PAGE_DPI
    size = max(1, round(mask.shape[1] * factor)), max(1, round(mask.shape[0] * factor))
    small = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
    left, top, width, height = cv2.boundingRect(np.asarray(small > 40, dtype=np.uint8))
    if not width:
        return ()
    ink = (small[top : top + height, left : left + width] > 40).astype(np.float32)
    low, high = (round(mm / 25.4 * _SEARCH_DPI) for mm in _RADII_MM)
    pad = high + 2
    ink = np.pad(ink, pad)
    best = np.zeros(ink.shape, dtype=np.float32)
    radius_of = np.zeros(ink.shape, dtype=np.int32)
    near = cv2.dilate(ink, np.ones((3, 3), np.uint8))
    # What lies a pixel beside a ring counts as on it, so every other radius finds all of them.
    for radius in range(low, high + 1, 2):
        kernel = _ring(radius)
        share = np.asarray(cv2.filter2D(near, cv2.CV_32F, kernel, borderType=cv2.BORDER_CONSTANT))
        share = share * (1 + outward * radius)  # of rings about as full the outer one is the edge
        better = share > best
        best[better] = share[better]
        radius_of[better] = radius
    seals: list[Seal] = []
    while len(seals) < _MOST_SEALS:
        _, peak, _, (x, y) = cv2.minMaxLoc(best)
        if peak < least:
            break
        radius = _fullest(near, x, y, int(radius_of[y, x]), outward)
        if _is_a_ring(ink, x, y, radius, _FULLEST[colour]):
            seals.append(
                Seal(
                    x=round((x - pad + left + 0.5) / factor, 1),
                    y=round((y - pad + top + 0.5) / factor, 1),
                    radius=round((radius + 0.5) / factor, 1),
                    colour=colour,
                    confidence=round(min(1.0, (peak - least) / (1 - least) * 0.5 + 0.5), 3),
                )
            )
            cv2.circle(best, (x, y), round(0.8 * radius), (0.0,), -1)
        else:
            cv2.circle(best, (x, y), 2, (0.0,), -1)
    return tuple(seals)


@cache
def _ring(radius: int) -> NDArray[np.float32]:
    """A circle one pixel wide whose pixels sum to 1, a pixel of margin around it."""
    ring = np.zeros((2 * radius + 3, 2 * radius + 3), dtype=np.float32)
    cv2.circle(ring, (radius + 1, radius + 1), radius, (1.0,), 1)
    return np.asarray(ring / ring.sum(), dtype=np.float32)


def _fullest(near: NDArray[Any], x: int, y: int, radius: int, outward: float) -> int:
    """Which of a radius and its neighbours is drawn most fully around a place."""

    def share(candidate: int) -> float:
        reach = candidate + 1
        if min(x, y) < reach or y + reach >= near.shape[0] or x + reach >= near.shape[1]:
            return 0.0
        around = near[y - reach : y + reach + 1, x - reach : x + reach + 1]
        return float((around * _ring(candidate)).sum()) * (1 + outward * candidate)

    return max((radius, radius - 1, radius + 1), key=share)


def _is_a_ring(ink: NDArray[np.float32], x: int, y: int, radius: int, fullest: float) -> bool:
    """Whether ink goes round the whole circle, and just inside it there is less of it."""
    angles = np.linspace(0, 2 * np.pi, 72, endpoint=False)

    def share(distance: float) -> NDArray[np.bool_]:
        columns = np.rint(x + distance * np.cos(angles)).astype(int)
        rows = np.rint(y + distance * np.sin(angles)).astype(int)
        inside = (rows >= 0) & (rows < ink.shape[0]) & (columns >= 0) & (columns < ink.shape[1])
        found = np.zeros(angles.shape, dtype=bool)
        found[inside] = ink[rows[inside], columns[inside]] > 0
        return found

    disc = np.zeros((2 * radius + 1, 2 * radius + 1), dtype=np.uint8)
    cv2.circle(disc, (radius, radius), round(0.9 * radius), (1,), -1)
    inside = ink[y - radius : y + radius + 1, x - radius : x + radius + 1]
    if inside.shape != disc.shape or float(inside[disc > 0].mean()) > fullest:
        return False  # a QR code, a picture
    around = share(radius) | share(radius - 1) | share(radius + 1)
    quarters = around.reshape(4, -1).mean(axis=1)
    hollow = min(share(radius - d).mean() for d in (3, 4))
    outside = share(radius + 3).mean()
    return bool(
        quarters.min() > 0.5 and hollow < around.mean() - 0.1 and outside < around.mean() - 0.3
    )


def lift_seals(page: NDArray[Any], seals: Sequence[Seal]) -> NDArray[Any]:
    """The page with the ink of its seals taken away and the text that they cover kept.

    Red ink takes a share of the red light too.  The share grows with its redness, at a rate
    that each stamp shows where it lies on bare paper, so it can be given back: the stamp
    vanishes, and black print, which is not red, stays.  A grey scan has no colour to go by.
    There the stamp is thinned (`thin_seals`), and what is left of it is told from print by
    its tone: what is lighter than a tone between print and paper becomes paper, darker tones
    are spread out.  Lines are found well so; fine strokes of print are lost.

    Args:
        page: Blue-green-red, 200 dpi.
        seals: As found on it.
    """
    lifted = thin_seals(page, seals)
    for seal in seals:
        where = _covered(page, seal)
        if lifted is page:
            lifted = page.copy()
        if seal.colour == "red":
            tones = _without_red(page[where])
        else:
            grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
            paper, darkest = float(np.median(grey)), _print_tone(grey, seal)
            if paper - darkest < _PARTED:
                continue  # no print darker than the stamp: by tone it would all vanish
            share = np.clip((lifted[where][:, 0] - darkest) / ((paper - darkest) * _DEPTH), 0, 1)
            tones = (darkest + (paper - darkest) * share).astype(np.uint8)
        lifted[where] = tones[:, None]
    return lifted


def thin_seals(page: NDArray[Any], seals: Sequence[Seal]) -> NDArray[Any]:
    """The page with the broad strokes of its grey seals made paper, all print kept.

    Every tone is seen against the lightest nearby: what fills more than a stroke of print, a
    star or a ring, is its own ground and vanishes.  The stamp's fine strokes stay.

    Args:
        page: Blue-green-red, 200 dpi.
        seals: As found on it.
    """
    grey_seals = [seal for seal in seals if seal.colour == "dark"]
    if not grey_seals:
        return page
    thinned = page.copy()
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    paper = float(np.median(grey))
    stroke = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_PRINT_STROKE, _PRINT_STROKE))
    for seal in grey_seals:
        reach = round(seal.radius * 1.05) + 4 + _PRINT_STROKE
        rows = slice(max(0, round(seal.y) - reach), round(seal.y) + reach + 1)
        columns = slice(max(0, round(seal.x) - reach), round(seal.x) + reach + 1)
        part = grey[rows, columns]
        ground = cv2.morphologyEx(part, cv2.MORPH_CLOSE, stroke)
        ground = np.maximum(ground, max(1.0, _tone_of(grey, seal)))  # bold print is darker
        against = np.clip(part * (paper / ground), 0, 255)
        where = _covered(page, seal)[rows, columns]
        thinned[rows, columns][where] = against[where].astype(np.uint8)[:, None]
    return thinned


def _covered(page: NDArray[Any], seal: Seal) -> NDArray[np.bool_]:
    """Where a seal lies, its edge included."""
    covered = np.zeros(page.shape[:2], dtype=np.uint8)
    reach = round(seal.radius * 1.05) + 4
    cv2.circle(covered, (round(seal.x), round(seal.y)), reach, (255,), -1)
    return np.asarray(covered > 0)


def _without_red(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    """Tones of pixels in red light once what red ink takes of it is given back.

    Args:
        pixels: N × blue-green-red.
    """
    blue, green, red = (pixels[:, i].astype(np.float32) for i in range(3))
    redness = red - np.maximum(blue, green)
    bare = redness < _LEAST_RED
    if bare.mean() < 0.1:
        return np.asarray(pixels[:, 2], dtype=np.uint8)
    paper = float(np.median(red[bare]))
    redness = np.clip(redness - float(np.median(redness[bare])), 0, None)
    stamped = redness > _DEEP_RED
    taken = np.median((paper - red[stamped]) / redness[stamped]) if stamped.any() else 0.0
    given_back = red + np.clip(taken, 0, _MOST_TAKEN) * redness
    return np.asarray(np.minimum(given_back, np.maximum(red, paper)), dtype=np.uint8)


def _print_tone(grey: NDArray[Any], seal: Seal) -> float:
    """The tone of the print of a page with a grey seal; that of its paper if there is none."""
    stamp, tone = _tone_of(grey, seal), float(np.percentile(grey, DARKEST))
    if tone <= stamp - _PARTED:
        return tone
    darker = grey[grey < stamp - _PARTED]  # so little print that the stamp is darkest
    return float(np.median(darker if darker.size else grey))


def share_of_print(page: NDArray[Any], quad: Quad, seal: Seal) -> float:
    """The part of the ink in a line that is as dark as print, not only as dark as a grey seal.

    Args:
        page: Blue-green-red, 200 dpi, with its seals.
        quad: Of the line.
        seal: That reaches it.
    """
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    stamp, darkest = _tone_of(grey, seal), _print_tone(grey, seal)
    xs, ys = quad[0::2], quad[1::2]
    line = grey[max(0, int(min(ys))) : int(max(ys)) + 1, max(0, int(min(xs))) : int(max(xs)) + 1]
    ink = int((line < (stamp + float(np.median(grey))) / 2).sum())
    return float((line < (stamp + darkest) / 2).sum()) / max(1, ink)


def _tone_of(grey: NDArray[Any], seal: Seal) -> float:
    """The tone of a seal's ring where no print crosses it."""
    ring = np.zeros(grey.shape, dtype=np.uint8)
    cv2.circle(ring, (round(seal.x), round(seal.y)), round(seal.radius) - 2, (255,), 3)
    return float(np.percentile(grey[ring > 0], _STAMP_TONE))


def print_ink(flat: NDArray[Any], seals: Sequence[Seal], level: int) -> Mask:
    """Where print stands, what is left of lifted seals not taken for it.

    Args:
        flat: Grey, the paper evened to white, the seals lifted; 200 dpi.
        seals: Of the page.
        level: Tone below which something is ink where no seal was.
    """
    ink = np.asarray((flat < level).astype(np.uint8) * 255, dtype=np.uint8)
    for seal in seals:
        ink[_covered(flat, seal) & (flat >= min(level, _PRINT_UNDER_SEAL))] = 0
    return ink


def unrolled(page: NDArray[Any], seal: Seal) -> NDArray[Any]:
    """The ring of a seal laid out straight, its text running left to right.

    Starts and ends at the foot of the seal, where the ring of text is open.  Of a red seal
    only the red ink is kept, dark on white.

    Args:
        page: Blue-green-red, 200 dpi.
        seal: On that page.
    """
    outer, inner = _RING[1] * seal.radius, _RING[0] * seal.radius
    width = round(2 * np.pi * (outer + inner) / 2 * 0.98)
    angles = np.linspace(np.pi / 2, 2.5 * np.pi, width, dtype=np.float32)[None]
    radii = np.linspace(outer, inner, round(outer - inner), dtype=np.float32)[:, None]
    columns = (seal.x + radii * np.cos(angles)).astype(np.float32)
    rows = (seal.y + radii * np.sin(angles)).astype(np.float32)
    ring = cv2.remap(page, columns, rows, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    if seal.colour == "red":
        blue, green, red = (ring[..., i].astype(np.int16) for i in range(3))
        redness = np.clip(red - np.minimum(blue, green), 0, None)
        strongest = max(30.0, float(np.percentile(redness, 95)))
        grey = (255 - np.clip(redness * (255 / strongest), 0, 255)).astype(np.uint8)
        ring = np.repeat(grey[..., None], 3, axis=2)
    return np.asarray(ring, dtype=np.uint8)
