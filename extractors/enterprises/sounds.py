"""Characters that sound alike: a name taken by ear is written with another character."""

from __future__ import annotations

from functools import cache

from pypinyin import Style, pinyin


@cache
def sounds(character: str) -> frozenset[str]:
    """Every reading of a character without its tone (行 is ``xing`` and ``hang``).

    Empty for what is no Chinese character.
    """
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(found[0]) if found else frozenset()


@cache
def main_sound(character: str) -> str:
    """The commonest reading without tone; the character itself where it has none."""
    found = pinyin(character, style=Style.NORMAL, errors="ignore")
    return found[0][0] if found else character


@cache
def sound_alike(a: str, b: str) -> bool:
    """Whether two characters share a reading, tones aside."""
    return bool(sounds(a) & sounds(b))
