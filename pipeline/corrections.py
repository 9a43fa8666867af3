"""What people put right: laid over what was read, in every later run of the same paper.

A correction is tied to the paper, not to a run: to the hash of a file, a page in it, and the
key of the value.  It applies to the volume that the page is bound in, wherever applications
are numbered anew, and stands until a later one takes its place.  The audit log keeps them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import datetime

from extractors.documents.numbers import document_number
from extractors.enterprises.names import comparison_key
from extractors.page import Record
from extractors.values.normalise import Normalised, normalise
from pipeline.flow.records import RefusedRow
from pipeline.ledger import AuditRow
from pipeline.programme import Programme
from pipeline.records import (
    Application,
    Candidate,
    Decision,
    Extraction,
    Field,
    FieldState,
    Match,
    PageRef,
    Registration,
    SealSeen,
    SourceFile,
    Volume,
)
from pipeline.registry import NUMBERED_BY_ROW

AUDIT_KIND = "correction"
"""What rows of the audit log with corrections are called."""
SEEN = "有"
"""Value of a seal or signature that a person saw."""
REGISTRATION = "registration"
"""Key of the online registration that an application belongs to."""


class Correction(Record):
    """One value as a person says it is."""

    sha256: str
    """Of the file that the volume lies in."""
    page: int
    """A page of the volume: the one that the value stands on, where it was found."""
    key: str
    """As in :class:`pipeline.records.Field`; a value of evidence belongs to the document that
    holds the page, whatever number it has among its kind."""
    value: str
    """Normalised; empty where the person saw that nothing was filled in.  Of a registration
    its number; empty where none is the applicant's.  Of a seal or signature ``SEEN`` where
    there is one; empty where there is none."""
    unit: str
    """Of the value; empty where it has none."""
    before: str
    """What stood there when the person looked."""
    by: str
    at: datetime
    registration_name: str = ""
    """Of a registration, the enterprise's name in it: numbers move when tables are renewed."""


def noted(rows: Iterable[AuditRow]) -> tuple[Correction, ...]:
    """The corrections that the audit log keeps, oldest first."""
    return tuple(
        Correction.model_validate({**row.detail, "at": row.at})
        for row in rows
        if row.kind == AUDIT_KIND
    )


def in_force(
    corrections: Iterable[Correction], files: Sequence[SourceFile]
) -> tuple[Correction, ...]:
    """The last correction of each value in these files, in the order they were made."""
    present = {source.sha256 for source in files if source.sha256}
    last = {(one.sha256, one.page, one.key): one for one in corrections if one.sha256 in present}
    return tuple(sorted(last.values(), key=lambda one: one.at))


def lay_over(
    applications: Sequence[Application],
    extractions: Sequence[Extraction],
    corrections: Sequence[Correction],
    files: Sequence[SourceFile],
) -> tuple[list[Extraction], tuple[RefusedRow, ...]]:
    """The extractions with every corrected value in its place.

    Args:
        applications: In the order of their extractions.
        extractions: As read.
        corrections: Those in force.
        files: Of the run, to know pages by their files' hashes.

    Returns:
        The extractions, and a row for each correction whose page is of no such document now.
    """
    values = [one for one in corrections if one.key != REGISTRATION]
    pages = _Pages(values, files)
    placed: set[Correction] = set()
    laid = []
    for application, extraction in zip(applications, extractions, strict=True):
        fields, seals = list(extraction.fields), list(extraction.seals)
        for volume in application.volumes:
            for one, ref in pages.of(volume):
                if is_mark(one.key):
                    _mark(seals, application, volume, one, ref)
                    placed.add(one)
                    continue
                key = _key_now(one.key, volume, ref)
                if key:
                    _put(fields, application, volume, one, key, ref)
                    placed.add(one)
        laid.append(
            extraction.model_copy(update={"fields": tuple(fields), "seals": tuple(seals)})
            if (fields, seals) != (list(extraction.fields), list(extraction.seals))
            else extraction
        )
    return laid, pages.lost(values, placed, "该页现不属于这种材料")


def settle(
    applications: Sequence[Application],
    matches: Sequence[Match],
    registrations: Sequence[Registration],
    corrections: Sequence[Correction],
    files: Sequence[SourceFile],
) -> tuple[list[Match], tuple[RefusedRow, ...]]:
    """The matches with what people said of them.

    Args:
        applications: In the order of their matches.
        matches: As decided by what is stated.
        registrations: The tables as they are now.
        corrections: Those in force.
        files: Of the run, to know pages by their files' hashes.

    Returns:
        The matches, and a row for each whose registration or page is no longer there.
    """
    said = [one for one in corrections if one.key == REGISTRATION]
    pages = _Pages(said, files)
    placed: set[Correction] = set()
    settled = []
    for application, match in zip(applications, matches, strict=True):
        own = [one for volume in application.volumes for one, _ in pages.of(volume)]
        last = max(own, key=lambda one: one.at, default=None)
        found = _as_said(application, match, last, registrations) if last else None
        placed.update(own if found else ())
        settled.append(found or match)
    return settled, pages.lost(said, placed, "线上登记表中已无该登记，或该页现不属于申报材料")


def _as_said(
    application: Application, match: Match, said: Correction, registrations: Sequence[Registration]
) -> Match | None:
    """The match as a person decided it; ``None`` where the registration is gone."""
    reason = f"人工核对：{said.by} {said.at:%Y-%m-%d}"
    if not said.value:
        return _denied(match, said, reason)
    row = _row_meant(application, said, registrations)
    if row is None:
        return None
    known = {one.registration_id: one for one in match.candidates}
    before = known.pop(row.registration_id, None)
    first = Candidate(
        rank=1,
        registration_id=row.registration_id,
        registration_name=row.enterprise_name,
        score=before.score if before else 0.0,
        decision=Decision.ACCEPTED,
        reasons=(reason, *(before.reasons if before else ())),
    )
    others = [
        one.model_copy(update={"rank": rank, "decision": Decision.REJECTED})
        for rank, one in enumerate(known.values(), start=2)
    ]
    return Match(
        application_id=match.application_id,
        decision=Decision.ACCEPTED,
        candidates=(first, *others),
        settled_by=said.by,
    )


def _denied(match: Match, said: Correction, reason: str) -> Match:
    """The match without the candidate that is not the applicant's; another is a new question."""
    shown = match.candidates[0].registration_name if match.candidates else ""
    if comparison_key(shown) != comparison_key(said.before):
        return match
    refused = [
        one.model_copy(update={"decision": Decision.REJECTED, "reasons": (reason, *one.reasons)})
        for one in match.candidates
    ]
    return match.model_copy(
        update={
            "decision": Decision.REJECTED,
            "candidates": tuple(refused),
            "settled_by": said.by,
        }
    )


def _row_meant(
    application: Application, said: Correction, registrations: Sequence[Registration]
) -> Registration | None:
    """The registration that a person confirmed, in the table as it is now.

    Its number and name; where it was numbered anew, the only one of that name for the tier.
    """
    name = comparison_key(said.registration_name)
    same = [row for row in registrations if name and comparison_key(row.enterprise_name) == name]
    numbered = not said.value.startswith(NUMBERED_BY_ROW)
    exact = [row for row in same if numbered and row.registration_id == said.value]
    fitting = exact or [row for row in same if row.tier in ("", application.tier)]
    return fitting[0] if len(fitting) == 1 else None


class _Pages:
    """Corrections by the pages that they are tied to."""

    def __init__(self, corrections: Sequence[Correction], files: Sequence[SourceFile]) -> None:
        self._hashes = {source.file: source.sha256 for source in files}
        self._by_page: dict[tuple[str, int], list[Correction]] = {}
        for one in corrections:
            self._by_page.setdefault((one.sha256, one.page), []).append(one)

    def of(self, volume: Volume) -> list[tuple[Correction, PageRef]]:
        """Those of a volume, the last one said last, for it counts.

        The page of a key moves when it comes to be found.
        """
        own = [
            (one, ref)
            for ref in volume.pages
            for one in self._by_page.get((self._hashes.get(ref.file, ""), ref.page), ())
        ]
        return sorted(own, key=lambda pair: pair[0].at)

    def lost(
        self, corrections: Sequence[Correction], placed: Set[Correction], why: str
    ) -> tuple[RefusedRow, ...]:
        """A row for each correction that no page takes."""
        names = {sha256: file for file, sha256 in self._hashes.items()}
        return tuple(
            RefusedRow(
                file=names[one.sha256],
                row=0,
                reason=f"第{one.page}页{_called(one.key)}未能采用：{why}，请重新核对。",
            )
            for one in corrections
            if one not in placed
        )


def named_anew(
    applications: Sequence[Application], extractions: Sequence[Extraction]
) -> tuple[Application, ...]:
    """The applications by the names and codes that a person put right."""
    anew = []
    for application, extraction in zip(applications, extractions, strict=True):
        said = {
            field.key: field.value
            for field in extraction.fields
            if field.key in ("enterprise_name", "uscc")
            and field.state is FieldState.CORRECTED
            and field.value
        }
        anew.append(application.model_copy(update=said) if said else application)
    return tuple(anew)


def _called(key: str) -> str:
    return "确认的线上登记" if key == REGISTRATION else f"“{key}”的人工更正"


def is_mark(key: str) -> bool:
    """Whether a key is that of a seal or a signature: ``seal.cover``."""
    return key.partition(".")[0] in ("seal", "signature")


def _mark(
    seals: list[SealSeen],
    application: Application,
    volume: Volume,
    correction: Correction,
    ref: PageRef,
) -> None:
    """Say of the volume's seal or signature in a place what a person saw."""
    kind, _, place = correction.key.partition(".")
    said = {"present": correction.value == SEEN, "confidence": 1.0}
    own = [
        at
        for at, seal in enumerate(seals)
        if (seal.volume, seal.kind, seal.place) == (volume.volume_id, kind, place)
    ]
    for at in own:
        seals[at] = seals[at].model_copy(update=said)
    if not own:
        blank = {
            "application_id": application.application_id,
            "volume": volume.volume_id,
            "document_id": "",
            "document_type": "",
            "place": place,
            "kind": kind,
            "text": "",
            "file": ref.file,
            "page": ref.page,
            "box": None,
        }
        seals.append(SealSeen.model_validate({**blank, **said}))


def _key_now(key: str, volume: Volume, ref: PageRef) -> str:
    """The key by the number that the document of a page has now; empty where it is another's."""
    base, _, rest = key.partition(".")
    if not rest or rest.isdecimal():
        return key
    for number, document in volume.evidence:
        if ref in document.pages:
            same = document.type == base.partition("#")[0]
            start = document.type if number == 1 else f"{document.type}#{number}"
            return f"{start}.{rest}" if same else ""
    return ""


def _put(
    fields: list[Field],
    application: Application,
    volume: Volume,
    correction: Correction,
    key: str,
    ref: PageRef,
) -> None:
    """Replace the volume's field of that key, or add one where nothing was found."""
    said = {
        "value": correction.value,
        "unit": correction.unit,
        "state": FieldState.CORRECTED,
        "reason": "",
        "read_surely": True,
        "left_open": None,
        "corrected_by": correction.by,
        "corrected_at": correction.at,
    }
    place = {"file": ref.file, "sha256": correction.sha256, "page": ref.page}
    for at, field in enumerate(fields):
        if field.key == key and field.volume == volume.volume_id:
            # A person looked at the paper: from then on the place is known.
            where = {} if field.page else place
            fields[at] = field.model_copy(update={**said, **where})
            return
    blank = {
        "application_id": application.application_id,
        "volume": volume.volume_id,
        "medium": volume.medium,
        "key": key,
        "raw": "",
        "read_confidence": 1.0,
        "place_confidence": 1.0,
        "box": None,
        "engine": "person",
        "rule": "correction",
    }
    fields.append(Field.model_validate({**blank, **said, **place}))


def normal_form(key: str, text: str, programme: Programme) -> Normalised | None:
    """What a person wrote for a key, in the form that the result tables state it.

    Returns:
        The value; ``valid`` is ``False`` where it cannot be one of this key's.  ``None`` where
        the pack knows no such key.
    """
    base, _, rest = key.partition(".")
    for item in programme.fields:
        years = map(str, programme.years) if item.per_year else ("",)
        if item.key == base and rest in years:
            return normalise(item.kind, text, item.unit, *programme.choices_of(item))
    kind = base.partition("#")[0]
    for evidence in programme.evidence:
        for fact in evidence.fields if evidence.type == kind else ():
            if fact.key == rest:
                normal = normalise(fact.kind, text, fact.unit)
                bare = document_number(normal.value) if fact.role == "number" else normal.value
                return replace(normal, value=bare)
    return None
