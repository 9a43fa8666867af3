"""Dates and periods as forms and certificates write them, to ISO 8601."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from extractors.values.numerals import ZEROS, parse_chinese_digits, parse_chinese_integer
from extractors.values.tidy import fold

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years outside are taken for a misreading."""

OPEN_END = "长期"
"""How a period without an end is written in a normalised value."""

_OPEN_WORDS = r"(?:长期(?:有效|经营)?|无固定期限|不约定期限|永久(?:有效|存续)?)"
_CHINESE_YEAR = rf"[一二三四五六七八九Oo0{ZEROS}]{{4}}"
_SMALL = r"(?:[一二三四五六七八九]|[一二三]?十[一二三四五六七八九]?)"
_WORDED = re.compile(rf"({_CHINESE_YEAR})年(?:({_SMALL})月(?:({_SMALL})日?)?)?")
_FIGURES = re.compile(
    r"(\d{4})(?:年(?:(\d{1,2})(?:月(?:(\d{1,2})日?)?)?)?"
    r"|([.\-/])(\d{1,2})(?:\4(\d{1,2})[日.]?)?|(?=$))"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CLOCK = re.compile(r"(?<=\d)[ T日]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$")
_TEMPLATE = re.compile(r"(?:(?:19|20)\d?|二[〇零○]{1,2})?年?月?日?")
_FILLERS = re.compile(r"[\s_＿…·]+")
_DASHES = str.maketrans({"—": "-", "–": "-", "−": "-", "。": "."})
_PARTS = re.compile(r"(?:至|到|~|∼|-{1,2}(?=\d{4}[.年/-]|长期|永久|无固定))")
_IN_TEXT = re.compile(
    rf"(?<!\d)\d{{4}}\s*年\s*\d{{1,2}}\s*月(?:\s*\d{{1,2}}\s*日)?"
    rf"|(?<![\d.])\d{{4}}([.\-/])\d{{1,2}}\1\d{{1,2}}(?!\d)"
    rf"|{_CHINESE_YEAR}年{_SMALL}月(?:{_SMALL}日)?"
)


@dataclass(frozen=True, slots=True)
class DateReading:
    """A date to the day, the month or the year."""

    iso: str
    """``2021-06-04``, ``2021-06`` or ``2021``."""

    @property
    def day(self) -> date | None:
        """The date, where the reading is exact to the day."""
        return date.fromisoformat(self.iso) if len(self.iso) == 10 else None


@dataclass(frozen=True, slots=True)
class Period:
    """From a date to a date; ISO, either may be empty where the text does not say it."""

    start: str
    end: str
    """Empty where not stated; ``长期`` where the period has no end."""


def parse_date(text: str) -> DateReading | None:
    """The one date that the text states; ``None`` for anything else.

    ``2021年6月4日``, ``2021.6.4``, ``2021-06-04``, ``2021/6/4``, ``20210604``,
    ``二〇二一年六月四日``; year and month, or the year, alone; a time of day behind the
    date is dropped.  Days that no calendar has are not dates.
    """
    text = _CLOCK.sub("", fold(text).translate(_DASHES)).replace(" ", "").rstrip(".")
    worded = _WORDED.fullmatch(text)
    if worded:
        year = parse_chinese_digits(re.sub("[Oo0]", "〇", worded[1]))
        month = parse_chinese_integer(worded[2]) if worded[2] else None
        day = parse_chinese_integer(worded[3]) if worded[3] else None
        if (worded[2] and not month) or (worded[3] and not day):
            return None
        return _reading(int(year or 0), month, day)
    compact = _COMPACT.fullmatch(text)
    if compact:
        return _reading(*(int(part) for part in compact.groups()))
    hit = _FIGURES.fullmatch(text)
    if not hit:
        return None
    month_text, day_text = hit[2] or hit[5], hit[3] or hit[6]
    return _reading(
        int(hit[1]),
        int(month_text) if month_text else None,
        int(day_text) if day_text else None,
    )


def is_blank_date(text: str) -> bool:
    """Whether the text is an unfilled template such as ``年　月　日`` or ``20__年__月__日``."""
    rest = _FILLERS.sub("", fold(text))
    return rest == "" or (bool(_TEMPLATE.fullmatch(rest)) and rest not in {"19", "20"})


def is_half_filled(text: str) -> bool:
    """Whether a template was begun and not finished: ``2021年  月  日``, ``年6月日``."""
    rest = _FILLERS.sub("", fold(text))
    hit = re.fullmatch(r"(\d{4})?年(\d{1,2})?月(?:(\d{1,2})?日)?", rest)
    if hit is None or is_blank_date(text) or all(hit.groups()):
        return False
    return parse_date(text) is None


def with_year(text: str, year: int) -> str:
    """A date whose year lost its first figures, with the year filled in; empty for others.

    Args:
        text: ``一年五月二十八日``, ``21年5月28日``: what a stamp left of 二〇二一年, 2021年.
        year: The year that it may be; what is left of the year must be the end of it.
    """
    rest = re.sub("[Oo0零○]", "〇", _FILLERS.sub("", fold(text)))
    hit = re.fullmatch(rf"([\d〇一二三四五六七八九]{{0,3}})年((?:\d{{1,2}}|{_SMALL})月.+日)", rest)
    digits = str(year).replace("0", "〇")
    words = "".join("〇一二三四五六七八九"[int(figure)] for figure in str(year))
    if hit is None or not (digits.endswith(hit[1]) or words.endswith(hit[1])):
        return ""
    figures = hit[2][0].isdigit()
    return f"{year}年{hit[2].replace('〇', '0')}" if figures else f"{words}年{hit[2]}"


def parse_period(text: str) -> Period | None:
    """A term of validity: ``自2010年5月12日至2030年5月11日``, ``2010-05-12至长期``, ``长期``."""
    text = fold(text).translate(_DASHES).replace(" ", "").strip("()（）")
    if re.fullmatch(_OPEN_WORDS, text):
        return Period("", OPEN_END)
    text = re.sub(r"^(?:自|从)|起(?=至|到)|(?:止|为止)$", "", text)
    parts = [part for part in _PARTS.split(text) if part]
    if len(parts) == 1 and text[:1] in "至到":
        end = parse_date(parts[0])
        return Period("", end.iso) if end else None
    if len(parts) != 2:
        return None
    start = parse_date(parts[0])
    if re.fullmatch(_OPEN_WORDS, parts[1]):
        return Period(start.iso, OPEN_END) if start else None
    end = parse_date(parts[1])
    if not start or not end or end.iso < start.iso:
        return None
    return Period(start.iso, end.iso)


def find_dates(text: str) -> Iterator[tuple[int, int, DateReading]]:
    """Every date in running text as ``(from, to, reading)``, in reading order."""
    for hit in _IN_TEXT.finditer(text):
        reading = parse_date(hit.group())
        if reading:
            yield hit.start(), hit.end(), reading


def _reading(year: int, month: int | None = None, day: int | None = None) -> DateReading | None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    if month == 0 or day == 0:
        return None
    parts = (f"{year:04d}", f"{month:02d}" if month else "", f"{day:02d}" if day else "")
    return DateReading("-".join(part for part in parts if part))
