"""What is not one to one between the queries and the register of ``zjtx match``.

An enterprise applies once, so two queries on one registration, two registrations that a query
may mean, and what has no counterpart are each for a person to see.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from extractors.enterprises.register import Register
from pipeline.pairing import (
    SEVERAL_NEAR,
    SEVERAL_ROWS,
    SHARED,
    WITHOUT_PAPER,
    WITHOUT_REGISTRATION,
    Case,
)
from pipeline.records import Decision
from pipeline.results.text import guard, one_line


class Outcome(NamedTuple):
    """What came of a query.

    Attributes:
        query_id: of the query.
        decision: on its first candidate.
        near: numbers of the enterprises worth a look, best first; the accepted one is first.
    """

    query_id: str
    decision: Decision
    near: tuple[int, ...]


_MOST_LISTED = 100_000
"""Registrations without a query are listed up to so many; a whole register is no work list."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All cases, and how many registrations no query was accepted for."""

    cases: tuple[Case, ...]
    without_paper: int

    def __str__(self) -> str:
        """A line for each kind of case."""
        counts: dict[str, int] = defaultdict(int)
        for case in self.cases:
            counts[case.kind] += 1
        counts[WITHOUT_PAPER] = self.without_paper
        return "\n".join(f"{kind}: {count}" for kind, count in counts.items() if count)

    def write(self, path: Path) -> None:
        """The cases as CSV with Chinese headers."""
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("情况", "材料编号", "登记编号"))
            for case in self.cases:
                ids = ("|".join(case.queries), "|".join(case.registrations))
                writer.writerow((case.kind, *(guard(one_line(text)) for text in ids)))


def reconcile(
    outcomes: Iterable[Outcome], register: Register, ids: Sequence[str]
) -> Reconciliation:
    """List what is not one to one.

    Args:
        outcomes: of all queries.
        register: whose enterprises were matched.
        ids: registration id of each row of the register.
    """
    cases: list[Case] = []
    takers: dict[int, list[str]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.decision is Decision.ACCEPTED:
            takers[outcome.near[0]].append(outcome.query_id)
        elif outcome.decision is Decision.REJECTED or not outcome.near:
            cases.append(Case(WITHOUT_REGISTRATION, (outcome.query_id,), ()))
        elif len(outcome.near) > 1:
            near = tuple(ids[number] for number in outcome.near)
            cases.append(Case(SEVERAL_NEAR, (outcome.query_id,), near))
    for number, queries in sorted(takers.items()):
        rows = tuple(ids[row] for row in register.rows_of(number))
        if len(queries) > 1:
            cases.append(Case(SHARED, tuple(queries), rows))
        if len(rows) > 1:
            cases.append(Case(SEVERAL_ROWS, tuple(queries), rows))
    taken = {row for number in takers for row in register.rows_of(number)}
    left = len(ids) - len(taken)
    if left <= _MOST_LISTED:
        free = (row for row in range(len(ids)) if row not in taken)
        cases += [Case(WITHOUT_PAPER, (), (ids[row],)) for row in free]
    return Reconciliation(tuple(cases), left)
