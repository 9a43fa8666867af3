"""What spans the entries of a pack: duplicates, references, dates, arguments of rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import get_args

from pipeline.packs.sections import SECTIONS, Draft, read_record
from pipeline.programme import (
    COMPUTED_COLUMNS,
    Requirement,
    Rule,
    Status,
    Windows,
)
from pipeline.records import Registration, Title
from pipeline.rules.arguments import KINDS, Arguments, Ref


class References:
    """Checks that span entries: duplicates, references, dates, arguments of rules."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.tiers = self._names("tiers", "id")
        self.fields = self._names("fields", "key")
        self.evidence = self._names("evidence", "type")
        self.defects = self._names("defects", "code")
        self.rules = self._names("rules", "id")
        self.categories = self._names("categories", "id")
        self.districts = self._names("districts", "name")
        self.evidence_fields = {
            f"{item.type}.{field.key}"
            for _, item in draft.entries["evidence"]
            for field in item.fields
        }
        self.years = {str(year) for year in draft.head.get("years", ())}

    def mistakes(self) -> Iterator[str]:
        """All of them, in the order of the pack's subjects."""
        yield from self._duplicates()
        yield from self._dates()
        yield from self._tiers()
        yield from self._categories()
        yield from self._fields()
        yield from self._evidence()
        yield from self._districts()
        yield from self._tables()
        yield from self._headers()
        for place, rule in self.draft.entries["rules"]:
            yield from self._rule(place, rule)

    def _names(self, attribute: str, key: str) -> set[str]:
        return {str(getattr(record, key)) for _, record in self.draft.entries[attribute]}

    def _duplicates(self) -> Iterator[str]:
        for section in SECTIONS:
            seen: dict[object, str] = {}
            for place, record in self.draft.entries[section.attribute]:
                name = getattr(record, section.name)
                if name in seen:
                    yield f"{place}: {section.name} {name!r} is already used in {seen[name]}"
                seen.setdefault(name, place)

    def _dates(self) -> Iterator[str]:
        windows = self.draft.windows
        if windows is not None:
            names = list(Windows.model_fields)
            for earlier, later in pairwise(names):
                if getattr(windows, earlier) > getattr(windows, later):
                    yield (
                        f"[windows]: {later} ({getattr(windows, later)}) lies before "
                        f"{earlier} ({getattr(windows, earlier)})"
                    )
        years = self.draft.head.get("years", ())
        if isinstance(years, tuple) and list(years) != sorted(set(years), key=str):
            yield "[programme]: years must stand oldest first and once each"
        for key in ("pool_quota", "copies"):
            value = self.draft.head.get(key)
            if isinstance(value, int) and value < 0:
                yield f"[programme]: {key} must not be negative"

    def _missing(
        self, place: str, what: str, names: Iterable[str], known: set[str]
    ) -> Iterator[str]:
        for name in names:
            if name not in known:
                yield f"{place}: there is no {what} {name!r} in the pack"

    def _tiers(self) -> Iterator[str]:
        annexes = {table.annex for _, table in self.draft.entries["tables"]}
        for place, tier in self.draft.entries["tiers"]:
            if tier.prerequisite_tier:
                yield from self._missing(place, "tier", [tier.prerequisite_tier], self.tiers)
            if tier.prerequisite_tier == tier.id:
                yield f"{place}: prerequisite_tier is the tier itself"
            if tier.table_annex not in annexes:
                yield f"{place}: table_annex {tier.table_annex} is the annex of no [[table]]"
            if tier.quota < 0:
                yield f"{place}: quota must not be negative"
            if not tier.form_titles:
                yield f"{place}: form_titles is empty"

    def _categories(self) -> Iterator[str]:
        for place, category in self.draft.entries["categories"]:
            yield from self._missing(place, "evidence", category.supported_by, self.evidence)

    def _fields(self) -> Iterator[str]:
        labels: dict[tuple[str, str, str], str] = {}
        for place, field in self.draft.entries["fields"]:
            yield from self._missing(place, "tier", field.tiers, self.tiers)
            if field.after:
                yield from self._missing(place, "field", [field.after], self.fields)
            if not field.labels:
                yield f"{place}: labels is empty"
            if field.kind in ("choice", "choices") and not field.options:
                yield f"{place}: a {field.kind} needs options"
            for alias, option in field.option_aliases:
                if option not in field.options:
                    yield f"{place}: option_aliases: {alias!r} stands for no option: {option!r}"
            for label in dict.fromkeys(field.labels):
                for tier in field.tiers:
                    key = (tier, field.after, label)
                    if key in labels and labels[key] != field.key:
                        yield f"{place}: label {label!r} is already a label of {labels[key]!r}"
                        break
                    labels[key] = field.key

    def _evidence(self) -> Iterator[str]:
        for place, item in self.draft.entries["evidence"]:
            yield from self._missing(place, "tier", dict(item.requirement), self.tiers)
            yield from self._missing(place, "evidence", item.alternatives, self.evidence)
            if item.condition:
                yield from self._missing(place, "rule", [item.condition], self.rules)
                if Requirement.CONDITIONAL not in dict(item.requirement).values():
                    yield f"{place}: condition is given, but no tier asks for it conditionally"
            if not item.titles:
                yield f"{place}: titles is empty"
            for key, count in Counter(field.key for field in item.fields).items():
                if count > 1:
                    yield f"{place}: field {key!r} stands {count} times"
            for year in item.years_needed:
                if self.years and str(year) not in self.years:
                    yield f"{place}: years_needed: {year} is not one of the programme's years"

    def _districts(self) -> Iterator[str]:
        aliases: dict[str, str] = {}
        for place, district in self.draft.entries["districts"]:
            if district.within:
                yield from self._missing(place, "district", [district.within], self.districts)
            elif not district.reports:
                yield f"{place}: does not report and lies within no unit that does"
            for alias in (district.name, *district.aliases, *district.address_words):
                if aliases.setdefault(alias, district.name) != district.name:
                    yield f"{place}: {alias!r} already stands for {aliases[alias]!r}"

    def _tables(self) -> Iterator[str]:
        for place, table in self.draft.entries["tables"]:
            if table.tier:
                yield from self._missing(place, "tier", [table.tier], self.tiers)
            for column in table.columns:
                key, _, year = column.source.partition(".")
                if column.source in COMPUTED_COLUMNS:
                    continue
                if key not in self.fields:
                    yield f"{place}: column {column.title!r}: unknown source {column.source!r}"
                elif year and year not in self.years:
                    yield f"{place}: column {column.title!r}: {year!r} is not one of the years"

    def _headers(self) -> Iterator[str]:
        for attribute, model in (("registration_headers", Registration), ("title_headers", Title)):
            for place, header in self.draft.entries[attribute]:
                known = set(model.model_fields) | (
                    self.fields if attribute == "registration_headers" else set()
                )
                if header.key.partition(".")[0] not in known - {"values"}:
                    yield f"{place}: there is no key {header.key!r}"

    def _rule(self, place: str, rule: Rule) -> Iterator[str]:
        yield from self._missing(place, "tier", rule.tiers, self.tiers)
        if rule.code:
            yield from self._missing(place, "defect", [rule.code.partition(":")[0]], self.defects)
        kind = KINDS.get(rule.check)
        if kind is None:
            yield f"{place}: unknown check {rule.check!r}; known are {', '.join(sorted(KINDS))}"
            return
        for key, count in Counter(key for key, _ in rule.arguments).items():
            if count > 1:
                yield f"{place}: argument {key!r} stands {count} times"
        told: list[str] = []
        arguments = read_record(f"{place}: arguments", kind, dict(rule.arguments), told)
        yield from told
        if arguments is None:
            return
        yield from self._references(place, arguments)
        if "value" in kind.model_fields:
            known = getattr(arguments, "value", None) is not None
            if known and rule.status is Status.UNKNOWN:
                yield f"{place}: status is unknown, yet a value is given"
            if not known and rule.status is not Status.UNKNOWN:
                yield f"{place}: no value is given, so the status must be unknown"

    def _references(self, place: str, arguments: Arguments) -> Iterator[str]:
        known: Mapping[str, set[str]] = {
            "field": self.fields,
            "evidence": self.evidence,
            "evidence_field": self.evidence_fields,
            "category": self.categories,
            "window": set(Windows.model_fields),
            "veto": {f"V{number}" for number in range(1, 9)},
        }
        for key, info in type(arguments).model_fields.items():
            refs = [item for item in info.metadata if isinstance(item, Ref)]
            refs += _nested_refs(info.annotation)
            value = getattr(arguments, key)
            names = value if isinstance(value, tuple) else () if value is None else (value,)
            for ref in refs[:1]:
                what = ref.to.replace("_", " ")
                yield from self._missing(f"{place}: {key}", what, names, known[ref.to])
            if key == "date" and not refs:
                both = self.fields | self.evidence_fields
                yield from self._missing(f"{place}: {key}", "field", names, both)
            if key.endswith("_code") and value:
                yield from self._missing(f"{place}: {key}", "defect", names, self.defects)


def _nested_refs(annotation: object) -> list[Ref]:
    """The references within ``tuple[FieldKey, ...]`` or ``FieldKey | None``."""
    found: list[Ref] = []
    for inner in get_args(annotation):
        found += [item for item in getattr(inner, "__metadata__", ()) if isinstance(item, Ref)]
        found += _nested_refs(inner)
    return found
