"""Dates, money, counts, phones, names and choices in their normal form."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extractors.values.dates import find_dates, is_blank_date, parse_date, parse_period, with_year
from extractors.values.kinds import FieldKind
from extractors.values.money import parse_capitals, parse_money, write_capitals
from extractors.values.normalise import normalise
from extractors.values.numerals import parse_chinese_integer, parse_decimal, plain
from extractors.values.percent import parse_percent
from extractors.values.similarity import LOOKALIKE_COST, ocr_distance, same_reading
from extractors.values.tidy import tidy

DIGITS = "〇一二三四五六七八九"


def chinese_small(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十"
    return head + (DIGITS[ones] if ones else "")


def written_dates(day: date) -> list[str]:
    year = "".join(DIGITS[int(digit)] for digit in str(day.year))
    return [
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year} 年 {day.month:02d} 月 {day.day:02d} 日",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month:02d}/{day.day:02d}",
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"{day:%Y-%m-%d} 08:30:00",
        f"{year}年{chinese_small(day.month)}月{chinese_small(day.day)}日",
        f"{year}年{chinese_small(day.month)}月{chinese_small(day.day)}日".replace("〇", "○"),
    ]


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_way_of_writing_a_date_is_read_as_that_date(day: date) -> None:
    for text in written_dates(day):
        reading = parse_date(text)
        assert reading and reading.day == day, text


@pytest.mark.parametrize(
    "text",
    [
        "2021-02-30",
        "2021年13月1日",
        "2021.6.0",
        "21.6.4",
        "12021.6.4",
        "2021.6-4",
        "六月四日",
        "12",
    ],
)
def test_impossible_and_ambiguous_dates_are_not_dates(text: str) -> None:
    assert parse_date(text) is None
    result = normalise(FieldKind.DATE, text)
    assert (result.valid, result.value) == (False, text)


def test_a_year_and_month_stay_a_year_and_month() -> None:
    assert normalise(FieldKind.DATE, "2021年6月").value == "2021-06"
    assert normalise(FieldKind.DATE, "二○二一年六月").value == "2021-06"
    assert normalise(FieldKind.DATE, "2021年6月").valid is None


@pytest.mark.parametrize("text", ["年　月　日", "20__年__月__日", "", " 年月日 ", "____年__月__日"])
def test_an_unfilled_template_is_a_missing_date(text: str) -> None:
    assert is_blank_date(text)
    assert normalise(FieldKind.DATE, text) == normalise(FieldKind.DATE, "")


def test_a_half_filled_template_is_missing_and_says_so() -> None:
    result = normalise(FieldKind.DATE, "2021年  月  日")
    assert (result.value, result.doubt) == ("", "日期未填完整")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("自2010年05月12日至2030年05月11日", "2010-05-12/2030-05-11"),
        ("2010.5.12-2030.5.11", "2010-05-12/2030-05-11"),
        ("2010-05-12-2030-05-11", "2010-05-12/2030-05-11"),
        ("2010-05-12至长期", "2010-05-12/长期"),
        ("无固定期限", "长期"),
    ],
)
def test_a_term_keeps_its_two_ends(text: str, value: str) -> None:
    assert normalise(FieldKind.DATE, text).value == value


def test_a_term_that_ends_before_it_begins_is_none() -> None:
    assert parse_period("2030-01-01至2020-01-01") is None


def test_dates_are_found_in_running_text() -> None:
    text = "本报告由我所于2021年3月2日出具，截至2020.12.31。"
    assert [reading.iso for _, _, reading in find_dates(text)] == ["2021-03-02", "2020-12-31"]


amounts = st.decimals(Decimal("-99999999"), Decimal("99999999"), places=2, allow_nan=False)


@given(amounts)
def test_an_amount_is_the_same_however_it_is_written(amount: Decimal) -> None:
    number = amount + 0
    wide = str.maketrans("0123456789.,-", "０１２３４５６７８９．，－")
    for text in (f"{number}", f"{number:,}", f"{number:,}".translate(wide), f" {number} 万元"):
        result = normalise(FieldKind.MONEY, text)
        assert Decimal(result.value) == number, text
    if number < 0:
        assert Decimal(normalise(FieldKind.MONEY, f"（{-number:,}）").value) == number
    yuan = normalise(FieldKind.MONEY, f"{number * 10_000:f}元")
    assert Decimal(yuan.value) == number


@given(st.integers(1, 10**13 - 1))
def test_capitals_round_trip(cents: int) -> None:
    yuan = Decimal(cents) / 100
    assert parse_capitals("人民币" + write_capitals(yuan)) == yuan


@given(st.integers(1, 10**9))
def test_a_plain_decimal_has_no_exponent_and_no_idle_zero(number: int) -> None:
    text = plain(Decimal(number) * Decimal("0.10"))
    assert "E" not in text and not text.endswith(".")
    assert Decimal(text) == Decimal(number) / 10


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.2亿元", "12000"),
        ("1亿2000万元", "12000"),
        ("5千万", "5000"),
        ("伍佰万元整", "500"),
        ("五百", "500"),
        ("1234.50", "1234.5"),
        ("0", "0"),
        ("500 万元人民币", "500"),
    ],
)
def test_amounts_come_out_in_ten_thousands(text: str, value: str) -> None:
    assert normalise(FieldKind.MONEY, text).value == value


def test_an_approximate_amount_is_doubtful() -> None:
    result = normalise(FieldKind.MONEY, "约500万元")
    assert (result.value, result.doubt) == ("500", "原文为约数")


@pytest.mark.parametrize(
    "text", ["500万美元", "1,23", "12 34", "1.2.3", "¥500", "500-600", "1,2345", "万元", "三五百"]
)
def test_what_is_not_one_amount_stays_as_written(text: str) -> None:
    result = normalise(FieldKind.MONEY, text)
    assert result.valid is False
    assert result.value == text
    assert parse_money(text) is None


@pytest.mark.parametrize("text", ["一百五", "一万五", "一百十五", "一千零", "万", "一二"])
def test_numerals_with_two_readings_are_refused(text: str) -> None:
    assert parse_chinese_integer(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12.50%", "12.5"),
        ("１２．５％", "12.5"),
        ("-3", "-3"),
        ("百分之十二点五", "12.5"),
        ("0", "0"),
    ],
)
def test_percentages_are_bare_numbers(text: str, value: str) -> None:
    assert normalise(FieldKind.PERCENT, text).value == value


@pytest.mark.parametrize("text", ["3‰", "30%-40%", ">5", "十"])
def test_what_is_not_a_percentage_is_refused(text: str) -> None:
    assert parse_percent(text) is None


def test_counts_lose_their_unit_and_refuse_another_one() -> None:
    assert normalise(FieldKind.INTEGER, "120 人", "人").value == "120"
    assert normalise(FieldKind.INTEGER, "一百二十人", "人").value == "120"
    assert normalise(FieldKind.INTEGER, "12.5", "人").valid is False
    assert normalise(FieldKind.INTEGER, "12万", "人").valid is False


@pytest.mark.parametrize("kind", [k for k in FieldKind if k is not FieldKind.NAME])
def test_none_and_nought_are_values(kind: FieldKind) -> None:
    assert normalise(kind, " 无 ").value == "无"
    assert normalise(kind, "0").value == "0"


@pytest.mark.parametrize("kind", list(FieldKind))
@given(text=st.text(max_size=30))
@example(text="\xad")
def test_no_text_of_any_kind_vanishes_without_a_word(kind: FieldKind, text: str) -> None:
    result = normalise(kind, text, options=("甲", "乙"))
    assert result.valid is not False or result.doubt
    if not result.value and not result.doubt:
        assert is_blank_date(text) or not tidy(text.strip("_:："))


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (FieldKind.TEL, "(0411) 8368 6040", "0411-83686040"),
        (FieldKind.TEL, "041183686040", "0411-83686040"),
        (FieldKind.TEL, "83686040", "83686040"),
        (FieldKind.TEL, "0411—83686040转801", "0411-83686040-801"),
        (FieldKind.MOBILE, "+86 186-0404-1767", "18604041767"),
        (FieldKind.EMAIL, "zhang。san＠163。com", "zhang.san@163.com"),
        (FieldKind.POSTCODE, "１１６０００", "116000"),
        (FieldKind.PERSON, "张 三（签字）", "张三"),
        (FieldKind.NAME, "富乐马鸿凯 (大连)医药有限公司（盖章）", "富乐马鸿凯（大连）医药有限公司"),
        (FieldKind.INDUSTRY, "35专用设备制造业", "35 专用设备制造业"),
    ],
)
def test_short_fields_have_one_form(kind: FieldKind, text: str, value: str) -> None:
    result = normalise(kind, text)
    assert result.value == value
    assert result.valid is not False


@pytest.mark.parametrize(
    ("kind", "text"),
    [(FieldKind.MOBILE, "1860404176"), (FieldKind.POSTCODE, "116O00"), (FieldKind.EMAIL, "a@b")],
)
def test_a_broken_number_is_kept_and_marked(kind: FieldKind, text: str) -> None:
    result = normalise(kind, text)
    assert (result.value, result.valid) == (text, False)


def test_choices_are_sorted_and_a_likely_one_is_only_proposed() -> None:
    options = ("专业化", "精细化", "特色化", "创新化")
    aliases = (("新颖化", "创新化"),)
    both = normalise(FieldKind.CHOICES, "特色化、新颖化", options=options, aliases=aliases)
    assert (both.value, both.valid) == ("创新化;特色化", True)
    misread = normalise(FieldKind.CHOICE, "专亚化", options=options)
    assert (misread.value, misread.valid) == ("专亚化", False)
    assert "专业化" in misread.doubt


def test_a_look_alike_is_nearer_than_another_character() -> None:
    assert ocr_distance("太连", "大连") == LOOKALIKE_COST
    assert ocr_distance("沈连", "大连") == 1
    assert same_reading("海鑫 (大连)", "海鑫（大连）")


@given(st.text(max_size=12), st.text(max_size=12))
def test_the_distance_is_symmetric_and_nought_only_for_the_same_reading(a: str, b: str) -> None:
    assert ocr_distance(a, b) == pytest.approx(ocr_distance(b, a))
    assert (ocr_distance(a, b) == 0) == same_reading(a, b)


def test_two_numbers_parted_by_a_blank_are_not_one() -> None:
    assert parse_decimal("500 600") is None
    assert parse_decimal("1, 234.5") == Decimal("1234.5")


@pytest.mark.parametrize(
    ("left", "whole"),
    [
        ("一年五月二十八日", "2021-05-28"),
        ("〇二一年六月二日", "2021-06-02"),
        ("021年5月28日", "2021-05-28"),
        ("年六月四日", "2021-06-04"),
        ("九年六月四日", ""),
        ("二〇二一年六月四日", ""),
        ("年 月 日", ""),
        ("年三月三十二日", ""),
    ],
)
def test_a_year_that_lost_its_first_figures_is_filled_in_only_where_the_rest_fits(left, whole):
    reading = parse_date(with_year(left, 2021))
    assert (reading.iso if reading else "") == whole


def test_a_date_among_signs_of_a_stamp_is_found_and_doubted():
    found = normalise(FieldKind.DATE, "盛特2021.5.29集团")
    assert (found.value, found.valid) == ("2021-05-29", True)
    assert found.doubt
    assert normalise(FieldKind.DATE, "自2021.5.29至2022.5.28止另见2023.1.1").valid is False


def test_a_small_l_and_a_one_are_look_alikes():
    assert ocr_distance("Ti-6Al-4V", "Ti-6A1-4V") == LOOKALIKE_COST


def test_a_speck_behind_a_mark_is_no_dot():
    assert tidy("计算机软硬件、.工业互联网平台的开发") == "计算机软硬件、工业互联网平台的开发"
    assert tidy(".长期") == "长期"


def test_dots_that_belong_to_the_text_stay():
    for text in (".NET平台开发", "采用、.NET平台", "第3.5条，2.4亿元", "A.B公司"):
        assert tidy(text) == text


def test_a_dot_behind_a_closing_bracket_is_a_speck():
    assert (
        normalise(FieldKind.TEXT, "离散制造MES平台（iFactory）.").value
        == "离散制造MES平台（iFactory）"
    )
