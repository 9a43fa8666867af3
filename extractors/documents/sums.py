"""Figures of a financial statement that the other figures on its page bear out.

A statement adds up to the cent: 负债合计 and 所有者权益合计 are 资产总计, and 营业收入 less what
stands below it is 营业利润 (layouts: 财政部 财会〔2019〕6号).  Where an equation of three figures
or more holds to the cent, none of them was misread, for misread figures would have to make up
for each other.  Round figures come to each other by chance too, so they bear nothing out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from extractors.forms.labels import squeeze
from extractors.forms.layout import Piece

_SAME_EDGE = 40.0
"""Pixels at 200 dpi within which figures of one column end."""
_LEAST = Decimal(100)
"""Smaller amounts make a sum too easily."""
_LONGEST_RUN = 25
_TELLING = 4
"""Digits before the closing zeros from which a figure is not round; an equation holds two such."""


class Entry(NamedTuple):
    """One figure of a column."""

    label: str
    amount: Decimal
    line: int
    """Index into the page's lines."""


def amount_of(text: str) -> Decimal:
    """The number that a figure states; in brackets it is negative."""
    digits = text.strip("()（）").replace(",", "").replace("，", "")
    return -Decimal(digits) if text[0] in "(（" else Decimal(digits)


def columns_of(rows: Sequence[Sequence[tuple[Piece, bool]]]) -> list[list[Entry]]:
    """The figures of a page by column, from top to bottom, each with the label of its row.

    Args:
        rows: Pieces from left to right, each with whether it is a figure.
    """
    placed: list[tuple[float, Entry]] = []
    for row in rows:
        label = ""
        for piece, is_figure in row:
            text = squeeze(piece.text)
            if is_figure:
                placed.append((piece.box.x1, Entry(label, amount_of(text), piece.line)))
            elif not text.isdigit():
                label = text
    columns: list[list[Entry]] = []
    column_at: dict[float, int] = {}
    last = -_SAME_EDGE
    for edge in sorted({edge for edge, _ in placed}):
        if not columns or edge - last > _SAME_EDGE:
            columns.append([])
        column_at[edge] = len(columns) - 1
        last = edge
    for edge, entry in placed:
        columns[column_at[edge]].append(entry)
    return columns


def borne_out(column: Sequence[Entry]) -> frozenset[int]:
    """Lines whose figures take part in an equation that holds.

    Args:
        column: Figures from top to bottom.
    """
    return frozenset(
        entry.line
        for equation in _equations(column)
        if sum(not _is_round(entry.amount) for entry in equation) >= 2
        for entry in equation
    )


def _is_round(amount: Decimal) -> bool:
    return len(amount.normalize().as_tuple().digits) < _TELLING


def _equations(column: Sequence[Entry]) -> Iterator[list[Entry]]:
    large = [entry for entry in column if abs(entry.amount) >= _LEAST]
    by_amount: dict[Decimal, list[Entry]] = {}
    for entry in large:
        by_amount.setdefault(entry.amount, []).append(entry)
    for i, one in enumerate(large):
        for other in large[i + 1 :]:
            for total in by_amount.get(one.amount + other.amount, ()):
                yield [one, other, total]
    for start in range(len(column)):
        for sign in (1, -1):
            run = _run(column[start : start + _LONGEST_RUN], sign)
            if run:
                yield run


def _run(column: Sequence[Entry], sign: int) -> list[Entry]:
    """The first figure with those below it up to the one that they come to; empty if to none.

    A row that begins with 加 or 减 says how it and the following ones count; one that begins with
    其中 repeats a part of the row above.
    """
    used = [column[0]]
    total = column[0].amount
    for entry in column[1:]:
        if entry.label.startswith("其中"):
            continue
        counted = sum(abs(each.amount) >= _LEAST for each in used)
        if counted >= 2 and abs(total) >= _LEAST and entry.amount == total:
            return [*used, entry]
        if entry.label.startswith("加"):
            sign = 1
        elif entry.label.startswith("减"):
            sign = -1
        total += sign * entry.amount
        used.append(entry)
    return []
