"""The record of a place where the text of two pages differs."""

from __future__ import annotations

from extractors.page import Box, Record
from pipeline.records import DifferenceKind


class TextDifference(Record):
    """A place where two pages say different things; a box is ``None`` where nothing stands."""

    kind: DifferenceKind
    paper: str
    electronic: str
    paper_box: Box | None
    electronic_box: Box | None
