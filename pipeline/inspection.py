"""What is seen on any page, known form or not: the body of ``zjtx inspect``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.imaging.errors import PageImageError
from extractors.imaging.render import page_image, upright
from extractors.ocr.engine import Engine
from extractors.ocr.engines import shared_engine
from extractors.page import Box, PageView, Pair
from pipeline.records import ReadPage, SourceFile
from pipeline.stages.clean import is_word, prepare
from pipeline.stages.read import read

_GREEN, _AMBER, _RED = (60, 150, 30), (0, 140, 240), (40, 40, 220)
_BLUE, _GREY, _VIOLET = (200, 110, 20), (185, 185, 185), (180, 40, 140)
_SURE, _DOUBTFUL = 0.95, 0.8


def inspect_pages(
    source: SourceFile,
    *,
    engine: Engine | None = None,
    draw_to: Path | None = None,
    only: int | None = None,
) -> list[dict[str, Any]]:
    """Everything seen on each page of a file, as plain data for JSON.

    Args:
        source: The file, looked through by intake.
        engine: Of this process if none is given.
        draw_to: A folder for one annotated picture a page; made if it does not exist.
        only: The one page that is asked for, counted from 1; all of them if none is given.

    Returns:
        A dictionary a page; a page that cannot be read has ``page`` and ``error`` only.
    """
    engine = engine or shared_engine()
    pages = range(1, source.pages + 1) if only is None else (only,)
    return [_inspect_page(source, page, engine, draw_to) for page in pages]


def _inspect_page(
    source: SourceFile, page: int, engine: Engine, draw_to: Path | None
) -> dict[str, Any]:
    from extractors.forms.pairs import find_pairs

    try:
        preparation = prepare(source, page)
    except PageImageError as error:
        return {"page": page, "error": str(error)}
    found: ReadPage = read(source, page, preparation, engine)
    if found.view is None:
        return {"page": page, "error": found.advice}
    pairs = find_pairs(found.view)
    if draw_to is not None and not is_word(source):
        draw_to.mkdir(parents=True, exist_ok=True)
        picture = upright(*page_image(source.path, source.media_type, page), preparation)
        _save(draw_page(picture, found.view, pairs), draw_to / _picture_name(source, page))
    return {"page": page, **page_data(found.view, pairs)}


def page_data(view: PageView, pairs: Sequence[Pair]) -> dict[str, Any]:
    """One page as plain data: the JSON of ``zjtx inspect``."""
    preparation = view.preparation
    return {
        "width": preparation.width,
        "height": preparation.height,
        "dpi": preparation.dpi,
        "rotation": preparation.rotation,
        "skew": preparation.skew,
        "blank": preparation.blank,
        "quality": preparation.quality.value,
        "text_source": view.text_source.value,
        "lines": [
            {
                "text": line.text,
                "quad": [round(part, 1) for part in line.quad],
                "confidence": round(line.confidence, 4),
            }
            for line in view.lines
        ],
        "cells": [
            {
                "table": cell.table,
                "row": cell.row,
                "column": cell.column,
                "row_span": cell.row_span,
                "column_span": cell.column_span,
                "box": _corners(cell.box),
                "text": cell.text,
            }
            for cell in view.cells
        ],
        "pairs": [
            {
                "label": pair.label,
                "value": pair.value,
                "confidence": round(pair.confidence, 4),
                "label_box": _corners(pair.label_box),
                "value_box": _corners(pair.value_box),
            }
            for pair in pairs
        ],
        "ticks": [
            {
                "label": tick.label,
                "ticked": tick.ticked,
                "confidence": tick.confidence,
                "box": _corners(tick.box),
            }
            for tick in view.ticks
        ],
        "seals": [
            {
                "circle": [seal.x, seal.y, seal.radius],
                "colour": seal.colour,
                "text": seal.text,
                "confidence": seal.confidence,
            }
            for seal in view.seals
        ],
    }


def draw_page(picture: NDArray[Any], view: PageView, pairs: Sequence[Pair]) -> NDArray[Any]:
    """The page with all that was seen drawn over it.

    Lines are green where they were read surely, amber or red where not; cells grey, pairs
    joined by a blue line, tick boxes violet (thick when ticked), seals circled.

    Args:
        picture: The upright page, blue-green-red, 200 dpi.
        view: Of the same page.
        pairs: Of the same page.
    """
    drawn = picture.copy()
    for cell in view.cells:
        _frame(drawn, cell.box, _GREY, 2, inset=3)
    for line in view.lines:
        colour = (
            _GREEN if line.confidence >= _SURE else _AMBER if line.confidence >= _DOUBTFUL else _RED
        )
        corners = np.array(line.quad).reshape(-1, 1, 2).round().astype(np.int32)
        cv2.polylines(drawn, [corners], True, colour, 2, cv2.LINE_AA)
    for pair in pairs:
        start, end = _middle(pair.label_box), _middle(pair.value_box)
        cv2.line(drawn, start, end, _BLUE, 1, cv2.LINE_AA)
        cv2.circle(drawn, end, 4, _BLUE, -1, cv2.LINE_AA)
    for tick in view.ticks:
        _frame(drawn, tick.box, _VIOLET, 4 if tick.ticked else 2, inset=-4)
    for box in view.handwriting:
        _frame(drawn, box, _AMBER, 2, inset=-2)
    for seal in view.seals:
        centre = round(seal.x), round(seal.y)
        cv2.circle(drawn, centre, round(seal.radius) + 4, _VIOLET, 3, cv2.LINE_AA)
    return drawn


def _frame(
    picture: NDArray[Any], box: Box, colour: tuple[int, int, int], thickness: int, inset: int
) -> None:
    start = round(box.x0) + inset, round(box.y0) + inset
    end = round(box.x1) - inset, round(box.y1) - inset
    cv2.rectangle(picture, start, end, colour, thickness)


def _middle(box: Box) -> tuple[int, int]:
    x, y = box.centre
    return round(x), round(y)


def _corners(box: Box) -> list[float]:
    return [round(part, 1) for part in (box.x0, box.y0, box.x1, box.y1)]


def _picture_name(source: SourceFile, page: int) -> str:
    """Of the file's hash: a name on paper or disc never becomes a path."""
    return f"{source.sha256[:12]}-{page:03d}.png"


def _save(picture: NDArray[Any], path: Path) -> None:
    done, data = cv2.imencode(".png", picture)
    if not done:
        raise OSError(f"{path}: the picture cannot be encoded")
    path.write_bytes(data.tobytes())
