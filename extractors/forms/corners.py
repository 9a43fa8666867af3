"""Cells at the edge of a table without a frame, which no rule closes on the outside.

Where a table has only inner rules, its corners are open on two sides and are not seen as cells.
Their row and their column are known from the cells beside them, and so is their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from extractors.page import Box, Cell, Line

_LEAST_ROWS = 3
_LEAST_COLUMNS = 3


def fill_corners(cells: Sequence[Cell], lines: Sequence[Line], taken: Iterable[int]) -> list[Cell]:
    """Add the missing cells of a table in which print stands.

    Args:
        cells: The cells of one table.
        lines: The page's lines.
        taken: Lines that lie in a cell of any table.

    Returns:
        The cells with those added that lie in a known row and a known column, are covered by no
        cell and hold print; an evenly ruled table is needed to know rows and columns.
    """
    rows = _ranges((cell.row, cell.row_span, cell.box.y0, cell.box.y1) for cell in cells)
    columns = _ranges((cell.column, cell.column_span, cell.box.x0, cell.box.x1) for cell in cells)
    if len(rows) < _LEAST_ROWS or len(columns) < _LEAST_COLUMNS:
        return list(cells)
    covered = {
        (row, column)
        for cell in cells
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    }
    free = [index for index in range(len(lines)) if index not in set(taken)]
    added: list[Cell] = []
    for row, (y0, y1) in rows.items():
        for column, (x0, x1) in columns.items():
            if (row, column) in covered:
                continue
            box = Box(x0=x0, y0=y0, x1=x1, y1=y1)
            inside = tuple(index for index in free if _within(lines[index].box, box))
            if inside:
                added.append(
                    Cell(
                        table=cells[0].table,
                        row=row,
                        column=column,
                        row_span=1,
                        column_span=1,
                        box=box,
                        lines=inside,
                        text="".join(lines[index].text for index in inside),
                    )
                )
    return [*cells, *added]


def _within(print_box: Box, slot: Box) -> bool:
    """Whether a line lies in a slot; the outer edge of an open corner is only a guess."""
    x, y = print_box.centre
    reach = print_box.height
    fits = print_box.x0 > slot.x0 - reach and print_box.x1 < slot.x1 + reach
    return fits and slot.holds(x, y)


def _ranges(
    spans: Iterable[tuple[int, int, float, float]],
) -> dict[int, tuple[float, float]]:
    """Where each row or column lies, from the cells that cover it alone."""
    found: dict[int, list[tuple[float, float]]] = {}
    for first, span, low, high in spans:
        if span == 1:
            found.setdefault(first, []).append((low, high))
    return {
        number: (_middle([low for low, _ in sides]), _middle([high for _, high in sides]))
        for number, sides in sorted(found.items())
    }


def _middle(numbers: Sequence[float]) -> float:
    return sorted(numbers)[len(numbers) // 2]
