"""Places that a stamp or a pen has gone over: what is doubted there, and what is no text."""

from __future__ import annotations

import re
from typing import Final

from extractors.forms.labels import squeeze
from extractors.forms.spec import FoundValue
from extractors.page import PageView
from extractors.values.kinds import FieldKind

_LEAST_WRITING: Final = 40
"""Pixels of ink from which a place is not empty; a thin figure 1 has about 60."""
_COMPLETE: Final = re.compile(r"(?:公司|厂|合作社|[局所会院]|中心|部门?|[。！]|[)）])$")
_MOST_SIGNS: Final = 6
"""Signs of a stamp's ring that are read as one line."""
_SIGNS: Final = re.compile(r"[\u4e00-\u9fffA-Z]+")
_TEXTS: Final = (FieldKind.NAME, FieldKind.TEXT)


def doubted_where_inked(value: FoundValue, view: PageView) -> FoundValue:
    """Doubt an empty place with ink, a seal or handwriting on it: something may stand there."""
    if not value.empty or value.rule in ("tick", "option-glyph"):
        return value
    cells = [cell for cell in view.cells if cell.box.holds(*value.box.centre)]
    if any(box.overlap(value.box) > 0.4 * box.area for box in view.handwriting):
        doubt = "该处有手写笔迹，未能读出文字"
    elif any(seal.box.overlap(value.box) > 0.4 * value.box.area for seal in view.seals):
        doubt = "该处被印章覆盖，未能读出文字"
    elif any(cell.unread > _LEAST_WRITING for cell in cells):
        doubt = "该处有字迹或印迹，未能读出文字"
    else:
        return value
    return value.model_copy(update={"doubts": (*value.doubts, doubt)})


def without_seal_signs(value: FoundValue, kind: FieldKind, view: PageView) -> FoundValue:
    """The value without the signs of a stamp's own ring that were read behind it.

    Only lines of a few signs that lie wholly within one stamp, and only where a complete name
    or sentence is left; that a stamp lies there keeps the value in doubt all the same.
    """
    if kind not in _TEXTS or len(value.lines) < 2 or not view.seals:
        return value
    raw, kept = value.raw, list(value.lines)
    for index in reversed(value.lines):
        line = view.lines[index]
        text = squeeze(line.text)
        short = len(text) <= _MOST_SIGNS and _SIGNS.fullmatch(text) is not None
        inside = any(seal.covers(line.quad) for seal in view.seals)
        rest = squeeze(raw)
        if not (short and inside and rest.endswith(text) and len(kept) > 1):
            break
        raw = rest[: -len(text)]
        kept.remove(index)
    if len(kept) == len(value.lines) or not _COMPLETE.search(raw):
        return value
    return value.model_copy(update={"raw": raw, "lines": tuple(kept)})
