"""Writes down what is really in a box: ``truth.json`` and ``truth-pages.json.gz``."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from samples.generator.cases import NOT_A_FIELD, Case
from samples.generator.forms_docx import electronic_fields
from samples.generator.scans import Leaf, ScannedVolume


@dataclass(frozen=True)
class ElectronicCopy:
    """What lies on the disc for one application."""

    documents: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    """Type and pages (file, page) of each document."""
    introduction: bool
    """Whether the evidence file holds the introduction."""


def paper_fields(case: Case, leaves: Iterable[Leaf]) -> dict[str, str]:
    """The values of one paper copy by key.

    A value of a certificate counts only where its layout prints it.
    """
    values = {key: stated.value for key, stated in case.fields.items() if key not in NOT_A_FIELD}
    printed: dict[int, set[str]] = {}
    for leaf in leaves:
        printed.setdefault(leaf.document, set()).update(leaf.scan.field_boxes)
    seen: dict[str, int] = {}
    for order, item in enumerate(case.evidence, start=1):
        seen[item.type] = seen.get(item.type, 0) + 1
        prefix = item.type if seen[item.type] == 1 else f"{item.type}#{seen[item.type]}"
        for key, stated in item.values.items():
            if f"{item.type}.{key}" not in NOT_A_FIELD and key in printed.get(order, ()):
                values[f"{prefix}.{key}"] = stated.value
    return values


def _electronic_fields(case: Case, copy: ElectronicCopy | None) -> dict[str, str]:
    if copy is None:
        return {}
    values = {key: stated.value for key, stated in electronic_fields(case).items()}
    if copy.introduction:
        for key in ("name", "product"):
            values[f"introduction.{key}"] = case.document("introduction").values[key].value
    return values


def application_truth(
    case: Case,
    volumes: Sequence[ScannedVolume],
    copy: ElectronicCopy | None,
    registration_id: str | None,
) -> dict[str, Any]:
    """The truth about one application."""
    electronic = [] if copy is None else [_electronic_volume(copy)]
    return {
        "id": case.id,
        "tier": case.tier,
        "enterprise_name": case.enterprise.name,
        "uscc": case.enterprise.uscc,
        "district": case.enterprise.place.district,
        "registration_id": registration_id,
        "volumes": [*(_paper_volume(volume) for volume in volumes), *electronic],
        "fields": {
            "paper": {str(volume.number): paper_fields(case, volume.leaves) for volume in volumes},
            "electronic": _electronic_fields(case, copy),
            "online": dict(case.online),
        },
        "findings": [{"code": item.code, "subject": item.subject} for item in case.findings],
        "planted": case.planted,
        "differences": _differences(case),
    }


def _differences(case: Case) -> list[dict[str, str]]:
    rows = [
        {
            "key": key,
            "paper": case.fields[key].value,
            "electronic": stated.value,
            "online": "",
        }
        for key, stated in case.electronic.items()
    ]
    if "legal_rep" in case.online:
        paper = case.fields["legal_rep"].value
        online = case.online["legal_rep"]
        rows.append({"key": "legal_rep", "paper": paper, "electronic": paper, "online": online})
    return rows


def _paper_volume(volume: ScannedVolume) -> dict[str, Any]:
    documents = [
        {"type": type_id, "pages": [[leaf.file, leaf.page] for leaf in leaves]}
        for (_, type_id), leaves in (
            (key, list(group))
            for key, group in groupby(volume.leaves, lambda leaf: (leaf.document, leaf.type))
        )
    ]
    return {"medium": "paper", "number": volume.number, "documents": documents}


def _electronic_volume(copy: ElectronicCopy) -> dict[str, Any]:
    documents = [
        {"type": type_id, "pages": [list(page) for page in pages]}
        for type_id, pages in copy.documents
    ]
    return {"medium": "electronic", "number": 1, "documents": documents}


def page_truth(leaf: Leaf, quality: str) -> dict[str, Any]:
    """The truth about one page, in pixels of the upright page at 200 dpi."""
    scan = leaf.scan

    def rounded(numbers: Iterable[float]) -> list[float]:
        return [round(float(number), 1) for number in numbers]

    return {
        "file": leaf.file,
        "page": leaf.page,
        "type": leaf.type,
        "blank": leaf.type == "blank",
        "rotation": scan.rotation,
        "skew": round(scan.skew, 3),
        "dpi": scan.dpi,
        "quality": quality,
        "grey": leaf.grey,
        "lines": [{"text": line.text, "quad": rounded(line.quad)} for line in scan.lines],
        "ticks": [
            {"option": option, "ticked": bool(ticked), "box": rounded(box)}
            for option, ticked, box in scan.ticks
        ],
        "seals": [
            {"text": text, "x": round(x, 1), "y": round(y, 1), "radius": round(radius, 1)}
            for text, x, y, radius in scan.seals
        ],
        "signatures": [{"place": place, "box": rounded(box)} for place, box in scan.signatures],
        "fields": {key: rounded(box) for key, box in scan.field_boxes.items()},
    }


def write_truth(folder: Path, facts: dict[str, Any], pages: list[dict[str, Any]]) -> None:
    """Write both files; the packed one carries no time, so it is the same every time."""
    text = json.dumps(facts, ensure_ascii=False, indent=1)
    (folder / "truth.json").write_text(text + "\n", encoding="utf-8")
    packed = json.dumps(pages, ensure_ascii=False, separators=(",", ":")).encode()
    (folder / "truth-pages.json.gz").write_bytes(gzip.compress(packed, 9, mtime=0))
