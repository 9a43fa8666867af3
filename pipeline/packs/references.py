"""What spans the entries of a pack: duplicates, references, dates, arguments of rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from pipeline.packs.sections import SECTIONS, Draft, read_record
from pipeline.programme import (
    COMPUTED_COLUMNS,
    Requirement,
    Rule,
    Status,
    Windows,
)
from pipeline.records import Registration, Title
from pipeline.rules.arguments import KINDS
from pipeline.rules.measure_kinds import MEASURES, has_years
from pipeline.rules.order import in_turn
from pipeline.rules.refs import Arguments, names_in, references_of


class References:
    """Checks that span entries: duplicates, references, dates, arguments of rules."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.tiers = self._names("tiers", "id")
        self.fields = self._names("fields", "key")
        self.evidence = self._names("evidence", "type")
        self.defects = self._names("defects", "code")
        self.rules = self._names("rules", "id")
        self.measures = self._names("measures", "id")
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
        yield from self._measures()
        yield from self._indicators()
        for place, rule in self.draft.entries["rules"]:
            yield from self._rule(place, rule)
        yield from self._circle()

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

    def _measures(self) -> Iterator[str]:
        for place, item in self.draft.entries["measures"]:
            if item.id in self.fields:
                yield f"{place}: id {item.id!r} is already the key of a field"
            known = MEASURES.get(item.kind)
            if known is None:
                names = ", ".join(sorted(MEASURES))
                yield f"{place}: unknown kind {item.kind!r}; known are {names}"
            else:
                yield from self._arguments(place, item.arguments, known)[0]

    def _indicators(self) -> Iterator[str]:
        figures = self.fields | self.measures
        choices = {f.key: set(f.options) for _, f in self.draft.entries["fields"]}
        for place, item in self.draft.entries["indicators"]:
            yield from self._missing(place, "tier", item.tiers, self.tiers)
            yield from self._missing(f"{place}: of", "figure", filter(None, [item.of]), figures)
            if item.cap <= 0:
                yield f"{place}: cap must be above zero"
            if not item.bands and item.status is not Status.UNKNOWN:
                yield f"{place}: no bands are given, so the status must be unknown"
            for number, band in enumerate(item.bands, start=1):
                where = f"{place}: band {number}"
                of = band.of or item.of
                ways = [band.value is not None, band.every is not None]
                ways += [bool(band.options), bool(band.rule)]
                if sum(ways) != 1:
                    yield f"{where}: give one of value, every, options and rule"
                if (band.value is None) == bool(band.op):
                    yield f"{where}: op and value are given together"
                if not band.rule and not of:
                    yield f"{where}: of is missing"
                yield from self._missing(where, "figure", filter(None, [band.of]), figures)
                yield from self._missing(where, "rule", filter(None, [band.rule]), self.rules)
                yield from self._missing(where, "option", band.options, choices.get(of, set()))
                if band.every is not None and band.every <= 0:
                    yield f"{where}: every must be above zero"
                if not 0 < band.points <= item.cap:
                    yield f"{where}: points must lie above zero and not above cap"

    def _circle(self) -> Iterator[str]:
        rules, evidence, indicators = (
            [record for _, record in self.draft.entries[name]]
            for name in ("rules", "evidence", "indicators")
        )
        circle = in_turn(rules, evidence, indicators)[1]
        if circle:
            yield f"rules wait for each other: {' → '.join((*circle, circle[0]))}"

    def _rule(self, place: str, rule: Rule) -> Iterator[str]:
        yield from self._missing(place, "tier", rule.tiers, self.tiers)
        if rule.code:
            yield from self._missing(place, "defect", [rule.code.partition(":")[0]], self.defects)
        kind = KINDS.get(rule.check)
        if kind is None:
            yield f"{place}: unknown check {rule.check!r}; known are {', '.join(sorted(KINDS))}"
            return
        told, arguments = self._arguments(place, rule.arguments, kind)
        yield from told
        if rule.gate and not rule.code:
            yield f"{place}: a gate needs a code"
        for number, example in enumerate(rule.examples, start=1):
            for key, count in Counter(key for key, _ in example.given).items():
                if count > 1:
                    yield f"{place}: example {number}: {key!r} stands {count} times"
        if arguments is None:
            return
        if "value" in kind.model_fields:
            known = getattr(arguments, "value", None) is not None
            if known and rule.status is Status.UNKNOWN:
                yield f"{place}: status is unknown, yet a value is given"
            if not known and rule.status is not Status.UNKNOWN:
                yield f"{place}: no value is given, so the status must be unknown"
        if getattr(arguments, "years", 1) > 1:
            yield from self._years(place, arguments)

    def _years(self, place: str, arguments: Arguments) -> Iterator[str]:
        """A figure that is asked for in several years has to be stated for each."""
        per_year = [f.key for _, f in self.draft.entries["fields"] if f.per_year]
        measures = [record for _, record in self.draft.entries["measures"]]
        key, years = getattr(arguments, "field", ""), getattr(arguments, "years", 1)
        if not has_years(key, per_year, measures):
            yield f"{place}: {key!r} is not stated for each year"
        if years > len(self.years):
            yield f"{place}: the forms have {len(self.years)} years, {years} are asked for"

    def _arguments(
        self, place: str, given: Iterable[tuple[str, object]], kind: type[Arguments]
    ) -> tuple[list[str], Arguments | None]:
        """The arguments of a rule or a measure as those of its kind, and what is wrong."""
        told = [
            f"{place}: argument {key!r} stands {count} times"
            for key, count in Counter(key for key, _ in given).items()
            if count > 1
        ]
        arguments = read_record(f"{place}: arguments", kind, dict(given), told)
        if arguments is not None:
            told += self._references(place, arguments)
        return told, arguments

    def _references(self, place: str, arguments: Arguments) -> Iterator[str]:
        known: Mapping[str, set[str]] = {
            "field": self.fields,
            "figure": self.fields | self.measures,
            "evidence": self.evidence,
            "evidence_field": self.evidence_fields,
            "category": self.categories,
            "window": set(Windows.model_fields),
            "rule": self.rules,
            "veto": {f"V{number}" for number in range(1, 9)},
        }
        refs = references_of(type(arguments))
        for key in type(arguments).model_fields:
            names = names_in(getattr(arguments, key))
            if key in refs:
                what = refs[key].to.replace("_", " ")
                yield from self._missing(f"{place}: {key}", what, names, known[refs[key].to])
            elif key == "date":
                both = self.fields | self.evidence_fields
                yield from self._missing(f"{place}: {key}", "field", names, both)
            if key.endswith("_code"):
                yield from self._missing(f"{place}: {key}", "defect", names, self.defects)
