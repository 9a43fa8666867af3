"""Two enterprises compared part by part, with a sum that a person can follow.

Each part of the name falls into a named level; each level has an additive log2 weight
(``match_weights.toml``).  The sum gives the score.  Whether a name alone may decide is told
by the levels, not by the sum: near twins reach high scores.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from rapidfuzz.distance import Levenshtein

from dictionaries import ROOT
from extractors.enterprises.names import NameParts, comparison_key, parse_name
from extractors.enterprises.regions import Region, nested, regions
from extractors.values.codes import is_uscc
from extractors.values.similarity import LOOKALIKE_COST, ocr_distance

_WORDS = {
    "brand": "字号",
    "region": "区划",
    "trade": "行业",
    "form": "组织形式",
    "branch": "分支机构",
    "name": "全称",
    "code": "信用代码",
    "phone": "电话",
    "legal_rep": "法定代表人",
    "district": "所属区市县",
}
_LEVELS = {
    "same": "相同",
    "different": "不同",
    "lookalike": "一字形近",
    "lookalike_short": "一字形近",
    "near": "相差一字",
    "half": "半数相同",
    "close": "相差两字",
    "none": "双方均无",
    "absent": "一方缺",
    "nested": "有隶属关系",
    "part": "一方较详",
}
_LONG_BRAND = 4


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


@dataclass(frozen=True, slots=True)
class Level:
    """How one part compares, and what that weighs in bits."""

    part: str
    level: str
    weight: float

    def __str__(self) -> str:
        """As ``字号相同 +9.1``."""
        sign = "+" if self.weight >= 0 else "−"
        return f"{_WORDS[self.part]}{_LEVELS[self.level]} {sign}{abs(self.weight):.1f}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """All levels of a pair."""

    levels: tuple[Level, ...]

    @property
    def bits(self) -> float:
        """Sum of the weights and the prior: log2 of the odds that the two are one."""
        return float(weights()["prior"]) + sum(level.weight for level in self.levels)

    @property
    def score(self) -> float:
        """The odds as 0 to 100."""
        return round(100 / (1 + 2 ** -max(-60.0, min(60.0, self.bits))), 1)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Each level in Chinese with its weight, the heaviest first."""
        ordered = sorted(self.levels, key=lambda level: -abs(level.weight))
        return tuple(str(level) for level in ordered if level.weight)

    def level(self, part: str) -> str:
        """Name of a part's level; empty where the part was not compared."""
        return next((level.level for level in self.levels if level.part == part), "")

    @property
    def confirmed(self) -> bool:
        """Whether a telephone says the same, which twins by name do not share."""
        return self.level("phone") == "same"

    @property
    def name_decides(self) -> bool:
        """Whether the name, without a code, is enough to take the two for one.

        Never where the trade name differs by a word, where a short one differs at all,
        or where the region or the legal form is another one.
        """
        if self.level("code") == "different" or self.level("branch") == "different":
            return False
        if self.level("name") == "same":
            return True
        allowed = {
            "brand": {"same"},
            "region": {"same", "lookalike", "none"},
            "trade": {"same", "lookalike", "none"},
            "form": {"same", "lookalike", "none"},
        }
        if self.confirmed:
            allowed["brand"] |= {"lookalike"}
            allowed["region"] |= {"absent"}
            allowed["trade"] |= {"near"}
            allowed["form"] |= {"absent"}
        return all(self.level(part) in levels for part, levels in allowed.items())

    @property
    def name_contradicts(self) -> bool:
        """Whether the name speaks against the two being one, whatever the code says.

        A part contradicts when less than half of it agrees: that is another word, not a
        misreading.  A new legal form does not: enterprises convert under the same code.
        """
        parts = ("brand", "branch", "region", "trade")
        return any(self.level(part) == "different" for part in parts)


@cache
def weights() -> dict[str, Any]:
    """The table of weights, read once."""
    return tomllib.loads((ROOT / "match_weights.toml").read_text("utf-8"))


def compare(query: Enterprise, candidate: Enterprise) -> Comparison:
    """Compare an applicant with a registered enterprise.

    Args:
        query: as read from paper, errors included.
        candidate: as registered; its name is trusted to be spelled right.
    """
    levels = _name_levels(query.name, candidate.name)
    levels += _code_level(query.code, candidate.code)
    if query.phones and candidate.phones:
        shared = any(_same_phone(a, b) for a in query.phones for b in candidate.phones)
        levels.append(_level("phone", "same" if shared else "different"))
    if query.legal_rep and candidate.legal_rep:
        distance = ocr_distance(query.legal_rep, candidate.legal_rep)
        found = "same" if distance == 0 else "lookalike" if distance <= LOOKALIKE_COST else ""
        levels.append(_level("legal_rep", found or "different"))
    if query.district and candidate.district:
        levels.append(_level("district", _district_level(query.district, candidate.district)))
    return Comparison(tuple(levels))


def compare_names(query: str, candidate: str) -> Comparison:
    """Compare two names and nothing else."""
    return compare(Enterprise(parse_name(query)), Enterprise(parse_name(candidate)))


def _level(part: str, level: str) -> Level:
    return Level(part, level, float(weights()[part][level]))


def _name_levels(query: NameParts, candidate: NameParts) -> list[Level]:
    if query.key == candidate.key:
        parts = ["brand", "region", "trade", "form"]
        filled = [candidate.brand, candidate.regions, candidate.trade, candidate.form]
        levels = [
            _level(part, "same" if value else "none")
            for part, value in zip(parts, filled, strict=True)
        ]
        return [*levels, _level("name", "same")]
    seen = _aligned(query, candidate)
    levels = [
        _level("brand", _brand_level(seen["brand"], _spelled(candidate, "brand"))),
        _level("region", _region_level(query, candidate, seen["region"])),
        _level("trade", _trade_level(seen["trade"], _spelled(candidate, "trade"))),
        _level("form", _form_level(query, candidate, seen["form"])),
    ]
    distance = ocr_distance(query.key, candidate.key)
    likeness = "near" if distance <= 1 else "close" if distance <= 2 else "different"
    levels.append(_level("name", likeness))
    if comparison_key(query.branch) != comparison_key(candidate.branch):
        levels.append(_level("branch", "different"))
    return levels


def _labels(parts: NameParts) -> list[str]:
    """For each character of the name's key, the part that it belongs to."""
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
    own = parts.brand != parts.region
    mark(brand, "brand", key.find(brand, len(parts.region) if own and region == 0 else 0))
    return labels


def _spelled(parts: NameParts, part: str) -> str:
    key = parts.key
    return "".join(
        character for character, label in zip(key, _labels(parts), strict=True) if label == part
    )


def _aligned(query: NameParts, candidate: NameParts) -> dict[str, str]:
    """The query's text cut into parts along the candidate's name.

    A noisy name cannot be taken apart reliably by itself; laid along a clean one it can.
    Text that stands between two parts goes to the one for which the query's own parse
    leaves it, and to the trade name where in doubt, which is the careful choice.
    """
    labels = _labels(candidate)
    seen = dict.fromkeys(("brand", "region", "trade", "form", "branch"), "")
    same_brand = query.brand == candidate.brand
    for step in Levenshtein.opcodes(query.key, candidate.key):
        text = query.key[step.src_start : step.src_end]
        if step.tag in {"equal", "replace"}:
            for offset, character in enumerate(text):
                seen[labels[step.dest_start + offset]] += character
        elif step.tag == "delete":
            place = step.dest_start
            around = {labels[i] for i in (place - 1, place) if 0 <= i < len(labels)}
            if len(around) > 1:
                around -= {"brand"} if same_brand else set()
            if "集团" in text and "form" in around:
                around = {"form"}
            order = ("brand", "trade", "region", "branch", "form")
            seen[next((part for part in order if part in around), "trade")] += text
    return seen


def _brand_level(seen: str, known: str) -> str:
    if seen == known:
        return "same" if known else "none"
    distance = ocr_distance(seen, known)
    if distance <= LOOKALIKE_COST:
        return "lookalike" if len(known) >= _LONG_BRAND else "lookalike_short"
    if seen and known and (seen in known or known in seen):
        return "part"
    if distance <= 1 and len(known) > 2:
        return "near"
    return "half" if _alike(distance, seen, known) else "different"


def _alike(distance: float, seen: str, known: str) -> bool:
    return distance <= max(len(seen), len(known)) / 2


def _region_level(query: NameParts, candidate: NameParts, seen: str) -> str:
    ours, theirs = query.regions, candidate.regions
    if query.brand == query.region or candidate.brand == candidate.region:
        # The place serves as trade name, and is weighed as one.
        ours = () if query.brand == query.region else ours
        theirs = () if candidate.brand == candidate.region else theirs
    if not ours and not theirs:
        return "none" if not seen else "absent"
    if ours and theirs:
        return _same_place(ours, theirs)
    if theirs and seen and seen != query.brand:
        known = _spelled(candidate, "region")
        if seen == known:
            return "same"
        distance = ocr_distance(seen, known)
        if distance <= LOOKALIKE_COST:
            return "lookalike"
        return "near" if _alike(distance, seen, known) else "different"
    return "absent"


def _same_place(ours: tuple[Region, ...], theirs: tuple[Region, ...]) -> str:
    """Same only where both name the same chain: 庄河 and 大连庄河 may be two enterprises."""
    if [region.name for region in ours] == [region.name for region in theirs]:
        return "same"
    a, b = ours[-1], theirs[-1]
    return "nested" if a.name == b.name or nested(a, b) else "different"


def _trade_level(seen: str, known: str) -> str:
    if seen == known:
        return "same" if known else "none"
    distance = ocr_distance(seen, known)
    if distance <= LOOKALIKE_COST:
        return "lookalike"
    if not seen or not known or seen in known or known in seen:
        return "part"
    if distance <= 1 and len(known) >= 3:
        return "near"
    return "half" if _alike(distance, seen, known) else "different"


def _form_level(query: NameParts, candidate: NameParts, seen: str) -> str:
    known = _spelled(candidate, "form")
    if query.form and candidate.form and query.form != candidate.form:
        return "different"
    if seen == known:
        return "same" if known else "none"
    if query.group != candidate.group and ("集团" in seen) != ("集团" in known):
        return "different"
    if not seen or not known or known.startswith(seen):
        return "absent"
    if query.form == candidate.form and query.form:
        return "different"  # 厂 and 总厂
    distance = ocr_distance(seen, known)
    if distance <= 1 and len(known) >= 3:
        return "lookalike"
    return "near" if _alike(distance, seen, known) else "different"


def _code_level(ours: str, theirs: str) -> list[Level]:
    if not is_uscc(theirs) or not ours:
        return []
    if ours == theirs:
        return [_level("code", "same")]
    if is_uscc(ours):
        return [_level("code", "different")]
    return [_level("code", "near")] if ocr_distance(ours, theirs) <= 1 else []


def _same_phone(a: str, b: str) -> bool:
    """Whether two numbers are one, the area code aside."""
    left, right = (_digits(number) for number in (a, b))
    if len(left) == 11 and left[0] == "1":
        return left == right
    return left[-8:] == right[-8:] and min(len(left), len(right)) >= 8


def _digits(number: str) -> str:
    return "".join(character for character in number if character.isdigit())


def _district_level(a: str, b: str) -> str:
    if a == b:
        return "same"
    pairs = [(left, right) for left in _named(a) for right in _named(b)]
    if any(left.name == right.name for left, right in pairs):
        return "same"
    return "nested" if any(nested(left, right) for left, right in pairs) else "different"


def _named(district: str) -> Iterable[Region]:
    return regions().named(district)
