"""What a recogniser of text has to be able to do, whoever made it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray

from extractors.page import Quad

Image = NDArray[Any]
"""Height × width × 3, blue-green-red, 8 bits a channel."""


@dataclass(frozen=True)
class Region:
    """A place where an engine sees a line of text."""

    quad: Quad
    score: float


@dataclass(frozen=True)
class Reading:
    """What an engine reads in one crop."""

    text: str
    confidence: float
    """Mean over the characters."""
    weakest: float | None = None
    """Belief in the least certain place of the line, a character perhaps passed over included;
    ``None`` where the engine does not tell."""
    rivals: tuple[tuple[str, str], ...] | None = None
    """Characters read, each with those that the pixels would bear nearly as well, likeliest
    first; ``None`` where the engine does not tell."""


class Engine(Protocol):
    """Finds lines of text on a page and reads crops of single lines.

    The two halves are apart so that what stands between them (cutting at rules,
    lifting a red seal off the text) is the same for every engine.
    """

    @property
    def name(self) -> str:
        """Goes into every line's provenance."""
        ...

    @property
    def version(self) -> str:
        """Of the software and the weights; part of the key of every page read."""
        ...

    def detect(self, page: Image) -> tuple[Region, ...]:
        """Lines of text on an upright page, in no particular order."""
        ...

    def recognise(self, crops: Sequence[Image]) -> tuple[Reading, ...]:
        """The text of each crop, in the order given; empty where nothing is legible."""
        ...
