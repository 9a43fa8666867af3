"""Percentages as a bare number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from extractors.values.numerals import parse_chinese_integer, parse_decimal
from extractors.values.tidy import squeeze


@dataclass(frozen=True, slots=True)
class Percentage:
    """A percentage: ``number`` is 12.5 for 12.5 %."""

    number: Decimal
    about: bool


def parse_percent(text: str) -> Percentage | None:
    """``12.5%``, ``12.5``, ``-3.2％``, ``(3.2)%``, ``百分之十二``; ``None`` for all else.

    A per mille sign, a range or a comparison is not a percentage.
    """
    compact = squeeze(text).replace("。", ".")
    about = bool(re.match(r"(?:大?约|近)", compact) or compact.endswith("左右"))
    compact = re.sub(r"^(?:大?约|近)|左右$", "", compact)
    worded = re.fullmatch(r"(负)?百分之(.+?)(?:点(.+))?", compact)
    if worded:
        whole = 0 if worded[2] in "零〇" else parse_chinese_integer(worded[2])
        digits = ["零一二三四五六七八九".find(sign) for sign in worded[3] or ""]
        if whole is None or -1 in digits:
            return None
        number = Decimal(f"{whole}.{''.join(map(str, digits)) or '0'}")
        return Percentage(-number if worded[1] else number, about)
    inner = re.fullmatch(r"\((.+)\)", compact)
    if inner and inner[1].endswith("%"):
        compact = f"({inner[1][:-1]})"
    value = parse_decimal(compact.removesuffix("%"))
    return None if value is None else Percentage(value, about)
