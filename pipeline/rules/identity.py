"""Checks of who applies: credit codes, names, owners, people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractors.enterprises.levels import Comparison
from extractors.enterprises.names import comparison_key
from extractors.values.codes import uscc_faults
from extractors.values.similarity import ocr_distance, same_reading
from pipeline.belief import READ_CLEAR
from pipeline.programme import Rule
from pipeline.records import Field, FieldState, Outcome, Severity
from pipeline.rules.answers import (
    Answer,
    Raised,
    met,
    unknown,
    unmet,
)
from pipeline.rules.arguments import (
    EvidenceOwner,
    NamesAgree,
    SameAs,
    SealNames,
    UsccAgrees,
    UsccPrefix,
    UsccValid,
)
from pipeline.rules.facts import (
    Facts,
    values_of,
)
from pipeline.rules.naming import Sameness, among, compare_paper, compare_seal
from pipeline.rules.readings import Paper, Reading

_CLEAR = 0.97
"""A code of 18 characters read with this confidence is taken as written, checks or not."""


def uscc_valid(facts: Facts, arguments: UsccValid, rule: Rule) -> Answer:
    """The code's own checks.

    A bad code is in doubt by nature, so extraction leaves it to review; it counts as stated
    by the applicant where it was read clearly or alike in two places.
    """
    code = facts.form(arguments.field)
    if not code.value:
        return unknown("未读到统一社会信用代码")
    faults = uscc_faults(code.value)
    if not faults:
        return met(f"{code.value}校验通过")
    detail = f"申报表填写“{code.value}”，{'；'.join(faults)}"
    for _, witness in values_of(facts, [arguments.witness]):
        if not uscc_faults(witness.value):
            detail += f"；营业执照为{witness.value}"
            break
    raised = Raised(arguments.field, detail, source=code.source)
    if _stated_so(facts, code):
        return unmet(detail, raised)
    return unknown(detail + "，识别存疑", _softened(raised))


def uscc_agrees(facts: Facts, arguments: UsccAgrees, rule: Rule) -> Answer:
    """One code on the form, in evidence and online."""
    code = facts.form(arguments.field)
    if not code.value or (uscc_faults(code.value) and not _stated_so(facts, code)):
        return unknown("申报表的代码未读到或识别存疑，不作比对")
    stated = code.sure or _stated_so(facts, code)
    told, raised = [code.value], []
    doubtful = False
    for paper, other in values_of(facts, arguments.evidence):
        name = facts.evidence_name(paper.type)
        if other.value == code.value:
            told.append(f"{name}一致")
        elif stated and (other.sure or not uscc_faults(other.value)):
            detail = f"申报表{code.value}，{name}{other.value}"
            raised.append(Raised(arguments.field, detail, source=other.source))
        else:
            doubtful = True
    online = facts.context.registration
    facts.note_beside("online.uscc", "网上填报的信用代码", online.uscc if online else None)
    if online is not None and online.uscc:
        if online.uscc == code.value:
            told.append("网上填报一致")
        elif stated:
            detail = f"申报表{code.value}，网上填报{online.uscc}"
            raised.append(Raised(arguments.field, detail, source=code.source))
    if raised:
        return unmet("；".join(item.detail for item in raised), *raised)
    if doubtful or len(told) == 1:
        return unknown("其他材料的代码未读到或识别存疑")
    return met("，".join(told))


def uscc_prefix(facts: Facts, arguments: UsccPrefix, rule: Rule) -> Answer:
    """The code begins with one of the prefixes."""
    code = facts.form(arguments.field)
    if not code.sure or uscc_faults(code.value):
        return unknown("代码未读到或校验不通过")
    detail = f"代码{code.value}，应以{'、'.join(arguments.prefixes)}开头"
    if code.value.startswith(arguments.prefixes):
        return met(detail)
    return unmet(detail, Raised(arguments.field, detail, source=code.source, variant=rule.id))


def names_agree(facts: Facts, arguments: NamesAgree, rule: Rule) -> Answer:
    """One name on the form and in evidence; a proven change of name excuses the old one."""
    own = facts.form(arguments.field)
    if not own.value:
        return unknown("未读到企业名称")
    raised: list[Raised] = []
    told: list[str] = []
    weighed: list[str] = []
    doubt = False
    for paper, other in values_of(facts, arguments.evidence):
        name = facts.evidence_name(paper.type)
        naming = compare_paper(facts, own, other)
        if naming.sameness is Sameness.SAME:
            told.append(name)
        elif naming.sameness is Sameness.MAYBE:
            doubt = True
        elif name not in {item.subject for item in raised}:
            raised.append(_other_name(facts, own, paper, other, name, arguments))
            weighed.append(_weighed(name, naming.comparison))
    # One paper that differs by one character from a name that two others confirm is more
    # likely a slip of reading than another enterprise: a person looks at the pixels.
    lone = len(raised) == 1 and len(set(told)) >= 2 and _by_one_character(own, raised[0])
    if lone:
        softened = replace(raised[0], severity=Severity.REVIEW)
        return unknown(softened.detail + "，仅一字之差，需人工核对", softened)
    if raised:
        return _told_names(raised, weighed)
    if doubt or not told:
        return unknown("部分材料中的企业名称未读到或识别存疑")
    return met(f"{own.value}，与{'、'.join(dict.fromkeys(told))}一致")


def evidence_owner(facts: Facts, arguments: EvidenceOwner, rule: Rule) -> Answer:
    """The owner of rights and certificates is the applicant."""
    own = facts.form(arguments.field)
    if not own.value:
        return unknown("未读到企业名称")
    raised, told, weighed, doubt = [], [], [], False
    for paper, other in values_of(facts, arguments.evidence):
        naming = compare_paper(facts, own, other, within=True)
        name = facts.evidence_name(paper.type)
        if naming.sameness is Sameness.SAME:
            told.append(name)
        elif naming.sameness is Sameness.MAYBE:
            doubt = True
        else:
            weighed.append(_weighed(name, naming.comparison))
            item = _other_name(facts, own, paper, other, name, arguments)
            raised.append(
                Raised(
                    paper.type,
                    item.detail,
                    severity=item.severity,
                    source=item.source,
                )
            )
    if raised:
        return _told_names(raised, weighed)
    if doubt or not told:
        return unknown("权利人未读到或识别存疑")
    return met(f"{'、'.join(dict.fromkeys(told))}的权利人均为{own.value}")


def _told_names(raised: Sequence[Raised], weighed: Sequence[str]) -> Answer:
    """Other names: kept where all of them are proven old ones, which are worth a note."""
    detail = "；".join((*(item.detail for item in raised), *dict.fromkeys(weighed)))
    if all(item.severity is Severity.INFO for item in raised):
        return Answer(Outcome.MET, detail, tuple(raised))
    return unmet(detail, *raised)


def seal_names(facts: Facts, arguments: SealNames, rule: Rule) -> Answer:
    """Seals of the enterprise carry its name, as far as they can be read."""
    own = facts.form(arguments.field)
    old = _former_names(facts, own, arguments.excuse_old, arguments.excuse_new)
    raised, told, doubt = [], 0, False
    for seal in facts.seals("seal", arguments.places):
        if not seal.text:
            continue
        naming = compare_seal(seal, own)
        if naming.sameness is Sameness.SAME or among(seal.text, old):
            told += 1
        elif naming.sameness is Sameness.MAYBE:
            doubt = True  # an office's seal, or a part of one that was read
        else:
            detail = f"印章为“{seal.text}”，申报单位为“{own.value}”"
            weighed = _weighed("印章", naming.comparison)
            raised.append((f"{detail}；{weighed}", Raised("印章", detail, source=seal)))
    if raised:
        detail, first = raised[0]
        return unmet(detail, first)
    if doubt or not told:
        return unknown("印章文字未读到或识别存疑")
    return met(f"{told}枚印章与企业名称一致")


def same_as(facts: Facts, arguments: SameAs, rule: Rule) -> Answer:
    """A field of the form equals the one in evidence."""
    own = facts.form(arguments.field)
    doubtful = ""
    for paper, other in values_of(facts, [arguments.evidence]):
        if not own.value or not other.value:
            continue
        if not own.sure or not other.sure:
            begins = other.value.startswith(own.value) or own.value.startswith(other.value)
            if not begins and ocr_distance(own.value, other.value) >= 1:
                name = facts.evidence_name(paper.type)
                doubtful = f"申报表{own.value}，{name}{other.value}，识别存疑"
            continue
        if own.day and (other.day is None or other.day.year > facts.programme.year):
            continue  # no paper of the year can state such a date: it was misread
        name = facts.evidence_name(paper.type)
        detail = f"申报表{own.value}，{name}{other.value}"
        if same_reading(own.value, other.value) or other.value.startswith(own.value + "-"):
            return met(detail)
        if ocr_distance(own.value, other.value) < 1:
            return unknown(detail + "，仅有形近字差别")
        return unmet(detail, Raised(arguments.field, detail, source=own.source))
    if doubtful:  # whichever was misread, a person looks before the applicant is told or listed
        raised = Raised(arguments.field, doubtful, severity=Severity.REVIEW, source=own.source)
        return unknown(doubtful, raised)
    return unknown("未填写或未能可靠识别")


def _former_names(facts: Facts, own: Reading, old_key: str, new_key: str) -> tuple[str, ...]:
    """Names that the applicant proves to have had."""
    new = {paper.number: reading for paper, reading in values_of(facts, [new_key])}
    return tuple(
        reading.value
        for paper, reading in values_of(facts, [old_key])
        if paper.number not in new
        or compare_paper(facts, own, new[paper.number]).sameness is not Sameness.DIFFERENT
    )


def _other_name(
    facts: Facts,
    own: Reading,
    paper: Paper,
    other: Reading,
    name: str,
    arguments: NamesAgree | EvidenceOwner,
) -> Raised:
    """A finding about a name that is not the applicant's; milder where it is a proven old one."""
    detail = f"申报单位“{own.value}”，{name}“{other.value}”"
    proven = _former_names(facts, own, arguments.excuse_old, arguments.excuse_new)
    online = facts.context.registration
    registered = online.former_names if online is not None else ()
    severity = None
    if among(other.value, proven):
        detail += "（系曾用名，已附变更证明）"
        severity = Severity.INFO
    elif among(other.value, registered):
        detail += "（网上登记为曾用名，未附变更证明）"
        severity = Severity.WARN
    return Raised(name, detail, severity=severity, source=other.source, document=paper.document)


def _by_one_character(own: Reading, raised: Raised) -> bool:
    """Whether one character was taken for another, or one was added or lost in a doubtful line."""
    other = raised.source
    if not isinstance(other, Field) or not other.value:
        return False
    mine, theirs = comparison_key(own.value), comparison_key(other.value)
    whole = other.read_confidence >= READ_CLEAR and not other.under_seal
    if len(mine) != len(theirs) and whole:
        return False
    return ocr_distance(mine, theirs) <= 1


def _weighed(name: str, comparison: Comparison) -> str:
    """The comparison in words, as matching gives its reasons."""
    return f"{name}名称比对：{'，'.join(comparison.reasons)}"


def _stated_so(facts: Facts, code: Reading) -> bool:
    """Whether a code that fails its checks is what the applicant wrote, not how it was read."""
    if code.sure or _read_twice(facts, code.key, code.value):
        return True
    clear = code.source is not None and code.source.read_confidence >= _CLEAR
    return clear and len(code.value) == 18


def _read_twice(facts: Facts, key: str, value: str) -> bool:
    """Whether two media or copies give the same text."""
    places = {
        (item.medium, item.volume)
        for item in facts.extraction.fields
        if item.key == key and item.value == value and item.state is not FieldState.UNREADABLE
    }
    return len(places) > 1


def _softened(raised: Raised) -> Raised:
    return Raised(raised.subject, raised.detail, severity=Severity.REVIEW, source=raised.source)
