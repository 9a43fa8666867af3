"""Tick boxes that stand in text as signs, or as brackets, each with its option."""

from __future__ import annotations

import re
from typing import NamedTuple

TICKED = "☑√✓✔☒■▣🗹✅"
OPEN = "□☐○◯▢"
GLYPHS = re.compile(f"[{TICKED}{OPEN}]")
"""Signs that stand for a tick box in text."""

_BOX = re.compile(rf"[（(]\s*([{TICKED}VvＶ]?)\s*[)）]|([{TICKED}{OPEN}])")
"""A sign, or brackets with a tick or with nothing in them."""
_FIRST = re.compile(r"\s*(\S+)")
_LAST = re.compile(r"([^\s:：]+)\s*$")


class BoxInText(NamedTuple):
    """A box in a text."""

    label: str
    """The option that it belongs to; empty where none stands beside it."""
    ticked: bool
    start: int
    """Of the box in the text."""


def boxes_in(text: str) -> list[BoxInText]:
    """The boxes of a text with their options.

    Options follow their boxes.  Where a text begins with one and ends with a box (``是（√）
    否（ ）``), they come before.
    """
    found = list(_BOX.finditer(text))
    if not found:
        return []
    edges = [0, *(place for box in found for place in box.span()), len(text)]
    between = [text[a:b] for a, b in zip(edges[0::2], edges[1::2], strict=True)]
    before = [_LAST.search(part) for part in between[:-1]]
    if all(before) and not between[-1].strip():
        labels = [hit[1] if hit else "" for hit in before]
    else:
        labels = [hit[1] if (hit := _FIRST.match(part)) else "" for part in between[1:]]
    return [
        BoxInText(label, bool(box[1]) or (box[2] or OPEN) in TICKED, box.start())
        for label, box in zip(labels, found, strict=True)
    ]


def without_boxes(text: str) -> str:
    """The text without the signs and brackets that stand for boxes."""
    return _BOX.sub("", text)
