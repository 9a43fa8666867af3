"""Whatever arrived and was not made out may be what an application seems to lack."""

from __future__ import annotations

from form_views import Sheet

from extractors.page import PageView
from pipeline.records import (
    Application,
    Document,
    FileRole,
    FileStatus,
    Medium,
    PageRef,
    ReadPage,
    Sorting,
    SourceFile,
    Volume,
)
from pipeline.unseen import unseen_of

Kinds = list[tuple[str, int, float]]
"""Type, number of pages and confidence of documents that follow one another in a file."""


def clear() -> PageView:
    sheet = Sheet()
    for row in range(6):
        sheet.write("我们审计了后附的财务报表，包括资产负债表", 100, 200 + 60 * row)
    return sheet.view()


class World:
    """A box in the making; every page reads well unless it is said otherwise."""

    def __init__(self) -> None:
        self.pages: dict[PageRef, ReadPage] = {}
        self.files: list[SourceFile] = []
        self.applications: list[Application] = []
        self.unsorted: list[Document] = []

    def file(
        self,
        name: str,
        role: FileRole = FileRole.SCAN,
        status: FileStatus = FileStatus.READ,
        folder: str = "",
    ) -> str:
        path = f"box/{name}"
        source = SourceFile(
            box="box",
            file=path,
            path="",
            sha256="",
            size=1,
            media_type="application/pdf",
            role=role,
            pages=9,
            status=status,
            disc_folder=folder,
        )
        self.files.append(source)
        return path

    def document(
        self, file: str, first: int, kind: str = "patent", count: int = 1, confidence: float = 0.9
    ) -> Document:
        refs = tuple(PageRef(file=file, page=first + step) for step in range(count))
        for ref in refs:
            self.pages[ref] = ReadPage(ref=ref, sha256="", view=clear())
        return Document(document_id="d", type=kind, pages=refs, confidence=confidence)

    def apply(self, *documents: Document, medium: Medium = Medium.PAPER) -> str:
        name = f"A{len(self.applications) + 1:03d}"
        volume = Volume(volume_id=f"{name}-{medium}", medium=medium, number=1, documents=documents)
        self.applications.append(
            Application(
                application_id=name, tier="sme", enterprise_name="", uscc="", volumes=(volume,)
            )
        )
        return name

    def unseen(self, name: str) -> list[tuple[str, int, str]]:
        sorting = Sorting(applications=tuple(self.applications), unsorted=tuple(self.unsorted))
        found = unseen_of(sorting, self.pages, self.files)
        return [(item.file, item.page, item.why) for item in found.get(name, ())]


def three() -> tuple[World, list[str]]:
    """Three applications, two of them in one file."""
    world = World()
    one, two = world.file("scans/1.pdf"), world.file("scans/2.pdf")
    names = [
        world.apply(world.document(one, 1, "application_form", 2), world.document(one, 3)),
        world.apply(world.document(one, 5, "application_form", 2)),
        world.apply(world.document(two, 1, "application_form", 2)),
    ]
    return world, names


def test_nothing_is_unseen_where_every_page_was_told():
    world, names = three()
    assert [world.unseen(name) for name in names] == [[], [], []]


def test_a_list_of_contents_hides_nothing():
    world = World()
    file = world.file("scans/1.pdf")
    name = world.apply(world.document(file, 1, "other", confidence=0.8))
    assert world.unseen(name) == []


def test_documents_of_no_certain_kind_are_named_with_the_reason():
    world = World()
    file = world.file("scans/1.pdf")
    name = world.apply(
        world.document(file, 1, "application_form", confidence=0.3),
        world.document(file, 2, "other", confidence=0.0),
        world.document(file, 3, "patent", confidence=0.3),
        world.document(file, 4, "blank", confidence=0.4),
    )
    assert world.unseen(name) == [
        (file, 2, "未能辨认类别"),
        (file, 3, "类别存疑"),
        (file, 4, "疑似空白页"),
    ]


def test_a_page_behind_a_document_that_was_hardly_read_may_be_another_paper():
    world = World()
    file = world.file("scans/1.pdf")
    document = world.document(file, 1, "audit_report", 3)
    faint = Sheet().write("模糊不清的一页", 100, 300)
    half = Sheet().write("看得清的一行文字" * 4, 100, 300)
    half.write("看不清的文字" * 9, 100, 400, confidence=0.4)
    for page, sheet in ((1, faint), (2, faint), (3, half)):
        ref = PageRef(file=file, page=page)
        world.pages[ref] = world.pages[ref].model_copy(update={"view": sheet.view()})
    name = world.apply(document)  # its first page told the kind by its title
    assert world.unseen(name) == [(file, 2, "文字未能可靠识别"), (file, 3, "文字未能可靠识别")]


def test_a_page_that_could_not_be_read_may_belong_to_those_around_it_alone():
    world, names = three()
    ref = PageRef(file="box/scans/1.pdf", page=4)
    world.pages[ref] = ReadPage(ref=ref, sha256="", view=None)
    world.unsorted.append(Document(document_id="u", type="other", pages=(ref,), confidence=0.0))
    why = [("box/scans/1.pdf", 4, "页面未能识别")]
    assert [world.unseen(name) for name in names] == [why, why, []]


def test_a_scan_that_was_set_aside_may_belong_to_those_around_it():
    world, names = three()
    world.file("scans/10.pdf", status=FileStatus.SET_ASIDE)
    found = [world.unseen(name) for name in names]
    assert found == [[], [], [("box/scans/10.pdf", 0, "文件未能读取")]]


def test_papers_of_nobody_may_be_anybodys():
    world, names = three()
    world.unsorted.append(world.document("box/scans/2.pdf", 9, "novelty_report"))
    world.unsorted.append(world.document("box/scans/2.pdf", 8, "blank"))
    assert all(world.unseen(name) == [("box/scans/2.pdf", 9, "未能归属")] for name in names)


def test_a_disc_folder_belongs_to_somebody_whose_paper_is_there_or_may_be_anybodys():
    world, names = three()
    role = FileRole.ELECTRONIC_EVIDENCE
    lone = world.file("disc/某公司/佐证.pdf", role, folder="某公司")
    alone = world.apply(world.document(lone, 1), medium=Medium.ELECTRONIC)
    why = [(lone, 0, "未能归属")]
    assert [world.unseen(name) for name in [*names, alone]] == [why] * 4
