"""compare: what paper, electronic copy and online record state differently.

A difference is of *content* when the two sides mean different things, of *layout* when
only their writing differs, and of *reading* when the paper was not read surely enough to
tell.  Only a difference of content is held against an applicant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from extractors.values.kinds import FieldKind
from extractors.values.similarity import look_alike, ocr_distance, print_shape
from pipeline.belief import has_more, rare_characters
from pipeline.comparison.excerpts import excerpts
from pipeline.programme import FormField, Programme
from pipeline.records import (
    Application,
    Difference,
    DifferenceKind,
    Extraction,
    Field,
    FieldState,
    Finding,
    Medium,
    Registration,
    Severity,
)

_NUMBERS = {FieldKind.MONEY, FieldKind.PERCENT, FieldKind.INTEGER, FieldKind.NUMBER}
_UNIT_STEPS = {Decimal(10) ** step for step in (-8, -4, 4, 8)}
"""Between 元, 万元 and 亿元."""
_DOUBLED = re.compile(r"([a-z])\1+")
_CHOICES = {FieldKind.CHOICE, FieldKind.CHOICES}
_PHONES = {FieldKind.TEL, FieldKind.MOBILE, FieldKind.FAX}
_STATES = (FieldState.CORRECTED, FieldState.ACCEPTED, FieldState.REVIEW)
"""States that carry a value, the most believable first."""
_SHORTEST_PHONE = 7
_CLEAR = 0.95
"""Confidence in text and place from which doubts are about single characters."""
_READABLE = 0.8
"""Confidence in the text from which a figure without a rival is that figure."""
_APART = 2.0
"""Characters, beside doubtful ones, in which two texts differ that no reader confuses."""
_NOT_WORD = re.compile(r"[^\w%.]+")


def compare(
    application: Application,
    extraction: Extraction,
    registration: Registration | None,
    programme: Programme,
    provisional: bool = False,
) -> tuple[Difference, ...]:
    """All differences among the media of one application, in the order of the form.

    Empty and missing values are compared only where another medium states something and
    the empty place was seen to be empty; what was not found is not a difference.

    Args:
        application: Whose media.
        extraction: Its values.
        registration: Its online record; ``None`` where none may be its own.
        programme: The pack.
        provisional: Whether a person has yet to say that the record is the applicant's.  What
            it alone states otherwise is then to be looked at, and held against nobody.
    """
    online = _online_values(registration)
    differences = []
    for field in programme.fields_of(application.tier):
        for key in keys_of(field, programme):
            paper = _best(extraction.fields, Medium.PAPER, key)
            electronic = _best(extraction.fields, Medium.ELECTRONIC, key)
            stated = online.get(key, "")
            difference = _difference(
                application.application_id, field, key, paper, electronic, stated, provisional
            )
            if difference is not None:
                differences.append(difference)
    return tuple(differences)


def findings_of(
    differences: Iterable[Difference], extraction: Extraction, programme: Programme
) -> tuple[Finding, ...]:
    """The findings (``E-ONLINE-PAPER``) that differences of content amount to.

    Each says what the sides state, and leads to the place on the paper.  Differences to a
    record that is not yet known to be the applicant's amount to none.
    """
    defect = programme.defect("E-ONLINE-PAPER")
    found = []
    for difference in differences:
        if difference.kind is DifferenceKind.CONTENT and difference.severity is Severity.ERROR:
            place = place_of(difference, extraction)
            found.append(
                Finding(
                    application_id=difference.application_id,
                    code=defect.code,
                    severity=difference.severity,
                    subject=difference.key,
                    message=defect.message(
                        programme.name_of(difference.key), _detail(difference, extraction)
                    ),
                    file=place.file if place else "",
                    page=place.page if place else 0,
                )
            )
    return tuple(found)


def place_of(difference: Difference, extraction: Extraction) -> Field | None:
    """The value that a difference is about, on paper before the disc; ``None`` if on neither."""
    paper = _best(extraction.fields, Medium.PAPER, difference.key)
    return paper or _best(extraction.fields, Medium.ELECTRONIC, difference.key)


def keys_of(field: FormField, programme: Programme) -> tuple[str, ...]:
    """The keys of a field: one, or one for each year of the form's tables."""
    if not field.per_year:
        return (field.key,)
    return tuple(f"{field.key}.{year}" for year in programme.years)


def stated_sides(difference: Difference, extraction: Extraction) -> tuple[tuple[Medium, str], ...]:
    """What each medium states, of long texts the part that differs.

    Empty for one that was seen to be left blank; media that say nothing are left out.
    """
    sides = (
        (Medium.PAPER, difference.paper),
        (Medium.ELECTRONIC, difference.electronic),
        (Medium.ONLINE, difference.online),
    )
    stated = [
        (medium, text)
        for medium, text in sides
        if text
        or (medium is not Medium.ONLINE and _best(extraction.fields, medium, difference.key))
    ]
    parts = iter(excerpts([text for _, text in stated if text]))
    return tuple((medium, next(parts) if text else "") for medium, text in stated)


_CALLED = {Medium.PAPER: "纸质版", Medium.ELECTRONIC: "电子版", Medium.ONLINE: "网上填报"}


def _detail(difference: Difference, extraction: Extraction) -> str:
    return "，".join(
        f"{_CALLED[medium]}为“{text}”" if text else f"{_CALLED[medium]}未填"
        for medium, text in stated_sides(difference, extraction)
    )


def _online_values(registration: Registration | None) -> dict[str, str]:
    if registration is None:
        return {}
    values = dict(registration.values)
    # The platform has one telephone column for whoever answers; it is not the form's
    # contact_mobile or contact_tel for certain, so it only helps to match.
    for key in ("enterprise_name", "uscc", "legal_rep"):
        values.setdefault(key, getattr(registration, key))
    return {key: value for key, value in values.items() if value}


def _best(fields: Iterable[Field], medium: Medium, key: str) -> Field | None:
    """The most believable reading of a key in a medium; an empty place seen to be empty."""
    candidates = [field for field in fields if field.medium is medium and field.key == key]
    for state in _STATES:
        having = [field for field in candidates if field.state is state and field.value]
        if having:
            return max(having, key=lambda field: field.read_confidence)
    if medium is Medium.ELECTRONIC:  # what a file states is known, even where it is no value
        for field in candidates:
            if field.raw and field.state is FieldState.REVIEW:
                return field.model_copy(update={"value": field.raw})
    # A place that was found and is empty has a page; a key found nowhere has none.
    empty = [field for field in candidates if field.page > 0 and field.read_surely]
    return empty[0] if empty else None


def _difference(
    application_id: str,
    field: FormField,
    key: str,
    paper: Field | None,
    electronic: Field | None,
    online: str,
    provisional: bool,
) -> Difference | None:
    kinds = []
    if paper is not None and electronic is not None:
        kinds.append(_kind(field.kind, paper, electronic.value))
    certain = DifferenceKind.CONTENT in kinds or not provisional
    if paper is not None and paper.value and online:
        kinds.append(_kind(field.kind, paper, online))
    if electronic is not None and electronic.value and online:
        kinds.append(_kind(field.kind, electronic, online))
    found = [kind for kind in kinds if kind is not None]
    if not found:
        return None
    order = (DifferenceKind.CONTENT, DifferenceKind.READING, DifferenceKind.LAYOUT)
    kind = min(found, key=order.index)
    severity = {
        DifferenceKind.CONTENT: Severity.ERROR if certain else Severity.REVIEW,
        DifferenceKind.READING: Severity.REVIEW,
        DifferenceKind.LAYOUT: Severity.INFO,
    }[kind]
    return Difference(
        application_id=application_id,
        key=key,
        paper=paper.value if paper else "",
        electronic=electronic.value if electronic else "",
        online=online,
        kind=kind,
        severity=severity,
    )


def _kind(kind: FieldKind, paper: Field, other: str) -> DifferenceKind | None:
    if paper.value == other:
        return None
    if _same_meaning(kind, paper.value, other):
        return DifferenceKind.LAYOUT
    if kind in _CHOICES and paper.medium is Medium.PAPER:
        # A faint tick looks like none, and what is told of letters says nothing about ticks.
        told = paper.read_surely and bool(other) and bool(paper.value)
        return DifferenceKind.CONTENT if told else DifferenceKind.READING
    if not other or not paper.value:
        # One side is blank: certain only where the other side was read for certain.
        return DifferenceKind.CONTENT if paper.read_surely else DifferenceKind.READING
    if paper.state is FieldState.CORRECTED:  # a person has looked
        return DifferenceKind.CONTENT
    if paper.medium is Medium.PAPER and kind in _NUMBERS and _differs_by_unit(paper, other):
        return DifferenceKind.READING
    if paper.medium is Medium.PAPER and _may_be_reading(paper, other):
        return DifferenceKind.READING
    return DifferenceKind.CONTENT


def _same_meaning(kind: FieldKind, one: str, other: str) -> bool:
    if kind in _NUMBERS:
        try:
            return Decimal(one) == Decimal(other)
        except InvalidOperation:
            return _plain(one) == _plain(other)
    if kind in _PHONES:
        short, long = sorted((_digits(one), _digits(other)), key=len)
        return len(short) >= _SHORTEST_PHONE and long.endswith(short)  # without its area code
    if kind is FieldKind.NAME:
        form = ("有限责任公司", "有限公司")
        return _plain(one).replace(*form) == _plain(other).replace(*form)
    return _plain(one) == _plain(other)


def _differs_by_unit(paper: Field, other: str) -> bool:
    """Whether the same figure is written, and only the unit printed beside it read otherwise.

    Who changes a figure changes its digits; 万元 whose 万 was lost makes 3,535.72 元 of it.
    """
    try:
        one, two = Decimal(paper.value), Decimal(other)
    except InvalidOperation:
        return False
    return bool(two) and one / two in _UNIT_STEPS and _digits(paper.raw) == _digits(other)


def _plain(text: str) -> str:
    """Words alone: no spaces, punctuation, brackets or widths."""
    return _NOT_WORD.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _may_be_reading(paper: Field, other: str) -> bool:
    """Whether the paper may say the same as ``other`` and was only read wrong."""
    one, two = _plain(paper.value), _plain(other)
    # Look-alikes cost little, characters that the reader left open nothing.
    doubted = rare_characters(paper.value + other) + (paper.left_open or "")
    if not paper.read_surely:
        if _is_clear(paper) and _tell_apart(one, two, doubted):
            return False
        return not _figures_tell(paper, one, two, doubted)
    if one.isdecimal():
        return False
    if print_shape(_DOUBLED.sub(r"\1", one)) == print_shape(_DOUBLED.sub(r"\1", two)):
        return True  # readers of whole lines merge what stands twice: rrff, rff
    if _is_clear(paper):
        if _figures(one) != _figures(two) and not _figures(doubted):
            return False  # a figure that was read surely is no slip, however long the text
        if abs(len(one) - len(two)) >= _APART and has_more(one, two):
            return False  # nor are words that only one of the two has
    return ocr_distance(one, two, doubted) <= 0.5 + len(two) / 50


def _figures_tell(paper: Field, one: str, two: str, doubted: str) -> bool:
    """Whether figures differ that the reader, unsure of the line, left no doubt about."""
    told = paper.left_open is not None and paper.read_confidence >= _READABLE
    if not told or paper.under_seal or paper.place_confidence < _CLEAR or len(one) != len(two):
        return False
    rest = [
        (a, b)
        for a, b in zip(one, two, strict=True)
        if a != b and a not in doubted and b not in doubted
    ]
    return bool(rest) and all(
        a.isdecimal() and b.isdecimal() and not look_alike(a, b) for a, b in rest
    )


def _is_clear(paper: Field) -> bool:
    """Whether doubts of the reading can only concern single characters."""
    read = paper.read_confidence >= _CLEAR and paper.place_confidence >= _CLEAR
    return read and not paper.under_seal


def _tell_apart(one: str, two: str, doubted: str) -> bool:
    """Whether two texts differ in more than single doubtful characters, or a lost end."""
    if one in two or two in one:
        return False
    return not set(one) & set(two) or ocr_distance(one, two, doubted) >= _APART


def _figures(text: str) -> list[str]:
    return re.findall(r"\d+", text)
