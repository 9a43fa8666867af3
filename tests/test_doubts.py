"""What a reader is sure of and a person should look at all the same."""

from __future__ import annotations

import pytest

from extractors.forms.spec import FoundValue
from extractors.page import Box, TextSource
from extractors.values.kinds import FieldKind
from extractors.values.normalise import normalise
from pipeline.belief import Reading, judge
from pipeline.records import FieldState


def judged(
    kind: FieldKind,
    raw: str,
    *,
    source: TextSource = TextSource.OCR,
    seals: frozenset[str] = frozenset(),
    confirmations: int = 0,
) -> FieldState:
    found = FoundValue(
        key="key",
        raw=raw,
        page=0,
        box=Box(x0=0, y0=0, x1=100, y1=30),
        label_box=Box(x0=-100, y0=0, x1=0, y1=30),
        engine="fake",
        lines=(0,),
        read_confidence=0.999,
        place_confidence=1.0,
        rule="cell-right",
    )
    reading = Reading("key", kind, "v1", "纸质第1册", found, normalise(kind, raw), source)
    reading.under_seal = seals
    reading.confirmations = confirmations
    return judge(reading).state


@pytest.mark.parametrize("raw", ["2021/5", "2021.05", "2021-5"])
def test_a_date_that_ends_with_its_month_is_doubted_however_surely_it_was_read(raw: str) -> None:
    assert judged(FieldKind.DATE, raw) is FieldState.REVIEW
    assert judged(FieldKind.DATE, f"{raw}{raw[4]}24") is FieldState.ACCEPTED


def test_a_month_that_is_written_as_one_is_believed_where_no_stamp_may_hide_the_day() -> None:
    assert judged(FieldKind.DATE, "2021年5月") is FieldState.ACCEPTED
    stamped = frozenset({"red"})
    assert judged(FieldKind.DATE, "2021年5月", seals=stamped, confirmations=1) is FieldState.REVIEW


@pytest.mark.parametrize(
    "raw", ["压叶轮（Ti-6A1-4V）的设计", "压叶轮（Ti-6Al-4V）的设计", "38120Q04366RlM"]
)
def test_a_letter_that_may_be_a_figure_is_doubted_unless_nothing_was_read(raw: str) -> None:
    assert judged(FieldKind.TEXT, raw) is FieldState.REVIEW
    assert judged(FieldKind.TEXT, raw, source=TextSource.WORD) is FieldState.ACCEPTED


@pytest.mark.parametrize(
    "raw", ["A12型数控机床", "Allegro软件", "HX-100泵", "C1a级", "管理软件V1.0", "38120Q04366R1M"]
)
def test_other_letters_and_figures_are_not(raw: str) -> None:
    assert judged(FieldKind.TEXT, raw) is FieldState.ACCEPTED


def test_one_figure_before_a_sentence_is_a_speck_or_a_stamps_until_somebody_has_looked() -> None:
    assert judged(FieldKind.TEXT, "6材料齐全，同意上报。") is FieldState.REVIEW
    assert judged(FieldKind.TEXT, "2021年投产，运行良好。") is FieldState.ACCEPTED
    for text in ("5轴联动加工中心", "6自由度机器人", "3号楼201室"):
        assert judged(FieldKind.TEXT, text) is FieldState.ACCEPTED


def test_an_office_whose_last_sign_may_be_another_is_looked_at() -> None:
    assert judged(FieldKind.TEXT, "大连市市场监督管司") is FieldState.REVIEW
    assert judged(FieldKind.TEXT, "大连市市场监督管理局") is FieldState.ACCEPTED
    assert judged(FieldKind.TEXT, "大连某某检测有限公司") is FieldState.ACCEPTED


@pytest.mark.parametrize(
    ("colour", "raw", "state"),
    [
        ("red", "2021-06-21", FieldState.ACCEPTED),
        ("red", "2021年6月1日", FieldState.ACCEPTED),
        ("dark", "2021年06月01日", FieldState.ACCEPTED),
        ("dark", "二〇二一年六月十一日", FieldState.ACCEPTED),
        ("dark", "2021年6月1日", FieldState.REVIEW),  # of 11 or 21 the stamp may hide a figure
        ("dark", "2021-06-1", FieldState.REVIEW),
    ],
)
def test_a_dark_stamp_may_hide_one_of_the_two_figures_of_a_day(
    colour: str, raw: str, state: FieldState
) -> None:
    assert judged(FieldKind.DATE, raw, seals=frozenset({colour})) is state
