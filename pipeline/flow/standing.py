"""Where an application stands in the flow, from all that was returned about it."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import fmean

from extractors.page import Record
from pipeline.flow.records import ExpertScore, Flow, FlowEvent, FlowStep, Opinion

_ORDER = tuple(FlowStep)


class Standing(Record):
    """Where one application stands."""

    step: FlowStep
    """The last step that it reached."""
    latest: tuple[tuple[FlowStep, FlowEvent], ...]
    """Of each step the event that counts: the one of the latest date, then of the last row."""
    changed: tuple[FlowStep, ...]
    """Steps to which somebody said one thing first and another later."""
    experts: int
    """How many scores count."""
    mean: float | None
    spread: float | None
    """Between the highest and the lowest score that counts."""
    conflicts: tuple[str, ...]
    """Experts whose score does not count because the applicant employs them."""

    def event(self, step: FlowStep) -> FlowEvent | None:
        """The event of a step that counts; ``None`` where the step was not reached."""
        return dict(self.latest).get(step)

    @property
    def declined_by(self) -> FlowStep | None:
        """The office that declined it or sent it back; ``None`` where none did.

        The city's word goes before the district's.  A result comes after the recommendation
        and does not undo it.
        """
        for step in (FlowStep.CITY, FlowStep.DISTRICT):
            event = self.event(step)
            if event is not None:
                return None if event.opinion is Opinion.AGREES else step
        return None


def standing_of(application_id: str, flow: Flow) -> Standing:
    """Where an application stands; received, where nothing is known."""
    events = [event for event in flow.events if event.application_id == application_id]
    latest: dict[FlowStep, FlowEvent] = {}
    changed = []
    for step in _ORDER:
        own = [event for event in events if event.step is step]
        if own:
            latest[step] = _latest(own)
            if len({event.opinion for event in own}) > 1:
                changed.append(step)
    district = latest.get(FlowStep.DISTRICT)
    if district is not None and district.opinion is Opinion.AGREES:
        latest[FlowStep.RECOMMENDED] = district
    scores = [score for score in flow.scores if score.application_id == application_id]
    counting = [score.points for score in scores if not score.conflict]
    reached = [step for step in _ORDER if step in latest]
    if scores:
        reached.append(FlowStep.EXPERTS)
    return Standing(
        step=max(reached, key=_ORDER.index, default=FlowStep.RECEIVED),
        latest=tuple((step, latest[step]) for step in _ORDER if step in latest),
        changed=tuple(changed),
        experts=len(counting),
        mean=fmean(counting) if counting else None,
        spread=max(counting) - min(counting) if counting else None,
        conflicts=tuple(score.expert for score in scores if score.conflict),
    )


def _latest(events: Iterable[FlowEvent]) -> FlowEvent:
    last: FlowEvent | None = None
    for event in events:
        if last is None or event.at >= last.at or not event.at:
            last = event
    assert last is not None  # noqa: S101 - called with at least one
    return last


def last_scores(scores: Iterable[ExpertScore]) -> tuple[ExpertScore, ...]:
    """One score of each expert for each application: the one that came last."""
    kept: dict[tuple[str, str, str], ExpertScore] = {}
    for score in scores:
        key = score.application_id, score.expert, score.employer
        kept.pop(key, None)
        kept[key] = score
    return tuple(kept.values())
