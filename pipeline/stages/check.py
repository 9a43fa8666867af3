"""Check: what the pack's rules say about one application."""

from __future__ import annotations

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
from pipeline.rules.answers import (
    Answer,
    Raised,
)
from pipeline.rules.asking import CHECKS, ask
from pipeline.rules.context import BoxFacts, CheckContext, Peer
from pipeline.rules.facts import Facts
from pipeline.rules.scoring import scores_of

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
    ask(facts, rules)
    findings: list[Finding] = []
    for rule in rules:
        if rule.code:
            findings += _findings(facts, rule, facts.answers[rule.id])
    return Judgement(
        application_id=application.application_id,
        findings=tuple({_identity(item): item for item in reversed(findings)}.values())[::-1],
        results=tuple(
            RuleResult(
                application_id=application.application_id,
                rule=rule.id,
                outcome=facts.answers[rule.id].outcome,
                explanation=facts.answers[rule.id].explanation,
                used=facts.answers[rule.id].used,
            )
            for rule in rules
        ),
        scores=scores_of(facts),
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
        sure=any(item.state in _SURE for item in named)
        and (product is None or not product.value or product.state in _SURE),
    )


def _findings(facts: Facts, rule: Rule, answer: Answer) -> list[Finding]:
    raised = answer.raised
    if answer.outcome in (Outcome.MET, Outcome.NOT_APPLICABLE):
        raised = tuple(item for item in raised if item.severity is Severity.INFO)
    elif rule.gate and not raised:
        # What decides and is not known is for a person, not for nobody.
        subject = rule.sentence.rstrip("。")
        raised = (Raised(subject, answer.explanation, severity=Severity.REVIEW, variant=rule.id),)
    return [_finding(facts, item.code or rule.code, item) for item in raised]


def _finding(facts: Facts, code: str, raised: Raised) -> Finding:
    defect = facts.programme.defect(code)
    file, page = _place(raised.source, raised.document)
    severity = raised.severity or Severity(defect.severity)
    message = _message(facts, defect, raised)
    waiver = next((item for item in facts.context.box.waivers if item.code == code), None)
    if waiver is not None and severity in (Severity.WARN, Severity.ERROR):
        if defect.waivable and severity is Severity.WARN:
            severity = Severity.INFO
            message += f"（{waiver.by}于{waiver.on}予以放行，理由：{waiver.reason}）"
        else:
            message += "（登记了放行理由，但本项不得放行）"
    return Finding(
        application_id=facts.application.application_id,
        code=f"{code}:{raised.variant}" if raised.variant else code,
        severity=severity,
        subject=raised.subject,
        message=message,
        file=file,
        page=page,
    )


def _message(facts: Facts, defect: Defect, raised: Raised) -> str:
    return raised.message or defect.message(facts.name_of(raised.subject), raised.detail)


def _place(source: Field | SealSeen | None, document: Document | None) -> tuple[str, int]:
    if source is not None and source.file:
        return source.file, source.page
    if document is not None and document.pages:
        return document.pages[0].file, document.pages[0].page
    return "", 0


def _identity(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.subject


__all__ = ["CHECKS", "BoxFacts", "CheckContext", "Peer", "check", "peer_of"]
