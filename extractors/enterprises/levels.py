"""Named levels of agreement with additive weights, and what may be concluded from them.

Each part of a pair of names falls into one level, each level has a log2 weight, and the
weights add up to the odds that the two are one enterprise.  The weights are learnt
(``match_weights.toml``).  Whether a name alone may decide is told by the levels first and by
the sum second: near twins reach high sums.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Any

from dictionaries import ROOT

PARTS = {
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
LEVELS = {
    "same": "相同",
    "different": "不同",
    "loose": "相同（界限不清）",
    "lookalike": "形近",
    "homophone": "同音异字",
    "misread": "误写",
    "near": "相差一字",
    "half": "半数相同",
    "close": "相差两字",
    "contained": "包含简称",
    "short": "简称缩写",
    "strange": "简称不合",
    "long": "多字",
    "none": "双方均无",
    "absent": "一方缺",
    "omitted": "简称略去",
    "nested": "有隶属关系",
    "moved": "位置不同",
    "part": "只写部分",
    "over": "多写",
    "cut": "末尾残缺",
}

_DAMAGE = frozenset({"lookalike", "homophone", "misread", "cut"})
_UNHARMED = frozenset({"same", "none"})
_MOST_DAMAGE = 2
_ALLOWED = {
    "brand": frozenset({"same", "loose"}),
    "region": frozenset({"same", "lookalike", "homophone", "misread", "none"}),
    "trade": frozenset({"same", "lookalike", "homophone", "misread", "none"}),
    "form": frozenset({"same", "lookalike", "cut", "none"}),
}
"""What may differ where a name decides.  Of the trade name nothing: no dictionary knows all
places and trades, so a word that looks long may be a short one beside them."""

_ALLOWED_CONFIRMED = {"trade": frozenset({"near"}), "form": frozenset({"absent"})}


@dataclass(frozen=True, slots=True)
class Level:
    """How one part compares, and what that weighs in bits."""

    part: str
    level: str
    weight: float

    def __str__(self) -> str:
        """As ``字号 相同 +9.1``."""
        sign = "+" if self.weight >= 0 else "−"
        return f"{PARTS[self.part]} {LEVELS[self.level]} {sign}{abs(self.weight):.1f}"


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

        Never where anything of the trade name differs, where the region or the legal form
        is another one or only one of the two has a region, or where anything of region or
        trade differs beside a trade name whose bounds are not sure.
        """
        found = {level.part: level.level for level in self.levels}
        if found.get("code") == "different" or "branch" in found:
            return False
        if found["name"] == "same":
            return True
        if self.bits < float(weights()["accept"]):
            return False
        confirmed = self.confirmed
        for part, levels in _ALLOWED.items():
            if found[part] in levels:
                continue
            if not confirmed or found[part] not in _ALLOWED_CONFIRMED.get(part, ()):
                return False
        if found["brand"] == "loose" and not _UNHARMED.issuperset(
            (found["region"], found["trade"])
        ):
            return False
        return sum(found[part] in _DAMAGE for part in _ALLOWED) <= _MOST_DAMAGE

    @property
    def another(self) -> bool:
        """Whether the names have less in common than two readings of one name have."""
        return self.bits < float(weights()["another"])

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


@cache
def level_of(part: str, level: str) -> Level:
    """A level with its weight.

    Raises:
        KeyError: the table of weights does not know it.
    """
    return Level(part, level, float(weights()[part][level]))
