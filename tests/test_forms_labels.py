"""Labels are recognised by their wording, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.forms.labels import SURE, LabelIndex, label_forms, label_score, stated_unit
from extractors.forms.spec import FieldSpec
from extractors.forms.years import year_of_heading, year_within
from extractors.values.kinds import FieldKind


def spec(key: str, *labels: str, after: str = "") -> FieldSpec:
    return FieldSpec(key=key, labels=labels, kind=FieldKind.TEXT, after=after)


INDEX = LabelIndex(
    [
        spec("revenue", "营业收入（万元）", "营业总收入"),
        spec("main_revenue", "其中：主营业务收入（万元）", "主营业务收入"),
        spec("growth", "主营业务收入增长率（%）", "增长率"),
        spec("assets", "资产总额"),
        spec("liabilities", "负债总额"),
        spec("ownership", "企业类型"),
        spec("size", "企业类型（规模）"),
        spec("email", "E-mail"),
        spec("tel", "电话", after="rep"),
        spec("contact_tel", "电话", after="contact"),
        spec("name", "企业名称（盖章）", "申报单位"),
    ]
)


def best(text: str) -> str:
    matches = INDEX.matches(text)
    return matches[0].key if matches else ""


@pytest.mark.parametrize(
    ("printed", "key"),
    [
        ("营业收入", "revenue"),
        ("营 业 收 入（万元）：", "revenue"),
        ("1、营业收入（单位：万元）", "revenue"),
        ("其中：主营业务收入", "main_revenue"),
        ("企业名称", "name"),
        ("企业名称（盖章）：", "name"),
        ("申报单位(盖章)", "name"),
        ("主营业务收入增长率(%)", "growth"),
        ("年末资产总额", "assets"),
        ("企业类型", "ownership"),
        ("企业类型（规模）", "size"),
    ],
)
def test_a_label_is_recognised_in_spite_of_spaces_units_and_numbering(printed, key):
    assert best(printed) == key
    assert INDEX.matches(printed)[0].score >= SURE


@pytest.mark.parametrize(
    ("printed", "key"),
    [("营业收人（万元）", "revenue"), ("主营业努收入", "main_revenue"), ("E-mai1", "email")],
)
def test_a_misread_character_still_names_the_label(printed, key):
    assert best(printed) == key


@pytest.mark.parametrize(
    "printed", ["境外营业成本", "资产", "总额", "大连某某机械有限公司", "12345", "", "年 月 日"]
)
def test_what_is_no_label_names_nothing(printed):
    assert best(printed) == ""


def test_a_head_that_differs_is_another_thing_not_a_reading_error():
    assert best("主营业务收入增长率") == "growth"
    assert best("负债总额") == "liabilities"
    assert label_score("资产负债率", "资产负债额") < SURE


def test_a_shared_label_names_all_of_its_fields():
    assert {match.key for match in INDEX.matches("电话")} == {"tel", "contact_tel"}


def test_a_longer_noun_with_the_same_head_is_less_sure_than_the_label_itself():
    assert 0 < label_score("境外子公司营业总收入", "营业总收入") < 0.88


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("营业收入（万元）", "万元"),
        ("单位：元", "元"),
        ("金额单位：万元", "万元"),
        ("占比(%)", "%"),
        ("职工总数（人）", "人"),
        ("注册资本（万元人民币）", "万元"),
        ("企业名称（盖章）", ""),
    ],
)
def test_the_unit_is_read_from_a_label_or_a_tables_head(text, unit):
    assert stated_unit(text) == unit


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2018年", 2018),
        ("2018", 2018),
        ("2018年度", 2018),
        ("2O20年", 2020),
        ("上年", 2020),
        ("前年", 2019),
        ("2018年数", 2018),
        ("20180", None),
        ("3018年", None),
        ("合计", None),
    ],
)
def test_headings_of_years_are_recognised(text, year):
    assert year_of_heading(text, (2018, 2019, 2020)) == year


def test_relative_years_need_the_years_of_the_form():
    assert year_of_heading("上年") is None


def test_a_year_within_a_label_is_taken_out_of_it():
    assert year_within("2020年营业收入") == (2020, "营业收入")
    assert year_within("2019年至2020年增长率")[0] is None
    assert year_within("营业收入（2020）") == (2020, "营业收入()")


@pytest.mark.parametrize(
    "text", ["注册资金(万元)2000", "注册资本:2000", "注册资金(万元)2000万元", "营业收入2000.5"]
)
def test_a_bare_figure_behind_a_label_is_no_year(text):
    assert year_within(text) == (None, text)


@given(st.text(max_size=40))
def test_any_text_can_be_compared_and_scores_stay_between_0_and_1(text):
    assert 0.0 <= label_score(text, "营业收入（万元）") <= 1.0
    for match in INDEX.matches(text):
        assert 0.0 <= match.score <= 1.0
    assert all(form == form.strip() for form in label_forms(text))


@given(st.sampled_from(["营业收入", "资产总额", "负债总额"]), st.integers(0, 3))
def test_spaces_between_characters_change_nothing(label, width):
    assert best((" " * width).join(label)) == best(label)
