"""A value as a rule sees it: what was read, and whether it may be built upon."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import IntEnum

from extractors.enterprises.names import parse_name
from extractors.values.dates import parse_date
from pipeline.belief import PLACE_ALONE, READ_ALONE, READ_CLEAR, differ_in_more
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


class Sameness(IntEnum):
    """How two readings of a name stand to each other."""

    SAME = 0
    MAYBE = 1
    DIFFERENT = 2


def clear_name(reading: Reading) -> bool:
    """Whether a name was read whole and clearly, its rare characters left aside."""
    source = reading.source
    return (
        source is not None
        and source.read_confidence >= READ_ALONE
        and source.place_confidence >= PLACE_ALONE
        and bool(parse_name(reading.value).form)
    )


def read_whole(reading: Reading) -> bool:
    """Whether no character of a name can have been passed over."""
    source = reading.source
    return (
        clear_name(reading)
        and source is not None
        and source.read_confidence >= READ_CLEAR
        and not source.under_seal
    )


def no_slip(left: Reading, right: Reading, a: str, b: str) -> bool:
    """Whether names of one length differ in characters that the reader was sure of."""
    told = [item.source for item in (left, right) if item.source is not None]
    if any(source.left_open is None and source.read_confidence < 1 for source in told):
        return False
    return differ_in_more(a, b, *(source.left_open for source in told))


def part_of(a: str, b: str) -> bool:
    """Whether one name is the other with characters missing: a stamp may have hidden them."""
    short, long = sorted((a, b), key=len)
    rest = iter(long)
    return all(character in rest for character in short)


def split_key(key: str) -> tuple[str, str]:
    """``patent.owner`` → type and key."""
    type_id, _, name = key.partition(".")
    return type_id, name
