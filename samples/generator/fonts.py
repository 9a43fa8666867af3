"""Typefaces of the drawn pages: freely licensed Chinese fonts from the package ``mplfonts``.

Only the Noto and Source Han families are used (SIL Open Font License).  ``mplfonts`` also
carries a proprietary SimHei, which is left alone.
"""

from __future__ import annotations

import functools
from enum import StrEnum
from pathlib import Path

import mplfonts
from PIL import ImageFont


class Face(StrEnum):
    """A typeface by its use; the value is the font's file name."""

    SONG = "NotoSerifCJKsc-Regular.otf"
    """The serif face of official papers."""
    HEI = "NotoSansCJKsc-Regular.otf"
    """The sans serif face of headings and of computer print."""
    MONO = "NotoSansMonoCJKsc-Regular.otf"
    """Fixed width, as line printers and web pages have it."""


@functools.cache
def font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    """A typeface at a size in pixels; opened once for each process."""
    path = Path(mplfonts.__file__).parent / "fonts" / face.value
    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=65536)
def advance(text: str, face: Face, size: int) -> float:
    """How far the pen moves when it writes the text, in pixels."""
    return font(face, size).getlength(text)


@functools.lru_cache(maxsize=65536)
def _bearings(character: str, face: Face, size: int) -> tuple[float, float]:
    """White between a character's ink and its left and its right limit, in pixels."""
    used = font(face, size)
    picture, (shift, _) = used.getmask2(character, mode="L", anchor="ls")
    box = picture.getbbox()
    if box is None:
        return 0.0, 0.0
    return box[0] + shift, used.getlength(character) - box[2] - shift


def ink_box(text: str, face: Face, size: int) -> tuple[float, float, float, float]:
    """Box of the ink relative to the start of the baseline: x0, y0, x1, y1 in pixels.

    Pillow's own box reaches to the limits of the first and the last character, which for a
    closing bracket or quotation mark is half a character of white.
    """
    _, y0, _, y1 = font(face, size).getbbox(text, anchor="ls")
    body = text.strip()
    if not body:
        return 0.0, 0.0, 0.0, 0.0
    start = advance(text[: len(text) - len(text.lstrip())], face, size)
    x0 = start + _bearings(body[0], face, size)[0]
    x1 = start + advance(body, face, size) - _bearings(body[-1], face, size)[1]
    return x0, y0, x1, y1
