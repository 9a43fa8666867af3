"""What can go wrong between a file and its pixels."""

from __future__ import annotations

from enum import StrEnum


class ImageProblem(StrEnum):
    """Why a page has no picture; the values are those of the failure categories."""

    EMPTY = "empty"
    TRUNCATED = "truncated"
    ENCRYPTED = "encrypted"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"


class PageImageError(Exception):
    """A page cannot be turned into pixels.

    Args:
        message: In English, for logs: names the file and what is wrong.
        problem: Which kind of trouble it is.
        advice: In Chinese, for a clerk: what to do.
    """

    def __init__(self, message: str, problem: ImageProblem, advice: str) -> None:
        super().__init__(message)
        self.problem = problem
        self.advice = advice
