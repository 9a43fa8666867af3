"""Scanned pages with the truth about them, for the benchmarks of single steps.

A benchmark takes boxes that the generator made (``python -m samples.generator``); where none
are given it makes one of a seed and a quality of its own.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractors.imaging.render import PDF, PageImage, page_image

_MEDIA = {
    ".pdf": PDF,
    ".tif": "image/tiff",
    ".jpg": "image/jpeg",
    ".png": "image/png",
}


@dataclass(frozen=True)
class TruePage:
    """One scanned page and what is really on it; keys as in ``samples/README.md``."""

    box: Path
    truth: dict[str, Any]

    @property
    def name(self) -> str:
        """File and page, for lists of what went wrong."""
        return f"{self.box.name}/{self.truth['file']}#{self.truth['page']}"

    def image(self) -> PageImage:
        """The page as scanned."""
        path = self.box / self.truth["file"]
        return page_image(path, _MEDIA[path.suffix.lower()], self.truth["page"])


def pages_of(boxes: Iterable[Path]) -> list[TruePage]:
    """All pages of the boxes, in the order of their truth."""
    return [
        TruePage(box, truth)
        for box in boxes
        for truth in json.loads(gzip.decompress((box / "truth-pages.json.gz").read_bytes()))
    ]


def spread(pages: list[TruePage], most: int) -> list[TruePage]:
    """At most so many of the pages, taken evenly from beginning to end."""
    if len(pages) <= most:
        return pages
    return [pages[i * len(pages) // most] for i in range(most)]


def box_arguments(description: str | None) -> argparse.ArgumentParser:
    """What all these benchmarks can be told: boxes that are there, or what box to make."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("boxes", nargs="*", type=Path, help="boxes with truth-pages.json.gz")
    parser.add_argument("--seed", type=int, default=7001, help="of the box that is made")
    parser.add_argument("--quality", default="office", choices=["good", "office", "poor"])
    parser.add_argument("--enterprises", type=int, default=2)
    return parser


@contextmanager
def asked_for(arguments: argparse.Namespace) -> Iterator[list[TruePage]]:
    """The pages of the boxes named on the command line, or of one made for the occasion."""
    if arguments.boxes:
        yield pages_of(arguments.boxes)
        return
    with tempfile.TemporaryDirectory() as folder:
        box = Path(folder) / f"box-{arguments.seed}-{arguments.quality}"
        command = [sys.executable, "-m", "samples.generator", str(box)]
        command += ["--seed", str(arguments.seed), "--quality", arguments.quality]
        command += ["--enterprises", str(arguments.enterprises)]
        subprocess.run(command, check=True)
        yield pages_of([box])
