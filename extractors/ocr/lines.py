"""The lines of a page: detected, cut where a rule divides them, read, put in order."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from extractors.ocr.engine import Engine, Image, Region
from extractors.page import Line, Quad

_FAINTEST_LINE = 0.3
"""Confidence below which what an engine read is taken for noise."""


def read_lines(page: Image, engine: Engine) -> tuple[Line, ...]:
    """The lines of text of an upright page, in reading order.

    Args:
        page: Upright, 200 dpi.
        engine: Detects and recognises.
    """
    regions = engine.detect(page)
    crops = [crop_of(page, region.quad) for region in regions]
    readings = engine.recognise(crops)
    lines = [
        Line(
            text=reading.text,
            quad=region.quad,
            confidence=min(1.0, max(0.0, reading.confidence)),
            engine=engine.name,
        )
        for region, reading in zip(regions, readings, strict=True)
        if reading.text.strip() and reading.confidence >= _FAINTEST_LINE
    ]
    return tuple(reading_order(lines))


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


def reading_order(lines: Sequence[Line]) -> list[Line]:
    """From top to bottom, and from left to right among lines that stand side by side."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box.centre[1]):
        box = line.box
        for row in reversed(rows[-3:]):
            other = row[-1].box
            shared = min(box.y1, other.y1) - max(box.y0, other.y0)
            if shared > 0.5 * min(box.height, other.height):
                row.append(line)
                break
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.x0)]


__all__ = ["Region", "crop_of", "read_lines", "reading_order"]
