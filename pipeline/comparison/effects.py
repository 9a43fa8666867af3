"""What a difference would change, if the other side were right."""

from __future__ import annotations

import re
from enum import StrEnum

from extractors.values.kinds import FieldKind
from pipeline.programme import Programme

_IDENTITY = frozenset({FieldKind.NAME, FieldKind.USCC})


class Effect(StrEnum):
    """What hangs on a field, the gravest first."""

    IDENTITY = "主体身份"
    GATE = "审查规则"
    TABLE = "汇总表"


def effects_of(key: str, tier: str, programme: Programme) -> tuple[Effect, ...]:
    """What hangs on a field of a tier's form, gravest first.

    Told from the pack alone: who the applicant is, rules of the tier that name the field, and
    columns of the tier's table.

    Args:
        key: As in the result files, ``revenue.2020``.
        tier: Id of the tier.
        programme: The pack.
    """
    base = key.partition(".")[0]
    found = []
    if any(field.key == base and field.kind in _IDENTITY for field in programme.fields):
        found.append(Effect.IDENTITY)
    word = re.compile(rf"(?<![\w.]){re.escape(base)}(?!\w)")
    rules = [rule for rule in programme.rules if tier in rule.tiers]
    if any(word.search(rule.model_dump_json(exclude={"sentence", "id"})) for rule in rules):
        found.append(Effect.GATE)
    sources = {
        column.source
        for table in programme.tables
        if table.tier == tier
        for column in table.columns
    }
    if key in sources or (base in sources and base == key):
        found.append(Effect.TABLE)
    return tuple(found)


def weight(effects: tuple[Effect, ...]) -> int:
    """A number that orders differences: the higher, the more would change."""
    order = (Effect.TABLE, Effect.GATE, Effect.IDENTITY)
    return sum(1 << order.index(effect) for effect in effects)
