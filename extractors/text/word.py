"""Word files as pages: the electronic copy of a form, seen as lines and cells.

A .docx has no pages and no pixels until something prints it.  The page made here keeps
what the readers of forms need: every table cell with its spans, in rows from top to
bottom, every paragraph as a line, every tick box with its option.  Coordinates are a
drawing board's, one row under the other, and only say what stands beside what.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from extractors.page import (
    Box,
    Cell,
    Line,
    PagePreparation,
    PageView,
    Quality,
    TextSource,
    Tick,
)
from extractors.text.tick_signs import boxes_in

_WIDTH = 1654.0
_MARGIN = 100.0
_LINE_HEIGHT = 40.0


@dataclass
class _Board:
    """The drawing board: what has been laid down, and how far down the page it reaches."""

    y: float = _MARGIN
    lines: list[Line] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    ticks: list[Tick] = field(default_factory=list)
    tables: int = 0

    def write(self, text: str, x0: float, x1: float, y: float) -> int:
        """Lay a line down; returns its index."""
        x1 = min(x1, x0 + max(len(text), 1) * 24.0)
        y1 = y + _LINE_HEIGHT * 0.75
        self.lines.append(
            Line(text=text, quad=(x0, y, x1, y, x1, y1, x0, y1), confidence=1.0, engine="docx")
        )
        step = (x1 - x0) / max(len(text), 1)
        for place in boxes_in(text):
            label = place.label.strip("，。；、;,")
            if not label:
                continue
            at = x0 + place.start * step
            self.ticks.append(
                Tick(
                    label=label,
                    ticked=place.ticked,
                    confidence=1.0,
                    box=Box(x0=at, y0=y, x1=at + step, y1=y1),
                )
            )
        return len(self.lines) - 1


def read_word(path: Path) -> PageView:
    """Read a .docx as one long page.

    Raises:
        Exception: Whatever python-docx raises on a broken file; intake has checked the
            archive for bombs and external entities before.
    """
    document = docx.Document(str(path))
    board = _Board()
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            _lay_table(board, block)
        else:
            _lay_paragraph(board, block)
    return PageView(
        preparation=PagePreparation(
            width=int(_WIDTH),
            height=int(board.y + _MARGIN),
            dpi=200,
            rotation=0,
            skew=0.0,
            blank=not board.lines,
            blank_confidence=1.0,
            colour=False,
            quality=Quality.GOOD,
        ),
        text_source=TextSource.WORD,
        lines=tuple(board.lines),
        cells=tuple(board.cells),
        ticks=tuple(board.ticks),
    )


def _lay_paragraph(board: _Board, paragraph: Paragraph) -> None:
    for text in _texts(paragraph._p):
        board.write(text, _MARGIN, _WIDTH - _MARGIN, board.y)
        board.y += _LINE_HEIGHT


def _texts(element: Any) -> list[str]:
    """The lines of a paragraph, content controls and line breaks included."""
    parts: list[str] = []
    for node in element.iter(qn("w:t"), qn("w:br"), qn("w:tab"), qn("w:sym")):
        if node.tag == qn("w:t"):
            parts.append(node.text or "")
        elif node.tag == qn("w:br"):
            parts.append("\n")
        elif node.tag == qn("w:tab"):
            parts.append(" ")
        else:
            parts.append(_symbol(node))
    return [line.strip() for line in "".join(parts).split("\n") if line.strip()]


def _symbol(node: Any) -> str:
    """Wingdings' tick boxes as the characters that they show."""
    code = (node.get(qn("w:char")) or "").upper()[-2:]
    return {"FE": "☑", "FD": "☒", "A8": "☐", "6F": "□", "FC": "√", "6E": "■"}.get(code, "")


@dataclass
class _Slot:
    """A cell while its table is being laid out."""

    row: int
    column: int
    row_span: int
    column_span: int
    paragraphs: list[str]


def _slots(table: Table) -> tuple[list[_Slot], int, int]:
    """The cells of a table with their spans, the number of rows and of columns."""
    slots: list[_Slot] = []
    open_above: dict[int, _Slot] = {}
    columns = 0
    rows = table._tbl.tr_lst
    for row_number, row in enumerate(rows):
        column = row.grid_before
        for element in _cells_of(row):
            properties = element.tcPr
            span = int(element.grid_span)
            merge = properties.find(qn("w:vMerge")) if properties is not None else None
            continues = merge is not None and merge.get(qn("w:val")) != "restart"
            above = open_above.get(column)
            if continues and above is not None:
                above.row_span = row_number - above.row + 1
            else:
                texts = [
                    text for paragraph in element.iter(qn("w:p")) for text in _texts(paragraph)
                ]
                slot = _Slot(row_number, column, 1, span, texts)
                slots.append(slot)
                open_above[column] = slot
            column += span
        columns = max(columns, column)
    return slots, len(rows), columns


def _cells_of(row: Any) -> Iterator[Any]:
    """The cells of a row, also those wrapped in content controls."""
    for child in row:
        if child.tag == qn("w:tc"):
            yield child
        elif child.tag == qn("w:sdt"):
            yield from child.iter(qn("w:tc"))


def _lay_table(board: _Board, table: Table) -> None:
    slots, rows, columns = _slots(table)
    if not columns:
        return
    heights = [1.0] * rows
    for slot in slots:
        share = len(slot.paragraphs) / slot.row_span
        for row in range(slot.row, slot.row + slot.row_span):
            heights[row] = max(heights[row], share)
    tops = [board.y]
    for height in heights:
        tops.append(tops[-1] + height * _LINE_HEIGHT + 10)
    width = (_WIDTH - 2 * _MARGIN) / columns
    for slot in slots:
        x0 = _MARGIN + slot.column * width
        x1 = x0 + slot.column_span * width
        y0, y1 = tops[slot.row], tops[slot.row + slot.row_span]
        indices = tuple(
            board.write(text, x0 + 5, x1 - 5, y0 + 5 + number * _LINE_HEIGHT)
            for number, text in enumerate(slot.paragraphs)
        )
        board.cells.append(
            Cell(
                table=board.tables,
                row=slot.row,
                column=slot.column,
                row_span=slot.row_span,
                column_span=slot.column_span,
                box=Box(x0=x0, y0=y0, x1=x1, y1=y1),
                lines=indices,
                text="\n".join(slot.paragraphs),
            )
        )
    board.tables += 1
    board.y = tops[-1] + _LINE_HEIGHT / 2
