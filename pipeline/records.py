"""The frozen, typed records that the stages hand on.

Every record serialises to JSON and back (``model_dump_json`` /
``model_validate_json``), which is how the ledger keeps it.  Words are those of the
design: file, page, document, volume, application, field, registration, finding,
difference.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints

from extractors.page import Box, PageView, Record
from pipeline.flow.records import Flow

# --- files ---------------------------------------------------------------------------


class FileStatus(StrEnum):
    """How a file that arrived ended."""

    READ = "read"
    SET_ASIDE = "set_aside"
    IGNORED = "ignored"


class FileRole(StrEnum):
    """What a file is for, told by its place in the box."""

    SCAN = "scan"
    ELECTRONIC_FORM = "electronic_form"
    ELECTRONIC_EVIDENCE = "electronic_evidence"
    REGISTRATIONS = "registrations"
    TITLES = "titles"
    RETURNED = "returned"
    """A table that an office or an expert filled in."""
    BOX_INFO = "box_info"
    OTHER = "other"


class FailureCategory(StrEnum):
    """Why something was set aside; a closed list."""

    EMPTY = "empty"
    TRUNCATED = "truncated"
    ENCRYPTED = "encrypted"
    WRONG_TYPE = "wrong_type"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too_large"
    UNSAFE = "unsafe"
    UNREADABLE = "unreadable"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    CHANGED = "changed"
    """The file was no longer, while it was read, what it had been when it arrived."""
    INTERNAL = "internal"


class SourceFile(Record):
    """A file as it arrived."""

    box: str
    """Id of the box."""
    file: str
    """``<box id>/<path in the box>`` with forward slashes; unique in a run."""
    path: str
    """Where it lies on this machine; never written to a result file."""
    sha256: str
    size: int
    media_type: str
    role: FileRole
    pages: int
    status: FileStatus
    category: FailureCategory | None = None
    advice: str = ""
    """For a clerk, in Chinese: what is wrong and what to do."""
    disc_folder: str = ""
    """For electronic files: name of the enterprise's folder on the disc."""


class PageRef(Record):
    """One side of a sheet: file and page number, counted from 1."""

    file: str
    page: int


class ReadPage(Record):
    """A page with all that was seen on it, or the reason why nothing was."""

    ref: PageRef
    sha256: str
    """Of the file."""
    view: PageView | None
    category: FailureCategory | None = None
    advice: str = ""


# --- documents, volumes, applications ---------------------------------------------------


class Medium(StrEnum):
    """Where a value was stated."""

    PAPER = "paper"
    ELECTRONIC = "electronic"
    ONLINE = "online"


class Document(Record):
    """Consecutive pages of one kind.  Pages may run over the end of a file."""

    document_id: str
    type: str
    """An evidence type of the programme pack, ``blank`` or ``other``."""
    pages: tuple[PageRef, ...]
    confidence: float


class Volume(Record):
    """One bound copy of an application."""

    volume_id: str
    medium: Medium
    number: int
    """Paper copy 1, 2, 3 …; an electronic copy is number 1 of its medium."""
    documents: tuple[Document, ...]

    @property
    def pages(self) -> tuple[PageRef, ...]:
        """All pages of the volume in order."""
        return tuple(ref for document in self.documents for ref in document.pages)

    @property
    def evidence(self) -> tuple[tuple[int, Document], ...]:
        """The documents but the form, each with its number among those of its type, from 1."""
        counts: dict[str, int] = {}
        numbered = []
        for document in self.documents:
            if document.type != "application_form":
                counts[document.type] = counts.get(document.type, 0) + 1
                numbered.append((counts[document.type], document))
        return tuple(numbered)


class Application(Record):
    """One enterprise × one tier, with all of its volumes."""

    application_id: str
    tier: str
    """``product``, ``sme`` or ``little_giant``: an id of the pack's tiers."""
    enterprise_name: str
    """Best reading so far; the extracted fields say how sure it is."""
    uscc: str
    volumes: tuple[Volume, ...]


class Sorting(Record):
    """What became of every page of a run."""

    applications: tuple[Application, ...]
    unsorted: tuple[Document, ...]
    """Documents and blank pages that belong to no application."""


# --- fields ---------------------------------------------------------------------------


class FieldState(StrEnum):
    """How far a value may be believed."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    MISSING = "missing"
    UNREADABLE = "unreadable"
    CORRECTED = "corrected"


class Field(Record):
    """One named value in one volume, with everything needed to show where it is from."""

    application_id: str
    volume: str
    """Id of the volume; empty for online values."""
    medium: Medium
    key: str
    """As in the pack's fields (``revenue.2020``), or ``<evidence type>.<key>`` for evidence;
    a second document of the same type is ``<evidence type>#2.<key>``."""
    value: str
    """Normalised; empty when missing."""
    raw: str
    unit: str
    state: FieldState
    reason: str = ""
    """In Chinese: why a person should look; empty when accepted."""
    read_surely: bool = True
    """Whether nothing but what other copies state speaks against the reading: such a value
    may be held against an applicant, a doubtful one may not."""
    under_seal: bool = False
    """Whether a stamp lies over it, which may hide characters."""
    left_open: str | None = None
    """Characters in place of which the pixels would bear others nearly as well; ``None`` where
    the reader does not tell."""
    read_confidence: float
    place_confidence: float
    file: str
    sha256: str
    page: int
    """0 where the value has no page (online, or a key found nowhere)."""
    box: Box | None
    engine: str
    rule: str
    """Which rule found it: ``cell-right``, ``cell-below``, ``inline``, ``tick``, ``table-year``."""
    corrected_by: str = ""
    corrected_at: datetime | None = None


class SealSeen(Record):
    """A seal or signature in a place that matters."""

    application_id: str
    volume: str
    document_id: str
    document_type: str
    place: str
    """``cover``, ``opinion_district``, ``opinion_city``, ``truth_statement``, ``document`` …"""
    kind: str
    """``seal`` or ``signature``."""
    present: bool | None
    """``None`` where it cannot be told (the place was not found, a grey scan …)."""
    text: str
    confidence: float
    file: str
    page: int
    box: Box | None


class Extraction(Record):
    """All values of one application."""

    application_id: str
    fields: tuple[Field, ...]
    seals: tuple[SealSeen, ...]
    unassigned: tuple[Unassigned, ...]
    lines_total: int
    lines_in_fields: int
    lines_in_cells: int
    lines_in_body: int
    """Lines of text that are a document's body: titles, paragraphs, printed instructions."""


class Unassigned(Record):
    """A line of a form that ended in no field and no cell."""

    ref: PageRef
    text: str
    box: Box
    looks_like_value: bool


# --- registrations and matching -----------------------------------------------------------


class Registration(Record):
    """A row of the online platform's export; empty where the table has no such column."""

    registration_id: str
    enterprise_name: str
    uscc: str = ""
    former_names: tuple[str, ...] = ()
    tier: str = ""
    district: str = ""
    legal_rep: str = ""
    contact: str = ""
    phone: str = ""
    submitted: str = ""
    """ISO date of the online submission."""
    authority: str = ""
    industry: str = ""
    status: str = ""
    values: tuple[tuple[str, str], ...] = ()
    """Further columns as ``(field key, value)``."""


class Title(Record):
    """A title in force (or lapsed): a row of ``titles.csv``."""

    enterprise_name: str
    uscc: str
    tier: str
    year: str
    number: str
    product_name: str
    valid_from: str
    valid_to: str


class Decision(StrEnum):
    """Of a match."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    REJECTED = "rejected"


class Candidate(Record):
    """A registration that may be the applicant."""

    rank: int
    registration_id: str
    registration_name: str
    score: float
    """0 to 100."""
    decision: Decision
    reasons: tuple[str, ...]
    """In Chinese, e.g. ``字号 相同 +9.1``."""


class Match(Record):
    """The candidates of one application, best first; none when nothing is near."""

    application_id: str
    decision: Decision
    """Of the first candidate; rejected when there is none."""
    candidates: tuple[Candidate, ...]
    settled_by: str = ""
    """Who said so; empty where the match was decided by what is stated alone."""

    @property
    def registration_id(self) -> str:
        """Of the accepted candidate; empty when none is accepted."""
        accepted = self.decision is Decision.ACCEPTED and self.candidates
        return self.candidates[0].registration_id if accepted else ""


# --- judgement ---------------------------------------------------------------------------


class Severity(StrEnum):
    """Of a finding, as in the programme pack."""

    ERROR = "error"
    WARN = "warn"
    REVIEW = "review"
    INFO = "info"


class Outcome(StrEnum):
    """Of a rule; data that are missing make ``unknown``, never ``unmet``."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"
    MANUAL_REVIEW = "manual_review"
    NOT_APPLICABLE = "not_applicable"


class Finding(Record):
    """Something that a rule has to say about an application."""

    application_id: str
    code: str
    """``E-…`` of the pack's defects, with the subject's type after a colon where it has one."""
    severity: Severity
    subject: str
    """What it is about: a field key, an evidence type …"""
    message: str
    """In Chinese, for a clerk."""
    file: str = ""
    page: int = 0


class Used(Record):
    """Something that a rule looked at: what it says, and where it stands."""

    key: str
    """Key of a field or of evidence (``audit_report#2.revenue``), an evidence type,
    ``seal.<place>``, ``box.<fact>``, ``online.<column>``, ``title.<tier>``."""
    name: str
    """In Chinese."""
    value: str
    """Empty where it was looked for and not found."""
    sure: bool
    medium: Medium | None = None
    file: str = ""
    page: int = 0
    """0 where no page states it."""


class RuleResult(Record):
    """What a rule answered, from which values, and with what it calculated."""

    application_id: str
    rule: str
    outcome: Outcome
    explanation: str
    """In Chinese, with the values and the arithmetic."""
    used: tuple[Used, ...] = ()
    """All that was looked at, found or not."""


class ScoreLine(Record):
    """What one indicator of a programme with scores is worth, or all of them together.

    What is not known makes a range of points, never a silent zero.
    """

    application_id: str
    indicator: str
    """Id of the pack's indicator; empty for the total."""
    group: str
    name: str
    value: str
    """What was measured, with the arithmetic; says what is missing where it is not known."""
    band: str
    """The band that was surely reached, in words."""
    at_least: Decimal
    at_most: Decimal
    cap: Decimal
    """The most that can be had."""
    sentence: str
    """In Chinese, with the arithmetic."""
    used: tuple[Used, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the points are known exactly."""
        return self.at_least == self.at_most


class Waiver(Record):
    """What a clerk decided to let pass, where the programme says "in principle"."""

    code: str
    """Of the defect."""
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=2)]
    by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    """Who decided."""
    on: date


class Judgement(Record):
    """All that the rules say about one application."""

    application_id: str
    findings: tuple[Finding, ...]
    results: tuple[RuleResult, ...]
    scores: tuple[ScoreLine, ...] = ()
    """The indicators in the pack's order, then the total; none where nothing is scored."""


class DifferenceKind(StrEnum):
    """What a difference is of."""

    CONTENT = "content"
    LAYOUT = "layout"
    READING = "reading"


class Difference(Record):
    """One field that paper, electronic copy and online record state differently."""

    application_id: str
    key: str
    paper: str
    electronic: str
    online: str
    kind: DifferenceKind
    severity: Severity


class TextDifference(Record):
    """A place where two pages say different things; a box is ``None`` where nothing stands."""

    kind: DifferenceKind
    paper: str
    electronic: str
    paper_box: Box | None
    electronic_box: Box | None


class PageDifference(Record):
    """A difference of text that belongs to no field, and the two pages that it stands on."""

    type: str
    """Of the document."""
    paper: PageRef
    electronic: PageRef
    text: TextDifference


class ApplicationState(StrEnum):
    """Where an application stands after judgement."""

    RECOMMENDED = "recommended"
    TO_CORRECT = "to_correct"
    """Something is missing or wrong: a correction notice goes out."""
    REVIEW = "review"
    """Nothing is known to be wrong, but a person has to look first."""


class ApplicationResult(Record):
    """Everything about one application that the result files are written from."""

    application: Application
    extraction: Extraction
    match: Match
    judgement: Judgement
    differences: tuple[Difference, ...]
    texts: tuple[PageDifference, ...] = ()
    """Differences of paper and electronic copy beyond the fields."""
    district: str
    """Name of the reporting district of the pack; empty when unknown."""
    state: ApplicationState
    declined: str = ""
    """In Chinese, who declined it or sent it back after the run; empty where nobody did."""


class Balance(Record):
    """The account of a run: what came in equals what is accounted for."""

    files: int
    files_read: int
    files_set_aside: int
    files_ignored: int
    pages: int
    pages_in_documents: int
    pages_unsorted: int
    pages_blank: int
    """Of the pages above, those found blank."""
    pages_failed: int
    """Of the unsorted pages, those that could not be read."""
    lines: int
    lines_in_fields: int
    lines_in_cells: int
    lines_in_body: int
    lines_unassigned: int

    @property
    def holds(self) -> bool:
        """Whether every file, page and line is accounted for."""
        return (
            self.files == self.files_read + self.files_set_aside + self.files_ignored
            and self.pages == self.pages_in_documents + self.pages_unsorted
            and self.lines
            == self.lines_in_fields
            + self.lines_in_cells
            + self.lines_in_body
            + self.lines_unassigned
        )


class RunResult(Record):
    """A whole run, ready to be written."""

    run_id: str
    programme_id: str
    programme_hash: str
    files: tuple[SourceFile, ...]
    sorting: Sorting
    applications: tuple[ApplicationResult, ...]
    registrations_unmatched: tuple[Registration, ...]
    """Online registrations of this programme with no paper in the run."""
    flow: Flow = Flow()
    """What offices and experts returned about the applications."""
    balance: Balance
    timings: tuple[StageTiming, ...]
    started: datetime
    finished: datetime
    settings: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]


class StageTiming(Record):
    """How long a stage took, and how much of it had been done before."""

    stage: str
    units: int
    reused: int
    failed: int
    seconds: float


Extraction.model_rebuild()
RunResult.model_rebuild()
