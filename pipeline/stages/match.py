"""Which online registration an application belongs to, or an honest "not known".

A checked credit code decides unless the name speaks against it.  Without one, a name
decides only where nothing but spelling differs; the rest goes to a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Self

from rapidfuzz import fuzz, process

from extractors.enterprises.compare import Enterprise, compare
from extractors.enterprises.levels import Comparison, weights
from extractors.enterprises.names import NameParts, comparison_key, parse_name
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

MAX_CANDIDATES = 5
_NEIGHBOURS = 20
_REVIEW_SCORE = 20.0
_SHORTLIST_RATIO = 45
_PHONE_KEYS = ("contact_mobile", "contact_tel", "legal_rep_mobile", "legal_rep_tel")
_STATED = {FieldState.ACCEPTED, FieldState.REVIEW, FieldState.CORRECTED}


@dataclass(frozen=True, slots=True)
class _Registered:
    """One enterprise of the table with all of its rows."""

    rows: tuple[Registration, ...]
    current: Enterprise
    former: tuple[NameParts, ...]


@dataclass
class RegistrationIndex:
    """Registrations by code, by name (former ones too), and by likeness."""

    registrations: tuple[Registration, ...]
    _enterprises: list[_Registered] = field(default_factory=list)
    _by_code: dict[str, list[int]] = field(default_factory=dict)
    _by_key: dict[str, list[int]] = field(default_factory=dict)
    _by_phone: dict[str, list[int]] = field(default_factory=dict)
    _keys: list[str] = field(default_factory=list)
    _cores: list[str] = field(default_factory=list)
    _owners: list[int] = field(default_factory=list)

    @classmethod
    def build(cls, registrations: Sequence[Registration]) -> Self:
        """An index over all rows.

        Rows of one code and one name are one enterprise; a row without a usable code
        belongs to the one coded enterprise of its name, where there is just one.
        """
        index = cls(tuple(registrations))
        for rows in _enterprises_of(registrations):
            index._add(rows)
        return index

    def of_code(self, code: str) -> list[int]:
        """Enterprises with this code."""
        return self._by_code.get(code, [])

    def of_name(self, key: str) -> list[int]:
        """Enterprises that have, or had, this name."""
        return self._by_key.get(key, [])

    def enterprise(self, number: int) -> _Registered:
        """The enterprise with a number of this index."""
        return self._enterprises[number]

    def near(self, query: Enterprise) -> set[int]:
        """Enterprises worth comparing with the query."""
        found = set(self.of_code(query.code)) | set(self.of_name(query.name.key))
        for phone in query.phones:
            found |= set(self._by_phone.get(phone, ()))
        for text, names in ((query.name.key, self._keys), (query.name.core, self._cores)):
            if text:
                hits = process.extract(
                    text, names, scorer=fuzz.ratio, limit=_NEIGHBOURS, score_cutoff=_SHORTLIST_RATIO
                )
                found |= {self._owners[place] for _, _, place in hits}
        return found

    def _add(self, rows: tuple[Registration, ...]) -> None:
        number = len(self._enterprises)
        first = next((row for row in rows if is_uscc(row.uscc)), rows[0])
        names = list(dict.fromkeys(name for row in rows for name in row.former_names if name))
        former = tuple(parse_name(name) for name in names)
        current = Enterprise(
            parse_name(first.enterprise_name),
            first.uscc,
            frozenset(phone for row in rows for phone in row.phone.split(";") if phone),
            first.legal_rep,
            first.district,
        )
        self._enterprises.append(_Registered(rows, current, former))
        if is_uscc(first.uscc):
            self._by_code.setdefault(first.uscc, []).append(number)
        for phone in current.phones:
            self._by_phone.setdefault(phone, []).append(number)
        for parts in (current.name, *former):
            owners = self._by_key.setdefault(parts.key, [])
            if number not in owners:
                owners.append(number)
            self._keys.append(parts.key)
            self._cores.append(parts.core)
            self._owners.append(number)


def _enterprises_of(registrations: Sequence[Registration]) -> Iterator[tuple[Registration, ...]]:
    by_name: dict[str, dict[str, list[Registration]]] = {}
    for row in registrations:
        codes = by_name.setdefault(comparison_key(row.enterprise_name), {})
        codes.setdefault(row.uscc if is_uscc(row.uscc) else "", []).append(row)
    for codes in by_name.values():
        without = codes.pop("", [])
        if len(codes) == 1:
            (rows,) = codes.values()
            yield (*rows, *without)
            continue
        yield from (tuple(rows) for rows in codes.values())
        if without:
            yield tuple(without)


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A candidate with its best comparison."""

    number: int
    comparison: Comparison
    former: str
    """The former name by which it was found; empty for the current one."""
    query: Enterprise


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
    weighed = sorted(
        (_best(index, number, readings) for number in _shortlist(index, readings)),
        key=lambda item: (-item.comparison.bits, item.number),
    )
    decided = _decide(weighed, readings, index)
    candidates: list[Candidate] = []
    stated = {(item.key, item.value) for item in extraction.fields if item.value}
    for item in weighed:
        registered = index.enterprise(item.number)
        for row, row_reasons, fits in _rows(registered.rows, application.tier, stated):
            if len(candidates) == MAX_CANDIDATES:
                break
            candidates.append(_candidate(item, row, row_reasons, fits, decided, not candidates))
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


def _shortlist(index: RegistrationIndex, readings: Sequence[Enterprise]) -> list[int]:
    return sorted({number for reading in readings for number in index.near(reading)})


def _best(index: RegistrationIndex, number: int, readings: Sequence[Enterprise]) -> _Weighed:
    registered = index.enterprise(number)
    options = []
    for query in readings:
        options.append(_Weighed(number, compare(query, registered.current), "", query))
        for former in registered.former:
            renamed = replace(registered.current, name=former)
            options.append(_Weighed(number, compare(query, renamed), former.name, query))
    return max(options, key=lambda item: item.comparison.bits)


def _decide(
    weighed: Sequence[_Weighed], readings: Sequence[Enterprise], index: RegistrationIndex
) -> tuple[Decision, tuple[str, ...]]:
    """The decision on the first candidate, and what it rests on."""
    if not weighed:
        return Decision.REJECTED, ()
    first = weighed[0]
    codes = {reading.code for reading in readings if is_uscc(reading.code)}
    if len(codes) > 1:
        return Decision.REVIEW, ("申报材料中出现不同的信用代码",)
    if first.comparison.level("code") == "same":
        return _decide_by_code(weighed, index)
    if any(index.of_code(code) for code in codes):
        return Decision.REVIEW, ("信用代码属于另一家登记企业",)
    if first.comparison.level("code") == "different":
        if first.comparison.level("name") in {"same", "near"}:
            return Decision.REVIEW, ("名称相同或仅差一字，而信用代码不同",)
        return _weak(first, "名称相近而信用代码不同")
    if not first.comparison.name_decides and not _near_code(first):
        return _weak(first, "仅凭名称不足以认定")
    rivals = weighed[1:2]
    if rivals and first.comparison.bits - rivals[0].comparison.bits < float(weights()["margin"]):
        return Decision.REVIEW, ("另有登记企业极为相近，难以区分",)
    if len(index.of_name(first.query.name.key)) > 1:
        return Decision.REVIEW, ("同一名称对应多家登记企业",)
    return Decision.ACCEPTED, ()


def _decide_by_code(
    weighed: Sequence[_Weighed], index: RegistrationIndex
) -> tuple[Decision, tuple[str, ...]]:
    first = weighed[0]
    query = first.query
    if len(index.of_code(query.code)) > 1:
        return Decision.REVIEW, ("同一信用代码下登记了不同名称",)
    if not query.name.name:
        return Decision.REVIEW, ("信用代码相同，但未读到企业名称",)
    owners = index.of_name(query.name.key)
    if owners and first.number not in owners:
        return Decision.REVIEW, ("信用代码与名称指向不同的登记企业",)
    if first.comparison.name_contradicts:
        return Decision.REVIEW, ("信用代码相同，但名称不符",)
    return Decision.ACCEPTED, ()


def _near_code(item: _Weighed) -> bool:
    """Whether a code misread in one place, and a name that does not object, are enough."""
    comparison = item.comparison
    return (
        comparison.level("code") == "near"
        and comparison.level("brand") == "same"
        and not comparison.name_contradicts
    )


def _weak(item: _Weighed, reason: str) -> tuple[Decision, tuple[str, ...]]:
    decision = Decision.REVIEW if item.comparison.score >= _REVIEW_SCORE else Decision.REJECTED
    return decision, (reason,)


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
    item: _Weighed,
    row: Registration,
    row_reasons: tuple[str, ...],
    fits: bool,
    decided: tuple[Decision, tuple[str, ...]],
    is_first: bool,
) -> Candidate:
    decision, reasons = decided
    score = item.comparison.score
    if not is_first:
        decision = Decision.REVIEW if score >= _REVIEW_SCORE else Decision.REJECTED
        reasons = ()
    elif decision is Decision.ACCEPTED and not fits:
        decision = Decision.REVIEW
    former = (f"曾用名“{item.former}”",) if item.former else ()
    invalid = row.uscc and not is_uscc(row.uscc)
    unusable = (f"网上信用代码“{row.uscc}”未通过校验，未采用",) if invalid else ()
    return Candidate(
        rank=1 if is_first else 2,
        registration_id=row.registration_id,
        registration_name=row.enterprise_name,
        score=score,
        decision=decision,
        reasons=(*reasons, *former, *row_reasons, *item.comparison.reasons, *unusable),
    )
