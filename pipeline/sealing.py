"""Seals and signatures in the places where the programme expects them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import hypot

from extractors.forms.labels import squeeze
from extractors.forms.spec import FoundValue
from extractors.page import Box, Line, PageView, Quality, Seal
from pipeline.programme import EvidenceType
from pipeline.records import Document, ReadPage, SealSeen, Volume

_TRUTH = "truth_statement"
_SIGN = re.compile(
    r"(?:法定代表人|法人代表|法人).{0,6}[(（]?(?:签字|签名|签章|签)|(?:签字|签名)[)）]?[:：]"
)
_PERSON = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_FORM_SIGNS = set("年月日签盖章印期")
"""In what forms print behind a place to sign, and in hardly any name."""
_LEVEL = 1.6
"""Radii that a seal may be pressed above or below the line that is signed."""
_TRUTH_TITLE = re.compile(r"真实性(?:声明|承诺)|承诺书")
_Pages = Sequence[tuple[ReadPage, PageView]]


def seals_of_form(
    application_id: str,
    volume: Volume,
    forms: Sequence[Document],
    form_pages: _Pages,
    found: Sequence[FoundValue],
) -> list[SealSeen]:
    """Seals on the cover and in the opinion blocks, and the truth statement within a form."""
    base = {
        "application_id": application_id,
        "volume": volume.volume_id,
        "document_id": forms[0].document_id,
        "document_type": forms[0].type,
    }
    seen: list[SealSeen] = []
    if volume.medium.value == "electronic":
        return seen  # a Word file carries no seal
    page, view = form_pages[0]
    shows = any(
        other.preparation.colour or other.seals
        for sheet, other in form_pages
        if sheet.ref.file == page.ref.file
    )
    seen.append(_seal(base, "cover", page, view, view.seals, None, shows))
    for value in found:
        if value.key.startswith("opinion_") and not value.key.endswith("_date"):
            page, view = form_pages[value.page]
            area = _area(value, view)
            inside = [seal for seal in view.seals if _touches(seal, area)]
            seen.append(_seal(base, value.key, page, view, inside, area, shows))
    for page, view in form_pages:
        if any(_TRUTH_TITLE.search(squeeze(line.text)) for line in view.lines if _short(line.text)):
            seen += _truth(base, page, view)
    return seen


def seals_of_document(
    application_id: str,
    volume: Volume,
    document: Document,
    pages: _Pages,
    evidence: EvidenceType,
) -> list[SealSeen]:
    """The seal on a piece of evidence that should carry one; more on a truth statement."""
    base = {
        "application_id": application_id,
        "volume": volume.volume_id,
        "document_id": document.document_id,
        "document_type": document.type,
    }
    if document.type == _TRUTH:
        return [seen for page, view in pages[:1] for seen in _truth(base, page, view)]
    if not evidence.seal_expected or not pages:
        return []
    page, view = next((item for item in pages if item[1].seals), pages[0])
    seals = [seal for _, other in pages for seal in other.seals]
    return [_seal(base, "document", page, view, seals, None)]


def truth_seen(page: ReadPage, view: PageView, document_type: str = _TRUTH) -> list[SealSeen]:
    """Seal and signature of a truth statement on one page, belonging to no application."""
    base = {"application_id": "", "volume": "", "document_id": "", "document_type": document_type}
    return _truth(base, page, view)


def seals_over(value: FoundValue, view: PageView) -> frozenset[str]:
    """Colours of the stamps that lie over a noticeable part of a value, or of the space around it.

    Characters under a stamp may be lost altogether, so that what is left of a name stands
    beside the stamp.
    """
    across, down = 24, 3
    box, label = value.box, value.label_box
    beside = min(label.y1, box.y1) - max(label.y0, box.y0) > 0.3 * box.height
    left = label.x1 if beside and label.x1 < box.x0 else box.x0 - 2 * box.height
    right = box.x1 + 2 * box.height
    points = [
        (
            left + (right - left) * (i + 0.5) / across,
            box.y0 + box.height * (j + 0.5) / down,
        )
        for i in range(across)
        for j in range(down)
    ]
    return frozenset(
        seal.colour
        for seal in view.seals
        if sum(hypot(x - seal.x, y - seal.y) < seal.radius for x, y in points) > 0.04 * len(points)
    )


def _short(text: str) -> bool:
    return len(squeeze(text)) <= 24


def _truth(base: dict[str, str], page: ReadPage, view: PageView) -> list[SealSeen]:
    place = next((line.box for line in view.lines if _SIGN.search(squeeze(line.text))), None)
    if place is None:
        return [
            _seal(base, _TRUTH, page, view, view.seals, None),
            _signature(base, page, None, 0.5, None),
        ]
    # The opinions' seals may stand on the same page; the applicant's is by the signature.
    own = view.seals
    if base["document_type"] != _TRUTH:
        own = tuple(seal for seal in own if abs(_way(seal, place)[1]) <= _LEVEL * seal.radius)
    nearest = sorted(own, key=lambda seal: hypot(*_way(seal, place)))[:1]
    seen = [_seal(base, _TRUTH, page, view, nearest, None)]
    reach = _reach(place, view)
    signed = [box for box in view.handwriting if box.overlap(reach) > 0.3 * box.area]
    signed += [line.box for line in view.lines if _read_as_print(line, place, reach)]
    present: bool | None = bool(signed)
    if not signed and any(seal.box.overlap(reach) for seal in view.seals if seal.colour != "red"):
        present = None  # without colour a stamp may hide what is signed
    box = Box.around(signed) if signed else reach
    seen.append(_signature(base, page, present, 0.9 if signed else 0.8, box))
    return seen


def _reach(place: Box, view: PageView) -> Box:
    """Where a signature may stand that belongs to a line ``place`` that asks for one.

    What is written into the line makes it taller than its print, so the height of print is
    taken from the whole page.
    """
    heights = sorted(line.box.height for line in view.lines) or [place.height]
    size = min(place.height, heights[len(heights) // 2])
    return Box(
        x0=place.x0,
        y0=place.centre[1] - 2 * size,
        x1=place.x1 + 14 * size,
        y1=place.centre[1] + 2 * size,
    )


def _way(seal: Seal, place: Box) -> tuple[float, float]:
    x, y = place.centre
    return seal.x - x, seal.y - y


def _read_as_print(line: Line, place: Box, reach: Box) -> bool:
    """Whether a line behind the place to sign is a name: a clear hand is read like print."""
    text = squeeze(line.text)
    asks = _SIGN.search(text)
    if asks is not None and line.box == place:
        name = text[asks.end() :].lstrip("）):：")
        return _PERSON.fullmatch(name) is not None and not set(name) & _FORM_SIGNS
    name = text
    behind = line.box.x0 > place.centre[0] and line.box.overlap(reach) > 0.5 * line.box.area
    return behind and _PERSON.fullmatch(name) is not None and not set(name) & _FORM_SIGNS


def _signature(
    base: dict[str, str], page: ReadPage, present: bool | None, confidence: float, box: Box | None
) -> SealSeen:
    return SealSeen(
        **base,
        place=_TRUTH,
        kind="signature",
        present=present,
        text="",
        confidence=confidence,
        file=page.ref.file,
        page=page.ref.page,
        box=box,
    )


def _seal(
    base: dict[str, str],
    place: str,
    page: ReadPage,
    view: PageView,
    seals: Sequence[Seal],
    area: Box | None,
    would_show: bool = False,
) -> SealSeen:
    """A stamp that is expected somewhere.

    Args:
        base: Where the document belongs.
        place: Where on it the stamp is expected.
        page: The page looked at.
        view: What was seen on it.
        seals: Those of its stamps that count.
        area: Where the stamp would be.
        would_show: Whether the form's other pages are in colour, or show stamps in grey.
    """
    best = max(seals, key=lambda seal: seal.confidence, default=None)
    present: bool | None = True
    confidence = best.confidence if best is not None else 0.9
    if best is None:
        # On black print a colour scanner sees next to none; a grey scan may not show a stamp.
        scan = view.preparation
        clear = would_show and scan.quality is Quality.GOOD
        present = False if scan.colour or scan.in_colour or clear else None
        # A few coloured pixels may be a viewer's mark on a grey scan: for a person to look at.
        confidence = 0.9 if scan.colour else 0.7 if clear else 0.5 if scan.in_colour else 0.0
    return SealSeen(
        **base,
        place=place,
        kind="seal",
        present=present,
        text=best.text if best is not None else "",
        confidence=round(confidence, 4),
        file=page.ref.file,
        page=page.ref.page,
        box=best.box if best is not None else area,
    )


def _area(value: FoundValue, view: PageView) -> Box:
    """The block of an opinion: its cell, or the space around its text."""
    middle = value.box.centre
    cells = [cell.box for cell in view.cells if cell.box.holds(*middle)]
    if cells:
        return min(cells, key=lambda box: box.area)
    block = Box.around([value.label_box, value.box])
    return Box(x0=0, y0=block.y0 - 40, x1=float(view.preparation.width), y1=block.y1 + 320)


def _touches(seal: Seal, area: Box) -> bool:
    """Whether a seal lies in an area; stamps often reach over its edge."""
    return area.holds(seal.x, seal.y) or seal.box.overlap(area) > 0.5 * seal.box.area
