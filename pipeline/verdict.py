"""Accepted, for a person, or rejected: what the best candidate of a query is worth.

A checked credit code decides unless the name speaks against it.  Without one, a name decides
only where nothing but spelling differs and nobody else is near; the rest goes to a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from extractors.enterprises.compare import Enterprise, compare_names
from extractors.enterprises.levels import weights
from extractors.enterprises.register import Register, Weighed
from extractors.values.codes import is_uscc
from pipeline.records import Decision


class Verdict(NamedTuple):
    """A decision, and in Chinese what it rests on where it is no acceptance."""

    decision: Decision
    reasons: tuple[str, ...]


def judge(
    weighed: Sequence[Weighed], readings: Sequence[Enterprise], register: Register
) -> Verdict:
    """Decide on the first candidate.

    Args:
        weighed: candidates, best first.
        readings: the query as it was read, in several ways where it was.
        register: where the candidates come from.
    """
    if not weighed:
        return Verdict(Decision.REJECTED, ())
    first = weighed[0]
    codes = {reading.code for reading in readings if is_uscc(reading.code)}
    if len(codes) > 1:
        return _person("申报材料中出现不同的信用代码")
    if first.comparison.level("code") == "same":
        return _judge_by_code(weighed, register)
    if any(register.of_code(code) for code in codes):
        return _person("信用代码属于另一家登记企业")
    if first.comparison.level("code") == "different":
        if first.comparison.level("name") in {"same", "near"}:
            return _person("名称相同或仅差一字，而信用代码不同")
        return _weak(first, "名称相近而信用代码不同")
    if not first.comparison.name_decides and not _near_code(first):
        return _weak(first, "仅凭名称不足以认定")
    if any(_rivals(first, other, register) for other in weighed[1:4]):
        return _person("另有登记企业极为相近，难以区分")
    if len(register.of_name(first.query.name.key)) > 1:
        return _person("同一名称对应多家登记企业")
    return Verdict(Decision.ACCEPTED, ())


def decision_of_other(item: Weighed) -> Decision:
    """What a candidate behind the first one is: worth a look, or not."""
    worth = item.comparison.bits >= float(weights()["review"])
    return Decision.REVIEW if worth else Decision.REJECTED


def _judge_by_code(weighed: Sequence[Weighed], register: Register) -> Verdict:
    first = weighed[0]
    query = first.query
    if len(register.of_code(query.code)) > 1:
        return _person("同一信用代码下登记了不同名称")
    if not query.name.name:
        return _person("信用代码相同，但未读到企业名称")
    owners = register.of_name(query.name.key)
    if owners and first.number not in owners:
        return _person("信用代码与名称指向不同的登记企业")
    if first.comparison.name_contradicts:
        return _person("信用代码相同，但名称不符")
    return Verdict(Decision.ACCEPTED, ())


def _near_code(item: Weighed) -> bool:
    """Whether a code misread in one place, and a name that does not object, are enough."""
    comparison = item.comparison
    return (
        comparison.level("code") == "near"
        and comparison.level("brand") == "same"
        and not comparison.name_contradicts
    )


def _rivals(first: Weighed, other: Weighed, register: Register) -> bool:
    """Whether another enterprise is so near that the first one may be the wrong one.

    A damaged name may be either of two whose own names differ in spelling only.
    """
    if first.comparison.bits - other.comparison.bits < float(weights()["margin"]):
        return True
    if first.comparison.level("name") == "same":
        return False
    names = register.name_of(first.number), register.name_of(other.number)
    return other.comparison.name_decides or compare_names(*names).name_decides


def _person(reason: str) -> Verdict:
    return Verdict(Decision.REVIEW, (reason,))


def _weak(item: Weighed, reason: str) -> Verdict:
    return Verdict(decision_of_other(item), (reason,))
