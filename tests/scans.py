"""Small scans for tests, made on the spot."""

from __future__ import annotations

from pathlib import Path

from PIL import Image


def picture(width: int = 300, shade: int = 200) -> Image.Image:
    return Image.new("L", (width, 420), shade)


def jpeg(path: Path, width: int = 300, shade: int = 200) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture(width, shade).save(path, "JPEG", dpi=(200, 200))
    return path


def pdf(path: Path, pages: int = 1, shade: int = 200) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    sheets = [picture(300, (shade + number) % 256) for number in range(pages)]
    sheets[0].save(path, "PDF", save_all=True, append_images=sheets[1:], resolution=200)
    return path


def tiff(path: Path, pages: int = 1) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    sheets = [picture(300, 100 + number) for number in range(pages)]
    sheets[0].save(path, "TIFF", save_all=True, append_images=sheets[1:], dpi=(200, 200))
    return path
