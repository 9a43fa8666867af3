"""Tick boxes, decided by their pixels, each with the option it belongs to.

An engine for text often drops a box or takes it for a character, so boxes are looked for
as four straight sides with paper around them; the text only says what they stand for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
from numpy.typing import NDArray

from extractors.imaging.ink import Mask, evened
from extractors.imaging.tick_boxes import Frame, find_frames, frame_ink
from extractors.imaging.tick_labels import BOX_GLYPHS, labels_of, laid_out
from extractors.page import PAGE_DPI, Box, Cell, Line, Tick

_ALIKE: Final = 0.1
"""By how much tick boxes of one page differ in size; to which two pixels are added."""
_LEAST_OF_LINE: Final = 0.4
_LEAST_OF_SIGN: Final = 0.52
"""Of the height of a line, and of the width of a sign: frames in characters are smaller."""
_GAP: Final = 0.4
"""Of its height: paper before or behind a box that no character of a word has."""
_RULE: Final = 4
"""Pixels from the side of a cell that its rule may take."""
_EMPTY_SIGNS: Final = "口囗OoDQ0"
_FULL_SIGNS: Final = set("口囗回国四目日田因固团图困圆园西酉白自由甲申中曰匹巨区")
"""Characters that are, or hold, a box with four sides."""


def find_ticks(
    page: NDArray[Any], lines: Sequence[Line], cells: Sequence[Cell] = ()
) -> tuple[Tick, ...]:
    """The tick boxes of an upright page with their options, in reading order.

    Args:
        page: Blue-green-red, 200 dpi.
        lines: Of the page.
        cells: Of the page; an option stands in the same cell as its box.
    """
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY)
    flat = evened(grey, PAGE_DPI)
    ink = frame_ink(flat)
    boxes = tick_boxes(find_frames(flat), lines, cells, ink)
    ticks = []
    for row in _rows(boxes, cells):
        beside = [line for line in lines if _on_row(line, row[0].box, cells)]
        labels = labels_of([frame.box for frame in row], beside, ink)
        for frame, label in zip(row, labels, strict=True):
            if label:
                ticked, confidence = frame.decided()
                ticks.append(Tick(label=label, ticked=ticked, confidence=confidence, box=frame.box))
    return tuple(sorted(ticks, key=lambda tick: (round(tick.box.y0 / 20), tick.box.x0)))


def tick_boxes(
    frames: Sequence[Frame], lines: Sequence[Line], cells: Sequence[Cell], ink: Mask
) -> list[Frame]:
    """The frames that are tick boxes and no characters.

    Beyond doubt are boxes that the engine read as a box, empty ones that stand apart, and
    equal ones side by side with paper before (or behind) each.  Parts of characters also make
    squares full of strokes, but not of the size of the page's tick boxes, level with one or
    apart from the text, and never right behind one.
    """
    seen = [_seen(frame, lines, cells, ink) for frame in frames]
    whole = [it for it in seen if not it.part and not it.frame.character]
    sure = [it for it in whole if _is_sure(it, whole)]
    kept = []
    for it in whole:
        if it in sure:
            kept.append(it.frame)
            continue
        if not it.frame.empty and any(_follows(it.frame.box, other.frame.box) for other in sure):
            continue
        like = [other for other in sure if _alike(it.frame.box, other.frame.box)]
        near = any(_beside(it, other) for other in like)
        apart = it.before or it.behind
        if like and (near or (apart and not it.frame.empty and not it.read)):
            kept.append(it.frame)
    # An empty frame in a character is smaller than the tick boxes beside it.
    kept = [frame for frame in kept if not any(_dwarfed(frame.box, b.box) for b in kept)]
    return [
        frame
        for frame in kept
        if frame.empty or not any(_follows(frame.box, other.box) for other in kept)
    ]


@dataclass(frozen=True)
class _Seen:
    """A frame and what stands around it."""

    frame: Frame
    cell: int | None
    announced: bool
    """Whether the engine wrote a box sign about here."""
    read: bool
    """Whether the engine read a sign with a frame just here."""
    part: bool
    """Whether it is too small for a sign of its own in its line."""
    before: bool
    """Whether there is paper before it, as before no sign within a word."""
    behind: bool


def _seen(frame: Frame, lines: Sequence[Line], cells: Sequence[Cell], ink: Mask) -> _Seen:
    box = frame.box
    line = _line_at(box, lines)
    cell = _cell_at(box, cells)
    left, right = (cells[cell].box.x0, cells[cell].box.x1) if cell is not None else (0.0, 1e6)
    gap = round(_GAP * box.height)
    rows = slice(int(box.y0) + 2, int(box.y1) - 2)
    # The rules of the cell are no signs.
    start = max(int(box.x0) - 3 - gap, int(left) + _RULE)
    end = min(int(box.x1) + 3 + gap, int(right) - _RULE)
    return _Seen(
        frame=frame,
        cell=cell,
        announced=_is_announced(box, lines),
        read=_is_read(frame, lines),
        part=line is not None and _is_part(box, line),
        before=not (ink[rows, start : max(start, int(box.x0) - 3)] > 0).any(),
        behind=not (ink[rows, int(box.x1) + 3 : max(int(box.x1) + 3, end)] > 0).any(),
    )


def _is_sure(it: _Seen, whole: Sequence[_Seen]) -> bool:
    """Whether a frame is a box even if nothing is known of the others."""
    if it.announced or any(_fellows(it, other) for other in whole):
        return True
    announced = [other for other in whole if other.announced]
    fits = not announced or any(_alike(it.frame.box, other.frame.box) for other in announced)
    return it.frame.empty and it.before and not it.read and fits


def _beside(it: _Seen, other: _Seen) -> bool:
    return _level(it.frame.box, other.frame.box) and it.cell == other.cell


def _fellows(it: _Seen, other: _Seen) -> bool:
    """Whether two frames are boxes of one row: alike, level, both before or behind a text."""
    return (
        it is not other
        and _beside(it, other)
        and _alike(it.frame.box, other.frame.box)
        and ((it.before and other.before) or (it.behind and other.behind))
    )


def _line_at(box: Box, lines: Sequence[Line]) -> Line | None:
    return next((line for line in lines if line.box.holds(*box.centre)), None)


def _is_part(box: Box, line: Line) -> bool:
    """Whether a frame is too small for a sign of its own in its line."""
    small = min(box.height, box.width)
    return small < _LEAST_OF_LINE * line.box.height or small < _LEAST_OF_SIGN * _sign_width(line)


def _sign_width(line: Line) -> float:
    """Width of a Chinese character of a line, whose words may be set wide apart."""
    units = sum(0.5 if sign.isascii() else 1.0 for sign in line.text)
    return min(line.box.width / max(0.5, units), 0.75 * line.box.height)


def _is_announced(box: Box, lines: Sequence[Line]) -> bool:
    """Whether the engine wrote a box sign about where the box is."""
    x, y = box.centre
    signs = [
        (abs(place.x - x) / _sign_width(line), place.text)
        for line in lines
        if line.box.y0 <= y <= line.box.y1 and line.box.x0 - 60 <= x <= line.box.x1 + 60
        for place in laid_out(line.text, [(line.box.x0, line.box.x1)])
        if place.text in BOX_GLYPHS or place.text in _FULL_SIGNS
    ]
    distance, sign = min(signs, default=(9.0, ""))
    return distance < 1.2 and sign in BOX_GLYPHS


def _is_read(frame: Frame, lines: Sequence[Line]) -> bool:
    """Whether the engine read a sign with a frame just where the box is: 口, 国, 日 and so on."""
    line = _line_at(frame.box, lines)
    if line is None:
        return False
    x = frame.box.centre[0]
    return any(
        abs(place.x - x) < 0.8 * place.width
        and place.text in (_EMPTY_SIGNS if frame.empty else _FULL_SIGNS)
        for place in laid_out(line.text, [(line.box.x0, line.box.x1)])
    )


def _alike(box: Box, other: Box) -> bool:
    return (
        abs(box.width - other.width) <= _ALIKE * other.width + 2
        and abs(box.height - other.height) <= _ALIKE * other.height + 2
    )


def _dwarfed(box: Box, other: Box) -> bool:
    beside = abs(box.centre[1] - other.centre[1]) < 0.5 * other.height
    return beside and box.width < 0.87 * other.width and box.height < 0.95 * other.height


def _follows(box: Box, other: Box) -> bool:
    """Whether a box stands so close behind another that it is the first sign of its text."""
    return 0 <= box.x0 - other.x1 < 0.7 * max(box.width, other.width) and _level(box, other)


def _level(box: Box, other: Box) -> bool:
    return abs(box.centre[1] - other.centre[1]) < 5


def _rows(frames: Sequence[Frame], cells: Sequence[Cell]) -> list[list[Frame]]:
    """Boxes that stand side by side in the same cell, from left to right."""
    rows: list[list[Frame]] = []
    for frame in sorted(frames, key=lambda frame: frame.box.y0):
        box = frame.box
        for row in rows:
            first = row[0].box
            level = abs(first.centre[1] - box.centre[1]) < 0.5 * min(first.height, box.height)
            if level and _cell_at(first, cells) == _cell_at(box, cells):
                row.append(frame)
                break
        else:
            rows.append([frame])
    return [sorted(row, key=lambda frame: frame.box.x0) for row in rows]


def _cell_at(box: Box, cells: Sequence[Cell]) -> int | None:
    holders = [i for i, cell in enumerate(cells) if cell.box.holds(*box.centre)]
    return min(holders, key=lambda i: cells[i].box.area) if holders else None


def _on_row(line: Line, box: Box, cells: Sequence[Cell]) -> bool:
    shared = min(line.box.y1, box.y1) - max(line.box.y0, box.y0)
    level = shared > 0.5 * min(box.height, line.box.height)
    return level and _cell_at(line.box, cells) == _cell_at(box, cells)
