"""In which order rules are asked: each after those that its answer rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.programme import EvidenceType, Indicator, Rule
from pipeline.rules.arguments import KINDS
from pipeline.rules.refs import names_in, references_of

_UNITS_FIRST = ("unit_agreement", "unit_plausible")
"""They keep figures in a doubtful unit out of all other rules."""


def rests_on(
    rule: Rule, evidence: Iterable[EvidenceType], indicators: Iterable[Indicator]
) -> tuple[str, ...]:
    """Ids of the rules whose answers a rule needs."""
    if rule.check == "evidence_present":
        return tuple(item.condition for item in evidence if item.condition)
    if rule.check == "score":
        return tuple(band.rule for item in indicators for band in item.bands if band.rule)
    arguments = dict(rule.arguments)
    kind = KINDS.get(rule.check)
    refs = references_of(kind) if kind is not None else {}
    return tuple(
        name
        for key, ref in refs.items()
        if ref.to == "rule"
        for name in names_in(_as_tuple(arguments.get(key)))
    )


def in_turn(
    rules: Sequence[Rule], evidence: Sequence[EvidenceType], indicators: Sequence[Indicator]
) -> tuple[list[Rule], tuple[str, ...]]:
    """The rules in the order in which they are asked.

    Returns:
        The order, and the ids of a circle of rules that wait for each other; empty where
        there is none, as in every pack that the loader lets through.
    """
    known = {rule.id: rule for rule in rules}
    done: dict[str, Rule] = {}
    circle: list[str] = []

    def ask(rule: Rule, waiting: tuple[str, ...]) -> None:
        if rule.id in done:
            return
        if rule.id in waiting:
            circle.extend(waiting[waiting.index(rule.id) :])
            return
        for name in rests_on(rule, evidence, indicators):
            if name in known and not circle:
                ask(known[name], (*waiting, rule.id))
        done.setdefault(rule.id, rule)

    for rule in sorted(rules, key=lambda rule: rule.check not in _UNITS_FIRST):
        ask(rule, ())
    return list(done.values()), tuple(circle)


def _as_tuple(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value
