"""Which options of a choice are ticked: by the boxes seen on the page, else by glyphs in text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise

from rapidfuzz.distance import Levenshtein

from extractors.forms.labels import label_forms, squeeze
from extractors.forms.layout import Piece
from extractors.forms.spec import FieldSpec
from extractors.page import Box, Record, Tick
from extractors.text.tick_signs import boxes_in, without_boxes


class Chosen(Record):
    """The options found ticked."""

    chosen: tuple[str, ...]
    """Names of the options, sorted."""
    confidence: float
    rule: str
    box: Box | None = None
    doubts: tuple[str, ...] = ()
    complete: bool = False
    """Whether every option of the choice was seen."""


_UNSEEN = "有选项框未能识别"
UNNAMED = "有勾选的选项未能识别"


def option_of(text: str, spec: FieldSpec) -> str:
    """The option that a printed text means; empty where it means none."""
    forms = label_forms(text)
    if not forms:
        return ""
    names = [(option, option) for option in spec.options] + list(spec.option_aliases)
    best, best_score = "", 0.0
    for printed, option in names:
        for known in label_forms(printed):
            for seen in forms:
                if seen == known:
                    score = 2.0
                elif len(known) >= 2 and seen.startswith(known):
                    score = 1.0 + len(known) / len(seen)
                else:
                    distance = Levenshtein.distance(seen, known)
                    score = 1 - distance / max(len(seen), len(known))
                    score = score if len(known) >= 3 and distance <= 1 else 0.0
                if score > best_score:
                    best, best_score = option, score
    return best


def ticked_options(
    ticks: Sequence[Tick], spec: FieldSpec, pieces: Sequence[Piece] = ()
) -> Chosen | None:
    """The options whose boxes are ticked; ``None`` where no box belongs to an option.

    Args:
        ticks: Boxes seen at the place.
        spec: The choice.
        pieces: The text there; an option that it names and that has no box is a doubt, for a
            scan may have lost a ticked box.
    """
    known = [(tick, option) for tick in ticks if (option := option_of(tick.label, spec))]
    if not known:
        return None
    chosen = sorted({option for tick, option in known if tick.ticked})
    doubts = []
    if any(tick.ticked is None for tick, _ in known):
        doubts.append("有选项框是否勾选看不清")
    if len(chosen) > 1 and spec.kind.value == "choice":
        doubts.append("单选栏目勾选了多项")
    if _named(pieces, spec) - {option for _, option in known}:
        doubts.append(_UNSEEN)
    unnamed = [tick for tick in ticks if tick.ticked and not option_of(tick.label, spec)]
    if unnamed:
        doubts.append(UNNAMED)
    boxes = [tick.box for tick, _ in known if tick.ticked]
    return Chosen(
        chosen=tuple(chosen),
        confidence=min(tick.confidence for tick, _ in known),
        rule="tick",
        complete=set(spec.options) <= {option for _, option in known},
        box=Box.around(boxes) if boxes else None,
        doubts=tuple(doubts),
    )


def _named(pieces: Sequence[Piece], spec: FieldSpec) -> set[str]:
    """The options that a text names; a short one within a long one's name is not named by it."""
    text = squeeze("".join(piece.text for piece in pieces))
    named = set()
    for option in sorted(spec.options, key=len, reverse=True):
        if option in text:
            named.add(option)
            text = text.replace(option, " ")
    return named


def ordered_options(
    ticks: Sequence[Tick], pieces: Sequence[Piece], spec: FieldSpec
) -> Chosen | None:
    """The ticked options, told by the order of boxes and options in a line.

    Readers swallow boxes and split labels at the wrong place, and strokes of characters are
    taken for boxes.  But boxes stand before their options, so their distances follow the
    lengths of the options; the boxes that fit best are the true ones.

    Returns:
        ``None`` where no choice of boxes fits, or none fits clearly better than all others.
    """
    text = squeeze("".join(piece.text for piece in pieces))
    places = sorted((text.find(option), option) for option in spec.options if option in text)
    count = len(places)
    if count != len(spec.options) or count < 2 or not count <= len(ticks) <= count + 4:
        return None
    size = max((piece.box.height for piece in pieces), default=0.0)
    row = sorted(ticks, key=lambda tick: tick.box.x0)
    if max(tick.box.y0 for tick in row) - min(tick.box.y0 for tick in row) > size:
        return None  # the options run over two lines
    lengths = [len(option) for _, option in places]
    fits = sorted(
        (_misfit([tick.box.x0 for tick in chosen], lengths), number, chosen)
        for number, chosen in enumerate(combinations(row, count))
    )
    best, _, chosen = fits[0]
    if best > 0.3 * size or (len(fits) > 1 and fits[1][0] < 2 * best + 2):
        return None
    pairs = list(zip(chosen, (option for _, option in places), strict=True))
    ticked = tuple(sorted(option for tick, option in pairs if tick.ticked))
    doubts = []
    if any(tick.ticked is None for tick, _ in pairs):
        doubts.append("有选项框是否勾选看不清")
    if len(ticked) > 1 and spec.kind.value == "choice":
        doubts.append("单选栏目勾选了多项")
    boxes = [tick.box for tick, _ in pairs if tick.ticked]
    return Chosen(
        chosen=ticked,
        confidence=min(0.97, *(tick.confidence for tick, _ in pairs)),
        rule="tick-order",
        box=Box.around(boxes) if boxes else None,
        doubts=tuple(doubts),
        complete=True,
    )


def _misfit(places: Sequence[float], lengths: Sequence[int]) -> float:
    """How far the distances of boxes are from growing with the options between them, in pixels."""
    steps = [right - left for left, right in pairwise(places)]
    known = list(lengths[:-1])
    mean_step, mean_length = sum(steps) / len(steps), sum(known) / len(known)
    spread = sum((length - mean_length) ** 2 for length in known)
    slope = (
        sum(
            (step - mean_step) * (length - mean_length)
            for step, length in zip(steps, known, strict=True)
        )
        / spread
        if spread
        else 0.0
    )
    return max(
        abs(step - mean_step - slope * (length - mean_length))
        for step, length in zip(steps, known, strict=True)
    )


def agreed(boxes: Chosen | None, text: Chosen | None) -> Chosen | None:
    """One answer from the boxes seen and from the glyphs read: together they know more.

    The boxes decide.  Their doubts about unnamed and unseen boxes fall where the text, read by
    itself, says the same.
    """
    if boxes is None or text is None:
        return boxes or text
    if not boxes.complete and text.complete and not set(boxes.chosen) - set(text.chosen):
        # Boxes were missed that the text shows: the text knows more, a person decides.
        return text.model_copy(update={"doubts": (*text.doubts, *boxes.doubts, _UNSEEN)})
    if boxes.chosen == text.chosen and text.complete:
        kept = tuple(doubt for doubt in boxes.doubts if doubt not in (UNNAMED, _UNSEEN))
        return boxes.model_copy(update={"doubts": kept})
    return boxes


def options_in_text(pieces: Sequence[Piece], spec: FieldSpec) -> Chosen | None:
    """The options that carry a tick glyph in the text.

    Readers print an empty box as a glyph and tend to swallow a ticked one, so an option
    without a glyph beside others with open ones was probably ticked; that is a guess, and
    says so.

    Returns:
        ``None`` where the text names no options, or says something else besides.
    """
    text = "".join(piece.text for piece in pieces)
    if not pieces or not any(option in squeeze(text) for option in spec.options):
        return None
    marked: dict[str, bool] = {}
    for piece in pieces:
        for place in boxes_in(piece.text):
            option = option_of(squeeze(place.label), spec)
            if option:
                marked[option] = place.ticked
    bare = squeeze(without_boxes(text))
    swallowed = [
        option for option in spec.options if option not in marked and option in squeeze(text)
    ]
    chosen = {option for option, ticked in marked.items() if ticked}
    doubts: list[str] = []
    if not marked:
        if len(swallowed) < 2 or len(bare) > sum(map(len, swallowed)) + 2:
            return None  # the answer is written out
        doubts.append(_UNSEEN)
    elif swallowed and not chosen:
        chosen = set(swallowed)
        doubts.append("勾选框未能识别，系按空框的位置推断")
    elif swallowed:
        doubts.append(_UNSEEN)
    elif not chosen:
        doubts.append("未见勾选，且选项框未能从图像核实")
    if len(chosen) > 1 and spec.kind.value == "choice":
        doubts.append("单选栏目勾选了多项")
    return Chosen(
        chosen=tuple(sorted(chosen)),
        confidence=min(piece.confidence for piece in pieces),
        rule="option-glyph",
        box=Box.around([piece.box for piece in pieces]),
        doubts=tuple(doubts),
        complete=set(spec.options) <= set(marked),
    )
