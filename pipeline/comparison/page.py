"""The auditor's page: each difference with both places side by side, in one file.

Crops are pictures inside the file; a Word form has no pixels, so the row of its table is set
instead.  Nothing is loaded from elsewhere, nothing runs, every text is escaped.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2

from extractors.imaging.render import Pixels
from extractors.page import Box, Cell, PageView, Record, TextSource
from pipeline.comparison.gather import Compared, Item, Side, nothing_found
from pipeline.originals import Originals
from pipeline.programme import Programme
from pipeline.records import DifferenceKind, Medium
from pipeline.results.html import html_page
from pipeline.results.places import place_in_file
from pipeline.results.text import printable, shortened
from pipeline.results.words import DIFFERENCE, medium_name

_WIDEST = 900
"""Pixels across of a crop; a wider one is made smaller."""
_JPEG_QUALITY = 82
_LONGEST = 400
"""Characters of one text."""


class WordCell(Record):
    """A cell of the row of the Word form that a value stands in."""

    text: str
    meant: bool
    """Whether it is the cell of the value."""


def comparison_page(
    applications: Sequence[Compared],
    originals: Originals,
    programme: Programme,
    *,
    note: str = "",
) -> str:
    """The page as HTML.

    Args:
        applications: In the order to show them.
        originals: Where the pictures come from.
        programme: The pack.
        note: In Chinese: why pictures are missing; empty where they are not.
    """
    kinds = (DifferenceKind.CONTENT, DifferenceKind.READING, DifferenceKind.LAYOUT)
    facts = {
        "programme": programme,
        "note": note,
        "kinds": [
            (DIFFERENCE[kind], kind.value, sum(one.count(kind) for one in applications))
            for kind in kinds
        ],
        "pages": sum(one.pages for one in applications),
        "applications": [_shown(one, originals) for one in applications],
        "nothing": nothing_found(applications),
    }
    return html_page(
        Path(__file__).with_name("comparison.html"),
        facts,
        lambda text: shortened(printable(str(text)), _LONGEST),
    )


def _shown(one: Compared, originals: Originals) -> dict[str, Any]:
    return {
        "id": one.application_id,
        "name": one.enterprise_name,
        "tier": one.tier,
        "media": "、".join(
            medium_name(medium, provisional=one.provisional) for medium in one.media
        ),
        "counts": {kind.value: one.count(kind) for kind in DifferenceKind},
        "items": [
            _item(item, originals) for item in one.items if item.kind is not DifferenceKind.LAYOUT
        ],
        "layout": [_item(item, None) for item in one.items if item.kind is DifferenceKind.LAYOUT],
    }


def _item(item: Item, originals: Originals | None) -> dict[str, Any]:
    return {
        "title": item.title,
        "kind": item.kind.value,
        "word": DIFFERENCE[item.kind],
        "effects": [effect.value for effect in item.effects],
        "sides": [
            _side(side, originals)
            for side in item.sides
            if side.text or side.ref or side.medium is not Medium.ONLINE
        ],
    }


def _side(side: Side, originals: Originals | None) -> dict[str, Any]:
    view = originals.view(side.ref) if originals is not None and side.ref is not None else None
    picture, word = "", list[WordCell]()
    if view is not None and originals is not None and side.ref is not None and side.box is not None:
        if view.text_source is TextSource.WORD:
            word = word_row(view, side.box)
        elif (pixels := originals.crop(side.ref, side.box)) is not None:
            picture = data_uri(pixels)
    return {
        "medium": medium_name(side.medium, provisional=side.provisional),
        "text": side.text,
        "place": place_in_file(side.ref.file, side.ref.page) if side.ref is not None else "",
        "confidence": f"{100 * float(side.confidence):.0f}%" if side.confidence else "",
        "picture": picture,
        "word": word,
    }


def word_row(view: PageView, box: Box) -> list[WordCell]:
    """The cells of the table row that a place of a Word form lies in, from left to right."""
    meant = cell_of(view, box)
    if meant is None:
        return []
    row = [
        cell
        for cell in view.cells
        if cell.table == meant.table and cell.row <= meant.row < cell.row + cell.row_span
    ]
    row.sort(key=lambda cell: cell.column)
    return [WordCell(text=cell.text, meant=cell is meant) for cell in row]


def cell_of(view: PageView, box: Box) -> Cell | None:
    """The cell that covers most of a place; ``None`` where none does."""
    cells = [cell for cell in view.cells if cell.box.overlap(box) > 0]
    return max(cells, key=lambda cell: cell.box.overlap(box), default=None)


def data_uri(pixels: Pixels) -> str:
    """A picture as it stands within a page; empty where it cannot be packed."""
    if pixels.shape[1] > _WIDEST:
        scale = _WIDEST / pixels.shape[1]
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    done, packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    if not done:
        return ""
    return "data:image/jpeg;base64," + base64.b64encode(packed.tobytes()).decode("ascii")
