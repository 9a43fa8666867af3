"""Values asked for year by year: each in the row or column of its year's heading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from extractors.forms.found import found_value
from extractors.forms.labels import stated_unit
from extractors.forms.layout import PageLayout, Piece
from extractors.forms.printed import PrintedLabel
from extractors.forms.spec import FieldSpec, FoundValue
from extractors.forms.year_tables import (
    first_grid,
    headings_for,
    headings_in_columns,
    last_headings,
    last_unit,
    loose_headings,
    table_unit,
)
from extractors.page import Cell

_TOLD_BY_PLACE = 0.95
"""Belief in which year a figure belongs to where no rule tells."""


@dataclass
class Claims:
    """Which places have been given to a field already."""

    cells: set[tuple[int, int, int, int]] = field(default_factory=set)

    def take(self, page: int, cell: Cell) -> bool:
        """Give a cell to a field; whether it was still free."""
        name = (page, cell.table, cell.row, cell.column)
        if name in self.cells:
            return False
        self.cells.add(name)
        return True


def yearly_values(
    label: PrintedLabel,
    spec: FieldSpec,
    factor: float,
    layouts: Sequence[PageLayout],
    years: Sequence[int],
    claims: Claims,
) -> list[FoundValue]:
    """The values beside a label that names no year itself, one for each year's heading.

    Args:
        label: Of the field.
        spec: The field.
        factor: Belief that the label is the field's, 0 to 1.
        layouts: Of the form's pages; a table may go on over the page.
        years: The years that the form's tables are about, oldest first.
        claims: Cells that have been given to a field already; more are added.
    """
    layout = layouts[label.page]
    if label.cell is None:
        return _yearly_loose(label, spec, factor, layouts, years)
    grid = layout.grids[label.cell.table]
    unit = stated_unit(label.text) or table_unit(layout, grid)
    found: list[FoundValue] = []
    headings = headings_for(label.cell, grid, years)
    certainty = 0.99
    if not headings and label.page and grid is first_grid(layout):
        # The table goes on from the page before, where its heading stands.
        before = layouts[label.page - 1]
        headings = last_headings(before, years) or headings_in_columns(
            loose_headings(before.loose, years), grid
        )
        unit = unit or last_unit(layouts[label.page - 1])
        certainty = 0.95
    for year, heading in headings:
        beside = heading.row >= label.cell.row and certainty == 0.99
        cell = grid.crossing(*((heading, label.cell) if beside else (label.cell, heading)))
        if cell is None:
            continue
        sharing = [other for _, other in headings if _reaches(cell, other, down=beside)]
        if not claims.take(label.page, cell) and len(sharing) < 2:
            continue
        pieces = layout.pieces(cell)
        shared = 1.0
        if len(sharing) > 1:  # the rules between the years were lost
            pieces = _own_pieces(pieces, heading, sharing, down=beside)
            shared = _TOLD_BY_PLACE
        found.append(
            found_value(
                label,
                spec,
                certainty * factor * shared,
                pieces,
                "table-year",
                cell.box,
                key=f"{spec.key}.{year}",
                unit=unit,
            )
        )
    return found


def _reaches(cell: Cell, heading: Cell, *, down: bool) -> bool:
    """Whether a cell stands in the column of a heading (``down``: in its row)."""
    x, y = heading.box.centre
    return cell.box.y0 < y < cell.box.y1 if down else cell.box.x0 < x < cell.box.x1


def _own_pieces(
    pieces: Sequence[Piece], heading: Cell, headings: Sequence[Cell], *, down: bool
) -> list[Piece]:
    """The pieces of a cell under several headings that stand nearest to one of them."""
    axis = 1 if down else 0

    def nearest(piece: Piece) -> Cell:
        place = piece.box.centre[axis]
        return min(headings, key=lambda other: abs(other.box.centre[axis] - place))

    return [piece for piece in pieces if nearest(piece) is heading]


def _yearly_loose(
    label: PrintedLabel,
    spec: FieldSpec,
    factor: float,
    layouts: Sequence[PageLayout],
    years: Sequence[int],
) -> list[FoundValue]:
    """Yearly values in a table without rules: columns are told by the headings' places."""
    headings = loose_headings(layouts[label.page].loose[: max(label.row, 0)], years)
    if not headings and label.page:
        # The table goes on from the page before, where its heading stands.
        headings = loose_headings(layouts[label.page - 1].loose, years)
        factor *= 0.97
    if not headings:
        return []
    found = []
    for piece in label.behind:
        middle = piece.box.centre[0]
        year, heading = min(headings, key=lambda item: abs(item[1].box.centre[0] - middle))
        if abs(heading.box.centre[0] - middle) > max(heading.box.width, 60):
            continue
        found.append(
            found_value(
                label,
                spec,
                0.93 * factor,
                (piece,),
                "table-year",
                piece.box,
                key=f"{spec.key}.{year}",
            )
        )
    return found
