"""How alike two short texts are when a scanner stands between them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Set
from functools import cache
from itertools import accumulate, pairwise

from rapidfuzz.distance import Levenshtein

from dictionaries import ROOT
from extractors.values.tidy import comparable

LOOKALIKE_COST = 0.4
"""What taking a character for its look-alike costs, where any other error costs 1."""


@cache
def lookalikes(section: str = "") -> dict[str, frozenset[str]]:
    """Each character with those it is taken for.

    Args:
        section: ``codes``, ``digits``, ``seed`` or ``shapes`` of ``lookalikes.toml``;
            empty for all of them together.
    """
    table = tomllib.loads((ROOT / "lookalikes.toml").read_text("utf-8"))
    sections = [section] if section else ["seed", "codes", "digits", "shapes"]
    found: dict[str, set[str]] = {}
    for name in sections:
        for group in table[name]["groups"]:
            for character in group:
                found.setdefault(character, set()).update(set(group) - {character})
    return {character: frozenset(others) for character, others in found.items()}


@cache
def _broken() -> tuple[tuple[str, str], ...]:
    table = tomllib.loads((ROOT / "lookalikes.toml").read_text("utf-8"))
    return tuple((comparable(broken), whole) for broken, whole in table["broken"]["pairs"])


@cache
def _capital_lookalikes() -> dict[str, frozenset[str]]:
    """The look-alikes as ``comparable`` writes them: a small l, like 1, is an L there."""
    found: dict[str, set[str]] = {}
    for character, others in lookalikes().items():
        found.setdefault(character.upper(), set()).update(other.upper() for other in others)
    return {character: frozenset(others) for character, others in found.items()}


def look_alike(a: str, b: str) -> bool:
    """Whether two different characters are a known look-alike pair."""
    return b in lookalikes().get(a, frozenset())


def print_shape(text: str) -> str:
    """The text in small letters, with letters that many fonts draw like a digit as that digit.

    Texts of one shape cannot be told apart by their pixels: ``ISO9001`` and ``IS09001``.
    """
    return text.translate(_one_shape()).casefold()


@cache
def _one_shape() -> dict[int, str]:
    table = tomllib.loads((ROOT / "lookalikes.toml").read_text("utf-8"))
    return {ord(sign): group[0] for group in table["print"]["groups"] for sign in group}


def same_reading(a: str, b: str) -> bool:
    """Whether two texts say the same but for width, blanks, kind of bracket and case."""
    return comparable(a) == comparable(b)


def may_be_read_as(text: str, reading: str, rivals: Iterable[tuple[str, str]]) -> bool:
    """Whether a reader that saw a text could have written a reading of it.

    Args:
        text: What may stand there, as characters of ``comparable``.
        reading: What was read there.
        rivals: Characters read, each with those that the pixels bore nearly as well.

    A character that no reader's alphabet may hold, because it is in no common set, is passed
    over by readers, or something is written in its place with doubt; every other one must
    have been seen.
    """
    may_be = {(read.upper(), other.upper()) for read, others in rivals for other in others}
    doubted = {read.upper() for read, _ in rivals}
    want, got = comparable(text), comparable(reading)
    ends = {0}  # how much of the reading may be used up by the text so far
    for character in want:
        uncommon = is_uncommon(character)
        after = set(ends) if uncommon else set()
        for at in ends:
            if at < len(got) and (
                got[at] == character
                or (got[at], character) in may_be
                or (uncommon and got[at] in doubted)
            ):
                after.add(at + 1)
        ends = after
    return len(got) in ends


def is_uncommon(character: str) -> bool:
    """Whether a Chinese character lies outside GB 2312, the set of general use."""
    if not "\u3400" <= character <= "\u9fff":
        return False
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


def ocr_distance(a: str, b: str, doubtful: str = "") -> float:
    """Edit distance in which a look-alike costs ``LOOKALIKE_COST`` and all else 1.

    Width, blanks, kind of bracket and case cost nothing; a glyph that was split into two
    (``亥刂`` for 刻) counts as one look-alike.

    Args:
        a: One text.
        b: The other.
        doubtful: Characters that may stand for any other: taking them for one costs nothing,
            losing them as much as a look-alike.
    """
    left, right = comparable(a), comparable(b)
    if left == right:
        return 0.0
    free = frozenset(doubtful)
    best = _weighted_distance(left, right, free)
    for broken, whole in _broken():
        if (broken in left) != (broken in right):
            one, two = (text.replace(broken, whole) for text in (left, right))
            best = min(best, _weighted_distance(one, two, free) + LOOKALIKE_COST)
    return best


def one_lookalike_apart(a: str, b: str) -> bool:
    """Whether at most one look-alike, or one glyph that was split into two, parts two texts."""
    # Most texts differ by more, and that is quickly seen.
    return Levenshtein.distance(a, b, score_cutoff=2) <= 2 and ocr_distance(a, b) <= LOOKALIKE_COST


def ocr_similarity(a: str, b: str) -> float:
    """1 for the same reading, 0 for nothing in common: distance over the longer length."""
    longer = max(len(comparable(a)), len(comparable(b)))
    return 1.0 if longer == 0 else max(0.0, 1.0 - ocr_distance(a, b) / longer)


def _weighted_distance(a: str, b: str, free: Set[str] = frozenset()) -> float:
    table = _capital_lookalikes()
    lost = [LOOKALIKE_COST if character in free else 1.0 for character in b]
    above = [0.0, *accumulate(lost)]
    for left in a:
        near = table.get(left, frozenset())
        dropped = LOOKALIKE_COST if left in free else 1.0
        line = [above[0] + dropped]
        for (diagonal, up), right, added in zip(pairwise(above), b, lost, strict=True):
            same = left == right or left in free or right in free
            change = 0.0 if same else LOOKALIKE_COST if right in near else 1.0
            line.append(min(diagonal + change, up + dropped, line[-1] + added))
        above = line
    return above[-1]
