"""Which names hold a key: a compact inverted index in three flat arrays.

A million names have some thirty million (key, name) pairs; as Python lists they would fill the
memory, as sorted integers they take eight bytes a pair while building and four afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint32]
Numbers = NDArray[np.int32]
Spans = list[tuple[int, int]]

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Postings:
    """Numbers of names by key.

    Attributes:
        keys: distinct keys, ascending; shape (K,).
        starts: where each key's numbers begin, and one past the end; shape (K + 1,).
        owners: numbers of names, ascending within a key; shape (pairs,).
    """

    keys: Keys
    starts: NDArray[np.int64]
    owners: Numbers

    @classmethod
    def build(cls, parts: Sequence[tuple[Keys, Numbers]]) -> Postings:
        """An index over pairs of key and number; a pair given twice counts once."""
        pairs = _pairs(parts)
        pairs.sort()
        if len(pairs):
            pairs = pairs[np.concatenate(([True], pairs[1:] != pairs[:-1]))]
        owners = (pairs & _LOW).astype(np.int32)
        every = (pairs >> _HALF).astype(np.uint32)
        del pairs
        firsts = np.flatnonzero(np.concatenate(([True], every[1:] != every[:-1]))[: len(every)])
        return cls(every[firsts], np.append(firsts, len(every)).astype(np.int64), owners)

    def spans_of_each(self, parts: Sequence[tuple[Keys, Numbers]], count: int) -> list[Spans]:
        """For each of several texts, begin and end of the keys that it has, the rarest first.

        Args:
            parts: keys, each with the number of its text, from 0.
            count: of the texts.
        """
        pairs = np.unique(_pairs(parts))
        keys, texts = (pairs >> _HALF).astype(np.uint32), (pairs & _LOW).astype(np.int64)
        at = np.searchsorted(self.keys, keys)
        known = at < len(self.keys)
        known[known] = self.keys[at[known]] == keys[known]
        at, texts = at[known], texts[known]
        starts, ends = self.starts[at], self.starts[at + 1]
        order = np.lexsort((ends - starts, texts))
        spans = [*zip(starts[order].tolist(), ends[order].tolist(), strict=True)]
        bounds = np.searchsorted(texts[order], np.arange(count + 1)).tolist()
        return [spans[first:last] for first, last in pairwise(bounds)]

    @property
    def size(self) -> int:
        """Bytes that the arrays take."""
        return self.keys.nbytes + self.starts.nbytes + self.owners.nbytes


def _pairs(parts: Sequence[tuple[Keys, Numbers]]) -> NDArray[np.uint64]:
    """Key and number of each pair as one integer, by key first."""
    return np.concatenate(
        [(keys.astype(np.uint64) << _HALF) | owners.astype(np.uint64) for keys, owners in parts]
        or [np.empty(0, np.uint64)]
    )


def code_points(texts: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """All characters of the texts one after another, and the length of each text."""
    joined = "".join(texts).encode("utf-32-le", "surrogatepass")
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    return np.frombuffer(joined, np.uint32), lengths


def pair_keys(
    characters: NDArray[np.uint32], lengths: NDArray[np.int64], first: int = 0
) -> list[tuple[Keys, Numbers]]:
    """Keys of each single character and of each two neighbours, with the text's number."""
    owners = np.repeat(np.arange(first, first + len(lengths), dtype=np.int32), lengths)
    singles = (_mixed(characters.astype(np.uint64)), owners)
    within = owners[1:] == owners[:-1]
    left, right = characters[:-1][within], characters[1:][within]
    together = (left.astype(np.uint64) << np.uint64(21)) | right.astype(np.uint64)
    return [singles, (_mixed(together), owners[1:][within])]


def row_keys(rows: NDArray[np.uint64], salt: int) -> Keys:
    """A key for each row of a matrix of small numbers; the salt keeps kinds of keys apart."""
    total = np.full(len(rows), salt, np.uint64)
    for column in rows.T:
        total = (total * np.uint64(1_000_003)) ^ (column + np.uint64(0x51ED))
    return _mixed(total)


def _mixed(numbers: NDArray[np.uint64]) -> Keys:
    spread = numbers * _FACTOR
    spread ^= spread >> np.uint64(29)
    return ((spread * _FACTOR) >> _HALF).astype(np.uint32)
