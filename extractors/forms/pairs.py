"""Labels with their values on any Chinese form, known or not.

Within a ruled table each row is read as a chain of labels and values: the likeliest one,
given how each text looks and that values follow labels.  Outside of tables a colon, a gap
or an underline parts the two.  A place that is empty gives a pair with an empty value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.forms.labels import label_forms, squeeze
from extractors.forms.layout import (
    Grid,
    PageLayout,
    Piece,
    colon_places,
    join_text,
    part_of,
    visual_rows,
)
from extractors.forms.words import GLYPHS, has_head, is_template, label_odds
from extractors.page import Box, Cell, PageView, Pair

_SENTENCE = re.compile(r"[。；;！？!?]")
_LONGEST_LABEL = 20
_CHANGE = 0.5
_REPEAT = -0.8
_START = 1.0
_LONE_END = -0.6


def find_pairs(view: PageView) -> tuple[Pair, ...]:
    """Find the labels of a page with the values beside, under or behind them.

    Args:
        view: The page.

    Returns:
        Pairs from top to bottom; the value is empty where the form is.
    """
    layout = PageLayout(view)
    pairs: list[Pair] = []
    for grid in layout.grids.values():
        pairs += _table_pairs(layout, grid)
    pairs += _loose_pairs(layout)
    return tuple(sorted(pairs, key=lambda pair: (round(pair.label_box.y0 / 12), pair.label_box.x0)))


# --- tables ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Seen:
    """A cell with what it looks like."""

    cell: Cell
    pieces: tuple[Piece, ...]
    text: str
    odds: float
    inner: tuple[Pair, ...]
    """Pairs that stand within the cell."""


def _table_pairs(layout: PageLayout, grid: Grid) -> list[Pair]:
    rows: dict[int, list[_Seen]] = {}
    for cell in sorted(grid.cells, key=lambda cell: (cell.row, cell.column)):
        rows.setdefault(cell.row, []).append(_look(layout, cell))
    pairs: list[Pair] = []
    roles: dict[tuple[int, int], bool] = {}
    for row in rows.values():
        paired = _paired(row)
        roles |= {(seen.cell.row, seen.cell.column): False for seen in row}
        for seen, is_label in zip(paired, _chain([seen.odds for seen in paired]), strict=True):
            roles[seen.cell.row, seen.cell.column] = is_label
    by_place = {(seen.cell.row, seen.cell.column): seen for row in rows.values() for seen in row}
    for row in rows.values():
        pairs += _row_pairs(layout, grid, _paired(row), roles, by_place)
        pairs += [pair for seen in row for pair in seen.inner]
    return pairs


def _paired(row: Sequence[_Seen]) -> Sequence[_Seen]:
    """The cells of a row that make pairs: an empty place for a photograph or a stamp does not."""
    *before, last = row
    if last.text or len(before) < 2 or _chain([seen.odds for seen in before])[-1]:
        return row  # the last label has no other value
    beside = last.cell.row_span > max(seen.cell.row_span for seen in before)
    return before if beside else row


def _look(layout: PageLayout, cell: Cell) -> _Seen:
    pieces = tuple(layout.pieces(cell))
    text = join_text(pieces)
    inner = tuple(_pairs_in_cell(layout, cell, pieces))
    odds = -2.5 if inner else label_odds(text)
    return _Seen(cell, pieces, text, odds, inner)


def _chain(odds: Sequence[float]) -> list[bool]:
    """The likeliest chain of labels (true) and values (false) for a row of cells."""
    best: dict[bool, tuple[float, list[bool]]] = {}
    for number, score in enumerate(odds):
        step: dict[bool, tuple[float, list[bool]]] = {}
        for role in (True, False):
            own = score if role else -score
            if number == 0:
                step[role] = own + (_START if role else -_START), [role]
                continue
            total, before = max(
                (value + (_CHANGE if last != role else _REPEAT), chain)
                for last, (value, chain) in best.items()
            )
            step[role] = total + own, [*before, role]
        best = step
    ended = [(value + (_LONE_END if chain[-1] else 0.0), chain) for value, chain in best.values()]
    return max(ended)[1] if ended else []


def _row_pairs(
    layout: PageLayout,
    grid: Grid,
    row: Sequence[_Seen],
    roles: dict[tuple[int, int], bool],
    by_place: dict[tuple[int, int], _Seen],
) -> list[Pair]:
    pairs: list[Pair] = []
    label: _Seen | None = None
    label_free = False
    for seen in row:
        if roles[seen.cell.row, seen.cell.column]:
            if label is not None and label_free:
                pairs += _below(layout, grid, label, roles, by_place)
            label, label_free = seen, True
            continue
        if label is None and seen.cell.column > 0:
            # The label may span several rows and so stand in a row above.
            left = grid.left_of(seen.cell)
            if left is not None and left.row < seen.cell.row and roles[left.row, left.column]:
                label, label_free = by_place[left.row, left.column], False
        if label is None or seen.inner:
            label_free = False
            continue
        heading = _heading_over(grid, seen.cell, roles, by_place) if not label_free else None
        name = f"{_clean(label.text)}（{_clean(heading.text)}）" if heading else label.text
        pairs.append(_pair(layout, name, label.pieces, label.cell.box, seen))
        label_free = False
    if label is not None and label_free:
        pairs += _below(layout, grid, label, roles, by_place)
    return pairs


def _heading_over(
    grid: Grid,
    cell: Cell,
    roles: dict[tuple[int, int], bool],
    by_place: dict[tuple[int, int], _Seen],
) -> _Seen | None:
    """The heading of a cell's column: the nearest label above it that is as wide."""
    above = [
        other
        for other in grid.cells
        if other.row < cell.row
        and other.column <= cell.column
        and other.column + other.column_span >= cell.column + cell.column_span
        and roles[other.row, other.column]
    ]
    nearest = max(above, key=lambda other: other.row, default=None)
    return by_place[nearest.row, nearest.column] if nearest is not None else None


def _below(
    layout: PageLayout,
    grid: Grid,
    label: _Seen,
    roles: dict[tuple[int, int], bool],
    by_place: dict[tuple[int, int], _Seen],
) -> list[Pair]:
    """The value under a label that has none beside it."""
    below = grid.below(label.cell)
    if below is None or roles[below.row, below.column]:
        return []
    left = grid.left_of(below)
    if left is not None and roles[left.row, left.column]:
        return []  # it is the value of the label beside it
    seen = by_place[below.row, below.column]
    if seen.inner or (label.odds < 1.5 and len(seen.text) > 40):
        return []  # a heading over a paragraph
    return [_pair(layout, label.text, label.pieces, label.cell.box, seen, certainty=0.8)]


def _pair(
    layout: PageLayout,
    name: str,
    label_pieces: Sequence[Piece],
    label_cell: Box,
    seen: _Seen,
    certainty: float = 1.0,
) -> Pair:
    value, ticked = _value(layout, seen.pieces, seen.cell.box)
    label_box = Box.around([p.box for p in label_pieces]) if label_pieces else label_cell
    margin = label_odds(name) - (seen.odds if seen.text else -2.0)
    belief = certainty * min(0.98, 0.7 + 0.08 * max(margin, 0.0))
    return Pair(
        label=_clean(name),
        value=value,
        confidence=round(min(belief, 0.9 if ticked else 1.0), 3),
        label_box=label_box,
        value_box=Box.around([p.box for p in seen.pieces])
        if value and seen.pieces
        else seen.cell.box,
        lines=tuple(dict.fromkeys(piece.line for piece in seen.pieces)) if value else (),
    )


def _value(layout: PageLayout, pieces: Sequence[Piece], area: Box) -> tuple[str, bool]:
    """The text of a value, or the ticked options where the place holds tick boxes."""
    ticks = [tick for tick in layout.view.ticks if area.holds(*tick.box.centre)]
    text = join_text(pieces)
    if ticks:
        return ";".join(tick.label for tick in ticks if tick.ticked), True
    return ("" if is_template(text) else text.strip()), False


def _clean(label: str) -> str:
    return squeeze(label).strip(":：;；,，*★•·")


# --- within a cell, and loose lines ------------------------------------------------------------


@dataclass(frozen=True)
class _Inline:
    """A label that ends with a colon, and the pieces behind it up to the next label."""

    name: str
    label: Piece
    behind: tuple[Piece, ...]


def _pairs_in_cell(layout: PageLayout, cell: Cell, pieces: Sequence[Piece]) -> list[Pair]:
    rows = visual_rows(pieces)
    found: list[Pair] = []
    for number, row in enumerate(rows):
        inline = _inline(row)
        for place, item in enumerate(inline):
            behind = item.behind
            if place == len(inline) - 1:
                behind = (*behind, *_rows_behind(rows[number + 1 :]))
            if not behind and len(pieces) == len(row) == 1 and _lone_label(cell, layout):
                continue  # the value has a cell of its own
            following = inline[place + 1] if place + 1 < len(inline) else None
            found.append(_inline_pair(layout, item, behind, cell.box.x1, following))
    if found or len(rows) < 2:
        return found
    first = join_text(rows[0])
    rest = [piece for row in rows[1:] for piece in row]
    # A label on the first line with its value beneath it.
    if (
        has_head(first)
        and label_odds(first) >= 2.0
        and not _is_wrapped_label(join_text(pieces), join_text(rest))
        and not re.fullmatch(r"[(（].*[)）]", squeeze(join_text(rest)))
        and rows[0][0].box.x0 <= rest[0].box.x0 + rest[0].box.height
        and _is_wide(cell, layout)
    ):
        label = rows[0][0]
        value, _ = _value(layout, rest, Box.around([piece.box for piece in rest]))
        return [
            Pair(
                label=_clean(first),
                value=value,
                confidence=0.75,
                label_box=label.box,
                value_box=Box.around([piece.box for piece in rest]),
                lines=tuple(dict.fromkeys(piece.line for piece in rest)),
            )
        ]
    return []


def _is_wrapped_label(whole: str, rest: str) -> bool:
    """Whether a text over several lines is one label, ``rest`` being all but its first line."""
    short = len(squeeze(whole)) <= _LONGEST_LABEL
    return short and has_head(whole) and not re.search(r"\d", rest)


def _is_wide(cell: Cell, layout: PageLayout) -> bool:
    """Whether a cell is wide enough to hold a value under its label, not only a wrapped label."""
    pieces = layout.pieces(cell)
    height = max(piece.box.height for piece in pieces)
    return cell.box.width > 9 * height


def _lone_label(cell: Cell, layout: PageLayout) -> bool:
    """Whether the cell to the right is free to hold the label's value."""
    right = layout.grids[cell.table].right_of(cell)
    return right is not None and label_odds(right.text) < 1.5


def _rows_behind(rows: Sequence[Sequence[Piece]]) -> list[Piece]:
    """Rows that go on with a value: those up to the next row with a label of its own."""
    more: list[Piece] = []
    for row in rows:
        if _inline(row):
            break
        more += row
    return more


def _inline(row: Sequence[Piece]) -> list[_Inline]:
    """The labels with a colon in a row, each with what stands behind it."""
    marks: list[tuple[int, int, int, str]] = []
    parent = ""
    for position, piece in enumerate(row):
        start = 0
        for colon in colon_places(piece.text):
            begin, name = _label_before(piece.text[start:colon], bool(marks) and start > 0)
            if not name:
                continue
            if marks and marks[-1][0] == position and start + begin == marks[-1][2]:
                # ``电话：家中：`` is one label with a part of its own.
                parent = marks.pop()[3]
                name = f"{parent}（{name}）"
            elif parent and len(name) <= 4 and not has_head(name):
                name = f"{parent}（{name}）"
            marks.append((position, start + begin, colon + 1, name))
            start = colon + 1
    found = []
    for number, (position, begin, end, name) in enumerate(marks):
        stop = marks[number + 1] if number + 1 < len(marks) else None
        behind = []
        for other in range(position, len(row)):
            if stop is not None and other > stop[0]:
                break
            low = end if other == position else 0
            high = stop[1] if stop is not None and other == stop[0] else len(row[other].text)
            part = part_of(row[other], low, high)
            if part.text:
                behind.append(part)
        found.append(_Inline(name, part_of(row[position], begin, end), tuple(behind)))
    return found


def _label_before(text: str, after_value: bool) -> tuple[int, str]:
    """Where the label begins that stands before a colon, and its text; empty where none does."""
    bare = text.rstrip()
    lead = len(text) - len(text.lstrip())
    if not bare.strip() or _SENTENCE.search(bare):
        return 0, ""
    if not after_value:
        name = bare.strip()
        fits = len(squeeze(name)) <= _LONGEST_LABEL and "，" not in name
        return (lead, name) if fits and not re.fullmatch(r"[\d\W]+", squeeze(name)) else (0, "")
    # A value stands before the label: a gap parts them, else where digits end, else a head.
    spaced = re.search(r"[\s_＿]{1,}([^\s_＿]{2,16})$", bare)
    if spaced:
        return spaced.start(1), spaced[1]
    turned = re.search(
        r"(?<=[0-9A-Za-z.%_)）])([\u4e00-\u9fff（(][\u4e00-\u9fff（()）]{1,15})$", bare
    )
    if turned:
        return turned.start(1), turned[1]
    if len(squeeze(bare)) <= 6 and lead == 0:
        return 0, bare  # directly behind another colon: no value stands between
    for begin in range(len(bare) - 8, len(bare) - 1):
        if begin > 0 and has_head(bare[begin:]) and label_forms(bare[begin:])[0] == bare[begin:]:
            return begin, bare[begin:]
    return 0, ""


def _inline_pair(
    layout: PageLayout,
    item: _Inline,
    behind: Sequence[Piece],
    edge: float,
    following: _Inline | None,
) -> Pair:
    label = item.label.box
    stop = following.label.box.x0 if following is not None else edge
    if behind:
        place = Box.around([piece.box for piece in behind])
    else:
        place = Box(x0=label.x1, y0=label.y0, x1=max(stop, label.x1 + 1), y1=label.y1)
    # Readers leave tick boxes out of the text, so a label's end within its line is uncertain.
    reach = Box(
        x0=label.x0 + label.height,
        y0=place.y0 - 6,
        x1=max(stop, place.x1),
        y1=max(place.y1, label.y1) + 6,
    )
    value, ticked = _value(layout, behind, reach)
    if ticked and following is not None:
        value = value.removesuffix(_clean(following.name))
    if not ticked and GLYPHS.search(value):
        value = "".join(_glyph_choices(value))
    return Pair(
        label=_clean(item.name),
        value=value,
        confidence=0.95 if has_head(item.name) or item.name.endswith("）") else 0.85,
        label_box=label,
        value_box=place,
        lines=tuple(dict.fromkeys(piece.line for piece in behind)) if value else (),
    )


def _glyph_choices(text: str) -> list[str]:
    parts = re.split(r"([□☐○☑√✓✔☒■▣])", text)
    chosen = [
        label.strip()
        for glyph, label in zip(parts[1::2], parts[2::2], strict=False)
        if glyph not in "□☐○" and label.strip()
    ]
    return [";".join(chosen)]


def _loose_pairs(layout: PageLayout) -> list[Pair]:
    rows = layout.loose
    width = float(layout.view.preparation.width)
    pairs: list[Pair] = []
    used: set[int] = set()
    for number, row in enumerate(rows):
        if number in used:
            continue
        inline = _inline(row)
        if inline:
            for place, item in enumerate(inline):
                behind = item.behind
                last = place == len(inline) - 1
                if last and behind:
                    more, taken = _continued(behind, rows, number)
                    behind = (*behind, *more)
                    used |= taken
                following = None if last else inline[place + 1]
                pairs.append(_inline_pair(layout, item, behind, width, following))
            continue
        beside = _beside(row)
        if beside:
            pairs += beside
            continue
        under = _under(row, rows[number + 1] if number + 1 < len(rows) else [])
        if under is not None:
            pairs.append(under)
            used.add(number + 1)
    return pairs


def _continued(
    behind: Sequence[Piece], rows: Sequence[Sequence[Piece]], number: int
) -> tuple[list[Piece], set[int]]:
    """Further rows of a value, aligned with its beginning."""
    x0 = behind[0].box.x0
    height = max(piece.box.height for piece in behind)
    bottom = max(piece.box.y1 for piece in behind)
    more: list[Piece] = []
    taken: set[int] = set()
    for offset, row in enumerate(rows[number + 1 :], start=number + 1):
        near = row[0].box.y0 - bottom < 0.8 * height
        aligned = abs(row[0].box.x0 - x0) < 1.0 * height
        if not near or not aligned or _inline(row) or has_head(row[0].text):
            break
        more += row
        taken.add(offset)
        bottom = max(piece.box.y1 for piece in row)
    return more, taken


def _beside(row: Sequence[Piece]) -> list[Pair]:
    """Labels without a colon, each with the text to its right; underlines part them as well."""
    found: list[Pair] = []
    for piece in row:
        for hit in re.finditer(
            r"([\u4e00-\u9fff（）()]{2,16})[_＿]{2,}([^_＿]*)[_＿]*", piece.text
        ):
            if has_head(hit[1]):
                label = part_of(piece, hit.start(1), hit.end(1))
                value = part_of(piece, hit.start(2), hit.end(2))
                found.append(_simple(label, value if value.text else None, 0.8))
    if found:
        return found
    for label, value in pairwise(row):
        gap = value.box.x0 - label.box.x1
        short = gap < 14 * label.box.height
        if label_odds(label.text) >= 2.0 and label_odds(value.text) < 1.5 and short:
            found.append(_simple(label, value, 0.7))
    return found


def _under(row: Sequence[Piece], following: Sequence[Piece]) -> Pair | None:
    """A label that stands alone with its value on the next line, set in from it."""
    if len(row) != 1 or len(following) != 1:
        return None
    label, value = row[0], following[0]
    if label_odds(label.text) < 2.0 or label_odds(value.text) >= 1.5 or _inline(following):
        return None
    gap = value.box.y0 - label.box.y1
    height = label.box.height
    indent = value.box.x0 - label.box.x0
    if gap < 1.5 * height and 0.5 * height < indent < 8 * height:
        return _simple(label, value, 0.7)
    return None


def _simple(label: Piece, value: Piece | None, confidence: float) -> Pair:
    text = "" if value is None or is_template(value.text) else value.text
    return Pair(
        label=_clean(label.text),
        value=text,
        confidence=confidence,
        label_box=label.box,
        value_box=value.box if value is not None else label.box,
        lines=(value.line,) if value is not None and text else (),
    )
