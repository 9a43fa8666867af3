"""What is measured on a page: rules and cells, skew, blank sheets, seals, ticks."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from extractors.imaging.filling import fill_cells, joined_text, with_unread_ink
from extractors.imaging.handwriting import find_handwriting
from extractors.imaging.ink import ink_mask
from extractors.imaging.quality import blankness, has_colour, taken_in_colour
from extractors.imaging.ruling import Ruling, find_ruling
from extractors.imaging.seals import find_seals, lift_seals
from extractors.imaging.skew import skew_angle
from extractors.imaging.ticks import find_ticks
from extractors.ocr.growing import grown
from extractors.ocr.leftovers import overlooked
from extractors.ocr.lines import cut_at_cells, join_spread, reading_order
from extractors.page import Box, Cell, Line

Page = NDArray[np.uint8]


def paper(width: int = 1200, height: int = 900, tone: int = 250) -> Page:
    return np.full((height, width, 3), tone, np.uint8)


def rule(page: Page, x0: int, y0: int, x1: int, y1: int, tone: int = 40, width: int = 2) -> None:
    cv2.line(page, (x0, y0), (x1, y1), (tone,) * 3, width)


def table(page: Page, xs: list[int], ys: list[int]) -> None:
    for x in xs:
        rule(page, x, ys[0], x, ys[-1])
    for y in ys:
        rule(page, xs[0], y, xs[-1], y)


def line(text: str, x0: float, y0: float, x1: float, y1: float) -> Line:
    return Line(text=text, quad=(x0, y0, x1, y0, x1, y1, x0, y1), confidence=1.0, engine="test")


def shape(page: Page) -> list[tuple[int, int, int, int]]:
    cells = find_ruling(page).cells
    return [(cell.row, cell.column, cell.row_span, cell.column_span) for cell in cells]


# --- rules and cells ------------------------------------------------------------------


def test_a_plain_table_has_its_cells() -> None:
    page = paper()
    table(page, [100, 400, 700, 1000], [100, 200, 300])
    assert shape(page) == [(r, c, 1, 1) for r in range(2) for c in range(3)]


def test_cells_that_no_rule_divides_are_one() -> None:
    page = paper()
    table(page, [100, 1000], [100, 200, 300])
    rule(page, 400, 200, 400, 300)
    assert shape(page) == [(0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 1)]


def test_the_stroke_of_a_figure_beneath_a_rule_is_not_its_continuation() -> None:
    page = paper()
    table(page, [100, 1000], [100, 260, 360])
    rule(page, 400, 100, 400, 260)
    cv2.rectangle(page, (399, 290), (402, 319), (40,) * 3, -1)  # the back of a 3 …
    for x in range(345, 455, 14):  # … in a date whose feet stand in a row
        cv2.rectangle(page, (x, 316), (x + 9, 319), (40,) * 3, -1)
    assert shape(page) == [(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 2)]


def test_gaps_in_rules_are_mended() -> None:
    page = paper()
    table(page, [100, 550, 1000], [100, 200, 300, 400])
    for x, y in ((250, 200), (700, 300), (550, 250), (100, 350)):
        cv2.rectangle(page, (x - 12, y - 12), (x + 12, y + 12), (250,) * 3, -1)
    assert len(shape(page)) == 6


def test_a_double_rule_is_one_line_of_the_grid() -> None:
    page = paper()
    table(page, [100, 550, 1000], [100, 200, 300])
    table(page, [93, 1007], [93, 307])
    assert shape(page) == [(r, c, 1, 1) for r in range(2) for c in range(2)]


def test_a_table_without_an_outer_frame_is_closed() -> None:
    page = paper()
    for y in (100, 200, 300, 400):
        rule(page, 100, y, 1000, y)
    rule(page, 550, 100, 550, 400)
    assert len(shape(page)) == 6


def test_bent_and_faint_rules_are_found() -> None:
    page = paper()
    for y in (100, 200, 300):
        bent = np.array([[x, y + round(5 * np.sin((x - 100) / 286))] for x in range(100, 1001, 10)])
        cv2.polylines(page, [bent.astype(np.int32)], False, (185,) * 3, 2)
    for x in (100, 550, 1000):
        rule(page, x, 98, x, 304, tone=185)
    assert len(shape(page)) == 4


def test_dashed_rules_that_numbers_come_up_to_divide_cells() -> None:
    page = paper()
    table(page, [100, 1000], [100, 170, 240, 310])
    for x in (400, 700):
        for y in range(100, 310, 9):
            rule(page, x, y, x, min(y + 5, 310))
        for y in (148, 218, 288):
            cv2.putText(page, "4054.04", (x - 127, y), 0, 1, (40,) * 3, 2, cv2.LINE_AA)
    assert shape(page) == [(r, c, 1, 1) for r in range(3) for c in range(3)]


def test_the_feet_of_a_row_of_figures_are_no_dashed_rule() -> None:
    page = paper()
    table(page, [100, 550, 1000], [100, 200, 300])
    for x in (120, 570):
        for y in (160, 260):
            cv2.putText(page, "22,149.67 22,149.67", (x, y), 0, 1, (40,) * 3, 2, cv2.LINE_AA)
    assert shape(page) == [(r, c, 1, 1) for r in range(2) for c in range(2)]


def test_two_tables_are_told_apart_and_numbered_from_the_top() -> None:
    page = paper()
    table(page, [100, 1000], [600, 700, 800])
    table(page, [100, 1000], [100, 200])
    assert [cell.table for cell in find_ruling(page).cells] == [0, 1, 1]


def test_an_underline_is_no_table() -> None:
    page = paper()
    for y in (200, 300, 400):
        rule(page, 300, y, 900, y)
    assert find_ruling(page).cells == ()


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (40, 40)])
def test_a_scrap_of_paper_has_no_cells(size: tuple[int, int]) -> None:
    assert find_ruling(paper(*size)).cells == ()


# --- cells and lines ------------------------------------------------------------------


def test_a_detected_line_is_cut_where_a_cell_ends() -> None:
    page = paper()
    table(page, [100, 400, 1000], [100, 200])
    cells = find_ruling(page).cells
    parts = list(cut_at_cells((150, 130, 700, 130, 700, 170, 150, 170), cells, page[..., 0] < 200))
    assert [(round(part[0]), round(part[2])) for part in parts] == [(150, 397), (403, 700)]


def test_a_stroke_of_a_character_is_no_rule_to_cut_at() -> None:
    page = paper()
    rule(page, 400, 130, 400, 170)  # as tall as the line itself
    beside = [find_cell(0, 400), find_cell(400, 1200)]
    quad = (150, 130, 700, 130, 700, 170, 150, 170)
    assert list(cut_at_cells(quad, beside, page[..., 0] < 200)) == [quad]


def test_lines_go_into_the_cells_they_stand_in() -> None:
    page = paper()
    table(page, [100, 400, 1000], [100, 200])
    lines = [line("企业", 120, 110, 200, 140), line("名称", 120, 150, 200, 180)]
    lines.append(line("大连某某有限公司", 420, 130, 700, 160))
    filled = fill_cells(find_ruling(page).cells, lines)
    assert [cell.text for cell in filled] == ["企业名称", "大连某某有限公司"]
    assert [cell.lines for cell in filled] == [(0, 1), (2,)]


def test_a_lone_figure_that_was_not_detected_is_found_in_its_cell() -> None:
    page = paper()
    table(page, [100, 400, 700], [100, 180, 260])
    cv2.putText(page, "9", (376, 150), 0, 0.9, (40,) * 3, 2, cv2.LINE_AA)
    cells = find_ruling(page).cells
    ink = (page[..., 0] < 170).astype(np.uint8)
    (quad,) = overlooked(ink, cells, [(420, 210, 600, 210, 600, 240, 420, 240)])
    assert 366 <= quad[0] <= 378
    assert 385 <= quad[2] <= 400
    assert not list(overlooked(ink, cells, [quad]))


def test_a_line_grows_to_the_signs_beside_it_but_not_over_rules_or_other_lines() -> None:
    page = paper()
    table(page, [100, 500, 900], [100, 200])
    cv2.putText(page, "2021 05 28", (150, 160), 0, 0.9, (40,) * 3, 2, cv2.LINE_AA)
    cv2.putText(page, "7", (520, 160), 0, 0.9, (40,) * 3, 2, cv2.LINE_AA)
    ink = (page[..., 0] < 170).astype(np.uint8)
    columns = np.flatnonzero(ink[130:170, 110:490].any(axis=0)) + 110
    middle = (220, 132, 260, 132, 260, 168, 220, 168)
    (quad,) = grown(ink, find_ruling(page).cells, [middle])
    assert columns[0] - 4 <= quad[0] <= columns[0]
    assert columns[-1] <= quad[2] <= columns[-1] + 4
    other = (290, 132, 320, 132, 320, 168, 290, 168)
    first, second = grown(ink, find_ruling(page).cells, [middle, other])
    assert first[2] <= second[0] + 1


def test_a_thin_sign_at_the_front_of_a_line_is_taken_in_below_another_line() -> None:
    page = paper()
    cv2.putText(page, "HHH", (150, 122), 0, 0.9, (40,) * 3, 2, cv2.LINE_AA)
    cv2.rectangle(page, (150, 146), (176, 149), (40,) * 3, -1)
    cv2.putText(page, "28 05", (190, 160), 0, 0.9, (40,) * 3, 2, cv2.LINE_AA)
    ink = (page[..., 0] < 170).astype(np.uint8)
    (quad,) = grown(ink, (), [(184.0, 126.0, 290.0, 126.0, 290.0, 166.0, 184.0, 166.0)])
    assert quad[0] <= 150


def test_what_a_crooked_rule_leaves_at_the_side_of_a_cell_is_no_figure() -> None:
    page = paper()
    table(page, [100, 500], [100, 200])
    rule(page, 493, 104, 495, 122)
    cells = find_ruling(page).cells
    ink = (page[..., 0] < 170).astype(np.uint8)
    assert not list(overlooked(ink, cells, [(300, 140, 480, 140, 480, 170, 300, 170)]))


def test_a_figure_beneath_its_label_is_found_and_a_box_beside_a_line_is_not() -> None:
    page = paper()
    table(page, [100, 500], [100, 200, 300])
    cv2.putText(page, "1", (120, 180), 0, 0.9, (40,) * 3, 2, cv2.LINE_AA)
    cv2.rectangle(page, (120, 238), (142, 260), (40,) * 3, 2)
    labels = [(110, 110, 300, 110, 300, 140, 110, 140), (150, 235, 300, 235, 300, 262, 150, 262)]
    ink = (page[..., 0] < 170).astype(np.uint8)
    (quad,) = overlooked(ink, find_ruling(page).cells, labels)
    assert 150 < quad[1] < quad[5] < 190


def test_ink_that_no_line_accounts_for_is_counted_in_its_cell() -> None:
    page = paper()
    table(page, [100, 400, 700], [100, 180, 260])
    cv2.putText(page, "9 7", (200, 150), 0, 0.9, (40,) * 3, 2, cv2.LINE_AA)
    cells, ink = find_ruling(page).cells, ink_mask(page[..., 0], 200)
    unread = [cell.unread for cell in with_unread_ink(cells, (), ink)]
    assert unread[0] > 40
    assert unread[1:] == [0, 0, 0]
    read = with_unread_ink(cells, (line("9 7", 195, 125, 260, 155),), ink)
    assert [cell.unread for cell in read] == [0, 0, 0, 0]


def test_texts_side_by_side_are_set_apart() -> None:
    assert joined_text([line("电话", 0, 0, 50, 20), line("0411", 90, 0, 140, 20)]) == "电话 0411"


@given(st.permutations(range(6)))
def test_reading_order_does_not_depend_on_the_order_of_detection(order: list[int]) -> None:
    lines = [
        line(str(i), (i % 2) * 300, (i // 2) * 50, (i % 2) * 300 + 200, (i // 2) * 50 + 30)
        for i in range(6)
    ]
    assert [each.text for each in reading_order([lines[i] for i in order])] == list("012345")


@settings(deadline=None)
@given(
    st.floats(0, 500),
    st.floats(0, 500),
    st.floats(10, 600),
    st.lists(st.integers(0, 1100), max_size=5),
)
def test_cutting_never_reaches_outside_the_line(
    x: float, y: float, width: float, sides: list[int]
) -> None:
    page_cells = []
    edges = sorted({0, 1200, *sides})
    for left, right in pairwise(edges):
        page_cells.append(find_cell(left, right))
    quad = (x, y, x + width, y, x + width, y + 30, x, y + 30)
    everywhere = np.ones((1200, 1200), dtype=bool)
    for part in cut_at_cells(quad, page_cells, everywhere):
        assert x - 1e-6 <= part[0] < part[2] <= x + width + 1e-6


def find_cell(left: float, right: float) -> Cell:
    return Cell(
        table=0,
        row=0,
        column=0,
        row_span=1,
        column_span=1,
        box=Box(x0=left, y0=0, x1=right, y1=1000),
    )


def test_signs_set_far_apart_are_one_word() -> None:
    words_apart = [line("名", 100, 100, 140, 140), line("称", 240, 102, 280, 141)]
    assert [each.text for each in join_spread(words_apart)] == ["名称"]


def test_signs_in_neighbouring_cells_stay_apart() -> None:
    cells = [find_cell(90, 190), find_cell(190, 400)]
    signs = [line("男", 100, 100, 140, 140), line("汉", 220, 100, 260, 140)]
    assert len(join_spread(signs, cells)) == 2


def test_numbers_side_by_side_are_not_joined() -> None:
    figures = [line("1", 100, 100, 120, 140), line("2", 160, 100, 180, 140)]
    assert len(join_spread(figures)) == 2


# --- skew -----------------------------------------------------------------------------


@pytest.mark.parametrize("angle", [-4.0, -1.3, -0.3, 0.0, 0.4, 2.1, 5.0])
def test_skew_is_measured_within_a_fifth_of_a_degree(angle: float) -> None:
    page = np.full((1170, 827), 255, np.uint8)
    rng = np.random.default_rng(1)
    for y in range(120, 1050, 32):
        for x in range(100, int(rng.integers(300, 720)), 17):
            page[y : y + 13, x : x + 12][rng.random((13, 12)) < 0.5] = 0
    turn = cv2.getRotationMatrix2D((413, 585), -angle, 1.0)
    turned = cv2.warpAffine(page, turn, (827, 1170), borderValue=(255,))
    assert skew_angle(ink_mask(turned, 100)) == pytest.approx(angle, abs=0.2)


def test_an_empty_page_has_no_skew() -> None:
    assert skew_angle(np.zeros((1170, 827), np.uint8)) == 0.0


# --- blank sheets ---------------------------------------------------------------------


def sheet() -> Page:
    rng = np.random.default_rng(2)
    return np.clip(rng.normal(246, 2, (1170, 827)), 0, 255).astype(np.uint8)


def test_an_empty_sheet_is_blank() -> None:
    assert blankness(sheet())[0]


def test_holes_specks_and_print_shining_through_leave_a_sheet_blank() -> None:
    back = sheet()
    for y in (430, 740):
        cv2.circle(back, (38, y), 11, (60,), -1)
    for x, y in ((300, 500), (600, 200)):
        back[y : y + 2, x : x + 2] = 90
    cv2.putText(back, "shining through", (200, 600), 0, 1.2, (236,), 2)
    assert blankness(back)[0]


def test_a_small_punched_hole_well_inside_the_edge_leaves_a_sheet_blank() -> None:
    back = sheet()
    cv2.circle(back, (99, 447), 6, (110,), -1)
    assert blankness(back)[0]


def test_a_ring_or_a_figure_beside_the_edge_does_not() -> None:
    for text in ("0", "8", "6"):
        page = sheet()
        cv2.putText(page, text, (80, 600), 0, 0.7, (60,), 2)
        assert not blankness(page)[0], text


def test_a_page_with_one_faint_line_is_not_blank() -> None:
    page = sheet()
    cv2.putText(page, "note", (380, 560), 0, 0.6, (165,), 1)
    assert not blankness(page)[0]


def test_ink_is_seen_on_a_page_that_a_scanner_left_very_faint() -> None:
    page = sheet()
    for y in range(100, 1100, 30):
        cv2.putText(page, "audit report of the year", (100, y), 0, 0.7, (205,), 2)
    assert (ink_mask(page, 100) > 0).mean() > 0.01


def test_a_page_that_is_nearly_gone_is_never_surely_blank() -> None:
    page = sheet()
    for y in range(300, 600, 40):
        cv2.putText(page, "information system", (200, y), 0, 0.7, (226,), 2)
    blank, sure = blankness(page)
    assert not blank or sure < 0.9


def test_a_page_with_a_single_rule_is_not_blank() -> None:
    page = sheet()
    cv2.line(page, (200, 500), (600, 500), (120,), 1)
    assert not blankness(page)[0]


def test_a_grey_scan_has_no_colour_and_a_yellowish_one_has() -> None:
    grey = np.full((300, 300, 3), 230, np.uint8)
    yellowish = np.full((300, 300, 3), (225, 233, 236), np.uint8)
    assert (has_colour(grey), taken_in_colour(grey)) == (False, False)
    assert (has_colour(yellowish), taken_in_colour(yellowish)) == (True, True)
    grey[::9, ::9] = (230, 230, 228)  # black print in a colour scan: next to none
    assert (has_colour(grey), taken_in_colour(grey)) == (False, True)


# --- seals ----------------------------------------------------------------------------


def stamped(ink: float = 0.7) -> Page:
    page = paper(1000, 900)
    layer = page.copy()
    red = (40, 30, 205)
    cv2.circle(layer, (500, 400), 160, red, 8)
    for angle in np.linspace(0.75 * np.pi, 2.25 * np.pi, 12):
        x, y = 500 + 125 * np.cos(angle), 400 + 125 * np.sin(angle)
        cv2.rectangle(layer, (int(x) - 14, int(y) - 14), (int(x) + 14, int(y) + 14), red, 4)
    return np.asarray(cv2.addWeighted(layer, ink, page, 1 - ink, 0), dtype=np.uint8)


@pytest.mark.parametrize("ink", [0.35, 0.6, 0.9])
def test_a_red_seal_is_found_with_its_centre_and_radius(ink: float) -> None:
    (seal,) = find_seals(stamped(ink), colour=True)
    assert (seal.x, seal.y, seal.radius) == pytest.approx((500, 400, 160), abs=10)
    assert seal.colour == "red"


def test_red_text_and_a_red_frame_are_no_seals() -> None:
    page = paper()
    for y in range(100, 500, 60):
        cv2.putText(page, "RED HEAD LETTER", (100, y), 0, 1.6, (30, 30, 200), 4)
    cv2.rectangle(page, (80, 550), (400, 870), (30, 30, 200), 6)
    assert find_seals(page, colour=True) == ()


def test_black_text_stays_when_a_seal_is_lifted() -> None:
    page = stamped()
    cv2.rectangle(page, (380, 380), (620, 420), (20, 20, 20), -1)
    lifted = lift_seals(page, find_seals(page, colour=True))
    assert lifted[400, 500].max() < 60
    assert lifted[400 - 160, 500].min() > 180
    assert np.array_equal(lifted[:100], page[:100])


# --- ticks ----------------------------------------------------------------------------


def option(page: Page, x: int, y: int, mark: str = "") -> Box:
    cv2.rectangle(page, (x, y), (x + 24, y + 24), (30,) * 3, 2)
    if mark == "hand":
        stroke = np.array([[x + 2, y + 12], [x + 10, y + 24], [x + 32, y - 8]], np.int32)
        cv2.polylines(page, [stroke], False, (60, 40, 40), 3)
    elif mark == "cross":
        cv2.line(page, (x + 4, y + 4), (x + 20, y + 20), (30,) * 3, 2)
        cv2.line(page, (x + 20, y + 4), (x + 4, y + 20), (30,) * 3, 2)
    elif mark == "filled":
        cv2.rectangle(page, (x, y), (x + 24, y + 24), (30,) * 3, -1)
    return Box(x0=x, y0=y, x1=x + 24, y1=y + 24)


def words(page: Page, x: int, y: int, count: int) -> None:
    rng = np.random.default_rng(count)
    for i in range(count):
        patch = page[y : y + 26, x + 30 * i : x + 30 * i + 24]
        patch[rng.random(patch.shape[:2]) < 0.4] = 30


@pytest.mark.parametrize("mark", ["hand", "cross", "filled"])
def test_ticked_and_empty_boxes_are_told_apart_and_named(mark: str) -> None:
    page = paper()
    option(page, 100, 300, mark)
    words(page, 134, 300, 3)
    option(page, 300, 300)
    words(page, 334, 300, 2)
    seen = line("专业化□民营", 96, 294, 396, 332)
    ticks = find_ticks(page, [seen])
    assert [(tick.label, tick.ticked) for tick in ticks] == [("专业化", True), ("民营", False)]


def test_a_box_after_its_option_is_named_by_what_stands_before_it() -> None:
    page = paper()
    words(page, 100, 300, 2)
    option(page, 170, 300, "cross")
    words(page, 260, 300, 2)
    option(page, 330, 300)
    seen = line("有□无□", 96, 294, 360, 332)
    ticks = find_ticks(page, [seen])
    assert [(tick.label, tick.ticked) for tick in ticks] == [("有", True), ("无", False)]


def test_a_table_of_small_cells_has_no_tick_boxes() -> None:
    page = paper()
    table(page, [100, 400, 1000], [100, 200, 300])
    assert find_ticks(page, [line("企业名称", 120, 130, 300, 170)]) == ()


def test_the_frame_of_a_character_is_no_tick_box() -> None:
    page = paper()
    option(page, 160, 300)
    words(page, 100, 300, 2)
    words(page, 190, 300, 2)
    assert find_ticks(page, [line("进出口业务", 96, 294, 250, 332)]) == ()


# --- handwriting ----------------------------------------------------------------------


def test_strokes_that_nothing_accounts_for_are_handwriting() -> None:
    page = paper()
    stroke = np.array([[500, 500], [540, 460], [560, 520], [610, 470], [640, 530], [700, 480]])
    cv2.polylines(page, [stroke.astype(np.int32)], False, (150, 60, 30), 4)
    words(page, 100, 100, 5)
    printed = line("法定代表人", 98, 96, 245, 130)
    (box,) = find_handwriting(page, [printed], Ruling(), (), ())
    assert box.overlap(Box(x0=500, y0=460, x1=700, y1=530)) > 0.8 * 200 * 70
