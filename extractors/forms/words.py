"""Whether a text looks like a label or like a value, where the form is not known."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from extractors.forms.labels import label_forms, squeeze
from extractors.text.tick_signs import GLYPHS

_FIGURES = re.compile(
    r"[\d\s.,:/\-+()年月日时分%％¥￥$~至]*\d[\d\s.,:/\-+()年月日时分%％¥￥$~至]*"
    r"(?:万元|亿元|元|人|个|件|项|岁|周岁)?"
)
_CODE = re.compile(
    r"[A-Za-z]{0,4}[0-9][0-9A-Za-z\-]{4,}|[\w.+-]+@[\w-]+\.[\w.]+|https?://.+|www\..+"
)
_SENTENCE = re.compile(r"[。；;！!]")
_ENTERPRISE = re.compile(r".{3,}(?:有限公司|有限责任公司|合作社|事务所)|.{5,}公司")
_LATIN_RUN = re.compile(r"[A-Za-z]+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_BLANK = re.compile(r"[\s_＿.…·—\-~～:：|｜￥¥$/\\%％()（）]*|[年月日\s/.\-—_]*|(?:万?元|人|年)")


@lru_cache(maxsize=1)
def _words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    table = tomllib.loads(files("dictionaries").joinpath("form_words.toml").read_text("utf-8"))
    heads = tuple(sorted(table["heads"], key=len, reverse=True))
    return heads, tuple(table["value_ends"])


def is_template(text: str) -> bool:
    """Whether a text is only a form's own template: ``年 月 日``, ``$``, ``____``."""
    return bool(_BLANK.fullmatch(squeeze(text)))


def has_head(text: str) -> bool:
    """Whether a text ends with the head of a label, remarks in brackets left out."""
    heads, _ = _words()
    return any(
        form.endswith(heads) or form.startswith(("是否", "有无")) for form in label_forms(text)
    )


@lru_cache(maxsize=8192)
def label_odds(text: str) -> float:
    """How much a text looks like a label (above 0) rather than a value (below 0); about -3 to 3."""
    plain = squeeze(text)
    if is_template(plain):
        return -2.0
    if GLYPHS.search(plain):
        return -2.0
    if _FIGURES.fullmatch(plain) or _CODE.fullmatch(plain):
        return -3.0
    if _ENTERPRISE.fullmatch(plain):
        return -2.0
    odds = 0.0
    if plain.endswith((":", "：")):
        odds += 1.5
    forms = label_forms(plain)
    bare = forms[0] if forms else plain
    headed = has_head(plain)
    if headed and len(_LATIN_RUN.sub("A", bare)) <= 18:  # labels in two languages are long
        odds += 2.0
    elif len(bare) <= 8 and len(_CHINESE.findall(bare)) == len(bare):
        odds += 0.3
    else:
        odds -= 0.6
    if _SENTENCE.search(plain):
        odds -= 1.5
    if re.search(r"\d{3,}", plain):
        odds -= 1.5
    if bare.endswith(_words()[1]):
        odds -= 1.0
    return odds
