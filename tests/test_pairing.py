"""What is not one to one between the applications of a run and the online registrations."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from builders_out import programme, result, run

from extractors.values.codes import organisation_check_character, uscc_check_character
from pipeline.pairing import (
    SAME_TIER,
    SEVERAL_NEAR,
    SHARED,
    TWO_TIERS,
    WITHOUT_REGISTRATION,
    Case,
    reconcile_run,
)
from pipeline.programme import Programme
from pipeline.records import ApplicationResult, Candidate, Decision
from pipeline.results.workbook import write_workbook


@pytest.fixture(scope="module")
def pack() -> Programme:
    return programme()


def code_of(number: int) -> str:
    body = f"MA{number:06d}"
    first = "91210200" + body + organisation_check_character(body)
    return first + uscc_check_character(first)


def applied(
    pack: Programme,
    name: str,
    tier: str,
    enterprise: str,
    code: str,
    *found: tuple[str, str, Decision],
) -> ApplicationResult:
    """An application, and the registrations found for it: id, name, decision."""
    made = result(pack, name, tier, values={"enterprise_name": enterprise, "uscc": code})
    candidates = tuple(
        Candidate(
            rank=rank,
            registration_id=row,
            registration_name=registered,
            score=90.0,
            decision=decision,
            reasons=("字号 相同 +5.2",),
        )
        for rank, (row, registered, decision) in enumerate(found, start=1)
    )
    decision = candidates[0].decision if candidates else Decision.REJECTED
    match = made.match.model_copy(update={"decision": decision, "candidates": candidates})
    return made.model_copy(update={"match": match})


ACCEPTED, REVIEW = Decision.ACCEPTED, Decision.REVIEW
HAIXIN, KEDA = "大连海鑫化工有限公司", "大连科达机械有限公司"


def test_two_applications_on_one_registration_are_listed(pack: Programme) -> None:
    one = applied(pack, "A1", "sme", HAIXIN, code_of(1), ("R1", HAIXIN, ACCEPTED))
    two = applied(pack, "A2", "sme", "大连海金化工有限公司", code_of(2), ("R1", HAIXIN, REVIEW))
    assert reconcile_run([one, two]) == (Case(SHARED, ("A1", "A2"), ("R1",)),)


def test_one_enterprise_under_two_tiers_is_listed_however_it_is_known(pack: Programme) -> None:
    one = applied(pack, "A1", "product", HAIXIN, code_of(1), ("R1", HAIXIN, ACCEPTED))
    by_code = applied(pack, "A2", "sme", "太连悔鑫化工", code_of(1), ("R2", KEDA, REVIEW))
    by_match = applied(pack, "A3", "little_giant", "海鑫化工", "", ("R3", HAIXIN, ACCEPTED))
    other = applied(pack, "A4", "sme", KEDA, code_of(4), ("R4", KEDA, ACCEPTED))
    (case,) = reconcile_run([one, by_code, by_match, other])
    assert case.kind == TWO_TIERS
    assert set(case.queries) == {"A1", "A2", "A3"}
    assert set(case.registrations) == {"R1", "R3"}


def test_one_enterprise_twice_in_a_tier_is_listed(pack: Programme) -> None:
    one = applied(pack, "A1", "sme", HAIXIN, code_of(1), ("R1", HAIXIN, ACCEPTED))
    two = applied(pack, "A2", "sme", HAIXIN, code_of(1), ("R2", HAIXIN, ACCEPTED))
    (case,) = reconcile_run([one, two])
    assert (case.kind, set(case.queries)) == (SAME_TIER, {"A1", "A2"})


def test_an_application_that_several_enterprises_may_be_meant_by_is_listed(
    pack: Programme,
) -> None:
    near = ("R1", HAIXIN, REVIEW), ("R2", KEDA, REVIEW), ("R3", "大连金达化工有限公司", ACCEPTED)
    doubtful = applied(pack, "A1", "sme", "大连海达化工", "", *near)
    assert reconcile_run([doubtful]) == (Case(SEVERAL_NEAR, ("A1",), ("R1", "R2")),)


def test_two_rows_of_one_enterprise_are_not_two_enterprises(pack: Programme) -> None:
    rows = ("R1", HAIXIN, REVIEW), ("R2", HAIXIN, REVIEW)
    assert reconcile_run([applied(pack, "A1", "sme", HAIXIN, "", *rows)]) == ()


def test_paper_without_registration_is_listed_and_one_to_one_is_not(pack: Programme) -> None:
    alone = applied(pack, "A1", "sme", HAIXIN, code_of(1))
    paired = applied(pack, "A2", "sme", KEDA, code_of(2), ("R2", KEDA, ACCEPTED))
    assert reconcile_run([alone, paired]) == (Case(WITHOUT_REGISTRATION, ("A1",), ()),)


def test_the_workbook_lists_the_cases_in_chinese_and_nothing_in_them_is_a_formula(
    pack: Programme, tmp_path: Path
) -> None:
    one = applied(pack, "A1", "product", "=1+1", code_of(1), ("R1", HAIXIN, ACCEPTED))
    two = applied(pack, "A2", "sme", HAIXIN, code_of(1), ("R1", HAIXIN, ACCEPTED))
    write_workbook(run((one, two)), pack, tmp_path / "w.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "w.xlsx")["一一对应核对"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert [row[1] for row in rows] == [SHARED, TWO_TIERS]
    assert "=1+1" in rows[0][4] and HAIXIN in rows[0][4]
    assert rows[0][5:7] == ["R1", HAIXIN]
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
