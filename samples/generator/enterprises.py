"""Invents enterprises: names in all legal orders, codes, people, places and figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from samples.generator import identifiers, vocabulary
from samples.generator.vocabulary import Place, Trade

YEARS = (2018, 2019, 2020)


@dataclass(frozen=True)
class Person:
    """Someone with a desk phone and a mobile."""

    name: str
    tel: str
    """Eight digits, without area code."""
    mobile: str


@dataclass(frozen=True)
class Patent:
    """A patent that was granted."""

    number: str
    name: str
    kind: str
    granted: date


@dataclass(frozen=True)
class Software:
    """A registered software copyright."""

    number: str
    registration_number: str
    name: str
    issued: date


@dataclass(frozen=True)
class Enterprise:
    """An invented enterprise and all that its papers could state."""

    name: str
    former_name: str
    """Empty for most."""
    core: str
    """The trade name (字号), for stamps of others and near twins."""
    uscc: str
    place: Place
    trade: Trade
    address: str
    mail_address: str
    postcode: str
    legal_rep: Person
    contact: Person
    fax: str
    email: str
    founded: date
    term_years: int
    """0 stands for a licence without end."""
    capital: Decimal
    """万元."""
    ownership: str
    company_type: str
    """As on the licence."""
    product: str
    niche_years: int
    rank_province: int
    rank_nation: int
    share: Decimal
    figures: dict[tuple[str, int], Decimal]
    """(key, year) → 万元, or head counts for ``employees`` and ``rd_staff``."""
    patents: tuple[Patent, ...]
    software: tuple[Software, ...]

    def figure(self, key: str, year: int) -> Decimal:
        """A yearly figure in 万元, or a head count."""
        return self.figures[key, year]


def cents(value: Decimal | float) -> Decimal:
    """A figure to two decimals, halves rounded up as in accounts."""
    return Decimal(str(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """A share in percent to two decimals."""
    return cents(part / whole * 100)


def ratio(enterprise: Enterprise, key: str, year: int) -> Decimal:
    """A ratio of a year, recomputed from the figures: per cent to two decimals.

    ``growth`` needs the year before, so it does not exist for the first year.
    """
    figure = enterprise.figure
    if key == "growth":
        return cents((figure("main_revenue", year) / figure("main_revenue", year - 1) - 1) * 100)
    part, whole = {
        "main_ratio": ("main_revenue", "revenue"),
        "rd_ratio": ("rd_expense", "revenue"),
        "debt_ratio": ("liabilities", "assets"),
    }[key]
    return percent(figure(part, year), figure(whole, year))


def size_class(employees: Decimal, revenue: Decimal, industry2: str) -> str:
    """Size by 工信部联企业〔2011〕300号 for industry and software, the trades invented here."""
    bounds: tuple[tuple[str, int, int], ...]
    if industry2 == "65":
        bounds = (("大型", 300, 10_000), ("中型", 100, 1_000), ("小型", 10, 50))
    else:
        bounds = (("大型", 1_000, 40_000), ("中型", 300, 2_000), ("小型", 20, 300))
    for name, people, money in bounds:
        if employees >= people and revenue >= money:
            return name
    return "微型"


class Inventor:
    """Invents enterprises one after the other; no name, code or phone comes twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._cores: set[str] = set()
        self._codes: set[str] = set()
        self._trades: list[Trade] = []
        self._places: list[Place] = []

    def invent(self, *, large: bool = False) -> Enterprise:
        """A further enterprise; ``large`` lifts it over the bounds of an SME."""
        rng = self._rng
        place, trade = self._next_place(), self._next_trade(industrial=large)
        core = self._core()
        founded = date(rng.randint(1996, 2015), rng.randint(1, 12), rng.randint(1, 28))
        name = self._name(core, place, trade)
        code = self._code(place, founded.year)
        product = rng.choice(trade.products)
        address = self._address(place)
        figures = self._figures(large=large, software=trade.industry2[0] == "65")
        rank_province = rng.randint(1, 3)
        company_type = (
            "其他股份有限公司(非上市)" if "股份" in name else "有限责任公司(自然人投资或控股)"
        )
        return Enterprise(
            name=name,
            former_name=self._former(core, place, trade, name) if rng.random() < 0.2 else "",
            core=core,
            uscc=code,
            place=place,
            trade=trade,
            address=address,
            mail_address=address if rng.random() < 0.6 else self._address(place),
            postcode=rng.choice(place.postcodes),
            legal_rep=self._person(),
            contact=self._person(),
            fax=identifiers.invent_landline(rng),
            email=self._email(core),
            founded=founded,
            term_years=rng.choice((0, 0, 30, 50)),
            capital=cents(rng.choice((300, 500, 800, 1000, 1200, 2000, 3050.5, 5000, 6868))),
            ownership=rng.choice(("民营", "民营", "民营", "国有", "合资")),
            company_type=company_type,
            product=product,
            niche_years=min(2020 - founded.year, rng.randint(4, 18)) or 1,
            rank_province=rank_province,
            rank_nation=rank_province + rng.randint(0, 8),
            share=cents(rng.uniform(6, 45)),
            figures=figures,
            patents=self._patents(product, trade, founded.year),
            software=self._software(product),
        )

    def person(self) -> Person:
        """Someone else, for owners, agencies and signatures of strangers."""
        return self._person()

    def rename(self, enterprise: Enterprise) -> str:
        """Another name that an enterprise may once have had."""
        return self._former(enterprise.core, enterprise.place, enterprise.trade, enterprise.name)

    def stranger(self) -> str:
        """The name of an enterprise that has nothing to do with any applicant."""
        rng = self._rng
        return self._name(
            self._core(), rng.choice(vocabulary.PLACES), rng.choice(vocabulary.TRADES)
        )

    def code(self, place: Place, founded: int) -> str:
        """A further credit code."""
        return self._code(place, founded)

    # --- parts ------------------------------------------------------------------------

    def _next_place(self) -> Place:
        if not self._places:
            self._places = self._rng.sample(vocabulary.PLACES, len(vocabulary.PLACES))
        return self._places.pop()

    def _next_trade(self, *, industrial: bool) -> Trade:
        if not self._trades:
            self._trades = self._rng.sample(vocabulary.TRADES, len(vocabulary.TRADES))
        for place, trade in enumerate(self._trades):
            if not industrial or trade.industry2[0] != "65":
                return self._trades.pop(place)
        return vocabulary.TRADES[0]

    def _core(self) -> str:
        rng = self._rng
        while True:
            draw = rng.random()
            if draw < 0.12:
                core = rng.choice(vocabulary.RARE)
            else:
                core = rng.choice(vocabulary.FIRST) + rng.choice(vocabulary.SECOND)
                if draw > 0.7:
                    core += rng.choice(vocabulary.THIRD)
            if core not in self._cores and len(set(core)) == len(core):
                self._cores.add(core)
                return core

    def _name(self, core: str, place: Place, trade: Trade) -> str:
        """One of the orders of §11: region first, in brackets inside or behind, trade first."""
        rng = self._rng
        region = rng.choice(place.name_regions)
        word, form = rng.choice(trade.words), rng.choice(vocabulary.FORMS)
        order = rng.random()
        if form == "集团有限公司":
            return f"{region}{core}{form}" if order < 0.3 else f"{region}{core}{word}{form}"
        if order < 0.62:
            return f"{region}{core}{word}{form}"
        city = "大连" if "大连" in region else region
        if order < 0.78:
            return f"{core}（{city}）{word}{form}"
        if order < 0.88:
            return f"{core}{word}（{city}）{form}"
        if order < 0.94:
            return f"{core}{word}{city}{form}"
        return f"{core}{word}{form}" if form == "股份有限公司" else f"辽宁{core}{word}{form}"

    def _former(self, core: str, place: Place, trade: Trade, name: str) -> str:
        rng = self._rng
        while True:
            other = core if rng.random() < 0.5 else self._core()
            former = f"{place.name_regions[0]}{other}{rng.choice(trade.words)}有限公司"
            if former != name:
                return former

    def _code(self, place: Place, founded: int) -> str:
        while True:
            code = identifiers.invent_uscc(self._rng, self._rng.choice(place.registries), founded)
            if code not in self._codes:
                self._codes.add(code)
                return code

    def _address(self, place: Place) -> str:
        rng = self._rng
        street = rng.choice(place.streets).format(n=rng.randint(1, 399), m=rng.randint(1, 18))
        if place.district[:2] in street or street.startswith(("大连", "金州")):
            return street if street.startswith("大连") else f"辽宁省大连市{street}"
        head = place.district if place.district.endswith(("区", "市", "县")) else ""
        return f"{rng.choice(('辽宁省大连市', '大连市'))}{head}{street}"

    def _person(self) -> Person:
        rng = self._rng
        rare = rng.random() < 0.12
        family = (
            rng.choice(vocabulary.COMPOUND_SURNAMES)
            if rng.random() < 0.04
            else rng.choice(vocabulary.SURNAMES)
        )
        given = "".join(rng.sample(vocabulary.GIVEN, rng.choice((1, 2, 2, 2))))
        if rare:
            given = given[:-1] + rng.choice(vocabulary.RARE_GIVEN)
        return Person(
            family + given, identifiers.invent_landline(rng), identifiers.invent_mobile(rng)
        )

    def _email(self, core: str) -> str:
        rng = self._rng
        letters = "".join(
            rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(3, 7))
        )
        number = rng.choice(("", "", str(rng.randint(1, 2021)), "_dl", ".office"))
        host = rng.choice(("163.com", "126.com", "qq.com", f"{letters[:4]}-dl.com.cn", "sina.cn"))
        return f"{letters}{number}@{host}"

    def _figures(self, *, large: bool, software: bool) -> dict[tuple[str, int], Decimal]:
        rng = self._rng
        revenue = rng.uniform(41_000, 60_000) if large else rng.choice((1_200, 2_600, 5_200, 9_800))
        revenue *= rng.uniform(0.85, 1.6)
        people = rng.randint(1_050, 1_400) if large else rng.randint(24, 280)
        if software and not large:
            people = min(people, 180)
        assets = revenue * rng.uniform(0.9, 1.8)
        rd_share, main_share = rng.uniform(0.035, 0.095), rng.uniform(0.74, 0.985)
        margin, debt = rng.uniform(0.05, 0.16), rng.uniform(0.25, 0.62)
        figures: dict[tuple[str, int], Decimal] = {}
        for year in YEARS:
            main = cents(revenue * main_share * rng.uniform(0.98, 1.01))
            total = cents(revenue * margin * rng.uniform(0.9, 1.1))
            figures["revenue", year] = cents(revenue)
            figures["main_revenue", year] = main
            figures["product_revenue", year] = cents(float(main) * rng.uniform(0.55, 0.9))
            figures["rd_expense", year] = cents(revenue * rd_share * rng.uniform(0.95, 1.1))
            figures["total_profit", year] = total
            figures["net_profit", year] = cents(float(total) * rng.uniform(0.82, 0.9))
            figures["tax", year] = cents(revenue * rng.uniform(0.02, 0.06))
            figures["assets", year] = cents(assets)
            figures["liabilities", year] = cents(assets * debt * rng.uniform(0.95, 1.05))
            figures["employees", year] = Decimal(people)
            figures["rd_staff", year] = Decimal(max(4, round(people * rng.uniform(0.16, 0.32))))
            revenue *= rng.uniform(1.03, 1.22)
            assets *= rng.uniform(1.02, 1.15)
            people += rng.randint(0, 14)
        return figures

    def _patents(self, product: str, trade: Trade, founded: int) -> tuple[Patent, ...]:
        rng = self._rng
        tails = ("装置", "及其制备方法", "的检测系统", "用定位机构", "的控制方法", "及使用方法")
        heads = ("一种", "一种用于", "一种高效", "基于机器视觉的")
        stem = product.split("（")[0].rstrip("0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ.")
        patents = []
        for _ in range(rng.randint(2, 6)):
            kind = rng.choice(
                ("发明专利", "发明专利", "实用新型专利", "实用新型专利", "外观设计专利")
            )
            latest = 2016 if kind == "发明专利" else 2018
            filed = min(latest, max(founded + 1, rng.randint(2013, latest)))
            wait = {"发明专利": 900, "实用新型专利": 280, "外观设计专利": 200}[kind]
            granted = date(filed, 1, 1) + timedelta(
                days=rng.randint(0, 364) + wait + rng.randint(0, 150)
            )
            name = stem if kind == "外观设计专利" else rng.choice(heads) + stem + rng.choice(tails)
            patents.append(
                Patent(identifiers.invent_patent_number(rng, kind, filed), name, kind, granted)
            )
        return tuple(patents)

    def _software(self, product: str) -> tuple[Software, ...]:
        rng = self._rng
        stem = product.split("（")[0]
        kinds = ("控制软件", "监测系统", "数据采集平台")
        return tuple(
            Software(
                f"软著登字第{rng.randrange(2_000_000, 6_900_000)}号",
                f"{year}SR{rng.randrange(100_000, 1_899_999):07d}",
                stem + rng.choice(kinds) + f"V{rng.randint(1, 4)}.{rng.randint(0, 9)}",
                date(year, rng.randint(1, 12), rng.randint(1, 28)),
            )
            for year in rng.sample((2017, 2018, 2019, 2020), rng.randint(0, 2))
        )
