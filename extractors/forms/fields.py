"""The values of a form whose fields are known: labels first, then the place beside them.

Nothing here depends on fixed coordinates.  A label is recognised by its wording, its value
by where forms put values: in the same cell behind a colon, in the cell to the right, in the
cell below, under a year's heading, or at the ticked box.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from extractors.forms.beneath import (
    as_laid_out,
    fills_line,
    framed_below,
    level_with_middle,
    opinion_below,
    paragraph_from,
    under,
)
from extractors.forms.found import found_value, place_behind
from extractors.forms.labels import LabelIndex, squeeze
from extractors.forms.layout import Grid, PageLayout, Piece, colon_places, join_text, same_row
from extractors.forms.opinions import part_dates
from extractors.forms.options import agreed, options_in_text, ordered_options, ticked_options
from extractors.forms.people import crossings
from extractors.forms.printed import PrintedLabel, find_labels, whose
from extractors.forms.spec import FieldSpec, FoundValue
from extractors.forms.stamped import doubted_where_inked, without_seal_signs
from extractors.forms.words import label_odds
from extractors.forms.yearly_values import Claims, yearly_values
from extractors.page import Box, Cell, PageView
from extractors.text.tick_signs import GLYPHS
from extractors.values.kinds import FieldKind

_STEP_OVER = ("姓名", "名称")
"""Labels that may stand between a person's or a firm's label and the name."""
_WHOLE_NAME = re.compile(r"(?:公司|合作社|事务所|厂|局|中心|委员会)$")
_WHOLE_BODY = re.compile(r"(?:公司|事务所|研究[所院]|[局厅]|中心|委员会|协会|商会|学会|联合会)$")
_SENTENCE = re.compile(r"[，,。；;]")
_BODY_LABEL = re.compile(r"机构|机关|单位|部门|事务所")
_CHOICE_KINDS = (FieldKind.CHOICE, FieldKind.CHOICES)
_LONG_KINDS = (FieldKind.TEXT, FieldKind.NAME)


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
    dated = {spec.after for spec in specs if spec.kind is FieldKind.DATE and spec.after}
    layouts = [PageLayout(view) for view in views]
    labels = [
        label for page, layout in enumerate(layouts) for label in find_labels(layout, page, index)
    ]
    found: list[FoundValue] = []
    claims = Claims()
    ordered = sorted(labels, key=lambda label: -label.matches[0].score)
    for label in ordered:
        by_person = crossings(label, labels, by_key, layouts[label.page])
        if by_person:
            for key, cell in by_person:
                if claims.take(label.page, cell):
                    pieces = layouts[label.page].pieces(cell)
                    factor = 0.97 * min(label.matches[0].score + 0.02, 1.0)
                    found.append(
                        found_value(label, by_key[key], factor, pieces, "table-person", cell.box)
                    )
            continue
        match, owner_factor = whose(label, labels, by_key)
        if match is None:
            continue
        spec = by_key[match.key]
        layout = layouts[label.page]
        factor = min(match.score + 0.02, 1.0) * owner_factor * label.certainty
        if spec.per_year:
            found += _yearly(label, spec, factor, layouts, labels, years, claims)
        else:
            value = None
            if label.cell is None and spec.key in dated and not label.behind:
                value = opinion_below(label, spec, factor, layout, labels)
            value = value or _single(label, spec, factor, layout, labels, claims)
            if value is not None:
                found.append(value)
    for spec in specs:
        if spec.kind is FieldKind.DATE and spec.after:
            found = part_dates(found, spec, layouts)
    found = as_laid_out(found)
    found = [_as_stamped(value, by_key, layouts[value.page].view) for value in found]
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


def _as_stamped(value: FoundValue, by_key: Mapping[str, FieldSpec], view: PageView) -> FoundValue:
    spec = by_key.get(value.key) or by_key[value.key.partition(".")[0]]
    return doubted_where_inked(without_seal_signs(value, spec.kind, view), view)


@lru_cache(maxsize=64)
def _index(specs: tuple[FieldSpec, ...]) -> LabelIndex:
    """The index of a form's labels; a run asks for the same few forms over and over."""
    return LabelIndex(specs)


def _single(
    label: PrintedLabel,
    spec: FieldSpec,
    factor: float,
    layout: PageLayout,
    labels: Sequence[PrintedLabel],
    claims: Claims,
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
        return found_value(label, spec, factor, pieces, "inline", place_behind(label, layout))
    if label.cell is None:
        pieces = (*label.behind, *_continued(label, spec, layout, labels))
        if pieces:
            return found_value(label, spec, 0.97 * factor, pieces, "line-right", pieces[0].box)
        return _line_below(label, spec, layout, labels, factor)
    grid = layout.grids[label.cell.table]
    for rule, cell, certainty in _neighbours(label, grid, labels):
        if not claims.take(label.page, cell):
            continue
        pieces = tuple(layout.pieces(cell))
        value = found_value(label, spec, certainty * factor, pieces, rule, cell.box)
        if value.empty and rule == "cell-right" and _goes_on(cell, grid, label.page, labels):
            return value.model_copy(update={"doubts": (*value.doubts, _BESIDE)})
        return value
    if label.rule == "inline" or _has_room_below(label, label.cell):
        return found_value(label, spec, factor, (), "inline", label.cell.box)
    return None


_BESIDE = "该栏目为空而其右侧另有内容，可能属于该栏目"


def _goes_on(cell: Cell, grid: Grid, page: int, labels: Sequence[PrintedLabel]) -> bool:
    """Whether beside an empty cell stands text that no label claims: a false rule may part them."""
    beyond = grid.right_of(cell)
    return beyond is not None and bool(beyond.lines) and not _is_label(beyond, page, labels)


def _has_room_below(label: PrintedLabel, cell: Cell) -> bool:
    """Whether a label is set at the top of its cell, with room for the value beneath it."""
    above, below = label.box.y0 - cell.box.y0, cell.box.y1 - label.box.y1
    return below > 1.1 * label.box.height and below > 3 * above


def _neighbours(
    label: PrintedLabel, grid: Grid, labels: Sequence[PrintedLabel]
) -> Iterator[tuple[str, Cell, float]]:
    """The cells that may hold a label's value, best first, with a certainty each."""
    assert label.cell is not None  # noqa: S101 - the caller has a ruled label
    right = grid.right_of(label.cell)
    if right is not None and squeeze(right.text) in _STEP_OVER:
        right = grid.right_of(right)
    beyond = grid.right_of(right) if right is not None and not right.lines else None
    if right is not None and not _is_label(right, label.page, labels):
        sliver = right.box.width < 2.5 * label.box.height
        if sliver and beyond is not None and not _is_label(beyond, label.page, labels):
            # A false rule leaves an empty sliver before the value.
            yield "cell-right", beyond, 0.97
        yield "cell-right", right, 1.0
    below = grid.below(label.cell)
    if below is not None and not _is_label(below, label.page, labels):
        # Under a label in the first column stands another label far more often than a value.
        header = right is None or _is_label(right, label.page, labels)
        if header:
            yield "cell-below", below, 0.95 if right is not None else 0.85


def _is_label(cell: Cell, page: int, labels: Sequence[PrintedLabel]) -> bool:
    return any(
        label.page == page
        and label.cell is not None
        and (label.cell.table, label.cell.row, label.cell.column)
        == (cell.table, cell.row, cell.column)
        for label in labels
    )


def _continued(
    label: PrintedLabel, spec: FieldSpec, layout: PageLayout, labels: Sequence[PrintedLabel]
) -> tuple[Piece, ...]:
    """Further rows of a value outside of tables, aligned with its first row."""
    if not label.behind or spec.kind not in _LONG_KINDS:
        return ()
    begun = squeeze(join_text(label.behind))
    if spec.kind is FieldKind.NAME and _WHOLE_NAME.search(begun):
        return ()
    whole = bool(_BODY_LABEL.search(spec.labels[0]) and _WHOLE_BODY.search(begun))
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
    starts = [x0]
    if spec.kind is FieldKind.TEXT and fills_line(label.behind, layout):
        starts.append(label.box.x0)  # running text goes on under its label
    for row in layout.loose[label.row + 1 :]:
        if all(piece.box.x1 < label.box.x0 and same_row(piece.box, label.box) for piece in row):
            continue  # the number of a row whose label and value were met before it
        column = [piece for piece in row if min(starts) - 1.2 * height < piece.box.x0 < edge]
        if not column or not any(
            -1.2 * height < column[0].box.x0 - start < 3 * height for start in starts
        ):
            break
        near = column[0].box.y0 - bottom < 0.9 * height
        before = [piece for piece in row if piece.box.x0 <= x0 - 1.2 * height]
        labelled = any(
            other is not label  # it may stand beside the middle of its own value
            and other.page == label.page
            and other.row >= 0
            and any(same_row(other.box, piece.box) for piece in column)
            and (other.box.x0 < edge or before)
            for other in labels
        )
        labelled = labelled or any(label_odds(piece.text) >= 1 for piece in before[-1:])
        if not near or labelled or any(colon_places(piece.text) for piece in column):
            break
        if whole and any(_SENTENCE.search(piece.text) for piece in column):
            break  # further offices may follow the name of one; a sentence is something else's
        more += column
        bottom = max(piece.box.y1 for piece in column)
    return tuple(more)


def _in_row(label: PrintedLabel, row: Sequence[Piece], page: int) -> bool:
    return label.page == page and any(same_row(label.box, piece.box) for piece in row)


def _line_below(
    label: PrintedLabel,
    spec: FieldSpec,
    layout: PageLayout,
    labels: Sequence[PrintedLabel],
    factor: float,
) -> FoundValue | None:
    """The value under a label that has nothing to its right."""
    if label.row < 0:
        return None
    boxed = framed_below(label, layout) if spec.kind is FieldKind.TEXT else None
    if boxed is not None and not _is_label(boxed, label.page, labels):
        pieces = tuple(layout.pieces(boxed))
        return found_value(label, spec, 0.85 * factor, pieces, "cell-below", boxed.box)
    around = level_with_middle(label, layout, labels)
    if around:
        box = Box.around([line.box for line in around])
        return found_value(label, spec, 0.97 * factor, around, "line-right", box)
    following = layout.loose[label.row + 1] if label.row + 1 < len(layout.loose) else []
    if not following or label.rule == "inline":
        empty = place_behind(label, layout)
        return found_value(label, spec, factor, (), label.rule or "line-right", empty)
    first = under(label, following)
    near = first.box.y0 - label.box.y1 < 2.0 * label.box.height
    centred = abs(first.box.centre[0] - label.box.centre[0]) < 1.5 * label.box.height
    indented = first.box.x0 >= label.box.x0 - 0.5 * label.box.height or centred
    starts_before_end = first.box.x0 < label.box.x1 + 6 * label.box.height
    labelled = any(other.row >= 0 and _in_row(other, following, label.page) for other in labels)
    if near and indented and starts_before_end and not labelled and not colon_places(first.text):
        lines: tuple[Piece, ...] = (first,)
        if spec.kind is FieldKind.TEXT and len(following) == 1:
            lines = paragraph_from(first, layout.loose[label.row + 2 :], layout, label, labels)
        box = Box.around([line.box for line in lines])
        return found_value(label, spec, 0.8 * factor, lines, "line-below", box)
    return None


def _chosen(
    label: PrintedLabel, spec: FieldSpec, factor: float, layout: PageLayout, claims: Claims
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
        by_label = ticked_options(ticks, spec, pieces)
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


def _with_glyphs(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    return tuple(pieces) if any(GLYPHS.search(piece.text) for piece in pieces) else ()


def _yearly(
    label: PrintedLabel,
    spec: FieldSpec,
    factor: float,
    layouts: Sequence[PageLayout],
    labels: Sequence[PrintedLabel],
    years: Sequence[int],
    claims: Claims,
) -> list[FoundValue]:
    """The values of a field that is asked for year by year."""
    if label.year is None:
        return yearly_values(label, spec, factor, layouts, years, claims)
    one = spec.model_copy(update={"per_year": False})
    value = _single(label, one, factor, layouts[label.page], labels, claims)
    if value is None:
        return []
    return [value.model_copy(update={"key": f"{spec.key}.{label.year}"})]
