"""The batch around the stages: crashes, hangs, resume, replacing results, the account."""

from __future__ import annotations

import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from fake_stages import (
    GARBAGE,
    HANGS,
    KILLS,
    RAISES,
    REWRITES,
    break_down,
    make_stages,
    prepare,
    recommend_all,
    sort_badly,
)
from scans import jpeg, pdf, tiff

from pipeline.batch import run_batch
from pipeline.errors import InputError, NothingToDoError, ZjtxError
from pipeline.plan import Order
from pipeline.programme import find_programme, load_programme
from pipeline.publish import BusyError, only_one, publish
from pipeline.records import ApplicationState, FailureCategory, RunResult
from pipeline.settings import Settings
from pipeline.stages.intake import survey_box
from pipeline.verify import verify_results
from pipeline.work import clean_page, read_page

TESTS = Path(__file__).parent


@pytest.fixture(scope="module")
def programme():
    return load_programme(find_programme("liaoning-2021"))


@pytest.fixture
def box(tmp_path):
    folder = tmp_path / "in" / "box-001"
    pdf(folder / "scans" / "一.pdf", pages=4)
    tiff(folder / "scans" / "二.tif", pages=3)
    jpeg(folder / "scans" / "三.jpg", shade=90)
    return folder


@pytest.fixture
def run(tmp_path, programme):
    def go(*boxes, out="out", workers=1, seconds=0.0, page_seconds=60.0, **order):
        return run_batch(
            Order(tuple(boxes), tmp_path / out / "result", **order),
            Settings(workers=workers, page_seconds=page_seconds),
            programme,
            stages=make_stages(tmp_path / "journal", seconds),
        )

    return go


def stable_files(out: Path) -> dict[str, str]:
    """Hashes of all result files but those that state times."""
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name not in ("run.json", "report.html", "manifest.json")
    }


def pages_read(tmp_path: Path) -> Counter[str]:
    journal = tmp_path / "journal"
    return Counter(journal.read_text().split() if journal.exists() else ())


def test_every_page_of_every_file_is_in_the_account(run, box):
    result = run(box).result
    assert result.balance.holds
    assert (result.balance.files, result.balance.pages) == (3, 8)
    assert result.balance.pages_in_documents == 8
    assert result.balance.lines == result.balance.lines_unassigned == 8


def test_a_second_run_does_nothing_and_says_so(run, box, tmp_path):
    first, second = run(box), run(box)
    assert not first.nothing_new
    assert second.nothing_new
    assert second.note == first.note
    assert set(pages_read(tmp_path).values()) == {1}


def test_a_new_file_costs_only_its_own_pages(run, box, tmp_path):
    run(box)
    pdf(box / "scans" / "新.pdf", pages=2, shade=20)
    again = run(box)
    assert not again.nothing_new
    assert again.result.balance.pages == 10
    assert set(pages_read(tmp_path).values()) == {1}


def test_a_renamed_or_repeated_file_is_not_read_again(run, box, tmp_path):
    run(box)
    scans = box / "scans"
    (scans / "四.pdf").write_bytes((scans / "一.pdf").read_bytes())
    (scans / "三.jpg").rename(scans / "改名.jpg")
    result = run(box).result
    assert set(pages_read(tmp_path).values()) == {1}
    assert result.balance.pages == 12
    assert {ref.file for ref in _all_refs(result)} == {
        f"box-001/scans/{name}" for name in ("一.pdf", "二.tif", "四.pdf", "改名.jpg")
    }
    repeated = next(source for source in result.files if source.file.endswith("四.pdf"))
    assert "一.pdf" in repeated.advice


def test_results_do_not_depend_on_the_number_of_workers(run, box, tmp_path):
    run(box, out="one", workers=1)
    run(box, out="two", workers=2)
    one, two = tmp_path / "one" / "result", tmp_path / "two" / "result"
    assert stable_files(one) == stable_files(two) != {}


@pytest.mark.parametrize(
    ("width", "category"),
    [(KILLS, "crashed"), (HANGS, "timed_out"), (RAISES, "internal"), (GARBAGE, "internal")],
)
def test_a_saboteur_costs_only_the_page_it_is_on(run, box, tmp_path, width, category):
    jpeg(box / "scans" / "坏.jpg", width=width)
    outcome = run(box, page_seconds=3.0)
    balance = outcome.result.balance
    assert balance.holds
    assert (balance.pages, balance.pages_failed) == (9, 1)
    assert balance.pages_in_documents == 8
    assert not outcome.all_read
    (bad,) = [source for source in outcome.result.files if source.category]
    assert (bad.file, bad.status, bad.category) == ("box-001/scans/坏.jpg", "read", category)
    assert bad.advice.startswith("第 1 页未读取：")
    (timing,) = [timing for timing in outcome.result.timings if timing.stage == "read"]
    assert timing.failed == 1
    counts = pages_read(tmp_path)
    assert sorted(counts.values())[:-1] == [1] * 8


def test_what_was_read_while_a_file_changed_is_not_taken_for_the_file_that_arrived(
    run, box, tmp_path
):
    path = jpeg(box / "scans" / "变.jpg", width=REWRITES)
    arrived = path.read_bytes()
    first = run(box)
    balance = first.result.balance
    assert balance.holds
    assert (balance.pages, balance.pages_failed) == (9, 1)
    assert not first.all_read
    path.write_bytes(arrived)
    os.utime(path, (1, 1))
    again = run(box)
    assert again.result.balance.pages_failed == 0
    name = hashlib.sha256(arrived).hexdigest()[:16] + "#1"
    assert pages_read(tmp_path)[name] == 2


def test_a_file_that_is_taken_away_while_it_is_read_costs_its_pages_only(box):
    path = jpeg(box / "scans" / "去.jpg", shade=7)
    (gone,) = [source for source in survey_box(box)[1] if source.file.endswith("去.jpg")]
    cleaned = clean_page(prepare, gone, 1)
    assert cleaned.preparation is not None
    path.unlink()
    assert read_page(lambda *_: None, gone, 1, cleaned).category is FailureCategory.CHANGED


def test_a_worker_that_dies_is_tried_once_more(run, box, tmp_path):
    bad = jpeg(box / "scans" / "坏.jpg", width=KILLS)
    run(box)
    name = hashlib.sha256(bad.read_bytes()).hexdigest()[:16] + "#1"
    assert pages_read(tmp_path)[name] == 2


def test_what_crashed_is_tried_again_by_the_next_run_and_nothing_else(run, box, tmp_path):
    jpeg(box / "scans" / "坏.jpg", width=RAISES)
    run(box)
    again = run(box)
    assert not again.nothing_new
    assert sorted(pages_read(tmp_path).values()) == [1] * 8 + [2]


def test_nothing_of_a_page_reaches_the_log(run, box, caplog):
    jpeg(box / "scans" / "坏.jpg", width=RAISES)
    run(box)
    assert "ValueError in fake_stages.py" in caplog.text
    assert "张三" not in caplog.text


def test_two_boxes_of_one_name_are_told_apart(run, box, tmp_path):
    other = tmp_path / "elsewhere" / "box-001"
    jpeg(other / "scans" / "甲.jpg", shade=7)
    result = run(box, other).result
    assert {source.box for source in result.files} == {"box-001", "box-001-2"}
    assert len({source.file for source in result.files}) == 4


def test_an_earlier_result_is_replaced_whole(run, box, tmp_path):
    run(box)
    out = tmp_path / "out" / "result"
    (out / "left-over.txt").write_text("x")
    pdf(box / "scans" / "新.pdf", shade=20)
    run(box)
    assert {path.name for path in out.iterdir()} == {"results.json", "run.json", "manifest.json"}
    assert {path.name for path in out.parent.iterdir()} == {"result", ".zjtx"}
    assert not [path for path in (out.parent / ".zjtx").iterdir() if path.is_dir()]


def test_results_that_were_tampered_with_are_written_again(run, box, tmp_path):
    run(box)
    out = tmp_path / "out" / "result"
    before = stable_files(out)
    (out / "results.json").write_text("forged")
    assert not run(box).nothing_new
    assert stable_files(out) == before


def test_a_result_that_cannot_be_written_whole_leaves_the_earlier_one(tmp_path):
    out, work = tmp_path / "r", tmp_path / ".zjtx"
    publish(lambda folder: (folder / "a").write_text("1"), out, work)

    def half(folder):
        (folder / "a").write_text("2")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        publish(half, out, work)
    assert (out / "a").read_text() == "1"
    assert not list(work.iterdir())
    # Killed between the two renames: the earlier result is all there is.
    out.replace(work / "old-r")
    with pytest.raises(OSError, match="No space"):
        publish(half, out, work)
    assert (out / "a").read_text() == "1"


def test_a_lock_that_cannot_be_written_is_not_taken_for_another_process(tmp_path, monkeypatch):
    class Unwritable:
        def execute(self, _):
            error = sqlite3.OperationalError("attempt to write a readonly database")
            error.sqlite_errorcode = sqlite3.SQLITE_READONLY
            raise error

        def close(self):
            pass

    monkeypatch.setattr(sqlite3, "connect", lambda *_, **__: Unwritable())
    with pytest.raises(ZjtxError, match="readonly") as found, only_one("run-r", tmp_path):
        pass
    assert not isinstance(found.value, BusyError)


def test_a_folder_of_something_else_is_not_replaced(run, box, tmp_path):
    precious = tmp_path / "out" / "result" / "precious.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("x")
    with pytest.raises(InputError, match="no results of an earlier run"):
        run(box)
    assert precious.read_text() == "x"


def test_results_within_a_box_are_refused(programme, box):
    with pytest.raises(InputError, match="lie in each other"):
        Order((box,), box / "out").check()
    with pytest.raises(InputError, match="lie in each other"):
        Order((box,), box.parent).check()


def test_a_box_named_twice_is_refused(box, tmp_path):
    with pytest.raises(InputError, match="named twice"):
        Order((box, box.parent / "." / box.name), tmp_path / "out").check()


def test_an_empty_box_is_nothing_to_do(run, tmp_path):
    (tmp_path / "in" / "empty").mkdir(parents=True)
    with pytest.raises(NothingToDoError, match="empty"):
        run(tmp_path / "in" / "empty")
    assert not (tmp_path / "out" / "result").exists()


def test_two_runs_do_not_write_the_same_results(run, box, tmp_path):
    work_folder = tmp_path / "out" / ".zjtx"
    with only_one("run-result", work_folder), pytest.raises(BusyError):
        run(box)
    run(box)


def test_a_box_with_an_unusable_table_of_registrations_goes_on(run, box, monkeypatch):
    (box / "registrations.csv").write_bytes(b"PK\x03\x04 not a table")
    result = run(box).result
    (table,) = [source for source in result.files if source.file.endswith(".csv")]
    assert (table.status, table.category) == ("set_aside", "wrong_type")
    assert result.balance.pages == 8


def test_a_killed_run_carries_on_and_reads_no_finished_page_again(box, run, tmp_path):
    """Kill -9 at random moments, again and again; then compare with an untouched run."""
    pdf(box / "scans" / "长.pdf", pages=60, shade=40)
    run(box, out="untouched")
    (tmp_path / "journal").unlink()
    ledger = tmp_path / "killed" / ".zjtx" / "ledger.sqlite"
    chance = random.Random(5)
    finished: set[str] = set()
    for kill in range(4):
        started = pages_read(tmp_path)
        process = subprocess.Popen(
            [sys.executable, str(TESTS / "batch_to_kill.py"), str(tmp_path), str(box)],
            cwd=TESTS.parent,
            env={**os.environ, "PYTHONPATH": f"{TESTS.parent}{os.pathsep}{TESTS}"},
        )
        while pages_read(tmp_path).total() < started.total() + 5 and process.poll() is None:
            time.sleep(0.02)
        time.sleep(chance.uniform(0, 0.5))
        process.kill()
        process.wait()
        time.sleep(0.5)  # its workers notice that their parent is gone
        assert not finished & set(pages_read(tmp_path) - started)
        finished = _finished_pages(ledger)
        assert len(finished) > kill
    assert len(finished) < 68
    read_before = pages_read(tmp_path)
    finished = _finished_pages(ledger)
    run(box, out="killed")
    again = pages_read(tmp_path) - read_before
    assert not set(again) & finished
    assert stable_files(tmp_path / "killed" / "result") == stable_files(
        tmp_path / "untouched" / "result"
    )
    assert verify_results(tmp_path / "killed" / "result", Settings()).damage == ()


def _finished_pages(ledger: Path) -> set[str]:
    import sqlite3

    if not ledger.exists():
        return set()
    with sqlite3.connect(ledger) as connection:
        try:
            rows = connection.execute("SELECT unit FROM results WHERE stage = 'read'").fetchall()
        except sqlite3.OperationalError:
            return set()
    return {unit for (unit,) in rows}


def _all_refs(result: RunResult):
    for application in result.sorting.applications:
        for volume in application.volumes:
            yield from volume.pages
    for document in result.sorting.unsorted:
        yield from document.pages


def test_verify_finds_what_was_changed(run, box, tmp_path):
    run(box)
    out = tmp_path / "out" / "result"
    assert verify_results(out, Settings()).damage == ()
    scan = box / "scans" / "三.jpg"
    kept = scan.read_bytes()
    scan.write_bytes(kept + b"x")
    assert "三.jpg" in "".join(verify_results(out, Settings()).damage)
    scan.unlink()
    assert "missing" in "".join(verify_results(out, Settings()).damage)
    scan.write_bytes(kept)
    (out / "results.json").write_text("{}")
    assert "results.json" in "".join(verify_results(out, Settings()).damage)


def test_verify_is_not_fooled_by_a_forged_manifest(run, box, tmp_path):
    run(box)
    out = tmp_path / "out" / "result"
    (out / "results.json").write_text("{}")
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["results.json"] = hashlib.sha256(b"{}").hexdigest()
    (out / "manifest.json").write_text(json.dumps(manifest))
    assert "manifest.json" in "".join(verify_results(out, Settings()).damage)


@pytest.mark.parametrize("stage", ["extract", "match", "check", "compare"])
def test_an_application_on_which_a_stage_failed_is_never_recommended(
    programme, box, tmp_path, stage
):
    stages = replace(make_stages(tmp_path / "journal"), recommend=recommend_all)
    order = Order((box,), tmp_path / "out" / "result")
    good = run_batch(order, Settings(workers=1), programme, stages=stages)
    assert {result.state for result in good.result.applications} == {ApplicationState.RECOMMENDED}
    order = Order((box,), tmp_path / "broken" / "result")
    broken = replace(stages, **{stage: break_down})
    outcome = run_batch(order, Settings(workers=1), programme, stages=broken)
    assert len(outcome.result.applications) == 3
    assert {result.state for result in outcome.result.applications} == {ApplicationState.REVIEW}
    assert outcome.result.balance.holds


def test_pages_that_cannot_be_sorted_are_unsorted_not_lost(programme, box, tmp_path):
    stages = replace(make_stages(tmp_path / "journal"), sort=break_down)
    order = Order((box,), tmp_path / "out" / "result")
    result = run_batch(order, Settings(workers=1), programme, stages=stages).result
    assert result.applications == ()
    assert result.balance.holds
    assert result.balance.pages_unsorted == 8


def test_pages_that_sorting_loses_or_doubles_are_put_right(programme, box, tmp_path):
    stages = replace(make_stages(tmp_path / "journal"), sort=sort_badly)
    order = Order((box,), tmp_path / "out" / "result")
    result = run_batch(order, Settings(workers=1), programme, stages=stages).result
    assert result.balance.holds
    assert len(list(_all_refs(result))) == len(set(_all_refs(result))) == 8


def test_an_unusable_table_of_the_command_is_an_error_before_anything_is_read(run, box, tmp_path):
    table = tmp_path / "titles.csv"
    table.write_text("甲,乙\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError):
        run(box, titles=table)
    assert not (tmp_path / "journal").exists()
