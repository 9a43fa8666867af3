"""Writes PDF files: scans as pictures, a scanner's noisy text layer, and printed text.

The same input gives the same bytes: no clock, no random identifiers.
"""

from __future__ import annotations

import datetime
import io
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import mplfonts
from fontTools.pens.cu2quPen import Cu2QuPen  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont, newTable  # type: ignore[import-untyped]
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from samples.generator.fonts import Face
from samples.generator.model import TruthLine

_MADE = datetime.datetime(2021, 6, 3, 9, 30, tzinfo=datetime.UTC)
_POINTS = 72 / 200
"""Points for a pixel of the upright page at 200 dpi."""


@dataclass(frozen=True)
class Picture:
    """A page as the scanner stored it."""

    jpeg: bytes
    width: int
    height: int
    dpi: int
    text: tuple[TruthLine, ...] = ()
    """Lines of a text layer, in pixels of the page at 200 dpi; empty for none."""


def write_scans(path: Path, pictures: Sequence[Picture]) -> None:
    """A PDF of pictures; where a picture has text, it lies invisibly over it."""
    document = _document()
    written = "".join(line.text for picture in pictures for line in picture.text)
    if written:
        _add_font(document, "layer", written)
    for picture in pictures:
        width, height = (side * 72 / picture.dpi for side in (picture.width, picture.height))
        document.add_page(format=(width, height))
        document.image(io.BytesIO(picture.jpeg), 0, 0, width, height)
        for line in picture.text:
            _write_hidden(document, line)
    path.write_bytes(bytes(document.output()))


@dataclass(frozen=True)
class PrintedPage:
    """A page of a PDF made by a word processor: a title and label–value lines."""

    title: str
    rows: tuple[tuple[str, str], ...]


def write_printed(path: Path, pages: Iterable[PrintedPage]) -> list[int]:
    """A born-digital PDF with embedded fonts.

    Returns:
        For each page given, how many pages of the file it took.
    """
    pages = list(pages)
    document = _document()
    written = "".join(
        page.title + "".join(label + value for label, value in page.rows) for page in pages
    )
    _add_font(document, "song", written + "：0123456789")
    document.set_margins(70, 70, 70)
    document.set_auto_page_break(True, 60)
    counts = []
    for page in pages:
        before = document.pages_count
        document.add_page(format="A4")
        document.set_font("song", size=18)
        document.cell(0, 40, page.title, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        document.ln(12)
        document.set_font("song", size=11)
        for label, value in page.rows:
            text = f"{label}：{value}" if label else value
            document.multi_cell(0, 20, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        counts.append(document.pages_count - before)
    path.write_bytes(bytes(document.output()))
    return counts


def _document() -> FPDF:
    document = FPDF(unit="pt")
    document.set_creation_date(_MADE)
    document.set_auto_page_break(False)
    document.set_margin(0)
    document.set_producer("zjtx sample generator")
    return document


def _write_hidden(document: FPDF, line: TruthLine) -> None:
    x0, y0, x1, _, _, y1 = line.quad[:6]
    size = max(4.0, (y1 - y0) * _POINTS * 0.85)
    document.set_font("layer", size=size)
    natural = document.get_string_width(line.text) or 1.0
    with document.local_context(text_mode="INVISIBLE"):
        document.set_stretching(100 * (x1 - x0) * _POINTS / natural)
        document.text(x0 * _POINTS, y1 * _POINTS - size * 0.15, line.text)
        document.set_stretching(100)


def _add_font(document: FPDF, name: str, written: str) -> None:
    """Give the document a font with the characters written; fonts come from files only."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "small.ttf")
        path.write_bytes(_small_font(written))
        document.add_font(name, fname=path)


def _small_font(written: str) -> bytes:
    """A TrueType font with the characters written and no others.

    Word processors embed TrueType outlines with identity-coded glyphs; the fonts at hand
    have PostScript outlines, so the few that are needed are turned into quadratic curves.
    """
    source = TTFont(Path(mplfonts.__file__).parent / "fonts" / Face.SONG.value, lazy=True)
    options = Options()
    options.layout_features = []
    options.name_IDs = [1, 2, 4, 6]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(text=written + " ")
    subsetter.subset(source)
    glyphs = source.getGlyphSet()
    outlines = {}
    for name in source.getGlyphOrder():
        pen = TTGlyphPen(glyphs)
        glyphs[name].draw(Cu2QuPen(pen, max_err=1.0, reverse_direction=True))
        outlines[name] = pen.glyph()
    source["loca"] = newTable("loca")
    table = source["glyf"] = newTable("glyf")
    table.glyphOrder = source.getGlyphOrder()
    table.glyphs = outlines
    source["hmtx"].metrics = {
        name: (width, getattr(outlines[name], "xMin", 0))
        for name, (width, _) in source["hmtx"].metrics.items()
    }
    limits = source["maxp"]
    limits.tableVersion = 0x00010000
    for key in _LIMITS:
        setattr(limits, key, 1 if key == "maxZones" else 0)
    source["post"].formatType = 3.0
    for tag in ("CFF ", "VORG", "BASE", "GPOS", "GSUB"):
        if tag in source:
            del source[tag]
    source.sfntVersion = "\x00\x01\x00\x00"
    source["head"].modified = source["head"].created
    source.recalcTimestamp = False
    stream = io.BytesIO()
    source.save(stream)
    return stream.getvalue()


_LIMITS = (
    "maxZones",
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxComponentElements",
    "maxPoints",
    "maxContours",
    "maxCompositePoints",
    "maxCompositeContours",
    "maxComponentDepth",
)
"""Limits that a TrueType font states; those of the outlines are counted when it is saved."""
_LOOK_ALIKES = {
    "大": "太",
    "信": "佶",
    "企": "亻",
    "备": "各",
    "报": "损",
    "解": "角",
    "系": "吞",
    "行": "饵",
    "条": "阡",
    "度": "￡",
    "性": "`",
    "巨": "`",
    "代": "J",
    "版": "丿扳",
    "户": "丿Fi",
    "指": "扌",
    "—": "一",
    "。": "°",
    ".": "。",
    "l": "1",
    "w": "lv",
    "4": "砼",
    "7": "⒎",
}
"""How a scanner's text layer misreads (FACTS §12)."""


def spoil_text_layer(lines: Sequence[TruthLine], rng: Random) -> tuple[TruthLine, ...]:
    """A scanner's noisy text layer over a page, damaged the way of FACTS §12.

    Characters turn into look-alikes, ``20`` into an enclosed number, punctuation into half
    width, blanks come between characters, characters and whole lines vanish, and the left
    ends of some lines become lines of their own.
    """
    spoiled: list[TruthLine] = []
    for line in lines:
        if rng.random() < 0.04:
            continue
        text = _spoil(line.text, rng)
        if len(text) > 6 and rng.random() < 0.06:
            cut = rng.randint(1, 3)
            x0, y0, x1, y1, x2, y2, x3, y3 = line.quad
            at = x0 + (x1 - x0) * cut / len(text)
            spoiled.append(TruthLine(text[:cut], (x0, y0, at, y0, at, y3, x3, y3)))
            line = TruthLine(line.text, (at, y0, x1, y1, x2, y2, at, y3))
            text = text[cut:]
        if text.strip():
            spoiled.append(TruthLine(text, line.quad))
    return tuple(spoiled)


def _spoil(text: str, rng: Random) -> str:
    if "20" in text and rng.random() < 0.3:
        text = text.replace("20", "⒛", 1)
    half = str.maketrans("，：（）；", ",:();")
    if rng.random() < 0.6:
        text = text.translate(half)
    kept = []
    for char in text:
        draw = rng.random()
        if draw < 0.008:
            continue
        if char in _LOOK_ALIKES and draw < 0.1:
            char = _LOOK_ALIKES[char]
        kept.append(char)
        if draw > 0.96:
            kept.append(" ")
    return "".join(kept)
