"""The generator's own words: identifiers, figures, applications, defects."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples.generator import cases, defects, identifiers, plan, portable
from samples.generator.cases import Case, build_case
from samples.generator.enterprises import YEARS, Inventor
from samples.generator.model import TruthLine

SEEDS = st.integers(min_value=0, max_value=10**6)


def invent_case(seed: int, tier: str, *, slim: bool = False) -> tuple[Case, Inventor, Random]:
    rng = Random(seed)
    inventor = Inventor(rng)
    return build_case("T001", tier, inventor.invent(), inventor, rng, slim=slim), inventor, rng


@pytest.mark.parametrize(
    "code",
    ["91110000600037341L", "91320621MA1MRHG205", "91110108551385082Q", "91210200716996405L"],
)
def test_known_codes_pass_both_checks(code: str) -> None:
    assert identifiers.uscc_check(code[:17]) == code[17]
    assert identifiers.organisation_check(code[8:16]) == code[16]


def test_a_known_patent_number_passes_its_check() -> None:
    assert identifiers.patent_check("201080063196") == "9"


@given(SEEDS, st.integers(1996, 2020))
def test_invented_codes_are_of_dalian_and_valid(seed: int, founded: int) -> None:
    code = identifiers.invent_uscc(Random(seed), "210211", founded)
    assert code.startswith("91210211") and len(code) == 18
    assert identifiers.uscc_check(code[:17]) == code[17]


@given(SEEDS)
def test_a_damaged_code_differs_in_one_character_and_fails(seed: int) -> None:
    rng = Random(seed)
    code = identifiers.invent_uscc(rng, "210200", 2005)
    damaged = identifiers.damage_uscc(rng, code)
    assert sum(a != b for a, b in zip(code, damaged, strict=True)) == 1
    assert identifiers.uscc_check(damaged[:17]) != damaged[17]


@settings(max_examples=40)
@given(SEEDS, st.sampled_from(["sme", "little_giant"]))
def test_stated_ratios_follow_from_stated_figures(seed: int, tier: str) -> None:
    case, _, _ = invent_case(seed, tier)

    def number(key: str) -> Decimal:
        return Decimal(case.fields[key].value)

    for year in YEARS:
        share = number(f"rd_expense.{year}") / number(f"revenue.{year}") * 100
        assert abs(share - number(f"rd_ratio.{year}")) <= Decimal("0.01")
        assert number(f"main_revenue.{year}") <= number(f"revenue.{year}")
        assert number(f"net_profit.{year}") <= number(f"total_profit.{year}")
        assert number(f"rd_staff.{year}") <= number(f"employees.{year}")
    debt = number("liabilities.2020") / number("assets.2020") * 100
    assert abs(debt - number("debt_ratio")) <= Decimal("0.01")
    growths = [
        (number(f"main_revenue.{year}") / number(f"main_revenue.{year - 1}") - 1) * 100
        for year in YEARS[1:]
    ]
    assert abs(sum(growths) / 2 - number("mean_growth")) <= Decimal("0.02")


@settings(max_examples=40)
@given(SEEDS)
def test_audit_reports_state_in_yuan_what_the_form_rounds(seed: int) -> None:
    case, _, _ = invent_case(seed, "sme")
    for document in (item for item in case.evidence if item.type == "audit_report"):
        year = document.values["year"].value
        printed = Decimal(document.values["revenue"].text.replace(",", ""))
        assert abs(printed / 10000 - Decimal(case.fields[f"revenue.{year}"].value)) < Decimal(
            "0.01"
        )


@settings(max_examples=40)
@given(SEEDS, st.sampled_from(["product", "sme", "little_giant"]), st.booleans())
def test_an_unspoilt_application_claims_nothing_without_proof(
    seed: int, tier: str, slim: bool
) -> None:
    case, _, _ = invent_case(seed, tier, slim=slim)
    types = {item.type for item in case.evidence}
    for category in case.fields["categories_ticked"].printed:
        assert types & set(cases.CATEGORY_EVIDENCE[category])
    assert {"truth_statement", "business_licence", "introduction", "patent"} <= types
    if tier == "product":
        assert "novelty_report" in types
    else:
        assert {"audit_report", "social_security", "credit_query", "prior_title"} <= types
        assert bool(case.fields["share"].value) == ("market_share_proof" in types)
        assert (case.fields["rd_body"].value == "无") == ("rd_body" not in types)
        assert case.titles[0]["valid_to"] > "2021-06-04"
    assert case.findings == []


@settings(max_examples=40)
@given(SEEDS)
def test_names_come_in_several_orders_and_never_twice(seed: int) -> None:
    inventor = Inventor(Random(seed))
    enterprises = [inventor.invent() for _ in range(40)]
    names = [enterprise.name for enterprise in enterprises]
    assert len(set(names)) == len({enterprise.uscc for enterprise in enterprises}) == 40
    assert any("（" in name for name in names)
    assert all(name.endswith("公司") for name in names)
    assert all(unicodedata.normalize("NFC", name) == name for name in names)


@pytest.mark.parametrize("defect", defects.DEFECTS, ids=lambda defect: defect.name)
def test_every_defect_changes_the_papers_and_notes_a_finding(defect: defects.Defect) -> None:
    for tier in sorted(defect.tiers):
        whole, _, _ = invent_case(7, tier)
        case, inventor, rng = invent_case(7, tier)
        defects.plant(defect, case, inventor, rng)
        assert case.findings
        assert case.planted == [defect.name]
        assert _papers(case) != _papers(whole)


def _papers(case: Case) -> tuple[object, ...]:
    return (
        case.fields,
        [(item.type, item.values, item.seals, item.signatures) for item in case.evidence],
        case.form_seals,
        case.form_signatures,
        case.electronic,
        case.online,
        case.disc,
        case.titles,
    )


def test_a_defect_refuses_a_tier_that_it_does_not_fit() -> None:
    case, inventor, rng = invent_case(1, "product")
    with pytest.raises(ValueError, match="does not fit"):
        defects.plant(defects.BY_NAME["no-title"], case, inventor, rng)


def test_the_demo_has_twelve_kinds_of_findings_over_three_tiers() -> None:
    applications = plan.plan_demo(Random(2021))
    codes = {item.code for case in applications for item in case.findings}
    assert len(codes) >= 12
    assert {case.tier for case in applications} == {"product", "sme", "little_giant"}
    assert len({case.enterprise.uscc for case in applications}) >= 10
    assert len({case.enterprise.place.district for case in applications}) >= 4
    assert any(not case.findings for case in applications)


def test_a_large_plan_uses_most_defects() -> None:
    applications = plan.plan_box(Random(5), 60)
    planted = {name for case in applications for name in case.planted}
    assert len(planted & set(defects.BY_NAME)) > len(defects.DEFECTS) * 2 / 3


def test_a_noisy_text_layer_is_damaged_but_not_beyond_recognition() -> None:
    text = "统一社会信用代码：912102000000000000，注册时间2010年4月27日。"
    lines = [
        TruthLine(text, (100, y, 900, y, 900, y + 30, 100, y + 30)) for y in range(0, 2000, 40)
    ]
    spoiled = portable.spoil_text_layer(lines, Random(1))
    whole = "".join(line.text for line in spoiled)
    assert whole != text * len(lines)
    assert 0.8 * len(text) * len(lines) < len(whole) < 1.2 * len(text) * len(lines)
    assert "⒛" in whole
