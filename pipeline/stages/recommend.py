"""What follows from the judgement: the state, the district, the rows of the tables.

An application is recommended only when nothing is known to be wrong and nothing about it is
in doubt.  A cell of a table is marked where its value is not certain, however likely it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from extractors.page import Record
from extractors.values.kinds import FieldKind
from pipeline.districts import find_district
from pipeline.programme import FormField, Programme, SummaryTable, TableColumn
from pipeline.records import (
    Application,
    ApplicationResult,
    ApplicationState,
    Decision,
    Difference,
    DifferenceKind,
    Extraction,
    Field,
    FieldState,
    Judgement,
    Match,
    Medium,
    Registration,
    Severity,
)

_CERTAIN = frozenset({FieldState.ACCEPTED, FieldState.CORRECTED})
_NOTHING = frozenset({FieldState.MISSING, FieldState.UNREADABLE})
_INTELLECTUAL_PROPERTY = frozenset({"patents_inv", "patents_um", "patents_des", "software"})
_ADDRESSES = ("reg_address", "mail_address")
_LONGEST_NOTE = 40
"""Characters that the last column of a table takes as they are."""
_SHORT_NOTE = 22
_NOTES_SHOWN = 2
_MEDIA = {Medium.PAPER: 0, Medium.ELECTRONIC: 1, Medium.ONLINE: 2}


# --- values --------------------------------------------------------------------------------


class BestValue(Record):
    """The value of a key over all volumes of an application."""

    value: str
    """Empty where no volume states one."""
    certain: bool
    """Accepted or corrected by a person, and no other volume's accepted value differs."""
    field: Field | None
    """The field it was taken from."""


def best_value(extraction: Extraction, key: str) -> BestValue:
    """The value of a key that a table should show, and whether it may be relied on.

    Certain readings come before doubtful ones, then paper before the electronic copy; the
    online record is never taken for what the application states.
    """
    stated = [
        field
        for field in extraction.fields
        if field.key == key and field.medium is not Medium.ONLINE
    ]
    if not stated:
        return BestValue(value="", certain=False, field=None)
    best = min(stated, key=_preference)
    certain_values = {field.value for field in stated if field.state in _CERTAIN}
    corrected = best.state is FieldState.CORRECTED
    certain = best.state in _CERTAIN and (corrected or len(certain_values) == 1)
    return BestValue(value=best.value, certain=certain, field=best)


def _preference(field: Field) -> tuple[bool, bool, bool, int, str]:
    return (
        field.state in _NOTHING,
        field.state is not FieldState.CORRECTED,
        field.state not in _CERTAIN,
        _MEDIA[field.medium],
        field.volume,
    )


def doubtful_keys(extraction: Extraction, tier: str, programme: Programme) -> tuple[str, ...]:
    """Key fields of the tier's form whose value is not certain, in the pack's order."""
    keys = (
        key
        for field in programme.fields_of(tier)
        if field.key_field
        for key in keys_of(field, programme)
    )
    doubtful = []
    for key in keys:
        best = best_value(extraction, key)
        # An optional field that was left empty is no doubt; one that could not be read is.
        left_empty = best.field is not None and best.field.state is FieldState.MISSING
        optional = not _field_of(key, programme).required
        if not best.certain and not (left_empty and optional):
            doubtful.append(key)
    return tuple(doubtful)


def keys_of(field: FormField, programme: Programme) -> tuple[str, ...]:
    """The keys under which a field's values stand: one, or one for each year of the forms."""
    if not field.per_year:
        return (field.key,)
    return tuple(f"{field.key}.{year}" for year in programme.years)


def _field_of(key: str, programme: Programme) -> FormField:
    base = key.partition(".")[0]
    return next(field for field in programme.fields if field.key == base)


# --- district --------------------------------------------------------------------------------


def district_of(
    extraction: Extraction, registration: Registration | None, programme: Programme
) -> str:
    """Name of the district that reports the application; empty where nothing decides.

    Asked in turn, certain values first: the form's district, the addresses, the online
    registration.  A district that does not report by itself counts to the one it lies in.
    """
    named = [field.key for field in programme.fields if field.kind is FieldKind.DISTRICT]
    certain: list[tuple[str, bool]] = []
    doubtful: list[tuple[str, bool]] = []
    for keys, is_address in ((named, False), (_ADDRESSES, True)):
        for key in keys:
            best = best_value(extraction, key)
            (certain if best.certain else doubtful).append((best.value, is_address))
    online = [(registration.district, False)] if registration is not None else []
    for text, is_address in (*certain, *online, *doubtful):
        found = find_district(text, programme, address=is_address) if text else ""
        if found:
            return found
    return ""


# --- the decision ------------------------------------------------------------------------------


def recommend(
    application: Application,
    extraction: Extraction,
    match: Match,
    judgement: Judgement,
    differences: tuple[Difference, ...],
    registration: Registration | None,
    programme: Programme,
) -> ApplicationResult:
    """Decide where an application stands, and put together all that is known of it.

    Args:
        application: The enterprise × tier with its volumes.
        extraction: The values of all its volumes.
        match: The online registrations that may be the applicant.
        judgement: What the rules say.
        differences: Between paper, electronic copy and online record.
        registration: The row of the accepted match; ``None`` when none is accepted.
        programme: The programme pack.

    Returns:
        The application's result; the online record's values join its fields.
    """
    online = online_fields(application, registration) if registration is not None else ()
    return ApplicationResult(
        application=application,
        extraction=extraction.model_copy(update={"fields": extraction.fields + online}),
        match=match,
        judgement=judgement,
        differences=differences,
        district=district_of(extraction, registration, programme),
        state=_state(application, extraction, match, judgement, differences, programme),
    )


def _state(
    application: Application,
    extraction: Extraction,
    match: Match,
    judgement: Judgement,
    differences: tuple[Difference, ...],
    programme: Programme,
) -> ApplicationState:
    severities = {finding.severity for finding in judgement.findings}
    content = {d.severity for d in differences if d.kind is DifferenceKind.CONTENT}
    if Severity.ERROR in severities:
        return ApplicationState.TO_CORRECT
    doubts = (
        Severity.REVIEW in severities
        # A difference that no rule made a finding of is for a person to weigh.
        or bool(content & {Severity.ERROR, Severity.REVIEW})
        or match.decision is not Decision.ACCEPTED
        or bool(doubtful_keys(extraction, application.tier, programme))
    )
    return ApplicationState.REVIEW if doubts else ApplicationState.RECOMMENDED


def online_fields(application: Application, registration: Registration) -> tuple[Field, ...]:
    """What the online record states, as fields of the application; nothing for empty columns."""
    stated = (
        ("enterprise_name", registration.enterprise_name),
        ("uscc", registration.uscc),
        ("district", registration.district),
        ("legal_rep", registration.legal_rep),
        ("contact", registration.contact),
        ("contact_tel", registration.phone),
        *registration.values,
    )
    return tuple(
        Field(
            application_id=application.application_id,
            volume="",
            medium=Medium.ONLINE,
            key=key,
            value=value,
            raw=value,
            unit="",
            state=FieldState.ACCEPTED,
            read_confidence=1.0,
            place_confidence=1.0,
            file="",
            sha256="",
            page=0,
            box=None,
            engine="registrations",
            rule="online",
        )
        for key, value in stated
        if value
    )


# --- rows of the tables ---------------------------------------------------------------------------


class TableCell(Record):
    """One cell of an annex table."""

    text: str
    certain: bool = True
    """Whether the value may be relied on; a doubtful cell is marked."""
    field: Field | None = None
    """The one field that it was taken from, where it is one."""


class TableRow(Record):
    """One row of an annex table."""

    application_id: str
    district: str
    cells: tuple[TableCell, ...]


def in_order(
    results: Iterable[ApplicationResult], programme: Programme
) -> tuple[ApplicationResult, ...]:
    """By district in the pack's order, unknown districts last, then by application id."""
    rank = {district.name: place for place, district in enumerate(programme.districts)}
    return tuple(
        sorted(
            results,
            key=lambda r: (rank.get(r.district, len(rank)), r.application.application_id),
        )
    )


def listed(
    table: SummaryTable,
    results: Iterable[ApplicationResult],
    programme: Programme,
    state: ApplicationState = ApplicationState.RECOMMENDED,
) -> tuple[ApplicationResult, ...]:
    """The applications of a table in its order: those of its tier that stand in ``state``.

    What an office declined or sent back is not listed.  The table without a tier is the
    cultivation pool (:func:`pool`), which knows no ``state``.
    """
    if not table.tier:
        return pool(results, programme)
    return in_order(
        (
            result
            for result in results
            if result.application.tier == table.tier
            and result.state is state
            and not result.declined
        ),
        programme,
    )


def pool(
    results: Iterable[ApplicationResult], programme: Programme
) -> tuple[ApplicationResult, ...]:
    """Enterprises proposed for the cultivation pool: not yet fit, but with potential.

    An enterprise that is recommended for no tier and has nothing left to be looked at, whose
    applications have errors, none of them one that bars it (``bars_pool`` in the pack).  One
    row for each enterprise: its application of the highest tier.
    """
    ladder = {tier.id: place for place, tier in enumerate(programme.tiers)}
    chosen = []
    ordered = sorted(results, key=enterprise_key)
    for _key, group in groupby(ordered, key=enterprise_key):
        applications = list(group)
        if any(r.state is not ApplicationState.TO_CORRECT for r in applications):
            continue
        if any(_barred(result, programme) for result in applications):
            continue
        chosen.append(max(applications, key=lambda r: ladder.get(r.application.tier, -1)))
    return in_order(chosen, programme)


def enterprise_key(result: ApplicationResult) -> str:
    """What tells enterprises apart: the credit code, or the name where none was read."""
    return result.application.uscc or result.application.enterprise_name


def _barred(result: ApplicationResult, programme: Programme) -> bool:
    bars = {defect.code for defect in programme.defects if defect.bars_pool}
    return any(finding.code.partition(":")[0] in bars for finding in result.judgement.findings)


def rows_of(
    table: SummaryTable, results: Sequence[ApplicationResult], programme: Programme
) -> tuple[TableRow, ...]:
    """A row for each result, in the order given, with the columns of the table."""
    return tuple(
        TableRow(
            application_id=result.application.application_id,
            district=result.district,
            cells=tuple(
                TableCell(text=str(number))
                if column.source == "#"
                else cell_of(column, result, programme)
                for column in table.columns
            ),
        )
        for number, result in enumerate(results, start=1)
    )


def cell_of(column: TableColumn, result: ApplicationResult, programme: Programme) -> TableCell:
    """The cell of one column, from a field key or one of the pack's computed columns."""
    source = column.source
    extraction = result.extraction
    if source == "district":
        return TableCell(text=result.district)
    if source == "categories":
        best = best_value(extraction, _categories_key(programme))
        text = "、".join(filter(None, best.value.split(";")))
        return TableCell(text=text, certain=best.certain or not text)
    if source == "ip":
        return _intellectual_property(extraction, programme)
    if source == "score":
        return _score(result)
    if source == "note":
        return TableCell(text=note_of(result))
    if source == "direction":
        return TableCell(text=programme.tier(result.application.tier).name)
    if source == "expected_year":
        return TableCell(text=str(programme.year + 1))
    if source.startswith("match."):
        return _from_match(source.removeprefix("match."), result)
    best = best_value(extraction, source)
    if not best.value and source == "enterprise_name":
        return TableCell(text=result.application.enterprise_name, certain=False)
    return TableCell(text=best.value, certain=best.certain or not best.value, field=best.field)


def _score(result: ApplicationResult) -> TableCell:
    """The total of the indicators; a range, marked, where some are open."""
    total = next((line for line in result.judgement.scores if not line.indicator), None)
    if total is None:
        return TableCell(text="")
    points = [f"{points.normalize():f}" for points in (total.at_least, total.at_most)]
    return TableCell(text="至".join(dict.fromkeys(points)), certain=total.known)


def _intellectual_property(extraction: Extraction, programme: Programme) -> TableCell:
    """Patents and software in words (``发明专利3件、软件著作权2项``); none of what is none."""
    parts, certain = [], True
    for field in programme.fields:
        if field.key not in _INTELLECTUAL_PROPERTY:
            continue
        best = best_value(extraction, field.key)
        if best.value and best.value != "0":
            parts.append(f"{field.name}{best.value}{field.unit}")
            certain = certain and best.certain
    return TableCell(text="、".join(parts), certain=certain)


def _categories_key(programme: Programme) -> str:
    """Key of the tick boxes whose options are the programme's categories."""
    names = {category.id for category in programme.categories}
    for field in programme.fields:
        if field.kind is FieldKind.CHOICES and names & set(field.options):
            return field.key
    return "categories_ticked"


def _from_match(name: str, result: ApplicationResult) -> TableCell:
    certain = result.match.decision is Decision.ACCEPTED
    if not result.match.candidates:
        return TableCell(text="")
    candidate = result.match.candidates[0]
    values = {
        "registration_id": candidate.registration_id,
        "registration_name": candidate.registration_name,
        "score": f"{candidate.score:.1f}",
    }
    return TableCell(text=values.get(name, ""), certain=certain)


def note_of(result: ApplicationResult) -> str:
    """What the table's last column says: the warnings that a row goes out with."""
    told = dict.fromkeys(
        finding.message.rstrip("。；")
        for finding in result.judgement.findings
        if finding.severity in {Severity.ERROR, Severity.WARN}
    )
    whole = "；".join(told)
    if len(whole) <= _LONGEST_NOTE:
        return whole
    # The sheet of problems tells them in full; a row that fills a page helps nobody.
    first = [text if len(text) <= _SHORT_NOTE else f"{text[: _SHORT_NOTE - 1]}…" for text in told]
    more = f"等{len(first)}项" if len(first) > _NOTES_SHOWN else ""
    return f"{'；'.join(first[:_NOTES_SHOWN])}{more}（详见问题清单）"
