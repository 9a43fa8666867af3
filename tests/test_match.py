"""Applications and registrations: the right one, or an honest "don't know"."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.values.codes import organisation_check_character, uscc_check_character
from pipeline.records import (
    Application,
    Decision,
    Extraction,
    Field,
    FieldState,
    Match,
    Medium,
    Registration,
)
from pipeline.stages.match import RegistrationIndex, match


def code_of(number: int) -> str:
    body = f"MA{number:06d}"
    first = "91210200" + body + organisation_check_character(body)
    return first + uscc_check_character(first)


def row(number: int, name: str, **more: object) -> Registration:
    values = {"uscc": code_of(number), "tier": "sme", **more}
    return Registration(registration_id=f"R{number}", enterprise_name=name, **values)  # type: ignore[arg-type]


TABLE = (
    row(1, "大连海鑫化工有限公司", phone="18604041767", legal_rep="张三"),
    row(2, "沈阳海鑫化工有限公司"),
    row(3, "大连科达化工机械有限公司", former_names=("大连科达化机厂",)),
    row(4, "大连宏远水产食品有限公司", tier="product"),
    row(5, "大连通泰管业有限公司", uscc=""),
)


def find(
    name: str, code: str = "", table: tuple[Registration, ...] = TABLE, **values: str
) -> Match:
    fields = tuple(
        Field(
            application_id="a",
            volume="v",
            medium=Medium.PAPER,
            key=key,
            value=value,
            raw=value,
            unit="",
            state=FieldState.ACCEPTED,
            read_confidence=1.0,
            place_confidence=1.0,
            file="",
            sha256="",
            page=1,
            box=None,
            engine="",
            rule="",
        )
        for key, value in values.items()
    )
    extraction = Extraction(
        application_id="a",
        fields=fields,
        seals=(),
        unassigned=(),
        lines_total=0,
        lines_in_fields=0,
        lines_in_cells=0,
        lines_in_body=0,
    )
    application = Application(
        application_id="a", tier="sme", enterprise_name=name, uscc=code, volumes=()
    )
    return match(application, extraction, RegistrationIndex.build(table))


def test_a_checked_code_decides_through_a_misread_name() -> None:
    found = find("太连悔鑫化工有限公词", code_of(1))
    assert found.registration_id == "R1"


def test_a_code_whose_name_is_another_enterprise_goes_to_a_person() -> None:
    found = find("沈阳海鑫化工有限公司", code_of(1))
    assert found.decision is Decision.REVIEW
    assert "不同的登记企业" in found.candidates[0].reasons[0]


def test_a_code_with_a_name_of_nothing_in_common_goes_to_a_person() -> None:
    found = find("瓦房店永盛轴承有限公司", code_of(1))
    assert found.decision is Decision.REVIEW
    assert "名称不符" in found.candidates[0].reasons[0]


def test_two_different_codes_on_the_paper_go_to_a_person() -> None:
    found = find("大连海鑫化工有限公司", code_of(1), uscc=code_of(2))
    assert found.decision is Decision.REVIEW


def test_the_exact_name_decides_where_no_code_was_read() -> None:
    assert find(" 大连海鑫化工有限责任公司").registration_id == "R1"


def test_the_exact_name_with_another_valid_code_goes_to_a_person() -> None:
    found = find("大连海鑫化工有限公司", code_of(99))
    assert found.decision is Decision.REVIEW
    assert found.candidates[0].registration_id == "R1"


def test_a_former_name_is_found_and_called_one() -> None:
    found = find("大连科达化机厂")
    assert found.registration_id == "R3"
    assert any("曾用名“大连科达化机厂”" in reason for reason in found.candidates[0].reasons)


@pytest.mark.parametrize(
    "name",
    [
        "大连金达化工机械有限公司",
        "鞍山海鑫化工有限公司",
        "大连畅通管业有限公司",
        "大连海科化工有限公司",
    ],
)
def test_a_twin_of_a_registered_enterprise_is_never_accepted(name: str) -> None:
    assert find(name).decision is not Decision.ACCEPTED


def test_a_telephone_confirms_a_shortened_name() -> None:
    assert find("大连海鑫化工").decision is Decision.REVIEW
    assert find("大连海鑫化工", contact_mobile="18604041767").registration_id == "R1"


def test_a_code_misread_in_one_place_supports_the_same_name() -> None:
    broken = code_of(1)[:-1] + ("O" if code_of(1)[-1] != "0" else "D")
    assert find("大连海鑫化工有限公", broken).registration_id == "R1"


def test_an_enterprise_that_registered_for_another_tier_is_matched_and_says_so() -> None:
    found = find("大连宏远水产食品有限公司", code_of(4))
    assert found.decision is Decision.ACCEPTED
    assert any("梯度" in reason for reason in found.candidates[0].reasons)


def test_the_row_of_the_tier_is_taken_even_where_it_lacks_the_code() -> None:
    table = (*TABLE, row(6, "大连海鑫化工有限公司", uscc="", tier="product"))
    assert find("大连海鑫化工有限公司", code_of(1), table).registration_id == "R1"
    other = (
        row(1, "大连海鑫化工有限公司", tier="product"),
        row(6, "大连海鑫化工有限公司", uscc=""),
    )
    assert find("大连海鑫化工有限公司", code_of(1), other).registration_id == "R6"


def test_of_two_rows_of_one_tier_the_one_with_the_same_product_is_taken() -> None:
    table = (
        row(1, "大连海鑫化工有限公司", values=(("product_name", "甲"),)),
        row(6, "大连海鑫化工有限公司", uscc=code_of(1), values=(("product_name", "乙"),)),
    )
    assert find("大连海鑫化工有限公司", code_of(1), table).decision is Decision.REVIEW
    chosen = find("大连海鑫化工有限公司", code_of(1), table, product_name="乙")
    assert chosen.registration_id == "R6"


def test_two_enterprises_of_one_name_cannot_be_told_by_it() -> None:
    table = (row(1, "大连海鑫化工有限公司"), row(2, "大连海鑫化工有限公司"))
    assert find("大连海鑫化工有限公司", "", table).decision is Decision.REVIEW
    assert find("大连海鑫化工有限公司", code_of(2), table).registration_id == "R2"


def test_a_code_that_the_platform_damaged_is_not_used_and_said_so() -> None:
    table = (row(1, "大连海鑫化工有限公司", uscc="9.12102E17"),)
    found = find("大连海鑫化工有限公司", code_of(1), table)
    assert any("未通过校验" in reason for reason in found.candidates[0].reasons)


def test_nothing_like_it_is_no_candidate() -> None:
    found = find("齐齐哈尔北疆酿造集团股份有限公司")
    assert found.decision is Decision.REJECTED
    assert found.registration_id == ""
    assert find("", "", ()).candidates == ()


@given(st.text(max_size=20), st.text(max_size=20))
def test_no_text_at_all_is_accepted_unless_it_is_a_name_of_the_table(name: str, code: str) -> None:
    assert find(name, code).decision is not Decision.ACCEPTED


def test_at_most_five_candidates_are_ranked_and_only_the_first_accepted() -> None:
    table = tuple(row(n, f"大连海鑫{word}有限公司") for n, word in enumerate("甲乙丙丁戊己庚辛", 1))
    found = find("大连海鑫甲有限公司", "", table)
    assert [candidate.rank for candidate in found.candidates] == [1, 2, 3, 4, 5]
    assert all(c.decision is not Decision.ACCEPTED for c in found.candidates[1:])
