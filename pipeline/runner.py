"""Runs the units of one stage: what the ledger has is taken from it, the rest is done.

This is the one mechanism behind resume, retry, skip and "nothing to do": a unit that has a
result under its key is not done again.  Units that failed for reasons of their own content
have a result that says so; units that crashed, hung or met a fault of the program are tried
again by the next run.
"""

from __future__ import annotations

import hashlib
import logging
import queue
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import ValidationError

from extractors.page import Record
from pipeline.ledger import Entry, Ledger, Status, make_key
from pipeline.progress import Progress
from pipeline.records import FailureCategory, StageTiming
from pipeline.work import call
from pipeline.workers import StartFailed, TaskTimedOut, WorkerCrashed, WorkerPool, describe

R = TypeVar("R", bound=Record)

_log = logging.getLogger("zjtx")


@dataclass(frozen=True)
class Unit:
    """One unit of work."""

    name: str
    """For ledger and logs: hashes, page numbers and ids, no personal data."""
    inputs: tuple[str, ...]
    """Hashes of all that goes in."""
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class Step(Generic[R]):
    """A stage as the runner sees it."""

    stage: str
    version: str
    function: Callable[..., R]
    record: type[R]
    failed: Callable[[Unit, FailureCategory], R]
    """What stands in the place of a result that there is not."""
    settings: Mapping[str, object] = field(default_factory=dict)
    passing: Callable[[R], bool] = lambda _: False
    """Whether a result holds for this moment only: the next run tries again."""

    def key(self, unit: Unit) -> str:
        """The key of a unit's result."""
        return make_key(self.stage, self.version, self.settings, unit.inputs)


class Runner:
    """Runs steps one after the other and remembers how long they took.

    Args:
        ledger: Where results are.
        progress: Who is told how far it is.
    """

    def __init__(self, ledger: Ledger, progress: Progress) -> None:
        self._ledger = ledger
        self._progress = progress
        self.timings: list[StageTiming] = []
        self.failed: set[tuple[str, str]] = set()
        """Stage and unit of what crashed, hung or met a fault of the program."""

    def run(self, step: Step[R], units: Sequence[Unit], pool: WorkerPool | None) -> list[R]:
        """The results of all units, in their order.

        Args:
            step: What to do.
            units: With what; units of the same key are done once.
            pool: Where; in this process when there is none.
        """
        started = time.monotonic()
        keys = [step.key(unit) for unit in units]
        results = self._known(step, keys)
        todo = {key: unit for key, unit in zip(keys, units, strict=True) if key not in results}
        reused = sum(key in results for key in keys)
        self._progress.begin(step.stage, reused + len(todo), reused)
        failures = 0
        arrived = _here(step, todo) if pool is None else _in(pool, step, todo)
        for some in arrived:
            entries = []
            for ended in some:
                entry, result = _entry(step, ended, todo[ended.key])
                entries.append(entry)
                if entry.status is Status.FAILED:
                    self.failed.add((entry.stage, entry.unit))
                results[ended.key] = result
            self._ledger.put(entries)
            failed = sum(entry.status is Status.FAILED for entry in entries)
            failures += failed
            self._progress.advance(len(entries), failed)
        self._progress.end()
        self.timings.append(
            StageTiming(
                stage=step.stage,
                units=len(units),
                reused=len(units) - len(todo),
                failed=failures,
                seconds=time.monotonic() - started,
            )
        )
        return [results[key] for key in keys]

    def _known(self, step: Step[R], keys: Sequence[str]) -> dict[str, R]:
        known = {}
        for key, entry in self._ledger.get_many(keys).items():
            if entry.status is Status.DONE:
                try:
                    known[key] = step.record.model_validate_json(entry.result)
                except ValidationError:
                    _log.warning("ledger entry %s is damaged and is done again", key)
        return known


class _Ended(NamedTuple):
    """A unit that came to an end."""

    key: str
    result: bytes
    category: FailureCategory | None
    seconds: float


def digest(record: Record) -> str:
    """SHA-256 of a record's JSON."""
    return hashlib.sha256(record.model_dump_json().encode()).hexdigest()


def _entry(step: Step[R], ended: _Ended, unit: Unit) -> tuple[Entry, R]:
    category = ended.category
    if category is None:
        try:
            # Read back in any case, so that a result is the same fresh and from the ledger.
            result = step.record.model_validate_json(ended.result)
            status = Status.FAILED if step.passing(result) else Status.DONE
            return Entry(
                ended.key, step.stage, unit.name, status, ended.result, ended.seconds
            ), result
        except ValidationError:
            _log.warning("%s %s: not a valid %s", step.stage, unit.name, step.record.__name__)
            category = FailureCategory.INTERNAL
    result = step.failed(unit, category)
    text = result.model_dump_json().encode()
    return Entry(ended.key, step.stage, unit.name, Status.FAILED, text, ended.seconds), result


def _here(step: Step[R], todo: Mapping[str, Unit]) -> Any:
    for key, unit in todo.items():
        try:
            yield [_Ended(key, *_shuffle(call(step.function, unit.arguments)))]
        except Exception as error:
            _log.warning("%s %s: %s", step.stage, unit.name, describe(error))
            yield [_Ended(key, b"", FailureCategory.INTERNAL, 0.0)]


def _shuffle(answer: tuple[bytes, float]) -> tuple[bytes, None, float]:
    return answer[0], None, answer[1]


def _in(pool: WorkerPool, step: Step[R], todo: Mapping[str, Unit]) -> Any:
    """Units as they end, together with those that ended meanwhile."""
    finished: queue.SimpleQueue[tuple[str, Future[tuple[bytes, float]]]] = queue.SimpleQueue()
    for key, unit in todo.items():
        future = pool.submit(call, step.function, unit.arguments)
        future.add_done_callback(partial(_tell, finished, key))
    left = len(todo)
    while left:
        some = [finished.get()]
        while not finished.empty():
            some.append(finished.get())
        left -= len(some)
        yield [_ended(step, todo[key], key, future) for key, future in some]


def _tell(
    finished: queue.SimpleQueue[tuple[str, Future[tuple[bytes, float]]]],
    key: str,
    future: Future[tuple[bytes, float]],
) -> None:
    finished.put((key, future))


def _ended(step: Step[R], unit: Unit, key: str, future: Future[tuple[bytes, float]]) -> _Ended:
    error = future.exception()
    if error is None:
        result, seconds = future.result()
        return _Ended(key, result, None, seconds)
    if isinstance(error, StartFailed) or not isinstance(error, Exception):
        raise error
    _log.warning("%s %s: %s", step.stage, unit.name, error)
    if isinstance(error, TaskTimedOut):
        return _Ended(key, b"", FailureCategory.TIMED_OUT, 0.0)
    if isinstance(error, WorkerCrashed):
        return _Ended(key, b"", FailureCategory.CRASHED, 0.0)
    return _Ended(key, b"", FailureCategory.INTERNAL, 0.0)
