"""Checks of form: dates, stamps, signatures, copies, disc, deadlines, doubtful readings."""

from __future__ import annotations

from datetime import date

from extractors.values.dates import parse_date
from pipeline.programme import Rule
from pipeline.records import (
    FieldState,
    FileRole,
    FileStatus,
    Medium,
    Outcome,
    SealSeen,
    Severity,
    Used,
)
from pipeline.rules.answers import (
    Answer,
    Raised,
    met,
    not_applicable,
    unknown,
    unmet,
)
from pipeline.rules.arguments import DateWindow, Late, NoArguments, Recommended, Stamp
from pipeline.rules.facts import (
    Facts,
)
from pipeline.rules.readings import (
    Reading,
    split_key,
)

_WORD_TYPES = ("word", "msword", "opendocument.text", "wps")
_SURE_SEAL = 0.6


def date_window(facts: Facts, arguments: DateWindow, rule: Rule) -> Answer:
    """A date is filled in and lies in its window."""
    reading = _date_reading(facts, arguments.date)
    name = _date_name(facts, arguments.date)
    if reading.blank:
        raised = Raised(name, "", code=arguments.blank_code, source=reading.source)
        return unmet("日期栏为空", raised)
    if not reading.value or reading.day is None:
        return unknown("未找到日期或未能识别")
    windows = facts.programme.windows
    earliest = getattr(windows, arguments.earliest) if arguments.earliest else None
    latest = getattr(windows, arguments.latest) if arguments.latest else None
    span = f"{earliest or ''}至{latest or ''}"
    detail = f"{reading.day}（规定期限{span}）"
    if (earliest and reading.day < earliest) or (latest and reading.day > latest):
        if reading.sure:
            return unmet(detail, Raised(name, detail, source=reading.source))
        soft = Raised(name, detail, severity=Severity.REVIEW, source=reading.source)
        return unknown(detail + "，识别存疑", soft)
    return met(detail) if reading.sure else unknown(detail + "，识别存疑")


def stamp(facts: Facts, arguments: Stamp, rule: Rule) -> Answer:
    """A seal or signature in every paper copy; what cannot be told is not held against anyone."""
    paper = {
        volume.volume_id: volume.number
        for volume in facts.application.volumes
        if volume.medium is Medium.PAPER
    }
    if not paper:
        return not_applicable("没有纸质材料")
    seen = [seal for seal in facts.seals(arguments.kind, arguments.place) if seal.volume in paper]
    if not seen:
        return _to_look(facts, arguments, "未找到应盖章（签字）的位置", None)
    absent = []
    for volume in sorted(paper, key=lambda item: paper[item]):
        mine = [seal for seal in seen if seal.volume == volume]
        everywhere = {seal.place for seal in mine} == set(arguments.place)
        if everywhere and all(seal.present is False for seal in mine):
            absent.append(max(mine, key=lambda seal: seal.confidence))
    if not absent:
        if any(seal.present for seal in seen):
            return met("已见")
        return _to_look(facts, arguments, "无法判断有无（灰度扫描或位置不清）", seen[0])
    numbers = "、".join(str(paper[seal.volume]) for seal in absent)
    detail = f"第{numbers}册未见"
    mixed = any(seal.present for seal in seen)
    weak = mixed or max(seal.confidence for seal in absent) < _SURE_SEAL
    raised = Raised(
        arguments.place[0],
        detail,
        severity=Severity.REVIEW if weak else None,
        source=absent[0],
    )
    return unknown(detail + "，需人工核对", raised) if weak else unmet(detail, raised)


def _to_look(facts: Facts, arguments: Stamp, why: str, source: SealSeen | None) -> Answer:
    """Nobody is told that a stamp lacks that could not be seen, nor recommended without it."""
    place = source.place if source else arguments.place[0]
    message = f"{facts.place_name_of(arguments.kind, place)}：{why}，需人工核对"
    raised = Raised(
        f"{arguments.kind}.{place}", why, severity=Severity.REVIEW, source=source, message=message
    )
    return unknown(f"{why}，需人工核对", raised)


def copies(facts: Facts, arguments: NoArguments, rule: Rule) -> Answer:
    """Bound copies: as counted by a clerk, else as scanned where all were to be scanned."""
    wanted = facts.programme.copies
    box = facts.context.box
    scanned = facts.volumes_on_paper
    facts.note_beside("box.copies", "登记的纸质份数", box.copies)
    facts.note_beside("box.scanned", "扫描到的纸质份数", scanned)
    if box.copies is not None:
        detail = f"收到纸质材料{box.copies}份，应为{wanted}份"
        return met(detail) if box.copies >= wanted else unmet(detail, Raised("copies", detail))
    if scanned >= wanted:
        return met(f"扫描{scanned}份，应为{wanted}份")
    if box.copies_expected is not None and scanned < box.copies_expected:
        detail = f"扫描{scanned}份，应扫描{box.copies_expected}份"
        hidden = facts.may_hide(None)
        if hidden:
            detail += f"；但{hidden}，可能属于所缺的一份，需人工核对"
            return unknown(detail, Raised("copies", detail, severity=Severity.REVIEW))
        return unmet(detail, Raised("copies", detail))
    return unknown(f"扫描{scanned}份，收到份数未登记")


def disc(facts: Facts, arguments: NoArguments, rule: Rule) -> Answer:
    """A disc came with the application."""
    box = facts.context.box
    electronic = any(item.medium is Medium.ELECTRONIC for item in facts.application.volumes)
    told = {True: "已交", False: "未交"}.get(bool(box.disc)) if box.disc is not None else None
    facts.note_beside("box.disc", "登记的光盘", told)
    for item in box.electronic_files:
        facts.note(
            Used(
                key="box.file",
                name="光盘文件",
                value=item.media_type,
                sure=True,
                medium=Medium.ELECTRONIC,
                file=item.file,
            )
        )
    if box.disc is False:
        return unmet("登记为未交光盘", Raised("disc", "未提交光盘"))
    if electronic or box.electronic_files:
        return met("已有电子版")
    if box.disc:
        return unknown("登记为已交光盘，但箱内没有其内容")
    hidden = facts.may_hide(None, Medium.ELECTRONIC)
    if hidden:
        return unknown(f"未见光盘内容；但{hidden}，可能属于本企业")
    if box.box_has_discs:
        return unmet("箱内其他企业有光盘，本企业没有", Raised("disc", "未见光盘内容"))
    return unknown("箱内没有光盘内容，是否提交未登记")


def electronic_types(facts: Facts, arguments: NoArguments, rule: Rule) -> Answer:
    """The form is a Word file, evidence is PDF."""
    files = facts.context.box.electronic_files
    if not files:
        return not_applicable("没有电子文件")
    for item in files:
        facts.note(
            Used(
                key="box.file",
                name="光盘文件",
                value=item.media_type,
                sure=True,
                medium=Medium.ELECTRONIC,
                file=item.file,
            )
        )
    kept = [item for item in files if item.status is not FileStatus.IGNORED]
    words = [item for item in kept if any(kind in item.media_type for kind in _WORD_TYPES)]
    odd = [
        item
        for item in kept
        if item.status is FileStatus.READ
        and item.role is FileRole.ELECTRONIC_EVIDENCE
        and item not in words
        and item.media_type != "application/pdf"
    ]
    raised = []
    closed = [
        item for item in kept if item.status is FileStatus.SET_ASIDE and item not in (*words, *odd)
    ]
    if not words and closed:
        detail = f"光盘中未见Word版申报表，但有{len(closed)}个文件未能打开，需人工核对"
        return unknown(detail, Raised("electronic_form", detail, severity=Severity.REVIEW))
    if not words:
        raised.append(Raised("electronic_form", "光盘中没有Word版申报表"))
    if odd:
        raised.append(Raised("electronic_evidence", f"有{len(odd)}个佐证材料文件不是PDF"))
    if raised:
        return unmet("；".join(item.detail for item in raised), *raised)
    return met("申报表为Word版，佐证材料为PDF版")


def late(facts: Facts, arguments: Late, rule: Rule) -> Answer:
    """What was handed in or sent on came in time."""
    by: date = getattr(facts.programme.windows, arguments.by)
    box, online = facts.context.box, facts.context.registration
    stated = parse_date(online.submitted[:10]) if online is not None and online.submitted else None
    days = {
        "enterprise": (
            ("纸质材料收到日期", box.date_received),
            ("网上提交日期", stated.day if stated else None),
        ),
        "district": (("推荐意见报送日期", box.date_forwarded),),
        "pool": (("培育库参考表报送日期", box.pool_received),),
    }[arguments.of]
    told, raised = [], []
    for name, day in days:
        facts.note_beside(f"box.{name}", name, day)
        if day is None:
            continue
        detail = f"{name}{day}，截止{by}"
        told.append(detail)
        if day > by:
            raised.append(Raised(name, detail))
    if raised:
        return unmet("；".join(item.detail for item in raised), *raised)
    return met("；".join(told)) if told else unknown(f"{days[0][0]}未登记")


def recommended(facts: Facts, arguments: Recommended, rule: Rule) -> Answer:
    """The office's opinion; a refusal is shown to a person before it counts."""
    reading = facts.form(arguments.field)
    if not reading.value:
        return unknown("未见推荐意见或未能识别")
    detail = f"意见为“{reading.value}”"
    if any(word in reading.value for word in arguments.no):
        raised = Raised(
            arguments.field,
            detail,
            severity=Severity.REVIEW,
            source=reading.source,
            variant=rule.id,
        )
        return unmet(detail, raised) if reading.sure else unknown(detail + "，识别存疑", raised)
    if reading.sure and any(word in reading.value for word in arguments.yes):
        return met(detail)
    return unknown(detail + "，不能据以判断")


def key_fields_read(facts: Facts, arguments: NoArguments, rule: Rule) -> Answer:
    """No key field is left in doubt; a request to look, never a claim."""
    raised = []
    for item in facts.programme.fields_of(facts.tier):
        if not item.key_field:
            continue
        for key in facts.years_of(item.key):
            reading = facts.form(key)
            if reading.sure:
                continue
            state = reading.source.state if reading.source else FieldState.MISSING
            detail = {
                FieldState.REVIEW: f"读作“{reading.value}”，{_reason(reading)}",
                FieldState.UNREADABLE: "无法辨认",
            }.get(state, "未填写" if reading.blank else "未找到")
            raised.append(Raised(key, detail, severity=Severity.REVIEW, source=reading.source))
    if raised:
        named = "、".join(facts.name_of(item.subject) for item in raised)
        return Answer(Outcome.MANUAL_REVIEW, f"需核对：{named}", tuple(raised))
    return met("关键项目均已可靠识别")


def _reason(reading: Reading) -> str:
    return (reading.source.reason if reading.source else "") or "请核对"


def _date_reading(facts: Facts, key: str) -> Reading:
    type_id, name = split_key(key)
    if not name:
        return facts.form(key)
    papers = facts.papers(type_id)
    return papers[0].get(name) if papers else Reading(key, "", sure=False)


def _date_name(facts: Facts, key: str) -> str:
    type_id, name = split_key(key)
    return facts.evidence_name(type_id) if name else facts.name_of(key)
