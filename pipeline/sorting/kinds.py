"""What a page is, by the titles, words and labels of the programme pack."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from extractors.documents.classify import classify
from extractors.documents.owners import enterprise_text
from extractors.documents.spec import DocumentSpec, PageGuess
from extractors.forms.fields import find_fields
from extractors.forms.labels import SURE, LabelIndex
from extractors.forms.layout import PageLayout
from extractors.forms.spec import FieldSpec
from extractors.page import Line, PagePreparation, PageView
from extractors.values.kinds import FieldKind
from pipeline.programme import Programme
from pipeline.records import ReadPage
from pipeline.sorting.bundles import BLANK, FORM, Bundle

_SURE_SIGN = 0.9
_SURE_SIGNS = 0.5
"""Confidence from which one sign, or several in a line, on a sheet that looks blank are such."""
_SPECKS_ONLY = 0.85
"""Belief in a blank sheet (``blankness``) from which what is on it is too small for signs."""
_FEW_MARKS = 0.7
"""Belief in a written sheet below which there are but a few marks on it."""
_DASHES = " _-—一.·'"
_FEW_LINES = 2
_SHADED = 0.6
"""Belief in a blank sheet with a line on it that could not be read: it may be writing after all."""
_FORM_LABELS = 4
"""So many labels of the form in ruled cells make a page one of the form's …"""
_FORM_LINES = 6
"""… or so many lines that are such labels, where a form sets them above its values."""
_FIRST_PAGE_LABELS = 10
"""So many labels in ruled cells, who applies among them, make a page without a title a form's."""
_UNTITLED = 0.6
"""Belief in a form that is known by its labels alone."""


class PageKinds:
    """What the stage needs of the pack, in the extractors' terms."""

    def __init__(self, programme: Programme) -> None:
        forms = tuple(
            DocumentSpec(type=FORM, variant=tier.id, titles=tier.form_titles)
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
        if preparation.blank and not _say_something(page.view):
            shaded = any(_may_be_writing(line, preparation) for line in page.view.lines)
            most = _SHADED if shaded else 1.0
            return PageGuess(type=BLANK, confidence=min(most, preparation.blank_confidence))
        if not preparation.blank and _shows_nothing(page.view):
            return PageGuess(type=BLANK, confidence=_SHADED)
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
        return PageGuess(type=FORM, variant=tier, confidence=_UNTITLED)

    def _asked(self, texts: Iterable[str]) -> set[str]:
        """Keys of the fields that texts are labels of."""
        return {match.key for text in texts for match in self._labels.matches(text)[:1]}

    def identify(self, bundle: Bundle, views: Sequence[PageView]) -> None:
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


def _shows_nothing(view: PageView) -> bool:
    """Whether marks that may be writing, few as they are, turned out to be none.

    A border on the other side that shines through makes a mark; nothing can be read of it.
    """
    seen = (view.lines, view.cells, view.ticks, view.seals, view.handwriting)
    return view.preparation.blank_confidence < _FEW_MARKS and not any(seen)


def _may_be_writing(line: Line, preparation: PagePreparation) -> bool:
    """Whether a line on a sheet that looks blank leaves a doubt.

    Where nothing but specks was seen, a sign that is none or was hardly read is a speck.
    """
    text = line.text.strip(_DASHES)
    sign = text.isalnum() and line.confidence >= _SURE_SIGN
    few = bool(text) and preparation.blank_confidence < _SPECKS_ONLY
    return len(text) > 1 or sign or few


def _say_something(view: PageView) -> bool:
    """Whether there is writing on a sheet that looks blank: no staple read as a dash, no shade.

    Many lines are writing however little of them could be read.  Where nothing but specks was
    seen a single sign is one of them.
    """
    lines = view.lines
    if len(lines) > _FEW_LINES:
        return True
    specks = view.preparation.blank_confidence >= _SPECKS_ONLY
    signs = [(sum(sign.isalnum() for sign in line.text), line.confidence) for line in lines]
    return any(
        confidence >= (_SURE_SIGNS if count > 1 else _SURE_SIGN) and (count > 1 or not specks)
        for count, confidence in signs
        if count
    )
