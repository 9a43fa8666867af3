"""``docs/RULES.md``: the rule language, and every rule of a pack with examples and answers."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from pipeline.packs import load
from pipeline.programme import Band, Indicator, Measure, Programme, Rule
from pipeline.rules.arguments import KINDS, NoArguments
from pipeline.rules.asking import CHECKS
from pipeline.rules.combined import WORDS
from pipeline.rules.examples import answer_of, words_of
from pipeline.rules.measure_kinds import MEASURES
from pipeline.rules.measures import SIGNS
from pipeline.rules.refs import Arguments, Ref, references_of

_HEAD = """# Rules

Made by `zjtx programme rules` from the packs; do not edit. A test holds it against them.

## The language
A rule is an entry `[[rule]]` of a pack. `check` names one of the kinds below, `arguments` are that
kind's; `tiers` says whom it is asked of, `code` which defect it raises when it is not met (none:
it is only asked, for other rules and for the answers' table). `sentence`, `source` and `status`
say what it enforces, where that stands and how sure the entry is. `gate = true` sends an
application that does not clearly meet the rule to a person.

Every rule answers one of `met`, `unmet`, `unknown`, `manual_review` and `not_applicable`. What is
missing, or was not read surely, makes `unknown`, never `unmet`. Every answer says in Chinese which
values and which arithmetic it used; `answers.csv` has them with file and page.

`examples` state a case and the answer: `{ given = { "revenue.2020" = "900" }, answer = "unmet" }`.
`zjtx programme check` proves them, and the answers below are what the rules really say.
`given` names form fields, evidence (`audit_report.year`, `audit_report#2.year`; alone: it is
there), `seal.cover` and `signature.truth_statement` (有, 无, 不清), `box.copies`, `online.uscc`,
`title.sme` (`from/to`; empty: a list without it) and `peer.product`.

"""


def rulebook(folders: Iterable[Path]) -> str:
    """The Markdown of the language and of the rules of several packs.

    Raises:
        ProgrammeError: A pack has mistakes.
    """
    lines = [_HEAD.rstrip("\n"), ""]
    lines += ["| kind of check | arguments | answers `met` when |", "|---|---|---|"]
    lines += _kinds(KINDS)
    lines += ["", "Figures that are worked out stand in `[[measure]]`; a rule names them like a"]
    lines += ["form field. Where only a part is known they are a span, and a bound within it is"]
    lines += ["`unknown`.", ""]
    lines += ["| kind of measure | arguments | what it is |", "|---|---|---|"]
    lines += _kinds(MEASURES)
    lines += ["", "A programme with scores has `[[indicator]]`: each band gives points where a"]
    lines += ["figure reaches a bound, a choice is one of some, or a rule is met. The best band"]
    lines += ['counts, or with `take = "sum"` all of them, up to `cap`. The rule `score` holds']
    lines += ["the total against a bound. What is not known makes a range of points."]
    for folder in folders:
        lines += _pack(load(folder))
    return "\n".join(lines) + "\n"


def _kinds(kinds: Mapping[str, type[Arguments]]) -> Iterator[str]:
    for name, kind in kinds.items():
        refs = references_of(kind)
        told = [
            f"`{key}`: {_type(info, refs.get(key))}"
            + ("" if info.is_required() else ", may be left out")
            for key, info in kind.model_fields.items()
        ]
        says = inspect.getdoc(CHECKS[name] if kind is NoArguments else kind) or ""
        yield _row(f"`{name}`", "<br>".join(told) or "—", " ".join(says.split()).replace("``", "`"))


def _type(info: FieldInfo, ref: Ref | None) -> str:
    """The type of an argument in words."""
    kind = info.annotation
    if ref is not None:
        several = get_origin(kind) is tuple
        return ("list of " if several else "") + ref.to.replace("_", " ") + "s" * several
    if get_origin(kind) is Literal:
        return " or ".join(f"`{value}`" for value in get_args(kind))
    if get_origin(kind) is tuple:
        return "list of texts"
    names = {float: "number", int: "whole number", str: "text", bool: "true or false"}
    for known, name in names.items():
        if kind is known or known in get_args(kind):
            return name
    return "text"


def _pack(programme: Programme) -> Iterator[str]:
    yield from ("", f"## {programme.id}", "", f"{programme.title}，{programme.document_number}")
    if programme.measures:
        yield from ("", "| measure | kind | source | status |", "|---|---|---|---|")
        yield from (_measure(item) for item in programme.measures)
    if programme.indicators:
        yield from ("", "| indicator | most | bands | sentence | source | status |")
        yield "|---|---|---|---|---|---|"
        yield from (_indicator(item) for item in programme.indicators)
    yield from ("", "| rule | sentence | source | status | code | check | example |")
    yield "|---|---|---|---|---|---|---|"
    yield from (_rule(programme, rule) for rule in programme.rules)


def _measure(item: Measure) -> str:
    name = f"`{item.id}` {item.name}" + (f"（{item.unit}）" if item.unit else "")
    return _row(name, _call(item.kind, item.arguments), item.source, item.status)


def _indicator(item: Indicator) -> str:
    bands = "<br>".join(_band(band, item) for band in item.bands) or "—"
    name = f"`{item.id}` {item.group}：{item.name}"
    return _row(name, f"{item.cap:g}", bands, item.sentence, item.source, item.status)


def _band(band: Band, item: Indicator) -> str:
    of = band.of or item.of
    if band.rule:
        condition = f"`{band.rule}` met"
    elif band.options:
        condition = f"`{of}`: {'、'.join(band.options)}"
    elif band.every is not None:
        condition = f"`{of}`: every {band.every:g}"
    else:
        condition = f"`{of}` {SIGNS.get(band.op, '')}{band.value:g}"
    return f"{condition} → {band.points:g}"


def _rule(programme: Programme, rule: Rule) -> str:
    examples = []
    for example in rule.examples:
        answer = answer_of(programme, rule, example)
        given = words_of(programme, example) or "（什么也未提供）"
        examples.append(f"{given} → **{WORDS[answer.outcome]}**：{answer.explanation}")
    return _row(
        f"`{rule.id}`" + (" (gate)" if rule.gate else ""),
        rule.sentence,
        rule.source,
        rule.status,
        rule.code or "—",
        _call(rule.check, rule.arguments),
        "<br>".join(examples) or "—",
    )


def _call(name: str, arguments: Sequence[tuple[str, object]]) -> str:
    told = ", ".join(f"{key} = {_shown(value)}" for key, value in arguments)
    return f"`{name}`" + (f" {told}" if told else "")


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
