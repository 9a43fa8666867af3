"""The national programme of 2022: its pack, and an application that reads well."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from builders_check import FORM, Value, judged

from pipeline.programme import Programme, load_programme
from pipeline.records import Judgement, ScoreLine

NATIONAL = Path(__file__).parents[1] / "dictionaries" / "programmes" / "national-sme-2022"

_NOT_ASKED = ("categories_ticked", "prior_title")


@cache
def national() -> Programme:
    """The pack of 63号."""
    return load_programme(NATIONAL)


def applied(
    form: Mapping[str, Value | None], programme: Programme | None = None, **context: object
) -> Judgement:
    """Judge an application that states nothing but who applies and what is given."""
    kept = ("enterprise_name", "uscc", "district", "legal_rep", "contact", "contact_mobile")
    nothing = {key: None for key in FORM if key not in kept}
    return judged({**nothing, **form}, programme=programme or national(), **context)


def points(judgement: Judgement) -> dict[str, ScoreLine]:
    """The lines of the score by indicator; the total under the empty name."""
    return {line.indicator: line for line in judgement.scores}
