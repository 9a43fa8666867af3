"""Text layers of PDF pages, and whether they may be believed.

A page that a program wrote is taken from its text layer; a scan that carries a hidden
layer is read again from its pixels, and the layer is kept as a second witness: scanners'
layers damage one token in twenty and lose whole lines.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pdfplumber
from pdfplumber.table import merge_edges

from extractors.page import PAGE_DPI, Box, Line, Record
from extractors.text.repair import layer_damage, repair_line

_SCALE = PAGE_DPI / 72
_MOST_DAMAGE = 0.02
"""More damaged characters than this, and the layer is not believed."""
_SNAP, _JOIN = 1.5, 3.0
"""Points by which drawn lines may miss each other beside and behind, and still are one."""
_SCAN_COVERAGE = 0.5
"""Pictures over more of the page than this make it a scan."""


class TextLayer(Record):
    """The text of one PDF page as its file states it."""

    lines: tuple[Line, ...]
    """In pixels of the page at 200 dpi, as the page is shown."""
    trusted: bool
    reason: str
    """Why it is not trusted: ``empty``, ``scan``, ``annotated`` (what was filled in or stamped
    on afterwards is no part of the layer), ``damaged``; empty when it is."""
    width: int = 0
    """Of the page as it is shown, in pixels at 200 dpi."""
    height: int = 0
    complete: bool = False
    """Whether all that the page shows is in the layer: level text and drawn lines, no picture
    and no curve."""
    across: tuple[Box, ...] = ()
    """Drawn level lines, and sides of drawn rectangles, those that go on with each other joined."""
    down: tuple[Box, ...] = ()
    """The upright ones."""

    @property
    def replaces_pixels(self) -> bool:
        """Whether looking at the page's pixels could add nothing."""
        return self.trusted and self.complete


def text_layer(path: Path, page: int) -> TextLayer:
    """Read the text layer of a page, counted from 1.

    Raises:
        ValueError: The file has no such page.
        Exception: Whatever pdfminer raises on a broken file; intake has opened it before.
    """
    with pdfplumber.open(path, pages=[page]) as pdf:
        if not pdf.pages:
            raise ValueError(f"{path.name}: no page {page}")
        return _read_layer(pdf.pages[0])


def _read_layer(page: Any) -> TextLayer:
    words = page.extract_words(
        x_tolerance=2, y_tolerance=2, keep_blank_chars=True, use_text_flow=False
    )
    raw = [word["text"] for word in words]
    if not "".join(raw).strip():
        return TextLayer(lines=(), trusted=False, reason="empty")
    damage = layer_damage(raw)
    scan = _picture_share(page) > _SCAN_COVERAGE
    annotated = any(_subtype(note) != "Link" for note in page.annots)
    trusted = not scan and not annotated and damage <= _MOST_DAMAGE
    # How far a layer is believed, not a calibrated figure: a program's own text is what
    # it meant to print, a scanner's layer is about as good as its undamaged share.
    confidence = 1.0 if trusted else max(0.0, 0.5 - damage)
    lines = tuple(
        Line(
            text=word["text"] if trusted else repair_line(word["text"])[0],
            quad=_quad(word, page),
            confidence=confidence,
            engine="text-layer",
        )
        for word in words
        if word["text"].strip()
    )
    reason = "" if trusted else "scan" if scan else "annotated" if annotated else "damaged"
    # Curves may be a signature, a stamp, or letters that were turned into outlines.
    plain = not page.images and not page.curves
    complete = plain and all(character["upright"] for character in page.chars)
    drawn = _drawn_lines(page) if trusted and complete else ((), ())
    return TextLayer(
        lines=lines,
        trusted=trusted,
        reason=reason,
        width=round(float(page.width) * _SCALE),
        height=round(float(page.height) * _SCALE),
        complete=complete,
        across=drawn[0],
        down=drawn[1],
    )


def _subtype(note: dict[str, Any]) -> str:
    """What kind of annotation one is, such as ``Link``, ``Widget`` or ``Stamp``."""
    kind = note["data"].get("Subtype")
    return str(getattr(kind, "name", kind))


def _drawn_lines(page: Any) -> tuple[tuple[Box, ...], tuple[Box, ...]]:
    """Lines across and lines down that the page draws."""
    merged = merge_edges(page.edges, _SNAP, _SNAP, _JOIN, _JOIN)
    boxes: dict[str, list[Box]] = {"h": [], "v": []}
    for edge in merged:
        x0, y0, x1, y1 = _corners(edge, page)
        boxes[edge["orientation"]].append(Box(x0=x0, y0=y0, x1=x1, y1=y1))
    return tuple(boxes["h"]), tuple(boxes["v"])


def _quad(
    word: dict[str, Any], page: Any
) -> tuple[float, float, float, float, float, float, float, float]:
    x0, y0, x1, y1 = _corners(word, page)
    return (x0, y0, x1, y0, x1, y1, x0, y1)


def _corners(thing: dict[str, Any], page: Any) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of something on a page, in pixels at 200 dpi."""
    left, top = page.bbox[0], page.bbox[1]
    x0, x1 = (thing["x0"] - left) * _SCALE, (thing["x1"] - left) * _SCALE
    y0, y1 = (thing["top"] - top) * _SCALE, (thing["bottom"] - top) * _SCALE
    return x0, y0, x1, y1


def _picture_share(page: Any) -> float:
    """Share of the page that its largest picture covers."""
    area = float(page.width) * float(page.height)
    return max(
        (
            max(0.0, min(image["x1"], page.width) - max(image["x0"], 0))
            * max(0.0, min(image["bottom"], page.height) - max(image["top"], 0))
            / area
            for image in page.images
        ),
        default=0.0,
    )
