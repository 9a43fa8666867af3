"""Check: what the pack's rules say about one application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.programme import Defect, Rule
from pipeline.records import (
    Application,
    Document,
    Extraction,
    Field,
    FieldState,
    Finding,
    Judgement,
    Outcome,
    RuleResult,
    SealSeen,
    Severity,
)
from pipeline.rules import across, figures, formalities, identity, papers
from pipeline.rules.arguments import KINDS
from pipeline.rules.context import BoxFacts, CheckContext, Peer
from pipeline.rules.facts import Answer, Facts, Raised

CHECKS: Mapping[str, Callable[[Facts, Any, Rule], Answer]] = {
    name: function
    for module in (figures, identity, papers, formalities, across)
    for name, function in vars(module).items()
    if name in KINDS
}
"""Kind of check → the function that answers it; the kinds are those of ``arguments.KINDS``."""

_FIRST = ("unit_agreement", "unit_plausible", "any_positive", "claimed", "evidence_silent")
"""Asked before the others: units keep figures out of later rules, and conditions decide
what evidence is asked for."""

_SURE = (FieldState.ACCEPTED, FieldState.CORRECTED)


def check(application: Application, extraction: Extraction, context: CheckContext) -> Judgement:
    """Ask every rule of the tier.

    Args:
        application: With its volumes; only their documents and media are looked at.
        extraction: Its values and seals.
        context: All else that a rule may look at.

    Returns:
        An answer of each rule in the pack's order, and the findings it raises.  A value that
        is missing or doubtful makes a rule ``unknown``; a finding that rests on a doubtful
        reading has the severity ``review``.
    """
    facts = Facts(application, extraction, context)
    rules = [rule for rule in context.programme.rules if application.tier in rule.tiers]
    answers: dict[str, Answer] = {}
    for rule in sorted(rules, key=lambda rule: rule.check not in _FIRST):
        arguments = KINDS[rule.check].model_validate(dict(rule.arguments))
        answers[rule.id] = CHECKS[rule.check](facts, arguments, rule)
        facts.outcomes[rule.id] = answers[rule.id].outcome
    findings: list[Finding] = []
    for rule in rules:
        if rule.code:
            findings += _findings(facts, rule, answers[rule.id])
    return Judgement(
        application_id=application.application_id,
        findings=tuple({_identity(item): item for item in reversed(findings)}.values())[::-1],
        results=tuple(
            RuleResult(
                application_id=application.application_id,
                rule=rule.id,
                outcome=answers[rule.id].outcome,
                explanation=answers[rule.id].explanation,
            )
            for rule in rules
        ),
    )


def peer_of(application: Application, extraction: Extraction) -> Peer:
    """The application as other applications see it: what ``CheckContext.peers`` is made of."""
    read: dict[str, Field] = {}
    for item in extraction.fields:
        known = read.get(item.key)
        if known is None or (known.state not in _SURE and item.state in _SURE):
            read[item.key] = item
    named = [read[key] for key in ("uscc", "enterprise_name") if key in read]
    product = read.get("product_name")
    return Peer(
        application_id=application.application_id,
        tier=application.tier,
        enterprise_name=application.enterprise_name,
        uscc=application.uscc,
        product_name=product.value if product is not None else "",
        sure=any(item.state in _SURE for item in named),
    )


def _findings(facts: Facts, rule: Rule, answer: Answer) -> list[Finding]:
    if answer.outcome in (Outcome.MET, Outcome.NOT_APPLICABLE):
        return []
    return [_finding(facts, raised.code or rule.code, raised) for raised in answer.raised]


def _finding(facts: Facts, code: str, raised: Raised) -> Finding:
    defect = facts.programme.defect(code)
    file, page = _place(raised.source, raised.document)
    return Finding(
        application_id=facts.application.application_id,
        code=f"{code}:{raised.variant}" if raised.variant else code,
        severity=raised.severity or Severity(defect.severity),
        subject=raised.subject,
        message=_message(facts, defect, raised),
        file=file,
        page=page,
    )


def _message(facts: Facts, defect: Defect, raised: Raised) -> str:
    """The pack's wording with the subject in words; the detail behind it where it has no room."""
    subject = facts.name_of(raised.subject)
    text = defect.wording.replace("{subject}", subject).replace("{detail}", raised.detail)
    if raised.detail and "{detail}" not in defect.wording:
        text += f"（{raised.detail}）"
    return text


def _place(source: Field | SealSeen | None, document: Document | None) -> tuple[str, int]:
    if source is not None and source.file:
        return source.file, source.page
    if document is not None and document.pages:
        return document.pages[0].file, document.pages[0].page
    return "", 0


def _identity(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.subject


__all__ = ["CHECKS", "BoxFacts", "CheckContext", "Peer", "check", "peer_of"]
