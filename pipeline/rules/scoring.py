"""Scores: what each indicator of the pack is worth, and what they are worth together.

An indicator's points are a range where something is not known: what it has at least, and what
it may have at most.
"""

from __future__ import annotations

from decimal import Decimal

from pipeline.programme import Band, Indicator
from pipeline.records import Outcome, ScoreLine, Used
from pipeline.rules.answers import show
from pipeline.rules.facts import Facts
from pipeline.rules.measures import SIGNS, measure, reaches

_ZERO = Decimal(0)


def scores_of(facts: Facts) -> tuple[ScoreLine, ...]:
    """Every indicator of the application's tier in the pack's order, then the total."""
    lines = [line for _, line in _lines(facts)]
    return (*lines, total_of(facts)) if lines else ()


def total_of(facts: Facts, group: str = "") -> ScoreLine:
    """The indicators added up: those of a group, or all of them."""
    lines = [line for item, line in _lines(facts) if group in ("", item.group)]
    low = sum((line.at_least for line in lines), _ZERO)
    high = sum((line.at_most for line in lines), _ZERO)
    cap = sum((line.cap for line in lines), _ZERO)
    terms = "＋".join(show(line.at_least) for line in lines)
    name = group or "总分"
    sentence = f"{name}：{terms}＝{show(low)}分（满分{show(cap)}分）"
    open_ = [line.name for line in lines if not line.known]
    if open_:
        sentence += f"；{'、'.join(open_)}尚未判定，最多可至{show(high)}分"
    used: dict[tuple[str, str, int], Used] = {}
    for line in lines:
        for item in line.used:
            used.setdefault((item.key, item.file, item.page), item)
            facts.note(item)
    return ScoreLine(
        application_id=facts.application.application_id,
        indicator="",
        group=group,
        name=name,
        value="",
        band="",
        at_least=low,
        at_most=high,
        cap=cap,
        sentence=sentence + "。",
        used=tuple(used.values()),
    )


def _lines(facts: Facts) -> list[tuple[Indicator, ScoreLine]]:
    if not facts.scored:
        for item in facts.programme.indicators:
            if facts.tier in item.tiers:
                facts.scored[item.id] = _scored(facts, item)
    return [
        (item, facts.scored[item.id])
        for item in facts.programme.indicators
        if item.id in facts.scored
    ]


def _scored(facts: Facts, item: Indicator) -> ScoreLine:
    before = facts.looked_at
    facts.look_anew()
    values: dict[str, None] = {}
    kept: list[tuple[Decimal, str]] = []
    possible: list[Decimal] = []
    cap = Decimal(str(item.cap))
    if not item.bands:
        possible.append(cap)
    for band in item.bands:
        low, high, value, name = _points(facts, band, item)
        values[value] = None
        if low > 0:
            kept.append((low, name))
        possible.append(high)
    if item.take == "sum":
        low = sum((points for points, _ in kept), _ZERO)
        high = sum(possible, _ZERO)
        reached = "、".join(name for _, name in kept)
    else:
        low, reached = max(kept, key=lambda pair: pair[0], default=(_ZERO, ""))
        high = max(possible, default=_ZERO)
    low, high = min(low, cap), min(high, cap)
    told = "；".join(value for value in values if value)
    points = f"得{show(low)}分" if low == high else f"得{show(low)}至{show(high)}分，尚不能确定"
    sentence = f"{item.name}：{told or item.sentence.rstrip('。')}；"
    sentence += f"{f'达到“{reached}”，' if reached else ''}{points}（满分{show(cap)}分）。"
    line = ScoreLine(
        application_id=facts.application.application_id,
        indicator=item.id,
        group=item.group,
        name=item.name,
        value=told,
        band=reached,
        at_least=low,
        at_most=high,
        cap=cap,
        sentence=sentence,
        used=facts.looked_at,
    )
    facts.look_anew()
    for used in before:
        facts.note(used)
    return line


def _points(facts: Facts, band: Band, item: Indicator) -> tuple[Decimal, Decimal, str, str]:
    """Points that a band gives at least and at most, what was measured, and its name."""
    worth = Decimal(str(band.points))
    kept, value, name = _reached(facts, band, band.of or item.of)
    if band.every is None:
        low, high = (worth if kept else _ZERO), (_ZERO if kept is False else worth)
        return low, high, value, band.name or name
    span = measure(facts, band.of or item.of)
    every = Decimal(str(band.every))
    low = _ZERO if span.low is None else max(_ZERO, span.low // every) * worth
    high = Decimal(str(item.cap)) if span.high is None else max(_ZERO, span.high // every) * worth
    return low, high, span.arithmetic, band.name or f"每满{show(every)}得{show(worth)}分"


def _reached(facts: Facts, band: Band, of: str) -> tuple[bool | None, str, str]:
    """Whether a band's condition holds (``None``: open), what was measured, and its name."""
    if band.rule:
        answer = facts.answers.get(band.rule)
        name = next(item.sentence for item in facts.programme.rules if item.id == band.rule)
        for used in answer.used if answer else ():
            facts.note(used)
        kept = {Outcome.MET: True, Outcome.UNMET: False}.get(
            answer.outcome if answer else Outcome.UNKNOWN
        )
        return kept, answer.explanation if answer else "", name.rstrip("。")
    if band.options:
        reading = facts.form(of)
        name = "、".join(band.options)
        if not reading.value or not reading.sure:
            return None, f"{facts.name_of(of)}未填写或未能可靠识别", name
        kept = bool(set(band.options) & set(reading.value.split(";")))
        return kept, f"{facts.name_of(of)}：{reading.value}", name
    span = measure(facts, of)
    if band.value is None or not band.op:
        return None, span.arithmetic, ""
    limit = Decimal(str(band.value))
    unit = facts.unit_of(of)
    name = f"{SIGNS[band.op]}{show(limit)}{unit}"
    return reaches(span, band.op, limit), span.arithmetic, name
