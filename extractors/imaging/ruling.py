"""The ruled grid of a form: rules → grid → cells.

Official forms are tables drawn with lines.  Rules are found by morphology, broken ones
are mended, and rules that touch form a table; where a rule separates two neighbouring
slots of the table's grid they are different cells, where none does they are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.imaging.ink import Mask, evened
from extractors.imaging.slots import Grid, cells_of
from extractors.page import PAGE_DPI, Box, Cell

# Lengths in pixels at 200 dpi; 8 pixels are about a millimetre.
_SHORTEST_RUN: Final = 45
"""Unbroken length that text does not reach."""
_SHORTEST_DOTTED: Final = 60
"""Length from which a chain of dots or dashes may be a rule."""
_SEEN_ALONE: Final = 0.3
"""Share of a chain's length that is ink with nothing beside it: 0.4 and more on dashed rules
that numbers come up to, 0.25 and less on the strokes of text."""
_STUB: Final = 24
_THIN: Final = 6
_SHORTEST_RULE: Final = 55
_THICKEST: Final = 16
_BRIDGED: Final = 40
"""A gap that is mended without looking."""
_LONGEST_GAP: Final = 160
"""A gap that is mended if there is ink in it, or if it is short against the rule."""
_ALIGNED: Final = 5
_ENDS_TOGETHER: Final = 20
_TOUCHING: Final = 14
"""Rules whose ends come this near to another rule touch it."""
_SAME_LINE: Final = 12
"""Rules nearer than this are one line of the grid: a double rule, or a bent one."""
_SMALLEST_TABLE: Final = 90
_HELD_BY_NOTHING: Final = 250
_HELD_AT_ONE_END: Final = 110
"""Lengths from which a rule counts although other rules do not hold both its ends."""
_MOST_RULES: Final = 1500


@dataclass(frozen=True)
class Rule:
    """A straight rule along one axis.

    For a horizontal rule ``start`` and ``end`` are x and ``first`` and ``last`` the y at
    its two ends; for a vertical rule the other way round.
    """

    start: float
    end: float
    first: float
    last: float
    thickness: float = 2.0

    @property
    def length(self) -> float:
        """In pixels."""
        return self.end - self.start

    @property
    def position(self) -> float:
        """Across the rule, at its middle."""
        return (self.first + self.last) / 2

    def at(self, along: float) -> float:
        """The position across the rule at a place along it; held at the ends."""
        if self.length <= 0:
            return self.first
        part = min(1.0, max(0.0, (along - self.start) / self.length))
        return self.first + part * (self.last - self.first)


@dataclass(frozen=True)
class Ruling:
    """All rules of a page, and the cells that they form."""

    horizontals: tuple[Rule, ...] = ()
    verticals: tuple[Rule, ...] = ()
    cells: tuple[Cell, ...] = ()


def drawn_ruling(across: Sequence[Box], down: Sequence[Box]) -> Ruling:
    """The ruling of a page whose lines a program drew and need not be seen.

    Args:
        across: The level lines, in pixels at 200 dpi.
        down: The upright lines.
    """
    horizontals = [
        Rule(box.x0, box.x1, box.centre[1], box.centre[1], box.height)
        for box in across
        if box.width >= _SHORTEST_RULE
    ]
    verticals = [Rule(box.y0, box.y1, box.centre[0], box.centre[0], box.width) for box in down]
    return Ruling(tuple(horizontals), tuple(verticals), _cells(horizontals, verticals))


def find_ruling(page: NDArray[Any]) -> Ruling:
    """The rules and cells of an upright page.

    Args:
        page: Blue-green-red (or grey), 200 dpi.

    Returns:
        Cells without text; tables are numbered from the top of the page.
    """
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY) if page.ndim == 3 else page
    ink = _rule_ink(np.asarray(grey, dtype=np.uint8))
    across, down = _rules(ink), _rules(np.ascontiguousarray(ink.T))
    firm_across, firm_down = _held(_long(across), _long(down))
    horizontals = _with_stubs(across, firm_down, ink)
    verticals = _with_stubs(down, firm_across, np.ascontiguousarray(ink.T))
    horizontals, verticals = _held(_long(horizontals), _long(verticals))
    return Ruling(tuple(horizontals), tuple(verticals), _cells(horizontals, verticals))


def _rule_ink(grey: NDArray[Any]) -> Mask:
    """Ink as it matters for rules: thin faint lines count, shaded cells do not."""
    flat = evened(grey, PAGE_DPI)
    local = cv2.blur(flat, (41, 41)).astype(np.int16)
    ink = (flat.astype(np.int16) < local - 14) & (flat < 228)
    return np.asarray(ink.astype(np.uint8) * 255, dtype=np.uint8)


# --- rules ----------------------------------------------------------------------------


def _rules(ink: Mask) -> list[Rule]:
    """Horizontal rules of a mask (give the transposed mask for vertical ones)."""
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, _SHORTEST_RUN), np.uint8))
    pieces = _pieces(np.asarray(runs, dtype=np.uint8), shortest=_SHORTEST_RUN)
    pieces += _dotted(ink)
    return _mended(pieces, thick)


def _long(rules: Sequence[Rule]) -> list[Rule]:
    return [rule for rule in rules if rule.length >= _SHORTEST_RULE]


def _pieces(runs: Mask, shortest: int) -> list[Rule]:
    # Most rows hold no rule: only those that do, with an empty one beside them, are labelled.
    some = np.pad(runs.any(axis=1), 1)
    rows = np.flatnonzero(some[:-2] | some[1:-1] | some[2:])
    if not rows.size:
        return []
    _, labels, stats, _ = cv2.connectedComponentsWithStats(
        np.ascontiguousarray(runs[rows]), connectivity=8
    )
    order = np.argsort(-stats[1:, cv2.CC_STAT_WIDTH])[:_MOST_RULES] + 1
    found = []
    for i in order:
        x, y, wide, high, area = (int(part) for part in stats[i])
        if wide < shortest or area / wide > _THICKEST + 2 or high > _THICKEST + 0.08 * wide:
            continue
        part = labels[y : y + high, x : x + wide] == i
        depth = part.sum(axis=0)
        middle = (part * np.arange(high)[:, None]).sum(axis=0) / np.maximum(depth, 1)
        end = max(3, wide // 8)
        top = float(rows[y])
        found.append(
            Rule(
                start=float(x),
                end=float(x + wide),
                first=top + float(np.median(middle[:end])),
                last=top + float(np.median(middle[-end:])),
                thickness=max(1.0, float(np.median(depth)) - 2),
            )
        )
    return found


def _dotted(ink: Mask) -> list[Rule]:
    """Dashed and dotted rules: thin, long, and inked where nothing stands beside them."""
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((1, 15), np.uint8))
    thick = cv2.dilate(closed, np.ones((3, 1), np.uint8))  # no scan keeps a rule to one row
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, _SHORTEST_DOTTED), np.uint8))
    pieces = _pieces(np.asarray(runs, dtype=np.uint8), shortest=_SHORTEST_DOTTED)
    return [rule for rule in pieces if rule.thickness <= 6 and _stands_alone(rule, ink)]


def _stands_alone(rule: Rule, ink: Mask) -> bool:
    """Whether a chain of marks is a rule, and not the strokes of a line of text.

    Beside the strokes of a text there is more of the text, and between its characters
    nothing at all.  A rule is seen in most places with nothing beside it, even where the
    numbers of a column come up to it.
    """
    along = np.arange(int(rule.start), min(int(rule.end), ink.shape[1]))
    ends = (rule.start, rule.end), (rule.first, rule.last)
    centres = np.round(np.interp(along, *ends)).astype(int)
    rows = np.clip(centres + np.arange(-12, 13)[:, None], 0, ink.shape[0] - 1)
    band = ink[rows, along] > 0
    own = band[9:16].any(axis=0)
    alone = ~(band[:8].any(axis=0) | band[17:].any(axis=0))
    return bool((own & alone).mean() > _SEEN_ALONE)


def _mended(pieces: Sequence[Rule], ink: Mask) -> list[Rule]:
    """Pieces that continue each other joined into one rule."""
    rules: list[Rule] = []
    for piece in sorted(pieces, key=lambda rule: rule.start):
        for i in range(len(rules) - 1, -1, -1):
            if _continues(rules[i], piece, ink):
                rules[i] = _joined(rules[i], piece)
                break
        else:
            rules.append(piece)
    return rules


def _with_stubs(rules: Sequence[Rule], crossing: Sequence[Rule], ink: Mask) -> list[Rule]:
    """The rules, longer by the short bits that lie beyond a gap at either end of them.

    Only bits that reach a crossing rule: the stroke of a character above the end of a rule
    would else be taken for its continuation.  The crossing rule has to be one that others hold,
    for the feet of a row of figures look like a rule too.
    """
    rules = list(rules)
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, _STUB), np.uint8))
    for bit in _pieces(np.asarray(runs), shortest=_STUB):
        if bit.length >= _SHORTEST_RUN or bit.thickness > _THIN:
            continue
        for i, rule in enumerate(rules):
            if rule.length < _HELD_AT_ONE_END or abs(rule.at(bit.start) - bit.position) > 2.5:
                continue
            if 0 < bit.start - rule.end <= _BRIDGED and _meets(bit.end, bit.last, crossing):
                rules[i] = _joined(rule, bit)
                break
            if 0 < rule.start - bit.end <= _BRIDGED and _meets(bit.start, bit.first, crossing):
                rules[i] = replace(rule, start=bit.start, first=bit.first)
                break
    return rules


def _continues(rule: Rule, piece: Rule, ink: Mask) -> bool:
    gap = piece.start - rule.end
    if gap > _LONGEST_GAP:
        return False
    if gap <= 0:  # side by side: one rule if on the same line all along
        inside = max(rule.start, min(piece.start, rule.end))
        return abs(rule.at(inside) - piece.first) <= _ALIGNED and (
            piece.end <= rule.end or abs(rule.last - piece.at(rule.end)) <= _ALIGNED
        )
    if abs(piece.first - rule.last) > _ALIGNED + 0.02 * gap:
        return False
    if gap <= _BRIDGED:
        return True
    y0, y1 = sorted((rule.last, piece.first))
    strip = ink[max(0, int(y0) - 4) : int(y1) + 5, int(rule.end) : int(piece.start)]
    return bool(strip.size) and float((strip > 0).any(axis=0).mean()) > 0.6


def _joined(rule: Rule, piece: Rule) -> Rule:
    further = piece.end > rule.end
    return replace(
        rule,
        end=max(rule.end, piece.end),
        last=piece.last if further else rule.last,
        thickness=max(rule.thickness, piece.thickness),
    )


def _held(horizontals: list[Rule], verticals: list[Rule]) -> tuple[list[Rule], list[Rule]]:
    """The rules without strokes of text: a short rule of a grid ends at other rules."""
    for _ in range(2):
        kept = [rule for rule in horizontals if _is_held(rule, verticals)]
        verticals = [rule for rule in verticals if _is_held(rule, kept)]
        horizontals = kept
    return horizontals, verticals


def _meets(along: float, place: float, crossing: Sequence[Rule]) -> bool:
    """Whether an end of a rule lies at a rule of the other direction."""
    return any(
        abs(other.at(place) - along) <= _TOUCHING
        and other.start - _TOUCHING <= place <= other.end + _TOUCHING
        for other in crossing
    )


def _is_held(rule: Rule, crossing: Sequence[Rule]) -> bool:
    ends = ((rule.start, rule.first), (rule.end, rule.last))
    held = sum(_meets(along, place, crossing) for along, place in ends)
    return rule.length >= (_HELD_BY_NOTHING, _HELD_AT_ONE_END, 0)[held]


# --- tables ---------------------------------------------------------------------------


def _cells(horizontals: Sequence[Rule], verticals: Sequence[Rule]) -> tuple[Cell, ...]:
    tables = [
        grid
        for across, down in _touching(horizontals, verticals)
        if (grid := _grid(across, down)) is not None
    ]
    tables.sort(key=lambda grid: (grid.ys[0], grid.xs[0]))
    cells: list[Cell] = []
    number = 0
    for grid in tables:
        found = cells_of(grid, number)
        if found:
            cells.extend(found)
            number += 1
    return tuple(cells)


def _touching(
    horizontals: Sequence[Rule], verticals: Sequence[Rule]
) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that touch, each with at least one rule of either direction."""
    parent = list(range(len(horizontals) + len(verticals)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for j, down in enumerate(verticals, start=len(horizontals)):
        for i, across in enumerate(horizontals):
            x, y = down.at(across.position), across.at(down.position)
            if (
                across.start - _TOUCHING <= x <= across.end + _TOUCHING
                and down.start - _TOUCHING <= y <= down.end + _TOUCHING
            ):
                parent[root(i)] = root(j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate([*horizontals, *verticals]):
        group = groups.setdefault(root(i), ([], []))
        group[0 if i < len(horizontals) else 1].append(rule)
    return [group for group in groups.values() if group[0] and group[1]]


def _grid(across: list[Rule], down: list[Rule]) -> Grid | None:
    """The grid of one table; ``None`` where the rules enclose nothing."""
    across = across + _open_sides(down, across)
    down = down + _open_sides(across, down)
    ys, xs = _lines(across), _lines(down)
    if len(ys) < 2 or len(xs) < 2:
        return None
    if ys[-1] - ys[0] < _SMALLEST_TABLE / 2 or xs[-1] - xs[0] < _SMALLEST_TABLE:
        return None
    return Grid(
        xs=tuple(xs),
        ys=tuple(ys),
        above=_covered(across, ys, xs),
        beside=_covered(down, xs, ys),
    )


def _open_sides(rules: Sequence[Rule], crossing: Sequence[Rule]) -> list[Rule]:
    """Borders that a table without an outer frame does not draw.

    Where at least three rules run on, side by side, past the last rule that crosses them,
    and most of those end together, the table ends there.  A table of one row has but two
    rules; they have to end in the same place.

    Args:
        rules: Those that may run on.
        crossing: Those of the other direction; the new borders are of their kind.
    """
    if len(rules) < 2 or not crossing:
        return []
    least, slack = (3, _ENDS_TOGETHER) if len(rules) > 2 else (2, _ALIGNED)
    low = min(rule.position for rule in crossing) - 2 * _TOUCHING
    high = max(rule.position for rule in crossing) + 2 * _TOUCHING
    borders = []
    for out in (
        [(rule.start, rule.first) for rule in rules if rule.start < low],
        [(rule.end, rule.last) for rule in rules if rule.end > high],
    ):
        if len(out) < least:
            continue
        middle = float(np.median([end for end, _ in out]))
        even = [(end, place) for end, place in out if abs(end - middle) <= slack]
        if len(even) >= least and len(even) >= 0.6 * len(out):
            places = [place for _, place in even]
            borders.append(Rule(min(places), max(places), middle, middle, 0.0))
    return borders


def _lines(rules: Sequence[Rule]) -> list[float]:
    """Positions of the grid's lines: of rules that lie on one line, their mean."""
    ordered = sorted(rules, key=lambda rule: rule.position)
    groups: list[list[Rule]] = []
    for rule in ordered:
        if groups and rule.position - _mean(groups[-1]) <= _SAME_LINE:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return [_mean(group) for group in groups]


def _mean(rules: Sequence[Rule]) -> float:
    return float(
        np.average([rule.position for rule in rules], weights=[rule.length + 1 for rule in rules])
    )


def _covered(
    rules: Sequence[Rule], positions: Sequence[float], stations: Sequence[float]
) -> NDArray[np.float64]:
    """How much of each stretch of each line is drawn, 0 to 1: lines × stretches."""
    share = np.zeros((len(positions), len(stations) - 1))
    places = np.asarray(positions)
    for rule in rules:
        line = int(np.argmin(np.abs(places - rule.position)))
        for k in range(len(stations) - 1):
            low, high = stations[k], stations[k + 1]
            drawn = min(rule.end, high) - max(rule.start, low)
            if drawn > 0:
                share[line, k] = min(1.0, share[line, k] + drawn / (high - low))
    return share
