"""Which enterprises a page names: codes and names in its text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from extractors.forms.labels import squeeze
from extractors.page import PageView, Record

_CODE = re.compile(r"(?<![0-9A-Z])[0-9A-Z][0-9A-Z]{17}(?![0-9A-Z])")
_NAME = re.compile(
    r"[\u4e00-\u9fff()A-Za-z0-9]{4,40}?(?:有限责任公司|股份有限公司|有限公司|合作社|集团公司|厂(?![\u4e00-\u9fff]))"
)


class Named(Record):
    """The enterprises that a page names."""

    codes: frozenset[str]
    names: frozenset[str]


def enterprise_text(name: str) -> str:
    """A name as it is compared: NFKC, no space, round brackets in one form."""
    return squeeze(name).replace("[", "(").replace("]", ")")


def named_on(views: Iterable[PageView]) -> Named:
    """All codes of 18 characters and all names of enterprises in the lines and seals."""
    codes: set[str] = set()
    names: set[str] = set()
    for view in views:
        for text in (*(line.text for line in view.lines), *(seal.text for seal in view.seals)):
            plain = squeeze(text)
            codes.update(
                code for code in _CODE.findall(plain.upper()) if sum(c.isdigit() for c in code) > 9
            )
            names.update(_NAME.findall(enterprise_text(text)))
    return Named(codes=frozenset(codes), names=frozenset(names))


def same_code(one: str, other: str) -> bool:
    """Whether two codes are equal but for up to two misread characters."""
    return len(one) == len(other) == 18 and Levenshtein.distance(one, other, score_cutoff=2) <= 2


def name_likeness(one: str, other: str) -> float:
    """Likeness of two names as read, 0 to 1; 1 is equal after NFKC."""
    left, right = enterprise_text(one), enterprise_text(other)
    if not left or not right:
        return 0.0
    if left == right:
        return 1.0
    return 1 - Levenshtein.distance(left, right) / max(len(left), len(right))


def names_it(named: Named, name: str, code: str) -> bool:
    """Whether the enterprise is among those named, reading errors allowed."""
    if code and any(same_code(code, other) for other in named.codes):
        return True
    plain = enterprise_text(name)
    return bool(plain) and any(
        plain in other
        or name_likeness(plain, other) >= 0.85
        or (len(other) >= len(plain) and fuzz.partial_ratio(plain, other) >= 90)
        for other in named.names
    )
