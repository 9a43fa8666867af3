"""How right the product is on boxes of a seed that nothing was tuned on.

For each quality: make a box, put it through `zjtx run` as a clerk would, score the result
files against the truth.  One table, one command::

    python benchmarks/accuracy.py --seed 7001 --enterprises 10 --quality office
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from pipeline.score import Score, score, summary


def measure(seed: int, quality: str, enterprises: int, work: Path, workers: int) -> Score:
    """Make, run and score one box; the box and the results stay in the work folder."""
    box = work / f"box-{seed}-{quality}"
    out = work / f"out-{seed}-{quality}"
    if not box.exists():
        subprocess.run(
            [
                sys.executable,
                "-m",
                "samples.generator",
                str(box),
                "--seed",
                str(seed),
                "--quality",
                quality,
                "--enterprises",
                str(enterprises),
            ],
            check=True,
        )
    zjtx = Path(sys.executable).with_name("zjtx")
    command = [str(zjtx)] if zjtx.exists() else [sys.executable, "-m", "pipeline.cli"]
    run = subprocess.run(
        [*command, "run", str(box), "--out", str(out), "--workers", str(workers)], check=False
    )
    if run.returncode not in (0, 1):
        raise SystemExit(f"zjtx run ended with {run.returncode} on {box}")
    return score(out, box / "truth.json")


def main() -> None:
    """Parse the command line, print a table and the misses behind it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True, help="not one that was tuned on")
    parser.add_argument("--enterprises", type=int, default=10)
    parser.add_argument("--quality", nargs="+", default=["good", "office", "poor"])
    parser.add_argument("--work", type=Path, help="keep boxes and results here")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        work = arguments.work or Path(scratch)
        work.mkdir(parents=True, exist_ok=True)
        results = {
            quality: measure(
                arguments.seed, quality, arguments.enterprises, work, arguments.workers
            )
            for quality in arguments.quality
        }
    for quality, result in results.items():
        print(f"\n## {quality}\n{summary(result)}")
    rows = (
        ("applications found", "applications"),
        ("fields exact", "fields"),
        ("values accepted", "accepted"),
        ("silent errors", "silent_errors"),
        ("pages of the right type", "document_pages"),
        ("findings recall", "findings_recall"),
        ("findings precision", "findings_precision"),
        ("match, first candidate", "match_top"),
        ("match, accepted", "match_accepted"),
        ("match, false accepts", "match_false"),
        ("differences recall", "differences_recall"),
    )
    print(f"\n| seed {arguments.seed} | " + " | ".join(results) + " |")
    print("|---|" + "---|" * len(results))
    for title, name in rows:
        cells = " | ".join(str(getattr(result, name)) for result in results.values())
        print(f"| {title} | {cells} |")


if __name__ == "__main__":
    main()
