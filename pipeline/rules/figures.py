"""Checks of figures: relations, ratios, units, thresholds, size."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from pipeline.programme import Rule, Status
from pipeline.records import Outcome, Severity
from pipeline.rules.answers import (
    Answer,
    Raised,
    met,
    not_applicable,
    show,
    unknown,
    unmet,
)
from pipeline.rules.arguments import (
    Between,
    CompareFields,
    Growth,
    HeadCount,
    MeanGrowth,
    Ratio,
    SizeClass,
    Threshold,
    UnitAgreement,
    UnitPlausible,
    YearsSince,
    YearsWithin,
)
from pipeline.rules.facts import (
    Facts,
)
from pipeline.rules.measures import OPERATORS, SIGNS, Span, measure, reaches
from pipeline.rules.readings import (
    Reading,
    split_key,
)
from pipeline.rules.size import size_of

_NAMED = 5
"""So many values that lack are named; more are counted."""


def compare_fields(facts: Facts, arguments: CompareFields, rule: Rule) -> Answer:
    """``left op right`` in every year."""
    pairs = zip(facts.years_of(arguments.left), facts.years_of(arguments.right), strict=False)
    told, raised = [], []
    for left_key, right_key in pairs:
        left, right = _pair(facts, left_key, right_key)
        if left is None or right is None:
            continue
        if arguments.positive_only and right <= 0:
            continue
        slack = Decimal(str(arguments.slack))
        kept = OPERATORS[arguments.op](left, right) or abs(left - right) <= slack
        sentence = f"{facts.name_of(left_key)}{show(left)}，{facts.name_of(right_key)}{show(right)}"
        told.append(sentence)
        if not kept:
            raised.append(Raised(left_key, sentence, source=facts.form(left_key).source))
    if arguments.positive_only and not told and not _lacking(facts):
        return not_applicable(f"各年度{facts.name_of(arguments.right)}均不为正，不作比对")
    return _judged(facts, told, raised)


def ratio(facts: Facts, arguments: Ratio, rule: Rule) -> Answer:
    """A stated percentage against the quotient of two fields."""
    told: list[str] = []
    raised: list[Raised] = []
    for stated_key in facts.years_of(arguments.stated):
        year = stated_key.partition(".")[2]
        top_key, bottom_key = (
            f"{key}.{year}" if year else facts.years_of(key)[-1]
            for key in (arguments.numerator, arguments.denominator)
        )
        top, bottom = _pair(facts, top_key, bottom_key)
        if top is None or bottom is None or bottom <= 0:
            continue
        computed = top / bottom * 100
        arithmetic = (
            f"{facts.name_of(top_key)}{show(top)}÷{facts.name_of(bottom_key)}{show(bottom)}"
        )
        _stated(facts, stated_key, computed, arithmetic, arguments.tolerance, told, raised)
    return _judged(facts, told, raised)


def growth(facts: Facts, arguments: Growth, rule: Rule) -> Answer:
    """A stated yearly growth against the figures of two years."""
    told: list[str] = []
    raised: list[Raised] = []
    keys = facts.years_of(arguments.of)
    for before_key, now_key in itertools.pairwise(keys):
        before, now = _pair(facts, before_key, now_key)
        if before is None or now is None or before <= 0:
            continue
        stated_key = f"{arguments.stated}.{now_key.partition('.')[2]}"
        if stated_key not in facts.years_of(arguments.stated):
            stated_key = arguments.stated
        arithmetic = f"{show(now)}÷{show(before)}－1"
        computed = (now / before - 1) * 100
        _stated(facts, stated_key, computed, arithmetic, arguments.tolerance, told, raised)
    return _judged(facts, told, raised)


def mean_growth(facts: Facts, arguments: MeanGrowth, rule: Rule) -> Answer:
    """A stated mean of yearly growths; the arithmetic mean, as was usual before 2026."""
    keys = facts.years_of(arguments.of)[-arguments.span - 1 :]
    numbers = [_number(facts, key) for key in keys]
    known = [number for number in numbers if number is not None and number > 0]
    if len(known) < arguments.span + 1:
        return unknown(_unread(facts))
    growths = [(b / a - 1) * 100 for a, b in itertools.pairwise(known)]
    arithmetic = "（" + "＋".join(f"{show(item)}%" for item in growths) + f"）÷{len(growths)}"
    told: list[str] = []
    raised: list[Raised] = []
    mean = sum(growths, Decimal(0)) / len(growths)
    _stated(facts, arguments.stated, mean, arithmetic, arguments.tolerance, told, raised)
    return _judged(facts, told, raised)


def unit_agreement(facts: Facts, arguments: UnitAgreement, rule: Rule) -> Answer:
    """The form in 万元 against evidence in 元; marks a key of doubtful unit for later rules."""
    type_id, name = split_key(arguments.evidence)
    year_name = split_key(arguments.year)[1]
    told: list[str] = []
    units, others = [], []
    for paper in facts.papers(type_id):
        year, reading = paper.get(year_name), paper.get(name)
        key = f"{arguments.field}.{year.value}"
        proven = reading.number if reading.sure and year.sure else None
        stated = _number(facts, key) if key in facts.years_of(arguments.field) else None
        if not proven or stated is None:
            continue
        quotient = stated / proven
        sentence = (
            f"{facts.name_of(key)}申报表{show(stated)}万元，"
            f"{facts.evidence_name(type_id)}{show(proven)}万元"
        )
        told.append(sentence)
        source = facts.form(key).source
        if 9500 <= quotient <= 10500:
            units.append((key, Raised(arguments.field, sentence + "，疑按元填写", source=source)))
        elif Decimal("0.000095") <= quotient <= Decimal("0.000105"):
            units.append((key, Raised(arguments.field, sentence + "，疑按亿元填写", source=source)))
        elif abs(quotient - 1) > Decimal(str(arguments.tolerance)) and arguments.other_code:
            others.append(Raised(key, sentence, code=arguments.other_code, source=source))
    for key, _ in units:
        facts.doubtful[key] = "计量单位存疑"
    raised = [item for _, item in units[:1]] + others
    return _judged(facts, told, raised)


def unit_plausible(facts: Facts, arguments: UnitPlausible, rule: Rule) -> Answer:
    """A figure per head within bounds that no real enterprise leaves."""
    told, raised = [], []
    for key, per_key in zip(
        facts.years_of(arguments.field), facts.years_of(arguments.per), strict=False
    ):
        if key in facts.doubtful:
            continue
        amount, heads = _pair(facts, key, per_key)
        if not amount or not heads or amount < 0 or heads < 0:
            continue
        per_head = amount / heads
        sentence = f"{facts.name_of(key)}{show(amount)}÷{show(heads)}人＝人均{show(per_head)}万元"
        told.append(sentence)
        if not arguments.low <= per_head <= arguments.high:
            facts.doubtful[key] = "计量单位存疑"
            raised.append(Raised(arguments.field, sentence, source=facts.form(key).source))
    return _judged(facts, told, raised[:1])


def threshold(facts: Facts, arguments: Threshold, rule: Rule) -> Answer:
    """A figure reaches a threshold, which may not be known, in each of the last years."""
    if arguments.value is None or rule.status is Status.UNKNOWN:
        return unknown(f"{rule.sentence}本项未作判定")
    limit = Decimal(str(arguments.value))
    wanted = f"要求{SIGNS[arguments.op]}{show(limit)}"
    return _every_year(
        facts,
        rule,
        arguments.field,
        arguments.years,
        wanted,
        lambda span: reaches(span, arguments.op, limit),
    )


def between(facts: Facts, arguments: Between, rule: Rule) -> Answer:
    """A figure lies between two bounds, both included, in each of the last years."""
    low = None if arguments.low is None else Decimal(str(arguments.low))
    high = None if arguments.high is None else Decimal(str(arguments.high))
    if (low is None and high is None) or rule.status is Status.UNKNOWN:
        return unknown(f"{rule.sentence}本项未作判定")
    wanted = f"要求{'' if low is None else show(low)}至{'' if high is None else show(high)}"

    def within(span: Span) -> bool | None:
        told = [
            True if low is None else reaches(span, ">=", low),
            True if high is None else reaches(span, "<=", high),
        ]
        return False if False in told else None if None in told else True

    return _every_year(facts, rule, arguments.field, arguments.years, wanted, within)


def _every_year(
    facts: Facts,
    rule: Rule,
    key: str,
    years: int,
    wanted: str,
    holds: Callable[[Span], bool | None],
) -> Answer:
    """A condition of the last years: broken by one, kept by all, else not known."""
    asked = [str(year) for year in facts.programme.years[-years:]] if years > 1 else [""]
    told, raised, open_ = [], [], False
    for year in asked:
        span = measure(facts, key, year)
        sentence = f"{span.arithmetic}，{wanted}"
        told.append(sentence)
        kept = holds(span)
        open_ = open_ or kept is None
        if kept is False:
            raised.append(Raised(span.key or key, sentence, source=span.source, variant=rule.id))
    if raised:
        return unmet("；".join(item.detail for item in raised), *raised)
    return unknown("；".join(told) + "，无法判断") if open_ else met("；".join(told))


def years_since(facts: Facts, arguments: YearsSince, rule: Rule) -> Answer:
    """Full years between a date of the form and the opening of the window."""
    if arguments.value is None or rule.status is Status.UNKNOWN:
        return unknown(f"{rule.sentence}本项未作判定")
    reading = facts.form(arguments.field)
    if not reading.sure or reading.day is None:
        return unknown(_unread(facts))
    until = facts.programme.windows.enterprise_to
    years = Decimal((until - reading.day).days) / Decimal("365.25")
    sentence = f"{reading.day}至{until}为{years:.1f}年，要求{show(Decimal(str(arguments.value)))}年"
    if years >= Decimal(str(arguments.value)):
        return met(sentence)
    return unmet(
        sentence, Raised(arguments.field, sentence, source=reading.source, variant=rule.id)
    )


def years_within(facts: Facts, arguments: YearsWithin, rule: Rule) -> Answer:
    """A span of years not longer than the enterprise's age."""
    claimed, since = _number(facts, arguments.field), facts.form(arguments.since)
    if claimed is None or not since.sure or since.day is None:
        return unknown(_unread(facts))
    age = Decimal((date(facts.programme.year, 12, 31) - since.day).days) / Decimal("365.25")
    sentence = f"{facts.name_of(arguments.field)}{show(claimed)}年，成立至今{age:.1f}年"
    if claimed <= age + Decimal(str(arguments.slack)):
        return met(sentence)
    source = facts.form(arguments.field).source
    return unmet(sentence, Raised(arguments.field, sentence, source=source))


def head_count(facts: Facts, arguments: HeadCount, rule: Rule) -> Answer:
    """The last year's head count against the social-security office's."""
    type_id, name = split_key(arguments.evidence)
    stated = facts.last(arguments.field)
    for paper in facts.papers(type_id):
        proven = paper.get(name)
        if not (stated.sure and proven.sure and stated.number and proven.number):
            continue
        share = abs(stated.number - proven.number) / proven.number
        sentence = (
            f"申报表{show(stated.number)}人，{facts.evidence_name(type_id)}"
            f"{show(proven.number)}人，相差{show(share * 100)}%"
        )
        if share <= Decimal(str(arguments.tolerance)):
            return met(sentence)
        return unmet(sentence, Raised(arguments.field, sentence, source=stated.source))
    return unknown(_unread(facts))


def size_class(facts: Facts, arguments: SizeClass, rule: Rule) -> Answer:
    """Size by 300号 from the last year's figures: all bounds of a class must be reached."""
    industry = facts.form(arguments.industry)
    figures = {
        "employees": facts.last(arguments.employees),
        "revenue": facts.last(arguments.revenue),
        "assets": facts.last(arguments.assets),
    }
    code = "".join(char for char in industry.value[:4] if char.isdigit())
    if not industry.sure or len(code) < 2:
        return unknown("所属行业未能可靠识别，无法划型")
    result = size_of(
        code, {key: item.number if item.sure else None for key, item in figures.items()}
    )
    if result is None:
        return Answer(Outcome.MANUAL_REVIEW, f"行业{code}不在划型标准所列行业，需人工判断")
    if result.name is None:
        return unknown(_unread(facts))
    sentence = f"{result.sector}：{result.arithmetic}，划为{result.name}"
    if result.name == "大型":
        source = figures["revenue"].source
        return unmet(sentence, Raised("size_class", sentence, source=source))
    stated = facts.form(arguments.stated)
    if stated.sure and stated.value and stated.value != result.name:
        detail = f"{sentence}，申报表填“{stated.value}”"
        return unmet(
            detail,
            Raised("size_class", detail, severity=Severity.WARN, source=stated.source),
        )
    return met(sentence)


def _number(facts: Facts, key: str) -> Decimal | None:
    reading: Reading = facts.form(key)
    return reading.number if reading.sure else None


def _pair(facts: Facts, left: str, right: str) -> tuple[Decimal | None, Decimal | None]:
    return _number(facts, left), _number(facts, right)


def _stated(
    facts: Facts,
    key: str,
    computed: Decimal,
    arithmetic: str,
    tolerance: float,
    told: list[str],
    raised: list[Raised],
) -> None:
    """Compare a stated percentage with the computed one and note the result."""
    stated = _number(facts, key)
    if stated is None:
        return
    sentence = f"{facts.name_of(key)}填{show(stated)}%，{arithmetic}＝{computed:.2f}%"
    told.append(sentence)
    # The figures themselves are printed to two decimals, so leave room for half a cent.
    if abs(stated - computed) > Decimal(str(tolerance)) + Decimal("0.005"):
        raised.append(Raised(key, sentence, source=facts.form(key).source))


def _judged(facts: Facts, told: list[str], raised: list[Raised]) -> Answer:
    """Broken by one comparison, kept by all that could be made, else not known."""
    if raised:
        return unmet("；".join(item.detail for item in raised), *raised)
    if not told:
        return unknown(_unread(facts))
    lacking = _lacking(facts)
    return met("；".join(told) + (f"；{lacking}未填写或未能可靠识别，未作比对" if lacking else ""))


def _unread(facts: Facts) -> str:
    return f"{_lacking(facts) or '相关数据'}未填写或未能可靠识别，无法判断"


def _lacking(facts: Facts) -> str:
    """What this rule looked for and cannot build upon."""
    names = list(dict.fromkeys(item.name for item in facts.looked_at if not item.sure))
    more = f"等{len(names)}项" if len(names) > _NAMED else ""
    return "、".join(names[:_NAMED]) + more
