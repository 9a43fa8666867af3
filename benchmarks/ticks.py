"""How well tick boxes are found, decided and named, and signatures seen.

Pages with tick boxes or signatures are read as `read` reads them::

    python benchmarks/ticks.py --seed 7003 --quality office
    python benchmarks/ticks.py BOX --most 40

A ticked box counts as right if it is where one is, called ticked, and named as the option
is.  Precision also counts boxes called ticked where there are none.  A signature is wanted at
every place that is signed, and nowhere else on pages with a truth statement.
"""

from __future__ import annotations

import time
import unicodedata
from collections import Counter
from pathlib import Path

from boxes import TruePage, asked_for, box_arguments, spread

from extractors.ocr.engines import shared_engine
from extractors.page import Box, PageView, Tick
from pipeline.records import FileRole, FileStatus, ReadPage, SourceFile
from pipeline.sealing import truth_seen
from pipeline.stages.clean import prepare
from pipeline.stages.read import read


def plain(text: str) -> str:
    """A text as it is compared: NFKC, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def as_read(page: TruePage) -> ReadPage:
    """The page as the stages `clean` and `read` see it."""
    path = page.box / page.truth["file"]
    media = {".pdf": "application/pdf", ".tif": "image/tiff", ".png": "image/png"}
    source = SourceFile(
        box=page.box.name,
        file=page.truth["file"],
        path=str(path),
        sha256="0" * 64,
        size=path.stat().st_size,
        media_type=media.get(Path(path).suffix, "image/jpeg"),
        role=FileRole.SCAN,
        pages=page.truth["page"],
        status=FileStatus.READ,
    )
    return read(source, page.truth["page"], prepare(source, page.truth["page"]), shared_engine())


def compare_ticks(page: TruePage, seen: tuple[Tick, ...], counts: Counter[str]) -> None:
    """Count boxes of one page and print what went wrong."""
    left = list(seen)
    for truth in page.truth["ticks"]:
        x0, y0, x1, y1 = truth["box"]
        box = Box(x0=x0, y0=y0, x1=x1, y1=y1)
        same = [tick for tick in left if tick.box.overlap(box) > 0.4 * box.area]
        counts["boxes"] += 1
        counts["ticked"] += truth["ticked"]
        if not same:
            counts["missed"] += 1
            print(f"missed: {truth['option']} {page.name}")
            continue
        tick = same[0]
        left.remove(tick)
        named = plain(tick.label) == plain(truth["option"])
        counts["named"] += named
        counts["undecided"] += tick.ticked is None
        counts["wrong"] += tick.ticked is not None and tick.ticked != truth["ticked"]
        counts["claimed"] += bool(tick.ticked)
        counts["hits"] += bool(tick.ticked) and truth["ticked"] and named
        if tick.ticked != truth["ticked"] or not named:
            print(
                f"{tick.label} {tick.ticked}, not {truth['option']} {truth['ticked']} {page.name}"
            )
    for tick in left:
        counts["false"] += 1
        counts["claimed"] += bool(tick.ticked)
        print(f"false: {tick.label} {tick.ticked} {page.name}")


def compare_signature(page: TruePage, seen: ReadPage, view: PageView, counts: Counter[str]) -> None:
    """Count the signature of a page with a truth statement."""
    signed = bool(page.truth["signatures"])
    present = {item.kind: item.present for item in truth_seen(seen, view)}["signature"]
    counts[f"signature {'there' if signed else 'not there'}, seen as {present}"] += 1
    if present is not signed:
        print(f"signature {signed}, seen as {present}: {page.name}")


def main() -> None:
    """Measure the pages asked for."""
    parser = box_arguments(__doc__)
    parser.add_argument("--most", type=int, default=60, help="pages")
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    with asked_for(arguments) as pages:
        wanted = [
            page
            for page in pages
            if page.truth["ticks"]
            or page.truth["signatures"]
            or page.truth["type"] == "truth_statement"
        ]
        start = time.perf_counter()
        chosen = spread(wanted, arguments.most)
        for page in chosen:
            seen = as_read(page)
            if seen.view is None:
                print(f"not read: {page.name}")
                continue
            compare_ticks(page, seen.view.ticks, counts)
            if page.truth["signatures"] or page.truth["type"] == "truth_statement":
                compare_signature(page, seen, seen.view, counts)
        seconds = time.perf_counter() - start
    total = counts["claimed"] + counts["ticked"]
    f1 = 2 * counts["hits"] / total if total else 1.0
    print("\n| measure | result |\n|---|---|")
    print(f"| pages | {len(chosen)}, {seconds / max(1, len(chosen)):.1f} s each |")
    print(f"| F1 of ticked boxes, with their names | {f1:.4f} |")
    for name in ("boxes", "ticked", "missed", "named", "undecided", "wrong", "false"):
        print(f"| {name} | {counts[name]} |")
    for name in sorted(counts):
        if name.startswith("signature"):
            print(f"| {name} | {counts[name]} |")


if __name__ == "__main__":
    main()
