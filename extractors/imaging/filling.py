"""Which lines stand in which cell."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.page import Cell, Line


def fill_cells(cells: Sequence[Cell], lines: Sequence[Line]) -> tuple[Cell, ...]:
    """The cells with the lines whose middle lies in them, and their text.

    Args:
        cells: Without text.
        lines: Of the page, in reading order.
    """
    inside: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        x, y = line.box.centre
        holders = [i for i, cell in enumerate(cells) if cell.box.holds(x, y)]
        if holders:
            smallest = min(holders, key=lambda i: cells[i].box.area)
            inside.setdefault(smallest, []).append(index)
    return tuple(
        cell.model_copy(
            update={
                "lines": tuple(inside.get(i, ())),
                "text": joined_text([lines[index] for index in inside.get(i, ())]),
            }
        )
        for i, cell in enumerate(cells)
    )


def joined_text(lines: Sequence[Line]) -> str:
    """Text of consecutive lines in one string.

    Lines side by side are set apart by a space; a line that goes on below follows at
    once, as Chinese is written, unless that would run two Latin words together.
    """
    text = ""
    for before, line in zip([None, *lines], lines, strict=False):
        if before is not None:
            beside = line.box.y0 < before.box.centre[1]
            latin = text[-1:].isascii() and line.text[:1].isascii()
            words = text[-1:].isalpha() and line.text[:1].isalpha()
            text += " " if beside or (latin and words) else ""
        text += line.text
    return text
