"""What ``zjtx programme check`` says: whether a pack is sound and its examples hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipeline.packs import examine
from pipeline.packs.sections import SECTIONS
from pipeline.programme import Programme, Status
from pipeline.rules.examples import ExampleError, all_examples, answer_of


def check_report(folder: Path) -> tuple[bool, str]:
    """What ``zjtx programme check`` prints: whether the pack can be used, and why not."""
    programme, mistakes = examine(folder)
    if programme is not None and (wrong := tuple(unproven(programme))):
        programme, mistakes = None, wrong
    if programme is None:
        return False, "\n".join([f"{folder}: {len(mistakes)} mistake(s)", *mistakes])
    status = Counter(
        str(entry.status) for section in SECTIONS for entry in getattr(programme, section.attribute)
    )
    states = ", ".join(f"{status[str(state)]} {state}" for state in Status)
    parts = ", ".join(
        f"{len(getattr(programme, section.attribute))} {section.attribute}" for section in SECTIONS
    )
    return True, "\n".join(
        [
            f"{programme.id}: {programme.title} ({programme.document_number})",
            f"contents: {parts.replace('_', ' ')}",
            f"status of the entries: {states}",
            f"hash: {programme.hash}",
            "the pack can be used",
        ]
    )


def unproven(programme: Programme) -> Iterator[str]:
    """The examples of the pack that its own rules answer in another way."""
    number: Counter[str] = Counter()
    for rule, example in all_examples(programme):
        number[rule.id] += 1
        place = f"rule {rule.id!r}: example {number[rule.id]}"
        try:
            answer = answer_of(programme, rule, example)
        except ExampleError as error:
            yield f"{place}: {error}"
            continue
        if answer.outcome != example.answer:
            yield f"{place}: the rule answers {answer.outcome}, not {example.answer}"
