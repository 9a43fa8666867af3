"""Numbers as they are written on forms: Arabic digits, 一二三, 壹贰叁.

Every parser is strict: a text that allows two readings gives ``None``.
"""

from __future__ import annotations

import re
from decimal import Decimal

from extractors.values.tidy import fold, squeeze

ZEROS = "零〇○◯"
"""Ways to write zero; 〇 is often typed as one of the two circles."""

_DIGITS = {
    **dict.fromkeys(ZEROS, 0),
    **{
        character: value
        for value, characters in enumerate(
            ("一壹弌", "二贰貳两兩", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖"),
            start=1,
        )
        for character in characters
    },
}
_UNITS = str.maketrans("拾佰仟萬億", "十百千万亿")
_DIGIT = "".join(_DIGITS)
_NONZERO = "".join(character for character, value in _DIGITS.items() if value)

CHINESE_NUMBER = f"[{_DIGIT}十百千万亿拾佰仟萬億]+"
"""What a number in Chinese characters is made of, as a regular expression."""

_SECTION = re.compile(
    rf"(?P<lead>[{ZEROS}])?(?:(?P<thousand>[{_NONZERO}])千)?"
    rf"(?P<zero1>[{ZEROS}])?(?:(?P<hundred>[{_NONZERO}])百)?"
    rf"(?P<zero2>[{ZEROS}])?(?:(?P<ten>[{_NONZERO}])?(?P<tens>十))?"
    rf"(?P<zero3>[{ZEROS}])?(?P<one>[{_NONZERO}])?"
)
_DECIMAL = re.compile(r"(?P<sign>[+\-])?(?P<whole>\d+|\d{1,3}(?:,\d{3})+)(?:\.(?P<part>\d+))?")
_POINTS = str.maketrans("。，−", ".,-")
_PARTED = re.compile(r"[\d.,] +[\d.,]")
_AFTER_MARK = re.compile(r"(?<=\d[.,]) (?=\d)")


def parse_decimal(text: str) -> Decimal | None:
    """The number that a text in Arabic digits states, exactly.

    Half- and full-width digits; thousands separated by commas, only where they stand
    right; a negative number with a sign or in brackets.  Digits parted by a blank may be
    two numbers: ``None``, as for all else.
    """
    folded = fold(text).translate(_POINTS)
    folded = _AFTER_MARK.sub("", folded)
    if _PARTED.search(folded):
        return None
    compact = folded.replace(" ", "")
    bracketed = re.fullmatch(r"\((.+)\)", compact)
    if bracketed:
        inner = parse_decimal(bracketed.group(1))
        return None if inner is None or inner.is_signed() else -inner
    hit = _DECIMAL.fullmatch(compact)
    if not hit:
        return None
    number = Decimal(hit["whole"].replace(",", "") + "." + (hit["part"] or "0"))
    return -number if hit["sign"] == "-" and number else number


def plain(number: Decimal) -> str:
    """A decimal without exponent and without trailing zeros behind the point."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def parse_chinese_integer(text: str) -> int | None:
    """The whole number that ``一千二百零五``, ``壹拾贰万`` … state, below 10¹².

    A bare last digit is taken only where it must be the ones (``一百零五``, ``二十五``):
    ``一百五`` could be 150 and is ``None``.
    """
    text = squeeze(text).translate(_UNITS)
    if not text or text.count("亿") > 1 or text.count("万") > 1:
        return None
    if text in _DIGITS:
        return _DIGITS[text]
    head, hundred_million, rest = text.rpartition("亿")
    middle, ten_thousand, low = rest.rpartition("万")
    total = 0
    for section, marker, factor in (
        (head, hundred_million, 10**8),
        (middle, ten_thousand, 10**4),
        (low, "low", 1),
    ):
        if not section:
            if marker and marker != "low":
                return None
            continue
        value = _section(section, first=total == 0)
        if value is None:
            return None
        total += value * factor
    return total or None


def parse_chinese_digits(text: str) -> str | None:
    """``二〇二一`` as ``2021``: digits one by one; ``None`` where another sign stands."""
    digits = [_DIGITS.get(character) for character in text]
    if not digits or any(digit is None for digit in digits):
        return None
    return "".join(str(digit) for digit in digits)


def _section(text: str, *, first: bool) -> int | None:
    """The value of up to four places; ``None`` where it is empty or ambiguous."""
    hit = _SECTION.fullmatch(text)
    if not hit or text[-1] in ZEROS:
        return None
    if hit["lead"] and first:
        return None
    zero = hit["lead"] or hit["zero1"] or hit["zero2"]
    if hit["one"] and not (hit["tens"] or hit["zero3"] or zero):
        bare = hit["thousand"] or hit["hundred"] or not first
        if bare:
            return None
    if hit["tens"] and not hit["ten"] and (hit["thousand"] or hit["hundred"]) and not zero:
        return None  # 一百十五: nobody can tell what was lost
    places = ((hit["thousand"], 1000), (hit["hundred"], 100), (hit["one"], 1))
    value = sum(_DIGITS[digit] * factor for digit, factor in places if digit)
    if hit["tens"]:
        value += 10 * (_DIGITS[hit["ten"]] if hit["ten"] else 1)
    return value or None
