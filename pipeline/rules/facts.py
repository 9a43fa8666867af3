"""The values of one application, as a rule asks for them: with how sure they are."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pipeline.programme import Programme
from pipeline.records import (
    Application,
    Document,
    Extraction,
    Field,
    FieldState,
    Medium,
    ScoreLine,
    SealSeen,
    Used,
    Volume,
)
from pipeline.rules.answers import Answer
from pipeline.rules.context import CheckContext
from pipeline.rules.readings import Paper, Reading, split_key

_EVIDENCE_KEY = re.compile(r"(?P<type>[a-z_0-9]+)(?:#(?P<number>\d+))?\.(?P<key>[a-z_0-9]+)")
_RANK = {
    FieldState.CORRECTED: 4,
    FieldState.ACCEPTED: 3,
    FieldState.REVIEW: 2,
    FieldState.UNREADABLE: 1,
    FieldState.MISSING: 0,
}
_KINDS_OF_SEALS = {"seal": "印章", "signature": "签字"}
_NAMED = 3
"""So many places that could not be made out are named; more are counted."""
_PLACES = {
    "cover": "封面",
    "opinion_city": "市意见栏",
    "truth_statement": "真实性声明",
    "document": "文件",
}


@dataclass
class Facts:
    """One application and all that a check may ask about it."""

    application: Application
    extraction: Extraction
    context: CheckContext
    doubtful: dict[str, str] = field(default_factory=dict)
    """Keys (``revenue.2020``) that an earlier rule found wrong → why, in Chinese."""
    answers: dict[str, Answer] = field(default_factory=dict)
    """What the rules before answered."""
    scored: dict[str, ScoreLine] = field(default_factory=dict)
    """What the pack's indicators are worth, once they were asked for."""

    def __post_init__(self) -> None:
        self._forms: dict[str, list[Field]] = defaultdict(list)
        self._looked_at: dict[tuple[str, str, int], Used] = {}
        self._papers = self._collect()

    # --- what is looked at ---------------------------------------------------------------

    def look_anew(self) -> None:
        """Forget what was looked at: the next rule is asked."""
        self._looked_at.clear()

    @property
    def looked_at(self) -> tuple[Used, ...]:
        """Every value since :meth:`look_anew`, in the order in which it was asked for."""
        return tuple(self._looked_at.values())

    def note(self, used: Used) -> None:
        """Note a value that an answer rests on."""
        self._looked_at.setdefault((used.key, used.file, used.page), used)

    def note_beside(self, key: str, name: str, value: object) -> None:
        """Note a value that no page states: of ``box.toml``, the online record, a list."""
        text = "" if value is None else str(value)
        self.note(Used(key=key, name=name, value=text, sure=value is not None))

    def _note_reading(self, key: str, reading: Reading, document: Document | None = None) -> None:
        source = reading.source
        first = document.pages[0] if document is not None and document.pages else None
        on_page = source is not None and source.page > 0
        self.note(
            Used(
                key=key,
                name=self.full_name_of(key),
                value=reading.value,
                sure=reading.sure,
                medium=source.medium if source is not None else None,
                file=source.file if source is not None and on_page else first.file if first else "",
                page=source.page if source is not None and on_page else first.page if first else 0,
            )
        )

    def full_name_of(self, key: str) -> str:
        """A key in words, a piece of evidence with its number and label."""
        hit = _EVIDENCE_KEY.fullmatch(key)
        evidence = {item.type: item for item in self.programme.evidence}
        if hit is None or hit["type"] not in evidence:
            return self.name_of(key)
        item = evidence[hit["type"]]
        label = next((part.labels[0] for part in item.fields if part.key == hit["key"]), "")
        number = f"（第{hit['number']}份）" if hit["number"] else ""
        return item.name + number + label

    def place_name_of(self, kind: str, place: str) -> str:
        """What a clerk calls a seal or signature in its place."""
        if place == "opinion_district":
            name = f"{self.context.programme.districts_called}意见栏"
        else:
            name = _PLACES.get(place, place)
        return name + _KINDS_OF_SEALS.get(kind, kind)

    # --- what there is ------------------------------------------------------------------

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
        """A key in words: ``营业收入（2020年）``."""
        return self.programme.name_of(key)

    def unit_of(self, key: str) -> str:
        """The unit of a form field or a measure."""
        named = {item.key: item.unit for item in self.programme.fields}
        named |= {item.id: item.unit for item in self.programme.measures}
        return named.get(key.partition(".")[0], "")

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
        reading = Reading(key, "", sure=False)
        for medium in (Medium.PAPER, Medium.ELECTRONIC):
            mine = [item for item in found if item.medium is medium]
            if mine:
                reading = self._best(key, mine)
                break
        self._note_reading(key, reading)
        return reading

    def last(self, key: str) -> Reading:
        """The form's value of the last year, or the only one."""
        return self.form(self.years_of(key)[-1])

    def papers(self, type_id: str) -> tuple[Paper, ...]:
        """The pieces of evidence of a type, from the volume that has most of them."""
        found = self._papers.get(type_id, ())
        if not found:
            self.note(Used(key=type_id, name=self.evidence_name(type_id), value="", sure=False))
        return found

    def has_document(self, type_id: str, medium: Medium | None = Medium.PAPER) -> bool:
        """Whether a volume of the medium (any, for ``None``) holds a document of the type."""
        for volume in self.application.volumes:
            if medium is not None and volume.medium is not medium:
                continue
            for document in volume.documents:
                if document.type == type_id:
                    self._note_document(volume, document)
                    return True
        self.note(Used(key=type_id, name=self.evidence_name(type_id), value="未见", sure=False))
        return False

    def may_hide(self, kinds: Iterable[str] | None, medium: Medium | None = Medium.PAPER) -> str:
        """Where a piece of evidence that was found nowhere may be all the same, in Chinese.

        Args:
            kinds: Evidence types that were found nowhere; all of them for ``None``.
            medium: Where they should be; anywhere for ``None``.

        Returns:
            What could not be made out; empty where all that arrived was.
        """
        wanted = None if kinds is None else {"", *kinds}
        places: dict[str, list[str]] = defaultdict(list)
        for item in self.context.unseen:
            if (wanted is not None and item.kind not in wanted) or medium not in (
                None,
                item.medium,
            ):
                continue
            place = item.file.rpartition("/")[2] + (f"第{item.page}页" if item.page else "")
            places[item.why].append(place)
            self.note(
                Used(
                    key="unseen",
                    name="未能辨认的材料",
                    value=item.why,
                    sure=False,
                    medium=item.medium,
                    file=item.file,
                    page=item.page,
                )
            )
        return "、".join(f"{_some(found)}{why}" for why, found in places.items())

    def _note_document(self, volume: Volume, document: Document) -> None:
        first = document.pages[0] if document.pages else None
        self.note(
            Used(
                key=document.type,
                name=self.evidence_name(document.type),
                value="已见",
                sure=True,
                medium=volume.medium,
                file=first.file if first else "",
                page=first.page if first else 0,
            )
        )

    def documents(self, medium: Medium = Medium.PAPER) -> Iterator[tuple[Volume, Document]]:
        """The documents of all volumes of a medium, in bound order."""
        for volume in self.application.volumes:
            if volume.medium is medium:
                for document in volume.documents:
                    self._note_document(volume, document)
                    yield volume, document

    def seals(self, kind: str, places: Sequence[str]) -> tuple[SealSeen, ...]:
        """The seals or signatures that were looked for in certain places."""
        found = tuple(
            seal for seal in self.extraction.seals if seal.kind == kind and seal.place in places
        )
        for seal in found:
            seen = "无法判断" if seal.present is None else "已见" if seal.present else "未见"
            self.note(
                Used(
                    key=f"{kind}.{seal.place}",
                    name=self.place_name_of(kind, seal.place),
                    value=seal.text or seen,
                    sure=seal.present is not None,
                    medium=next(
                        (v.medium for v in self.application.volumes if v.volume_id == seal.volume),
                        None,
                    ),
                    file=seal.file,
                    page=seal.page,
                )
            )
        return found

    def evidence_name(self, type_id: str) -> str:
        """What a clerk calls the type."""
        return next(
            (item.name for item in self.programme.evidence if item.type == type_id), type_id
        )

    def applied_on(self, key: str) -> tuple[date, date]:
        """The first and the last day on which the application may have been made.

        One day where the form states it surely, else those of the window.
        """
        stated, windows = self.form(key), self.programme.windows
        if stated.sure and stated.day and stated.day.year == self.programme.year:
            return stated.day, stated.day
        return windows.enterprise_from, windows.enterprise_to

    def where_clearest(self, reading: Reading) -> Reading:
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
                    Paper(type_id, number, values.get(number, {}), document, self._note_reading)
                    for number, document in enumerate(own, start=1)
                )
                sure = sum(item.sure for paper in found for item in paper.values.values())
                rank = (medium is Medium.PAPER and bool(found), len(found), sure)
                if rank > best[0]:
                    best = (rank, found)
            papers[type_id] = best[1]
        return papers


def _some(places: Sequence[str]) -> str:
    """The first places of several, and how many there are."""
    named = "、".join(places[:_NAMED])
    return named if len(places) <= _NAMED else f"{named}等{len(places)}处"


def values_of(facts: Facts, keys: Sequence[str]) -> Iterator[tuple[Paper, Reading]]:
    """Every reading of evidence keys that says something."""
    for key in keys:
        type_id, name = split_key(key)
        for paper in facts.papers(type_id):
            reading = paper.get(name)
            if reading.value:
                yield paper, reading
