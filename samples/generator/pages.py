"""Draws any document of a volume: :func:`draw_document`, :func:`scan_page`, :func:`blank_back`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from samples.generator import certificates
from samples.generator.application_forms import draw_form
from samples.generator.audit_reports import draw_audit_report
from samples.generator.evidence import draw_evidence
from samples.generator.model import DocumentSpec, DrawnPage
from samples.generator.paper import Sheet
from samples.generator.scanning import ScannedPage, blank_back, scan_page
from samples.generator.seals import press_seal, sign
from samples.generator.second_audit import draw_second_audit_report
from samples.generator.second_evidence import draw_second_evidence
from samples.generator.second_rights import draw_licence

__all__ = ["ScannedPage", "blank_back", "draw_document", "scan_page"]


def draw_document(
    spec: DocumentSpec, rng: np.random.Generator, family: str = "a"
) -> list[DrawnPage]:
    """Draw, stamp and sign a document.

    Args:
        spec: What it is and what stands in it.
        rng: The same state gives the same pixels.
        family: ``a`` to ``d``: the office whose layouts are used.

    Returns:
        Its pages in order, upright, 300 dpi, with their exact truth.

    Raises:
        ValueError: The type is unknown, or a seal or signature belongs to a place that the
            document does not have.
    """
    sheets = _sheets(spec, rng, family)
    pages = [sheet.page() for sheet in sheets]
    # Pens and stamps come after the printer, so they lie over the print.
    for place, name in spec.signatures:
        number, (left, middle) = _spot(sheets, "signature", place)
        box = sign(pages[number].image, name, left, middle, rng)
        pages[number].signatures.append((place, box))
    for seal in spec.seals:
        number, centre = _spot(sheets, "seal", seal.place)
        circle = press_seal(pages[number].image, seal.text, centre, seal.ink, rng)
        pages[number].seals.append((seal.text, *circle))
    return pages


def _sheets(spec: DocumentSpec, rng: np.random.Generator, family: str) -> list[Sheet]:
    if spec.type == "application_form":
        return draw_form(spec.values, rng, family)
    if family in "cd":
        return _second_sheets(spec, rng, family)
    if spec.type == "business_licence":
        return certificates.licence(spec.values, rng, family)
    if spec.type == "audit_report":
        return draw_audit_report(spec.values, rng, family)
    return draw_evidence(spec.type, spec.values, rng, family)


def _second_sheets(spec: DocumentSpec, rng: np.random.Generator, office: str) -> list[Sheet]:
    """Evidence as the offices of the second family have it."""
    if spec.type == "business_licence":
        return draw_licence(spec.values, rng, office)
    if spec.type == "audit_report":
        return draw_second_audit_report(spec.values, rng, office)
    return draw_second_evidence(spec.type, spec.values, rng, office)


def _spot(sheets: Sequence[Sheet], kind: str, place: str) -> tuple[int, tuple[float, float]]:
    """The page (from 0) and point where a seal or signature goes."""
    for number, sheet in enumerate(sheets):
        spots = sheet.seal_spots if kind == "seal" else sheet.sign_spots
        if place in spots:
            return number, spots[place]
    known = sorted({p for s in sheets for p in (s.seal_spots if kind == "seal" else s.sign_spots)})
    raise ValueError(f"this document has no place {place!r} for a {kind}; it has {known}")
