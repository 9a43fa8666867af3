"""The night job: every new or changed box once."""

from __future__ import annotations

import pytest
from fake_stages import make_stages
from scans import jpeg, pdf

from pipeline.errors import ExitCode
from pipeline.nightly import run_nightly
from pipeline.programme import find_programme, load_programme
from pipeline.publish import BusyError, only_one
from pipeline.settings import Settings


@pytest.fixture(scope="module")
def programme():
    return load_programme(find_programme("liaoning-2021"))


@pytest.fixture
def night(tmp_path, programme):
    def go(sleep=lambda seconds: None):
        return run_nightly(
            [tmp_path / "inbox"],
            Settings(outputs=tmp_path / "outputs", workers=1, stability_seconds=0.01),
            programme,
            stages=make_stages(tmp_path / "journal"),
            sleep=sleep,
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


def test_a_second_night_job_leaves(night, tmp_path):
    (tmp_path / "inbox").mkdir()
    with only_one("nightly", tmp_path / "outputs" / ".zjtx"), pytest.raises(BusyError):
        night()
