"""Values are found in forms that set labels, people and years in less usual places."""

from __future__ import annotations

import pytest
from form_views import Sheet
from test_forms_fields import find, spec

from extractors.forms.fields import find_fields
from extractors.forms.years import year_within
from extractors.page import Box, Cell
from extractors.values.kinds import FieldKind


def test_a_table_of_people_gives_each_person_the_number_in_their_row():
    found = find(
        Sheet().table(
            [
                ["人员", "姓名", "电话", "手机"],
                ["法定代表人", "王海涛", "0411-86651234", "13904110000"],
                ["联系人", "李芳", "0411-86651235", "13904110001"],
            ]
        )
    )
    assert found["rep"].raw == "王海涛"
    assert found["contact"].raw == "李芳"
    assert (found["rep_tel"].raw, found["rep_mobile"].raw) == ("0411-86651234", "13904110000")
    assert (found["contact_tel"].raw, found["contact_mobile"].raw) == (
        "0411-86651235",
        "13904110001",
    )


def test_a_number_missing_in_a_table_of_people_is_nobody_elses():
    found = find(
        Sheet().table(
            [
                ["人员", "姓名", "电话"],
                ["法定代表人", "王海涛", ""],
                ["联系人", "李芳", "0411-86651235"],
            ]
        )
    )
    assert found["rep_tel"].raw == ""
    assert found["contact_tel"].raw == "0411-86651235"


def test_values_below_a_row_of_labels_without_rules_go_to_the_label_above_each():
    specs = [
        spec("inventions", FieldKind.INTEGER, "发明专利"),
        spec("models", FieldKind.INTEGER, "实用新型"),
        spec("designs", FieldKind.INTEGER, "外观设计"),
    ]
    sheet = Sheet()
    for label, value, x in (
        ("发明专利", "3", 200),
        ("实用新型", "12", 600),
        ("外观设计", "0", 1000),
    ):
        sheet.write(label, x, 400).write(value, x + 45, 440)
    found = {value.key: value.raw for value in find_fields((sheet.view(),), specs)}
    assert found == {"inventions": "3", "models": "12", "designs": "0"}


def test_a_value_set_in_the_middle_under_its_label_is_found():
    sheet = Sheet().write("企业名称", 770, 400).write("大连海科精密机械制造有限公司", 630, 445)
    assert find(sheet)["name"].raw == "大连海科精密机械制造有限公司"


def test_values_under_their_labels_are_believed_on_a_page_that_is_laid_out_so():
    pairs = (("企业名称", "大连海科有限公司"), ("住所", "大连市中山区"), ("法定代表人", "王海涛"))
    alone, several = Sheet(), Sheet()
    for number, (label, value) in enumerate(pairs):
        y = 400 + 140 * number
        several.write(label, 840 - 14 * len(label), y).write(value, 840 - 14 * len(value), y + 45)
    alone.write("住所", 770, 400).write("大连市中山区", 740, 445)
    assert find(alone)["address"].place_confidence < 0.85
    found = find(several)
    assert [found[key].raw for key in ("name", "address", "rep")] == [raw for _, raw in pairs]
    assert min(value.place_confidence for value in found.values() if value.raw) > 0.9


def test_labels_one_below_the_other_are_nobodys_values_for_certain():
    sheet = Sheet()
    for number, text in enumerate(
        ("企业名称", "组织形式类别", "住所", "邮编信息栏", "法定代表人", "职务与学历")
    ):
        sheet.write(text, 770, 400 + 60 * number)
    assert all(value.place_confidence < 0.88 for value in find(sheet).values() if value.raw)


def test_the_column_beside_is_not_the_value_of_a_label_that_has_none():
    sheet = Sheet().write("企业名称", 200, 400).write("大连海科公司", 420, 400)
    sheet.write("经营范围", 780, 460)
    for number, text in enumerate(("金属制品的制造；", "销售；货物进出口；", "技术进出口；")):
        sheet.write(text, 960, 460 + 32 * number)
    sheet.write("住所", 200, 508)
    address = find(sheet).get("address")
    assert address is None or not address.raw


def test_a_value_of_two_lines_stands_beside_the_middle_of_its_label():
    sheet = Sheet().write("1", 225, 578).write("企业名称", 409, 578).write("大连海科公司", 662, 578)
    sheet.write("大连市甘井子区中革工业园区凌秀路，", 662, 664)
    sheet.write("2", 225, 684).write("住所", 436, 684)
    sheet.write("138号3层。", 662, 704)
    sheet.write("检索工具：期刊数据库。", 244, 800)
    found = find(sheet)
    assert found["address"].raw == "大连市甘井子区中革工业园区凌秀路，138号3层。"
    assert found["address"].place_confidence > 0.9


def test_the_name_of_a_body_ends_where_a_sentence_begins():
    def agency(*below: str) -> str:
        sheet = Sheet().write("查新机构：大连某某科技信息研究所", 190, 400)
        for number, text in enumerate(below):
            sheet.write(text, 330, 432 + 32 * number)
        (value,) = find_fields([sheet.view()], [spec("agency", FieldKind.TEXT, "查新机构")], ())
        return value.raw

    whole = "大连某某科技信息研究所"
    assert agency("在检索范围内未见相同报道。") == whole
    assert agency("（特殊普通合伙）") == f"{whole}（特殊普通合伙）"
    assert agency("科技查新中心", "大连市财政局") == f"{whole}科技查新中心大连市财政局"


def test_running_text_goes_on_under_its_label_only_where_its_line_was_full():
    full = Sheet().write("住所：" + "辽宁省大连市甘井子区革镇堡街道中革工业园区" * 2, 190, 400)
    full.write("138号3层", 190, 440)
    assert find(full)["address"].raw.endswith("园区138号3层")
    short = Sheet().write("住所：大连市中山区解放路1号", 190, 400).write("备查", 190, 440)
    short.write("本页其余各行都一直写到纸的右边，因此上面那一行并没有写满。" * 2, 190, 900)
    assert find(short)["address"].raw == "大连市中山区解放路1号"


def test_a_heading_over_a_frame_labels_what_stands_in_it():
    sheet = Sheet().write("三、住所", 150, 250)
    sheet.table([["大连市中山区解放路1号"]], y=300)
    assert find(sheet)["address"].raw == "大连市中山区解放路1号"


def test_an_opinion_without_rules_is_parted_from_its_stamp_and_date():
    sheet = Sheet().write("主管部门意见：", 170, 400).write("同意推荐。", 220, 432)
    sheet.write("单位（公章）", 1200, 490).write("2021年6月8日", 1300, 525)
    found = find(sheet)
    assert found["opinion"].raw == "同意推荐。"
    assert found["opinion_date"].raw == "2021年6月8日"


def test_an_opinion_without_rules_that_nobody_filled_in_is_empty():
    sheet = Sheet().write("主管部门意见：", 170, 400)
    sheet.write("单位（公章）", 1200, 460).write("年 月 日", 1300, 495)
    found = find(sheet)
    assert found["opinion"].raw == ""
    assert found["opinion_date"].raw == ""


def test_a_table_of_years_without_rules_goes_on_over_the_page():
    first, second = Sheet(), Sheet()
    for text, x in (("指标", 200), ("2018年度", 800), ("2019年度", 1050), ("2020年度", 1300)):
        first.write(text, x, 2000)
    for text, x in (("营业收入", 170), ("1910.85", 860), ("2218.95", 1110), ("2316.04", 1360)):
        second.write(text, x, 220)
    found = find(first, second)
    assert [found[f"revenue.{year}"].raw for year in (2018, 2019, 2020)] == [
        "1910.85",
        "2218.95",
        "2316.04",
    ]


def test_a_paragraph_set_in_below_its_heading_is_read_to_its_end():
    sheet = Sheet().write("七、产品概述", 165, 300, size=40)
    # Full lines end at the edge of the print, the last one before it; then another heading.
    lines = (
        ("某某系统由本公司自主研发，" * 4)[:46],
        ("主要用于水处理装备，" * 5)[:48],
        "客户众多。",
    )
    for y, (x, text) in zip((380, 425, 470), zip((220, 165, 165), lines, strict=True), strict=True):
        sheet.write(text, x, y, size=28)
    sheet.write("八、申报单位承诺", 165, 600, size=40)
    sheet.write("第2页", 1400, 2220)
    (value,) = find_fields([sheet.view()], [spec("intro", FieldKind.TEXT, "产品概述")], ())
    assert value.raw == "".join(lines)


def test_a_label_with_its_colon_alone_in_a_cell_is_an_empty_value():
    found = find(Sheet().table([["住所：", "法定代表人：王海涛"]]))
    assert found["address"].raw == ""
    assert found["rep"].raw == "王海涛"


@pytest.mark.parametrize("label", ["注册资本：2000", "注册资本：2018", "注册资本(万元):2000"])
def test_a_number_behind_a_colon_is_a_value_and_no_year(label: str):
    assert year_within(label)[0] is None
    found = find(Sheet().table([[label, "联系人：李芳"]]))
    assert found["capital"].raw == label[-4:]


def _without_corners(sheet: Sheet) -> Sheet:
    """The table as seen where it has inner rules only: its corners are open."""
    rows = max(cell.row for cell in sheet.cells)
    columns = max(cell.column for cell in sheet.cells)
    corners = {(row, column) for row in (0, rows) for column in (0, columns)}
    sheet.cells = [cell for cell in sheet.cells if (cell.row, cell.column) not in corners]
    return sheet


def test_the_open_corners_of_a_table_without_a_frame_belong_to_it():
    sheet = Sheet().table(
        [
            ["经济指标", "2018年", "2019年", "2020年"],
            ["营业收入", "100", "200", "300"],
            ["职工总数", "10", "20", "30"],
        ]
    )
    found = find(_without_corners(sheet))
    assert [found[f"revenue.{year}"].raw for year in (2018, 2019, 2020)] == ["100", "200", "300"]
    assert [found[f"staff.{year}"].raw for year in (2018, 2019, 2020)] == ["10", "20", "30"]


def test_print_outside_a_table_is_not_drawn_into_it():
    sheet = Sheet().table([["甲", "乙", "丙"]] * 3, y=300)
    sheet.write("第1页", 1400, 2200).write("联系人：李芳", 160, 700)
    assert find(sheet)["contact"].raw == "李芳"


def test_a_whole_table_gains_no_cells():
    sheet = Sheet().table([["营业收入", "1", "2"], ["职工总数", "3", "4"], ["住所", "5", "6"]])
    before = sheet.view().cells
    assert all(isinstance(cell, Cell) and isinstance(cell.box, Box) for cell in before)
    from extractors.forms.layout import PageLayout

    assert PageLayout(sheet.view()).cells == before
