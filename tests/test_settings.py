"""Settings: file, environment, options; every mistake at once."""

from __future__ import annotations

import pytest

from pipeline.errors import SettingsError
from pipeline.settings import load_settings


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_nothing_need_be_set():
    assert load_settings().worker_count >= 1


def test_options_go_before_the_environment_and_that_before_the_file(tmp_path, monkeypatch):
    (tmp_path / "zjtx.toml").write_text("workers = 1\nmax_pages = 11\npage_seconds = 7.5\n")
    monkeypatch.setenv("ZJTX_MAX_PAGES", "22")
    monkeypatch.setenv("ZJTX_WORKERS", "2")
    settings = load_settings(workers=3, max_file_megabytes=None)
    assert (settings.workers, settings.max_pages, settings.page_seconds) == (3, 22, 7.5)


def test_every_mistake_is_named_at_once(tmp_path, monkeypatch):
    (tmp_path / "zjtx.toml").write_text('wrokers = 1\nmax_pages = 0\npage_seconds = "soon"\n')
    monkeypatch.setenv("ZJTX_OUTPUT", "x")
    with pytest.raises(SettingsError) as raised:
        load_settings(workers=-1)
    for name in ("wrokers", "max_pages", "page_seconds", "ZJTX_OUTPUT", "workers"):
        assert name in raised.value.message
    assert raised.value.exit_code == 2


def test_a_file_that_is_not_toml_is_named(tmp_path):
    (tmp_path / "zjtx.toml").write_text("workers =")
    with pytest.raises(SettingsError, match=r"zjtx\.toml"):
        load_settings()


def test_a_secret_in_the_ledger_url_is_not_in_the_message(monkeypatch):
    monkeypatch.setenv("ZJTX_LEDGER", "postgresql://clerk:geheim@host/zjtx")
    with pytest.raises(SettingsError) as raised:
        load_settings(workers=-1)
    assert "geheim" not in str(raised.value)
