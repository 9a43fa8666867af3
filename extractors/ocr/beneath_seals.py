"""Lines under stamps: found and read more than once, and kept apart from the stamp's own text."""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, degrees, hypot
from typing import Final

import numpy as np

from extractors.imaging.seals import share_of_print, thin_seals
from extractors.ocr.confidence import calibrated
from extractors.ocr.crops import read_crops_of
from extractors.ocr.engine import Engine, Image, Reading
from extractors.page import Box, Quad, Seal

_AROUND: Final = (2.6, 1.3)
"""Radii to either side of a seal, and above and below it, that are looked at again."""
_ASLANT: Final = 8.0
"""Degrees from which a line does not lie level, the page being upright."""
_FEW_SIGNS: Final = 5
"""That can stand level on a ring."""
_LEAST_PRINT: Final = 0.2
"""Of a line's ink; less is a stamp's own text."""
_LEVEL: Final = 0.1
_SAME_HEIGHT: Final = (0.7, 1.4)


def is_of_the_ring(page: Image, text: str, quad: Quad, seal: Seal) -> bool:
    """Whether a line is a few signs of a stamp's own text.

    They run aslant along its ring; where they run level, grey ones are lighter than print.

    Args:
        page: Upright, 200 dpi, with its seals.
        text: As read.
        quad: Around it.
        seal: Of the page.
    """
    away = hypot(sum(quad[0::2]) / 4 - seal.x, sum(quad[1::2]) / 4 - seal.y)
    if not 0.4 * seal.radius < away < seal.radius:
        return False
    slope = degrees(atan2(quad[3] - quad[1], quad[2] - quad[0]))
    return abs(slope) > _ASLANT or (
        seal.colour == "dark"
        and len(text) <= _FEW_SIGNS
        and share_of_print(page, quad, seal) < _LEAST_PRINT
    )


def looked_at_twice(
    page: Image, seals: Sequence[Seal], quads: Sequence[Quad], engine: Engine
) -> list[Quad]:
    """The lines of a page, with those under grey seals that only a second look shows.

    What lifting leaves of a stamp or takes of print hides or cuts lines that show whole where
    the stamp is only thinned.  A line that was cut is lengthened, one that was not seen is added.

    Args:
        page: Upright, 200 dpi, with its seals.
        seals: Of the page.
        quads: The lines as detected with the seals lifted.
        engine: Detects.
    """
    found = list(quads)
    for seal in seals:
        if seal.colour != "dark":
            continue
        x0, y0 = (
            max(0, round(centre - reach * seal.radius))
            for centre, reach in zip((seal.x, seal.y), _AROUND, strict=True)
        )
        x1, y1 = (
            round(centre + reach * seal.radius)
            for centre, reach in zip((seal.x, seal.y), _AROUND, strict=True)
        )
        around = thin_seals(page, [seal])[y0:y1, x0:x1]
        for region in engine.detect(np.ascontiguousarray(around)):
            quad = _moved(region.quad, x0, y0)
            if seal.reaches(quad) and _is_level(quad):
                _take_in(quad, found)
    return found


def _take_in(quad: Quad, found: list[Quad]) -> None:
    """Lengthen the line that a quad lies on, or add the quad where there is none."""
    box = _box(quad)
    on_a_line = False
    for i, other in enumerate(found):
        line = _box(other)
        shared_height = min(box.y1, line.y1) - max(box.y0, line.y0)
        shared_width = min(box.x1, line.x1) - max(box.x0, line.x0)
        if shared_height <= 0.5 * min(box.height, line.height):
            continue
        if shared_width <= 0.2 * min(box.width, line.width):
            continue
        on_a_line = True
        low, high = _SAME_HEIGHT
        if _is_level(other) and low < box.height / max(line.height, 1.0) < high:
            x0, x1 = min(box.x0, line.x0), max(box.x1, line.x1)
            found[i] = (x0, line.y0, x1, line.y0, x1, line.y1, x0, line.y1)
    if not on_a_line:
        found.append(quad)


def _is_level(quad: Quad) -> bool:
    return abs(quad[3] - quad[1]) <= _LEVEL * abs(quad[2] - quad[0]) + 2


def _box(quad: Quad) -> Box:
    return Box(x0=min(quad[0::2]), y0=min(quad[1::2]), x1=max(quad[0::2]), y1=max(quad[1::2]))


def _moved(quad: Quad, x: float, y: float) -> Quad:
    x0, y0, x1, y1, x2, y2, x3, y3 = quad
    return (x0 + x, y0 + y, x1 + x, y1 + y, x2 + x, y2 + y, x3 + x, y3 + y)


def read_beneath(
    page: Image, lifted: Image, seals: Sequence[Seal], quads: Sequence[Quad], engine: Engine
) -> list[Reading]:
    """What stands in each quad; under grey seals the surer of two readings.

    Recognisers see through a stamp better than lifting can, which thins print out.  So lines
    under grey seals are read from the page as it is, and with the stamp's broad strokes gone.

    Args:
        page: Upright, 200 dpi, with its seals.
        lifted: The page with its seals lifted.
        seals: Of the page.
        quads: Its lines.
        engine: Recognises.
    """
    grey = [seal for seal in seals if seal.colour == "dark"]
    under = [i for i, quad in enumerate(quads) if any(seal.reaches(quad) for seal in grey)]
    if not under:
        return list(read_crops_of(lifted, quads, engine))
    clear = [i for i in range(len(quads)) if i not in set(under)]
    readings = dict(
        zip(clear, read_crops_of(lifted, [quads[i] for i in clear], engine), strict=True)
    )
    beneath = [quads[i] for i in under]
    ways = (read_crops_of(view, beneath, engine) for view in (thin_seals(page, grey), page))
    for i, both in zip(under, zip(*ways, strict=True), strict=True):
        readings[i] = max(both, key=lambda reading: calibrated(reading, engine.name))
    return [readings[i] for i in range(len(quads))]
