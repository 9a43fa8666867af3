"""Invented registries, and queries as clerks and scanners would write them; seeded.

Nothing here is a real enterprise.  Brand words are made of characters that are common in
trade names, or come from a file that the caller gives (one word a line).
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dictionaries import ROOT
from extractors.enterprises.names import NameParts, comparison_key, parse_name
from extractors.enterprises.regions import bare_place, regions
from extractors.enterprises.sounds import main_sound
from extractors.values.codes import (
    USCC_ALPHABET,
    organisation_check_character,
    uscc_check_character,
)
from extractors.values.similarity import lookalikes

_BRAND = (
    "海鑫宏达瑞泰恒源华盛金科永兴东升立明远博天成新光大同德信安康嘉诚隆昌顺丰富贵荣祥和平中正"
    "建业鼎盛凯龙飞腾辉煌美林森豪佳友联合众创智慧锐星辰宇航太阳晨曦春秋北方南洋西岭山河江湖"
    "润泽清源百川千禧万通双喜三和四海五洲六合七彩八方九鼎元亨利贞乾坤日月风云雷电鹏程鸿运"
    "奥维特斯莱克曼尔诺贝思拓普迪亚洛菲欧雅蓝梦圣邦赛格讯驰凌云志强伟力坚固精益求奇超卓越"
    "岩松柏竹梅兰菊桂棠楠桐槐柳杉枫禾稻粟麦谷丰禄福寿喜吉庆"
)
_FORMS = (("有限公司", 80), ("股份有限公司", 8), ("厂", 6), ("集团有限公司", 3), ("专业合作社", 3))
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国志海波宁"
_STRAY = "·`′|丿、.-~ "
_LETTERS = "ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Firm:
    """A row of an invented registry."""

    registration_id: str
    name: str
    code: str
    phone: str
    legal_rep: str
    district: str
    former: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A query with its truth: the registration meant, or none; and how it was written."""

    query_id: str
    name: str
    code: str
    phone: str
    legal_rep: str
    district: str
    truth: str
    variant: str


class World:
    """One seeded world: its brand words, regions and trades."""

    def __init__(self, seed: int, brands: Sequence[str] = ()) -> None:
        self.chance = random.Random(seed)
        self.brands = list(brands)
        table = tomllib.loads((ROOT / "regions.toml").read_text("utf-8"))
        counties = tomllib.loads((ROOT / "counties.toml").read_text("utf-8"))
        cities = [city for cities in table["provinces"].values() for city in cities]
        near = [f"{city}{c}" for city, cs in table["counties"].items() for c in cs]
        far = [c for cs in counties.values() for names in cs.values() for c in names]
        self.places = cities * 6 + near + far + ["大连市"] * 400
        self.trades = tomllib.loads((ROOT / "trades.toml").read_text("utf-8"))["words"]

    def registry(self, size: int, twins: float = 0.06) -> Iterator[Firm]:
        """Firms one after another; a share of them are near twins of earlier ones."""
        kept: list[Firm] = []
        taken: set[str] = set()
        while len(taken) < size:
            firm = self.firm(f"R{len(taken) + 1}")
            if kept and self.chance.random() < twins:
                model = self.chance.choice(kept)
                firm = replace(firm, name=self.twin(model.name), district=model.district)
                if self.chance.random() < 0.2:
                    firm = replace(firm, phone=model.phone, legal_rep=model.legal_rep)
            if comparison_key(firm.name) in taken:
                continue  # the register takes a name only once
            taken.add(comparison_key(firm.name))
            if len(kept) < 5000:
                kept.append(firm)
            else:
                kept[self.chance.randrange(5000)] = firm
            yield firm

    def firm(self, registration_id: str) -> Firm:
        """A firm with all that a register knows of it."""
        place = self.chance.choice(self.places)
        name = self._name(place)
        former = (self._renamed(name),) if self.chance.random() < 0.08 else ()
        return Firm(
            registration_id,
            name,
            self._code(),
            self._phone(),
            self._person(),
            place,
            former,
        )

    def brand(self) -> str:
        """A trade name of its own, of two or three characters mostly."""
        if self.brands:
            return self.chance.choice(self.brands)
        length = self.chance.choices((2, 3, 4), (70, 22, 8))[0]
        return "".join(self.chance.choices(_BRAND, k=length))

    def twin(self, name: str) -> str:
        """Another firm that differs in one part: word, character, region, trade or form."""
        for _ in range(20):
            other = self._varied(parse_name(name))
            if comparison_key(other) != comparison_key(name):
                return other
        return self._name(self.chance.choice(self.places))

    def _varied(self, parts: NameParts) -> str:
        name, brand = parts.name, parts.brand
        kind = self.chance.choice(("word", "character", "region", "trade", "form"))
        if not brand:
            return name.removesuffix(parts.form_text) + self._form()
        if kind == "word" or brand == parts.region:
            return name.replace(brand, self.brand(), 1)
        if kind == "character":
            place = self.chance.randrange(len(brand))
            other = brand[:place] + self.chance.choice(_BRAND) + brand[place + 1 :]
            return name.replace(brand, other, 1)
        if kind == "region" and parts.region:
            other = self._spelled(self.chance.choice(self.places))
            if bare_place(other) != bare_place(parts.region):  # else the same firm, spelled anew
                return name.replace(parts.region, other, 1)
        if kind == "trade" and parts.trade:
            return name.replace(parts.trade, self.chance.choice(self.trades), 1)
        return name.removesuffix(parts.form_text) + self._form()

    def _name(self, place: str) -> str:
        brand, form = self.brand(), self._form()
        trade = self.chance.choice(self.trades)
        if self.chance.random() < 0.25:
            trade = trade + self.chance.choice(("科技", "设备", "制造", "工程", "贸易"))
        spelled = self._spelled(place)
        kind = self.chance.random()
        if kind < 0.07:
            return f"{brand}（{spelled}）{trade}{form}"
        if kind < 0.10:
            return f"{brand}{trade}（{spelled}）{form}"
        if kind < 0.18:
            return brand + trade + form
        return spelled + brand + trade + form

    def _spelled(self, place: str) -> str:
        """A region as names have it: mostly without 市 or with it, seldom with the province."""
        if place.endswith("市") and len(place) > 2 and self.chance.random() < 0.6:
            return place[:-1]
        return place

    def _form(self) -> str:
        return self.chance.choices([f for f, _ in _FORMS], [w for _, w in _FORMS])[0]

    def _renamed(self, name: str) -> str:
        parts = parse_name(name)
        if self.chance.random() < 0.5 and parts.trade:
            return name.replace(parts.trade, self.chance.choice(self.trades), 1)
        return name.replace(parts.brand, self.brand(), 1)

    def _code(self) -> str:
        body = "MA" + "".join(self.chance.choices(_LETTERS + "0123456789", k=6))
        first = f"91{self.chance.randrange(110000, 659999)}" + body
        first += organisation_check_character(body)
        return first + uscc_check_character(first)

    def _phone(self) -> str:
        return f"1{self.chance.choice('3578')}{self.chance.randrange(10**9):09d}"

    def _person(self) -> str:
        given = "".join(self.chance.choices(_GIVEN, k=self.chance.choice((1, 2, 2))))
        return self.chance.choice(_SURNAMES) + given

    # --- queries ------------------------------------------------------------------------

    def queries(
        self,
        firms: Sequence[Firm],
        count: int,
        *,
        absent: float = 0.15,
        names_only: bool = False,
        only: Sequence[str] = (),
    ) -> Iterator[Query]:
        """Queries for some of these firms, and for firms that are not registered.

        ``only`` names the variants to use, all if empty.

        Half of the absent ones are near twins of a registered firm.
        """
        taken = {comparison_key(name) for firm in firms for name in (firm.name, *firm.former)}
        for number in range(count):
            firm = self.chance.choice(firms)
            truth = firm.registration_id
            if self.chance.random() < absent:
                fresh = self.firm("")
                if self.chance.random() < 0.5:
                    twin = self.twin(firm.name)
                    fresh = replace(fresh, name=twin, district=firm.district, former=())
                firm, truth = fresh, ""
                if comparison_key(firm.name) in taken:
                    continue
            yield self.query(f"Q{number + 1}", firm, truth, names_only=names_only, only=only)

    def query(
        self,
        query_id: str,
        firm: Firm,
        truth: str,
        *,
        names_only: bool = False,
        only: Sequence[str] = (),
    ) -> Query:
        """A firm as an application states it."""
        name = firm.name
        if firm.former and self.chance.random() < 0.4:
            name = firm.former[0]
        able = [variant for variant in _VARIANTS if not only or variant[0] in only]
        kind, _, change = self.chance.choices(able, [weight for _, weight, _ in able])[0]
        written = change(self, name)
        if names_only:
            return Query(query_id, written, "", "", "", "", truth, kind)
        say = self.chance.random
        return Query(
            query_id,
            written,
            self._misread_code(firm.code) if say() < 0.8 else "",
            (firm.phone if say() < 0.9 else self._phone()) if say() < 0.7 else "",
            (firm.legal_rep if say() < 0.95 else self._person()) if say() < 0.75 else "",
            firm.district if say() < 0.7 else "",
            truth,
            kind,
        )

    def _misread_code(self, code: str) -> str:
        if self.chance.random() > 0.04:
            return code
        place = self.chance.randrange(2, 18)
        near = sorted(lookalikes("codes").get(code[place], frozenset(USCC_ALPHABET)))
        return code[:place] + self.chance.choice(near) + code[place + 1 :]

    def _one(self, name: str, change: Callable[[str], str]) -> str:
        """The name with one of its characters changed; the last two stay mostly as they are."""
        last = len(name) if self.chance.random() < 0.2 else max(1, len(name) - 4)
        place = self.chance.randrange(last)
        return name[:place] + change(name[place]) + name[place + 1 :]

    def lookalike(self, name: str) -> str:
        """One character read as its look-alike."""
        able = [at for at, character in enumerate(name) if character in lookalikes("shapes")]
        if not able:
            return name
        place = self.chance.choice(able)
        other = self.chance.choice(sorted(lookalikes("shapes")[name[place]]))
        return name[:place] + other + name[place + 1 :]

    def homophone(self, name: str) -> str:
        """One character written as another of the same sound."""
        place = self.chance.randrange(max(1, len(name) - 4))
        same = _same_sound().get(main_sound(name[place]), "")
        others = [character for character in same if character != name[place]]
        if not others:
            return name
        return name[:place] + self.chance.choice(others) + name[place + 1 :]

    def lost(self, name: str) -> str:
        """One character lost."""
        return self._one(name, lambda _: "")

    def typo(self, name: str) -> str:
        """One character written as any other."""
        return self._one(name, lambda _: self.chance.choice(_BRAND))

    def swapped(self, name: str) -> str:
        """Two neighbours exchanged."""
        place = self.chance.randrange(max(1, len(name) - 3))
        return name[:place] + name[place : place + 2][::-1] + name[place + 2 :]

    def stray(self, name: str) -> str:
        """Marks, blanks and narrow brackets as a scanner sets them."""
        name = name.replace("（", "(").replace("）", ")")
        for _ in range(self.chance.randint(1, 2)):
            place = self.chance.randrange(1, len(name))
            name = name[:place] + self.chance.choice(_STRAY) + name[place:]
        return name

    def hurried_region(self, name: str) -> str:
        """Without 市, 县 or 区, or with 市 where the name has none."""
        parts = parse_name(name)
        if not parts.region:
            return name
        if parts.region[-1] in "市县区" and len(parts.region) > 2:
            return name.replace(parts.region, parts.region[:-1], 1)
        if regions().full(parts.region + "市"):
            return name.replace(parts.region, parts.region + "市", 1)
        return name

    def without_region(self, name: str) -> str:
        """The region left out altogether."""
        region = parse_name(name).region
        return name.replace(f"（{region}）", "").replace(region, "", 1) if region else name

    def other_form(self, name: str) -> str:
        """厂 for 有限公司 and the like."""
        form = parse_name(name).form_text
        return name.removesuffix(form) + ("厂" if form != "厂" else "有限公司")

    def same_form(self, name: str) -> str:
        """有限责任公司 for 有限公司, which is the same."""
        return name.replace("有限公司", "有限责任公司")

    def truncated(self, name: str) -> str:
        """The end cut off, within the form or with it."""
        return name[: -self.chance.choice((1, 2, 4))] if len(name) > 8 else name

    def short(self, name: str) -> str:
        """What people call it: trade name and trade, or the trade name with the place."""
        parts = parse_name(name)
        place = parts.region.removesuffix("市")
        options = (parts.brand + parts.trade, place + parts.brand, place + parts.core)
        return self.chance.choice(options)

    def nickname(self, name: str) -> str:
        """As exchanges and newspapers shorten: trade name and a hint of the trade or form."""
        parts = parse_name(name)
        trade = parts.trade
        hints = [trade[:2], trade[-2:], trade[:1] + trade[-2:-1], ""]
        hints += [word for word in ("集团", "股份") if word in name]
        brand = parts.brand[:2] if len(parts.brand) > 3 else parts.brand
        return brand + self.chance.choice(hints)

    def twice(self, name: str) -> str:
        """Two look-alikes."""
        return self.lookalike(self.lookalike(name))

    def as_it_is(self, name: str) -> str:
        """The name without any error."""
        return name


_VARIANTS: tuple[tuple[str, int, Callable[[World, str], str]], ...] = (
    ("clean", 37, World.as_it_is),
    ("stray marks", 10, World.stray),
    ("look-alike", 11, World.lookalike),
    ("two look-alikes", 3, World.twice),
    ("homophone", 5, World.homophone),
    ("lost character", 5, World.lost),
    ("typing error", 4, World.typo),
    ("swapped", 1, World.swapped),
    ("hurried region", 8, World.hurried_region),
    ("region left out", 2, World.without_region),
    ("other form", 3, World.other_form),
    ("same form", 4, World.same_form),
    ("truncated", 4, World.truncated),
    ("short name", 2, World.short),
    ("nickname", 1, World.nickname),
)


def read_brands(path: Path | None) -> list[str]:
    """Brand words of a file, one a line; two to four Chinese characters each."""
    if path is None:
        return []
    words = (line.strip() for line in path.read_text("utf-8-sig").splitlines())
    return [w for w in words if 2 <= len(w) <= 4 and all("一" <= c <= "鿿" for c in w)]


def _same_sound() -> dict[str, str]:
    if not _SOUNDS:
        for character in sorted({*_BRAND, *"".join(lookalikes("shapes"))}):
            if "一" <= character <= "鿿":
                _SOUNDS[main_sound(character)] = _SOUNDS.get(main_sound(character), "") + character
    return _SOUNDS


_SOUNDS: dict[str, str] = {}
