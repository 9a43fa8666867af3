"""Errors that a person can act on: what is wrong, what to do, and the exit code.

A bad input never raises any of these from within a stage: it ends as a row.  These are for
what stops a whole command.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """How the ``zjtx`` command ends."""

    DONE = 0
    SET_ASIDE = 1
    """Done, and some inputs were set aside."""
    BAD_ARGUMENTS = 2
    """Bad arguments, settings or programme pack."""
    NOTHING_PROCESSED = 3
    DAMAGE = 4
    """``verify`` found damage."""


class ZjtxError(Exception):
    """Stops a command.

    Args:
        message: Names the file (or setting) and says what is wrong with it.
        advice: What to do about it.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.BAD_ARGUMENTS

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice

    def __str__(self) -> str:
        """The message, and the advice on a line of its own."""
        return f"{self.message}\n{self.advice}" if self.advice else self.message


class SettingsError(ZjtxError):
    """A mistake in ``zjtx.toml``, the environment or the command's options."""


class InputError(ZjtxError):
    """A path given on the command line cannot be used."""


class ProgrammeError(ZjtxError):
    """A programme pack is unknown or has mistakes; names every one of them."""


class NothingToDoError(ZjtxError):
    """There was nothing that could be processed."""

    exit_code = ExitCode.NOTHING_PROCESSED
