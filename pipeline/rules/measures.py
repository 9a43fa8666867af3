"""Figures that a pack works out from the form's values: shares, means, sums, counts.

A measure answers with a span: what the figure is at least and at most.  The ends are the same
where it is known, both open where nothing is.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from pipeline.programme import Measure
from pipeline.records import Field
from pipeline.rules.answers import show
from pipeline.rules.facts import Facts
from pipeline.rules.measure_kinds import (
    MEASURES,
    CountOfPapers,
    MeanGrowth,
    MeanOfYears,
    Share,
    SumOfFields,
    SumOfYears,
)

_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Span:
    """What is known of a figure."""

    low: Decimal | None
    high: Decimal | None
    arithmetic: str
    """In Chinese; says what is missing where the figure is not known."""
    key: str = ""
    """The form's value that it rests on most, for a finding."""
    source: Field | None = None

    @property
    def exact(self) -> Decimal | None:
        """The figure, where it is known."""
        return self.low if self.low is not None and self.low == self.high else None


OPERATORS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
    "=": operator.eq,
}
SIGNS = {"<=": "≤", ">=": "≥", "<": "＜", ">": "＞", "=": "＝"}


def reaches(span: Span, op: str, limit: Decimal) -> bool | None:
    """Whether a figure stands so to a limit; ``None`` where its span leaves it open."""
    ends = (span.low, span.high)
    answers = {None if end is None else OPERATORS[op](end, limit) for end in ends}
    if span.exact is not None or (len(answers) == 1 and None not in answers):
        return answers.pop()
    if op in (">=", ">") and span.low is not None and OPERATORS[op](span.low, limit):
        return True
    if op in ("<=", "<") and span.low is not None and not OPERATORS[op](span.low, limit):
        return False
    return None


def measure(facts: Facts, key: str, year: str = "") -> Span:
    """What is known of a figure.

    Args:
        facts: Of the application.
        key: Of a form field, or id of one of the pack's measures.
        year: For figures that are stated for each year; empty for the last one.
    """
    found = next((item for item in facts.programme.measures if item.id == key), None)
    if found is None:
        return _stated(facts, _key_of(facts, key, year))
    arguments = MEASURES[found.kind].model_validate(dict(found.arguments))
    return _WORKED_OUT[found.kind](facts, arguments, year, found)


def _share(facts: Facts, arguments: Share, year: str, item: Measure) -> Span:
    top = _stated(facts, _key_of(facts, arguments.numerator, year))
    bottom = _stated(facts, _key_of(facts, arguments.denominator, year))
    computed = None
    arithmetic = ""
    if top.exact is not None and bottom.exact is not None and bottom.exact > 0:
        computed = _rounded(top.exact / bottom.exact * 100)
        arithmetic = (
            f"{facts.name_of(top.key)}{show(top.exact)}÷"
            f"{facts.name_of(bottom.key)}{show(bottom.exact)}＝{show(computed)}%"
        )
    return _settled(facts, arguments, year, computed, arithmetic, top, item)


def _mean_growth(facts: Facts, arguments: MeanGrowth, year: str, item: Measure) -> Span:
    keys = facts.years_of(arguments.of)[-arguments.span - 1 :]
    spans = [_stated(facts, key) for key in keys]
    known = [span.exact for span in spans if span.exact is not None and span.exact > 0]
    computed = None
    arithmetic = ""
    if len(known) == arguments.span + 1:
        growths = [(b / a - 1) * 100 for a, b in pairwise(known)]
        computed = _rounded(sum(growths, Decimal(0)) / len(growths))
        terms = [f"（{show(b)}÷{show(a)}－1）" for a, b in pairwise(known)]
        arithmetic = f"［{'＋'.join(terms)}］÷{len(growths)}＝{show(computed)}%"
    return _settled(facts, arguments, year, computed, arithmetic, spans[-1], item)


def _settled(
    facts: Facts,
    arguments: Share | MeanGrowth,
    year: str,
    computed: Decimal | None,
    arithmetic: str,
    rests_on: Span,
    item: Measure,
) -> Span:
    """A figure that was worked out against the same figure as the form states it."""
    stated = None
    if arguments.stated is not None:
        on_form = _stated(facts, _key_of(facts, arguments.stated, year))
        stated = on_form.exact
        if computed is None:
            rests_on = on_form
    if computed is None:
        told = f"{item.name}未填写或未能可靠识别"
        if stated is not None:
            told = f"{item.name}申报表填{show(stated)}{item.unit}"
        return Span(stated, stated, told, rests_on.key, rests_on.source)
    if stated is not None and abs(stated - computed) > Decimal(str(arguments.tolerance)) + _CENT:
        arithmetic += f"，申报表填{show(stated)}%，两者不符"
        low, high = sorted((stated, computed))
        return Span(low, high, arithmetic, rests_on.key, rests_on.source)
    return Span(computed, computed, arithmetic, rests_on.key, rests_on.source)


def _mean_of_years(facts: Facts, arguments: MeanOfYears, year: str, item: Measure) -> Span:
    return _over_years(facts, arguments.of, arguments.span, arguments.span, item)


def _sum_of_years(facts: Facts, arguments: SumOfYears, year: str, item: Measure) -> Span:
    return _over_years(facts, arguments.of, arguments.span, 1, item)


def _over_years(facts: Facts, key: str, span: int, divisor: int, item: Measure) -> Span:
    spans = [_stated(facts, name) for name in facts.years_of(key)[-span:]]
    return _added(facts, spans, divisor, item)


def _sum_of_fields(facts: Facts, arguments: SumOfFields, year: str, item: Measure) -> Span:
    return _added(
        facts, [_stated(facts, _key_of(facts, key, year)) for key in arguments.of], 1, item
    )


def _added(facts: Facts, spans: Sequence[Span], divisor: int, item: Measure) -> Span:
    known = [span.exact for span in spans if span.exact is not None]
    last = spans[-1]
    if len(known) < len(spans):
        lacking = "、".join(facts.name_of(span.key) for span in spans if span.exact is None)
        return Span(None, None, f"{lacking}未填写或未能可靠识别", last.key, last.source)
    total = sum(known, Decimal(0)) / divisor
    terms = "＋".join(show(number) for number in known)
    arithmetic = f"（{terms}）÷{divisor}" if divisor > 1 else terms
    told = f"{arithmetic}＝{show(total)}{item.unit}"
    return Span(total, total, told, last.key, last.source)


def _count_of_papers(facts: Facts, arguments: CountOfPapers, year: str, item: Measure) -> Span:
    sure = 0
    for kind in arguments.evidence:
        for paper in facts.papers(kind):
            if arguments.field is None:
                sure += 1
                continue
            kind_of_field, _, name = arguments.field.partition(".")
            reading = paper.get(name) if kind_of_field == kind else None
            sure += (
                reading is not None
                and reading.sure
                and any(word in reading.value for word in arguments.words)
            )
    names = "、".join(facts.evidence_name(kind) for kind in arguments.evidence)
    return Span(Decimal(sure), None, f"卷内有{names}{sure}份可以确认")


def _stated(facts: Facts, key: str) -> Span:
    reading = facts.form(key)
    number = reading.number if reading.sure else None
    if number is None:
        told = f"{facts.name_of(key)}未填写或未能可靠识别"
        return Span(None, None, told, key, reading.source)
    unit = next((item.unit for item in facts.programme.fields if item.key == key.split(".")[0]), "")
    told = f"{facts.name_of(key)}{show(number)}{unit}"
    return Span(number, number, told, key, reading.source)


def _key_of(facts: Facts, key: str, year: str) -> str:
    """The key of a field in a year; the last one, or the only one, where none is asked for."""
    keys = facts.years_of(key)
    return f"{key}.{year}" if year and len(keys) > 1 else keys[-1]


def _rounded(number: Decimal) -> Decimal:
    """To two decimals, as forms print percentages."""
    return number.quantize(_CENT, ROUND_HALF_UP)


_WORKED_OUT: dict[str, Callable[[Facts, Any, str, Measure], Span]] = {
    "share": _share,
    "mean_growth": _mean_growth,
    "mean_of_years": _mean_of_years,
    "sum_of_years": _sum_of_years,
    "sum_of_fields": _sum_of_fields,
    "count_of_papers": _count_of_papers,
}
