"""How much memory a process holds that reads page after page and is never replaced.

The pages go through the product's pool of workers and its steps of cleaning and reading, in an
order drawn once, so that sizes and colours change from page to page; where there are fewer pages
than asked for they come again::

    python benchmarks/memory.py BOX BOX --pages 2000
    python benchmarks/memory.py --seed 7001 --quality good --pages 500 --workers 2

In use the worker is replaced after ``recycle_pages`` (see ``pipeline/settings.py``) as well.
"""

from __future__ import annotations

import os
import random
import resource
import time
from pathlib import Path

from boxes import TruePage, asked_for, box_arguments

from extractors.ocr.engines import shared_engine
from pipeline.media import media_type_of
from pipeline.records import SourceFile
from pipeline.stages.clean import prepare
from pipeline.stages.read import read
from pipeline.workers import Start, WorkerPool


def start() -> None:
    """Load the engine, as a worker of a run does."""
    shared_engine()


def page_through(file: str, page: int) -> tuple[int, float, float, float]:
    """Clean and read one page.

    Returns:
        Process, MB resident afterwards, most MB resident so far, CPU seconds.
    """
    begun = time.process_time()
    path = Path(file)
    source = SourceFile.model_construct(
        file=path.name, path=file, media_type=media_type_of(path), sha256="", pages=page
    )
    read(source, page, prepare(source, page), shared_engine())
    spent = time.process_time() - begun
    now = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    return os.getpid(), now, most, spent


def measure(pages: list[TruePage], count: int, workers: int) -> None:
    """Print what each worker holds after every hundredth page."""
    order = [pages[i % len(pages)] for i in range(count)]
    random.Random(1).shuffle(order)
    seen: dict[int, list[tuple[float, float, float]]] = {}
    with WorkerPool(
        workers, start=Start(start), recycle_after=10**9, recycle_above=1 << 40
    ) as pool:
        tasks = [
            pool.submit(page_through, str(page.box / page.truth["file"]), page.truth["page"])
            for page in order
        ]
        print("| process | pages | resident MB | most MB | CPU s/page |\n|---|---|---|---|---|")
        for task in tasks:
            process, *figures = task.result()
            own = seen.setdefault(process, [])
            own.append((figures[0], figures[1], figures[2]))
            if len(own) in (1, 10) or len(own) % 100 == 0:
                report(process, own)
    for process, own in seen.items():
        report(process, own)


def report(process: int, own: list[tuple[float, float, float]]) -> None:
    """One row."""
    now, most, _ = own[-1]
    spent = sum(one[2] for one in own) / len(own)
    print(f"| {process} | {len(own)} | {now:.0f} | {most:.0f} | {spent:.2f} |", flush=True)


def main() -> None:
    """Parse the command line."""
    parser = box_arguments(__doc__)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=1)
    arguments = parser.parse_args()
    with asked_for(arguments) as pages:
        measure(pages, arguments.pages, arguments.workers)


if __name__ == "__main__":
    main()
