"""The text of two pages that say the same in another layout: other lines, labels, sections.

One page cannot be laid on the other then.  Each sentence of the file is looked for in the words
of the paper; where it stands there almost, what differs is told, and where it stands nowhere,
that.  What only the paper has – labels, headings, further sections – is layout.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from extractors.page import Box, Line, PageView
from pipeline.comparison.readings import is_sure, kind_of, plain
from pipeline.records import DifferenceKind, TextDifference

_CONTEXT = 6
"""Signs beside a change that belong to it: 2 in 12205000 says nothing by itself."""
_GAP = 2
"""Signs that agree between two changes and are taken for chance."""
_LEAST_SENTENCE = 8
"""Signs; shorter ones are labels and headings, or stand anywhere."""
_NOWHERE = 60.0
"""Percent of likeness below which a sentence does not stand on the paper."""
_RIGHT_EDGE = 0.9
"""Share of the text's width that a row fills whose sentence goes on in the next."""
_LABEL = re.compile(r"^[^：:，。；]{1,12}[：:]")
_ENDS = re.compile(r"[。；！？]")
_ORDER = (DifferenceKind.CONTENT, DifferenceKind.READING)


class _Words(NamedTuple):
    """Words without spaces and signs, each sign with the line that it stands in."""

    text: str
    lines: tuple[int, ...]


def flow_differences(
    paper: PageView, electronic: PageView, elsewhere: str = ""
) -> tuple[TextDifference, ...]:
    """What two pages of one text state differently, in the order of the file.

    Args:
        paper: The page as it was read from the scan.
        electronic: Its page of the electronic copy.
        elsewhere: The words of all pages of the paper, for sentences that moved to another one.
    """
    own = _words(paper.lines, range(len(paper.lines)))
    found = []
    for sentence in _sentences(electronic.lines):
        words = sentence.text
        if len(words) < _LEAST_SENTENCE or words in own.text or words in elsewhere:
            continue
        place = fuzz.partial_ratio_alignment(words, own.text)
        if place is None or place.score < _NOWHERE:
            if fuzz.partial_ratio(words, elsewhere) < _NOWHERE:
                stated = _lines(electronic.lines, sentence)
                found.append(_difference(DifferenceKind.CONTENT, (), stated))
            continue
        first = max(0, place.dest_start - len(words) // 4)
        last = min(len(own.text), place.dest_end + len(words) // 4)
        near = _Words(own.text[first:last], own.lines[first:last])
        difference = _compare(near, sentence, paper, electronic)
        if difference is not None:
            found.append(difference)
    return tuple(found)


def _compare(
    near: _Words, sentence: _Words, paper: PageView, electronic: PageView
) -> TextDifference | None:
    """What a sentence of the file and the words where it should stand differ in."""
    kinds, touched = [], set[int]()
    for a, b, c, d in _changes(near, sentence.text):
        before = min(_CONTEXT, a, c)
        after = min(_CONTEXT, len(near.text) - b, len(sentence.text) - d)
        one = near.text[a - before : b + after]
        two = sentence.text[c - before : d + after]
        numbers = set(near.lines[max(0, a - 1) : b + 1])
        read = [paper.lines[number] for number in sorted(numbers)]
        stated = _lines(electronic.lines, sentence)
        rivals = [pair for line in (*read, *stated) for pair in line.rivals or ()]
        sure = is_sure(read, paper.seals) and is_sure(stated, electronic.seals)
        kinds.append(kind_of(one, two, rivals, sure=sure))
        touched |= numbers
    told = [kind for kind in _ORDER if kind in kinds]
    if not told:
        return None
    read = [paper.lines[number] for number in sorted(touched)]
    return _difference(told[0], read, _lines(electronic.lines, sentence))


def _changes(near: _Words, sentence: str) -> Iterator[tuple[int, int, int, int]]:
    """From where to where the words and the sentence differ."""
    steps = [step for step in Levenshtein.opcodes(near.text, sentence) if step.tag != "equal"]
    joined: list[list[int]] = []
    for step in steps:
        place = [step.src_start, step.src_end, step.dest_start, step.dest_end]
        if joined and place[0] - joined[-1][1] <= _GAP:
            joined[-1][1], joined[-1][3] = place[1], place[3]
        else:
            joined.append(place)
    for a, b, c, d in joined:
        if c == d and (a == 0 or b == len(near.text) or _whole_lines(near, a, b)):
            continue  # what the paper has around the sentence, or a heading in between
        if a == 0 and c == 0 and d < len(sentence):
            a = max(0, b - (d - c))  # of what stands before the sentence, as much as differs
        if b == len(near.text) and d == len(sentence):
            b = min(len(near.text), a + (d - c))
        yield a, b, c, d


def _whole_lines(near: _Words, first: int, last: int) -> bool:
    starts = near.lines[first - 1] != near.lines[first]
    return starts and (last == len(near.lines) or near.lines[last - 1] != near.lines[last])


def _sentences(lines: Sequence[Line]) -> Iterator[_Words]:
    """The sentences of a page, over the ends of its rows, without labels."""
    widest = max((line.box.x1 for line in lines), default=0.0)
    paragraph: list[int] = []
    for number, line in enumerate(lines):
        before = lines[paragraph[-1]] if paragraph else None
        if before is not None and not _goes_on(before, line, widest):
            yield from _parted(_words(lines, paragraph), lines, paragraph)
            paragraph = []
        paragraph.append(number)
    yield from _parted(_words(lines, paragraph), lines, paragraph)


def _goes_on(before: Line, line: Line, widest: float) -> bool:
    """Whether a line continues the one before it: in its row, or after a row that is full."""
    if _LABEL.match(line.text):
        return False
    same_row = line.box.y0 < before.box.centre[1]
    return same_row or before.box.x1 >= _RIGHT_EDGE * widest


def _parted(words: _Words, lines: Sequence[Line], numbers: Sequence[int]) -> Iterator[_Words]:
    """The sentences of a paragraph."""
    whole = "".join(_LABEL.sub("", lines[number].text) for number in numbers)
    at = 0
    for sentence in _ENDS.split(whole):
        start, at = at, at + len(plain(sentence))
        if start < at <= len(words.text):
            yield _Words(words.text[start:at], words.lines[start:at])


def _words(lines: Sequence[Line], numbers: Sequence[int]) -> _Words:
    text, places = "", list[int]()
    for number in numbers:
        words = plain(_LABEL.sub("", lines[number].text))
        text += words
        places += [number] * len(words)
    return _Words(text, tuple(places))


def _lines(lines: Sequence[Line], words: _Words) -> list[Line]:
    return [lines[number] for number in sorted(set(words.lines))]


def _difference(
    kind: DifferenceKind, read: Sequence[Line], stated: Sequence[Line]
) -> TextDifference:
    return TextDifference(
        kind=kind,
        paper="".join(line.text for line in read),
        electronic="".join(line.text for line in stated),
        paper_box=Box.around([line.box for line in read]) if read else None,
        electronic_box=Box.around([line.box for line in stated]) if stated else None,
    )
