"""How a word was misread or miswritten, in one of a few ways that leave no doubt of it."""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from extractors.enterprises.regions import Region, bare_place, one_off, regions, same_place
from extractors.enterprises.sounds import sound_alike
from extractors.values.similarity import look_alike, one_lookalike_apart

_ENDS_AS_TOWN = re.compile("[镇乡村屯]$|街道$")
_TWO_MISREAD = 2
_SHORT_PLACE = 2


def damage_of(seen: str, known: str) -> str:
    """``lookalike`` or ``homophone`` where just one character was taken for another."""
    if len(seen) != len(known):
        return "lookalike" if one_lookalike_apart(seen, known) else ""
    changed = [(a, b) for a, b in zip(seen, known, strict=True) if a != b]
    if len(changed) != 1:
        return ""
    if look_alike(*changed[0]):
        return "lookalike"
    return "homophone" if sound_alike(*changed[0]) else ""


def misread_word(seen: str, known: str) -> str:
    """The same for a word of a dictionary that was read as none.

    Two of its characters may have been misread, and ``misread`` are neighbours exchanged.
    """
    damage = damage_of(seen, known) if abs(len(seen) - len(known)) <= 1 else ""
    if damage or len(seen) != len(known):
        return damage
    changed = [at for at in range(len(seen)) if seen[at] != known[at]]
    if len(changed) != _TWO_MISREAD or len(known) <= _TWO_MISREAD:
        return ""
    if all(look_alike(seen[at], known[at]) for at in changed):
        return "lookalike"
    first, second = changed
    swapped = (seen[first], seen[second]) == (known[second], known[first])
    return "misread" if swapped and second == first + 1 else ""


def place_level(seen: str, known: str, places: tuple[Region, ...]) -> str:
    """How a place that stands in no dictionary was written, where no other can be meant by it."""
    if bare_place(seen) == bare_place(known):
        return "same"
    for wider in places[:-1]:
        alike = (n for n in range(len(known) - 1, 1, -1) if seen[:n] == known[:n])
        cut = next((n for n in alike if wider in regions().named(known[:n])), 0)
        seen, known = seen[cut:], known[cut:]
    if not seen or regions().named(seen) or (_ENDS_AS_TOWN.search(seen) and seen[-1] != known[-1]):
        return ""
    damage = misread_word(seen, known)
    if not damage and len(known) > _SHORT_PLACE and Levenshtein.distance(seen, known) == 1:
        damage = "misread"
    others = (
        spelling
        for spelling in one_off(seen)
        if not any(same_place(place, places[-1]) for place in regions().named(spelling))
    )
    if any(damage == "misread" or damage_of(seen, spelling) for spelling in others):
        return ""
    return damage
