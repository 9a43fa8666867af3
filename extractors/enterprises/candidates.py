"""Names worth comparing with a query, found without looking at all of them.

Three ways lead to a name: the same key but for one character; the same sounds or the same
shapes of characters; and rare pairs of neighbouring characters in common.  What is common to
half of a registry (有限公司, the city) leads nowhere and is not followed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from math import log2
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from extractors.enterprises.names import cut_to_core
from extractors.enterprises.postings import (
    Numbers,
    Postings,
    Spans,
    code_points,
    pair_keys,
    row_keys,
)
from extractors.enterprises.sounds import main_sound
from extractors.values.similarity import lookalikes

_LONGEST_CORE = 12
"""So many characters of region-less, form-less name make the keys; longer ones are cut."""

_SHORTEST_CORE = 3
_SAME, _SOUND, _SHAPE = 1, 2, 3
_FOLLOWED = 4_000
"""So many postings are followed for a query, the rarest first …"""

_AT_MOST = 20_000
"""… and the rarest pair in any case, unless so many names share even that."""

_PER_KEY = 200
_SHORTLIST = 50
_BLOCK = 1 << 16
_Numbering = Callable[[int], int]
Weights = NDArray[np.float32]


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
        """Names to compare with one query; see ``find_all``."""
        return self.find_all([key], most)[0]

    def find_all(self, keys: Sequence[str], most: int = 10) -> list[Found]:
        """Names to compare with each query; many queries at once cost less than one by one.

        Args:
            keys: comparison keys of the queries.
            most: about so many names are wanted for each; a few more may come.
        """
        grams = self._grams.spans_of_each(pair_keys(*code_points(keys)), len(keys))
        cores = self._cores.spans_of_each(_core_keys([*map(cut_to_core, keys)], 0), len(keys))
        return [
            self._chosen(key, most, self._by_core(by_core), *self._by_grams(by_gram))
            for key, by_gram, by_core in zip(keys, grams, cores, strict=True)
        ]

    def _chosen(
        self, key: str, most: int, near: Numbers, shared: Numbers, weights: Weights, looked_at: int
    ) -> Found:
        """The likeliest of the names found by the core and by pairs, by three likenesses."""
        looked_at += len(near)
        pool, places = np.unique(np.concatenate([shared, near]), return_index=True)
        if not len(pool):
            return Found((), looked_at)
        pooled = np.concatenate([weights, np.zeros(len(near), np.float32)])[places]
        texts = [self.keys[number] for number in pool.tolist()]
        ratio = process.cdist([key], texts, scorer=fuzz.ratio, dtype=np.float32)[0]
        kept = process.cdist([key], texts, scorer=LCSseq.similarity, dtype=np.int32)[0]
        lengths = np.fromiter(map(len, texts), np.int32, len(texts))
        # What of the query stands in the name in order, and of equals the shorter name.
        held = kept / len(key) - lengths / 1000
        common = pooled / max(float(pooled.max(initial=0.0)), 1e-6) - lengths / 1000
        best = dict.fromkeys(
            place
            for order in zip(*(_first(score, most) for score in (ratio, common, held)), strict=True)
            for place in order
        )
        whole = (ratio / 100 + common + held).tolist()
        chosen = sorted(best, key=lambda at: -whole[at])[: most + most // 2]
        return Found(tuple(pool[chosen].tolist()), looked_at)

    def _by_core(self, spans: Spans) -> Numbers:
        parts = [self._cores.owners[a:b] for a, b in spans if b - a <= _PER_KEY]
        return np.concatenate(parts) if parts else np.empty(0, np.int32)

    def _by_grams(self, spans: Spans) -> tuple[Numbers, Weights, int]:
        """Names that share the rarest pairs, how much they share, and how many were followed."""
        parts: list[Numbers] = []
        followed = 0
        for start, end in spans:
            size = end - start
            if followed + size > (_FOLLOWED if parts else _AT_MOST):
                break
            owners = self._grams.owners[start:end]
            self._weight[owners] += log2((len(self.keys) + 1) / size)
            parts.append(owners)
            followed += size
        if not parts:
            return np.empty(0, np.int32), np.empty(0, np.float32), 0
        touched = np.concatenate(parts)
        weights = self._weight[touched]
        names = np.unique(touched[weights >= _bar(weights)])
        found = self._weight[names]
        self._weight[touched] = 0
        return names, found, len(touched)


def _bar(weights: Weights) -> float:
    """The weight that about a shortlist of names reaches."""
    bar = float(weights.max()) / 2
    above = weights[weights >= bar]
    # A name is touched once for each pair that it shares, so more often than it is listed.
    if len(above) <= _SHORTLIST * 3:
        return bar
    return float(np.partition(above, len(above) - _SHORTLIST * 3)[len(above) - _SHORTLIST * 3])


def _first(scores: NDArray[np.floating[Any]], most: int) -> list[int]:
    return [*map(int, np.argsort(-scores, kind="stable")[:most])]


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
