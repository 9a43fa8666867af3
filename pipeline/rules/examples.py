"""Examples of a pack's rules: an application that states nothing but what the example says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain

from pydantic import ValidationError

from pipeline.programme import Example, Programme, Rule
from pipeline.records import (
    Application,
    Decision,
    Document,
    Extraction,
    Field,
    FieldState,
    FileRole,
    FileStatus,
    Match,
    Medium,
    PageRef,
    Registration,
    SealSeen,
    SourceFile,
    Title,
    Volume,
)
from pipeline.rules.answers import Answer
from pipeline.rules.asking import ask
from pipeline.rules.context import BoxFacts, CheckContext, Peer
from pipeline.rules.facts import Facts
from pipeline.rules.order import rests_on

NAME = "大连示例有限公司"
"""The applicant of every example; titles and peers are its own."""

_ID = "example"
_PAGE = PageRef(file="example.pdf", page=1)
_EVIDENCE = re.compile(r"(?P<type>[a-z_]+)(?:#\d+)?(?:\.(?P<key>[a-z_0-9]+))?")
_PRESENT = {"有": True, "无": False, "不清": None}
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_MEDIA = {"word": _WORD, "pdf": "application/pdf", "jpeg": "image/jpeg"}


class ExampleError(ValueError):
    """An example that states what nothing can be made of."""


def answer_of(programme: Programme, rule: Rule, example: Example) -> Answer:
    """What a rule answers in its example, for the first of its tiers.

    Raises:
        ExampleError: naming the key or value that is none.
    """
    facts = _facts(programme, rule.tiers[0], example.given)
    ask(facts, _needed(programme, rule))
    return facts.answers[rule.id]


def words_of(programme: Programme, example: Example) -> str:
    """What an example states, in Chinese."""
    return "；".join(
        f"{_name(programme, key)}：{value or '（空白）'}" for key, value in example.given
    )


def _needed(programme: Programme, rule: Rule) -> list[Rule]:
    """The rule and all that its answer rests on, as far as they concern the tier."""
    known = {item.id: item for item in programme.rules if rule.tiers[0] in item.tiers}
    needed: dict[str, Rule] = {}
    todo = [rule.id]
    while todo:
        name = todo.pop()
        if name in known and name not in needed:
            needed[name] = known[name]
            todo += rests_on(known[name], programme.evidence, programme.indicators)
    return list(needed.values())


def _facts(programme: Programme, tier: str, given: Sequence[tuple[str, str]]) -> Facts:
    evidence = {item.type for item in programme.evidence}
    fields: list[Field] = []
    seals: list[SealSeen] = []
    papers: dict[str, str] = {}
    titles: list[Title] = []
    peers: list[Peer] = []
    box: dict[str, object] = {}
    online: dict[str, object] = {}
    for key, value in given:
        head, _, tail = key.partition(".")
        hit = _EVIDENCE.fullmatch(key)
        kind = hit["type"] if hit is not None else ""
        if kind in evidence and (tail or key not in {item.key for item in programme.fields}):
            papers.setdefault(head, kind)
            if tail:
                fields.append(_field(key, value))
        elif head in ("seal", "signature"):
            seals.append(_seal(head, tail, value))
        elif head == "title":
            titles += _titles(tail, value)
        elif head == "peer":
            peers.append(_peer(tail, value))
        elif key == "box.files":
            box["electronic_files"] = [_file(name) for name in value.split("、")]
        elif head == "box":
            box[tail] = value
        elif head == "online":
            online[tail] = value
        elif head in {item.key for item in programme.fields}:
            fields.append(_field(key, value))
        else:
            raise ExampleError(f"there is no {key!r} to be given")
    documents = tuple(
        Document(document_id=name, type=kind, pages=(_PAGE,), confidence=1.0)
        for name, kind in papers.items()
    )
    volumes = (Volume(volume_id="paper", medium=Medium.PAPER, number=1, documents=documents),)
    application = Application(
        application_id=_ID, tier=tier, enterprise_name=NAME, uscc="", volumes=volumes
    )
    extraction = Extraction(
        application_id=_ID,
        fields=tuple(fields),
        seals=tuple(seals),
        unassigned=(),
        lines_total=0,
        lines_in_fields=0,
        lines_in_cells=0,
        lines_in_body=0,
    )
    listed = any(key.startswith("title.") for key, _ in given)
    try:
        context = CheckContext(
            programme=programme,
            match=Match(application_id=_ID, decision=Decision.REJECTED, candidates=()),
            registration=Registration.model_validate(
                {"registration_id": "1", "enterprise_name": NAME, **online}
            )
            if online
            else None,
            titles=tuple(titles) if listed else None,
            peers=tuple(peers),
            box=BoxFacts.model_validate(box),
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ExampleError(f"{first['loc'][-1]}: {first['msg']}") from error
    return Facts(application, extraction, context)


def _field(key: str, value: str) -> Field:
    return Field(
        application_id=_ID,
        volume="paper",
        medium=Medium.PAPER,
        key=key,
        value=value,
        raw=value,
        unit="",
        state=FieldState.ACCEPTED if value else FieldState.MISSING,
        read_confidence=1.0,
        place_confidence=1.0,
        file=_PAGE.file,
        sha256="",
        page=_PAGE.page,
        box=None,
        engine="example",
        rule="example",
    )


def _seal(kind: str, place: str, value: str) -> SealSeen:
    text = "" if value in _PRESENT else value
    return SealSeen(
        application_id=_ID,
        volume="paper",
        document_id="",
        document_type="",
        place=place,
        kind=kind,
        present=_PRESENT.get(value, True),
        text=text,
        confidence=1.0,
        file=_PAGE.file,
        page=_PAGE.page,
        box=None,
    )


def _titles(tier: str, value: str) -> list[Title]:
    """``from/to`` of a title of the applicant; none for an empty value."""
    if not value:
        return []
    start, slash, end = value.partition("/")
    if not slash:
        raise ExampleError(f"title.{tier}: write from/to, found {value!r}")
    return [
        Title(
            enterprise_name=NAME,
            uscc="",
            tier=tier,
            year=start[:4],
            number="例0001",
            product_name="",
            valid_from=start,
            valid_to=end,
        )
    ]


def _peer(tier: str, value: str) -> Peer:
    return Peer(
        application_id=f"{_ID}-2", tier=tier, enterprise_name=NAME, uscc="", product_name=value
    )


def _file(name: str) -> SourceFile:
    if name not in _MEDIA:
        raise ExampleError(f"box.files: known are {'、'.join(_MEDIA)}, found {name!r}")
    role = FileRole.ELECTRONIC_FORM if name == "word" else FileRole.ELECTRONIC_EVIDENCE
    return SourceFile(
        box="box",
        file=f"box/disc/{name}",
        path="",
        sha256="",
        size=1,
        media_type=_MEDIA[name],
        role=role,
        pages=1,
        status=FileStatus.READ,
    )


_WORDS = {
    "box.copies": "登记收到的纸质份数",
    "box.disc": "登记的光盘",
    "box.files": "光盘中的文件",
    "box.date_received": "收到纸质材料的日期",
    "box.date_forwarded": "主管部门报送的日期",
    "box.pool_received": "培育库参考表报送的日期",
    "online.uscc": "网上填报的统一社会信用代码",
    "online.tier": "网上申报的层级",
    "online.submitted": "网上提交的日期",
    "online.former_names": "网上登记的曾用名",
}


def _name(programme: Programme, key: str) -> str:
    head, _, tail = key.partition(".")
    tiers = {item.id: item.name for item in programme.tiers}
    if key in _WORDS:
        return _WORDS[key]
    if head == "title":
        return f"持有{tiers.get(tail, tail)}称号"
    if head == "peer":
        return f"另行申报{tiers.get(tail, tail)}"
    facts = _facts(programme, programme.tiers[0].id, ())
    if head in ("seal", "signature"):
        return facts.place_name_of(head, tail)
    return facts.full_name_of(key)


def all_examples(programme: Programme) -> chain[tuple[Rule, Example]]:
    """Every example of the pack with its rule."""
    return chain.from_iterable(
        ((rule, example) for example in rule.examples) for rule in programme.rules
    )
