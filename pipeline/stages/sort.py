"""Sort: pages become documents, documents volumes, volumes applications.

Pages are taken in the natural order of file names and pages.  An application form's cover
(or first page) opens a volume; everything up to the next one lies in it, over the end of a
file where the file does.  Volumes of one enterprise and tier are the paper copies of one
application.  What names another applicant of the run is not taken silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from extractors.documents.owners import name_likeness
from pipeline.programme import Programme
from pipeline.records import (
    Application,
    Document,
    FileRole,
    Medium,
    PageRef,
    ReadPage,
    Sorting,
    SourceFile,
    Volume,
)
from pipeline.sorting.bundles import FORM, OTHER, Bundle, Draft
from pipeline.sorting.electronic import electronic_volumes
from pipeline.sorting.kinds import PageKinds
from pipeline.sorting.laying import append, bundles_of, goes_on_with_form
from pipeline.sorting.owners import home_of, same_application, same_enterprise, strangers_in


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """A key under which ``scan2`` stands before ``scan10``."""
    return tuple(
        (0, int(part), "") if part.isdigit() else (1, 0, part.casefold())
        for part in re.split(r"(\d+)", text)
        if part
    )


def sort(pages: Sequence[ReadPage], files: Sequence[SourceFile], programme: Programme) -> Sorting:
    """Say of every page which document, volume and application it belongs to.

    Args:
        pages: All pages of a run, read or failed, in any order.
        files: The files that they come from.
        programme: The pack that knows titles, words and forms.

    Returns:
        Applications in the order of their first page, and the documents of nobody.  Every
        page given is in exactly one document.
    """
    kinds = PageKinds(programme)
    by_file = {source.file: source for source in files}
    ordered = sorted(pages, key=lambda page: (natural_key(page.ref.file), page.ref.page))
    electronic = [page for page in ordered if _is_electronic(by_file.get(page.ref.file))]
    paper = [page for page in ordered if not _is_electronic(by_file.get(page.ref.file))]
    failed = [page for page in (*paper, *electronic) if page.view is None]

    unsorted: list[Draft] = [Draft(OTHER, pages=[page], confidences=[0.0]) for page in failed]
    volumes, loose = _paper_volumes([page for page in paper if page.view is not None], kinds)
    unsorted += loose
    groups = _group(volumes)
    folders = electronic_volumes(
        [page for page in electronic if page.view is not None], by_file, kinds
    )
    _join_electronic(groups, folders)
    return _sorting(groups, unsorted)


def _is_electronic(source: SourceFile | None) -> bool:
    return source is not None and source.role in (
        FileRole.ELECTRONIC_FORM,
        FileRole.ELECTRONIC_EVIDENCE,
    )


# --- paper ---


def _paper_volumes(pages: Sequence[ReadPage], kinds: PageKinds) -> tuple[list[Bundle], list[Draft]]:
    """Volumes in page order, and the documents that belong to none."""
    bundles = list(bundles_of(pages, kinds))
    for bundle in bundles:
        if bundle.headed:
            _identify(bundle, kinds)
    applicants = [bundle for bundle in bundles if bundle.headed]
    volumes: list[Bundle] = []
    unsorted: list[Draft] = []
    open_volume: Bundle | None = None
    for bundle in bundles:
        if bundle.headed:
            volumes.append(bundle)
            open_volume = bundle
            continue
        for document in bundle.documents:
            if open_volume is not None and goes_on_with_form(document, open_volume):
                append(open_volume, document)
                _identify(open_volume, kinds)  # its table says better who applies
                continue
            home = home_of(document, open_volume, applicants)
            if home is None:
                unsorted.append(document)
            else:
                append(home, document)
    for volume in volumes:
        if not volume.code:  # the form went on in a file of its own
            _identify(volume, kinds)
    for volume in volumes:
        unsorted += strangers_in(volume, applicants)
    return volumes, unsorted


def _identify(bundle: Bundle, kinds: PageKinds) -> None:
    """Note whom the forms of a bundle name as the applicant."""
    forms = [document for document in bundle.documents if document.type == FORM]
    kinds.identify(bundle, [view for document in forms for view in document.views()])


# --- applications ---


@dataclass
class _Group:
    """The volumes of one application."""

    tier: str
    paper: list[Bundle] = field(default_factory=list)
    electronic: list[Bundle] = field(default_factory=list)

    @property
    def members(self) -> list[Bundle]:
        return self.paper + self.electronic


def _group(volumes: Sequence[Bundle]) -> list[_Group]:
    groups: list[_Group] = []
    for volume in volumes:
        for group in groups:
            if same_application(group.paper[0], volume):
                group.paper.append(volume)
                break
        else:
            groups.append(_Group(volume.tier, [volume]))
    return groups


def _join_electronic(groups: list[_Group], volumes: Sequence[Bundle]) -> None:
    """Lay each electronic volume to its application, or make one of its own."""
    for volume in volumes:
        fitting = [
            group
            for group in groups
            if same_enterprise(group.members[0], volume)
            and (not volume.tier or group.tier == volume.tier)
        ]
        # The folder's name may be shortened; the enterprise's own form decides where it can.
        if not fitting and not volume.code and volume.name:
            fitting = [
                group
                for group in groups
                if volume.name in group.members[0].name
                and (not volume.tier or group.tier == volume.tier)
            ]
        if fitting:
            best = max(
                fitting,
                key=lambda group: name_likeness(group.members[0].subject, volume.subject),
            )
            best.electronic.append(volume)
        else:
            groups.append(_Group(volume.tier, [], [volume]))


# --- records ---


def _sorting(groups: Sequence[_Group], unsorted: Sequence[Draft]) -> Sorting:
    applications = []
    for number, group in enumerate(groups, start=1):
        application_id = f"A{number:03d}"
        volumes = [
            _volume(f"{application_id}-P{copy}", Medium.PAPER, copy, bundle)
            for copy, bundle in enumerate(group.paper, start=1)
        ] + [
            _volume(f"{application_id}-E{copy}", Medium.ELECTRONIC, copy, bundle)
            for copy, bundle in enumerate(group.electronic, start=1)
        ]
        applications.append(
            Application(
                application_id=application_id,
                tier=group.tier,
                enterprise_name=_most_common(bundle.name for bundle in group.members),
                uscc=_most_common(bundle.code for bundle in group.members),
                volumes=tuple(volumes),
            )
        )
    return Sorting(
        applications=tuple(applications),
        unsorted=tuple(
            _document(f"U-D{number:02d}", draft) for number, draft in enumerate(unsorted, start=1)
        ),
    )


def _most_common(values: Iterable[str]) -> str:
    known = [value for value in values if value]
    return max(known, key=lambda value: (known.count(value), -known.index(value)), default="")


def _volume(volume_id: str, medium: Medium, number: int, bundle: Bundle) -> Volume:
    return Volume(
        volume_id=volume_id,
        medium=medium,
        number=number,
        documents=tuple(
            _document(f"{volume_id}-D{place:02d}", draft)
            for place, draft in enumerate(bundle.documents, start=1)
        ),
    )


def _document(document_id: str, draft: Draft) -> Document:
    refs: tuple[PageRef, ...] = tuple(page.ref for page in draft.pages)
    return Document(
        document_id=document_id, type=draft.type, pages=refs, confidence=draft.confidence
    )
