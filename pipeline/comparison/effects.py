"""What a difference would change, if the other side were right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from extractors.values.kinds import FieldKind
from pipeline.programme import Programme

_IDENTITY = frozenset({FieldKind.NAME, FieldKind.USCC})


class Effect(StrEnum):
    """What hangs on a field, the gravest first."""

    IDENTITY = "主体身份"
    GATE = "审查规则"
    TABLE = "汇总表"


class Effects:
    """Tells from a pack alone what hangs on the fields of its forms.

    Args:
        programme: The pack.
    """

    def __init__(self, programme: Programme) -> None:
        self._identity = {field.key for field in programme.fields if field.kind in _IDENTITY}
        self._rules = [
            (rule.tiers, rule.model_dump_json(exclude={"sentence", "id"}))
            for rule in programme.rules
        ]
        self._columns = {
            (table.tier, column.source) for table in programme.tables for column in table.columns
        }
        self._known: dict[tuple[str, str], tuple[Effect, ...]] = {}

    def of(self, key: str, tier: str) -> tuple[Effect, ...]:
        """What hangs on a field, gravest first.

        Who the applicant is; rules of the tier that name the field; columns of its table.

        Args:
            key: As in the result files, ``revenue.2020``.
            tier: Id of the tier.
        """
        if (key, tier) not in self._known:
            self._known[key, tier] = tuple(self._find(key, tier))
        return self._known[key, tier]

    def _find(self, key: str, tier: str) -> Iterator[Effect]:
        base = key.partition(".")[0]
        if base in self._identity:
            yield Effect.IDENTITY
        word = re.compile(rf"(?<![\w.]){re.escape(base)}(?!\w)")
        if any(tier in tiers and word.search(text) for tiers, text in self._rules):
            yield Effect.GATE
        if (tier, key) in self._columns:
            yield Effect.TABLE


def weight(effects: tuple[Effect, ...]) -> int:
    """A number that orders differences: the higher, the more would change."""
    order = (Effect.TABLE, Effect.GATE, Effect.IDENTITY)
    return sum(1 << order.index(effect) for effect in effects)
