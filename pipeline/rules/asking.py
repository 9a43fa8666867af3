"""Asks the rules of a pack about one application."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.programme import Rule
from pipeline.rules import across, combined, figures, formalities, identity, origin, papers
from pipeline.rules.answers import Answer
from pipeline.rules.arguments import KINDS
from pipeline.rules.facts import Facts
from pipeline.rules.order import in_turn

CHECKS: Mapping[str, Callable[[Facts, Any, Rule], Answer]] = {
    name: function
    for module in (figures, identity, papers, formalities, across, combined, origin)
    for name, function in vars(module).items()
    if name in KINDS
}
"""Kind of check → the function that answers it; the kinds are those of ``arguments.KINDS``."""


def ask(facts: Facts, rules: Sequence[Rule]) -> None:
    """Ask rules, each after those it rests on; the answers are left in ``facts.answers``.

    Every answer keeps what was looked at for it.
    """
    programme = facts.programme
    for rule in in_turn(rules, programme.evidence, programme.indicators)[0]:
        arguments = KINDS[rule.check].model_validate(dict(rule.arguments))
        facts.look_anew()
        answer = CHECKS[rule.check](facts, arguments, rule)
        facts.answers[rule.id] = replace(answer, used=facts.looked_at)
