"""The values that a piece of evidence states: by label first, by pattern where there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from extractors.documents import audit_report
from extractors.documents.spec import DocumentSpec, FactSpec
from extractors.forms.fields import find_fields
from extractors.forms.labels import squeeze
from extractors.forms.layout import Piece, piece_of
from extractors.forms.spec import FieldSpec, FoundValue
from extractors.page import PageView
from extractors.values.kinds import FieldKind

_DATE = re.compile(
    r"(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|(?:19|20)\d{2}([./-])\d{1,2}\1\d{1,2}"
    r"|[一二][〇零○O0九一二]{3}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日"
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
        if fact.key not in found
    )
    for value in find_fields(views, fields):
        known = found.get(value.key)
        if known is None or (known.empty and not value.empty):
            found[value.key] = value
    for fact in spec.fields:
        by_label = found.get(fact.key)
        if by_label is None or by_label.empty:
            guessed = _by_pattern(views, fact, spec.type, found)
            if guessed is not None:
                found[fact.key] = guessed
    return tuple(found[key] for key in kinds if key in found)


def _by_pattern(
    views: Sequence[PageView], fact: FactSpec, type_id: str, found: dict[str, FoundValue]
) -> FoundValue | None:
    """A value that is known by its form alone."""
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
        return _last_date(views, fact.key, taken)
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
    views: Sequence[PageView], key: str, taken: set[tuple[int, int]]
) -> FoundValue | None:
    """The date that stands alone nearest the foot of the last page that has one."""
    for page in range(len(views) - 1, -1, -1):
        dated = []
        for index, line in enumerate(views[page].lines):
            hit = _DATE.search(line.text)
            alone = hit is not None and len(squeeze(line.text)) <= len(squeeze(hit[0])) + 8
            if hit is not None and alone and (page, index) not in taken:
                dated.append((line.box.y0, hit[0], piece_of(line, index)))
        if dated:
            _, text, piece = max(dated, key=lambda item: item[0])
            return _found(key, text, page, piece, 0.8)
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


_OWN_ROOMS: dict[
    str, Callable[[Sequence[PageView], Sequence[FactSpec]], tuple[FoundValue, ...]]
] = {"audit_report": audit_report.read, "rd_audit": audit_report.read}
"""Kinds whose figures stand in statements rather than beside labels."""
