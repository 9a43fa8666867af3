"""Values of a known form are found beside, under and behind their labels."""

from __future__ import annotations

import pytest
from form_views import Sheet, spread
from hypothesis import given
from hypothesis import strategies as st

from extractors.forms.fields import find_fields
from extractors.forms.spec import FieldSpec, FoundValue
from extractors.page import Box
from extractors.values.kinds import FieldKind

YEARS = (2018, 2019, 2020)


def spec(key: str, kind: FieldKind, *labels: str, **more: object) -> FieldSpec:
    return FieldSpec(key=key, labels=labels, kind=kind, **more)


SPECS = [
    spec("name", FieldKind.NAME, "企业名称", "申报单位", "企业名称（盖章）"),
    spec("code", FieldKind.USCC, "统一社会信用代码"),
    spec("address", FieldKind.TEXT, "注册地址", "住所"),
    spec("rep", FieldKind.PERSON, "法定代表人"),
    spec("rep_tel", FieldKind.TEL, "电话", after="rep"),
    spec("rep_mobile", FieldKind.MOBILE, "手机", after="rep"),
    spec("contact", FieldKind.PERSON, "联系人"),
    spec("contact_tel", FieldKind.TEL, "电话", after="contact"),
    spec("contact_mobile", FieldKind.MOBILE, "手机", after="contact"),
    spec("capital", FieldKind.MONEY, "注册资本", unit="万元"),
    spec("date", FieldKind.DATE, "申报日期"),
    spec("revenue", FieldKind.MONEY, "营业收入", unit="万元", per_year=True),
    spec("staff", FieldKind.INTEGER, "职工总数", unit="人", per_year=True),
    spec(
        "size",
        FieldKind.CHOICE,
        "企业规模",
        options=("大型", "中型", "小型", "微型"),
        option_aliases=(("小型企业", "小型"),),
    ),
    spec(
        "categories",
        FieldKind.CHOICES,
        "申报类别",
        options=("专业化", "精细化", "特色化", "创新化"),
    ),
    spec("opinion", FieldKind.TEXT, "主管部门意见"),
    spec("opinion_date", FieldKind.DATE, "年 月 日", after="opinion"),
]


def find(*sheets: Sheet) -> dict[str, FoundValue]:
    """The best value for each key."""
    found: dict[str, FoundValue] = {}
    for value in find_fields(spread(*sheets), SPECS, YEARS):
        found.setdefault(value.key, value)
    return found


def raws(*sheets: Sheet) -> dict[str, str]:
    return {key: value.raw for key, value in find(*sheets).items()}


def test_an_empty_cell_beside_text_that_nothing_claims_is_in_doubt():
    sheet = Sheet().table([["企业名称", "", "大连某某有限公司"]], widths=[250, 220, 220])
    assert find(sheet)["name"].doubts


def test_two_pairs_in_a_row_are_told_apart():
    sheet = Sheet().table([["统一社会信用代码", "91210200716996405L", "注册资本", "5000"]])
    assert raws(sheet) == {"code": "91210200716996405L", "capital": "5000"}


def test_an_empty_cell_is_a_value_that_is_empty():
    found = find(Sheet().table([["企业名称", ""], ["申报日期", "   年  月  日"]]))
    assert found["name"].empty
    assert found["date"].empty
    assert found["name"].place_confidence > 0.9


def test_a_label_at_the_top_of_its_cell_with_nothing_beneath_is_left_empty():
    sheet = Sheet().table([["联系人\n李四", "电话\n"]], height=90)
    call, person = sorted(
        find_fields([sheet.view()], SPECS, YEARS), key=lambda value: value.key, reverse=True
    )
    assert (person.key, person.raw) == ("contact", "李四")
    assert (call.key, call.empty) == ("contact_tel", True)


def test_a_value_over_several_lines_is_joined_without_gaps():
    sheet = Sheet().table([["注册地址", "大连市沙河口区西安路\n250号17楼"]], widths=[250, 500])
    assert raws(sheet)["address"] == "大连市沙河口区西安路250号17楼"


def test_a_label_broken_over_two_lines_is_still_one_label():
    sheet = Sheet().table([["统一社会信用\n代码", "91210200716996405L"]])
    assert raws(sheet) == {"code": "91210200716996405L"}


def test_label_and_value_may_share_a_cell():
    sheet = Sheet().table([["企业名称：大连某某有限公司", "注册资本\n5000"]])
    assert raws(sheet) == {"name": "大连某某有限公司", "capital": "5000"}


def test_values_may_stand_under_a_row_of_labels():
    sheet = Sheet().table([["企业名称", "注册资本"], ["大连某某有限公司", "800"]])
    assert raws(sheet) == {"name": "大连某某有限公司", "capital": "800"}


def test_the_telephone_belongs_to_the_person_in_its_row():
    sheet = Sheet().table(
        [
            ["法定代表人", "张三", "电话", "0411-83686040", "手机", "18604041767"],
            ["联系人", "李四", "电话", "0411-83686041", "手机", "18604041768"],
        ],
        widths=[230, 200, 150, 300, 150, 300],
    )
    assert raws(sheet) == {
        "rep": "张三",
        "rep_tel": "0411-83686040",
        "rep_mobile": "18604041767",
        "contact": "李四",
        "contact_tel": "0411-83686041",
        "contact_mobile": "18604041768",
    }


def test_without_a_person_in_the_row_the_nearest_one_above_owns_the_telephone():
    sheet = Sheet().table(
        [["法定代表人", "张三"], ["电话", "0411-1"], ["联系人", "李四"], ["电话", "0411-2"]]
    )
    found = find(sheet)
    assert found["rep_tel"].raw == "0411-1"
    assert found["contact_tel"].raw == "0411-2"


def test_three_years_may_run_across():
    sheet = Sheet().table(
        [
            ["指标", "2018年", "2019年", "2020年"],
            ["营业收入（万元）", "100.5", "", "300"],
            ["职工总数", "10", "20", "30"],
        ]
    )
    assert raws(sheet) == {
        "revenue.2018": "100.5",
        "revenue.2019": "",
        "revenue.2020": "300",
        "staff.2018": "10",
        "staff.2019": "20",
        "staff.2020": "30",
    }
    assert find(sheet)["revenue.2020"].unit == "万元"


def test_three_years_may_run_down():
    sheet = Sheet().table(
        [
            ["年度", "营业收入", "职工总数"],
            ["2018年", "100", "10"],
            ["2019年", "200", "20"],
            ["2020年", "300", "30"],
        ]
    )
    assert raws(sheet)["revenue.2019"] == "200"
    assert raws(sheet)["staff.2020"] == "30"


def test_relative_years_count_back_from_the_forms_years():
    sheet = Sheet().table([["项目", "大前年", "前年", "上年"], ["营业收入", "1", "2", "3"]])
    assert raws(sheet) == {"revenue.2018": "1", "revenue.2019": "2", "revenue.2020": "3"}


def test_the_unit_over_a_table_is_taken_when_the_label_has_none():
    sheet = Sheet().write("单位：元", 1200, 255)
    sheet.table([["项目", "2019年", "2020年"], ["营业收入", "1000000", "2000000"]])
    assert find(sheet)["revenue.2020"].unit == "元"


def test_a_table_that_goes_on_over_the_page_keeps_its_years():
    first = Sheet().table([["项目", "2018年", "2019年", "2020年"], ["职工总数", "1", "2", "3"]])
    second = Sheet().table([["营业收入", "10", "20", "30"]], y=150)
    found = find(first, second)
    assert found["revenue.2019"].raw == "20"
    assert found["revenue.2019"].page == 1


def test_a_table_below_a_heading_whose_rules_were_not_seen_keeps_its_years_too():
    second = Sheet().table([["营业收入", "10", "20", "30"]], y=150)
    middles = [cell.box.centre[0] for cell in second.cells]
    first = Sheet()
    for text, x in zip(("指标", "2018年度", "2019年度", "2020年度"), middles, strict=True):
        first.write(text, round(x) - 50, 2000)
    found = find(first, second)
    assert [found[f"revenue.{year}"].raw for year in (2018, 2019, 2020)] == ["10", "20", "30"]
    astray = Sheet().write("2019年度", round(middles[1]) - 50, 2000)
    astray.write("2020年度", round(middles[1]) + 40, 2000)
    assert not any(key.startswith("revenue") for key in find(astray, second))


def test_ticks_seen_on_the_page_choose_the_options():
    sheet = Sheet().table([["企业规模", "大型 中型 小型企业 微型"]])
    for label, ticked in (("大型", False), ("中型", False), ("小型企业", True), ("微型", False)):
        sheet.tick(label, ticked, "大型 中型")
    assert raws(sheet) == {"size": "小型"}


def test_no_box_ticked_is_an_empty_answer_not_a_guess():
    sheet = Sheet().table([["企业规模", "□大型 □中型 □小型 □微型"]])
    assert raws(sheet) == {"size": ""}


def test_tick_glyphs_in_the_text_choose_options_too():
    sheet = Sheet().table([["申报类别", "☑专业化 □精细化 √特色化 □创新化"]])
    assert raws(sheet) == {"categories": "专业化;特色化"}


def test_brackets_are_boxes_too():
    sheet = Sheet().table([["申报类别", "（√）专业化 （ ）精细化 (√)特色化 （）创新化"]])
    assert raws(sheet) == {"categories": "专业化;特色化"}
    sheet = Sheet().table([["申报类别", "（ ）专业化 （ ）精细化 （　）特色化 （）创新化"]])
    empty = find(sheet)["categories"]
    assert empty.raw == ""
    assert empty.doubts  # a pen's tick is lost between brackets as it is in a box


def test_strokes_taken_for_boxes_do_not_shift_the_options():
    sheet = Sheet().table([["申报类别", "专业化精细化特色化创新化"]], widths=[250, 700])
    cell = sheet.cells[1].box
    for x, label, ticked in (
        (20, "专业化精", False),
        (140, "细", True),
        (192, "化", True),  # a stroke of a character
        (260, "特", True),
        (380, "化创新化", False),
    ):
        sheet.tick(label, ticked, "专业化精细化")
        box = Box(x0=cell.x0 + x, y0=cell.y0 + 14, x1=cell.x0 + x + 28, y1=cell.y0 + 42)
        sheet.ticks[-1] = sheet.ticks[-1].model_copy(update={"box": box})
    assert raws(sheet) == {"categories": "特色化;精细化"}


def test_an_option_whose_box_was_not_seen_may_be_ticked_and_is_doubted():
    sheet = Sheet().table([["企业规模", "大型 中型 小型 微型"]])
    for label, ticked in (("大型", True), ("中型", False), ("微型", False)):
        sheet.tick(label, ticked, "大型 中型")
    assert find(sheet)["size"].doubts


def test_a_tick_that_cannot_be_told_is_doubted():
    sheet = Sheet().table([["企业规模", "大型 中型 小型 微型"]])
    for label, ticked in (("大型", None), ("中型", True), ("小型", False), ("微型", False)):
        sheet.tick(label, ticked, "大型 中型")
    assert find(sheet)["size"].doubts


def test_values_on_a_cover_without_rules_stand_behind_colons():
    sheet = Sheet()
    sheet.write("企业名称（盖章）：", 300, 800).write("大连某某有限公司", 640, 800)
    sheet.write("申报日期：2021年6月1日", 300, 900)
    assert raws(sheet) == {"name": "大连某某有限公司", "date": "2021年6月1日"}


def test_a_speck_behind_a_colon_does_not_hide_the_value_further_right():
    sheet = Sheet().write("申报日期：.", 300, 900).write("2021-05-27", 660, 896)
    assert raws(sheet) == {"date": "2021-05-27"}


def test_an_empty_line_on_a_cover_does_not_take_the_next_labels_value():
    sheet = Sheet().write("企业名称：", 300, 800).write("申报日期：2021年6月1日", 300, 860)
    assert raws(sheet) == {"name": "", "date": "2021年6月1日"}


def test_several_pairs_may_share_one_line():
    sheet = Sheet().write("法定代表人：张三  电话：0411-83686040  手机：18604041767", 200, 500)
    assert raws(sheet) == {"rep": "张三", "rep_tel": "0411-83686040", "rep_mobile": "18604041767"}


def test_a_value_stops_where_the_next_column_of_print_begins():
    sheet = Sheet().write("申报单位：大连某某有限公司", 150, 300)
    sheet.write("2018年12月31日", 900, 300).write("单位：元", 1350, 300)
    assert raws(sheet)["name"] == "大连某某有限公司"


def test_the_date_under_an_opinion_is_parted_from_it():
    sheet = Sheet().table([["主管部门意见", "同意推荐。\n（盖章）\n2021年6月8日"]])
    assert raws(sheet) == {"opinion": "同意推荐。", "opinion_date": "2021年6月8日"}


def test_an_unfilled_date_under_an_opinion_is_empty():
    sheet = Sheet().table([["主管部门意见", "（盖章）\n年  月  日"]])
    assert raws(sheet) == {"opinion": "", "opinion_date": ""}


def test_a_date_cut_by_a_seal_is_doubted():
    sheet = Sheet().table([["主管部门意见", "同意。\n2021年6"]])
    assert find(sheet)["opinion_date"].doubts


def test_a_year_read_in_pieces_is_no_part_of_the_opinion():
    sheet = Sheet().table([["主管部门意见", "同意推荐。\n二一 年五月二十九日"]])
    found = find(sheet)
    assert found["opinion"].raw == "同意推荐。"
    assert found["opinion_date"].raw == "年五月二十九日"


def test_a_date_hidden_by_a_stamp_is_not_called_missing():
    sheet = Sheet().table([["主管部门意见", "同意推荐。\n"]], height=300)
    cell = sheet.cells[1].box
    sheet.seal(cell.centre[0], cell.centre[1], radius=120)
    value = find(sheet)["opinion_date"]
    assert value.empty
    assert value.doubts


def test_a_place_to_sign_is_no_field():
    sheet = Sheet().table([["法定代表人（签字）：", "张三"]])
    assert raws(sheet) == {}


def test_an_empty_place_under_handwriting_is_doubted():
    sheet = Sheet().table([["企业名称", ""]])
    cell = sheet.cells[1].box
    sheet.handwriting.append(Box(x0=cell.x0 + 20, y0=cell.y0 + 5, x1=cell.x0 + 200, y1=cell.y1 - 5))
    assert find(sheet)["name"].doubts


def test_a_false_rule_through_a_value_is_mended():
    sheet = Sheet().table(
        [["注册地址", "大连市西郊工业园区岭兴路10", "6号", ""]], widths=[200, 420, 200, 200]
    )
    left = sheet.lines[1].box
    right = sheet.lines[2]
    quad = (
        left.x1 + 3,
        left.y0,
        left.x1 + 50,
        left.y0,
        left.x1 + 50,
        left.y1,
        left.x1 + 3,
        left.y1,
    )
    sheet.lines[2] = right.model_copy(update={"quad": quad})
    value = find(sheet)["address"]
    assert value.raw == "大连市西郊工业园区岭兴路106号"
    assert value.read_confidence < 0.93  # the cut may have gone through a character


def one_wide_row(sheet: Sheet, texts: list[tuple[str, float]], y: float) -> None:
    """A row of a table whose inner rules were not seen: one cell with texts side by side."""
    sheet.table([[""]], y=y, height=60)
    cell = sheet.cells[-1]
    indices = []
    for text, x in texts:
        indices.append(len(sheet.lines))
        sheet.write(text, x, y + 15)
    sheet.cells[-1] = cell.model_copy(
        update={"table": 0, "row": len(sheet.cells) - 1, "lines": tuple(indices)}
    )


def test_years_are_found_in_a_table_whose_inner_rules_vanished():
    sheet = Sheet()
    one_wide_row(sheet, [("年度", 180), ("职工总数", 400), ("营业收入", 800)], 300)
    for number, year in enumerate(YEARS):
        row = [(f"{year}年", 170), (str(10 + number), 480), (f"{number + 1}00.50", 880)]
        one_wide_row(sheet, row, 360 + 60 * number)
    assert raws(sheet) == {
        "staff.2018": "10",
        "staff.2019": "11",
        "staff.2020": "12",
        "revenue.2018": "100.50",
        "revenue.2019": "200.50",
        "revenue.2020": "300.50",
    }


def test_figures_in_one_cell_under_several_years_go_to_the_nearest():
    sheet = Sheet().table(
        [["项目", "2018年", "2019年", "2020年"], ["营业收入", "", "", ""]],
        widths=[220, 260, 260, 260],
    )
    row = [cell for cell in sheet.cells if cell.row == 1]
    whole = Box.around([cell.box for cell in row[1:]])
    for number, cell in enumerate(row[1:]):
        sheet.write(f"{number + 1}00.50", cell.box.x0 + 90, cell.box.y0 + 14)
    lines = tuple(range(len(sheet.lines) - 3, len(sheet.lines)))
    merged = row[1].model_copy(update={"column_span": 3, "box": whole, "lines": lines})
    sheet.cells[:] = [cell for cell in sheet.cells if cell not in row[1:]] + [merged]
    found = raws(sheet)
    assert found == {"revenue.2018": "100.50", "revenue.2019": "200.50", "revenue.2020": "300.50"}


def test_labels_side_by_side_with_their_values_beneath_need_no_rules_between():
    sheet = Sheet().table([["联系人\n李四"]], height=130)
    for text, y in (("电话", 312), ("0411-83686041", 354)):
        sheet.write(text, 700, y)
    cell = sheet.cells[0]
    sheet.cells[0] = cell.model_copy(update={"lines": tuple(range(len(sheet.lines)))})
    assert raws(sheet) == {"contact": "李四", "contact_tel": "0411-83686041"}


def test_boxes_whose_rules_were_lost_are_told_apart_by_their_labels():
    sheet = Sheet().table([["企业名称\n大连某某有限公司"]], height=260)
    for text, x, y in (
        ("联系人", 150, 390),
        ("职工总数", 700, 390),
        ("李四", 150, 430),
        ("35", 700, 430),
    ):
        sheet.write(text, x, y)
    cell = sheet.cells[0]
    sheet.cells[0] = cell.model_copy(update={"lines": tuple(range(len(sheet.lines)))})
    found = raws(sheet)
    assert found["name"] == "大连某某有限公司"
    assert found["contact"] == "李四"


def test_signs_of_a_stamp_behind_a_whole_name_are_no_part_of_it():
    sheet = Sheet().table([["企业名称", "大连某某有限公司\n市大连"]])
    line = sheet.lines[-1].box
    sheet.seal(line.x0 + 40, line.y0 + 10, radius=150)
    assert raws(sheet) == {"name": "大连某某有限公司"}
    cut = Sheet().table([["企业名称", "大连某某有限公\n司大连"]])
    cut.seal(line.x0 + 40, line.y0 + 10, radius=150)
    assert raws(cut) == {"name": "大连某某有限公司大连"}


def test_an_empty_cell_with_ink_in_it_is_doubted():
    sheet = Sheet().table([["企业名称", ""]])
    sheet.cells[1] = sheet.cells[1].model_copy(update={"unread": 90})
    (value,) = find_fields([sheet.view()], SPECS, YEARS)
    assert value.empty
    assert value.doubts


def test_an_empty_sliver_beside_a_label_is_stepped_over():
    sheet = Sheet().table([["企业名称", "", "大连某某有限公司"]], widths=[220, 40, 600])
    assert raws(sheet) == {"name": "大连某某有限公司"}


def test_a_value_is_read_no_surer_than_its_worst_line():
    sheet = Sheet().write("企业名称：大连某某有限公司", 100, 100, confidence=0.55)
    assert find(sheet)["name"].read_confidence == pytest.approx(0.55)


_TEXTS = st.sampled_from(
    [
        "企业名称", "法定代表人", "电话", "手机", "联系人", "营业收入", "2019年",
        "2020年", "申报日期",
        "大连某某有限公司", "张三", "0411-83686040", "100.5", "", "□大型 ☑中型", "企业规模",
        "年 月 日",
        "主管部门意见", "同意推荐。", "企业名称：甲厂", "注册资本\n500",
    ]
)  # fmt: skip


@given(
    st.lists(st.lists(_TEXTS, min_size=3, max_size=3), min_size=1, max_size=6),
    st.lists(st.tuples(_TEXTS, st.integers(0, 3)), max_size=6),
)
def test_no_line_gives_the_same_words_to_two_fields(rows, loose):
    sheet = Sheet().table(rows)
    for number, (text, column) in enumerate(loose):
        sheet.write(text.replace("\n", ""), 100 + 380 * column, 1500 + 60 * number)
    view = sheet.view()
    best: dict[tuple[int, str], str] = {}
    for value in find_fields([view], SPECS, YEARS):
        assert 0 <= value.place_confidence <= 1
        assert all(0 <= line < len(view.lines) for line in value.lines)
        if not value.raw or value.rule in ("option-glyph", "tick"):
            continue
        for line in value.lines:
            text = view.lines[line].text
            if text.count(value.raw) == 1:
                owner = best.setdefault((line, value.raw), value.key)
                assert owner == value.key
