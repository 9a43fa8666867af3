"""Round red stamps and signatures, pressed and written over the print."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw

from samples.generator.fonts import Face, font, ink_box
from samples.generator.paper import BoxTuple, mm

Rgb = tuple[int, int, int]
_REDS: tuple[Rgb, ...] = ((206, 32, 38), (190, 20, 36), (214, 48, 44), (158, 22, 34))


def _noise_field(rng: np.random.Generator, height: int, width: int, cells: int) -> np.ndarray:
    """Smooth noise of mean 0 and about unit spread; ``cells`` bumps along the longer side."""
    scale = max(height, width) / cells
    small = rng.standard_normal((int(height / scale) + 2, int(width / scale) + 2))
    return cv2.resize(small.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)


def seal_mask(text: str, radius: int, rng: np.random.Generator, number: str = "") -> np.ndarray:
    """The ink of a round seal: float32, 0 to 1, of side ``2·radius + 1`` pixels.

    The text runs along the upper arc with its feet towards the centre, a five-point star
    stands in the middle, a registration number may stand along the lower arc.
    """
    side = 2 * radius + 1
    mask = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(mask)
    ring = max(3, round(radius * 0.055))
    pen.ellipse((1, 1, side - 2, side - 2), outline=255, width=ring)
    # Star: points on two circles.
    outer = radius * 0.3
    inner = outer * 0.382
    corners = []
    for index in range(10):
        reach = outer if index % 2 == 0 else inner
        angle = np.radians(index * 36 - 90)
        corners.append((radius + reach * np.cos(angle), radius + reach * np.sin(angle)))
    pen.polygon(corners, fill=255)

    count = max(1, len(text))
    span = min(290.0, 26.0 * (count - 1) + 40) if count > 1 else 0.0
    step = span / max(1, count - 1)
    tall = radius * 0.27
    middle = radius - ring - tall * 0.66
    broad = min(tall, np.radians(step if count > 1 else 40) * (middle - tall * 0.1) * 0.96)
    for index, character in enumerate(text):
        angle = -span / 2 + step * index
        _stamp_glyph(mask, character, angle, middle, tall, broad, radius)
    for index, character in enumerate(number):
        angle = 180 + (len(number) - 1) * 3.1 - index * 6.2
        _stamp_glyph(
            mask, character, angle, radius - ring - tall * 0.28, tall * 0.36, tall * 0.24, radius,
            feet_out=True,
        )  # fmt: skip
    return np.asarray(mask, np.float32) / 255


def _stamp_glyph(
    mask: Image.Image,
    character: str,
    angle: float,
    middle: float,
    tall: float,
    broad: float,
    radius: int,
    *,
    feet_out: bool = False,
) -> None:
    """Put one character at an angle (degrees clockwise from the top) of the ring."""
    size = 96
    glyph = Image.new("L", (size + 20, size + 20), 0)
    x0, y0, x1, y1 = ink_box(character, Face.SONG, size)
    if x1 <= x0 or y1 <= y0:
        return
    pen = ImageDraw.Draw(glyph)
    left = (size + 20 - (x1 - x0)) / 2 - x0
    # Full-width characters stand on the em box, so that 一 stays in the middle of its place.
    pen.text(
        (left, size * 0.98), character, font=font(Face.SONG, size), fill=255, anchor="ls",
        stroke_width=2,
    )  # fmt: skip
    scale = (size + 20) / size
    glyph = glyph.resize(
        (max(2, round(broad * scale)), max(2, round(tall * scale))), Image.Resampling.BILINEAR
    )
    turn = -angle + (180 if feet_out else 0)
    glyph = glyph.rotate(turn, expand=True, resample=Image.Resampling.BICUBIC)
    across = radius + middle * np.sin(np.radians(angle))
    down = radius - middle * np.cos(np.radians(angle))
    spot = (round(across - glyph.width / 2), round(down - glyph.height / 2))
    mask.paste(255, spot, glyph)


def press_seal(
    image: np.ndarray,
    text: str,
    centre: tuple[float, float],
    ink: float,
    rng: np.random.Generator,
) -> tuple[float, float, float]:
    """Press a round red stamp of 40–42 mm onto a page, in place.

    Args:
        image: RGB page at 300 dpi.
        text: Along the arc.
        centre: Where the middle should come, in pixels.
        ink: Opacity, 0.35 faint to 0.9 strong.
        rng: Chooses tilt, size, colour and unevenness.

    Returns:
        Centre x, centre y and radius in pixels.
    """
    height, width = image.shape[:2]
    radius = round(mm(rng.uniform(40, 42)) / 2)
    x = float(np.clip(centre[0] + rng.normal(0, mm(2)), radius + 4, width - radius - 5))
    y = float(np.clip(centre[1] + rng.normal(0, mm(1.5)), radius + 4, height - radius - 5))
    number = "2102" + "".join(str(digit) for digit in rng.integers(0, 10, 9))
    mask = seal_mask(text, radius, rng, number if rng.random() < 0.5 else "")
    tilt = float(np.clip(rng.normal(0, 6), -15, 15))
    side = mask.shape[0]
    turn = cv2.getRotationMatrix2D((radius, radius), tilt, 1.0)
    mask = cv2.warpAffine(mask, turn, (side, side), flags=cv2.INTER_LINEAR)
    # A stamp takes ink unevenly: broad patches, and a grain that the paper leaves.
    patches = 1 + 0.22 * _noise_field(rng, side, side, 5)
    grain = np.clip(1.05 + 0.28 * _noise_field(rng, side, side, 160), 0.25, 1)
    tilted = rng.uniform(-0.25, 0.25, 2)
    axis = np.linspace(-1, 1, side, dtype=np.float32)
    press = 1 + tilted[0] * axis[None, :] + tilted[1] * axis[:, None]
    mask = cv2.GaussianBlur(mask, (0, 0), 0.9)
    alpha = np.clip(mask * ink * patches * grain * press, 0, 1)[..., None]
    red = np.array(_REDS[int(rng.integers(len(_REDS)))], np.float32)
    left, top = round(x - radius), round(y - radius)
    window = image[top : top + side, left : left + side]
    under = window.astype(np.float32)
    inked = under * (red / 255)
    window[:] = np.clip(under * (1 - alpha) + inked * alpha, 0, 255).astype(np.uint8)
    return float(left + radius), float(top + radius), float(radius)


def handwriting(text: str, size: int, rng: np.random.Generator) -> np.ndarray:
    """Ink of a text in a pen's hand: float32, 0 to 1, cropped to the ink.

    No free handwriting font comes with a package, so the middle lines of printed glyphs are
    bent, slanted and drawn again with a pen of changing pressure.
    """
    em = 160
    margin = 50
    slant = rng.uniform(-0.05, 0.32)
    strip = np.zeros((em + 2 * margin, (em + 30) * len(text) + 2 * margin), np.uint8)
    x = float(margin)
    for character in text:
        picture = Image.new("L", (em + 20, em + 2 * margin), 0)
        ImageDraw.Draw(picture).text(
            (10, margin + em * 0.88 + rng.normal(0, 6)), character, font=font(Face.HEI, em),
            fill=255, anchor="ls",
        )  # fmt: skip
        shape = np.asarray(picture)
        breadth = rng.uniform(0.72, 0.95)
        shape = cv2.resize(shape, (round(shape.shape[1] * breadth), shape.shape[0]))
        start = round(x)
        target = strip[:, start : start + shape.shape[1]]
        np.maximum(target, shape[:, : target.shape[1]], out=target)
        advance = shape.shape[1] * (0.62 if character.isascii() else rng.uniform(0.82, 0.98))
        x += advance
    strip = strip[:, : min(strip.shape[1], round(x) + margin)]
    bones = cv2.ximgproc.thinning((strip > 110).astype(np.uint8) * 255)
    height, width = bones.shape
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    bend_x = 5.0 * _noise_field(rng, height, width, max(4, width // 45))
    bend_y = 5.0 * _noise_field(rng, height, width, max(4, width // 45))
    rise = rng.uniform(-0.05, 0.03)
    source_x = xs + bend_x + slant * (ys - height / 2)
    source_y = ys + bend_y - rise * (xs - width / 2)
    thick = cv2.dilate(bones, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    thin = cv2.remap(thick, source_x, source_y, cv2.INTER_LINEAR)
    heavy = cv2.dilate(thin, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (6, 6)))
    pressure = np.clip(0.5 + 0.5 * _noise_field(rng, height, width, max(3, width // 60)), 0, 1)
    ink = thin.astype(np.float32) * (1 - pressure) + heavy.astype(np.float32) * pressure
    ink = cv2.GaussianBlur(ink, (0, 0), 1.6) / 255
    rows, columns = np.where(ink > 0.3)
    ink = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = size / em
    return cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def sign(
    image: np.ndarray,
    name: str,
    left: float,
    middle: float,
    rng: np.random.Generator,
    size: int = 110,
) -> BoxTuple:
    """Write a name in pen onto a page, in place, beginning at ``left`` around ``middle``.

    Returns:
        The box of the ink in pixels.
    """
    ink = np.clip(handwriting(name, size, rng) * 1.25, 0, 1)
    height, width = image.shape[:2]
    ink = ink[: height - 2, : width - 2]
    x0 = int(np.clip(left, 0, width - ink.shape[1] - 1))
    y0 = int(np.clip(middle - ink.shape[0] / 2, 0, height - ink.shape[0] - 1))
    x1, y1 = x0 + ink.shape[1], y0 + ink.shape[0]
    colour = np.array((26, 40, 118) if rng.random() < 0.45 else (24, 24, 30), np.float32)
    window = image[y0:y1, x0:x1]
    under = window.astype(np.float32)
    alpha = (ink * 0.92)[..., None]
    window[:] = np.clip(under * (1 - alpha) + np.minimum(under, colour) * alpha, 0, 255)
    return float(x0), float(y0), float(x1), float(y1)
