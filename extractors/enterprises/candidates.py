"""Names worth comparing with a query, found without looking at all of them.

Three ways lead to a name: the same key but for one character; the same sounds or the same
shapes of characters; and rare pairs of neighbouring characters in common.  What is common to
half of a registry (有限公司, the city) leads nowhere and is not followed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from extractors.enterprises.names import cut_to_core
from extractors.enterprises.postings import Numbers, Postings, code_points, pair_keys, row_keys
from extractors.enterprises.sounds import main_sound
from extractors.values.similarity import lookalikes

_LONGEST_CORE = 12
"""So many characters of region-less, form-less name make the keys; longer ones are cut."""

_SHORTEST_CORE = 3
_SAME, _SOUND, _SHAPE = 1, 2, 3
_FOLLOWED = 20_000
"""So many postings are followed for a query, the rarest first."""

_AT_LEAST = 3
"""Pairs of characters that are followed even where each is common …"""

_AT_MOST = 120_000
"""… but none that so many names share."""

_PER_KEY = 200
_SHORTLIST = 160
_BLOCK = 1 << 16
_Numbering = Callable[[int], int]


@dataclass(frozen=True, slots=True)
class Found:
    """What the index found for one query.

    Attributes:
        names: numbers of names to compare in full, the likeliest first.
        looked_at: how many names were looked at to choose these.
    """

    names: tuple[int, ...]
    looked_at: int


@dataclass
class CandidateIndex:
    """An index over the comparison keys of names."""

    keys: Sequence[str]
    _grams: Postings
    _cores: Postings
    _weight: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        self._weight = np.zeros(len(self.keys), np.float32)

    @classmethod
    def build(cls, keys: Sequence[str]) -> CandidateIndex:
        """An index over names given as comparison keys; their numbers are their places."""
        grams = []
        for first in range(0, len(keys), _BLOCK):
            grams += pair_keys(*code_points(keys[first : first + _BLOCK]), first)
        gram_postings = Postings.build(grams)
        del grams
        cores = []
        for first in range(0, len(keys), _BLOCK):
            cores += _core_keys([cut_to_core(key) for key in keys[first : first + _BLOCK]], first)
        return cls(keys, gram_postings, Postings.build(cores))

    @property
    def size(self) -> int:
        """Bytes that the index takes beside the names."""
        return self._grams.size + self._cores.size + self._weight.nbytes

    def find(self, key: str, most: int = 10) -> Found:
        """Names to compare with a query.

        Args:
            key: comparison key of the query.
            most: about so many names are wanted; a few more may come.
        """
        if not key or not self.keys:
            return Found((), 0)
        near = self._by_core(key)
        by_grams, weights, looked_at = self._by_grams(key)
        looked_at += len(near)
        pool = np.concatenate([by_grams, near])
        pool, places = np.unique(pool, return_index=True)
        pooled = np.concatenate([weights, np.zeros(len(near), np.float32)])[places]
        texts = [self.keys[number] for number in pool]
        if not texts:
            return Found((), looked_at)
        ratio = process.cdist([key], texts, scorer=fuzz.ratio, dtype=np.float32)[0]
        kept = process.cdist([key], texts, scorer=LCSseq.similarity, dtype=np.int32)[0]
        lengths = np.fromiter(map(len, texts), np.int32, len(texts))
        # What of the query stands in the name in order, and of equals the shorter name.
        held = kept / len(key) - lengths / 1000
        common = pooled / max(float(pooled.max(initial=0.0)), 1e-6) - lengths / 1000
        best = dict.fromkeys(
            int(place)
            for order in zip(*(_first(score, most) for score in (ratio, common, held)), strict=True)
            for place in order
        )
        chosen = sorted(best, key=lambda at: -(ratio[at] / 100 + common[at] + held[at]))
        return Found(tuple(int(pool[at]) for at in chosen[: most + most // 2]), looked_at)

    def _by_core(self, key: str) -> Numbers:
        _, lengths = code_points([cut_to_core(key)])
        if not lengths[0]:
            return np.empty(0, np.int32)
        keys = np.concatenate([found for found, _ in _core_keys([cut_to_core(key)], 0)])
        spans = self._cores.spans(np.unique(keys))
        parts = [self._cores.owners[a:b] for a, b in spans if b - a <= _PER_KEY]
        return np.concatenate(parts) if parts else np.empty(0, np.int32)

    def _by_grams(self, key: str) -> tuple[Numbers, NDArray[np.float32], int]:
        keys = np.unique(np.concatenate([found for found, _ in pair_keys(*code_points([key]))]))
        spans = self._grams.spans(keys)
        sizes = spans[:, 1] - spans[:, 0]
        order = np.argsort(sizes, kind="stable")
        followed = np.cumsum(sizes[order])
        wanted = (followed <= _FOLLOWED) | (np.arange(len(order)) < _AT_LEAST)
        order = order[wanted & (sizes[order] <= _AT_MOST)]
        if not len(order):
            return np.empty(0, np.int32), np.empty(0, np.float32), 0
        worth = np.log2((len(self.keys) + 1) / sizes)
        parts = []
        for at in order:
            owners = self._grams.owners[spans[at, 0] : spans[at, 1]]
            self._weight[owners] += worth[at]
            parts.append(owners)
        touched = np.concatenate(parts)
        weights = self._weight[touched]
        bar = _bar(weights)
        names = np.unique(touched[weights >= bar])
        found = self._weight[names]
        self._weight[touched] = 0
        return names, found, len(touched)


def _bar(weights: NDArray[np.float32]) -> float:
    """The weight that about a shortlist of names reaches; a few counts are cheaper than a sort."""
    most = float(weights.max())
    bar = most * 0.9
    for tenth in range(8, 0, -1):
        # A name is touched once for each pair that it shares, so more than the shortlist.
        if np.count_nonzero(weights >= most * tenth / 10) > _SHORTLIST * 3:
            break
        bar = most * tenth / 10
    return bar


def _first(scores: NDArray[np.floating[Any]], most: int) -> list[int]:
    return [int(at) for at in np.argsort(-scores, kind="stable")[:most]]


def _core_keys(cores: Sequence[str], first: int) -> list[tuple[NDArray[np.uint32], Numbers]]:
    """Keys of each core: whole, with one character left out, by sound and by shape."""
    characters, lengths = code_points([core[:_LONGEST_CORE] for core in cores])
    starts = np.cumsum(lengths) - lengths
    found = []
    for length in range(1, _LONGEST_CORE + 1):
        members = np.flatnonzero(lengths == length)
        if not len(members):
            continue
        rows = characters[starts[members, None] + np.arange(length)].astype(np.uint64)
        owners = (members + first).astype(np.int32)
        found.append((row_keys(rows, _SAME), owners))
        found.append((row_keys(_translated(rows, _sound_number), _SOUND), owners))
        found.append((row_keys(_translated(rows, _shape_number), _SHAPE), owners))
        if length >= _SHORTEST_CORE:
            fewer = rows[:, _all_but_one(length)].reshape(-1, length - 1)
            found.append((row_keys(fewer, _SAME), np.repeat(owners, length)))
    return found


@cache
def _all_but_one(length: int) -> NDArray[np.intp]:
    """Places of a text with each of them left out in turn, shape (length, length - 1)."""
    return np.array([[at for at in range(length) if at != gone] for gone in range(length)])


def _translated(rows: NDArray[np.uint64], number: _Numbering) -> NDArray[np.uint64]:
    distinct, places = np.unique(rows, return_inverse=True)
    values = np.array([number(int(point)) for point in distinct], np.uint64)
    return values[places].reshape(rows.shape)


@cache
def _sound_number(point: int) -> int:
    """A number for the sound of a character, ``zh ch sh ng`` written as many hear them."""
    heard = main_sound(chr(point))
    for heard_as, written in (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n")):
        heard = heard.replace(heard_as, written)
    return int.from_bytes(heard.encode("utf-8")[:7], "big")


@cache
def _shape_number(point: int) -> int:
    return _shape_classes().get(chr(point), point)


@cache
def _shape_classes() -> dict[str, int]:
    """Each character with the smallest one that look-alikes lead to, over any number of steps."""
    near = lookalikes()
    classes: dict[str, int] = {}
    for character in sorted(near):
        if character in classes:
            continue
        todo, least = [character], ord(character)
        while todo:
            reached = todo.pop()
            if reached not in classes:
                classes[reached] = least
                todo += near.get(reached, ())
    return classes
