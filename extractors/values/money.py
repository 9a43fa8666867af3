"""Amounts of money: figures with 元, 万元, 亿元, and 大写金额."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from extractors.values.numerals import (
    CHINESE_NUMBER,
    parse_chinese_integer,
    parse_decimal,
)
from extractors.values.tidy import squeeze

UNITS = {
    "元": Decimal(1),
    "千元": Decimal(1000),
    "万元": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "千万元": Decimal(10_000_000),
    "亿元": Decimal(100_000_000),
}
"""How many 元 each unit is."""

_TEN_THOUSAND = UNITS["万元"]
_ABOUT = re.compile(r"^(?:大?约|近|将近|超过?|逾|不足)|(?<=[\d万亿元])(?:多|余|左右|以上)")
_YUAN = "(?:元|圆)?(?:人民币|整|正|/?RMB|CNY)*"
_FOREIGN = re.compile(r"(美元|美金|欧元|日元|港币|港元|英镑|USD|EUR|JPY|HKD|\$|€|£)", re.IGNORECASE)
_HEAD = re.compile(r"^(?:人民币|RMB|CNY|¥)+[:：]?", re.IGNORECASE)
_CHAIN = re.compile(
    rf"(?P<number>\(?[+\-]?[\d,.]+\)?)(?P<unit>千|万|百万|千万|亿)?"
    rf"(?:(?P<more>\d+(?:\.\d+)?)(?P<more_unit>万))?(?P<yuan>{_YUAN})",
    re.IGNORECASE,
)
_CAPITALS = re.compile(
    rf"(?P<minus>负)?(?P<whole>{CHINESE_NUMBER})?(?P<yuan>元|圆)?"
    rf"(?:零?(?P<jiao>{CHINESE_NUMBER})角)?(?:零?(?P<fen>{CHINESE_NUMBER})分)?(?:整|正)?"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in 万元, exact."""

    ten_thousand: Decimal
    unit: str
    """Unit as written beside the figure, or the one assumed."""
    stated: bool
    """Whether the unit stood with the figure."""
    about: bool
    """Whether the text calls it approximate."""


def parse_money(text: str, unit: str = "万元") -> Amount | None:
    """The amount that a text states.

    Args:
        text: figures with or without a unit, or 大写.
        unit: what the column or label says, used where the text itself has no unit.

    Returns:
        The amount, or ``None`` where the text is not exactly one amount of 人民币.

    Raises:
        KeyError: ``unit`` is none of ``UNITS``.
    """
    assumed = UNITS[unit]
    compact = re.sub(r"(?<=\d)\s+(?=[^\d.,])", "", text.strip())
    joined = _keep_parted_figures(compact)
    if joined is None or _FOREIGN.search(joined):
        return None
    compact = joined
    sign = "¥" in compact
    compact = _HEAD.sub("", compact)
    about = bool(_ABOUT.search(compact))
    compact = _HEAD.sub("", _ABOUT.sub("", compact))
    hit = _CHAIN.fullmatch(compact)
    if not hit:
        return _capitals(compact, unit, about)
    number = parse_decimal(hit["number"])
    if number is None or ((hit["unit"] or hit["more"]) and hit["number"].startswith("(")):
        return None
    multiplier = hit["unit"] or ""
    if hit["more"]:
        if multiplier != "亿":
            return None
        yuan = number * UNITS["亿元"] + Decimal(hit["more"]) * _TEN_THOUSAND
        return Amount(yuan / _TEN_THOUSAND, "元", True, about)
    stated = bool(multiplier or hit["yuan"])
    if sign and not stated and unit != "元":
        return None  # ¥500 under 万元: nobody can tell which of the two was meant
    written = f"{multiplier}元" if stated else unit
    factor = UNITS[written] if stated else assumed
    return Amount(number * factor / _TEN_THOUSAND, written, stated, about)


def parse_capitals(text: str) -> Decimal | None:
    """The 元 that a 大写金额 states: ``人民币壹拾贰万叁仟肆佰伍拾陆元柒角捌分``.

    ``None`` where it breaks the rules of writing or has no 元.
    """
    compact = re.sub(r"^(?:人民币)+[:：]?", "", squeeze(text))
    hit = _CAPITALS.fullmatch(compact)
    if not hit or not (hit["yuan"] or hit["jiao"] or hit["fen"]):
        return None
    if (hit["whole"] is None) == (hit["yuan"] is not None):
        return None
    total = Decimal(0)
    if hit["whole"]:
        whole = parse_chinese_integer(hit["whole"])
        if whole is None:
            return None
        total += whole
    for name, factor in (("jiao", Decimal("0.1")), ("fen", Decimal("0.01"))):
        if hit[name]:
            digit = parse_chinese_integer(hit[name].lstrip("零"))
            if digit is None or not 1 <= digit <= 9:
                return None
            total += digit * factor
    return -total if hit["minus"] else total


def write_capitals(yuan: Decimal) -> str:
    """An amount below 10¹² 元, to the 分, as 大写金额 without the word 人民币.

    Raises:
        ValueError: the amount is negative, too large, or finer than a 分.
    """
    cents = yuan * 100
    if yuan < 0 or yuan >= 10**12 or cents != cents.to_integral_value():
        raise ValueError(f"cannot be written in capitals: {yuan}")
    whole, rest = divmod(int(cents), 100)
    jiao, fen = divmod(rest, 10)
    digits = "零壹贰叁肆伍陆柒捌玖"
    text = _write_whole(whole, digits) + "元" if whole else ""
    if not whole and not rest:
        return "零元整"
    if not rest:
        return text + "整"
    if jiao:
        text += digits[jiao] + "角"
    elif text:
        text += "零"
    return text + (digits[fen] + "分" if fen else "整")


def _write_whole(number: int, digits: str) -> str:
    text, gap = "", False
    for factor, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section = number // factor % 10_000
        if not section:
            gap = gap or bool(text)
            continue
        if text and (gap or section < 1000):
            text += "零"
        text += _write_section(section, digits) + name
        gap = False
    return text


def _write_section(section: int, digits: str) -> str:
    text, gap = "", False
    for factor, name in ((1000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = section // factor % 10
        if digit:
            text += ("零" if gap and text else "") + digits[digit] + name
        gap = not digit
    return text


def _capitals(compact: str, unit: str, about: bool) -> Amount | None:
    """Amounts in Chinese characters, with 元 or in the unit of the column."""
    yuan = parse_capitals(compact)
    if yuan is not None:
        return Amount(yuan / _TEN_THOUSAND, "元", True, about)
    number = parse_chinese_integer(compact)
    if number is None:
        return None
    # 五百万 has its own 万; 五百 under 万元 is the column's.
    own = any(sign in compact for sign in "万亿萬億")
    factor = UNITS["元"] if own else UNITS[unit]
    return Amount(number * factor / _TEN_THOUSAND, "元" if own else unit, own, about)


def _keep_parted_figures(text: str) -> str | None:
    """The text without blanks, or ``None`` where they part it into two numbers."""
    folded = re.sub(r"\s+", " ", text)
    for hit in re.finditer(r"[\d.,，]+(?: [\d.,，]+)+", folded):
        if parse_decimal(hit.group()) is None:
            return None
    return squeeze(folded).replace("。", ".").replace("−", "-")
