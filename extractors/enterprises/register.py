"""A register of enterprises in columns, found by code, name, telephone and likeness.

Made for a million rows: columns are plain lists of short texts, the index behind them flat
arrays.  Rows of one name and one code are one enterprise, which goes by the number of its
first row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from extractors.enterprises.candidates import CandidateIndex, Found
from extractors.enterprises.compare import Enterprise, compare
from extractors.enterprises.levels import Comparison
from extractors.enterprises.names import comparison_key, parse_name
from extractors.values.codes import is_uscc

_MOST = 7
_SHARED = 20
"""A telephone that more enterprises state belongs to an agent and leads to none of them."""

_parsed = lru_cache(maxsize=1 << 14)(parse_name)


class Row(NamedTuple):
    """A registered enterprise as its table states it; anything may be empty.

    Attributes:
        name: registered name.
        code: compact credit code, checked or not.
        phones: normalised numbers, parted by ``;``.
        legal_rep: name of the legal representative.
        district: name of the district.
        former_names: names that it had.
    """

    name: str
    code: str = ""
    phones: str = ""
    legal_rep: str = ""
    district: str = ""
    former_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate with its best comparison.

    Attributes:
        number: of the enterprise.
        comparison: of the reading and the name that fit best.
        former: the former name by which it was found; empty for the current one.
        query: the reading of the query that fits best.
        place: where the index put it, from 0; decides between equal sums.
    """

    number: int
    comparison: Comparison
    former: str
    query: Enterprise
    place: int


@dataclass(frozen=True, slots=True)
class Weighing:
    """All that was weighed for a query, best first, and how many names were looked at."""

    weighed: tuple[Weighed, ...]
    looked_at: int


@dataclass
class Register:
    """Enterprises by number."""

    rows: int
    _names: list[str]
    _codes: list[str]
    _phones: list[str]
    _legal_reps: list[str]
    _districts: list[str]
    _former: dict[int, tuple[str, ...]]
    _owners: list[int]
    """Owner of each name that is no row of its own: former names, behind the rows."""
    _groups: dict[int, tuple[int, ...]] = field(default_factory=dict)
    _heads: dict[int, int] = field(default_factory=dict)
    _by_name: dict[str, int] = field(default_factory=dict)
    _several: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _by_code: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _by_phone: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _index: CandidateIndex = field(init=False)

    @classmethod
    def build(cls, rows: Iterable[Row]) -> Register:
        """A register over rows; enterprises go by the number of their first row, from 0.

        A row without a usable code belongs to the one coded enterprise of its name, where
        there is just one.
        """
        register = cls(0, [], [], [], [], [], {}, [])
        keys: list[str] = []
        for row in rows:
            keys.append(register._append(row))
        register._group(keys)
        register._name_former(keys)
        register._index = CandidateIndex.build(keys)
        return register

    @property
    def index_bytes(self) -> int:
        """Bytes that the arrays of the index take beside the names."""
        return self._index.size

    def of_code(self, code: str) -> tuple[int, ...]:
        """Enterprises with this code."""
        return self._by_code.get(code, ())

    def of_name(self, key: str) -> tuple[int, ...]:
        """Enterprises that have, or had, the name with this comparison key."""
        if key in self._several:
            return self._several[key]
        number = self._by_name.get(key)
        return () if number is None else (number,)

    def rows_of(self, number: int) -> tuple[int, ...]:
        """Numbers of the rows of an enterprise."""
        return self._groups.get(number, (number,))

    def name_of(self, number: int) -> str:
        """Current name of an enterprise."""
        return self._names[number]

    def enterprise(self, number: int) -> Enterprise:
        """What the register knows of an enterprise, over all of its rows."""
        rows = self.rows_of(number)
        codes = [self._codes[row] for row in rows if self._codes[row]]
        if len(codes) > 1:
            codes.sort(key=is_uscc, reverse=True)
        phones = (phone for row in rows for phone in self._phones[row].split(";") if phone)
        return Enterprise(
            _parsed(self._names[number]),
            codes[0] if codes else "",
            frozenset(phones),
            next((self._legal_reps[row] for row in rows if self._legal_reps[row]), ""),
            next((self._districts[row] for row in rows if self._districts[row]), ""),
        )

    def weigh(
        self, readings: Sequence[Enterprise], *, without: frozenset[int] = frozenset()
    ) -> Weighing:
        """Compare a query with every enterprise that may be meant.

        Args:
            readings: the query as it was read, in several ways where it was.
            without: enterprises to leave out, as if they were not registered.
        """
        return self.weigh_all([readings], without=without)[0]

    def weigh_all(
        self, queries: Sequence[Sequence[Enterprise]], *, without: frozenset[int] = frozenset()
    ) -> list[Weighing]:
        """The same for many queries, which costs less than one by one."""
        keys = [reading.name.key for readings in queries for reading in readings]
        near = iter(self._index.find_all(keys, _MOST))
        return [self._weighed(readings, near, without) for readings in queries]

    def _weighed(
        self, readings: Sequence[Enterprise], near: Iterator[Found], without: frozenset[int]
    ) -> Weighing:
        places: dict[int, int] = {}
        looked_at = 0
        for reading in readings:
            found = next(near)
            exact = self._exact(reading)
            looked_at += found.looked_at + len(exact)
            for place, number in enumerate((*exact, *map(self._owner, found.names))):
                places.setdefault(number, place)
        weighed = [
            self._best(number, place, readings)
            for number, place in places.items()
            if number not in without
        ]
        weighed.sort(key=lambda item: (-item.comparison.bits, item.place, item.number))
        return Weighing(tuple(weighed), looked_at)

    def _exact(self, reading: Enterprise) -> list[int]:
        """Enterprises of the same code, name or telephone."""
        exact = [*self.of_code(reading.code), *self.of_name(reading.name.key)]
        for phone in reading.phones:
            owners = self._by_phone.get(phone, ())
            exact += owners if len(owners) <= _SHARED else ()
        return exact

    def _best(self, number: int, place: int, readings: Sequence[Enterprise]) -> Weighed:
        registered = self.enterprise(number)
        options = []
        for query in readings:
            options.append(Weighed(number, compare(query, registered), "", query, place))
            for name in self._former_names(number):
                renamed = replace(registered, name=_parsed(name))
                options.append(Weighed(number, compare(query, renamed), name, query, place))
        return max(options, key=lambda item: item.comparison.bits)

    def _former_names(self, number: int) -> Iterator[str]:
        for row in self.rows_of(number):
            yield from self._former.get(row, ())

    def _owner(self, name: int) -> int:
        return self._owners[name - self.rows] if name >= self.rows else self._heads.get(name, name)

    def _append(self, row: Row) -> str:
        self._names.append(row.name)
        self._codes.append(row.code)
        self._phones.append(row.phones)
        self._legal_reps.append(row.legal_rep)
        self._districts.append(row.district)
        if row.former_names:
            self._former[self.rows] = row.former_names
        self.rows += 1
        return comparison_key(row.name)

    def _group(self, keys: Sequence[str]) -> None:
        """Tell enterprises apart, and enter their names, codes and telephones."""
        repeated: dict[str, list[int]] = {}
        for number, key in enumerate(keys):
            if self._by_name.setdefault(key, number) != number:
                repeated.setdefault(key, [self._by_name[key]]).append(number)
        for key, numbers in repeated.items():
            groups = list(self._enterprises(numbers))
            for rows in groups:
                if len(rows) > 1:
                    self._groups[rows[0]] = rows
                    self._heads.update(dict.fromkeys(rows[1:], rows[0]))
            if len(groups) > 1:
                self._several[key] = tuple(rows[0] for rows in groups)
        for number in range(self.rows):
            head = self._heads.get(number, number)
            if self._codes[number]:
                _enter(self._by_code, self._codes[number], head)
            if self._phones[number]:
                for phone in self._phones[number].split(";"):
                    _enter(self._by_phone, phone, head)

    def _enterprises(self, numbers: Sequence[int]) -> Iterator[tuple[int, ...]]:
        codes: dict[str, list[int]] = {}
        for number in numbers:
            code = self._codes[number]
            codes.setdefault(code if is_uscc(code) else "", []).append(number)
        without = codes.pop("", [])
        if len(codes) == 1:
            (rows,) = codes.values()
            yield (*sorted((*rows, *without)),)
            return
        yield from (tuple(rows) for rows in codes.values())
        if without:
            yield tuple(without)

    def _name_former(self, keys: list[str]) -> None:
        for row, names in self._former.items():
            head = self._heads.get(row, row)
            for name in names:
                key = comparison_key(name)
                owners = self.of_name(key)
                if not owners:
                    self._by_name[key] = head
                elif head not in owners and len(owners) <= _SHARED:
                    self._several[key] = (*owners, head)
                keys.append(key)
                self._owners.append(head)


def _enter(table: dict[str, tuple[int, ...]], key: str, number: int) -> None:
    known = table.get(key, ())
    if number not in known and len(known) <= _SHARED:
        table[key] = (*known, number)
