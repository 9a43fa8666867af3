"""Every application: sorted out of the pages, extracted, matched, compared and checked."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence

from extractors.page import Record
from pipeline.account import complete, lines_of, nothing_extracted, unsorted_page
from pipeline.arrivals import box_facts, returned_tables
from pipeline.comparison.applications import Differences, compare_versions
from pipeline.comparison.pages import compared_pages
from pipeline.flow.records import Flow, FlowEvent, FlowStep
from pipeline.flow.returned import Applicant, read_returned
from pipeline.flow.standing import standing_of
from pipeline.plan import Job
from pipeline.programme import Programme
from pipeline.records import (
    ApplicationResult,
    Decision,
    Difference,
    Extraction,
    Judgement,
    Match,
    Outcome,
    PageRef,
    ReadPage,
    Registration,
    RuleResult,
    Sorting,
    SourceFile,
    Title,
)
from pipeline.rules.context import CheckContext, Unseen
from pipeline.runner import Step, Unit, digest
from pipeline.stages.check import peer_of
from pipeline.stages.compare import findings_of
from pipeline.stages.intake import BoxInfo
from pipeline.stages.recommend import best_value
from pipeline.versions import stage_version
from pipeline.workers import WorkerPool

DECLINED = {
    FlowStep.DISTRICT: "属地未推荐或已退回",
    FlowStep.CITY: "市级审查未通过或已退回",
}
"""In Chinese, where an application stopped."""

_log = logging.getLogger("zjtx")


def sort(
    job: Job,
    files: Sequence[SourceFile],
    pages: Mapping[PageRef, ReadPage],
    hashes: Mapping[PageRef, str],
    pool: WorkerPool,
) -> Sorting:
    """Which pages make up which application."""
    read = tuple(pages.values())
    readable = tuple(source for source in files if source.pages)
    step = Step(
        "sort",
        stage_version("sort"),
        job.stages.sort,
        Sorting,
        lambda *_: Sorting(
            applications=(),
            unsorted=tuple(unsorted_page(page.ref, "unsorted") for page in read),
        ),
    )
    unit = Unit(
        name="run",
        inputs=(
            job.programme.hash,
            *(_place(source) for source in readable),
            *(f"{ref.file}#{ref.page}={hash_}" for ref, hash_ in hashes.items()),
        ),
        arguments=(read, readable, job.programme),
    )
    pool.timeout = job.settings.application_seconds
    (sorting,) = job.runner.run(step, [unit], pool)
    return complete(sorting, read)


def extract(
    job: Job,
    sorting: Sorting,
    pages: dict[PageRef, ReadPage],
    hashes: Mapping[PageRef, str],
    pool: WorkerPool,
) -> list[Extraction]:
    """The values of each application."""
    step = Step(
        "extract",
        stage_version("extract"),
        job.stages.extract,
        Extraction,
        lambda unit, _: nothing_extracted(unit.arguments[0], pages),
    )
    units = []
    for application in sorting.applications:
        own = {ref: pages[ref] for volume in application.volumes for ref in volume.pages}
        units.append(
            Unit(
                name=application.application_id,
                inputs=(
                    job.programme.hash,
                    digest(application),
                    *(hashes[ref] for ref in own),
                ),
                arguments=(application, own, job.programme),
            )
        )
    extractions = job.runner.run(step, units, pool)
    for application, extraction in zip(sorting.applications, extractions, strict=True):
        if extraction.lines_total != lines_of(application, pages):
            _log.error("extract %s: the lines do not add up", application.application_id)
    return extractions


def match(
    job: Job,
    sorting: Sorting,
    extractions: Sequence[Extraction],
    registrations: Sequence[Registration],
) -> list[Match]:
    """The online registration of each application."""
    step = Step(
        "match",
        stage_version("match"),
        job.stages.match,
        Match,
        lambda unit, _: Match(application_id=unit.name, decision=Decision.REJECTED, candidates=()),
    )
    index = job.stages.make_index(registrations)
    rows = _digest_of(registrations)
    units = [
        Unit(
            name=application.application_id,
            inputs=(digest(application), digest(extraction), rows),
            arguments=(application, extraction, index),
        )
        for application, extraction in zip(sorting.applications, extractions, strict=True)
    ]
    return job.runner.run(step, units, None)


def compare(
    job: Job,
    sorting: Sorting,
    extractions: Sequence[Extraction],
    matches: Sequence[Match],
    registrations: Sequence[Registration],
    pages: Mapping[PageRef, ReadPage],
    hashes: Mapping[PageRef, str],
) -> list[Differences]:
    """What paper, electronic copy and online record state differently.

    A record that a person has yet to confirm is compared as well, and said to be so.
    """
    step = Step(
        "compare",
        stage_version("compare"),
        compare_versions,
        Differences,
        lambda *_: Differences(items=()),
    )
    by_id = {registration.registration_id: registration for registration in registrations}
    units = []
    for application, extraction, match in zip(
        sorting.applications, extractions, matches, strict=True
    ):
        likely = match.candidates and match.decision is not Decision.REJECTED
        registration = by_id.get(match.candidates[0].registration_id) if likely else None
        provisional = match.decision is Decision.REVIEW
        texts = {ref: pages[ref] for ref in compared_pages(application)}
        units.append(
            Unit(
                name=application.application_id,
                inputs=(
                    job.programme.hash,
                    digest(application),
                    digest(extraction),
                    digest(registration) if registration else "",
                    str(provisional),
                    *(hashes[ref] for ref in texts),
                ),
                arguments=(
                    job.stages.compare,
                    application,
                    extraction,
                    texts,
                    registration,
                    job.programme,
                    provisional,
                ),
            )
        )
    return job.runner.run(step, units, None)


def check(
    job: Job,
    boxes: Sequence[BoxInfo],
    files: Sequence[SourceFile],
    sorting: Sorting,
    extractions: Sequence[Extraction],
    matches: Sequence[Match],
    accepted: Sequence[Registration | None],
    titles: tuple[Title, ...] | None,
    unseen: Mapping[str, tuple[Unseen, ...]],
) -> list[Judgement]:
    """What the rules say of each application."""
    step = Step(
        "check",
        stage_version("check"),
        job.stages.check,
        Judgement,
        lambda unit, _: _not_checked(unit, job.programme),
    )
    pairs = list(zip(sorting.applications, extractions, strict=True))
    peers = tuple(peer_of(*pair) for pair in pairs)
    units = []
    for pair, match, registration in zip(pairs, matches, accepted, strict=True):
        context = CheckContext(
            programme=job.programme,
            match=match,
            registration=registration,
            titles=titles,
            peers=peers,
            box=box_facts(pair[0], boxes, files),
            unseen=unseen.get(pair[0].application_id, ()),
        )
        units.append(
            Unit(
                name=pair[0].application_id,
                inputs=(*map(digest, pair), digest(context)),
                arguments=(*pair, context),
            )
        )
    return job.runner.run(step, units, None)


def _not_checked(unit: Unit, programme: Programme) -> Judgement:
    """The judgement on an application whose check failed: nothing was asked."""
    return Judgement(
        application_id=unit.name,
        findings=(),
        results=tuple(
            RuleResult(
                application_id=unit.name,
                rule=rule.id,
                outcome=Outcome.MANUAL_REVIEW,
                explanation="审核程序出错，请人工审核并联系技术人员。",
            )
            for rule in programme.rules
        ),
    )


def with_findings(
    judgement: Judgement,
    differences: Sequence[Difference],
    extraction: Extraction,
    programme: Programme,
) -> Judgement:
    """The judgement together with the findings that differences amount to."""
    found = findings_of(differences, extraction, programme)
    return judgement.model_copy(update={"findings": (*judgement.findings, *found)})


def flow_of(
    job: Job,
    boxes: Sequence[BoxInfo],
    files: Sequence[SourceFile],
    sorting: Sorting,
    extractions: Sequence[Extraction],
) -> Flow:
    """What is known of the way of each application: its receipt, and what was returned."""
    applicants, received = [], []
    for application, extraction in zip(sorting.applications, extractions, strict=True):
        name = best_value(extraction, "enterprise_name").value or application.enterprise_name
        applicants.append(
            Applicant(
                application_id=application.application_id,
                enterprise_name=name,
                uscc=best_value(extraction, "uscc").value or application.uscc,
                tier=application.tier,
            )
        )
        day = box_facts(application, boxes, files).date_received
        received.append(
            FlowEvent(
                application_id=application.application_id,
                step=FlowStep.RECEIVED,
                opinion=None,
                at=day.isoformat() if day else "",
                who="",
                note="",
                file="",
                row=0,
            )
        )
    flow = read_returned(returned_tables(job, files), applicants, job.programme)
    return flow.model_copy(update={"events": (*received, *flow.events)})


def with_standing(result: ApplicationResult, flow: Flow) -> ApplicationResult:
    """The result, and whether somebody declined the application or sent it back since."""
    step = standing_of(result.application.application_id, flow).declined_by
    return result.model_copy(update={"declined": DECLINED[step]}) if step else result


def unmatched(
    registrations: Sequence[Registration], matches: Sequence[Match]
) -> tuple[Registration, ...]:
    """Registrations that no application belongs to, nor may belong to after a review."""
    taken = {
        match.candidates[0].registration_id
        for match in matches
        if match.candidates and match.decision is not Decision.REJECTED
    }
    return tuple(row for row in registrations if row.registration_id not in taken)


def _place(source: SourceFile) -> str:
    """What sorting may know of a file beside its pages."""
    return f"{source.file}\n{source.role}\n{source.disc_folder}\n{source.sha256}"


def _digest_of(records: Sequence[Record]) -> str:
    """SHA-256 of several records."""
    return hashlib.sha256("\n".join(map(digest, records)).encode()).hexdigest()
