"""Sort: pages become documents, documents volumes, volumes applications.

Pages are taken in the natural order of file names and pages.  An application form's cover
(or first page) opens a volume; everything up to the next one lies in it, over the end of a
file where the file does.  Volumes of one enterprise and tier are the paper copies of one
application.  What names another applicant of the run is not taken silently.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from extractors.documents.classify import classify
from extractors.documents.owners import (
    Named,
    enterprise_text,
    name_likeness,
    named_on,
    names_it,
    same_code,
)
from extractors.documents.spec import DocumentSpec, PageGuess
from extractors.forms.fields import find_fields
from extractors.forms.labels import SURE, LabelIndex
from extractors.forms.layout import PageLayout
from extractors.forms.spec import FieldSpec
from extractors.page import Line, PageView
from extractors.values.codes import is_uscc
from extractors.values.kinds import FieldKind
from extractors.values.tidy import comparable
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

_FORM = "application_form"
_BLANK = "blank"
_SURE_SIGN = 0.9
_SURE_SIGNS = 0.5
"""Confidence from which one sign, or several in a line, on a sheet that looks blank are such."""
_FEW_LINES = 2
_SHADED = 0.6
"""Belief in a blank sheet with a line on it that could not be read: it may be writing after all."""
_OTHER = "other"
_COVER_LINES = 10
"""A cover bears no more lines than this."""
_FORM_LABELS = 4
"""So many labels of the form in ruled cells make a page one of the form's …"""
_FORM_LINES = 6
"""… or so many lines that are such labels, where a form sets them above its values."""
_FIRST_PAGE_LABELS = 10
"""So many labels in ruled cells, who applies among them, make a page without a title a form's."""
_UNTITLED = 0.6
"""Belief in a form that is known by its labels alone."""
_SAME_SUBJECT = 0.6
"""Likeness from which two subjects as read are one: a long name may lose a line."""
_SAME_NAME = 0.88
"""Likeness from which two names as read are taken for one enterprise's."""
_SAME_NAME_BY_CODE = 0.7
"""… where their codes differ by a slip: a stamp may lie over the name."""


def _say_something(lines: Sequence[Line]) -> bool:
    """Whether there is writing on a sheet that looks blank: no staple read as a dash, no shade.

    Many lines are writing however little of them could be read.
    """
    if len(lines) > _FEW_LINES:
        return True
    signs = [(sum(sign.isalnum() for sign in line.text), line.confidence) for line in lines]
    return any(
        confidence >= (_SURE_SIGNS if count > 1 else _SURE_SIGN)
        for count, confidence in signs
        if count
    )


@dataclass
class _Draft:
    """A document in the making."""

    type: str
    variant: str = ""
    pages: list[ReadPage] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    front: PageGuess | None = None
    """Of its first page, where that stands at the front of a file without a form."""
    form_like: bool = False
    """Whether that page asks for fields as an application form does."""

    @property
    def confidence(self) -> float:
        return round(sum(self.confidences) / max(len(self.confidences), 1), 3)

    def views(self) -> list[PageView]:
        return [page.view for page in self.pages if page.view is not None]


@dataclass
class _Bundle:
    """Documents that lie together: a volume, or pages in front of the first form."""

    documents: list[_Draft] = field(default_factory=list)
    name: str = ""
    code: str = ""
    tier: str = ""
    subject: str = ""
    """What is applied for, where the tier's form names it."""
    headed: bool = True
    """Whether it begins with an application form."""

    def views(self) -> list[PageView]:
        return [view for document in self.documents for view in document.views()]


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
    reader = _Reader(programme)
    by_file = {source.file: source for source in files}
    ordered = sorted(pages, key=lambda page: (natural_key(page.ref.file), page.ref.page))
    electronic = [page for page in ordered if _is_electronic(by_file.get(page.ref.file))]
    paper = [page for page in ordered if not _is_electronic(by_file.get(page.ref.file))]
    failed = [page for page in (*paper, *electronic) if page.view is None]

    unsorted: list[_Draft] = [_Draft(_OTHER, pages=[page], confidences=[0.0]) for page in failed]
    volumes, loose = _paper_volumes([page for page in paper if page.view is not None], reader)
    unsorted += loose
    groups = _group(volumes)
    folders = _electronic_volumes(
        [page for page in electronic if page.view is not None], by_file, reader
    )
    _join_electronic(groups, folders)
    return _sorting(groups, unsorted)


def _is_electronic(source: SourceFile | None) -> bool:
    return source is not None and source.role in (
        FileRole.ELECTRONIC_FORM,
        FileRole.ELECTRONIC_EVIDENCE,
    )


class _Reader:
    """What the stage needs of the pack, in the extractors' terms."""

    def __init__(self, programme: Programme) -> None:
        forms = tuple(
            DocumentSpec(type=_FORM, variant=tier.id, titles=tier.form_titles)
            for tier in programme.tiers
        )
        kinds = tuple(
            DocumentSpec(type=item.type, titles=item.titles, words=item.words)
            for item in programme.evidence
        )
        self.specs = forms + kinds
        self._subjects = {tier.id: tier.subject_field for tier in programme.tiers}
        self._identity = tuple(
            FieldSpec(key=item.key, labels=item.labels, kind=item.kind)
            for item in programme.fields
            if item.kind in (FieldKind.NAME, FieldKind.USCC) or item.key in self._subjects.values()
        )
        self._kinds = {item.key: item.kind for item in self._identity}
        self._tier_keys = {
            tier.id: frozenset(item.key for item in programme.fields if tier.id in item.tiers)
            for tier in programme.tiers
        }
        self._labels = LabelIndex(
            [
                FieldSpec(key=item.key, labels=item.labels, kind=item.kind)
                for item in programme.fields
            ],
            threshold=SURE,
        )

    def guess(self, page: ReadPage) -> PageGuess:
        """What a page looks like; ``blank`` for a blank one."""
        assert page.view is not None  # noqa: S101 - failed pages are set apart before
        preparation = page.view.preparation
        if preparation.blank and not _say_something(page.view.lines):
            shaded = any(len(line.text.strip()) > 1 for line in page.view.lines)
            sure = (
                min(_SHADED, preparation.blank_confidence)
                if shaded
                else preparation.blank_confidence
            )
            return PageGuess(type=_BLANK, confidence=sure)
        return classify(page.view, self.specs)

    def asks_like_a_form(self, page: ReadPage) -> bool:
        """Whether a page asks for fields of the application forms, in cells or in lines."""
        if page.view is None:
            return False
        cells = self._asked(cell.text for cell in PageLayout(page.view).cells)
        lines = self._asked(line.text for line in page.view.lines)
        return len(cells) >= _FORM_LABELS or len(lines) >= _FORM_LINES

    def untitled_form(self, page: ReadPage) -> PageGuess | None:
        """The form that a page begins whose title cannot be read, under a stamp for one.

        Its tier is the one with the fewest fields among those that ask for all that it asks.
        """
        if page.view is None:
            return None
        asked = self._asked(cell.text for cell in PageLayout(page.view).cells)
        kinds = {self._kinds[key] for key in asked if key in self._kinds}
        if len(asked) < _FIRST_PAGE_LABELS or not {FieldKind.NAME, FieldKind.USCC} <= kinds:
            return None
        fitting = [tier for tier, keys in self._tier_keys.items() if asked <= keys]
        if not fitting:
            return None
        tier = min(fitting, key=lambda tier: len(self._tier_keys[tier]))
        return PageGuess(type=_FORM, variant=tier, confidence=_UNTITLED)

    def _asked(self, texts: Iterable[str]) -> set[str]:
        """Keys of the fields that texts are labels of."""
        return {match.key for text in texts for match in self._labels.matches(text)[:1]}

    def identify(self, bundle: _Bundle, views: Sequence[PageView]) -> None:
        """Note who applies and for what, as the pages of an application form state it."""
        name = code = subject = ""
        for value in find_fields(views, self._identity):
            if value.key == self._subjects.get(bundle.tier):
                subject = subject or enterprise_text(value.raw)
                continue
            kind = self._kinds[value.key]
            if kind is FieldKind.NAME and not name and len(value.raw) >= 4:
                name = enterprise_text(value.raw)
            if kind is FieldKind.USCC and not code:
                code = re.sub(r"[^0-9A-Z]", "", enterprise_text(value.raw).upper())
        bundle.name, bundle.subject = name, subject
        bundle.code = code if len(code) == 18 else ""


# --- paper -----------------------------------------------------------------------------------


def _paper_volumes(
    pages: Sequence[ReadPage], reader: _Reader
) -> tuple[list[_Bundle], list[_Draft]]:
    """Volumes in page order, and the documents that belong to none."""
    bundles = list(_bundles(pages, reader))
    for bundle in bundles:
        if bundle.headed:
            _identify(bundle, reader)
    applicants = [bundle for bundle in bundles if bundle.headed]
    volumes: list[_Bundle] = []
    unsorted: list[_Draft] = []
    open_volume: _Bundle | None = None
    for bundle in bundles:
        if bundle.headed:
            volumes.append(bundle)
            open_volume = bundle
            continue
        for document in bundle.documents:
            if open_volume is not None and _goes_on_with_form(document, open_volume):
                _append(open_volume, document)
                _identify(open_volume, reader)  # its table says better who applies
                continue
            home = _home(document, open_volume, applicants)
            if home is None:
                unsorted.append(document)
            else:
                _append(home, document)
    for volume in volumes:
        if not volume.code:  # the form went on in a file of its own
            _identify(volume, reader)
    for volume in volumes:
        unsorted += _strangers(volume, applicants)
    return volumes, unsorted


def _identify(bundle: _Bundle, reader: _Reader) -> None:
    """Note whom the forms of a bundle name as the applicant."""
    forms = [document for document in bundle.documents if document.type == _FORM]
    reader.identify(bundle, [view for document in forms for view in document.views()])


def _goes_on_with_form(document: _Draft, volume: _Bundle) -> bool:
    """Whether a document at the front of a file is the next page of the form just begun."""
    return document.form_like and _within_form(volume)


def _append(volume: _Bundle, document: _Draft) -> None:
    """Lay a document behind a volume; a continuation joins the last document."""
    last = volume.documents[-1] if volume.documents else None
    goes_on = (
        document.front is not None
        and last is not None
        and last.type != _BLANK
        and _continues(last, document.pages[0], document.front, document.form_like)
    )
    if goes_on and last is not None:
        last.pages += document.pages
        last.confidences += document.confidences
    else:
        volume.documents.append(document)


def _bundles(pages: Iterable[ReadPage], reader: _Reader) -> Iterator[_Bundle]:
    """Runs of pages: a form starts one, and so does a file that starts without a form."""
    current: _Bundle | None = None
    file = ""
    for page in pages:
        guess = reader.guess(page)
        new_file = page.ref.file != file
        file = page.ref.file
        opens = guess.type == _FORM and guess.starts and _opens(current, guess, new_file, page)
        if not guess.starts and guess.type != _BLANK and not _within_form(current):
            untitled = reader.untitled_form(page)
            if untitled is not None:
                guess, opens = untitled, True
        if opens:
            if current is not None:
                yield current
            current = _Bundle(tier=guess.variant)
        elif new_file:
            if current is not None:
                yield current
            current = _Bundle(headed=False)
        if current is None:
            current = _Bundle(headed=False)
        _lay(current, page, guess, reader)
        if new_file and not current.headed and guess.type != _BLANK:
            current.documents[0].front = guess
            current.documents[0].form_like = reader.asks_like_a_form(page)
    if current is not None:
        yield current


def _within_form(current: _Bundle | None) -> bool:
    """Whether the page before is one of an application form, which a page may go on with."""
    documents = current.documents if current is not None else []
    last = next((document for document in reversed(documents) if document.type != _BLANK), None)
    return last is not None and last.type == _FORM


def _opens(current: _Bundle | None, guess: PageGuess, new_file: bool, page: ReadPage) -> bool:
    """Whether a page with a form's title opens a volume, or continues the form's cover."""
    if current is None or not current.headed or current.tier != guess.variant:
        return True
    documents = [document for document in current.documents if document.type != _BLANK]
    if [document.type for document in documents] != [_FORM]:
        return True
    form = documents[0]
    # The title stands on the cover and once more over the table.
    assert page.view is not None  # noqa: S101
    had_table = any(view.cells for view in form.views())
    return had_table or not page.view.cells


def _lay(bundle: _Bundle, page: ReadPage, guess: PageGuess, reader: _Reader) -> None:
    """Put a page behind the others, into the last document where it continues it."""
    last = next((d for d in reversed(bundle.documents) if d.type != _BLANK), None)
    if guess.type == _BLANK:
        bundle.documents.append(_Draft(_BLANK, pages=[page], confidences=[guess.confidence]))
        return
    form_like = last is not None and last.type == _FORM and reader.asks_like_a_form(page)
    if last is not None and _continues(last, page, guess, form_like):
        if bundle.documents[-1] is last:
            last.pages.append(page)
            last.confidences.append(max(guess.confidence, 0.6))
        else:  # a blank back lies between
            bundle.documents.append(
                _Draft(last.type, last.variant, [page], [max(guess.confidence, 0.6)])
            )
        return
    bundle.documents.append(_Draft(guess.type or _OTHER, guess.variant, [page], [guess.confidence]))


def _continues(last: _Draft, page: ReadPage, guess: PageGuess, form_like: bool) -> bool:
    """Whether a page goes on with the document before it."""
    if guess.starts:
        return guess.type == last.type and (guess.type == _FORM or _is_cover(last, page))
    if guess.type in ("", last.type):
        return True
    if last.type == _FORM and form_like:
        return True  # its table names much that evidence is about
    words = dict(guess.words)
    # Words alone begin a new kind only when they speak clearly against the kind before.
    return not (words.get(guess.type, 0) >= 3 and words.get(last.type, 0) == 0)


def _is_cover(last: _Draft, page: ReadPage) -> bool:
    """Whether a document so far is only a cover, so that the same title comes once more."""
    lines = [len(view.lines) for view in last.views()]
    return (
        len(lines) == 1
        and page.view is not None
        and lines[0] <= _COVER_LINES
        and len(page.view.lines) >= 2 * lines[0]
    )


def _home(
    document: _Draft, open_volume: _Bundle | None, applicants: Sequence[_Bundle]
) -> _Bundle | None:
    """The volume that a document without a form before it in its file belongs to."""
    named = named_on(document.views())
    if open_volume is not None and names_it(named, open_volume.name, open_volume.code):
        return open_volume
    owners = [volume for volume in applicants if names_it(named, volume.name, volume.code)]
    if open_volume is not None and any(_same_enterprise(each, open_volume) for each in owners):
        return open_volume  # another copy of the same enterprise names it as well
    if owners:
        return owners[-1]
    if named.codes and open_volume is not None and document.type != _BLANK:
        return None
    return open_volume


def _strangers(volume: _Bundle, applicants: Sequence[_Bundle]) -> list[_Draft]:
    """Take documents out of a volume that name another applicant of the run and not its own."""
    others = [
        other
        for other in applicants
        if not _same_enterprise(volume, other) and (other.name or other.code)
    ]
    strange: list[_Draft] = []
    if not (volume.name or volume.code):
        return strange
    for document in list(volume.documents):
        if document.type in (_FORM, _BLANK):
            continue
        named = named_on(document.views())
        if names_it(named, volume.name, volume.code):
            continue
        if any(_names_exactly(named, other) for other in others):
            volume.documents.remove(document)
            strange.append(document)
    return strange


def _names_exactly(named: Named, bundle: _Bundle) -> bool:
    return bundle.code in named.codes or any(
        bundle.name and bundle.name in name for name in named.names
    )


# --- applications ----------------------------------------------------------------------------


def _same_enterprise(one: _Bundle, other: _Bundle) -> bool:
    """Whether two volumes name the same enterprise, reading errors allowed."""
    if one.code and other.code:
        if one.code == other.code:
            return True
        # Of two near codes that both pass their check each may be an enterprise's own.
        both = is_uscc(one.code) and is_uscc(other.code)
        alike = _SAME_NAME if both else _SAME_NAME_BY_CODE
        return same_code(one.code, other.code) and name_likeness(one.name, other.name) >= alike
    return name_likeness(one.name, other.name) >= _SAME_NAME


def _same_application(one: _Bundle, other: _Bundle) -> bool:
    """Whether two volumes are copies of one application: same applicant, tier and subject."""
    if one.tier != other.tier or not _same_enterprise(one, other):
        return False
    if not one.subject or not other.subject:
        return True
    return name_likeness(one.subject, other.subject) >= _SAME_SUBJECT


@dataclass
class _Group:
    """The volumes of one application."""

    tier: str
    paper: list[_Bundle] = field(default_factory=list)
    electronic: list[_Bundle] = field(default_factory=list)

    @property
    def members(self) -> list[_Bundle]:
        return self.paper + self.electronic


def _group(volumes: Sequence[_Bundle]) -> list[_Group]:
    groups: list[_Group] = []
    for volume in volumes:
        for group in groups:
            if _same_application(group.paper[0], volume):
                group.paper.append(volume)
                break
        else:
            groups.append(_Group(volume.tier, [volume]))
    return groups


# --- electronic copies -------------------------------------------------------------------------


def _electronic_volumes(
    pages: Sequence[ReadPage], by_file: Mapping[str, SourceFile], reader: _Reader
) -> list[_Bundle]:
    """One volume per form of a disc folder, with the evidence that belongs to that form."""
    folders: dict[str, list[ReadPage]] = {}
    for page in pages:
        folders.setdefault(by_file[page.ref.file].disc_folder, []).append(page)
    volumes: list[_Bundle] = []
    for folder, members in folders.items():
        forms: dict[str, _Bundle] = {}
        evidence: dict[str, _Bundle] = {}
        by_name: dict[str, list[ReadPage]] = {}
        for page in members:
            by_name.setdefault(page.ref.file, []).append(page)
        for file, file_pages in by_name.items():
            bundle = _Bundle(headed=False)
            for page in file_pages:
                _lay(bundle, page, reader.guess(page), reader)
            is_form = by_file[file].role is FileRole.ELECTRONIC_FORM
            drafts = [draft for draft in bundle.documents if draft.type == _FORM]
            if is_form or drafts:
                if is_form and not drafts:  # a Word form whose title was changed
                    for draft in bundle.documents:
                        draft.type = _FORM if draft.type != _BLANK else _BLANK
                    drafts = bundle.documents
                bundle.tier = next((d.variant for d in drafts if d.variant), "")
                views = [view for draft in drafts for view in draft.views()]
                reader.identify(bundle, views)
                bundle.headed = True
                forms[file] = bundle
            else:
                evidence[file] = bundle
        if not forms:
            forms[folder] = _Bundle(headed=False)
        for file, bundle in evidence.items():
            forms[_form_of(file, bundle, forms)].documents += bundle.documents
        for bundle in forms.values():
            bundle.name = bundle.name or enterprise_text(folder)
        volumes += forms.values()
    return volumes


def _form_of(file: str, evidence: _Bundle, forms: Mapping[str, _Bundle]) -> str:
    """Which of a folder's forms a file of evidence belongs to.

    The one whose product it names, else the one whose file has the same number at its end
    (``申报表2`` and ``佐证材料2``), else the first.
    """
    views = [view for draft in evidence.documents for view in draft.views()]
    text = comparable("".join(line.text for view in views for line in view.lines))
    named = [
        name for name, form in forms.items() if form.subject and comparable(form.subject) in text
    ]
    numbered = [name for name in forms if _end_number(name) == _end_number(file)]
    return next((found[0] for found in (named, numbered) if len(found) == 1), next(iter(forms)))


def _end_number(file: str) -> str:
    stem = PurePosixPath(file).stem
    return stem[len(stem.rstrip("0123456789")) :]


def _join_electronic(groups: list[_Group], volumes: Sequence[_Bundle]) -> None:
    """Lay each electronic volume to its application, or make one of its own."""
    for volume in volumes:
        fitting = [
            group
            for group in groups
            if _same_enterprise(group.members[0], volume)
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


# --- records -----------------------------------------------------------------------------------


def _sorting(groups: Sequence[_Group], unsorted: Sequence[_Draft]) -> Sorting:
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


def _volume(volume_id: str, medium: Medium, number: int, bundle: _Bundle) -> Volume:
    return Volume(
        volume_id=volume_id,
        medium=medium,
        number=number,
        documents=tuple(
            _document(f"{volume_id}-D{place:02d}", draft)
            for place, draft in enumerate(bundle.documents, start=1)
        ),
    )


def _document(document_id: str, draft: _Draft) -> Document:
    refs: tuple[PageRef, ...] = tuple(page.ref for page in draft.pages)
    return Document(
        document_id=document_id, type=draft.type, pages=refs, confidence=draft.confidence
    )
