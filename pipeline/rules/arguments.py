"""The kinds of checks that a pack's rules may ask for, and the arguments of each.

Every kind answers ``met``, ``unmet``, ``unknown``, ``manual_review`` or ``not_applicable``; a
value that is missing or doubtful makes ``unknown``.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pipeline.rules.combined_kinds import AllOf, AnyOf, CountOf, Score
from pipeline.rules.refs import (
    Arguments,
    EvidenceId,
    EvidenceKey,
    FieldKey,
    FigureKey,
    Ref,
    WindowEnd,
)


class NoArguments(Arguments):
    """For kinds that need to be told nothing."""


# --- figures ------------------------------------------------------------------------------


class CompareFields(Arguments):
    """``left`` stands in relation ``op`` to ``right``, in every year that both state."""

    left: FieldKey
    op: Literal["<=", "<", ">=", ">", "="]
    right: FieldKey
    slack: float = 0.0
    """How far the relation may be missed, in the fields' unit."""
    positive_only: bool = False
    """Whether years with a negative or zero ``right`` are left out (profits after losses)."""


class Ratio(Arguments):
    """``stated`` (percent) equals numerator / denominator."""

    stated: FieldKey
    numerator: FieldKey
    denominator: FieldKey
    tolerance: float = 0.1
    """In percentage points."""


class Growth(Arguments):
    """``stated`` (percent, per year) equals the growth of ``of`` over the year before."""

    stated: FieldKey
    of: FieldKey
    tolerance: float = 0.1


class MeanGrowth(Arguments):
    """``stated`` (percent) is the arithmetic mean of the last ``span`` yearly growths of ``of``."""

    stated: FieldKey
    of: FieldKey
    span: int = 2
    tolerance: float = 0.1


class UnitAgreement(Arguments):
    """A money field of the form against the same figure in a piece of evidence.

    A quotient near 10,000 or 1/10,000 tells of a wrong unit; any other disagreement beyond
    ``tolerance`` is raised with ``other_code``.
    """

    field: FieldKey
    evidence: EvidenceKey
    year: EvidenceKey
    tolerance: float = 0.005
    """As a share of the evidence's figure."""
    other_code: str = ""


class UnitPlausible(Arguments):
    """A money field per head lies within bounds that no real enterprise leaves."""

    field: FieldKey
    per: FieldKey
    low: float
    high: float


class Threshold(Arguments):
    """A figure reaches a threshold; without ``value`` the threshold is not known."""

    field: FigureKey
    op: Literal["<=", "<", ">=", ">"]
    value: float | None = None
    years: int = 1
    """The last so many years must reach it, each of them."""


class Between(Arguments):
    """A figure lies between two bounds, both included; a bound may be left out."""

    field: FigureKey
    low: float | None = None
    high: float | None = None
    years: int = 1
    """The last so many years must lie there, each of them."""


class YearsSince(Arguments):
    """At least ``value`` years lie between the date in ``field`` and the application."""

    field: FieldKey
    value: float | None = None


class YearsWithin(Arguments):
    """The number of years in ``field`` is not more than the age counted from ``since``."""

    field: FieldKey
    since: FieldKey
    slack: float = 1.0


class HeadCount(Arguments):
    """A head count of the form agrees with the one in a piece of evidence."""

    field: FieldKey
    evidence: EvidenceKey
    tolerance: float = 0.1
    """As a share of the evidence's figure."""


class SizeClass(Arguments):
    """Size by 工信部联企业〔2011〕300号: not large, and as stated."""

    industry: FieldKey
    employees: FieldKey
    revenue: FieldKey
    assets: FieldKey
    stated: FieldKey


# --- identity ---------------------------------------------------------------------------


class UsccValid(Arguments):
    """The credit code of the form passes its checks."""

    field: FieldKey
    witness: EvidenceKey
    """Where the right code can be looked up, for the message."""


class UsccAgrees(Arguments):
    """The credit code is the same on the form, in evidence and online."""

    field: FieldKey
    evidence: tuple[EvidenceKey, ...]


class UsccPrefix(Arguments):
    """The credit code begins with one of the prefixes."""

    field: FieldKey
    prefixes: tuple[str, ...]


class NamesAgree(Arguments):
    """The enterprise's name is the same on the form and in evidence."""

    field: FieldKey
    evidence: tuple[EvidenceKey, ...]
    excuse_old: EvidenceKey
    excuse_new: EvidenceKey


class SealNames(Arguments):
    """Seals that belong to the enterprise carry its name."""

    field: FieldKey
    places: tuple[str, ...]
    excuse_old: EvidenceKey
    excuse_new: EvidenceKey


class SameAs(Arguments):
    """A field of the form equals the one in a piece of evidence."""

    field: FieldKey
    evidence: EvidenceKey


class EvidenceOwner(Arguments):
    """The owner named in a piece of evidence is the applicant."""

    field: FieldKey
    evidence: tuple[EvidenceKey, ...]
    excuse_old: EvidenceKey
    excuse_new: EvidenceKey


# --- evidence ------------------------------------------------------------------------------


class EvidenceValid(Arguments):
    """Evidence with an end of validity has not ended on the day of application."""

    evidence: tuple[EvidenceKey, ...]
    application_date: FieldKey


class PatentTerm(Arguments):
    """A patent's term, counted from the year in its number, has not ended."""

    number: EvidenceKey
    application_date: FieldKey


class AuditYears(Arguments):
    """Audit reports are there for every year that the evidence list needs."""

    evidence: EvidenceId
    year: EvidenceKey
    date: EvidenceKey


class CategoryTicked(Arguments):
    """At least one of the categories is ticked."""

    field: FieldKey


class CategorySupported(Arguments):
    """Ticked categories have evidence of one of their types: every one, or at least one."""

    field: FieldKey
    every: bool = True


class Veto(Arguments):
    """A veto that only a dated query can exclude."""

    veto: Annotated[str, Ref("veto")]
    """``V1`` to ``V8``."""
    evidence: EvidenceId | None = None
    """A query that speaks to it; without one the veto is always a person's to judge."""
    date: EvidenceKey | None = None
    result: EvidenceKey | None = None
    hit_words: tuple[str, ...] = ()
    clear_words: tuple[str, ...] = ()
    within_days: int | None = None
    """So old a query may be at the end of the window."""


# --- formalities ------------------------------------------------------------------------


class DateWindow(Arguments):
    """A date of the form or of evidence is filled in and lies in a window."""

    date: str
    """A form field's key or ``<evidence type>.<key>``."""
    earliest: WindowEnd | None = None
    latest: WindowEnd | None = None
    blank_code: str = "E-DATE-BLANK"


class Stamp(Arguments):
    """A seal or signature stands where it has to."""

    place: tuple[str, ...]
    """Places that count as this one."""
    kind: Literal["seal", "signature"]


class Late(Arguments):
    """What an enterprise hands in, or a district sends on, came in by a date."""

    by: WindowEnd
    of: Literal["enterprise", "district", "pool"] = "enterprise"
    """Paper and online record; the district's recommendation; its table of the pool."""


class Recommended(Arguments):
    """The opinion of the office before recommends the applicant; a refusal is to be looked at."""

    field: FieldKey
    yes: tuple[str, ...]
    no: tuple[str, ...]


class Located(Arguments):
    """The applicant lies in one of the programme's districts, by what is stated of its place."""

    district: FieldKey
    addresses: tuple[FieldKey, ...]
    evidence: tuple[EvidenceKey, ...] = ()


# --- across applications -----------------------------------------------------------------


class InForce(Arguments):
    """About titles, which have to be in force on the day of application."""

    application_date: FieldKey


class OneProduct(Arguments):
    """An enterprise applies with one product only."""

    product: FieldKey


# --- conditions -----------------------------------------------------------------------


class AnyPositive(Arguments):
    """At least one of the counts is above zero."""

    fields: tuple[FieldKey, ...]


class Claimed(Arguments):
    """At least one of the texts says something other than ``无``."""

    fields: tuple[FieldKey, ...]


class OneOf(Arguments):
    """A choice of the form is one of those listed; left empty it is not known."""

    field: FieldKey
    options: tuple[str, ...]


class EvidenceSilent(Arguments):
    """A piece of evidence is there and states a value nowhere."""

    evidence: EvidenceId
    value: EvidenceKey


KINDS: dict[str, type[Arguments]] = {
    "compare_fields": CompareFields,
    "ratio": Ratio,
    "growth": Growth,
    "mean_growth": MeanGrowth,
    "unit_agreement": UnitAgreement,
    "unit_plausible": UnitPlausible,
    "threshold": Threshold,
    "between": Between,
    "years_since": YearsSince,
    "years_within": YearsWithin,
    "head_count": HeadCount,
    "size_class": SizeClass,
    "uscc_valid": UsccValid,
    "uscc_agrees": UsccAgrees,
    "uscc_prefix": UsccPrefix,
    "names_agree": NamesAgree,
    "seal_names": SealNames,
    "same_as": SameAs,
    "evidence_owner": EvidenceOwner,
    "evidence_present": NoArguments,
    "evidence_order": NoArguments,
    "evidence_valid": EvidenceValid,
    "patent_term": PatentTerm,
    "audit_years": AuditYears,
    "category_ticked": CategoryTicked,
    "category_supported": CategorySupported,
    "veto": Veto,
    "date_window": DateWindow,
    "stamp": Stamp,
    "copies": NoArguments,
    "disc": NoArguments,
    "electronic_types": NoArguments,
    "late": Late,
    "recommended": Recommended,
    "located": Located,
    "one_product": OneProduct,
    "single_tier": NoArguments,
    "form_tier": NoArguments,
    "prerequisite": InForce,
    "highest_tier": InForce,
    "registered_online": NoArguments,
    "key_fields_read": NoArguments,
    "any_of": AnyOf,
    "all_of": AllOf,
    "count_of": CountOf,
    "score": Score,
    "one_of": OneOf,
    "any_positive": AnyPositive,
    "claimed": Claimed,
    "evidence_silent": EvidenceSilent,
}
"""Name of the kind, as a pack writes it → its arguments."""
