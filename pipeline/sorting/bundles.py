"""Documents and volumes in the making."""

from __future__ import annotations

from dataclasses import dataclass, field

from extractors.documents.spec import PageGuess
from extractors.page import PageView
from pipeline.records import ReadPage

FORM = "application_form"
BLANK = "blank"
OTHER = "other"


@dataclass
class Draft:
    """A document in the making."""

    type: str
    variant: str = ""
    pages: list[ReadPage] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    front: PageGuess | None = None
    """Of its first page, where that stands at the front of a file without a form."""
    form_like: bool = False
    """Whether that page asks for fields as an application form does."""

    @property
    def confidence(self) -> float:
        """Belief that it is of its kind, 0 to 1: the mean of its pages'."""
        return round(sum(self.confidences) / max(len(self.confidences), 1), 3)

    def views(self) -> list[PageView]:
        """What was seen on its pages, in order."""
        return [page.view for page in self.pages if page.view is not None]


@dataclass
class Bundle:
    """Documents that lie together: a volume, or pages in front of the first form."""

    documents: list[Draft] = field(default_factory=list)
    name: str = ""
    code: str = ""
    tier: str = ""
    subject: str = ""
    """What is applied for, where the tier's form names it."""
    headed: bool = True
    """Whether it begins with an application form."""

    def views(self) -> list[PageView]:
        """What was seen on the pages of all its documents, in order."""
        return [view for document in self.documents for view in document.views()]
