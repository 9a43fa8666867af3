"""The labels printed on a page: where they stand, what follows them, and whose they are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.forms.labels import SURE, LabelIndex, LabelMatch, squeeze
from extractors.forms.layout import (
    PageLayout,
    Piece,
    colon_places,
    join_text,
    part_of,
    same_row,
    visual_rows,
)
from extractors.forms.spec import FieldSpec
from extractors.forms.years import year_within
from extractors.page import Box, Cell
from extractors.text.tick_signs import GLYPHS

_STACKED = 0.93
"""Belief in a value that is told from others in its cell by its place alone."""
_TO_SIGN = re.compile(r"签字|签名|签章|签署")


@dataclass(frozen=True)
class PrintedLabel:
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
    certainty: float = 1.0
    """Belief that the text behind it belongs to it, 0 to 1."""


def find_labels(layout: PageLayout, page: int, index: LabelIndex) -> list[PrintedLabel]:
    """All labels of a page, in cells and outside of them."""
    found: list[PrintedLabel] = []
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
) -> list[PrintedLabel]:
    if not pieces:
        return []
    if cell is not None:
        whole, year = _match_label(join_text(pieces), index)
        if whole and whole[0].score >= SURE:
            box = Box.around([piece.box for piece in pieces])
            text = join_text(pieces)
            # Behind a colon an empty place is an empty value, if no neighbour holds one.
            rule = "inline" if text.rstrip().endswith((":", "：")) else ""
            return [PrintedLabel(whole, page, box, text, cell, rule=rule, year=year)]
    inline = _inline_labels(pieces, page, index, cell)
    if inline:
        return inline
    if cell is None:
        return _loose_labels(pieces, page, index)
    stacked = _stacked_labels(pieces, page, index, cell)
    if stacked:
        return stacked
    rows = visual_rows(pieces)
    if len(rows) > 1:  # label on the first line, value beneath it
        for split in range(1, min(3, len(rows))):
            head = [piece for row in rows[:split] for piece in row]
            matches, year = _match_label(join_text(head), index)
            rest = tuple(piece for row in rows[split:] for piece in row)
            if matches and matches[0].score >= SURE and not _only_brackets(join_text(list(rest))):
                box = Box.around([piece.box for piece in head])
                return [
                    PrintedLabel(matches, page, box, join_text(head), cell, rest, "inline", year)
                ]
    if whole:
        box = Box.around([piece.box for piece in pieces])
        return [PrintedLabel(whole, page, box, join_text(pieces), cell, year=year)]
    return []


def _stacked_labels(
    pieces: list[Piece], page: int, index: LabelIndex, cell: Cell
) -> list[PrintedLabel]:
    """Labels over their values where the rules between several such boxes were lost.

    Each label owns what stands below it, as far as the next label below, and as far right as
    the next label beside it.
    """
    labels = [
        (piece, matches, year)
        for piece in pieces
        for matches, year in [_match_label(piece.text, index)]
        if matches and matches[0].score >= SURE
    ]
    if len(labels) < 2 or not any(piece is labels[0][0] for piece in visual_rows(pieces)[0]):
        return []
    heads = [piece for piece, _, _ in labels]
    found = []
    for head, matches, year in labels:
        right = min(
            (o.box.x0 for o in heads if same_row(o.box, head.box) and o.box.x0 > head.box.x1),
            default=cell.box.x1,
        )
        left = head.box.x0 - head.box.height
        below = [
            other
            for other in pieces
            if other.box.centre[1] > head.box.y1 and left <= other.box.x0 < right - 4
        ]
        bottom = min((o.box.y0 for o in below if any(o is h for h in heads)), default=cell.box.y1)
        behind = tuple(other for other in below if other.box.centre[1] < bottom)
        if behind:  # without a value it may be the head of a column whose values stand elsewhere
            label = PrintedLabel(matches, page, head.box, head.text, cell, behind, "inline", year)
            found.append(replace(label, certainty=_STACKED))
    return found


_SPECKS = frozenset(" .。·,，、'‘’`:：;；")
"""What specks of dirt are read as; a dash or a stroke would say that there is nothing."""


def _only_brackets(text: str) -> bool:
    """Whether a text is a remark in brackets, such as a unit under a label."""
    plain = squeeze(text)
    return bool(re.fullmatch(r"[(（].*[)）]", plain))


def _inline_labels(
    pieces: list[Piece], page: int, index: LabelIndex, cell: Cell | None
) -> list[PrintedLabel]:
    """Labels that end with a colon, each with the text up to the next one."""
    marks: list[tuple[int, int, int, tuple[LabelMatch, ...], int | None]] = []
    for position, piece in enumerate(pieces):
        start = 0
        for colon in colon_places(piece.text):
            begin, matches, year = _longest_label(piece.text[start:colon], index)
            if matches:
                marks.append((position, start + begin, colon + 1, matches, year))
                start = colon + 1
    labels: list[PrintedLabel] = []
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
            speck = not behind and len(part.text) <= 2 and _SPECKS.issuperset(part.text)
            if part.text and not speck:  # or what is dirt would hide the value further right
                behind.append(part)
        label_piece = part_of(pieces[position], begin, end)
        labels.append(
            PrintedLabel(
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


def _loose_labels(pieces: list[Piece], page: int, index: LabelIndex) -> list[PrintedLabel]:
    """Labels without a colon in a row outside of tables: the value stands to the right."""
    labels: list[PrintedLabel] = []
    open_label: PrintedLabel | None = None
    for piece in pieces:
        matches, year = _match_label(piece.text, index)
        if matches and matches[0].score >= SURE:
            if open_label is not None:
                labels.append(open_label)
            open_label = PrintedLabel(
                matches, page, piece.box, piece.text, None, (), "line-right", year
            )
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


def _label_before_gap(piece: Piece, page: int, index: LabelIndex) -> PrintedLabel | None:
    """A label and its value in one line, parted by space or underline only."""
    for gap in re.finditer(r"[\s_＿]+", piece.text):
        matches, year = _match_label(piece.text[: gap.start()], index)
        if matches and matches[0].score >= SURE:
            head = part_of(piece, 0, gap.start())
            rest = part_of(piece, gap.end(), len(piece.text))
            behind = (rest,) if rest.text else ()
            return PrintedLabel(
                matches, page, head.box, head.text, None, behind, "line-right", year
            )
    return None


def whose(
    label: PrintedLabel, labels: Sequence[PrintedLabel], by_key: dict[str, FieldSpec]
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


def _owner_rank(label: PrintedLabel, owner: PrintedLabel) -> tuple[float, float] | None:
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
