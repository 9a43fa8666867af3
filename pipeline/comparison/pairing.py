"""Which page of the electronic copy is which page of the paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from extractors.page import PageView
from pipeline.comparison.readings import plain
from pipeline.records import PageRef

_LEAST_ALIKE = 0.45
"""Share of a page's character runs that its other half must have at least."""
_RUN = 4
_LEAST_RUNS = 20
"""A page with less text than this is no page of text."""


class PagePair(NamedTuple):
    """One page on both media."""

    paper: PageRef
    electronic: PageRef


def pair_pages(
    paper: Mapping[PageRef, PageView], electronic: Mapping[PageRef, PageView]
) -> list[PagePair]:
    """The pages that say almost the same, the most alike first, each of them once.

    Args:
        paper: The pages of one bound copy.
        electronic: The pages of the electronic copy.

    Returns:
        Pairs in the order of the paper.
    """
    own = {ref: runs for ref, view in paper.items() if len(runs := _runs(view)) >= _LEAST_RUNS}
    other = {
        ref: runs for ref, view in electronic.items() if len(runs := _runs(view)) >= _LEAST_RUNS
    }
    alike = sorted(
        (
            (len(a & b) / max(len(a), len(b)), i, j, one, two)
            for i, (one, a) in enumerate(own.items())
            for j, (two, b) in enumerate(other.items())
        ),
        key=lambda entry: (-entry[0], entry[1], entry[2]),
    )
    pairs: dict[PageRef, PageRef] = {}
    taken: set[PageRef] = set()
    for share, _, _, one, two in alike:
        if share >= _LEAST_ALIKE and one not in pairs and two not in taken:
            pairs[one] = two
            taken.add(two)
    return [PagePair(one, pairs[one]) for one in paper if one in pairs]


def _runs(view: PageView) -> set[str]:
    text = "".join(plain(line.text) for line in view.lines)
    return {text[at : at + _RUN] for at in range(len(text) - _RUN + 1)}
