"""What a run is to do, checked before it does anything, and the functions that do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.programme import Programme
from pipeline.runner import Runner
from pipeline.settings import Settings
from pipeline.workers import Start, WorkerPool

WORK_FOLDER = ".zjtx"
"""Beside the results: the ledger, locks, logs and what is not finished."""


@dataclass(frozen=True)
class Order:
    """One run.

    Args:
        boxes: Folders of scans.
        out: Where the results go.
        registrations: Export of the online platform; the boxes' own where there is none.
        titles: List of titles in force; the boxes' own where there is none.
        returned: Folder of tables that offices and experts returned, beside the boxes' own.
    """

    boxes: tuple[Path, ...]
    out: Path
    registrations: Path | None = None
    titles: Path | None = None
    returned: Path | None = None

    @property
    def work_folder(self) -> Path:
        """Where ledger, locks and unfinished results lie: on the same disk as the results."""
        return self.out.absolute().parent / WORK_FOLDER

    def check(self) -> None:
        """Make sure that the order can be carried out.

        Raises:
            InputError: A path is missing, or input and output lie in each other.
        """
        out = self.out.resolve()
        for box in self.boxes:
            if not box.exists():
                raise InputError(f"{box}: no such folder", "Give the folder of a box of scans.")
            if not box.is_dir():
                raise InputError(
                    f"{box}: is a file, not a folder", "Give the folder that it lies in."
                )
            inside = box.resolve()
            if out == inside or inside in out.parents or out in inside.parents:
                raise InputError(
                    f"{self.out}: results and box {box} lie in each other",
                    "Name a folder for the results outside of every box.",
                )
        if len({box.resolve() for box in self.boxes}) != len(self.boxes):
            raise InputError("a box is named twice", "Name every box once.")
        check_tables(self.registrations, self.titles, self.returned)
        if self.out.exists() and not self.out.is_dir():
            raise InputError(f"{self.out}: is a file", "Name a folder for the results.")
        if self.out.is_dir() and any(self.out.iterdir()) and not (self.out / "run.json").is_file():
            raise InputError(
                f"{self.out}: holds files that are no results of an earlier run",
                "Name a new or empty folder for the results; an earlier result is replaced whole.",
            )


def check_tables(registrations: Path | None, titles: Path | None, returned: Path | None) -> None:
    """Make sure that the tables of a command are there.

    Raises:
        InputError: One of them is not.
    """
    for name, table in (("registrations", registrations), ("titles", titles)):
        if table is not None and not table.is_file():
            raise InputError(f"{table}: no such file ({name})", "Give an .xlsx or .csv file.")
    if returned is not None and not returned.is_dir():
        raise InputError(
            f"{returned}: no such folder (returned)",
            "Give the folder of the tables that were returned.",
        )


def check_inboxes(inboxes: Sequence[Path], outputs: Path) -> None:
    """Make sure that the boxes of a night and their results do not get mixed.

    Raises:
        InputError: An inbox is missing, or it and the outputs lie in each other.
    """
    own = outputs.resolve()
    for inbox in inboxes:
        if not inbox.is_dir():
            raise InputError(f"{inbox}: no such folder", "Give the folder that boxes arrive in.")
        inside = inbox.resolve()
        if own == inside or inside in own.parents or own in inside.parents:
            raise InputError(
                f"{outputs}: results and inbox {inbox} lie in each other",
                "Name a folder for the results outside of every inbox.",
            )
    if outputs.exists() and not outputs.is_dir():
        raise InputError(f"{outputs}: is a file", "Name a folder for the results.")


@dataclass(frozen=True)
class Stages:
    """The functions of the stages; tests put their own in place.

    Those that run in worker processes are functions of a module.
    """

    make_engine: Callable[[], Any]
    prepare: Callable[..., Any]
    read: Callable[..., Any]
    sort: Callable[..., Any]
    extract: Callable[..., Any]
    make_index: Callable[..., Any]
    match: Callable[..., Any]
    check: Callable[..., Any]
    compare: Callable[..., Any]
    recommend: Callable[..., Any]
    write: Callable[..., None]
    read_registrations: Callable[..., Any]
    read_titles: Callable[..., Any]


@dataclass(frozen=True)
class Job:
    """What all steps of one run share."""

    order: Order
    settings: Settings
    programme: Programme
    stages: Stages
    runner: Runner

    def pool(self, *, start: Start | None = None, memory: int = 0) -> WorkerPool:
        """Worker processes as the settings want them."""
        settings = self.settings
        return WorkerPool(
            settings.worker_count,
            start=start,
            recycle_after=settings.recycle_pages,
            recycle_above=settings.recycle_megabytes << 20,
            memory=memory,
        )


def real_stages(engine: str, template: Path | None = None) -> Stages:
    """The stages as they are.

    Args:
        engine: Name of the one that reads.
        template: A workbook of the bureau's own that is filled as well.

    They are imported here because some of them are slow to import.
    """
    from extractors.ocr.engines import shared_engine
    from pipeline import registry
    from pipeline.results import write_results
    from pipeline.stages.check import check
    from pipeline.stages.clean import prepare
    from pipeline.stages.compare import compare
    from pipeline.stages.extract import extract
    from pipeline.stages.match import RegistrationIndex, match
    from pipeline.stages.read import read
    from pipeline.stages.recommend import recommend
    from pipeline.stages.sort import sort

    return Stages(
        make_engine=partial(shared_engine, engine),
        prepare=prepare,
        read=read,
        sort=sort,
        extract=extract,
        make_index=RegistrationIndex.build,
        match=match,
        check=check,
        compare=compare,
        recommend=recommend,
        write=partial(write_results, template=template),
        read_registrations=registry.read_registrations,
        read_titles=registry.read_titles,
    )
