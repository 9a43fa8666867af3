"""Crops of single lines as an engine wants them, and what it reads in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np

from extractors.ocr.engine import Engine, Image, Reading
from extractors.page import Quad

_TALL: Final = 1.5
"""Height in widths from which a crop may be a column of signs.  One sign alone can be as tall,
so the crop is read both ways and the surer reading kept."""


def read_crops_of(page: Image, quads: Sequence[Quad], engine: Engine) -> tuple[Reading, ...]:
    """What stands in each quad, in the order given.

    Forms set the label of a merged cell as a column, one sign below the other.  Recognisers
    know such columns lying on their left side, the way PaddleOCR turns them.

    Args:
        page: Upright, 200 dpi.
        quads: Around single lines.
        engine: Recognises.
    """
    crops = [crop_of(page, quad) for quad in quads]
    readings = list(engine.recognise(crops))
    tall = [i for i, crop in enumerate(crops) if crop.shape[0] >= _TALL * crop.shape[1]]
    lying = [np.ascontiguousarray(np.rot90(crops[i])) for i in tall]
    for i, reading in zip(tall, engine.recognise(lying), strict=True):
        if reading.confidence > readings[i].confidence:
            readings[i] = reading
    return tuple(readings)


def crop_of(page: Image, quad: Quad) -> Image:
    """What lies in a quad, levelled."""
    corners = np.array(quad, dtype=np.float32).reshape(4, 2)
    width = max(1, round(float(np.linalg.norm(corners[1] - corners[0]))))
    height = max(1, round(float(np.linalg.norm(corners[3] - corners[0]))))
    target = np.array([[0, 0], [width, 0], [width, height]], dtype=np.float32)
    move = cv2.getAffineTransform(corners[:3], target)
    crop = cv2.warpAffine(
        page, move, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(crop, dtype=np.uint8)
