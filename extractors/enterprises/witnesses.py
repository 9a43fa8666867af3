"""Levels of what is known of an enterprise beside its name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from extractors.enterprises.levels import Level, level_of
from extractors.enterprises.regions import Region, nested, regions
from extractors.values.codes import is_uscc
from extractors.values.similarity import ocr_distance, one_lookalike_apart

_proved = lru_cache(maxsize=4096)(is_uscc)


def person_level(ours: str, theirs: str) -> str:
    """Of two names of persons."""
    if ours == theirs:
        return "same"
    return "lookalike" if one_lookalike_apart(ours, theirs) else "different"


def code_level(ours: str, theirs: str) -> list[Level]:
    """Of two credit codes; none where they do not tell: the registered one must be proved."""
    if not ours or not _proved(theirs):
        return []
    if ours == theirs:
        return [level_of("code", "same")]
    if _proved(ours):
        return [level_of("code", "different")]
    if abs(len(ours) - len(theirs)) > 1 or Levenshtein.distance(ours, theirs) > 2:
        return []
    return [level_of("code", "near")] if ocr_distance(ours, theirs) <= 1 else []


def same_phone(a: str, b: str) -> bool:
    """Whether two numbers are one, the area code aside."""
    left, right = (_digits(number) for number in (a, b))
    if len(left) == 11 and left[0] == "1":
        return left == right
    return left[-8:] == right[-8:] and min(len(left), len(right)) >= 8


def _digits(number: str) -> str:
    return "".join(character for character in number if character.isdigit())


def district_level(a: str, b: str) -> str:
    """Of two districts."""
    if a == b:
        return "same"
    pairs = [(left, right) for left in _named(a) for right in _named(b)]
    if any(left.name == right.name for left, right in pairs):
        return "same"
    return "nested" if any(nested(left, right) for left, right in pairs) else "different"


def _named(district: str) -> Iterable[Region]:
    return regions().named(district)
