"""A sheet of paper that remembers what was written on it.

All measures are pixels at 300 dpi; :func:`mm` converts.  Whatever prints text goes through
:meth:`Sheet.write`, so that the truth of a page can never differ from its ink.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

from samples.generator.fonts import Face, advance, font, ink_box
from samples.generator.model import DrawnPage, TruthLine
from samples.generator.option_marks import ring, tick_box

DPI = 300
A4 = (2480, 3508)
"""Width and height of an upright sheet."""
INK = (22, 22, 24)
BoxTuple = tuple[float, float, float, float]

_TOKEN = re.compile(r"（[^（）]{1,2}）|[A-Za-z0-9.,%/@:_\-+()#&'~=*]+|\s+|.", re.DOTALL)
_NEVER_FIRST = set("，。、；：？！）》”’〕】%％…·,.;:)")
_NEVER_LAST = set("（《“‘〔【(")
_SMALLEST = 13


class OverflowingTextError(ValueError):
    """A text does not fit its place even in the smallest print."""


def mm(length: float) -> int:
    """Millimetres in pixels at 300 dpi."""
    return round(length * DPI / 25.4)


@dataclass(frozen=True)
class Run:
    """A piece of text in one style."""

    text: str
    key: str | None = None
    """Field that the text is the value of."""
    bold: bool = False
    face: Face | None = None
    colour: tuple[int, int, int] | None = None
    option: str | None = None
    """For a tick box: the option's name.  The box is drawn before the text."""
    ticked: bool = False
    underlined: bool = False
    """Whether a rule is drawn below it, as below a place to be filled in."""
    spot: str = ""
    """``seal:PLACE`` or ``sign:PLACE``: a seal belongs onto this text, a signature after it."""


@dataclass(frozen=True)
class Paragraph:
    """Runs that flow together; lines break where they must."""

    runs: tuple[Run, ...]
    align: str = "left"
    indent: float = 0.0
    """First-line indent in ems."""
    scale: float = 1.0
    """Size relative to the block's."""


@dataclass(frozen=True)
class Style:
    """How a block of text is set."""

    face: Face = Face.SONG
    size: int = 44
    leading: float = 1.35
    """Distance of baselines in sizes."""
    colour: tuple[int, int, int] = INK
    tick: str = "printed"
    """How a chosen option looks: a box ``printed``, ``hand`` or ``filled``; a mark in
    ``brackets`` before it; or a ``ring`` by hand around it, where no box is printed."""


def paragraph(
    text: str,
    key: str | None = None,
    *,
    align: str = "left",
    bold: bool = False,
    scale: float = 1.0,
) -> Paragraph:
    """A paragraph of one run."""
    return Paragraph((Run(text, key, bold=bold),), align=align, scale=scale)


@dataclass
class _Piece:
    """A token with its run, placed on a line."""

    text: str
    run: Run
    width: float
    is_box: bool = False


_BRACKETS = {True: "（√）", False: "（　）"}
"""What is typed before an option where offices print no boxes."""


def _box_width(style: Style, size: int) -> float:
    """Room for the mark before an option's name."""
    if style.tick == "brackets":
        return advance(_BRACKETS[True], style.face, size) + size * 0.1
    return size * (0.6 if style.tick == "ring" else 1.12)


def _pieces(block: Paragraph, style: Style, size: int) -> list[_Piece]:
    """The unbreakable pieces of a paragraph; closing marks stick to what they close."""
    pieces: list[_Piece] = []
    for run in block.runs:
        face = run.face or style.face
        first = True
        for token in _TOKEN.findall(run.text):
            width = advance(token, face, size)
            glued = bool(pieces) and not first and not pieces[-1].is_box
            if glued and (token in _NEVER_FIRST or pieces[-1].text[-1] in _NEVER_LAST):
                last = pieces[-1]
                last.text += token
                last.width += width
                continue
            if first and run.option is not None:
                pieces.append(_Piece("□", run, _box_width(style, size), is_box=True))
            pieces.append(_Piece(token, run, width))
            first = False
    return pieces


def _break(block: Paragraph, style: Style, size: int, width: float) -> list[list[_Piece]]:
    """Lines of a paragraph in a column of the given width."""
    lines: list[list[_Piece]] = [[]]
    room = width - block.indent * size
    queue = _pieces(block, style, size)
    place = 0
    while place < len(queue):
        piece = queue[place]
        # An option's name stays beside its box.
        needed = piece.width
        if piece.is_box and place + 1 < len(queue):
            needed += queue[place + 1].width
        if needed > room and lines[-1]:
            lines.append([])
            room = width
            if piece.text.isspace():
                place += 1
                continue
        if piece.width > room and len(piece.text) > 1:
            face = piece.run.face or style.face
            cut = len(piece.text) - 1
            while cut > 1 and advance(piece.text[:cut], face, size) > room:
                cut -= 1
            head, tail = piece.text[:cut], piece.text[cut:]
            queue[place : place + 1] = [
                _Piece(head, piece.run, advance(head, face, size)),
                _Piece(tail, piece.run, advance(tail, face, size)),
            ]
            continue
        lines[-1].append(piece)
        room -= piece.width
        place += 1
    return lines


def block_height(blocks: Sequence[Paragraph], style: Style, width: float) -> int:
    """Height in pixels of the paragraphs in a column of the given width."""
    total = 0.0
    for block in blocks:
        size = max(_SMALLEST, round(style.size * block.scale))
        total += len(_break(block, style, size, width)) * size * style.leading
    return int(total) + 1


@dataclass
class Sheet:
    """A sheet of paper under the printer."""

    width: int = A4[0]
    height: int = A4[1]
    picture: Image.Image = field(init=False)
    pen: ImageDraw.ImageDraw = field(init=False)
    lines: list[TruthLine] = field(default_factory=list)
    field_boxes: dict[str, BoxTuple] = field(default_factory=dict)
    ticks: list[tuple[str, bool, BoxTuple]] = field(default_factory=list)
    seal_spots: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Where a seal of a place is to be pressed: centre."""
    sign_spots: dict[str, tuple[float, float]] = field(default_factory=dict)
    """Where a signature of a place is to begin: left edge and middle."""
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))

    def __post_init__(self) -> None:
        self.picture = Image.new("RGB", (self.width, self.height), (255, 255, 255))
        self.pen = ImageDraw.Draw(self.picture)

    def write(
        self,
        x: float,
        baseline: float,
        text: str,
        face: Face,
        size: int,
        *,
        colour: tuple[int, int, int] = INK,
        bold: bool = False,
    ) -> BoxTuple | None:
        """Print a text from the start of its baseline; the box of its ink, None without ink."""
        if not text.strip():
            return None
        stroke = max(1, round(size / 45)) if bold else 0
        x0, y0, x1, y1 = ink_box(text, face, size)
        self.pen.text(
            (x, baseline),
            text,
            font=font(face, size),
            fill=colour,
            anchor="ls",
            stroke_width=stroke,
            stroke_fill=colour,
        )
        return (x + x0 - stroke, baseline + y0 - stroke, x + x1 + stroke, baseline + y1 + stroke)

    def claim(self, key: str, box: BoxTuple) -> None:
        """Note that the value of a field stands (also) in this box."""
        known = self.field_boxes.get(key)
        self.field_boxes[key] = box if known is None else around([known, box])

    def mark(self, spot: str, box: BoxTuple) -> None:
        """Remember a seal's or a signature's place by the text that it belongs to."""
        kind, _, place = spot.partition(":")
        middle = (box[1] + box[3]) / 2
        if kind == "seal":
            self.seal_spots[place] = ((box[0] + box[2]) / 2, middle)
        elif kind == "sign":
            self.sign_spots[place] = (box[2] + mm(2), middle)

    def note(self, text: str, box: BoxTuple) -> None:
        """Note a printed line in an upright box."""
        x0, y0, x1, y1 = box
        self.lines.append(TruthLine(text.strip(), (x0, y0, x1, y0, x1, y1, x0, y1)))

    def line(
        self,
        x: float,
        baseline: float,
        text: str,
        style: Style,
        *,
        key: str | None = None,
        bold: bool = False,
        align: str = "left",
        spacing: float = 0.0,
    ) -> BoxTuple | None:
        """Print one line that is not broken; ``spacing`` is extra pixels after each character.

        The truth has the text without the spacing.
        """
        total = advance(text, style.face, style.size) + spacing * (len(text) - 1)
        if align == "centre":
            x -= total / 2
        elif align == "right":
            x -= total
        boxes: list[BoxTuple | None] = []
        if spacing:
            for character in text:
                boxes.append(
                    self.write(
                        x,
                        baseline,
                        character,
                        style.face,
                        style.size,
                        colour=style.colour,
                        bold=bold,
                    )
                )
                x += advance(character, style.face, style.size) + spacing
        else:
            boxes.append(
                self.write(
                    x, baseline, text, style.face, style.size, colour=style.colour, bold=bold
                )
            )
        inked = [box for box in boxes if box]
        if not inked:
            return None
        box = around(inked)
        self.note(text, box)
        if key:
            self.claim(key, box)
        return box

    def block(
        self,
        area: BoxTuple,
        blocks: Sequence[Paragraph],
        style: Style,
        *,
        valign: str = "middle",
    ) -> None:
        """Set paragraphs into an area, in smaller print where they would not fit.

        Raises:
            OverflowingTextError: They do not fit even in the smallest print.
        """
        x0, y0, x1, y1 = area
        size = style.size
        while True:
            fitted = Style(style.face, size, style.leading, style.colour, style.tick)
            height = block_height(blocks, fitted, x1 - x0)
            if height <= y1 - y0 + 1 and all(
                piece.width <= x1 - x0
                for block in blocks
                for piece in _pieces(block, fitted, size)
                if len(piece.text) == 1
            ):
                break
            if size <= _SMALLEST:
                raise OverflowingTextError(f"text does not fit {x1 - x0:.0f} × {y1 - y0:.0f} px")
            size = max(_SMALLEST, size - 2)
        top = y0 if valign == "top" else y0 + (y1 - y0 - height) / 2
        for block in blocks:
            own = max(_SMALLEST, round(size * block.scale))
            for number, line in enumerate(_break(block, fitted, own, x1 - x0)):
                used = sum(piece.width for piece in line)
                left = x0 + (block.indent * own if number == 0 else 0)
                if block.align == "centre":
                    left = x0 + (x1 - x0 - used) / 2
                elif block.align == "right":
                    left = x1 - used
                baseline = top + own * (0.88 + (style.leading - 1) / 2)
                self._set_line(left, baseline, line, fitted, own)
                top += own * style.leading

    def _set_line(
        self, x: float, baseline: float, line: list[_Piece], style: Style, size: int
    ) -> None:
        """Print a broken line; options and wide gaps make lines of their own in the truth."""
        groups: list[tuple[list[str], list[BoxTuple]]] = [([], [])]
        place = 0
        while place < len(line):
            piece = line[place]
            if piece.is_box:
                groups.append(([], []))
                box = self._option_mark(x, baseline, size, piece.run, style, groups[-1])
                self.ticks.append((piece.run.option or "", piece.run.ticked, box))
                if piece.run.key:
                    self.claim(piece.run.key, box)
                x += piece.width
                place += 1
                continue
            # Print pieces of one run in one go: kerning and truth stay exact.
            end = place
            while end < len(line) and line[end].run is piece.run and not line[end].is_box:
                end += 1
            run = piece.run
            text = "".join(item.text for item in line[place:end])
            face = run.face or style.face
            ink = self.write(
                x, baseline, text, face, size, colour=run.colour or style.colour, bold=run.bold
            )
            if ink:
                # The ink's box leaves no room for leading spaces; they have none.
                if text.startswith(("   ", "\u3000\u3000")) and groups[-1][0]:
                    groups.append(([], []))
                groups[-1][0].append(text)
                groups[-1][1].append(ink)
                if run.key:
                    self.claim(run.key, ink)
                self.mark(run.spot, ink)
            elif run.key and not text.strip():
                width = sum(item.width for item in line[place:end])
                self.claim(run.key, (x, baseline - size * 0.85, x + width, baseline))
            elif groups[-1][0]:
                if len(text) > 2 or "\u3000\u3000" in text:
                    groups.append(([], []))
                else:
                    groups[-1][0].append(text)
            width = sum(item.width for item in line[place:end])
            if run.underlined:
                below = baseline + size * 0.22
                self.rule(x, below, x + width, below, max(2, size // 18))
            x += width
            place = end
        for texts, boxes in groups:
            if boxes:
                self.note("".join(texts), around(boxes))

    def _option_mark(
        self,
        x: float,
        baseline: float,
        size: int,
        run: Run,
        style: Style,
        line: tuple[list[str], list[BoxTuple]],
    ) -> BoxTuple:
        """Draw what shows whether an option is chosen; its outline.

        Brackets are print and belong to the line that the option's name stands in.
        """
        if style.tick == "brackets":
            text = _BRACKETS[run.ticked]
            box = self.write(x, baseline, text, style.face, size, colour=style.colour)
            if box is None:
                raise ValueError("brackets left no ink")
            line[0].append(text)
            line[1].append(box)
            return box
        if style.tick == "ring":
            where = (x, baseline, advance(run.text, run.face or style.face, size))
            return ring(self.pen, self.rng, where, size, run.ticked)
        return tick_box(self.pen, self.rng, (x, baseline), size, run.ticked, style.tick)

    def vertical(self, area: BoxTuple, text: str, style: Style, *, bold: bool = False) -> None:
        """Print characters below each other in the middle of an area, as one line of the truth.

        Raises:
            OverflowingTextError: The column is too short for the smallest print.
        """
        x0, y0, x1, y1 = area
        size = style.size
        while size * 1.15 * len(text) > y1 - y0 or size > x1 - x0:
            size -= 2
            if size < _SMALLEST:
                raise OverflowingTextError(f"{len(text)} characters in {y1 - y0:.0f} px of height")
        top = y0 + (y1 - y0 - size * 1.15 * len(text)) / 2
        boxes = []
        for number, character in enumerate(text):
            left = (x0 + x1 - advance(character, style.face, size)) / 2
            baseline = top + size * (0.95 + 1.15 * number)
            boxes.append(
                self.write(
                    left, baseline, character, style.face, size, colour=style.colour, bold=bold
                )
            )
        inked = [box for box in boxes if box]
        if inked:
            self.note(text, around(inked))

    def rule(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        width: int = 3,
        *,
        dotted: bool = False,
        colour: tuple[int, int, int] = INK,
    ) -> None:
        """Draw a straight horizontal or vertical rule."""
        if not dotted:
            self.pen.line((x0, y0, x1, y1), fill=colour, width=width)
            return
        length = max(abs(x1 - x0), abs(y1 - y0))
        step = width * 4
        for index in range(int(length // step) + 1):
            start = float(index * step)
            stop = min(length, start + step * 0.5)
            if y0 == y1:
                self.pen.line((x0 + start, y0, x0 + stop, y0), fill=colour, width=width)
            else:
                self.pen.line((x0, y0 + start, x0, y0 + stop), fill=colour, width=width)

    def page(self) -> DrawnPage:
        """The sheet as it leaves the printer."""
        return DrawnPage(
            image=np.array(self.picture),
            lines=self.lines,
            field_boxes=self.field_boxes,
            ticks=self.ticks,
        )


def around(boxes: Sequence[BoxTuple]) -> BoxTuple:
    """The smallest box around all the boxes; at least one is needed."""
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
