"""A run in a process of its own, for a test that kills it."""

import sys
from pathlib import Path

from fake_stages import make_stages

from pipeline.batch import run_batch
from pipeline.plan import Order
from pipeline.programme import find_programme, load_programme
from pipeline.settings import Settings

if __name__ == "__main__":
    folder, box = Path(sys.argv[1]), Path(sys.argv[2])
    run_batch(
        Order((box,), folder / "killed" / "result"),
        Settings(workers=2),
        load_programme(find_programme("liaoning-2021")),
        stages=make_stages(folder / "journal", 0.1),
    )
