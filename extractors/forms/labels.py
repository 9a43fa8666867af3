"""Labels compared with what a form may call a field, in spite of spaces, units and OCR.

A Chinese label is a noun phrase whose head stands last: ``企业注册资本`` is a kind of
``注册资本``, while ``营业收入增长率`` is no kind of ``营业收入``.  So words in front of a known
label cost little, words behind it cost the match.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from extractors.forms.spec import FieldSpec
from extractors.page import Record

_NUMBERING = re.compile(
    r"^(?:[★*※●•·◆▲]+|[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)、.．](?!\d))+"
)
_INCLUDING = re.compile(r"^(?:其中|其)[:：,，]?|^(?:包括|含)[:：]")
_BRACKETS = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]*[)）\]】〕]")
_BRACKET_SIGNS = re.compile(r"[()（）\[\]【】〔〕「」『』<>《》“”\"']")
_PUNCTUATION = re.compile(r"[\s:：;；,，。.、_＿—\-~～*＊|｜…·]+")
_UNIT_BEHIND = re.compile(
    r"[(（/,，:：]\s*(?:单位[:：]?)?(亿元|百万元|万元|千元|元|%|％|人|个|项|件|年|家|名)[)）]?$"
)
_UNIT_INSIDE = re.compile(
    r"[(（][^()（）]*?(亿元|百万元|万元|千元|元|%|％)[^()（）]*[)）]|单位[:：]?\s*"
    r"(亿元|百万元|万元|千元|元|%|％)"
)

_LATIN = re.compile(r"[A-Za-z]{3}")
_VARIANTS = str.maketrans("內產業稱號電話證書類別額總", "内产业称号电话证书类别额总")

_EMPTY_FRONTS = (
    "本企业", "申报企业", "申请企业", "企业", "单位", "公司", "本单位", "申报单位", "申请单位",
    "申报", "申请", "上年末", "年末", "上年度", "上年", "年度", "目前", "现有", "拥有", "已获",
    "有效",
)  # fmt: skip
"""Words in front of a label that leave its meaning as it is."""
_EMPTY_BACKS = ("数量", "个数", "件数", "项数", "数", "全称", "名称", "情况", "总数", "填写")
"""Words behind a label that leave its meaning as it is."""

DATE_TEMPLATE = "年月日"
"""The template of a date, without its spaces."""

_REMEMBERED = 20_000
"""Texts whose matches an index keeps."""
_WORDY = re.compile(r"[\u4e00-\u9fff]{2}|[a-z]{3}")

SURE = 0.93
"""A label that differs from a known one by empty words at most."""


class LabelMatch(Record):
    """A label recognised as that of a field."""

    key: str
    label: str
    """The variant that fits best."""
    score: float
    """1 exact, above 0.9 but for empty words, less with OCR errors or words in front."""


def squeeze(text: str) -> str:
    """The text in NFKC without any white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=8192)
def label_forms(text: str) -> tuple[str, ...]:
    """The forms under which a label is compared: brackets left out, then opened.

    Numbering, ``其中：``, colons, spaces and units are gone; NFKC is applied.
    """
    plain = _NUMBERING.sub("", squeeze(text))
    plain = _INCLUDING.sub("", plain)
    # A label cut by a line end may hold half a bracket; its sign alone says nothing.
    without = _PUNCTUATION.sub("", _BRACKET_SIGNS.sub("", _strip_brackets(plain)))
    opened = _PUNCTUATION.sub("", _BRACKET_SIGNS.sub("", plain))
    forms = [_fold(form) for form in (without, opened) if form]
    return tuple(dict.fromkeys(re.sub(r"[%％]$", "", form) or form for form in forms))


def _fold(form: str) -> str:
    """Characters that readers confuse, in one form: traditional ones, and Latin in small."""
    form = form.translate(_VARIANTS)
    return form.lower().replace("1", "l").replace("0", "o") if _LATIN.search(form) else form


def _strip_brackets(text: str) -> str:
    before = None
    while before != text:
        before, text = text, _BRACKETS.sub("", text)
    return text


def stated_unit(text: str) -> str:
    """The unit that a label or a table's head states (``万元``, ``%`` …); empty without one."""
    plain = squeeze(text)
    found = _UNIT_BEHIND.search(plain)
    if found:
        return found.group(1).replace("％", "%")
    found = _UNIT_INSIDE.search(plain)
    return (found.group(1) or found.group(2)).replace("％", "%") if found else ""


@lru_cache(maxsize=65536)
def _form_score(seen: str, known: str) -> float:
    """How well one form fits one variant, 0 to 1."""
    if seen == known:
        return 1.0
    if len(known) < 2 or not seen:
        return 0.0
    for front in _EMPTY_FRONTS:
        if seen == front + known:
            return 0.96
    for back in _EMPTY_BACKS:
        if seen == known + back:
            return 0.96
    distance = Levenshtein.distance(seen, known)
    longest = max(len(seen), len(known))
    # One wrong character in two or three leaves nothing that could be recognised.
    allowed = 0 if len(known) < 3 else (1 if len(known) < 6 else 2 if len(known) < 10 else 3)
    if distance <= allowed and len(seen) >= 3:
        # A head that differs (…额 for …率) is another thing, not a reading error.
        tail_penalty = 0.12 if seen[-1] != known[-1] else 0.0
        return max(0.0, 0.97 - distance / longest * 0.9 - tail_penalty)
    if len(known) >= 3 and seen.endswith(known) and len(seen) <= 2 * len(known):
        return 0.62 + 0.2 * len(known) / len(seen)
    return 0.0


def label_score(text: str, label: str) -> float:
    """How well a text fits a label variant, 0 to 1."""
    best = 0.0
    seen_forms, known_forms = label_forms(text), label_forms(label)
    for i, seen in enumerate(seen_forms):
        for j, known in enumerate(known_forms):
            score = _form_score(seen, known)
            if score and (i, j) != (len(seen_forms) - 1, len(known_forms) - 1):
                # What stands in brackets may tell labels apart; the fuller likeness wins.
                score -= 0.01
            best = max(best, score)
    return best


class LabelIndex:
    """The labels of a form's fields, ready to be asked."""

    def __init__(self, specs: Sequence[FieldSpec], threshold: float = 0.7) -> None:
        self._threshold = threshold
        # A date's template stands under every opinion; its place decides, not its wording.
        self._entries = [
            (spec.key, label)
            for spec in specs
            for label in spec.labels
            if squeeze(label) != DATE_TEMPLATE
        ]
        self._by_form: dict[str, list[tuple[str, str]]] = {}
        for entry in self._entries:
            for form in label_forms(entry[1]):
                self._by_form.setdefault(form, []).append(entry)
        self._known: dict[str, tuple[LabelMatch, ...]] = {}

    def matches(self, text: str) -> tuple[LabelMatch, ...]:
        """All fields that share the best fitting label, best first; none below the threshold.

        Several fields may share one label (``电话``); the caller knows which row it is in.
        """
        if text not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[text] = self._search(text)
        return self._known[text]

    def _candidates(self, text: str) -> list[tuple[str, str]]:
        """The labels worth comparing: those that fit to the letter, or else all of a like length.

        Comparing all of them with every text of a page would take longer than reading it.
        """
        exact: list[tuple[str, str]] = []
        forms = label_forms(text)
        for form in forms:
            exact += self._by_form.get(form, [])
            for front in _EMPTY_FRONTS:
                if form.startswith(front):
                    exact += self._by_form.get(form[len(front) :], [])
            for back in _EMPTY_BACKS:
                if form.endswith(back):
                    exact += self._by_form.get(form[: -len(back)], [])
        if exact:
            return exact
        if not any(_WORDY.search(form) for form in forms):
            return []
        return [
            entry
            for form, entries in self._by_form.items()
            for entry in entries
            if any(abs(len(form) - len(seen)) <= 3 or seen.endswith(form) for seen in forms)
        ]

    def _search(self, text: str) -> tuple[LabelMatch, ...]:
        if len(squeeze(text)) > 60:
            return ()
        found: dict[str, LabelMatch] = {}
        for key, label in self._candidates(text):
            score = label_score(text, label)
            known = found.get(key)
            if score >= self._threshold and (
                known is None or (score, len(label)) > (known.score, len(known.label))
            ):
                found[key] = LabelMatch(key=key, label=label, score=score)
        ranked = sorted(found.values(), key=lambda match: (-match.score, -len(match.label)))
        if not ranked:
            return ()
        best = ranked[0].score
        near = [match for match in ranked if match.score > best - 0.03]
        if best < SURE and len({match.label for match in near}) > 1:
            return ()  # two different labels that fit equally badly name nothing
        exact = [match for match in near if match.label == near[0].label]
        return tuple(exact if best >= SURE else near)
