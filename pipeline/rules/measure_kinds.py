"""The kinds of figures that a pack may have worked out, and the arguments of each."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.programme import Measure
from pipeline.rules.refs import Arguments, EvidenceId, EvidenceKey, FieldKey


class Share(Arguments):
    """``numerator`` as a percentage of ``denominator``, of one year, rounded to two decimals.

    Worked out from both where both are known, else as ``stated``; where the two disagree by
    more than ``tolerance``, anything between them.
    """

    numerator: FieldKey
    denominator: FieldKey
    stated: FieldKey | None = None
    tolerance: float = 0.1
    """In percentage points."""


class MeanGrowth(Arguments):
    """The arithmetic mean of the last ``span`` yearly growths of a field, in percent."""

    of: FieldKey
    span: int = 2
    stated: FieldKey | None = None
    tolerance: float = 0.1


class MeanOfYears(Arguments):
    """The arithmetic mean of a field over the last ``span`` years."""

    of: FieldKey
    span: int = 2


class SumOfYears(Arguments):
    """The sum of a field over the last ``span`` years."""

    of: FieldKey
    span: int = 2


class SumOfFields(Arguments):
    """The sum of several fields, of the last year where they are stated for each."""

    of: tuple[FieldKey, ...]


class CountOfPapers(Arguments):
    """How many papers of certain types the volume holds; there may be more than were told apart.

    With ``field`` only papers count in which it holds one of ``words``.
    """

    evidence: tuple[EvidenceId, ...]
    field: EvidenceKey | None = None
    words: tuple[str, ...] = ()


MEASURES: dict[str, type[Arguments]] = {
    "share": Share,
    "mean_growth": MeanGrowth,
    "mean_of_years": MeanOfYears,
    "sum_of_years": SumOfYears,
    "sum_of_fields": SumOfFields,
    "count_of_papers": CountOfPapers,
}
"""Name of the kind, as a pack writes it → its arguments."""


def has_years(key: str, programme_fields: Sequence[str], measures: Sequence[Measure]) -> bool:
    """Whether a figure can be had for each year: a field that is, or a share of such fields."""
    if key in programme_fields:
        return True
    found = next((item for item in measures if item.id == key), None)
    return found is not None and found.kind == "share"
