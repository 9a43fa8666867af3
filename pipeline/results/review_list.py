"""What a person has to look at, gravest first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from extractors.page import Record
from pipeline.corrections import REGISTRATION, is_mark
from pipeline.programme import Programme
from pipeline.records import (
    ApplicationResult,
    Decision,
    Difference,
    DifferenceKind,
    Field,
    FieldState,
    Outcome,
    RunResult,
    Severity,
)
from pipeline.results.places import document_names, place_in_file
from pipeline.results.words import DECISION, medium_name
from pipeline.stages.compare import place_of, stated_sides
from pipeline.stages.recommend import best_value, doubtful_keys, in_order

HIGH, MIDDLE = 75.0, 45.0
"""Risks from here on are called high, and middling."""

_UNREAD = "E-OCR-LOW"
"""What a value in doubt is also told as; its own row says more."""
_IDS_SHOWN = 4
_SURELY_BLANK = 0.7
"""Belief in a blank sheet below which somebody should look whether it is one."""


class ReviewItem(Record):
    """One thing to look at."""

    risk: float
    """0 to 100: what a mistake here would change, and how likely one is."""
    application_id: str
    enterprise_name: str
    what: str
    value: str
    """As it is believed to be."""
    reason: str
    place: str
    """File and page."""
    key: str = ""
    """Key of the value that a person may put right; empty where it is none."""


class _ItemMaker(Protocol):
    def __call__(
        self, risk: float, what: str, value: str, reason: str, place: str = "", key: str = ""
    ) -> ReviewItem: ...


def risk_word(risk: float) -> str:
    """High, middling or low, in Chinese."""
    return "高" if risk >= HIGH else "中" if risk >= MIDDLE else "低"


def review_list(run: RunResult, programme: Programme) -> tuple[ReviewItem, ...]:
    """All that is in doubt in a run, by falling risk.

    Identity first (a wrong match puts every value on the wrong enterprise), then contradictions,
    then key fields, review findings, rules that a person must decide, other fields, and last
    pages that belong nowhere.
    """
    items = [
        item for result in in_order(run.applications, programme) for item in _of(result, programme)
    ]
    items.extend(_by_hand(run, programme))
    items.extend(_unsorted(run, programme))
    return tuple(sorted(items, key=lambda i: (-i.risk, i.application_id, i.place, i.what, i.value)))


def _of(result: ApplicationResult, programme: Programme) -> Iterator[ReviewItem]:
    application = result.application
    name = best_value(result.extraction, "enterprise_name").value or application.enterprise_name

    def item(
        risk: float, what: str, value: str, reason: str, place: str = "", key: str = ""
    ) -> ReviewItem:
        return ReviewItem(
            risk=round(risk, 2),
            application_id=application.application_id,
            enterprise_name=name,
            what=what,
            value=value,
            reason=reason,
            place=place,
            key=key,
        )

    match = result.match
    if match.decision is not Decision.ACCEPTED:
        best = match.candidates[0] if match.candidates else None
        settled = f"已核对：无登记（{match.settled_by}）" if match.settled_by else ""
        yield item(
            10 if settled else 98,
            "与线上登记的匹配",
            best.registration_name if best else "",
            settled
            or (f"{DECISION[match.decision]}，得分{best.score:.1f}" if best else "没有相近的登记"),
            key=REGISTRATION if best else "",
        )
    if not result.district:
        yield item(
            80, programme.districts_called, "", "申报表、地址和线上登记都不能确定", key="district"
        )
    for difference in result.differences:
        if difference.kind is DifferenceKind.LAYOUT:
            continue
        content = difference.kind is DifferenceKind.CONTENT
        field = place_of(difference, result.extraction)
        yield item(
            88 if content and difference.severity is Severity.ERROR else 60 if content else 40,
            f"{programme.name_of(difference.key)}：纸质、电子、线上不一致",
            _stated(difference, result),
            "内容不同" if content else "可能是识别差错",
            place_in_file(field.file, field.page) if field else "",
        )
    texts = sum(found.text.kind is DifferenceKind.CONTENT for found in result.texts)
    if texts:
        yield item(60, "栏目以外的文字：纸质、电子不一致", "", f"{texts}处内容不同，见纸电比对页")
    fields = tuple(_fields(result, programme, item))
    yield from fields
    asked = {field.key for field in fields}
    for finding in result.judgement.findings:
        repeated = finding.code == _UNREAD and finding.subject in asked
        if finding.severity is Severity.REVIEW and not repeated:
            place = place_in_file(finding.file, finding.page)
            key = finding.subject if is_mark(finding.subject) else ""
            yield item(70, finding.code, "", finding.message, place, key)
    for line in result.extraction.unassigned:
        if line.looks_like_value:
            place = place_in_file(line.ref.file, line.ref.page)
            yield item(20, "表中未能归入任何栏目的文字", line.text, "像是填写的内容", place)


def _stated(difference: Difference, result: ApplicationResult) -> str:
    """What each side states, sides that state nothing left out."""
    provisional = result.match.decision is Decision.REVIEW
    return "　".join(
        f"{medium_name(medium, provisional=provisional)}{f'“{text}”' if text else '未填'}"
        for medium, text in stated_sides(difference, result.extraction)
    )


def _fields(
    result: ApplicationResult, programme: Programme, item: _ItemMaker
) -> Iterator[ReviewItem]:
    keys = dict.fromkeys(field.key for field in result.extraction.fields)
    important = doubtful_keys(result.extraction, result.application.tier, programme)
    for key in dict.fromkeys((*important, *keys)):
        best = best_value(result.extraction, key)
        field = best.field
        if best.certain or (key not in important and field is not None and _empty(field)):
            continue
        base = 78.0 if key in important else 30.0
        if field is None:
            nowhere = "各册材料中都没有找到此项"
            yield item(base, programme.name_of(key), "", nowhere, key=key)
            continue
        doubt = 1 - min(field.read_confidence, field.place_confidence)
        if field.state is FieldState.UNREADABLE:
            base += 4
        yield item(
            base + 8 * max(0.0, min(1.0, doubt)),
            programme.name_of(key),
            best.value,
            field.reason or _why(field),
            place_in_file(field.file, field.page),
            key,
        )


def _empty(field: Field) -> bool:
    return field.state is FieldState.MISSING


def _why(field: Field) -> str:
    if field.state is FieldState.MISSING:
        return "未填或未找到"
    if field.state is FieldState.UNREADABLE:
        return "无法辨认"
    if field.state is FieldState.REVIEW:
        return "识别把握不足"
    return "各册所载不一致"


def _by_hand(run: RunResult, programme: Programme) -> Iterator[ReviewItem]:
    """What a person must decide; what is asked of several applications alike is one task."""
    asked: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for result in in_order(run.applications, programme):
        application = result.application
        name = best_value(result.extraction, "enterprise_name").value or application.enterprise_name
        for answer in result.judgement.results:
            if answer.outcome is Outcome.MANUAL_REVIEW:
                own = asked.setdefault((answer.rule, answer.explanation), [])
                own.append((application.application_id, name))
    for (_, explanation), applications in asked.items():
        alone = len(applications) == 1
        yield ReviewItem(
            risk=50,
            application_id=applications[0][0] if alone else "",
            enterprise_name=applications[0][1] if alone else f"（{len(applications)}份申报）",
            what="须人工判断的规则",
            value="",
            reason=explanation,
            place="" if alone else _shortened([id_ for id_, _ in applications]),
        )


def _shortened(ids: list[str]) -> str:
    """The first few numbers, and how many there are."""
    shown = "、".join(ids[:_IDS_SHOWN])
    return shown if len(ids) <= _IDS_SHOWN else f"{shown}等，见逐条判定"


def _unsorted(run: RunResult, programme: Programme) -> Iterator[ReviewItem]:
    names = document_names(programme)
    for document in run.sorting.unsorted:
        surely_blank = document.type == "blank" and document.confidence >= _SURELY_BLANK
        if surely_blank or not document.pages:
            continue
        first, last = document.pages[0], document.pages[-1]
        place = place_in_file(first.file, first.page)
        if len(document.pages) > 1:
            place += f" 至 {place_in_file(last.file, last.page)}"
        yield ReviewItem(
            risk=65,
            application_id="",
            enterprise_name="",
            what="未能归入任何申报材料的页",
            value=names.get(document.type, "其他"),
            reason=f"共{len(document.pages)}页，请确认属于哪家企业",
            place=place,
        )
