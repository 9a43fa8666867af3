"""The account of a run: every file, page and line that came in is accounted for."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.records import (
    Application,
    Balance,
    Document,
    Extraction,
    FileStatus,
    PageRef,
    ReadPage,
    Sorting,
    SourceFile,
    Unassigned,
)

_log = logging.getLogger("zjtx")


def complete(sorting: Sorting, pages: Sequence[ReadPage]) -> Sorting:
    """The sorting with every page in exactly one place.

    A page that sorting lost is put among the unsorted; one that it put twice stays where it
    stood first.  Neither should happen, and the log says when it does.
    """
    left = Counter(page.ref for page in pages)

    def once(document: Document) -> Document | None:
        kept = []
        for ref in document.pages:
            if left[ref]:
                left[ref] -= 1
                kept.append(ref)
        if len(kept) == len(document.pages):
            return document
        _log.error("sort: document %s holds pages of others", document.document_id)
        return document.model_copy(update={"pages": tuple(kept)}) if kept else None

    def all_once(documents: Iterable[Document]) -> tuple[Document, ...]:
        return tuple(kept for document in documents if (kept := once(document)) is not None)

    applications = tuple(
        application.model_copy(
            update={
                "volumes": tuple(
                    volume.model_copy(update={"documents": all_once(volume.documents)})
                    for volume in application.volumes
                )
            }
        )
        for application in sorting.applications
    )
    unsorted = all_once(sorting.unsorted)
    lost = [ref for ref, count in left.items() if count > 0]
    if lost:
        _log.error("sort: %d pages were lost and are put among the unsorted", len(lost))
    return Sorting(
        applications=applications,
        unsorted=(*unsorted, *(unsorted_page(ref, "lost") for ref in lost)),
    )


def unsorted_page(ref: PageRef, why: str) -> Document:
    """A document of one page that nothing is known of."""
    return Document(
        document_id=f"{why}:{ref.file}#{ref.page}", type="other", pages=(ref,), confidence=0.0
    )


def lines_of(application: Application, pages: dict[PageRef, ReadPage]) -> int:
    """How many lines of text stand on the pages of an application."""
    views = (
        pages[ref].view for volume in application.volumes for ref in volume.pages if ref in pages
    )
    return sum(len(view.lines) for view in views if view is not None)


def nothing_extracted(application: Application, pages: dict[PageRef, ReadPage]) -> Extraction:
    """The extraction of an application that could not be extracted: all lines unassigned."""
    unassigned = []
    for volume in application.volumes:
        for ref in volume.pages:
            view = pages[ref].view
            for line in view.lines if view is not None else ():
                unassigned.append(
                    Unassigned(ref=ref, text=line.text, box=line.box, looks_like_value=False)
                )
    return Extraction(
        application_id=application.application_id,
        fields=(),
        seals=(),
        unassigned=tuple(unassigned),
        lines_total=len(unassigned),
        lines_in_fields=0,
        lines_in_cells=0,
        lines_in_body=0,
    )


_PAGES_NAMED = 20


def with_unread_pages(
    files: Sequence[SourceFile], pages: Sequence[ReadPage]
) -> tuple[SourceFile, ...]:
    """The files, each saying which of its pages could not be read, why, and what to do."""
    lost: dict[str, list[ReadPage]] = {}
    for page in pages:
        if page.view is None:
            lost.setdefault(page.ref.file, []).append(page)
    return tuple(
        source.model_copy(
            update={
                "category": source.category or lost[source.file][0].category,
                "advice": " ".join(filter(None, (source.advice, *_said(lost[source.file])))),
            }
        )
        if source.file in lost
        else source
        for source in files
    )


def _said(pages: Sequence[ReadPage]) -> list[str]:
    numbers: dict[str, list[str]] = {}
    for page in pages:
        numbers.setdefault(page.advice, []).append(str(page.ref.page))
    return [
        f"第 {'、'.join(own[:_PAGES_NAMED])} 页"
        f"{f'等 {len(own)} 页' if len(own) > _PAGES_NAMED else ''}未读取：{advice}"
        for advice, own in numbers.items()
    ]


def balance_of(
    files: Sequence[SourceFile],
    pages: Sequence[ReadPage],
    sorting: Sorting,
    extractions: Sequence[Extraction],
) -> Balance:
    """Count what came in and, on its own, what it became.

    The lines of pages that belong to no application are all unassigned.
    """
    status = Counter(source.status for source in files)
    by_ref = {page.ref: page for page in pages}
    in_documents = sum(
        len(volume.pages) for application in sorting.applications for volume in application.volumes
    )
    unsorted = [ref for document in sorting.unsorted for ref in document.pages]
    unsorted_lines = sum(
        len(view.lines) for ref in unsorted if (view := by_ref[ref].view) is not None
    )
    return Balance(
        files=len(files),
        files_read=status[FileStatus.READ],
        files_set_aside=status[FileStatus.SET_ASIDE],
        files_ignored=status[FileStatus.IGNORED],
        pages=sum(source.pages for source in files),
        pages_in_documents=in_documents,
        pages_unsorted=len(unsorted),
        pages_blank=sum(page.view is not None and page.view.preparation.blank for page in pages),
        pages_failed=sum(page.view is None for page in pages),
        lines=sum(len(page.view.lines) for page in pages if page.view is not None),
        lines_in_fields=sum(extraction.lines_in_fields for extraction in extractions),
        lines_in_cells=sum(extraction.lines_in_cells for extraction in extractions),
        lines_in_body=sum(extraction.lines_in_body for extraction in extractions),
        lines_unassigned=unsorted_lines
        + sum(len(extraction.unassigned) for extraction in extractions),
    )
