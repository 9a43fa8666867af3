"""Identifiers with check characters: read, proved, and repaired only as a proposal.

Sources: GB 32100-2015 (统一社会信用代码), GB 11714 (organisation code), GS 15-2006 with
ISO 7064 MOD 11,10 (old registration number), ZC 0006-2003 (patent number).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations, product

from extractors.values.reading import Normalised
from extractors.values.similarity import lookalikes
from extractors.values.tidy import squeeze

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Digits and letters without I O S V Z."""

_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PATENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_DEPARTMENTS = {
    "1": "1239", "2": "19", "3": "1234599", "4": "19", "5": "1239", "6": "129", "7": "129",
    "8": "19", "9": "123", "A": "19", "N": "1239", "Y": "1",
}  # fmt: skip
_SEPARATORS = re.compile(r"[\s\-—–·._:：,，。]+")


def uscc_check_character(first17: str) -> str:
    """The 18th character for the first 17.

    Raises:
        ValueError: not 17 characters of the alphabet.
    """
    if len(first17) != 17:
        raise ValueError(f"17 characters needed, not {len(first17)}")
    total = sum(
        USCC_ALPHABET.index(character) * weight
        for character, weight in zip(first17, _USCC_WEIGHTS, strict=True)
    )
    return USCC_ALPHABET[-total % 31]


def organisation_check_character(first8: str) -> str:
    """The 9th character of an organisation code (GB 11714) for the first 8.

    Raises:
        ValueError: not 8 digits or capitals.
    """
    if len(first8) != 8:
        raise ValueError(f"8 characters needed, not {len(first8)}")
    total = sum(
        _ORG_ALPHABET.index(character) * weight
        for character, weight in zip(first8, _ORG_WEIGHTS, strict=True)
    )
    rest = 11 - total % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def registration_check_digit(first14: str) -> str:
    """The 15th digit of an old registration number for the first 14 (ISO 7064 MOD 11,10).

    Raises:
        ValueError: not 14 digits.
    """
    if not re.fullmatch(r"[0-9]{14}", first14):
        raise ValueError("14 digits needed")
    carry = 10
    for digit in first14:
        carry = ((carry + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - carry) % 10)


def patent_check_character(digits: str) -> str:
    """The character behind the point of a patent number: for 12 digits, or 8 before 2003.

    Raises:
        ValueError: neither 12 nor 8 digits.
    """
    if not re.fullmatch(r"[0-9]{12}|[0-9]{8}", digits):
        raise ValueError("12 or 8 digits needed")
    weights = _PATENT_WEIGHTS[: len(digits)]
    rest = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def compact_code(raw: str) -> str:
    """NFKC, capitals, without blanks and separators; nothing is repaired."""
    return _SEPARATORS.sub("", squeeze(raw)).upper()


def uscc_faults(code: str) -> tuple[str, ...]:
    """What is wrong with a compact code, in Chinese; empty when every check passes."""
    if len(code) != 18:
        return (f"应为18位，实为{len(code)}位",)
    strangers = sorted({character for character in code if character not in USCC_ALPHABET})
    if strangers:
        return (f"含有不应出现的字符“{'、'.join(strangers)}”",)
    faults = []
    if code[1] not in _DEPARTMENTS.get(code[0], ""):
        faults.append(f"登记管理部门及机构类别“{code[:2]}”不存在")
    if not code[2:8].isdigit():
        faults.append("第3至8位登记机关行政区划码应为数字")
    if organisation_check_character(code[8:16]) != code[16]:
        faults.append("第9至17位主体标识码（组织机构代码）校验不符")
    if uscc_check_character(code[:17]) != code[17]:
        faults.append("第18位校验码不符")
    return tuple(faults)


def is_uscc(code: str) -> bool:
    """Whether a compact code passes every check."""
    return not uscc_faults(code)


def read_uscc(raw: str) -> Normalised:
    """A credit code as written, in capitals; ``valid`` tells whether it passes every check.

    Old numbers that stand in its place (15-digit registration number, 9-character
    organisation code) are kept and named in ``doubt``.
    """
    code = compact_code(raw)
    faults = uscc_faults(code)
    if not faults:
        return Normalised(code, valid=True)
    if re.fullmatch(r"[0-9]{15}", code):
        checked = "校验相符" if is_registration_number(code) else "校验不符"
        return Normalised(
            code, valid=False, doubt=f"为15位旧注册号（{checked}），应为统一社会信用代码"
        )
    if len(code) == 9 and is_organisation_code(code):
        return Normalised(code, valid=False, doubt="为9位组织机构代码，应为统一社会信用代码")
    return Normalised(code, valid=False, doubt="统一社会信用代码" + "；".join(faults))


def is_organisation_code(code: str) -> bool:
    """Whether a compact 9-character organisation code checks."""
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        return False
    return organisation_check_character(code[:8]) == code[8]


def is_registration_number(code: str) -> bool:
    """Whether a compact 15-digit registration number checks."""
    return (
        bool(re.fullmatch(r"[0-9]{15}", code)) and registration_check_digit(code[:14]) == code[14]
    )


def read_registration_number(raw: str) -> Normalised:
    """An old 15-digit registration number."""
    code = compact_code(raw)
    if not re.fullmatch(r"[0-9]{15}", code):
        return Normalised(code, valid=False, doubt="旧注册号应为15位数字")
    if not is_registration_number(code):
        return Normalised(code, valid=False, doubt="旧注册号校验码不符")
    return Normalised(code, valid=True)


def read_patent_number(raw: str) -> Normalised:
    """A patent number as ``ZL201080063196.9`` (``ZL`` only where it is written).

    A number without its check character has ``valid`` ``None``; a publication number is
    no patent number.
    """
    code = re.sub(r"[\s\-—–·_:：,，。]+", "", squeeze(raw)).upper().removeprefix("专利号")
    if re.fullmatch(r"CN[0-9]{7,9}[ABCUSY][0-9]?", code):
        return Normalised(code, valid=False, doubt="为公开（公告）号，不是专利号")
    hit = re.fullmatch(r"(ZL|CN)?([0-9]{12}|[0-9]{8})(?:\.?([0-9X]))?", code)
    if not hit:
        return Normalised(code, valid=False, doubt="不符合专利号的写法")
    prefix, digits, check = hit[1] or "", hit[2], hit[3]
    if patent_class(digits) == "":
        return Normalised(code, valid=False, doubt="专利号中的类别位或年份不存在")
    if check is None:
        return Normalised(prefix + digits, valid=None, doubt="专利号缺少校验位")
    value = f"{prefix}{digits}.{check}"
    if patent_check_character(digits) != check:
        return Normalised(value, valid=False, doubt="专利号校验位不符")
    return Normalised(value, valid=True)


def patent_class(number: str) -> str:
    """``发明``, ``实用新型`` or ``外观设计``; empty where the digits allow none."""
    digits = re.sub(r"\D", "", number.upper().removeprefix("ZL").partition(".")[0])
    if len(digits) >= 12:
        kind, plausible = digits[4], 1985 <= int(digits[:4]) <= 2100
    else:
        kind, plausible = (
            digits[2:3],
            len(digits) >= 8 and int(digits[:2]) + 100 * (digits[0] == "0") >= 85,
        )
    names = {"1": "发明", "2": "实用新型", "3": "外观设计", "8": "发明", "9": "实用新型"}
    return names.get(kind, "") if plausible else ""


def read_software_number(raw: str) -> Normalised:
    """A software copyright's registration number ``2019SR0123456`` or ``软著登字第…号``."""
    code = squeeze(raw).upper().strip("。.:：")
    hit = re.fullmatch(r"(?:登记号:?)?((?:19|20)[0-9]{2})SR([0-9]{4,7})", code)
    if hit:
        return Normalised(f"{hit[1]}SR{hit[2]}", valid=None)
    hit = re.fullmatch(r"软著登字第([0-9]{4,9})号?", code)
    if hit:
        return Normalised(f"软著登字第{hit[1]}号", valid=None)
    return Normalised(code, valid=False, doubt="不符合软件著作权登记号的写法")


def repair_candidates(
    code: str, check: Callable[[str], bool] = is_uscc, *, changes: int = 2
) -> tuple[str, ...]:
    """Codes that pass ``check`` and differ only in characters that look alike.

    To be proposed, never applied: with the organisation code's own check a broken code
    still has several one-character repairs in most cases, so a second witness (the
    registration, another page) has to choose.

    Args:
        code: compact code of the right length.
        check: the proof of a whole code.
        changes: at most so many characters are changed.

    Returns:
        Candidates with the fewest changes first, then in alphabetical order.
    """
    table = lookalikes("codes")
    choices = [
        sorted(other.upper() for other in table.get(character, frozenset()) if other.isalnum())
        for character in code
    ]
    found: list[str] = []
    for count in range(changes + 1):
        level = {changed for changed in _changed(code, choices, count) if check(changed)}
        found += sorted(level - set(found))
    return tuple(found)


def _changed(code: str, choices: list[list[str]], count: int) -> Iterator[str]:
    places = [place for place, options in enumerate(choices) if options]
    for where in combinations(places, count):
        for letters in product(*(choices[place] for place in where)):
            changed = list(code)
            for place, letter in zip(where, letters, strict=True):
                changed[place] = letter
            yield "".join(changed)
