"""The records of the flow of applications."""

from __future__ import annotations

from enum import StrEnum

from extractors.page import Record


class FlowStep(StrEnum):
    """The steps of an application, in their order."""

    RECEIVED = "received"
    DISTRICT = "district"
    """Examined by the district."""
    RECOMMENDED = "recommended"
    """… and recommended by it."""
    CITY = "city"
    """Examined by the city."""
    EXPERTS = "experts"
    RESULT = "result"


class Opinion(StrEnum):
    """What somebody who examined an application says to it."""

    AGREES = "agrees"
    DECLINES = "declines"
    RETURNS = "returns"
    """Sends it back to be corrected."""


class FlowEvent(Record):
    """Something that happened to an application, as a file states it."""

    application_id: str
    step: FlowStep
    opinion: Opinion | None
    """``None`` where the step has none: a receipt."""
    at: str
    """ISO date; empty where the file states none."""
    who: str
    note: str
    file: str
    row: int
    """In the file, from 1; 0 where it has none."""


class ExpertScore(Record):
    """What one expert gives one application."""

    application_id: str
    expert: str
    employer: str
    points: float
    """0 to 100."""
    conflict: bool
    """Whether the expert's employer is the applicant; the score does not count then."""
    at: str
    note: str
    file: str
    row: int


class RefusedRow(Record):
    """A row, or a whole file, of what was returned that could not be used."""

    file: str
    row: int
    """From 1; 0 for the whole file."""
    reason: str
    """In Chinese: what is wrong and what to do."""


class Flow(Record):
    """All that is known of the flow, in the order of the files and their rows."""

    events: tuple[FlowEvent, ...] = ()
    scores: tuple[ExpertScore, ...] = ()
    refused: tuple[RefusedRow, ...] = ()
