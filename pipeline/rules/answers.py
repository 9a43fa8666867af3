"""What a check has to say, and the findings it raises."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pipeline.records import Document, Field, Outcome, SealSeen, Severity, Used


@dataclass(frozen=True)
class Raised:
    """A finding on its way."""

    subject: str
    detail: str
    code: str = ""
    """Where it is not the rule's own."""
    severity: Severity | None = None
    """Where it is not the defect's own."""
    source: Field | SealSeen | None = None
    document: Document | None = None
    variant: str = ""
    """What stands after the colon of the code."""
    message: str = ""
    """What is said instead of the defect's wording, where nothing is claimed yet."""


@dataclass(frozen=True)
class Answer:
    """What a check has to say."""

    outcome: Outcome
    explanation: str
    raised: tuple[Raised, ...] = ()
    used: tuple[Used, ...] = ()
    """What was looked at; filled in when the check has answered."""


def show(number: Decimal) -> str:
    """A number for a sentence: at most four decimals, no trailing zeros."""
    text = f"{number:.4f}".rstrip("0").rstrip(".")
    return text or "0"


def met(explanation: str) -> Answer:
    """The rule is kept."""
    return Answer(Outcome.MET, explanation)


def unknown(explanation: str, *raised: Raised) -> Answer:
    """It cannot be told."""
    return Answer(Outcome.UNKNOWN, explanation, raised)


def not_applicable(explanation: str) -> Answer:
    """The rule does not concern this application."""
    return Answer(Outcome.NOT_APPLICABLE, explanation)


def unmet(explanation: str, *raised: Raised) -> Answer:
    """The rule is broken, beyond doubt of reading."""
    return Answer(Outcome.UNMET, explanation, raised)
