"""Marks on forms: tick boxes, signatures, stamps, and print that is hidden by them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from extractors.imaging.handwriting import find_handwriting
from extractors.imaging.orientation import orientation
from extractors.imaging.ruling import Ruling
from extractors.imaging.seals import find_seals, lift_seals, thin_seals
from extractors.imaging.ticks import find_ticks
from extractors.ocr.beneath_seals import is_of_the_ring
from extractors.ocr.engine import Reading, Region
from extractors.ocr.lines import read_lines, without_ornaments, without_parts, without_specks
from extractors.ocr.missed import read_missed, without_repeats
from extractors.page import Box, Cell, Line, Seal

Page = NDArray[np.uint8]


def paper(width: int = 1200, height: int = 900, tone: int = 250) -> Page:
    return np.full((height, width, 3), tone, np.uint8)


def line(text: str, x0: float, y0: float, x1: float, y1: float) -> Line:
    return Line(text=text, quad=(x0, y0, x1, y0, x1, y1, x0, y1), confidence=1.0, engine="test")


def box(page: Page, x: int, y: int, side: int = 24) -> None:
    cv2.rectangle(page, (x, y), (x + side, y + side), (40,) * 3, 2)


def words(page: Page, x: int, y: int, count: int) -> None:
    """Signs of many strokes, like print but without closed frames."""
    for i in range(count):
        left = x + 30 * i
        for k in range(5):
            cv2.line(page, (left, y + 2 + 6 * k), (left + 10 + 3 * k, y + 6 * k), (40,) * 3, 2)
        cv2.line(page, (left + 12, y), (left + 12, y + 26), (40,) * 3, 2)


def seen(page: Page, text: str, x1: float) -> list[tuple[str, bool | None]]:
    ticks = find_ticks(page, [line(text, 96, 294, x1, 332)])
    return [(tick.label, tick.ticked) for tick in ticks]


# --- ticks ----------------------------------------------------------------------------


def test_a_tick_that_only_crosses_a_side_counts() -> None:
    page = paper()
    box(page, 100, 300)
    stroke = np.array([[90, 300], [110, 317], [116, 285]], np.int32)
    cv2.polylines(page, [stroke], False, (30,) * 3, 1)
    words(page, 136, 300, 2)
    box(page, 240, 300)
    words(page, 276, 300, 2)
    assert seen(page, "□本人□委托", 340) == [("本人", True), ("委托", False)]


def test_a_speck_in_a_box_leaves_it_undecided() -> None:
    page = paper()
    box(page, 100, 300)
    cv2.rectangle(page, (109, 309), (113, 313), (40,) * 3, -1)
    words(page, 136, 300, 2)
    box(page, 240, 300)
    words(page, 276, 300, 2)
    assert seen(page, "□本人□委托", 340) == [("本人", None), ("委托", False)]


def test_a_frame_with_a_level_stroke_inside_is_a_character() -> None:
    page = paper()
    box(page, 100, 300)
    words(page, 136, 300, 2)
    box(page, 240, 300)
    cv2.line(page, (240, 312), (264, 312), (40,) * 3, 2)  # 日
    words(page, 276, 300, 1)
    assert [ticked for _, ticked in seen(page, "□本人日期", 310)] == [False]


def test_a_row_of_ticked_boxes_is_found_although_the_engine_read_none() -> None:
    page = paper()
    for i in range(3):
        left = 100 + 160 * i
        box(page, left, 300)
        tick = np.array([[left + 5, 311], [left + 10, 318], [left + 20, 304]], np.int32)
        cv2.polylines(page, [tick], False, (40,) * 3, 2)
        words(page, left + 36, 300, 2)
    assert seen(page, "专业精细创新", 520) == [("专业", True), ("精细", True), ("创新", True)]


def test_a_label_does_not_run_on_into_the_next_line_beside_it() -> None:
    page = paper()
    box(page, 100, 300)
    words(page, 136, 300, 1)
    box(page, 200, 300)
    words(page, 236, 300, 1)
    words(page, 290, 300, 3)
    lines = [line("□有□无", 96, 294, 266, 332), line("证件：", 285, 294, 385, 332)]
    assert [tick.label for tick in find_ticks(page, lines)] == ["有", "无"]


# --- which way is up ------------------------------------------------------------------


class Unmoved:
    """Finds every line the right way up."""

    def upside_down(self, crops: Sequence[NDArray[Any]]) -> tuple[float, ...]:
        return tuple(0.0 for _ in crops)


@pytest.mark.parametrize("quarters", [0, 1])
def test_a_page_of_few_words_is_set_upright(quarters: int) -> None:
    page = paper(1654, 2339)
    for row in range(5):
        words(page, 300, 400 + 100 * row, 7)
    turned = np.ascontiguousarray(np.rot90(page, k=quarters))
    assert orientation(turned, 200, Unmoved()).rotation == 90 * quarters


# --- seals and signatures -------------------------------------------------------------


RED = (40, 30, 205)


def stamp(page: Page, x: int, y: int, ink: float, colour: tuple[int, int, int] = RED) -> None:
    layer = page.copy()
    cv2.circle(layer, (x, y), 160, colour, 8)
    for angle in np.linspace(0.75 * np.pi, 2.25 * np.pi, 12):
        at = int(x + 125 * np.cos(angle)), int(y + 125 * np.sin(angle))
        cv2.rectangle(layer, (at[0] - 14, at[1] - 14), (at[0] + 14, at[1] + 14), colour, 4)
    cv2.addWeighted(layer, ink, page, 1 - ink, 0, page)


def sign(page: Page, x: int, y: int) -> None:
    strokes = [[0, 40], [40, 0], [60, 60], [110, 10], [140, 70], [200, 20]]
    points = np.array([[x + a, y + b] for a, b in strokes], np.int32)
    cv2.polylines(page, [points], False, (40, 35, 30), 4)


@pytest.mark.parametrize("ink", [0.4, 0.85])
def test_a_signature_under_a_red_stamp_is_seen_and_the_stamp_is_none(ink: float) -> None:
    page = paper()
    stamp(page, 500, 400, ink)
    seals = find_seals(page, colour=True)
    assert find_handwriting(page, [], Ruling(), seals, ()) == ()
    sign(page, 420, 360)
    (written,) = find_handwriting(page, [], Ruling(), seals, ())
    assert written.overlap(Box(x0=420, y0=360, x1=620, y1=430)) > 0.7 * 200 * 70


def test_a_signature_within_a_line_that_was_read_is_seen() -> None:
    page = paper()
    words(page, 100, 320, 8)
    printed = line("法定代表人签字", 96, 300, 340, 390)
    assert find_handwriting(page, [printed], Ruling(), (), ()) == ()
    sign(page, 360, 300)
    whole = line("法定代表人签字张三", 96, 295, 570, 380)
    (written,) = find_handwriting(page, [whole], Ruling(), (), ())
    assert written.x0 > 340


def test_a_grey_stamp_is_lifted_by_its_tone_and_print_stays() -> None:
    bare = paper()
    words(bare, 350, 385, 10)
    page = bare.copy()
    stamp(page, 500, 400, 0.6, (110, 110, 110))
    seal = Seal(x=500, y=400, radius=160, colour="dark", confidence=0.7)
    lifted = lift_seals(page, [seal])
    print_, plain = bare[..., 0] < 60, bare[..., 0] > 200
    around = np.zeros(plain.shape, bool)
    around[240:560, 340:660] = True
    assert lifted[around & plain].mean() > page[around & plain].mean() + 5
    assert lifted[around & plain].mean() > 235
    assert lifted[around & print_].mean() < 60
    far = np.abs(np.arange(page.shape[1]) - 500) > 180
    assert np.array_equal(lifted[:, far], page[:, far])


@pytest.mark.parametrize("ink", [0.4, 0.85])
def test_a_red_stamp_is_lifted_to_the_tone_of_paper_and_print_under_it_stays(ink: float) -> None:
    bare = paper()
    words(bare, 350, 385, 10)
    page = bare.copy()
    stamp(page, 500, 400, ink)
    seals = find_seals(page, colour=True)
    lifted = lift_seals(page, seals)[..., 0].astype(int)
    away = np.abs(lifted - bare[..., 2])[240:560, 340:660]
    assert np.percentile(away, 95) < 12


def test_a_worn_grey_stamp_over_close_print_is_found() -> None:
    page = paper()
    for y in range(270, 540, 45):
        words(page, 380, y, 8)
    stamp(page, 500, 400, 0.35, (110, 110, 110))
    (seal,) = find_seals(page, colour=False)
    assert abs(seal.x - 500) < 20 and abs(seal.y - 400) < 20


def test_close_print_alone_is_no_grey_stamp() -> None:
    page = paper()
    for y in range(60, 840, 32):
        words(page, 60, y, 36)
    assert find_seals(page, colour=False) == ()


def test_thinning_takes_the_broad_strokes_of_a_grey_stamp_and_no_print() -> None:
    bare = paper()
    words(bare, 350, 385, 10)
    page = bare.copy()
    stamp(page, 500, 400, 0.6, (110, 110, 110))
    cv2.circle(page, (500, 470), 25, (160, 160, 160), -1)
    thinned = thin_seals(page, [Seal(x=500, y=400, radius=160, colour="dark", confidence=0.7)])
    assert thinned[470, 500].min() > 235
    print_ = bare[..., 0] < 60
    assert thinned[print_].mean() < 70


def test_print_fainter_than_a_grey_stamp_is_not_lifted_with_it() -> None:
    bare = paper()
    words(bare, 350, 385, 10)
    bare[bare < 100] = 170
    page = bare.copy()
    stamp(page, 500, 400, 0.9, (110, 110, 110))
    lifted = lift_seals(page, [Seal(x=500, y=400, radius=160, colour="dark", confidence=0.7)])
    inside = np.zeros(page.shape[:2], bool)
    inside[380:420, 420:580] = True
    assert lifted[..., 0][inside & (bare[..., 0] == 170)].mean() < 200


def test_a_level_sign_of_a_grey_ring_is_of_the_stamp_and_print_at_its_place_is_not() -> None:
    page = paper()
    words(page, 100, 700, 20)
    stamp(page, 500, 400, 0.6, (110, 110, 110))
    seal = Seal(x=500, y=400, radius=160, colour="dark", confidence=0.7)
    quad = (484.0, 259.0, 516.0, 259.0, 516.0, 291.0, 484.0, 291.0)
    assert is_of_the_ring(page, "有", quad, seal)
    words(page, 486, 262, 1)
    assert not is_of_the_ring(page, "有", quad, seal)


def test_specks_of_a_shaded_cell_are_no_seal() -> None:
    page = paper(1200, 1200)
    rng = np.random.default_rng(1)
    page[200:700, 200:800] = rng.integers(150, 215, (500, 600, 1), dtype=np.uint8)
    assert find_seals(page, colour=False) == ()


# --- lines that were passed over ------------------------------------------------------


class Reader:
    """Reads every crop as the same text."""

    name, version = "reader", "1"

    def __init__(self, text: str, confidence: float = 0.95) -> None:
        self._reading = Reading(text, confidence)

    def detect(self, page: NDArray[Any]) -> tuple[Region, ...]:
        return ()

    def recognise(self, crops: Sequence[NDArray[Any]]) -> tuple[Reading, ...]:
        return tuple(self._reading for _ in crops)


PIECES = (Box(x0=100, y0=300, x1=250, y1=340), Box(x0=280, y0=305, x1=400, y1=338))


def test_pieces_of_one_row_are_read_as_one_line() -> None:
    (found,) = read_missed(paper(), Reader("法定代表人签字"), PIECES)
    assert found.text == "法定代表人签字"
    assert (found.box.x0, found.box.x1) == (95, 405)


def test_of_two_readings_of_one_place_the_surer_is_kept() -> None:
    doubtful = line("大连市碰山路1号", 100, 300, 500, 340)
    doubtful = doubtful.model_copy(update={"confidence": 0.6})
    surer = line("大连市砬山路1号", 98, 298, 505, 342)
    apart = line("邮编", 600, 300, 700, 340)
    assert without_repeats([doubtful, apart], [surer]) == [apart, surer]
    assert without_repeats([surer, apart], [doubtful]) == [surer, apart]
    assert without_repeats([apart], [doubtful]) == [apart, doubtful]


class Ringed(Reader):
    """Finds one level line and one that runs aslant along the ring of a stamp."""

    def detect(self, page: NDArray[Any]) -> tuple[Region, ...]:
        level = (300.0, 380.0, 640.0, 380.0, 640.0, 415.0, 300.0, 415.0)
        aslant = (570.0, 300.0, 640.0, 380.0, 610.0, 405.0, 540.0, 325.0)
        return Region(level, 0.9), Region(aslant, 0.9)


def test_signs_along_the_ring_of_a_stamp_are_no_line_of_the_page() -> None:
    page = paper()
    seal = Seal(x=500, y=400, radius=160, colour="red", confidence=0.9)
    (found,) = read_lines(page, Ringed("大连市工业和信息化局"), (), [seal])
    assert found.box.y0 == 380
    assert len(read_lines(page, Ringed("大连市工业和信息化局"))) == 2


class Sharper(Reader):
    """Sees half of a line, and all of it only on the smaller picture around a stamp."""

    def detect(self, page: NDArray[Any]) -> tuple[Region, ...]:
        if page.shape[1] == 1200:
            return (Region((300.0, 380.0, 480.0, 380.0, 480.0, 415.0, 300.0, 415.0), 0.9),)
        x, y = 500 - 2.6 * 160, 400 - 1.3 * 160
        line_ = np.array([300, 382, 640, 382, 640, 416, 300, 416]) - np.tile([x, y], 4)
        more = np.array([400, 470, 560, 470, 560, 500, 400, 500]) - np.tile([x, y], 4)
        return tuple(Region(tuple(quad.round().tolist()), 0.9) for quad in (line_, more))


def test_lines_under_a_grey_stamp_are_looked_for_twice_and_lengthened() -> None:
    page = paper()
    words(page, 100, 50, 30)
    grey = Seal(x=500, y=400, radius=160, colour="dark", confidence=0.7)
    found = read_lines(page, Sharper("大连市工业和信息化局"), (), [grey])
    assert [(line.box.x0, line.box.x1) for line in found] == [(300, 640), (400, 560)]
    red = grey.model_copy(update={"colour": "red"})
    (once,) = read_lines(page, Sharper("大连市工业和信息化局"), (), [red])
    assert (once.box.x0, once.box.x1) == (300, 480)


def test_the_end_of_a_line_that_was_detected_twice_is_kept_once() -> None:
    whole = line("大连金州颀源集团有限公司", 833, 1076, 1214, 1112)
    end = line("司", 1202, 1079, 1220, 1112)
    beside = line("司", 1224, 1079, 1250, 1112)
    assert without_parts([whole, end, beside]) == [whole, beside]


def test_dirt_read_as_a_single_small_character_is_no_line() -> None:
    words_ = line("查新单位", 241, 789, 391, 835)
    dirt = line("泰", 859, 1334, 878, 1354)
    sign_ = line("所", 447, 816, 487, 856)
    assert without_specks([words_, dirt, sign_]) == [words_, sign_]


def test_a_border_read_as_letters_is_no_text_and_a_letter_among_words_is() -> None:
    words_ = line("统一社会信用代码", 190, 268, 441, 307)
    below = line("国家企业信用信息公示系统", 190, 1476, 1720, 1503)
    border = line("XX", 2230, 1031, 2263, 1057)
    grade = line("A", 800, 700, 830, 740)
    page_number = line("1", 800, 2200, 815, 2230)
    loop = line("8", 2230, 1031, 2254, 1057)
    lonely = line("8", 800, 2200, 815, 2230)
    count = line("8", 1900, 700, 1915, 730)
    page = [words_, border, loop, grade, count, below, page_number, lonely]
    kept = without_ornaments(page, width=2339)
    assert kept == [words_, grade, count, below, page_number, lonely]
    rated = Cell(
        table=0,
        row=0,
        column=1,
        row_span=1,
        column_span=1,
        box=Box(x0=2100, y0=1000, x1=2300, y1=1090),
    )
    assert border in without_ornaments([words_, border, below], [rated])


@pytest.mark.parametrize("reader", [Reader("张三丰"), Reader("法定代表人签字", 0.5)])
def test_names_and_doubtful_readings_stay_handwriting(reader: Reader) -> None:
    assert read_missed(paper(), reader, PIECES) == ()
