"""Labels with their values outside of tables, where a colon, a gap or an underline parts them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from extractors.forms.inline_pairs import clean_label, inline_labels, inline_pair
from extractors.forms.layout import PageLayout, Piece, part_of
from extractors.forms.words import has_head, is_template, label_odds
from extractors.page import Pair


def loose_pairs(layout: PageLayout) -> list[Pair]:
    """The pairs of lines that stand in no table."""
    rows = layout.loose
    width = float(layout.view.preparation.width)
    pairs: list[Pair] = []
    used: set[int] = set()
    for number, row in enumerate(rows):
        if number in used:
            continue
        inline = inline_labels(row)
        if inline:
            for place, item in enumerate(inline):
                behind = item.behind
                last = place == len(inline) - 1
                if last and behind:
                    more, taken = _continued(behind, rows, number)
                    behind = (*behind, *more)
                    used |= taken
                following = None if last else inline[place + 1]
                pairs.append(inline_pair(layout, item, behind, width, following))
            continue
        beside = _beside(row)
        if beside:
            pairs += beside
            continue
        under = _under(row, rows[number + 1] if number + 1 < len(rows) else [])
        if under is not None:
            pairs.append(under)
            used.add(number + 1)
    return pairs


def _continued(
    behind: Sequence[Piece], rows: Sequence[Sequence[Piece]], number: int
) -> tuple[list[Piece], set[int]]:
    """Further rows of a value, aligned with its beginning."""
    x0 = behind[0].box.x0
    height = max(piece.box.height for piece in behind)
    bottom = max(piece.box.y1 for piece in behind)
    more: list[Piece] = []
    taken: set[int] = set()
    for offset, row in enumerate(rows[number + 1 :], start=number + 1):
        near = row[0].box.y0 - bottom < 0.8 * height
        aligned = abs(row[0].box.x0 - x0) < 1.0 * height
        if not near or not aligned or inline_labels(row) or has_head(row[0].text):
            break
        more += row
        taken.add(offset)
        bottom = max(piece.box.y1 for piece in row)
    return more, taken


def _beside(row: Sequence[Piece]) -> list[Pair]:
    """Labels without a colon, each with the text to its right; underlines part them as well."""
    found: list[Pair] = []
    for piece in row:
        for hit in re.finditer(
            r"([\u4e00-\u9fff（）()]{2,16})[_＿]{2,}([^_＿]*)[_＿]*", piece.text
        ):
            if has_head(hit[1]):
                label = part_of(piece, hit.start(1), hit.end(1))
                value = part_of(piece, hit.start(2), hit.end(2))
                found.append(_simple(label, value if value.text else None, 0.8))
    if found:
        return found
    for label, value in pairwise(row):
        gap = value.box.x0 - label.box.x1
        short = gap < 14 * label.box.height
        if label_odds(label.text) >= 2.0 and label_odds(value.text) < 1.5 and short:
            found.append(_simple(label, value, 0.7))
    return found


def _under(row: Sequence[Piece], following: Sequence[Piece]) -> Pair | None:
    """A label that stands alone with its value on the next line, set in from it."""
    if len(row) != 1 or len(following) != 1:
        return None
    label, value = row[0], following[0]
    if label_odds(label.text) < 2.0 or label_odds(value.text) >= 1.5 or inline_labels(following):
        return None
    gap = value.box.y0 - label.box.y1
    height = label.box.height
    indent = value.box.x0 - label.box.x0
    if gap < 1.5 * height and 0.5 * height < indent < 8 * height:
        return _simple(label, value, 0.7)
    return None


def _simple(label: Piece, value: Piece | None, confidence: float) -> Pair:
    text = "" if value is None or is_template(value.text) else value.text
    return Pair(
        label=clean_label(label.text),
        value=text,
        confidence=confidence,
        label_box=label.box,
        value_box=value.box if value is not None else label.box,
        lines=(value.line,) if value is not None and text else (),
    )
