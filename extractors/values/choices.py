"""Choices from a closed list: by name, by alias, or proposed by likeness."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from extractors.values.reading import Normalised
from extractors.values.similarity import ocr_distance
from extractors.values.tidy import comparable, fold, tidy

_PARTING = re.compile(r"[;、，,/\s]+")


def read_choice(
    raw: str, options: Sequence[str], aliases: Iterable[tuple[str, str]] = ()
) -> Normalised:
    """The one option that the text names.

    A text that is merely like an option stays as it is; ``doubt`` names the likely one.
    """
    found = find_option(raw, options, aliases)
    if found:
        return Normalised(found, valid=True)
    near = nearest_option(raw, options, aliases)
    doubt = f"不在可选项中，疑为“{near}”" if near else "不在可选项中"
    return Normalised(tidy(raw), valid=False, doubt=doubt)


def read_choices(
    raw: str, options: Sequence[str], aliases: Iterable[tuple[str, str]] = ()
) -> Normalised:
    """All options that the text names, sorted and joined by ``;``."""
    pairs = tuple(aliases)
    whole = find_option(raw, options, pairs)
    if whole:
        return Normalised(whole, valid=True)
    parts = [part for part in _PARTING.split(fold(raw)) if part]
    readings = [read_choice(part, options, pairs) for part in parts]
    value = ";".join(sorted({reading.value for reading in readings}))
    doubt = "；".join(f"“{r.value}”{r.doubt}" for r in readings if r.doubt)
    return Normalised(value, valid=bool(readings) and not doubt, doubt=doubt)


def find_option(
    raw: str, options: Sequence[str], aliases: Iterable[tuple[str, str]] = ()
) -> str | None:
    """The option that the text is, by itself or by an alias; ``None`` where it is none."""
    return _spellings(options, aliases).get(comparable(raw))


def nearest_option(
    raw: str, options: Sequence[str], aliases: Iterable[tuple[str, str]] = ()
) -> str | None:
    """The one option at less than one error for every three characters, or ``None``."""
    text = comparable(raw)
    if not text:
        return None
    ranked = sorted(
        (ocr_distance(text, spelling), option)
        for spelling, option in _spellings(options, aliases).items()
    )
    near = {option: distance for distance, option in reversed(ranked)}
    best = sorted(near.items(), key=lambda item: item[1])[:2]
    if not best or best[0][1] > max(len(text), 2) / 3:
        return None
    tied = len(best) > 1 and best[1][1] - best[0][1] < 0.5
    return None if tied else best[0][0]


def _spellings(options: Sequence[str], aliases: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Comparable spelling → option; an alias pair may name its option first or last."""
    known = set(options)
    spellings: dict[str, str] = {}
    for first, second in aliases:
        alias, option = (first, second) if second in known else (second, first)
        if option in known:
            spellings[comparable(alias)] = option
    spellings.update({comparable(option): option for option in options})
    return spellings
