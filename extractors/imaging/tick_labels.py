"""Which text stands for which tick box: the options of a row of boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np

from extractors.imaging.ink import Mask
from extractors.page import Box, Line

BOX_GLYPHS: Final = "□☐☑☒■▢◻⬜✓✔√"
_MISREAD_BOXES: Final = "囗回团"
_MISREAD_EMPTY: Final = "口囗"
_NEAR_BREAK: Final = 1.5
"""Characters by which the place where a text is cut may be off."""
_LINE_GAP: Final = 0.3
"""Of a character: what lies further behind and was seen as a line of its own is another text."""
_WIDE_GAP: Final = 1.2
"""Of the height of a box: a gap that no two characters of one option have between them."""
_LABEL_ENDS: Final = "：:；;，,、。"


@dataclass(frozen=True)
class Character:
    """One sign of a line and about where it stands."""

    x: float
    """Its middle."""
    width: float
    text: str
    opens: bool = False
    """Whether it is the first of its line, as the engine saw lines."""


def labels_of(row: Sequence[Box], lines: Sequence[Line], ink: Mask) -> list[str]:
    """The option of each box: the text after it, or before it where boxes come last.

    Args:
        row: Boxes side by side, from left to right.
        lines: Level with the boxes, in the same cell.
        ink: Of the page.
    """
    characters = sorted(
        (
            replace(place, opens=number == 0)
            for line in lines
            for number, place in enumerate(_characters(line, row, ink))
        ),
        key=lambda place: place.x,
    )
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


def _characters(line: Line, boxes: Sequence[Box], ink: Mask) -> list[Character]:
    """Where each character of a line stands, box signs left out.

    Where the engine wrote as many box signs as there are boxes in the line, the text
    between two signs is spread between those two boxes; otherwise the whole text over
    all the ink that is not boxes.
    """
    inside = [box for box in boxes if line.box.x0 - 4 <= box.centre[0] <= line.box.x1 + 4]
    if not inside:
        return laid_out(line.text, [(line.box.x0, line.box.x1)])
    glyphs = _glyphs(line.text, len(inside))
    signs = [i for i, sign in enumerate(line.text) if sign in glyphs]
    edges = [line.box.x0, *(x for box in inside for x in (box.x0 - 4, box.x1 + 4)), line.box.x1]
    spans = [_inked(ink, inside[0], a, b) for a, b in zip(edges[0::2], edges[1::2], strict=True)]
    if len(signs) == len(inside):
        cuts = [-1, *signs, len(line.text)]
        parts = [line.text[a + 1 : b].strip() for a, b in pairwise(cuts)]
    else:
        parts = _shared_out(line.text, [sum(b - a for a, b in span) for span in spans], glyphs)
    return [
        place for part, span in zip(parts, spans, strict=True) for place in laid_out(part, span)
    ]


def _glyphs(text: str, boxes: int) -> str:
    """The signs of a text that stand for tick boxes; 口 too where that makes up their number."""
    if (
        sum(text.count(sign) for sign in BOX_GLYPHS)
        < boxes
        == sum(text.count(sign) for sign in BOX_GLYPHS + _MISREAD_EMPTY)
    ):
        return BOX_GLYPHS + _MISREAD_EMPTY
    return BOX_GLYPHS


def _shared_out(text: str, rooms: Sequence[float], glyphs: str) -> list[str]:
    """Text divided among stretches of ink by their widths, whole characters to each.

    A box sign or a space that was read near where a stretch ends is where the text is cut.
    """
    signs, breaks = _signs_and_breaks(text, glyphs)
    weights = [0.5 if sign.isascii() else 1.0 for sign in signs]
    before = [sum(weights[:i]) for i in range(len(signs) + 1)]
    room = sum(rooms)
    dues = [sum(rooms[: i + 1]) / room * before[-1] if room else 0.0 for i in range(len(rooms))]
    cuts = [0]
    for i, due in enumerate(dues[:-1]):
        cut = sum(before[k] + weights[k] / 2 < due for k in range(len(signs)))
        # A break belongs to the cut that it is nearest to.
        away = [abs(before[b] - due) for b in breaks]
        near = [
            b
            for b, distance in zip(breaks, away, strict=True)
            if distance <= min(_NEAR_BREAK, *(abs(before[b] - other) for other in dues))
        ]
        if near and rooms[i]:
            cut = min(near, key=lambda b: abs(before[b] - due))
        cuts.append(max(cuts[-1], cut))
    cuts.append(len(signs))
    return ["".join(signs[a:b]) for a, b in pairwise(cuts)]


def _signs_and_breaks(text: str, glyphs: str) -> tuple[list[str], list[int]]:
    """The text without box signs and spaces, and how many signs stand before each of these.

    Options also begin behind a colon.
    """
    signs: list[str] = []
    breaks: set[int] = set()
    for sign in text:
        if sign in glyphs or sign.isspace():
            breaks.add(len(signs))
            continue
        signs.append(sign)
        if sign in "：:":
            breaks.add(len(signs))
    return signs, sorted(breaks)


def _inked(ink: Mask, level: Box, start: float, end: float) -> list[tuple[float, float]]:
    """The inked parts of a stretch that is level with a box, cut where a wide gap is."""
    left = max(0, int(start))
    strip = ink[int(level.y0) : int(level.y1), left : max(left, int(end))]
    columns = np.flatnonzero((strip > 0).sum(axis=0) > 1)
    if columns.size < 0.3 * level.width:  # the end of a tick, a colon
        return [(start, start)]
    gaps = np.flatnonzero(np.diff(columns) > _WIDE_GAP * level.height)
    edges = [0, *(gaps + 1).tolist(), columns.size]
    return [
        (left + float(columns[a]), left + float(columns[b - 1]) + 1) for a, b in pairwise(edges)
    ]


def laid_out(text: str, spans: Sequence[tuple[float, float]]) -> list[Character]:
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
                places.append(Character(start + middle, width * unit, sign))
                break
            middle -= end - start
    return places


def _run_after(start: float, end: float, characters: Sequence[Character]) -> str:
    text, reached = "", start
    for place in characters:
        if not start - 2 <= place.x <= end + 2:
            continue
        gap = place.x - place.width / 2 - reached
        if text and place.opens and gap > _LINE_GAP * place.width:
            break
        if gap > (2.5 if not text else 1.3) * max(place.width, 20):
            break
        if text and place.text.isspace() and not text[-1].isascii():
            break
        text += place.text
        reached = place.x + place.width / 2
    return _clean(text)


def _run_before(end: float, start: float, characters: Sequence[Character]) -> str:
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
    text = text.strip().lstrip(BOX_GLYPHS + _MISREAD_BOXES).strip(" " + _LABEL_ENDS)
    if len(text) > 1 and text[0] in "VvⅤ" and not text[1].isascii():
        text = text[1:]
    return text
