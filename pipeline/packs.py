"""Reads a programme pack: TOML in, typed records out, every mistake named at once."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import ValidationError

import dictionaries
from extractors.page import Record
from pipeline.errors import ProgrammeError
from pipeline.programme import (
    COMPUTED_COLUMNS,
    Category,
    Defect,
    District,
    EvidenceType,
    FormField,
    HeaderMap,
    Programme,
    Requirement,
    Rule,
    Status,
    SummaryTable,
    Tier,
    Windows,
)
from pipeline.records import Registration, Title
from pipeline.rules.arguments import KINDS, Arguments, Ref

R = TypeVar("R", bound=Record)

PROGRAMMES = Path(dictionaries.__file__).parent / "programmes"
"""Where the packs that come with zjtx lie."""

MAX_BYTES = 4_000_000
"""A pack's file above this size is no pack."""


@dataclass(frozen=True)
class Section:
    """An array of tables in a pack: its heading, where it goes, what an entry is."""

    heading: str
    attribute: str
    model: type[Record]
    name: str
    """The key that names an entry, unique in the pack."""


SECTIONS = (
    Section("tier", "tiers", Tier, "id"),
    Section("category", "categories", Category, "id"),
    Section("field", "fields", FormField, "key"),
    Section("evidence", "evidence", EvidenceType, "type"),
    Section("district", "districts", District, "name"),
    Section("defect", "defects", Defect, "code"),
    Section("table", "tables", SummaryTable, "annex"),
    Section("rule", "rules", Rule, "id"),
    Section("registration_header", "registration_headers", HeaderMap, "key"),
    Section("title_header", "title_headers", HeaderMap, "key"),
)
PAIRS = {"requirement", "arguments", "option_aliases"}
"""Keys that a pack writes as a table and a record keeps as pairs."""

MAY_BE_EMPTY = {"rules", "registration_headers", "title_headers", "districts"}


@dataclass
class _Draft:
    """What has been read so far, each entry with the place it came from."""

    mistakes: list[str]
    head: dict[str, Any]
    windows: Windows | None
    entries: dict[str, list[tuple[str, Any]]]
    """Attribute → pairs of place and record."""


def find(id_or_path: str) -> Path:
    """The folder of a pack, by its id or its path.

    Raises:
        ProgrammeError: when there is neither.
    """
    if id_or_path and "\0" not in id_or_path and Path(id_or_path).is_dir():
        return Path(id_or_path)
    plain = id_or_path and not {"/", "\\", "\0"} & set(id_or_path) and id_or_path not in (".", "..")
    if plain and (PROGRAMMES / id_or_path).is_dir():
        return PROGRAMMES / id_or_path
    known = ", ".join(sorted(path.name for path in PROGRAMMES.iterdir() if path.is_dir()))
    raise ProgrammeError(
        f"programme {id_or_path!r} is neither a known id nor a folder",
        f"known programmes: {known}; or give the path of a folder with a pack's TOML files",
    )


def load(folder: Path) -> Programme:
    """Read the pack in a folder.

    Raises:
        ProgrammeError: naming every mistake in the pack at once, each with file and key.
    """
    programme, mistakes = examine(folder)
    if programme is None:
        listed = "\n".join(f"  - {mistake}" for mistake in mistakes)
        count = f"{len(mistakes)} mistake" + ("s" if len(mistakes) > 1 else "")
        raise ProgrammeError(
            f"programme pack {folder}: {count}\n{listed}",
            "correct the entries named above; `zjtx programme check` lists them again",
        )
    return programme


def examine(folder: Path) -> tuple[Programme | None, tuple[str, ...]]:
    """The pack in a folder, or ``None`` with every mistake that keeps it from being one."""
    draft = _Draft([], {}, None, {section.attribute: [] for section in SECTIONS})
    files = _files(folder, draft.mistakes)
    digest = hashlib.sha256()
    for path in files:
        raw = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(raw).digest())
        _read_file(path.name, raw, draft)
    if not files:
        return None, tuple(draft.mistakes)
    for section in SECTIONS:
        if not draft.entries[section.attribute] and section.attribute not in MAY_BE_EMPTY:
            draft.mistakes.append(f"no [[{section.heading}]] in any file of the pack")
    if not draft.head:
        draft.mistakes.append("no [programme] in any file of the pack")
    if draft.windows is None and not any("[windows]" in mistake for mistake in draft.mistakes):
        draft.mistakes.append("no [windows] in any file of the pack")
    draft.mistakes += _Cross(draft).mistakes()
    programme = None
    try:
        programme = Programme.model_validate(
            {
                **draft.head,
                "windows": draft.windows,
                "hash": digest.hexdigest(),
                **{
                    attribute: tuple(record for _, record in found)
                    for attribute, found in draft.entries.items()
                },
            },
            strict=True,
        )
    except ValidationError as error:
        draft.mistakes += [
            text
            for text in _explain("[programme]", error)
            if not any(f" {section.attribute}:" in text for section in SECTIONS)
            and " windows" not in text
        ]
    return (None if draft.mistakes else programme), tuple(draft.mistakes)


def check_report(folder: Path) -> tuple[bool, str]:
    """What ``zjtx programme check`` prints: whether the pack can be used, and why not."""
    programme, mistakes = examine(folder)
    if programme is None:
        return False, "\n".join([f"{folder}: {len(mistakes)} mistake(s)", *mistakes])
    status = Counter(
        str(entry.status) for section in SECTIONS for entry in getattr(programme, section.attribute)
    )
    states = ", ".join(f"{status[str(state)]} {state}" for state in Status)
    parts = ", ".join(
        f"{len(getattr(programme, section.attribute))} {section.attribute}" for section in SECTIONS
    )
    return True, "\n".join(
        [
            f"{programme.id}: {programme.title} ({programme.document_number})",
            f"contents: {parts.replace('_', ' ')}",
            f"status of the entries: {states}",
            f"hash: {programme.hash}",
            "the pack can be used",
        ]
    )


# --- reading ----------------------------------------------------------------------------


def _files(folder: Path, mistakes: list[str]) -> list[Path]:
    """The pack's files in the order of their names."""
    if not folder.is_dir():
        mistakes.append(f"{folder} is not a folder")
        return []
    files = sorted(path for path in folder.glob("*.toml") if path.is_file())
    if not files:
        mistakes.append(f"{folder} holds no .toml file")
    for path in list(files):
        if path.stat().st_size > MAX_BYTES:
            mistakes.append(f"{path.name}: larger than {MAX_BYTES} bytes")
            files.remove(path)
    return files


def _read_file(name: str, raw: bytes, draft: _Draft) -> None:
    """Take one file of the pack into the draft."""
    try:
        content = tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        draft.mistakes.append(f"{name}: not UTF-8 text (byte {error.start})")
        return
    except tomllib.TOMLDecodeError as error:
        draft.mistakes.append(f"{name}: not valid TOML: {error}")
        return
    sections = {section.heading: section for section in SECTIONS}
    for heading, value in content.items():
        if heading == "programme":
            _take_head(name, value, draft)
        elif heading == "windows":
            if draft.windows is not None:
                draft.mistakes.append(f"{name}: [windows] stands in the pack a second time")
            draft.windows = _record(f"{name}: [windows]", Windows, value, draft.mistakes)
        elif heading in sections:
            _take_section(name, sections[heading], value, draft)
        else:
            known = ", ".join(["programme", "windows", *sections])
            draft.mistakes.append(f"{name}: unknown heading {heading!r}; known are {known}")


def _take_head(name: str, value: object, draft: _Draft) -> None:
    """Take ``[programme]``; its keys are the plain ones of ``Programme``."""
    if draft.head:
        draft.mistakes.append(f"{name}: [programme] stands in the pack a second time")
    if not isinstance(value, dict):
        draft.mistakes.append(f"{name}: [programme] must be a table")
        return
    taken = {"windows", "hash", *(section.attribute for section in SECTIONS)}
    for key in value:
        if key in taken or key not in Programme.model_fields:
            draft.mistakes.append(f"{name}: [programme] has the unknown key {key!r}")
    draft.head = {
        key: tuple(item) if isinstance(item, list) else item
        for key, item in value.items()
        if key in Programme.model_fields and key not in taken
    }


def _take_section(name: str, section: Section, value: object, draft: _Draft) -> None:
    """Take the entries of one array of tables."""
    if not isinstance(value, list):
        draft.mistakes.append(f"{name}: write [[{section.heading}]] with two brackets")
        return
    for number, entry in enumerate(value, start=1):
        label = entry.get(section.name, "") if isinstance(entry, dict) else ""
        place = f"{name}: [[{section.heading}]] {number}" + (f" {label!r}" if label != "" else "")
        if isinstance(entry, dict):
            entry = {
                key: list(item.items()) if key in PAIRS and isinstance(item, dict) else item
                for key, item in entry.items()
            }
        record = _record(place, section.model, entry, draft.mistakes)
        if record is not None:
            draft.entries[section.attribute].append((place, record))


def _record(place: str, model: type[R], value: object, mistakes: list[str]) -> R | None:
    """One entry as a record, or its mistakes.

    The detour over JSON lets pydantic be strict about types (``"80"`` is no number) and yet
    take TOML's arrays and dates.
    """
    try:
        return model.model_validate_json(json.dumps(value, default=str), strict=True)
    except ValidationError as error:
        mistakes += _explain(place, error)
        return None


def _explain(place: str, error: ValidationError) -> Iterator[str]:
    """The mistakes of one entry, one line each; a union is told once."""
    told = set()
    for problem in error.errors(include_url=False, include_context=False):
        key = ".".join(str(part) for part in problem["loc"][:2]) or "entry"
        if key in told:
            continue
        told.add(key)
        if problem["type"] == "extra_forbidden":
            yield f"{place}: unknown key {key!r}"
        elif problem["type"] == "missing":
            yield f"{place}: key {key!r} is missing"
        else:
            yield f"{place}: {key}: {problem['msg']}, found {problem['input']!r:.80}"


# --- references -------------------------------------------------------------------------


class _Cross:
    """Checks that span entries: duplicates, references, dates, arguments of rules."""

    def __init__(self, draft: _Draft) -> None:
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
        arguments = _record(f"{place}: arguments", kind, dict(rule.arguments), told)
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
