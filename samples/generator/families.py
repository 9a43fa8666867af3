"""Layout families: sets of offices whose papers share no template with the other family's."""

from __future__ import annotations

from enum import StrEnum


class Family(StrEnum):
    """A family of layouts; every application of a box comes from an office of its family."""

    A = "A"
    """Offices ``a`` and ``b``."""
    B = "B"
    """Offices ``c`` and ``d``."""


OFFICES = {Family.A: "ab", Family.B: "cd"}
"""The offices of a family by one letter each."""


def offices_beside(office: str) -> str:
    """All offices of the family that an office belongs to.

    Raises:
        ValueError: There is no such office.
    """
    for offices in OFFICES.values():
        if office in offices:
            return offices
    raise ValueError(f"no office {office!r}; there are {', '.join(''.join(OFFICES.values()))}")
