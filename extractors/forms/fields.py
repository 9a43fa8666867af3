"""The values of a form whose fields are known: labels first, then the place beside them.

Nothing here depends on fixed coordinates.  A label is recognised by its wording, its value
by where forms put values: in the same cell behind a colon, in the cell to the right, in the
cell below, under a year's heading, or at the ticked box.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from extractors.forms.labels import SURE, LabelIndex, LabelMatch, squeeze, stated_unit
from extractors.forms.layout import (
    Grid,
    PageLayout,
    Piece,
    colon_places,
    join_text,
    part_of,
    piece_of,
    same_row,
    visual_rows,
)
from extractors.forms.options import agreed, options_in_text, ordered_options, ticked_options
from extractors.forms.spec import FieldSpec, FoundValue
from extractors.forms.words import GLYPHS, label_odds
from extractors.forms.years import year_of_heading, year_within
from extractors.page import Box, Cell, PageView
from extractors.values.kinds import FieldKind

_STEP_OVER = ("姓名", "名称", "姓 名")
"""Labels that may stand between a person's label and the name."""
_BLANK_DATE = re.compile(r"[年月日\s/.\-—_]*")
_BLANK = re.compile(r"[\s_＿.…·—\-~～:：|｜￥¥$]*")
_BLANK_UNIT = re.compile(r"[\s_＿]*(?:亿元|万元|元|%|％|人|个|项|件|年|家|名)?[\s_＿]*")
_FOOT_DATE = re.compile(
    r"(?:日期[:：]\s*)?(?:[12][\dOo]{3}|二[〇零○O0]二[一二三四五六七八九〇零○])?\s*"
    r"年\s*[\d一二三四五六七八九十]*\s*月\s*[\d一二三四五六七八九十]*\s*日"
    r"|20\d\d[./-]\d{1,2}[./-]\d{1,2}"
    r"|20\d\d\s*年(?:\s*\d{1,2}\s*月?)?(?:\s*\d{1,2})?$"  # a seal covers the rest
)
_CUT_DATE = "日期残缺，可能被印章遮盖"
_WITH_DAY = re.compile(r"日\s*$|\d[./-]\d{1,2}$")
_SIGNING = re.compile(
    r"[(（]?[^,，。]{0,16}?(?:盖章|公章|签章|签字|签名|加盖公章)[)）]?[:：]?"
    r"|(?:负责人|经办人|审核人|单位负责人|主管领导)[:：]?|[(（]?[章印][)）]?"
)
_TO_SIGN = re.compile(r"签字|签名|签章|签署")
_WHOLE_NAME = re.compile(r"(?:公司|合作社|事务所|厂|局|中心|委员会)$")
_CHOICE_KINDS = (FieldKind.CHOICE, FieldKind.CHOICES)
_LONG_KINDS = (FieldKind.TEXT, FieldKind.NAME)


@dataclass(frozen=True)
class _Label:
    """A label on a page, with the text behind it in the same cell or line, if any."""

    matches: tuple[LabelMatch, ...]
    page: int
    box: Box
    text: str
    cell: Cell | None
    behind: tuple[Piece, ...] = ()
    """Pieces that follow it within its cell or line up to the next label."""
    rule: str = ""
    """``inline`` where the value is in ``behind``; otherwise the neighbours are asked."""
    year: int | None = None
    row: int = -1
    """Index of the row of loose lines."""


@dataclass
class _Claims:
    """Which places have been given to a field already."""

    cells: set[tuple[int, int, int, int]] = field(default_factory=set)

    def take(self, page: int, cell: Cell) -> bool:
        name = (page, cell.table, cell.row, cell.column)
        if name in self.cells:
            return False
        self.cells.add(name)
        return True


def find_fields(
    views: Sequence[PageView], specs: Sequence[FieldSpec], years: Sequence[int] = ()
) -> tuple[FoundValue, ...]:
    """Find the values of a form's fields.

    Args:
        views: The form's pages in order.
        specs: The fields to look for.
        years: The years that the form's tables are about, oldest first; they give
            ``上年`` and ``前年`` a meaning.

    Returns:
        What was found, best first for each key.  A key may occur more than once (a name on
        the cover and in the table); an empty place is a value with an empty ``raw``.
    """
    index = _index(tuple(specs))
    by_key = {spec.key: spec for spec in specs}
    layouts = [PageLayout(view) for view in views]
    labels = [
        label for page, layout in enumerate(layouts) for label in _labels(layout, page, index)
    ]
    found: list[FoundValue] = []
    claims = _Claims()
    ordered = sorted(labels, key=lambda label: -label.matches[0].score)
    for label in ordered:
        match, owner_factor = _whose(label, labels, by_key)
        if match is None:
            continue
        spec = by_key[match.key]
        layout = layouts[label.page]
        factor = min(match.score + 0.02, 1.0) * owner_factor
        if spec.per_year:
            found += _yearly(label, spec, factor, layouts, labels, years, claims)
        else:
            value = _single(label, spec, factor, layout, labels, claims)
            if value is not None:
                found.append(value)
    for spec in specs:
        if spec.kind is FieldKind.DATE and spec.after:
            found = _dated(found, spec, layouts)
    found = [_under_ink(value, layouts[value.page].view) for value in found]
    rank = {spec.key: place for place, spec in enumerate(specs)}
    return tuple(
        sorted(
            found,
            key=lambda value: (
                rank[value.key.partition(".")[0] if value.key not in rank else value.key],
                value.key,
                value.empty,
                -value.place_confidence,
                value.page,
            ),
        )
    )


def _under_ink(value: FoundValue, view: PageView) -> FoundValue:
    """Doubt an empty place that a seal or handwriting lies on: something may stand there."""
    if not value.empty or value.rule in ("tick", "option-glyph"):
        return value
    if any(box.overlap(value.box) > 0.4 * box.area for box in view.handwriting):
        doubt = "该处有手写笔迹，未能读出文字"
    elif any(seal.box.overlap(value.box) > 0.4 * value.box.area for seal in view.seals):
        doubt = "该处被印章覆盖，未能读出文字"
    else:
        return value
    return value.model_copy(update={"doubts": (*value.doubts, doubt)})


@lru_cache(maxsize=64)
def _index(specs: tuple[FieldSpec, ...]) -> LabelIndex:
    """The index of a form's labels; a run asks for the same few forms over and over."""
    return LabelIndex(specs)


# --- labels ---------------------------------------------------------------------------------


def _labels(layout: PageLayout, page: int, index: LabelIndex) -> list[_Label]:
    found: list[_Label] = []
    for cell in layout.cells:
        found += _labels_of_pieces(layout.pieces(cell), page, index, cell)
    for number, row in enumerate(layout.loose):
        found += [replace(label, row=number) for label in _labels_of_pieces(row, page, index, None)]
    return found


def _match_label(text: str, index: LabelIndex) -> tuple[tuple[LabelMatch, ...], int | None]:
    """The fields that a text is the label of, and the year that it names."""
    bare = GLYPHS.split(text, maxsplit=1)[0]
    if _TO_SIGN.search(squeeze(bare)):
        return (), None  # a place to sign, not one to fill in
    matches = index.matches(bare)
    if matches and matches[0].score >= SURE:
        return matches, None
    year, rest = year_within(bare)
    if year is not None and (with_year := index.matches(rest)):
        return with_year, year
    return matches, None


def _labels_of_pieces(
    pieces: list[Piece], page: int, index: LabelIndex, cell: Cell | None
) -> list[_Label]:
    if not pieces:
        return []
    if cell is not None:
        whole, year = _match_label(join_text(pieces), index)
        if whole and whole[0].score >= SURE:
            box = Box.around([piece.box for piece in pieces])
            return [_Label(whole, page, box, join_text(pieces), cell, year=year)]
    inline = _inline_labels(pieces, page, index, cell)
    if inline:
        return inline
    if cell is None:
        return _loose_labels(pieces, page, index)
    rows = visual_rows(pieces)
    if len(rows) > 1:  # label on the first line, value beneath it
        for split in range(1, min(3, len(rows))):
            head = [piece for row in rows[:split] for piece in row]
            matches, year = _match_label(join_text(head), index)
            rest = tuple(piece for row in rows[split:] for piece in row)
            if matches and matches[0].score >= SURE and not _only_brackets(join_text(list(rest))):
                box = Box.around([piece.box for piece in head])
                return [_Label(matches, page, box, join_text(head), cell, rest, "inline", year)]
    if whole:
        box = Box.around([piece.box for piece in pieces])
        return [_Label(whole, page, box, join_text(pieces), cell, year=year)]
    return []


def _only_brackets(text: str) -> bool:
    """Whether a text is a remark in brackets, such as a unit under a label."""
    plain = squeeze(text)
    return bool(re.fullmatch(r"[(（].*[)）]", plain))


def _inline_labels(
    pieces: list[Piece], page: int, index: LabelIndex, cell: Cell | None
) -> list[_Label]:
    """Labels that end with a colon, each with the text up to the next one."""
    marks: list[tuple[int, int, int, tuple[LabelMatch, ...], int | None]] = []
    for position, piece in enumerate(pieces):
        start = 0
        for colon in colon_places(piece.text):
            begin, matches, year = _longest_label(piece.text[start:colon], index)
            if matches:
                marks.append((position, start + begin, colon + 1, matches, year))
                start = colon + 1
    labels: list[_Label] = []
    for number, (position, begin, end, matches, year) in enumerate(marks):
        stop = marks[number + 1] if number + 1 < len(marks) else None
        behind: list[Piece] = []
        for other in range(position, len(pieces)):
            if stop is not None and other > stop[0]:
                break
            low = end if other == position else 0
            high = stop[1] if stop is not None and other == stop[0] else len(pieces[other].text)
            part = part_of(pieces[other], low, high)
            if part.text and other != position and _match_label(part.text, index)[0]:
                break  # a label without a colon ends the value as well
            if part.text and behind and _apart(behind[-1], part):
                break
            if part.text:
                behind.append(part)
        label_piece = part_of(pieces[position], begin, end)
        labels.append(
            _Label(
                matches,
                page,
                label_piece.box,
                label_piece.text,
                cell,
                tuple(behind),
                "inline",
                year,
            )
        )
    if marks and cell is None:
        # Labels without a colon may stand in the same row.
        used = {position for position, *_ in marks}
        covered = {piece.line for label in labels for piece in label.behind}
        labels += _loose_labels(
            [
                piece
                for position, piece in enumerate(pieces)
                if position not in used and piece.line not in covered
            ],
            page,
            index,
        )
    return labels


def _apart(left: Piece, right: Piece) -> bool:
    """Whether two pieces of a row are too far apart, or too unlike, to be one value."""
    gap = right.box.x0 - left.box.x1
    height = max(left.box.height, right.box.height)
    colons = colon_places(right.text)
    return gap > 4 * height or (gap > height and bool(colons) and colons[0] <= 8)


def _longest_label(text: str, index: LabelIndex) -> tuple[int, tuple[LabelMatch, ...], int | None]:
    """Where the label begins that a text ends with: ``大连 电话`` holds a value and a label."""
    whole, year = _match_label(text, index)
    if whole and whole[0].score >= SURE:
        return len(text) - len(text.lstrip()), whole, year
    for begin in range(1, len(text) - 1):
        tail, tail_year = _match_label(text[begin:], index)
        if tail and tail[0].score >= 0.99:
            return begin, tail, tail_year
    if whole:
        return 0, whole, year
    return 0, (), None


def _loose_labels(pieces: list[Piece], page: int, index: LabelIndex) -> list[_Label]:
    """Labels without a colon in a row outside of tables: the value stands to the right."""
    labels: list[_Label] = []
    open_label: _Label | None = None
    for piece in pieces:
        matches, year = _match_label(piece.text, index)
        if matches and matches[0].score >= SURE:
            if open_label is not None:
                labels.append(open_label)
            open_label = _Label(matches, page, piece.box, piece.text, None, (), "line-right", year)
            continue
        if open_label is None:
            head = _label_before_gap(piece, page, index)
            if head is not None:
                open_label = head
            continue
        open_label = replace(open_label, behind=(*open_label.behind, piece))
    if open_label is not None:
        labels.append(open_label)
    return labels


def _label_before_gap(piece: Piece, page: int, index: LabelIndex) -> _Label | None:
    """A label and its value in one line, parted by space or underline only."""
    for gap in re.finditer(r"[\s_＿]+", piece.text):
        matches, year = _match_label(piece.text[: gap.start()], index)
        if matches and matches[0].score >= SURE:
            head = part_of(piece, 0, gap.start())
            rest = part_of(piece, gap.end(), len(piece.text))
            behind = (rest,) if rest.text else ()
            return _Label(matches, page, head.box, head.text, None, behind, "line-right", year)
    return None


# --- whose label --------------------------------------------------------------------------


def _whose(
    label: _Label, labels: Sequence[_Label], by_key: dict[str, FieldSpec]
) -> tuple[LabelMatch | None, float]:
    """Which of the fields that share a label is meant, and how sure that is, 0 to 1."""
    if len(label.matches) == 1:
        return label.matches[0], 1.0
    best: tuple[float, float, LabelMatch] | None = None
    for match in label.matches:
        owner = by_key[match.key].after
        if not owner:
            continue
        for other in labels:
            if other is label or other.matches[0].key != owner:
                continue
            rank = _owner_rank(label, other)
            if rank is not None and (best is None or rank > best[:2]):
                best = (*rank, match)
    if best is not None:
        return best[2], 1.0 if best[0] >= 2 else 0.97
    free = [match for match in label.matches if not by_key[match.key].after]
    if len(free) == 1:
        return free[0], 0.95
    return label.matches[0], 0.5


def _owner_rank(label: _Label, owner: _Label) -> tuple[float, float] | None:
    """How near an owner is: beside it in the same row, else above; higher is nearer."""
    if owner.page != label.page:
        return (0.0, float(owner.page)) if owner.page < label.page else None
    owner_box = owner.cell.box if owner.cell is not None else owner.box
    own_box = label.cell.box if label.cell is not None else label.box
    if same_row(owner_box, own_box):
        if owner.box.x0 < label.box.x0:
            return 2.0, owner.box.x0
        return None
    if owner_box.centre[1] < own_box.centre[1]:
        return 1.0, owner_box.centre[1]
    return None


# --- values ----------------------------------------------------------------------------------


def _single(
    label: _Label,
    spec: FieldSpec,
    factor: float,
    layout: PageLayout,
    labels: Sequence[_Label],
    claims: _Claims,
) -> FoundValue | None:
    """The value of a field that is asked for once."""
    if spec.kind in _CHOICE_KINDS:
        chosen = _chosen(label, spec, factor, layout, claims)
        if chosen is not None:
            return chosen
    if label.rule == "inline" and (label.behind or label.cell is None):
        pieces = label.behind
        if label.cell is None and label.row >= 0:
            pieces = (*pieces, *_continued(label, spec, layout, labels))
            if not pieces:
                below = _line_below(label, spec, layout, labels, factor)
                if below is not None:
                    return below
        return _value(label, spec, factor, pieces, "inline", _place_behind(label, layout))
    if label.cell is None:
        pieces = (*label.behind, *_continued(label, spec, layout, labels))
        if pieces:
            return _value(label, spec, 0.97 * factor, pieces, "line-right", pieces[0].box)
        return _line_below(label, spec, layout, labels, factor)
    grid = layout.grids[label.cell.table]
    for rule, cell, certainty in _neighbours(label, grid, labels):
        if not claims.take(label.page, cell):
            continue
        pieces = tuple(layout.pieces(cell))
        return _value(label, spec, certainty * factor, pieces, rule, cell.box)
    if label.rule == "inline":
        return _value(label, spec, factor, (), "inline", label.cell.box)
    return None


def _neighbours(
    label: _Label, grid: Grid, labels: Sequence[_Label]
) -> Iterator[tuple[str, Cell, float]]:
    """The cells that may hold a label's value, best first, with a certainty each."""
    assert label.cell is not None  # noqa: S101 - the caller has a ruled label
    right = grid.right_of(label.cell)
    if right is not None and squeeze(right.text) in _STEP_OVER:
        right = grid.right_of(right)
    if right is not None and not _is_label(right, label.page, labels):
        yield "cell-right", right, 1.0
    below = grid.below(label.cell)
    if below is not None and not _is_label(below, label.page, labels):
        # Under a label in the first column stands another label far more often than a value.
        header = right is None or _is_label(right, label.page, labels)
        if header:
            yield "cell-below", below, 0.95 if right is not None else 0.85


def _is_label(cell: Cell, page: int, labels: Sequence[_Label]) -> bool:
    return any(
        label.page == page
        and label.cell is not None
        and (label.cell.table, label.cell.row, label.cell.column)
        == (cell.table, cell.row, cell.column)
        for label in labels
    )


def _place_behind(label: _Label, layout: PageLayout) -> Box:
    """Where the value of an inline label stands or would stand."""
    if label.behind:
        return Box.around([piece.box for piece in label.behind])
    right = label.cell.box.x1 if label.cell is not None else float(layout.view.preparation.width)
    return Box(x0=label.box.x1, y0=label.box.y0, x1=max(right, label.box.x1 + 1), y1=label.box.y1)


def _continued(
    label: _Label, spec: FieldSpec, layout: PageLayout, labels: Sequence[_Label]
) -> tuple[Piece, ...]:
    """Further rows of a value outside of tables, aligned with its first row."""
    if not label.behind or spec.kind not in _LONG_KINDS:
        return ()
    if spec.kind is FieldKind.NAME and _WHOLE_NAME.search(squeeze(join_text(label.behind))):
        return ()
    x0 = label.behind[0].box.x0
    height = max(piece.box.height for piece in label.behind)
    bottom = max(piece.box.y1 for piece in label.behind)
    edge = min(
        (
            other.box.x0
            for other in labels
            if other.page == label.page and other.row == label.row and other.box.x0 > x0
        ),
        default=float("inf"),
    )
    more: list[Piece] = []
    for row in layout.loose[label.row + 1 :]:
        column = [piece for piece in row if x0 - 1.2 * height < piece.box.x0 < edge]
        if not column or column[0].box.x0 > x0 + 3 * height:
            break
        near = column[0].box.y0 - bottom < 0.9 * height
        before = [piece for piece in row if piece.box.x0 <= x0 - 1.2 * height]
        labelled = any(
            other.page == label.page
            and other.row >= 0
            and any(same_row(other.box, piece.box) for piece in column)
            and (other.box.x0 < edge or before)
            for other in labels
        )
        labelled = labelled or any(label_odds(piece.text) >= 1 for piece in before[-1:])
        if not near or labelled or any(colon_places(piece.text) for piece in column):
            break
        more += column
        bottom = max(piece.box.y1 for piece in column)
    return tuple(more)


def _in_row(label: _Label, row: Sequence[Piece], page: int) -> bool:
    return label.page == page and any(same_row(label.box, piece.box) for piece in row)


def _line_below(
    label: _Label,
    spec: FieldSpec,
    layout: PageLayout,
    labels: Sequence[_Label],
    factor: float,
) -> FoundValue | None:
    """The value under a label that has nothing to its right."""
    if label.row < 0:
        return None
    following = layout.loose[label.row + 1] if label.row + 1 < len(layout.loose) else []
    if not following or label.rule == "inline":
        empty = _place_behind(label, layout)
        return _value(label, spec, factor, (), label.rule or "line-right", empty)
    first = following[0]
    near = first.box.y0 - label.box.y1 < 2.0 * label.box.height
    indented = first.box.x0 >= label.box.x0 - 0.5 * label.box.height
    starts_before_end = first.box.x0 < label.box.x1 + 6 * label.box.height
    labelled = any(other.row >= 0 and _in_row(other, following, label.page) for other in labels)
    if near and indented and starts_before_end and not labelled and not colon_places(first.text):
        return _value(label, spec, 0.8 * factor, (first,), "line-below", first.box)
    return None


def _value(
    label: _Label,
    spec: FieldSpec,
    certainty: float,
    pieces: Sequence[Piece],
    rule: str,
    place: Box,
    key: str = "",
    unit: str = "",
) -> FoundValue:
    raw = join_text(pieces).strip()
    if _is_blank(raw, spec.kind):
        raw = ""
    box = Box.around([piece.box for piece in pieces]) if pieces and raw else place
    return FoundValue(
        key=key or spec.key,
        raw=raw,
        page=label.page,
        box=box,
        label_box=label.box,
        lines=tuple(dict.fromkeys(piece.line for piece in pieces)),
        read_confidence=read_confidence(pieces),
        place_confidence=round(max(0.0, min(1.0, certainty)), 4),
        engine=pieces[0].engine if pieces else "",
        rule=rule,
        unit=unit or stated_unit(label.text),
    )


def read_confidence(pieces: Sequence[Piece]) -> float:
    """Belief in the text of pieces: that of the worst, less where a false rule cut a line."""
    lowest = min((piece.confidence for piece in pieces), default=1.0)
    for row in visual_rows(pieces):
        for left, right in pairwise(row):
            if right.box.x0 - left.box.x1 < 0.3 * left.box.height and left.line != right.line:
                lowest *= 0.85  # the cut may have gone through a character
    return lowest


def _is_blank(raw: str, kind: FieldKind) -> bool:
    """Whether only the form's own template stands there: underline, ``年 月 日``, a unit."""
    if _BLANK.fullmatch(raw):
        return True
    if kind is FieldKind.DATE and _BLANK_DATE.fullmatch(raw):
        return True
    if kind in (FieldKind.MONEY, FieldKind.PERCENT, FieldKind.INTEGER, FieldKind.NUMBER):
        return bool(_BLANK_UNIT.fullmatch(raw))
    return False


def _chosen(
    label: _Label, spec: FieldSpec, factor: float, layout: PageLayout, claims: _Claims
) -> FoundValue | None:
    """The ticked options of a choice; ``None`` where there is nothing to tick."""
    places: list[tuple[Box, tuple[Piece, ...], Cell | None]] = []
    if label.cell is not None:
        # The label's own words may name the options (``补短板、锻长板、填空白``).
        own = label.behind if label.rule == "inline" else _with_glyphs(layout.pieces(label.cell))
        places.append((label.cell.box, own, None))
        right = layout.grids[label.cell.table].right_of(label.cell)
        if right is not None:
            places.append((right.box, tuple(layout.pieces(right)), right))
        below = layout.grids[label.cell.table].below(label.cell)
        if below is not None and right is None:
            places.append((below.box, tuple(layout.pieces(below)), below))
    elif label.row >= 0:
        rows = layout.loose[label.row : label.row + 3]
        pieces = tuple(piece for row in rows for piece in row)
        box = Box.around([piece.box for piece in pieces])
        places.append((box, pieces, None))
    for box, pieces, cell in places:
        ticks = [tick for tick in layout.view.ticks if box.holds(*tick.box.centre)]
        by_label = ticked_options(ticks, spec)
        if by_label is None or by_label.doubts or not by_label.complete:
            by_label = ordered_options(ticks, pieces, spec) or by_label
        seen = agreed(by_label, options_in_text(pieces, spec))
        if seen is None:
            continue
        if cell is not None and not claims.take(label.page, cell):
            continue
        return FoundValue(
            key=spec.key,
            raw=";".join(seen.chosen),
            page=label.page,
            box=seen.box or box,
            label_box=label.box,
            lines=tuple(dict.fromkeys(piece.line for piece in pieces)),
            read_confidence=seen.confidence,
            place_confidence=round(min(1.0, factor), 4),
            engine=pieces[0].engine if pieces else "",
            rule=seen.rule,
            doubts=seen.doubts,
        )
    return None


# --- dates and signatures at the foot of an opinion ------------------------------------------


def _dated(
    found: list[FoundValue], spec: FieldSpec, layouts: Sequence[PageLayout]
) -> list[FoundValue]:
    """Part the date at the foot of a text (an opinion) from the text itself."""
    if any(value.key == spec.key for value in found):
        return found
    result = []
    for value in found:
        if value.key != spec.after:
            result.append(value)
            continue
        view = layouts[value.page].view
        pieces = [piece_of(view.lines[index], index) for index in value.lines]
        dates = [part for piece in pieces if (part := _date_part(piece)) is not None]
        text = [part for piece in pieces if (part := _text_part(piece)) is not None]
        raw = join_text(text)
        result.append(
            value.model_copy(
                update={
                    "raw": raw,
                    "lines": tuple(dict.fromkeys(piece.line for piece in text)),
                    "box": Box.around([piece.box for piece in text]) if text else value.box,
                }
            )
        )
        if dates:
            date = dates[-1]
            blank = bool(_BLANK_DATE.fullmatch(date.text))
            result.append(
                FoundValue(
                    key=spec.key,
                    raw="" if blank else date.text,
                    page=value.page,
                    box=date.box,
                    label_box=value.label_box,
                    lines=(date.line,),
                    read_confidence=date.confidence,
                    place_confidence=value.place_confidence,
                    engine=date.engine,
                    rule="foot-date",
                    doubts=()
                    if blank or _WITH_DAY.search(date.text)
                    else ("日期残缺，可能被印章遮盖",),
                )
            )
    return result


def _stamped(value: FoundValue, view: PageView) -> bool:
    """Whether a stamp lies in the cell of a value, where it may hide the date."""
    cell = next((cell.box for cell in view.cells if cell.box.holds(*value.box.centre)), None)
    return cell is not None and any(cell.holds(seal.x, seal.y) for seal in view.seals)


def _date_part(piece: Piece) -> Piece | None:
    dated = _FOOT_DATE.search(piece.text)
    return None if dated is None else part_of(piece, dated.start(), dated.end())


def _text_part(piece: Piece) -> Piece | None:
    """What is left of a line without its date and without the places for seal and signature."""
    dated = _FOOT_DATE.search(piece.text)
    text = part_of(piece, 0, dated.start()) if dated is not None else piece
    return None if not text.text or _SIGNING.fullmatch(squeeze(text.text)) else text


def _with_glyphs(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    return tuple(pieces) if any(GLYPHS.search(piece.text) for piece in pieces) else ()


# --- tables of years ------------------------------------------------------------------------


def _yearly(
    label: _Label,
    spec: FieldSpec,
    factor: float,
    layouts: Sequence[PageLayout],
    labels: Sequence[_Label],
    years: Sequence[int],
    claims: _Claims,
) -> list[FoundValue]:
    """The values of a field that is asked for year by year."""
    layout = layouts[label.page]
    if label.year is not None:
        one = spec.model_copy(update={"per_year": False})
        value = _single(label, one, factor, layout, labels, claims)
        if value is None:
            return []
        return [value.model_copy(update={"key": f"{spec.key}.{label.year}"})]
    if label.cell is None:
        return _yearly_loose(label, spec, factor, layout, years)
    grid = layout.grids[label.cell.table]
    unit = stated_unit(label.text) or _table_unit(layout, grid)
    found: list[FoundValue] = []
    headings = _headings(label.cell, grid, years)
    certainty = 0.99
    if not headings and label.page and grid is _first_grid(layout):
        # The table goes on from the page before, where its heading stands.
        headings = _last_headings(layouts[label.page - 1], years)
        unit = unit or _last_unit(layouts[label.page - 1])
        certainty = 0.95
    for year, heading in headings:
        beside = heading.row >= label.cell.row and certainty == 0.99
        cell = grid.crossing(*((heading, label.cell) if beside else (label.cell, heading)))
        if cell is None or not claims.take(label.page, cell):
            continue
        pieces = layout.pieces(cell)
        found.append(
            _value(
                label,
                spec,
                certainty * factor,
                pieces,
                "table-year",
                cell.box,
                key=f"{spec.key}.{year}",
                unit=unit,
            )
        )
    return found


def _headings(cell: Cell, grid: Grid, years: Sequence[int]) -> list[tuple[int, Cell]]:
    """The year headings that govern a label's row, or else its column."""
    above: dict[int, list[tuple[int, Cell]]] = {}
    beside: dict[int, list[tuple[int, Cell]]] = {}
    for other in grid.cells:
        year = year_of_heading(other.text, years)
        if year is None:
            continue
        if other.row < cell.row and other.column >= cell.column + cell.column_span:
            above.setdefault(other.row, []).append((year, other))
        if other.row > cell.row and other.column < cell.column:
            beside.setdefault(other.column, []).append((year, other))
    rows = [row for row, members in above.items() if len({year for year, _ in members}) > 1]
    if rows:
        return above[max(rows)]
    columns = [column for column, members in beside.items() if len({y for y, _ in members}) > 1]
    if columns:
        members = sorted(beside[max(columns)], key=lambda member: member[1].row)
        # A further heading of the same year belongs to the next block of the table.
        seen: set[int] = set()
        first = []
        for year, heading in members:
            if year in seen:
                break
            seen.add(year)
            first.append((year, heading))
        return first
    return []


def _first_grid(layout: PageLayout) -> Grid | None:
    return min(layout.grids.values(), key=lambda grid: grid.box.y0, default=None)


def _last_headings(layout: PageLayout, years: Sequence[int]) -> list[tuple[int, Cell]]:
    """The headings of the years in the last table of a page, if they run across its columns."""
    last = max(layout.grids.values(), key=lambda grid: grid.box.y1, default=None)
    if last is None:
        return []
    rows: dict[int, list[tuple[int, Cell]]] = {}
    for cell in last.cells:
        year = year_of_heading(cell.text, years)
        if year is not None:
            rows.setdefault(cell.row, []).append((year, cell))
    running = [row for row, members in rows.items() if len({year for year, _ in members}) > 1]
    return rows[max(running)] if running else []


def _last_unit(layout: PageLayout) -> str:
    last = max(layout.grids.values(), key=lambda grid: grid.box.y1, default=None)
    return _table_unit(layout, last) if last is not None else ""


def _table_unit(layout: PageLayout, grid: Grid) -> str:
    """The unit that stands over a table or in its first row (``单位：万元``)."""
    for cell in grid.cells:
        if cell.row <= 1 and "单位" in cell.text and (unit := stated_unit(cell.text)):
            return unit
    for row in layout.loose:
        for piece in row:
            above = 0 <= grid.box.y0 - piece.box.y0 < 8 * piece.box.height
            if above and "单位" in piece.text and (unit := stated_unit(piece.text)):
                return unit
    return ""


def _yearly_loose(
    label: _Label, spec: FieldSpec, factor: float, layout: PageLayout, years: Sequence[int]
) -> list[FoundValue]:
    """Yearly values in a table without rules: columns are told by the headings' places."""
    headings: list[tuple[int, Piece]] = []
    for row in layout.loose[: max(label.row, 0)]:
        dated = [
            (year, piece)
            for piece in row
            if (year := year_of_heading(piece.text, years)) is not None
        ]
        if len({year for year, _ in dated}) > 1:
            headings = dated
    if not headings:
        return []
    found = []
    for piece in label.behind:
        middle = piece.box.centre[0]
        year, heading = min(headings, key=lambda item: abs(item[1].box.centre[0] - middle))
        if abs(heading.box.centre[0] - middle) > max(heading.box.width, 60):
            continue
        found.append(
            _value(
                label,
                spec,
                0.93 * factor,
                (piece,),
                "table-year",
                piece.box,
                key=f"{spec.key}.{year}",
            )
        )
    return found
