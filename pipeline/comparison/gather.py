"""The differences of a folder of results, with the places to show for each of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from extractors.page import Box, PageView, Record
from pipeline.comparison.effects import Effect, Effects, weight
from pipeline.comparison.pages import page_differences
from pipeline.originals import Originals
from pipeline.programme import Programme
from pipeline.records import Decision, DifferenceKind, Medium, PageDifference, PageRef
from pipeline.results.places import document_names, text_title
from pipeline.results.tables import read_table

Row = Mapping[str, str]

_KINDS = (DifferenceKind.CONTENT, DifferenceKind.READING, DifferenceKind.LAYOUT)


class Side(Record):
    """What one medium states, and where."""

    medium: Medium
    text: str
    ref: PageRef | None = None
    box: Box | None = None
    volume: str = ""
    confidence: str = ""
    """Of the reading, 0 to 1 as the result file has it; empty where nothing was read."""
    provisional: bool = False
    """Whether a person has yet to say that the record is the applicant's."""


class Item(Record):
    """One difference to show."""

    title: str
    """In Chinese: the field, or the document and page."""
    kind: DifferenceKind
    effects: tuple[Effect, ...]
    sides: tuple[Side, ...]


class Compared(Record):
    """One application with its differences, those that would change most first."""

    application_id: str
    enterprise_name: str
    tier: str
    items: tuple[Item, ...]
    pages: int
    """Pages of the electronic copy whose text was held against the paper."""
    media: tuple[Medium, ...]
    """What there was to compare."""
    provisional: bool = False
    """Whether a person has yet to say that the online record is the applicant's."""

    def count(self, kind: DifferenceKind) -> int:
        """How many differences are of a kind."""
        return sum(item.kind is kind for item in self.items)


def nothing_found(applications: Sequence[Compared]) -> str:
    """What is said where there is no difference; empty where there is one.

    What stands on one medium only has nothing to agree with.
    """
    if any(one.items for one in applications):
        return ""
    alone = sum(len(one.media) < 2 for one in applications)
    if alone == len(applications):
        return "没有可以相互比对的材料。"
    return "未发现差异。" + (f"另有 {alone} 项只有一方材料，无从比对。" if alone else "")


class Results(Record):
    """The rows of the result files that are needed, by application."""

    applications: tuple[dict[str, str], ...]
    differences: dict[str, list[dict[str, str]]]
    fields: dict[str, list[dict[str, str]]]
    documents: dict[str, list[dict[str, str]]]
    media_types: dict[str, str]

    def pages(self) -> list[PageRef]:
        """All pages of the applications."""
        return [ref for rows in self.documents.values() for row in rows for ref in _refs(row)]


def read_results(out: Path, application: str = "") -> Results:
    """The rows of a folder of results.

    Args:
        out: The folder.
        application: Id of one application; all of them where it is empty.
    """
    rows = read_table(out / "applications.csv")
    wanted = {row["application_id"] for row in rows if application in ("", row["application_id"])}

    def by_application(name: str) -> dict[str, list[dict[str, str]]]:
        found = defaultdict(list)
        for row in read_table(out / name):
            if row["application_id"] in wanted:
                found[row["application_id"]].append(row)
        return dict(found)

    return Results(
        applications=tuple(row for row in rows if row["application_id"] in wanted),
        differences=by_application("differences.csv"),
        fields=by_application("fields.csv"),
        documents=by_application("documents.csv"),
        media_types={row["file"]: row["media_type"] for row in read_table(out / "files.csv")},
    )


def compared(results: Results, originals: Originals, programme: Programme) -> list[Compared]:
    """All applications, those with the gravest differences first."""
    effects = Effects(programme)
    found = [_one(row, results, originals, programme, effects) for row in results.applications]
    return sorted(
        found,
        key=lambda one: (
            *(-one.count(kind) for kind in _KINDS),
            one.application_id,
        ),
    )


def _one(
    row: Row, results: Results, originals: Originals, programme: Programme, effects: Effects
) -> Compared:
    application_id, tier = row["application_id"], row["tier"]
    fields = results.fields.get(application_id, [])
    provisional = row["match_decision"] == Decision.REVIEW
    items = [
        _field_item(difference, fields, effects.of(difference["key"], tier), programme, provisional)
        for difference in results.differences.get(application_id, [])
    ]
    documents = results.documents.get(application_id, [])
    texts, pages = _page_items(documents, fields, originals, programme)
    items = sorted([*items, *texts], key=_gravest_first)
    return Compared(
        application_id=application_id,
        enterprise_name=row["enterprise_name"],
        tier=programme.tier(tier).name,
        items=tuple(items),
        pages=pages,
        media=tuple(_present(row)),
        provisional=provisional,
    )


def _present(row: Row) -> Iterator[Medium]:
    if int(row["paper_volumes"] or 0):
        yield Medium.PAPER
    if int(row["electronic_volumes"] or 0):
        yield Medium.ELECTRONIC
    if row["match_decision"] != Decision.REJECTED:
        yield Medium.ONLINE


def _gravest_first(item: Item) -> tuple[int, int]:
    """Sorts by kind, then by what would change; the order of the form is kept within."""
    return _KINDS.index(item.kind), -weight(item.effects)


# --- fields ------------------------------------------------------------------------------


def _field_item(
    difference: Row,
    fields: Sequence[Row],
    effects: tuple[Effect, ...],
    programme: Programme,
    provisional: bool,
) -> Item:
    key = difference["key"]
    sides = []
    for medium in Medium:
        text = difference[medium.value]
        row = _stated(fields, medium, key, text)
        if row is None:
            doubt = provisional and medium is Medium.ONLINE
            sides.append(Side(medium=medium, text=text, provisional=doubt))
            continue
        sides.append(
            Side(
                medium=medium,
                text=text,
                ref=PageRef(file=row["file"], page=int(row["page"])) if row["page"] else None,
                box=_box(row),
                volume=row["volume"],
                confidence=row["read_confidence"] if medium is Medium.PAPER else "",
            )
        )
    return Item(
        title=programme.name_of(key),
        kind=DifferenceKind(difference["kind"]),
        effects=effects,
        sides=tuple(sides),
    )


def _stated(fields: Sequence[Row], medium: Medium, key: str, text: str) -> Row | None:
    """The row that a difference was taken from: the same value, a place, read best."""
    rows = [
        row
        for row in fields
        if row["medium"] == medium.value and row["key"] == key and row["value"] == text
    ]
    return max(
        rows, key=lambda row: (bool(row["page"]), float(row["read_confidence"])), default=None
    )


def _box(row: Row) -> Box | None:
    if not row["x0"]:
        return None
    return Box(**{name: float(row[name]) for name in ("x0", "y0", "x1", "y1")})


# --- text of pages -----------------------------------------------------------------------


def _page_items(
    documents: Sequence[Row], fields: Sequence[Row], originals: Originals, programme: Programme
) -> tuple[list[Item], int]:
    """Differences of text that belongs to no field, and how many pages were compared."""
    media = {row["volume"]: row["medium"] for row in fields}
    paper = volume_views(documents, media, Medium.PAPER, originals)
    electronic = volume_views(documents, media, Medium.ELECTRONIC, originals)
    types = {ref: row["type"] for row in documents for ref in _refs(row)}
    names = document_names(programme)

    values = {row[name] for row in fields for name in ("value", "raw")}
    found, count = page_differences(paper, electronic, types, values)
    return [_page_item(difference, names) for difference in found], count


def _page_item(difference: PageDifference, names: Mapping[str, str]) -> Item:
    found = difference.text
    return Item(
        title=text_title(difference, names),
        kind=found.kind,
        effects=(),
        sides=(
            Side(medium=Medium.PAPER, text=found.paper, ref=difference.paper, box=found.paper_box),
            Side(
                medium=Medium.ELECTRONIC,
                text=found.electronic,
                ref=difference.electronic if found.electronic_box is not None else None,
                box=found.electronic_box,
            ),
            Side(medium=Medium.ONLINE, text=""),
        ),
    )


def volume_views(
    documents: Sequence[Row], media: Mapping[str, str], medium: Medium, originals: Originals
) -> dict[PageRef, PageView]:
    """What was seen on the pages of the first volume of a medium.

    Args:
        documents: Rows of ``documents.csv`` of one application.
        media: The medium of each volume.
        medium: Whose volume.
        originals: Where the views are.
    """
    volumes = sorted({row["volume"] for row in documents if media.get(row["volume"]) == medium})
    rows = (row for row in documents if volumes and row["volume"] == volumes[0])
    refs = (ref for row in rows for ref in _refs(row))
    return {ref: view for ref in refs if (view := originals.view(ref)) is not None}


def _refs(row: Row) -> list[PageRef]:
    pages = range(int(row["first_page"]), int(row["last_page"]) + 1)
    return [PageRef(file=row["file"], page=page) for page in pages]
