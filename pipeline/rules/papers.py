"""Checks of the evidence: there, in order, in force, for every year, for every category, vetoes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby, pairwise

from extractors.values.dates import OPEN_END, parse_date, parse_period
from pipeline.programme import EvidenceType, Requirement, Rule
from pipeline.records import FieldState, Outcome, Severity
from pipeline.rules.answers import (
    Answer,
    Raised,
    met,
    not_applicable,
    unknown,
    unmet,
)
from pipeline.rules.arguments import (
    AnyPositive,
    AuditYears,
    CategorySupported,
    CategoryTicked,
    Claimed,
    EvidenceSilent,
    EvidenceValid,
    NoArguments,
    PatentTerm,
    Veto,
)
from pipeline.rules.facts import (
    Facts,
    values_of,
)
from pipeline.rules.readings import (
    NONE_WORDS,
    Reading,
    split_key,
)

_TOLD = 0.5
"""Confidence from which a document is of the kind that it was taken for."""
_PATENT_YEARS = {"1": 20, "8": 20, "2": 10, "9": 10, "3": 10}
"""Kind digit of a patent number → years of protection (designs filed before June 2021: 10)."""


def evidence_present(facts: Facts, arguments: NoArguments, rule: Rule) -> Answer:
    """Every piece that the tier asks for lies in a paper volume."""
    if not facts.volumes_on_paper:
        return unknown("没有扫描到纸质材料")
    missing = []
    for item in facts.programme.evidence:
        if not _asked_for(facts, item) or facts.has_document(item.type):
            continue
        if any(facts.has_document(other) for other in item.alternatives):
            continue
        detail = item.name
        if facts.has_document(item.type, None):
            detail += "（电子版中有，纸质材料中未见）"
        conditional = item.required_for(facts.tier) is Requirement.CONDITIONAL
        missing.append(
            Raised(
                detail,
                "申报表中有相应填报内容" if conditional else "",
                severity=Severity.WARN if conditional else None,
                variant=item.type,
            )
        )
    if not missing:
        return met("应提供的材料齐全")
    names = "、".join(item.subject for item in missing)
    hidden = facts.may_hide(
        other
        for item in facts.programme.evidence
        if item.type in {raised.variant for raised in missing}
        for other in (item.type, *item.alternatives)
    )
    if not hidden:
        return unmet(f"缺少：{names}", *missing)
    doubt = f"{hidden}，可能即为所缺材料，需人工核对"
    softened = [
        replace(
            item, detail="；".join(filter(None, (item.detail, doubt))), severity=Severity.REVIEW
        )
        for item in missing
    ]
    return unknown(f"未见：{names}；但{doubt}", *softened)


def _asked_for(facts: Facts, item: EvidenceType) -> bool:
    requirement = item.required_for(facts.tier)
    if requirement is Requirement.CONDITIONAL:
        condition = facts.answers.get(item.condition)
        return condition is not None and condition.outcome is Outcome.MET
    return requirement is Requirement.MANDATORY


def evidence_order(facts: Facts, arguments: NoArguments, rule: Rule) -> Answer:
    """Documents follow one another in binding order; the first copy out of order is told."""
    order = {item.type: item.order for item in facts.programme.evidence}
    looked, doubtful = False, ""
    bound = groupby(facts.documents(), key=lambda pair: pair[0])
    for volume, pairs in bound:
        known = [item for _, item in pairs if item.type in order]
        looked = looked or len(known) > 1
        for before, after in pairwise(known):
            if order[before.type] > order[after.type]:
                detail = (
                    f"第{volume.number}册中{facts.evidence_name(after.type)}"
                    f"排在{facts.evidence_name(before.type)}之后"
                )
                if min(before.confidence, after.confidence) >= _TOLD:
                    return unmet(detail, Raised(after.type, detail, document=after))
                doubtful = doubtful or detail
    if doubtful:
        return unknown(doubtful + "，材料类别存疑")
    return met("按规定顺序装订") if looked else unknown("没有可比对的材料")


def evidence_valid(facts: Facts, arguments: EvidenceValid, rule: Rule) -> Answer:
    """No end of validity lies before the day of application."""
    first, last = facts.applied_on(arguments.application_date)
    raised, told, open_ = [], list[str](), list[str]()
    for paper, reading in values_of(facts, arguments.evidence):
        end = _end_of(reading)
        if end is None:
            continue
        name = facts.evidence_name(paper.type)
        detail = f"{name}有效期至{end}，申报日期{_days(first, last)}"
        if end >= first:
            (told if end >= last else open_).append(detail)
            continue
        raised.append(
            Raised(
                name,
                detail,
                severity=None if reading.sure else Severity.REVIEW,
                source=reading.source,
                variant=paper.type,
            )
        )
    return _mixed(raised, told, "没有读到有效期", open_)


def patent_term(facts: Facts, arguments: PatentTerm, rule: Rule) -> Answer:
    """A patent's term counted from the year in its number.

    The number gives only the year of filing, so a patent is over for certain when the whole
    year of expiry lies before the application.
    """
    day, _ = facts.applied_on(arguments.application_date)
    raised, told = [], []
    for paper, reading in values_of(facts, [arguments.number]):
        digits = "".join(char for char in reading.value.upper().removeprefix("ZL") if char != ".")
        if len(digits) != 13 or not digits[:12].isdigit() or digits[4] not in _PATENT_YEARS:
            continue
        last = int(digits[:4]) + _PATENT_YEARS[digits[4]]
        detail = f"专利号{reading.value}，保护期至{last}年"
        if last >= day.year:
            told.append(detail)
        else:
            raised.append(
                Raised(
                    facts.evidence_name(paper.type),
                    detail,
                    severity=None if reading.sure else Severity.REVIEW,
                    source=reading.source,
                    variant=paper.type,
                )
            )
    return _mixed(raised, told, "没有读到专利号")


def audit_years(facts: Facts, arguments: AuditYears, rule: Rule) -> Answer:
    """A report for every year that the evidence list needs."""
    needed = facts.programme.evidence_of(arguments.evidence).years_needed
    papers = facts.papers(arguments.evidence)
    if not papers:
        hidden = facts.may_hide([arguments.evidence])
        if hidden:
            return unknown(f"未见审计报告；但{hidden}，需人工核对")
        return not_applicable("没有审计报告，见缺少佐证材料")
    seen: set[int] = set()
    unsure = 0
    for paper in papers:
        year = paper.get(split_key(arguments.year)[1])
        dated = paper.get(split_key(arguments.date)[1])
        stated = int(year.value[:4]) if year.value[:4].isdigit() else 0
        if 1990 <= stated < facts.programme.year:
            seen.add(stated)
            unsure += not year.sure
        elif dated.value[:4].isdigit():
            seen.add(int(dated.value[:4]) - 1)  # a year is audited in the year after
            unsure += not dated.sure
        else:
            unsure += 1
    lacking = [year for year in needed if year not in seen]
    had = "、".join(str(year) for year in sorted(seen))
    if not lacking:
        return met(f"已有{had}年度审计报告")
    detail = f"缺{'、'.join(str(year) for year in lacking)}年度（已有{had or '无可辨认年度'}）"
    hidden = facts.may_hide([arguments.evidence])
    doubt = "年度识别存疑" if unsure >= len(lacking) else f"但{hidden}" if hidden else ""
    raised = Raised(
        arguments.evidence,
        detail,
        severity=Severity.REVIEW if doubt else None,
        document=papers[0].document,
    )
    return unknown(f"{detail}，{doubt}", raised) if doubt else unmet(detail, raised)


def category_ticked(facts: Facts, arguments: CategoryTicked, rule: Rule) -> Answer:
    """At least one category."""
    reading = facts.form(arguments.field)
    if reading.value:
        return met(f"已勾选{reading.value}")
    if not reading.blank:
        return unknown("未找到勾选栏")
    source = reading.source
    if source is not None and source.state is not FieldState.MISSING:
        # Another copy has a tick: a faint one looks like none.
        doubt = Raised(arguments.field, "", severity=Severity.REVIEW, source=source)
        return unknown("纸质材料四类均未见勾选，其他版本已勾选，需人工核对", doubt)
    return unmet("四类均未勾选", Raised(arguments.field, "", source=source))


def category_supported(facts: Facts, arguments: CategorySupported, rule: Rule) -> Answer:
    """Evidence for every category that is ticked, or for at least one of them."""
    reading = facts.form(arguments.field)
    if not reading.value:
        return not_applicable("未勾选") if reading.blank else unknown("勾选栏未能识别")
    if not facts.volumes_on_paper:
        return unknown("没有扫描到纸质材料")
    raised, supported, lacking = [], [], list[str]()
    for category in facts.programme.categories:
        names = {category.id, *category.aliases}
        if not names & set(reading.value.split(";")):
            continue
        if any(facts.has_document(kind, None) for kind in category.supported_by):
            supported.append(category.id)
            continue
        lacking += category.supported_by
        wanted = "、".join(facts.evidence_name(kind) for kind in category.supported_by)
        raised.append(
            Raised(
                category.id,
                f"可提供：{wanted}",
                severity=None if reading.sure else Severity.REVIEW,
                source=reading.source,
            )
        )
    if supported and not (arguments.every and raised):
        return met(f"{'、'.join(supported)}有相应材料")
    if not raised:
        return unknown(f"勾选的“{reading.value}”不是本通知所列的类别")
    detail = "缺少佐证：" + "、".join(item.subject for item in raised)
    hidden = facts.may_hide(lacking, None)
    if reading.sure and not hidden:
        return unmet(detail, *raised)
    doubt = f"但{hidden}" if hidden else "勾选识别存疑"
    softened = [replace(item, severity=Severity.REVIEW) for item in raised]
    return unknown(f"{detail}；{doubt}，需人工核对", *softened)


def veto(facts: Facts, arguments: Veto, rule: Rule) -> Answer:
    """Only a dated query that says so excludes a veto; the absence of a record proves nothing."""
    if arguments.evidence is None:
        return Answer(Outcome.MANUAL_REVIEW, f"{rule.sentence}材料不能证明，需人工核实")
    until = facts.programme.windows.enterprise_to
    reasons: dict[str, None] = {}
    for paper in facts.papers(arguments.evidence):
        dated = paper.get(split_key(arguments.date or "")[1])
        result = paper.get(split_key(arguments.result or "")[1])
        text = result.value
        clear = any(word in text for word in arguments.clear_words)
        if not clear and any(word in text for word in arguments.hit_words):
            detail = f"查询结果：{text}"
            soft = None if result.sure else Severity.REVIEW
            raised = Raised(
                arguments.veto,
                detail,
                severity=soft,
                source=result.source,
                variant=arguments.veto,
            )
            return unmet(detail, raised) if result.sure else unknown(detail, raised)
        if not clear or dated.day is None:
            reasons["查询记录未注明日期或结果未能识别"] = None
        elif not (result.sure and dated.sure):
            reasons["查询记录的日期或结果识别存疑"] = None
        elif arguments.within_days is not None and (
            dated.day > until or (until - dated.day).days > arguments.within_days
        ):
            reasons[f"查询日期{dated.day}距报送截止日{until}不在{arguments.within_days}天以内"] = (
                None
            )
        else:
            return met(f"{dated.value}查询：{text}")
    reason = "；".join(reasons) or "未附注明日期的查询记录"
    return Answer(Outcome.MANUAL_REVIEW, f"{rule.sentence}{reason}，需人工核实")


# --- conditions -----------------------------------------------------------------------


def any_positive(facts: Facts, arguments: AnyPositive, rule: Rule) -> Answer:
    """At least one sure count above zero."""
    readings = [facts.last(key) for key in arguments.fields]
    for reading in readings:
        if reading.sure and reading.number is not None and reading.number > Decimal(0):
            return met(f"{facts.name_of(reading.key)}{reading.value}")
    if all(reading.sure and reading.value for reading in readings):
        return unmet("均填为零")
    return unknown(_undecided(facts, readings))


def claimed(facts: Facts, arguments: Claimed, rule: Rule) -> Answer:
    """At least one sure text that is not 无."""
    readings = [facts.form(key) for key in arguments.fields]
    for reading in readings:
        if reading.sure and reading.value.strip() not in NONE_WORDS:
            return met(f"{facts.name_of(reading.key)}：{reading.value}")
    if all(reading.sure and reading.value for reading in readings):
        return unmet(f"{'、'.join(facts.name_of(reading.key) for reading in readings)}填“无”")
    return unknown(_undecided(facts, readings))


def _undecided(facts: Facts, readings: Sequence[Reading]) -> str:
    open_ = [item.key for item in readings if not (item.sure and item.value)]
    return f"{'、'.join(map(facts.name_of, open_))}未填写或未能可靠识别"


def evidence_silent(facts: Facts, arguments: EvidenceSilent, rule: Rule) -> Answer:
    """Evidence is there and its readable papers state a value nowhere.

    What was not found may only not have been read, so this is met only when the form claims
    nothing else can speak: papers whose other amounts were all read.
    """
    papers = facts.papers(arguments.evidence)
    if not papers:
        hidden = facts.may_hide([arguments.evidence])
        return unknown(f"未见该项材料；但{hidden}") if hidden else not_applicable("没有该项材料")
    name = split_key(arguments.value)[1]
    listed = [paper.get(name) for paper in papers]
    if any(reading.value and reading.sure for reading in listed):
        return unmet("已列示")
    if any(reading.value for reading in listed):
        return unknown("疑已列示，识别存疑")
    amounts = [
        field.key
        for field in facts.programme.evidence_of(arguments.evidence).fields
        if field.role == "amount" and field.key != name
    ]
    if amounts and all(paper.get(key).sure for paper in papers for key in amounts):
        return met("其他数据均已读出，未见该项")
    return unknown("未能可靠识别")


def _end_of(reading: Reading) -> date | None:
    """The end of a validity, from a date or a period; ``None`` for none or not to the day."""
    if reading.day is not None:
        return reading.day
    period = parse_period(reading.value)
    if period is None or not period.end or period.end == OPEN_END:
        return None
    end = parse_date(period.end)
    return end.day if end else None


def _days(first: date, last: date) -> str:
    """A day in words, or that it is not known."""
    return str(first) if first == last else f"未能可靠识别（{first}至{last}之间）"


def _mixed(
    raised: list[Raised], told: list[str], nothing: str, open_: Sequence[str] = ()
) -> Answer:
    if any(item.severity is None for item in raised):
        return unmet("；".join(item.detail for item in raised), *raised)
    if raised:
        return unknown("；".join(item.detail for item in raised) + "，识别存疑", *raised)
    if open_:
        return unknown("；".join(open_))
    return met("；".join(told)) if told else unknown(nothing)
