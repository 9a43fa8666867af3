"""Puts a drawn page onto a scanner: skew, light, noise, faint print, edges, holes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from samples.generator.model import DrawnPage, ScanQuality, TruthLine
from samples.generator.paper import DPI, BoxTuple, mm

TRUTH_DPI = 200
"""Resolution of the upright page that truth refers to."""
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class ScannedPage:
    """A page as it comes from the scanner, with the truth about it.

    All truth is in pixels of the upright, deskewed page at 200 dpi: the image turned clockwise
    by ``rotation``, brought to 200 dpi, then turned about its middle by ``-skew``.
    """

    image: Pixels
    """Height × width × 3 (RGB), or height × width (grey)."""
    dpi: int
    rotation: int
    """Degrees clockwise that make the image upright: 0, 90, 180 or 270."""
    skew: float
    """Degrees; positive where lines run downhill to the right on the upright page."""
    lines: tuple[TruthLine, ...]
    field_boxes: dict[str, BoxTuple]
    ticks: tuple[tuple[str, bool, BoxTuple], ...]
    seals: tuple[tuple[str, float, float, float], ...]
    """Text, centre x, centre y, radius."""
    signatures: tuple[tuple[str, BoxTuple], ...]
    blank: bool = False


@dataclass(frozen=True)
class _Scanner:
    """How a scanner of a quality spoils a page."""

    dpi: int
    skew: float
    """Greatest skew in degrees."""
    shift: float
    """Greatest shift in millimetres."""
    warp: float
    """Greatest perspective displacement of a corner, share of the width."""
    blur: tuple[float, float]
    noise: tuple[float, float]
    """Spread of the sensor's noise in grey levels."""
    light: float
    """Depth of uneven light, share of white."""
    paper: tuple[int, int]
    """Darkest and lightest tone of the paper."""
    ink: tuple[float, float]
    """Strength of the print: below 1 faint, above 1 dark and swollen."""
    dirt: float
    """Expected number of specks."""
    marks: float
    """Chance of each of: edge shadow, punch holes, staple."""


_SCANNERS = {
    ScanQuality.GOOD: _Scanner(
        300, 0.3, 0.8, 0.0, (0.0, 0.35), (0.4, 1.0), 0.008, (250, 254), (0.97, 1.0), 1, 0.03
    ),
    ScanQuality.OFFICE: _Scanner(
        200, 1.5, 2.5, 0.0015, (0.35, 0.6), (0.5, 1.3), 0.03, (240, 252), (0.86, 1.05), 8, 0.2
    ),
    ScanQuality.POOR: _Scanner(
        150, 3.0, 4.0, 0.004, (0.55, 0.95), (4.0, 7.0), 0.10, (218, 240), (0.58, 1.35), 60, 0.45
    ),
}


def scan_page(
    page: DrawnPage,
    quality: ScanQuality,
    rng: np.random.Generator,
    turned: int = 0,
    grey: bool = False,
) -> ScannedPage:
    """Scan a page.

    Args:
        page: As drawn, 300 dpi.
        quality: Which scanner.
        rng: Source of all of its moods; the same state gives the same pixels.
        turned: Degrees clockwise by which the sheet lay turned: 0, 90, 180 or 270.
        grey: Whether the scanner saw no colour.

    Raises:
        ValueError: ``turned`` is no multiple of 90.
    """
    if turned % 90:
        raise ValueError(f"a sheet is turned by quarter turns, not by {turned} degrees")
    scanner = _SCANNERS[quality]
    scale = scanner.dpi / DPI
    height, width = (round(side * scale) for side in page.image.shape[:2])
    skew = float(rng.uniform(-scanner.skew, scanner.skew))
    paper = rng.uniform(*scanner.paper)
    tint = paper - np.array([0, rng.uniform(0, 2), rng.uniform(0, 5)])  # paper yellows a little

    small: Pixels = page.image
    if scale < 1:
        small = _bytes(cv2.resize(page.image, (width, height), interpolation=cv2.INTER_AREA))
    move = _movement(width, height, skew, scanner, rng)
    bed = (12, 12, 12) if rng.random() < scanner.marks / 2 else (255, 255, 255)
    image = _bytes(
        cv2.warpPerspective(small, move, (width, height), flags=cv2.INTER_LINEAR, borderValue=bed)
    )
    if not page.blank or rng.random() < 0.5:
        image = _develop(image, rng.uniform(*scanner.ink), rng)
    if grey:
        image = _bytes(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
        tint = tint[:1]
    blur = rng.uniform(*scanner.blur)
    if blur > 0.2:
        image = _bytes(cv2.GaussianBlur(image, (0, 0), blur * scanner.dpi / 200))
    image = _light(image, tint, scanner.light, rng)
    _marks(image, scanner, rng)
    image = _noise(image, rng.uniform(*scanner.noise), rng)
    image = np.ascontiguousarray(np.rot90(image, k=-(turned // 90)))
    skew = _slope(move, width, height)
    return _with_truth(page, image, scanner.dpi, turned, skew, move @ np.diag([scale, scale, 1]))


def _bytes(image: NDArray[Any]) -> Pixels:
    """The picture as it is: OpenCV keeps the kind of pixels, its annotations do not say so."""
    return image.astype(np.uint8, copy=False)


def _movement(
    width: int, height: int, skew: float, scanner: _Scanner, rng: np.random.Generator
) -> NDArray[np.float64]:
    """How the page lies on the glass: turn about the middle, shift, slight perspective."""
    turn = np.eye(3)
    turn[:2] = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1.0)
    reach = scanner.shift / 25.4 * scanner.dpi
    turn[:2, 2] += rng.uniform(-reach, reach, 2)
    if scanner.warp == 0:
        return turn
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    bent = corners + rng.uniform(-1, 1, (4, 2)).astype(np.float32) * scanner.warp * width
    bend = cv2.getPerspectiveTransform(corners, bent.astype(np.float32))
    return np.asarray(turn @ bend, np.float64)


def _slope(move: NDArray[np.float64], width: int, height: int) -> float:
    """Degrees by which the middle line of the page runs downhill; perspective has its share."""
    ends = np.array([[[0.1 * width, height / 2]], [[0.9 * width, height / 2]]], np.float64)
    (left, top), (right, bottom) = cv2.perspectiveTransform(ends, move)[:, 0]
    return float(np.degrees(np.arctan2(bottom - top, right - left)))


def _develop(image: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """Faint print fades towards white; dark print swells and gains contrast."""
    levels = np.arange(256, dtype=np.float32)
    if strength <= 1:
        table = 255 - (255 - levels) * strength
    else:
        table = 255 - np.clip((255 - levels) * strength - 6, 0, 255)
        if strength > 1.15 and rng.random() < 0.35:
            image = _bytes(cv2.erode(image, np.ones((2, 2), np.uint8)))
    return _bytes(cv2.LUT(image, table.astype(np.uint8)))


def _light(
    image: Pixels, tint: NDArray[np.float64], depth: float, rng: np.random.Generator
) -> Pixels:
    """Paper tone and uneven light: the darkest corner loses ``depth`` of its white."""
    height, width = image.shape[:2]
    small = rng.uniform(1 - depth, 1, (4, 3)).astype(np.float32)
    field = cv2.resize(small, (width // 8 + 1, height // 8 + 1), interpolation=cv2.INTER_CUBIC)
    field = np.clip(field, 0, 1)
    if image.ndim == 3:
        field = field[..., None] * tint.astype(np.float32)[None, None]
    else:
        field = field * np.float32(tint[0])
    mask = cv2.resize(field.astype(np.uint8), (width, height), interpolation=cv2.INTER_LINEAR)
    return _bytes(cv2.multiply(image, mask, scale=1 / 255))


def _marks(image: Pixels, scanner: _Scanner, rng: np.random.Generator) -> None:
    """Shadow at an edge, punch holes, a staple's trace, specks; drawn in place."""
    height, width = image.shape[:2]
    pixel = scanner.dpi / 25.4
    if rng.random() < scanner.marks:
        reach = round(rng.uniform(2, 9) * pixel)
        fade = np.linspace(rng.uniform(0.35, 0.75), 1, reach)
        if rng.random() < 0.5:
            strip = image[:, :reach]
            shape = (1, reach) + (1,) * (image.ndim - 2)
            strip[:] = (strip * fade.reshape(shape)).astype(np.uint8)
        else:
            strip = image[:reach]
            shape = (reach, 1) + (1,) * (image.ndim - 2)
            strip[:] = (strip * fade.reshape(shape)).astype(np.uint8)
    if rng.random() < scanner.marks:
        x = round(rng.uniform(8, 11) * pixel)
        for y in (height / 2 - 40 * pixel, height / 2 + 40 * pixel):
            grey = int(rng.integers(40, 110))
            colour = (grey, grey, grey)
            cv2.circle(image, (x, round(y)), round(2.9 * pixel), colour, -1, cv2.LINE_AA)
    if rng.random() < scanner.marks:
        x, y = (rng.uniform(5, 10, 2) * pixel).round()
        end = (int(x + 8 * pixel), int(y + rng.uniform(-2, 2) * pixel))
        colour = (120, 118, 115)
        cv2.line(image, (int(x), int(y)), end, colour, max(1, round(0.5 * pixel)), cv2.LINE_AA)
    for _ in range(rng.poisson(scanner.dirt)):
        spot = (int(rng.integers(width)), int(rng.integers(height)))
        grey = int(rng.integers(30, 190))
        colour = (grey, grey, grey)
        size = 0 if rng.random() < 0.7 else max(1, round(rng.exponential(0.15) * pixel))
        cv2.circle(image, spot, size, colour, -1)


def _noise(image: Pixels, spread: float, rng: np.random.Generator) -> Pixels:
    """Add the sensor's noise: one tile, turned and shifted over the page."""
    height, width = image.shape[:2]
    side = 640
    tile = rng.standard_normal((side, side)).astype(np.float32) * spread
    tile = cv2.GaussianBlur(tile, (0, 0), 0.7) * 1.9  # neighbours share some of it
    row = [tile, tile[::-1], tile[:, ::-1], tile.T]
    across, down = -(-width // side), -(-height // side)
    picks = rng.integers(0, 4, (down, across))
    whole = np.vstack([np.hstack([row[pick] for pick in line]) for line in picks])
    whole = whole[:height, :width].astype(np.int16)
    if image.ndim == 3:
        whole = cv2.merge([whole, whole, whole])
    return _bytes(cv2.add(image, whole, dtype=cv2.CV_8U))


def _with_truth(
    page: DrawnPage,
    image: Pixels,
    dpi: int,
    turned: int,
    skew: float,
    move: NDArray[np.float64],
) -> ScannedPage:
    """Carry the truth of the drawn page over to the upright, deskewed page at 200 dpi."""
    height, width = image.shape[:2]
    if turned % 180:
        height, width = width, height
    scale = TRUTH_DPI / dpi
    level = np.eye(3)
    centre = (round(width * scale) / 2, round(height * scale) / 2)
    level[:2] = cv2.getRotationMatrix2D(centre, skew, 1.0)
    whole = level @ np.diag([scale, scale, 1.0]) @ move

    def points(*flat: float) -> list[tuple[float, float]]:
        places = np.array(flat, np.float64).reshape(-1, 1, 2)
        return [(float(x), float(y)) for x, y in cv2.perspectiveTransform(places, whole)[:, 0]]

    def box(of: BoxTuple) -> BoxTuple:
        x0, y0, x1, y1 = of
        corners = points(x0, y0, x1, y0, x1, y1, x0, y1)
        xs, ys = zip(*corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    lines = []
    for line in page.lines:
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = points(*line.quad)
        lines.append(TruthLine(line.text, (ax, ay, bx, by, cx, cy, dx, dy)))
    seals = []
    for text, x, y, radius in page.seals:
        ((x, y),) = points(x, y)
        seals.append((text, x, y, radius * TRUTH_DPI / DPI))
    return ScannedPage(
        image=image,
        dpi=dpi,
        rotation=-turned % 360,
        skew=skew,
        lines=tuple(lines),
        field_boxes={key: box(area) for key, area in page.field_boxes.items()},
        ticks=tuple((label, ticked, box(area)) for label, ticked, area in page.ticks),
        seals=tuple(seals),
        signatures=tuple((place, box(area)) for place, area in page.signatures),
        blank=page.blank,
    )


def blank_back(rng: np.random.Generator, bleed_from: DrawnPage | None = None) -> DrawnPage:
    """The empty back of a sheet: paper, what shines through from the front, holes, specks."""
    shape = bleed_from.image.shape if bleed_from else (3508, 2480, 3)
    image: Pixels = np.full(shape, 255, np.uint8)
    if bleed_from is not None:
        front = cv2.flip(bleed_from.image, 1)
        small = cv2.resize(front, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
        small = cv2.GaussianBlur(small, (0, 0), 1.6)
        shine = rng.uniform(0.02, 0.06)
        faint = cv2.LUT(small, (255 - (255 - np.arange(256)) * shine).astype(np.uint8))
        image = _bytes(cv2.resize(faint, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR))
    height, width = shape[:2]
    if rng.random() < 0.3:
        for y in (height // 2 - mm(40), height // 2 + mm(40)):
            centre = (width - mm(rng.uniform(8, 11)), y)
            cv2.circle(image, centre, mm(2.9), (70, 70, 70), -1, cv2.LINE_AA)
    for _ in range(int(rng.poisson(5))):
        spot = (int(rng.integers(width)), int(rng.integers(height)))
        grey = int(rng.integers(60, 200))
        cv2.circle(image, spot, int(rng.integers(1, 4)), (grey, grey, grey), -1, cv2.LINE_AA)
    return DrawnPage(image=image, blank=True)
