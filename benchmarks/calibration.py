"""How often lines are right that were read with a given belief, and the table made of it.

    python benchmarks/calibration.py --fit BOX ... --test BOX ... [--table TOML] [--picture PNG]

Boxes come from ``python -m samples.generator``; those to fit on and those to test on are made
from different seeds.  A line counts as right if its text, normalised as in `read_score.py`, is
part of what is printed at its place; so a line cut in two is not called wrong for it.  Lines
that a seal or a signature touches, and lines where nothing is printed, are left out: what lies
under ink is judged elsewhere (`pipeline/belief.py`).

The map from belief to share is the best one that never falls (pool adjacent violators), fitted
for Chinese text and for figures apart.  Each pool's share is (right + 1) / (lines + 2): a pool of
n lines without an error is believed to 1 - 1 / (n + 2), no more.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import cv2
from boxes import pages_of, spread
from read_score import Placed, groups, joined, normalised, placed, share

from extractors.imaging.preparation import prepare_image
from extractors.imaging.render import upright
from extractors.imaging.ruling import find_ruling
from extractors.imaging.seals import find_seals
from extractors.ocr.confidence import FIGURES, TEXT, calibrated, kind_of
from extractors.ocr.direction import shared_line_direction
from extractors.ocr.engine import Reading
from extractors.ocr.engines import shared_engine
from extractors.ocr.lines import read_lines

_EDGES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 1.01)


class Sample(NamedTuple):
    """One line."""

    kind: str
    belief: float
    """In its weakest place."""
    right: bool


def samples_of(boxes: Sequence[Path], most: int) -> list[Sample]:
    """The lines of at most so many pages of each box."""
    samples: list[Sample] = []
    # What is to be measured is the belief before the table, so it is handed through.
    with patch("extractors.ocr.lines.calibrated", _untouched):
        for box in boxes:
            samples += _of_box(box, most)
    return samples


def _of_box(box: Path, most: int) -> list[Sample]:
    engine, direction = shared_engine(), shared_line_direction()
    samples = []
    for page in spread([page for page in pages_of([box]) if not page.truth["blank"]], most):
        image = page.image()
        preparation = prepare_image(image, direction)
        if preparation.rotation != page.truth["rotation"]:
            continue
        picture = upright(*image, preparation)
        cells = find_ruling(picture).cells
        seals = find_seals(picture, preparation.colour)
        samples += _judged(page.truth, read_lines(picture, engine, cells, seals))
    return samples


def _untouched(reading: Reading, engine: str) -> float:
    return reading.confidence if reading.weakest is None else reading.weakest


def _judged(truth: dict[str, Any], lines: Sequence[Any]) -> list[Sample]:
    covers = [
        Placed("", seal["x"] - r, seal["y"] - r, seal["x"] + r, seal["y"] + r)
        for seal in truth["seals"]
        for r in (seal["radius"],)
    ]
    for signature in truth["signatures"]:
        box = signature["box"]
        covers.append(Placed("", *(box.values() if isinstance(box, dict) else box)))
    printed = [placed(line["text"], line["quad"]) for line in truth["lines"]]
    read = [placed(line.text, line.quad) for line in lines]
    belief = {id(one): line.confidence for one, line in zip(read, lines, strict=True)}
    samples = []
    for true_lines, seen_lines in groups(printed, read):
        if any(share(one, cover) for one in (*true_lines, *seen_lines) for cover in covers):
            continue
        wanted = joined(true_lines)
        for one in seen_lines if true_lines else ():
            text = normalised(one.text)
            if text:
                samples.append(Sample(kind_of(text), belief[id(one)], text in wanted))
    return samples


def fitted(samples: Sequence[Sample]) -> tuple[list[float], list[float]]:
    """Beliefs and shares of right lines, both ascending; between them the share is straight."""
    pools: list[tuple[float, int, int]] = []  # sum of beliefs, right, lines
    ordered = sorted(samples, key=lambda sample: sample.belief)
    for belief, same in groupby(ordered, key=lambda sample: round(sample.belief, 4)):
        alike = list(same)
        pools.append((belief * len(alike), sum(one.right for one in alike), len(alike)))
        while len(pools) > 1 and pools[-2][1] * pools[-1][2] >= pools[-1][1] * pools[-2][2]:
            last, before = pools.pop(), pools.pop()
            pools.append((before[0] + last[0], before[1] + last[1], before[2] + last[2]))
    beliefs, shares = [0.0], [0.0]
    for total, right, lines in pools:
        beliefs.append(round(total / lines, 4))
        shares.append(max(shares[-1], round((right + 1) / (lines + 2), 4)))
    return beliefs, shares


def reliability(
    samples: Sequence[Sample], shares: Sequence[float]
) -> list[tuple[str, int, float, float]]:
    """Lines by confidence: range, lines, mean confidence, share right."""
    rows = []
    for low, high in pairwise(_EDGES):
        here = [(s, c) for s, c in zip(samples, shares, strict=True) if low <= c < high]
        if here:
            mean = sum(c for _, c in here) / len(here)
            right = sum(s.right for s, _ in here) / len(here)
            rows.append((f"{low:g} – {min(high, 1):g}", len(here), mean, right))
    return rows


def main() -> None:
    """Fit, write the table, test."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--fit", nargs="*", type=Path, default=[])
    parser.add_argument("--test", nargs="*", type=Path, default=[])
    parser.add_argument("--pages", type=int, default=40, help="of each box at most")
    parser.add_argument("--table", type=Path, help="write it here, with --note as its source")
    parser.add_argument("--note", default="")
    parser.add_argument("--picture", type=Path, help="draw the reliability diagram here")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if options.fit:
        samples = samples_of(options.fit, options.pages)
        parts = ["# Share of lines that are right by belief in their weakest place.\n"]
        parts.append(f"# Written by benchmarks/calibration.py. {options.note}\n")
        for kind in (TEXT, FIGURES):
            own = [sample for sample in samples if sample.kind == kind]
            beliefs, shares = fitted(own)
            wrong = sum(not sample.right for sample in own)
            parts.append(f"\n# {len(own)} lines, {wrong} of them wrong.\n[engines.lean.{kind}]\n")
            parts.append(f"belief = {beliefs}\nright = {shares}\n")
        text = "".join(parts)
        if options.table:
            options.table.write_text(text, encoding="utf-8")
        print(text)
    if options.test:
        samples = samples_of(options.test, options.pages)
        tables = {}
        for name, rule in (
            ("before", lambda one: one.belief),
            ("calibrated", lambda one: calibrated(_reading(one), "lean")),
        ):
            tables[name] = reliability(samples, [rule(one) for one in samples])
            print(f"\n{name}\n\n| confidence | lines | mean | right |\n|---|---|---|---|")
            for span, lines, mean, right in tables[name]:
                print(f"| {span} | {lines} | {mean:.4f} | {right:.4f} |")
        if options.picture:
            _draw(tables["calibrated"], options.picture)


def _reading(sample: Sample) -> Reading:
    return Reading("字" if sample.kind == TEXT else "1", sample.belief, sample.belief)


def _draw(rows: Sequence[tuple[str, int, float, float]], path: Path) -> None:
    """The diagram: ranges of confidence across, what they claim and what was right up."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 3.6), dpi=90)
    places = range(len(rows))
    axes.plot(places, [row[2] for row in rows], "o--", color="0.5", label="mean confidence")
    axes.plot(places, [row[3] for row in rows], "o-", color="tab:blue", label="share right")
    axes.set_xticks(places, [f"{span}\n{lines} lines" for span, lines, _, _ in rows], fontsize=8)
    axes.set_xlabel("confidence")
    axes.legend(loc="lower right", frameon=False)
    axes.grid(axis="y", color="0.9")
    figure.tight_layout()
    figure.savefig(path)


if __name__ == "__main__":
    main()
