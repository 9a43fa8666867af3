"""Two texts of one place: the same, written otherwise, read otherwise, or stating otherwise."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from extractors.page import Line, Seal
from extractors.values.similarity import may_be_read_as, ocr_distance, print_shape
from extractors.values.tidy import comparable
from pipeline.belief import rare_characters
from pipeline.records import DifferenceKind

SURE = 0.95
"""Confidence from which a line that was read may be held against what a file states."""
_NOT_WORD = re.compile(r"(?:(?<!\d)\.|\.(?!\d)|[^\w%.]|_)+")
"""All but words, figures and the point within a figure."""
_DIGITS = re.compile(r"\d+")


def plain(text: str) -> str:
    """Words and figures alone: no spaces, punctuation, brackets, widths or case."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text)).casefold()


def is_sure(lines: Sequence[Line], seals: Sequence[Seal]) -> bool:
    """Whether all lines were read for certain, and no stamp lies over any of them."""
    return all(
        line.confidence >= SURE and not any(seal.reaches(line.quad) for seal in seals)
        for line in lines
    )


def kind_of(
    read: str, stated: str, rivals: Sequence[tuple[str, str]], *, sure: bool
) -> DifferenceKind | None:
    """What the difference of two texts is of; ``None`` where they say the same.

    Args:
        read: What was read on the paper.
        stated: What the electronic copy states.
        rivals: Characters read, each with others that the pixels bore nearly as well.
        sure: Whether the reading may be relied on.
    """
    one, two = plain(read), plain(stated)
    if one == two:
        return None if comparable(read) == comparable(stated) else DifferenceKind.LAYOUT
    if not sure or may_be_read_as(two, one, rivals):
        return DifferenceKind.READING
    if one.replace(".", "") == two.replace(".", ""):
        return DifferenceKind.READING  # a point is soon passed over
    if print_shape(one) == print_shape(two):
        return DifferenceKind.READING
    if _DIGITS.findall(one) != _DIGITS.findall(two):
        return DifferenceKind.CONTENT
    # A long text with a stray look-alike or two is the reader's doing.
    near = ocr_distance(one, two, rare_characters(one + two)) <= 0.5 + len(two) / 50
    return DifferenceKind.READING if near else DifferenceKind.CONTENT
