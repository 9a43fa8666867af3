"""Spoils applications on purpose, and notes every finding that follows.

Each defect says which tiers it fits and what it touches, so that two of them on one
application never hide each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from random import Random

from samples.generator import identifiers
from samples.generator.cases import (
    CATEGORY_EVIDENCE,
    MONEY_KEYS,
    Case,
    later,
)
from samples.generator.enterprises import YEARS, Inventor
from samples.generator.writing import (
    EMPTY,
    stated_choice,
    stated_count,
    stated_date,
    stated_mobile,
    stated_money,
    stated_name,
    stated_percent,
    stated_plainly,
    stated_text,
)

ALL = frozenset({"product", "sme", "little_giant"})
ENTERPRISES = frozenset({"sme", "little_giant"})
PRODUCT = frozenset({"product"})


@dataclass(frozen=True)
class Defect:
    """A way to spoil an application."""

    name: str
    tiers: frozenset[str]
    touches: str
    """Two defects that touch the same thing are never planted together."""
    plant: Callable[[Case, Inventor, Random], None]
    stamps: bool = False
    """Whether it can be told on a colour scan only."""


def plant(defect: Defect, case: Case, inventor: Inventor, rng: Random) -> None:
    """Spoil a case; the finding is noted in it.

    Raises:
        ValueError: The defect does not fit the tier.
    """
    if case.tier not in defect.tiers:
        raise ValueError(f"{defect.name} does not fit an application of tier {case.tier}")
    defect.plant(case, inventor, rng)
    case.planted.append(defect.name)


def _remove(case: Case, type_id: str) -> None:
    case.evidence = [item for item in case.evidence if item.type != type_id]


def _supported(case: Case, without: Collection[str] = ()) -> list[str]:
    types = {item.type for item in case.evidence} - set(without)
    return [name for name, proofs in CATEGORY_EVIDENCE.items() if types & set(proofs)]


def _retick(case: Case, without: Collection[str] = ()) -> None:
    """Untick the categories that only papers now missing or doubtful would support."""
    supported = _supported(case, without)
    ticked = [name for name in case.fields["categories_ticked"].printed if name in supported]
    case.fields["categories_ticked"] = stated_choice(*(ticked or supported))


# --- papers -----------------------------------------------------------------------------


def _missing(type_id: str) -> Callable[[Case, Inventor, Random], None]:
    def spoil(case: Case, inventor: Inventor, rng: Random) -> None:
        _remove(case, type_id)
        _retick(case)
        case.expect(f"E-EVID-MISSING:{type_id}", type_id)

    return spoil


def _missing_claim(case: Case, inventor: Inventor, rng: Random) -> None:
    """The form names an R&D body that no paper proves."""
    _remove(case, "rd_body")
    _retick(case)
    body = f"{case.enterprise.core}工程技术研究中心"
    case.fields["rd_body"] = stated_text(body)
    case.expect("E-EVID-MISSING:rd_body", "rd_body")


def _expired_certificate(case: Case, inventor: Inventor, rng: Random) -> None:
    document = case.document("system_certificate")
    start = date(rng.choice((2016, 2017)), rng.randint(1, 12), rng.randint(1, 28))
    document.values["valid_from"] = stated_date(start, case.style.dates)
    document.values["valid_to"] = stated_date(later(start, 3), case.style.dates)
    _retick(case, {"system_certificate"})
    case.expect("E-EVID-EXPIRED:system_certificate", "system_certificate")


def _expired_licence(case: Case, inventor: Inventor, rng: Random) -> None:
    document = case.document("business_licence")
    founded, end = case.enterprise.founded, date(2021, rng.randint(1, 4), rng.randint(1, 28))
    document.values["term"] = stated_text(
        f"自{founded:%Y}年{founded:%m}月{founded:%d}日至{end:%Y}年{end:%m}月{end:%d}日"
    )
    case.expect("E-EVID-EXPIRED:business_licence", "business_licence")


def _expired_patent(case: Case, inventor: Inventor, rng: Random) -> None:
    number = identifiers.invent_patent_number(rng, "实用新型专利", rng.randint(2007, 2010))
    document = case.document("patent")
    document.values |= {
        "number": stated_plainly(number),
        "kind": stated_text("实用新型专利"),
        "granted": stated_date(date(int(number[2:6]) + 1, 3, rng.randint(1, 28)), "padded"),
    }
    _retick(case, {"patent"})
    case.expect("E-EVID-EXPIRED:patent", "patent")


def _owner(case: Case, inventor: Inventor, rng: Random) -> None:
    case.document("patent").values["owner"] = stated_name(inventor.stranger())
    _retick(case, {"patent"})
    case.expect("E-EVID-OWNER", "patent")


def _audit_years(case: Case, inventor: Inventor, rng: Random) -> None:
    gone = rng.choice(("2019", "2020"))
    case.evidence = [
        item
        for item in case.evidence
        if item.type != "audit_report" or item.values["year"].value != gone
    ]
    case.expect("E-AUDIT-YEARS", gone)


def _veto(case: Case, inventor: Inventor, rng: Random) -> None:
    case.document("credit_query").values["result"] = stated_text(
        rng.choice(("因未按期公示年度报告被列入经营异常名录", "该主体被列入严重违法失信企业名单"))
    )
    case.expect("E-VETO:V1", "credit_query")


# --- identity ---------------------------------------------------------------------------


def _bad_code(case: Case, inventor: Inventor, rng: Random) -> None:
    """One character of the code is wrong on the form, and was typed online as well."""
    code = identifiers.damage_uscc(rng, case.enterprise.uscc)
    case.fields["uscc"] = stated_plainly(code)
    case.online["uscc"] = code
    case.expect("E-USCC-BAD", "uscc")
    case.expect("E-USCC-MISMATCH", "uscc")  # the licence has the right one


def _other_code(case: Case, inventor: Inventor, rng: Random) -> None:
    """The form carries the valid code of somebody else, perhaps of a parent enterprise."""
    code = inventor.code(case.enterprise.place, case.enterprise.founded.year)
    case.fields["uscc"] = stated_plainly(code)
    case.online["uscc"] = code
    case.expect("E-USCC-MISMATCH", "uscc")


def _name_mismatch(case: Case, inventor: Inventor, rng: Random) -> None:
    """The licence still bears a former name, and nothing in the volume explains it."""
    _remove(case, "name_change")
    case.document("business_licence").values["name"] = stated_name(inventor.rename(case.enterprise))
    case.expect("E-NAME-MISMATCH", "business_licence")


# --- figures ----------------------------------------------------------------------------


def _ratio(case: Case, inventor: Inventor, rng: Random) -> None:
    key = rng.choice(("rd_ratio.2020", "debt_ratio", "main_ratio", "growth.2020"))
    wrong = Decimal(case.fields[key].value) + Decimal(str(rng.choice((-2.4, 1.35, 3.2))))
    case.fields[key] = stated_percent(wrong, case.style)
    case.expect("E-RATIO", key)


def _unit(case: Case, inventor: Inventor, rng: Random) -> None:
    """The whole table was filled in 元 although its head says 万元."""
    style = replace(case.style, unit_in_value=False)
    for year in YEARS:
        for key in MONEY_KEYS:
            amount = case.enterprise.figure(key, year) * 10000
            case.fields[f"{key}.{year}"] = stated_money(amount, style)
    case.expect("E-UNIT", "revenue")


def _head_count(case: Case, inventor: Inventor, rng: Random) -> None:
    people = int(case.enterprise.figure("employees", 2020))
    fewer = int(people * rng.uniform(0.5, 0.7))
    case.document("social_security").values["headcount"] = stated_count(fewer)
    case.expect("E-FIELD-MISMATCH", "employees")


def _founded(case: Case, inventor: Inventor, rng: Random) -> None:
    founded = case.enterprise.founded
    wrong = replace_year(founded, founded.year - rng.randint(1, 2))
    case.fields["reg_date"] = stated_date(wrong, case.style.dates)
    case.expect("E-FIELD-MISMATCH", "reg_date")


def replace_year(day: date, year: int) -> date:
    """The same day of another year; days after the 28th are never drawn."""
    return day.replace(year=year)


# --- categories -------------------------------------------------------------------------


def _no_category(case: Case, inventor: Inventor, rng: Random) -> None:
    case.fields["categories_ticked"] = stated_choice()
    case.expect("E-CATEGORY-NONE", "categories_ticked")


def _unsupported_category(case: Case, inventor: Inventor, rng: Random) -> None:
    loose = [name for name in CATEGORY_EVIDENCE if name not in _supported(case)]
    if not loose:
        for type_id in ("trademark", "market_share_proof"):
            _remove(case, type_id)
        for key in ("share", "rank_province", "rank_nation"):
            if key in case.fields:
                case.fields[key] = EMPTY
        if "brand" in case.fields:
            case.fields["brand"] = stated_plainly("无")
        loose = ["特色化"]
    _retick(case)
    extra = rng.choice(loose)
    case.fields["categories_ticked"] = stated_choice(
        *case.fields["categories_ticked"].printed, extra
    )
    case.expect("E-CATEGORY-UNSUPPORTED", extra)


# --- formalities ------------------------------------------------------------------------


def _without_seal(case: Case, place: str) -> None:
    case.form_seals = [seal for seal in case.form_seals if seal.place != place]
    for item in case.evidence:
        item.seals = [seal for seal in item.seals if seal.place != place]


def _no_cover_stamp(case: Case, inventor: Inventor, rng: Random) -> None:
    _without_seal(case, "cover")
    case.expect("E-STAMP-COVER", "cover")


def _no_opinion_stamp(case: Case, inventor: Inventor, rng: Random) -> None:
    _without_seal(case, "opinion_district")
    case.expect("E-STAMP-OPINION", "opinion_district")


def _no_statement_stamp(case: Case, inventor: Inventor, rng: Random) -> None:
    _without_seal(case, "truth_statement")
    case.expect("E-STAMP-STATEMENT", "truth_statement")


def _no_signature(case: Case, inventor: Inventor, rng: Random) -> None:
    case.form_signatures = []
    case.document("truth_statement").signatures = []
    case.expect("E-SIGN-REP", "truth_statement")


def _blank_date(case: Case, inventor: Inventor, rng: Random) -> None:
    case.fields["application_date"] = EMPTY
    case.expect("E-DATE-BLANK", "application_date")


def _blank_statement_date(case: Case, inventor: Inventor, rng: Random) -> None:
    case.document("truth_statement").values["date"] = EMPTY
    case.fields["truth_date"] = EMPTY
    case.expect("E-DATE-BLANK", "truth_statement.date")


def _early_date(case: Case, inventor: Inventor, rng: Random) -> None:
    day = date(2021, 5, rng.randint(6, 18))
    case.fields["application_date"] = stated_date(day, case.style.dates)
    case.expect("E-DATE-OUTSIDE", "application_date")


def _no_disc(case: Case, inventor: Inventor, rng: Random) -> None:
    case.disc = False
    case.expect("E-COPIES", "disc")


# --- online and across applications -----------------------------------------------------


def _electronic_differs(case: Case, inventor: Inventor, rng: Random) -> None:
    key = rng.choice(("contact_mobile", "reg_capital", "postcode"))
    enterprise = case.enterprise
    other = {
        "contact_mobile": lambda: stated_mobile(identifiers.invent_mobile(rng), case.style),
        "reg_capital": lambda: stated_money(enterprise.capital + 200, case.style),
        "postcode": lambda: stated_plainly("116000"),
    }[key]()
    case.electronic[key] = other
    case.expect("E-ONLINE-PAPER", key)


def _online_differs(case: Case, inventor: Inventor, rng: Random) -> None:
    """The platform still has the legal representative of last year."""
    case.online["legal_rep"] = inventor.person().name
    case.expect("E-ONLINE-PAPER", "legal_rep")


def _online_tier(case: Case, inventor: Inventor, rng: Random) -> None:
    """Paper and platform are of different tiers."""
    case.online["tier"] = "little_giant" if case.tier == "sme" else "sme"
    case.expect("E-FORM-TIER", "tier")


def _late(case: Case, inventor: Inventor, rng: Random) -> None:
    case.online["submitted"] = f"2021-06-{rng.randint(6, 9):02d}"
    case.expect("E-LATE", "submitted")


def _no_title(case: Case, inventor: Inventor, rng: Random) -> None:
    case.titles = []
    _remove(case, "prior_title")
    case.fields["prior_title"] = stated_plainly("无")
    case.expect("E-PREREQ", "prior_title")


def _lapsed_title(case: Case, inventor: Inventor, rng: Random) -> None:
    year = 2017
    number = (
        case.document("prior_title")
        .values["number"]
        .value.replace(case.document("prior_title").values["year"].value, str(year), 1)
    )
    case.document("prior_title").values |= {
        "year": stated_plainly(str(year)),
        "number": stated_plainly(number),
    }
    case.fields["prior_title"] = stated_plainly(number)
    for row in case.titles:
        row |= {"year": str(year), "number": number, "valid_from": f"{year}-12-01"}
        row["valid_to"] = f"{year + 3}-11-30"
    case.expect("E-PREREQ", "prior_title")


DEFECTS: tuple[Defect, ...] = (
    Defect("missing-novelty", PRODUCT, "papers", _missing("novelty_report")),
    Defect("missing-introduction", ALL, "papers", _missing("introduction")),
    Defect("missing-social-security", ENTERPRISES, "papers", _missing("social_security")),
    Defect("missing-rd-body", frozenset({"little_giant"}), "papers", _missing_claim),
    Defect("expired-certificate", ENTERPRISES, "papers", _expired_certificate),
    Defect("expired-licence", ALL, "licence", _expired_licence),
    Defect("expired-patent", ALL, "papers", _expired_patent),
    Defect("patent-of-stranger", ALL, "papers", _owner),
    Defect("audit-year-missing", ENTERPRISES, "audit", _audit_years),
    Defect("credit-record", ALL, "credit", _veto),
    Defect("bad-code", ALL, "identity", _bad_code),
    Defect("code-of-other", ALL, "identity", _other_code),
    Defect("licence-of-former-name", ALL, "identity", _name_mismatch),
    Defect("wrong-ratio", ENTERPRISES, "figures", _ratio),
    Defect("figures-in-yuan", ENTERPRISES, "figures", _unit),
    Defect("head-count", ENTERPRISES, "papers", _head_count),
    Defect("wrong-founding-date", ALL, "licence", _founded),
    Defect("no-category", ALL, "papers", _no_category),
    Defect("unsupported-category", ALL, "papers", _unsupported_category),
    Defect("no-cover-stamp", ALL, "stamps", _no_cover_stamp, stamps=True),
    Defect("no-opinion-stamp", ALL, "stamps", _no_opinion_stamp, stamps=True),
    Defect("no-statement-stamp", ALL, "stamps", _no_statement_stamp, stamps=True),
    Defect("no-signature", ALL, "signature", _no_signature),
    Defect("no-application-date", ALL, "dates", _blank_date),
    Defect("no-statement-date", ALL, "dates", _blank_statement_date),
    Defect("early-date", ALL, "dates", _early_date),
    Defect("no-disc", ALL, "disc", _no_disc),
    Defect("word-differs", ALL, "disc", _electronic_differs),
    Defect("platform-differs", ALL, "online", _online_differs),
    Defect("platform-tier", ENTERPRISES, "online", _online_tier),
    Defect("late-online", ALL, "online", _late),
    Defect("no-title", ENTERPRISES, "title", _no_title),
    Defect("lapsed-title", ENTERPRISES, "title", _lapsed_title),
)
BY_NAME = {defect.name: defect for defect in DEFECTS}
