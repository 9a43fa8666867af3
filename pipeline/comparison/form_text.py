"""What a Word form says outside of its fields, held against the paper form.

The fields are compared by their values.  What is left – declarations, explanations, passages
that belong to no label – has no place to be paired by, so each passage of the Word file is
looked for in the cells and lines of the paper.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from rapidfuzz import fuzz, process

from extractors.page import Box, Line, PageView
from extractors.text.tick_signs import GLYPHS
from pipeline.comparison.readings import is_sure, kind_of, plain
from pipeline.records import DifferenceKind, PageRef, TextDifference

_LEAST_LENGTH = 16
"""Characters from which a passage tells something by itself; shorter ones are labels."""
_LEAST_VALUE = 3
"""Characters from which a value says by itself that a passage is its field's."""
"""Options are compared as fields: what was ticked, however it is drawn."""
_LEAST_ALIKE = 75.0
"""Percent that a passage and its counterpart on paper share at least."""


def passage_differences(
    paper: Mapping[PageRef, PageView], word: PageView, values: Collection[str]
) -> list[tuple[PageRef, TextDifference]]:
    """Passages of the Word form that the paper form states differently, with the paper's page.

    A passage that the paper has nothing like of is left out: the two may part their text in
    other ways, and the fields tell what matters.

    Args:
        paper: The pages of the paper form.
        word: The Word form.
        values: Texts of the fields, which are compared as such.
    """
    known = sorted({plain(value) for value in values}, key=len, reverse=True)
    places = [
        (plain(text), text, ref, lines)
        for ref, view in paper.items()
        for text, lines in _passages(view)
    ]
    texts = [place[0] for place in places]
    exact, found = set(texts), []
    for text, lines in _passages(word):
        wanted = plain(text)
        if wanted in exact or GLYPHS.search(text) or len(_without(wanted, known)) < _LEAST_LENGTH:
            continue
        best = process.extractOne(wanted, texts, scorer=fuzz.ratio, score_cutoff=_LEAST_ALIKE)
        if best is None:
            continue
        _, read, ref, own = places[best[2]]
        rivals = [pair for line in own for pair in line.rivals or ()]
        kind = kind_of(read, text, rivals, sure=is_sure(own, paper[ref].seals))
        if kind in (None, DifferenceKind.LAYOUT):
            continue
        found.append(
            (
                ref,
                TextDifference(
                    kind=kind,
                    paper=read,
                    electronic=text,
                    paper_box=_box(own),
                    electronic_box=_box(lines),
                ),
            )
        )
    return found


def _without(text: str, known: Sequence[str]) -> str:
    """What is left of a passage once the values of fields are taken out of it."""
    for value in known:
        if len(value) >= _LEAST_VALUE:
            text = text.replace(value, "")
    return text


def _passages(view: PageView) -> list[tuple[str, list[Line]]]:
    """The texts of cells, and of lines outside of them, with their lines."""
    in_cells = {index for cell in view.cells for index in cell.lines}
    passages = [
        (cell.text, [view.lines[index] for index in cell.lines])
        for cell in view.cells
        if cell.lines
    ]
    passages += [
        (line.text, [line]) for index, line in enumerate(view.lines) if index not in in_cells
    ]
    return passages


def _box(lines: Sequence[Line]) -> Box:
    return Box.around([line.box for line in lines])
