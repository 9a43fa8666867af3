"""How a chosen option is marked: a ticked box, or a ring drawn by hand."""

from __future__ import annotations

import numpy as np
from PIL import ImageDraw

INK = (22, 22, 24)
Box = tuple[float, float, float, float]


def ring(
    pen: ImageDraw.ImageDraw,
    rng: np.random.Generator,
    where: tuple[float, float, float],
    size: int,
    ticked: bool,
) -> Box:
    """The place of an option without a box, with a ring around it if it is chosen."""
    x, baseline, width = where
    left = x + size * 0.6
    right = left + width
    box = (
        left - size * 0.35,
        baseline - size * 1.1,
        right + size * 0.35,
        baseline + size * 0.3,
    )
    if ticked:
        turns = np.linspace(-0.4, 2 * np.pi + 0.1, 60)
        wobble = 1 + rng.uniform(-0.04, 0.04) * np.sin(turns * 2)
        middle_x, middle_y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        xs = middle_x + np.cos(turns) * wobble * (box[2] - box[0]) / 2
        ys = middle_y + np.sin(turns) * wobble * (box[3] - box[1]) / 2
        points = [(float(px), float(py)) for px, py in zip(xs, ys, strict=True)]
        pen.line(points, fill=(30, 40, 110), width=max(4, size // 9), joint="curve")
    return box


def tick_box(
    pen: ImageDraw.ImageDraw,
    rng: np.random.Generator,
    start: tuple[float, float],
    size: int,
    ticked: bool,
    how: str,
) -> Box:
    """Draw a tick box of about 0.85 em, ticked or not; its outline."""
    x, baseline = start
    side = round(size * 0.8)
    left, top = round(x + size * 0.08), round(baseline - size * 0.74)
    right, bottom = left + side, top + side
    rule = max(2, round(size / 18))
    pen.rectangle((left, top, right, bottom), outline=INK, width=rule)
    if ticked:
        jitter = rng.uniform(-0.08, 0.08, 6) * side
        if how == "filled":
            inset = rule + max(1, side // 10)
            pen.rectangle((left + inset, top + inset, right - inset, bottom - inset), INK)
        elif how == "hand":
            points = [
                (left - 0.05 * side + jitter[0], top + 0.45 * side + jitter[1]),
                (left + 0.38 * side + jitter[2], bottom + 0.05 * side + jitter[3]),
                (right + 0.35 * side + jitter[4], top - 0.3 * side + jitter[5]),
            ]
            blue = (32, 44, 120) if rng.random() < 0.5 else (28, 28, 34)
            pen.line(points, fill=blue, width=max(4, rule + 3), joint="curve")
        else:
            points = [
                (left + 0.15 * side, top + 0.5 * side),
                (left + 0.4 * side, top + 0.8 * side),
                (left + 0.88 * side, top + 0.15 * side),
            ]
            pen.line(points, fill=INK, width=rule + 2, joint="curve")
    return (left, top, right, bottom)
