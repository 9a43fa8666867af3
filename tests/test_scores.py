"""The score of 工信部企业〔2022〕63号, worked by hand (facts §3.4)."""

from __future__ import annotations

import shutil
from decimal import Decimal

import pytest
from builders_check import claims, outcome, requests
from builders_national import NATIONAL, applied, national, points
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.programme import load_programme
from pipeline.records import FieldState, Outcome

STRONG = {
    # 专业化: 9,000÷10,000＝90%, 5 points; [(8,000÷6,400－1)+(9,000÷8,000－1)]÷2 = (25%+12.5%)÷2
    # = 18.75%, 10 points; 12 years are 6 times 2, capped at 5; 补短板, 5 points: 25 of 25.
    "revenue.2021": "10000",
    "main_revenue.2019": "6400",
    "main_revenue.2020": "8000",
    "main_revenue.2021": "9000",
    "niche_years": "12",
    "product_field": "补短板",
    # 精细化: level 3, 5 points; award and ISO 9001, 2×3=6, capped at 5; 1,200÷10,000＝12%,
    # 10 points; 4,000÷10,000＝40%, 5 points: 25 of 25.
    "digital_level": "三级",
    "quality_award": "是",
    "certs": "ISO9001质量管理体系",
    "brand": "无",
    "standards": "无",
    "net_profit.2021": "1200",
    "assets.2021": "10000",
    "liabilities.2021": "4000",
    # 创新能力: a high-value Ⅰ类, 10 points; 550万元, 10 points (5.5% would have 4); 25÷100＝25%,
    # 5 points; provincial, 8 points: 33 of 35.
    "ip1_high": "1",
    "ip1_own": "1",
    "ip1": "2",
    "ip2": "3",
    "rd_expense.2020": "500",
    "rd_expense.2021": "550",
    "employees.2021": "100",
    "rd_staff.2021": "25",
    "rd_body_level": "省级",
    "new_equity": "0",
    "science_award": "否",
    "maker_contest": "否",
}
STRONG_POINTS = {
    "main_share_points": 5, "growth_points": 10, "niche_points": 5, "field_points": 5,
    "digital_points": 5, "quality_points": 5, "margin_points": 10, "debt_points": 5,
    "ip_points": 10, "rd_points": 10, "rd_staff_points": 5, "rd_body_points": 8,
}  # fmt: skip

MIDDLING = STRONG | {
    # 专业化: 3,600÷5,000＝72%, 3; [(3,200÷3,000－1)+(3,600÷3,200－1)]÷2 = (6.67%+12.5%)÷2 = 9.58%,
    # 8; 7 years are 3 times 2, 3; 六基, 3: 17.
    "revenue.2021": "5000",
    "main_revenue.2019": "3000",
    "main_revenue.2020": "3200",
    "main_revenue.2021": "3600",
    "niche_years": "7",
    "product_field": "工业六基",
    # 精细化: level 2, 3; a brand alone, 3; 350÷5,000＝7%, 6; 2,750÷5,000＝55%, 3: 15.
    "digital_level": "二级",
    "quality_award": "否",
    "certs": "无",
    "brand": "星河牌",
    "net_profit.2021": "350",
    "assets.2021": "5000",
    "liabilities.2021": "2750",
    # 创新能力: Ⅰ类 that was bought in, 6; 210万元 has 4, 210÷5,000＝4.2% has 4: 4;
    # 12÷100＝12%, 3; city, 4: 17.
    "ip1_high": "0",
    "ip1_own": "0",
    "ip1": "1",
    "rd_expense.2020": "180",
    "rd_expense.2021": "210",
    "rd_staff.2021": "12",
    "rd_body_level": "市级",
}
MIDDLING_POINTS = {
    "main_share_points": 3, "growth_points": 8, "niche_points": 3, "field_points": 3,
    "digital_points": 3, "quality_points": 3, "margin_points": 6, "debt_points": 3,
    "ip_points": 6, "rd_points": 4, "rd_staff_points": 3, "rd_body_points": 4,
}  # fmt: skip

WEAK = STRONG | {
    # 专业化: 650÷1,000＝65%, 1; [(700÷700－1)+(650÷700－1)]÷2 = (0%－7.14%)÷2 = －3.57%, 0;
    # 3 years are once 2, 1; none of the fields, 0: 2.
    "revenue.2021": "1000",
    "main_revenue.2019": "700",
    "main_revenue.2020": "700",
    "main_revenue.2021": "650",
    "niche_years": "3",
    "product_field": "均不属于",
    # 精细化: level 1, 0; nothing, 0; 30÷1,000＝3%, 2; 720÷1,000＝72%, 0: 2.
    "digital_level": "一级",
    "quality_award": "否",
    "certs": "无",
    "net_profit.2021": "30",
    "assets.2021": "1000",
    "liabilities.2021": "720",
    # 创新能力: Ⅱ类 alone, 2; 100万元 has 2, but 100÷1,000＝10% has 10: 10; 4÷100＝4%, 0;
    # no body, 0: 12.
    "ip1_high": "0",
    "ip1_own": "0",
    "ip1": "0",
    "ip2": "2",
    "rd_expense.2020": "90",
    "rd_expense.2021": "100",
    "rd_staff.2021": "4",
    "rd_body_level": "未建立",
}
WEAK_POINTS = {
    "main_share_points": 1, "growth_points": 0, "niche_points": 1, "field_points": 0,
    "digital_points": 0, "quality_points": 0, "margin_points": 2, "debt_points": 0,
    "ip_points": 2, "rd_points": 10, "rd_staff_points": 0, "rd_body_points": 0,
}  # fmt: skip

CASES = {
    "strong": (STRONG, STRONG_POINTS, 83, Outcome.MET),
    "middling": (MIDDLING, MIDDLING_POINTS, 49, Outcome.UNKNOWN),  # 49 and up to 15 more
    "weak": (WEAK, WEAK_POINTS, 16, Outcome.UNMET),  # 16 and 15 are less than 60
}


@pytest.mark.parametrize("name", CASES)
def test_the_score_agrees_with_the_one_worked_by_hand(name):
    form, expected, total, reached = CASES[name]
    judgement = applied(form)
    found = points(judgement)
    for indicator, worth in expected.items():
        line = found[indicator]
        assert (line.at_least, line.at_most) == (worth, worth), line.sentence
    assert sum(expected.values()) == total
    # The province's own indicators are not known: they make a range of 15, no zero.
    assert (found["local_points"].at_least, found["local_points"].at_most) == (0, 15)
    assert (found[""].at_least, found[""].at_most, found[""].cap) == (total, total + 15, 100)
    assert outcome(judgement, "score_reached") is reached


def test_the_groups_add_up_to_a_hundred_points():
    caps: dict[str, float] = {}
    for item in national().indicators:
        caps[item.group] = caps.get(item.group, 0) + item.cap
    assert caps == {"专业化": 25, "精细化": 25, "特色化": 15, "创新能力": 35}


def test_the_indicators_of_the_province_can_be_filled_in_without_code(tmp_path):
    folder = shutil.copytree(NATIONAL, tmp_path / "pack")
    text = (folder / "scores.toml").read_text("utf-8")
    old = 'name = "地方特色指标"\ntiers = ["sme"]\ncap = 15\n'
    assert old in text
    bands = 'of = "new_equity"\nbands = [{ points = 15, op = ">=", value = 0 }]\n'
    head, _, tail = text.partition(old)
    tail = tail.replace('status = "unknown"', 'status = "confirmed"', 1)
    (folder / "scores.toml").write_text(head + old + bands + tail, "utf-8")
    judgement = applied(MIDDLING, load_programme(folder))
    total = points(judgement)[""]
    assert (total.at_least, total.at_most) == (64, 64)
    assert outcome(judgement, "score_reached") is Outcome.MET


BOUNDS = [
    ("main_share_points", {"main_revenue.2021": "8000"}, 5),
    ("main_share_points", {"main_revenue.2021": "7999"}, 3),
    ("main_share_points", {"main_revenue.2021": "5999"}, 0),
    ("debt_points", {"liabilities.2021": "5000"}, 5),
    ("debt_points", {"liabilities.2021": "5001"}, 3),
    ("debt_points", {"liabilities.2021": "7000"}, 1),
    ("debt_points", {"liabilities.2021": "7001"}, 0),
    ("margin_points", {"net_profit.2021": "-5"}, 0),
    ("niche_points", {"niche_years": "1.9"}, 0),
    ("niche_points", {"niche_years": "2"}, 1),
    ("rd_points", {"rd_expense.2021": "99"}, 0),
    ("rd_points", {"rd_expense.2021": "300"}, 6),
    ("rd_staff_points", {"rd_staff.2021": "20"}, 5),
    ("rd_staff_points", {"rd_staff.2021": "5"}, 1),
]


@pytest.mark.parametrize(("indicator", "change", "worth"), BOUNDS)
def test_a_figure_on_a_bound_takes_the_higher_band(indicator, change, worth):
    line = points(applied(STRONG | change))[indicator]
    assert (line.at_least, line.at_most) == (worth, worth), line.sentence


def test_what_is_not_known_is_a_range_and_never_a_silent_zero():
    nothing = points(applied({}))
    assert (nothing[""].at_least, nothing[""].at_most) == (0, 100)
    some = points(applied(STRONG | {"ip1_high": "", "digital_level": ("二级", FieldState.REVIEW)}))
    assert (some["ip_points"].at_least, some["ip_points"].at_most) == (8, 10)
    assert (some["digital_points"].at_least, some["digital_points"].at_most) == (0, 5)
    assert "尚不能确定" in some["ip_points"].sentence


def test_a_stated_share_that_the_figures_contradict_makes_a_range():
    line = points(applied(STRONG | {"main_ratio": "75"}))["main_share_points"]
    assert (line.at_least, line.at_most) == (3, 5)
    assert "两者不符" in line.value


def test_a_line_of_the_score_says_what_it_was_worked_out_from():
    line = points(applied(STRONG))["main_share_points"]
    assert "9000" in line.value and "10000" in line.value and "90%" in line.value
    assert line.band == "≥80%"
    assert {"main_revenue.2021", "revenue.2021"} <= {item.key for item in line.used}
    assert all(item.page == 1 for item in line.used if item.value)


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(sorted(STRONG))))
def test_forgetting_values_only_widens_the_range(keys):
    whole = points(applied(STRONG))
    forgotten = points(applied({k: v for k, v in STRONG.items() if k not in keys}))
    for indicator, line in forgotten.items():
        assert line.at_least <= whole[indicator].at_least
        assert line.at_most >= whole[indicator].at_most
        assert Decimal(0) <= line.at_least <= line.at_most <= line.cap


# --- gates and shortcuts -------------------------------------------------------------------


def test_all_four_gates_have_to_be_met():
    gates = [rule.id for rule in national().rules if rule.gate]
    assert gates == ["niche_years", "rd", "revenue_or_equity", "score_or_shortcut"]
    judgement = applied(STRONG)
    assert {outcome(judgement, gate) for gate in gates} == {Outcome.MET}
    assert not [code for code in claims(judgement) if code.startswith("E-CRITERION")]


@pytest.mark.parametrize(
    ("gate", "change"),
    [
        ("niche_years", {"niche_years": "1"}),
        ("rd", {"rd_expense.2021": "99"}),
        ("rd", {"rd_expense.2021": "299"}),  # 2.99%
        ("revenue_or_equity", {"revenue.2021": "999"}),
        ("score_or_shortcut", WEAK),
    ],
)
def test_a_gate_that_is_missed_is_an_error_with_its_arithmetic(gate, change):
    judgement = applied(STRONG | change)
    assert outcome(judgement, gate) is Outcome.UNMET
    found = claims(judgement)[f"E-CRITERION:{gate}"]
    assert found.severity == "error"
    assert any(figure in found.message for figure in (*change.values(), "16＝"))


@pytest.mark.parametrize(
    "shortcut",
    [
        {"science_award": "是"},
        {"maker_contest": "是"},
        {"new_equity": "6000"},
        {"rd_expense.2020": "1000", "rd_expense.2021": "1000"},
    ],
)
def test_a_shortcut_serves_in_place_of_the_score(shortcut):
    judgement = applied(WEAK | shortcut)
    assert outcome(judgement, "score_or_shortcut") is Outcome.MET


def test_equity_serves_in_place_of_revenue():
    judgement = applied(STRONG | {"revenue.2021": "900", "new_equity": "2000"})
    assert outcome(judgement, "revenue_or_equity") is Outcome.MET


def test_a_gate_that_cannot_be_told_goes_to_a_person():
    judgement = applied({k: v for k, v in STRONG.items() if k != "niche_years"})
    assert outcome(judgement, "niche_years") is Outcome.UNKNOWN
    assert "E-CRITERION:niche_years" in requests(judgement)
    assert "E-CRITERION:niche_years" not in claims(judgement)


@settings(max_examples=30, deadline=None)
@given(st.sets(st.sampled_from(sorted(WEAK))))
def test_missing_data_never_make_a_gate_unmet(keys):
    known = {r.rule for r in applied(WEAK).results if r.outcome is Outcome.UNMET}
    judgement = applied({k: v for k, v in WEAK.items() if k not in keys})
    assert {r.rule for r in judgement.results if r.outcome is Outcome.UNMET} <= known
