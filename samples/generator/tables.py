"""Ruled tables that grow with what is written in them and run over several sheets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from samples.generator.paper import Paragraph, Sheet, Style, block_height, mm


@dataclass(frozen=True)
class Cell:
    """A cell of a ruled table."""

    blocks: tuple[Paragraph, ...] = ()
    columns: int = 1
    """How many columns of the table's grid it covers."""
    rows: int = 1
    keys: tuple[str, ...] = ()
    """Fields whose value stands here even if it is empty."""
    valign: str = "middle"
    vertical: str = ""
    """Text set downwards instead of the blocks."""
    least: int = 0
    """Least height in pixels."""
    shaded: bool = False
    plain: bool = False
    """Without its own rules (a caption above a table)."""


@dataclass(frozen=True)
class Ruling:
    """How the rules of a table look."""

    inner: int = 3
    outer: int = 3
    double: bool = False
    """A second rule around the table."""
    open_sides: bool = False
    """No rules at the left and right edge."""
    dotted: bool = False
    """Dotted inner rules."""
    padding: int = 16
    across_only: bool = False
    """Horizontal rules only."""
    frameless: bool = False
    """Rules between the cells and none around the table."""
    shade: int = 222
    """Grey of shaded cells."""


Rows = Sequence[Sequence[Cell]]


def _fold(row: Sequence[Cell], columns: int, blocked: dict[int, int]) -> list[tuple[int, Cell]]:
    """The grid column where each cell of a row starts; ``blocked``: column → rows still covered."""
    placed = []
    column = 0
    for cell in row:
        while blocked.get(column, 0) > 0:
            column += 1
        if column + cell.columns > columns:
            raise ValueError(f"a row is wider than the {columns} columns of its table")
        placed.append((column, cell))
        column += cell.columns
    return placed


def draw_table(
    sheet: Sheet,
    new_sheet: Callable[[], tuple[Sheet, float]],
    top: float,
    left: float,
    edges: Sequence[float],
    rows: Rows,
    style: Style,
    ruling: Ruling,
    bottom: float,
    least: int = mm(8),
) -> tuple[Sheet, float]:
    """Draw a table from ``top`` down, going on on further sheets where it would pass ``bottom``.

    Args:
        sheet: Where the table starts.
        new_sheet: Gives the next sheet and the y where its content may start.
        top: y of the table's upper edge.
        left: x of its left edge.
        edges: x of the columns' edges relative to ``left``: one more than columns.
        rows: Cells of each row, without those that a cell above reaches into.
        style: Print of the cells.
        ruling: Rules of the table.
        bottom: y that no row may pass.
        least: Least height of a row.

    Returns:
        The sheet on which the table ended and the y of its lower edge.
    """
    columns = len(edges) - 1
    pad = ruling.padding
    placed_rows: list[list[tuple[int, Cell]]] = []
    blocked: dict[int, int] = {}
    for row in rows:
        placed = _fold(row, columns, blocked)
        blocked = {column: left_over - 1 for column, left_over in blocked.items() if left_over > 1}
        for column, cell in placed:
            for covered in range(column, column + cell.columns):
                if cell.rows > 1:
                    blocked[covered] = cell.rows - 1
        placed_rows.append(placed)

    def needed(column: int, cell: Cell) -> int:
        if cell.vertical:
            return max(cell.least, round(len(cell.vertical) * style.size * 1.2) + 2 * pad)
        width = edges[column + cell.columns] - edges[column] - 2 * pad
        text = block_height(cell.blocks, style, width) if cell.blocks else 0
        return max(cell.least, text + 2 * pad)

    heights = [
        max([least, *(needed(column, cell) for column, cell in placed if cell.rows == 1)])
        for placed in placed_rows
    ]
    for index, placed in enumerate(placed_rows):
        for column, cell in placed:
            if cell.rows > 1:
                reached = range(index, index + cell.rows)
                short = needed(column, cell) - sum(heights[item] for item in reached)
                if short > 0:
                    for item in reached:
                        heights[item] += -(-short // cell.rows)

    # Rows that a tall cell ties together move to the next sheet together.
    groups: list[list[int]] = []
    tied_to = -1
    for index, placed in enumerate(placed_rows):
        if index <= tied_to:
            groups[-1].append(index)
        else:
            groups.append([index])
        tied_to = max([tied_to, *(index + cell.rows - 1 for _, cell in placed)])

    y = frame_from = top
    fresh = top < mm(40)
    for group in groups:
        # A single row higher than a sheet is set in smaller print rather than cut.
        if len(group) == 1:
            heights[group[0]] = min(heights[group[0]], int(bottom) - mm(30))
        tall = sum(heights[index] for index in group)
        if y + tall > bottom and not fresh:
            _frame(sheet, left, frame_from, left + edges[-1], y, ruling)
            sheet, y = new_sheet()
            frame_from = y
        fresh = False
        tops = {}
        for index in group:
            tops[index] = y
            y = y + heights[index]
        for index in group:
            for column, cell in placed_rows[index]:
                x0, x1 = left + edges[column], left + edges[column + cell.columns]
                y0 = tops[index]
                y1 = y0 + sum(heights[item] for item in range(index, index + cell.rows))
                _draw_cell(sheet, cell, (x0, y0, x1, y1), style, ruling)
    _frame(sheet, left, frame_from, left + edges[-1], y, ruling)
    return sheet, y


def _draw_cell(
    sheet: Sheet,
    cell: Cell,
    box: tuple[float, float, float, float],
    style: Style,
    ruling: Ruling,
) -> None:
    x0, y0, x1, y1 = box
    pad = ruling.padding
    if cell.shaded:
        sheet.pen.rectangle((x0, y0, x1, y1), fill=(ruling.shade,) * 3)
    if not cell.plain:
        for ax, ay, bx, by in (
            (x0, y0, x1, y0),
            (x0, y1, x1, y1),
            (x0, y0, x0, y1),
            (x1, y0, x1, y1),
        ):
            if ruling.across_only and ax == bx:
                continue
            sheet.rule(ax, ay, bx, by, ruling.inner, dotted=ruling.dotted)
    inside = (x0 + pad, y0 + pad, x1 - pad, y1 - pad)
    if cell.vertical:
        sheet.vertical(inside, cell.vertical, style)
        return
    before = set(sheet.field_boxes)
    if cell.blocks:
        sheet.block(inside, cell.blocks, style, valign=cell.valign)
    for key in cell.keys:
        if key not in before and key not in sheet.field_boxes:
            sheet.claim(key, inside)


def _frame(sheet: Sheet, x0: float, y0: float, x1: float, y1: float, ruling: Ruling) -> None:
    """The outer rules of the part of a table that stands on one sheet."""
    if y1 <= y0:
        return
    white = (255, 255, 255)
    if ruling.frameless:
        width = ruling.inner + 2
        for ax, ay, bx, by in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1),
                               (x1, y0, x1, y1)):  # fmt: skip
            sheet.rule(ax, ay, bx, by, width, colour=white)
        return
    if ruling.across_only:
        sheet.rule(x0, y0, x1, y0, ruling.outer)
        sheet.rule(x0, y1, x1, y1, ruling.outer)
        return
    if ruling.open_sides:
        for x in (x0, x1):
            sheet.rule(x, y0 + ruling.outer, x, y1 - ruling.outer, ruling.inner + 2, colour=white)
        sheet.rule(x0, y0, x1, y0, ruling.outer)
        sheet.rule(x0, y1, x1, y1, ruling.outer)
        return
    sheet.pen.rectangle((x0, y0, x1, y1), outline=(22, 22, 24), width=ruling.outer)
    if ruling.double:
        gap = mm(1.1)
        sheet.pen.rectangle(
            (x0 - gap, y0 - gap, x1 + gap, y1 + gap), outline=(22, 22, 24), width=ruling.outer
        )


def widths(total: float, *shares: float) -> list[float]:
    """Column edges from 0 to ``total`` in the given shares."""
    edges = [0.0]
    for share in shares:
        edges.append(edges[-1] + total * share / sum(shares))
    return [round(edge) for edge in edges]
