"""Kinds of rules that rest on other rules or on points, and the arguments of each."""

from __future__ import annotations

from pipeline.rules.refs import Arguments, RuleId


class AnyOf(Arguments):
    """At least one of several rules is met; rules that do not apply do not count."""

    rules: tuple[RuleId, ...]


class AllOf(Arguments):
    """All of several rules are met; rules that do not apply do not count."""

    rules: tuple[RuleId, ...]


class CountOf(Arguments):
    """At least ``at_least`` of several rules are met."""

    rules: tuple[RuleId, ...]
    at_least: int


class Score(Arguments):
    """The points of the pack's indicators reach a total; a range over it answers ``unknown``."""

    value: float | None = None
    group: str = ""
    """Only the indicators of this group; empty for all."""
