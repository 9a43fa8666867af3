"""What is known about the kinds of documents in a volume, and what a page was taken for."""

from __future__ import annotations

from extractors.page import Record
from extractors.values.kinds import FieldKind


class FactSpec(Record):
    """A value to take from a kind of document."""

    key: str
    labels: tuple[str, ...]
    kind: FieldKind
    role: str = ""
    """``owner``, ``number``, ``issued``, ``valid_from``, ``valid_to``, ``amount`` or nothing."""


class DocumentSpec(Record):
    """A kind of document."""

    type: str
    variant: str = ""
    """Tells kinds of one type apart, such as the tiers of an application form."""
    titles: tuple[str, ...]
    """What stands as the title on its first page."""
    words: tuple[str, ...] = ()
    """Words that speak for the kind on any of its pages."""
    fields: tuple[FactSpec, ...] = ()


class PageGuess(Record):
    """What a page looks like by itself."""

    type: str
    """Empty where nothing speaks for any kind."""
    variant: str = ""
    title: str = ""
    """The title that was recognised; empty where the type was told by words only."""
    confidence: float
    words: tuple[tuple[str, int], ...] = ()
    """Types with the number of their different words on the page, most first."""

    @property
    def starts(self) -> bool:
        """Whether the page bears a title and so begins a document."""
        return bool(self.title)
