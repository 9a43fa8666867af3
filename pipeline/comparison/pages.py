"""The text of all pages that an application has on paper and on its disc, beyond the fields."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from extractors.page import PageView
from pipeline.comparison.flow_text import flow_differences
from pipeline.comparison.form_text import passage_differences
from pipeline.comparison.page_text import placed_differences
from pipeline.comparison.pairing import pair_pages
from pipeline.comparison.readings import plain
from pipeline.records import (
    Application,
    Extraction,
    Medium,
    PageDifference,
    PageRef,
    ReadPage,
    TextDifference,
)

FORM = "application_form"

Views = Mapping[PageRef, PageView]


def texts_of(
    application: Application, extraction: Extraction, pages: Mapping[PageRef, ReadPage]
) -> tuple[PageDifference, ...]:
    """What the first copy on paper and the electronic copy state differently in their text.

    Args:
        application: Whose copies.
        extraction: Its values, which are compared as fields.
        pages: At least those of :func:`compared_pages`.
    """
    if not compared_pages(application):
        return ()
    paper, electronic = (
        {
            ref: view
            for ref in _first_volume(application, medium)
            if (view := pages[ref].view) is not None
        }
        for medium in (Medium.PAPER, Medium.ELECTRONIC)
    )
    types = {
        ref: document.type
        for volume in application.volumes
        for document in volume.documents
        for ref in document.pages
    }
    values = {text for field in extraction.fields for text in (field.value, field.raw)}
    return page_differences(paper, electronic, types, values)[0]


def compared_pages(application: Application) -> tuple[PageRef, ...]:
    """The pages that :func:`texts_of` looks at; none where one of the media is not there."""
    paper, electronic = (
        _first_volume(application, medium) for medium in (Medium.PAPER, Medium.ELECTRONIC)
    )
    return (*paper, *electronic) if paper and electronic else ()


def _first_volume(application: Application, medium: Medium) -> tuple[PageRef, ...]:
    volumes = [volume for volume in application.volumes if volume.medium is medium]
    first = min(volumes, key=lambda volume: volume.volume_id, default=None)
    return first.pages if first is not None else ()


def page_differences(
    paper: Views, electronic: Views, types: Mapping[PageRef, str], values: Collection[str]
) -> tuple[tuple[PageDifference, ...], int]:
    """Differences of text that belongs to no field, and how many electronic pages were compared.

    Args:
        paper: The pages of one copy on paper.
        electronic: The pages of the electronic copy.
        types: Of the documents that the pages belong to.
        values: Texts of the fields, which are compared as such.
    """
    words = {ref: view for ref, view in electronic.items() if view.text_source == "word"}
    printed = {ref: view for ref, view in electronic.items() if ref not in words}
    pairs = pair_pages(paper, printed)
    whole = "".join(plain(line.text) for view in paper.values() for line in view.lines)
    found = [
        PageDifference(type=types.get(one, ""), paper=one, electronic=two, text=text)
        for one, two in pairs
        for text in text_differences(paper[one], printed[two], whole)
    ]
    form = {ref: view for ref, view in paper.items() if types.get(ref) == FORM}
    for ref, view in words.items():
        found += [
            PageDifference(type=FORM, paper=one, electronic=ref, text=text)
            for one, text in passage_differences(form, view, values)
        ]
    return tuple(found), len(pairs) + len(words)


def text_differences(
    paper: PageView, electronic: PageView, whole: str = ""
) -> tuple[TextDifference, ...]:
    """What two pages that belong together state differently, whatever their layout.

    Args:
        paper: The page of the paper.
        electronic: Its page of the electronic copy.
        whole: The words of all pages of the paper.
    """
    placed = placed_differences(paper, electronic)
    return placed if placed is not None else flow_differences(paper, electronic, whole)
