"""The pool: what a bad task costs, and what it does not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import worker_tasks as tasks

from pipeline.workers import (
    Start,
    StartFailed,
    TaskFailed,
    TaskTimedOut,
    WorkerCrashed,
    WorkerPool,
)


def test_bad_tasks_cost_only_themselves():
    with WorkerPool(2, timeout=2) as pool:
        bad = {
            task: pool.submit(task, 1)
            for task in (tasks.die, tasks.hang, tasks.complain, tasks.unpicklable, tasks.leave)
        }
        good = [pool.submit(tasks.double, number) for number in range(10)]
        assert [future.result() for future in good] == [2 * number for number in range(10)]
        errors = {task: future.exception() for task, future in bad.items()}
    assert isinstance(errors[tasks.die], WorkerCrashed)
    assert "SIGKILL" in str(errors[tasks.die])
    assert isinstance(errors[tasks.hang], TaskTimedOut)
    assert isinstance(errors[tasks.complain], TaskFailed)
    assert "personal data" not in str(errors[tasks.complain])
    assert isinstance(errors[tasks.unpicklable], TaskFailed)
    assert isinstance(errors[tasks.leave], WorkerCrashed)


def test_a_task_whose_worker_died_is_tried_once_more(tmp_path):
    with WorkerPool(2) as pool:
        assert pool.submit(tasks.die_first, str(tmp_path / "mark")).result() == "lived"


def test_workers_are_replaced_after_so_many_tasks():
    with WorkerPool(1, recycle_after=2) as pool:
        ids = [pool.submit(tasks.process_id).result() for _ in range(6)]
    assert [ids.count(number) for number in dict.fromkeys(ids)] == [2, 2, 2]


def test_workers_that_grew_are_replaced():
    with WorkerPool(1, recycle_above=1) as pool:
        ids = {pool.submit(tasks.process_id).result() for _ in range(3)}
    assert len(ids) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit on address space")
def test_a_task_cannot_take_more_memory_than_allowed():
    with WorkerPool(1, memory=1 << 30) as pool:
        assert "MemoryError" in str(pool.submit(tasks.swallow, 2 << 30).exception())
        assert pool.submit(tasks.swallow, 1000).result() == 1000


def test_a_pool_that_cannot_start_says_so_for_every_task():
    with WorkerPool(1, start=Start(tasks.fail_to_start)) as pool:
        futures = [pool.submit(tasks.double, 1) for _ in range(2)]
        for future in futures:
            with pytest.raises(StartFailed, match="OSError"):
                future.result()


def test_mathematics_is_single_threaded():
    with WorkerPool(1) as pool:
        assert pool.submit(tasks.threads).result() == "1"


def test_a_pool_left_by_an_error_does_not_finish_its_queue():
    with pytest.raises(KeyboardInterrupt), WorkerPool(1, timeout=600) as pool:
        futures = [pool.submit(tasks.hang) for _ in range(3)]
        while not futures[0].running():
            time.sleep(0.01)
        raise KeyboardInterrupt
    assert isinstance(futures[0].exception(), WorkerCrashed | StartFailed)
    assert futures[2].cancelled()


def test_no_worker_outlives_a_parent_that_was_killed(tmp_path):
    program = f"""
import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})
import worker_tasks
from pipeline.workers import WorkerPool
if __name__ == "__main__":
    pool = WorkerPool(1, timeout=600)
    print(pool.submit(worker_tasks.process_id).result(), flush=True)
    pool.submit(worker_tasks.hang).result()
"""
    script = tmp_path / "parent.py"
    script.write_text(program)
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)},
    )
    worker = int(parent.stdout.readline())
    os.kill(worker, 0)  # it is there
    parent.kill()
    parent.communicate()
    deadline = time.monotonic() + 30
    while _alive(worker) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(worker)


def _alive(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
