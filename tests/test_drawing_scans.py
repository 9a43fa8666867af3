"""Scanned pages look spoilt, yet their truth still lies on their ink."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from samples.generator.fonts import Face
from samples.generator.model import DocumentSpec, DrawnPage, ScanQuality, SealSpec
from samples.generator.pages import ScannedPage, blank_back, draw_document, scan_page
from samples.generator.paper import Sheet, Style

NAME = "大连海科精密机械制造有限公司"


@pytest.fixture(scope="module")
def page() -> DrawnPage:
    spec = DocumentSpec(
        "truth_statement",
        {"name": NAME, "date": "2021年5月28日"},
        seals=(SealSpec(NAME, "truth_statement"),),
        signatures=(("truth_statement", "欧阳建国"),),
    )
    return draw_document(spec, np.random.default_rng(1))[0]


def upright(scan: ScannedPage) -> np.ndarray:
    """The scan turned, brought to 200 dpi and deskewed, as the truth's coordinates say."""
    image = np.ascontiguousarray(np.rot90(scan.image, k=-(scan.rotation // 90)))
    scale = 200 / scan.dpi
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    level = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), scan.skew, 1.0)
    return cv2.warpAffine(image, level, size, borderValue=(255, 255, 255))


def darkness(image: np.ndarray, box: tuple[float, ...]) -> float:
    grey = image if image.ndim == 2 else image.min(axis=2)
    x0, y0, x1, y1 = (round(side) for side in box)
    area = grey[max(0, y0) : y1, max(0, x0) : x1]
    return float(np.percentile(area, 50) - np.percentile(area, 3))


def bounds(quad: tuple[float, ...]) -> tuple[float, float, float, float]:
    return min(quad[0::2]), min(quad[1::2]), max(quad[0::2]), max(quad[1::2])


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
@pytest.mark.parametrize("quality", list(ScanQuality))
def test_truth_lies_on_the_ink_of_the_upright_page(
    page: DrawnPage, quality: ScanQuality, turned: int
) -> None:
    scan = scan_page(page, quality, np.random.default_rng(turned), turned, grey=turned == 90)
    assert scan.rotation == (360 - turned) % 360
    image = upright(scan)
    assert [line.text for line in scan.lines] == [line.text for line in page.lines]
    for line in scan.lines:
        assert darkness(image, bounds(line.quad)) > 25, line.text
        # Level again, but for what perspective leaves: less than half a degree.
        assert abs(line.quad[3] - line.quad[1]) < 0.008 * (line.quad[2] - line.quad[0]) + 1
    for box in scan.field_boxes.values():
        assert darkness(image, box) > 25


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_cross_is_found_where_the_truth_says(turned: int) -> None:
    sheet = Sheet()
    sheet.pen.rectangle((500, 700, 540, 740), fill=(0, 0, 0))
    sheet.claim("mark", (500, 700, 540, 740))
    scan = scan_page(sheet.page(), ScanQuality.OFFICE, np.random.default_rng(5), turned)
    image = cv2.GaussianBlur(upright(scan).min(axis=2), (0, 0), 8)
    x0, y0, x1, y1 = scan.field_boxes["mark"]
    near = image[int(y0) - 40 : int(y1) + 40, int(x0) - 40 : int(x1) + 40]
    row, column = np.unravel_index(int(near.argmin()), near.shape)
    assert column + int(x0) - 40 == pytest.approx((x0 + x1) / 2, abs=3)
    assert row + int(y0) - 40 == pytest.approx((y0 + y1) / 2, abs=3)


def test_a_positive_skew_runs_downhill_to_the_right() -> None:
    sheet = Sheet()
    sheet.rule(300, 1700, 2180, 1700, 6)
    for seed in range(6):
        scan = scan_page(sheet.page(), ScanQuality.OFFICE, np.random.default_rng(seed))
        grey = cv2.GaussianBlur(scan.image.min(axis=2), (0, 0), 2)
        middle = grey.shape[0] // 2
        band = grey[middle - 120 : middle + 120]
        left, right = int(band[:, 300].argmin()), int(band[:, 1350].argmin())
        drop = np.degrees(np.arctan2(right - left, 1050))
        assert drop == pytest.approx(scan.skew, abs=0.2)


def test_each_quality_has_its_resolution_and_its_limit_of_skew(page: DrawnPage) -> None:
    for quality, dpi, limit in (("good", 300, 0.3), ("office", 200, 1.5), ("poor", 150, 3.0)):
        scan = scan_page(page, ScanQuality(quality), np.random.default_rng(3))
        assert scan.dpi == dpi
        assert abs(scan.skew) <= limit + 0.3
        assert scan.image.shape[1] == pytest.approx(8.27 * dpi, abs=2)
        assert scan.image.dtype == np.uint8


def test_a_grey_scan_has_no_colour(page: DrawnPage) -> None:
    scan = scan_page(page, ScanQuality.OFFICE, np.random.default_rng(3), grey=True)
    assert scan.image.ndim == 2


def test_the_seal_stays_red_in_colour(page: DrawnPage) -> None:
    scan = scan_page(page, ScanQuality.OFFICE, np.random.default_rng(3))
    image = upright(scan).astype(int)
    ((text, x, y, radius),) = scan.seals
    assert text == NAME
    around = image[int(y - radius) : int(y + radius), int(x - radius) : int(x + radius)]
    assert np.mean(around[..., 0] - around[..., 1] > 40) > 0.08


def test_the_same_seed_gives_the_same_scan(page: DrawnPage) -> None:
    for quality in ScanQuality:
        one, two = (scan_page(page, quality, np.random.default_rng(8)) for _ in range(2))
        assert (one.image == two.image).all()
        assert one.skew == two.skew


def test_worse_scanners_give_worse_pages(page: DrawnPage) -> None:
    """Noise of the white paper grows from good to poor."""
    spreads = []
    for quality in ScanQuality:
        scan = scan_page(page, quality, np.random.default_rng(3))
        height, width = scan.image.shape[:2]
        corner = scan.image[
            int(height * 0.9) : int(height * 0.95), int(width * 0.3) : int(width * 0.6)
        ]
        spreads.append(float(corner.astype(float).std()))
    assert spreads == sorted(spreads)


def test_an_office_scan_of_a_page_stays_small_as_jpeg(page: DrawnPage) -> None:
    scan = scan_page(page, ScanQuality.OFFICE, np.random.default_rng(3))
    stream = io.BytesIO()
    Image.fromarray(scan.image).save(stream, "JPEG", quality=60)
    assert stream.tell() < 260_000


def test_a_sheet_turned_by_an_odd_angle_is_refused(page: DrawnPage) -> None:
    with pytest.raises(ValueError, match="45"):
        scan_page(page, ScanQuality.GOOD, np.random.default_rng(1), turned=45)


def test_a_blank_back_carries_no_lines(page: DrawnPage) -> None:
    for front in (None, page):
        back = blank_back(np.random.default_rng(2), front)
        assert back.blank
        assert not (back.lines or back.field_boxes or back.seals or back.signatures)
        scan = scan_page(back, ScanQuality.OFFICE, np.random.default_rng(2))
        assert scan.blank
        assert not scan.lines


def test_print_shines_faintly_and_mirrored_through_the_back() -> None:
    sheet = Sheet()
    sheet.pen.rectangle((200, 1000, 800, 1600), fill=(0, 0, 0))
    back = blank_back(np.random.default_rng(4), sheet.page()).image.astype(int)
    through, beside = back[1100:1500, 1800:2150].mean(), back[1100:1500, 300:650].mean()
    assert 235 < through < beside - 2


@settings(max_examples=15, deadline=None)
@given(
    x=st.floats(200, 1800),
    y=st.floats(300, 3200),
    seed=st.integers(0, 10_000),
    quality=st.sampled_from(list(ScanQuality)),
    turned=st.sampled_from([0, 90, 180, 270]),
)
def test_a_word_anywhere_is_found_where_the_truth_says(
    x: float, y: float, seed: int, quality: ScanQuality, turned: int
) -> None:
    sheet = Sheet()
    sheet.line(x, y, "大连市工信局", Style(Face.HEI, 60), bold=True)
    scan = scan_page(sheet.page(), quality, np.random.default_rng(seed), turned)
    image = upright(scan)
    grey = cv2.GaussianBlur(image.min(axis=2), (0, 0), 1.5)
    x0, y0, x1, y1 = (int(side) for side in bounds(scan.lines[0].quad))
    inside = np.percentile(grey[y0:y1, x0:x1], 10)
    above = np.percentile(grey[max(0, y0 - 30) : max(1, y0 - 6), x0:x1], 10)
    assert inside < above - 20
