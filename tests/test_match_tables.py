"""``zjtx match`` takes tables as offices send them, and answers every row of them."""

from __future__ import annotations

import csv
import os
import threading
from pathlib import Path

import openpyxl
import pytest

from pipeline.errors import InputError
from pipeline.matching import match_tables

REGISTER = [
    ["登记编号", "企业名称", "曾用名", "登记状态"],
    ["R1", "大连海鑫化工有限公司", "", ""],
    ["R2", "沈阳宏达机械厂", "沈阳宏达机厂", "注销"],
]
ASKED = [["序号", "企业名称"], ["1", "大连海鑫化工有限公司"], ["2", "沈阳宏达机厂"]]


def table(path: Path, rows: list[list[str]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def answers(folder: Path, queries: Path, register: list[list[str]] = REGISTER) -> list[list[str]]:
    """Query, registration and decision of each row of the result."""
    out = folder / "out.csv"
    match_tables(queries, table(folder / "r.csv", register), out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        return [[row[0], row[2], row[4]] for row in list(csv.reader(file))[1:]]


FOUND = [["1", "R1", "accepted"], ["2", "R2", "accepted"]]


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [("gbk", ","), ("utf-8-sig", ","), ("utf-8", "\t"), ("utf-16", "\t"), ("gb18030", ";")],
)
def test_any_encoding_and_delimiter_of_practice_is_read(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    assert answers(tmp_path, table(tmp_path / "q.csv", ASKED, encoding, delimiter)) == FOUND


def test_a_workbook_with_a_title_numbers_and_totals_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["2021年申报企业一览表"],
        [],
        ["序号", "单位名称（盖章）", "统一社会信用代码*", "联系电话"],
        [1, "大连海鑫化工有限公司", 912102001234567890, 18604041767],
        [2, "沈阳宏达机厂", None, None],
        ["合计", 2],
    ):
        book.worksheets[0].append(row)
    book.save(tmp_path / "q.xlsx")
    assert answers(tmp_path, tmp_path / "q.xlsx") == FOUND


def test_every_row_that_says_anything_is_answered(tmp_path: Path) -> None:
    rows = [*ASKED, ["3", ""], ["4"], [], ["", "  "], ["5", "大连海鑫化工有限公司", "more", "x"]]
    assert answers(tmp_path, table(tmp_path / "q.csv", rows)) == [
        *FOUND,
        ["3", "", "rejected"],
        ["4", "", "rejected"],
        ["5", "R1", "accepted"],
    ]


def test_headers_only_are_an_empty_table(tmp_path: Path) -> None:
    assert answers(tmp_path, table(tmp_path / "q.csv", ASKED[:1])) == []
    found = answers(tmp_path, table(tmp_path / "q.csv", ASKED), REGISTER[:1])
    assert found == [["1", "", "rejected"], ["2", "", "rejected"]]


def test_ids_that_stand_twice_are_kept_and_counted(tmp_path: Path) -> None:
    queries = table(tmp_path / "q.csv", [*ASKED, ["1", "沈阳宏达机械厂"]])
    register = table(tmp_path / "r.csv", [*REGISTER, ["R1", "大连永兴管业有限公司"]])
    done = match_tables(queries, register, tmp_path / "out.csv")
    assert (done.repeated_queries, done.repeated_rows) == (1, 1)
    assert "1 queries bear the id of an earlier one" in str(done)


def test_names_of_any_length_are_answered(tmp_path: Path) -> None:
    rows = [ASKED[0], ["1", "海" * 100_000], ["2", "（" * 50_000], ["3", "大连海鑫化工有限公司"]]
    register = [*REGISTER, ["R3", "有限公司" * 25_000, "", ""]]
    found = answers(tmp_path, table(tmp_path / "q.csv", rows), register)
    assert [row[0] for row in found if row[2] == "accepted"] == ["3"]
    assert {row[0] for row in found} == {"1", "2", "3"}


def test_nothing_becomes_a_formula_or_a_further_row(tmp_path: Path) -> None:
    rows = [ASKED[0], ["=1+1\n9", "大连海鑫化工有限公司"], ["@x", '=HYPERLINK("u","大连海鑫")']]
    register = [REGISTER[0], ["=cmd|'/C calc'!A0", "大连海鑫化工有限公司", "=X", "-1"]]
    found = answers(tmp_path, table(tmp_path / "q.csv", rows), register)
    assert [row[0] for row in found] == ["'=1+1 9", "'@x"]
    assert found[0][1].startswith("'=cmd")


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    text = table(tmp_path / "q.csv", ASKED).read_bytes()
    writer = threading.Thread(target=pipe.write_bytes, args=(text,))
    writer.start()
    assert answers(tmp_path, pipe) == FOUND
    writer.join()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "found: nothing"),
        ("序号,电话\n1,2\n", "match_headers.toml"),
        ("1,大连海鑫化工有限公司\n", "required columns"),
        ('序号,企业名称\n1,"大连海鑫化工有限公司\n2,沈阳宏达机厂\n', "quotation mark"),
    ],
)
def test_a_table_that_cannot_be_read_right_is_refused_with_advice(
    tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "q.csv").write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"q\.csv") as raised:
        answers(tmp_path, tmp_path / "q.csv")
    assert said in str(raised.value)
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize("taken", ["q.csv", "r.csv", "report.csv", "folder", "pipe"])
def test_a_result_takes_the_place_of_nothing_else(tmp_path: Path, taken: str) -> None:
    queries, register = table(tmp_path / "q.csv", ASKED), table(tmp_path / "r.csv", REGISTER)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    before = queries.read_bytes(), register.read_bytes()
    with pytest.raises(InputError, match=taken):
        match_tables(queries, register, tmp_path / taken, report=tmp_path / "report.csv")
    assert (queries.read_bytes(), register.read_bytes()) == before
