r"""The CSV files: what a program reads, and what a spreadsheet can open without harm.

UTF-8 with a byte order mark, so that spreadsheets show Chinese; ``\r\n`` line ends and
quotes as in RFC 4180.  Rows stand in an order that depends on nothing but their content.  A text
that a spreadsheet would run as a formula has an apostrophe in front; :func:`read_table` takes
it off again.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from pipeline.programme import Programme
from pipeline.records import Application, ApplicationResult, Document, Field, Medium, RunResult
from pipeline.results.proofs import ANSWER_COLUMNS, SCORE_COLUMNS, answer_rows, score_rows
from pipeline.results.text import guard, number_text, printable, unguard
from pipeline.stages.recommend import best_value

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "applications.csv": (
        "application_id", "tier", "enterprise_name", "uscc", "district", "registration_id",
        "match_decision", "match_score", "state", "paper_volumes", "electronic_volumes",
    ),
    "fields.csv": (
        "application_id", "volume", "medium", "key", "value", "raw", "unit", "state",
        "read_confidence", "place_confidence", "file", "page", "x0", "y0", "x1", "y1", "engine",
    ),
    "documents.csv": (
        "application_id", "volume", "type", "file", "first_page", "last_page", "confidence",
    ),
    "files.csv": ("file", "sha256", "media_type", "pages", "status", "category", "advice"),
    "findings.csv": (
        "application_id", "code", "severity", "subject", "message", "file", "page",
    ),
    "matches.csv": (
        "application_id", "rank", "registration_id", "registration_name", "score", "decision",
        "reasons",
    ),
    "differences.csv": (
        "application_id", "key", "paper", "electronic", "online", "kind", "severity",
    ),
    "answers.csv": ANSWER_COLUMNS,
    "scores.csv": SCORE_COLUMNS,
}  # fmt: skip
"""File name → its columns, as the design fixes them."""

MEDIUM_ORDER = {Medium.PAPER: 0, Medium.ELECTRONIC: 1, Medium.ONLINE: 2}

Row = Sequence[str]


def write_tables(run: RunResult, programme: Programme, folder: Path) -> None:
    """Write every file of :data:`COLUMNS` into an existing folder."""
    rows: dict[str, Iterable[Row]] = {
        "applications.csv": _applications(run),
        "fields.csv": _fields(run, programme),
        "documents.csv": _documents(run),
        "files.csv": _files(run),
        "findings.csv": _findings(run),
        "matches.csv": _matches(run),
        "differences.csv": _differences(run, programme),
        "answers.csv": answer_rows(by_id(run), programme),
        "scores.csv": score_rows(by_id(run)),
    }
    for name, columns in COLUMNS.items():
        write_table(folder / name, columns, rows[name])


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write one CSV file; every text is made printable and guarded against formulas."""
    with path.open("w", encoding="utf-8-sig", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(columns)
        writer.writerows([guard(printable(value)) for value in row] for row in rows)


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a file that :func:`write_table` wrote, values as they were before."""
    with path.open(encoding="utf-8-sig", newline="") as source:
        return [
            {key: unguard(value) for key, value in row.items()} for row in csv.DictReader(source)
        ]


def by_id(run: RunResult) -> list[ApplicationResult]:
    """The run's applications by id."""
    return sorted(run.applications, key=lambda result: result.application.application_id)


def volumes_of(application: Application, medium: Medium) -> int:
    """How many volumes of a medium an application has."""
    return sum(volume.medium is medium for volume in application.volumes)


def field_order(field: Field, programme: Programme) -> tuple[int, str, int, str, str, int, str]:
    """Sorts fields by medium and volume, then as they stand on the form."""
    places = {item.key: place for place, item in enumerate(programme.fields)}
    base = field.key.partition(".")[0]
    return (
        MEDIUM_ORDER[field.medium], field.volume, places.get(base, len(places)),
        field.key, field.file, field.page, field.value,
    )  # fmt: skip


def page_text(page: int) -> str:
    """A page number; nothing where there is no page."""
    return str(page) if page > 0 else ""


# --- one function for each file ------------------------------------------------------------


def _applications(run: RunResult) -> Iterator[Row]:
    for result in by_id(run):
        application, match = result.application, result.match
        name = best_value(result.extraction, "enterprise_name").value
        yield (
            application.application_id,
            application.tier,
            name or application.enterprise_name,
            best_value(result.extraction, "uscc").value or application.uscc,
            result.district,
            match.registration_id,
            match.decision,
            number_text(match.candidates[0].score) if match.candidates else "",
            result.state,
            str(volumes_of(application, Medium.PAPER)),
            str(volumes_of(application, Medium.ELECTRONIC)),
        )


def _fields(run: RunResult, programme: Programme) -> Iterator[Row]:
    for result in by_id(run):
        for field in sorted(
            result.extraction.fields, key=lambda field: field_order(field, programme)
        ):
            box = field.box
            corners = (box.x0, box.y0, box.x1, box.y1) if box is not None else ()
            yield (
                field.application_id,
                field.volume,
                field.medium,
                field.key,
                field.value,
                field.raw,
                field.unit,
                field.state,
                number_text(field.read_confidence),
                number_text(field.place_confidence),
                field.file,
                page_text(field.page),
                *(tuple(number_text(corner, 1) for corner in corners) or ("",) * 4),
                field.engine,
            )


def _documents(run: RunResult) -> Iterator[Row]:
    """Each page of each file in exactly one row, whatever the sorting did with it."""
    rows: list[tuple[str, int, int, str, str, str, float]] = []
    told: set[tuple[str, int]] = set()

    def tell(document: Document, application_id: str, volume: str) -> None:
        pages = [ref for ref in document.pages if (ref.file, ref.page) not in told]
        told.update((ref.file, ref.page) for ref in pages)
        for file, group in groupby(pages, key=lambda ref: ref.file):
            for first, last in runs_of(ref.page for ref in group):
                rows.append(
                    (file, first, last, application_id, volume, document.type, document.confidence)
                )

    for application in sorted(run.sorting.applications, key=lambda a: a.application_id):
        for volume in application.volumes:
            for document in volume.documents:
                tell(document, application.application_id, volume.volume_id)
    for document in run.sorting.unsorted:
        tell(document, "", "")
    # A page that the sorting forgot is a page of no application, not a page that is lost.
    for source in run.files:
        forgotten = (p for p in range(1, source.pages + 1) if (source.file, p) not in told)
        rows.extend((source.file, a, b, "", "", "other", 0.0) for a, b in runs_of(forgotten))

    for file, first, last, application_id, volume_id, kind, confidence in sorted(rows):
        yield (
            application_id, volume_id, kind, file, str(first), str(last), number_text(confidence),
        )  # fmt: skip


def runs_of(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each run of consecutive numbers, in the order given."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _files(run: RunResult) -> Iterator[Row]:
    for source in sorted(run.files, key=lambda source: source.file):
        yield (
            source.file,
            source.sha256,
            source.media_type,
            str(source.pages),
            source.status,
            source.category or "",
            source.advice,
        )


def _findings(run: RunResult) -> Iterator[Row]:
    for result in by_id(run):
        for finding in sorted(
            result.judgement.findings, key=lambda f: (f.code, f.subject, f.file, f.page, f.message)
        ):
            yield (
                finding.application_id,
                finding.code,
                finding.severity,
                finding.subject,
                finding.message,
                finding.file,
                page_text(finding.page),
            )


def _matches(run: RunResult) -> Iterator[Row]:
    for result in by_id(run):
        for candidate in sorted(result.match.candidates, key=lambda c: c.rank):
            yield (
                result.match.application_id,
                str(candidate.rank),
                candidate.registration_id,
                candidate.registration_name,
                number_text(candidate.score),
                candidate.decision,
                ";".join(candidate.reasons),
            )


def _differences(run: RunResult, programme: Programme) -> Iterator[Row]:
    places = {item.key: place for place, item in enumerate(programme.fields)}
    for result in by_id(run):
        for difference in sorted(
            result.differences,
            key=lambda d: (places.get(d.key.partition(".")[0], len(places)), d.key, d.paper),
        ):
            yield (
                difference.application_id,
                difference.key,
                difference.paper,
                difference.electronic,
                difference.online,
                difference.kind,
                difference.severity,
            )
