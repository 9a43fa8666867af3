"""Invents identifiers that pass their checks: credit codes, patent numbers, phones.

The check digits are written here a second time, apart from those of the extractors, so
that a mistake in one of them shows in the tests instead of hiding in both.
"""

from __future__ import annotations

from random import Random

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_PATENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)

REGISTRY_CODES = ("210200", "210202", "210203", "210204", "210211", "210212", "210213")
"""Registration authorities of Dalian; functional areas have codes of their own."""


def uscc_check(first17: str) -> str:
    """The 18th character of a credit code (GB 32100-2015)."""
    total = sum(
        _ALPHABET.index(char) * weight for char, weight in zip(first17, _USCC_WEIGHTS, strict=True)
    )
    return _ALPHABET[(31 - total % 31) % 31]


def organisation_check(first8: str) -> str:
    """The ninth character of an organisation code (GB 11714)."""
    total = sum(
        _ORG_ALPHABET.index(char) * weight
        for char, weight in zip(first8, _ORG_WEIGHTS, strict=True)
    )
    rest = 11 - total % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def patent_check(first12: str) -> str:
    """The character after the dot of a patent number of the 2003 system."""
    total = sum(int(digit) * weight for digit, weight in zip(first12, _PATENT_WEIGHTS, strict=True))
    return "X" if total % 11 == 10 else str(total % 11)


def invent_uscc(rng: Random, registry: str, founded: int) -> str:
    """A valid credit code of an enterprise; those founded late carry an ``MA`` number."""
    if founded >= 2016:
        body = "MA" + "".join(rng.choice(_ALPHABET) for _ in range(6))
    else:
        body = "".join(rng.choice("0123456789") for _ in range(8))
    first17 = "91" + registry + body + organisation_check(body)
    return first17 + uscc_check(first17)


def damage_uscc(rng: Random, code: str) -> str:
    """The code with one character altered, so that its check fails.

    Two characters that scanners confuse are not exchanged: the reader may repair those,
    and the mistake meant here is the applicant's.
    """
    alike = ("0DQ", "1L", "2", "5", "8B", "6G", "UVWY", "9", "3", "4A", "7T", "CEF", "HMN", "JKPRX")
    place = rng.randrange(8, 17)
    group = next((chars for chars in alike if code[place] in chars), "")
    kin = [char for char in "0123456789" if char != code[place] and char not in group]
    return code[:place] + rng.choice(kin) + code[place + 1 :]


def invent_patent_number(rng: Random, kind: str, filed: int) -> str:
    """A valid patent number; ``kind`` is 发明专利, 实用新型专利 or 外观设计专利."""
    digit = {"发明专利": "1", "实用新型专利": "2", "外观设计专利": "3"}[kind]
    first12 = f"{filed}{digit}{rng.randrange(1000, 999_999):07d}"
    return f"ZL{first12}.{patent_check(first12)}"


def invent_mobile(rng: Random) -> str:
    """Eleven digits of a mobile phone."""
    head = rng.choice(("130", "133", "135", "136", "139", "150", "155", "158", "186", "189"))
    return head + f"{rng.randrange(10**8):08d}"


def invent_landline(rng: Random) -> str:
    """Eight digits of a telephone in Dalian."""
    return rng.choice("3688") + f"{rng.randrange(10**7):07d}"
