"""How applicants write things down, and what is meant by it.

A value is *stated*: the text as printed beside the value that a reader should end with.
An applicant has habits (a style), so that dates, amounts and phones on one form look
alike and those on another do not.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random

_CHINESE_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True)
class Stated:
    """A value as printed and as meant."""

    printed: str | tuple[str, ...]
    """Text on the paper; for choices the names of the ticked options."""
    value: str
    """Normalised as in ``fields.csv``; empty where the applicant left the place empty."""

    @property
    def text(self) -> str:
        """The printed text of a value that is no choice."""
        return self.printed if isinstance(self.printed, str) else "、".join(self.printed)


@dataclass(frozen=True)
class Style:
    """The habits of whoever fills the papers of one applicant."""

    dates: str
    """``chinese``, ``padded``, ``dots``, ``dashes``, ``slashes``."""
    thousands: bool
    percent_sign: bool
    """Whether a percentage carries its sign although the label has it already."""
    unit_in_value: bool
    """Whether an amount of money carries its unit in the value."""
    area_code: str
    """``dash``, ``joined``, ``brackets``, ``none``: how a landline starts."""
    mobile_groups: bool
    industry_join: str
    half_brackets: bool
    """Whether brackets in names are typed half-width on the form."""

    @classmethod
    def draw(cls, rng: Random) -> Style:
        """Somebody's habits."""
        return cls(
            dates=rng.choice(("chinese", "chinese", "padded", "dots", "dashes", "slashes")),
            thousands=rng.random() < 0.35,
            percent_sign=rng.random() < 0.4,
            unit_in_value=rng.random() < 0.25,
            area_code=rng.choice(("dash", "dash", "dash", "joined", "brackets", "none")),
            mobile_groups=rng.random() < 0.1,
            industry_join=rng.choice((" ", "", "-", "：")),
            half_brackets=rng.random() < 0.25,
        )


def chinese_number(number: int) -> str:
    """1 to 99 in Chinese: 十, 十五, 二十, 三十一."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else _CHINESE_DIGITS[tens] + "十")
    return head + (_CHINESE_DIGITS[ones] if ones or not tens else "")


def print_date(day: date, form: str) -> str:
    """A date in one of the written forms; ``numerals`` is 二〇二一年六月四日."""
    if form == "numerals":
        year = "".join(_CHINESE_DIGITS[int(digit)] for digit in str(day.year))
        return f"{year}年{chinese_number(day.month)}月{chinese_number(day.day)}日"
    return {
        "chinese": f"{day.year}年{day.month}月{day.day}日",
        "padded": f"{day.year}年{day.month:02d}月{day.day:02d}日",
        "dots": f"{day.year}.{day.month}.{day.day}",
        "dashes": f"{day.year}-{day.month:02d}-{day.day:02d}",
        "slashes": f"{day.year}/{day.month}/{day.day}",
    }[form]


def stated_date(day: date, form: str = "chinese") -> Stated:
    """A date as written, and as ISO."""
    return Stated(print_date(day, form), day.isoformat())


def plain(number: Decimal) -> str:
    """A decimal without exponent and without zeros at its end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


_KEPT = "，。；：！？（）、“”《》【】〔〕"
"""Full-width punctuation that belongs to Chinese text and stays as it is."""


def _folded(text: str) -> str:
    """NFKC of everything but Chinese punctuation; no blanks beside Chinese characters."""
    folded = "".join(
        char if char in _KEPT else unicodedata.normalize("NFKC", char) for char in text
    )
    kept = []
    for place, char in enumerate(folded):
        beside = folded[max(place - 1, 0) : place] + folded[place + 1 : place + 2]
        if char != " " or not any(ord(other) > 0x2E7F for other in beside):
            kept.append(char)
    return "".join(kept)


def meant_name(text: str) -> str:
    """A name as it is compared: NFKC, brackets full-width, no blanks."""
    return _folded(text).replace("(", "（").replace(")", "）")


def stated_name(name: str, style: Style | None = None) -> Stated:
    """A name, with half-width brackets where that is the writer's habit."""
    printed = name
    if style is not None and style.half_brackets:
        printed = name.replace("（", "(").replace("）", ")")
    return Stated(printed, meant_name(name))


def stated_text(text: str) -> Stated:
    """Free text in Chinese typography."""
    return Stated(text, _folded(text).replace("(", "（").replace(")", "）"))


def stated_plainly(text: str) -> Stated:
    """Codes and numbers that mean what they look like."""
    return Stated(text, text)


def stated_money(amount: Decimal, style: Style) -> Stated:
    """万元, with or without separators and unit."""
    printed = f"{amount:,.2f}" if style.thousands else f"{amount:.2f}"
    if amount == amount.to_integral_value() and not style.thousands:
        printed = f"{amount:.0f}"
    return Stated(printed + ("万元" if style.unit_in_value else ""), plain(amount))


def stated_yuan(yuan: Decimal) -> Stated:
    """An amount printed in 元 and 分, as audit reports do; the meaning is in 万元."""
    return Stated(f"{yuan:,.2f}", plain(yuan / 10000))


def stated_percent(number: Decimal, style: Style) -> Stated:
    """A percentage; the meaning is the bare number."""
    return Stated(f"{number:.2f}" + ("%" if style.percent_sign else ""), plain(number))


def stated_count(number: int | Decimal, unit: str = "") -> Stated:
    """A whole number, perhaps with its unit behind it."""
    whole = int(Decimal(number).quantize(Decimal(1), ROUND_HALF_UP))
    return Stated(f"{whole}{unit}", str(whole))


def stated_landline(digits: str, style: Style) -> Stated:
    """A telephone of Dalian; the meaning carries the area code."""
    printed = {
        "dash": f"0411-{digits}",
        "joined": f"0411{digits}",
        "brackets": f"（0411）{digits}",
        "none": digits,
    }[style.area_code]
    return Stated(printed, f"0411-{digits}" if style.area_code != "none" else digits)


def stated_mobile(digits: str, style: Style) -> Stated:
    """A mobile phone, sometimes in groups of 3, 4 and 4 digits."""
    printed = f"{digits[:3]} {digits[3:7]} {digits[7:]}" if style.mobile_groups else digits
    return Stated(printed, digits)


def stated_choice(*options: str) -> Stated:
    """Ticked options; the meaning is sorted and joined by semicolons."""
    return Stated(tuple(options), ";".join(sorted(options)))


EMPTY = Stated("", "")
"""A label whose place was left empty."""
