"""How long it takes to judge a box whose pages have been read: from the match to the tables.

Draws the papers of a hundred invented applications and takes from the generator what stands on
them, so that nothing has to be recognised; rules, cells and tick boxes are found in the drawing
as on any page.  The pages are kept in ``--work`` and drawn once.  The box then goes through the
product's own batch, twice: the second time with registrations that were renewed, which matches,
judges and writes everything again without reading a page::

    python benchmarks/judge.py --work /some/folder --applications 100

``--profile`` prints where the second run spends its time.
"""

from __future__ import annotations

import argparse
import cProfile
import functools
import gzip
import json
import os
import pstats
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np
import openpyxl
import pypdfium2 as pdfium

from extractors.imaging.filling import fill_cells
from extractors.imaging.ruling import find_ruling
from extractors.page import (
    Box,
    Line,
    PagePreparation,
    PageView,
    Quality,
    Seal,
    TextSource,
    Tick,
)
from pipeline.batch import run_batch
from pipeline.plan import Order, real_stages
from pipeline.programme import find_programme, load_programme
from pipeline.records import PageRef, ReadPage
from pipeline.settings import Settings
from samples.generator.cases import Case
from samples.generator.forms_docx import write_form
from samples.generator.model import DrawnPage
from samples.generator.pages import draw_document
from samples.generator.plan import plan_box
from samples.generator.registrations import write_registrations, write_titles

_SCALE = 200 / 300
"""From the drawing's resolution to that of a page."""
_JUDGING = ("match", "compare", "check")


# --- pages as a reader without mistakes sees them ----------------------------------------


def view_of(drawn: DrawnPage) -> PageView:
    """The drawing as a page that was read: its words are the generator's, its rules are seen."""
    height, width = (round(side * _SCALE) for side in drawn.image.shape[:2])
    shrunk = cv2.resize(drawn.image, (width, height), interpolation=cv2.INTER_AREA)
    picture = np.ascontiguousarray(shrunk[..., ::-1])
    lines = tuple(
        Line(
            text=line.text,
            quad=tuple(round(part * _SCALE, 1) for part in line.quad),
            confidence=0.995,
            engine="generator",
            rivals=(),
        )
        for line in sorted(drawn.lines, key=lambda line: (line.quad[1], line.quad[0]))
    )
    return PageView(
        preparation=PagePreparation(
            width=width,
            height=height,
            dpi=200,
            rotation=0,
            skew=0.0,
            blank=False,
            blank_confidence=1.0,
            colour=True,
            quality=Quality.GOOD,
        ),
        text_source=TextSource.OCR,
        lines=lines,
        cells=fill_cells(find_ruling(picture).cells, lines),
        ticks=tuple(
            Tick(label=label, ticked=bool(ticked), confidence=0.99, box=_box(box))
            for label, ticked, box in drawn.ticks
        ),
        seals=tuple(
            Seal(
                x=x * _SCALE,
                y=y * _SCALE,
                radius=radius * _SCALE,
                colour="red",
                text=text,
                confidence=0.95,
            )
            for text, x, y, radius in drawn.seals
        ),
        handwriting=tuple(_box(box) for _, box in drawn.signatures),
    )


def _box(box: Any) -> Box:
    x0, y0, x1, y1 = (round(float(side) * _SCALE, 1) for side in box)
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)


def draw_case(case: Case, seed: int) -> list[str]:
    """The pages of one bound copy, as JSON."""
    specs = [case.form(), *(item.spec() for item in case.evidence)]
    views = []
    for order, spec in enumerate(specs):
        rng = np.random.default_rng([seed, int(case.id.lstrip("T")), order])
        views += [view_of(page).model_dump_json() for page in draw_document(spec, rng, case.family)]
    return views


def make(work: Path, applications: int, seed: int, workers: int) -> Path:
    """The box and its pages, drawn unless they are there."""
    box = work / f"box-{applications}"
    pages = work / f"pages-{applications}"
    if (work / f"made-{applications}").exists():
        return box
    for folder in (box, pages):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    rng = Random(seed)
    cases = plan_box(rng, applications)[:applications]
    (box / "scans").mkdir()
    with ProcessPoolExecutor(workers) as pool:
        drawn = pool.map(functools.partial(draw_case, seed=seed), cases)
        for case, views in zip(cases, drawn, strict=True):
            packed = gzip.compress(json.dumps(views).encode(), 5)
            (pages / f"{case.id}.json.gz").write_bytes(packed)
            _blank_pdf(box / "scans" / f"{case.id}.pdf", len(views), case.id)
            if case.disc:
                place = box / "disc" / case.enterprise.name
                place.mkdir(parents=True, exist_ok=True)
                write_form(place / f"{case.disc_name}.docx", case, rng)
    write_registrations(box / "registrations.xlsx", cases, rng)
    write_titles(box / "titles.csv", cases, rng)
    text = f'id = "{box.name}"\nreceived = 2021-06-04\ncopies = 1\n'
    (box / "box.toml").write_text(text, encoding="utf-8")
    (work / f"made-{applications}").touch()
    return box


def _blank_pdf(path: Path, pages: int, name: str) -> None:
    """A file of as many pages, unlike every other: the page's width tells them apart."""
    document = pdfium.PdfDocument.new()
    for number in range(pages):
        document.new_page(595 + int(name.lstrip("T")) / 100, 842 + number / 100)
    document.save(str(path))


# --- stages that know the pages ----------------------------------------------------------


@functools.lru_cache(maxsize=4)
def _views(path: Path) -> list[str]:
    return list(json.loads(gzip.decompress(path.read_bytes())))


def _view(folder: Path, source: Any, page: int) -> PageView:
    name = Path(source.path).stem
    return PageView.model_validate_json(_views(folder / f"{name}.json.gz")[page - 1])


def known_preparation(folder: Path, other: Any, source: Any, page: int) -> PagePreparation:
    """How the page was drawn; a Word file as always."""
    if "word" in source.media_type:
        return other(source, page)  # type: ignore[no-any-return]
    return _view(folder, source, page).preparation


def known_page(
    folder: Path, other: Any, source: Any, page: int, preparation: Any, engine: Any
) -> ReadPage:
    """What stands on the page; a Word file is read as always."""
    if "word" in source.media_type:
        return other(source, page, preparation, engine)  # type: ignore[no-any-return]
    ref = PageRef(file=source.file, page=page)
    return ReadPage(ref=ref, sha256=source.sha256, view=_view(folder, source, page))


def no_engine() -> None:
    """Nothing is recognised."""


def renew(box: Path, to: Path) -> Path:
    """The registrations as the platform exports them a week later: another telephone."""
    workbook = openpyxl.load_workbook(box / "registrations.xlsx")
    sheet = workbook.active
    for row in sheet.iter_rows(min_row=max(2, sheet.max_row - 1)):
        for cell in row:
            if isinstance(cell.value, str) and cell.value.isdecimal() and len(cell.value) == 11:
                cell.value = cell.value[:-1] + str((int(cell.value[-1]) + 1) % 10)
    path = to / "registrations-renewed.xlsx"
    workbook.save(path)
    return path


def main() -> None:
    """Make the box where it is not there, run it twice, print the times."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--applications", type=int, default=100)
    parser.add_argument("--seed", type=int, default=8601)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    work: Path = arguments.work.absolute()
    work.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    box = make(work, arguments.applications, arguments.seed, arguments.workers)
    print(f"pages drawn in {time.perf_counter() - started:.1f} s")
    stages = real_stages("lean")
    folder = work / f"pages-{arguments.applications}"
    stages = replace(
        stages,
        make_engine=no_engine,
        prepare=functools.partial(known_preparation, folder, stages.prepare),
        read=functools.partial(known_page, folder, stages.read),
    )
    settings = Settings(workers=arguments.workers)
    programme = load_programme(find_programme(settings.programme))
    out = work / f"out-{arguments.applications}"
    for name, order in _orders(box, out, work):
        started = time.perf_counter()
        with cProfile.Profile() as profile:
            if not (arguments.profile and name == "renewed"):
                profile.disable()
            outcome = run_batch(order, settings, programme, stages=stages)
            profile.disable()
        seconds = time.perf_counter() - started
        result = outcome.result
        if result is None:
            print(f"{name}: nothing new")
            continue
        print(f"\n{name}: {len(result.applications)} applications, {result.balance.pages} pages")
        for timing in result.timings:
            print(
                f"  {timing.stage:10} {timing.seconds:7.2f} s"
                f"  {timing.units} units, {timing.reused} reused"
            )
        accounted = sum(timing.seconds for timing in result.timings)
        print(f"  {'the rest':10} {seconds - accounted:7.2f} s  tables and account")
        print(f"  whole run  {seconds:7.2f} s with {arguments.workers} workers")
        if arguments.profile and name == "renewed":
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


def _orders(box: Path, out: Path, work: Path) -> Iterator[tuple[str, Order]]:
    """The first run, with nothing done before, and the one with renewed registrations."""
    shutil.rmtree(work / ".zjtx", ignore_errors=True)
    shutil.rmtree(out, ignore_errors=True)
    yield "first", Order((box,), out)
    yield "renewed", Order((box,), out, registrations=renew(box, work))


if __name__ == "__main__":
    main()
