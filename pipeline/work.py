"""What worker processes do with pages and applications.

This module is what a worker imports first: it stays light, and the stages come with the
functions that are handed over.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from extractors.imaging.errors import PageImageError
from extractors.page import PagePreparation, Record
from pipeline.records import FailureCategory, PageRef, ReadPage, SourceFile

_PAGE_ADVICE = {
    FailureCategory.TIMED_OUT: "本页识别超时，未读取。请重新扫描该页。",
    FailureCategory.CRASHED: "本页导致处理程序中止，未读取。请重新扫描该页。",
}
_INTERNAL_ADVICE = "处理本页时程序出错，未读取。请联系技术人员。"


class CleanedPage(Record):
    """How a page becomes upright, or why it cannot be looked at."""

    preparation: PagePreparation | None
    category: FailureCategory | None = None
    advice: str = ""


def not_cleaned(category: FailureCategory) -> CleanedPage:
    """A page whose cleaning crashed, hung or met a fault of the program."""
    return CleanedPage(
        preparation=None, category=category, advice=_PAGE_ADVICE.get(category, _INTERNAL_ADVICE)
    )


def call(function: Callable[..., Record], arguments: tuple[Any, ...]) -> tuple[bytes, float]:
    """Do one unit of work.

    Returns:
        The JSON of the record that the function gave, and the seconds that it took.

    Raises:
        TypeError: It gave something else.
    """
    started = time.perf_counter()
    result = function(*arguments)
    if not isinstance(result, Record):
        raise TypeError("a stage returns a record")
    return result.model_dump_json().encode(), time.perf_counter() - started


_engine: Any = None


def load_engine(make: Callable[[], Any]) -> None:
    """Load the model, once in the life of a worker."""
    global _engine
    _engine = make()


def clean_page(prepare: Callable[..., Any], source: SourceFile, page: int) -> CleanedPage:
    """How a page becomes upright."""
    try:
        return CleanedPage(preparation=prepare(source, page))
    except PageImageError as error:
        return CleanedPage(
            preparation=None,
            category=FailureCategory(error.problem.value),
            advice=error.advice,
        )


def read_page(
    read: Callable[..., ReadPage], source: SourceFile, page: int, cleaned: CleanedPage
) -> ReadPage:
    """Read a page with this worker's engine."""
    if cleaned.preparation is None:
        return ReadPage(
            ref=PageRef(file=source.file, page=page),
            sha256=source.sha256,
            view=None,
            category=cleaned.category,
            advice=cleaned.advice,
        )
    return read(source, page, cleaned.preparation, _engine)


def unread_page(source: SourceFile, page: int, category: FailureCategory) -> ReadPage:
    """A page whose reading crashed, hung or met a fault of the program."""
    return ReadPage(
        ref=PageRef(file=source.file, page=page),
        sha256=source.sha256,
        view=None,
        category=category,
        advice=_PAGE_ADVICE.get(category, _INTERNAL_ADVICE),
    )
