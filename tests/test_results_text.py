"""Text from paper: made printable, guarded against formulas, and given back exactly."""

import csv
import itertools

from hypothesis import given
from hypothesis import strategies as st

from pipeline.results.tables import read_table, runs_of, write_table
from pipeline.results.text import guard, is_plain_number, number_text, printable, shortened, unguard

ANY_TEXT = st.text(alphabet=st.characters(), max_size=40)
HOSTILE = st.builds(
    lambda quotes, lead, rest: quotes + lead + rest,
    st.sampled_from(["", "'", "''"]),
    st.sampled_from(["=", "+", "-", "@", "\t", "\r", "\n", "\0", " =", "＝", "＋", "－", "＠"]),
    ANY_TEXT,
)


@given(st.one_of(ANY_TEXT, HOSTILE))
def test_unguarding_gives_back_exactly_what_was_guarded(text):
    assert unguard(guard(text)) == text


@given(HOSTILE)
def test_no_guarded_text_starts_like_a_formula(text):
    if not is_plain_number(text):
        assert guard(text).startswith("'")


def test_negative_numbers_stay_numbers_and_phone_numbers_do_not_become_sums():
    assert guard("-3.5") == "-3.5"
    assert guard("+86-411-86550001") == "'+86-411-86550001"
    assert guard('=HYPERLINK("http://x")').startswith("'=")
    assert guard("＝1+1") == "'＝1+1"
    assert guard("大连") == "大连"


@given(st.text(alphabet=st.characters(), max_size=60))
def test_printable_text_is_utf8_without_control_characters(text):
    shown = printable(text)
    shown.encode("utf-8")
    assert not any(ord(char) < 0x20 and char not in "\t\n" for char in shown)
    assert "\ufffe" not in shown and "\uffff" not in shown and "\u202e" not in shown
    assert printable(shown) == shown


def test_control_characters_become_visible_signs_instead_of_vanishing():
    assert printable("a\x07b\x00c\x7f") == "a␇b␀c␡"
    assert printable("a\r\nb\rc") == "a\nb\nc"
    assert printable("\ud800") == "\ufffd"


def test_long_text_is_cut_with_a_sign_that_it_was_cut():
    assert shortened("x" * 10, 10) == "x" * 10
    assert shortened("x" * 11, 10) == "x" * 9 + "…"


def test_numbers_are_written_without_trailing_zeros():
    assert [number_text(n) for n in (1.0, 0.97314, 0.0, -0.00001, 100.0)] == [
        "1", "0.9731", "0", "0", "100",
    ]  # fmt: skip


@given(st.lists(st.lists(ANY_TEXT, min_size=2, max_size=2), max_size=5))
def test_a_table_comes_back_as_it_was_written(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    write_table(path, ("a", "b"), rows)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert [[row["a"], row["b"]] for row in read_table(path)] == [
        [printable(text) for text in row] for row in rows
    ]


def test_a_table_has_rfc_4180_line_ends_and_quotes(tmp_path):
    path = tmp_path / "t.csv"
    write_table(path, ("a", "b"), [('x,"y"\nz', "-1")])
    assert path.read_bytes() == b'\xef\xbb\xbfa,b\r\n"x,""y""\nz",-1\r\n'
    with path.open(encoding="utf-8-sig", newline="") as source:
        assert list(csv.reader(source))[1] == ['x,"y"\nz', "-1"]


@given(st.sets(st.integers(1, 60)))
def test_runs_of_pages_cover_each_page_once(pages):
    runs = runs_of(sorted(pages))
    assert [p for a, b in runs for p in range(a, b + 1)] == sorted(pages)
    assert all(later[0] > earlier[1] + 1 for earlier, later in itertools.pairwise(runs))
