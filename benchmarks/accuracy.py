"""How right the product is on boxes of seeds that nothing was tuned on.

For each seed and quality: make a box, put it through `zjtx run` as a clerk would, score the
result files against the truth.  One command, one table, the boxes of a quality taken
together::

    python benchmarks/accuracy.py --seed 7001 7002 --enterprises 10 --quality office

``--family B`` takes the second set of layouts, which shares no template with the first.
Below each share stands its 95 % interval (Wilson), for a box holds few findings.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from math import sqrt
from pathlib import Path

from pipeline.score import Score, Share, score, summary

_SHARES = (
    ("applications found", "applications"),
    ("fields exact", "fields"),
    ("values accepted", "accepted"),
    ("silent errors", "silent_errors"),
    ("pages of the right type", "document_pages"),
    ("document ranges right", "document_ranges"),
    ("volumes split right", "volumes_split"),
    ("findings recall", "findings_recall"),
    ("findings precision", "findings_precision"),
    ("match, first candidate", "match_top"),
    ("match, accepted", "match_accepted"),
    ("differences recall", "differences_recall"),
)
_COUNTS = (
    ("applications invented", "applications_invented"),
    ("match, false accepts", "match_false"),
)


def measure(
    seed: int, quality: str, enterprises: int, family: str, work: Path, workers: int
) -> Score:
    """Make, run and score one box; the box and the results stay in the work folder."""
    box = work / f"box-{seed}-{quality}-{family}"
    out = work / f"out-{seed}-{quality}-{family}"
    if not box.exists():
        make = [sys.executable, "-m", "samples.generator", str(box), "--seed", str(seed)]
        make += ["--quality", quality, "--enterprises", str(enterprises), "--family", family]
        subprocess.run(make, check=True)
    run = [sys.executable, "-m", "pipeline.cli", "run", str(box), "--out", str(out)]
    ended = subprocess.run([*run, "--workers", str(workers)], check=False)
    if ended.returncode not in (0, 1):
        raise SystemExit(f"zjtx run ended with {ended.returncode} on {box}")
    return score(out, box / "truth.json")


def pooled(shares: Sequence[Share]) -> Share:
    """Several shares as one."""
    return Share(hits=sum(s.hits for s in shares), total=sum(s.total for s in shares))


def interval(share: Share) -> str:
    """The 95 % interval of a share after Wilson (1927)."""
    if not share.total:
        return ""
    z, n, p = 1.96, share.total, share.value
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return f"{max(0.0, middle - half):.4f}–{min(1.0, middle + half):.4f}"


def table(results: dict[str, list[Score]]) -> str:
    """The figures of all qualities, one column each."""
    lines = ["| | " + " | ".join(results) + " |", "|---|" + "---|" * len(results)]
    for title, name in _SHARES:
        shares = [pooled([getattr(s, name) for s in scores]) for scores in results.values()]
        cells = " | ".join(f"{share}<br>{interval(share)}" for share in shares)
        lines.append(f"| {title} | {cells} |")
    for title, name in _COUNTS:
        counts = [str(sum(getattr(s, name) for s in scores)) for scores in results.values()]
        lines.append(f"| {title} | {' | '.join(counts)} |")
    return "\n".join(lines)


def code_table(results: dict[str, list[Score]]) -> str:
    """The findings by code: right, missed and wrong at each quality."""
    told: dict[str, Counter[tuple[str, int]]] = {}
    for quality, scores in results.items():
        counts = told[quality] = Counter()
        for code, *kinds in (entry for one in scores for entry in one.findings_by_code):
            counts.update({(code, kind): number for kind, number in enumerate(kinds)})
    codes = sorted({code for counts in told.values() for code, _ in counts})
    lines = [
        "| right, missed, wrong | " + " | ".join(results) + " |",
        "|---|" + "---|" * len(results),
    ]
    for code in codes:
        shown = [
            ", ".join(str(counts[code, kind]) for kind in range(3)) for counts in told.values()
        ]
        lines.append(f"| {code} | {' | '.join(shown)} |")
    return "\n".join(lines)


def main() -> None:
    """Parse the command line, print the misses and then the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, nargs="+", required=True, help="none tuned on")
    parser.add_argument("--enterprises", type=int, default=10)
    parser.add_argument("--quality", nargs="+", default=["good", "office", "poor"])
    parser.add_argument("--family", choices=["A", "B"], default="A")
    parser.add_argument("--work", type=Path, help="keep boxes and results here")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    results: dict[str, list[Score]] = {quality: [] for quality in arguments.quality}
    with tempfile.TemporaryDirectory() as scratch:
        work = arguments.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        for quality, scores in results.items():
            for seed in arguments.seed:
                result = measure(
                    seed,
                    quality,
                    arguments.enterprises,
                    arguments.family,
                    work,
                    arguments.workers,
                )
                print(f"\n## seed {seed}, {quality}\n{summary(result)}", flush=True)
                scores.append(result)
    print(f"\nSeeds {', '.join(map(str, arguments.seed))}:\n\n{table(results)}")
    print(f"\n{code_table(results)}")


if __name__ == "__main__":
    main()
