"""The one entrance: the text of a field, by the kind of the field, to its normal form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extractors.values import choices, codes, dates, money, people, percent, phones
from extractors.values.kinds import FieldKind
from extractors.values.numerals import parse_chinese_integer, parse_decimal, plain
from extractors.values.reading import Normalised
from extractors.values.tidy import CJK, fold, squeeze, tidy, tidy_name

__all__ = ["Normalised", "normalise"]

_NOTHING = frozenset({"无", "没有", "暂无"})
_STROKE = re.compile(r"[/\\—–\-_＿]+")
_UNFILLED = re.compile(r"[\s_＿:：]*")
_SEAL_HINT = re.compile(r"[(（](?:盖章|公章|加盖公章|单位盖章|签章|章)[)）]$")
_COUNTED = re.compile(rf"(.*?[0-9.)])\s*([{CJK}]{{1,3}}|%)")
_INDUSTRY = re.compile(r"([A-T]?[0-9]{2,4})[\s.、:：\-—]*(.*)")
_SPECKS = " .,，、·'`。"
"""What readers make of dirt beside a figure."""
_SPECK_BEHIND = re.compile(rf"(?<=[{CJK}）)])[.·]$")
_SINGLE_FIGURE = {FieldKind.MONEY, FieldKind.PERCENT, FieldKind.INTEGER, FieldKind.NUMBER}


def normalise(
    kind: FieldKind,
    raw: str,
    unit: str = "",
    options: Sequence[str] = (),
    aliases: Sequence[tuple[str, str]] = (),
) -> Normalised:
    """The normal form of a field's text, as the result tables state it.

    Names in NFKC with full-width brackets; codes in capitals; dates ISO; money as a plain
    decimal in 万元; percentages and counts as a bare number; choices sorted and joined by
    ``;``.  ``0`` and ``无`` are values.  An empty text or an unfilled template gives an
    empty value.  What cannot be understood stays as written, with ``valid`` ``False``.

    Args:
        kind: how the text is to be understood.
        raw: the text, scanner glyphs repaired.
        unit: unit of the label or column, used where the text states none; for money one
            of ``money.UNITS`` (万元 where empty), otherwise kept as it is.
        options: names to choose from (choices, districts).
        aliases: pairs of alias and option.
    """
    if _UNFILLED.fullmatch(fold(raw)):  # invisible characters fill nothing in
        return Normalised("")
    bare = squeeze(raw).strip("。.")
    if bare in _NOTHING:
        return Normalised("无")
    if _STROKE.fullmatch(bare):
        return Normalised("/", doubt="填写为“/”，请确认是否无此项")
    if kind is FieldKind.DATE:
        return _date(raw)
    result = _of_kind(kind, raw, unit, options, aliases)
    if kind in _SINGLE_FIGURE and result.valid is False and raw.strip(_SPECKS) != raw:
        whole = _of_kind(kind, raw.strip(_SPECKS), unit, options, aliases)
        if whole.valid is not False:
            return replace(whole, doubt=whole.doubt or "首尾有点，可能是污迹")
    if not result.value and fold(raw):
        return Normalised(fold(raw), unit, valid=False, doubt="内容无法识别")
    return result


def _of_kind(
    kind: FieldKind,
    raw: str,
    unit: str,
    options: Sequence[str],
    aliases: Sequence[tuple[str, str]],
) -> Normalised:
    if kind in _SINGLE_FIGURE:
        return _figure(kind, raw, unit)
    if kind in {FieldKind.CHOICE, FieldKind.DISTRICT} and options:
        return choices.read_choice(raw, options, aliases)
    if kind is FieldKind.CHOICES and options:
        return choices.read_choices(raw, options, aliases)
    return _text(kind, raw)


def _text(kind: FieldKind, raw: str) -> Normalised:
    match kind:
        case FieldKind.NAME:
            return Normalised(_SEAL_HINT.sub("", tidy_name(raw)).strip("：:，,。;； "))
        case FieldKind.USCC:
            return codes.read_uscc(raw)
        case FieldKind.PERSON:
            return people.read_person(raw)
        case FieldKind.TEL | FieldKind.FAX:
            return phones.read_telephone(raw)
        case FieldKind.MOBILE:
            return phones.read_mobile(raw)
        case FieldKind.EMAIL:
            return phones.read_email(raw)
        case FieldKind.POSTCODE:
            return phones.read_postcode(raw)
        case FieldKind.INDUSTRY:
            hit = _INDUSTRY.fullmatch(tidy(raw))
            return Normalised(f"{hit[1]} {hit[2]}".strip() if hit else tidy(raw))
        case _:
            return Normalised(_SPECK_BEHIND.sub("", tidy(raw)))


def _date(raw: str) -> Normalised:
    if dates.is_blank_date(raw):
        return Normalised("")
    reading = dates.parse_date(raw)
    if reading:
        exact = reading.day is not None
        return Normalised(reading.iso, valid=True if exact else None)
    if dates.is_half_filled(raw):
        return Normalised("", doubt="日期未填完整")
    period = dates.parse_period(raw)
    if period:
        value = "/".join(part for part in (period.start, period.end) if part)
        return Normalised(value, valid=True)
    among = [reading.iso for _, _, reading in dates.find_dates(raw) if reading.day]
    if len(among) == 1:  # signs of a stamp, or the next place's words
        return Normalised(among[0], valid=True, doubt="日期前后夹有其他文字")
    return Normalised(tidy(raw), valid=False, doubt="不是一个存在的日期，或写法无法识别")


def _figure(kind: FieldKind, raw: str, unit: str) -> Normalised:
    if kind is FieldKind.MONEY:
        amount = money.parse_money(raw, unit or "万元")
        if amount is None:
            return Normalised(tidy(raw), "万元", valid=False, doubt="金额的写法无法识别")
        doubt = "原文为约数" if amount.about else ""
        return Normalised(plain(amount.ten_thousand), "万元", doubt=doubt)
    if kind is FieldKind.PERCENT:
        percentage = percent.parse_percent(raw)
        if percentage is None:
            return Normalised(tidy(raw), "%", valid=False, doubt="百分比的写法无法识别")
        doubt = "原文为约数" if percentage.about else ""
        return Normalised(plain(percentage.number), "%", doubt=doubt)
    return _count(kind, raw, unit)


def _count(kind: FieldKind, raw: str, unit: str) -> Normalised:
    counted = _COUNTED.fullmatch(raw.strip())
    stated = counted[2] if counted else ""
    number = parse_decimal(counted[1] if counted else raw)
    if stated and number is not None and unit and stated != unit and stated not in _COUNT_WORDS:
        return Normalised(tidy(raw), unit, valid=False, doubt=f"单位为“{stated}”，应为“{unit}”")
    if number is None:
        words = re.sub(rf"(?:{'|'.join(_COUNT_WORDS)})$", "", squeeze(raw))
        whole = parse_chinese_integer(words)
        if whole is None:
            return Normalised(tidy(raw), unit, valid=False, doubt="数字的写法无法识别")
        return Normalised(str(whole), unit)
    if kind is FieldKind.INTEGER and number != number.to_integral_value():
        return Normalised(plain(number), unit, valid=False, doubt="应为整数")
    return Normalised(plain(number), unit)


_COUNT_WORDS = ("人", "名", "位", "件", "项", "个", "家", "户", "年", "台", "套", "种")
