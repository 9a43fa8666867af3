import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.text.repair import layer_damage, repair_line


@pytest.mark.parametrize(
    ("damaged", "repaired"),
    [
        ("文件(⒛21)72号", "文件(2021)72号"),
        ("⒛犭 年辽宁省", "2021 年辽宁省"),
        ("手机:1860404176⒎", "手机:18604041767"),
        ("手机:158砼0671555", "手机:15840671555"),
        ("6月 ⒛ 日", "6月 20 日"),
        ("附件砼", "附件4"),
    ],
)
def test_numbers_that_a_scanner_spoiled_are_read_again(damaged, repaired):
    assert repair_line(damaged)[0] == repaired


def test_nfkc_alone_would_make_a_wrong_year_of_it():
    assert unicodedata.normalize("NFKC", "⒛21年") == "20.21年"
    assert repair_line("⒛21年")[0] == "2021年"


def test_concrete_is_a_word_and_stays():
    assert repair_line("大连某某商品砼有限公司")[0] == "大连某某商品砼有限公司"


def test_a_numbered_list_keeps_its_full_stop():
    assert repair_line("⒈自愿申报")[0] == "1.自愿申报"


def test_spaces_between_characters_go_and_those_beside_latin_stay():
    assert repair_line("合 的 方 式 word 版")[0] == "合的方式 word 版"


def test_every_change_is_logged_with_its_rule():
    _, repairs = repair_line("文件 (⒛21)72号")
    assert repairs[0].rule == "enclosed-number"
    assert repairs[0].before == "文件 (⒛21)72号"
    assert "2021" in repairs[0].after


@given(st.text(max_size=60))
def test_repairing_twice_changes_nothing_more(text):
    once, _ = repair_line(text)
    assert repair_line(once)[0] == once


@given(st.text(alphabet="大连市工业和信息化局商品砼有限公司", max_size=40))
def test_plain_chinese_is_left_alone(text):
    assert repair_line(text) == (text, ())


def test_a_damaged_layer_is_told_from_a_clean_one():
    clean = ["各区市县（先导区）中小企业主管部门：", "联系电话：0411-83686040", "2021年 6 月 4 日"]
    damaged = ["太连市工业和佶l氩 化局", "“", "(⒛21)72号 )", "是扌引导 中小亻业", "企Γ业 梯￡"]
    assert layer_damage(clean) < 0.02 < layer_damage(damaged)
