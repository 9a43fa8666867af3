"""The slots of a grid, joined into cells wherever no rule stands between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from extractors.page import Box, Cell

_DRAWN: Final = 0.55
"""Share of a stretch that must be drawn for it to separate."""
_NARROWEST: Final = 14
"""Pixels at 200 dpi: nothing can be written into a smaller cell."""


@dataclass(frozen=True)
class Grid:
    """The lines of one table and how much of each stretch of them is drawn."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    above: NDArray[np.float64]
    """For each line of ``ys``, for each stretch between two ``xs``: 0 to 1."""
    beside: NDArray[np.float64]
    """For each line of ``xs``, for each stretch between two ``ys``: 0 to 1."""


def cells_of(grid: Grid, table: int) -> list[Cell]:
    """The cells of a table, row by row.

    Slots that lead to the outside through an open border belong to no cell.  Slots that
    together form no rectangle (a rule between them is broken) are taken row by row.
    """
    rows, columns = len(grid.ys) - 1, len(grid.xs) - 1
    regions = _regions(grid, rows, columns)
    cells: list[Cell] = []
    for label in np.unique(regions):
        if label == _OUTSIDE:
            continue
        for top, bottom, left, right in _rectangles(regions == label):
            box = Box(x0=grid.xs[left], y0=grid.ys[top], x1=grid.xs[right], y1=grid.ys[bottom])
            if box.width >= _NARROWEST and box.height >= _NARROWEST:
                cells.append(
                    Cell(
                        table=table,
                        row=top,
                        column=left,
                        row_span=bottom - top,
                        column_span=right - left,
                        box=box,
                    )
                )
    return sorted(cells, key=lambda cell: (cell.row, cell.column))


_OUTSIDE: Final = 0


def _regions(grid: Grid, rows: int, columns: int) -> NDArray[np.int64]:
    """A number for every slot; slots of one region share it, 0 is outside the table."""
    outside = rows * columns
    parent = list(range(outside + 1))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def join(a: int, b: int) -> None:
        parent[root(a)] = root(b)

    for row in range(rows):
        for column in range(columns):
            slot = row * columns + column
            if grid.above[row, column] < _DRAWN:
                join(slot, slot - columns if row else outside)
            if grid.beside[column, row] < _DRAWN:
                join(slot, slot - 1 if column else outside)
            if row == rows - 1 and grid.above[rows, column] < _DRAWN:
                join(slot, outside)
            if column == columns - 1 and grid.beside[columns, row] < _DRAWN:
                join(slot, outside)
    labels = np.array([root(i) for i in range(outside)]).reshape(rows, columns) + 1
    labels[labels == root(outside) + 1] = _OUTSIDE
    return labels


def _rectangles(region: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """The region as rectangles of top, bottom, left, right; just one if it is one."""
    rest = region.copy()
    found = []
    while rest.any():
        top, left = (int(part) for part in np.argwhere(rest)[0])
        right = left
        while right < rest.shape[1] and rest[top, right]:
            right += 1
        bottom = top
        while bottom < rest.shape[0] and rest[bottom, left:right].all():
            bottom += 1
        rest[top:bottom, left:right] = False
        found.append((top, bottom, left, right))
    return found
