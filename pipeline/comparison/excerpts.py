"""The part of long texts in which they differ, so that nobody has to look for it."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz.distance import Postfix, Prefix

from pipeline.comparison.readings import plain

_SHORT = 30
"""Texts of up to so many characters are shown whole."""
_AROUND = 6
"""Characters shown on either side of what differs."""
_LONGEST = 80
"""Characters of one text that are shown at most; the middle is left out of longer ones."""


def excerpts(texts: Sequence[str]) -> tuple[str, ...]:
    """Each text cut down to where it says something else than the others.

    What only differs in spaces, punctuation, width or case counts as the same; ``…`` stands
    for what was cut off.  Short texts come back whole, and so do texts that say the same.
    """
    return tuple(_without_middle(text) for text in _parts(texts))


def _parts(texts: Sequence[str]) -> Sequence[str]:
    if max(map(len, texts), default=0) <= _SHORT:
        return texts
    words = [[(at, plain(sign)) for at, sign in enumerate(text) if plain(sign)] for text in texts]
    said = [[sign for _, sign in one] for one in words]
    same = min(Prefix.similarity(said[0], one) for one in said)
    shortest = min(map(len, said))
    # A sign is not counted twice: what is alike from the front is not alike from the back.
    ends = min(min(Postfix.similarity(said[0], one) for one in said), shortest - same)
    if all(same == len(one) for one in said):
        return texts
    return [
        _cut(text, [at for at, _ in one], same, len(one) - ends)
        for text, one in zip(texts, words, strict=True)
    ]


def _cut(text: str, places: Sequence[int], first: int, after: int) -> str:
    """The text from a few signs before the first to a few after the last that differs."""
    first, after = max(0, first - _AROUND), min(len(places), after + _AROUND)
    start = places[first] if first else 0
    end = places[after] if after < len(places) else len(text)
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"


def _without_middle(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[: half - 1]}…{text[-half:]}"
