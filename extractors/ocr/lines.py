"""The lines of a page: detected, cut where a rule divides them, read, put in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from extractors.imaging.ink import DARKEST, evened
from extractors.imaging.seals import lift_seals, print_ink, unrolled
from extractors.ocr.beneath_seals import is_of_the_ring, looked_at_twice, read_beneath
from extractors.ocr.confidence import calibrated
from extractors.ocr.engine import Engine, Image
from extractors.ocr.growing import grown
from extractors.ocr.leftovers import overlooked
from extractors.page import PAGE_DPI, Box, Cell, Line, Quad, Seal

_FAINTEST_LINE: Final = 0.3
"""Confidence below which what an engine read is taken for noise."""
_FAINTEST_MARK: Final = 0.6
"""The same for a mark that no detector took for text, and for what is left of a lifted seal."""
_SURE_SEAL: Final = {"red": 0.9, "dark": 0.95}
"""Confidence from which the text of a seal is kept; on a dark one print runs into it."""
_LONGEST_CELL: Final = 800
"""Pixels from which what a border encloses counts as no cell: its frame, or the whole page."""
_WITHIN: Final = 0.6
"""Share of a line that lies within another one whose text holds its own."""
_SPECK: Final = 0.65
"""Of the usual height of a line: smaller signs that stand alone are dirt."""
_LOOPS: Final = frozenset("80")
_BORDER: Final = 130
"""Pixels of 200 dpi from the edge of a sheet in which borders stand, and no value does."""
_WORD: Final = 4
"""So many different signs are no ornament."""
_WIDEST_SPREAD: Final = 3.2
"""Gap between the signs of one spread-out word, in heights of its line."""
_RULE_MARGIN: Final = 3
"""Pixels that a crop keeps away from a rule, which would be read as 1, l or |."""
_RULE_REACH: Final = 8
"""Pixels above and below a line of text in which a rule that cuts it goes on."""
_RULE_SLACK: Final = 4
"""Pixels by which a side of a cell may miss its rule."""
_RULE_SEEN: Final = 0.9
"""Share of the rows in which the rule is seen."""

_YEAR_OF_NUMBER: Final = re.compile(r"[〔\[［](\d{4})[〕\]］](?=第?\d+号)|〔(\d{4})[\]］]")
_LEAST_CONTRAST: Final = 60.0
"""Tones between paper and print that are assumed at least: an empty page has none."""
_TEXT_DEPTH: Final = 0.36
"""Part of the way from paper to print at which ink begins."""
_RULE_DEPTH: Final = 0.25


def read_lines(
    page: Image, engine: Engine, cells: Sequence[Cell] = (), seals: Sequence[Seal] = ()
) -> tuple[Line, ...]:
    """The lines of text of an upright page, in reading order.

    Args:
        page: Upright, 200 dpi.
        engine: Detects and recognises.
        cells: Of the page's tables: no line reaches over the side of a cell.
        seals: Lifted off the text they cover.
    """
    stamped, page = page, lift_seals(page, seals)
    flat = evened(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), PAGE_DPI)
    text, rule = ink_levels(flat)
    ink, rules = flat < text, flat < rule
    quads = []
    regions = [region.quad for region in engine.detect(page)]
    for quad in looked_at_twice(stamped, seals, regions, engine):
        pieces = list(cut_at_cells(quad, cells, rules))
        # A cell that a line was taken to reach into may be empty.
        quads += [piece for piece in pieces if len(pieces) == 1 or _has_ink(ink, piece)]
    printed = print_ink(flat, seals, round(text))
    quads = list(grown(printed, cells, quads))
    detected = len(quads)
    quads += overlooked(printed, cells, quads)
    readings = read_beneath(stamped, page, seals, quads, engine)
    lines = [
        Line(
            text=paired_brackets(reading.text.strip()),
            quad=quad,
            confidence=calibrated(reading, engine.name),
            engine=engine.name,
            rivals=reading.rivals,
        )
        for i, (quad, reading) in enumerate(zip(quads, readings, strict=True))
        if reading.text.strip()
        and reading.confidence >= (_FAINTEST_LINE if i < detected else _FAINTEST_MARK)
        and (reading.confidence >= _FAINTEST_MARK or not any(seal.covers(quad) for seal in seals))
        and not any(is_of_the_ring(stamped, reading.text, quad, seal) for seal in seals)
    ]
    kept = without_specks(without_parts(lines))
    printed_lines = without_ornaments(kept, cells, page.shape[1])
    return tuple(join_spread(reading_order(printed_lines), cells))


def ink_levels(flat: NDArray[Any]) -> tuple[float, float]:
    """Tones below which pixels of a page belong to text, and to rules, which are printed finer.

    Levels that hold for black print see nothing of a page that was printed or scanned faintly:
    they follow its darkest print.

    Args:
        flat: Of an upright page, paper at white as ``evened`` makes it.
    """
    small = flat[::2, ::2]
    paper, print_tone = float(np.median(small)), float(np.percentile(small, DARKEST))
    contrast = max(paper - print_tone, _LEAST_CONTRAST)
    return paper - _TEXT_DEPTH * contrast, paper - _RULE_DEPTH * contrast


def paired_brackets(text: str) -> str:
    """The text with the year of a document number in the brackets of such numbers.

    Recognisers take one or both of 〔2021〕第3号 for square ones, which such numbers never have.
    """
    return _YEAR_OF_NUMBER.sub(lambda found: f"〔{found[1] or found[2]}〕", text)


def cut_at_cells(quad: Quad, cells: Sequence[Cell], ink: NDArray[Any]) -> Iterator[Quad]:
    """The parts of a quad that the sides of cells divide it into; itself where none does.

    Detectors like to take the texts of two neighbouring cells for one line.  A cut through
    a character would lose it, so the rule has to be seen above and below the line too: the
    upright stroke of 市 or 中 can pass for a rule, but ends with its line.
    """
    left, right = (quad[0] + quad[6]) / 2, (quad[2] + quad[4]) / 2
    middle = sum(quad[1::2]) / 4
    width = right - left
    if width <= 0:
        yield quad
        return
    sides = sorted(
        {
            x
            for cell in cells
            if cell.box.y0 - 2 <= middle <= cell.box.y1 + 2
            for x in (cell.box.x0, cell.box.x1)
            if left < x < right and _rule_crosses(ink, x, quad)
        }
    )
    edges = [left, *sides, right]
    if len(edges) == 2:
        yield quad
        return
    for i, (start, end) in enumerate(pairwise(edges)):
        start += _RULE_MARGIN if i else 0
        end -= _RULE_MARGIN if i < len(edges) - 2 else 0
        if end - start >= 8:
            yield _part(quad, (start - left) / width, (end - left) / width)


def _rule_crosses(ink: NDArray[Any], x: float, quad: Quad) -> bool:
    """Whether ink runs at ``x`` through the whole height of a quad and beyond it."""
    top, bottom = min(quad[1::2]) - _RULE_REACH, max(quad[1::2]) + _RULE_REACH
    strip = ink[
        max(0, round(top)) : round(bottom) + 1,
        max(0, round(x) - _RULE_SLACK) : round(x) + _RULE_SLACK + 1,
    ]
    if not strip.size:
        return False
    seen = strip.any(axis=1).astype(np.uint8).reshape(-1, 1)
    # Dotted rules have gaps.
    rows = cv2.morphologyEx(seen, cv2.MORPH_CLOSE, np.ones((9, 1), np.uint8))
    return bool(rows.mean() >= _RULE_SEEN)


def without_ornaments(
    lines: Sequence[Line], cells: Sequence[Cell] = (), width: float = 0
) -> list[Line]:
    """The lines without those that are the border of a certificate read as letters.

    Crosses and lozenges in a border become XX or O, its loops 8 or 0.  What is one letter over
    and over and stands outside all words of the page and outside its tables is no text.  A
    figure may be a value or the page's number: it counts as a loop beside the words only, at
    the very edge of a page so wide.
    """
    table = [cell.box for cell in cells if max(cell.box.width, cell.box.height) < _LONGEST_CELL]
    words = [line.box for line in lines if len(set(line.text)) >= _WORD]
    if not words:
        return list(lines)
    printed = Box.around(words)
    return [
        line
        for line in lines
        if len(set(line.text.upper())) > 1
        or not (_is_loop(line, printed, width) or (line.text.isascii() and line.text.isalpha()))
        or printed.overlap(line.box) > 0
        or any(box.holds(*line.box.centre) for box in table)
    ]


def _is_loop(line: Line, printed: Box, width: float) -> bool:
    """Whether a figure that a loop of a border may be read as stands where borders do."""
    at_edge = line.box.x1 < _BORDER or line.box.x0 > width - _BORDER
    beside = printed.y0 <= line.box.centre[1] <= printed.y1
    return _LOOPS.issuperset(line.text) and at_edge and beside


def without_parts(lines: Sequence[Line]) -> list[Line]:
    """The lines without those that are an end of another one, detected and read once more."""
    return [
        line
        for line in lines
        if not any(
            len(line.text) < len(other.text)
            and line.text in other.text
            and line.box.overlap(other.box) > _WITHIN * line.box.area
            for other in lines
        )
    ]


def without_specks(lines: Sequence[Line]) -> list[Line]:
    """The lines without single Chinese characters far smaller than the page's print.

    What dirt draws is read as a character of the right number of strokes.
    """
    heights = sorted(line.box.height for line in lines if len(line.text) > 1)
    if not heights:
        return list(lines)
    least = _SPECK * heights[len(heights) // 2]
    return [
        line
        for line in lines
        if not (
            len(line.text) == 1
            and line.text > "\u3400"
            and max(line.box.width, line.box.height) < least
        )
    ]


def join_spread(lines: Sequence[Line], cells: Sequence[Cell] = ()) -> list[Line]:
    """The lines, with signs that were set far apart to fill a label joined to one word.

    Chinese forms print 名　称 as wide as 法定代表人; a detector takes that for two lines.
    Only single Chinese characters are joined, and only within one cell.

    Args:
        lines: In reading order.
        cells: Of the page.
    """
    joined: list[Line] = []
    for line in lines:
        if joined and _goes_on(joined[-1], line, cells):
            before = joined.pop()
            line = line.model_copy(
                update={
                    "text": before.text + line.text,
                    "quad": (*before.quad[:2], *line.quad[2:6], *before.quad[6:]),
                    "confidence": min(before.confidence, line.confidence),
                    "rivals": (before.rivals or ()) + (line.rivals or ()),
                }
            )
        joined.append(line)
    return joined


def _goes_on(before: Line, line: Line, cells: Sequence[Cell]) -> bool:
    first, second = before.box, line.box
    height = max(first.height, second.height)
    pitch = second.x0 - first.x1
    spread = len(before.text) == 1 or first.width > 1.4 * height * len(before.text)
    return (
        len(line.text) == 1
        and len(before.text) <= 3
        and spread
        and all("\u4e00" <= sign <= "\u9fff" for sign in before.text + line.text)
        and abs(first.centre[1] - second.centre[1]) < 0.4 * height
        and 0 <= pitch < _WIDEST_SPREAD * height
        and not any(
            first.x1 - 2 <= side <= second.x0 + 2
            for cell in cells
            if cell.box.y0 <= first.centre[1] <= cell.box.y1
            for side in (cell.box.x0, cell.box.x1)
        )
    )


def _part(quad: Quad, start: float, end: float) -> Quad:
    x0, y0, x1, y1, x2, y2, x3, y3 = quad
    return (
        x0 + start * (x1 - x0),
        y0 + start * (y1 - y0),
        x0 + end * (x1 - x0),
        y0 + end * (y1 - y0),
        x3 + end * (x2 - x3),
        y3 + end * (y2 - y3),
        x3 + start * (x2 - x3),
        y3 + start * (y2 - y3),
    )


def _has_ink(ink: NDArray[Any], quad: Quad) -> bool:
    """Whether anything that could be a character lies in the quad."""
    xs, ys = quad[0::2], quad[1::2]
    part = ink[max(0, int(min(ys))) : int(max(ys)) + 1, max(0, int(min(xs))) : int(max(xs)) + 1]
    return int(part.sum()) >= 8


def reading_order(lines: Sequence[Line]) -> list[Line]:
    """From top to bottom, and from left to right among lines that stand side by side."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.box.centre[1]):
        box = line.box
        for row in reversed(rows[-4:]):
            other = row[0].box
            shared = min(box.y1, other.y1) - max(box.y0, other.y0)
            if shared > 0.5 * min(box.height, other.height):
                row.append(line)
                break
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.x0)]


def read_seals(page: Image, engine: Engine, seals: Sequence[Seal]) -> tuple[Seal, ...]:
    """The seals with the text of their rings, empty where it is doubtful.

    Args:
        page: Upright, 200 dpi, seals still on it.
        engine: Recognises.
        seals: On that page.
    """
    readings = engine.recognise([unrolled(page, seal) for seal in seals]) if seals else ()
    return tuple(
        seal.model_copy(update={"text": reading.text.strip()})
        if reading.confidence >= _SURE_SEAL[seal.colour]
        else seal
        for seal, reading in zip(seals, readings, strict=True)
    )
