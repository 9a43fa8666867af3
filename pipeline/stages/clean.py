"""Clean: how each page becomes upright, and whether there is anything on it."""

from __future__ import annotations

from extractors.imaging.preparation import prepare_image
from extractors.imaging.render import page_image
from extractors.ocr.direction import shared_line_direction
from extractors.page import PAGE_DPI, PagePreparation, Quality
from pipeline.layers import layer_of
from pipeline.records import SourceFile

_A4 = (1654, 2339)


def prepare(source: SourceFile, page: int) -> PagePreparation:
    """Measure one page of a file.

    A Word file has no scan: it counts as a clean A4 page.  A page that a program wrote into a
    PDF, all of it text and lines, is not looked at either.

    Args:
        source: The file.
        page: Counted from 1.

    Raises:
        PageImageError: if the page cannot be turned into pixels; it carries a problem
            (a failure category) and advice for a clerk.
    """
    if is_word(source):
        return _as_printed(*_A4)
    layer = layer_of(source, page)
    if layer is not None and layer.replaces_pixels:
        return _as_printed(layer.width, layer.height)
    return prepare_image(page_image(source.path, source.media_type, page), shared_line_direction())


def _as_printed(width: int, height: int) -> PagePreparation:
    """Of a page that was never scanned."""
    return PagePreparation(
        width=width,
        height=height,
        dpi=PAGE_DPI,
        rotation=0,
        skew=0.0,
        blank=False,
        blank_confidence=1.0,
        colour=True,
        quality=Quality.GOOD,
    )


def is_word(source: SourceFile) -> bool:
    """Whether the file is read as a document, not as pictures of pages."""
    return "word" in source.media_type
