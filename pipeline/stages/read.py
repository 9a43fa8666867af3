"""Read: a page's pixels (or its text layer, or a Word file) become a `PageView`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from extractors.imaging.errors import PageImageError
from extractors.imaging.filling import fill_cells, with_unread_ink
from extractors.imaging.handwriting import find_handwriting
from extractors.imaging.ink import INK_LEVEL, evened, grey_at
from extractors.imaging.render import page_image, placement, upright
from extractors.imaging.ruling import drawn_ruling, find_ruling
from extractors.imaging.seals import find_seals, lift_seals, print_ink
from extractors.imaging.ticks import find_ticks
from extractors.ocr.engine import Engine
from extractors.ocr.lines import read_lines, read_seals, reading_order
from extractors.ocr.missed import read_missed, without_repeats
from extractors.page import PAGE_DPI, Line, PagePreparation, PageView, TextSource
from extractors.text.pdf import TextLayer
from extractors.text.word import read_word
from pipeline.layers import layer_of
from pipeline.records import FailureCategory, PageRef, ReadPage, SourceFile

_SURELY_BLANK = 0.9
"""Belief from which a blank page is not read; below it the engine has the last word."""


def read(source: SourceFile, page: int, preparation: PagePreparation, engine: Engine) -> ReadPage:
    """Read one page.

    Args:
        source: The file.
        page: Counted from 1.
        preparation: What `clean` measured on this page.
        engine: The OCR engine of this process.

    Returns:
        The page with its view, or with the category and advice of what prevented it.
    """
    ref = PageRef(file=source.file, page=page)
    try:
        view = _view(source, page, preparation, engine)
    except PageImageError as error:
        return ReadPage(
            ref=ref,
            sha256=source.sha256,
            view=None,
            category=FailureCategory(error.problem.value),
            advice=error.advice,
        )
    return ReadPage(ref=ref, sha256=source.sha256, view=view)


def _view(source: SourceFile, page: int, preparation: PagePreparation, engine: Engine) -> PageView:
    if "word" in source.media_type:
        return read_word(Path(source.path))
    layer = layer_of(source, page)
    if layer is not None and layer.replaces_pixels:
        return _printed(layer, preparation)
    surely_blank = preparation.blank and preparation.blank_confidence >= _SURELY_BLANK
    if surely_blank and not (layer and layer.lines):
        return PageView(preparation=preparation, text_source=TextSource.NONE)
    image = page_image(source.path, source.media_type, page)
    picture = upright(*image, preparation)
    height, width = (side * PAGE_DPI / image.dpi for side in image.pixels.shape[:2])
    del image  # at 300 dpi it is the largest thing in memory, and the engine needs room
    stated = _moved(layer.lines, width, height, preparation) if layer else ()
    ruling = find_ruling(picture)
    seals = find_seals(picture, preparation.colour)
    trusted = layer is not None and layer.trusted
    lines = stated if trusted else read_lines(picture, engine, ruling.cells, seals)
    ticks = find_ticks(picture, lines, ruling.cells)
    handwriting = find_handwriting(picture, lines, ruling, seals, ticks)
    missed = () if trusted else read_missed(picture, engine, handwriting, ruling.cells, seals)
    if missed:
        lines = tuple(reading_order(without_repeats(lines, missed)))
        ticks = find_ticks(picture, lines, ruling.cells)
        handwriting = find_handwriting(picture, lines, ruling, seals, ticks)
    cells = fill_cells(ruling.cells, lines)
    if not trusted and cells:
        lifted = grey_at(lift_seals(picture, seals), PAGE_DPI, PAGE_DPI)
        red = [seal for seal in seals if seal.colour == "red"]  # a grey seal may hide writing
        ink = print_ink(evened(lifted, PAGE_DPI), red, INK_LEVEL)
        cells = with_unread_ink(cells, lines, ink)
    return PageView(
        preparation=preparation,
        text_source=TextSource.TEXT_LAYER if trusted else TextSource.OCR,
        lines=lines,
        cells=cells,
        ticks=ticks,
        seals=read_seals(picture, engine, seals),
        handwriting=handwriting,
        witness=() if trusted else stated,
    )


def _printed(layer: TextLayer, preparation: PagePreparation) -> PageView:
    """A page that a program wrote, from what its file states."""
    lines = tuple(reading_order(layer.lines))
    return PageView(
        preparation=preparation,
        text_source=TextSource.TEXT_LAYER,
        lines=lines,
        cells=fill_cells(drawn_ruling(layer.across, layer.down).cells, lines),
    )


def _moved(
    lines: Sequence[Line], width: float, height: float, preparation: PagePreparation
) -> tuple[Line, ...]:
    """Lines of the page as shown, on the upright page, in reading order."""
    matrix = placement(width, height, preparation)
    moved = []
    for line in lines:
        corners = np.array(line.quad).reshape(4, 2) @ matrix[:, :2].T + matrix[:, 2]
        quad = tuple(round(part, 2) for part in corners.ravel().tolist())
        moved.append(line.model_copy(update={"quad": quad}))
    return tuple(reading_order(moved))
