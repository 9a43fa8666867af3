"""What the generator knows before it draws anything: the exact truth of a box."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np


class ScanQuality(StrEnum):
    """The three scan qualities."""

    GOOD = "good"
    """300 dpi, clean, colour."""
    OFFICE = "office"
    """200 dpi, skewed up to 1.5°, some noise, JPEG 60–75, partly grey."""
    POOR = "poor"
    """150 dpi, faint or dark, noisy, skewed up to 3°, JPEG 35–50."""


@dataclass(frozen=True)
class SealSpec:
    """A round red stamp that is pressed onto a page."""

    text: str
    """Along the arc: the name of the enterprise or office."""
    place: str
    """``cover``, ``opinion_district``, ``opinion_city``, ``truth_statement``, ``document``."""
    ink: float = 0.7
    """Opacity, 0.35 faint to 0.9 strong."""


@dataclass(frozen=True)
class DocumentSpec:
    """A document to draw."""

    type: str
    """One of the design's document types (``application_form``, ``business_licence`` …)."""
    values: dict[str, object]
    """What stands in it.  For ``application_form``: ``tier`` and ``fields`` (canonical key →
    text as printed; years as ``revenue.2020``; choices as lists of option names);
    for evidence the keys of the pack's evidence fields (``name``, ``uscc``, ``number`` …)."""
    seals: tuple[SealSpec, ...] = ()
    signatures: tuple[tuple[str, str], ...] = ()
    """Pairs of place and person's name."""


@dataclass
class TruthLine:
    """A line of printed text with its quad on the page as drawn (before any turning)."""

    text: str
    quad: tuple[float, float, float, float, float, float, float, float]


@dataclass
class DrawnPage:
    """A page fresh from the printer, stamped and signed: 300 dpi, upright, in colour."""

    image: np.ndarray
    """Height × width × 3, uint8, RGB; A4 is 3508 × 2480."""
    lines: list[TruthLine] = field(default_factory=list)
    field_boxes: dict[str, tuple[float, float, float, float]] = field(default_factory=dict)
    """Key → box x0, y0, x1, y1 of the value, at 300 dpi."""
    ticks: list[tuple[str, bool, tuple[float, float, float, float]]] = field(default_factory=list)
    """Option, ticked, box."""
    seals: list[tuple[str, float, float, float]] = field(default_factory=list)
    """Text, centre x, centre y, radius at 300 dpi."""
    signatures: list[tuple[str, tuple[float, float, float, float]]] = field(default_factory=list)
    """Place and box."""
    blank: bool = False
