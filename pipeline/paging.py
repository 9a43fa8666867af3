"""Every page of the files that arrived: cleaned, then read, in the order of files and pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.plan import Job
from pipeline.records import FailureCategory, PageRef, ReadPage, SourceFile
from pipeline.runner import Step, Unit, digest
from pipeline.versions import stage_version
from pipeline.work import (
    CleanedPage,
    clean_page,
    is_passing,
    not_cleaned,
    read_page,
    unread_page,
)
from pipeline.workers import WorkerPool


def clean(job: Job, files: Sequence[SourceFile], pool: WorkerPool) -> list[CleanedPage]:
    """How each page becomes upright, in the order of files and pages."""
    step = Step(
        "clean",
        stage_version("clean"),
        clean_page,
        CleanedPage,
        lambda _, category: not_cleaned(category),
        passing=is_passing,
    )
    units = [
        Unit(
            name=f"{source.sha256[:16]}#{page}",
            inputs=(source.sha256, source.media_type, str(page)),
            arguments=(job.stages.prepare, source, page),
        )
        for source, page in _pages_of(files)
    ]
    pool.timeout = job.settings.page_seconds
    return job.runner.run(step, units, pool)


def read(
    job: Job,
    files: Sequence[SourceFile],
    cleaned: Sequence[CleanedPage],
    pool: WorkerPool,
) -> dict[PageRef, ReadPage]:
    """All that is seen on each page."""
    places = list(_pages_of(files))
    engine = {"engine": job.settings.engine}
    step = Step(
        "read", stage_version("read"), read_page, ReadPage, _unread, engine, passing=is_passing
    )
    units = []
    for (source, number), clean in zip(places, cleaned, strict=True):
        units.append(
            Unit(
                name=f"{source.sha256[:16]}#{number}",
                # The name of the file plays no part: a page is read once wherever it lies.
                inputs=(source.sha256, source.media_type, str(number), digest(clean)),
                arguments=(job.stages.read, source, number, clean),
            )
        )
    pool.timeout = job.settings.page_seconds
    pages = job.runner.run(step, units, pool)
    found = {}
    for (source, number), page in zip(places, pages, strict=True):
        ref = PageRef(file=source.file, page=number)
        found[ref] = page.model_copy(update={"ref": ref, "sha256": source.sha256})
    return found


def _unread(unit: Unit, category: FailureCategory) -> ReadPage:
    _, source, page, _ = unit.arguments
    return unread_page(source, page, category)


def _pages_of(files: Sequence[SourceFile]) -> Iterator[tuple[SourceFile, int]]:
    for source in files:
        for page in range(1, source.pages + 1):
            yield source, page
