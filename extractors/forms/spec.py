"""What to look for on a form, and what was found: the records of this room.

The extractors know no programme; whoever knows the form hands its fields in as
`FieldSpec` and gets `FoundValue` back, with everything that tells how it was found.
"""

from __future__ import annotations

from extractors.page import Box, Record
from extractors.values.kinds import FieldKind


class FieldSpec(Record):
    """A field that a form may ask for."""

    key: str
    labels: tuple[str, ...]
    """How the label may be printed; the first is the usual one."""
    kind: FieldKind
    unit: str = ""
    """Unit of the normalised value: ``万元``, ``%`` …"""
    options: tuple[str, ...] = ()
    """For choices: the options' names."""
    option_aliases: tuple[tuple[str, str], ...] = ()
    """Pairs of what may be printed and the option that it means."""
    per_year: bool = False
    """Whether the form asks for one value per year."""
    after: str = ""
    """Key of the field whose row this one continues (``电话`` of a contact)."""


class FoundValue(Record):
    """A value where it stands, not yet normalised."""

    key: str
    """The field's key; with the year for tables (``revenue.2020``)."""
    raw: str
    """As read; empty where the place is empty.  Ticked options are joined by ``;``."""
    page: int
    """Index into the page views that were given."""
    box: Box
    """The value's place; of an empty value, the empty place."""
    label_box: Box
    lines: tuple[int, ...]
    """Indices into the page's lines."""
    read_confidence: float
    """Belief that the text is right, 0 to 1."""
    place_confidence: float
    """Belief that it is this field's text, 0 to 1."""
    engine: str
    rule: str
    """``cell-right``, ``cell-below``, ``inline``, ``line-right``, ``line-below``, ``table-year``,
    ``tick`` or ``option-glyph``."""
    unit: str = ""
    """Unit printed in the label or in the table's head, where there is one."""
    doubts: tuple[str, ...] = ()
    """In Chinese: what a person should know about how it was found."""
    adds_up: bool = False
    """Whether other figures on the page come to this one to the cent."""

    @property
    def empty(self) -> bool:
        """Whether nothing stands in the place."""
        return not self.raw
