"""From boxes to a folder of results: the only file that knows the order of the stages.

intake → clean → read → sort → extract → match → check → compare → recommend → write.
Pages are the unit of clean and read, applications that of everything after sort.  Each unit
is keyed by what goes into it (:mod:`pipeline.runner`), so a run that was killed carries on and
a run with nothing new does nothing.  What comes out depends on what went in alone.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from extractors.page import Record
from extractors.values.tidy import comparable
from pipeline.account import balance_of, complete, lines_of, nothing_extracted, unsorted_page
from pipeline.errors import NothingToDoError, ZjtxError
from pipeline.ledger import Entry, Ledger, Status, make_key
from pipeline.media import Limits
from pipeline.plan import Order, Stages, real_stages
from pipeline.programme import Programme
from pipeline.progress import Progress, Silent
from pipeline.publish import damage, only_one, publish, sha256_of
from pipeline.records import (
    Application,
    Decision,
    Difference,
    Extraction,
    FailureCategory,
    FileRole,
    FileStatus,
    Judgement,
    Match,
    PageRef,
    ReadPage,
    Registration,
    RuleResult,
    RunResult,
    Sorting,
    SourceFile,
    Title,
)
from pipeline.records import (
    Outcome as RuleOutcome,
)
from pipeline.rules.context import BoxFacts, CheckContext
from pipeline.runner import Runner, Step, Unit, digest
from pipeline.settings import Settings
from pipeline.stages.check import peer_of
from pipeline.stages.compare import findings_of
from pipeline.stages.intake import (
    Arrival,
    BoxInfo,
    failed_file,
    fingerprint,
    list_box,
    note_duplicates,
    survey_file,
)
from pipeline.versions import LIBRARIES, release, stage_version
from pipeline.work import (
    CleanedPage,
    Differences,
    clean_page,
    compare_versions,
    load_engine,
    not_cleaned,
    read_page,
    unread_page,
)
from pipeline.workers import Start, StartFailed, WorkerPool

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
        return _Run(order, settings, programme, stages or real_stages(), runner, ledger).go()


class _Run:
    """One run under way: what all of its steps share."""

    def __init__(
        self,
        order: Order,
        settings: Settings,
        programme: Programme,
        stages: Stages,
        runner: Runner,
        ledger: Ledger,
    ) -> None:
        self.order = order
        self.settings = settings
        self.programme = programme
        self.stages = stages
        self.runner = runner
        self.ledger = ledger
        self.started = datetime.now(UTC)
        self.boxes: list[BoxInfo] = []

    def go(self) -> Outcome:
        files = self.intake()
        if not any(source.pages for source in files):
            raise NothingToDoError(*_why_nothing(self.order, files))
        identity = self.identity(files)
        key = make_key("run", "", {"out": str(self.order.out.absolute())}, [identity])
        if (done := self.done_before(key)) is not None:
            return Outcome(done, nothing_new=True)
        try:
            with self.pool(start=Start(load_engine, (self.stages.make_engine,))) as pool:
                pages = self.read(files, self.clean(files, pool), pool)
                hashes = {ref: digest(page) for ref, page in pages.items()}
                sorting = self.sort(files, pages, hashes, pool)
                extractions = self.extract(sorting, pages, hashes, pool)
        except StartFailed as error:
            raise ZjtxError(
                f"the reading engine cannot start: {error}",
                "Install the package again; zjtx inspect on any page shows more.",
            ) from error
        return self.write(key, self.judge(identity, files, pages, sorting, extractions))

    # --- intake ----------------------------------------------------------------------------

    def intake(self) -> tuple[SourceFile, ...]:
        """Every file of every box, looked through."""
        limits = limits_of(self.settings)
        self.boxes, arrivals = _list_boxes(self.order.boxes)
        units = []
        for arrival in arrivals:
            hash_and_size = fingerprint(arrival, limits)
            units.append(
                Unit(
                    name=hash_and_size[0][:16] or "unhashed",
                    inputs=(digest(arrival), *map(str, hash_and_size)),
                    arguments=(arrival, hash_and_size, limits),
                )
            )
        step = Step(
            "intake",
            stage_version("intake"),
            survey_file,
            SourceFile,
            lambda unit, category: failed_file(unit.arguments[0], unit.arguments[1], category),
            limits.model_dump(),
        )
        megabytes = self.settings.survey_megabytes
        with self.pool(memory=megabytes << 20) as pool:
            pool.timeout = self.settings.file_seconds
            files = self.runner.run(step, units, pool)
        return self.check_tables(note_duplicates(files))

    def check_tables(self, files: Sequence[SourceFile]) -> tuple[SourceFile, ...]:
        """Set a box's own tables aside where they cannot be read as such."""
        readers = {
            FileRole.REGISTRATIONS: self.stages.read_registrations,
            FileRole.TITLES: self.stages.read_titles,
        }
        checked = []
        for source in files:
            reader = readers.get(source.role)
            if reader is not None and source.status is FileStatus.READ:
                try:
                    reader(Path(source.path), self.programme)
                except ZjtxError as error:
                    source = source.model_copy(
                        update={
                            "status": FileStatus.SET_ASIDE,
                            "category": FailureCategory.WRONG_TYPE,
                            "advice": str(error).replace("\n", " "),
                        }
                    )
            checked.append(source)
        return tuple(checked)

    # --- pages -----------------------------------------------------------------------------

    def clean(self, files: Sequence[SourceFile], pool: WorkerPool) -> list[CleanedPage]:
        """How each page becomes upright, in the order of files and pages."""
        step = Step(
            "clean",
            stage_version("clean"),
            clean_page,
            CleanedPage,
            lambda _, category: not_cleaned(category),
        )
        units = [
            Unit(
                name=f"{source.sha256[:16]}#{page}",
                inputs=(source.sha256, source.media_type, str(page)),
                arguments=(self.stages.prepare, source, page),
            )
            for source, page in _pages_of(files)
        ]
        pool.timeout = self.settings.page_seconds
        return self.runner.run(step, units, pool)

    def read(
        self, files: Sequence[SourceFile], cleaned: Sequence[CleanedPage], pool: WorkerPool
    ) -> dict[PageRef, ReadPage]:
        """All that is seen on each page."""
        places = list(_pages_of(files))
        step = Step("read", stage_version("read"), read_page, ReadPage, _unread)
        units = []
        for (source, number), clean in zip(places, cleaned, strict=True):
            units.append(
                Unit(
                    name=f"{source.sha256[:16]}#{number}",
                    # The name of the file plays no part: a page is read once wherever it lies.
                    inputs=(source.sha256, source.media_type, str(number), digest(clean)),
                    arguments=(self.stages.read, source, number, clean),
                )
            )
        pool.timeout = self.settings.page_seconds
        pages = self.runner.run(step, units, pool)
        found = {}
        for (source, number), page in zip(places, pages, strict=True):
            ref = PageRef(file=source.file, page=number)
            found[ref] = page.model_copy(update={"ref": ref, "sha256": source.sha256})
        return found

    # --- applications ----------------------------------------------------------------------

    def judge(
        self,
        identity: str,
        files: tuple[SourceFile, ...],
        pages: dict[PageRef, ReadPage],
        sorting: Sorting,
        extractions: Sequence[Extraction],
    ) -> RunResult:
        """Everything after the paper has been read."""
        registrations, titles = self.tables(files)
        matches = self.match(sorting, extractions, registrations)
        by_id = {registration.registration_id: registration for registration in registrations}
        accepted = [by_id.get(match.registration_id) for match in matches]
        differences = self.compare(sorting, extractions, accepted)
        judgements = self.check(files, sorting, extractions, matches, accepted, titles)
        applications = tuple(
            self.stages.recommend(
                application,
                extraction,
                match,
                with_findings(judgement, found.items, self.programme),
                found.items,
                registration,
                self.programme,
            )
            for application, extraction, match, judgement, found, registration in zip(
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
        return RunResult(
            run_id=identity[:12],
            programme_id=self.programme.id,
            programme_hash=self.programme.hash,
            files=files,
            sorting=sorting,
            applications=applications,
            registrations_unmatched=_unmatched(registrations, matches),
            balance=balance,
            timings=tuple(self.runner.timings),
            started=self.started,
            finished=datetime.now(UTC),
            settings=tuple(
                (name, str(value))
                for name, value in sorted(self.settings.model_dump().items())
                if name != "ledger"  # it may hold a password
            ),
            versions=(
                *((name, release(name)) for name in ("zjtx", *LIBRARIES.values())),
                *((stage, stage_version(stage)) for stage in ("clean", "read", "sort", "extract")),
            ),
        )

    def sort(
        self,
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
            self.stages.sort,
            Sorting,
            lambda *_: Sorting(
                applications=(),
                unsorted=tuple(unsorted_page(page.ref, "unsorted") for page in read),
            ),
        )
        unit = Unit(
            name="run",
            inputs=(
                self.programme.hash,
                *(_place(source) for source in readable),
                *(f"{ref.file}#{ref.page}={hash_}" for ref, hash_ in hashes.items()),
            ),
            arguments=(read, readable, self.programme),
        )
        pool.timeout = self.settings.application_seconds
        (sorting,) = self.runner.run(step, [unit], pool)
        return complete(sorting, read)

    def extract(
        self,
        sorting: Sorting,
        pages: dict[PageRef, ReadPage],
        hashes: Mapping[PageRef, str],
        pool: WorkerPool,
    ) -> list[Extraction]:
        """The values of each application."""
        step = Step(
            "extract",
            stage_version("extract"),
            self.stages.extract,
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
                        self.programme.hash,
                        digest(application),
                        *(hashes[ref] for ref in own),
                    ),
                    arguments=(application, own, self.programme),
                )
            )
        extractions = self.runner.run(step, units, pool)
        for application, extraction in zip(sorting.applications, extractions, strict=True):
            if extraction.lines_total != lines_of(application, pages):
                _log.error("extract %s: the lines do not add up", application.application_id)
        return extractions

    def tables(
        self, files: Sequence[SourceFile]
    ) -> tuple[tuple[Registration, ...], tuple[Title, ...] | None]:
        """The registrations and titles of the order, or else of the boxes."""

        def paths(stated: Path | None, role: FileRole) -> list[Path]:
            if stated is not None:
                return [stated]
            return [
                Path(source.path)
                for source in files
                if source.role is role and source.status is FileStatus.READ
            ]

        registrations: dict[str, Registration] = {}
        for path in paths(self.order.registrations, FileRole.REGISTRATIONS):
            for row in self.stages.read_registrations(path, self.programme):
                name, number = row.registration_id, 1
                while registrations.setdefault(row.registration_id, row) != row:
                    number += 1  # two boxes' tables use one id for two rows
                    row = row.model_copy(update={"registration_id": f"{name}#{number}"})
        titles: list[Title] = []
        tables = paths(self.order.titles, FileRole.TITLES)
        for path in tables:
            titles += self.stages.read_titles(path, self.programme)
        return tuple(registrations.values()), tuple(dict.fromkeys(titles)) if tables else None

    def match(
        self,
        sorting: Sorting,
        extractions: Sequence[Extraction],
        registrations: Sequence[Registration],
    ) -> list[Match]:
        """The online registration of each application."""
        step = Step(
            "match",
            stage_version("match"),
            self.stages.match,
            Match,
            lambda unit, _: Match(
                application_id=unit.name, decision=Decision.REJECTED, candidates=()
            ),
        )
        index = self.stages.make_index(registrations)
        rows = digest_of(registrations)
        units = [
            Unit(
                name=application.application_id,
                inputs=(digest(application), digest(extraction), rows),
                arguments=(application, extraction, index),
            )
            for application, extraction in zip(sorting.applications, extractions, strict=True)
        ]
        return self.runner.run(step, units, None)

    def compare(
        self,
        sorting: Sorting,
        extractions: Sequence[Extraction],
        accepted: Sequence[Registration | None],
    ) -> list[Differences]:
        """What paper, electronic copy and online record state differently."""
        step = Step(
            "compare",
            stage_version("compare"),
            compare_versions,
            Differences,
            lambda *_: Differences(items=()),
        )
        units = [
            Unit(
                name=application.application_id,
                inputs=(
                    self.programme.hash,
                    digest(application),
                    digest(extraction),
                    digest(registration) if registration else "",
                ),
                arguments=(
                    self.stages.compare,
                    application,
                    extraction,
                    registration,
                    self.programme,
                ),
            )
            for application, extraction, registration in zip(
                sorting.applications, extractions, accepted, strict=True
            )
        ]
        return self.runner.run(step, units, None)

    def check(
        self,
        files: Sequence[SourceFile],
        sorting: Sorting,
        extractions: Sequence[Extraction],
        matches: Sequence[Match],
        accepted: Sequence[Registration | None],
        titles: tuple[Title, ...] | None,
    ) -> list[Judgement]:
        """What the rules say of each application."""
        step = Step("check", stage_version("check"), self.stages.check, Judgement, self.not_checked)
        pairs = list(zip(sorting.applications, extractions, strict=True))
        peers = tuple(peer_of(*pair) for pair in pairs)
        units = []
        for pair, match, registration in zip(pairs, matches, accepted, strict=True):
            context = CheckContext(
                programme=self.programme,
                match=match,
                registration=registration,
                titles=titles,
                peers=peers,
                box=box_facts(pair[0], self.boxes, files),
            )
            units.append(
                Unit(
                    name=pair[0].application_id,
                    inputs=(*map(digest, pair), digest(context)),
                    arguments=(*pair, context),
                )
            )
        return self.runner.run(step, units, None)

    def not_checked(self, unit: Unit, _: FailureCategory) -> Judgement:
        """The judgement on an application whose check failed: nothing was asked."""
        return Judgement(
            application_id=unit.name,
            findings=(),
            results=tuple(
                RuleResult(
                    application_id=unit.name,
                    rule=rule.id,
                    outcome=RuleOutcome.MANUAL_REVIEW,
                    explanation="审核程序出错，请人工审核并联系技术人员。",
                )
                for rule in self.programme.rules
            ),
        )

    # --- results ---------------------------------------------------------------------------

    def identity(self, files: Sequence[SourceFile]) -> str:
        """SHA-256 of all that decides what the results say."""
        stated = [path for path in (self.order.registrations, self.order.titles) if path]
        return make_key(
            "run",
            stage_version("write"),
            {"stated": [self.order.registrations is not None, self.order.titles is not None]},
            [
                self.programme.hash,
                *(stage_version(stage) for stage in ("intake", "clean", "read")),
                *(digest(source.model_copy(update={"path": ""})) for source in files),
                *(digest(box) for box in self.boxes),
                *(sha256_of(path) for path in stated),
            ],
        )

    def done_before(self, key: str) -> RunNote | None:
        """What the ledger remembers of this very run, if its results still lie there whole."""
        entry = self.ledger.get_many([key]).get(key)
        if entry is None or entry.status is not Status.DONE:
            return None
        note = RunNote.model_validate_json(entry.result)
        return None if damage(self.order.out, note.manifest) else note

    def write(self, key: str, result: RunResult) -> Outcome:
        """Put the results into place, and note it."""
        manifest = publish(
            lambda folder: self.stages.write(result, self.programme, folder),
            self.order.out.absolute(),
            self.order.work_folder,
        )
        files = result.files
        note = RunNote(
            run_id=result.run_id,
            out=str(self.order.out.absolute()),
            manifest=manifest,
            originals=tuple(
                (source.file, source.path, source.sha256) for source in files if source.sha256
            ),
            set_aside=result.balance.files_set_aside,
            unread_pages=result.balance.pages_failed,
            applications=len(result.applications),
        )
        # A run in which a process crashed or hung is not done with: the next one tries again.
        failed = any(timing.failed for timing in self.runner.timings)
        status = Status.FAILED if failed else Status.DONE
        text = note.model_dump_json().encode()
        self.ledger.put([Entry(key, "run", result.run_id, status, text)])
        head = self.ledger.note(
            "run",
            {"run": key, "note": hashlib.sha256(text).hexdigest(), "manifest": manifest},
        )
        return Outcome(note, nothing_new=False, result=result, audit_head=head)

    def pool(self, *, start: Start | None = None, memory: int = 0) -> WorkerPool:
        """Worker processes as the settings want them."""
        settings = self.settings
        return WorkerPool(
            settings.worker_count,
            start=start,
            recycle_after=settings.recycle_pages,
            recycle_above=settings.recycle_megabytes << 20,
            memory=memory,
        )


def with_findings(
    judgement: Judgement, differences: Sequence[Difference], programme: Programme
) -> Judgement:
    """The judgement together with the findings that differences amount to."""
    found = findings_of(differences, programme)
    return judgement.model_copy(update={"findings": (*judgement.findings, *found)})


def box_facts(
    application: Application, boxes: Sequence[BoxInfo], files: Sequence[SourceFile]
) -> BoxFacts:
    """How an application arrived: what clerks noted in ``box.toml``, and its disc's files."""
    places = {source.file: source for source in files}
    used = [places[ref.file] for volume in application.volumes for ref in volume.pages]
    box_ids = {source.box for source in used}
    boxes = [box for box in boxes if box.id in box_ids]
    noted = [
        handed
        for box in boxes
        for handed in box.application
        if comparable(handed.enterprise_name) == comparable(application.enterprise_name)
        and handed.tier in ("", application.tier)
    ]
    folders = {(source.box, source.disc_folder) for source in used if source.disc_folder}
    received = [handed.date_received for handed in noted if handed.date_received]
    received += [box.received for box in boxes if box.received]
    return BoxFacts(
        copies=next((handed.copies for handed in noted if handed.copies is not None), None),
        copies_expected=next((box.copies for box in boxes if box.copies is not None), None),
        disc=next((handed.disc for handed in noted if handed.disc is not None), None),
        box_has_discs=any(source.box in box_ids and source.disc_folder for source in files),
        date_received=received[0] if received else None,
        electronic_files=tuple(
            source.model_copy(update={"path": ""})
            for source in files
            if (source.box, source.disc_folder) in folders
        ),
    )


def digest_of(records: Sequence[Record]) -> str:
    """SHA-256 of several records."""
    return hashlib.sha256("\n".join(map(digest, records)).encode()).hexdigest()


def _unmatched(
    registrations: Sequence[Registration], matches: Sequence[Match]
) -> tuple[Registration, ...]:
    """Registrations that no application belongs to, nor may belong to after a review."""
    taken = {
        match.candidates[0].registration_id
        for match in matches
        if match.candidates and match.decision is not Decision.REJECTED
    }
    return tuple(row for row in registrations if row.registration_id not in taken)


def _unread(unit: Unit, category: FailureCategory) -> ReadPage:
    _, source, page, _ = unit.arguments
    return unread_page(source, page, category)


def _pages_of(files: Sequence[SourceFile]) -> Iterator[tuple[SourceFile, int]]:
    for source in files:
        for page in range(1, source.pages + 1):
            yield source, page


def _place(source: SourceFile) -> str:
    """What sorting may know of a file beside its pages."""
    return f"{source.file}\n{source.role}\n{source.disc_folder}\n{source.sha256}"


def _list_boxes(folders: Sequence[Path]) -> tuple[list[BoxInfo], list[Arrival]]:
    """All files of all boxes; boxes of one id are told apart by a number."""
    boxes: list[BoxInfo] = []
    arrivals: list[Arrival] = []
    for folder in folders:
        box, own = list_box(folder)
        others, number, name = {other.id for other in boxes}, 1, box.id
        while name in others:
            number += 1
            name = f"{box.id}-{number}"
        boxes.append(box.model_copy(update={"id": name}))
        for arrival in own:
            file = name + arrival.file.removeprefix(box.id)
            arrivals.append(arrival.model_copy(update={"box": name, "file": file}))
    return boxes, arrivals


def limits_of(settings: Settings) -> Limits:
    """What one file may ask for."""
    return Limits(
        max_bytes=settings.max_file_megabytes * 1_000_000,
        max_pages=settings.max_pages,
        max_pixels=settings.max_page_megapixels * 1_000_000,
        max_unpacked=settings.max_unpacked_megabytes * 1_000_000,
    )


def _why_nothing(order: Order, files: Sequence[SourceFile]) -> tuple[str, str]:
    names = ", ".join(str(box) for box in order.boxes)
    if not files:
        return f"{names}: empty", "Put scans (PDF, TIFF, JPEG, PNG) into the box."
    set_aside = [source for source in files if source.status is FileStatus.SET_ASIDE]
    if not set_aside:
        return f"{names}: holds no scans", "Put scans (PDF, TIFF, JPEG, PNG) into the box."
    first = "; ".join(f"{source.file}: {source.category}" for source in set_aside[:5])
    return (
        f"{names}: none of {len(files)} files can be read ({first})",
        "Replace the files named, then run again.",
    )
