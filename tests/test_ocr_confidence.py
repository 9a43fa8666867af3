"""What makes a line's confidence, and what is done to faint, tall and half-bracketed lines."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from extractors.ocr import recognition
from extractors.ocr.confidence import calibrated, kind_of
from extractors.ocr.crops import read_crops_of
from extractors.ocr.engine import Image, Reading, Region
from extractors.ocr.leftovers import overlooked
from extractors.ocr.lines import ink_levels, paired_brackets, read_lines
from extractors.page import Box, Cell

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
from calibration import Sample, fitted

QUAD = (100.0, 100.0, 300.0, 100.0, 300.0, 140.0, 100.0, 140.0)


class OneLine:
    """Sees one line of text, and reads only what lies wide."""

    name = version = "one line"

    def detect(self, page: Image) -> tuple[Region, ...]:
        return (Region(QUAD, 0.9),)

    def recognise(self, crops: Sequence[Image]) -> tuple[Reading, ...]:
        return tuple(
            Reading("联系方式", 0.99) if crop.shape[1] > crop.shape[0] else Reading("监", 0.1)
            for crop in crops
        )


def test_a_column_of_signs_is_read_lying_on_its_side() -> None:
    page = np.full((400, 400, 3), 255, dtype=np.uint8)
    column = (50.0, 50.0, 84.0, 50.0, 84.0, 170.0, 50.0, 170.0)
    assert read_crops_of(page, [column], OneLine())[0].text == "联系方式"


@pytest.mark.parametrize("tone", [0, 120, 185])
def test_a_detected_line_is_read_however_faint_its_print_is(tone: int) -> None:
    page = np.full((400, 400, 3), 215, dtype=np.uint8)
    cv2.putText(page, "FAINT", (110, 132), cv2.FONT_HERSHEY_SIMPLEX, 1, (tone, tone, tone), 3)
    assert [line.text for line in read_lines(page, OneLine())] == ["联系方式"]


@given(st.integers(0, 190))
def test_ink_begins_between_the_print_of_a_page_and_its_paper(tone: int) -> None:
    flat = np.full((200, 200), 255, dtype=np.uint8)
    flat[50:60, 20:180] = tone
    text, rule = ink_levels(flat)
    assert tone < text < rule < 255


def test_what_a_line_covers_is_not_read_again_in_the_cell_it_reaches_into() -> None:
    ink = np.zeros((300, 600), dtype=np.uint8)
    ink[110:130, 320:400] = 255
    cells = (
        Cell(
            table=0,
            row=0,
            column=0,
            row_span=1,
            column_span=1,
            box=Box(x0=50, y0=80, x1=300, y1=160),
        ),
        Cell(
            table=0,
            row=0,
            column=1,
            row_span=1,
            column_span=1,
            box=Box(x0=300, y0=80, x1=550, y1=160),
        ),
    )
    across = (90.0, 100.0, 410.0, 100.0, 410.0, 140.0, 90.0, 140.0)
    assert len(list(overlooked(ink, cells, ()))) == 1
    assert not list(overlooked(ink, cells, (across,)))


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("会审字〔2020]第731号", "会审字〔2020〕第731号"),
        ("会审字[2019]第380号", "会审字〔2019〕第380号"),
        ("大工信发〔2021〕8号", "大工信发〔2021〕8号"),
        ("见附件[2019]的说明", "见附件[2019]的说明"),
        ("尺寸[1200]第", "尺寸[1200]第"),
    ],
)
def test_the_year_of_a_document_number_stands_in_its_own_brackets(read: str, meant: str) -> None:
    assert paired_brackets(read) == meant


def _scores(*rows: tuple[float, ...]) -> NDArray[np.float32]:
    return np.array(rows, dtype=np.float32)


def test_the_weakest_place_counts_a_character_that_was_nearly_read() -> None:
    alphabet = ("甲", "乙", "丙")
    sure = _scores(
        (0, 9, 0, 0), (9, 0, 0, 0), (9, 0, 0, 0), (9, 0, 0, 0), (9, 0, 0, 0), (0, 0, 9, 0)
    )
    doubtful = sure.copy()
    doubtful[3] = (9, 0, 0, 8.9)
    one = recognition.decoded(sure, alphabet, True)
    other = recognition.decoded(doubtful, alphabet, True)
    assert one.text == other.text == "甲乙"
    assert one.weakest is not None
    assert other.weakest is not None
    assert one.weakest > 0.99
    assert 0.5 <= other.weakest < 0.55


def test_the_end_of_a_character_is_no_doubt() -> None:
    scores = _scores((0, 9, 0, 0), (9, 8.9, 0, 0), (9, 0, 0, 0))
    assert (recognition.decoded(scores, ("甲", "乙", "丙"), True).weakest or 0) > 0.99


def test_figures_and_chinese_text_are_calibrated_apart() -> None:
    assert kind_of("2021-03-24") == "figures"
    assert kind_of("2021年") == "text"


@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from(["字", "1"]))
def test_a_surer_reading_is_never_believed_less(one: float, other: float, text: str) -> None:
    low, high = sorted((one, other))
    assert calibrated(Reading(text, 0.9, low), "lean") <= calibrated(
        Reading(text, 0.9, high), "lean"
    )


def test_an_engine_that_was_never_measured_keeps_its_own_confidence() -> None:
    assert calibrated(Reading("字", 0.7, 0.2), "another") == 0.7
    assert calibrated(Reading("字", 0.7), "lean") == 0.7


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60))
def test_the_fitted_share_never_falls_and_never_reaches_certainty(
    seen: list[tuple[float, bool]],
) -> None:
    beliefs, shares = fitted([Sample("text", belief, right) for belief, right in seen])
    assert beliefs == sorted(beliefs)
    assert shares == sorted(shares)
    assert max(shares) < 1
