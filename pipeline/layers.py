"""The text layer of a page of a box, for the stages that ask whether pixels are needed."""

from __future__ import annotations

from pathlib import Path

from extractors.imaging.render import PDF
from extractors.text.pdf import TextLayer, text_layer
from pipeline.records import SourceFile


def layer_of(source: SourceFile, page: int) -> TextLayer | None:
    """The PDF's text layer; ``None`` where there is none or it cannot be read.

    A layer is a second opinion: whatever is wrong with it must not cost the page, whose
    pixels are still to be read.

    Args:
        source: The file, of any kind.
        page: Counted from 1.
    """
    if source.media_type != PDF:
        return None
    try:
        layer = text_layer(Path(source.path), page)
    except Exception:
        return None
    return layer if layer.lines else None
