"""What an engine's belief in a line is worth: the share of such lines that are right.

Recognisers are surer of themselves than they are right.  ``reading_confidence.toml`` says how
many of the lines read with a given belief were right; ``benchmarks/calibration.py`` measures
and writes it.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np

from extractors.ocr.engine import Reading

_TABLE: Final = "reading_confidence.toml"
TEXT: Final = "text"
FIGURES: Final = "figures"


def kind_of(text: str) -> str:
    """``figures`` for numbers, dates and codes, ``text`` for all with Chinese characters."""
    return TEXT if any("\u3400" <= sign <= "\u9fff" for sign in text) else FIGURES


def calibrated(reading: Reading, engine: str) -> float:
    """The probability that the whole line is right, from 0 to 1.

    The engine's own mean where it tells no more or was never measured.
    """
    plain = min(1.0, max(0.0, reading.confidence))
    table = _tables().get(engine, {}).get(kind_of(reading.text))
    if table is None or reading.weakest is None:
        return plain
    beliefs, shares = table
    return float(np.interp(reading.weakest, beliefs, shares))


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, tuple[list[float], list[float]]]]:
    """By engine and kind: beliefs, ascending, and the share of right lines at each."""
    stated = tomllib.loads(files("dictionaries").joinpath(_TABLE).read_text("utf-8"))
    return {
        engine: {kind: (table["belief"], table["right"]) for kind, table in kinds.items()}
        for engine, kinds in stated["engines"].items()
    }
