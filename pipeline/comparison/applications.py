"""All that the media of one application state differently: its fields, and its pages' text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from extractors.page import Record
from pipeline.comparison.pages import texts_of
from pipeline.records import (
    Application,
    Difference,
    Extraction,
    PageDifference,
    PageRef,
    ReadPage,
)


class Differences(Record):
    """All differences of one application."""

    items: tuple[Difference, ...]
    texts: tuple[PageDifference, ...] = ()


def compare_versions(
    compare: Callable[..., tuple[Difference, ...]],
    application: Application,
    extraction: Extraction,
    pages: Mapping[PageRef, ReadPage],
    *arguments: Any,
) -> Differences:
    """The differences of one application.

    Args:
        compare: Compares its fields.
        application: With its volumes.
        extraction: Its values.
        pages: Those whose text is compared.
        arguments: What ``compare`` wants to know besides.
    """
    return Differences(
        items=compare(application, extraction, *arguments),
        texts=texts_of(application, extraction, pages),
    )
