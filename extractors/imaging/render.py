"""From a file to the pixels of a page, and from those to the upright page at 200 dpi."""

from __future__ import annotations

import math
import warnings
from pathlib import Path
from typing import Any, Final, NamedTuple

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from extractors.imaging.errors import ImageProblem, PageImageError
from extractors.page import PAGE_DPI, PagePreparation

Pixels = NDArray[Any]
"""Height × width × 3, blue-green-red, 8 bits a channel."""

PDF: Final = "application/pdf"
PICTURES: Final = {"image/tiff": "TIFF", "image/jpeg": "JPEG", "image/png": "PNG"}

MAX_PIXELS: Final = 60_000_000
"""Of an upright page at 200 dpi: a sheet of about 1.2 × 0.8 metres."""

_MOST_PDF_DPI: Final = 300
_LEAST_PDF_DPI: Final = 150
_A4_LONG_INCHES: Final = 11.69
_A3_LONG_INCHES: Final = 16.54
_LONGEST_SHEET_INCHES: Final = 18.2
_SHORTEST_SHEET_INCHES: Final = 2.0
_SCREEN_DPI: Final = 96


class PageImage(NamedTuple):
    """A page as it was scanned."""

    pixels: Pixels
    dpi: float


def page_image(path: Path | str, media_type: str, page: int) -> PageImage:
    """The pixels of one page of a file.

    Args:
        path: A PDF, TIFF, JPEG or PNG.
        media_type: As found by its content; decides how the file is opened.
        page: Counted from 1.

    Raises:
        PageImageError: if there are no pixels to be had, with the reason and advice.
    """
    path = Path(path)
    if not path.is_file() or path.stat().st_size == 0:
        raise PageImageError(
            f"{path.name}: empty or missing", ImageProblem.EMPTY, "文件为空，请重新扫描或复制。"
        )
    if media_type == PDF:
        return _pdf_page(path, page)
    if media_type in PICTURES:
        return _picture_page(path, PICTURES[media_type], page)
    raise PageImageError(
        f"{path.name}: no pages can be drawn from {media_type}",
        ImageProblem.UNSUPPORTED,
        "不支持该文件格式，请另存为 PDF、TIFF、JPEG 或 PNG。",
    )


def upright_size(pixels: Pixels, dpi: float, rotation: int) -> tuple[int, int]:
    """Width and height of the page once turned by ``rotation`` and at 200 dpi.

    Raises:
        PageImageError: if the page would be larger than ``MAX_PIXELS``.
    """
    height, width = pixels.shape[:2]
    if rotation % 180:
        width, height = height, width
    scale = PAGE_DPI / dpi
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if size[0] * size[1] > MAX_PIXELS:
        raise PageImageError(
            f"a page of {width}×{height} pixels at {dpi:.0f} dpi is too large",
            ImageProblem.TOO_LARGE,
            "页面尺寸过大，请按 A4 或 A3 幅面、200 至 300 dpi 重新扫描。",
        )
    return size


def upright(pixels: Pixels, dpi: float, preparation: PagePreparation) -> Pixels:
    """The page turned, brought to 200 dpi and deskewed; what the turn bares is paper.

    Args:
        pixels: As ``page_image`` gave them.
        dpi: As ``page_image`` gave it.
        preparation: Of this very page.
    """
    turned = np.ascontiguousarray(np.rot90(pixels, k=-(preparation.rotation // 90)))
    size = (preparation.width, preparation.height)
    if (turned.shape[1], turned.shape[0]) != size:
        shrinks = preparation.width < turned.shape[1]
        turned = cv2.resize(
            turned, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
        )
    if abs(preparation.skew) < _LEAST_SKEW:
        return turned
    paper = np.median(turned[::8, ::8].reshape(-1, 3), axis=0)
    return cv2.warpAffine(
        turned,
        _level(size, preparation.skew),
        size,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=tuple(float(part) for part in paper),
    )


def placement(width: float, height: float, preparation: PagePreparation) -> NDArray[np.float64]:
    """Where a pixel of the scan comes to lie on the upright page: a 2 × 3 affine matrix.

    Args:
        width: Of the scan, in its own pixels.
        height: Of the scan.
        preparation: Of the same page.
    """
    turns: dict[int, list[list[float]]] = {
        0: [[1, 0, 0], [0, 1, 0]],
        90: [[0, -1, height], [1, 0, 0]],
        180: [[-1, 0, width], [0, -1, height]],
        270: [[0, 1, 0], [-1, 0, width]],
    }
    turn = np.array([*turns[preparation.rotation], [0, 0, 1]], dtype=np.float64)
    wide, high = (height, width) if preparation.rotation % 180 else (width, height)
    scale = np.diag([preparation.width / wide, preparation.height / high, 1.0])
    level = np.eye(3)
    if abs(preparation.skew) >= _LEAST_SKEW:
        level[:2] = _level((preparation.width, preparation.height), preparation.skew)
    matrix: NDArray[np.float64] = (level @ scale @ turn)[:2]
    return matrix


_LEAST_SKEW: Final = 0.05
"""Degrees below which a page is left alone: over A4 it is a pixel or two."""


def _level(size: tuple[int, int], skew: float) -> NDArray[np.float64]:
    centre = (size[0] / 2, size[1] / 2)
    return np.asarray(cv2.getRotationMatrix2D(centre, skew, 1.0), dtype=np.float64)


# --- PDF ------------------------------------------------------------------------------


def _pdf_page(path: Path, page: int) -> PageImage:
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise _pdf_error(path, error) from error
    try:
        if not 1 <= page <= len(document):
            raise PageImageError(
                f"{path.name}: has no page {page}",
                ImageProblem.UNREADABLE,
                f"文件没有第{page}页，请检查文件是否完整。",
            )
        sheet = document[page - 1]
        width, height = sheet.get_size()
        dpi = _pdf_dpi(sheet, width, height)
        if width * height * (max(dpi, PAGE_DPI) / 72) ** 2 > MAX_PIXELS:
            raise PageImageError(
                f"{path.name}, page {page}: {width:.0f}×{height:.0f} points are too large",
                ImageProblem.TOO_LARGE,
                "页面尺寸过大，请按 A4 或 A3 幅面重新扫描。",
            )
        drawn = sheet.render(scale=dpi / 72).to_numpy()
        if drawn.ndim == 2 or drawn.shape[2] == 1:
            drawn = np.repeat(drawn.reshape(*drawn.shape[:2], 1), 3, axis=2)
        return PageImage(np.ascontiguousarray(drawn[..., :3], dtype=np.uint8), dpi)
    except pdfium.PdfiumError as error:
        raise PageImageError(
            f"{path.name}, page {page}: {error}",
            ImageProblem.UNREADABLE,
            f"第{page}页无法打开，请重新扫描。",
        ) from error
    finally:
        document.close()


def _pdf_dpi(sheet: pdfium.PdfPage, width: float, height: float) -> float:
    """The resolution of the scan that fills the page; 200 where none does."""
    for item in sheet.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=2):
        left, bottom, right, top = item.get_bounds()
        if (right - left) * (top - bottom) < 0.5 * width * height:
            continue
        across, down = item.get_px_size()
        # Compared by area, so that a scan that the page turns counts just the same.
        native = 72 * math.sqrt(across * down / ((right - left) * (top - bottom)))
        return min(max(native, _LEAST_PDF_DPI), _MOST_PDF_DPI)
    return PAGE_DPI


def _pdf_error(path: Path, error: pdfium.PdfiumError) -> PageImageError:
    if "password" in str(error).lower():
        return PageImageError(
            f"{path.name}: encrypted", ImageProblem.ENCRYPTED, "文件已加密，请提供未加密的文件。"
        )
    return PageImageError(
        f"{path.name}: {error}", ImageProblem.TRUNCATED, "PDF 文件不完整或已损坏，请重新扫描。"
    )


# --- pictures -------------------------------------------------------------------------


def _picture_page(path: Path, file_format: str, page: int) -> PageImage:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            with Pillow.open(path, formats=[file_format]) as picture:
                picture.seek(page - 1)
                stated = picture.info.get("dpi")
                picture.load()
                wide, tall = picture.size
                ImageOps.exif_transpose(picture, in_place=True)
                pixels = _blue_green_red(picture)
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        raise PageImageError(
            f"{path.name}: {error}",
            ImageProblem.TOO_LARGE,
            "图像像素过多，请按 200 至 300 dpi 重新扫描。",
        ) from error
    except EOFError as error:
        raise PageImageError(
            f"{path.name}: has no page {page}",
            ImageProblem.UNREADABLE,
            f"文件没有第{page}页，请检查文件是否完整。",
        ) from error
    except UnidentifiedImageError as error:
        raise PageImageError(
            f"{path.name}: not a {file_format} picture",
            ImageProblem.UNREADABLE,
            "文件不是有效的图像，请重新扫描。",
        ) from error
    except Exception as error:  # a hostile picture can make Pillow raise almost anything
        cut_short = "truncated" in str(error).lower() or isinstance(error, SyntaxError)
        raise PageImageError(
            f"{path.name}, page {page}: {type(error).__name__}: {error}",
            ImageProblem.TRUNCATED if cut_short else ImageProblem.UNREADABLE,
            "图像文件不完整或已损坏，请重新扫描。",
        ) from error
    across_down = _stated_dpi(stated, wide, tall)
    if across_down and pixels.shape[:2] != (tall, wide):  # turned by the camera's note
        across_down = across_down[::-1]
    return _square(pixels, across_down)


def _blue_green_red(picture: Pillow.Image) -> Pixels:
    """Any of Pillow's modes on white paper, 8 bits a channel."""
    if picture.mode in ("I;16", "I;16B", "I;16L", "I", "F"):
        values = np.asarray(picture, dtype=np.float64)
        top = 65535.0 if values.max(initial=0) > 255 else 255.0
        picture = Pillow.fromarray((values.clip(0, top) * (255 / top)).astype(np.uint8))
    if picture.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in picture.info:
        glass = picture.convert("RGBA")
        paper = Pillow.new("RGBA", glass.size, "white")
        picture = Pillow.alpha_composite(paper, glass)
    if picture.mode == "L":
        return np.asarray(cv2.cvtColor(np.asarray(picture), cv2.COLOR_GRAY2BGR), dtype=np.uint8)
    if picture.mode != "RGB":
        picture = picture.convert("RGB")
    return np.asarray(cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2BGR), dtype=np.uint8)


def _stated_dpi(stated: object, width: int, height: int) -> tuple[float, float] | None:
    """The resolution across and down that the file states, if a sheet can have it."""
    if not isinstance(stated, tuple) or len(stated) != 2:
        return None
    try:
        across, down = float(stated[0]), float(stated[1])
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    if not (math.isfinite(across) and math.isfinite(down) and across > 0 and down > 0):
        return None
    longest = max(width / across, height / down)
    plausible = _SHORTEST_SHEET_INCHES <= longest <= _LONGEST_SHEET_INCHES
    return (across, down) if plausible and 0.4 < across / down < 2.5 else None


def _square(pixels: Pixels, stated: tuple[float, float] | None) -> PageImage:
    """The page with as many dots an inch across as down (faxes have fewer down)."""
    height, width = pixels.shape[:2]
    if stated is None:
        return PageImage(pixels, guessed_dpi(width, height))
    across, down = stated
    if abs(across - down) <= 0.02 * across:
        return PageImage(pixels, across)
    dpi = max(across, down)
    size = max(1, round(width * dpi / across)), max(1, round(height * dpi / down))
    if size[0] * size[1] > 2 * MAX_PIXELS:
        return PageImage(pixels, guessed_dpi(width, height))
    return PageImage(np.asarray(cv2.resize(pixels, size), dtype=np.uint8), dpi)


def guessed_dpi(width: int, height: int) -> float:
    """The resolution of a page that does not state it, from the sheets offices use.

    A page in the proportions of A4 is taken for A4, unless that makes it finer than
    scanners scan; anything else is no coarser than a screen.
    """
    longer, shorter = max(width, height), max(1, min(width, height))
    as_a4 = longer / _A4_LONG_INCHES
    if abs(longer / shorter - math.sqrt(2)) < 0.06:
        return max(1.0, as_a4 if as_a4 <= 450 else longer / _A3_LONG_INCHES)
    return max(_SCREEN_DPI, as_a4)
