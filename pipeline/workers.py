"""A process per core behind :class:`concurrent.futures.Executor`.

The standard library's ``ProcessPoolExecutor`` fails every waiting task when one worker dies
and cannot stop a task that hangs.  Scans are hostile input, so here each worker has a pipe of
its own: the pool knows which task a dead worker was on, and only that task pays.

* Workers are spawned when the first task arrives, never forked, with single-threaded
  mathematics: one process per core is faster than threads within.
* A worker is replaced after a number of tasks or above a resident size, so that leaks of
  native libraries stay bounded for days.
* A task whose worker died is tried once more with no other task running (a page may have
  been killed for its neighbours' memory); then its future raises :class:`WorkerCrashed`.
* A task that takes too long costs its worker; its future raises :class:`TaskTimedOut`.
* Workers end by themselves when the parent is gone.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext, SpawnProcess
from types import TracebackType
from typing import Any, NamedTuple, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_SINGLE_THREADED = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "OPENCV_FOR_THREADS_NUM",
    ),
    "1",
)


class WorkerCrashed(Exception):  # noqa: N818 - what happened, not what was done wrong
    """The worker died twice on this task."""


class TaskTimedOut(Exception):  # noqa: N818
    """The task took longer than allowed and its worker was stopped."""


class TaskFailed(Exception):  # noqa: N818
    """The task raised; the message is the kind of the exception and where it arose."""


class StartFailed(Exception):  # noqa: N818
    """A worker could not begin (a model that does not load …): no task can run."""


class Start(NamedTuple):
    """What a worker does once, before its first task."""

    function: Callable[..., None]
    arguments: tuple[Any, ...] = ()


class _Task(NamedTuple):
    future: Future[Any]
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    keywords: dict[str, Any]


class WorkerPool(Executor):
    """Runs functions in worker processes; see the module for what it promises.

    Args:
        workers: How many processes.
        start: Called once in every new worker, for instance to load a model.
        timeout: Seconds that one task may take.
        start_timeout: Seconds that starting a worker may take.
        recycle_after: Tasks after which a worker is replaced.
        recycle_above: Resident size in bytes above which a worker is replaced.
        memory: Bytes of address space that a worker may ask for; 0 for no limit.  Where the
            system knows no such limit it is not enforced.
    """

    def __init__(
        self,
        workers: int,
        *,
        start: Start | None = None,
        timeout: float = 120.0,
        start_timeout: float = 180.0,
        recycle_after: int = 500,
        recycle_above: int = 3 << 30,
        memory: int = 0,
    ) -> None:
        self._start = start
        self.timeout = timeout
        """Seconds that one task may take; may be changed between tasks."""
        self._start_timeout = start_timeout
        self._recycle_after = recycle_after
        self._recycle_above = recycle_above
        self._memory = memory
        self.most_resident = 0
        """Most bytes that a worker has held in memory so far; 0 where the system does not say."""
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._gate = _Gate()
        self._closed = False
        self._stopping = False
        self._slots = [_Slot(self) for _ in range(max(1, workers))]

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue a call; the function and its arguments must be picklable."""
        if self._closed:
            raise RuntimeError("cannot submit to a pool that was shut down")
        future: Future[T] = Future()
        self._tasks.put(_Task(future, fn, args, kwargs))
        for slot in self._slots:
            slot.wake()
        return future

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish what is queued; after an error stop at once."""
        self.shutdown(cancel_futures=kind is not None)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers, after the queued tasks or, if these are cancelled, at once."""
        self._closed = True
        if cancel_futures:
            self._stopping = True
            with contextlib.suppress(queue.Empty):
                while True:
                    task = self._tasks.get_nowait()
                    if task is not None:
                        task.future.cancel()
            for slot in self._slots:
                slot.stop()
        for _ in self._slots:
            self._tasks.put(None)
        if wait:
            for slot in self._slots:
                slot.join()


class _Gate:
    """Lets tasks run together, or one alone."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._running = 0
        self._waiting_alone = 0

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        with self._condition:
            self._condition.wait_for(lambda: not self._waiting_alone)
            self._running += 1
        try:
            yield
        finally:
            with self._condition:
                self._running -= 1
                self._condition.notify_all()

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        with self._condition:
            self._waiting_alone += 1
            self._condition.wait_for(lambda: not self._running)
            self._running += 1
        try:
            yield
        finally:
            with self._condition:
                self._running -= 1
                self._waiting_alone -= 1
                self._condition.notify_all()


class _Slot:
    """One place in the pool: a thread that looks after one worker at a time."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._worker: _Worker | None = None
        self._lock = threading.Lock()

    def wake(self) -> None:
        with self._lock:
            if self._thread.ident is None:
                self._thread.start()

    def join(self) -> None:
        if self._thread.ident is not None:
            self._thread.join()

    def stop(self) -> None:
        """End the worker's process; the slot's own thread notices and tidies up."""
        worker = self._worker
        if worker is not None:
            worker.stop()

    def _run(self) -> None:
        while (task := self._pool._tasks.get()) is not None:
            if not task.future.set_running_or_notify_cancel():
                continue
            try:
                result = self._call(task)
            except BaseException as error:
                task.future.set_exception(error)
            else:
                task.future.set_result(result)
            del task
        if self._worker is not None:
            self._worker.close()

    def _call(self, task: _Task) -> Any:
        gate = self._pool._gate
        try:
            with gate.together():
                return self._attempt(task)
        except WorkerCrashed:
            if self._pool._closed:
                raise
        with gate.alone():
            return self._attempt(task)

    def _attempt(self, task: _Task) -> Any:
        pool = self._pool
        if self._worker is None:
            self._worker = _Worker(pool._start, pool._memory)
        worker = self._worker
        if pool._stopping:  # the pool set this before it looked for workers to stop
            worker.stop()
        try:
            if not worker.ready:
                worker.begin(pool._start_timeout)
            worker.send((task.function, task.arguments, task.keywords))
            good, result, resident = worker.receive(pool.timeout)
        except (WorkerCrashed, TaskTimedOut, StartFailed):
            self._worker = None
            worker.kill()
            raise
        pool.most_resident = max(pool.most_resident, resident)
        worker.tasks += 1
        if worker.tasks >= pool._recycle_after or resident > pool._recycle_above:
            self._worker = None
            worker.close()
        if not good:
            raise TaskFailed(result)
        return result


class _Worker:
    """A process and the pipe to it."""

    def __init__(self, start: Start | None, memory: int) -> None:
        context: SpawnContext = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: SpawnProcess = context.Process(
            target=_work, args=(theirs, start, memory), daemon=True
        )
        with _start_lock, _environment(_SINGLE_THREADED):
            self._process.start()
        theirs.close()
        self.ready = False
        self.tasks = 0

    def begin(self, timeout: float) -> None:
        try:
            good, reason, _ = self.receive(timeout)
        except (WorkerCrashed, TaskTimedOut) as error:
            raise StartFailed(str(error)) from error
        if not good:
            raise StartFailed(str(reason))
        self.ready = True

    def send(self, message: object) -> None:
        try:
            self._pipe.send(message)
        except OSError as error:
            raise WorkerCrashed(self._how_it_ended()) from error

    def receive(self, timeout: float) -> tuple[bool, Any, int]:
        try:
            if not self._pipe.poll(timeout):
                raise TaskTimedOut(f"took longer than {timeout:g} s")
            answer: tuple[bool, Any, int] = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise WorkerCrashed(self._how_it_ended()) from error
        return answer

    def close(self) -> None:
        """Let the worker end by itself; stop it if it does not."""
        self._pipe.close()
        self._process.join(5)
        self.kill()

    def stop(self) -> None:
        self._process.kill()

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _how_it_ended(self) -> str:
        self._process.join(1)
        code = self._process.exitcode
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                return f"worker ended by {signal.Signals(-code).name}"
        return f"worker ended with exit code {code}"


_start_lock = threading.Lock()


@contextlib.contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    """Set variables for the processes started meanwhile."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _work(pipe: Connection, start: Start | None, memory: int) -> None:
    """The life of a worker process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if memory:
        _limit_memory(memory)
    try:
        try:
            if start is not None:
                start.function(*start.arguments)
        except Exception as error:
            pipe.send((False, describe(error), 0))
            return
        pipe.send((True, None, 0))
        while True:
            function, arguments, keywords = pipe.recv()
            try:
                answer = (True, function(*arguments, **keywords))
            except Exception as error:
                answer = (False, describe(error))
            try:
                pipe.send((*answer, _resident()))
            except (TypeError, AttributeError, ValueError) as error:  # not picklable
                pipe.send((False, describe(error), _resident()))
    except (EOFError, OSError):
        return


def describe(error: BaseException) -> str:
    """The kind of an exception and where it arose.

    Its message may quote what stands on a page, and this text goes into logs: it is left out.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    name = trace.tb_frame.f_code.co_filename.replace(os.sep, "/").rsplit("/", 1)[-1]
    return f"{type(error).__name__} in {name}:{trace.tb_lineno}"


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _limit_memory(limit: int) -> None:
    try:
        import resource
    except ImportError:  # not a POSIX system
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _resident() -> int:
    """The most bytes this process has held in memory; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
