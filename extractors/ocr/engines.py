"""The engines there are, by name."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from extractors.ocr.engine import Engine

LEAN: Final = "lean"
PADDLE: Final = "paddleocr"


@lru_cache(maxsize=1)
def shared_engine(name: str = LEAN) -> Engine:
    """The engine of this process, built at the first call: loading takes seconds.

    Args:
        name: ``lean`` or ``paddleocr``.

    Raises:
        ValueError: if there is no such engine.
        WeightsError: if the weights are missing or damaged.
    """
    if name == LEAN:
        from extractors.ocr.lean import LeanEngine

        return LeanEngine()
    if name == PADDLE:
        from extractors.ocr.paddle import PaddleEngine

        return PaddleEngine()
    raise ValueError(f"no engine {name!r}: there are {LEAN} and {PADDLE}")
