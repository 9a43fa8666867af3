"""Extract: an application's pages become values, seals and an account of every line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from extractors.documents.facts import find_facts
from extractors.documents.numbers import document_number
from extractors.documents.owners import name_likeness
from extractors.documents.spec import DocumentSpec, FactSpec
from extractors.enterprises.names import parse_name
from extractors.forms.fields import find_fields
from extractors.forms.spec import FieldSpec, FoundValue
from extractors.page import PageView, Seal, TextSource
from extractors.values.dates import with_year
from extractors.values.kinds import FieldKind
from extractors.values.normalise import normalise
from extractors.values.reading import Normalised
from pipeline.belief import (
    Elsewhere,
    Reading,
    compare_two,
    compare_with_exact,
    confirm,
    judge,
    settle,
)
from pipeline.lines import LineAccount
from pipeline.programme import EvidenceType, FormField, Programme
from pipeline.records import (
    Application,
    Document,
    Extraction,
    Field,
    FieldState,
    Medium,
    PageRef,
    ReadPage,
    Volume,
)
from pipeline.sealing import seals_of_document, seals_of_form, seals_over

_FORM = "application_form"
_TICK_RULES = frozenset({"tick", "tick-order", "option-glyph"})
_TELLING = 4
"""Characters from which a text says by itself what it is."""
_MEDIA = {Medium.PAPER: "纸质", Medium.ELECTRONIC: "电子版", Medium.ONLINE: "网上"}


@dataclass
class _Row:
    """A reading on its way to a row, with the page that it stands on."""

    reading: Reading
    medium: Medium
    page: ReadPage | None
    unit: str


def extract(
    application: Application, pages: Mapping[PageRef, ReadPage], programme: Programme
) -> Extraction:
    """Take the values out of all volumes of an application.

    Args:
        application: The application, as sorted.
        pages: All pages of the run by reference.
        programme: The pack that knows the tier's fields and the kinds of evidence.

    Returns:
        A row for every key of the tier's form in every volume that has a form, the values
        of the evidence, seals and signatures where they are expected, and the account of
        the lines.
    """
    fields = _fields_of(programme, application.tier)
    account = LineAccount()
    rows: list[_Row] = []
    seals = []
    for volume in application.volumes:
        forms = [document for document in volume.documents if document.type == _FORM]
        form_pages = _readable(forms, pages)
        if form_pages:
            views = [view for _, view in form_pages]
            found = find_fields(views, [_spec(item) for item in fields], programme.years)
            rows += _form_rows(volume, fields, found, form_pages, pages, programme)
            seals += seals_of_form(application.application_id, volume, forms, form_pages, found)
            account.count_form(form_pages, found)
        for number, document in volume.evidence:
            evidence = _evidence(programme, document.type)
            document_pages = _readable([document], pages)
            facts: tuple[FoundValue, ...] = ()
            if evidence is not None and document_pages:
                facts = find_facts([view for _, view in document_pages], _document_spec(evidence))
                rows += _fact_rows(volume, evidence, number, facts, document_pages)
                seals += seals_of_document(
                    application.application_id, volume, document, document_pages, evidence
                )
            account.count_document(document_pages, facts)
    for row in rows:
        row.reading.rivals = _rivals(row)
    _settle(rows)
    for group in _by_key(rows).values():
        confirm([row.reading for row in group])
    _confirm_by_evidence(rows, programme)
    exact = [
        row.reading.value
        for row in rows
        if row.reading.source is TextSource.WORD
        and row.reading.kind is FieldKind.NAME
        and row.reading.stated
    ]
    for row in rows:
        compare_with_exact(row.reading, exact)
    return Extraction(
        application_id=application.application_id,
        fields=tuple(_field(application.application_id, row) for row in rows),
        seals=tuple(seals),
        unassigned=tuple(account.unassigned),
        lines_total=account.total,
        lines_in_fields=account.in_fields,
        lines_in_cells=account.in_cells,
        lines_in_body=account.in_body,
    )


def _fields_of(programme: Programme, tier: str) -> tuple[FormField, ...]:
    """The tier's fields; all fields where the tier could not be told."""
    known = {item.id for item in programme.tiers}
    return programme.fields_of(tier) if tier in known else programme.fields


def _spec(item: FormField) -> FieldSpec:
    return FieldSpec(
        key=item.key,
        labels=item.labels,
        kind=item.kind,
        unit=item.unit,
        options=item.options,
        option_aliases=item.option_aliases,
        per_year=item.per_year,
        after=item.after,
    )


def _document_spec(evidence: EvidenceType) -> DocumentSpec:
    return DocumentSpec(
        type=evidence.type,
        titles=evidence.titles,
        words=evidence.words,
        fields=tuple(
            FactSpec(key=fact.key, labels=fact.labels, kind=fact.kind, role=fact.role)
            for fact in evidence.fields
        ),
    )


def _evidence(programme: Programme, type_id: str) -> EvidenceType | None:
    return next((item for item in programme.evidence if item.type == type_id), None)


def _readable(
    documents: Sequence[Document], pages: Mapping[PageRef, ReadPage]
) -> list[tuple[ReadPage, PageView]]:
    """The pages of documents that were read, in order."""
    return [
        (page, page.view)
        for document in documents
        for ref in document.pages
        if (page := pages.get(ref)) is not None and page.view is not None
    ]


# --- the form ----------------------------------------------------------------------------------


def _form_rows(
    volume: Volume,
    fields: Sequence[FormField],
    found: Sequence[FoundValue],
    form_pages: Sequence[tuple[ReadPage, PageView]],
    pages: Mapping[PageRef, ReadPage],
    programme: Programme,
) -> list[_Row]:
    by_key: dict[str, list[FoundValue]] = {}
    for value in found:
        by_key.setdefault(value.key, []).append(value)
    gaps = _has_unread_pages(volume, pages)
    stamped = {
        normalise(FieldKind.NAME, seal.text).value
        for _, view in form_pages
        for seal in view.seals
        if seal.text
    }
    rows = []
    for item in fields:
        keys = [f"{item.key}.{year}" for year in programme.years] if item.per_year else [item.key]
        for key in keys:
            values = by_key.get(key, [])
            if not values and not item.required:
                continue
            reading = _best(key, item, values, volume, form_pages, programme)
            page = form_pages[reading.found.page][0] if reading.found is not None else None
            row = _Row(reading, volume.medium, page, reading.normal.unit or item.unit)
            if item.kind in (FieldKind.NAME, FieldKind.TEXT) and reading.value in stamped:
                reading.confirmations += 1  # its stamp on the form says the same
            if reading.found is None and gaps:
                reading.doubts.append("有页面未能读取，未见该栏目")
            rows.append(row)
    return rows


def _best(
    key: str,
    item: FormField,
    values: Sequence[FoundValue],
    volume: Volume,
    form_pages: Sequence[tuple[ReadPage, PageView]],
    programme: Programme,
) -> Reading:
    """The reading of a key in one volume; other places in the volume confirm or doubt it."""
    options, aliases = programme.choices_of(item)
    candidates = []
    for value in values:
        unit = value.unit or item.unit
        if value.empty:
            normal = Normalised("", unit)
        elif item.kind in (FieldKind.CHOICE, FieldKind.CHOICES) and value.rule in _TICK_RULES:
            normal = Normalised(value.raw)  # the options' own names, found by their boxes
        else:
            normal = normalise(item.kind, _bare(item.kind, value.raw), unit, options, aliases)
            if normal.valid is False and item.kind is FieldKind.DISTRICT:
                # ``金普新区（金州区）``: the remark in brackets is not the name.
                bare = re.sub(r"[(（][^()（）]*[)）]", "", value.raw)
                normal = normalise(item.kind, bare, unit, options, aliases)
            if normal.valid is not True and item.kind is FieldKind.DATE:
                whole = normalise(item.kind, with_year(value.raw, programme.year), unit)
                if whole.valid:
                    normal = replace(whole, doubt="年份残缺，按申报年度补全")
        candidates.append((value, normal))
    name = f"{_MEDIA[volume.medium]}第{volume.number}册"
    if volume.medium is Medium.ELECTRONIC:
        name = _MEDIA[volume.medium]
    if not candidates:
        nothing = Normalised("", item.unit)
        return Reading(key, item.kind, volume.volume_id, name, None, nothing, TextSource.NONE)
    sealed = {id(each): seals_over(each, form_pages[each.page][1]) for each, _ in candidates}
    value, normal = max(
        candidates,
        key=lambda pair: (
            bool(pair[1].value),
            pair[1].valid is not False,
            item.kind is not FieldKind.NAME or bool(parse_name(pair[1].value).form),
            not sealed[id(pair[0])],
            round(pair[0].place_confidence, 1),
            pair[0].read_confidence,
        ),
    )
    source = form_pages[value.page][1].text_source
    reading = Reading(key, item.kind, volume.volume_id, name, value, normal, source)
    reading.under_seal = sealed[id(value)]
    for other, other_normal in candidates:
        if other is value or not other_normal.value:
            continue
        if other_normal.value == normal.value:
            reading.confirmations += 1
        elif other.place_confidence >= 0.8:
            reading.elsewhere.append(Elsewhere(other_normal.value, bool(sealed[id(other)])))
    return reading


_SPECKS = " ·•.。,，:：;；、'`|丨"
_FIGURES = frozenset({FieldKind.INTEGER, FieldKind.MONEY, FieldKind.PERCENT})


def _bare(kind: FieldKind, raw: str) -> str:
    """The text without what readers make of specks and rules beside a date or a figure."""
    if kind is FieldKind.DATE:
        return raw.strip(_SPECKS)
    return raw.rstrip(_SPECKS) if kind in _FIGURES else raw


def _has_unread_pages(volume: Volume, pages: Mapping[PageRef, ReadPage]) -> bool:
    """Whether a page that could not be read lies between the pages of a volume."""
    spans: dict[str, tuple[int, int]] = {}
    for ref in volume.pages:
        low, high = spans.get(ref.file, (ref.page, ref.page))
        spans[ref.file] = min(low, ref.page), max(high, ref.page)
    return any(
        page.view is None
        and ref.file in spans
        and spans[ref.file][0] - 1 <= ref.page <= spans[ref.file][1] + 1
        for ref, page in pages.items()
    )


# --- evidence ------------------------------------------------------------------------------------


def _fact_rows(
    volume: Volume,
    evidence: EvidenceType,
    number: int,
    facts: Sequence[FoundValue],
    document_pages: Sequence[tuple[ReadPage, PageView]],
) -> list[_Row]:
    known = {fact.key: fact for fact in evidence.fields}
    prefix = evidence.type if number == 1 else f"{evidence.type}#{number}"
    name = f"{_MEDIA[volume.medium]}第{volume.number}册"
    rows = []
    for value in facts:
        fact = known[value.key]
        unit = value.unit or fact.unit
        normal = (
            Normalised("", unit)
            if value.empty
            else normalise(fact.kind, _bare(fact.kind, value.raw), unit)
        )
        if fact.role == "number":
            normal = replace(normal, value=document_number(normal.value))
        page, view = document_pages[value.page]
        reading = Reading(
            f"{prefix}.{value.key}",
            fact.kind,
            volume.volume_id,
            name,
            value,
            normal,
            view.text_source,
        )
        reading.under_seal = seals_over(value, view)
        for seal in view.seals if fact.kind in (FieldKind.NAME, FieldKind.TEXT) else ():
            _compare_with_seal(reading, seal)
        rows.append(_Row(reading, volume.medium, page, normal.unit))
    return rows


def _compare_with_seal(reading: Reading, seal: Seal) -> None:
    """A stamp repeats the name of the office or firm that it belongs to."""
    if not seal.text or reading.found is None or reading.found.rule == "seal":
        return
    text = normalise(FieldKind.NAME, seal.text).value
    if text == reading.value:
        reading.confirmations += 1
    elif reading.under_seal and 0.6 < name_likeness(text, reading.value) < 1:
        reading.stamps_differ.append(f"与印章“{text}”相近而不同，可能识别有误")


def _confirm_by_evidence(rows: Sequence[_Row], programme: Programme) -> None:
    """Let a form and the evidence bound with it confirm each other.

    The same key, the applicant's name and its code are stated in both.  Where they differ by
    a character or two, one of them is probably misread; a larger difference is for the rules.
    """
    owners = {
        (item.type, fact.key): fact
        for item in programme.evidence
        for fact in item.fields
        if fact.role == "owner"
    }
    for row in rows:
        if "." in row.reading.key and not row.reading.key[-4:].isdigit():
            continue
        for other in rows:
            type_id, _, fact_key = other.reading.key.partition(".")
            type_id = type_id.partition("#")[0]
            if not fact_key or fact_key.isdigit() or other.reading.volume != row.reading.volume:
                continue
            kind = row.reading.kind
            related = other.reading.kind is kind and (
                fact_key == row.reading.key
                or kind is FieldKind.USCC
                or (kind is FieldKind.NAME and (type_id, fact_key) in owners)
            )
            if related:
                compare_two(row.reading, other.reading)


def _settle(rows: Sequence[_Row]) -> None:
    """Let the Word files of an application decide what its scans leave open.

    A short text of another field is no witness: 7 patents are not the 1 that was read elsewhere.
    """
    stated = {
        (row.reading.key, row.reading.value)
        for row in rows
        if row.reading.source is TextSource.WORD and row.reading.stated
    }
    for row in rows:
        if row.reading.source is TextSource.OCR:
            exact = {
                value for key, value in stated if key == row.reading.key or len(value) >= _TELLING
            }
            settle(row.reading, sorted(exact))


def _rivals(row: _Row) -> tuple[tuple[str, str], ...] | None:
    """What else may stand in the lines that a value was read from."""
    found, view = row.reading.found, row.page.view if row.page is not None else None
    if found is None or view is None:
        return None
    lines = [line for line in view.lines if line.box.overlap(found.box) > 0]
    if not lines or any(line.rivals is None for line in lines):
        return None
    return tuple(pair for line in lines for pair in line.rivals or ())


def _by_key(rows: Sequence[_Row]) -> dict[str, list[_Row]]:
    groups: dict[str, list[_Row]] = {}
    for row in rows:
        groups.setdefault(row.reading.key, []).append(row)
    return groups


# --- rows ----------------------------------------------------------------------------------


def _field(application_id: str, row: _Row) -> Field:
    reading = row.reading
    state, reason, read_surely = judge(reading)
    if reading.found is None and reading.doubts and state is FieldState.MISSING:
        state, reason = FieldState.UNREADABLE, "；".join(reading.doubts)
    found = reading.found
    return Field(
        application_id=application_id,
        volume=reading.volume,
        medium=row.medium,
        key=reading.key,
        value=reading.value,
        raw=found.raw if found is not None else "",
        unit=row.unit,
        state=state,
        reason=reason,
        read_surely=read_surely,
        under_seal=bool(reading.under_seal),
        left_open=reading.left_open,
        read_confidence=round(found.read_confidence, 4) if found is not None else 0.0,
        place_confidence=found.place_confidence if found is not None else 0.0,
        file=row.page.ref.file if row.page is not None else "",
        sha256=row.page.sha256 if row.page is not None else "",
        page=row.page.ref.page if row.page is not None else 0,
        box=found.box if found is not None else None,
        engine=found.engine if found is not None else "",
        rule=found.rule if found is not None else "",
    )
