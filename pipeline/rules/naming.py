"""Whether two papers name one enterprise, as its registration is told by its name.

What differs is said by the comparison that matching uses, with the same levels and weights.
Whether it differs on the paper, or was only read so, the reading says: between candidates of a
register a name that is one character off is most likely the right one, but papers of one
application nearly always name one enterprise, and then a clear character is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from extractors.enterprises.compare import compare_names
from extractors.enterprises.levels import Comparison
from extractors.enterprises.names import comparison_key, parse_name
from extractors.values.similarity import ocr_distance, same_reading
from pipeline.belief import (
    PLACE_ALONE,
    READ_ALONE,
    READ_CLEAR,
    differ_in_more,
    has_more,
    rare_characters,
)
from pipeline.records import FieldState, SealSeen
from pipeline.rules.facts import Facts
from pipeline.rules.readings import Reading

_SURE_SEAL = 0.8
"""A seal's text below this confidence is not held against anybody."""

_FAR = 3
"""Characters from which names of different length are no slip of the reader."""
_RING_APART = 0.45
"""Share of a name's characters that a ring has otherwise if it is another enterprise's; a short
trade name alone is often misread on it."""
_SEAL_OF_ENTERPRISE = 6
"""A seal of fewer characters is no whole name."""


class Sameness(IntEnum):
    """How two readings of a name stand to each other."""

    SAME = 0
    MAYBE = 1
    DIFFERENT = 2


@dataclass(frozen=True)
class Naming:
    """How a name found elsewhere stands to the applicant's.

    Attributes:
        sameness: reading doubt allowed for.
        comparison: the levels, with the name found laid along the applicant's.
    """

    sameness: Sameness
    comparison: Comparison


def compare_paper(facts: Facts, own: Reading, other: Reading, *, within: bool = False) -> Naming:
    """Whether a paper names the applicant.

    Args:
        facts: of the application.
        own: the applicant's name.
        other: the name found elsewhere.
        within: whether it is enough that the name stands among several owners.
    """
    comparison = compare_names(other.value, own.value)
    a, b = comparison_key(own.value), comparison_key(other.value)
    if not a or not b:
        return Naming(Sameness.MAYBE, comparison)
    if comparison.level("name") == "same" or same_reading(a, b) or (within and a in b):
        return Naming(Sameness.SAME, comparison)
    return Naming(_read_apart(facts.where_clearest(own), other, a, b), comparison)


def compare_seal(seal: SealSeen, own: Reading) -> Naming:
    """Whether a seal carries the applicant's name, as far as it can be read.

    A ring is read in part and its rare characters badly, so what a reader may have lost or
    taken for another speaks for nobody else; another enterprise is one whose name has less in
    common with the applicant's than names misread have (``another`` of the weights).
    """
    comparison = compare_names(seal.text, own.value)
    a, b = comparison_key(own.value), comparison_key(seal.text)
    same_word = comparison.level("brand") in {"same", "loose"} and not comparison.name_contradicts
    if same_word or ocr_distance(a, b, doubtful=rare_characters(a + b)) < 1:
        return Naming(Sameness.SAME, comparison)
    told = len(b) >= _SEAL_OF_ENTERPRISE and seal.confidence >= _SURE_SEAL and own.sure
    whole = bool(parse_name(seal.text).form) and not _part_of(a, b)
    apart = ocr_distance(a, b) >= _RING_APART * len(a)
    another = told and whole and apart and comparison.another
    return Naming(Sameness.DIFFERENT if another else Sameness.MAYBE, comparison)


def among(value: str, names: Iterable[str]) -> bool:
    """Whether a name is one of these, look-alikes aside."""
    key = comparison_key(value)
    return any(ocr_distance(key, comparison_key(name)) < 1 for name in names)


def _read_apart(left: Reading, right: Reading, a: str, b: str) -> Sameness:
    """Whether names read otherwise are other names, by how they were read."""
    distance = ocr_distance(a, b)
    if distance < 1:  # only look-alikes differ
        return Sameness.MAYBE
    far = ocr_distance(a, b, doubtful=rare_characters(a + b)) >= 2
    # A reader may take two narrow characters for one broad one (衡津 for 建).
    merged = len(a) != len(b) and distance < _FAR and not (_whole(left) and _whole(right))
    if _clear(left) and _clear(right) and far and not merged and not _part_of(a, b):
        return Sameness.DIFFERENT  # no guess at a rare character explains so much
    # Several plain characters, or a 市 that only one of them has.
    plain = _no_slip(left, right, a, b) or (distance == 1 and has_more(a, b))
    if plain and _whole(left) and _whole(right):
        return Sameness.DIFFERENT
    shaky = any(
        item.source is not None
        and item.source.state is not FieldState.CORRECTED
        and item.source.read_confidence < 0.95
        for item in (left, right)
    )
    if distance <= 1 and shaky:
        return Sameness.MAYBE
    return Sameness.DIFFERENT if left.sure and right.sure else Sameness.MAYBE


def _clear(reading: Reading) -> bool:
    """Whether a name was read whole and clearly, its rare characters left aside."""
    source = reading.source
    return (
        source is not None
        and source.read_confidence >= READ_ALONE
        and source.place_confidence >= PLACE_ALONE
        and bool(parse_name(reading.value).form)
    )


def _whole(reading: Reading) -> bool:
    """Whether no character of a name can have been passed over."""
    source = reading.source
    return (
        _clear(reading)
        and source is not None
        and source.read_confidence >= READ_CLEAR
        and not source.under_seal
    )


def _no_slip(left: Reading, right: Reading, a: str, b: str) -> bool:
    """Whether names of one length differ in characters that the reader was sure of."""
    told = [item.source for item in (left, right) if item.source is not None]
    if any(source.left_open is None and source.read_confidence < 1 for source in told):
        return False
    return differ_in_more(a, b, *(source.left_open for source in told))


def _part_of(a: str, b: str) -> bool:
    """Whether one name is the other with characters missing: a stamp may have hidden them."""
    short, long = sorted((a, b), key=len)
    rest = iter(long)
    return all(character in rest for character in short)
