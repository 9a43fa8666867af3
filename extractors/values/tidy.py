"""Text of a field in one form: width, spaces, brackets, punctuation."""

from __future__ import annotations

import re
import unicodedata

CJK = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, as the inside of a regular expression's class."""

_CJK_SIDE = f"[{CJK}、。，；：！？（）《》〈〉【】〔〕“”‘’·—]"
_SPACE_AT_CJK = re.compile(rf"(?<={_CJK_SIDE})\s+|\s+(?={_CJK_SIDE})")
_SPACES = re.compile(r"\s+")
_HALF_PUNCTUATION = re.compile(rf"(?<=[{CJK}）”])\s*([,;:!?])|([,;:!?])\s*(?=[{CJK}（“])")
_SPECK = re.compile(
    rf"(?<=[、，。；：（）])\s*[.·•'`]\s*(?=[{CJK}])|^[\s.·•'`,，。、;；:：]+(?=[{CJK}])"
)
"""Dirt read as a dot where Chinese has no place for one: between a mark and a character, or
before all text."""
_FULL = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}
_TIDY_NAME = re.compile("[\u4e00-\u9fff（）A-Za-z0-9]*")
"""Names that are in their house form already: nearly all of a registry."""

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_BRACKETS = str.maketrans("([{【〔［｛<〈", "（（（（（（（（（")
_CLOSING = str.maketrans(")]}】〕］｝>〉", "）））））））））")


def fold(text: str) -> str:
    """NFKC without invisible characters; white space of any kind becomes one blank."""
    folded = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return _SPACES.sub(" ", folded).strip()


def squeeze(text: str) -> str:
    """NFKC without any white space: the form in which numbers and codes are parsed."""
    return fold(text).replace(" ", "")


def tidy(text: str) -> str:
    """Running Chinese text in its house form.

    NFKC; no blanks beside Chinese characters (print and OCR set them at will); round
    brackets, commas, colons and semicolons full-width where Chinese stands beside them; a
    dot between such a mark and a Chinese character is dirt and left out.
    """
    text = _SPACE_AT_CJK.sub("", fold(text))
    text = _HALF_PUNCTUATION.sub(lambda hit: _FULL[hit.group(1) or hit.group(2)], text)
    text = _SPECK.sub("", text)
    return _wide_brackets(text)


def tidy_name(text: str) -> str:
    """A registered name as the licence prints it: NFKC with full-width brackets, no blanks.

    Blanks are kept only between two Latin words.  Square and other brackets stay what
    they are: they are not on licences, so a reader should see them.
    """
    if _TIDY_NAME.fullmatch(text):
        return text
    text = _SPACE_AT_CJK.sub("", fold(text))
    return text.replace("(", "（").replace(")", "）")


def comparable(text: str) -> str:
    """A form for comparison only: no blanks, one kind of bracket, Latin in capitals."""
    return squeeze(text).translate(_BRACKETS).translate(_CLOSING).upper()


def _wide_brackets(text: str) -> str:
    """Brackets become full-width where Chinese stands inside or right beside them."""

    def widen(hit: re.Match[str]) -> str:
        return f"（{hit.group(1)}）"

    inside = re.compile(rf"\(([^()]*[{CJK}][^()]*)\)")
    beside = re.compile(rf"(?<=[{CJK}])\(([^()]*)\)|\(([^()]*)\)(?=[{CJK}])")
    text = inside.sub(widen, text)
    return beside.sub(lambda hit: f"（{hit.group(1) or hit.group(2) or ''}）", text)
