"""Tables of people: who stands at the left, what is asked of each stands in the head."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.forms.layout import PageLayout
from extractors.forms.printed import PrintedLabel
from extractors.forms.spec import FieldSpec
from extractors.page import Cell


def crossings(
    label: PrintedLabel,
    labels: Sequence[PrintedLabel],
    by_key: dict[str, FieldSpec],
    layout: PageLayout,
) -> list[tuple[str, Cell]]:
    """The fields that a column's head asks for, each with the cell in its owner's row.

    Args:
        label: Perhaps such a head (``电话`` over the rows of several people).
        labels: All labels of the form.
        by_key: The fields.
        layout: The label's page.

    Returns:
        Key and cell for each owner that stands below and to the left; empty where the label is
        no head of a column.
    """
    owned = {by_key[m.key].after: m.key for m in label.matches if by_key[m.key].after}
    if label.cell is None or label.behind or not owned:
        return []
    head = label.cell
    grid = layout.grids[head.table]
    owners = [
        other
        for other in labels
        if other.page == label.page
        and other.cell is not None
        and other.cell.table == head.table
        and other.cell.row >= head.row + head.row_span
        and other.cell.column + other.cell.column_span <= head.column
        and other.matches[0].key in owned
    ]
    right = grid.right_of(head)
    beside = right is not None and not any(
        other.cell == right for other in labels if other.page == label.page
    )
    if not owners or (beside and right is not None and right.text):
        return []  # what is asked for stands beside it
    below = grid.below(head)
    if below is None or any(o.cell == below for o in labels if o.page == label.page):
        return []
    found: list[tuple[str, Cell]] = []
    for owner in owners:
        if owner.cell is None:
            continue
        cell = grid.crossing(owner.cell, head)
        if cell is not None and cell.column >= head.column:
            found.append((owned[owner.matches[0].key], cell))
    return found
