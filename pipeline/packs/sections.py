"""The sections of a pack, and how an entry of TOML becomes a typed record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from extractors.page import Record
from pipeline.programme import (
    Category,
    Defect,
    District,
    EvidenceType,
    FormField,
    HeaderMap,
    Indicator,
    Measure,
    Rule,
    SummaryTable,
    Tier,
    Windows,
)

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Section:
    """An array of tables in a pack: its heading, where it goes, what an entry is."""

    heading: str
    attribute: str
    model: type[Record]
    name: str
    """The key that names an entry, unique in the pack."""


SECTIONS = (
    Section("tier", "tiers", Tier, "id"),
    Section("category", "categories", Category, "id"),
    Section("field", "fields", FormField, "key"),
    Section("evidence", "evidence", EvidenceType, "type"),
    Section("district", "districts", District, "name"),
    Section("defect", "defects", Defect, "code"),
    Section("table", "tables", SummaryTable, "annex"),
    Section("measure", "measures", Measure, "id"),
    Section("indicator", "indicators", Indicator, "id"),
    Section("rule", "rules", Rule, "id"),
    Section("registration_header", "registration_headers", HeaderMap, "key"),
    Section("title_header", "title_headers", HeaderMap, "key"),
)
PAIRS = {"requirement", "arguments", "option_aliases", "given"}
"""Keys that a pack writes as a table and a record keeps as pairs."""

MAY_BE_EMPTY = {
    "categories",
    "rules",
    "measures",
    "indicators",
    "registration_headers",
    "title_headers",
    "districts",
}


@dataclass
class Draft:
    """What has been read so far, each entry with the place it came from."""

    mistakes: list[str]
    head: dict[str, Any]
    windows: Windows | None
    entries: dict[str, list[tuple[str, Any]]]
    """Attribute → pairs of place and record."""


def read_record(place: str, model: type[R], value: object, mistakes: list[str]) -> R | None:
    """One entry as a record, or its mistakes.

    The detour over JSON lets pydantic be strict about types (``"80"`` is no number) and yet
    take TOML's arrays and dates.
    """
    try:
        return model.model_validate_json(json.dumps(value, default=str), strict=True)
    except ValidationError as error:
        mistakes += explain(place, error)
        return None


def explain(place: str, error: ValidationError) -> Iterator[str]:
    """The mistakes of one entry, one line each; a union is told once."""
    told = set()
    for problem in error.errors(include_url=False, include_context=False):
        key = ".".join(str(part) for part in problem["loc"][:2]) or "entry"
        if key in told:
            continue
        told.add(key)
        if problem["type"] == "extra_forbidden":
            yield f"{place}: unknown key {key!r}"
        elif problem["type"] == "missing":
            yield f"{place}: key {key!r} is missing"
        else:
            yield f"{place}: {key}: {problem['msg']}, found {problem['input']!r:.80}"
