"""The night job: every new or changed box once."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from fake_stages import make_stages
from scans import jpeg, pdf

from pipeline.errors import ExitCode, InputError
from pipeline.nightly import run_nightly
from pipeline.programme import find_programme, load_programme
from pipeline.publish import BusyError, only_one
from pipeline.settings import Settings


@pytest.fixture(scope="module")
def programme():
    return load_programme(find_programme("liaoning-2021"))


@pytest.fixture
def night(tmp_path, programme):
    def go(sleep=lambda seconds: None, **tables):
        return run_nightly(
            [tmp_path / "inbox"],
            Settings(outputs=tmp_path / "outputs", workers=1, stability_seconds=0.01),
            programme,
            stages=make_stages(tmp_path / "journal"),
            sleep=sleep,
            **tables,
        )

    return go


def states(night) -> dict[str, str]:
    return {box.name: box.state for box in night.boxes}


def test_each_box_goes_through_once_and_again_when_it_changed(night, tmp_path):
    jpeg(tmp_path / "inbox" / "a" / "scans" / "1.jpg", shade=1)
    pdf(tmp_path / "inbox" / "b" / "scans" / "1.pdf", pages=2)
    first = night()
    assert states(first) == {"a": "done", "b": "done"}
    assert first.exit_code is ExitCode.DONE
    assert (tmp_path / "outputs" / "b" / "run.json").is_file()
    assert states(night()) == {"a": "known", "b": "known"}
    jpeg(tmp_path / "inbox" / "a" / "scans" / "2.jpg", shade=2)
    assert states(night()) == {"a": "done", "b": "known"}
    assert len((tmp_path / "journal").read_text().split()) == 4


def test_a_box_that_is_still_being_copied_waits_for_the_next_night(night, tmp_path):
    scans = tmp_path / "inbox" / "a" / "scans"
    jpeg(scans / "1.jpg", shade=1)
    jpeg(tmp_path / "inbox" / "b" / "scans" / "1.jpg", shade=3)
    copying = night(sleep=lambda seconds: jpeg(scans / "2.jpg", shade=2))
    assert states(copying) == {"a": "unsettled", "b": "done"}
    assert not (tmp_path / "outputs" / "a").exists()
    assert states(night()) == {"a": "done", "b": "known"}


def test_an_empty_box_stops_no_other_and_is_said(night, tmp_path):
    (tmp_path / "inbox" / "a").mkdir(parents=True)
    jpeg(tmp_path / "inbox" / "b" / "scans" / "1.jpg")
    both = night()
    assert states(both) == {"a": "failed", "b": "done"}
    assert both.exit_code is ExitCode.SET_ASIDE


def test_nothing_but_empty_boxes_is_nothing_processed(night, tmp_path):
    (tmp_path / "inbox" / "a").mkdir(parents=True)
    assert night().exit_code is ExitCode.NOTHING_PROCESSED


def test_an_empty_inbox_is_no_trouble(night, tmp_path):
    (tmp_path / "inbox").mkdir()
    assert night().exit_code is ExitCode.DONE


def test_files_set_aside_show_in_the_exit_code(night, tmp_path):
    jpeg(tmp_path / "inbox" / "a" / "scans" / "1.jpg")
    (tmp_path / "inbox" / "a" / "scans" / "2.pdf").touch()
    assert night().exit_code is ExitCode.SET_ASIDE


def test_a_table_that_is_not_there_is_an_error_even_on_an_empty_night(night, tmp_path):
    (tmp_path / "inbox").mkdir()
    for name in ("registrations", "titles", "returned"):
        with pytest.raises(InputError, match="nowhere"):
            night(**{name: tmp_path / "nowhere"})


def test_results_are_not_taken_for_a_box_of_the_inbox(tmp_path, programme):
    for inbox in (tmp_path, tmp_path / "out", tmp_path / "out" / "in"):
        inbox.mkdir(parents=True, exist_ok=True)
        with pytest.raises(InputError, match="lie in each other"):
            run_nightly([inbox], Settings(outputs=tmp_path / "out"), programme)


def test_a_box_that_cannot_be_looked_into_says_so_and_stops_no_other(night, tmp_path, monkeypatch):
    jpeg(tmp_path / "inbox" / "a" / "scans" / "1.jpg", shade=1)
    jpeg(tmp_path / "inbox" / "b" / "scans" / "1.jpg", shade=3)
    locked, listed = tmp_path / "inbox" / "a", os.scandir

    def scandir(path):
        if Path(path) == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    done = night()
    assert states(done) == {"a": "failed", "b": "done"}
    assert "cannot be looked into" in done.boxes[0].word


def test_a_second_night_job_leaves(night, tmp_path):
    (tmp_path / "inbox").mkdir()
    with only_one("nightly", tmp_path / "outputs" / ".zjtx"), pytest.raises(BusyError):
        night()


def test_renewed_registrations_are_matched_anew_and_no_page_is_read_again(night, tmp_path):
    jpeg(tmp_path / "inbox" / "a" / "scans" / "1.jpg", shade=1)
    pdf(tmp_path / "inbox" / "b" / "scans" / "1.pdf", pages=2)
    table = tmp_path / "registrations.csv"
    table.write_text("R1", encoding="utf-8")
    assert states(night(registrations=table)) == {"a": "done", "b": "done"}
    table.write_text("R1 R2", encoding="utf-8")
    assert states(night(registrations=table)) == {"a": "done", "b": "done"}
    assert len((tmp_path / "journal").read_text().split()) == 3
    for box in "ab":
        facts = json.loads((tmp_path / "outputs" / box / "results.json").read_text("utf-8"))
        assert {row["registration_id"] for row in facts["registrations_unmatched"]} == {"R1", "R2"}
        reused = {
            timing["stage"]: timing["reused"]
            for timing in json.loads((tmp_path / "outputs" / box / "run.json").read_text("utf-8"))[
                "timings"
            ]
        }
        assert reused["match"] == 0 and reused["extract"] > 0
    assert states(night(registrations=table)) == {"a": "known", "b": "known"}


def test_tables_that_were_returned_make_a_box_go_through_again(night, tmp_path):
    jpeg(tmp_path / "inbox" / "a" / "scans" / "1.jpg", shade=1)
    returned = tmp_path / "returned"
    returned.mkdir()
    assert states(night(returned=returned)) == {"a": "done"}
    assert states(night(returned=returned)) == {"a": "known"}
    (returned / "区.csv").write_text(
        "企业名称,区市县意见\n大连示例有限公司,推荐\n", encoding="utf-8"
    )
    assert states(night(returned=returned)) == {"a": "done"}
    facts = json.loads((tmp_path / "outputs" / "a" / "results.json").read_text("utf-8"))
    assert [event["step"] for event in facts["flow"]["events"]] == ["received", "district"]
    assert len((tmp_path / "journal").read_text().split()) == 1


def test_the_night_leaves_a_note_with_its_exit_code_and_every_box(night, tmp_path):
    jpeg(tmp_path / "inbox" / "a" / "scans" / "1.jpg")
    (tmp_path / "inbox" / "b").mkdir()
    code = night().exit_code
    note = json.loads((tmp_path / "outputs" / "nightly.json").read_text("utf-8"))
    assert note["exit_code"] == code
    assert {box["name"]: box["state"] for box in note["boxes"]} == {"a": "done", "b": "failed"}
