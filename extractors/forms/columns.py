"""Columns restored by the places of print where the rules between them were not seen.

Faint or thin rules vanish in a scan, and what was a row of cells comes as one wide cell.  The
print still stands in columns: several texts side by side, each row of them alike.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.forms.words import label_odds
from extractors.page import Box, Cell, Line
from extractors.text.tick_signs import GLYPHS

_FACTOR = 16
"""Rows and columns of a table are numbered so much apart that new ones fit between."""
_GAP = 1.2
"""Texts farther apart than so many heights of print stand in different columns."""


@dataclass(frozen=True)
class _Print:
    """A line of a cell."""

    line: int
    box: Box
    text: str


def restore_columns(cells: Sequence[Cell], lines: Sequence[Line]) -> list[Cell]:
    """Split the cells of a table whose inner rules were not seen.

    Args:
        cells: The cells of one table.
        lines: The page's lines.

    Returns:
        The cells, those of wide rows parted; rows and columns are renumbered only when
        something was parted.
    """
    rows = {cell: _print_rows(cell, lines) for cell in cells}
    parts: dict[Cell, list[Cell]] = _even_rows(rows)
    for cell, print_rows in rows.items():
        if cell not in parts and (bands := _bands(print_rows)):
            parts[cell] = _band_cells(cell, bands)
    if not parts:
        return list(cells)
    result: list[Cell] = []
    for cell in cells:
        result += parts.get(cell) or [_spread(cell)]
    return result


def _spread(cell: Cell) -> Cell:
    return cell.model_copy(
        update={
            "row": cell.row * _FACTOR,
            "column": cell.column * _FACTOR,
            "row_span": cell.row_span * _FACTOR,
            "column_span": cell.column_span * _FACTOR,
        }
    )


def _print_rows(cell: Cell, lines: Sequence[Line]) -> list[list[_Print]]:
    """The lines of a cell as rows, each from left to right."""
    rows: list[list[_Print]] = []
    prints = [_Print(index, lines[index].box, lines[index].text) for index in cell.lines]
    for item in sorted(prints, key=lambda item: item.box.centre[1]):
        if rows and abs(rows[-1][0].box.centre[1] - item.box.centre[1]) < 0.5 * item.box.height:
            rows[-1].append(item)
        else:
            rows.append([item])
    return [sorted(row, key=lambda item: item.box.x0) for row in rows]


def _is_spaced(row: Sequence[_Print]) -> bool:
    """Whether the texts of a row stand clearly apart."""
    return all(
        right.box.x0 - left.box.x1 > _GAP * min(left.box.height, right.box.height)
        for left, right in itertools.pairwise(row)
    )


# --- rows alike, as in a table of figures -----------------------------------------------------


def _even_rows(rows: dict[Cell, list[list[_Print]]]) -> dict[Cell, list[Cell]]:
    """Runs of wide cells that hold one row of print each, with equally many texts."""
    single = [
        (cell, prints[0])
        for cell, prints in rows.items()
        if len(prints) == 1 and len(prints[0]) >= 3 and _is_spaced(prints[0])
    ]
    if len(single) < 3:
        return {}
    count, times = Counter(len(row) for _, row in single).most_common(1)[0]
    full = [(cell, row) for cell, row in single if len(row) == count]
    if times < 3 or any(GLYPHS.search(item.text) for _, row in full for item in row):
        return {}
    borders = []
    for column in range(count - 1):
        left = max(row[column].box.x1 for _, row in full)
        right = min(row[column + 1].box.x0 for _, row in full)
        if left >= right:
            return {}  # the texts overlap: these are no columns
        borders.append((left + right) / 2)
    top = min(cell.box.y0 for cell, _ in full)
    bottom = max(cell.box.y1 for cell, _ in full)
    return {
        cell: _cut(cell, prints[0], borders)
        for cell, prints in rows.items()
        if len(prints) == 1
        and top <= cell.box.centre[1] <= bottom
        and cell.box.x0 < borders[0]
        and cell.box.x1 > borders[-1]
    }


def _cut(cell: Cell, row: Sequence[_Print], borders: Sequence[float]) -> list[Cell]:
    edges = [cell.box.x0, *borders, cell.box.x1]
    parts = []
    for number, (left, right) in enumerate(itertools.pairwise(edges)):
        inside = [item for item in row if left <= item.box.centre[0] < right]
        parts.append(
            Cell(
                table=cell.table,
                row=cell.row * _FACTOR,
                column=cell.column * _FACTOR + number,
                row_span=cell.row_span * _FACTOR,
                column_span=1,
                box=Box(x0=left, y0=cell.box.y0, x1=right, y1=cell.box.y1),
                lines=tuple(item.line for item in inside),
                text="".join(item.text for item in inside),
            )
        )
    return parts


# --- labels with their values beneath, side by side -------------------------------------------


def _bands(rows: list[list[_Print]]) -> list[list[list[_Print]]]:
    """Rows of labels, each with the rows under it; empty where the cell is no such thing."""
    heads = [_all_labels(row) and _is_spaced(row) for row in rows]
    if not heads or not heads[0] or all(heads):
        return []
    bands: list[list[list[_Print]]] = []
    for row, head in zip(rows, heads, strict=True):
        if head:
            bands.append([row])
        else:
            bands[-1].append(row)
    several = len(bands) > 1 or len(bands[0][0]) > 1
    return bands[: _FACTOR - 1] if several and len(bands) < _FACTOR else []


def _all_labels(row: Sequence[_Print]) -> bool:
    return len(row) < _FACTOR and all(
        label_odds(item.text) >= 1.5 and not item.text.rstrip().endswith((":", "："))
        for item in row
    )


def _band_cells(cell: Cell, bands: list[list[list[_Print]]]) -> list[Cell]:
    tops = [cell.box.y0] + [
        (max(item.box.y1 for item in above[-1]) + min(item.box.y0 for item in below[0])) / 2
        for above, below in itertools.pairwise(bands)
    ]
    bottoms = [*tops[1:], cell.box.y1]
    parts = []
    for number, (band, top, bottom) in enumerate(zip(bands, tops, bottoms, strict=True)):
        starts = [item.box.x0 for item in band[0]]
        height = band[0][0].box.height
        edges = [cell.box.x0, *(start - 0.3 * height for start in starts[1:]), cell.box.x1]
        last_band = number == len(bands) - 1
        for column, (left, right) in enumerate(itertools.pairwise(edges)):
            inside = [
                item
                for row in band
                for item in row
                if left - 0.6 * height <= item.box.x0 < right - 0.6 * height
            ]
            last = column == len(edges) - 2
            parts.append(
                Cell(
                    table=cell.table,
                    row=cell.row * _FACTOR + number,
                    column=cell.column * _FACTOR + column,
                    row_span=cell.row_span * _FACTOR - number if last_band else 1,
                    column_span=cell.column_span * _FACTOR - column if last else 1,
                    box=Box(x0=left, y0=top, x1=right, y1=bottom),
                    lines=tuple(item.line for item in inside),
                    text="".join(item.text for item in inside),
                )
            )
    return parts
