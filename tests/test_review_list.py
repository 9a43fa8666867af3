"""The clerk's list: what is asked of many is one task, and what can be put right says its key."""

from __future__ import annotations

from builders_out import programme, result, run

from pipeline.records import FieldState, Outcome, RuleResult
from pipeline.results.review_list import review_list


def manual(application_id: str, explanation: str) -> RuleResult:
    return RuleResult(
        application_id=application_id,
        rule="no_violations",
        outcome=Outcome.MANUAL_REVIEW,
        explanation=explanation,
    )


def test_what_is_asked_of_several_applications_alike_is_one_row():
    pack = programme()
    numbers = [f"A-00{number}" for number in range(1, 7)]
    many = [result(pack, one, results=(manual(one, "查信用记录。"),)) for one in numbers]
    other = result(pack, "A-007", results=(manual("A-007", "近三年有处罚，查是否已整改。"),))
    rows = [
        item for item in review_list(run((*many, other)), pack) if item.what == "须人工判断的规则"
    ]
    assert [(row.reason, row.application_id) for row in rows] == [
        ("查信用记录。", ""),
        ("近三年有处罚，查是否已整改。", "A-007"),
    ]
    assert rows[0].enterprise_name == "（6份申报）"
    assert rows[0].place == "A-001、A-002、A-003、A-004等，见逐条判定"


def test_rows_that_a_person_can_put_right_carry_the_key():
    pack = programme()
    doubtful = result(pack, states={"uscc": FieldState.REVIEW, "legal_rep": FieldState.UNREADABLE})
    keys = {item.key for item in review_list(run((doubtful,)), pack)}
    assert {"uscc", "legal_rep"} <= keys
