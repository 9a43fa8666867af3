"""From boxes to a folder of results: the only file that knows the order of the stages.

intake → clean → read → sort → extract → match → check → compare → recommend → write.
Pages are the unit of clean and read, applications that of everything after sort.  Each unit
is keyed by what goes into it (:mod:`pipeline.runner`), so a run that was killed carries on and
a run with nothing new does nothing.  What comes out depends on what went in alone.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from extractors.page import Record
from pipeline.account import balance_of, with_unread_pages
from pipeline.applying import (
    check,
    compare,
    extract,
    flow_of,
    match,
    sort,
    unmatched,
    with_findings,
    with_standing,
)
from pipeline.arrivals import tables_of, take_in, why_nothing
from pipeline.comparison.applications import Differences
from pipeline.corrections import (
    AUDIT_KIND,
    Correction,
    in_force,
    lay_over,
    named_anew,
    noted,
    settle,
)
from pipeline.errors import InputError, NothingToDoError, ZjtxError
from pipeline.flow.returned import is_plain, returned_files
from pipeline.ledger import Entry, Ledger, Status, make_key
from pipeline.paging import clean, read
from pipeline.plan import WORK_FOLDER, Job, Order, Stages, real_stages
from pipeline.programme import Programme
from pipeline.progress import Progress, Silent
from pipeline.publish import damage, only_one, publish, sha256_of
from pipeline.records import (
    Application,
    ApplicationResult,
    ApplicationState,
    DifferenceKind,
    Extraction,
    Judgement,
    Match,
    Registration,
    RunResult,
    SourceFile,
)
from pipeline.results.template import check_template
from pipeline.runner import Runner, digest
from pipeline.settings import Settings
from pipeline.stages.intake import BoxInfo
from pipeline.unseen import unseen_of
from pipeline.versions import LIBRARIES, release, stage_version
from pipeline.work import load_engine
from pipeline.workers import Start, StartFailed

_log = logging.getLogger("zjtx")


class RunNote(Record):
    """What the ledger remembers of a finished run, for the next one and for ``verify``."""

    run_id: str
    out: str
    manifest: str
    """SHA-256 of the results' manifest."""
    originals: tuple[tuple[str, str, str], ...]
    """Of every file read: its name in the run, its path on this machine, its SHA-256."""
    set_aside: int
    unread_pages: int
    applications: int


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Args:
        note: What was done.
        nothing_new: Whether an earlier run had done it all.
        result: What was written; ``None`` when nothing was.
        audit_head: Head of the audit log's chain after the run; empty when nothing was done.
    """

    note: RunNote
    nothing_new: bool
    result: RunResult | None = None
    audit_head: str = ""

    @property
    def all_read(self) -> bool:
        """Whether nothing was set aside."""
        return not (self.note.set_aside or self.note.unread_pages)


def open_ledger(settings: Settings, work_folder: Path) -> Ledger:
    """The ledger of the settings, or the one in a work folder."""
    return Ledger(settings.ledger or work_folder / "ledger.sqlite")


def ledger_of(out: Path, settings: Settings) -> Ledger:
    """The ledger that was kept when a folder of results was written.

    Raises:
        InputError: There is none.
    """
    work_folder = out.absolute().parent / WORK_FOLDER
    if not settings.ledger and not (work_folder / "ledger.sqlite").is_file():
        raise InputError(
            f"{out}: there is no ledger beside it",
            "Work with results where they were written, or set ledger in zjtx.toml.",
        )
    return open_ledger(settings, work_folder)


def run_batch(
    order: Order,
    settings: Settings,
    programme: Programme,
    *,
    progress: Progress | None = None,
    stages: Stages | None = None,
) -> Outcome:
    """Put boxes through all stages and write the results.

    Args:
        order: Which boxes, and where to.
        settings: How.
        programme: The programme pack.
        progress: Who is told how far it is.
        stages: Other functions for the stages; the real ones where there are none.

    Returns:
        What was done; also when an earlier run had done it already.

    Raises:
        InputError: The order cannot be carried out.
        NothingToDoError: No file in the boxes can be read.
        BusyError: Another process writes the same results.
    """
    order.check()
    with (
        only_one(f"run-{order.out.name}", order.work_folder),
        open_ledger(settings, order.work_folder) as ledger,
    ):
        runner = Runner(ledger, progress or Silent())
        stages = stages or real_stages(settings.engine, settings.template)
        job = Job(order, settings, programme, stages, runner)
        return _Run(job, ledger).go()


class _Run:
    """One run under way."""

    def __init__(self, job: Job, ledger: Ledger) -> None:
        self.job = job
        self.ledger = ledger
        self.started = datetime.now(UTC)

    def go(self) -> Outcome:
        job = self.job
        if job.order.registrations is not None:  # a mistake is better told before the reading
            job.stages.read_registrations(job.order.registrations, job.programme)
        if job.settings.template is not None:
            check_template(job.settings.template, job.programme)
        if job.order.titles is not None:
            job.stages.read_titles(job.order.titles, job.programme)
        boxes, files = take_in(job)
        if not any(source.pages for source in files):
            raise NothingToDoError(*why_nothing(job.order, files))
        corrections = in_force(noted(self.ledger.audit(AUDIT_KIND)), files)
        identity = _identity(job, boxes, files, corrections)
        key = make_key("run", "", {"out": str(job.order.out.absolute())}, [identity])
        if (done := self.done_before(key)) is not None:
            return Outcome(done, nothing_new=True)
        try:
            with job.pool(start=Start(load_engine, (job.stages.make_engine,))) as pool:
                pages = read(job, files, clean(job, files, pool), pool)
                _log.info("a reading worker held %d MB at most", pool.most_resident // 10**6)
        except StartFailed as error:
            raise ZjtxError(
                f"the reading engine cannot start: {error}",
                "Install the package again; zjtx inspect on any page shows more.",
            ) from error
        hashes = {ref: digest(page) for ref, page in pages.items()}
        with job.pool() as pool:  # new workers: the engine's memory is free for all the pages
            sorting = sort(job, files, pages, hashes, pool)
            extractions = extract(job, sorting, pages, hashes, pool)
        _log.info("a worker of the later stages held %d MB at most", pool.most_resident // 10**6)
        extractions, lost = lay_over(sorting.applications, extractions, corrections, files)
        known = named_anew(sorting.applications, extractions)
        sorting = sorting.model_copy(update={"applications": known})
        registrations, titles = tables_of(job, files)
        matches, unsettled = settle(
            known,
            match(job, sorting, extractions, registrations),
            registrations,
            corrections,
            files,
        )
        by_id = {registration.registration_id: registration for registration in registrations}
        accepted = [by_id.get(found.registration_id) for found in matches]
        differences = compare(job, sorting, extractions, matches, registrations, pages, hashes)
        unseen = unseen_of(sorting, pages, files)
        judgements = check(
            job, boxes, files, sorting, extractions, matches, accepted, titles, unseen
        )
        flow = flow_of(job, boxes, files, sorting, extractions)
        flow = flow.model_copy(update={"refused": (*flow.refused, *lost, *unsettled)})
        applications = tuple(
            with_standing(self.decide(*parts), flow)
            for parts in zip(
                sorting.applications,
                extractions,
                matches,
                judgements,
                differences,
                accepted,
                strict=True,
            )
        )
        balance = balance_of(files, list(pages.values()), sorting, extractions)
        if not balance.holds:
            _log.error("the account of the run does not balance: %s", balance.model_dump_json())
        result = RunResult(
            run_id=identity[:12],
            programme_id=job.programme.id,
            programme_hash=job.programme.hash,
            files=with_unread_pages(files, list(pages.values())),
            sorting=sorting,
            applications=applications,
            registrations_unmatched=unmatched(registrations, matches),
            flow=flow,
            balance=balance,
            timings=tuple(job.runner.timings),
            started=self.started,
            finished=datetime.now(UTC),
            settings=_shown(job.settings),
            versions=_versions(),
        )
        return self.write(key, result)

    def decide(
        self,
        application: Application,
        extraction: Extraction,
        match: Match,
        judgement: Judgement,
        differences: Differences,
        registration: Registration | None,
    ) -> ApplicationResult:
        """Where an application stands; never recommended when a stage failed on it."""
        job = self.job
        result: ApplicationResult = job.stages.recommend(
            application,
            extraction,
            match,
            with_findings(judgement, differences.items, extraction, job.programme),
            differences.items,
            registration,
            job.programme,
        )
        result = result.model_copy(update={"texts": differences.texts})
        # Text that the disc states otherwise is for a person to weigh, as is what failed.
        open_ = any(item.text.kind is DifferenceKind.CONTENT for item in differences.texts) or any(
            unit == application.application_id for _, unit in job.runner.failed
        )
        if open_ and result.state is ApplicationState.RECOMMENDED:
            return result.model_copy(update={"state": ApplicationState.REVIEW})
        return result

    def done_before(self, key: str) -> RunNote | None:
        """What the ledger remembers of this very run, if its results still lie there whole."""
        entry = self.ledger.get_many([key]).get(key)
        if entry is None or entry.status is not Status.DONE:
            return None
        note = RunNote.model_validate_json(entry.result)
        return None if damage(self.job.order.out, note.manifest) else note

    def write(self, key: str, result: RunResult) -> Outcome:
        """Put the results into place, and note it."""
        job = self.job
        manifest = publish(
            lambda folder: job.stages.write(result, job.programme, folder),
            job.order.out.absolute(),
            job.order.work_folder,
        )
        files = result.files
        note = RunNote(
            run_id=result.run_id,
            out=str(job.order.out.absolute()),
            manifest=manifest,
            originals=tuple(
                (source.file, str(Path(source.path).absolute()), source.sha256)
                for source in files
                if source.sha256
            ),
            set_aside=result.balance.files_set_aside,
            unread_pages=result.balance.pages_failed,
            applications=len(result.applications),
        )
        # A run in which a process crashed or hung is not done with: the next one tries again.
        failed = any(timing.failed for timing in job.runner.timings)
        status = Status.FAILED if failed else Status.DONE
        text = note.model_dump_json().encode()
        self.ledger.put([Entry(key, "run", result.run_id, status, text)])
        head = self.ledger.note(
            "run",
            {"run": key, "note": hashlib.sha256(text).hexdigest(), "manifest": manifest},
        )
        return Outcome(note, nothing_new=False, result=result, audit_head=head)


def _identity(
    job: Job,
    boxes: Sequence[BoxInfo],
    files: Sequence[SourceFile],
    corrections: Sequence[Correction],
) -> str:
    """SHA-256 of all that decides what the results say."""
    order = job.order
    stated = [path for path in (order.registrations, order.titles, job.settings.template) if path]
    folder = order.returned
    returned = (
        {} if folder is None else {str(p.relative_to(folder)): p for p in returned_files(folder)}
    )
    return make_key(
        "run",
        stage_version("write"),
        {
            "stated": [order.registrations is not None, order.titles is not None],
            "returned": list(returned),
            "engine": job.settings.engine,
        },
        [
            job.programme.hash,
            *(stage_version(stage) for stage in ("intake", "clean", "read")),
            *(digest(source.model_copy(update={"path": ""})) for source in files),
            *(digest(box) for box in boxes),
            *(digest(correction) for correction in corrections),
            *(sha256_of(path) for path in stated),
            *(sha256_of(path) if is_plain(path) else "" for path in returned.values()),
        ],
    )


def _shown(settings: Settings) -> tuple[tuple[str, str], ...]:
    """The settings for ``run.json``; a database URL may hold a password."""
    values = settings.model_dump(exclude={"ledger"})
    return tuple((name, str(value)) for name, value in sorted(values.items()))


def _versions() -> tuple[tuple[str, str], ...]:
    libraries = ((name, release(name)) for name in ("zjtx", *LIBRARIES.values()))
    stages = ("intake", "clean", "read", "sort", "extract", "match", "check", "compare", "write")
    return (*libraries, *((f"stage {stage}", stage_version(stage)) for stage in stages))
