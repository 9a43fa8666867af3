"""Figures of audit reports: rows of statements with a column for this year and one for last.

The statements are in 元.  Where the heads of the columns can be told apart, the column of
the current year is taken; without heads the first figure of the row is, as statements put
the current year first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.documents.spec import FactSpec
from extractors.documents.sums import borne_out, columns_of
from extractors.forms.labels import LabelIndex, squeeze
from extractors.forms.layout import Piece, piece_of, visual_rows
from extractors.forms.spec import FieldSpec, FoundValue
from extractors.page import Box, PageView
from extractors.values.kinds import FieldKind

_FIGURE = re.compile(r"[(（-]?\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?[)）]?|-?\d+\.\d{2}|-?\d{4,}")
_CURRENT = re.compile(r"本年|本期|期末|年末|当年|本年度")
_FORMER = re.compile(r"上年|上期|期初|年初|上年度")
_YEAR = re.compile(r"(20\d{2})\s*年(?:度|12月31日|\s*1\s*[-—至]\s*12\s*月)?")
_ROW_NUMBER = re.compile(r"\d{1,3}")
_NOTE = re.compile(
    r"[(（]?[一二三四五六七八九十]{1,3}[、.．)）(（]?\s*[(（]?\d{1,3}[)）]?|附?注释?\d{1,3}"
)
"""A reference to the notes (``五、12``) between a label and its figures."""
_FIRMS = "会计师事务所"
_FIRM = re.compile(
    r"[\u4e00-\u9fff]{2,20}会计师事务所(?:[(（][^()（）]{2,8}[)）]|有限责任公司|有限公司)?"
    r"(?:[\u4e00-\u9fff]{2,8}分所)?"
)
_BRANCH = re.compile(r"[\u4e00-\u9fff]{2,8}分所")
_NEXT_LINE = 1.8
"""Heights of a line within which the line below follows."""
Columns = tuple[tuple[float, float], ...]
"""Middles of the current and the former year's column for each half of a statement."""


def read(views: Sequence[PageView], facts: Sequence[FactSpec]) -> tuple[FoundValue, ...]:
    """The figures and the year of an audit report.

    Args:
        views: The report's pages.
        facts: What to look for; amounts of money are taken from rows of statements.

    Returns:
        One value for each amount that was found, and the year where it is asked for.
    """
    amounts = tuple(
        FieldSpec(key=fact.key, labels=fact.labels, kind=fact.kind)
        for fact in facts
        if fact.kind is FieldKind.MONEY
    )
    index = LabelIndex(amounts, threshold=0.85)
    found: dict[str, FoundValue] = {}
    for page, view in enumerate(views):
        pieces = [piece_of(line, i) for i, line in enumerate(view.lines) if line.text.strip()]
        columns: Columns = ()
        rows = visual_rows(pieces)
        proven = _borne_out(rows)
        for row in rows:
            columns = _heads(row) or columns
            for value in _row_values(row, page, index, columns):
                value = value.model_copy(update={"adds_up": proven.issuperset(value.lines)})
                known = found.get(value.key)
                if known is None or value.place_confidence > known.place_confidence:
                    found[value.key] = value
    for fact in facts:
        if any(label == _FIRMS for label in fact.labels):
            firm = _signing_firm(views, fact.key)
            if firm is not None:
                found[fact.key] = firm
        if fact.kind is FieldKind.INTEGER and "年度" in "".join(fact.labels):
            year = _year(views, fact.key)
            if year is not None:
                found[fact.key] = year
    return tuple(found.values())


def _borne_out(rows: Sequence[Sequence[Piece]]) -> frozenset[int]:
    """Lines of figures that take part in a sum of the page that comes out right."""
    told = [
        [(piece, _FIGURE.fullmatch(squeeze(piece.text)) is not None) for piece in row]
        for row in rows
    ]
    return frozenset[int]().union(*(borne_out(column) for column in columns_of(told)))


def _heads(row: Sequence[Piece]) -> Columns:
    """Where the current and the former year's columns stand, if a row names them.

    A balance sheet with assets beside liabilities names them twice.
    """
    current: list[float] = []
    former: list[float] = []
    for piece in row:
        text = squeeze(piece.text)
        if len(text) > 14:
            continue
        if _FORMER.search(text):
            former.append(piece.box.centre[0])
        elif _CURRENT.search(text):
            current.append(piece.box.centre[0])
    if current and len(current) == len(former):
        return tuple(zip(sorted(current), sorted(former), strict=True))
    years = [
        (int(hit[1]), piece.box.centre[0])
        for piece in row
        if (hit := _YEAR.fullmatch(squeeze(piece.text))) is not None
    ]
    if len(years) == 2 and years[0][0] != years[1][0]:
        later, earlier = max(years), min(years)
        return ((later[1], earlier[1]),)
    return ()


def _row_values(
    row: Sequence[Piece],
    page: int,
    index: LabelIndex,
    columns: Columns,
) -> list[FoundValue]:
    values: list[FoundValue] = []
    labelled: tuple[str, float, Piece] | None = None
    figures: list[Piece] = []

    def close() -> None:
        if labelled is None or not figures:
            return
        key, score, label = labelled
        figure, certainty = _current(figures, label, columns)
        if figure is None:
            return
        values.append(
            FoundValue(
                key=key,
                raw=figure.text.strip(),
                page=page,
                box=figure.box,
                label_box=label.box,
                lines=(figure.line,),
                read_confidence=figure.confidence,
                place_confidence=round(score * certainty, 4),
                engine=figure.engine,
                rule="statement-row",
            )
        )

    for piece in row:
        text = squeeze(piece.text)
        if _FIGURE.fullmatch(text):
            figures.append(piece)
        elif not _ROW_NUMBER.fullmatch(text) and not _NOTE.fullmatch(text):
            close()
            matches = index.matches(piece.text)
            labelled = (matches[0].key, matches[0].score, piece) if matches else None
            figures = []
    close()
    return values


def _current(
    figures: Sequence[Piece], label: Piece, columns: Columns
) -> tuple[Piece | None, float]:
    """The current year's figure of a row, and how sure that is."""
    halves = [pair for pair in columns if max(pair) > label.box.x1]
    if not halves:
        return figures[0], 0.93 if len(figures) <= 2 else 0.7
    current, former = min(halves, key=max)
    nearest = min(figures, key=lambda piece: abs(piece.box.centre[0] - current))
    middle = nearest.box.centre[0]
    if abs(middle - former) < abs(middle - current):
        return None, 0.0  # only last year's figure stands there
    return nearest, 0.97


def _signing_firm(views: Sequence[PageView], key: str) -> FoundValue | None:
    """The firm that signed: its name stands by itself, on the cover or at the foot.

    Where it stands more than once, the one read most surely is taken, and doubted where another
    reads otherwise.
    """
    signed: list[FoundValue] = []
    for page, view in enumerate(views):
        pieces = [piece_of(line, index) for index, line in enumerate(view.lines)]
        for piece in pieces:
            if _FIRM.fullmatch(squeeze(piece.text)) is None:
                continue
            parts = [piece, *_branch_below(piece, pieces)]
            signed.append(
                FoundValue(
                    key=key,
                    raw="".join("".join(part.text.split()) for part in parts),
                    page=page,
                    box=Box.around([part.box for part in parts]),
                    label_box=piece.box,
                    lines=tuple(part.line for part in parts),
                    read_confidence=min(part.confidence for part in parts),
                    place_confidence=0.95,
                    engine=piece.engine,
                    rule="pattern",
                )
            )
    best = max(signed, key=lambda value: value.read_confidence, default=None)
    others = [value.raw for value in signed if best and squeeze(value.raw) != squeeze(best.raw)]
    if best is None or not others:
        return best
    return best.model_copy(update={"doubts": (f"报告中另一处为“{others[0]}”",)})


def _branch_below(name: Piece, pieces: Sequence[Piece]) -> list[Piece]:
    """The line below a firm's name that names its branch, if the name does not."""
    if squeeze(name.text).endswith("分所"):
        return []
    below = [
        piece
        for piece in pieces
        if 0 < piece.box.centre[1] - name.box.centre[1] < _NEXT_LINE * name.box.height
        and name.box.x0 < piece.box.centre[0] < name.box.x1
        and _BRANCH.fullmatch(squeeze(piece.text))
    ]
    return below[:1]


def _year(views: Sequence[PageView], key: str) -> FoundValue | None:
    """The year that is named most often as a business year."""
    counts: dict[str, int] = {}
    first: dict[str, tuple[int, Piece]] = {}
    for page, view in enumerate(views):
        for index, line in enumerate(view.lines):
            for hit in _YEAR.finditer(line.text):
                strong = "年度" in hit[0] or "12月31" in hit[0] or "12月" in hit[0]
                if not strong:
                    continue
                counts[hit[1]] = counts.get(hit[1], 0) + 1
                first.setdefault(hit[1], (page, piece_of(line, index)))
    if not counts:
        return None
    year = max(counts, key=lambda item: (counts[item], item))
    page, piece = first[year]
    others = sum(count for other, count in counts.items() if other != year)
    return FoundValue(
        key=key,
        raw=year,
        page=page,
        box=piece.box,
        label_box=piece.box,
        lines=(piece.line,),
        read_confidence=piece.confidence,
        place_confidence=round(0.97 if counts[year] > others else 0.7, 4),
        engine=piece.engine,
        rule="pattern",
    )
