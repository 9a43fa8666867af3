"""Labels and values on forms that nobody described before."""

from __future__ import annotations

import pytest
from form_views import Sheet
from hypothesis import given
from hypothesis import strategies as st

from extractors.forms.pairs import find_pairs
from extractors.forms.words import is_template, label_odds


def pairs(sheet: Sheet) -> dict[str, str]:
    return {pair.label: pair.value for pair in find_pairs(sheet.view())}


def test_labels_and_values_alternate_in_a_ruled_row():
    sheet = Sheet().table(
        [["姓名", "王小明", "性别", "男"], ["出生日期", "1990.5.6", "民族", "满族"]]
    )
    assert pairs(sheet) == {
        "姓名": "王小明",
        "性别": "男",
        "出生日期": "1990.5.6",
        "民族": "满族",
    }


def test_an_empty_cell_stays_empty():
    sheet = Sheet().table(
        [["姓名", "", "联系电话", ""], ["家庭住址", ("大连市中山区鲁迅路1号", 3)]]
    )
    assert pairs(sheet) == {"姓名": "", "联系电话": "", "家庭住址": "大连市中山区鲁迅路1号"}


def test_a_currency_sign_alone_is_no_value():
    sheet = Sheet().table([["每月房租支出", "$"], ["金额", "¥"], ["填表日期", "年  月  日"]])
    assert set(pairs(sheet).values()) == {""}


def test_values_behind_colons_outside_of_tables():
    sheet = Sheet().write("姓名：王小明", 150, 300).write("电子邮箱：wxm@example.com", 150, 360)
    assert pairs(sheet) == {"姓名": "王小明", "电子邮箱": "wxm@example.com"}


def test_several_pairs_in_one_line_are_parted():
    sheet = Sheet().write("申请人：李四 联系电话：13800000000", 100, 200)
    assert pairs(sheet) == {"申请人": "李四", "联系电话": "13800000000"}


def test_a_label_with_a_part_of_its_own():
    sheet = Sheet().write("电话：家中：0411-82345678", 100, 300).write("工作：", 1200, 300)
    assert pairs(sheet) == {"电话(家中)": "0411-82345678", "电话(工作)": ""}


def test_a_time_of_day_is_no_label():
    sheet = Sheet().write("开会时间：10:30", 100, 300)
    assert pairs(sheet) == {"开会时间": "10:30"}


def test_a_value_may_stand_indented_under_its_label():
    sheet = Sheet().write("申请装修的房屋地址", 150, 400).write("甘井子区山东路3号", 260, 450)
    assert pairs(sheet) == {"申请装修的房屋地址": "甘井子区山东路3号"}


def test_a_title_is_not_the_value_of_anything():
    sheet = Sheet().write("困难补助申请表", 600, 150, size=44).write("仅限本市居民", 650, 220)
    assert pairs(sheet) == {}


def test_pairs_within_a_cell_and_ticks_behind_their_label():
    sheet = Sheet().table([["证件情况", ("护照号码：E1234567\n有效签证：有 无", 3)]])
    sheet.tick("有", True, "护照号码")
    line = sheet.lines[2].box
    box = sheet.ticks[0].box
    moved = box.model_copy(
        update={"x0": line.x0 + 150, "x1": line.x0 + 170, "y0": line.y0 + 4, "y1": line.y0 + 24}
    )
    sheet.ticks[0] = sheet.ticks[0].model_copy(update={"box": moved})
    found = pairs(sheet)
    assert found["护照号码"] == "E1234567"
    assert found["有效签证"] == "有"


def test_a_label_that_spans_rows_is_carried_to_the_values_beside_it():
    sheet = Sheet().table([["申请人姓名", "第一人", "第二人"], ["身高", "170", "180"]])
    assert pairs(sheet)["身高"] == "170"


def test_two_sections_may_repeat_their_labels():
    sheet = Sheet().table([["姓名", "甲某"]], y=300).table([["姓名", "乙某"]], y=1200)
    assert [(pair.label, pair.value) for pair in find_pairs(sheet.view())] == [
        ("姓名", "甲某"),
        ("姓名", "乙某"),
    ]


def test_a_value_under_its_label_may_end_like_a_label():
    text = "主要产品介绍\n本厂生产水泵，供化工行业使用，客户多为本市企业"
    assert pairs(Sheet().table([[text]])) == {
        "主要产品介绍": "本厂生产水泵，供化工行业使用，客户多为本市企业"
    }
    assert pairs(Sheet().table([["通讯地址\n青年大街7号甲3单位"]])) == {
        "通讯地址": "青年大街7号甲3单位"
    }


def test_a_label_that_wraps_is_no_pair():
    sheet = Sheet().table([["生产经营\n场所地址", "青年大街7号"]])
    assert pairs(sheet) == {"生产经营场所地址": "青年大街7号"}


def test_a_place_beside_several_rows_is_no_value_of_the_first():
    sheet = Sheet().table([["姓名", "甲某", ""], ["性别", "女"]])
    photo = sheet.cells[2]
    box = photo.box.model_copy(update={"y1": photo.box.y1 + 60})
    sheet.cells[2] = photo.model_copy(update={"row_span": 2, "box": box})
    assert [(pair.label, pair.value) for pair in find_pairs(sheet.view())] == [
        ("姓名", "甲某"),
        ("性别", "女"),
    ]


def test_a_tall_empty_place_is_the_value_of_a_label_that_has_no_other():
    sheet = Sheet().table([["姓名", "甲某", "负责人签字", ""], ["性别", ("女", 2)]])
    sheet.cells[3] = sheet.cells[3].model_copy(update={"row_span": 2})
    assert pairs(sheet)["负责人签字"] == ""


def test_labels_in_two_languages_are_labels():
    sheet = Sheet().table(
        [
            [
                "Person in charge of finance\n财务部门负责人",
                "周青",
                "Managing director\n企业负责人",
                "白朗",
            ]
        ]
    )
    assert list(pairs(sheet).values()) == ["周青", "白朗"]


def test_a_page_without_text_has_no_pairs():
    assert find_pairs(Sheet().view()) == ()


@pytest.mark.parametrize("text", ["____", "年  月  日", "$", "￥", "", "  ", "%"])
def test_templates_are_known_as_such(text):
    assert is_template(text)


@pytest.mark.parametrize("text", ["0", "无", "中国", "2021年6月1日"])
def test_zero_and_none_are_values(text):
    assert not is_template(text)


def test_labels_look_more_like_labels_than_values_do():
    labels = [
        "姓名",
        "出生日期",
        "家庭住址",
        "注册资本（万元）",
        "负责人签字",
        "许可证号",
        "开户账号",
    ]
    values = ["1990-01-01", "大连市西岗区黄河路1号", "13800000000", "大连某某有限公司", "a@b.cn"]
    values.append("铁西金桥建设公司")
    assert min(map(label_odds, labels)) > max(map(label_odds, values))


@given(st.lists(st.lists(st.text(max_size=12), min_size=2, max_size=5), min_size=1, max_size=5))
def test_any_table_gives_pairs_whose_lines_exist(rows):
    width = max(len(row) for row in rows)
    rows = [[*(text.replace("\n", "") for text in row), *[""] * (width - len(row))] for row in rows]
    view = Sheet().table(rows).view()
    for pair in find_pairs(view):
        assert 0 <= pair.confidence <= 1
        assert all(0 <= line < len(view.lines) for line in pair.lines)
        assert bool(pair.value) or not pair.lines
