"""Names taken apart and compared: the four orders, places, twins."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from extractors.enterprises.compare import Enterprise, compare, compare_names
from extractors.enterprises.levels import weights
from extractors.enterprises.names import Order, comparison_key, is_legal_person, parse_name


@pytest.mark.parametrize(
    ("name", "places", "brand", "trade", "form"),
    [
        ("新源动力股份有限公司", [], "新源", "动力", "joint_stock"),
        (
            "德睿盛兴（大连）装配式建筑科技有限公司",
            ["大连市"],
            "德睿盛兴",
            "装配式建筑科技",
            "limited",
        ),
        (
            "大连长兴岛经济区北方船舶配套有限公司",
            ["大连市", "长兴岛经济区"],
            "北方",
            "船舶配套",
            "limited",
        ),
        ("瓦房店轴承集团有限责任公司", ["瓦房店市"], "瓦房店", "轴承", "limited"),
        ("大连市金州区宏达机械厂", ["大连市", "金州区"], "宏达", "机械", "plant"),
        ("庄河市海洋水产养殖专业合作社", ["庄河市"], "海洋", "水产养殖", "cooperative"),
        ("沈阳鼓风机集团股份有限公司", ["沈阳市"], "沈阳", "鼓风机", "joint_stock"),
        ("大连龙想催化化学股份有限公司", ["大连市"], "龙想", "催化化学", "joint_stock"),
        ("富乐马鸿凯(大连)医药有限公司", ["大连市"], "富乐马鸿凯", "医药", "limited"),
        ("中轻物产大连有限公司", ["大连市"], "中轻", "物产", "limited"),
        ("大连金普新区海鑫科技有限公司", ["金普新区"], "海鑫", "科技", "limited"),
        ("普兰店市宏达砼业有限公司", ["普兰店区"], "宏达", "砼业", "limited"),
        ("大连中山机械有限公司", ["大连市"], "中山", "机械", "limited"),
        ("长春堂药业有限公司", [], "长春堂", "药业", "limited"),
        ("大连创新能源有限公司", ["大连市"], "创新", "能源", "limited"),
    ],
)
def test_a_name_is_taken_apart(
    name: str, places: list[str], brand: str, trade: str, form: str
) -> None:
    parts = parse_name(name)
    assert [region.name for region in parts.regions] == places
    assert (parts.brand, parts.trade, parts.form) == (brand, trade, form)


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("大连海鑫化工有限公司", Order.FRONT),
        ("海鑫（大连）化工有限公司", Order.BRACKET_AFTER_BRAND),
        ("海鑫化工（大连）有限公司", Order.BRACKET_AFTER_TRADE),
        ("海鑫化工大连有限公司", Order.BEFORE_FORM),
        ("海鑫化工有限公司", Order.NONE),
    ],
)
def test_the_region_may_stand_in_four_places(name: str, order: Order) -> None:
    parts = parse_name(name)
    assert parts.order is order
    assert (parts.brand, parts.trade) == ("海鑫", "化工")


def test_a_branch_keeps_its_parent_and_is_no_legal_person() -> None:
    parts = parse_name("大连海鑫化工有限公司金州分公司")
    assert (parts.brand, parts.form, parts.branch) == ("海鑫", "limited", "金州分公司")
    assert not is_legal_person("branch")


def test_what_no_dictionary_knows_stays_whole() -> None:
    assert parse_name("大连砾甪彧翀有限公司").brand == "砾甪彧翀"


@given(st.text(max_size=30))
def test_any_text_is_taken_apart_and_keeps_its_name(text: str) -> None:
    parts = parse_name(text)
    assert parts.key == comparison_key(text)


def test_equal_forms_and_brackets_make_equal_names() -> None:
    pair = compare_names("海鑫（集团）有限责任公司", "海鑫集团有限公司")
    assert pair.level("name") == "same"
    assert compare_names("海鑫(大连)化工有限公司", "海鑫（大连）化工有限公司").name_decides


def test_careless_spelling_of_the_region_does_not_matter() -> None:
    assert compare_names("大连市海鑫化工有限公司", "大连海鑫化工有限公司").name_decides
    assert compare_names("太连海鑫化工有限公司", "大连海鑫化工有限公司").name_decides


@pytest.mark.parametrize(
    ("name", "twin"),
    [
        ("沈阳海鑫化工有限公司", "大连海鑫化工有限公司"),
        ("庄河海鑫化工有限公司", "大连庄河海鑫化工有限公司"),
        ("海鑫化工有限公司", "大连海鑫化工有限公司"),
        ("大连金达化工机械有限公司", "大连科达化工机械有限公司"),
        ("大连通泰管业有限公司", "大连畅通管业有限公司"),
        ("大连悔鑫化工有限公司", "大连海鑫化工有限公司"),
        ("大连新海鑫化工有限公司", "大连海鑫化工有限公司"),
        ("大连海鑫化学有限公司", "大连海鑫化工有限公司"),
        ("大连海鑫化工厂", "大连海鑫化工有限公司"),
        ("大连海鑫化工集团有限公司", "大连海鑫化工有限公司"),
        ("大连海鑫化工股份有限公司", "大连海鑫化工有限公司"),
        ("大连宏达机械总厂", "大连宏达机械厂"),
        ("大连海鑫化工有限公司金州分公司", "大连海鑫化工有限公司"),
        ("沈阳鼓风机集团股份有限公司", "大连鼓风机集团股份有限公司"),
    ],
)
def test_a_near_twin_is_not_the_enterprise(name: str, twin: str) -> None:
    assert not compare_names(name, twin).name_decides
    assert not compare_names(twin, name).name_decides


BRAND = "海鑫宏达瑞泰恒源华盛金科永兴东升立明远博"
WORDS = st.text(BRAND, min_size=2, max_size=3)
PLACES = st.sampled_from(["大连", "沈阳", "鞍山", "瓦房店", "庄河", "营口", "青岛", "北京"])
TRADES = st.sampled_from(["化工", "机械", "精密机械", "轴承", "水产", "软件", "环保科技", "阀门"])
FORMS = st.sampled_from(["有限公司", "股份有限公司", "厂"])
PHONE = frozenset({"18604041767"})


@given(PLACES, WORDS, WORDS, TRADES, FORMS)
def test_twins_by_trade_name_are_never_taken_for_one(
    place: str, brand: str, other: str, trade: str, form: str
) -> None:
    assume(brand != other)
    ours = Enterprise(parse_name(place + brand + trade + form), phones=PHONE)
    theirs = Enterprise(parse_name(place + other + trade + form), phones=PHONE)
    assume(ours.name.brand != ours.name.region and theirs.name.brand != theirs.name.region)
    assert not compare(ours, theirs).name_decides


@given(PLACES, PLACES, WORDS, TRADES, FORMS)
def test_twins_by_region_are_never_taken_for_one(
    place: str, other: str, brand: str, trade: str, form: str
) -> None:
    assume(place != other)
    ours = Enterprise(parse_name(place + brand + trade + form), phones=PHONE)
    theirs = Enterprise(parse_name(other + brand + trade + form), phones=PHONE)
    assert not compare(ours, theirs).name_decides


@pytest.mark.parametrize(
    ("short", "meant", "other"),
    [
        ("砾甪股份", "砾甪股份有限公司", "砾甪健康科技股份有限公司"),
        ("砾甪股份", "浙江砾甪股份有限公司", "上海砾甪科技股份有限公司"),
    ],
)
def test_a_short_name_that_leaves_out_less_is_ranked_before_one_that_leaves_out_more(
    short: str, meant: str, other: str
) -> None:
    assert compare_names(short, meant).bits > compare_names(short, other).bits


def test_what_a_short_name_leaves_out_is_not_held_against_it_as_in_a_whole_name() -> None:
    short = compare_names("砾甪化工", "大连砾甪化工有限公司")
    whole = compare_names("砾甪化工有限公司", "大连砾甪化工有限公司")
    assert (short.level("region"), whole.level("region")) == ("omitted", "absent")
    assert not short.name_decides


def test_the_reasons_add_up_to_the_score() -> None:
    pair = compare_names("大连海鑫化工有限公司", "沈阳海鑫化工有限公司")
    assert any(reason.startswith("字号 相同 +") for reason in pair.reasons)
    assert any(reason.startswith("区划 不同 −") for reason in pair.reasons)
    stated = sum(float(reason.split()[-1].replace("−", "-")) for reason in pair.reasons)
    assert stated + weights()["prior"] == pytest.approx(pair.bits, abs=0.5)
    assert 0 <= pair.score <= 100


def test_a_telephone_without_its_area_code_is_the_same() -> None:
    name = parse_name("大连海鑫化工有限公司")
    ours = Enterprise(name, phones=frozenset({"83686040"}))
    theirs = Enterprise(name, phones=frozenset({"0411-83686040"}))
    assert compare(ours, theirs).level("phone") == "same"
