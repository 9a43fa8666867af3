"""Values are accepted only when almost nothing speaks against them; no line is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_views import Sheet
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.page import Box, PageView, Seal, TextSource
from pipeline.programme import Programme, load_programme
from pipeline.records import (
    Application,
    Document,
    Extraction,
    Field,
    FieldState,
    Medium,
    PageRef,
    ReadPage,
    SealSeen,
    Volume,
)
from pipeline.stages.extract import extract

NAME, CODE = "大连海鑫精密机械有限公司", "91210200716996405L"
REP = "张三丰"


@pytest.fixture(scope="session")
def programme() -> Programme:
    return load_programme(Path(__file__).parent.parent / "dictionaries/programmes/liaoning-2021")


def form(
    *,
    name: str = NAME,
    code: str = CODE,
    revenue: str = "3000.50",
    mobile: str = "18604041767",
    confidence: float = 0.99,
) -> Sheet:
    sheet = Sheet().write("辽宁省“专精特新”中小企业申报表", 350, 150, size=60)
    return sheet.table(
        [
            ["企业名称", name, "统一社会信用代码", code, "", ""],
            ["法定代表人", REP, "电话", "0411-83686040", "手机", mobile],
            ["指标", ("2018年", 2), "2019年", ("2020年", 2)],
            ["营业收入（万元）", ("1000.00", 2), "2000.00", (revenue, 2)],
            ["申报日期", ("年   月   日", 5)],
        ],
        widths=[225, 350, 235, 290, 80, 210],
        confidence=confidence,
    )


def licence(*, name: str = NAME, code: str = CODE) -> Sheet:
    sheet = Sheet().write("营业执照", 650, 200, size=60).write(f"统一社会信用代码 {code}", 100, 400)
    return sheet.write(f"名称 {name}", 100, 500).write(f"法定代表人 {REP}", 100, 600)


Docs = list[tuple[str, list[PageView | None]]]


def run(programme: Programme, *volumes: tuple[Medium, Docs]) -> Extraction:
    """Extract an application whose volumes hold documents of these types and pages."""
    pages: dict[PageRef, ReadPage] = {}
    built = []
    for count, (medium, documents) in enumerate(volumes, start=1):
        file, number, made = f"box/v{count}.pdf", 0, []
        for place, (kind, views) in enumerate(documents, start=1):
            refs = []
            for view in views:
                number += 1
                ref = PageRef(file=file, page=number)
                pages[ref] = ReadPage(ref=ref, sha256="0" * 64, view=view)
                if view is not None:
                    refs.append(ref)
            document = Document(
                document_id=f"D{count}-{place}", type=kind, pages=tuple(refs), confidence=0.9
            )
            made.append(document)
        built.append(
            Volume(volume_id=f"V{count}", medium=medium, number=count, documents=tuple(made))
        )
    application = Application(
        application_id="A001", tier="sme", enterprise_name=NAME, uscc=CODE, volumes=tuple(built)
    )
    return extract(application, pages, programme)


def paper(*documents: tuple[str, list[PageView | None]]) -> tuple[Medium, Docs]:
    return Medium.PAPER, list(documents)


def of_form(sheet: Sheet) -> tuple[str, list[PageView | None]]:
    return "application_form", [sheet.view()]


def field(extraction: Extraction, key: str, volume: str = "V1") -> Field:
    return next(f for f in extraction.fields if f.key == key and f.volume == volume)


def test_a_clear_value_is_accepted_with_everything_that_shows_where_from(programme):
    value = field(run(programme, paper(of_form(form()))), "uscc")
    assert (value.value, value.state, value.reason) == (CODE, FieldState.ACCEPTED, "")
    assert (value.file, value.page, value.rule) == ("box/v1.pdf", 1, "cell-right")
    assert value.box is not None
    assert value.engine == "paddleocr"


def test_a_code_with_a_wrong_check_character_is_for_review(programme):
    value = field(run(programme, paper(of_form(form(code="91210200716996406L")))), "uscc")
    assert value.state is FieldState.REVIEW
    assert value.reason


def test_a_poorly_read_value_is_for_review_unless_a_word_file_states_it_too(programme):
    faint = form(confidence=0.7)
    alone = field(run(programme, paper(of_form(faint))), "revenue.2020")
    assert alone.state is FieldState.REVIEW
    word = form().view().model_copy(update={"text_source": TextSource.WORD})
    both = run(
        programme,
        paper(of_form(faint)),
        (Medium.ELECTRONIC, [("application_form", [word])]),
    )
    assert field(both, "revenue.2020").state is FieldState.ACCEPTED


def test_two_copies_that_contradict_each_other_are_both_for_review(programme):
    result = run(programme, paper(of_form(form())), paper(of_form(form(revenue="8000.50"))))
    for volume, own, other in (("V1", "3000.5", "8000.5"), ("V2", "8000.5", "3000.5")):
        value = field(result, "revenue.2020", volume)
        assert value.value == own  # never overwritten
        assert value.state is FieldState.REVIEW
        assert other in value.reason


def test_a_dispute_between_copies_is_no_doubt_of_reading(programme):
    result = run(programme, paper(of_form(form())), paper(of_form(form(revenue="8000.50"))))
    assert field(result, "revenue.2020").read_surely
    weak = form()
    weak.lines = [line.model_copy(update={"confidence": 0.6}) for line in weak.lines]
    assert not field(run(programme, paper(of_form(weak))), "revenue.2020").read_surely


def test_an_empty_place_and_a_label_that_was_not_found_are_different_things(programme):
    result = run(programme, paper(of_form(form())))
    empty, absent = field(result, "application_date"), field(result, "reg_capital")
    assert (empty.state, absent.state) == (FieldState.MISSING, FieldState.MISSING)
    assert "为空" in empty.reason
    assert "未找到" in absent.reason
    assert empty.page == 1
    assert absent.page == 0


def test_a_page_that_was_not_read_makes_what_is_not_found_unreadable(programme):
    result = run(programme, paper(("application_form", [form().view(), None])))
    value = field(result, "reg_capital")
    assert value.state is FieldState.UNREADABLE
    assert "未能读取" in value.reason


def test_a_place_under_a_signature_is_unreadable_not_missing(programme):
    sheet = form(mobile="")
    cell = next(cell for cell in sheet.cells if (cell.row, cell.column) == (1, 5)).box
    ink = Box(x0=cell.x0 + 10, y0=cell.y0 + 8, x1=cell.x1 - 10, y1=cell.y1 - 8)
    sheet.handwriting.append(ink)
    assert field(run(programme, paper(of_form(sheet))), "legal_rep_mobile").state is (
        FieldState.UNREADABLE
    )


def test_illegible_text_is_unreadable(programme):
    value = field(run(programme, paper(of_form(form(confidence=0.2)))), "revenue.2019")
    assert value.state is FieldState.UNREADABLE


def test_form_and_licence_that_differ_by_a_character_are_both_doubted(programme):
    result = run(
        programme,
        paper(
            of_form(form(name="大连海鑫精密机诫有限公司")),
            ("business_licence", [licence().view()]),
        ),
    )
    assert field(result, "enterprise_name").state is FieldState.REVIEW
    assert field(result, "business_licence.name").state is FieldState.REVIEW


def test_two_places_in_one_volume_that_differ_are_doubted(programme):
    sheet = form().write("企业名称（盖章）：大连海鑫重型机械有限公司", 150, 1500)
    assert field(run(programme, paper(of_form(sheet))), "enterprise_name").state is (
        FieldState.REVIEW
    )


def test_a_name_with_rare_characters_is_looked_at_unless_a_word_file_states_it(programme):
    rare = "大连凇曜泵业有限公司"
    alone = run(programme, paper(of_form(form(name=rare))))
    assert field(alone, "enterprise_name").state is FieldState.REVIEW
    word = form(name=rare).view().model_copy(update={"text_source": TextSource.WORD})
    proved = run(
        programme,
        paper(of_form(form(name=rare)), ("business_licence", [licence(name=rare).view()])),
        (Medium.ELECTRONIC, [("application_form", [word])]),
    )
    assert field(proved, "enterprise_name").state is FieldState.ACCEPTED
    assert field(proved, "business_licence.name").state is FieldState.ACCEPTED


def test_a_name_misread_the_same_way_everywhere_is_doubted_by_the_word_file(programme):
    word = form(name=NAME).view().model_copy(update={"text_source": TextSource.WORD})
    misread = "大连海鑫精密机诫有限公司"
    result = run(
        programme,
        paper(of_form(form(name=misread)), ("business_licence", [licence(name=misread).view()])),
        (Medium.ELECTRONIC, [("application_form", [word])]),
    )
    assert field(result, "enterprise_name").state is FieldState.REVIEW
    assert field(result, "business_licence.name").state is FieldState.REVIEW


def with_rivals(view: PageView, *rivals: tuple[str, str]) -> PageView:
    """The page as a reader leaves it that was torn between characters in every line."""
    lines = tuple(
        line.model_copy(update={"rivals": tuple(pair for pair in rivals if pair[0] in line.text)})
        for line in view.lines
    )
    return view.model_copy(update={"lines": lines})


def test_a_word_file_decides_between_characters_that_the_pixels_leave_open(programme):
    true, read = "辽宁凇玮汽车电子有限公司", "辽宁淞玮汽车电子有限公司"
    word = form(name=true).view().model_copy(update={"text_source": TextSource.WORD})
    scan = with_rivals(form(name=read).view(), ("淞", "凇松"))
    owned = with_rivals(licence(name=read).view(), ("淞", "凇松"))
    result = run(
        programme,
        paper(("application_form", [scan]), ("business_licence", [owned])),
        (Medium.ELECTRONIC, [("application_form", [word])]),
    )
    for key in ("enterprise_name", "business_licence.name"):
        value = field(result, key)
        assert (value.value, value.state) == (true, FieldState.REVIEW)
        assert value.raw == read
        assert "按电子版拟定" in value.reason
    unheard = run(
        programme,
        paper(of_form(form(name=read))),
        (Medium.ELECTRONIC, [("application_form", [word])]),
    )
    assert field(unheard, "enterprise_name").value == read


def test_a_short_text_of_another_field_decides_nothing(programme):
    word = form(name=NAME).view().model_copy(update={"text_source": TextSource.WORD})
    read = REP.replace("丰", "半")
    sheet = Sheet().write("营业执照", 650, 200, size=60).write(f"法定代表人 {read}", 100, 600)
    owned = with_rivals(sheet.view(), ("半", "丰"))
    result = run(
        programme,
        paper(of_form(form()), ("business_licence", [owned])),
        (Medium.ELECTRONIC, [("application_form", [word])]),
    )
    assert field(result, "business_licence.legal_rep").value == read


def test_names_that_differ_by_one_clear_character_are_both_what_they_are(programme):
    former = NAME.replace("大连", "大连市")
    result = run(
        programme,
        paper(of_form(form()), ("business_licence", [licence(name=former).view()])),
    )
    assert field(result, "enterprise_name").read_surely
    assert field(result, "business_licence.name").read_surely


def test_a_name_of_which_only_trade_and_form_were_read_is_for_review(programme):
    cut = run(programme, paper(of_form(form(name="精密机械有限公司"))))
    value = field(cut, "enterprise_name")
    assert value.state is FieldState.REVIEW
    assert "字号" in value.reason


def test_names_that_differ_by_two_characters_read_beyond_doubt_are_two_names(programme):
    former = NAME.replace("海鑫", "长岭")

    def result(*rivals: tuple[str, str]) -> Field:
        sheets = form().view(), licence(name=former).view()
        scanned, owned = (with_rivals(view, *rivals) for view in sheets)
        documents = ("application_form", [scanned]), ("business_licence", [owned])
        return field(run(programme, paper(*documents)), "business_licence.name")

    assert result().read_surely
    assert not result(("岭", "鑫")).read_surely


def test_the_name_of_a_body_is_doubted_where_a_rare_character_may_stand_in_it(programme):
    def fact(text: str, *rivals: tuple[str, str]) -> Field:
        sheet = Sheet().write("社会保险参保证明", 500, 200, size=60)
        view = sheet.write(f"经办机构：{text}", 100, 500).view()
        document = ("social_security", [with_rivals(view, *rivals)])
        return field(run(programme, paper(of_form(form()), document)), "social_security.agency")

    assert fact("中诚社会保险服务中心").state is FieldState.ACCEPTED
    doubted = fact("中诚社会保险服务中心", ("诚", "铖诫"))
    assert (doubted.state, doubted.value) == (FieldState.REVIEW, "中诚社会保险服务中心")
    assert "铖" in doubted.reason


def test_a_name_cut_by_a_stamp_on_the_cover_gives_way_to_the_whole_one(programme):
    cover = Sheet().write(f"申报单位：{NAME[:6]}", 300, 900)
    cover.seal(300 + 28 * 11, 915, radius=150)
    result = run(programme, paper(("application_form", [cover.view(), form().view()])))
    assert field(result, "enterprise_name").value == NAME
    assert field(result, "enterprise_name").state is FieldState.ACCEPTED


def test_an_empty_place_that_another_copy_fills_is_for_review(programme):
    empty = form(mobile="")
    result = run(programme, paper(of_form(form())), paper(of_form(empty)))
    assert field(result, "legal_rep_mobile", "V2").state is FieldState.REVIEW


def test_a_name_under_a_stamp_is_for_review_until_something_confirms_it(programme):
    sheet = form()
    cell = sheet.cells[1].box
    sheet.seal((cell.x0 + cell.x1) / 2, cell.y1, radius=120)
    assert field(run(programme, paper(of_form(sheet))), "enterprise_name").state is (
        FieldState.REVIEW
    )
    confirmed = run(programme, paper(of_form(sheet), ("business_licence", [licence().view()])))
    assert field(confirmed, "enterprise_name").state is FieldState.ACCEPTED


def test_the_text_of_a_stamp_confirms_the_name_that_it_covers(programme):
    sheet = form()
    cell = sheet.cells[1].box
    sheet.seal((cell.x0 + cell.x1) / 2, cell.y1, radius=120, text=NAME)
    assert field(run(programme, paper(of_form(sheet))), "enterprise_name").state is (
        FieldState.ACCEPTED
    )


def test_a_stamp_misread_by_a_character_doubts_only_a_name_that_nothing_else_confirms(programme):
    misread = NAME[:3] + "夫" + NAME[4:]

    def signed(name: str) -> Field:
        sheet = Sheet().write("真实性声明", 600, 200, size=60)
        sheet.write(f"申报单位：{name}", 600, 900).seal(900, 900, radius=160, text=misread)
        statement = ("truth_statement", [sheet.view()])
        return field(run(programme, paper(of_form(form()), statement)), "truth_statement.name")

    assert signed(NAME).state is FieldState.ACCEPTED
    alone = signed(NAME.replace(NAME[5], "隆"))
    assert alone.state is FieldState.REVIEW
    assert "印章" in alone.reason


def test_a_date_that_ends_in_the_air_is_for_review(programme):
    sheet = form()
    place = next(i for i, line in enumerate(sheet.lines) if "年   月" in line.text)
    sheet.lines[place] = sheet.lines[place].model_copy(update={"text": "二〇二一年五月二十"})
    value = field(run(programme, paper(of_form(sheet))), "application_date")
    assert value.state is FieldState.REVIEW
    assert "残缺" in value.reason


def test_a_second_document_of_a_kind_is_numbered(programme):
    result = run(
        programme,
        paper(
            of_form(form()),
            ("business_licence", [licence().view()]),
            ("business_licence", [licence().view()]),
        ),
    )
    keys = {value.key for value in result.fields}
    assert {"business_licence.name", "business_licence#2.name"} <= keys


def test_a_seal_on_the_cover_is_seen_and_one_that_lacks_is_missed(programme):
    def cover_seal(sheet: Sheet, *, colour: bool = True) -> SealSeen:
        result = run(programme, paper(("application_form", [sheet.view(colour=colour)])))
        return next(seal for seal in result.seals if seal.place == "cover")

    assert cover_seal(form().seal(800, 1500, text=NAME)).present is True
    assert cover_seal(form()).present is False
    assert cover_seal(form(), colour=False).present is None  # a grey scan may hide it


def test_a_black_cover_of_a_colour_scan_has_no_stamp(programme):
    def seen(opinion: Sheet) -> SealSeen:
        cover = Sheet().write("辽宁省“专精特新”中小企业申报表", 350, 500, size=60).view()
        grey = cover.model_copy(
            update={"preparation": cover.preparation.model_copy(update={"colour": False})}
        )
        view = opinion.view()
        if not opinion.seals:
            view = view.model_copy(update={"preparation": grey.preparation})
        result = run(programme, paper(("application_form", [grey, view])))
        return next(seal for seal in result.seals if seal.place == "cover")

    stamped = form()
    stamped.seals.append(Seal(x=900, y=900, radius=160, colour="red", confidence=0.9))
    assert seen(stamped).present is False
    assert seen(form()).present is None


def test_a_statement_without_colour_lacks_its_stamp_only_where_the_scanner_saw_colour(programme):
    statement = Sheet().write("申报材料真实性承诺书", 500, 200, size=50)
    view = statement.write("法定代表人（签字）：", 200, 900).view(colour=False)

    def seen(in_colour: bool) -> tuple[bool | None, float]:
        scan = view.preparation.model_copy(update={"in_colour": in_colour})
        page = view.model_copy(update={"preparation": scan})
        seals = run(programme, paper(("truth_statement", [page]))).seals
        seal = next(s for s in seals if (s.place, s.kind) == ("truth_statement", "seal"))
        return seal.present, seal.confidence

    assert seen(in_colour=True) == (False, 0.5)  # a request to look, no claim
    assert seen(in_colour=False) == (None, 0.0)


def test_a_signature_counts_only_beside_its_label(programme):
    sheet = Sheet().write("真实性声明", 600, 200, size=50)
    sheet.write("法定代表人（签字）：", 200, 900)
    signed = Box(x0=500, y0=880, x1=700, y1=960)
    elsewhere = Box(x0=200, y0=1900, x1=400, y1=1980)
    for ink, present in (([signed], True), ([elsewhere], False), ([], False)):
        sheet.handwriting = list(ink)
        result = run(programme, paper(("truth_statement", [sheet.view()])))
        seen = next(seal for seal in result.seals if seal.kind == "signature")
        assert seen.present is present


def test_no_signature_under_a_red_stamp_is_none_and_under_a_grey_one_is_unknown(programme):
    for colour, present in ((True, False), (False, None)):
        sheet = Sheet().write("真实性声明", 600, 200, size=50)
        sheet.write("法定代表人（签字）：", 200, 900)
        sheet.seal(650, 900, text=NAME)
        view = sheet.view(colour=colour)
        if not colour:
            dark = tuple(seal.model_copy(update={"colour": "dark"}) for seal in view.seals)
            view = view.model_copy(update={"seals": dark})
        result = run(programme, paper(("truth_statement", [view])))
        seen = next(seal for seal in result.seals if seal.kind == "signature")
        assert seen.present is present


def test_the_seal_of_an_opinion_on_the_same_page_is_not_the_statements(programme):
    for y, present in ((950, True), (1700, False)):
        sheet = form().write("真实性声明", 600, 800, size=50)
        sheet.write("法定代表人（签字）：", 200, 900).seal(900, y, text=NAME)
        result = run(programme, paper(("application_form", [sheet.view()])))
        seal = next(s for s in result.seals if (s.place, s.kind) == ("truth_statement", "seal"))
        assert seal.present is present


def test_a_value_that_nobody_claims_is_kept_by_name(programme):
    sheet = form().write("注册号 210200000012345", 150, 1700).write("填报说明", 150, 1760)
    result = run(programme, paper(of_form(sheet)))
    assert [(item.text, item.looks_like_value) for item in result.unassigned] == [
        ("注册号 210200000012345", True)
    ]


_LINES = st.lists(
    st.tuples(st.text(max_size=24), st.floats(0, 1500), st.floats(0, 2200)), max_size=15
)


@settings(max_examples=30, deadline=None)
@given(_LINES, st.sampled_from(["application_form", "business_licence", "audit_report", "other"]))
def test_the_account_of_lines_balances_on_any_page(programme, lines, kind):
    sheet = form()
    for text, x, y in lines:
        sheet.write(text, x, y)
    result = run(programme, paper((kind, [sheet.view()])))
    assert result.lines_total == len(sheet.lines)
    assert result.lines_total == (
        result.lines_in_fields
        + result.lines_in_cells
        + result.lines_in_body
        + len(result.unassigned)
    )
    for value in result.fields:
        assert (value.state is FieldState.ACCEPTED) == (value.reason == "")
