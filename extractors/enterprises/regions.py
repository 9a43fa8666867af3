"""Regions: names in use, what lies within what.

``regions.toml`` holds provinces, cities, Liaoning and Dalian with their functional areas and
former divisions; ``counties.toml`` the county-level divisions of the other provinces.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from dictionaries import ROOT

_ENDINGS = ("特别行政区", "自治区", "自治州", "自治县", "地区", "省", "市", "盟", "区", "县")
_ENDING_CHARACTERS = re.compile("[省市区县]")


@dataclass(frozen=True, slots=True)
class Region:
    """A region by its official name.

    Attributes:
        name: official name; functional areas by the name in use.
        level: 0 nation, 1 province, 2 city, 3 county, district or functional area.
        parents: everything that it lies in.
    """

    name: str
    level: int
    parents: frozenset[str]


class Regions:
    """The regions of ``regions.toml``, found by any spelling."""

    def __init__(
        self, table: dict[str, Any], elsewhere: dict[str, dict[str, list[str]]] | None = None
    ) -> None:
        self._full: dict[str, list[Region]] = {}
        self._short: dict[str, list[Region]] = {}
        short_names = table["short_names"]
        for name in table["nation"]:
            self._add(Region(name, 0, frozenset()), [name], [])
        for province, cities in table["provinces"].items():
            shorts = short_names.get(province) or [_cut(province)]
            self._add(Region(province, 1, frozenset()), [province], shorts)
            for city in cities:
                shorts = short_names.get(city) or [_cut(city)]
                self._add(Region(city, 2, frozenset({province})), [city], shorts)
        province, self.home = table["home"]["province"], table["home"]["city"]
        for city, counties in table["counties"].items():
            for county in counties:
                parents = frozenset({province, city})
                self._add(Region(county, 3, parents), [county], [_cut(county)])
        for unit, aliases in table["units"].items():
            parents = frozenset({province, self.home, *table["within"].get(unit, ())})
            spellings = [alias for alias in aliases if alias.startswith(_cut(self.home))]
            other = [alias for alias in aliases if alias not in spellings]
            self._add(Region(unit, 3, parents), [unit, *spellings], [_cut(unit), *other])
        for old, new in table["former"].items():
            region = self._full[new][0]
            self._add(region, [old], [_cut(str(old))])
        for province, cities_with in (elsewhere or {}).items():
            for city, names in cities_with.items():
                for county in names:
                    parents = frozenset({province, city})
                    self._add(Region(county, 3, parents), [county], [_cut(county)])
        self.side_by_side = frozenset(table["side_by_side"]["names"])
        self.spellings = [*self._full, *(s for s in self._short if s not in self._full)]
        self.not_regions = tuple(table["not_regions"]["words"])
        wide = (s for s, named in self._short.items() if any(r.level < 3 for r in named))
        self.sure = frozenset({*self._full, *wide})
        self.longest_sure = max(map(len, self.sure))
        self.longest = max(len(spelling) for spelling in (*self._full, *self._short))

    def full(self, spelling: str) -> tuple[Region, ...]:
        """The regions whose whole name this is."""
        return tuple(self._full.get(spelling, ()))

    def named(self, spelling: str) -> tuple[Region, ...]:
        """The regions that this may name, whole names first."""
        whole = self._full.get(spelling, [])
        return (*whole, *(r for r in self._short.get(spelling, ()) if r not in whole))

    def _add(self, region: Region, full: list[str], short: list[str]) -> None:
        for spelling in full:
            self._full.setdefault(spelling, []).append(region)
        for spelling in short:
            if len(spelling) >= 2 and spelling not in full:
                self._short.setdefault(spelling, []).append(region)


@cache
def regions() -> Regions:
    """The regions of the dictionary, read once."""
    return Regions(
        tomllib.loads((ROOT / "regions.toml").read_text("utf-8")),
        tomllib.loads((ROOT / "counties.toml").read_text("utf-8")),
    )


@lru_cache(maxsize=4096)
def one_off(text: str) -> tuple[str, ...]:
    """Spellings of regions that one character parts from this text."""
    found = process.extract(
        text, regions().spellings, scorer=Levenshtein.distance, score_cutoff=1, limit=None
    )
    return tuple(spelling for spelling, _, _ in found)


def nested(a: Region, b: Region) -> bool:
    """Whether one of the two lies in the other."""
    return a.name in b.parents or b.name in a.parents


def same_place(a: Region, b: Region) -> bool:
    """Whether two are one place, a county that was raised to a city or district included."""
    return a.name == b.name or (
        a.level == b.level == 3
        and a.parents == b.parents
        and _cut(a.name) == _cut(b.name)
        and a.name not in regions().side_by_side
    )


def bare_place(text: str) -> str:
    """The text of a region without 省, 市, 区 and 县, which hurried writers leave out."""
    return _ENDING_CHARACTERS.sub("", text)


def _cut(name: str) -> str:
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) - len(ending) >= 2:
            return name.removesuffix(ending)
    return name
