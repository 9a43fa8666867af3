"""Tick boxes, decided by their pixels, each with the option it belongs to.

An engine for text often drops a box or takes it for a character, so boxes are looked for
as four straight sides with a clear surrounding; the text only says what they stand for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.imaging.ink import Mask, evened
from extractors.page import PAGE_DPI, Box, Cell, Line, Tick

# Lengths in pixels at 200 dpi.
_SIDES: Final = (15, 48)
_FRAME_DRAWN: Final = 0.9
_STRAIGHT_AT_LEAST: Final = 0.45
_STRAIGHT_ON_AVERAGE: Final = 0.7
_DENSEST: Final = 0.5
"""Inked share of the inside above which it is a sign of many strokes, not a tick."""
_STROKE: Final = 10
_SIDE_DRAWN: Final = 0.75
_CLEAR: Final = 0.34
"""Share of the surrounding just outside a side that may carry ink."""
_EMPTY: Final = 0.045
_FILLED: Final = 0.085
"""Inked share of the inside below which a box is empty, above which it is ticked."""
_ALIKE: Final = 0.12
_LEAST_OF_LINE: Final = 0.45
_BOX_GLYPHS: Final = "□☐☑☒■▢◻⬜✓✔√"
_MISREAD_BOXES: Final = "囗回团"
_BOX_LIKE: Final = set("口日目曰田回国四囗因固团困圆园西酉白自由甲申中匹巨区")
"""Characters that are, or hold, a box with four sides."""
_LABEL_ENDS: Final = "：:；;，,、。"


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
    ink = np.asarray((flat < _ink_level(flat)).astype(np.uint8) * 255)
    found = _squares(ink)
    for box in _framed_like(ink, _sure(found, lines, ink)):
        _add(found, box)
    boxes = _alike(found, _sure(found, lines, ink), lines, cells, ink)
    ticks = []
    for row in _rows(boxes, cells):
        beside = [line for line in lines if _on_row(line, row[0], cells)]
        characters = sorted(
            (place for line in beside for place in _characters(line, row, ink)),
            key=lambda place: place.x,
        )
        for box, label in zip(row, _labels(row, characters), strict=True):
            if label:
                ticked, confidence = _decide(ink, box)
                ticks.append(Tick(label=label, ticked=ticked, confidence=confidence, box=box))
    return tuple(sorted(ticks, key=lambda tick: (round(tick.box.y0 / 20), tick.box.x0)))


def _ink_level(flat: NDArray[Any]) -> float:
    """Half way between paper and the page's darkest ink: faint pages need more."""
    inked = flat[flat < 215]
    darkest = float(np.percentile(inked, 10)) if inked.size else 0.0
    return float(np.clip((darkest + 255) / 2, 150, 205))


# --- boxes ----------------------------------------------------------------------------


def _squares(ink: Mask) -> list[Box]:
    """Squares drawn with four straight sides, and solid ones."""
    strokes = cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones((1, _STROKE), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    sides = [
        (x, y, wide, high)
        for x, y, wide, high, _ in stats[1:].tolist()
        if _SIDES[0] <= wide <= _SIDES[1] + 14
    ]
    sides.sort(key=lambda side: side[1])
    found: list[Box] = []
    for i, (x, y, wide, high) in enumerate(sides):
        if high >= 0.75 * wide:
            _add(found, _solid(ink, x, y, wide, high))
            continue
        for x_below, y_below, wide_below, high_below in sides[i + 1 :]:
            distance = y_below + high_below - y
            if distance > _SIDES[1]:
                if y_below - y > _SIDES[1]:
                    break
                continue
            start, end = max(x, x_below), min(x + wide, x_below + wide_below)
            if distance < _SIDES[0] or not 0.72 < (end - start) / distance < 1.35:
                continue
            _add(found, _framed(ink, start, y, end, y + distance))
    return found


def _add(found: list[Box], box: Box | None) -> None:
    if box is not None and not any(box.overlap(other) > 0.2 * box.area for other in found):
        found.append(box)


def _framed(ink: Mask, x0: int, y0: int, x1: int, y1: int) -> Box | None:
    """The box, if its left and right sides are drawn too and it stands apart."""
    lefts = [_drawn(ink[y0:y1, max(0, x0 + d - 1) : x0 + d + 2].T) for d in (-2, 0, 2)]
    rights = [_drawn(ink[y0:y1, max(0, x1 + d - 2) : x1 + d + 1].T) for d in (-2, 0, 2)]
    tops = _drawn(ink[max(0, y0 - 1) : y0 + 4, x0:x1])
    bottoms = _drawn(ink[max(0, y1 - 4) : y1 + 1, x0:x1])
    if min(max(lefts), max(rights), tops, bottoms) < _SIDE_DRAWN:
        return None
    return _apart(ink, x0, y0, x1, y1)


def _solid(ink: Mask, x: int, y: int, wide: int, high: int) -> Box | None:
    if not (high <= _SIDES[1] and wide <= _SIDES[1] and 0.75 < wide / high < 1.33):
        return None
    inside = ink[y : y + high, x : x + wide] > 0
    return _apart(ink, x, y, x + wide, y + high) if inside.mean() > 0.93 else None


def _apart(ink: Mask, x0: int, y0: int, x1: int, y1: int, own: float = _CLEAR) -> Box | None:
    """The box, if there is next to nothing just outside its sides: it is no part of a sign."""
    around = (
        ink[max(0, y0 - 6) : max(0, y0 - 3), x0:x1],
        ink[y1 + 3 : y1 + 6, x0:x1],
        ink[y0:y1, max(0, x0 - 6) : max(0, x0 - 3)].T,
        ink[y0:y1, x1 + 3 : x1 + 6].T,
    )
    shares = sorted(_drawn(strip) for strip in around)
    if shares[2] > own or (shares[3] > 0.6 and shares[2] > 0.15):
        return None
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)


def _drawn(strip: NDArray[Any]) -> float:
    """Share of the strip's length (its columns) with any ink."""
    return float((strip > 0).any(axis=0).mean()) if strip.size else 0.0


def _decide(ink: Mask, box: Box) -> tuple[bool | None, float]:
    """Whether a box is ticked: ink inside it, away from its sides."""
    share = _inside_share(ink, box)
    if share < _EMPTY:
        return False, round(min(1.0, 0.7 + 0.3 * (1 - share / _EMPTY)), 3)
    if share > _FILLED:
        return True, round(min(1.0, 0.7 + 0.3 * (share - _FILLED) / 0.1), 3)
    return None, 0.5


def _inside_share(ink: Mask, box: Box) -> float:
    inset = max(4, round(0.2 * min(box.width, box.height)))
    inside = ink[
        int(box.y0) + inset : int(box.y1) - inset, int(box.x0) + inset : int(box.x1) - inset
    ]
    return float((inside > 0).mean()) if inside.size else _EMPTY


# --- options --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Character:
    x: float
    width: float
    text: str


def _sure(boxes: Sequence[Box], lines: Sequence[Line], ink: Mask) -> list[Box]:
    """The boxes beyond doubt: empty ones that are no sign, and those the engine saw too."""
    return [
        box
        for box in boxes
        if _is_announced(box, lines)
        or (_decide(ink, box)[0] is False and not _is_character(box, lines, ink))
    ]


def _alike(
    boxes: Sequence[Box],
    sure: Sequence[Box],
    lines: Sequence[Line],
    cells: Sequence[Cell],
    ink: Mask,
) -> list[Box]:
    """The boxes beyond doubt, and those like them that stand in line with them.

    Parts of signs also make squares full of strokes, but not of the size of the page's tick
    boxes, level with one or under one, and never right behind one.
    """
    kept = []
    for box in boxes:
        empty = _decide(ink, box)[0] is False
        if not empty and any(_follows(box, other) for other in boxes):
            continue
        leads = any(_follows(other, box) for other in boxes)
        if box in sure or (
            (leads or not _is_character(box, lines, ink))
            and any(
                abs(box.width - other.width) <= _ALIKE * other.width + 1
                and abs(box.height - other.height) <= _ALIKE * other.height + 1
                and (_level(box, other) or _under(box, other))
                and _cell_at(box, cells) == _cell_at(other, cells)
                for other in sure
            )
        ):
            kept.append(box)
    # An empty frame in a sign is smaller than the tick boxes beside it.
    return [box for box in kept if not any(_dwarfed(box, other) for other in kept)]


def _dwarfed(box: Box, other: Box) -> bool:
    beside = abs(box.centre[1] - other.centre[1]) < 0.5 * other.height
    return beside and box.width < 0.87 * other.width and box.height < 0.95 * other.height


def _follows(box: Box, other: Box) -> bool:
    """Whether a box stands so close behind another that it is the first sign of its text."""
    return 0 <= box.x0 - other.x1 < 0.7 * max(box.width, other.width) and _level(box, other)


def _under(box: Box, other: Box) -> bool:
    return abs(box.x0 - other.x0) < 4 and abs(box.y0 - other.y0) < 4 * other.height


def _framed_like(ink: Mask, sure: Sequence[Box]) -> list[Box]:
    """Frames of the size of a box beyond doubt and level with it.

    A tick drawn over a box, or faint print, breaks the straightness of its sides; what is
    left to find is a frame whose pixels are nearly all inked.
    """
    near = cv2.dilate((ink > 0).astype(np.float32), np.ones((3, 3), np.uint8))
    found: list[Box] = []
    for box in sure:
        wide, high = round(box.width), round(box.height)
        top = max(0, int(box.y0) - 4)
        strip = near[top : int(box.y1) + 5]
        if strip.shape[0] < high or strip.shape[1] < wide:
            continue
        frame = np.zeros((high, wide), dtype=np.float32)
        cv2.rectangle(frame, (1, 1), (wide - 2, high - 2), (1.0,), 1)
        share = cv2.matchTemplate(strip, frame / frame.sum(), cv2.TM_CCORR)
        while True:
            _, peak, _, (x, y) = cv2.minMaxLoc(share)
            if peak < _FRAME_DRAWN:
                break
            share[:, max(0, x - wide // 2) : x + wide // 2 + 1] = 0
            place = Box(x0=x, y0=top + y, x1=x + wide, y1=top + y + high)
            share_inside = _inside_share(ink, place)
            # Only the strokes of a tick may reach over the sides.
            own = _CLEAR if share_inside < _FILLED else 0.6
            apart = _apart(ink, x, top + y, x + wide, top + y + high, own)
            if apart is not None and share_inside < _DENSEST and _has_straight_sides(ink, place):
                _add(found, apart)
    return found


def _has_straight_sides(ink: Mask, box: Box) -> bool:
    """Whether each side is a single straight line for most of its length."""
    x0, y0, x1, y1 = (int(part) for part in (box.x0, box.y0, box.x1, box.y1))
    rows = (ink[:, x0:x1] > 0).mean(axis=1)
    columns = (ink[y0:y1] > 0).mean(axis=0)
    sides = [
        float(shares[max(0, at - 2) : at + 3].max(initial=0.0))
        for shares, at in ((rows, y0), (rows, y1 - 1), (columns, x0), (columns, x1 - 1))
    ]
    return min(sides) >= _STRAIGHT_AT_LEAST and sum(sides) / 4 >= _STRAIGHT_ON_AVERAGE


def _level(box: Box, other: Box) -> bool:
    return abs(box.centre[1] - other.centre[1]) < 5


def _is_announced(box: Box, lines: Sequence[Line]) -> bool:
    """Whether the engine wrote a box sign about where the box is."""
    x, y = box.centre
    signs = [
        (abs(place.x - x) / place.width, place.text)
        for line in lines
        if line.box.y0 <= y <= line.box.y1
        and box.height >= _LEAST_OF_LINE * line.box.height
        and line.box.x0 - 60 <= x <= line.box.x1 + 60
        for place in _spread(line.text, [(line.box.x0, line.box.x1)])
        if place.text in _BOX_GLYPHS or place.text in _BOX_LIKE
    ]
    distance, sign = min(signs, default=(9.0, ""))
    return distance < 1.2 and sign in _BOX_GLYPHS


def _is_character(box: Box, lines: Sequence[Line], ink: Mask) -> bool:
    """Whether a line has a sign with a frame just where the box is: 口, 国, 日 and so on."""
    x, y = box.centre
    empty = _decide(ink, box)[0] is False
    for line in lines:
        if not line.box.holds(x, y):
            continue
        if box.height < _LEAST_OF_LINE * line.box.height:
            return True  # a part of a larger sign
        for place in _spread(line.text, [(line.box.x0, line.box.x1)]):
            away = abs(place.x - x) / place.width
            if away < 0.9 and place.text in "口囗":
                return True
            if not empty and away < 0.6 and place.text in _BOX_LIKE:
                return True
    return False


def _rows(boxes: Sequence[Box], cells: Sequence[Cell]) -> list[list[Box]]:
    """Boxes that stand side by side in the same cell, from left to right."""
    rows: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: box.y0):
        for row in rows:
            level = abs(row[0].centre[1] - box.centre[1]) < 0.5 * min(row[0].height, box.height)
            if level and _cell_at(row[0], cells) == _cell_at(box, cells):
                row.append(box)
                break
        else:
            rows.append([box])
    return [sorted(row, key=lambda box: box.x0) for row in rows]


def _cell_at(box: Box, cells: Sequence[Cell]) -> int | None:
    holders = [i for i, cell in enumerate(cells) if cell.box.holds(*box.centre)]
    return min(holders, key=lambda i: cells[i].box.area) if holders else None


def _on_row(line: Line, box: Box, cells: Sequence[Cell]) -> bool:
    shared = min(line.box.y1, box.y1) - max(line.box.y0, box.y0)
    level = shared > 0.5 * min(box.height, line.box.height)
    return level and _cell_at(line.box, cells) == _cell_at(box, cells)


def _characters(line: Line, boxes: Sequence[Box], ink: Mask) -> list[_Character]:
    """Where each character of a line stands, box signs left out.

    Where the engine wrote as many box signs as there are boxes in the line, the text
    between two signs is spread between those two boxes; otherwise the whole text over
    all the ink that is not boxes.
    """
    inside = [box for box in boxes if line.box.x0 - 4 <= box.centre[0] <= line.box.x1 + 4]
    if not inside:
        return _spread(line.text, [(line.box.x0, line.box.x1)])
    signs = [i for i, sign in enumerate(line.text) if sign in _BOX_GLYPHS]
    edges = [line.box.x0, *(x for box in inside for x in (box.x0 - 4, box.x1 + 4)), line.box.x1]
    spans = [_inked(ink, inside[0], a, b) for a, b in zip(edges[0::2], edges[1::2], strict=True)]
    if len(signs) == len(inside):
        cuts = [-1, *signs, len(line.text)]
        parts = [line.text[a + 1 : b].strip() for a, b in pairwise(cuts)]
        return [
            place
            for part, span in zip(parts, spans, strict=True)
            for place in _spread(part, [span])
        ]
    text = "".join(sign for sign in line.text if sign not in _BOX_GLYPHS and not sign.isspace())
    return [
        place
        for part, span in zip(_shared_out(text, spans), spans, strict=True)
        for place in _spread(part, [span])
    ]


def _shared_out(text: str, spans: Sequence[tuple[float, float]]) -> list[str]:
    """Text divided among stretches of ink by their widths, whole characters to each."""
    weights = [0.5 if sign.isascii() else 1.0 for sign in text]
    room = sum(end - start for start, end in spans)
    total = sum(weights)
    parts, taken, due = [], 0, 0.0
    for i, (start, end) in enumerate(spans):
        due += (end - start) / room * total if room else 0.0
        cut = taken
        while cut < len(text) and sum(weights[:cut]) + weights[cut] / 2 < due:
            cut += 1
        if i == len(spans) - 1:
            cut = len(text)
        parts.append(text[taken:cut])
        taken = cut
    return parts


def _inked(ink: Mask, level: Box, start: float, end: float) -> tuple[float, float]:
    """The part of a stretch, level with a box, from its first to its last ink."""
    left = max(0, int(start))
    strip = ink[int(level.y0) : int(level.y1), left : max(left, int(end))]
    columns = np.flatnonzero((strip > 0).sum(axis=0) > 1)
    if columns.size < 0.3 * level.width:  # the end of a tick, a colon
        return start, start
    return left + float(columns[0]), left + float(columns[-1]) + 1


def _spread(text: str, spans: Sequence[tuple[float, float]]) -> list[_Character]:
    """Characters laid over the spans by their widths: Chinese 1, Latin 0.5."""
    spans = [(a, b) for a, b in spans if b > a]
    room = sum(b - a for a, b in spans)
    widths = [0.5 if sign.isascii() else 1.0 for sign in text]
    if not text or room <= 0:
        return []
    unit = room / sum(widths)
    places, used = [], 0.0
    for sign, width in zip(text, widths, strict=True):
        middle = (used + width / 2) * unit
        used += width
        for start, end in spans:
            if middle <= end - start:
                places.append(_Character(start + middle, width * unit, sign))
                break
            middle -= end - start
    return places


def _labels(row: Sequence[Box], characters: Sequence[_Character]) -> list[str]:
    """The option of each box: the text after it, or before it where boxes come last."""
    before_first = [c for c in characters if c.x < row[0].x0]
    after_last = _run_after(row[-1].x1, float("inf"), characters)
    boxes_come_last = bool(before_first) and not after_last
    labels = []
    for i, box in enumerate(row):
        if boxes_come_last:
            start = row[i - 1].x1 if i else float("-inf")
            labels.append(_run_before(box.x0, start, characters))
        else:
            end = row[i + 1].x0 if i + 1 < len(row) else float("inf")
            labels.append(_run_after(box.x1, end, characters))
    return labels


def _run_after(start: float, end: float, characters: Sequence[_Character]) -> str:
    text, reached = "", start
    for place in characters:
        if not start - 2 <= place.x <= end + 2:
            continue
        gap = place.x - place.width / 2 - reached
        if gap > (2.5 if not text else 1.3) * max(place.width, 20):
            break
        if text and place.text.isspace() and not text[-1].isascii():
            break
        text += place.text
        reached = place.x + place.width / 2
    return _clean(text)


def _run_before(end: float, start: float, characters: Sequence[_Character]) -> str:
    text, reached = "", end
    for place in reversed(characters):
        if not start - 2 <= place.x <= end + 2:
            continue
        gap = reached - place.x - place.width / 2
        if gap > (2.5 if not text else 1.3) * max(place.width, 20):
            break
        if text and (place.text.isspace() or place.text in _LABEL_ENDS):
            break
        text = place.text + text
        reached = place.x - place.width / 2
    return _clean(text)


def _clean(text: str) -> str:
    text = text.strip().lstrip(_BOX_GLYPHS + _MISREAD_BOXES).strip(" " + _LABEL_ENDS)
    if len(text) > 1 and text[0] in "VvⅤ" and not text[1].isascii():
        text = text[1:]
    return text
