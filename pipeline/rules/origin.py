"""Checks of where an application comes from: its place, and its online registration."""

from __future__ import annotations

from pipeline.districts import find_district, is_elsewhere
from pipeline.programme import Rule
from pipeline.records import Decision, Outcome
from pipeline.rules.answers import Answer, Raised, met, unknown, unmet
from pipeline.rules.arguments import Located, NoArguments
from pipeline.rules.facts import Facts, values_of

_WITNESSES = 2
"""So many papers have to state a place elsewhere before it is held against anybody."""


def located(facts: Facts, arguments: Located, rule: Rule) -> Answer:
    """In which of the programme's districts the applicant lies, functional zones included."""
    programme = facts.programme
    readings = [facts.form(key) for key in (arguments.district, *arguments.addresses)]
    named = [(facts.name_of(item.key), item) for item in readings]
    named += [
        (facts.full_name_of(item.key), item) for _, item in values_of(facts, arguments.evidence)
    ]
    told: dict[str, list[str]] = {}
    away: list[str] = []
    source = None
    for name, reading in named:
        if not reading.value:
            continue
        address = reading.key != arguments.district
        district = find_district(reading.value, programme, address=address)
        said = f"{name}“{reading.value}”"
        if district:
            told.setdefault(district, []).append(said)
        elif reading.sure and address and is_elsewhere(reading.value, programme):
            away.append(said)
            source = reading.source
    online = facts.context.registration
    if online is not None and online.district:
        facts.note_beside(
            "online.district", f"网上填报的{programme.district_short}", online.district
        )
        district = find_district(online.district, programme)
        if district:
            told.setdefault(district, []).append(f"网上填报“{online.district}”")
    detail = "；".join(f"{'、'.join(said)}属{district}" for district, said in told.items())
    if away:
        detail = "；".join(filter(None, (detail, f"{'、'.join(away)}不在{programme.city}")))
    if not told and len(away) >= _WITNESSES:
        return unmet(detail, Raised("所在地", detail, source=source, variant=rule.id))
    if len(told) == 1 and not away:
        return met(detail)
    if not detail:
        return unknown("所属区市县和地址未填写或不能辨明")
    return Answer(Outcome.MANUAL_REVIEW, detail + "，需人工核实")


def registered_online(facts: Facts, arguments: NoArguments, rule: Rule) -> Answer:
    """An online registration belongs to the paper; that none was found proves nothing."""
    match, online = facts.context.match, facts.context.registration
    facts.note_beside("online.registration_id", "网上申报编号", online and online.registration_id)
    if match.decision is Decision.ACCEPTED and online is not None:
        return met(f"网上申报编号{online.registration_id}，{online.enterprise_name}")
    if match.decision is Decision.REVIEW and match.candidates:
        return unknown(f"可能对应网上申报的“{match.candidates[0].registration_name}”，待确认")
    return unknown("未找到对应的网上申报")
