"""What can be seen on one page: the records that every extractor speaks in.

Coordinates are pixels of the *upright* page at 200 dots an inch, origin at the
top left, x to the right, y down.  An upright A4 sheet is about 1654 × 2339.
"""

from __future__ import annotations

from enum import StrEnum
from math import hypot
from typing import Self

from pydantic import BaseModel, ConfigDict

PAGE_DPI = 200
"""Resolution of the upright page that all boxes refer to."""


class Record(BaseModel):
    """A frozen, typed record; unknown fields are an error, JSON is its codec."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Box(Record):
    """An axis-parallel rectangle on the upright page, in pixels at 200 dpi."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Width in pixels; never negative."""
        return max(0.0, self.x1 - self.x0)

    @property
    def height(self) -> float:
        """Height in pixels; never negative."""
        return max(0.0, self.y1 - self.y0)

    @property
    def area(self) -> float:
        """Area in square pixels."""
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the box as ``(x, y)``."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def overlap(self, other: Box) -> float:
        """Area in square pixels that both boxes cover."""
        width = min(self.x1, other.x1) - max(self.x0, other.x0)
        height = min(self.y1, other.y1) - max(self.y0, other.y0)
        return max(0.0, width) * max(0.0, height)

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies in the box, its border included."""
        return self.x0 <= x <= self.x1 and self.y0 <= y <= self.y1

    @classmethod
    def around(cls, boxes: list[Box]) -> Self:
        """The smallest box around all the boxes given; at least one is needed."""
        return cls(
            x0=min(box.x0 for box in boxes),
            y0=min(box.y0 for box in boxes),
            x1=max(box.x1 for box in boxes),
            y1=max(box.y1 for box in boxes),
        )


Quad = tuple[float, float, float, float, float, float, float, float]
"""Four corners x, y: top left, top right, bottom right, bottom left of the text."""


class Line(Record):
    """One line of recognised text."""

    text: str
    quad: Quad
    confidence: float
    """Belief that the text is right, 0 to 1."""
    engine: str
    """Who read it: ``paddleocr``, ``text-layer``, ``docx`` …"""
    rivals: tuple[tuple[str, str], ...] | None = None
    """Characters read, each with others that the pixels would bear nearly as well; ``None``
    where the reader does not tell."""

    @property
    def box(self) -> Box:
        """The upright rectangle around the quad."""
        xs, ys = self.quad[0::2], self.quad[1::2]
        return Box(x0=min(xs), y0=min(ys), x1=max(xs), y1=max(ys))


class Cell(Record):
    """One cell of a ruled table; rows and columns count from 0 within its table."""

    table: int
    row: int
    column: int
    row_span: int
    column_span: int
    box: Box
    lines: tuple[int, ...] = ()
    """Indices into the page's lines, in reading order."""
    text: str = ""
    unread: int = 0
    """Pixels of ink in it that belong to no line: where there are many, it is not empty."""


class Pair(Record):
    """A label with the value that belongs to it, as they stand on the page."""

    label: str
    value: str
    confidence: float
    """Belief that this value belongs to this label, 0 to 1."""
    label_box: Box
    value_box: Box
    lines: tuple[int, ...] = ()
    """Indices of the page's lines that the value was taken from."""


class Tick(Record):
    """A tick box and the option it belongs to."""

    label: str
    ticked: bool | None
    """``None`` where the pixels do not decide."""
    confidence: float
    box: Box


class Seal(Record):
    """A round seal: centre and radius in pixels at 200 dpi."""

    x: float
    y: float
    radius: float
    colour: str
    """``red``, ``dark`` (a stamp on a grey scan) …"""
    text: str = ""
    confidence: float

    @property
    def box(self) -> Box:
        """The square around the seal."""
        return Box(
            x0=self.x - self.radius,
            y0=self.y - self.radius,
            x1=self.x + self.radius,
            y1=self.y + self.radius,
        )

    def reaches(self, quad: Quad) -> bool:
        """Whether a part of a line lies within the seal."""
        xs, ys = quad[0::2], quad[1::2]
        beside = max(min(xs) - self.x, 0.0, self.x - max(xs))
        above = max(min(ys) - self.y, 0.0, self.y - max(ys))
        return hypot(beside, above) < 1.05 * self.radius

    def covers(self, quad: Quad) -> bool:
        """Whether a line lies wholly within the seal."""
        corners = zip(quad[0::2], quad[1::2], strict=True)
        return all(hypot(x - self.x, y - self.y) < 1.05 * self.radius for x, y in corners)


class TextSource(StrEnum):
    """Where the lines of a page come from."""

    OCR = "ocr"
    TEXT_LAYER = "text_layer"
    WORD = "word"
    NONE = "none"


class Quality(StrEnum):
    """How well a page was scanned."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class PagePreparation(Record):
    """How a page as scanned becomes upright, and what was noticed on the way."""

    width: int
    """Of the upright page at 200 dpi."""
    height: int
    dpi: float
    """Resolution of the page as it arrived."""
    rotation: int
    """Degrees clockwise that the page as scanned is turned to stand upright: 0, 90, 180, 270."""
    skew: float
    """Degrees that remain after the rotation; positive where lines run downhill (clockwise)."""
    blank: bool
    blank_confidence: float
    """Belief in ``blank``, whichever way it was decided, 0 to 1."""
    colour: bool
    """Whether the page carries colour (a grey or black-and-white scan hides red seals)."""
    quality: Quality
    quality_reasons: tuple[str, ...] = ()
    """Codes of what is wrong with the scan: ``dark``, ``faint``, ``noisy``, ``low_resolution`` …"""
    in_colour: bool = False
    """Whether the scanner saw colour, however little of it is on the page: a red stamp would be."""


class PageView(Record):
    """Everything seen on one page."""

    preparation: PagePreparation
    text_source: TextSource
    lines: tuple[Line, ...] = ()
    cells: tuple[Cell, ...] = ()
    ticks: tuple[Tick, ...] = ()
    seals: tuple[Seal, ...] = ()
    handwriting: tuple[Box, ...] = ()
    """Ink that is neither print, rule nor seal: signatures."""
    witness: tuple[Line, ...] = ()
    """A second, distrusted reading (a scanner's noisy text layer)."""
