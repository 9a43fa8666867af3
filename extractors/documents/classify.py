"""What kind of document a page belongs to, told by its title and by the words on it."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import jieba
from rapidfuzz.distance import Levenshtein

from extractors.documents.spec import DocumentSpec, PageGuess
from extractors.forms.labels import squeeze
from extractors.forms.layout import PageLayout, Piece, join_text, piece_of, visual_rows
from extractors.page import PageView

_SIGNS = re.compile(r"[“”\"'‘’「」『』《》〈〉<>()（）\[\]【】〔〕:：,，。.、·\-—_*★\s]+")
_NUMBER = re.compile(r"^(?:附件|附|第)?\d{1,2}(?=[\u4e00-\u9fff])")
_TITLE_ENOUGH = 0.72
CONTENTS = "other"
"""The type of a list of contents: it belongs to no kind of evidence."""
_MANY_TITLES = 4
"""A page with the titles of so many kinds is a list of contents."""


def bare(text: str) -> str:
    """A text without quotes, brackets, punctuation and space, in NFKC."""
    return _SIGNS.sub("", squeeze(text))


@lru_cache(maxsize=8)
def _tokenizer(words: tuple[str, ...]) -> jieba.Tokenizer:
    """A jieba tokenizer that knows the words; reading its dictionary takes a second, once."""
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    for word in words:
        tokenizer.add_word(word)
    return tokenizer


def page_words(view: PageView, specs: Sequence[DocumentSpec]) -> frozenset[str]:
    """The words of the kinds that stand on a page as words of their own.

    ``专利`` does not stand on a page that only names a ``专利权人``.
    """
    vocabulary = tuple(sorted({bare(word) for spec in specs for word in spec.words} - {""}))
    if not vocabulary:
        return frozenset()
    text = bare("".join(line.text for line in view.lines))
    present = {word for word in vocabulary if word in text}
    if not present:
        return frozenset()
    tokens = set(_tokenizer(vocabulary).cut(text, HMM=False))
    # A long word is not segmented wrongly; a short one must be a token.
    return frozenset(word for word in present if len(word) > 4 or word in tokens)


def _title_rows(view: PageView) -> list[tuple[str, float]]:
    """Texts that may be a title, each with a weight by size and height on the page, 0 to 1.

    What stands in a cell with others beside it is a label or a value, never a title.
    """
    layout = PageLayout(view)
    ruled = {
        index
        for grid in layout.grids.values()
        for cell in grid.cells
        if grid.right_of(cell) is not None or grid.left_of(cell) is not None
        for index in cell.lines
    }
    pieces = [
        piece_of(line, index)
        for index, line in enumerate(view.lines)
        if line.text.strip() and index not in ruled
    ]
    if not pieces:
        return []
    heights = sorted(piece.box.height for piece in pieces)
    usual = heights[len(heights) // 2] or 1.0
    page_height = max(float(view.preparation.height), 1.0)
    rows = visual_rows(pieces)
    found: list[tuple[str, float]] = []
    for number, row in enumerate(rows):
        weight = _row_weight(row, usual, page_height)
        for piece in row:
            found.append((piece.text, weight))
        text = join_text(row)
        found.append((text, weight))
        for more in range(1, 3):  # a title broken over two or three rows
            if number + more < len(rows):
                text += join_text(rows[number + more])
                found.append((text, weight))
    found += [
        ("".join(piece.text for piece in run), _row_weight(run, usual, page_height))
        for run in _spread_out(view)
    ]
    return found


def _spread_out(view: PageView) -> Iterator[list[Piece]]:
    """Signs read one by one that stand close together in a row: a title set wide.

    Whatever cells they stand in: the strokes of white signs on a dark band are taken for rules.
    """
    pieces = [piece_of(line, index) for index, line in enumerate(view.lines) if line.text.strip()]
    for row in visual_rows(pieces):
        run: list[Piece] = []
        for piece in [*row, None]:
            goes_on = (
                piece is not None
                and run
                and piece.box.x0 - run[-1].box.x1 < _SPREAD * run[-1].box.height
                and 0.7 < piece.box.height / run[-1].box.height < 1.4
            )
            if piece is not None and goes_on:
                run.append(piece)
                continue
            if sum(len(squeeze(one.text)) == 1 for one in run) >= _LEAST_SPREAD:
                yield run
            run = [piece] if piece is not None else []


_SPREAD = 1.5
_LEAST_SPREAD = 3
"""Heights between two signs of a title set wide, and how many were read by themselves."""


def _row_weight(row: Sequence[Piece], usual: float, page_height: float) -> float:
    size = max(piece.box.height for piece in row) / usual
    top = row[0].box.y0 / page_height
    return (
        0.55
        + 0.30 * min(max((size - 0.9) / 0.6, 0.0), 1.0)
        + 0.15 * min(max((0.65 - top) / 0.4, 0.0), 1.0)
    )


def _title_score(text: str, title: str) -> float:
    """How well a row of text is a title, 0 to 1."""
    if not text or not title or len(text) > 3 * len(title) + 12:
        return 0.0
    if text == title:
        return 1.0
    distance = Levenshtein.distance(text, title)
    share = 1 - distance / max(len(text), len(title))
    if len(title) >= 4 and share >= 0.75:
        return share
    if title in text:
        # A title may carry a year, a name in front or a remark behind; a sentence is none.
        return 0.55 + 0.4 * len(title) / len(text) if len(title) / len(text) > 0.3 else 0.0
    return 0.0


def classify(view: PageView, specs: Sequence[DocumentSpec]) -> PageGuess:
    """What a page looks like, seen by itself.

    Args:
        view: The page.
        specs: The kinds that it may be of.

    Returns:
        The best kind, with the title when one was recognised; an empty type where neither
        a title nor words speak for any kind.
    """
    rows = [(_NUMBER.sub("", bare(text)), weight) for text, weight in _title_rows(view)]
    best: tuple[float, DocumentSpec, str] | None = None
    titled: set[str] = set()
    for spec in specs:
        for title in spec.titles:
            plain = bare(title)
            for text, weight in rows:
                score = _title_score(text, plain)
                if score >= 0.9:
                    titled.add(spec.type)
                score *= weight
                # Among equals the longer title says more.
                score += 0.002 * min(len(plain), 20) if score else 0.0
                if score >= _TITLE_ENOUGH and (best is None or score > best[0]):
                    best = score, spec, title
    hits = page_words(view, specs)
    counts: dict[str, int] = {}
    for spec in specs:
        count = sum(bare(word) in hits for word in spec.words)
        if count:
            counts[spec.type] = max(counts.get(spec.type, 0), count)
    ranked = tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
    if len(titled) >= _MANY_TITLES:
        return PageGuess(type=CONTENTS, title="目录", confidence=0.8, words=ranked)
    if best is not None:
        score, spec, title = best
        supported = counts.get(spec.type, 0) > 0
        confidence = min(0.99, score + (0.08 if supported else 0.0))
        return PageGuess(
            type=spec.type,
            variant=spec.variant,
            title=title,
            confidence=round(confidence, 3),
            words=ranked,
        )
    if ranked and ranked[0][1] >= 2 and (len(ranked) == 1 or ranked[0][1] > ranked[1][1]):
        total = ranked[0][1] + (ranked[1][1] if len(ranked) > 1 else 0)
        confidence = min(0.85, 0.3 + 0.1 * ranked[0][1]) * ranked[0][1] / total
        return PageGuess(type=ranked[0][0], confidence=round(confidence, 3), words=ranked)
    return PageGuess(type="", confidence=0.0, words=ranked)
