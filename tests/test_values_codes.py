"""Identifiers: the vectors of the standards, and errors that must not pass."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.values.codes import (
    USCC_ALPHABET,
    is_organisation_code,
    is_registration_number,
    is_uscc,
    organisation_check_character,
    patent_check_character,
    patent_class,
    read_patent_number,
    read_registration_number,
    read_software_number,
    read_uscc,
    registration_check_digit,
    repair_candidates,
    uscc_check_character,
    uscc_faults,
)

GOOD = (
    "91110000600037341L",
    "91320621MA1MRHG205",
    "91110108551385082Q",
    "91210200716996405L",
    "91210231693282716J",
    "912102317772962774",
    "912102422418131093",
    "91210242MA0YGH36XJ",
)


@st.composite
def usccs(draw: st.DrawFn) -> str:
    region = draw(st.text("0123456789", min_size=6, max_size=6))
    body = draw(st.text(USCC_ALPHABET, min_size=8, max_size=8))
    code = "91" + region + body + organisation_check_character(body)
    return code + uscc_check_character(code)


@pytest.mark.parametrize("code", GOOD)
def test_known_credit_codes_pass(code: str) -> None:
    assert uscc_faults(code) == ()


@pytest.mark.parametrize("code", ["91210231MA00111000", "91320621MA1MRHG207"])
def test_invented_and_altered_codes_fail(code: str) -> None:
    assert not is_uscc(code)


@given(usccs(), st.integers(0, 17), st.sampled_from(USCC_ALPHABET))
def test_no_single_wrong_character_passes(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    assert is_uscc(code)
    assert is_uscc(changed) == (changed == code)


@given(usccs(), st.integers(0, 16))
def test_no_swap_of_neighbours_passes(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_uscc(swapped) == (swapped == code)


@given(st.text(max_size=40))
def test_any_text_at_all_is_read_without_an_error(text: str) -> None:
    reading = read_uscc(text)
    assert reading.valid == is_uscc(reading.value)
    assert reading.valid or reading.doubt
    read_patent_number(text)
    read_software_number(text)
    read_registration_number(text)


def test_a_code_is_read_through_blanks_hyphens_and_full_width() -> None:
    assert read_uscc("９１２１ 0231-6932 8271 6j").value == "91210231693282716J"


def test_a_misread_letter_is_proposed_and_never_applied() -> None:
    reading = read_uscc("9121O231693282716J")
    assert reading.value == "9121O231693282716J"
    assert not reading.valid
    assert "91210231693282716J" in repair_candidates(reading.value)


@given(usccs(), st.integers(0, 17))
def test_every_proposed_repair_is_a_valid_code(code: str, place: int) -> None:
    broken = code[:place] + {"0": "O", "1": "I", "8": "B"}.get(code[place], "Z") + code[place + 1 :]
    assert all(is_uscc(candidate) for candidate in repair_candidates(broken))


def test_old_numbers_in_place_of_the_code_are_named() -> None:
    old = read_uscc("210231000004951")
    assert (old.valid, old.value) == (False, "210231000004951")
    assert "旧注册号" in old.doubt
    assert "组织机构代码" in read_uscc("69328271-6").doubt


def test_registration_numbers_are_checked_by_their_last_digit() -> None:
    assert is_registration_number("110108000000016")
    assert is_registration_number("210231000004951")
    assert not is_registration_number("110108000000017")


@given(st.text("0123456789", min_size=14, max_size=14), st.integers(0, 14), st.integers(1, 9))
def test_no_single_wrong_digit_passes_in_a_registration_number(
    body: str, place: int, shift: int
) -> None:
    number = body + registration_check_digit(body)
    digit = str((int(number[place]) + shift) % 10)
    assert not is_registration_number(number[:place] + digit + number[place + 1 :])


def test_an_organisation_code_is_part_of_the_credit_code() -> None:
    assert all(is_organisation_code(code[8:17]) for code in GOOD)


def test_a_patent_number_shows_its_class_and_its_check() -> None:
    assert patent_check_character("201080063196") == "9"
    reading = read_patent_number("ZL 2010 8 0063196.9")
    assert (reading.value, reading.valid) == ("ZL201080063196.9", True)
    assert read_patent_number("ZL201080063196.8").valid is False
    assert read_patent_number("ZL201080063196").valid is None
    assert patent_class("ZL201920123456.7") == "实用新型"


def test_a_publication_number_is_no_patent_number() -> None:
    reading = read_patent_number("CN102345678A")
    assert reading.valid is False
    assert "公开" in reading.doubt


def test_software_copyrights_have_two_numbers() -> None:
    assert read_software_number("2019 SR 0123456").value == "2019SR0123456"
    assert read_software_number("软著登字第4567890号").value == "软著登字第4567890号"
    assert read_software_number("SR2019").valid is False


@pytest.mark.parametrize("body", ["", "I" * 17, "1" * 16, "V" + "1" * 16])
def test_a_check_character_needs_a_body_of_the_right_kind(body: str) -> None:
    with pytest.raises(ValueError):
        uscc_check_character(body)
