"""One application as its enterprise would hand it in: the form's fields and the evidence.

A case built here has no defect at all; ``defects.py`` spoils it on purpose.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from samples.generator import vocabulary, writing
from samples.generator.enterprises import (
    YEARS,
    Enterprise,
    Inventor,
    Patent,
    cents,
    ratio,
    size_class,
)
from samples.generator.families import OFFICES, Family
from samples.generator.model import DocumentSpec, SealSpec
from samples.generator.writing import (
    EMPTY,
    Stated,
    Style,
    stated_choice,
    stated_count,
    stated_date,
    stated_landline,
    stated_mobile,
    stated_money,
    stated_name,
    stated_percent,
    stated_plainly,
    stated_text,
    stated_yuan,
)

TIER_NAMES = {
    "product": "专精特新产品",
    "sme": "专精特新中小企业",
    "little_giant": "专精特新“小巨人”企业",
}
PREREQUISITE = {"sme": "product", "little_giant": "sme"}
CATEGORY_EVIDENCE = {
    "专业化": ("market_share_proof", "audit_report"),
    "精细化": (
        "system_certificate",
        "product_certificate",
        "it_system",
        "inspection_report",
        "enterprise_standard",
    ),
    "特色化": ("trademark", "market_share_proof", "special_licence"),
    "创新化": (
        "novelty_report",
        "patent",
        "software_copyright",
        "rd_body",
        "standards_participation",
        "rd_audit",
    ),
}
"""Evidence types any one of which supports a category (FACTS §5.5)."""
MONEY_KEYS = (
    "revenue",
    "main_revenue",
    "total_profit",
    "net_profit",
    "tax",
    "assets",
    "liabilities",
    "rd_expense",
)
PRODUCT_MONEY = ("revenue", "product_revenue", "total_profit", "tax")
WINDOW = (date(2021, 5, 20), date(2021, 6, 4))
EXTRA_LABELS = {
    "mean_growth": ("近2年主营业务收入平均增长率（%）", "近两年平均增长率（%）"),
    "controlling_shareholder": ("控股股东", "第一大股东"),
    "actual_controller": ("实际控制人", "实际控制人姓名"),
    "stock_code": ("股票代码", "证券代码"),
    "chain_role": ("补短板、锻长板、填空白", "是否补短板、锻长板、填空白"),
}
"""Labels of fields that the drawn forms leave to whoever fills them."""
NOT_A_FIELD = frozenset({"introduction.text"})
"""What is printed but is no field of the programme."""


@dataclass
class Evidence:
    """A document of the volume besides the form."""

    type: str
    values: dict[str, Stated]
    seals: list[SealSpec] = field(default_factory=list)
    signatures: list[tuple[str, str]] = field(default_factory=list)

    def spec(self) -> DocumentSpec:
        """What is to be drawn."""
        return DocumentSpec(
            type=self.type,
            values={key: _drawn(stated) for key, stated in self.values.items()},
            seals=tuple(self.seals),
            signatures=tuple(self.signatures),
        )


@dataclass
class Expected:
    """A finding that follows from what is in the papers."""

    code: str
    subject: str
    """A field key, an evidence type or an enterprise."""


@dataclass
class Case:
    """An application, before it is drawn."""

    id: str
    tier: str
    enterprise: Enterprise
    style: Style
    fields: dict[str, Stated]
    evidence: list[Evidence]
    applied: date
    form_seals: list[SealSpec] = field(default_factory=list)
    form_signatures: list[tuple[str, str]] = field(default_factory=list)
    electronic: dict[str, Stated] = field(default_factory=dict)
    """Fields that the Word file states differently."""
    online: dict[str, str] = field(default_factory=dict)
    """Columns that the platform's row states differently."""
    labels: dict[str, str] = field(default_factory=dict)
    """Labels that this form prints instead of the usual ones."""
    family: str = "a"
    """Which office's retyped form was used: a letter of :data:`families.OFFICES`."""
    extras: dict[str, object] = field(default_factory=dict)
    """Further wishes for the drawing of the form."""
    copies: int = 3
    """Volumes that the clerk counted at the counter."""
    copies_scanned: int = 1
    disc: bool = True
    disc_name: str = "申报表"
    """Name of the Word file without its ending."""
    received: date = date(2021, 6, 3)
    titles: list[dict[str, str]] = field(default_factory=list)
    """Rows for ``titles.csv``."""
    registered: bool = True
    findings: list[Expected] = field(default_factory=list)
    planted: list[str] = field(default_factory=list)
    """Names of the defects that were planted."""

    def document(self, type_id: str, number: int = 1) -> Evidence:
        """The ``number``-th document of a type; ``StopIteration`` when there is none."""
        found = (item for item in self.evidence if item.type == type_id)
        for _ in range(number - 1):
            next(found)
        return next(found)

    def has(self, type_id: str) -> bool:
        """Whether the volume holds a document of the type."""
        return any(item.type == type_id for item in self.evidence)

    def form(self, *, electronic: bool = False) -> DocumentSpec:
        """The application form as it is to be drawn."""
        fields = self.fields | (self.electronic if electronic else {})
        return DocumentSpec(
            type="application_form",
            values={
                "tier": self.tier,
                "fields": {key: _drawn(stated) for key, stated in fields.items()},
                "labels": dict(self.labels),
                **self.extras,
            },
            seals=() if electronic else tuple(self.form_seals),
            signatures=() if electronic else tuple(self.form_signatures),
        )

    def expect(self, code: str, subject: str = "") -> None:
        """Note a finding that follows from the papers, once."""
        if not any(item.code == code and item.subject == subject for item in self.findings):
            self.findings.append(Expected(code, subject))


def _drawn(stated: Stated) -> object:
    return list(stated.printed) if isinstance(stated.printed, tuple) else stated.printed


def build_case(
    case_id: str,
    tier: str,
    enterprise: Enterprise,
    inventor: Inventor,
    rng: Random,
    *,
    slim: bool,
    family: Family = Family.A,
) -> Case:
    """An application without any defect.

    Args:
        case_id: Name of the application in the truth.
        tier: ``product``, ``sme`` or ``little_giant``.
        enterprise: Who applies.
        inventor: Where further people and names come from.
        rng: The box's chance.
        slim: Whether to leave optional evidence out, for a box that must stay small.
        family: Whose layouts the papers have.
    """
    style = Style.draw(rng)
    applied = WINDOW[0] + timedelta(days=rng.randint(1, 13))
    received = min(WINDOW[1], applied + timedelta(days=rng.randint(0, 4)))
    evidence = _evidence(tier, enterprise, style, applied, inventor, rng, slim=slim)
    case = Case(
        id=case_id,
        tier=tier,
        enterprise=enterprise,
        style=style,
        fields={},
        evidence=evidence,
        applied=applied,
        received=received,
        form_seals=[
            SealSpec(enterprise.name, "cover", rng.uniform(0.55, 0.85)),
            SealSpec(enterprise.name, "truth_statement", rng.uniform(0.55, 0.85)),
            SealSpec(enterprise.place.office, "opinion_district", rng.uniform(0.55, 0.85)),
        ],
        form_signatures=[("truth_statement", enterprise.legal_rep.name)],
        family=rng.choice(OFFICES[family]),
        labels={
            key: rng.choice(wordings)
            for key, wordings in EXTRA_LABELS.items()
            if tier != "product" and family is Family.A
        },
    )
    case.fields = _form_fields(case, rng)
    _add_title(case, rng)
    return case


# --- the form ---------------------------------------------------------------------------


def _form_fields(case: Case, rng: Random) -> dict[str, Stated]:
    enterprise, style = case.enterprise, case.style
    opinion = case.applied + timedelta(days=rng.randint(2, 5))
    fields = _who(case, rng)
    if case.tier == "product":
        fields |= _product_fields(case, rng)
    else:
        fields |= _enterprise_fields(case, rng)
        fields |= _claims(case)
    fields |= _figures(case, rng)
    fields |= {
        "patents_inv": stated_count(_patents_of(enterprise, "发明专利")),
        "patents_um": stated_count(_patents_of(enterprise, "实用新型专利")),
        "patents_des": stated_count(_patents_of(enterprise, "外观设计专利")),
        "software": stated_count(len(enterprise.software)),
        "categories_ticked": stated_choice(*_categories(case.evidence, rng)),
        "recommender": stated_text(enterprise.place.office),
        "truth_date": stated_date(case.applied, style.dates),
        "opinion_district": stated_text(
            rng.choice(
                ("同意推荐。", "经初审，该企业符合申报条件，同意推荐。", "材料齐全，同意上报。")
            )
        ),
        "opinion_district_date": stated_date(opinion, rng.choice(("chinese", "numerals"))),
        "opinion_city": EMPTY,
        "opinion_city_date": EMPTY,
    }
    return fields


def _who(case: Case, rng: Random) -> dict[str, Stated]:
    """Who applies, where, and who answers the telephone."""
    enterprise, style = case.enterprise, case.style
    place, legal, contact = enterprise.place, enterprise.legal_rep, enterprise.contact
    shared_tel = legal.tel if rng.random() < 0.15 else contact.tel
    return {
        "enterprise_name": stated_name(enterprise.name, style),
        "application_date": stated_date(case.applied, rng.choice((style.dates, "numerals"))),
        "uscc": stated_plainly(enterprise.uscc),
        "district": Stated(rng.choice(place.printed), place.district),
        "reg_address": stated_text(enterprise.address),
        "mail_address": stated_text(enterprise.mail_address),
        "postcode": stated_plainly(enterprise.postcode),
        "legal_rep": stated_text(legal.name),
        "legal_rep_tel": stated_landline(legal.tel, style),
        "legal_rep_mobile": stated_mobile(legal.mobile, style),
        "contact": stated_text(contact.name),
        "contact_tel": stated_landline(shared_tel, style),
        "contact_mobile": stated_mobile(contact.mobile, style),
        "contact_fax": EMPTY if rng.random() < 0.2 else stated_landline(enterprise.fax, style),
        "contact_email": stated_plainly(enterprise.email),
        "reg_date": stated_date(enterprise.founded, style.dates),
        "reg_capital": stated_money(enterprise.capital, style),
        "industry2": _industry(enterprise.trade.industry2, style),
        "industry4": _industry(enterprise.trade.industry4, style),
    }


def _industry(entry: tuple[str, str], style: Style) -> Stated:
    code, name = entry
    return Stated(f"{code}{style.industry_join}{name}", f"{code} {name}")


def _patents_of(enterprise: Enterprise, kind: str) -> int:
    return sum(patent.kind == kind for patent in enterprise.patents)


def _categories(evidence: Iterable[Evidence], rng: Random) -> list[str]:
    """Some of the categories that the volume supports, at least one."""
    types = {item.type for item in evidence}
    supported = [name for name, proofs in CATEGORY_EVIDENCE.items() if types & set(proofs)]
    return rng.sample(supported, rng.randint(1, len(supported)))


def _product_fields(case: Case, rng: Random) -> dict[str, Stated]:
    enterprise = case.enterprise
    earliest = max(2013, enterprise.founded.year + 1)
    started = date(rng.randint(earliest, 2019), rng.randint(1, 12), 1)
    month = f"{started.year}.{started.month:02d}"
    if case.style.dates in ("chinese", "padded"):
        month = f"{started.year}年{started.month}月"
    return {
        "product_name": stated_text(enterprise.product),
        "product_intro": stated_text(introduction(enterprise, rng)),
        "tech_level": stated_choice(rng.choice(("国际领先", "国际先进", "国内领先", "国内先进"))),
        "tech_source": stated_text(rng.choice(("自主研发", "合作开发", "引进消化吸收再创新"))),
        "production_date": Stated(month, f"{started:%Y-%m}"),
    }


def _figures(case: Case, rng: Random) -> dict[str, Stated]:
    """The three-year table, and the ratios of the last year."""
    enterprise = case.enterprise
    # The table's head says 万元, so its cells carry no unit.
    style = replace(case.style, unit_in_value=False)
    small = case.tier == "product"
    money = PRODUCT_MONEY if small else MONEY_KEYS
    fields: dict[str, Stated] = {}
    for year in YEARS:
        for key in ("employees",) if small else ("employees", "rd_staff"):
            fields[f"{key}.{year}"] = stated_count(enterprise.figure(key, year))
        for key in money:
            fields[f"{key}.{year}"] = stated_money(enterprise.figure(key, year), style)
        if not small:
            fields[f"rd_ratio.{year}"] = stated_percent(ratio(enterprise, "rd_ratio", year), style)
    if small:
        return fields
    growths = [ratio(enterprise, "growth", year) for year in YEARS[1:]]
    for year, growth in zip(YEARS[1:], growths, strict=True):
        fields[f"growth.{year}"] = stated_percent(growth, style)
    # The year before the table is not on the form, so nobody can recompute this one.
    before = stated_percent(cents(rng.uniform(2, 18)), style) if rng.random() < 0.7 else EMPTY
    last = YEARS[-1]
    return fields | {
        f"growth.{YEARS[0]}": before,
        "mean_growth": stated_percent(cents(sum(growths) / len(growths)), style),
        "main_ratio": stated_percent(ratio(enterprise, "main_ratio", last), style),
        "debt_ratio": stated_percent(ratio(enterprise, "debt_ratio", last), style),
    }


def _enterprise_fields(case: Case, rng: Random) -> dict[str, Stated]:
    enterprise = case.enterprise
    last = YEARS[-1]
    size = size_class(
        enterprise.figure("employees", last),
        enterprise.figure("revenue", last),
        enterprise.trade.industry2[0],
    )
    fields = {
        "ownership": stated_choice(enterprise.ownership),
        "size_class": stated_choice(size),
        "product_name": stated_text(enterprise.product),
        "niche_years": stated_count(enterprise.niche_years),
    }
    if case.tier == "little_giant":
        listed = rng.choice(("无计划", "有计划", "已上市"))
        code = f"{rng.randrange(830001, 873000)}" if listed == "已上市" else ""
        owner = rng.choice((enterprise.legal_rep.name, f"{enterprise.core}控股有限公司"))
        fields |= {
            "controlling_shareholder": stated_text(owner),
            "actual_controller": stated_text(enterprise.legal_rep.name),
            "listed": stated_choice(listed),
            "stock_code": stated_plainly(code),
            "chain_role": stated_text(rng.choice(("填空白", "补短板", "锻长板"))),
        }
    return fields


def _claims(case: Case) -> dict[str, Stated]:
    """What the form claims and the volume has to prove; nothing is claimed without proof."""
    enterprise, style = case.enterprise, case.style
    nothing = stated_plainly("无")

    def proof(type_id: str, key: str) -> Stated:
        return case.document(type_id).values[key] if case.has(type_id) else nothing

    proven = case.has("market_share_proof")
    return {
        "share": stated_percent(enterprise.share, style) if proven else EMPTY,
        "rank_province": stated_count(enterprise.rank_province) if proven else EMPTY,
        "rank_nation": stated_count(enterprise.rank_nation) if proven else EMPTY,
        "rd_body": proof("rd_body", "body"),
        "certs": proof("system_certificate", "number"),
        "brand": proof("trademark", "number"),
        "it_systems": proof("it_system", "system"),
        "standards": proof("standards_participation", "number"),
        "titles": proof("award", "award"),
        "prior_title": proof("prior_title", "number"),
    }


def introduction(enterprise: Enterprise, rng: Random) -> str:
    """Two to four sentences about enterprise and product, with figures in them."""
    revenue = enterprise.figure("revenue", 2020)
    slow, long_life = rng.randint(2, 4), rng.randint(5, 10)
    sentences = [
        f"{enterprise.product}由本公司自主研发，主要应用于{enterprise.trade.niche}领域",
        f"与同类产品相比，综合能耗降低{rng.randint(8, 35)}%，使用寿命由{slow}年提高到{long_life}年",
        f"已取得授权专利{len(enterprise.patents)}件，"
        f"2020年公司实现营业收入{cents(revenue / 10000)}亿元",
        f"产品已通过ISO 9001、CE（EN {rng.randint(10000, 61000)}）等认证，"
        f"在省内市场占有率居第{enterprise.rank_province}位",
        f"额定转速{rng.randint(8, 30) * 1000} r/min，"
        f"定位精度±{rng.choice(('0.002', '0.005', '0.01'))} mm，"
        "主要客户包括造船、风电及轨道交通企业",
    ]
    count = rng.randint(2, 4)
    return "；".join([sentences[0], *rng.sample(sentences[1:], count - 1)]) + "。"


# --- the evidence -----------------------------------------------------------------------


def _evidence(
    tier: str,
    enterprise: Enterprise,
    style: Style,
    applied: date,
    inventor: Inventor,
    rng: Random,
    *,
    slim: bool,
) -> list[Evidence]:
    """All documents of a tier in binding order (§5.4)."""
    own = enterprise.name
    papers: list[Evidence] = [
        Evidence(
            "truth_statement",
            {
                "name": stated_name(own),
                "date": stated_date(applied, rng.choice(("chinese", "numerals"))),
            },
            [SealSpec(own, "truth_statement", rng.uniform(0.5, 0.85))],
            [("truth_statement", enterprise.legal_rep.name)],
        ),
        _licence(enterprise, rng),
    ]
    if tier in PREREQUISITE:
        papers.append(_prior_title(tier, enterprise, rng))
    papers.append(
        Evidence(
            "introduction",
            {
                "name": stated_name(own),
                "product": stated_text(enterprise.product),
                "text": stated_text(introduction(enterprise, rng)),
            },
        )
    )
    if tier != "product":
        papers += [_audit_report(enterprise, year, rng) for year in YEARS[1 if slim else 0 :]]
        if not slim and rng.random() < 0.4:
            papers.append(_rd_audit(enterprise, rng))
        papers.append(_social_security(enterprise, rng))
    if tier == "product" or (not slim and rng.random() < 0.3):
        papers.append(_novelty(enterprise, rng))
    papers += [
        _patent(item, own) for item in enterprise.patents[: 1 if slim else rng.randint(1, 3)]
    ]
    if enterprise.software:
        papers.append(_software(enterprise))
    if tier == "product":
        proofs = [_inspection(enterprise, rng), _enterprise_standard(enterprise, rng)]
        papers += [rng.choice(proofs)] if slim else proofs
    if tier != "product" or rng.random() < 0.3:
        papers.append(_system_certificate(enterprise, rng))
    if tier == "little_giant" or (tier == "sme" and rng.random() < 0.4):
        papers.append(_market_share(enterprise, rng))
    if tier == "little_giant":
        papers += [_rd_body(enterprise, rng), _it_system(enterprise, rng)]
    if rng.random() < (0.2 if slim else 0.6):
        papers.append(_trademark(enterprise, rng))
    if not slim and rng.random() < 0.3:
        papers.append(_standards(enterprise, rng))
    if not slim and rng.random() < 0.5:
        papers.append(_award(enterprise, rng))
    if tier != "product" or not slim:
        papers.append(_credit(enterprise, applied, rng))
    if enterprise.former_name:
        papers.append(_name_change(enterprise, rng))
    return papers


def _written(day: date, rng: Random) -> Stated:
    return stated_date(day, rng.choice(("chinese", "padded", "dots", "dashes", "chinese")))


def later(day: date, years: int) -> date:
    """The day before the same day some years later, as terms are written."""
    last = calendar.monthrange(day.year + years, day.month)[1]
    return date(day.year + years, day.month, min(day.day, last)) - timedelta(days=1)


def _licence(enterprise: Enterprise, rng: Random) -> Evidence:
    founded = enterprise.founded
    issued = date(rng.randint(2019, 2020), rng.randint(3, 12), rng.randint(1, 28))
    if enterprise.term_years:
        end = later(founded, enterprise.term_years)
        term = Stated(
            f"自{writing.print_date(founded, 'padded')}至{writing.print_date(end, 'padded')}",
            f"自{writing.print_date(founded, 'padded')}至{writing.print_date(end, 'padded')}",
        )
    else:
        word = rng.choice(("长期", "无固定期限"))
        term = stated_plainly(word)
    capital = f"人民币{enterprise.capital:.0f}万元整"
    if enterprise.capital != enterprise.capital.to_integral_value():
        capital = f"{enterprise.capital:.2f}万人民币"
    return Evidence(
        "business_licence",
        {
            "uscc": stated_plainly(enterprise.uscc),
            "name": stated_name(enterprise.name),
            "type": stated_text(enterprise.company_type),
            "legal_rep": stated_text(enterprise.legal_rep.name),
            "scope": stated_text(enterprise.trade.scope),
            "capital": Stated(capital, writing.plain(enterprise.capital)),
            "established": stated_date(founded, "padded"),
            "term": term,
            "address": stated_text(enterprise.address),
            "authority": stated_text(enterprise.place.authority),
            "issued": stated_date(issued, "padded"),
        },
        [SealSpec(enterprise.place.authority, "document", rng.uniform(0.5, 0.85))],
    )


def _prior_title(tier: str, enterprise: Enterprise, rng: Random) -> Evidence:
    prior = PREREQUISITE[tier]
    year = rng.choice((2018, 2019, 2020, 2020))
    number = f"LN-ZJTX-{'CP' if prior == 'product' else 'QY'}-{year}-{rng.randrange(1, 900):04d}"
    return Evidence(
        "prior_title",
        {
            "tier": stated_text(TIER_NAMES[prior]),
            "year": stated_plainly(str(year)),
            "number": stated_plainly(number),
            "name": stated_name(enterprise.name),
            "product": stated_text(enterprise.product),
        },
        [SealSpec("辽宁省工业和信息化厅", "document", rng.uniform(0.5, 0.85))],
    )


def in_yuan(amount: Decimal, rng: Random) -> Decimal:
    """The 元 and 分 that were rounded to an amount of 万元 with two decimals."""
    return amount * 10000 + cents(rng.uniform(-49, 49))


def _audit_report(enterprise: Enterprise, year: int, rng: Random) -> Evidence:
    firm = rng.choice(vocabulary.AUDIT_FIRMS)
    short = firm[2:4]
    values = {
        "firm": stated_name(firm),
        "number": stated_plainly(f"{short}会审字〔{year + 1}〕第{rng.randrange(10, 990)}号"),
        "opinion": stated_text("标准无保留意见"),
        "date": _written(date(year + 1, rng.randint(2, 4), rng.randint(1, 28)), rng),
        "client": stated_name(enterprise.name),
        "year": stated_plainly(str(year)),
    }
    for key in (
        "revenue",
        "main_revenue",
        "rd_expense",
        "net_profit",
        "total_profit",
        "assets",
        "liabilities",
    ):
        values[key] = stated_yuan(in_yuan(enterprise.figure(key, year), rng))
    return Evidence("audit_report", values, [SealSpec(firm, "document", rng.uniform(0.5, 0.85))])


def _rd_audit(enterprise: Enterprise, rng: Random) -> Evidence:
    firm = rng.choice(vocabulary.AUDIT_FIRMS)
    return Evidence(
        "rd_audit",
        {
            "firm": stated_name(firm),
            "number": stated_plainly(f"{firm[2:4]}专审字〔2021〕第{rng.randrange(10, 500)}号"),
            "date": _written(date(2021, rng.randint(2, 4), rng.randint(1, 28)), rng),
            "client": stated_name(enterprise.name),
            "year": stated_plainly("2020"),
            "rd_expense": stated_yuan(in_yuan(enterprise.figure("rd_expense", 2020), rng)),
        },
        [SealSpec(firm, "document", rng.uniform(0.5, 0.85))],
    )


def _social_security(enterprise: Enterprise, rng: Random) -> Evidence:
    agency = vocabulary.SOCIAL_AGENCIES.format(district=enterprise.place.district)
    people = int(enterprise.figure("employees", 2020))
    people -= rng.randint(0, people // 25)
    month = rng.choice(("2020年12月", "2020-12", "202012"))
    return Evidence(
        "social_security",
        {
            "name": stated_name(enterprise.name),
            "month": stated_plainly(month),
            "headcount": stated_count(people, rng.choice(("", "人"))),
            "agency": stated_text(agency),
        },
        [SealSpec(agency, "document", rng.uniform(0.5, 0.85))],
    )


def _novelty(enterprise: Enterprise, rng: Random) -> Evidence:
    agency = rng.choice(vocabulary.NOVELTY_AGENCIES)
    number = f"2021{rng.choice(('21', 'DL', 'LN'))}{rng.randrange(10, 9900):05d}"
    return Evidence(
        "novelty_report",
        {
            "number": stated_plainly(number),
            "date": _written(date(2021, rng.randint(1, 5), rng.randint(1, 18)), rng),
            "product": stated_text(enterprise.product),
            "conclusion": stated_text(
                "在检索范围内，除本项目委托单位的文献外，未见与上述查新点相同的公开报道，本项目具有新颖性。"
            ),
            "agency": stated_text(agency),
        },
        [SealSpec(agency, "document", rng.uniform(0.5, 0.85))],
    )


def _patent(patent: Patent, owner: str) -> Evidence:
    return Evidence(
        "patent",
        {
            "number": stated_plainly(patent.number),
            "name": stated_text(patent.name),
            "owner": stated_name(owner),
            "granted": stated_date(patent.granted, "padded"),
            "kind": stated_text(patent.kind),
        },
        [SealSpec("国家知识产权局", "document", 0.8)],
    )


def _software(enterprise: Enterprise) -> Evidence:
    item = enterprise.software[0]
    return Evidence(
        "software_copyright",
        {
            "number": stated_plainly(item.number),
            "registration_number": stated_plainly(item.registration_number),
            "name": stated_text(item.name),
            "owner": stated_name(enterprise.name),
            "issued": stated_date(item.issued, "padded"),
        },
        [SealSpec("中华人民共和国国家版权局", "document", 0.8)],
    )


def _inspection(enterprise: Enterprise, rng: Random) -> Evidence:
    agency = rng.choice(vocabulary.INSPECTORS)
    number = f"{rng.choice(('W', 'JC', 'No.'))}2020{rng.randrange(100, 99999):06d}"
    return Evidence(
        "inspection_report",
        {
            "number": stated_plainly(number),
            "date": _written(date(2020, rng.randint(3, 12), rng.randint(1, 28)), rng),
            "product": stated_text(enterprise.product),
            "agency": stated_text(agency),
            "client": stated_name(enterprise.name),
        },
        [SealSpec(agency, "document", rng.uniform(0.5, 0.85))],
    )


def _enterprise_standard(enterprise: Enterprise, rng: Random) -> Evidence:
    year = rng.randint(2018, 2020)
    letters = "".join(rng.choice("ABCDEGHJKLM") for _ in range(rng.randint(2, 4)))
    number = f"Q/{letters} {rng.randint(1, 40):03d}-{year}"
    return Evidence(
        "enterprise_standard",
        {
            "number": stated_plainly(number),
            "title": stated_text(rng.choice(enterprise.trade.standards)),
            "owner": stated_name(enterprise.name),
            "issued": _written(date(year, rng.randint(1, 12), rng.randint(1, 28)), rng),
        },
    )


def _system_certificate(enterprise: Enterprise, rng: Random) -> Evidence:
    issuer = rng.choice(vocabulary.CERTIFIERS)
    start = date(rng.choice((2019, 2020)), rng.randint(1, 12), rng.randint(1, 28))
    serial = f"{rng.randrange(1000, 39999):05d}R{rng.randint(0, 3)}{rng.choice('SM')}"
    number = f"{rng.randrange(10, 490):03d}{start:%y}Q{serial}"
    return Evidence(
        "system_certificate",
        {
            "number": stated_plainly(number),
            "name": stated_name(enterprise.name),
            "scope": stated_text(f"{enterprise.product}的设计、开发和生产"),
            "valid_from": _written(start, rng),
            "valid_to": _written(later(start, 3), rng),
            "issuer": stated_text(issuer),
        },
        [SealSpec(issuer, "document", rng.uniform(0.5, 0.85))],
    )


def _market_share(enterprise: Enterprise, rng: Random) -> Evidence:
    issuer = rng.choice(vocabulary.ASSOCIATIONS)
    return Evidence(
        "market_share_proof",
        {
            "name": stated_name(enterprise.name),
            "product": stated_text(enterprise.product),
            "share": Stated(f"{enterprise.share:.2f}%", writing.plain(enterprise.share)),
            "rank": stated_count(enterprise.rank_province),
            "scope": stated_text("辽宁省"),
            "year": stated_plainly("2020"),
            "issuer": stated_text(issuer),
            "date": _written(date(2021, rng.randint(2, 5), rng.randint(1, 18)), rng),
        },
        [SealSpec(issuer, "document", rng.uniform(0.5, 0.85))],
    )


def _rd_body(enterprise: Enterprise, rng: Random) -> Evidence:
    level, issuer = rng.choice(
        (
            ("市级", "大连市工业和信息化局"),
            ("省级", "辽宁省工业和信息化厅"),
            ("省级", "辽宁省科学技术厅"),
        )
    )
    kind = rng.choice(("企业技术中心", "工程技术研究中心", "工业设计中心"))
    return Evidence(
        "rd_body",
        {
            "name": stated_name(enterprise.name),
            "body": stated_text(f"{enterprise.core}{enterprise.trade.niche}{kind}"),
            "level": stated_text(level),
            "issuer": stated_text(issuer),
            "issued": _written(
                date(rng.randint(2016, 2020), rng.randint(1, 12), rng.randint(1, 28)), rng
            ),
        },
        [SealSpec(issuer, "document", rng.uniform(0.5, 0.85))],
    )


def _it_system(enterprise: Enterprise, rng: Random) -> Evidence:
    name = rng.choice(("ERP企业资源计划系统", "MES制造执行系统", "PLM产品生命周期管理系统"))
    signed = date(rng.randint(2017, 2020), rng.randint(1, 12), rng.randint(1, 28))
    return Evidence(
        "it_system",
        {
            "name": stated_name(enterprise.name),
            "system": stated_text(name),
            "supplier": stated_text(rng.choice(vocabulary.SUPPLIERS)),
            "date": _written(signed, rng),
        },
    )


def _trademark(enterprise: Enterprise, rng: Random) -> Evidence:
    start = date(rng.randint(2012, 2019), rng.randint(1, 12), rng.randint(1, 28))
    number = str(rng.randrange(9_000_000, 39_999_999))
    return Evidence(
        "trademark",
        {
            "number": stated_plainly(number),
            "owner": stated_name(enterprise.name),
            "class": stated_plainly(str(rng.choice((1, 7, 9, 11, 12, 17, 29, 42)))),
            "valid_from": stated_date(start, "padded"),
            "valid_to": stated_date(later(start, 10), "padded"),
        },
        [SealSpec("国家知识产权局", "document", 0.8)],
    )


def _standards(enterprise: Enterprise, rng: Random) -> Evidence:
    year = rng.randint(2016, 2020)
    return Evidence(
        "standards_participation",
        {
            "number": stated_plainly(f"GB/T {rng.randrange(30000, 39999)}-{year}"),
            "title": stated_text(rng.choice(enterprise.trade.standards)),
            "drafters": stated_text(f"{enterprise.name}、{rng.choice(vocabulary.INSPECTORS)}"),
            "issued": _written(date(year, rng.randint(1, 12), rng.randint(1, 28)), rng),
        },
    )


def _award(enterprise: Enterprise, rng: Random) -> Evidence:
    start = date(rng.choice((2018, 2019, 2020)), rng.randint(9, 12), rng.randint(1, 28))
    number = f"GR{start.year}2120{rng.randrange(10, 1500):06d}"
    return Evidence(
        "award",
        {
            "name": stated_name(enterprise.name),
            "award": stated_text("高新技术企业"),
            "number": stated_plainly(number),
            "issuer": stated_text("大连市科学技术局"),
            "issued": _written(start, rng),
            "valid_to": _written(later(start, 3), rng),
        },
        [SealSpec("大连市科学技术局", "document", 0.7)],
    )


def _credit(enterprise: Enterprise, applied: date, rng: Random) -> Evidence:
    source = rng.choice(("信用中国", "国家企业信用信息公示系统"))
    day = applied - timedelta(days=rng.randint(1, 20))
    return Evidence(
        "credit_query",
        {
            "name": stated_name(enterprise.name),
            "date": _written(day, rng),
            "result": stated_text(
                rng.choice(
                    (
                        "未列入经营异常名录和严重违法失信企业名单",
                        "未查询到失信惩戒记录",
                        "该主体无严重失信信息，未被列入经营异常名录",
                        "未发现该企业存在不良信用记录",
                    )
                )
            ),
            "source": stated_text(source),
        },
    )


def _name_change(enterprise: Enterprise, rng: Random) -> Evidence:
    year = rng.randint(2016, 2020)
    return Evidence(
        "name_change",
        {
            "old_name": stated_name(enterprise.former_name),
            "new_name": stated_name(enterprise.name),
            "date": stated_date(date(year, rng.randint(1, 12), rng.randint(1, 28))),
        },
        [SealSpec(enterprise.place.authority, "document", rng.uniform(0.5, 0.85))],
    )


def _add_title(case: Case, rng: Random) -> None:
    """Put the prerequisite title onto the list of titles in force."""
    if not case.has("prior_title"):
        return
    values = case.document("prior_title").values
    year = int(values["year"].value)
    prior = PREREQUISITE[case.tier]
    case.titles.append(
        {
            "enterprise_name": case.enterprise.name,
            "uscc": case.enterprise.uscc if rng.random() < 0.85 else "",
            "tier": prior,
            "year": str(year),
            "number": values["number"].value,
            "product_name": case.enterprise.product if prior == "product" else "",
            "valid_from": f"{year}-12-01",
            "valid_to": f"{year + 3}-11-30",
        }
    )
