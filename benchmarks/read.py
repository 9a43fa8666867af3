"""Engines compared on the same pages in one interleaved run: one command, one table a quality.

    python benchmarks/read.py --seed 7301 --pages 20 --rapidocr-python OTHER/bin/python
    python benchmarks/read.py --images FOLDER

Pages come from the sample generator (a box a quality; blank backs left out, every kind of paper
equally often as far as there are any) or from a folder of images.  They are set upright, to
200 dpi and level by the product once, and every engine gets the same pixels.

Each engine runs as two processes of one thread.  Pages go round in blocks: every engine reads
the same block before the next block begins, alone on the machine, so that what else the machine
does falls on all alike.  ``s/page`` is the time of the slower process of each block, summed,
over the pages; reading only, decoding of images left out.  ``CPU s/page`` is processor time: on
a shared machine it is the steadier of the two.  A first block, not counted, warms up.
How errors are counted: `read_score.py`.  ``clear CER`` leaves out lines that a seal or a
signature touches.  A folder of images has no truth, so only times and memory are shown.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
from read_score import Placed, Tally, placed, tally, total

from extractors.imaging.preparation import prepare_image
from extractors.imaging.render import page_image, upright
from extractors.ocr.direction import shared_line_direction

_ROOT = Path(__file__).resolve().parent.parent
_MEDIA = {
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
}
_BLOCK = 4
_WARM_UP = 4
_LEAST_PAGES = 12
"""Pages that an application has at least."""
_FEW = 4
"""Pages that PaddleOCR with its defaults gets: it takes ten times as long as any other."""


@dataclass(frozen=True)
class Page:
    """An upright page as a PNG, and what is printed on it if that is known."""

    image: Path
    truth: dict[str, Any] | None = None


@dataclass
class Row:
    """What one engine has done so far."""

    name: str
    workers: list[subprocess.Popen[str]]
    seconds: float = 0.0
    processor: float = 0.0
    pages: int = 0
    peak: float = 0.0
    load: float = 0.0
    tallies: list[Tally] = field(default_factory=list)


def generated(seed: int, quality: str, wanted: int, work: Path) -> list[Page]:
    """Upright pages of a fresh box."""
    box = work / f"box-{seed}-{quality}"
    if not box.exists():
        command = [sys.executable, "-m", "samples.generator", str(box), "--seed", str(seed)]
        subprocess.run(
            [*command, "--quality", quality, "--enterprises", str(1 + wanted // _LEAST_PAGES)],
            check=True,
            cwd=_ROOT,
            stdout=subprocess.DEVNULL,
        )
    with gzip.open(box / "truth-pages.json.gz", "rt", encoding="utf-8") as file:
        truths = [truth for truth in json.load(file) if not truth["blank"]]
    pages = []
    for truth in truths:
        if len(pages) == wanted:
            break
        image = work / f"{seed}-{quality}-{len(pages):03}.png"
        if _set_upright(box / truth["file"], truth["page"], image, truth["rotation"]):
            pages.append(Page(image, truth))
    return pages


def from_folder(folder: Path, work: Path) -> list[Page]:
    """Upright pages of all images in a folder."""
    pages = []
    for source in sorted(path for path in folder.rglob("*") if path.suffix.lower() in _MEDIA):
        image = work / f"image-{len(pages):04}.png"
        if _set_upright(source, 1, image):
            pages.append(Page(image))
    return pages


def _set_upright(source: Path, page: int, image: Path, rotation: int | None = None) -> bool:
    """Write the page upright; whether it is as the truth says, so that boxes can be compared."""
    pixels = page_image(source, _MEDIA[source.suffix.lower()], page)
    preparation = prepare_image(pixels, shared_line_direction())
    if rotation is not None and preparation.rotation != rotation:
        return False
    cv2.imwrite(str(image), upright(*pixels, preparation), [cv2.IMWRITE_PNG_COMPRESSION, 1])
    return True


def start(name: str, python: str) -> Row:
    """Two processes of an engine, loaded."""
    command = [python, str(_ROOT / "benchmarks" / "read_worker.py"), name]
    workers = [
        subprocess.Popen(
            command,
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        for _ in range(2)
    ]
    row = Row(name, workers)
    row.load = max(_answer(worker, name)["load"] for worker in workers)
    return row


def read_block(row: Row, pages: Sequence[Page], counted: bool) -> None:
    """Let both processes of an engine read a block of pages."""
    shares = [pages[i::2] for i in range(2)]
    seconds = [0.0, 0.0]
    for step in range(max(len(share) for share in shares)):
        busy = [i for i in range(2) if step < len(shares[i])]
        for i in busy:
            pipe = row.workers[i].stdin
            assert pipe is not None
            pipe.write(f"{shares[i][step].image}\n")
            pipe.flush()
        for i in busy:
            answer = _answer(row.workers[i], row.name)
            seconds[i] += answer["seconds"]
            row.peak = max(row.peak, answer["peak"])
            row.processor += answer["processor"] if counted else 0.0
            truth = shares[i][step].truth
            if counted and truth is not None:
                row.tallies.append(_tally(truth, answer["lines"]))
    if counted:
        row.seconds += max(seconds)
        row.pages += len(pages)


def _answer(worker: subprocess.Popen[str], name: str) -> dict[str, Any]:
    assert worker.stdout is not None
    line = worker.stdout.readline()
    if not line:
        raise SystemExit(f"{name}: a process ended with exit code {worker.wait()}")
    answer: dict[str, Any] = json.loads(line)
    return answer


def _tally(truth: dict[str, Any], lines: list[tuple[str, list[float]]]) -> Tally:
    covers = [
        Placed("", seal["x"] - r, seal["y"] - r, seal["x"] + r, seal["y"] + r)
        for seal in truth["seals"]
        for r in (seal["radius"],)
    ]
    for signature in truth["signatures"]:
        box = signature["box"]
        covers.append(Placed("", *(box.values() if isinstance(box, dict) else box)))
    printed = [placed(line["text"], line["quad"]) for line in truth["lines"]]
    return tally(printed, [placed(text, quad) for text, quad in lines], covers)


def table(title: str, rows: Sequence[Row]) -> str:
    """The rows as Markdown; ``times`` is how many times slower than ours."""
    ours = next((row.seconds / row.pages for row in rows if row.name == "ours"), 0.0)
    lines = [
        f"\n{title}\n",
        "| engine | pages | s/page | times ours | CPU s/page | CER % | clear CER % | lines exact % "
        "| elsewhere | peak MB | load s |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        pace, sums = row.seconds / max(1, row.pages), total(row.tallies)
        quality = (
            f"{sums.cer:.2f} | {sums.clear_cer:.2f} | {sums.exact_share:.1f} | {sums.elsewhere}"
            if row.tallies
            else "– | – | – | –"
        )
        lines.append(
            f"| {row.name} | {row.pages} | {pace:.3f} | {pace / ours if ours else 0:.2f} "
            f"| {row.processor / max(1, row.pages):.3f} "
            f"| {quality} | {row.peak:.0f} | {row.load:.1f} |"
        )
    return "\n".join(lines)


def compare(title: str, pages: Sequence[Page], engines: dict[str, str]) -> None:
    """Run all engines over the pages and print their table."""
    rows = [start(name, python) for name, python in engines.items()]
    try:
        for row in rows:
            read_block(row, pages[: _WARM_UP if row.name != "defaults" else 0], counted=False)
        for at in range(0, len(pages), _BLOCK):
            for row in rows:
                if row.name != "defaults" or at < _FEW:
                    read_block(row, pages[at : at + _BLOCK], counted=True)
    finally:
        for row in rows:
            for worker in row.workers:
                worker.kill()
                worker.wait()
    print(table(title, rows), flush=True)


def main() -> None:
    """Parse the command line, make the pages, print a table for each quality."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seed", type=int, default=7301, help="one that nothing was tuned on")
    parser.add_argument("--pages", type=int, default=20, help="of each quality")
    parser.add_argument("--quality", nargs="+", default=["good", "office", "poor"])
    parser.add_argument("--images", type=Path, help="a folder of images instead")
    parser.add_argument("--engines", nargs="+", help="instead of all that can run")
    parser.add_argument("--rapidocr-python", help="of an environment with rapidocr and openvino")
    parser.add_argument("--work", type=Path, help="keep boxes and pages here")
    options = parser.parse_args()
    names = options.engines or ["ours", "ours-paddle", "official", "defaults"]
    engines = dict.fromkeys(names, sys.executable)
    if not options.engines and shutil.which("tesseract"):
        engines["tesseract"] = sys.executable
    if options.rapidocr_python:
        engines["rapidocr"] = options.rapidocr_python
    with tempfile.TemporaryDirectory() as scratch:
        work = options.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        if options.images:
            compare(str(options.images.name), from_folder(options.images, work), engines)
            return
        for quality in options.quality:
            pages = generated(options.seed, quality, options.pages, work)
            compare(f"{quality}, seed {options.seed}", pages, engines)


if __name__ == "__main__":
    main()
