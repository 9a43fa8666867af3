"""Checks across applications and tables: one product, one tier, prerequisite titles."""

from __future__ import annotations

from datetime import date

from extractors.enterprises.names import comparison_key
from extractors.values.dates import parse_date
from extractors.values.similarity import ocr_similarity, same_reading
from pipeline.programme import Rule
from pipeline.records import FieldState, Medium, Outcome, Severity, Title
from pipeline.rules.answers import (
    Answer,
    Raised,
    met,
    not_applicable,
    unknown,
    unmet,
)
from pipeline.rules.arguments import InForce, NoArguments, OneProduct
from pipeline.rules.context import Peer
from pipeline.rules.facts import (
    Facts,
)

_OTHER_PRODUCT = 0.75
"""Below this similarity two sure readings are two products."""


def one_product(facts: Facts, arguments: OneProduct, rule: Rule) -> Answer:
    """One product of an enterprise in the year, over applications and bound copies."""
    if not facts.programme.tier(facts.tier).one_per_enterprise:
        return not_applicable("本层级不限")
    own = facts.form(arguments.product)
    for peer in _same_enterprise(facts):
        if peer.tier != facts.tier:
            continue
        detail = f"另有一份申报“{peer.product_name or peer.application_id}”"
        sure = peer.sure and _surely_named(facts) and (own.sure or not own.value)
        severity = None if sure else Severity.REVIEW
        raised = Raised(arguments.product, detail, severity=severity, source=own.source)
        return unmet(detail, raised) if sure else unknown(detail + "，识别存疑", raised)
    stated = {
        item.value
        for item in facts.extraction.fields
        if item.key == arguments.product
        and item.medium is Medium.PAPER
        and item.state in (FieldState.ACCEPTED, FieldState.CORRECTED)
    }
    names = sorted(stated)
    for number, name in enumerate(names):
        for other in names[number + 1 :]:
            if ocr_similarity(name, other) < _OTHER_PRODUCT:
                detail = f"各册产品名称不同：“{name}”与“{other}”"
                return unmet(detail, Raised(arguments.product, detail, source=own.source))
    return met("未见另一项产品")


def single_tier(facts: Facts, arguments: NoArguments, rule: Rule) -> Answer:
    """One tier of those that exclude each other."""
    group = facts.programme.tier(facts.tier).exclusive_group
    if not group:
        return not_applicable("本层级不与其他层级排斥")
    for peer in _same_enterprise(facts):
        other = next((item for item in facts.programme.tiers if item.id == peer.tier), None)
        if other is None or other.id == facts.tier or other.exclusive_group != group:
            continue
        detail = f"同时申报{facts.programme.tier(facts.tier).name}和{other.name}"
        sure = peer.sure and _surely_named(facts)
        raised = Raised("tier", detail, severity=None if sure else Severity.REVIEW)
        return unmet(detail, raised) if sure else unknown(detail + "，企业识别存疑", raised)
    return met("未同时申报其他层级")


def form_tier(facts: Facts, arguments: NoArguments, rule: Rule) -> Answer:
    """The form's tier is the one that was registered online."""
    online = facts.context.registration
    known = {tier.id: tier for tier in facts.programme.tiers}
    facts.note_beside("online.tier", "网上申报层级", online.tier if online else None)
    if online is None or online.tier not in known:
        return unknown("没有匹配的网上申报或其层级不明")
    if online.tier == facts.tier:
        return met(f"均为{known[facts.tier].name}")
    detail = f"纸质为{known[facts.tier].name}申报表，网上申报{known[online.tier].name}"
    return unmet(detail, Raised("tier", detail))


def prerequisite(facts: Facts, arguments: InForce, rule: Rule) -> Answer:
    """The title that the tier builds on is in force on the day of application."""
    tier = facts.programme.tier(facts.tier)
    if not tier.prerequisite_tier:
        return not_applicable("本层级没有前置称号")
    if facts.context.titles is None:
        return unknown("未提供称号名录，无法判断")
    wanted = facts.programme.tier(tier.prerequisite_tier)
    days = facts.applied_on(arguments.application_date)
    mine = _own_titles(facts, wanted.id)
    held = [title for title in mine if all(_in_force(title, day) for day in days)]
    if held:
        title = held[0]
        return met(f"{wanted.name}（{title.year}年，{title.number}）有效期至{title.valid_to}")
    if any(_in_force(title, day) is None for title in mine for day in days):
        return unknown(f"名录中有{wanted.name}（{mine[0].year}年），未注明有效期")
    if any(_in_force(title, day) for title in mine for day in days):
        return unknown(f"{wanted.name}有效期至{mine[0].valid_to}，申报日期未能可靠识别")
    name = facts.form("enterprise_name")
    reason = (
        f"{wanted.name}已过有效期（至{mine[0].valid_to}）" if mine else f"{wanted.name}，名录中未见"
    )
    sure = _surely_known(facts, wanted.id)
    severity = Severity(tier.prerequisite_severity) if sure else Severity.REVIEW
    raised = Raised(wanted.id, reason, severity=severity, source=name.source)
    return unmet(reason, raised) if sure else unknown(reason + "，企业识别存疑", raised)


def highest_tier(facts: Facts, arguments: InForce, rule: Rule) -> Answer:
    """Whether a title in force would open a higher tier; which one fits is a person's to say."""
    tier = facts.programme.tier(facts.tier)
    if not tier.exclusive_group:
        return not_applicable("本层级不要求择高申报")
    higher = [
        item
        for item in facts.programme.tiers
        if item.exclusive_group == tier.exclusive_group and item.prerequisite_tier == tier.id
    ]
    if not higher:
        return met(f"{tier.name}已是最高梯度")
    if facts.context.titles is None:
        return unknown("未提供称号名录，无法判断")
    days = facts.applied_on(arguments.application_date)
    for title in _own_titles(facts, tier.id):
        if any(_in_force(title, day) is not False for day in days):
            return Answer(
                Outcome.MANUAL_REVIEW,
                f"已获{tier.name}（{title.year}年，有效期至{title.valid_to or '未注明'}），"
                f"可据以申报{higher[0].name}，请核实是否选择了最高梯度",
            )
    if not _surely_known(facts, tier.id):
        return unknown("企业识别存疑，称号名录未能核对")
    return met(f"名录中未见可据以申报{higher[0].name}的有效称号")


def _own_titles(facts: Facts, tier: str) -> list[Title]:
    """The applicant's titles of a tier, in force or not."""
    titles = [item for item in facts.context.titles or () if item.tier == tier]
    mine = [item for item in titles if _is_own(facts, item)]
    for title in mine:
        told = f"{title.year}年 {title.number} {title.valid_from}至{title.valid_to}"
        facts.note_beside(f"title.{tier}", f"称号名录：{facts.programme.tier(tier).name}", told)
    if not mine:
        name = f"称号名录：{facts.programme.tier(tier).name}"
        facts.note_beside(f"title.{tier}", name, None)
    return mine


def _in_force(title: Title, day: date) -> bool | None:
    """Whether a title was in force on a day; ``None`` where it states no end."""
    start, end = _day(title.valid_from), _day(title.valid_to)
    if end is None:
        return None
    return (start is None or start <= day) and end >= day


def _surely_known(facts: Facts, tier: str) -> bool:
    """Whether the applicant was read so surely that a list without it says something."""
    code, name = facts.form("uscc"), facts.form("enterprise_name")
    coded = all(item.uscc for item in facts.context.titles or () if item.tier == tier)
    # Whoever the code names is looked for by the name registered online, which nobody read.
    online = facts.context.registration
    registered = online is not None and bool(online.uscc) and online.uscc == code.value
    return name.sure or (code.sure and (coded or registered))


def _surely_named(facts: Facts) -> bool:
    """Whether name or code was read so surely that another application is known by it."""
    return facts.form("uscc").sure or facts.form("enterprise_name").sure


def _is_own(facts: Facts, title: Title) -> bool:
    """By code where both have one; else by name, former names included."""
    code = facts.form("uscc").value or facts.application.uscc
    if code and title.uscc and code == title.uscc:
        return True
    online = facts.context.registration
    codes = {online.uscc} if online is not None and online.uscc else set()
    if title.uscc in codes:
        return True
    names = {facts.form("enterprise_name").value, facts.application.enterprise_name}
    if online is not None:
        names |= {online.enterprise_name, *online.former_names}
    key = comparison_key(title.enterprise_name)
    return any(name and same_reading(key, comparison_key(name)) for name in names)


def _same_enterprise(facts: Facts) -> list[Peer]:
    """Other applications of the same enterprise."""
    mine = facts.application
    key = comparison_key(mine.enterprise_name)
    found = [
        peer
        for peer in facts.context.peers
        if peer.application_id != mine.application_id
        and (
            (bool(mine.uscc) and peer.uscc == mine.uscc)
            or (bool(key) and comparison_key(peer.enterprise_name) == key)
        )
    ]
    for peer in found:
        told = f"{peer.application_id} {peer.product_name}".strip()
        facts.note_beside(f"peer.{peer.tier}.{peer.application_id}", "同一企业的其他申报", told)
    if not found:
        facts.note_beside("peer", "同一企业的其他申报", f"{len(facts.context.peers)}份中没有")
    return found


def _day(text: str) -> date | None:
    reading = parse_date(text) if text else None
    return reading.day if reading else None
