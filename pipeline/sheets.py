"""Files of tables as rows of texts: .xlsx and CSV in the encodings that offices use, pipes too."""

from __future__ import annotations

import csv
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import openpyxl

from pipeline.errors import InputError
from pipeline.media import EXCEL, OLE, Limits, Unusable, check_office, media_type_of

_MAX_BYTES = 200_000_000
_MAX_CSV_BYTES = 2_000_000_000
"""A CSV is read row by row, so it may be larger than what has to be unpacked."""

_MAX_COLUMNS = 200
_MAX_ROWS = 1_200_000
_BLOCK = 1 << 20
_TAIL = 64
_EXACT_DIGITS = 15
"""A spreadsheet keeps so many digits of a number; a longer code has lost its end."""

_TEXT_FORMULA = re.compile(r'="(.*)"', re.DOTALL)


@contextmanager
def at_hand(path: Path) -> Iterator[Path]:
    """A file that can be read more than once: pipes, and ``-`` for standard input, are copied.

    Raises:
        InputError: more came than a table may hold.
    """
    if str(path) != "-" and not path.is_fifo():
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="zjtx-") as folder:
        copy = Path(folder) / ("stdin" if str(path) == "-" else path.name)
        with sys.stdin.buffer if str(path) == "-" else path.open("rb") as source:
            _keep(source, copy)
        yield copy


def _keep(source: BinaryIO, copy: Path) -> None:
    with copy.open("wb") as kept:
        while block := source.read(_BLOCK):
            kept.write(block)
            if kept.tell() > _MAX_CSV_BYTES:
                raise InputError(f"{copy.name}: too much for a table", "请拆分后重试。")


def sheets_of(path: Path) -> Iterator[Iterator[list[str]]]:
    """The sheets of a table, row by row, each cell as tidied text.

    Raises:
        InputError: the file is no table, or a damaged or unsafe one.
    """
    try:
        size = path.stat().st_size
        kind = media_type_of(path)
    except OSError as error:
        raise InputError(
            f"{path.name}: cannot be opened", "请检查文件是否存在、是否可读。"
        ) from error
    if size > (_MAX_BYTES if kind in {EXCEL, OLE} else _MAX_CSV_BYTES):
        raise InputError(f"{path.name}: {size} bytes are too many for a table", "请拆分后重试。")
    if kind == EXCEL:
        yield from _excel(path)
    elif kind == OLE:
        raise InputError(
            f"{path.name}: an old .xls file", "请用 Excel 或 WPS 另存为 .xlsx 后重试。"
        )
    elif kind.startswith("text/") or path.suffix.lower() == ".csv":
        yield _csv(path)
    else:
        raise InputError(
            f"{path.name}: neither .xlsx nor .csv", "请提供 .xlsx 或 .csv 格式的表格。"
        )


def _excel(path: Path) -> Iterator[Iterator[list[str]]]:
    try:
        check_office(path, Limits())
    except Unusable as error:
        raise InputError(f"{path.name}: unsafe or damaged", error.advice) from error
    try:
        # Rows are read here, so that a damaged sheet fails before anything is used.
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheets = []
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_row=_MAX_ROWS, max_col=_MAX_COLUMNS, values_only=True)
            sheets.append([_trimmed([_cell_text(cell) for cell in row]) for row in rows])
        book.close()
    except Exception as error:  # openpyxl lets errors of many kinds through
        raise InputError(
            f"{path.name}: not a readable workbook ({type(error).__name__})",
            "文件已损坏，请重新导出或另存后重试。",
        ) from error
    for lines in sheets:
        yield iter(lines)


def _csv(path: Path) -> Iterator[list[str]]:
    with path.open(encoding=_encoding(path), newline="") as source:
        head = source.read(4096)
        source.seek(0)
        delimiter = max(",\t;", key=head.count)
        reader = csv.reader(source, delimiter=delimiter)
        last: list[str] = []
        try:
            for last in reader:
                yield _trimmed([_csv_text(cell) for cell in last[:_MAX_COLUMNS]])
        except csv.Error as error:
            raise InputError(
                f"{path.name}, line {reader.line_num}: not readable as CSV",
                "请重新导出为 CSV（UTF-8）或 .xlsx 后重试。",
            ) from error
    if last and "\n" in last[-1] and not _ends_quoted(path):
        raise InputError(
            f"{path.name}: a quotation mark near its end is never closed, so rows run together",
            "请检查引号是否成对，或另存为 .xlsx 后重试。",
        )


def _ends_quoted(path: Path) -> bool:
    with path.open("rb") as source:
        source.seek(max(0, path.stat().st_size - _TAIL))
        return source.read().rstrip(b"\r\n\t \0").endswith(b'"')


def _encoding(path: Path) -> str:
    """The encoding that the whole file is written in, found block by block."""
    with path.open("rb") as source:
        start = source.read(2)
    encodings = ["utf-16"] if start in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            with path.open(encoding=encoding, newline="") as source:
                while source.read(_BLOCK):
                    pass
        except UnicodeError:
            continue
        return encoding
    raise InputError(
        f"{path.name}: neither UTF-8 nor GBK text", "请重新导出为 CSV（UTF-8）或 .xlsx 后重试。"
    )


def _trimmed(row: list[str]) -> list[str]:
    while row and not row[-1]:
        row.pop()
    return row


def _cell_text(value: Any) -> str:
    """A cell as text; a number too long to be exact is shown as the spreadsheet would."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, int | float):
        if abs(value) >= 10**_EXACT_DIGITS:
            return f"{float(value):.11E}".replace("E+0", "E+")
        return str(int(value)) if value == int(value) else repr(value)
    return _csv_text(str(value))


def _csv_text(text: str) -> str:
    if text.isalnum():
        return text  # most cells of a large table, and nothing of them has to go
    text = text.strip().lstrip("'\t").strip()
    wrapped = _TEXT_FORMULA.fullmatch(text)
    return (wrapped[1] if wrapped else text).strip()
