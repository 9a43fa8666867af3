"""Which online registration an application belongs to, or an honest "not known".

The register weighs the candidates, ``pipeline.verdict`` decides; here are the readings of an
application, and which of an enterprise's rows is meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Self

from extractors.enterprises.compare import Enterprise
from extractors.enterprises.names import comparison_key, parse_name
from extractors.enterprises.register import Register, Row, Weighed
from extractors.values.codes import compact_code, is_uscc
from pipeline.records import (
    Application,
    Candidate,
    Decision,
    Extraction,
    FieldState,
    Match,
    Registration,
)
from pipeline.verdict import Verdict, decision_of_other, judge

MAX_CANDIDATES = 5
_PHONE_KEYS = ("contact_mobile", "contact_tel", "legal_rep_mobile", "legal_rep_tel")
_STATED = {FieldState.ACCEPTED, FieldState.REVIEW, FieldState.CORRECTED}


@dataclass(frozen=True)
class RegistrationIndex:
    """Registrations, and the register of the enterprises that made them."""

    registrations: tuple[Registration, ...]
    register: Register

    @classmethod
    def build(cls, registrations: Sequence[Registration]) -> Self:
        """An index over all rows."""
        rows = (
            Row(
                row.enterprise_name,
                row.uscc,
                row.phone,
                row.legal_rep,
                row.district,
                tuple(dict.fromkeys(name for name in row.former_names if name)),
            )
            for row in registrations
        )
        return cls(tuple(registrations), Register.build(rows))

    def rows_of(self, number: int) -> tuple[Registration, ...]:
        """The registrations of an enterprise."""
        return tuple(self.registrations[row] for row in self.register.rows_of(number))


def match(application: Application, extraction: Extraction, index: RegistrationIndex) -> Match:
    """Find the registration of an application.

    Args:
        application: whose name and code are the best reading so far.
        extraction: its fields; names, codes, telephones, legal representative and district
            are used as further witnesses.
        index: the online registrations.

    Returns:
        Up to five candidates, best first; only the first can be accepted.
    """
    readings = _readings(application, extraction)
    weighed = index.register.weigh(readings).weighed
    verdict = judge(weighed, readings, index.register)
    candidates: list[Candidate] = []
    stated = {(item.key, item.value) for item in extraction.fields if item.value}
    for item in weighed:
        rows_of = index.rows_of(item.number)
        for row, row_reasons, fits in _rows(rows_of, application.tier, stated):
            if len(candidates) == MAX_CANDIDATES:
                break
            candidates.append(_candidate(item, row, row_reasons, fits, verdict, not candidates))
    kept = tuple(c for c in candidates if c.rank == 1 or c.score >= 1.0)
    return Match(
        application_id=application.application_id,
        decision=kept[0].decision if kept else Decision.REJECTED,
        candidates=tuple(c.model_copy(update={"rank": i}) for i, c in enumerate(kept, start=1)),
    )


def _readings(application: Application, extraction: Extraction) -> tuple[Enterprise, ...]:
    """Each reading of the name with each reading of the code, the application's own first."""
    values: dict[str, list[str]] = defaultdict(list)
    for item in extraction.fields:
        if item.value and item.state in _STATED:
            values[item.key].append(item.value)
    names = _distinct([application.enterprise_name, *values["enterprise_name"]])
    names = names or _distinct(values["business_licence.name"])
    codes = _distinct(
        compact_code(code)
        for code in (application.uscc, *values["uscc"], *values["business_licence.uscc"])
    )
    codes = [code for code in codes if is_uscc(code)] or codes or [""]
    phones = frozenset(
        number for key in _PHONE_KEYS for value in values[key] for number in value.split(";")
    )
    legal_rep = next(iter(values["legal_rep"] or values["business_licence.legal_rep"]), "")
    district = next(iter(values["district"]), "")
    return tuple(
        Enterprise(parse_name(name), code, phones, legal_rep, district)
        for name in names or [""]
        for code in codes
    )


def _distinct(texts: Iterable[str]) -> list[str]:
    return list({comparison_key(text): text for text in reversed([*texts]) if text}.values())[::-1]


def _rows(
    registered: Sequence[Registration], tier: str, stated: Set[tuple[str, str]]
) -> Iterator[tuple[Registration, tuple[str, ...], bool]]:
    """The rows to show for an enterprise: those of the tier, or the ones there are.

    An enterprise that registered for another tier is still that enterprise; that the tiers
    differ is for the rules to say.

    Of several rows of one tier (two products of one applicant) the one that repeats more
    of what the form states comes first; it fits only where no other repeats as much.
    """
    rows = [row for row in registered if row.tier == tier]
    rows = rows or [row for row in registered if not row.tier]
    if not rows:
        for row in registered:
            yield row, (f"网上申报梯度为“{row.tier}”，与纸质材料不一致",), len(registered) == 1
        return
    agreed = {row.registration_id: len(stated & set(row.values)) for row in rows}
    rows.sort(key=lambda row: (-agreed[row.registration_id], row.registration_id))
    alone = len(rows) == 1 or agreed[rows[0].registration_id] > agreed[rows[1].registration_id]
    reasons = () if len(rows) == 1 else (f"同一企业同一梯度有{len(rows)}条网上申报",)
    for row in rows:
        yield row, reasons, alone


def _candidate(
    item: Weighed,
    row: Registration,
    row_reasons: tuple[str, ...],
    fits: bool,
    verdict: Verdict,
    is_first: bool,
) -> Candidate:
    decision, reasons = verdict
    if not is_first:
        decision, reasons = decision_of_other(item), ()
    elif decision is Decision.ACCEPTED and not fits:
        decision = Decision.REVIEW
    former = (f"曾用名“{item.former}”",) if item.former else ()
    invalid = row.uscc and not is_uscc(row.uscc)
    unusable = (f"网上信用代码“{row.uscc}”未通过校验，未采用",) if invalid else ()
    return Candidate(
        rank=1 if is_first else 2,
        registration_id=row.registration_id,
        registration_name=row.enterprise_name,
        score=item.comparison.score,
        decision=decision,
        reasons=(*reasons, *former, *row_reasons, *item.comparison.reasons, *unusable),
    )
