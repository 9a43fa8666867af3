"""Page views drawn by hand: what a reader would have seen, without any pixels."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.page import (
    Box,
    Cell,
    Line,
    PagePreparation,
    PageView,
    Quality,
    Seal,
    TextSource,
    Tick,
)

SIZE = 28.0
"""Height of a line of print in pixels."""


def preparation(*, blank: bool = False, colour: bool = True) -> PagePreparation:
    return PagePreparation(
        width=1654,
        height=2339,
        dpi=200,
        rotation=0,
        skew=0,
        blank=blank,
        blank_confidence=0.99,
        colour=colour,
        quality=Quality.GOOD,
    )


def line_at(text: str, x: float, y: float, *, size: float = SIZE, confidence: float = 0.99) -> Line:
    width = sum(1.0 if ord(character) > 0x2E7F else 0.5 for character in text) * size
    return Line(
        text=text,
        quad=(x, y, x + width, y, x + width, y + size, x, y + size),
        confidence=confidence,
        engine="paddleocr",
    )


class Sheet:
    """A page in the making."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.cells: list[Cell] = []
        self.ticks: list[Tick] = []
        self.seals: list[Seal] = []
        self.handwriting: list[Box] = []
        self._tables = 0

    def write(
        self, text: str, x: float, y: float, *, size: float = SIZE, confidence: float = 0.99
    ) -> Sheet:
        self.lines.append(line_at(text, x, y, size=size, confidence=confidence))
        return self

    def table(
        self,
        rows: Sequence[Sequence[str | tuple[str, int]]],
        *,
        x: float = 150,
        y: float = 300,
        widths: Sequence[float] = (),
        height: float = 60,
        confidence: float = 0.99,
    ) -> Sheet:
        """A ruled table; ``(text, span)`` spans columns, ``\\n`` breaks lines within a cell."""
        columns = max(
            sum(cell[1] if isinstance(cell, tuple) else 1 for cell in row) for row in rows
        )
        widths = list(widths) or [1350 / columns] * columns
        top = y
        for number, row in enumerate(rows):
            texts = [cell[0] if isinstance(cell, tuple) else cell for cell in row]
            tall = max(height, max(text.count("\n") + 1 for text in texts) * SIZE * 1.5 + 20)
            column = 0
            for cell in row:
                text, span = cell if isinstance(cell, tuple) else (cell, 1)
                left = x + sum(widths[:column])
                box = Box(
                    x0=left, y0=top, x1=left + sum(widths[column : column + span]), y1=top + tall
                )
                indices = []
                for place, part in enumerate(text.split("\n")):
                    if part:
                        indices.append(len(self.lines))
                        self.write(
                            part, left + 8, top + 12 + place * SIZE * 1.5, confidence=confidence
                        )
                self.cells.append(
                    Cell(
                        table=self._tables,
                        row=number,
                        column=column,
                        row_span=1,
                        column_span=span,
                        box=box,
                        lines=tuple(indices),
                        text=text.replace("\n", ""),
                    )
                )
                column += span
            top += tall
        self._tables += 1
        return self

    def tick(self, label: str, ticked: bool | None, cell_text: str) -> Sheet:
        """A tick box within the cell that holds the text."""
        cell = next(cell for cell in self.cells if cell_text in cell.text)
        x, y = cell.box.centre
        x = cell.box.x0 + 20 + 5 * len(self.ticks)
        self.ticks.append(
            Tick(
                label=label, ticked=ticked, confidence=0.98, box=Box(x0=x, y0=y, x1=x + 4, y1=y + 4)
            )
        )
        return self

    def seal(self, x: float, y: float, *, radius: float = 160, text: str = "") -> Sheet:
        self.seals.append(Seal(x=x, y=y, radius=radius, colour="red", text=text, confidence=0.95))
        return self

    def view(self, *, blank: bool = False, colour: bool = True) -> PageView:
        return PageView(
            preparation=preparation(blank=blank, colour=colour),
            text_source=TextSource.OCR,
            lines=tuple(self.lines),
            cells=tuple(self.cells),
            ticks=tuple(self.ticks),
            seals=tuple(self.seals),
            handwriting=tuple(self.handwriting),
        )


def spread(*sheets: Sheet) -> tuple[PageView, ...]:
    return tuple(sheet.view() for sheet in sheets)
