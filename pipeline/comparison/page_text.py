"""The text of two pages that should say the same: a scan, and its page of the electronic copy.

Lines are paired by where they stand.  Texts that occur once on both pages show how one page
lies on the other; what then lies at the same place has to say the same.  Paper carries
stamps, signatures and notes that no file has, so what only the paper has counts for little.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from statistics import median
from typing import NamedTuple

from extractors.page import Box, Line, PageView, Seal
from pipeline.comparison.readings import is_sure, kind_of, plain
from pipeline.records import DifferenceKind, TextDifference

_ANCHOR_LENGTH = 4
_LEAST_ANCHORS = 3
_LEAST_SHARE = 0.4
"""Of the lines of the electronic page, those that must stand on the paper as they are."""
_LEAST_TELLING = 4
"""Characters from which a line that only one page has is worth telling."""
_LOST_ON_PAPER = 0.02
"""Share of the page's height within which a line at its edge may have been cut off."""


class _Placed(NamedTuple):
    """A line, and its box as it would lie on the paper."""

    line: Line
    box: Box


def placed_differences(paper: PageView, electronic: PageView) -> tuple[TextDifference, ...] | None:
    """What two pages of one layout state differently, from top to bottom.

    Args:
        paper: The page as it was read from the scan.
        electronic: Its page of the electronic copy, from a text layer or read as well.

    Returns:
        ``None`` where too little of the pages agrees to lay one on the other.
    """
    place = _placement(paper.lines, electronic.lines)
    if place is None:
        return None
    stated = [_Placed(line, place.of(line.box)) for line in electronic.lines if plain(line.text)]
    read = [_Placed(line, line.box) for line in paper.lines if plain(line.text)]
    found = []
    for own, other in _joined(list(_groups(read, stated)), paper.seals):
        difference = _difference(own, other, paper, electronic)
        if difference is not None:
            found.append(difference)
    return tuple(sorted(found, key=_from_top))


# --- how one page lies on the other ------------------------------------------------------


class _Placement(NamedTuple):
    """Scale and shift of each axis."""

    scale_x: float
    shift_x: float
    scale_y: float
    shift_y: float

    def of(self, box: Box) -> Box:
        """The box as it would lie on the other page."""
        return Box(
            x0=box.x0 * self.scale_x + self.shift_x,
            y0=box.y0 * self.scale_y + self.shift_y,
            x1=box.x1 * self.scale_x + self.shift_x,
            y1=box.y1 * self.scale_y + self.shift_y,
        )


def _placement(paper: Sequence[Line], electronic: Sequence[Line]) -> _Placement | None:
    pairs = _anchors(paper, electronic)
    telling = sum(len(plain(line.text)) >= _ANCHOR_LENGTH for line in electronic)
    if len(pairs) < max(_LEAST_ANCHORS, _LEAST_SHARE * telling):
        return None
    scale_y, shift_y = _line_through([(e.centre[1], p.centre[1]) for p, e in pairs])
    scale_x, shift_x = _line_through(
        [(e.x0, p.x0) for p, e in pairs] + [(e.x1, p.x1) for p, e in pairs]
    )
    return _Placement(scale_x, shift_x, scale_y, shift_y)


def _anchors(paper: Sequence[Line], electronic: Sequence[Line]) -> list[tuple[Box, Box]]:
    """Boxes of the texts that stand once on both pages."""

    def once(lines: Sequence[Line]) -> dict[str, Box]:
        counts = Counter(plain(line.text) for line in lines)
        return {
            text: line.box
            for line in lines
            if counts[text := plain(line.text)] == 1 and len(text) >= _ANCHOR_LENGTH
        }

    own, other = once(paper), once(electronic)
    return [(box, other[text]) for text, box in own.items() if text in other]


def _line_through(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Scale and shift by medians, so that a few strays do not matter (Theil and Sen)."""
    slopes = [
        (b[1] - a[1]) / (b[0] - a[0])
        for i, a in enumerate(points)
        for b in points[i + 1 :]
        if abs(b[0] - a[0]) > 60
    ]
    scale = median(slopes) if slopes else 1.0
    return scale, median(y - scale * x for x, y in points)


# --- what lies at one place --------------------------------------------------------------

_Group = tuple[list[_Placed], list[_Placed]]
"""Lines of the paper and lines of the electronic page that lie on each other."""


def _groups(read: list[_Placed], stated: list[_Placed]) -> Iterator[_Group]:
    """Lines that lie on each other, however the two pages part them."""
    parent = list(range(len(read) + len(stated)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for i, own in enumerate(read):
        for j, other in enumerate(stated):
            if _lie_together(own.box, other.box):
                parent[root(i)] = root(len(read) + j)
    groups: dict[int, _Group] = defaultdict(lambda: ([], []))
    for i, own in enumerate(read):
        groups[root(i)][0].append(own)
    for j, other in enumerate(stated):
        groups[root(len(read) + j)][1].append(other)
    yield from groups.values()


def _lie_together(one: Box, other: Box) -> bool:
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    return high > 0.5 * min(one.height, other.height) and wide > 0.25 * min(one.width, other.width)


def _joined(groups: list[_Group], seals: Sequence[Seal]) -> list[_Group]:
    """The groups that differ; rows of one paragraph as one, for a change moves what follows."""
    differing = [group for group in groups if plain(_text(group[0])) != plain(_text(group[1]))]
    differing.sort(key=lambda group: min(placed.box.y0 for placed in (*group[0], *group[1])))
    joined: list[_Group] = []
    for own, other in differing:
        before = joined[-1] if joined else None
        if before is not None and own and other and before[0] and before[1]:
            above, here = _around([*before[0], *before[1]]), _around([*own, *other])
            near = here.y0 - above.y1 < 0.9 * min(_height(own), _height(before[0]))
            if near and min(above.x1, here.x1) - max(above.x0, here.x0) > 0:
                before[0].extend(own)
                before[1].extend(other)
                continue
        joined.append((list(own), list(other)))
    return joined


def _difference(
    own: list[_Placed], other: list[_Placed], paper: PageView, electronic: PageView
) -> TextDifference | None:
    read, stated = _text(own), _text(other)
    own_lines, other_lines = [p.line for p in own], [p.line for p in other]
    if own and other:
        sure = is_sure(own_lines, paper.seals) and is_sure(other_lines, electronic.seals)
        rivals = [pair for line in (*own_lines, *other_lines) for pair in line.rivals or ()]
        kind = kind_of(read, stated, rivals, sure=sure)
    elif other:
        kind = _only_electronic(stated, other, paper)
    else:
        kind = _only_paper(read, own_lines, paper)
    if kind in (None, DifferenceKind.LAYOUT):
        return None
    return TextDifference(
        kind=kind,
        paper=read,
        electronic=stated,
        paper_box=_around(own or other),
        electronic_box=Box.around([line.box for line in other_lines]) if other else None,
    )


def _only_electronic(stated: str, other: list[_Placed], paper: PageView) -> DifferenceKind | None:
    """A line that the paper lacks: certain only where nothing can have hidden it."""
    if len(plain(stated)) < _LEAST_TELLING:
        return None  # a lone digit or page number that the reader passed over
    place, height = _around(other), paper.preparation.height
    edge = _LOST_ON_PAPER * height
    hidden = any(seal.box.overlap(place) for seal in paper.seals)
    cut = place.y0 < edge or place.y1 > height - edge or place.x1 > paper.preparation.width
    return DifferenceKind.READING if hidden or cut else DifferenceKind.CONTENT


def _only_paper(read: str, lines: list[Line], paper: PageView) -> DifferenceKind | None:
    """A line that only the paper has: stamps, signatures and notes are no difference."""
    written = any(mark.overlap(line.box) for mark in paper.handwriting for line in lines)
    if written or len(plain(read)) < 2 * _LEAST_TELLING or not is_sure(lines, paper.seals):
        return None
    return DifferenceKind.CONTENT


def _text(placed: Sequence[_Placed]) -> str:
    """The lines in reading order."""
    rows: list[list[_Placed]] = []
    for item in sorted(placed, key=lambda item: item.box.centre[1]):
        if rows and item.box.y0 < rows[-1][0].box.centre[1]:
            rows[-1].append(item)
        else:
            rows.append([item])
    return "".join(
        item.line.text for row in rows for item in sorted(row, key=lambda item: item.box.x0)
    )


def _around(placed: Sequence[_Placed]) -> Box:
    return Box.around([item.box for item in placed])


def _height(placed: Sequence[_Placed]) -> float:
    return median(item.box.height for item in placed)


def _from_top(difference: TextDifference) -> tuple[float, float]:
    box = difference.paper_box
    return (box.y0, box.x0) if box is not None else (0.0, 0.0)
