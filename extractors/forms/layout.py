"""Where things stand on a page: rows of loose lines, neighbours of cells, pieces of lines."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from extractors.forms.columns import restore_columns
from extractors.forms.corners import fill_corners
from extractors.forms.words import label_odds
from extractors.page import Box, Cell, Line, PageView

_CJK = r"\u3400-\u9fff\u3000-\u303f\uff00-\uffef"
_COLON = re.compile(r"[:：]")


_WIDEST_BORDER = 70
"""Pixels that the border around a certificate measures at most."""


@dataclass(frozen=True)
class Piece:
    """A run of text within one line, with its place on the page."""

    text: str
    box: Box
    line: int
    """Index into the page's lines."""
    confidence: float
    engine: str


def piece_of(line: Line, index: int, start: int = 0, end: int | None = None) -> Piece:
    """The part ``start:end`` of a line; its place is estimated from the widths of characters."""
    end = len(line.text) if end is None else end
    raw = line.text[start:end]
    text = raw.strip()
    box = line.box
    if text != line.text:
        lead = start + (len(raw) - len(raw.lstrip()))
        total = text_width(line.text) or 1.0
        left = text_width(line.text[:lead]) / total
        right = text_width(line.text[: lead + len(text)]) / total
        box = Box(x0=box.x0 + box.width * left, y0=box.y0, x1=box.x0 + box.width * right, y1=box.y1)
    return Piece(text, box, index, line.confidence, line.engine)


def part_of(piece: Piece, start: int, end: int) -> Piece:
    """The part ``start:end`` of a piece, placed by the widths of its characters."""
    box = piece.box
    quad = (box.x0, box.y0, box.x1, box.y0, box.x1, box.y1, box.x0, box.y1)
    line = Line(text=piece.text, quad=quad, confidence=piece.confidence, engine=piece.engine)
    return piece_of(line, piece.line, start, end)


def text_width(text: str) -> float:
    """Width of a text in units of a Chinese character; Latin and digits are half as wide."""
    return sum(1.0 if ord(character) > 0x2E7F else 0.5 for character in text)


def same_row(one: Box, other: Box, share: float = 0.5) -> bool:
    """Whether two boxes stand beside each other: they share much of the lower one's height."""
    common = min(one.y1, other.y1) - max(one.y0, other.y0)
    return common > share * max(1.0, min(one.height, other.height))


def visual_rows(items: Iterable[Piece]) -> list[list[Piece]]:
    """Pieces grouped into rows from top to bottom, each from left to right."""
    rows: list[list[Piece]] = []
    for piece in sorted(items, key=lambda piece: piece.box.centre[1]):
        for row in reversed(rows[-3:]):
            if all(same_row(piece.box, other.box) for other in row):
                row.append(piece)
                break
        else:
            rows.append([piece])
    return [sorted(row, key=lambda piece: piece.box.x0) for row in rows]


def join_text(pieces: Sequence[Piece]) -> str:
    """The text of pieces in reading order: no space within Chinese, one between Latin words."""
    text = ""
    for row in visual_rows(pieces):
        for piece in row:
            if text and re.search(r"[A-Za-z,;]$", text) and re.match(r"[A-Za-z]", piece.text):
                text += " "
            text += piece.text
    return text


@dataclass(frozen=True)
class Grid:
    """One ruled table of a page."""

    cells: tuple[Cell, ...]

    def right_of(self, cell: Cell) -> Cell | None:
        """The neighbour on the right that shares most of the cell's rows."""
        beside = [
            other
            for other in self.cells
            if other.column == cell.column + cell.column_span and _rows_shared(cell, other) > 0
        ]
        return max(beside, key=lambda other: (_rows_shared(cell, other), -other.row), default=None)

    def left_of(self, cell: Cell) -> Cell | None:
        """The neighbour on the left that shares most of the cell's rows."""
        beside = [
            other
            for other in self.cells
            if other.column + other.column_span == cell.column and _rows_shared(cell, other) > 0
        ]
        return max(beside, key=lambda other: (_rows_shared(cell, other), -other.row), default=None)

    def below(self, cell: Cell) -> Cell | None:
        """The neighbour below that shares most of the cell's columns."""
        under = [
            other
            for other in self.cells
            if other.row == cell.row + cell.row_span and _columns_shared(cell, other) > 0
        ]
        return max(
            under, key=lambda other: (_columns_shared(cell, other), -other.column), default=None
        )

    def crossing(self, row_cell: Cell, column_cell: Cell) -> Cell | None:
        """The cell in the row of one cell and the column of another, told by their places."""
        best, best_area = None, 0.0
        place = Box(
            x0=column_cell.box.x0, y0=row_cell.box.y0, x1=column_cell.box.x1, y1=row_cell.box.y1
        )
        for other in self.cells:
            area = other.box.overlap(place)
            if other not in (row_cell, column_cell) and area > best_area:
                best, best_area = other, area
        if best is None or best_area < 0.5 * min(place.area, best.box.area):
            return None
        return best

    @cached_property
    def box(self) -> Box:
        """The box around the table."""
        return Box.around([cell.box for cell in self.cells])


def _rows_shared(one: Cell, other: Cell) -> int:
    return min(one.row + one.row_span, other.row + other.row_span) - max(one.row, other.row)


def _columns_shared(one: Cell, other: Cell) -> int:
    return min(one.column + one.column_span, other.column + other.column_span) - max(
        one.column, other.column
    )


class PageLayout:
    """A page's cells as grids and its remaining lines as rows."""

    def __init__(self, view: PageView) -> None:
        self.view = view

    @cached_property
    def grids(self) -> dict[int, Grid]:
        """The ruled tables by number; frames around a page are none."""
        cells: dict[int, list[Cell]] = defaultdict(list)
        for cell in self.view.cells:
            cells[cell.table].append(cell)
        taken = {index for cell in self.view.cells for index in cell.lines}
        return {
            table: Grid(
                tuple(
                    restore_columns(
                        fill_corners(self._mended(members), self.view.lines, taken),
                        self.view.lines,
                    )
                )
            )
            for table, members in cells.items()
            if not self._is_frame(members)
        }

    @cached_property
    def _ornaments(self) -> frozenset[int]:
        """Lines in the border around a certificate, whose pattern is read as letters."""
        tables: dict[int, list[Cell]] = defaultdict(list)
        for cell in self.view.cells:
            tables[cell.table].append(cell)
        return frozenset(
            line
            for members in tables.values()
            if self._is_frame(members)
            for cell in members
            if cell is not max(members, key=lambda member: member.box.area)
            for line in cell.lines
        )

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of all tables."""
        return tuple(cell for grid in self.grids.values() for cell in grid.cells)

    @cached_property
    def cell_of_line(self) -> dict[int, Cell]:
        """The cell that a line lies in, by index of the line."""
        return {index: cell for cell in self.cells for index in cell.lines}

    def _is_frame(self, cells: Sequence[Cell]) -> bool:
        """Whether a table is only the ornament around a certificate: one cell full of lines.

        Around it may lie the thin cells of a double border, with ornaments read as letters.
        """
        inner = max(cells, key=lambda cell: cell.box.area)
        page = self.view.preparation
        if len(inner.lines) < 6 or inner.box.area <= 0.3 * page.width * page.height:
            return False
        return all(
            min(cell.box.width, cell.box.height) < _WIDEST_BORDER or not cell.lines
            for cell in cells
            if cell is not inner
        )

    def _mended(self, cells: Sequence[Cell]) -> list[Cell]:
        """The cells, with those joined that a false rule cuts through a running line of text."""
        result = sorted(cells, key=lambda cell: (cell.row, cell.column))
        place = 0
        while place < len(result):
            cell = result[place]
            beside = next((other for other in result if self._runs_on(cell, other)), None)
            if beside is None:
                place += 1
                continue
            result.remove(beside)
            result[place] = cell.model_copy(
                update={
                    "column_span": cell.column_span + beside.column_span,
                    "box": Box.around([cell.box, beside.box]),
                    "lines": (*cell.lines, *beside.lines),
                    "text": cell.text + beside.text,
                }
            )
        return result

    def _runs_on(self, cell: Cell, other: Cell) -> bool:
        """Whether a line of text goes on over the border into the cell on the right."""
        if (other.row, other.row_span, other.column) != (
            cell.row,
            cell.row_span,
            cell.column + cell.column_span,
        ):
            return False
        border = other.box.x0
        for index in (*cell.lines, *other.lines):
            box = self.view.lines[index].box
            if box.x0 < border - 2 * box.height and box.x1 > border + 2 * box.height:
                return True  # a line stands across the border
        if len(other.lines) != 1:
            return False
        if label_odds(cell.text) > 1 or label_odds(other.text) > 1:
            return False  # a label that fills its cell comes near its value
        right = self.view.lines[other.lines[0]].box
        for index in cell.lines:
            left = self.view.lines[index].box
            gap = right.x0 - left.x1
            height = min(left.height, right.height)
            if same_row(left, right, 0.7) and -0.5 * height < gap < 0.3 * height:
                return True
        return False

    @cached_property
    def loose(self) -> list[list[Piece]]:
        """Rows of the lines that lie in no cell."""
        return visual_rows(
            piece_of(line, index)
            for index, line in enumerate(self.view.lines)
            if index not in self.cell_of_line and index not in self._ornaments and line.text.strip()
        )

    def pieces(self, cell: Cell) -> list[Piece]:
        """The lines of a cell."""
        return [
            piece_of(self.view.lines[index], index)
            for index in cell.lines
            if index < len(self.view.lines) and self.view.lines[index].text.strip()
        ]


def colon_places(text: str) -> list[int]:
    """Places of the colons that may end a label; those of times, ratios and addresses do not."""
    return [
        found.start()
        for found in _COLON.finditer(text)
        if not (
            text[found.start()] == ":"
            and found.start()
            and text[found.start() - 1].isdigit()
            and text[found.end() : found.end() + 1].isdigit()
        )
        and text[found.end() : found.end() + 2] != "//"
    ]
