"""What every answer rests on, and what every indicator is worth: rows for an auditor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from pipeline.programme import Programme, Rule
from pipeline.records import ApplicationResult, Used
from pipeline.results.places import place_in_file
from pipeline.results.words import MEDIUM

ANSWER_COLUMNS = (
    "application_id", "rule", "code", "outcome", "explanation", "sources", "sentence", "basis",
    "status",
)  # fmt: skip
SCORE_COLUMNS = (
    "application_id", "indicator", "group", "name", "value", "band", "points", "points_at_most",
    "cap", "state", "sentence", "sources",
)  # fmt: skip


def answer_rows(
    results: Iterable[ApplicationResult], programme: Programme
) -> Iterator[Sequence[str]]:
    """A row for each rule and application, in the pack's order."""
    rules = {rule.id: rule for rule in programme.rules}
    for result in results:
        for answer in result.judgement.results:
            rule = rules.get(answer.rule)
            yield (
                answer.application_id,
                answer.rule,
                rule.code if rule else "",
                answer.outcome,
                answer.explanation,
                sources_of(answer.used),
                *basis_of(rule),
            )


def score_rows(results: Iterable[ApplicationResult]) -> Iterator[Sequence[str]]:
    """A row for each indicator and application, and one for the total (``total``)."""
    for result in results:
        for line in result.judgement.scores:
            yield (
                line.application_id,
                line.indicator or "total",
                line.group,
                line.name,
                line.value,
                line.band,
                plain(line.at_least),
                plain(line.at_most),
                plain(line.cap),
                "known" if line.known else "open",
                line.sentence,
                sources_of(line.used),
            )


def basis_of(rule: Rule | None) -> tuple[str, str, str]:
    """The sentence that a rule enforces, where it stands and how sure the entry is."""
    return (rule.sentence, rule.source, rule.status) if rule is not None else ("", "", "")


def sources_of(used: Iterable[Used]) -> str:
    """Values with their places, for a program: ``revenue.2020=12100@box/scans/a.pdf#1``.

    A ``?`` before the ``@`` marks a value that is not sure, or was looked for and not found.
    """
    return "; ".join(
        f"{item.key}={item.value}{'' if item.sure else '?'}"
        + (f"@{item.file}#{item.page}" if item.page > 0 else f"@{item.file}" if item.file else "")
        for item in used
    )


def sources_in_words(used: Iterable[Used]) -> str:
    """Values with their places, for a person."""
    told = []
    for item in used:
        place = place_in_file(item.file, item.page)
        medium = MEDIUM[item.medium] if item.medium is not None else ""
        where = f"〔{medium}{'：' if medium and place else ''}{place}〕" if place or medium else ""
        doubt = "（存疑）" if item.value and not item.sure else ""
        told.append(f"{item.name}：{item.value or '未见'}{doubt}{where}")
    return "；".join(told)


def plain(number: Decimal) -> str:
    """Points without trailing zeros or exponents."""
    return f"{number.normalize():f}"
