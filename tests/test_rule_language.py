"""The rule language: rules about rules, measures, spans, order, examples, what was looked at."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from builders_check import PACK, judged, outcome
from builders_national import NATIONAL
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ProgrammeError
from pipeline.packs.proof import check_report
from pipeline.packs.rulebook import rulebook
from pipeline.programme import load_programme
from pipeline.records import FieldState, Outcome, Used
from pipeline.rules.measures import OPERATORS, Span, reaches

DOUBT = FieldState.REVIEW

RULES = """
[[measure]]
id = "profit_sum"
name = "近2年利润总额"
kind = "sum_of_years"
arguments = { of = "total_profit", span = 2 }
unit = "万元"
source = "test"
status = "proposed"

[[measure]]
id = "rights"
name = "知识产权数"
kind = "sum_of_fields"
arguments = { of = ["patents_inv", "software"] }
source = "test"
status = "proposed"

[[measure]]
id = "inventions"
name = "发明专利证书数"
kind = "count_of_papers"
arguments = { evidence = ["patent"], field = "patent.kind", words = ["发明"] }
source = "test"
status = "proposed"

[[measure]]
id = "own_share"
name = "研发占比"
kind = "share"
arguments = { numerator = "rd_expense", denominator = "revenue" }
unit = "%"
source = "test"
status = "proposed"
"""


def rule(name, check, arguments, extra=""):
    return (
        f'[[rule]]\nid = "{name}"\ntiers = ["sme"]\ncheck = "{check}"\n'
        f'arguments = {arguments}\nsentence = "{name}。"\nsource = "test"\n{extra}'
        'status = "proposed"\n\n'
    )


RULES += (
    rule("old", "threshold", '{ field = "niche_years", op = ">=", value = 3 }')
    + rule("rich", "threshold", '{ field = "profit_sum", op = ">=", value = 1500 }')
    + rule("inventive", "threshold", '{ field = "inventions", op = ">=", value = 1 }')
    + rule("solid", "between", '{ field = "debt_ratio", low = 10, high = 70 }')
    + rule("steady", "threshold", '{ field = "own_share", op = ">=", value = 3, years = 2 }')
    + rule("private", "one_of", '{ field = "size_class", options = ["小型", "微型"] }')
    + rule("any", "any_of", '{ rules = ["old", "rich", "private"] }')
    + rule("all", "all_of", '{ rules = ["old", "rich", "private"] }')
    + rule("two", "count_of", '{ rules = ["old", "rich", "private"], at_least = 2 }')
    + rule("whole", "any_of", '{ rules = ["all", "two"] }')
)


@pytest.fixture(scope="module")
def more(tmp_path_factory):
    """The pack of 2021 with some rules more."""
    folder = Path(shutil.copytree(PACK, tmp_path_factory.mktemp("packs") / "pack"))
    (folder / "more.toml").write_text(RULES, "utf-8")
    return load_programme(folder)


PROFIT = {"total_profit.2019": "800"}  # and 1,000 in 2020
MET, UNMET, UNKNOWN = Outcome.MET, Outcome.UNMET, Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("form", "name", "expected"),
    [
        (PROFIT, "rich", MET),
        ({"total_profit.2019": "400"}, "rich", UNMET),
        ({}, "rich", UNKNOWN),
        ({"total_profit.2019": ("800", DOUBT)}, "rich", UNKNOWN),
        ({"debt_ratio": "10"}, "solid", MET),
        ({"debt_ratio": "70"}, "solid", MET),
        ({"debt_ratio": "70.1"}, "solid", UNMET),
        ({"debt_ratio": "9.9"}, "solid", UNMET),
        ({"debt_ratio": None}, "solid", UNKNOWN),
        ({"rd_expense.2019": "330"}, "steady", MET),  # 3% and 5%
        ({"rd_expense.2019": "329"}, "steady", UNMET),  # 2.99%
        ({}, "steady", UNKNOWN),  # 2019 is not stated
        ({"size_class": "小型"}, "private", MET),
        ({"size_class": "中型"}, "private", UNMET),
        ({"size_class": ""}, "private", UNKNOWN),
        ({"size_class": ("小型", DOUBT)}, "private", UNKNOWN),
        # old: met; rich: unknown; private: unmet
        ({}, "any", MET),
        ({}, "all", UNMET),
        ({}, "two", UNKNOWN),
        (PROFIT, "two", MET),
        ({"niche_years": None, "size_class": None}, "any", UNKNOWN),
        ({"niche_years": "1", "total_profit.2019": "1"}, "any", UNMET),
        ({"niche_years": "1", "total_profit.2019": "1"}, "two", UNMET),
        (PROFIT | {"size_class": "小型"}, "all", MET),
        (PROFIT | {"size_class": None}, "all", UNKNOWN),
        (PROFIT, "whole", MET),
    ],
)
def test_rules_answer_from_values_and_from_other_rules(more, form, name, expected):
    assert outcome(judged(form, programme=more), name) is expected


def test_papers_that_were_not_told_apart_may_be_those_that_count(more):
    stated = {"patent": {"kind": "发明专利"}}
    assert outcome(judged(evidence=stated, programme=more), "inventive") is MET
    assert outcome(judged(programme=more), "inventive") is UNKNOWN
    assert outcome(judged(without=["patent"], programme=more), "inventive") is UNKNOWN


def test_a_rule_about_rules_tells_each_with_its_arithmetic_and_its_sources(more):
    judgement = judged(PROFIT | {"size_class": "小型"}, programme=more)
    answer = next(item for item in judgement.results if item.rule == "all")
    assert "800＋1000＝1800万元，要求≥1500" in answer.explanation
    assert {"niche_years", "total_profit.2019", "total_profit.2020", "size_class"} == {
        item.key for item in answer.used
    }


# --- spans ------------------------------------------------------------------------------------

numbers = st.integers(-50, 50).map(Decimal)


@given(numbers, numbers, numbers, st.sampled_from(["<=", "<", ">=", ">"]))
def test_a_span_answers_only_what_both_of_its_ends_answer(a, b, limit, op):
    low, high = sorted((a, b))
    answers = {OPERATORS[op](low, limit), OPERATORS[op](high, limit)}
    expected = answers.pop() if len(answers) == 1 else None
    assert reaches(Span(low, high, ""), op, limit) is expected


@given(numbers, numbers, st.sampled_from(["<=", "<", ">=", ">"]))
def test_a_span_without_an_upper_end_says_only_what_holds_for_all_above(low, limit, op):
    told = reaches(Span(low, None, ""), op, limit)
    if told is not None:
        for more_of_it in (0, 1, 100):
            assert OPERATORS[op](low + more_of_it, limit) is told
    assert reaches(Span(None, None, ""), op, limit) is None


# --- what was looked at -----------------------------------------------------------------------


def test_every_answer_names_what_it_looked_at_with_file_and_page():
    judgement = judged()
    said = {item.rule: item.used for item in judgement.results}
    assert [item for item in said["uscc_agrees"] if item.file] == [
        Used(
            key=key, name=name, value=judged_uscc, sure=True,
            medium="paper", file="box/scans/a.pdf", page=page,
        )
        for judged_uscc in [said["uscc_valid"][0].value]
        for key, name, page in (
            ("uscc", "统一社会信用代码", 1),
            ("business_licence.uscc", "营业执照统一社会信用代码", 3),
        )
    ]  # fmt: skip
    nothing = [item.rule for item in judgement.results if not item.used]
    manual = {"veto_v2", "veto_v3", "veto_v4", "veto_v6", "veto_v7", "veto_v8"}
    annex_5 = {item for item in nothing if item.startswith(("min_", "max_"))}
    assert set(nothing) - manual - annex_5 == {"electronic_types"}


def test_what_was_looked_for_and_not_found_is_named_too():
    judgement = judged(without=["patent"])
    used = next(item.used for item in judgement.results if item.rule == "evidence_present")
    assert [(item.name, item.value) for item in used if item.key == "patent"] == [
        ("专利证书", "未见")
    ]


def test_years_that_were_not_compared_are_named():
    judgement = judged({"main_revenue.2018": None})
    answer = next(item for item in judgement.results if item.rule == "main_within_revenue")
    assert answer.outcome is MET
    assert answer.explanation.endswith("主营业务收入（2018年）未填写或未能可靠识别，未作比对")
    nothing = judged({f"main_revenue.{year}": None for year in (2018, 2019, 2020)})
    answer = next(item for item in nothing.results if item.rule == "main_within_revenue")
    assert answer.outcome is UNKNOWN
    assert "主营业务收入（2020年）" in answer.explanation


def test_a_comparison_of_profits_does_not_concern_years_of_loss():
    losses = {f"{key}.{year}": "-5" for key in PROFITS for year in (2018, 2019, 2020)}
    judgement = judged(losses)
    assert outcome(judgement, "net_within_total_profit") is Outcome.NOT_APPLICABLE


PROFITS = ("net_profit", "total_profit")


# --- packs ------------------------------------------------------------------------------------


def refused(folder, text):
    (folder / "more.toml").write_text(text, "utf-8")
    with pytest.raises(ProgrammeError) as caught:
        load_programme(folder)
    return str(caught.value)


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(NATIONAL, tmp_path / "pack"))


MISTAKES = {
    "rules wait for each other: a → b → a": rule("a", "any_of", '{ rules = ["b"] }')
    + rule("b", "any_of", '{ rules = ["a"] }'),
    "there is no rule 'nowhere'": rule("a", "all_of", '{ rules = ["nowhere"] }'),
    "there is no figure 'rd_moon'": rule(
        "a", "threshold", '{ field = "rd_moon", op = ">=", value = 1 }'
    ),
    "'niche_years' is not stated for each year": rule(
        "a", "threshold", '{ field = "niche_years", op = ">=", value = 1, years = 2 }'
    ),
    "9 are asked for": rule(
        "a", "threshold", '{ field = "revenue", op = ">=", value = 1, years = 9 }'
    ),
    "a gate needs a code": rule("a", "any_of", '{ rules = ["rd"] }', "gate = true\n"),
    "unknown kind 'cosine'": RULES.replace("sum_of_years", "cosine"),
    "id 'revenue' is already the key of a field": RULES.replace('"profit_sum"', '"revenue"'),
}


@pytest.mark.parametrize("said", MISTAKES)
def test_a_mistake_of_the_language_is_named(copy, said):
    assert said in refused(copy, MISTAKES[said])


BANDS = {
    "give one of value, every, options and rule": "{ points = 3 }",
    "there is no option '火星级'": '{ points = 3, of = "rd_body_level", options = ["火星级"] }',
    "there is no rule 'nowhere'": '{ points = 3, rule = "nowhere" }',
    "points must lie above zero": '{ points = 9, of = "ip1", op = ">=", value = 1 }',
    "op and value are given together": '{ points = 3, of = "ip1", value = 1 }',
    "of is missing": '{ points = 3, op = ">=", value = 1 }',
    "every must be above zero": '{ points = 3, of = "ip1", every = 0 }',
}


@pytest.mark.parametrize("said", BANDS)
def test_a_mistake_of_a_band_is_named(copy, said):
    text = (
        '[[indicator]]\nid = "new"\ngroup = "新"\nname = "新"\ntiers = ["sme"]\ncap = 5\n'
        f'bands = [{BANDS[said]}]\nsentence = "新。"\nsource = "test"\nstatus = "proposed"\n'
    )
    assert said in refused(copy, text)


def test_an_example_that_its_rule_answers_otherwise_is_a_mistake(copy):
    example = 'examples = [{ given = { niche_years = "5" }, answer = "unmet" }]\n'
    arguments = '{ field = "niche_years", op = ">=", value = 3 }'
    (copy / "more.toml").write_text(rule("old", "threshold", arguments, example), "utf-8")
    good, report = check_report(copy)
    assert not good
    assert "rule 'old': example 1: the rule answers met, not unmet" in report


@pytest.mark.parametrize(
    ("given_key", "said"),
    [('"moon.phase"', "'moon.phase'"), ('"title.sme"', "from/to"), ('"box.copies"', "copies")],
)
def test_an_example_of_nothing_is_a_mistake(copy, given_key, said):
    example = f'examples = [{{ given = {{ {given_key} = "full" }}, answer = "met" }}]\n'
    arguments = '{ field = "niche_years", op = ">=", value = 3 }'
    (copy / "more.toml").write_text(rule("old", "threshold", arguments, example), "utf-8")
    good, report = check_report(copy)
    assert not good
    assert said in report


@pytest.mark.parametrize("folder", [PACK, NATIONAL])
def test_every_rule_of_our_packs_has_an_example_and_all_of_them_hold(folder):
    assert check_report(folder)[0]
    assert [item.id for item in load_programme(folder).rules if not item.examples] == []


def test_the_rulebook_is_up_to_date():
    """``zjtx programme rules`` of both packs writes it."""
    book = (Path(__file__).parents[1] / "docs" / "RULES.md").read_text("utf-8")
    assert book == rulebook([PACK, NATIONAL])


def test_the_rulebook_lists_rule_source_status_code_and_example():
    book = rulebook([PACK])
    (line,) = [line for line in book.splitlines() if line.startswith("| `copies` | 申报")]
    assert "大连通知 四（一）3（4） | confirmed | E-COPIES" in line
    assert "登记收到的纸质份数：2 → **不符合**：收到纸质材料2份，应为3份" in line
