"""What worker processes do with pages and applications.

This module is what a worker imports first: it stays light, and the stages come with the
functions that are handed over.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from extractors.imaging.errors import PageImageError
from extractors.page import PagePreparation, Record
from pipeline.records import FailureCategory, PageRef, ReadPage, SourceFile

_PAGE_ADVICE = {
    FailureCategory.TIMED_OUT: "本页识别超时，未读取。请重新扫描该页。",
    FailureCategory.CRASHED: "本页导致处理程序中止，未读取。请重新扫描该页。",
    FailureCategory.CHANGED: "处理期间文件有变动，本页未采用。请待文件复制完毕后重新运行。",
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
    before = _stamps(source)
    try:
        cleaned = CleanedPage(preparation=prepare(source, page))
    except PageImageError as error:
        cleaned = CleanedPage(
            preparation=None,
            category=FailureCategory(error.problem.value),
            advice=error.advice,
        )
    return cleaned if _is_as_it_arrived(source, before) else not_cleaned(FailureCategory.CHANGED)


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
    before = _stamps(source)
    result = read(source, page, cleaned.preparation, _engine)
    if not _is_as_it_arrived(source, before):
        return unread_page(source, page, FailureCategory.CHANGED)
    return result


def _stamps(source: SourceFile) -> tuple[int, ...]:
    """What the system writes down of a file: moves whenever its content does."""
    try:
        state = Path(source.path).stat()
    except OSError:
        return ()
    return state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns


def _is_as_it_arrived(source: SourceFile, before: tuple[int, ...]) -> bool:
    """Whether a file is the one whose hash intake took, and was so all the while.

    What was read of other bytes must not stand under this hash.
    """
    try:
        return _stamps(source) == before and _sha256_at(source.path, before) == source.sha256
    except OSError:
        return False


@lru_cache(maxsize=256)
def _sha256_at(path: str, stamps: tuple[int, ...]) -> str:
    """Of a file's content; taken once for as long as its stamps stay."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_passing(result: CleanedPage | ReadPage) -> bool:
    """Whether a result says something of this moment only, and is to be tried again."""
    return result.category is FailureCategory.CHANGED


def unread_page(source: SourceFile, page: int, category: FailureCategory) -> ReadPage:
    """A page whose reading crashed, hung or met a fault of the program."""
    return ReadPage(
        ref=PageRef(file=source.file, page=page),
        sha256=source.sha256,
        view=None,
        category=category,
        advice=_PAGE_ADVICE.get(category, _INTERNAL_ADVICE),
    )
