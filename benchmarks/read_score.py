"""How well lines that were read agree with lines that were printed.

Both sides are normalised alike: NFKC, white space and the glyphs of tick boxes left out (tick
boxes are decided from pixels, and engines print them as they please).  Lines are matched by
place, not by text: a line read belongs to a printed line where their upright boxes share more
than half of the smaller one.  Lines that hang together so make a group, and within a group both
sides are joined in reading order before they are compared.  So no engine pays for cutting a line
in two or for joining two neighbours, only for wrong, missing and additional characters.  Lines
read where nothing is printed according to the truth (seals, signatures) are counted apart.

Lines that a seal or a signature covers are counted twice: among all lines, and apart, so that
what lifting a seal does can be told from what reading does.  All dashes are one dash.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

_TICK_GLYPHS = frozenset("□☐☑☒√■▣▢口✓✔")
_DASHES = str.maketrans(dict.fromkeys("—–―‐‑−－", "-"))
_SHARED = 0.5


class Placed(NamedTuple):
    """A line of text and its upright box in pixels of the page."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float


class Tally(NamedTuple):
    """Counts over one or many pages; add them up with ``+`` by ``total``."""

    characters: int = 0
    """Printed."""
    errors: int = 0
    """Insertions, deletions and substitutions."""
    lines: int = 0
    """Printed."""
    exact: int = 0
    """Of them, in groups without an error."""
    elsewhere: int = 0
    """Characters read where the truth knows of no line."""
    covered: int = 0
    """Characters printed in groups that a seal or a signature touches."""
    covered_errors: int = 0

    @property
    def cer(self) -> float:
        """Character errors in percent of the characters printed."""
        return 100 * self.errors / self.characters if self.characters else 0.0

    @property
    def clear_cer(self) -> float:
        """The same without the lines that a seal or a signature touches."""
        clear = self.characters - self.covered
        return 100 * (self.errors - self.covered_errors) / clear if clear else 0.0

    @property
    def exact_share(self) -> float:
        """Lines without an error in percent."""
        return 100 * self.exact / self.lines if self.lines else 0.0


def placed(text: str, quad: Sequence[float]) -> Placed:
    """A line from its text and the eight numbers of its corners."""
    xs, ys = quad[0::2], quad[1::2]
    return Placed(text, min(xs), min(ys), max(xs), max(ys))


def total(tallies: Sequence[Tally]) -> Tally:
    """The sum of what several pages gave."""
    return Tally(*(sum(parts) for parts in zip(*tallies, strict=True))) if tallies else Tally()


def tally(
    printed: Sequence[Placed], read: Sequence[Placed], covers: Sequence[Placed] = ()
) -> Tally:
    """Compare what was printed on one page with what was read from it.

    Args:
        printed: The truth.
        read: What an engine made of it.
        covers: Seals and signatures.
    """
    characters = errors = exact = elsewhere = covered = covered_errors = 0
    for true_lines, read_lines in groups(printed, read):
        wanted, found = joined(true_lines), joined(read_lines)
        if not true_lines:
            elsewhere += len(found)
            continue
        distance = Levenshtein.distance(wanted, found)
        characters += len(wanted)
        errors += distance
        exact += 0 if distance else len(true_lines)
        if any(share(line, cover) for line in (*true_lines, *read_lines) for cover in covers):
            covered += len(wanted)
            covered_errors += distance
    return Tally(characters, errors, len(printed), exact, elsewhere, covered, covered_errors)


def normalised(text: str) -> str:
    """Text as it is compared."""
    signs = "".join(sign for sign in text if sign not in _TICK_GLYPHS)
    return "".join(unicodedata.normalize("NFKC", signs).translate(_DASHES).split())


def groups(
    printed: Sequence[Placed], read: Sequence[Placed]
) -> Iterator[tuple[list[Placed], list[Placed]]]:
    """Printed and read lines that hang together by place."""
    neighbours: dict[int, list[int]] = {i: [] for i in range(len(printed) + len(read))}
    for i, one in enumerate(printed):
        for j, other in enumerate(read, len(printed)):
            if share(one, other) > _SHARED:
                neighbours[i].append(j)
                neighbours[j].append(i)
    seen: set[int] = set()
    for start in neighbours:
        if start in seen:
            continue
        group, todo = set[int](), [start]
        while todo:
            each = todo.pop()
            if each not in group:
                group.add(each)
                todo += neighbours[each]
        seen |= group
        yield (
            [printed[i] for i in sorted(group) if i < len(printed)],
            [read[i - len(printed)] for i in sorted(group) if i >= len(printed)],
        )


def share(one: Placed, other: Placed) -> float:
    """Area that both cover, as a share of the smaller of them."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    smaller = min(_area(one), _area(other))
    return width * height / smaller if width > 0 and height > 0 and smaller > 0 else 0.0


def _area(line: Placed) -> float:
    return (line.x1 - line.x0) * (line.y1 - line.y0)


def joined(lines: Sequence[Placed]) -> str:
    """The text of lines from top to bottom, and from left to right within a row."""
    rows: list[list[Placed]] = []
    for line in sorted(lines, key=lambda line: line.y0 + line.y1):
        if rows and (line.y0 + line.y1) / 2 < rows[-1][0].y1 - 0.3 * (
            rows[-1][0].y1 - rows[-1][0].y0
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    return normalised(
        "".join(line.text for row in rows for line in sorted(row, key=lambda line: line.x0))
    )
