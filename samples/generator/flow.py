"""Running text, pairs of label and value, and small tables, over as many sheets as needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from samples.generator.fonts import Face
from samples.generator.paper import (
    A4,
    BoxTuple,
    Paragraph,
    Run,
    Sheet,
    Style,
    block_height,
    mm,
    paragraph,
)
from samples.generator.tables import Cell, Ruling, draw_table, widths

Pair = tuple[str, str, str]
"""Label, field, value as printed."""


@dataclass
class Flow:
    """A document that grows downwards."""

    rng: np.random.Generator
    style: Style
    ruling: Ruling = field(default_factory=Ruling)
    left: float = mm(25)
    right: float = A4[0] - mm(25)
    top: float = mm(28)
    bottom: float = mm(272)
    sheets: list[Sheet] = field(default_factory=list)
    y: float = 0.0

    def __post_init__(self) -> None:
        if not self.sheets:
            self.new_page()
        else:
            self.y = self.top

    @property
    def sheet(self) -> Sheet:
        """The sheet being written on."""
        return self.sheets[-1]

    @property
    def middle(self) -> float:
        """X of the middle of the text."""
        return (self.left + self.right) / 2

    def new_page(self) -> None:
        """Go on on a fresh sheet."""
        self.sheets.append(Sheet(rng=self.rng))
        self.y = self.top

    def _next_sheet(self) -> tuple[Sheet, float]:
        self.new_page()
        return self.sheet, self.top

    def need(self, height: float) -> None:
        """Begin a new sheet if less than this height is left."""
        if self.y + height > self.bottom:
            self.new_page()

    def space(self, millimetres: float) -> None:
        """Leave some paper white."""
        self.y += mm(millimetres)

    def title(
        self, text: str, size: int = 84, face: Face = Face.SONG, *, key: str | None = None
    ) -> None:
        """A heading in the middle, on as many lines as it takes."""
        style = Style(face, size, 1.35)
        self._paragraphs([Paragraph((Run(text, key, bold=True),), align="centre")], style)

    def write(
        self, text: str, key: str | None = None, *, align: str = "left", indent: float = 2
    ) -> None:
        """A paragraph of running text."""
        self._paragraphs([Paragraph((Run(text, key),), align=align, indent=indent)], self.style)

    def runs(self, *runs: Run, align: str = "left", indent: float = 2) -> None:
        """A paragraph of runs."""
        self._paragraphs([Paragraph(runs, align=align, indent=indent)], self.style)

    def _paragraphs(self, blocks: Sequence[Paragraph], style: Style) -> None:
        for block in blocks:
            height = block_height([block], style, self.right - self.left) + 2
            self.need(min(height, self.bottom - self.top))
            area = (self.left, self.y, self.right, min(self.y + height, self.bottom))
            self.sheet.block(area, [block], style, valign="top")
            self.y = area[3]

    def pairs(self, pairs: Sequence[Pair], label_share: float = 0.3) -> None:
        """Lines of label and value without rules; the values begin below each other."""
        value_x = self.left + (self.right - self.left) * label_share
        for label, key, text in pairs:
            blocks = [paragraph(text or " ", key if text else None)]
            height = block_height(blocks, self.style, self.right - value_x) + 2
            self.need(height)
            label_area = (self.left, self.y, value_x - 8, self.y + height)
            self.sheet.block(label_area, [paragraph(f"{label}：")], self.style, valign="top")
            area = (value_x, self.y, self.right, self.y + height)
            self.sheet.block(area, blocks, self.style, valign="top")
            if not text:
                self.sheet.claim(key, area)
            self.y += height + mm(2.2)

    def ruled(self, pairs: Sequence[Pair], *, halves: bool = False) -> None:
        """A ruled table of label and value; short values two to a row where ``halves``."""
        rows: list[list[Cell]] = []
        waiting: list[Cell] = []
        for label, key, text in pairs:
            label_cell = Cell((paragraph(label, align="centre"),), 2)
            value = paragraph(text, key, align="left")
            if halves and len(text) <= 16:
                waiting += [label_cell, Cell((value,), 3, keys=(key,))]
                if len(waiting) == 4:
                    rows.append(waiting)
                    waiting = []
                continue
            if waiting:
                rows.append([waiting[0], replace(waiting[1], columns=8)])
                waiting = []
            rows.append([label_cell, Cell((value,), 8, keys=(key,))])
        if waiting:
            rows.append([waiting[0], replace(waiting[1], columns=8)])
        self.table(widths(self.right - self.left, *([1] * 10)), rows, least=mm(11))

    def table(
        self, edges: Sequence[float], rows: Sequence[Sequence[Cell]], least: int = mm(8)
    ) -> None:
        """A ruled table of any shape."""
        _, self.y = draw_table(
            self.sheet,
            self._next_sheet,
            self.y,
            self.left,
            edges,
            rows,
            self.style,
            self.ruling,
            self.bottom,
            least,
        )
        self.y += mm(3)

    def close(
        self,
        issuer: Pair | None,
        date: Pair | None,
        *,
        label: bool = True,
        places: Sequence[str] = ("document",),
    ) -> None:
        """Who issued the paper and when, at the right, where the seal is pressed.

        Args:
            issuer: Who signs; None leaves only the place of the seal.
            date: When.
            label: Whether the labels are printed.
            places: Names of the seal's place.
        """
        self.need(mm(44))
        self.y += mm(12)
        spot = (self.right - mm(32), self.y + mm(8))
        for pair in (issuer, date):
            if pair is None:
                continue
            name, key, text = pair
            runs = [Run(f"{name}：")] if label else []
            shown = text or "年    月    日"
            runs.append(Run(shown, key if text else None))
            blocks = [Paragraph(tuple(runs), align="right")]
            height = block_height(blocks, self.style, self.right - self.left) + 2
            area: BoxTuple = (self.left, self.y, self.right - mm(4), self.y + height)
            self.sheet.block(area, blocks, self.style, valign="top")
            if not text:
                self.sheet.claim(
                    key, (spot[0] - mm(20), self.y, self.right - mm(4), self.y + height)
                )
            self.y += height + mm(3)
        for place in places:
            self.sheet.seal_spots[place] = spot
            self.sheet.sign_spots.setdefault(place, (self.left + mm(40), spot[1]))
        self.y += mm(16)
