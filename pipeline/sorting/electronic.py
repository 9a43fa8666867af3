"""The volumes of the disc: one for each form of a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from extractors.documents.owners import enterprise_text
from extractors.values.tidy import comparable
from pipeline.records import FileRole, ReadPage, SourceFile
from pipeline.sorting.bundles import BLANK, FORM, Bundle
from pipeline.sorting.kinds import PageKinds
from pipeline.sorting.laying import lay


def electronic_volumes(
    pages: Sequence[ReadPage], by_file: Mapping[str, SourceFile], kinds: PageKinds
) -> list[Bundle]:
    """One volume per form of a disc folder, with the evidence that belongs to that form."""
    folders: dict[str, list[ReadPage]] = {}
    for page in pages:
        folders.setdefault(by_file[page.ref.file].disc_folder, []).append(page)
    volumes: list[Bundle] = []
    for folder, members in folders.items():
        forms: dict[str, Bundle] = {}
        evidence: dict[str, Bundle] = {}
        by_name: dict[str, list[ReadPage]] = {}
        for page in members:
            by_name.setdefault(page.ref.file, []).append(page)
        for file, file_pages in by_name.items():
            bundle = Bundle(headed=False)
            for page in file_pages:
                lay(bundle, page, kinds.guess(page), kinds)
            is_form = by_file[file].role is FileRole.ELECTRONIC_FORM
            drafts = [draft for draft in bundle.documents if draft.type == FORM]
            if is_form or drafts:
                if is_form and not drafts:  # a Word form whose title was changed
                    for draft in bundle.documents:
                        draft.type = FORM if draft.type != BLANK else BLANK
                    drafts = bundle.documents
                bundle.tier = next((d.variant for d in drafts if d.variant), "")
                views = [view for draft in drafts for view in draft.views()]
                kinds.identify(bundle, views)
                bundle.headed = True
                forms[file] = bundle
            else:
                evidence[file] = bundle
        if not forms:
            forms[folder] = Bundle(headed=False)
        for file, bundle in evidence.items():
            forms[_form_of(file, bundle, forms)].documents += bundle.documents
        for bundle in forms.values():
            bundle.name = bundle.name or enterprise_text(folder)
        volumes += forms.values()
    return volumes


def _form_of(file: str, evidence: Bundle, forms: Mapping[str, Bundle]) -> str:
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
