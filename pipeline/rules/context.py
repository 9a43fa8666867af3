"""What a rule may look at beside the application's own values."""

from __future__ import annotations

from datetime import date

from extractors.page import Record
from pipeline.programme import Programme
from pipeline.records import Match, Medium, Registration, SourceFile, Title, Waiver


class BoxFacts(Record):
    """What is known of how an application arrived; ``None`` is *not known*.

    ``copies``, ``disc`` and ``date_received`` come from the ``[[application]]`` of
    ``box.toml`` that names the enterprise and tier, the date failing that from the box.
    """

    copies: int | None = None
    """Bound copies that a clerk counted."""
    copies_expected: int | None = None
    """Copies that ``box.toml`` says were scanned of every application."""
    disc: bool | None = None
    """Whether a disc was handed in."""
    box_has_discs: bool = False
    """Whether the box holds any disc folder at all."""
    date_received: date | None = None
    date_forwarded: date | None = None
    """Day on which the district's recommendation reached the city."""
    pool_received: date | None = None
    """Day on which the district's table of the cultivation pool reached the city."""
    waivers: tuple[Waiver, ...] = ()
    """What clerks let pass, with their reasons."""
    electronic_files: tuple[SourceFile, ...] = ()
    """The files of the enterprise's disc folder, whatever became of them."""


class Peer(Record):
    """Another application of the run, as far as rules across applications need it."""

    application_id: str
    tier: str
    enterprise_name: str
    uscc: str
    product_name: str = ""
    sure: bool = True
    """Whether name or code, and the product where there is one, were read beyond doubt."""


class Unseen(Record):
    """Something that arrived and could not be made out: it may be what seems to be missing."""

    medium: Medium
    kind: str = ""
    """What it was taken for; empty where it may be anything."""
    file: str
    page: int = 0
    """0 for a whole file."""
    why: str
    """In Chinese."""


class CheckContext(Record):
    """Everything that ``check`` is given beside the application and its extraction.

    Attributes:
        programme: The pack.
        match: Of this application.
        registration: The row of the accepted match; ``None`` where none is accepted.
        titles: The titles in force, or ``None`` where the run was given no such table
            (then the prerequisite is not known, rather than not met).
        peers: The applications of the run; this one may be among them.
        box: How the application arrived.
        unseen: What nobody could make out and may belong to the application.
    """

    programme: Programme
    match: Match
    registration: Registration | None = None
    titles: tuple[Title, ...] | None = None
    peers: tuple[Peer, ...] = ()
    box: BoxFacts = BoxFacts()
    unseen: tuple[Unseen, ...] = ()
