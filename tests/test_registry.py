"""Tables from outside: as offices send them, and as nobody should."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dictionaries import PROGRAMMES
from pipeline.errors import InputError
from pipeline.programme import Programme, load_programme
from pipeline.registry import read_registrations, read_titles

HEADER = [
    "申报编号",
    "企业名称",
    "统一社会信用代码",
    "曾用名",
    "申报类型",
    "所属区市县",
    "联系电话",
    "提交时间",
]
ROW = [
    "A1",
    " 海鑫(大连)化工有限公司 ",
    "91210231693282716j",
    "大连海鑫厂|大连海鑫公司",
    "专精特新“小巨人”企业",
    "甘区",
    "0411 83686040",
    "2021/6/3",
]


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme(PROGRAMMES / "liaoning-2021")


def workbook(path: Path, rows: list[list[object]], merge: str = "") -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    book.save(path)
    return path


def test_no_row_of_a_long_table_is_lost(tmp_path: Path, programme: Programme) -> None:
    rows = [[f"A{number}", f"大连第{number}机械有限公司", *ROW[2:]] for number in range(1, 121)]
    found = read_registrations(workbook(tmp_path / "r.xlsx", [HEADER, *rows]), programme)
    assert [row.registration_id for row in found] == [row[0] for row in rows]


def test_a_row_becomes_a_registration_in_normal_form(tmp_path: Path, programme: Programme) -> None:
    (found,) = read_registrations(workbook(tmp_path / "r.xlsx", [HEADER, ROW]), programme)
    assert found.registration_id == "A1"
    assert found.enterprise_name == "海鑫（大连）化工有限公司"
    assert found.uscc == "91210231693282716J"
    assert found.former_names == ("大连海鑫厂", "大连海鑫公司")
    assert (found.tier, found.district) == ("little_giant", "甘井子区")
    assert (found.phone, found.submitted) == ("0411-83686040", "2021-06-03")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_csv_is_read_in_every_encoding_offices_use(
    tmp_path: Path, programme: Programme, encoding: str, delimiter: str
) -> None:
    path = tmp_path / "r.csv"
    text = "\r\n".join(delimiter.join(row) for row in (HEADER, ROW))
    path.write_bytes(text.encode(encoding))
    (found,) = read_registrations(path, programme)
    assert found.enterprise_name == "海鑫（大连）化工有限公司"


def test_title_rows_totals_and_empty_rows_are_left_out(
    tmp_path: Path, programme: Programme
) -> None:
    rows: list[list[object]] = [
        ["2021年申报情况一览表"],
        [],
        ["导出时间：2021-06-12"],
        list(HEADER),
        list(ROW),
        [],
        list(HEADER),
        ["", "合计", "", "", "1"],
    ]
    found = read_registrations(workbook(tmp_path / "r.xlsx", rows, "A1:H1"), programme)
    assert [row.registration_id for row in found] == ["A1"]


def test_a_header_in_two_merged_rows_is_understood(tmp_path: Path, programme: Programme) -> None:
    rows: list[list[object]] = [
        ["申报编号", "企业信息", None, "联系人", None],
        [None, "企业名称*", "统一社会信用代码", "姓名", "电话"],
        ["A1", "大连海鑫化工有限公司", "91210231693282716J", "李四", "18604041767"],
    ]
    (found,) = read_registrations(workbook(tmp_path / "r.xlsx", rows, "B1:C1"), programme)
    assert (found.registration_id, found.contact, found.phone) == ("A1", "李四", "18604041767")


def test_a_code_that_became_a_number_is_refused_not_guessed(
    tmp_path: Path, programme: Programme
) -> None:
    rows: list[list[object]] = [HEADER, ["A1", "大连海鑫化工有限公司", 912102007169964051]]
    (found,) = read_registrations(workbook(tmp_path / "r.xlsx", rows), programme)
    assert found.uscc == "9.12102007170E+17"
    path = tmp_path / "r.csv"
    path.write_text("企业名称,统一社会信用代码\n大连海鑫化工有限公司,9.12102E+17\n", "utf-8")
    assert read_registrations(path, programme)[0].uscc == "9.12102E+17"


def test_numbers_and_times_of_cells_become_plain_text(tmp_path: Path, programme: Programme) -> None:
    moment = datetime(2021, 6, 3, 9, 30)
    rows: list[list[object]] = [
        HEADER,
        [17, "大连海鑫化工有限公司", None, None, None, None, 18604041767.0, moment],
    ]
    (found,) = read_registrations(workbook(tmp_path / "r.xlsx", rows), programme)
    assert (found.registration_id, found.phone) == ("17", "18604041767")
    assert found.submitted == "2021-06-03"


def test_text_kept_by_a_formula_is_unwrapped(tmp_path: Path, programme: Programme) -> None:
    path = tmp_path / "r.csv"
    path.write_text('企业名称,联系电话\n大连海鑫化工有限公司,"=""041183686040"""\n', "utf-8")
    assert read_registrations(path, programme)[0].phone == "0411-83686040"


def test_rows_of_one_id_stay_apart(tmp_path: Path, programme: Programme) -> None:
    path = workbook(tmp_path / "r.xlsx", [HEADER, ROW, ROW])
    assert [r.registration_id for r in read_registrations(path, programme)] == ["A1", "A1#2"]


def test_a_row_without_an_id_is_called_by_its_place(tmp_path: Path, programme: Programme) -> None:
    path = tmp_path / "r.csv"
    path.write_text("企业名称\n大连海鑫化工有限公司\n", "utf-8")
    assert read_registrations(path, programme)[0].registration_id == "row-2"


def test_missing_columns_are_named_with_those_found(tmp_path: Path, programme: Programme) -> None:
    path = workbook(tmp_path / "r.xlsx", [["序号", "电话"], ["1", "2"]])
    with pytest.raises(InputError, match=r"r\.xlsx.*企业名称.*序号、电话") as caught:
        read_registrations(path, programme)
    assert caught.value.advice


def test_titles_are_read(tmp_path: Path, programme: Programme) -> None:
    path = tmp_path / "titles.csv"
    path.write_text(
        "企业名称,统一社会信用代码,称号,认定年度,证书编号,产品名称,有效期起,有效期止\n"
        "海鑫(大连)化工有限公司,91210231693282716J,专精特新产品,2020年,N1,泵,2020年12月1日,2023.11.30\n",
        "utf-8",
    )
    (title,) = read_titles(path, programme)
    assert (title.enterprise_name, title.tier, title.year) == (
        "海鑫（大连）化工有限公司",
        "product",
        "2020",
    )
    assert (title.valid_from, title.valid_to) == ("2020-12-01", "2023-11-30")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("r.xlsx", b""),
        ("r.xlsx", b"PK\x03\x04 broken"),
        ("r.csv", b""),
        ("r.csv", b"\xff\xfe\x00\xd8"),
        ("r.csv", b"\x81\x20\xff\xff,\xfe"),
        ("r.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
        ("r.pdf", b"%PDF-1.4 and so on"),
    ],
)
def test_what_is_no_table_is_refused_by_name(
    tmp_path: Path, programme: Programme, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=name):
        read_registrations(path, programme)


def test_a_missing_file_is_refused_by_name(tmp_path: Path, programme: Programme) -> None:
    with pytest.raises(InputError, match="absent"):
        read_registrations(tmp_path / "absent.xlsx", programme)


def repacked(path: Path, member: str, content: bytes) -> Path:
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[member] = content
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return path


def test_a_workbook_with_an_external_entity_is_not_opened(
    tmp_path: Path, programme: Programme
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", "utf-8")
    path = workbook(tmp_path / "r.xlsx", [HEADER, ROW])
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]><sst>&e;</sst>'
    with pytest.raises(InputError, match="unsafe"):
        read_registrations(repacked(path, "xl/sharedStrings.xml", entity.encode()), programme)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, programme: Programme) -> None:
    path = workbook(tmp_path / "r.xlsx", [HEADER, ROW])
    bomb = b"<x>" + b" " * 150_000_000
    with pytest.raises(InputError, match="unsafe"):
        read_registrations(repacked(path, "xl/worksheets/sheet1.xml", bomb), programme)


def test_a_cell_at_the_far_end_of_the_sheet_costs_nothing(
    tmp_path: Path, programme: Programme
) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEADER)
    sheet.append(ROW)
    sheet["XFD3"] = "far"
    book.save(tmp_path / "r.xlsx")
    assert len(read_registrations(tmp_path / "r.xlsx", programme)) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(content=st.binary(max_size=300))
def test_any_bytes_are_a_table_or_an_error_that_helps(
    tmp_path: Path, programme: Programme, content: bytes
) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes("企业名称,联系电话\n".encode() + content)
    try:
        read_registrations(path, programme)
    except InputError as error:
        assert error.advice
