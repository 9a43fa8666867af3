"""Which reporting district a text names, functional zones (先导区) included."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from pipeline.programme import District, Programme

_PROVINCE = re.compile("[一-龥]{2,8}?(?:省|自治区)")
_CITY = re.compile("[一-龥]{2,5}?市")


def find_district(text: str, programme: Programme, *, address: bool = False) -> str:
    """The reporting district that a text names; empty when it names none, or two of them.

    In an address the places that lie in a district count most, because functional zones run
    over the borders of the administrative map; short aliases (``中山``) count only alone.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    exact = plain.removeprefix(programme.province).removeprefix(programme.city)
    for district in programme.districts:
        names = {district.name, district.name.removeprefix(programme.city), *district.aliases}
        if plain in names or exact in names:
            return _reporting(district, programme)
    if is_elsewhere(plain, programme):
        return ""
    if address:
        found = _longest_word(plain, [(d, d.address_words) for d in programme.districts])
        if found is not None:
            return _reporting(found, programme)
    named = [
        (district, (district.name, *(alias for alias in district.aliases if len(alias) > 2)))
        for district in programme.districts
    ]
    found = _longest_word(plain, named)
    return _reporting(found, programme) if found is not None else ""


def is_elsewhere(text: str, programme: Programme) -> bool:
    """Whether the text begins with another province or city; streets repeat all over China."""
    province = _PROVINCE.match(text)
    if province is not None and province[0] != programme.province:
        return True
    city = _CITY.match(text.removeprefix(programme.province))
    own = {programme.city, *(district.name for district in programme.districts)}
    return city is not None and city[0] not in own


def _longest_word(text: str, words: Iterable[tuple[District, Sequence[str]]]) -> District | None:
    found = [
        (len(word), district)
        for district, candidates in words
        for word in candidates
        if word and word in text
    ]
    if not found:
        return None
    longest = max(length for length, _ in found)
    best = {district.name: district for length, district in found if length == longest}
    return next(iter(best.values())) if len(best) == 1 else None


def _reporting(district: District, programme: Programme) -> str:
    by_name = {item.name: item for item in programme.districts}
    seen = {district.name}
    while not district.reports and district.within in by_name and district.within not in seen:
        district = by_name[district.within]
        seen.add(district.name)
    return district.name
