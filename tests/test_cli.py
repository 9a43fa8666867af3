"""The ``zjtx`` command in processes of its own: exit codes, and words without tracebacks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from builders_out import mixed_run
from scans import pdf

from pipeline.cli import main
from pipeline.programme import load_programme
from pipeline.results import write_results

ROOT = Path(__file__).parent.parent


@pytest.fixture
def zjtx(tmp_path):
    def call(*arguments, **environment):
        done = subprocess.run(
            [sys.executable, "-m", "pipeline.cli", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert "Traceback" not in done.stderr
        return done

    return call


def test_help_names_every_command(zjtx):
    text = zjtx("--help").stdout
    for name in (
        "run", "nightly", "compare", "verify", "status", "score", "programme", "inspect",
    ):  # fmt: skip
        assert name in text


def test_help_does_not_wait_for_models():
    program = (
        "import sys, pipeline.cli; "
        "print([name for name in ('cv2', 'numpy', 'sqlalchemy', 'paddleocr', 'pandas', 'jieba') "
        "if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "nowhere"),
        ("run",),
        ("run", "box", "--workers", "0"),
        ("run", "box", "--programme", "atlantis-1999"),
        ("run", "box", "--registrations", "nowhere.xlsx"),
        ("run", "box", "--out", "box/results"),
        ("run", "box", "box"),
        ("run", "box/file.pdf"),
        ("nightly", "nowhere"),
        ("verify", "nowhere"),
        ("verify", "box"),
        ("status", "nowhere"),
        ("status", "box"),
        ("compare", "nowhere"),
        ("score", "nowhere", "--truth", "nowhere.json"),
        ("programme", "check", "nowhere"),
        ("programme", "check", "box"),
        ("inspect", "nowhere.pdf"),
        ("inspect", "box"),
        ("fly",),
    ],
)
def test_bad_arguments_end_with_2_and_a_word(zjtx, tmp_path, arguments):
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "file.pdf").touch()
    done = zjtx(*arguments)
    assert done.returncode == 2
    assert done.stderr.strip()


def test_bad_settings_end_with_2(zjtx, tmp_path):
    (tmp_path / "box").mkdir()
    done = zjtx("run", "box", ZJTX_MAX_PAGES="many")
    assert done.returncode == 2
    assert "max_pages" in done.stderr


def test_an_empty_box_ends_with_3_and_says_so(zjtx, tmp_path):
    (tmp_path / "box").mkdir()
    done = zjtx("run", "box")
    assert done.returncode == 3
    assert "empty" in done.stderr


def test_a_box_of_unreadable_files_ends_with_3_and_names_them(zjtx, tmp_path):
    (tmp_path / "box").mkdir()
    (tmp_path / "box" / "a.pdf").touch()
    (tmp_path / "box" / "b.jpg").write_text("text")
    done = zjtx("run", "box")
    assert done.returncode == 3
    assert "a.pdf" in done.stderr
    assert "b.jpg" in done.stderr


def test_an_unreadable_file_cannot_be_inspected(zjtx, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 cut")
    done = zjtx("inspect", "a.pdf")
    assert done.returncode == 3
    assert "truncated" in done.stderr


def test_pictures_are_not_drawn_into_a_file(zjtx, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 cut")
    done = zjtx("inspect", "a.pdf", "--draw", "a.pdf")
    assert done.returncode == 2
    assert "a.pdf: is a file" in done.stderr


def test_a_page_that_a_file_has_not_is_an_error(zjtx, tmp_path):
    pdf(tmp_path / "a.pdf", pages=2)
    done = zjtx("inspect", "a.pdf", "--page", "3")
    assert done.returncode == 2
    assert "has no page 3" in done.stderr


def test_every_mistake_of_a_pack_has_a_line(zjtx, tmp_path):
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "rules.toml").write_text("[[rule]]\n[[colour]]\n", encoding="utf-8")
    (tmp_path / "box").mkdir()
    done = zjtx("run", "box", "--programme", pack)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) > 4


def test_who_stops_a_command_is_told_how_to_go_on(monkeypatch, capsys, tmp_path):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    (tmp_path / "in").mkdir()
    monkeypatch.setattr("pipeline.batch.run_batch", interrupted)
    with pytest.raises(SystemExit) as ending:
        main(["run", str(tmp_path / "in"), "--out", str(tmp_path / "out" / "r")])
    assert ending.value.code == 130
    assert "carries on" in capsys.readouterr().err


def test_results_of_a_pack_in_a_folder_of_its_own_are_told_and_compared(zjtx, tmp_path):
    shipped = ROOT / "dictionaries" / "programmes" / "liaoning-2021"
    shutil.copytree(shipped, tmp_path / "pack")
    table = tmp_path / "pack" / "programme.toml"
    text = table.read_text("utf-8").replace('"liaoning-2021"', '"suzhou-2021"')
    table.write_text(text, encoding="utf-8")
    pack = load_programme(tmp_path / "pack")
    (tmp_path / "out").mkdir()
    made = mixed_run(pack).model_copy(update={"programme_id": pack.id})
    write_results(made, pack, tmp_path / "out")
    for command in ("status", "compare"):
        lost = zjtx(command, "out")
        assert lost.returncode == 2
        assert "--programme" in lost.stderr
        assert zjtx(command, "out", "--programme", "pack").returncode == 0
    assert "suzhou-2021" in zjtx("status", "out", ZJTX_PROGRAMME="pack").stdout


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"programme": 1}'])
def test_a_damaged_account_of_a_run_is_an_error(zjtx, tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    done = zjtx("status", ".")
    assert done.returncode == 2
    assert "run.json" in done.stderr


def test_a_match_does_not_overwrite_what_it_reads(tmp_path):
    table, other = tmp_path / "a.csv", tmp_path / "b.csv"
    for path in (table, other):
        path.write_text("企业名称\n大连示例有限公司\n", encoding="utf-8")
    again = tmp_path / "." / "a.csv"
    for places in (
        ("--out", again),
        ("--out", other),
        ("--out", tmp_path / "c.csv", "--report", other),
        ("--out", tmp_path / "c.csv", "--report", tmp_path / "c.csv"),
    ):
        with pytest.raises(SystemExit) as ending:
            main(["match", str(table), str(other), *map(str, places)])
        assert ending.value.code == 2
    assert "大连示例" in table.read_text("utf-8")
    assert not (tmp_path / "c.csv").exists()


def test_a_name_with_escapes_cannot_play_with_the_terminal(zjtx):
    done = zjtx("run", "no\x1b[31m\nwhere")
    assert done.returncode == 2
    assert "\x1b" not in done.stderr


def test_the_pack_that_comes_along_passes_its_check(zjtx):
    done = zjtx("programme", "check", ROOT / "dictionaries" / "programmes" / "liaoning-2021")
    assert done.returncode == 0
    assert "liaoning-2021" in done.stdout
