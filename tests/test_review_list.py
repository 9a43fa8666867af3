"""The clerk's list: what is asked of many is one task, and what can be put right says its key."""

from __future__ import annotations

from builders_out import finding, programme, result, run

from pipeline.records import (
    Difference,
    DifferenceKind,
    FieldState,
    Outcome,
    RuleResult,
    Severity,
)
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


def test_a_value_in_doubt_stands_in_the_list_once():
    pack = programme()
    unread = finding("A-001", "E-OCR-LOW", "统一社会信用代码未能可靠识别", Severity.REVIEW, page=1)
    about_code = unread.model_copy(update={"subject": "uscc"})
    about_stamp = unread.model_copy(update={"subject": "seal.cover", "message": "印章不清"})
    doubtful = result(
        pack, "A-001", states={"uscc": FieldState.REVIEW}, findings=(about_code, about_stamp)
    )
    items = review_list(run((doubtful,)), pack)
    assert [item.key for item in items].count("uscc") == 1
    assert [item.reason for item in items if item.what == "E-OCR-LOW"] == ["印章不清"]


def test_a_difference_leads_to_its_page_and_shows_what_differs_only():
    pack = programme()
    text = "企业位于大连市高新园区，主要从事精密轴承的研发与生产，年产轴承{}万套，产品远销海外"
    one = result(pack, "A-001")
    field = one.extraction.fields[0].model_copy(
        update={"key": "rd_body", "value": text.format(12), "file": "scans/a.pdf", "page": 3}
    )
    difference = Difference(
        application_id="A-001",
        key="rd_body",
        paper=text.format(12),
        electronic=text.format(17),
        online="",
        kind=DifferenceKind.CONTENT,
        severity=Severity.ERROR,
    )
    extraction = one.extraction.model_copy(update={"fields": (*one.extraction.fields, field)})
    changed = one.model_copy(update={"extraction": extraction, "differences": (difference,)})
    (row,) = [item for item in review_list(run((changed,)), pack) if "不一致" in item.what]
    assert row.place == "scans/a.pdf 第3页"
    assert row.value.startswith("纸质“…") and "12万套" in row.value and "远销海外" not in row.value
