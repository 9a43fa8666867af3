"""Boxes in text: signs or brackets, before their options or behind them."""

import pytest

from extractors.text.tick_signs import boxes_in


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("☑专业化 □精细化", {"专业化": True, "精细化": False}),
        (
            "（√）专业化    （ ）精细化（　）特色化",
            {"专业化": True, "精细化": False, "特色化": False},
        ),
        ("专业化（√） 精细化（ ）", {"专业化": True, "精细化": False}),
        ("是否上市：是（ ） 否（√）", {"是": False, "否": True}),
        ("企业性质：☑国有 □其他（ ）", {"国有": True, "其他": False, "": False}),
        ("□（国家）级 ☑省级", {"（国家）级": False, "省级": True}),
        ("(V)中型 ( )小型", {"中型": True, "小型": False}),
        ("大型（国有）企业", {}),
        ("", {}),
    ],
)
def test_each_box_goes_with_its_option(text, options):
    assert {place.label: place.ticked for place in boxes_in(text)} == options
