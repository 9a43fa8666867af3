"""The ledger: keys, results, and an audit log that shows every change."""

from __future__ import annotations

import hashlib
import json
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import SettingsError
from pipeline.ledger import Entry, Ledger, LedgerError, Status, make_key

TEXT = st.text(max_size=8)
PARTS = st.tuples(TEXT, TEXT, st.dictionaries(TEXT, TEXT, max_size=3), st.lists(TEXT, max_size=4))


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "work" / "ledger.sqlite") as opened:
        yield opened


def entry(key: str, result: bytes = b"{}", status: Status = Status.DONE) -> Entry:
    return Entry(key, "read", f"unit {key}", status, result, 0.5)


@given(PARTS, PARTS)
def test_two_keys_are_equal_only_when_all_parts_are(one, two):
    assert (make_key(*one) == make_key(*two)) == (one == two)


@given(st.dictionaries(TEXT, TEXT, min_size=2))
def test_the_order_of_settings_does_not_matter(settings):
    turned = dict(reversed(settings.items()))
    assert make_key("read", "1", settings, []) == make_key("read", "1", turned, [])


def test_the_order_of_inputs_matters():
    assert make_key("s", "1", {}, ["a", "b"]) != make_key("s", "1", {}, ["b", "a"])
    assert make_key("s", "1", {}, ["ab"]) != make_key("s", "1", {}, ["a", "b"])


@given(st.dictionaries(st.text("0123456789abcdef", min_size=4, max_size=4), st.binary()))
def test_what_is_put_is_what_is_got(tmp_path_factory, results):
    path = tmp_path_factory.mktemp("ledger") / "ledger.sqlite"
    with Ledger(path) as ledger:
        ledger.put(entry(key, result) for key, result in results.items())
    with Ledger(path) as again:
        found = again.get_many([*results, "nowhere"])
    assert {key: item.result for key, item in found.items()} == results


def test_thousands_of_keys_are_found_at_once(ledger):
    keys = [make_key("read", "1", {}, [str(number)]) for number in range(2500)]
    ledger.put(entry(key) for key in keys)
    assert set(ledger.get_many(keys)) == set(keys)
    assert ledger.count("read") == 2500


def test_a_failure_is_replaced_by_what_came_of_the_next_try(ledger):
    ledger.put([entry("k", b"failed", Status.FAILED)])
    ledger.put([entry("k", b"good")])
    assert ledger.get_many(["k"])["k"].result == b"good"


def test_entries_of_one_put_are_written_all_or_none(ledger):
    with pytest.raises(LedgerError):
        ledger.put([entry("a"), entry("b")._replace(unit=None)])
    assert ledger.get_many(["a", "b"]) == {}


def test_a_damaged_result_counts_as_not_there(ledger, tmp_path):
    ledger.put([entry("a"), entry("b")])
    with sqlite3.connect(tmp_path / "work" / "ledger.sqlite") as connection:
        connection.execute("UPDATE results SET result = x'00' WHERE key = 'a'")
    assert set(ledger.get_many(["a", "b"])) == {"b"}


def test_two_processes_may_write_side_by_side(ledger, tmp_path):
    with Ledger(tmp_path / "work" / "ledger.sqlite") as other:
        for number in range(10):
            ledger.note("run", {"n": number})
            other.note("run", {"n": number})
    assert [row.number for row in ledger.audit()] == list(range(1, 21))
    assert ledger.broken_links() == []


def test_the_audit_log_refuses_changes(ledger, tmp_path):
    ledger.note("run", {"n": 1})
    connection = sqlite3.connect(tmp_path / "work" / "ledger.sqlite")
    for statement in ("UPDATE audit SET kind = 'x'", "DELETE FROM audit"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET detail = '{}' WHERE number = 2", [2]),
        ("UPDATE audit SET at = '2020' WHERE number = 3", [3]),
        ("DELETE FROM audit WHERE number = 2", [3]),
        ("DELETE FROM audit WHERE number = 1", [2]),
    ],
)
def test_a_change_behind_the_triggers_breaks_the_chain(ledger, tmp_path, statement, broken):
    for number in range(4):
        ledger.note("run", {"n": number})
    with sqlite3.connect(tmp_path / "work" / "ledger.sqlite") as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("DROP TRIGGER audit_no_delete")
        connection.execute(statement)
    assert ledger.broken_links() == broken


def test_a_file_that_is_no_database_is_an_error_with_advice(tmp_path):
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(LedgerError) as raised:
        Ledger(path)
    assert str(path) in raised.value.message
    assert raised.value.advice


@pytest.mark.parametrize("url", ["nonsense", "sqlite+nodriver:///x", "mysql+absent://u:geheim@h/d"])
def test_an_unusable_url_is_an_error_of_the_settings_and_hides_passwords(url):
    with pytest.raises(SettingsError) as raised:
        Ledger(url)
    assert "geheim" not in str(raised.value)


def test_a_row_forged_together_with_its_own_hash_does_not_fit_the_next(ledger, tmp_path):
    for number in range(3):
        ledger.note("run", {"n": number})
    with sqlite3.connect(tmp_path / "work" / "ledger.sqlite") as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        row = connection.execute(
            "SELECT previous, number, at, kind FROM audit WHERE number = 2"
        ).fetchone()
        text = json.dumps([*row, '{"n": 7}'])
        forged = hashlib.sha256(text.encode()).hexdigest()
        connection.execute(
            "UPDATE audit SET detail = ?, hash = ? WHERE number = 2", ('{"n": 7}', forged)
        )
    assert ledger.broken_links() == [3]
