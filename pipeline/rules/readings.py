"""A value as a rule sees it: what was read, and whether it may be built upon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from extractors.values.dates import parse_date
from pipeline.records import Document, Field

NONE_WORDS = frozenset({"", "无", "暂无", "没有", "/", "-", "—", "否", "0"})


@dataclass(frozen=True)
class Reading:
    """A value and whether it may be built upon."""

    key: str
    value: str
    sure: bool
    """Accepted or corrected, and told alike by all copies of the same medium."""
    blank: bool = False
    """The place was found and is empty."""
    source: Field | None = None

    @property
    def number(self) -> Decimal | None:
        """The value as a number, money in 万元; ``None`` where it is none."""
        try:
            number = Decimal(self.value)
        except InvalidOperation:
            return None
        if not number.is_finite():
            return None
        scale = {"元": Decimal("0.0001"), "亿元": Decimal(10000)}
        return number * scale.get(self.source.unit if self.source else "", Decimal(1))

    @property
    def day(self) -> date | None:
        """The value as a date, where it is exact to the day."""
        reading = parse_date(self.value)
        return reading.day if reading else None


NOTHING = Reading("", "", sure=False)


@dataclass(frozen=True)
class Paper:
    """One piece of evidence with its values."""

    type: str
    number: int
    """1 for the first of its type."""
    values: dict[str, Reading]
    document: Document | None = None
    looked: Callable[[str, Reading, Document | None], None] | None = None
    """Told of every value that is asked for, under its full key."""

    def get(self, key: str) -> Reading:
        """The value of a key; an unsure empty one where there is none."""
        reading = self.values.get(key, NOTHING)
        if self.looked is not None:
            numbered = self.type if self.number == 1 else f"{self.type}#{self.number}"
            self.looked(f"{numbered}.{key}", reading, self.document)
        return reading


def split_key(key: str) -> tuple[str, str]:
    """``patent.owner`` → type and key."""
    type_id, _, name = key.partition(".")
    return type_id, name
