"""Cases in which paper and registrations are not one to one, and those of a run.

An enterprise applies once for a tier, and each application has one registration; whatever is
otherwise is for a person to see.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from extractors.enterprises.names import comparison_key
from extractors.values.codes import is_uscc
from pipeline.records import ApplicationResult, Decision


class Case(NamedTuple):
    """A case for a person.

    Attributes:
        kind: in Chinese, one of a few.
        queries: ids of the queries.
        registrations: ids of the registrations.
    """

    kind: str
    queries: tuple[str, ...]
    registrations: tuple[str, ...]


SAME_TIER = "同一企业同一梯度有多份材料"
TWO_TIERS = "同一企业申报多个梯度"
SHARED = "多份材料对应同一登记企业"
SEVERAL_NEAR = "一份材料有多家相近登记企业"
SEVERAL_ROWS = "同一登记企业有多条登记"
WITHOUT_REGISTRATION = "材料未见登记"
WITHOUT_PAPER = "登记未见材料"


def reconcile_run(results: Sequence[ApplicationResult]) -> tuple[Case, ...]:
    """List what is not one to one between the applications of a run and the registrations.

    Registrations without paper are not among the cases: the run lists them whole.

    Args:
        results: in the order in which cases are to name them.
    """
    cases: list[Case] = []
    takers: dict[str, list[str]] = defaultdict(list)
    for result in results:
        name, match = result.application.application_id, result.match
        if match.decision is Decision.REJECTED or not match.candidates:
            cases.append(Case(WITHOUT_REGISTRATION, (name,), ()))
            continue
        takers[match.candidates[0].registration_id].append(name)
        near = {
            comparison_key(candidate.registration_name): candidate.registration_id
            for candidate in reversed(match.candidates)
            if candidate.decision is Decision.REVIEW
        }
        if len(near) > 1:
            cases.append(Case(SEVERAL_NEAR, (name,), tuple(reversed(near.values()))))
    cases += [Case(SHARED, tuple(names), (row,)) for row, names in takers.items() if len(names) > 1]
    for same in _of_one_enterprise(results):
        names = tuple(result.application.application_id for result in same)
        rows = tuple(
            dict.fromkeys(r.match.registration_id for r in same if r.match.registration_id)
        )
        tiers = Counter(result.application.tier for result in same)
        if len(tiers) > 1:
            cases.append(Case(TWO_TIERS, names, rows))
        if max(tiers.values()) > 1:
            cases.append(Case(SAME_TIER, names, rows))
    order = (SHARED, SAME_TIER, TWO_TIERS, SEVERAL_NEAR, WITHOUT_REGISTRATION)
    return tuple(sorted(cases, key=lambda case: order.index(case.kind)))


def _of_one_enterprise(
    results: Iterable[ApplicationResult],
) -> Iterator[tuple[ApplicationResult, ...]]:
    """Applications that name one enterprise, by code, name or registered name; two or more."""
    groups: list[tuple[set[str], list[ApplicationResult]]] = []
    for result in results:
        marks, members = _marks(result), [result]
        apart = []
        for known, others in groups:
            if known.isdisjoint(marks):
                apart.append((known, others))
            else:
                marks, members = marks | known, others + members
        groups = [*apart, (marks, members)]
    yield from (tuple(members) for _, members in groups if len(members) > 1)


def _marks(result: ApplicationResult) -> set[str]:
    """What an enterprise is known by: its code, or else its name; and its registered name."""
    application, match = result.application, result.match
    sure = is_uscc(application.uscc)
    marks = {application.uscc if sure else comparison_key(application.enterprise_name)}
    if match.decision is Decision.ACCEPTED:
        marks.add(comparison_key(match.candidates[0].registration_name))
    return marks - {""}
