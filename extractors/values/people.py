"""Names of persons."""

from __future__ import annotations

import re

from extractors.values.reading import Normalised
from extractors.values.tidy import CJK, fold

_HINT = re.compile(r"[(（]\s*(?:签字|签章|签名|盖章|手签|印)\s*[)）]")
_CHINESE = re.compile(rf"[{CJK}]{{1,12}}(?:·[{CJK}]{{1,12}})*")
_LATIN = re.compile(r"[A-Za-z][A-Za-z .'\-]{1,60}")
_DOTS = str.maketrans("・•‧∙．", "·····")


def read_person(raw: str) -> Normalised:
    """A person's name: blanks between characters go, ``（签字）`` behind it goes.

    Nothing can prove a name; one with digits or signs in it is not one.
    """
    text = _HINT.sub("", fold(raw.translate(_DOTS))).strip(" ,;:，；：。")
    text = text if _LATIN.fullmatch(text) else text.replace(" ", "")
    if _CHINESE.fullmatch(text):
        long = len(text) > 4 and "·" not in text
        return Normalised(text, doubt="姓名较长，请核对" if long else "")
    if _LATIN.fullmatch(text):
        return Normalised(text)
    return Normalised(text, valid=False, doubt="不像姓名")
