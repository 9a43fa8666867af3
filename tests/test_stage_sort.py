"""Pages become documents, volumes and applications, and none is lost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from form_views import Sheet
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.page import PageView
from pipeline.programme import Programme, load_programme
from pipeline.records import (
    FileRole,
    FileStatus,
    Medium,
    PageRef,
    ReadPage,
    Sorting,
    SourceFile,
)
from pipeline.stages.sort import natural_key, sort

A = ("大连海鑫精密机械有限公司", "91210200716996405L")
B = ("沈阳天马轴承制造有限公司", "91110108551385082Q")
SME = "辽宁省“专精特新”中小企业申报表"
PRODUCT = "辽宁省“专精特新”产品认定申请表"


@pytest.fixture(scope="session")
def programme() -> Programme:
    return load_programme(Path(__file__).parent.parent / "dictionaries/programmes/liaoning-2021")


def cover(title: str, who: tuple[str, str] = A) -> PageView:
    sheet = Sheet().write(title, 350, 500, size=60)
    return sheet.write(f"企业名称（盖章）：{who[0]}", 300, 1100).view()


def table(who: tuple[str, str] = A, title: str = "") -> PageView:
    sheet = Sheet()
    if title:
        sheet.write(title, 350, 150, size=60)
    return sheet.table(
        [
            ["企业名称", who[0], "统一社会信用代码", who[1]],
            ["注册地址", "大连市西岗区黄河路1号", "邮政编码", "116000"],
            ["法定代表人", "张三", "注册资本（万元）", "500"],
        ],
        y=300,
    ).view()


def licence(who: tuple[str, str] = A) -> PageView:
    sheet = (
        Sheet().write("营业执照", 650, 200, size=60).write(f"统一社会信用代码 {who[1]}", 100, 400)
    )
    return sheet.write(f"名称 {who[0]}", 100, 500).write("登记机关", 900, 1800).view()


def audit(text: str = "") -> PageView:
    sheet = Sheet().write("审计报告", 650, 200, size=60)
    for number in range(12):
        sheet.write(
            f"我们审计了后附的财务报表，包括资产负债表、利润表。{text}", 100, 400 + 50 * number
        )
    return sheet.view()


def statement() -> PageView:
    sheet = Sheet().write("资产负债表", 650, 200)
    return sheet.table([["资产总计", "16,437,337.75"], ["负债合计", "9,453,904.10"]]).view()


def blank() -> PageView:
    return Sheet().view(blank=True)


def source(file: str, pages: int, role: FileRole = FileRole.SCAN, folder: str = "") -> SourceFile:
    return SourceFile(
        box="box",
        file=file,
        path=f"/nowhere/{file}",
        sha256="0" * 64,
        size=1,
        media_type="application/pdf",
        role=role,
        pages=pages,
        status=FileStatus.READ,
        disc_folder=folder,
    )


def pages_of(file: str, *views: PageView | None) -> list[ReadPage]:
    return [
        ReadPage(ref=PageRef(file=file, page=number), sha256="0" * 64, view=view)
        for number, view in enumerate(views, start=1)
    ]


def run(programme: Programme, **files: list[PageView | None]) -> Sorting:
    """Sort scans; ``vol_1`` becomes ``box/scans/vol-1.pdf``."""
    pages: list[ReadPage] = []
    sources = []
    for name, views in files.items():
        file = f"box/scans/{name.replace('_', '-')}.pdf"
        pages += pages_of(file, *views)
        sources.append(source(file, len(views)))
    return sort(pages, sources, programme)


def outline(sorting: Sorting) -> list[list[tuple[str, list[tuple[str, int]]]]]:
    """Volumes as lists of type and number of pages."""
    return [
        [(document.type, len(document.pages)) for document in volume.documents]
        for application in sorting.applications
        for volume in application.volumes
    ]


def test_a_volume_holds_form_and_evidence_in_order(programme):
    sorting = run(programme, vol=[cover(SME), table(), licence(), audit(), statement()])
    assert outline(sorting) == [
        [("application_form", 2), ("business_licence", 1), ("audit_report", 2)]
    ]
    application = sorting.applications[0]
    assert (application.application_id, application.tier) == ("A001", "sme")
    assert (application.enterprise_name, application.uscc) == A


def test_a_title_over_the_table_goes_on_with_the_cover(programme):
    sorting = run(programme, vol=[cover(SME), table(title=SME), licence()])
    assert outline(sorting) == [[("application_form", 2), ("business_licence", 1)]]


def untitled(*rows: list[str]) -> PageView:
    """The first page of a form without a cover, its title hidden by a stamp."""
    sheet = Sheet().write("产品(技术)", 690, 250)
    return sheet.table(
        [
            ["企业名称", A[0], "统一社会信用代码", A[1]],
            ["注册地址", "大连市西岗区黄河路1号", "邮政编码", "116000"],
            ["法定代表人", "张三", "注册资本（万元）", "500"],
            ["所属行业", "34 通用设备制造业", "注册时间", "2010-04-27"],
            ["通讯地址", "大连市西岗区黄河路1号", "联系人", "李四"],
            *rows,
        ],
        y=500,
    ).view()


def test_a_form_whose_title_a_stamp_hides_opens_its_volume(programme):
    page = untitled(["技术水平", "国内领先", "投产时间", "2016.06"])
    sorting = run(programme, vol=[page, licence(), audit()])
    (application,) = sorting.applications
    assert application.tier == "product"
    assert [len(d.pages) for v in application.volumes for d in v.documents] == [1, 1, 1]


def test_the_tier_of_a_form_without_a_title_asks_for_all_that_the_page_asks(programme):
    page = untitled(["企业规模", "小型", "控股股东", "张三"])
    assert run(programme, vol=[page, licence()]).applications[0].tier == "little_giant"
    page = untitled(["企业规模", "小型", "企业类型", "民营"])
    assert run(programme, vol=[page, licence()]).applications[0].tier == "sme"


def test_a_table_behind_a_cover_opens_no_volume_of_its_own(programme):
    page = untitled(["企业规模", "小型", "企业类型", "民营"])
    sorting = run(programme, vol=[cover(SME), page, licence()], vol_2=[cover(SME), page])
    assert len(sorting.applications) == 1
    assert len(sorting.applications[0].volumes) == 2


def test_copies_of_one_application_become_its_volumes(programme):
    copy = [cover(SME), table(), licence()]
    sorting = run(programme, all_copies=copy * 3)
    assert len(sorting.applications) == 1
    assert [volume.number for volume in sorting.applications[0].volumes] == [1, 2, 3]


def test_a_code_misread_by_a_character_is_still_the_same_applicant(programme):
    misread = (A[0], "9121020071699640SL")
    sorting = run(programme, v1=[cover(SME), table()], v2=[cover(SME, misread), table(misread)])
    assert len(sorting.applications) == 1
    assert sorting.applications[0].uscc == A[1]


def test_a_code_that_fails_its_check_and_is_near_outweighs_a_name_that_a_stamp_cuts(programme):
    cut = (A[0][:3] + A[0][5:], "1" + A[1][1:])
    sorting = run(programme, v1=[cover(SME), table()], v2=[cover(SME, cut), table(cut)])
    assert len(sorting.applications) == 1


def test_near_names_with_different_codes_are_two_applicants(programme):
    twin = ("大连海鑫精密机诫有限公司", B[1])
    sorting = run(programme, v1=[cover(SME), table()], v2=[cover(SME, twin), table(twin)])
    assert len(sorting.applications) == 2


def test_two_tiers_of_one_enterprise_are_two_applications(programme):
    sorting = run(programme, v1=[cover(SME), table()], v2=[cover(PRODUCT), table()])
    assert [application.tier for application in sorting.applications] == ["sme", "product"]


def test_a_volume_runs_on_into_the_next_file_within_a_document(programme):
    sorting = run(programme, vol_1=[cover(SME), table(), audit()], vol_2=[statement(), licence()])
    assert outline(sorting) == [
        [("application_form", 2), ("audit_report", 2), ("business_licence", 1)]
    ]


def test_loose_pages_go_on_with_their_form(programme):
    sorting = run(programme, img_1=[cover(SME)], img_2=[table()], img_10=[licence()])
    assert outline(sorting) == [[("application_form", 2), ("business_licence", 1)]]
    assert sorting.applications[0].uscc == A[1]


def test_a_table_in_a_file_of_its_own_goes_on_with_a_cover_whose_name_a_stamp_cuts(programme):
    spoiled = cover(PRODUCT, ("大连海备股份有限公司", ""))
    sorting = run(
        programme,
        a1=[cover(PRODUCT), table(), licence()],
        b1=[spoiled],
        b2=[table()],
        b3=[licence()],
    )
    whole = [("application_form", 2), ("business_licence", 1)]
    assert outline(sorting) == [whole, whole]


def test_a_report_behind_a_cover_with_its_title_is_one_document(programme):
    first = Sheet().write("大连某某有限公司", 500, 500).write("审计报告", 600, 700, size=60).view()
    sorting = run(programme, vol=[cover(SME), table(), first, audit(), statement()])
    assert outline(sorting)[0][-1] == ("audit_report", 3)


def test_a_head_of_a_column_that_nearly_is_a_title_leaves_a_page_with_the_form(programme):
    figures = [["研发费用", "99", "98", "111"], ["职工总数", "276", "286", "289"]]
    figures += [["净利润", "141", "133", "172"], ["利润总额", "161", "157", "193"]]
    sheet = Sheet().write("实用新型专利数（件）", 600, 300, size=90).table(figures, y=600)
    for y in range(1200, 1500, 60):
        sheet.write("近两年平均增长率：8.26", 160, y, size=30)
    sorting = run(programme, vol=[cover(SME), table(), sheet.view(), licence()])
    assert outline(sorting)[0] == [("application_form", 3), ("business_licence", 1)]


def test_two_certificates_of_a_kind_are_two_documents(programme):
    def patent(number: str) -> PageView:
        sheet = (
            Sheet().write("发明专利证书", 600, 300, size=60).write(f"专利号：{number}", 150, 800)
        )
        return sheet.write("国家知识产权局", 900, 1800).view()

    sorting = run(programme, vol=[cover(SME), table(), patent("ZL1"), patent("ZL2")])
    assert Counter(kind for kind, _ in outline(sorting)[0])["patent"] == 2


def sure(view: PageView, confidence: float) -> PageView:
    """The page, with so much belief in its being blank or written."""
    seen = view.preparation.model_copy(update={"blank_confidence": confidence})
    return view.model_copy(update={"preparation": seen})


def test_a_staple_read_as_a_dash_leaves_a_back_blank(programme):
    stapled = Sheet().write("_", 55, 60, confidence=0.65).view(blank=True)
    kinds = [kind for kind, _ in outline(run(programme, vol=[cover(SME), table(), stapled]))[0]]
    assert kinds[-1] == "blank"


def test_a_blank_with_an_unreadable_line_is_none_for_certain(programme):
    shaded = Sheet().write("SRTOT", 300, 600, confidence=0.26).view(blank=True)
    sorting = run(programme, vol=[cover(SME), table(), shaded])
    document = sorting.applications[0].volumes[0].documents[-1]
    assert document.type == "blank"
    assert document.confidence < 0.7  # what may lie there is told (pipeline/unseen.py)


def test_a_speck_read_as_a_sign_leaves_a_back_blank_but_not_for_certain(programme):
    speck = sure(Sheet().write("8", 700, 300, confidence=0.99).view(blank=True), 0.85)
    sorting = run(programme, vol=[cover(SME), table(), speck])
    document = sorting.applications[0].volumes[0].documents[-1]
    assert (document.type, document.confidence < 0.7) == ("blank", True)


def test_a_speck_that_was_hardly_read_leaves_a_back_blank_for_certain(programme):
    speck = sure(Sheet().write("+", 700, 300, confidence=0.58).view(blank=True), 0.85)
    sorting = run(programme, vol=[cover(SME), table(), speck])
    document = sorting.applications[0].volumes[0].documents[-1]
    assert (document.type, document.confidence >= 0.7) == ("blank", True)


def test_a_sheet_on_which_nothing_but_a_mark_was_seen_is_blank_but_not_for_certain(programme):
    shining_through = sure(Sheet().view(), 0.62)
    sorting = run(programme, vol=[cover(SME), table(), shining_through])
    document = sorting.applications[0].volumes[0].documents[-1]
    assert (document.type, document.confidence < 0.7) == ("blank", True)


def test_a_sheet_with_many_marks_of_which_nothing_could_be_read_is_not_blank(programme):
    unreadable = sure(Sheet().view(), 0.9)
    kinds = [kind for kind, _ in outline(run(programme, vol=[cover(SME), table(), unreadable]))[0]]
    assert "blank" not in kinds


def test_a_sheet_that_looks_blank_but_says_something_is_none(programme):
    note = Sheet().write("见附页", 300, 600, confidence=0.6).view(blank=True)
    kinds = [kind for kind, _ in outline(run(programme, vol=[cover(SME), table(), note]))[0]]
    assert "blank" not in kinds


def test_blank_backs_stay_in_the_volume(programme):
    sorting = run(programme, vol=[cover(SME), blank(), table(), blank(), licence()])
    assert Counter(kind for kind, _ in outline(sorting)[0])["blank"] == 2
    assert not sorting.unsorted


def test_evidence_of_another_applicant_is_not_taken_silently(programme):
    sorting = run(
        programme,
        v1=[cover(SME), table(), licence(B)],
        v2=[cover(SME, B), table(B), licence(B)],
    )
    assert [document.type for document in sorting.unsorted] == ["business_licence"]
    assert all(("business_licence", 2) not in volume for volume in outline(sorting))


def test_a_third_partys_certificate_stays_for_the_rules_to_judge(programme):
    stranger = ("某某投资控股有限公司", "91320621MA1MRHG205")
    sorting = run(programme, v1=[cover(SME), table(), licence(stranger)])
    assert not sorting.unsorted


def test_pages_that_could_not_be_read_are_unsorted_not_lost(programme):
    sorting = run(programme, vol=[cover(SME), None, table()])
    assert [document.pages[0].page for document in sorting.unsorted] == [2]


def test_pages_before_any_form_belong_to_nobody(programme):
    sorting = run(programme, a=[licence(), blank()])
    assert not sorting.applications
    assert sum(len(document.pages) for document in sorting.unsorted) == 2


def test_the_disc_joins_the_application_that_its_form_names(programme):
    folder = "海鑫机械"
    word, evidence = f"box/disc/{folder}/申报表.docx", f"box/disc/{folder}/佐证材料.pdf"
    pages = [
        *pages_of("box/scans/v.pdf", cover(SME), table()),
        *pages_of(word, table(title=SME)),
        *pages_of(evidence, licence(), audit()),
    ]
    files = [
        source("box/scans/v.pdf", 2),
        source(word, 1, FileRole.ELECTRONIC_FORM, folder),
        source(evidence, 2, FileRole.ELECTRONIC_EVIDENCE, folder),
    ]
    sorting = sort(pages, files, programme)
    assert len(sorting.applications) == 1
    assert [volume.medium for volume in sorting.applications[0].volumes] == [
        Medium.PAPER,
        Medium.ELECTRONIC,
    ]
    kinds = [document.type for document in sorting.applications[0].volumes[1].documents]
    assert kinds == ["application_form", "business_licence", "audit_report"]


def test_evidence_on_a_disc_goes_with_the_form_of_the_same_number(programme):
    folder = "海鑫机械"
    names = [f"box/disc/{folder}/{stem}{n}.{end}" for n in (1, 2) for stem, end in _TWO_FORMS]
    views = [table(title=PRODUCT), licence(), table(title=SME), audit()]
    roles = [FileRole.ELECTRONIC_FORM, FileRole.ELECTRONIC_EVIDENCE] * 2
    pages = [page for name, view in zip(names, views, strict=True) for page in pages_of(name, view)]
    files = [source(name, 1, role, folder) for name, role in zip(names, roles, strict=True)]
    sorting = sort(pages, files, programme)
    held = {
        application.tier: [document.type for document in application.volumes[0].documents]
        for application in sorting.applications
    }
    assert held == {
        "product": ["application_form", "business_licence"],
        "sme": ["application_form", "audit_report"],
    }


_TWO_FORMS = (("申报表", "docx"), ("佐证材料", "pdf"))


def test_a_disc_without_paper_becomes_an_application_of_its_own(programme):
    word = "box/disc/x/申报表.docx"
    files = [source(word, 1, FileRole.ELECTRONIC_FORM, "x")]
    sorting = sort(pages_of(word, table(B, SME)), files, programme)
    assert sorting.applications[0].enterprise_name == B[0]
    assert [volume.medium for volume in sorting.applications[0].volumes] == [Medium.ELECTRONIC]


def test_nothing_sorts_to_nothing(programme):
    assert sort([], [], programme) == Sorting(applications=(), unsorted=())


def test_names_count_naturally():
    names = ["scan10.pdf", "scan2.pdf", "Scan1.pdf", "a.pdf", "2.pdf", "10.pdf"]
    assert sorted(names, key=natural_key) == [
        "2.pdf",
        "10.pdf",
        "a.pdf",
        "Scan1.pdf",
        "scan2.pdf",
        "scan10.pdf",
    ]


_PAGES = st.sampled_from(
    [
        cover(SME), cover(PRODUCT, B), table(), table(B), licence(), licence(B), audit(),
        statement(), blank(), None,
    ]
)  # fmt: skip


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(_PAGES, min_size=1, max_size=5), max_size=4), st.booleans())
def test_every_page_is_in_exactly_one_document(programme, files, electronic):
    pages, sources = [], []
    for number, views in enumerate(files):
        disc = electronic and number % 2 == 1
        file = f"box/{'disc/x' if disc else 'scans'}/{number}.pdf"
        role = FileRole.ELECTRONIC_EVIDENCE if disc else FileRole.SCAN
        pages += pages_of(file, *views)
        sources.append(source(file, len(views), role, "x" if disc else ""))
    sorting = sort(pages, sources, programme)
    placed = [
        ref
        for application in sorting.applications
        for volume in application.volumes
        for ref in volume.pages
    ] + [ref for document in sorting.unsorted for ref in document.pages]
    assert Counter(placed) == Counter(page.ref for page in pages)
    ids = [
        document.document_id
        for application in sorting.applications
        for volume in application.volumes
        for document in volume.documents
    ] + [document.document_id for document in sorting.unsorted]
    assert len(ids) == len(set(ids))
