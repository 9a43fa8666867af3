"""Lines that a detector passed over: print with handwriting in it, or under a stamp."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from extractors.imaging.seals import lift_seals
from extractors.ocr.confidence import calibrated
from extractors.ocr.crops import crop_of
from extractors.ocr.engine import Engine, Image
from extractors.page import Box, Cell, Line, Seal

_MARGIN: Final = 5
"""Pixels of paper that a crop keeps around the ink."""
_WIDEST_GAP: Final = 70
"""Pixels between pieces of ink that are still one line, at 200 dpi."""
_LEAST_CONFIDENCE: Final = 0.8
_REPEATED: Final = 0.6
"""Share of the smaller box from which two lines are one."""
_FEWEST_SIGNS: Final = 4
"""Shorter readings may be a signature taken for print."""


def read_missed(
    page: Image,
    engine: Engine,
    unexplained: Sequence[Box],
    cells: Sequence[Cell] = (),
    seals: Sequence[Seal] = (),
) -> tuple[Line, ...]:
    """What is print among ink that no line accounts for.

    Args:
        page: Upright, 200 dpi.
        engine: Recognises.
        unexplained: Places with such ink, as found by ``find_handwriting``.
        cells: Of the page's tables; no line reaches over the side of a cell.
        seals: Lifted off before reading.
    """
    places = _rows(unexplained, cells)
    if not places:
        return ()
    lifted = lift_seals(page, seals)
    quads = [
        (
            (x0 := box.x0 - _MARGIN),
            (y0 := box.y0 - _MARGIN),
            (x1 := box.x1 + _MARGIN),
            y0,
            x1,
            (y1 := box.y1 + _MARGIN),
            x0,
            y1,
        )
        for box in places
    ]
    readings = engine.recognise([crop_of(lifted, quad) for quad in quads])
    return tuple(
        Line(
            text=reading.text.strip(),
            quad=quad,
            confidence=calibrated(reading, engine.name),
            engine=engine.name,
            rivals=reading.rivals,
        )
        for quad, reading in zip(quads, readings, strict=True)
        if reading.confidence >= _LEAST_CONFIDENCE and _is_print(reading.text)
    )


def without_repeats(lines: Sequence[Line], missed: Sequence[Line]) -> list[Line]:
    """Lines and missed ones together; of two readings of one place the surer one.

    Where a line was read with doubt its ink is looked at once more.
    """
    kept = list(lines)
    for line in missed:
        same = [other for other in kept if _one_place(line.box, other.box)]
        if all(other.confidence < line.confidence for other in same):
            kept = [other for other in kept if other not in same] + [line]
    return kept


def _one_place(one: Box, other: Box) -> bool:
    return one.overlap(other) > _REPEATED * min(one.area, other.area)


def _is_print(text: str) -> bool:
    return sum("\u4e00" <= sign <= "\u9fff" for sign in text) >= _FEWEST_SIGNS


def _rows(boxes: Sequence[Box], cells: Sequence[Cell]) -> list[Box]:
    """The boxes, those that follow each other closely on one row of one cell put together."""
    rows: list[Box] = []
    for box in sorted(boxes, key=lambda box: box.x0):
        for i, row in enumerate(rows):
            shared = min(row.y1, box.y1) - max(row.y0, box.y0)
            level = shared > 0.5 * min(row.height, box.height)
            if level and box.x0 - row.x1 < _WIDEST_GAP and _cell(row, cells) == _cell(box, cells):
                rows[i] = Box.around([row, box])
                break
        else:
            rows.append(box)
    return rows


def _cell(box: Box, cells: Sequence[Cell]) -> int | None:
    holders = [i for i, cell in enumerate(cells) if cell.box.holds(*box.centre)]
    return min(holders, key=lambda i: cells[i].box.area) if holders else None
