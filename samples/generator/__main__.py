"""``python -m samples.generator OUTDIR --seed N --quality office --enterprises N --family B``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from samples.generator.box import make_box
from samples.generator.families import Family
from samples.generator.model import ScanQuality


def main(arguments: list[str] | None = None) -> int:
    """Make a box from the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m samples.generator",
        description="Make a box of invented applications, scanned, with its exact truth.",
    )
    parser.add_argument("folder", type=Path, help="new folder; its name becomes the box's id")
    parser.add_argument("--seed", type=int, default=2021)
    parser.add_argument("--quality", choices=[q.value for q in ScanQuality], default="office")
    parser.add_argument("--enterprises", type=int, default=10)
    parser.add_argument("--preset", choices=["demo"], help="the committed sample box")
    parser.add_argument(
        "--family",
        choices=[family.value for family in Family],
        default=Family.A.value,
        help="set of layouts; the two share no template",
    )
    options = parser.parse_args(arguments)
    if options.enterprises < 1:
        parser.error("--enterprises must be at least 1")
    try:
        make_box(
            options.folder,
            options.seed,
            ScanQuality(options.quality),
            options.enterprises,
            demo=options.preset == "demo",
            family=Family(options.family),
        )
    except FileExistsError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
