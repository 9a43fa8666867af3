"""What arrived and could not be made out: it may be what an application seems to lack.

A piece of evidence may be said to be missing only where every page that may be it was read and
told for another one.  What is in doubt is said of the applications that it may belong to: those
whose pages lie before and after it, for a volume's pages lie together.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from extractors.page import PageView
from pipeline.records import (
    Application,
    Document,
    FileRole,
    FileStatus,
    Medium,
    PageRef,
    ReadPage,
    Sorting,
    SourceFile,
)
from pipeline.rules.context import Unseen
from pipeline.stages.sort import natural_key

_FORM, _BLANK, _OTHER = "application_form", "blank", "other"
_TOLD = 0.5
"""Confidence from which a document is of the kind that it was taken for."""
_BLANK_FOR_CERTAIN = 0.7
_READ = 0.8
"""Confidence of a line that was read."""
_LEAST_TEXT = 25
"""Characters that were read, from which a page tells what it is."""
_LEAST_SHARE = 0.5
"""Share of a page's characters that must have been read."""

_Place = tuple[tuple[tuple[int, int, str], ...], int]


def unseen_of(
    sorting: Sorting, pages: Mapping[PageRef, ReadPage], files: Sequence[SourceFile]
) -> dict[str, tuple[Unseen, ...]]:
    """What each application may have handed in without our seeing it.

    Args:
        sorting: Where every page went.
        pages: All pages, read or not.
        files: All files, whatever became of them.
    """
    sources = {source.file: source for source in files}
    found: dict[str, list[Unseen]] = defaultdict(list)
    for application in sorting.applications:
        found[application.application_id] += _own(application, pages)
    neighbours = _Neighbours(sorting, sources)
    boxes = _boxes_of(sorting, sources)
    for item, everywhere in _of_nobody(sorting, pages, files):
        box = sources[item.file].box if item.file in sources else ""
        near = neighbours.of(item) if not everywhere else boxes.get(box, ())
        for name in near:
            found[name].append(item)
    for box, item in _discs_of_nobody(sorting, sources):
        for name in boxes.get(box, ()):
            found[name].append(item)
    return {name: tuple(items) for name, items in found.items()}


# --- within an application ---------------------------------------------------------------


def _own(application: Application, pages: Mapping[PageRef, ReadPage]) -> Iterator[Unseen]:
    """Documents of its volumes that are of no certain kind, and pages that say next to nothing."""
    for volume in application.volumes:
        for document in volume.documents:
            why = _doubt(document)
            if why:
                yield _unseen(volume.medium, document.pages[0], why)
            if document.type == _BLANK:
                continue
            for ref in document.pages[1:]:  # the first one told the kind
                page = pages.get(ref)
                if page is not None and page.view is not None and _says_little(page.view):
                    yield _unseen(volume.medium, ref, "文字未能可靠识别")


def _doubt(document: Document) -> str:
    """Why a document may be of another kind; empty where it is of the one it was taken for."""
    if document.type == _BLANK:
        return "疑似空白页" if document.confidence < _BLANK_FOR_CERTAIN else ""
    if document.type == _FORM or document.confidence >= _TOLD:
        return ""
    return "未能辨认类别" if document.type == _OTHER else "类别存疑"


def _says_little(view: PageView) -> bool:
    """Whether so little of a page was read that it may be anything."""
    if view.preparation.blank:
        return False
    written = sum(len(line.text) for line in view.lines)
    read = sum(len(line.text) for line in view.lines if line.confidence >= _READ)
    return read < _LEAST_TEXT or read < _LEAST_SHARE * written


# --- of nobody ---------------------------------------------------------------------------


def _of_nobody(
    sorting: Sorting, pages: Mapping[PageRef, ReadPage], files: Sequence[SourceFile]
) -> Iterator[tuple[Unseen, bool]]:
    """Scans without an owner; the flag says that they may be anybody's in the box."""
    for source in files:
        if source.role is FileRole.SCAN and source.status is FileStatus.SET_ASIDE:
            yield Unseen(medium=Medium.PAPER, file=source.file, why="文件未能读取"), False
    electronic = {
        source.file
        for source in files
        if source.role in (FileRole.ELECTRONIC_FORM, FileRole.ELECTRONIC_EVIDENCE)
    }
    for document in sorting.unsorted:
        first = document.pages[0]
        medium = Medium.ELECTRONIC if first.file in electronic else Medium.PAPER
        if pages[first].view is None:
            yield _unseen(medium, first, "页面未能识别"), False
        elif document.type == _BLANK:
            if _doubt(document):
                yield _unseen(medium, first, _doubt(document)), True
        elif document.type != _FORM:
            kind = "" if _doubt(document) else document.type
            yield _unseen(medium, first, "未能归属", kind), True


def _discs_of_nobody(
    sorting: Sorting, sources: Mapping[str, SourceFile]
) -> Iterator[tuple[str, Unseen]]:
    """Disc folders from which no application with paper has a page, with their box."""
    taken = {
        (sources[ref.file].box, sources[ref.file].disc_folder)
        for application in sorting.applications
        if any(volume.medium is Medium.PAPER for volume in application.volumes)
        for volume in application.volumes
        if volume.medium is Medium.ELECTRONIC
        for ref in volume.pages
        if ref.file in sources
    }
    told: set[tuple[str, str]] = set()
    for source in sources.values():
        folder = (source.box, source.disc_folder)
        if not source.disc_folder or folder in taken or folder in told:
            continue
        told.add(folder)
        yield source.box, Unseen(medium=Medium.ELECTRONIC, file=source.file, why="未能归属")


def _boxes_of(sorting: Sorting, sources: Mapping[str, SourceFile]) -> dict[str, list[str]]:
    """The applications with pages in each box."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for application in sorting.applications:
        for volume in application.volumes:
            for ref in volume.pages:
                if ref.file in sources:
                    found[sources[ref.file].box][application.application_id] = None
    return {box: list(names) for box, names in found.items()}


class _Neighbours:
    """Whose pages of the same box lie next before and after a place, scans in their order."""

    def __init__(self, sorting: Sorting, sources: Mapping[str, SourceFile]) -> None:
        self._sources = sources
        self._placed: dict[tuple[str, Medium], list[tuple[_Place, str]]] = defaultdict(list)
        for application in sorting.applications:
            for volume in application.volumes:
                for ref in volume.pages:
                    if ref.file in sources:
                        box = sources[ref.file].box
                        self._placed[box, volume.medium].append(
                            ((natural_key(ref.file), ref.page), application.application_id)
                        )
        for places in self._placed.values():
            places.sort()

    def of(self, item: Unseen) -> tuple[str, ...]:
        """Ids of the applications, each once."""
        source = self._sources.get(item.file)
        places = self._placed.get((source.box if source else "", item.medium), [])
        at = bisect(places, ((natural_key(item.file), item.page), ""))
        return tuple(dict.fromkeys(name for _, name in places[max(0, at - 1) : at + 1]))


def _unseen(medium: Medium, ref: PageRef, why: str, kind: str = "") -> Unseen:
    return Unseen(medium=medium, kind=kind, file=ref.file, page=ref.page, why=why)
