"""A reader that makes no mistakes finds exactly what the generator says is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

import pytest

from extractors.page import Box
from pipeline.programme import Programme, load_programme
from pipeline.records import (
    Application,
    Candidate,
    Decision,
    Document,
    Extraction,
    Field,
    FieldState,
    Match,
    Medium,
    PageRef,
    Registration,
    SealSeen,
    Severity,
    Title,
    Volume,
)
from pipeline.rules.context import BoxFacts, CheckContext, Peer
from pipeline.stages.check import check, peer_of
from pipeline.stages.compare import compare, findings_of
from samples.generator.cases import NOT_A_FIELD, TIER_NAMES, Case
from samples.generator.families import Family
from samples.generator.forms_docx import electronic_fields
from samples.generator.plan import plan_box, plan_demo
from samples.generator.registrations import HEADERS, row_of

PACK = Path(__file__).parent.parent / "dictionaries" / "programmes" / "liaoning-2021"
CERTAIN = 0.99


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme(PACK)


def _application(case: Case) -> Application:
    types = ["application_form", *(item.type for item in case.evidence)]
    documents = tuple(
        Document(
            document_id=f"{case.id}-{number}",
            type=type_id,
            pages=(PageRef(file="box/scans/a.pdf", page=number + 1),),
            confidence=1,
        )
        for number, type_id in enumerate(types)
    )
    volumes = [Volume(volume_id="P1", medium=Medium.PAPER, number=1, documents=documents)]
    if case.disc:
        word = documents[:1]
        volumes.append(Volume(volume_id="E1", medium=Medium.ELECTRONIC, number=1, documents=word))
    return Application(
        application_id=case.id,
        tier=case.tier,
        enterprise_name=case.fields["enterprise_name"].value,
        uscc=case.fields["uscc"].value,
        volumes=tuple(volumes),
    )


def _extraction(case: Case) -> Extraction:
    values = [("P1", Medium.PAPER, key, item.value) for key, item in case.fields.items()]
    seen: dict[str, int] = {}
    for document in case.evidence:
        seen[document.type] = seen.get(document.type, 0) + 1
        number = seen[document.type]
        prefix = document.type if number == 1 else f"{document.type}#{number}"
        values += [
            ("P1", Medium.PAPER, f"{prefix}.{key}", item.value)
            for key, item in document.values.items()
            if f"{document.type}.{key}" not in NOT_A_FIELD
        ]
    if case.disc:
        values += [
            ("E1", Medium.ELECTRONIC, key, item.value)
            for key, item in electronic_fields(case).items()
        ]
    return Extraction(
        application_id=case.id,
        fields=tuple(_field(case, *value) for value in values),
        seals=tuple(_seals(case)),
        unassigned=(),
        lines_total=0,
        lines_in_fields=0,
        lines_in_cells=0,
        lines_in_body=0,
    )


def _field(case: Case, volume: str, medium: Medium, key: str, value: str) -> Field:
    return Field(
        application_id=case.id,
        volume=volume,
        medium=medium,
        key=key,
        value=value,
        raw=value,
        unit="",
        state=FieldState.ACCEPTED if value else FieldState.MISSING,
        read_confidence=CERTAIN,
        place_confidence=CERTAIN,
        file="box/scans/a.pdf",
        sha256="0" * 64,
        page=1,
        box=Box(x0=0, y0=0, x1=10, y1=10),
        engine="truth",
        rule="cell-right",
    )


def _seals(case: Case) -> list[SealSeen]:
    form = {seal.place: seal.text for seal in case.form_seals}
    statement = case.document("truth_statement")
    owned = {seal.place: seal.text for seal in statement.seals}
    places = [
        ("application_form", place, "seal", form.get(place))
        for place in ("cover", "truth_statement", "opinion_district")
    ]
    places.append(("truth_statement", "truth_statement", "seal", owned.get("truth_statement")))
    for type_id, signatures in (
        ("application_form", case.form_signatures),
        ("truth_statement", statement.signatures),
    ):
        places.append((type_id, "truth_statement", "signature", "" if signatures else None))
    return [
        SealSeen(
            application_id=case.id,
            volume="P1",
            document_id=type_id,
            document_type=type_id,
            place=place,
            kind=kind,
            present=text is not None,
            text=text or "",
            confidence=CERTAIN,
            file="box/scans/a.pdf",
            page=1,
            box=None,
        )
        for type_id, place, kind, text in places
    ]


def _registration(case: Case, rng: Random) -> Registration:
    row = dict(zip(HEADERS[1:], row_of(case, rng), strict=True))
    tiers = {name: tier for tier, name in TIER_NAMES.items()}
    name = row["企业名称"].strip().replace("(", "（").replace(")", "）")
    return Registration(
        registration_id="R1",
        enterprise_name=name,
        uscc=row["统一社会信用代码"],
        tier=tiers[row["申报类型"]],
        district=row["所属区市县"],
        legal_rep=row["法定代表人"],
        submitted=row["提交时间"],
    )


def _findings(
    case: Case, peers: Sequence[Peer], titles: Sequence[Title], rng: Random, programme: Programme
) -> set[str]:
    application, extraction = _application(case), _extraction(case)
    registration = _registration(case, rng)
    candidate = Candidate(
        rank=1,
        registration_id=registration.registration_id,
        registration_name=registration.enterprise_name,
        score=100,
        decision=Decision.ACCEPTED,
        reasons=(),
    )
    context = CheckContext(
        programme=programme,
        match=Match(application_id=case.id, decision=Decision.ACCEPTED, candidates=(candidate,)),
        registration=registration,
        titles=tuple(titles),
        peers=tuple(peers),
        box=BoxFacts(copies_expected=1, box_has_discs=True, date_received=date(2021, 6, 4)),
    )
    found = [
        *check(application, extraction, context).findings,
        *findings_of(
            compare(application, extraction, registration, programme), extraction, programme
        ),
    ]
    return {item.code for item in found if item.severity in (Severity.ERROR, Severity.WARN)}


@pytest.mark.parametrize("family", list(Family))
@pytest.mark.parametrize("seed", [0, 1, 2, None])
def test_a_perfect_reading_finds_what_is_wrong_and_nothing_else(
    seed: int | None, family: Family, programme: Programme
) -> None:
    rng = Random(seed or 2021)
    cases = plan_demo(rng, family) if seed is None else plan_box(rng, 30, family)
    peers = [peer_of(_application(case), _extraction(case)) for case in cases]
    titles = [Title(**row) for case in cases for row in case.titles]
    for case in cases:
        expected = {item.code for item in case.findings}
        assert _findings(case, peers, titles, rng, programme) == expected, case.planted
