"""Labels with their values on any Chinese form, known or not.

Within a ruled table each row is read as a chain of labels and values: the likeliest one,
given how each text looks and that values follow labels.  Outside of tables a colon, a gap
or an underline parts the two.  A place that is empty gives a pair with an empty value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.forms.inline_pairs import (
    LONGEST_LABEL,
    clean_label,
    inline_labels,
    inline_pair,
    value_of,
)
from extractors.forms.labels import squeeze
from extractors.forms.layout import Grid, PageLayout, Piece, join_text, visual_rows
from extractors.forms.loose_pairs import loose_pairs
from extractors.forms.words import has_head, label_odds
from extractors.page import Box, Cell, PageView, Pair

_CHANGE = 0.5
_REPEAT = -0.8
_START = 1.0
_LONE_END = -0.6


def find_pairs(view: PageView) -> tuple[Pair, ...]:
    """Find the labels of a page with the values beside, under or behind them.

    Args:
        view: The page.

    Returns:
        Pairs from top to bottom; the value is empty where the form is.
    """
    layout = PageLayout(view)
    pairs: list[Pair] = []
    for grid in layout.grids.values():
        pairs += _table_pairs(layout, grid)
    pairs += loose_pairs(layout)
    return tuple(sorted(pairs, key=lambda pair: (round(pair.label_box.y0 / 12), pair.label_box.x0)))


# --- tables ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Seen:
    """A cell with what it looks like."""

    cell: Cell
    pieces: tuple[Piece, ...]
    text: str
    odds: float
    inner: tuple[Pair, ...]
    """Pairs that stand within the cell."""


def _table_pairs(layout: PageLayout, grid: Grid) -> list[Pair]:
    rows: dict[int, list[_Seen]] = {}
    for cell in sorted(grid.cells, key=lambda cell: (cell.row, cell.column)):
        rows.setdefault(cell.row, []).append(_look(layout, cell))
    pairs: list[Pair] = []
    roles: dict[tuple[int, int], bool] = {}
    for row in rows.values():
        paired = _paired(row)
        roles |= {(seen.cell.row, seen.cell.column): False for seen in row}
        for seen, is_label in zip(paired, _chain([seen.odds for seen in paired]), strict=True):
            roles[seen.cell.row, seen.cell.column] = is_label
    by_place = {(seen.cell.row, seen.cell.column): seen for row in rows.values() for seen in row}
    for row in rows.values():
        pairs += _row_pairs(layout, grid, _paired(row), roles, by_place)
        pairs += [pair for seen in row for pair in seen.inner]
    return pairs


def _paired(row: Sequence[_Seen]) -> Sequence[_Seen]:
    """The cells of a row that make pairs: an empty place for a photograph or a stamp does not."""
    *before, last = row
    if last.text or len(before) < 2 or _chain([seen.odds for seen in before])[-1]:
        return row  # the last label has no other value
    beside = last.cell.row_span > max(seen.cell.row_span for seen in before)
    return before if beside else row


def _look(layout: PageLayout, cell: Cell) -> _Seen:
    pieces = tuple(layout.pieces(cell))
    text = join_text(pieces)
    inner = tuple(_pairs_in_cell(layout, cell, pieces))
    odds = -2.5 if inner else label_odds(text)
    return _Seen(cell, pieces, text, odds, inner)


def _chain(odds: Sequence[float]) -> list[bool]:
    """The likeliest chain of labels (true) and values (false) for a row of cells."""
    best: dict[bool, tuple[float, list[bool]]] = {}
    for number, score in enumerate(odds):
        step: dict[bool, tuple[float, list[bool]]] = {}
        for role in (True, False):
            own = score if role else -score
            if number == 0:
                step[role] = own + (_START if role else -_START), [role]
                continue
            total, before = max(
                (value + (_CHANGE if last != role else _REPEAT), chain)
                for last, (value, chain) in best.items()
            )
            step[role] = total + own, [*before, role]
        best = step
    ended = [(value + (_LONE_END if chain[-1] else 0.0), chain) for value, chain in best.values()]
    return max(ended)[1] if ended else []


def _row_pairs(
    layout: PageLayout,
    grid: Grid,
    row: Sequence[_Seen],
    roles: dict[tuple[int, int], bool],
    by_place: dict[tuple[int, int], _Seen],
) -> list[Pair]:
    pairs: list[Pair] = []
    label: _Seen | None = None
    label_free = False
    for seen in row:
        if roles[seen.cell.row, seen.cell.column]:
            if label is not None and label_free:
                pairs += _below(layout, grid, label, roles, by_place)
            label, label_free = seen, True
            continue
        if label is None and seen.cell.column > 0:
            # The label may span several rows and so stand in a row above.
            left = grid.left_of(seen.cell)
            if left is not None and left.row < seen.cell.row and roles[left.row, left.column]:
                label, label_free = by_place[left.row, left.column], False
        if label is None or seen.inner:
            label_free = False
            continue
        heading = _heading_over(grid, seen.cell, roles, by_place) if not label_free else None
        name = (
            f"{clean_label(label.text)}（{clean_label(heading.text)}）" if heading else label.text
        )
        pairs.append(_pair(layout, name, label.pieces, label.cell.box, seen))
        label_free = False
    if label is not None and label_free:
        pairs += _below(layout, grid, label, roles, by_place)
    return pairs


def _heading_over(
    grid: Grid,
    cell: Cell,
    roles: dict[tuple[int, int], bool],
    by_place: dict[tuple[int, int], _Seen],
) -> _Seen | None:
    """The heading of a cell's column: the nearest label above it that is as wide."""
    above = [
        other
        for other in grid.cells
        if other.row < cell.row
        and other.column <= cell.column
        and other.column + other.column_span >= cell.column + cell.column_span
        and roles[other.row, other.column]
    ]
    nearest = max(above, key=lambda other: other.row, default=None)
    return by_place[nearest.row, nearest.column] if nearest is not None else None


def _below(
    layout: PageLayout,
    grid: Grid,
    label: _Seen,
    roles: dict[tuple[int, int], bool],
    by_place: dict[tuple[int, int], _Seen],
) -> list[Pair]:
    """The value under a label that has none beside it."""
    below = grid.below(label.cell)
    if below is None or roles[below.row, below.column]:
        return []
    left = grid.left_of(below)
    if left is not None and roles[left.row, left.column]:
        return []  # it is the value of the label beside it
    seen = by_place[below.row, below.column]
    if seen.inner or (label.odds < 1.5 and len(seen.text) > 40):
        return []  # a heading over a paragraph
    return [_pair(layout, label.text, label.pieces, label.cell.box, seen, certainty=0.8)]


def _pair(
    layout: PageLayout,
    name: str,
    label_pieces: Sequence[Piece],
    label_cell: Box,
    seen: _Seen,
    certainty: float = 1.0,
) -> Pair:
    value, ticked = value_of(layout, seen.pieces, seen.cell.box)
    label_box = Box.around([p.box for p in label_pieces]) if label_pieces else label_cell
    margin = label_odds(name) - (seen.odds if seen.text else -2.0)
    belief = certainty * min(0.98, 0.7 + 0.08 * max(margin, 0.0))
    return Pair(
        label=clean_label(name),
        value=value,
        confidence=round(min(belief, 0.9 if ticked else 1.0), 3),
        label_box=label_box,
        value_box=Box.around([p.box for p in seen.pieces])
        if value and seen.pieces
        else seen.cell.box,
        lines=tuple(dict.fromkeys(piece.line for piece in seen.pieces)) if value else (),
    )


def _pairs_in_cell(layout: PageLayout, cell: Cell, pieces: Sequence[Piece]) -> list[Pair]:
    rows = visual_rows(pieces)
    found: list[Pair] = []
    for number, row in enumerate(rows):
        inline = inline_labels(row)
        for place, item in enumerate(inline):
            behind = item.behind
            if place == len(inline) - 1:
                behind = (*behind, *_rows_behind(rows[number + 1 :]))
            if not behind and len(pieces) == len(row) == 1 and _lone_label(cell, layout):
                continue  # the value has a cell of its own
            following = inline[place + 1] if place + 1 < len(inline) else None
            found.append(inline_pair(layout, item, behind, cell.box.x1, following))
    if found or len(rows) < 2:
        return found
    first = join_text(rows[0])
    rest = [piece for row in rows[1:] for piece in row]
    # A label on the first line with its value beneath it.
    if (
        has_head(first)
        and label_odds(first) >= 2.0
        and not _is_wrapped_label(join_text(pieces), join_text(rest))
        and not re.fullmatch(r"[(（].*[)）]", squeeze(join_text(rest)))
        and rows[0][0].box.x0 <= rest[0].box.x0 + rest[0].box.height
        and _is_wide(cell, layout)
    ):
        label = rows[0][0]
        value, _ = value_of(layout, rest, Box.around([piece.box for piece in rest]))
        return [
            Pair(
                label=clean_label(first),
                value=value,
                confidence=0.75,
                label_box=label.box,
                value_box=Box.around([piece.box for piece in rest]),
                lines=tuple(dict.fromkeys(piece.line for piece in rest)),
            )
        ]
    return []


def _is_wrapped_label(whole: str, rest: str) -> bool:
    """Whether a text over several lines is one label, ``rest`` being all but its first line."""
    short = len(squeeze(whole)) <= LONGEST_LABEL
    return short and has_head(whole) and not re.search(r"\d", rest)


def _is_wide(cell: Cell, layout: PageLayout) -> bool:
    """Whether a cell is wide enough to hold a value under its label, not only a wrapped label."""
    pieces = layout.pieces(cell)
    height = max(piece.box.height for piece in pieces)
    return cell.box.width > 9 * height


def _lone_label(cell: Cell, layout: PageLayout) -> bool:
    """Whether the cell to the right is free to hold the label's value."""
    right = layout.grids[cell.table].right_of(cell)
    return right is not None and label_odds(right.text) < 1.5


def _rows_behind(rows: Sequence[Sequence[Piece]]) -> list[Piece]:
    """Rows that go on with a value: those up to the next row with a label of its own."""
    more: list[Piece] = []
    for row in rows:
        if inline_labels(row):
            break
        more += row
    return more
