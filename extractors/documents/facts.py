"""The values that a piece of evidence states: by label first, by pattern where there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from extractors.documents import audit_report
from extractors.documents.spec import DocumentSpec, FactSpec
from extractors.forms.fields import find_fields
from extractors.forms.labels import DATE_TEMPLATE, squeeze
from extractors.forms.layout import PageLayout, Piece, part_of, piece_of, same_row
from extractors.forms.opinions import CUT_DATE
from extractors.forms.spec import FieldSpec, FoundValue
from extractors.forms.stamped import doubted_where_inked
from extractors.page import Box, Line, PageView
from extractors.values.dates import is_blank_date
from extractors.values.kinds import FieldKind

_DATE = re.compile(
    r"(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月\s*(?:\d{1,2}\s*日|\d{2}$)|(?:19|20)\d{2}([./-])\d{1,2}\1\d{1,2}"
    r"|[一二][〇零○O0九一二]{3}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日"
)
_PART_OF_DATE = re.compile(
    r"(?:19|20)\d{2}\s*年(?:\s*\d{1,2}\s*月?)?(?:\s*\d{1,2})?"
    r"|年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日?)?|\d{1,2}\s*月\s*\d{1,2}\s*日"
)
_PERIOD = re.compile(
    rf"(?:自)?\s*(?P<start>{_DATE.pattern.replace(chr(92) + '1', '(?:[./-])')})\s*"
    rf"[至到\-—~～]+\s*(?P<end>长期|{_DATE.pattern.replace(chr(92) + '1', '(?:[./-])')})"
)
_USCC = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{18}(?![0-9A-Z])")
_NUMBERS: dict[str, re.Pattern[str]] = {
    "patent": re.compile(r"ZL\s*\d{12}\s*[.．。]?\s*[\dX]|ZL\s*\d{8}\s*[.．。]\s*[\dX]", re.I),
    "software_copyright": re.compile(r"软著登字第\s*\d{5,8}\s*号"),
    "system_certificate": re.compile(
        r"(?<![0-9A-Z])\d{3}\s?\d{2}[A-Z]{1,3}\d{3,6}R\d[SML](?![A-Z])"
    ),
    "trademark": re.compile(r"第\s*(\d{6,9})\s*号"),
    "award": re.compile(r"GR\s?\d{12}", re.I),
    "enterprise_standard": re.compile(r"Q/[0-9A-Z]{2,8}\s?[0-9A-Z.]{1,8}\s?[-—–]\s?\d{4}"),
    "standards_participation": re.compile(
        r"(?:GB|JB|HG|T/[A-Z]+|DB21)(?:/T)?\s?\d+(?:\.\d+)?[-—–]\d{4}"
    ),
}
"""What numbers of a kind of document look like, for papers that print them without a label."""


_COUNTED = frozenset({FieldKind.PERCENT, FieldKind.INTEGER, FieldKind.MONEY})
_NUMERAL = re.compile(r"[0-9０-９〇零一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]")
_PATENT_KIND = re.compile(r"((?:发明|实用新型|外观设计)专利)证书")


def find_facts(views: Sequence[PageView], spec: DocumentSpec) -> tuple[FoundValue, ...]:
    """Find the values of one document.

    Args:
        views: The document's pages in order.
        spec: What the kind of document states.

    Returns:
        The best value for each key that was found; keys that were not found are left out.
    """
    kinds = {fact.key: fact for fact in spec.fields}
    found: dict[str, FoundValue] = {}
    reading = _OWN_ROOMS.get(spec.type)
    if reading is not None:
        for value in reading(views, spec.fields):
            found.setdefault(value.key, value)
    fields = tuple(
        FieldSpec(key=fact.key, labels=fact.labels, kind=fact.kind)
        for fact in spec.fields
        if fact.key not in found and not (spec.type in _STATEMENTS and fact.role == "amount")
    )
    parted = [part_labels(view, spec.fields) for view in views]
    for value in find_fields([view for view, _ in parted], fields):
        if kinds[value.key].kind in _COUNTED and value.raw and not _NUMERAL.search(value.raw):
            continue  # ``市场占有率情况证明`` is a title, whose front looks like a label
        known = found.get(value.key)
        if known is None or (known.empty and not value.empty):
            origin = parted[value.page][1]
            lines = tuple(dict.fromkeys(origin[line] for line in value.lines))
            found[value.key] = value.model_copy(update={"lines": lines})
    for fact in spec.fields:
        by_label = found.get(fact.key)
        if by_label is None or by_label.empty:
            guessed = _by_pattern(views, fact, spec.type, found)
            if guessed is not None:
                found[fact.key] = guessed
        if fact.key not in found or found[fact.key].empty:
            sealed = _signed(views, fact) or _by_seal(views, fact)
            if sealed is not None:
                found[fact.key] = sealed
    return tuple(_doubted_where_mixed(found[key], spec, found) for key in kinds if key in found)


def _doubted_where_mixed(
    value: FoundValue, spec: DocumentSpec, found: Mapping[str, FoundValue]
) -> FoundValue:
    """Doubt a text that holds another label with its value: lines of two columns were mixed.

    So do slanting scans of the newer business licence, whose columns stand side by side.
    """
    text = squeeze(value.raw)
    for fact in spec.fields:
        if fact.key == value.key:
            continue
        other = found.get(fact.key)
        begins = squeeze(other.raw)[:_TELLING] if other is not None else ""
        for label in map(squeeze, fact.labels):
            at = text.find(label, 1)
            if at < 0 or len(label) < 2:
                continue
            behind = text[at + len(label) :].lstrip(":：")
            cut = not text[at - 1].isalnum()  # what a reader wrote between two lines
            if behind.startswith(begins) if begins else (cut and behind):
                doubt = f"其中夹有“{label}”栏的文字"
                return value.model_copy(update={"doubts": (*value.doubts, doubt)})
    return value


_TELLING = 3
"""Characters that show that a text is another value."""
_SPECKS = "。.,，、·'`"
_AUTHORITY = re.compile(r"机关|机构|部门|单位|中心|事务所")
_SIGNATURE = re.compile(
    r"[\u4e00-\u9fff()（）]{4,30}(?:局|厅|处|委员会|协会|学会|商会|促进会|中心|[站院所馆]|公司)"
)
"""What the name of an office, an association or a testing house looks like."""
_UNLABELLED = 0.85
"""Place confidence of a name beneath a stamp: a person looks, unless the stamp says the same."""


def _signed(views: Sequence[PageView], fact: FactSpec) -> FoundValue | None:
    """The authority whose printed name stands alone beneath its stamp, with no label."""
    if not _names_authority(fact):
        return None
    for page, view in enumerate(views):
        for seal in view.seals:
            beneath = [
                piece_of(line, index)
                for index, line in enumerate(view.lines)
                if line.box.overlap(seal.box) > 0 and _SIGNATURE.fullmatch(squeeze(line.text))
            ]
            if beneath:
                nearest = min(beneath, key=lambda piece: abs(piece.box.centre[1] - seal.y))
                return _found(fact.key, nearest.text, page, nearest, _UNLABELLED)
    return None


def _names_authority(fact: FactSpec) -> bool:
    return fact.role != "owner" and any(_AUTHORITY.search(label) for label in fact.labels[:1])


def _by_seal(views: Sequence[PageView], fact: FactSpec) -> FoundValue | None:
    """The authority whose stamp lies on the paper, where its printed name cannot be read."""
    if not _names_authority(fact):
        return None
    for page, view in enumerate(views):
        for seal in view.seals:
            if len(seal.text) >= 4:
                return FoundValue(
                    key=fact.key,
                    raw=seal.text,
                    page=page,
                    box=seal.box,
                    label_box=seal.box,
                    lines=(),
                    read_confidence=seal.confidence * 0.9,
                    place_confidence=0.8,
                    engine="",
                    rule="seal",
                    doubts=("取自印章文字，请与原件核对",),
                )
    return None


def part_labels(view: PageView, facts: Sequence[FactSpec]) -> tuple[PageView, tuple[int, ...]]:
    """Part the lines of a certificate that run a label and its value together.

    Certificates print ``注册资本 500万元`` without a colon, and labels spread out as ``住 所``.

    Args:
        view: The page as read.
        facts: What is looked for on it.

    Returns:
        The page with such lines parted (frames around it left out), and for each of its
        lines the index of the line that it comes from.
    """
    layout = PageLayout(view)
    labels = sorted(
        {squeeze(label) for fact in facts for label in fact.labels if len(squeeze(label)) > 1},
        key=len,
        reverse=True,
    )
    lines: list[Line] = []
    origin: list[int] = []
    new_index: dict[int, list[int]] = {}
    swallowed: set[int] = set()
    for index, line in enumerate(view.lines):
        if index in swallowed:
            continue
        text, front = line.text, ""
        if len(squeeze(text)) == 1 and index not in layout.cell_of_line:
            joined = _spread_label(view, index, labels)
            if joined is not None:
                swallowed.add(joined)
                front = squeeze(text)
                other = view.lines[joined]
                box = Box.around([line.box, other.box])
                quad = (box.x0, box.y0, box.x1, box.y0, box.x1, box.y1, box.x0, box.y1)
                rest = other.text.lstrip().lstrip(_SPECKS)
                line = other.model_copy(update={"text": front + rest, "quad": quad})
        cut = _label_end(line.text, labels)
        parts = [line.text] if cut is None else [line.text[:cut], line.text[cut:]]
        whole = piece_of(line, index)
        start = 0
        for part in parts:
            piece = part_of(whole, start, start + len(part))
            start += len(part)
            box = piece.box
            quad = (box.x0, box.y0, box.x1, box.y0, box.x1, box.y1, box.x0, box.y1)
            new_index.setdefault(index, []).append(len(lines))
            lines.append(line.model_copy(update={"text": part.strip(), "quad": quad}))
            origin.append(index)
    cells = tuple(
        cell.model_copy(
            update={"lines": tuple(new for old in cell.lines for new in new_index.get(old, []))}
        )
        for cell in layout.cells
    )
    return view.model_copy(update={"lines": tuple(lines), "cells": cells}), tuple(origin)


def _spread_label(view: PageView, index: int, labels: Sequence[str]) -> int | None:
    """The line that goes on with a label whose first character stands apart (``住  所``)."""
    first = view.lines[index]
    for other, line in enumerate(view.lines):
        gap = line.box.x0 - first.box.x1
        if other == index or not same_row(first.box, line.box) or not 0 < gap < 220:
            continue
        # A speck between the characters is no sign of the label.
        text = squeeze(first.text) + squeeze(line.text).lstrip(_SPECKS)
        if any(text.startswith(label) for label in labels):
            return other
    return None


def _label_end(text: str, labels: Sequence[str]) -> int | None:
    """Where the label ends that a line begins with, if a value follows without a colon."""
    squeezed = squeeze(text)
    label = next((label for label in labels if squeezed.startswith(label)), None)
    if label is None or len(squeezed) == len(label):
        return None
    following = squeezed[len(label)]
    if following in ":：(（的、，,。及和与" or len(squeezed) > len(label) + 48:
        return None
    seen = 0
    for place, character in enumerate(text):
        seen += len(squeeze(character))
        if seen >= len(label):
            return place + 1
    return None


def _by_pattern(
    views: Sequence[PageView], fact: FactSpec, type_id: str, found: dict[str, FoundValue]
) -> FoundValue | None:
    """A value that is known by its form alone."""
    if type_id == "patent" and any("类型" in label for label in fact.labels):
        return _search(views, fact.key, _PATENT_KIND, 0.95, group=1)
    if fact.kind is FieldKind.USCC:
        return _search(views, fact.key, _USCC, 0.9)
    if fact.role == "number" and type_id in _NUMBERS:
        return _search(views, fact.key, _NUMBERS[type_id], 0.95)
    if fact.role in ("valid_from", "valid_to"):
        group = "start" if fact.role == "valid_from" else "end"
        return _search(views, fact.key, _PERIOD, 0.9, group=group)
    if fact.role == "issued":
        taken = {
            (value.page, line)
            for key, value in found.items()
            if key != fact.key and not value.empty
            for line in value.lines
        }
        stated = [squeeze(value.raw) for key, value in found.items() if key != fact.key]
        dated = _last_date(views, fact.key, taken, stated)
        if dated is None and any(squeeze(label) == DATE_TEMPLATE for label in fact.labels):
            return _open_date(views, fact.key)
        return dated
    return None


def _open_date(views: Sequence[PageView], key: str) -> FoundValue | None:
    """The place for a date at the foot of a paper that nobody filled in."""
    for page in range(len(views) - 1, -1, -1):
        for index in range(len(views[page].lines) - 1, -1, -1):
            line = views[page].lines[index]
            text = squeeze(line.text)
            if is_blank_date(text) and {"年", "月", "日"} <= set(text):
                value = _found(key, "", page, piece_of(line, index), 0.9)
                return doubted_where_inked(value, views[page])
    return None


def _search(
    views: Sequence[PageView],
    key: str,
    pattern: re.Pattern[str],
    certainty: float,
    group: str | int = 0,
) -> FoundValue | None:
    for page, view in enumerate(views):
        for index, line in enumerate(view.lines):
            hit = pattern.search(line.text) or pattern.search(squeeze(line.text))
            if hit is not None:
                piece = piece_of(line, index)
                return _found(key, hit[group], page, piece, certainty)
    return None


def _last_date(
    views: Sequence[PageView], key: str, taken: set[tuple[int, int]], stated: Sequence[str]
) -> FoundValue | None:
    """The date that stands alone nearest the foot of the last page that has one.

    A paper is dated at its foot; a date over a table says what the table is about.  Where
    a stamp left only a part of a date, that part is given, in doubt.

    Args:
        views: The pages.
        key: Of the value.
        taken: Page and line of what has been given to other keys.
        stated: Values of other keys, white space left out; a date in them is theirs.
    """
    for pattern, doubts in ((_DATE, ()), (_PART_OF_DATE, (CUT_DATE,))):
        for page in range(len(views) - 1, -1, -1):
            dated = []
            # A short paper ends high on its sheet: its own foot counts, not the sheet's.
            end = max((line.box.y1 for line in views[page].lines), default=0.0)
            middle = min(0.4 * views[page].preparation.height, 0.6 * end)
            for index, line in enumerate(views[page].lines):
                hit = pattern.search(line.text)
                if hit is None or line.box.y0 <= middle or (page, index) in taken:
                    continue
                alone = len(squeeze(line.text)) <= len(squeeze(hit[0])) + 8
                if alone and not any(squeeze(hit[0]) in text for text in stated):
                    dated.append((line.box.y0, hit[0], piece_of(line, index)))
            if dated:
                _, text, piece = max(dated, key=lambda item: item[0])
                value = _found(key, text, page, piece, 0.9 if len(dated) == 1 else 0.8)
                return value.model_copy(update={"doubts": doubts})
    return None


def _found(key: str, raw: str, page: int, piece: Piece, certainty: float) -> FoundValue:
    return FoundValue(
        key=key,
        raw=raw.strip(),
        page=page,
        box=piece.box,
        label_box=piece.box,
        lines=(piece.line,),
        read_confidence=piece.confidence,
        place_confidence=certainty,
        engine=piece.engine,
        rule="pattern",
    )


_STATEMENTS = frozenset({"audit_report"})
"""Kinds whose amounts are taken from statements alone: beside a label may stand last year's."""
_OWN_ROOMS: dict[
    str, Callable[[Sequence[PageView], Sequence[FactSpec]], tuple[FoundValue, ...]]
] = {"audit_report": audit_report.read, "rd_audit": audit_report.read}
"""Kinds whose figures stand in statements rather than beside labels."""
