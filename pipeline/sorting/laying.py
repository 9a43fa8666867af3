"""Pages laid one behind the other: where documents and volumes begin, and where they go on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from extractors.documents.spec import PageGuess
from pipeline.records import ReadPage
from pipeline.sorting.bundles import BLANK, FORM, OTHER, Bundle, Draft
from pipeline.sorting.kinds import PageKinds

_SURE_TITLE = 0.8
"""Belief in a title that begins a document of its own on a page that asks like the form."""
_COVER_LINES = 10
"""A cover bears no more lines than this."""


def bundles_of(pages: Iterable[ReadPage], kinds: PageKinds) -> Iterator[Bundle]:
    """Runs of pages: a form starts one, and so does a file that starts without a form."""
    current: Bundle | None = None
    file = ""
    for page in pages:
        guess = kinds.guess(page)
        new_file = page.ref.file != file
        file = page.ref.file
        opens = guess.type == FORM and guess.starts and _opens(current, guess, new_file, page)
        if not guess.starts and guess.type != BLANK and not within_form(current):
            untitled = kinds.untitled_form(page)
            if untitled is not None:
                guess, opens = untitled, True
        if opens:
            if current is not None:
                yield current
            current = Bundle(tier=guess.variant)
        elif new_file:
            if current is not None:
                yield current
            current = Bundle(headed=False)
        if current is None:
            current = Bundle(headed=False)
        lay(current, page, guess, kinds)
        if new_file and not current.headed and guess.type != BLANK:
            current.documents[0].front = guess
            current.documents[0].form_like = kinds.asks_like_a_form(page)
    if current is not None:
        yield current


def within_form(current: Bundle | None) -> bool:
    """Whether the page before is one of an application form, which a page may go on with."""
    documents = current.documents if current is not None else []
    last = next((document for document in reversed(documents) if document.type != BLANK), None)
    return last is not None and last.type == FORM


def _opens(current: Bundle | None, guess: PageGuess, new_file: bool, page: ReadPage) -> bool:
    """Whether a page with a form's title opens a volume, or continues the form's cover."""
    if current is None or not current.headed or current.tier != guess.variant:
        return True
    documents = [document for document in current.documents if document.type != BLANK]
    if [document.type for document in documents] != [FORM]:
        return True
    form = documents[0]
    # The title stands on the cover and once more over the table.
    assert page.view is not None  # noqa: S101
    had_table = any(view.cells for view in form.views())
    return had_table or not page.view.cells


def lay(bundle: Bundle, page: ReadPage, guess: PageGuess, kinds: PageKinds) -> None:
    """Put a page behind the others, into the last document where it continues it."""
    last = next((d for d in reversed(bundle.documents) if d.type != BLANK), None)
    if guess.type == BLANK:
        bundle.documents.append(Draft(BLANK, pages=[page], confidences=[guess.confidence]))
        return
    form_like = last is not None and last.type == FORM and kinds.asks_like_a_form(page)
    if last is not None and _continues(last, page, guess, form_like):
        if bundle.documents[-1] is last:
            last.pages.append(page)
            last.confidences.append(max(guess.confidence, 0.6))
        else:  # a blank back lies between
            bundle.documents.append(
                Draft(last.type, last.variant, [page], [max(guess.confidence, 0.6)])
            )
        return
    bundle.documents.append(Draft(guess.type or OTHER, guess.variant, [page], [guess.confidence]))


def append(volume: Bundle, document: Draft) -> None:
    """Lay a document behind a volume; a continuation joins the last document."""
    last = volume.documents[-1] if volume.documents else None
    goes_on = (
        document.front is not None
        and last is not None
        and last.type != BLANK
        and _continues(last, document.pages[0], document.front, document.form_like)
    )
    if goes_on and last is not None:
        last.pages += document.pages
        last.confidences += document.confidences
    else:
        volume.documents.append(document)


def goes_on_with_form(document: Draft, volume: Bundle) -> bool:
    """Whether a document at the front of a file is the next page of the form just begun."""
    return document.form_like and within_form(volume)


def _continues(last: Draft, page: ReadPage, guess: PageGuess, form_like: bool) -> bool:
    """Whether a page goes on with the document before it."""
    doubtful = guess.type != FORM and guess.confidence < _SURE_TITLE
    if guess.starts and last.type == FORM and form_like and doubtful:
        return True  # 实用新型专利数 over a column is not 实用新型专利证书
    if guess.starts:
        return guess.type == last.type and (guess.type == FORM or _is_cover(last, page))
    if guess.type in ("", last.type):
        return True
    if last.type == FORM and form_like:
        return True  # its table names much that evidence is about
    words = dict(guess.words)
    # Words alone begin a new kind only when they speak clearly against the kind before.
    return not (words.get(guess.type, 0) >= 3 and words.get(last.type, 0) == 0)


def _is_cover(last: Draft, page: ReadPage) -> bool:
    """Whether a document so far is only a cover, so that the same title comes once more."""
    lines = [len(view.lines) for view in last.views()]
    return (
        len(lines) == 1
        and page.view is not None
        and lines[0] <= _COVER_LINES
        and len(page.view.lines) >= 2 * lines[0]
    )
