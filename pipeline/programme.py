"""The programme pack: all that one programme year states, as typed data.

A pack is a folder of TOML files under ``dictionaries/programmes/``.  Nothing about one
programme stands in code; the code knows the kinds of things a programme can state.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints

from extractors.page import Record
from extractors.values.kinds import FieldKind


class Status(StrEnum):
    """How sure an entry of the pack is."""

    CONFIRMED = "confirmed"
    """Stated by the programme's own notice."""
    SIBLING = "sibling"
    """Taken from a sibling programme."""
    PROPOSED = "proposed"
    """Worked out for this pack."""
    UNKNOWN = "unknown"
    """The programme has it, its value is not known."""


class Windows(Record):
    """Dates of the programme year."""

    enterprise_from: date
    enterprise_to: date
    district_deadline: date
    pool_deadline: date


class Tier(Record):
    """One rung of the ladder."""

    id: str
    name: str
    """As in the notice, e.g. ``专精特新产品``."""
    aliases: tuple[str, ...] = ()
    """Other names of the tier, as registrations and lists of titles write them."""
    form_titles: tuple[str, ...]
    """Titles that the tier's application form may carry, best first."""
    form_annex: int
    table_annex: int
    quota: int
    prerequisite_tier: str = ""
    prerequisite_severity: Literal["error", "warn"] = "warn"
    one_per_enterprise: bool
    subject_field: str = ""
    """Key of the field that says what is applied for, and so tells two applications of one
    enterprise in this tier from two copies of one application."""
    exclusive_group: str = ""
    """An enterprise applies for at most one tier of a group."""
    status: Status = Status.PROPOSED


class Category(Record):
    """One of the special-indicator categories, at least one of which must be met."""

    id: str
    aliases: tuple[str, ...] = ()
    supported_by: tuple[str, ...] = ()
    """Evidence types that support the category."""
    status: Status = Status.PROPOSED


class FormField(Record):
    """A field of the application forms."""

    key: str
    name: str
    """For clerks, in Chinese."""
    labels: tuple[str, ...]
    kind: FieldKind
    unit: str = ""
    """Unit of the normalised value: ``万元``, ``%``, ``人`` …"""
    tiers: tuple[str, ...]
    per_year: bool = False
    """Whether the form asks for one value per year of ``Programme.years``."""
    options: tuple[str, ...] = ()
    option_aliases: tuple[tuple[str, str], ...] = ()
    after: str = ""
    """Key of the field whose row this label continues, for labels such as ``电话`` that
    only mean something beside another one (``legal_rep`` → ``legal_rep_tel``)."""
    required: bool = True
    key_field: bool = False
    """Whether an unread value is worth an ``E-OCR-LOW``."""
    status: Status = Status.PROPOSED


class Requirement(StrEnum):
    """How a piece of evidence is asked for."""

    MANDATORY = "mandatory"
    CONDITIONAL = "conditional"
    OPTIONAL = "optional"


class EvidenceField(Record):
    """A value to take from a piece of evidence."""

    key: str
    labels: tuple[str, ...]
    kind: FieldKind
    role: Literal["", "owner", "number", "issued", "valid_from", "valid_to", "amount"] = ""
    unit: str = ""
    """Unit that the paper prints where the figure itself names none: ``元`` for audit reports."""


class EvidenceType(Record):
    """A kind of document in the bound volume."""

    type: str
    name: str
    """For clerks, in Chinese."""
    order: int
    """Place in the binding order."""
    titles: tuple[str, ...]
    """What stands as the title on its first page."""
    words: tuple[str, ...] = ()
    """Words that speak for the type on any of its pages."""
    requirement: tuple[tuple[str, Requirement], ...]
    """Pairs of tier id and requirement; a tier not named does not ask for it."""
    alternatives: tuple[str, ...] = ()
    """Evidence types that serve in its place."""
    condition: str = ""
    """Id of a rule that must answer ``met`` for a conditional item to be asked for."""
    years_needed: tuple[int, ...] = ()
    fields: tuple[EvidenceField, ...] = ()
    seal_expected: bool = False
    status: Status = Status.PROPOSED

    def required_for(self, tier: str) -> Requirement | None:
        """How the tier asks for it; ``None`` where it does not."""
        return dict(self.requirement).get(tier)


class District(Record):
    """A reporting unit: a district, county, city or functional area."""

    name: str
    code: str = ""
    aliases: tuple[str, ...] = ()
    address_words: tuple[str, ...] = ()
    """Places that lie in it: streets, towns, zones."""
    reports: bool = True
    within: str = ""
    status: Status = Status.PROPOSED


class Defect(Record):
    """A code that a finding can carry."""

    code: str
    severity: Literal["error", "warn", "review", "info"]
    wording: str
    """In Chinese; ``{subject}``, ``{detail}`` may stand in it."""
    advice: str
    """In Chinese: what the enterprise has to do; empty where nothing."""
    notify: bool
    """Whether it goes into the correction notice."""
    status: Status = Status.PROPOSED
    bars_pool: bool = False
    """Whether an enterprise with it is not proposed for the cultivation pool."""
    waivable: bool = False
    """Whether a clerk may let it pass with a reason ("in principle")."""

    def message(self, subject: str, detail: str) -> str:
        """The wording with its subject; the detail behind it where it has no room of its own."""
        text = self.wording.replace("{subject}", subject).replace("{detail}", detail)
        return f"{text}（{detail}）" if detail and "{detail}" not in self.wording else text


COMPUTED_COLUMNS = frozenset(
    {
        "#",  # running number
        "district",  # reporting unit
        "categories",  # ticked categories
        "ip",  # patents and software, summed up in words
        "prior_title",  # prerequisite title with its year
        "score",  # points of the pack's indicators, a range where some are open
        "match.registration_id",
        "match.registration_name",
        "match.score",
        "direction",  # pool: tier to be cultivated
        "expected_year",  # pool: year of the expected application
        "note",
    }
)
"""Sources of table columns that are worked out rather than read from one field."""


class TableColumn(Record):
    """One column of a summary table."""

    title: str
    source: str
    """A field key (``revenue.2020`` for one year), or one of ``COMPUTED_COLUMNS``."""
    width: float = 12.0
    kind: Literal["text", "number", "percent"] = "text"


class SummaryTable(Record):
    """A table of annexes 6 to 9."""

    annex: int
    tier: str
    """Empty for the cultivation pool."""
    title: str
    columns: tuple[TableColumn, ...]
    footer: tuple[str, ...] = ()
    """What stands below the table: filler, date, stamp."""
    unit_note: str = ""
    """E.g. ``单位：万元``."""
    status: Status = Status.PROPOSED


Argument = str | int | float | bool | tuple[str, ...]
"""What an argument of a rule or a measure may be."""


class Measure(Record):
    """A figure that is worked out from the form's values; ``kind`` says how."""

    id: str
    name: str
    """For clerks, in Chinese."""
    kind: str
    arguments: tuple[tuple[str, Argument], ...] = ()
    unit: str = ""
    source: str
    status: Status = Status.PROPOSED


class Band(Record):
    """When an indicator has how many points.  One of three conditions is given.

    ``op`` and ``value``: a figure reaches a bound (included with ``>=`` and ``<=``).
    ``options``: a choice of the form is one of them.  ``rule``: another rule is met.
    """

    points: float
    name: str = ""
    """For clerks, where the condition does not speak for itself."""
    of: str = ""
    """The figure or choice; the indicator's own where empty."""
    op: Literal["<=", "<", ">=", ">", ""] = ""
    value: float | None = None
    every: float | None = None
    """Instead of ``value``: the points are given for every full so many."""
    options: tuple[str, ...] = ()
    rule: str = ""


class Indicator(Record):
    """A scored indicator."""

    id: str
    group: str
    """Indicators of a group are added up by themselves too."""
    name: str
    """For clerks, in Chinese."""
    tiers: tuple[str, ...]
    cap: float
    """The most points it can have."""
    of: str = ""
    """What is measured: a form field, or one of the pack's measures."""
    take: Literal["best", "sum"] = "best"
    """Whether the best of the bands that are reached counts, or all of them added up."""
    bands: tuple[Band, ...] = ()
    """None where the programme leaves them open: then it has between no points and its cap."""
    sentence: str
    source: str
    status: Status = Status.PROPOSED


class Example(Record):
    """A case that the pack's own rule must answer as it says; the loader proves it."""

    given: tuple[tuple[str, str], ...]
    """Key → value: field keys, ``<evidence type>`` and ``<evidence type>.<key>``,
    ``seal.<place>``, ``signature.<place>``, ``box.<fact>``, ``online.<column>``,
    ``title.<tier>``, ``peer.<tier>``."""
    answer: Literal["met", "unmet", "unknown", "manual_review", "not_applicable"]


class Rule(Record):
    """A rule of the programme; ``check`` names its kind, ``arguments`` are that kind's."""

    id: str
    code: str = ""
    """The defect that it raises when it is not met; empty for a rule that is only asked,
    such as the condition of a piece of evidence."""
    tiers: tuple[str, ...]
    check: str
    arguments: tuple[tuple[str, Argument], ...] = ()
    sentence: str
    """The notice's sentence, or the reason, in Chinese."""
    source: str
    gate: bool = False
    """Whether nothing goes out unless the rule is met: no answer is then a request to look."""
    examples: tuple[Example, ...] = ()
    status: Status = Status.PROPOSED


class HeaderMap(Record):
    """Header names of a table that comes from outside → key of ours."""

    key: str
    headers: tuple[str, ...]
    required: bool = False
    status: Status = Status.PROPOSED


class Programme(Record):
    """One programme year."""

    id: str
    title: str
    year: int
    document_number: str
    issuer: str
    addressees: str
    city: str
    districts_called: Annotated[str, StringConstraints(pattern=r"^[^\\/?*\[\]:（]+")]
    """What the units below the city are called in tables and letters: ``区市县（先导区）``."""
    province: str
    pool_quota: int
    copies: int
    years: tuple[int, ...]
    """Years of the forms' tables, oldest first."""
    windows: Windows
    tiers: tuple[Tier, ...]
    categories: tuple[Category, ...]
    fields: tuple[FormField, ...]
    evidence: tuple[EvidenceType, ...]
    districts: tuple[District, ...]
    defects: tuple[Defect, ...]
    tables: tuple[SummaryTable, ...]
    measures: tuple[Measure, ...]
    indicators: tuple[Indicator, ...]
    rules: tuple[Rule, ...]
    registration_headers: tuple[HeaderMap, ...]
    title_headers: tuple[HeaderMap, ...]
    footnote: str
    """Stands under every table: what in the pack is proposed rather than official."""
    hash: str
    """SHA-256 over the pack's files."""

    @property
    def district_short(self) -> str:
        """What a unit below the city is called where there is little room: ``区市县``."""
        return self.districts_called.partition("（")[0]

    def tier(self, tier_id: str) -> Tier:
        """The tier with this id; ``KeyError`` when there is none."""
        return {tier.id: tier for tier in self.tiers}[tier_id]

    def fields_of(self, tier_id: str) -> tuple[FormField, ...]:
        """The fields that the tier's form has, in the pack's order."""
        return tuple(field for field in self.fields if tier_id in field.tiers)

    def choices_of(self, field: FormField) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
        """What a field may be chosen from, and pairs of other words and the option they mean."""
        if field.kind is not FieldKind.DISTRICT or field.options:
            return field.options, field.option_aliases
        return (
            tuple(district.name for district in self.districts),
            tuple((alias, one.name) for one in self.districts for alias in one.aliases),
        )

    def evidence_of(self, type_id: str) -> EvidenceType:
        """The evidence type with this id; ``KeyError`` when there is none."""
        return {item.type: item for item in self.evidence}[type_id]

    def name_of(self, key: str) -> str:
        """What clerks call a value: ``revenue.2020`` → ``营业收入（2020年）``.

        A value of a piece of evidence is named after it: ``营业执照：注册号``.
        """
        base, _, rest = key.partition(".")
        names = {measure.id: measure.name for measure in self.measures}
        names |= {field.key: field.name for field in self.fields}
        if base in names and (not rest or rest.isdigit()):
            return f"{names[base]}（{rest}年）" if rest else names[base]
        kind, _, copy = base.partition("#")
        for item in self.evidence:
            if item.type == kind:
                label = next((f.labels[0] for f in item.fields if f.key == rest and f.labels), rest)
                which = f"（第{copy}份）" if copy else ""
                return f"{item.name}{which}：{label}" if label else item.name
        return key

    def defect(self, code: str) -> Defect:
        """The defect of a code; a subject after a colon does not count."""
        return {item.code: item for item in self.defects}[code.partition(":")[0]]


def load_programme(folder: Path) -> Programme:
    """Read the pack in a folder.

    Raises:
        ProgrammeError: naming every mistake in the pack at once.
    """
    from pipeline.packs import load  # it builds on the records above

    return load(folder)


def find_programme(id_or_path: str) -> Path:
    """The folder of a pack, given its id (``liaoning-2021``) or the path of a folder.

    Raises:
        ProgrammeError: when there is neither.
    """
    from pipeline.packs import find

    return find(id_or_path)
