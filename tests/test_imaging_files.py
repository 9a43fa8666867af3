"""From files to pixels: what is refused, and what comes out right."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from extractors.imaging.errors import ImageProblem, PageImageError
from extractors.imaging.render import guessed_dpi, page_image, placement, upright
from extractors.page import PagePreparation, Quality


def preparation(width: int, height: int, rotation: int = 0, skew: float = 0.0) -> PagePreparation:
    return PagePreparation(
        width=width,
        height=height,
        dpi=200,
        rotation=rotation,
        skew=skew,
        blank=False,
        blank_confidence=1.0,
        colour=True,
        quality=Quality.GOOD,
    )


def problem_of(path: Path, media_type: str, page: int = 1) -> ImageProblem:
    with pytest.raises(PageImageError) as caught:
        page_image(path, media_type, page)
    assert caught.value.advice
    assert path.name in str(caught.value)
    return caught.value.problem


def test_a_decompression_bomb_is_too_large(tmp_path: Path) -> None:
    side = 30_000
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((side // 8 + 1) * side), 9)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )
    assert problem_of(bomb, "image/png") is ImageProblem.TOO_LARGE


def test_a_picture_just_over_the_warning_limit_is_too_large_as_well(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    Image.new("1", (10_000, 9_500)).save(path)
    assert problem_of(path, "image/png") is ImageProblem.TOO_LARGE


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "nothing.jpg"
    path.touch()
    assert problem_of(path, "image/jpeg") is ImageProblem.EMPTY


def test_a_truncated_jpeg_is_truncated(tmp_path: Path) -> None:
    path = tmp_path / "half.jpg"
    data = io.BytesIO()
    rng = np.random.default_rng(0)
    Image.fromarray(rng.integers(0, 255, (300, 300, 3), np.uint8)).save(data, "JPEG")
    path.write_bytes(data.getvalue()[: len(data.getvalue()) // 2])
    assert problem_of(path, "image/jpeg") is ImageProblem.TRUNCATED


def test_text_named_jpg_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "letter.jpg"
    path.write_text("尊敬的领导", encoding="utf-8")
    assert problem_of(path, "image/jpeg") is ImageProblem.UNREADABLE


def test_a_page_that_the_file_does_not_have_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "one.tif"
    Image.new("L", (100, 100)).save(path)
    assert problem_of(path, "image/tiff", page=2) is ImageProblem.UNREADABLE


def test_a_damaged_pdf_says_so(tmp_path: Path) -> None:
    path = tmp_path / "torn.pdf"
    path.write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    assert problem_of(path, "application/pdf") is ImageProblem.TRUNCATED


def test_a_pdf_page_the_size_of_a_hall_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "hall.pdf"
    document = pdfium.PdfDocument.new()
    document.new_page(14_000, 14_000)
    document.save(path)
    assert problem_of(path, "application/pdf") is ImageProblem.TOO_LARGE


def test_an_unknown_kind_of_file_is_unsupported(tmp_path: Path) -> None:
    path = tmp_path / "form.xyz"
    path.write_bytes(b"something")
    assert problem_of(path, "application/x-other") is ImageProblem.UNSUPPORTED


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I;16", "I", "F"])
def test_every_mode_becomes_blue_green_red_of_the_right_tone(tmp_path: Path, mode: str) -> None:
    dark_half = np.full((40, 60), 255, np.uint8)
    dark_half[:, :30] = 0
    picture = Image.fromarray(dark_half)
    if mode == "I;16":
        picture = Image.fromarray(dark_half.astype(np.uint16) * 257)
    elif mode in ("I", "F"):
        picture = picture.convert(mode)
    elif mode != "L":
        picture = picture.convert("RGB").convert(mode)
    path = tmp_path / "page.tif"
    picture.save(path)
    pixels, _ = page_image(path, "image/tiff", 1)
    assert pixels.shape == (40, 60, 3)
    assert pixels.dtype == np.uint8
    assert pixels[:, :25].max() < 40
    assert pixels[:, 35:].min() > 215


def test_what_is_transparent_is_white_paper(tmp_path: Path) -> None:
    path = tmp_path / "glass.png"
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(path)
    assert page_image(path, "image/png", 1).pixels.min() == 255


def test_a_photo_is_turned_as_its_camera_noted(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (400, 200)).save(path, exif=exif)
    assert page_image(path, "image/jpeg", 1).pixels.shape == (400, 200, 3)


def test_each_page_of_a_tiff_is_found(tmp_path: Path) -> None:
    path = tmp_path / "bundle.tif"
    sheets = [Image.new("L", (50, 70), tone) for tone in (10, 120, 240)]
    sheets[0].save(path, save_all=True, append_images=sheets[1:])
    tones = [int(page_image(path, "image/tiff", page).pixels.mean()) for page in (1, 2, 3)]
    assert tones == [10, 120, 240]


def test_a_fax_gets_as_many_dots_down_as_across(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    Image.new("1", (1728, 1145), 1).save(path, dpi=(204, 98))
    pixels, dpi = page_image(path, "image/tiff", 1)
    assert dpi == pytest.approx(204)
    assert pixels.shape[0] == pytest.approx(1145 * 204 / 98, abs=2)


@pytest.mark.parametrize("stated", [(1, 1), (72, 72), (0, 0), (100_000, 100_000)])
def test_a_resolution_that_no_sheet_can_have_is_not_believed(
    tmp_path: Path, stated: tuple[int, int]
) -> None:
    path = tmp_path / "a4.jpg"
    Image.new("L", (1654, 2339)).save(path, dpi=stated)
    assert page_image(path, "image/jpeg", 1).dpi == pytest.approx(200, rel=0.01)


def test_a_picture_of_one_pixel_has_a_page(tmp_path: Path) -> None:
    path = tmp_path / "dot.png"
    Image.new("RGB", (1, 1)).save(path)
    pixels, dpi = page_image(path, "image/png", 1)
    assert pixels.shape == (1, 1, 3)
    assert dpi > 0


def test_a_scan_in_a_pdf_comes_out_at_its_own_resolution(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    Image.new("L", (1240, 1754), 200).save(path, "PDF", resolution=150)
    pixels, dpi = page_image(path, "application/pdf", 1)
    assert dpi == pytest.approx(150, rel=0.01)
    assert pixels.shape[:2] == pytest.approx((1754, 1240), abs=2)


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_a_guessed_resolution_is_always_positive(width: int, height: int) -> None:
    assert guessed_dpi(width, height) >= 1


@settings(deadline=None, max_examples=40)
@given(
    rotation=st.sampled_from([0, 90, 180, 270]),
    skew=st.floats(-5, 5),
    dpi=st.sampled_from([100.0, 150.0, 200.0, 300.0]),
    x=st.floats(0.25, 0.75),
    y=st.floats(0.25, 0.75),
)
def test_what_the_scan_shows_is_where_placement_says(
    rotation: int, skew: float, dpi: float, x: float, y: float
) -> None:
    height, width = round(4 * dpi), round(3 * dpi)
    scan = np.full((height, width, 3), 255, np.uint8)
    spot = (round(x * width), round(y * height))
    cv2.circle(scan, spot, max(3, round(dpi / 30)), (0, 0, 0), -1)
    size = (600, 800) if rotation % 180 == 0 else (800, 600)
    page = preparation(*size, rotation=rotation, skew=skew)
    picture = upright(scan, dpi, page)
    assert picture.shape == (size[1], size[0], 3)
    rows, columns = np.nonzero(picture[..., 0] < 128)
    expected = placement(width, height, page) @ [*spot, 1]
    assert (columns.mean(), rows.mean()) == pytest.approx(tuple(expected), abs=2.5)


def test_what_a_turn_bares_is_the_colour_of_the_paper() -> None:
    scan = np.full((800, 600, 3), (210, 220, 230), np.uint8)
    picture = upright(scan, 200, preparation(600, 800, skew=4.0))
    assert np.abs(picture.astype(int) - (210, 220, 230)).max() <= 2
