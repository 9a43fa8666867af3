"""Draws and scans the volumes of a box and puts their pages into files.

A volume's pages come as JPEG pictures; they end in PDF files (several volumes in one, or
one volume over two), loose pictures, a TIFF with many pages, or a PDF with a noisy text
layer, as offices really deliver them.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

from samples.generator.cases import Case
from samples.generator.families import offices_beside
from samples.generator.model import DocumentSpec, ScanQuality
from samples.generator.pages import ScannedPage, blank_back, draw_document, scan_page
from samples.generator.portable import Picture, spoil_text_layer, write_scans

_JPEG = {
    ScanQuality.GOOD: (80, 88),
    ScanQuality.OFFICE: (60, 75),
    ScanQuality.POOR: (35, 50),
}
COLOUR_DEFECTS = frozenset({"no-cover-stamp", "no-opinion-stamp", "no-statement-stamp"})
"""Defects that nobody can tell on a grey scan, where stamps look like any dark ring."""


@dataclass
class Leaf:
    """One scanned side of a sheet, and later the place where it was put."""

    type: str
    document: int
    """Which document of the volume, from 0."""
    scan: ScannedPage
    """With an empty picture: only the truth about the page is kept."""
    jpeg: bytes
    width: int
    height: int
    grey: bool
    file: str = ""
    page: int = 0


@dataclass
class ScannedVolume:
    """A paper copy of an application."""

    case: Case
    number: int
    leaves: list[Leaf]


class Scanner:
    """Scans volume after volume; some sheets lie turned on the glass."""

    def __init__(self, seed: int, quality: ScanQuality, rng: Random) -> None:
        self._seed = seed
        self._quality = quality
        self._rng = rng
        self._count = 0
        first, second = rng.sample(range(3, 16), 2)
        self._turned = {first: 180, second: rng.choice((90, 270))}

    def scan(self, case: Case, number: int) -> ScannedVolume:
        """Draw one copy of an application and scan it."""
        rng = self._rng
        grey = rng.random() < 0.3 and not COLOUR_DEFECTS & set(case.planted)
        duplex = rng.random() < 0.35
        specs = [(case.form(), case.family)]
        specs += [(item.spec(), rng.choice(offices_beside(case.family))) for item in case.evidence]
        leaves: list[Leaf] = []
        index = int(case.id.lstrip("T"))
        for order, (spec, family) in enumerate(specs):
            pen = np.random.default_rng([self._seed, index, order])
            glass = np.random.default_rng([self._seed, index, order, number])
            drawn = draw_document(spec, pen, family)
            for page in drawn:
                leaves.append(
                    self._leaf(
                        spec, order, scan_page(page, self._quality, glass, self._turn(), grey), grey
                    )
                )
            if duplex and len(drawn) % 2 and rng.random() < 0.4:
                back = blank_back(glass, drawn[-1] if rng.random() < 0.5 else None)
                scan = scan_page(back, self._quality, glass, 0, grey)
                blank = DocumentSpec("blank", {})
                leaves.append(self._leaf(blank, order, scan, grey))
        return ScannedVolume(case, number, leaves)

    def _turn(self) -> int:
        self._count += 1
        chance = self._rng.random()
        if self._count in self._turned:
            return self._turned[self._count]
        return 180 if chance < 0.006 else 90 if chance < 0.01 else 0

    def _leaf(self, spec: DocumentSpec, order: int, scan: ScannedPage, grey: bool) -> Leaf:
        height, width = scan.image.shape[:2]
        stream = io.BytesIO()
        quality = self._rng.randint(*_JPEG[self._quality])
        Image.fromarray(scan.image).save(
            stream, "JPEG", quality=quality, optimize=True, dpi=(scan.dpi, scan.dpi)
        )
        kept = _without_picture(scan)
        return Leaf(spec.type, order, kept, stream.getvalue(), width, height, grey)


def _without_picture(scan: ScannedPage) -> ScannedPage:
    return ScannedPage(
        np.zeros((0, 0), np.uint8),
        scan.dpi,
        scan.rotation,
        scan.skew,
        scan.lines,
        scan.field_boxes,
        scan.ticks,
        scan.seals,
        scan.signatures,
        scan.blank,
    )


_WAYS = ("pair", "split", "jpeg", "tiff", "layer", "pdf", "pair", "pdf")
"""How volume after volume is delivered."""


def pack(volumes: Sequence[ScannedVolume], folder: Path, rng: Random) -> None:
    """Put all pages into files; notes in each leaf where it went.

    Args:
        volumes: In the order in which they were scanned.
        folder: ``scans`` of the box; exists.
        rng: The box's chance.
    """
    packer = _Packer(folder, rng)
    waiting = list(volumes)
    turn = 0
    while waiting:
        way = _WAYS[turn % len(_WAYS)]
        turn += 1
        taken = [waiting.pop(0)]
        if way == "pair" and waiting:
            taken.append(waiting.pop(0))
        leaves = [leaf for volume in taken for leaf in volume.leaves]
        if way == "jpeg":
            packer.pictures(leaves)
        elif way == "tiff":
            packer.tiff(leaves)
        elif way == "split" and len(leaves) > 3:
            cut = rng.randint(2, len(leaves) - 2)
            name = packer.next_scan()
            packer.pdf(leaves[:cut], name)
            packer.pdf(leaves[cut:], packer.next_scan())
        elif way == "layer":
            packer.pdf(leaves, packer.next_copier(), layer=True)
        else:
            packer.pdf(leaves, packer.next_copier() if rng.random() < 0.5 else packer.next_scan())


class _Packer:
    """Writes files under the names that scanners and copiers give them."""

    def __init__(self, folder: Path, rng: Random) -> None:
        self._folder = folder
        self._rng = rng
        self._scan = self._copier = self._picture = 0

    def next_scan(self) -> str:
        self._scan += 1
        return f"扫描{self._scan:04d}.pdf"

    def next_copier(self) -> str:
        self._copier += 1
        return (
            f"SKM_C2582106030{self._copier}.pdf"
            if self._copier < 10
            else (f"SKM_C258210604{self._copier}.pdf")
        )

    def pdf(self, leaves: Sequence[Leaf], name: str, *, layer: bool = False) -> None:
        pictures = []
        for leaf in leaves:
            text = leaf.scan.lines if layer and leaf.scan.rotation == 0 else ()
            spoiled = spoil_text_layer(text, self._rng)
            pictures.append(Picture(leaf.jpeg, leaf.width, leaf.height, leaf.scan.dpi, spoiled))
        write_scans(self._folder / name, pictures)
        _note(leaves, f"scans/{name}")

    def tiff(self, leaves: Sequence[Leaf]) -> None:
        self._scan += 1
        name = f"Scan_{self._scan:03d}.tif"
        frames = [Image.open(io.BytesIO(leaf.jpeg)) for leaf in leaves]
        dpi = leaves[0].scan.dpi
        frames[0].save(
            self._folder / name,
            save_all=True,
            append_images=frames[1:],
            compression="jpeg",
            quality=70,
            dpi=(dpi, dpi),
        )
        _note(leaves, f"scans/{name}")

    def pictures(self, leaves: Sequence[Leaf]) -> None:
        """Loose pictures; one of them was stored as a PNG in sixteen greys."""
        odd = self._rng.randrange(len(leaves))
        for number, leaf in enumerate(leaves):
            self._picture += 1
            stem = f"IMG_20210603_{self._picture:04d}"
            if number == odd:
                name = f"{stem}.png"
                grey = Image.open(io.BytesIO(leaf.jpeg)).convert("L")
                few = grey.quantize(16, dither=Image.Dither.NONE)
                dpi = leaf.scan.dpi
                few.save(self._folder / name, optimize=True, dpi=(dpi, dpi))
                leaf.grey = True
            else:
                name = f"{stem}.jpg"
                (self._folder / name).write_bytes(leaf.jpeg)
            leaf.file, leaf.page = f"scans/{name}", 1


def _note(leaves: Sequence[Leaf], file: str) -> None:
    for page, leaf in enumerate(leaves, start=1):
        leaf.file, leaf.page = file, page
