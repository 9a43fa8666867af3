"""Which cells of a table are the years of its columns or rows, and in what unit it counts."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.forms.labels import stated_unit
from extractors.forms.layout import Grid, PageLayout, Piece
from extractors.forms.years import year_of_heading
from extractors.page import Cell


def headings_for(cell: Cell, grid: Grid, years: Sequence[int]) -> list[tuple[int, Cell]]:
    """The year headings that govern a label's row, or else its column."""
    above: dict[int, list[tuple[int, Cell]]] = {}
    beside: dict[int, list[tuple[int, Cell]]] = {}
    for other in grid.cells:
        year = year_of_heading(other.text, years)
        if year is None:
            continue
        if other.row < cell.row and other.column >= cell.column + cell.column_span:
            above.setdefault(other.row, []).append((year, other))
        if other.row > cell.row and other.column < cell.column:
            beside.setdefault(other.column, []).append((year, other))
    rows = [row for row, members in above.items() if len({year for year, _ in members}) > 1]
    if rows:
        return above[max(rows)]
    columns = [column for column, members in beside.items() if len({y for y, _ in members}) > 1]
    if columns:
        members = sorted(beside[max(columns)], key=lambda member: member[1].row)
        # A further heading of the same year belongs to the next block of the table.
        seen: set[int] = set()
        first = []
        for year, heading in members:
            if year in seen:
                break
            seen.add(year)
            first.append((year, heading))
        return first
    return []


def first_grid(layout: PageLayout) -> Grid | None:
    """The topmost table of a page."""
    return min(layout.grids.values(), key=lambda grid: grid.box.y0, default=None)


def last_headings(layout: PageLayout, years: Sequence[int]) -> list[tuple[int, Cell]]:
    """The headings of the years in the last table of a page, if they run across its columns."""
    last = max(layout.grids.values(), key=lambda grid: grid.box.y1, default=None)
    if last is None:
        return []
    rows: dict[int, list[tuple[int, Cell]]] = {}
    for cell in last.cells:
        year = year_of_heading(cell.text, years)
        if year is not None:
            rows.setdefault(cell.row, []).append((year, cell))
    running = [row for row, members in rows.items() if len({year for year, _ in members}) > 1]
    return rows[max(running)] if running else []


def loose_headings(
    rows: Sequence[Sequence[Piece]], years: Sequence[int]
) -> list[tuple[int, Piece]]:
    """The headings of the last row outside of tables that names more than one year."""
    headings: list[tuple[int, Piece]] = []
    for row in rows:
        dated = [
            (year, piece)
            for piece in row
            if (year := year_of_heading(piece.text, years)) is not None
        ]
        if len({year for year, _ in dated}) > 1:
            headings = dated
    return headings


def headings_in_columns(
    headings: Sequence[tuple[int, Piece]], grid: Grid
) -> list[tuple[int, Cell]]:
    """Headings that stand over a table's columns on the page before, where no rules were seen.

    Each is given as a cell of the column below its middle; all of them, or none.
    """
    placed = []
    for year, piece in headings:
        middle = piece.box.centre[0]
        below = [
            cell
            for cell in grid.cells
            if cell.column_span == 1 and cell.box.x0 < middle < cell.box.x1
        ]
        if not below:
            return []
        at = {"row": 0, "row_span": 1, "box": piece.box, "text": piece.text}
        placed.append((year, below[0].model_copy(update=at)))
    columns = {heading.column for _, heading in placed}
    return placed if len(columns) == len(placed) else []


def last_unit(layout: PageLayout) -> str:
    """The unit of the lowest table of a page."""
    last = max(layout.grids.values(), key=lambda grid: grid.box.y1, default=None)
    return table_unit(layout, last) if last is not None else ""


def table_unit(layout: PageLayout, grid: Grid) -> str:
    """The unit that stands over a table or in its first row (``单位：万元``)."""
    for cell in grid.cells:
        if cell.row <= 1 and "单位" in cell.text and (unit := stated_unit(cell.text)):
            return unit
    for row in layout.loose:
        for piece in row:
            above = 0 <= grid.box.y0 - piece.box.y0 < 8 * piece.box.height
            if above and "单位" in piece.text and (unit := stated_unit(piece.text)):
                return unit
    return ""
