"""How well pages are set upright and blank sheets told from written ones.

Every page is turned by one more quarter than the one before it, so that all four ways come
up equally often whatever way the pages were scanned::

    python benchmarks/prepare.py --seed 7001 --quality office --most 200
    python benchmarks/prepare.py BOX BOX --most 500
"""

from __future__ import annotations

import time
from collections import Counter

import numpy as np
from boxes import TruePage, asked_for, box_arguments, spread

from extractors.imaging.preparation import prepare_image
from extractors.imaging.render import PageImage
from extractors.ocr.direction import shared_line_direction
from extractors.page import PagePreparation


def turned(image: PageImage, quarters: int) -> PageImage:
    """The page turned clockwise."""
    return PageImage(np.ascontiguousarray(np.rot90(image.pixels, k=-quarters)), image.dpi)


def report(measured: list[tuple[TruePage, int, PagePreparation]], seconds: float) -> None:
    """Print the table and the pages behind every miss."""
    right: Counter[int] = Counter()
    pages: Counter[int] = Counter()
    misses: list[str] = []
    errors: list[float] = []
    lost = found = blanks = 0
    reasons: Counter[str] = Counter()
    for page, quarters, seen in measured:
        way = 90 * quarters
        wanted = (page.truth["rotation"] - way) % 360
        reasons.update(seen.quality_reasons)
        if page.truth["blank"]:
            blanks += 1
            found += seen.blank
            if not seen.blank:
                misses.append(f"not called blank ({seen.blank_confidence}): {page.name}")
            continue
        if seen.blank:
            lost += 1
            misses.append(f"CALLED BLANK ({seen.blank_confidence}): {page.name}")
        pages[wanted] += 1
        right[wanted] += seen.rotation == wanted
        if seen.rotation != wanted:
            misses.append(f"turned by {seen.rotation}, not {wanted}: {page.name} ({way})")
            continue
        errors.append(abs(seen.skew - page.truth["skew"]))
        if errors[-1] > 0.2:
            misses.append(f"skew {seen.skew}, not {page.truth['skew']}: {page.name}")
    for miss in misses:
        print(miss)
    ways = ", ".join(f"{way}° {right[way]}/{pages[way]}" for way in sorted(pages))
    print(f"\n| measure | result |\n|---|---|\n| orientation right | {ways} |")
    if errors:
        within = float(np.mean(np.array(errors) <= 0.2))
        print(f"| deskewed within 0.2° | {100 * within:.1f} % of {len(errors)} |")
        high = np.percentile(errors, [50, 95, 100])
        print(
            f"| skew error, median, 95th, largest | {high[0]:.2f}° {high[1]:.2f}° {high[2]:.2f}° |"
        )
    print(f"| written pages called blank | {lost} of {sum(pages.values())} |")
    print(f"| blank sheets found | {found} of {blanks} |")
    print(f"| seconds a page | {seconds / max(1, len(measured)):.2f} |")
    print(f"| quality remarks | {dict(reasons)} |")


def main() -> None:
    """Measure the pages asked for."""
    parser = box_arguments(__doc__)
    parser.add_argument("--most", type=int, default=200, help="written pages, taken evenly")
    arguments = parser.parse_args()
    with asked_for(arguments) as pages:
        written = [page for page in pages if not page.truth["blank"]]
        chosen = spread(written, arguments.most) + [page for page in pages if page.truth["blank"]]
        measured = []
        seconds = 0.0
        for number, page in enumerate(chosen):
            image = turned(page.image(), number % 4)
            start = time.perf_counter()
            seen = prepare_image(image, shared_line_direction())
            seconds += time.perf_counter() - start
            measured.append((page, number % 4, seen))
        report(measured, seconds)


if __name__ == "__main__":
    main()
