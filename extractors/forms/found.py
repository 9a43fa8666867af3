"""One found value: its text, place and beliefs, put together from pieces of lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from extractors.forms.labels import stated_unit
from extractors.forms.layout import PageLayout, Piece, join_text, visual_rows
from extractors.forms.printed import PrintedLabel
from extractors.forms.spec import FieldSpec, FoundValue
from extractors.page import Box
from extractors.values.kinds import FieldKind

_BLANK_DATE = re.compile(r"[年月日\s/.\-—_]*")
_BLANK = re.compile(r"[\s_＿.…·—\-~～:：|｜￥¥$]*")
_BLANK_UNIT = re.compile(r"[\s_＿]*(?:亿元|万元|元|%|％|人|个|项|件|年|家|名)?[\s_＿]*")


def place_behind(label: PrintedLabel, layout: PageLayout) -> Box:
    """Where the value of an inline label stands or would stand."""
    if label.behind:
        return Box.around([piece.box for piece in label.behind])
    right = label.cell.box.x1 if label.cell is not None else float(layout.view.preparation.width)
    return Box(x0=label.box.x1, y0=label.box.y0, x1=max(right, label.box.x1 + 1), y1=label.box.y1)


def found_value(
    label: PrintedLabel,
    spec: FieldSpec,
    certainty: float,
    pieces: Sequence[Piece],
    rule: str,
    place: Box,
    key: str = "",
    unit: str = "",
) -> FoundValue:
    """A value put together from the pieces that hold it; empty where only a template stands."""
    raw = join_text(pieces).strip().lstrip(":：").lstrip()
    if _is_blank(raw, spec.kind):
        raw = ""
    box = Box.around([piece.box for piece in pieces]) if pieces and raw else place
    return FoundValue(
        key=key or spec.key,
        raw=raw,
        page=label.page,
        box=box,
        label_box=label.box,
        lines=tuple(dict.fromkeys(piece.line for piece in pieces)),
        read_confidence=read_confidence(pieces),
        place_confidence=round(max(0.0, min(1.0, certainty)), 4),
        engine=pieces[0].engine if pieces else "",
        rule=rule,
        unit=unit or stated_unit(label.text),
    )


def read_confidence(pieces: Sequence[Piece]) -> float:
    """Belief in the text of pieces: that of the worst, less where a false rule cut a line."""
    lowest = min((piece.confidence for piece in pieces), default=1.0)
    for row in visual_rows(pieces):
        for left, right in pairwise(row):
            if right.box.x0 - left.box.x1 < 0.3 * left.box.height and left.line != right.line:
                lowest *= 0.85  # the cut may have gone through a character
    return lowest


def _is_blank(raw: str, kind: FieldKind) -> bool:
    """Whether only the form's own template stands there: underline, ``年 月 日``, a unit."""
    if _BLANK.fullmatch(raw):
        return True
    if kind is FieldKind.DATE and _BLANK_DATE.fullmatch(raw):
        return True
    if kind in (FieldKind.MONEY, FieldKind.PERCENT, FieldKind.INTEGER, FieldKind.NUMBER):
        return bool(_BLANK_UNIT.fullmatch(raw))
    return False
