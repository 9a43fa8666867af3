"""The values of one application, as a rule asks for them: with how sure they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import IntEnum

from extractors.enterprises.names import comparison_key, parse_name
from extractors.values.dates import parse_date
from extractors.values.similarity import ocr_distance, same_reading
from pipeline.belief import (
    PLACE_ALONE,
    READ_ALONE,
    READ_CLEAR,
    differ_in_more,
    has_more,
    rare_characters,
)
from pipeline.programme import Programme
from pipeline.records import (
    Application,
    Document,
    Extraction,
    Field,
    FieldState,
    Medium,
    Outcome,
    SealSeen,
    Severity,
)
from pipeline.rules.context import CheckContext

NONE_WORDS = frozenset({"", "无", "暂无", "没有", "/", "-", "—", "否", "0"})
_EVIDENCE_KEY = re.compile(r"(?P<type>[a-z_0-9]+)(?:#(?P<number>\d+))?\.(?P<key>[a-z_0-9]+)")
_RANK = {
    FieldState.CORRECTED: 4,
    FieldState.ACCEPTED: 3,
    FieldState.REVIEW: 2,
    FieldState.UNREADABLE: 1,
    FieldState.MISSING: 0,
}


@dataclass(frozen=True)
class Reading:
    """A value and whether it may be built upon."""

    key: str
    value: str
    sure: bool
    """Accepted or corrected, and told alike by all copies of the same medium."""
    blank: bool = False
    """The place was found and is empty."""
    source: Field | None = None

    @property
    def number(self) -> Decimal | None:
        """The value as a number, money in 万元; ``None`` where it is none."""
        try:
            number = Decimal(self.value)
        except InvalidOperation:
            return None
        if not number.is_finite():
            return None
        scale = {"元": Decimal("0.0001"), "亿元": Decimal(10000)}
        return number * scale.get(self.source.unit if self.source else "", Decimal(1))

    @property
    def day(self) -> date | None:
        """The value as a date, where it is exact to the day."""
        reading = parse_date(self.value)
        return reading.day if reading else None


NOTHING = Reading("", "", sure=False)


@dataclass(frozen=True)
class Paper:
    """One piece of evidence with its values."""

    type: str
    number: int
    """1 for the first of its type."""
    values: dict[str, Reading]
    document: Document | None = None

    def get(self, key: str) -> Reading:
        """The value of a key; an unsure empty one where there is none."""
        return self.values.get(key, NOTHING)


@dataclass(frozen=True)
class Raised:
    """A finding on its way."""

    subject: str
    detail: str
    code: str = ""
    """Where it is not the rule's own."""
    severity: Severity | None = None
    """Where it is not the defect's own."""
    source: Field | SealSeen | None = None
    document: Document | None = None
    variant: str = ""
    """What stands after the colon of the code."""


@dataclass(frozen=True)
class Answer:
    """What a check has to say."""

    outcome: Outcome
    explanation: str
    raised: tuple[Raised, ...] = ()


class Sameness(IntEnum):
    """How two readings of a name stand to each other."""

    SAME = 0
    MAYBE = 1
    DIFFERENT = 2


@dataclass
class Facts:
    """One application and all that a check may ask about it."""

    application: Application
    extraction: Extraction
    context: CheckContext
    doubtful: dict[str, str] = field(default_factory=dict)
    """Keys (``revenue.2020``) that an earlier rule found wrong → why, in Chinese."""
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    """What the rules before answered."""

    def __post_init__(self) -> None:
        self._forms: dict[str, list[Field]] = defaultdict(list)
        self._papers = self._collect()

    @property
    def programme(self) -> Programme:
        """The pack."""
        return self.context.programme

    @property
    def tier(self) -> str:
        """Id of the application's tier."""
        return self.application.tier

    @property
    def volumes_on_paper(self) -> int:
        """How many bound copies were scanned."""
        return sum(volume.medium is Medium.PAPER for volume in self.application.volumes)

    def name_of(self, key: str) -> str:
        """A field key in words: ``营业收入（2020年）``."""
        base, _, year = key.partition(".")
        name = next((item.name for item in self.programme.fields if item.key == base), "")
        for evidence in self.programme.evidence:
            if not name and evidence.type == base.partition("#")[0]:
                return evidence.name
        return f"{name or base}（{year}年）" if year.isdigit() else name or base

    def years_of(self, key: str) -> tuple[str, ...]:
        """The keys under which a form field is stated: one per year, or itself."""
        item = next((item for item in self.programme.fields if item.key == key), None)
        if item is not None and item.per_year:
            return tuple(f"{key}.{year}" for year in self.programme.years)
        return (key,)

    def form(self, key: str) -> Reading:
        """The form's value: from paper where there is paper, else from the disc.

        Copies that accept different values make the reading unsure.
        """
        found = self._forms.get(key, [])
        for medium in (Medium.PAPER, Medium.ELECTRONIC):
            mine = [item for item in found if item.medium is medium]
            if mine:
                return self._best(key, mine)
        return Reading(key, "", sure=False)

    def last(self, key: str) -> Reading:
        """The form's value of the last year, or the only one."""
        return self.form(self.years_of(key)[-1])

    def papers(self, type_id: str) -> tuple[Paper, ...]:
        """The pieces of evidence of a type, from the volume that has most of them."""
        return self._papers.get(type_id, ())

    def has_document(self, type_id: str, medium: Medium | None = Medium.PAPER) -> bool:
        """Whether a volume of the medium (any, for ``None``) holds a document of the type."""
        return any(
            document.type == type_id
            for volume in self.application.volumes
            if medium is None or volume.medium is medium
            for document in volume.documents
        )

    def evidence_name(self, type_id: str) -> str:
        """What a clerk calls the type."""
        return self.programme.evidence_of(type_id).name

    def applied_on(self, key: str) -> date:
        """Day of application: as the form says when that is sure, else the window's first."""
        stated = self.form(key)
        windows = self.programme.windows
        if stated.sure and stated.day and stated.day.year == self.programme.year:
            return stated.day
        return windows.enterprise_from

    def same_name(self, left: Reading, right: Reading, *, within: bool = False) -> Sameness:
        """Whether two readings name one enterprise, reading doubt allowed for.

        Args:
            left: The applicant's name.
            right: The name found elsewhere.
            within: Whether it is enough that the name stands among several owners.
        """
        a, b = comparison_key(left.value), comparison_key(right.value)
        if not a or not b:
            return Sameness.MAYBE
        if a == b or same_reading(a, b) or (within and a in b):
            return Sameness.SAME
        distance = ocr_distance(a, b)
        if distance < 1:  # only look-alikes differ
            return Sameness.MAYBE
        left = self._where_clearest(left)
        clear = _clear_name(left) and _clear_name(right)
        far = ocr_distance(a, b, doubtful=rare_characters(a + b)) >= 2
        if clear and far and not _part_of(a, b):
            return Sameness.DIFFERENT  # no guess at a rare character explains so much
        if _read_whole(left) and _read_whole(right) and _no_slip(left, right, a, b):
            return Sameness.DIFFERENT
        if distance == 1 and has_more(a, b) and _read_whole(left) and _read_whole(right):
            return Sameness.DIFFERENT  # a 市 that only one of them has
        sure = left.sure and right.sure
        shaky = any(
            item.source is not None
            and item.source.state is not FieldState.CORRECTED
            and item.source.read_confidence < 0.95
            for item in (left, right)
        )
        if distance <= 1 and shaky:
            return Sameness.MAYBE
        return Sameness.DIFFERENT if sure else Sameness.MAYBE

    def _where_clearest(self, reading: Reading) -> Reading:
        """A value of the form, by that of its copies which states the same most clearly."""
        same = [item for item in self._forms.get(reading.key, []) if item.value == reading.value]
        best = max(same, key=lambda item: item.read_confidence, default=None)
        return reading if best is None else replace(reading, source=best)

    def _best(self, key: str, found: Sequence[Field]) -> Reading:
        best = max(found, key=lambda item: (_RANK[item.state], item.read_confidence))
        accepted = {item.value for item in found if item.state is FieldState.ACCEPTED}
        agreed = len(accepted) <= 1 or best.state is FieldState.CORRECTED
        sure = best.state in (FieldState.ACCEPTED, FieldState.CORRECTED) and agreed
        left_empty = best.page > 0 and not best.value and best.read_surely
        blank = left_empty and best.state is not FieldState.UNREADABLE
        if key in self.doubtful:
            sure = False
        return Reading(key, best.value, sure=sure, blank=blank, source=best)

    def _collect(self) -> dict[str, tuple[Paper, ...]]:
        by_volume: dict[tuple[str, str], dict[int, dict[str, Reading]]] = defaultdict(dict)
        known = {item.type for item in self.programme.evidence}
        for item in self.extraction.fields:
            hit = _EVIDENCE_KEY.fullmatch(item.key)
            if hit is None or hit["type"] not in known:
                self._forms[item.key].append(item)
                continue
            numbered = by_volume[item.volume, hit["type"]].setdefault(int(hit["number"] or 1), {})
            numbered[hit["key"]] = self._best(item.key, [item])
        documents: dict[tuple[str, str], list[Document]] = defaultdict(list)
        media: dict[str, Medium] = {}
        for volume in self.application.volumes:
            media[volume.volume_id] = volume.medium
            for document in volume.documents:
                documents[volume.volume_id, document.type].append(document)
        papers: dict[str, tuple[Paper, ...]] = {}
        for type_id in known:
            best: tuple[tuple[bool, int, int], tuple[Paper, ...]] = ((False, 0, 0), ())
            for volume_id, medium in media.items():
                own = documents[volume_id, type_id]
                values = by_volume.get((volume_id, type_id), {})
                found = tuple(
                    Paper(type_id, number, values.get(number, {}), document)
                    for number, document in enumerate(own, start=1)
                )
                sure = sum(item.sure for paper in found for item in paper.values.values())
                rank = (medium is Medium.PAPER and bool(found), len(found), sure)
                if rank > best[0]:
                    best = (rank, found)
            papers[type_id] = best[1]
        return papers


def _clear_name(reading: Reading) -> bool:
    """Whether a name was read whole and clearly, its rare characters left aside."""
    source = reading.source
    return (
        source is not None
        and source.read_confidence >= READ_ALONE
        and source.place_confidence >= PLACE_ALONE
        and bool(parse_name(reading.value).form)
    )


def _read_whole(reading: Reading) -> bool:
    """Whether no character of a name can have been passed over."""
    source = reading.source
    return (
        _clear_name(reading)
        and source is not None
        and source.read_confidence >= READ_CLEAR
        and not source.under_seal
    )


def _no_slip(left: Reading, right: Reading, a: str, b: str) -> bool:
    """Whether names of one length differ in characters that the reader was sure of."""
    told = [item.source for item in (left, right) if item.source is not None]
    if any(source.left_open is None and source.read_confidence < 1 for source in told):
        return False
    return differ_in_more(a, b, *(source.left_open for source in told))


def _part_of(a: str, b: str) -> bool:
    """Whether one name is the other with characters missing: a stamp may have hidden them."""
    short, long = sorted((a, b), key=len)
    rest = iter(long)
    return all(character in rest for character in short)


def split_key(key: str) -> tuple[str, str]:
    """``patent.owner`` → type and key."""
    type_id, _, name = key.partition(".")
    return type_id, name


def values_of(facts: Facts, keys: Sequence[str]) -> Iterator[tuple[Paper, Reading]]:
    """Every reading of evidence keys that says something."""
    for key in keys:
        type_id, name = split_key(key)
        for paper in facts.papers(type_id):
            reading = paper.get(name)
            if reading.value:
                yield paper, reading


def show(number: Decimal) -> str:
    """A number for a sentence: at most four decimals, no trailing zeros."""
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return text or "0"


def met(explanation: str) -> Answer:
    """The rule is kept."""
    return Answer(Outcome.MET, explanation)


def unknown(explanation: str, *raised: Raised) -> Answer:
    """It cannot be told."""
    return Answer(Outcome.UNKNOWN, explanation, raised)


def not_applicable(explanation: str) -> Answer:
    """The rule does not concern this application."""
    return Answer(Outcome.NOT_APPLICABLE, explanation)


def unmet(explanation: str, *raised: Raised) -> Answer:
    """The rule is broken, beyond doubt of reading."""
    return Answer(Outcome.UNMET, explanation, raised)
