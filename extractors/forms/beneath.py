"""Values beneath labels that stand outside of tables: in line, in the middle, or in a frame."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.forms.found import found_value
from extractors.forms.layout import PageLayout, Piece, colon_places, same_row
from extractors.forms.printed import PrintedLabel
from extractors.forms.spec import FieldSpec, FoundValue
from extractors.forms.words import label_odds
from extractors.page import Cell

_BENEATH = frozenset({"line-below", "cell-below"})
_LAID_OUT = 3
"""So many values beneath their labels on one page, and it is laid out so."""
_FAR = 1.5
"""By how much nearer a value stands to its own label than to the next."""
_RAISED = 1.15
_RAISED_TO = 0.95
_PARAGRAPH_GAP = 3.5
"""Heights of print between two rows from which they belong to different things."""


def under(label: PrintedLabel, row: Sequence[Piece]) -> Piece:
    """The piece of the following row that stands under a label; the first where none does."""

    def shared(piece: Piece) -> float:
        return min(piece.box.x1, label.box.x1) - max(piece.box.x0, label.box.x0)

    best = max(row, key=shared)
    return best if shared(best) > 0 else row[0]


def fills_line(pieces: Sequence[Piece], layout: PageLayout) -> bool:
    """Whether a value runs to the right edge of the page's print, so that it may go on below."""
    edge = max((line.box.x1 for line in layout.view.lines), default=0.0)
    return bool(pieces) and pieces[-1].box.x1 > edge - 2.5 * pieces[-1].box.height


def as_laid_out(found: Sequence[FoundValue]) -> list[FoundValue]:
    """Values beneath their labels, believed more where the page is laid out so.

    One line below another may be anything: where values were not read, the next label stands
    there.  But where several stand nearer to their own label than to the next one, and none
    looks like a label, they are the values.
    """
    pages = {page for page in {value.page for value in found} if _sets_values_beneath(found, page)}
    return [
        value.model_copy(update={"place_confidence": _raised(value.place_confidence)})
        if value.rule in _BENEATH and value.raw and value.page in pages
        else value
        for value in found
    ]


def _sets_values_beneath(found: Sequence[FoundValue], page: int) -> bool:
    beneath = [one for one in found if one.page == page and one.rule in _BENEATH and one.raw]
    if len(beneath) < _LAID_OUT or any(label_odds(one.raw) >= 1 for one in beneath):
        return False
    tops = [one.label_box.y0 for one in found if one.page == page]
    for one in beneath:
        if one.rule == "cell-below":
            continue  # rules part it from what follows
        own = max(one.box.y0 - one.label_box.y1, 1.0)
        after = min((top - one.box.y1 for top in tops if top > one.box.y1), default=_FAR * own)
        if after < _FAR * own:
            return False
    return True


def _raised(confidence: float) -> float:
    return max(confidence, round(min(_RAISED_TO, confidence * _RAISED), 4))


def level_with_middle(
    label: PrintedLabel, layout: PageLayout, labels: Sequence[PrintedLabel]
) -> tuple[Piece, ...]:
    """The lines beside a label that stands between them, at half their height.

    So print tables without upright rules: as many lines above the label's level as below it,
    one under the other and close together, where other labels have their values.  Empty where
    there are none, and where the text goes on above or below: it is another column's.
    """
    height = label.box.height
    rows = layout.loose
    starts = [
        piece.box.x0
        for other in labels
        if other is not label and other.page == label.page and 0 <= other.row < len(rows)
        for piece in rows[other.row]
        if piece.box.x0 > other.box.x1
    ]
    around: list[Piece] = []
    for away in range(1, min(label.row, len(rows) - 1 - label.row) + 1):
        pair = []
        for row in (rows[label.row - away], rows[label.row + away]):
            right = [
                piece
                for piece in row
                if piece.box.x0 > label.box.x1
                and any(abs(piece.box.x0 - start) < height for start in starts)
            ]
            labelled = any(
                other.page == label.page and any(same_row(other.box, piece.box) for piece in row)
                for other in labels
                if other is not label
            )
            if len(right) == 1 and not labelled and not colon_places(right[0].text):
                pair += right
        if len(pair) < 2 or abs(pair[0].box.x0 - pair[1].box.x0) > height:
            break
        above, below = pair
        gaps = [below.box.y0 - above.box.y1]
        if around:
            gaps = [around[0].box.y0 - above.box.y1, below.box.y0 - around[-1].box.y1]
        middle = (above.box.y0 + below.box.y1) / 2
        if max(gaps) > 0.9 * height or abs(middle - label.box.centre[1]) > 0.5 * height:
            break
        around = [above, *around, below]
    if around and _goes_on(around, rows, height):
        return ()
    return tuple(around)


def _goes_on(lines: Sequence[Piece], rows: Sequence[Sequence[Piece]], height: float) -> bool:
    """Whether text stands right above the first or below the last of some lines."""
    first, last = lines[0].box, lines[-1].box
    return any(
        abs(piece.box.x0 - first.x0) < height
        and (
            0 <= first.y0 - piece.box.y1 < 0.9 * height
            or 0 <= piece.box.y0 - last.y1 < 0.9 * height
        )
        for row in rows
        for piece in row
    )


def paragraph_from(
    first: Piece,
    rows: Sequence[Sequence[Piece]],
    layout: PageLayout,
    label: PrintedLabel,
    labels: Sequence[PrintedLabel],
) -> tuple[Piece, ...]:
    """A line below a heading with the lines that it goes on in, its own set in by two signs.

    Each line but the last runs to the edge of the print; a label or a colon ends it.
    """
    pieces = [first]
    height = first.box.height
    for row in rows:
        line = row[0]
        labelled = any(
            other.page == label.page and other is not label and same_row(other.box, line.box)
            for other in labels
        )
        goes_on = (
            len(row) == 1
            and fills_line(pieces[-1:], layout)
            and line.box.y0 - pieces[-1].box.y1 < 0.9 * height
            and -3.5 * height < line.box.x0 - first.box.x0 < height
        )
        if labelled or not goes_on or colon_places(line.text):
            break
        pieces.append(line)
    return tuple(pieces)


def framed_below(label: PrintedLabel, layout: PageLayout) -> Cell | None:
    """The one cell of a frame directly below a label that stands over it as a heading."""
    for grid in layout.grids.values():
        gap = grid.box.y0 - label.box.y1
        if not -0.5 * label.box.height < gap < 2.0 * label.box.height:
            continue
        if len(grid.cells) != 1:
            continue
        cell = grid.cells[0]
        if cell.box.x0 - label.box.height < label.box.x0 and label.box.x1 <= cell.box.x1:
            return cell
    return None


def opinion_below(
    label: PrintedLabel,
    spec: FieldSpec,
    factor: float,
    layout: PageLayout,
    labels: Sequence[PrintedLabel],
) -> FoundValue | None:
    """The text below an opinion's heading, with the places to stamp and the date at its foot.

    Without rules around it the opinion goes on to the next label, or to the next wide gap
    behind its date.
    """
    if label.row < 0:
        return None
    pieces: list[Piece] = []
    bottom = label.box.y1
    for row in layout.loose[label.row + 1 :]:
        other_label = any(
            other.page == label.page
            and other is not label
            and any(same_row(other.box, piece.box) for piece in row)
            for other in labels
        )
        heading = len(row) == 1 and bool(colon_places(row[0].text)) and label_odds(row[0].text) > 2
        gap = row[0].box.y0 - bottom
        if other_label or heading or gap > _PARAGRAPH_GAP * label.box.height:
            break
        pieces += row
        bottom = max(piece.box.y1 for piece in row)
    if not pieces:
        return None
    return found_value(label, spec, 0.9 * factor, pieces, "line-below", pieces[0].box)
