"""Enterprise size by 工信部联企业〔2011〕300号, from ``dictionaries/size_classes.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import dictionaries

_TABLE = Path(dictionaries.__file__).parent / "size_classes.toml"
_CLASSES = (("large", "大型"), ("medium", "中型"), ("small", "小型"))
_WORDS = {"employees": "从业人员", "revenue": "营业收入", "assets": "资产总额"}
_UNITS = {"employees": "人", "revenue": "万元", "assets": "万元"}


@dataclass(frozen=True)
class Size:
    """Of an enterprise; ``name`` is ``None`` where a figure is missing that decides."""

    sector: str
    name: str | None
    arithmetic: str


def size_of(code: str, figures: Mapping[str, Decimal | None]) -> Size | None:
    """The size class of an enterprise.

    A class is reached only when *all* of its lower bounds are; otherwise the enterprise
    drops to the next one, below "small" it is 微型.

    Args:
        code: Industry by GB/T 4754-2017, two digits or more.
        figures: ``employees`` in persons, ``revenue`` and ``assets`` in 万元; ``None`` for
            what is not known.

    Returns:
        ``None`` for an industry that the standard does not cover.
    """
    sector = _sector(code)
    if sector is None:
        return None
    keys = list(sector["large"])
    told = "，".join(
        f"{_WORDS[key]}{figures[key]:f}{_UNITS[key]}"
        for key in keys
        if figures.get(key) is not None
    )
    for heading, name in _CLASSES:
        reached: list[bool | None] = []
        for key, bound in sector[heading].items():
            figure = figures.get(key)
            reached.append(None if figure is None else figure >= bound)
        if False in reached:
            continue
        if None in reached:
            return Size(sector["name"], None, told)
        return Size(sector["name"], name, told)
    return Size(sector["name"], "微型", told)


def _sector(code: str) -> dict[str, Any] | None:
    sectors = _sectors()
    for sector in sectors:
        if any(code.startswith(group) for group in sector.get("groups", ())):
            return sector
    return next((sector for sector in sectors if code[:2] in sector["divisions"]), None)


@cache
def _sectors() -> tuple[dict[str, Any], ...]:
    return tuple(tomllib.loads(_TABLE.read_text("utf-8"))["sector"])
