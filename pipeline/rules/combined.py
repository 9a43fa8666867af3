"""Rules about rules: any of them, all of them, so many of them, and the sum of points."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from pipeline.programme import Rule, Status
from pipeline.records import Outcome
from pipeline.rules.answers import Answer, Raised, met, not_applicable, show, unknown, unmet
from pipeline.rules.arguments import OneOf
from pipeline.rules.combined_kinds import AllOf, AnyOf, CountOf, Score
from pipeline.rules.facts import Facts
from pipeline.rules.scoring import total_of

WORDS = {
    Outcome.MET: "符合",
    Outcome.UNMET: "不符合",
    Outcome.UNKNOWN: "无法判断",
    Outcome.MANUAL_REVIEW: "需人工判断",
    Outcome.NOT_APPLICABLE: "不适用",
}


def any_of(facts: Facts, arguments: AnyOf, rule: Rule) -> Answer:
    """One of the rules is enough."""
    return _at_least(facts, arguments.rules, 1, rule, "满足其中一项即可")


def all_of(facts: Facts, arguments: AllOf, rule: Rule) -> Answer:
    """None of the rules may be missed."""
    return _at_least(facts, arguments.rules, None, rule, "须全部满足")


def count_of(facts: Facts, arguments: CountOf, rule: Rule) -> Answer:
    """So many of the rules."""
    wanted = arguments.at_least
    return _at_least(facts, arguments.rules, wanted, rule, f"至少满足{wanted}项")


def score(facts: Facts, arguments: Score, rule: Rule) -> Answer:
    """The points of the indicators against a total."""
    if arguments.value is None or rule.status is Status.UNKNOWN:
        return unknown(f"{rule.sentence}本项未作判定")
    total = total_of(facts, arguments.group)
    limit = Decimal(str(arguments.value))
    detail = f"{total.sentence}要求≥{show(limit)}分"
    if total.at_least >= limit:
        return met(detail)
    if total.at_most < limit:
        return unmet(detail, _raised(rule, detail))
    return unknown(detail + "，尚不能判断")


def one_of(facts: Facts, arguments: OneOf, rule: Rule) -> Answer:
    """A choice of the form is among those listed."""
    reading = facts.form(arguments.field)
    name = facts.name_of(arguments.field)
    if not reading.value or not reading.sure:
        return unknown(f"{name}未填写或未能可靠识别，无法判断")
    chosen = [item for item in reading.value.split(";") if item in arguments.options]
    detail = f"{name}：{reading.value}"
    if chosen:
        return met(detail)
    detail += f"，要求{'、'.join(arguments.options)}"
    return unmet(detail, Raised(arguments.field, detail, source=reading.source, variant=rule.id))


def _at_least(
    facts: Facts, names: Sequence[str], wanted: int | None, rule: Rule, how: str
) -> Answer:
    """So many of the rules that apply, or all of them for ``None``."""
    sentences = {item.id: item.sentence.rstrip("。") for item in facts.programme.rules}
    asked = [
        (name, facts.answers[name])
        for name in names
        if name in facts.answers and facts.answers[name].outcome is not Outcome.NOT_APPLICABLE
    ]
    if not asked:
        return not_applicable("所列各项均不适用")
    outcomes = [answer.outcome for _, answer in asked]
    needed = len(asked) if wanted is None else wanted
    kept, broken = outcomes.count(Outcome.MET), outcomes.count(Outcome.UNMET)
    for _, answer in asked:
        for used in answer.used:
            facts.note(used)
    if kept >= needed:
        return met(f"{how}：{_told(asked, sentences, (Outcome.MET,))}")
    detail = f"{how}：{_told(asked, sentences)}"
    if len(asked) - broken < needed:
        return unmet(detail, _raised(rule, detail))
    if Outcome.UNKNOWN not in outcomes:
        return Answer(Outcome.MANUAL_REVIEW, detail)
    return unknown(detail)


def _told(
    asked: Sequence[tuple[str, Answer]],
    sentences: Mapping[str, str],
    outcomes: Collection[Outcome] = tuple(Outcome),
) -> str:
    """The answers of certain outcomes, each with its sentence and its own explanation."""
    return "；".join(
        f"{sentences[name]}——{WORDS[answer.outcome]}（{answer.explanation.rstrip('。')}）"
        for name, answer in asked
        if answer.outcome in outcomes
    )


def _raised(rule: Rule, detail: str) -> Raised:
    return Raised(rule.sentence.rstrip("。"), detail, variant=rule.id)
