"""What a reader may have made of a text, and what it never would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractors.values.similarity import is_uncommon, may_be_read_as
from extractors.values.tidy import comparable

NAMES = st.text(alphabet="大连凇淞玮汽车电子有限公司叒木（）A1", min_size=1, max_size=12)


def test_a_rival_of_the_pixels_may_stand_in_place_of_what_was_read() -> None:
    rivals = [("淞", "凇松"), ("1", "l")]
    assert may_be_read_as("辽宁凇玮有限公司", "辽宁淞玮有限公司", rivals)
    assert may_be_read_as("Ti-6Al-4V", "Ti-6A1-4V", rivals)
    assert not may_be_read_as("辽宁崧玮有限公司", "辽宁淞玮有限公司", rivals)
    assert not may_be_read_as("辽宁凇玮有限公司", "辽宁淞玮有限公司", [])


def test_only_characters_outside_general_use_are_passed_over() -> None:
    assert may_be_read_as("叒木（大连）新材料", "木(大连)新材料", [])
    assert may_be_read_as("叒木（大连）新材料", "聂木(大连)新材料", [("聂", "叠")])
    assert not may_be_read_as("叒木（大连）新材料", "聂木(大连)新材料", [])
    assert not may_be_read_as("森木（大连）新材料", "木(大连)新材料", [])
    assert not may_be_read_as("木（大连）新材料", "叒木(大连)新材料", [])
    assert [is_uncommon(sign) for sign in "叒凇木A"] == [True, False, False, False]


@given(NAMES, st.data())
def test_any_text_may_be_read_with_rivals_in_its_place(text: str, data: st.DataObject) -> None:
    text = comparable(text)
    changed = "".join(data.draw(st.sampled_from([sign, "卜"])) for sign in text)
    rivals = [(read, sign) for read, sign in zip(changed, text, strict=True) if read != sign]
    assert may_be_read_as(text, changed, rivals)


@given(NAMES, NAMES)
def test_without_rivals_and_uncommon_characters_only_the_same_text_is_read(one, other) -> None:
    one, other = (comparable(text).replace("叒", "") for text in (one, other))
    assert may_be_read_as(one, other, []) == (one == other)
