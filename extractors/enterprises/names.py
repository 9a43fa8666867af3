"""Names of enterprises taken apart: region, trade name, trade, legal form, branch.

The order by law is region, 字号, trade, legal form (企业名称登记管理规定, art. 6); the region
may also stand in brackets behind the 字号 or behind the trade, or bare before the form.
What the dictionaries do not know stays whole, in the 字号.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from dictionaries import ROOT
from extractors.enterprises.regions import Region, regions
from extractors.values.tidy import tidy_name

_BRACKETS = re.compile(r"（([^（）]*)）")
_PLAIN = re.compile("[\u4e00-\u9fff（）A-Z0-9]*")
"""Names that need no folding: nearly all of a registry, so they take a short way."""

_STRAY = re.compile(r"[^\w（）]|[_\u0370-\u03ff\u0400-\u04ff\u31c0-\u31ef\u4e28\u4e36\u4e3f]")
"""Marks that a scanner adds (§12: ``之-路``, ``申′报``, ``企Γ业``) and marks of punctuation."""
_ANY_BRACKET = str.maketrans("([{【〔〖)]}】〕〗", "（（（（（（））））））")
_LISTING_MARK = re.compile(r"^(?:S?\*?ST|退市)(?=[\u4e00-\u9fff]{2,4}[AB]?$)")
"""What the exchanges set before the short name of a listed company in trouble."""

_SAME_FORM = (
    ("有限责任公司", "有限公司"),
    ("股份公司", "股份有限公司"),
    ("（集团）", "集团"),
    ("农民专业合作社", "专业合作社"),
)
_BRANCH = re.compile(
    r"(.+(?:公司|厂|合作社|集团))((?:.{1,12})?(?:分公司|分厂|办事处|经营部|门市部|分店))"
)
_SHORTEST_BRAND = 2


class Order(StrEnum):
    """Where the region stands in a name."""

    FRONT = "region first"
    BRACKET_AFTER_BRAND = "region in brackets behind the trade name"
    BRACKET_AFTER_TRADE = "region in brackets behind the trade"
    BEFORE_FORM = "region bare before the legal form"
    NONE = "no region"


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name taken apart; parts that it does not have are empty.

    Attributes:
        name: the whole name, tidied.
        regions: from the widest to the narrowest, as understood.
        region: the region's text as written, without brackets.
        brand: 字号; the region's short name where the name has no other (沈阳鼓风机).
        trade: trade or kind of business.
        form: id of the legal form in the dictionary.
        form_text: the form as written, 集团 included.
        group: whether it calls itself 集团.
        branch: the branch's own part behind the parent's name.
        order: where the region stands.
    """

    name: str
    regions: tuple[Region, ...]
    region: str
    brand: str
    trade: str
    form: str
    form_text: str
    group: bool
    branch: str
    order: Order

    @property
    def core(self) -> str:
        """字号 and trade, by which a name is mostly told."""
        return self.brand + self.trade

    @property
    def called_by_place(self) -> bool:
        """Whether the region serves as trade name, because there is no other (瓦房店轴承)."""
        return bool(self.brand) and self.brand == self.region and self.name.count(self.brand) < 2

    @property
    def key(self) -> str:
        """The name for comparison; equal keys are equal names."""
        return _kept_key(self.name)


def comparison_key(name: str) -> str:
    """A name without stray marks, with brackets of one kind and equal legal forms written alike.

    Traditional characters become simplified ones, which the law asks for (art. 5).  Only
    forms that are the same in law are made one (有限责任公司 and 有限公司); 厂 and 总厂 may be
    two enterprises.
    """
    if name[:1] in {"S", "*", "退"}:
        name = _LISTING_MARK.sub("", name)
    text = name if _PLAIN.fullmatch(name) else _folded(tidy_name(name).upper())
    traditional, characters = _traditional()
    if not characters.isdisjoint(text):
        text = text.translate(traditional)
    for written, unified in _SAME_FORM:
        if written in text:
            text = text.replace(written, unified)
    return text


_kept_key = lru_cache(maxsize=4096)(comparison_key)


def _folded(text: str) -> str:
    return _STRAY.sub("", text.translate(_ANY_BRACKET).replace(" ", ""))


@cache
def _traditional() -> tuple[dict[int, str], frozenset[str]]:
    pairs = tomllib.loads((ROOT / "characters.toml").read_text("utf-8"))["traditional"].split()
    return {ord(pair[0]): pair[1] for pair in pairs}, frozenset(pair[0] for pair in pairs)


def parse_name(name: str) -> NameParts:
    """Take a name apart; any text is accepted, and nothing of it is lost."""
    tidied = tidy_name(name)
    rest = _STRAY.sub("", tidied.translate(_ANY_BRACKET))
    rest = rest.translate(_traditional()[0])
    branch_hit = _BRANCH.fullmatch(rest)
    branch = ""
    if branch_hit and _form_of(branch_hit[1])[0]:
        rest, branch = branch_hit[1], branch_hit[2]
    form, form_text = _form_of(rest)
    rest = rest.removesuffix(form_text)
    group = "集团" in form_text
    rest, grouped = _cut_group(rest)
    group = group or grouped is not None
    form_text = (grouped or "") + form_text

    found, front, body = _front_regions(rest)
    region_text = front
    order = Order.FRONT if found else Order.NONE
    before, inner, after = _bracket_region(body)
    if inner is not None:
        found, region_text = (*found, *inner[1]), region_text + inner[0]
        order = Order.BRACKET_AFTER_BRAND if after else Order.BRACKET_AFTER_TRADE
        if after:
            brand, trade = _split_body(before, soft_end=True)
            return _parts(
                tidied,
                found,
                region_text,
                brand,
                trade + after,
                form,
                form_text,
                group,
                branch,
                order,
            )
        body = before
    elif not found:
        tail = _tail_region(body)
        if tail:
            found, region_text = (tail[1],), tail[0]
            body, order = body.removesuffix(tail[0]), Order.BEFORE_FORM
    brand, trade = _split_body(body)
    if not brand and region_text:
        # 沈阳鼓风机: the place is what they are known by; in 沈阳鼓风机（大连） the first.
        brand = front or region_text
        if front and inner is not None:
            found, region_text = inner[1], inner[0]
    return _parts(tidied, found, region_text, brand, trade, form, form_text, group, branch, order)


@lru_cache(maxsize=4096)
def is_trade(text: str) -> bool:
    """Whether a text is made of known words for trades and nothing else."""
    words, _, longest = _trades()
    reachable = {0}
    for end in range(1, len(text) + 1):
        if any(text[start:end] in words for start in reachable if end - start <= longest):
            reachable.add(end)
    return len(text) in reachable


def cut_to_core(key: str) -> str:
    """A comparison key without the regions before it and the legal form behind it.

    A quick cut for indexing a million names; what it leaves is about 字号 and trade.
    """
    endings, longest = _core_endings()
    for length in range(min(longest, len(key) - 1), 0, -1):
        if key[-length:] in endings:
            key = key[:-length].removesuffix("集团") or key
            break
    known = regions()
    for _ in range(2):
        for length in range(min(known.longest_sure, len(key) - 2), 1, -1):
            if key[:length] in known.sure:
                key = key[length:]
                break
        else:
            break
    return key


@cache
def _core_endings() -> tuple[frozenset[str], int]:
    endings = frozenset(spelling for spelling, _ in _spellings())
    return endings, max(map(len, endings))


def is_legal_person(form: str) -> bool:
    """Whether enterprises of a legal form are legal persons; unknown forms count as such."""
    return all(entry["legal_person"] for entry in _forms() if entry["id"] == form)


@cache
def form_names() -> dict[str, str]:
    """Id of each legal form with its name."""
    return {entry["id"]: entry["name"] for entry in _forms()}


def _parts(
    name: str,
    found: tuple[Region, ...],
    region: str,
    brand: str,
    trade: str,
    form: str,
    form_text: str,
    group: bool,
    branch: str,
    order: Order,
) -> NameParts:
    return NameParts(name, found, region, brand, trade, form, form_text, group, branch, order)


@cache
def _forms() -> list[dict[str, Any]]:
    forms: list[dict[str, Any]] = tomllib.loads((ROOT / "legal_forms.toml").read_text("utf-8"))[
        "form"
    ]
    return forms


@cache
def _spellings() -> tuple[tuple[str, str], ...]:
    pairs = [(spelling, entry["id"]) for entry in _forms() for spelling in entry["spellings"]]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


@cache
def _trades() -> tuple[frozenset[str], frozenset[str], int]:
    table = tomllib.loads((ROOT / "trades.toml").read_text("utf-8"))
    words = frozenset(table["words"])
    return words, frozenset(table["soft"]), max(map(len, words))


def _form_of(text: str) -> tuple[str, str]:
    for spelling, form in _spellings():
        if text.endswith(spelling) and len(text) > len(spelling):
            return form, spelling
    return "", ""


def _cut_group(rest: str) -> tuple[str, str | None]:
    for ending in ("（集团）", "控股集团", "企业集团", "集团"):
        if rest.endswith(ending) and len(rest) > len(ending):
            return rest.removesuffix(ending), ending
    if "（集团）" in rest:
        return rest.replace("（集团）", "", 1), ""
    return rest, None


def _front_regions(text: str) -> tuple[tuple[Region, ...], str, str]:
    """Regions at the beginning, widest first, their text, and what is left."""
    known = regions()
    found: list[Region] = []
    rest = text
    while not rest.startswith(known.not_regions):
        step = _one_region(rest, found)
        if step is None:
            break
        spelling, region = step
        found.append(region)
        rest = rest[len(spelling) :]
    return tuple(found), text[: len(text) - len(rest)], rest


def _one_region(rest: str, found: list[Region]) -> tuple[str, Region] | None:
    known = regions()
    for length in range(min(known.longest, len(rest)), 1, -1):
        spelling = rest[:length]
        options = [r for r in known.named(spelling) if _fits(r, found)]
        if not options:
            continue
        left = rest[length:]
        whole = any(region in known.full(spelling) for region in options)
        if not left or (not whole and left[0] in "（市省区县"):
            continue
        # A short name deeper in is a region only where a trade name is left behind it,
        # and one that no wider region announces only where it is a province or a city.
        if not whole and found and not _split_body(left)[0]:
            continue
        if not whole and not found:
            options = [r for r in options if r.level < 3 or known.home in r.parents]
        if options:
            return spelling, options[0]
    return None


def _fits(region: Region, found: list[Region]) -> bool:
    return all(wider.name in region.parents for wider in found if wider.level) and not (
        found and region.level == 0
    )


def _bracket_region(body: str) -> tuple[str, tuple[str, tuple[Region, ...]] | None, str]:
    for hit in _BRACKETS.finditer(body):
        found = regions().named(hit[1])[:1]
        if not found:
            chain, _, rest = _front_regions(hit[1] + "）")
            found = chain if rest == "）" else ()
        if found and hit.start():
            return body[: hit.start()], (hit[1], found), body[hit.end() :]
    return body, None, ""


def _tail_region(body: str) -> tuple[str, Region] | None:
    known = regions()
    for length in range(min(known.longest, len(body) - _SHORTEST_BRAND), 1, -1):
        options = [region for region in known.named(body[-length:]) if region.level in {1, 2}]
        if options:
            return body[-length:], options[0]
    return None


def _split_body(body: str, *, soft_end: bool = False) -> tuple[str, str]:
    """字号 and trade: the longest end that trade words cover, two characters left before it."""
    words, soft, longest = _trades()
    reachable = {len(body)}
    for start in range(len(body) - 1, -1, -1):
        for end in range(start + 2, min(start + longest, len(body)) + 1):
            if end in reachable and body[start:end] in words:
                reachable.add(start)
                break
    if soft_end and 0 not in reachable:
        return body, ""  # a bracket behind it ends the trade name
    if 0 in reachable and body:
        first = next(
            (
                body[:end]
                for end in sorted(reachable)
                if end and body[:end] in soft and end < len(body)
            ),
            "",
        )
        return first, body[len(first) :]
    cuts = sorted(cut for cut in reachable if cut >= _SHORTEST_BRAND)
    cut = cuts[0] if cuts else len(body)
    return body[:cut], body[cut:]
