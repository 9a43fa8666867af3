"""How arguments name things of the same pack.

The loader refuses a pack in which what an argument names does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from extractors.page import Record


@dataclass(frozen=True)
class Ref:
    """Marks an argument as the name of something in the pack."""

    to: Literal[
        "field", "figure", "evidence", "evidence_field", "category", "window", "veto", "rule"
    ]


FieldKey = Annotated[str, Ref("field")]
"""Key of a form field; one that has a value per year is checked for every year."""
FigureKey = Annotated[str, Ref("figure")]
"""Key of a form field, or id of one of the pack's measures."""
RuleId = Annotated[str, Ref("rule")]
"""Another rule of the pack, which is asked before."""
EvidenceId = Annotated[str, Ref("evidence")]
EvidenceKey = Annotated[str, Ref("evidence_field")]
"""``<evidence type>.<key>``."""
WindowEnd = Annotated[str, Ref("window")]
"""Name of a date of ``[windows]``."""


class Arguments(Record):
    """Base of the arguments of all kinds."""


def references_of(model: type[Arguments]) -> dict[str, Ref]:
    """The arguments of a kind that name something of the pack."""
    found = {}
    for key, info in model.model_fields.items():
        refs = [item for item in info.metadata if isinstance(item, Ref)]
        refs += _nested(info.annotation)
        if refs:
            found[key] = refs[0]
    return found


def names_in(value: object) -> tuple[str, ...]:
    """The names that an argument's value holds."""
    if isinstance(value, tuple):
        return tuple(str(item) for item in value)
    return () if value is None or value == "" else (str(value),)


def _nested(annotation: object) -> list[Ref]:
    """The references within ``tuple[FieldKey, ...]`` or ``FieldKey | None``."""
    found: list[Ref] = []
    for inner in get_args(annotation):
        found += [item for item in getattr(inner, "__metadata__", ()) if isinstance(item, Ref)]
        found += _nested(inner)
    return found
