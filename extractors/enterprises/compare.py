"""Two enterprises compared part by part.

The query comes from paper, by way of a scanner or a hurried hand; the candidate is registered
and its name is trusted to be spelled right.  A noisy name cannot be taken apart reliably by
itself, so it is laid along the candidate's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Indel, Levenshtein

from extractors.enterprises.levels import Comparison, Level, level_of
from extractors.enterprises.misread import damage_of, misread_word, place_level
from extractors.enterprises.names import NameParts, Order, comparison_key, is_trade, parse_name
from extractors.enterprises.regions import (
    Region,
    nested,
    regions,
    same_place,
)
from extractors.enterprises.sounds import sound_alike
from extractors.enterprises.witnesses import code_level, district_level, person_level, same_phone
from extractors.values.similarity import look_alike

_TOWN = re.compile(".{2,}(?:[镇乡村屯族]|街道)")
"""Places that no dictionary lists, which then stand in the trade name."""

_LONG_BRAND = 3
_LONG_TRADE = 4
_LEFT_OUT = 4
"""A name without a legal form that is shorter by so much is a short name."""


_OF_ONE_FORM = frozenset("股份集团")
"""Characters that tell one legal form from another, and in no form stand for anything else."""


@dataclass(frozen=True, slots=True)
class Enterprise:
    """What is known of an enterprise; anything may be empty.

    Attributes:
        name: taken apart.
        code: compact credit code as written, checked or not.
        phones: normalised numbers.
        legal_rep: name of the legal representative.
        district: name of the reporting district.
    """

    name: NameParts
    code: str = ""
    phones: frozenset[str] = frozenset()
    legal_rep: str = ""
    district: str = ""


def compare(query: Enterprise, candidate: Enterprise) -> Comparison:
    """Compare an applicant with a registered enterprise.

    Args:
        query: as read from paper, errors included.
        candidate: as registered; its name is trusted to be spelled right.
    """
    levels = _name_levels(query.name, candidate.name)
    levels += code_level(query.code, candidate.code)
    if query.phones and candidate.phones:
        shared = any(same_phone(a, b) for a in query.phones for b in candidate.phones)
        levels.append(level_of("phone", "same" if shared else "different"))
    if query.legal_rep and candidate.legal_rep:
        levels.append(level_of("legal_rep", person_level(query.legal_rep, candidate.legal_rep)))
    if query.district and candidate.district:
        levels.append(level_of("district", district_level(query.district, candidate.district)))
    return Comparison(tuple(levels))


def compare_names(query: str, candidate: str) -> Comparison:
    """Compare two names and nothing else."""
    return compare(Enterprise(parse_name(query)), Enterprise(parse_name(candidate)))


# --- the query laid along the candidate ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Laid:
    """A registered name ready to be laid along others.

    Attributes:
        labels: for each character of the key, the part that it belongs to.
        spelled: the text of each part as it stands in the key.
    """

    labels: tuple[str, ...]
    spelled: dict[str, str]


@lru_cache(maxsize=4096)
def _laid(parts: NameParts) -> _Laid:
    key = parts.key
    labels = ["trade"] * len(key)

    def mark(text: str, label: str, start: int) -> None:
        if text and start >= 0:
            labels[start : start + len(text)] = [label] * len(text)

    branch, form = comparison_key(parts.branch), comparison_key(parts.form_text)
    mark(branch, "branch", len(key) - len(branch))
    mark(form, "form", key.rfind(form, 0, len(key) - len(branch)))
    if parts.group and "集团" not in form:
        mark("集团", "form", key.find("集团"))
    region = key.find(parts.region) if parts.region else -1
    if region > 0 and f"（{parts.region}）" in key:
        region -= 1
        mark(f"（{parts.region}）", "region", region)
    else:
        mark(parts.region, "region", region)
    brand = comparison_key(parts.brand)
    own = not parts.called_by_place
    mark(brand, "brand", key.find(brand, len(parts.region) if own and region == 0 else 0))
    spelled = dict.fromkeys(("brand", "region", "trade", "form", "branch"), "")
    for character, label in zip(key, labels, strict=True):
        spelled[label] += character
    return _Laid(tuple(labels), spelled)


def _aligned(
    query: NameParts, candidate: NameParts, key: str, known: str, labels: Sequence[str]
) -> dict[str, str]:
    """The query's text cut into parts along the candidate's name.

    Args:
        query: taken apart.
        candidate: taken apart.
        key: of the query.
        known: of the candidate.
        labels: the part of the candidate that each character of its key belongs to.

    Text that stands between two parts goes to the one for which the query's own parse
    leaves it, and to the trade name where in doubt, which is the careful choice.
    """
    seen = dict.fromkeys(("brand", "region", "trade", "form", "branch"), "")
    same_brand = query.brand == candidate.brand
    last = "brand"
    short = _is_short(query, key, known)
    for tag, text, place in _steps_of_short(key, known) if short else _steps(key, known):
        if tag in {"equal", "replace"}:
            for offset, character in enumerate(text):
                seen[labels[place + offset]] += character
            last = labels[place + len(text) - 1]
        elif tag == "delete" and short:
            # What a short name has more belongs to the word that it follows.
            if last in {"brand", "region"}:
                last = "trade" if same_brand else "brand"
            seen[last] += text
        elif tag == "delete":
            around = {labels[i] for i in (place - 1, place) if 0 <= i < len(labels)}
            if len(around) > 1:
                around -= {"brand"} if same_brand else set()
            if "form" in around and ("集团" in text or _OF_ONE_FORM.issuperset(text)):
                around = {"form"}
            order = ("brand", "trade", "region", "branch", "form")
            seen[next((part for part in order if part in around), "trade")] += text
    return seen


def _steps(key: str, known: str) -> Iterator[tuple[str, str, int]]:
    """Edits from one key to the other: tag, text of the query, place in the candidate."""
    for step in Levenshtein.opcodes(key, known):
        yield step.tag, key[step.src_start : step.src_end], step.dest_start


def _steps_of_short(key: str, known: str) -> Iterator[tuple[str, str, int]]:
    """The same for a short name: it leaves out and takes no character for another.

    Its beginning is its word, so that is laid where it stands as a whole (福光 in 福建福光).
    """
    whole = next((end for end in range(len(key), 1, -1) if key[:end] in known), 0)
    after = known.find(key[:whole]) + whole
    if whole:
        yield "equal", key[:whole], after - whole
    for step in Indel.opcodes(key[whole:], known[after:]):
        yield step.tag, key[whole + step.src_start : whole + step.src_end], after + step.dest_start


def _name_levels(query: NameParts, candidate: NameParts) -> list[Level]:
    key, known = query.key, candidate.key
    if key == known:
        parts = ["brand", "region", "trade", "form"]
        filled = [candidate.brand, candidate.regions, candidate.trade, candidate.form]
        levels = [
            level_of(part, "same" if value else "none")
            for part, value in zip(parts, filled, strict=True)
        ]
        return [*levels, level_of("name", "same")]
    labels, spelled = _laid(candidate).labels, _laid(candidate).spelled
    moved = (
        query.order is not candidate.order
        and bool(query.regions and candidate.regions)
        and _same_places(query.regions, candidate.regions) == "same"
    )
    if moved:  # all else is compared as if the region stood nowhere
        key = "".join(_but_region(key, _laid(query).labels))
        known = "".join(_but_region(known, labels))
        labels = tuple(_but_region(labels, labels))
    seen = _aligned(query, candidate, key, known, labels)
    short = _is_short(query, key, known)
    brand = _brand_level(seen["brand"], spelled["brand"])
    trade = _trade_level(seen["trade"], spelled["trade"])
    if query.brand == candidate.brand and query.trade == candidate.trade and query.brand:
        brand, trade = "same", "same" if query.trade else "none"  # the parts moved, no more
        seen["form"] = comparison_key(query.form_text)
    elif query.trade and query.trade == candidate.trade and query.regions == candidate.regions:
        # 源光海 海洋食品 and 源光 海洋食品: the text that one has more is of the trade name.
        brand, trade = _brand_level(query.brand, candidate.brand), "same"
    if brand == "same" and _loose(candidate):
        brand = "loose"
    region = "moved" if moved else _region_level(query, candidate, seen["region"])
    if short:  # leaving out is what a short name does, and says less than in a whole name
        region = "omitted" if region == "absent" and not seen["region"] else region
        trade = "omitted" if trade == "absent" and not seen["trade"] else trade
    levels = [
        level_of("brand", brand),
        level_of("region", region),
        level_of("trade", trade),
        level_of("form", _form_level(query, candidate, seen["form"])),
        level_of("name", _whole_level(key, known, short)),
    ]
    if comparison_key(query.branch) != comparison_key(candidate.branch):
        levels.append(level_of("branch", "different"))
    return levels


def _but_region(items: Iterable[str], labels: Sequence[str]) -> Iterator[str]:
    return (item for item, label in zip(items, labels, strict=True) if label != "region")


def _whole_level(key: str, known: str, short: bool) -> str:
    if short:
        if key in known:
            return "contained"
        return "short" if _within(key, known) else "strange"
    distance = Levenshtein.distance(key, known, score_cutoff=2)
    if distance <= 2:
        return "near" if distance <= 1 else "close"
    if len(key) >= 2 and _within(key, known):
        return "part"
    return "long" if _within(known, key) else "different"


def _is_short(query: NameParts, key: str, known: str) -> bool:
    """Whether the query is what people call an enterprise rather than its name."""
    return not query.form and len(key) + _LEFT_OUT <= len(known)


def _within(short: str, long: str) -> bool:
    """Whether all characters of one text stand in the other in their order."""
    rest = iter(long)
    return all(character in rest for character in short)


def _loose(parts: NameParts) -> bool:
    """Whether another reader may set the bounds of the trade name elsewhere.

    So where a place stands for it (沈阳鼓风机) or at its edge, known (county 北川 in 北川微珠宝)
    or by its ending only (狮山镇), before a word that may be a trade of no dictionary (荆州
    石墨烯), beside another place (沈阳 海鑫（大连）), or where the trade is one without its first
    character too (华新 中医药, 华新中 医药).
    """
    brand, known = parts.brand, regions()
    if parts.called_by_place or _TOWN.match(brand) or "（" in brand:
        return True
    if parts.order is Order.FRONT and not parts.trade:
        return True
    if not all(nested(parts.regions[-1], wider) for wider in parts.regions[:-1]):
        return True
    if len(brand) < _LONG_BRAND and parts.trade[1:] and is_trade(parts.trade[1:]):
        return True
    sizes = range(2, min(len(brand), known.longest) + 1)
    return any(known.named(brand[:size]) or known.named(brand[-size:]) for size in sizes)


def _brand_level(seen: str, known: str) -> str:
    if seen == known:
        return "same" if known else "none"
    if abs(len(seen) - len(known)) <= 1:
        damage = damage_of(seen, known)
        if damage:
            return damage
    if seen and _within(seen, known):
        return "part"
    if known and _within(known, seen):
        return "over"
    distance = Levenshtein.distance(seen, known)
    if distance == 1 and len(known) > 2:
        return "near"
    if len(seen) == len(known) and all(map(_alike, seen, known)):
        return "near"
    return "half" if _halved(distance, seen, known) else "different"


def _alike(a: str, b: str) -> bool:
    return a == b or look_alike(a, b) or sound_alike(a, b)


def _halved(distance: int, seen: str, known: str) -> bool:
    return distance <= max(len(seen), len(known)) / 2


def _region_level(query: NameParts, candidate: NameParts, seen: str) -> str:
    ours, theirs = query.regions, candidate.regions
    # A place that serves as trade name is weighed as one.
    ours = () if query.called_by_place else ours
    theirs = () if candidate.called_by_place else theirs
    if not ours and not theirs:
        return "none" if not seen else "absent"
    if not theirs or not seen or (not ours and seen == query.brand):
        return "absent"
    known = _laid(candidate).spelled["region"]
    level = _same_places(ours, theirs) if ours else ""
    if not ours or (len(ours) < len(theirs) and len(seen) > len(query.region)):
        level = place_level(seen, known, theirs) or level
    if level:
        return level
    return "near" if _halved(Levenshtein.distance(seen, known), seen, known) else "different"


def _same_places(ours: tuple[Region, ...], theirs: tuple[Region, ...]) -> str:
    """Same only where both name the same chain: 庄河 and 大连庄河 may be two enterprises."""
    if len(ours) == len(theirs) and all(map(same_place, ours, theirs)):
        return "same"
    a, b = ours[-1], theirs[-1]
    return "nested" if same_place(a, b) or nested(a, b) else "different"


def _trade_level(seen: str, known: str) -> str:
    if seen == known:
        return "same" if known else "none"
    if not seen or not known:
        return "absent"
    distance = Levenshtein.distance(seen, known)
    if not is_trade(seen):
        # 化工 misread as 化土; 钢业 and 铜业 look alike too, but both are trades.
        damage = misread_word(seen, known)
        if damage:
            return damage
        # A lost character is one only in words that are known: 石墨 is not 石墨烯 misread.
        whole = len(seen) >= len(known) or is_trade(known)
        if distance == 1 and len(known) >= _LONG_TRADE and whole:
            return "misread"
    if _within(seen, known):
        return "part"
    if _within(known, seen):
        return "over"
    if distance == 1 and len(known) >= 3:
        return "near"
    return "half" if _halved(distance, seen, known) else "different"


def _form_level(query: NameParts, candidate: NameParts, seen: str) -> str:
    known = _laid(candidate).spelled["form"]
    if seen == known:
        return "same" if known else "none"
    if len(seen) * 2 >= len(known) >= 4 and known.startswith(seen) and not query.form:
        return "cut"
    if seen and known and _OF_ONE_FORM.intersection(seen).difference(known):
        return "different"  # what is left of 股份有限公司, where 有限公司 is registered
    distance = Levenshtein.distance(seen, known)
    whole = query.form and query.form_text == seen
    if distance == 1 and len(known) >= 4 and len(seen) >= 3 and not whole:
        return "lookalike"
    if len(known) >= 4 and not whole and misread_word(seen, known) == "lookalike":
        return "lookalike"
    if query.form and candidate.form and query.form != candidate.form:
        return "different"
    if query.group != candidate.group and ("集团" in seen) != ("集团" in known):
        return "different"
    if not seen or not known or known.startswith(seen):
        return "absent"
    if query.form == candidate.form and query.form:
        return "different"  # 厂 and 总厂
    if distance <= 1 and len(known) >= 3:
        return "lookalike"
    return "near" if _halved(distance, seen, known) else "different"
