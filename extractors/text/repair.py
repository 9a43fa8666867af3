"""Undoing what scanners' text layers do to Chinese print, with a log of every change.

The rules and their places stand in ``dictionaries/scanner_glyphs.toml``.  Repair never
guesses a lost character, and never touches letters that may be right where they stand.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache

from dictionaries import ROOT
from extractors.page import Record

_CJK = r"\u3400-\u9fff\u3001-\u3015\uff01-\uff5e\u2014\u2026\u201c\u201d\u2018\u2019"
_SPACE_BETWEEN_CJK = re.compile(rf"(?<=[{_CJK}])[ \u3000]+(?=[{_CJK}])")


class Repair(Record):
    """One change made to a line."""

    rule: str
    before: str
    after: str


@cache
def _rules() -> dict[str, dict[str, str]]:
    with (ROOT / "scanner_glyphs.toml").open("rb") as file:
        return tomllib.load(file)


def repair_line(text: str) -> tuple[str, tuple[Repair, ...]]:
    """Repair one line of a distrusted text layer.

    Returns:
        The repaired text in NFKC, and the changes in the order in which they were made.
    """
    repairs: list[Repair] = []
    for name, rule in (
        ("year-radical", _year_radicals),
        ("enclosed-number", _enclosed),
        ("digit-look-alike", _digits),
        ("nfkc", lambda line: unicodedata.normalize("NFKC", line)),
        ("space-between-characters", lambda line: _SPACE_BETWEEN_CJK.sub("", line)),
    ):
        after = rule(text)
        if after != text:
            repairs.append(Repair(rule=name, before=text, after=after))
            text = after
    return text.strip(), tuple(repairs)


def _year_radicals(text: str) -> str:
    for radical, year in _rules()["years"].items():
        text = re.sub(rf"⒛{re.escape(radical)}(?=\s*年)", f"20{year}", text)
    return text


def _enclosed(text: str) -> str:
    """Enclosed numbers lose their full stop beside digits and before 年 月 日; else keep it."""

    def plain(match: re.Match[str]) -> str:
        number = _rules()["enclosed"][match[0]]
        before = text[match.start() - 1 : match.start()]
        after = text[match.end() :].lstrip()[:1]
        beside_digit = before.isdecimal() or after.isdecimal()
        return number if beside_digit or (after and after in "年月日") else f"{number}."

    return re.sub(f"[{''.join(_rules()['enclosed'])}]", plain, text)


def _digits(text: str) -> str:
    """Look-alikes of digits inside a run of digits, or after words that a number follows."""
    table = _rules()["digits"]
    marks = "".join(map(re.escape, table))

    def within(match: re.Match[str]) -> str:
        return "".join(table.get(character, character) for character in match[0])

    text = re.sub(rf"(?<=\d)[{marks}]+(?=\d)", within, text)
    return re.sub(rf"(?:(?<=附件)|(?<=手机)|(?<=电话))\s*[{marks}](?![A-Za-z])", within, text)


def layer_damage(lines: list[str]) -> float:
    """Share of the characters that speak against a text layer, 0 to 1.

    Counted are enclosed numbers beside digits, radicals that never stand alone, stray
    marks between Chinese characters, quotation marks alone on a line, single spaces
    between Chinese characters, private-use and replacement characters.
    """
    broken = _rules()["broken"]
    total = 0
    damage = 0.0
    for line in lines:
        stripped = line.strip()
        total += len(stripped.replace(" ", ""))
        if stripped and set(stripped) <= set("“”‘’\"'"):
            damage += 1
            continue
        damage += len(re.findall(f"[{''.join(_rules()['enclosed'])}]\\d", stripped))
        damage += sum(character in broken["radicals"] for character in stripped)
        damage += len(
            re.findall(rf"(?<=[{_CJK}])[{re.escape(broken['strays'])}]|\(cid:\d+\)", stripped)
        )
        # Forms space single characters out on purpose (年 月 日), so spaces weigh little.
        damage += 0.2 * len(_SPACE_BETWEEN_CJK.findall(stripped))
        damage += sum(unicodedata.category(c) in ("Co", "Cn") or c == "\ufffd" for c in stripped)
    return damage / total if total else 0.0
