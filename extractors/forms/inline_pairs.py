"""Labels that end with a colon, in cells and in running lines, with what stands behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractors.forms.labels import label_forms, squeeze
from extractors.forms.layout import PageLayout, Piece, colon_places, join_text, part_of
from extractors.forms.words import has_head, is_template
from extractors.page import Box, Pair
from extractors.text.tick_signs import GLYPHS

_SENTENCE = re.compile(r"[。；;！？!?]")
LONGEST_LABEL = 20
"""Characters."""


@dataclass(frozen=True)
class InlineLabel:
    """A label that ends with a colon, and the pieces behind it up to the next label."""

    name: str
    label: Piece
    behind: tuple[Piece, ...]


def inline_labels(row: Sequence[Piece]) -> list[InlineLabel]:
    """The labels with a colon in a row, each with what stands behind it."""
    marks: list[tuple[int, int, int, str]] = []
    parent = ""
    for position, piece in enumerate(row):
        start = 0
        for colon in colon_places(piece.text):
            begin, name = _label_before(piece.text[start:colon], bool(marks) and start > 0)
            if not name:
                continue
            if marks and marks[-1][0] == position and start + begin == marks[-1][2]:
                # ``电话：家中：`` is one label with a part of its own.
                parent = marks.pop()[3]
                name = f"{parent}（{name}）"
            elif parent and len(name) <= 4 and not has_head(name):
                name = f"{parent}（{name}）"
            marks.append((position, start + begin, colon + 1, name))
            start = colon + 1
    found = []
    for number, (position, begin, end, name) in enumerate(marks):
        stop = marks[number + 1] if number + 1 < len(marks) else None
        behind = []
        for other in range(position, len(row)):
            if stop is not None and other > stop[0]:
                break
            low = end if other == position else 0
            high = stop[1] if stop is not None and other == stop[0] else len(row[other].text)
            part = part_of(row[other], low, high)
            if part.text:
                behind.append(part)
        found.append(InlineLabel(name, part_of(row[position], begin, end), tuple(behind)))
    return found


def _label_before(text: str, after_value: bool) -> tuple[int, str]:
    """Where the label begins that stands before a colon, and its text; empty where none does."""
    bare = text.rstrip()
    lead = len(text) - len(text.lstrip())
    if not bare.strip() or _SENTENCE.search(bare):
        return 0, ""
    if not after_value:
        name = bare.strip()
        fits = len(squeeze(name)) <= LONGEST_LABEL and "，" not in name
        return (lead, name) if fits and not re.fullmatch(r"[\d\W]+", squeeze(name)) else (0, "")
    # A value stands before the label: a gap parts them, else where digits end, else a head.
    spaced = re.search(r"[\s_＿]{1,}([^\s_＿]{2,16})$", bare)
    if spaced:
        return spaced.start(1), spaced[1]
    turned = re.search(
        r"(?<=[0-9A-Za-z.%_)）])([\u4e00-\u9fff（(][\u4e00-\u9fff（()）]{1,15})$", bare
    )
    if turned:
        return turned.start(1), turned[1]
    if len(squeeze(bare)) <= 6 and lead == 0:
        return 0, bare  # directly behind another colon: no value stands between
    for begin in range(len(bare) - 8, len(bare) - 1):
        if begin > 0 and has_head(bare[begin:]) and label_forms(bare[begin:])[0] == bare[begin:]:
            return begin, bare[begin:]
    return 0, ""


def inline_pair(
    layout: PageLayout,
    item: InlineLabel,
    behind: Sequence[Piece],
    edge: float,
    following: InlineLabel | None,
) -> Pair:
    """The pair of a label with a colon, whose value may be ticked boxes.

    Args:
        layout: Of the page.
        item: The label.
        behind: What stands behind it.
        edge: Right end of the room for its value.
        following: The next label of the row.
    """
    label = item.label.box
    stop = following.label.box.x0 if following is not None else edge
    if behind:
        place = Box.around([piece.box for piece in behind])
    else:
        place = Box(x0=label.x1, y0=label.y0, x1=max(stop, label.x1 + 1), y1=label.y1)
    # Readers leave tick boxes out of the text, so a label's end within its line is uncertain.
    reach = Box(
        x0=label.x0 + label.height,
        y0=place.y0 - 6,
        x1=max(stop, place.x1),
        y1=max(place.y1, label.y1) + 6,
    )
    value, ticked = value_of(layout, behind, reach)
    if ticked and following is not None:
        value = value.removesuffix(clean_label(following.name))
    if not ticked and GLYPHS.search(value):
        value = "".join(_glyph_choices(value))
    return Pair(
        label=clean_label(item.name),
        value=value,
        confidence=0.95 if has_head(item.name) or item.name.endswith("）") else 0.85,
        label_box=label,
        value_box=place,
        lines=tuple(dict.fromkeys(piece.line for piece in behind)) if value else (),
    )


def _glyph_choices(text: str) -> list[str]:
    parts = re.split(r"([□☐○☑√✓✔☒■▣])", text)
    chosen = [
        label.strip()
        for glyph, label in zip(parts[1::2], parts[2::2], strict=False)
        if glyph not in "□☐○" and label.strip()
    ]
    return [";".join(chosen)]


def value_of(layout: PageLayout, pieces: Sequence[Piece], area: Box) -> tuple[str, bool]:
    """The text of a value, or the ticked options where the place holds tick boxes."""
    ticks = [tick for tick in layout.view.ticks if area.holds(*tick.box.centre)]
    text = join_text(pieces)
    if ticks:
        return ";".join(tick.label for tick in ticks if tick.ticked), True
    return ("" if is_template(text) else text.strip()), False


def clean_label(label: str) -> str:
    """A label as it is shown: no spaces, no colon behind it, no star before it."""
    return squeeze(label).strip(":：;；,，*★•·")
