"""The bureau's own workbook, filled: our rows under its headers.

A table of the pack goes to the sheet whose header names most of its columns.  Each column is
found by its title, so the template may leave columns out, add its own and order them freely.
What stands below the header – the line for stamp and date, notes – moves down where the rows
need the room.  The template's own formulas stay; nothing of ours becomes one.
"""

from __future__ import annotations

from copy import copy
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from extractors.values.tidy import comparable
from pipeline.errors import InputError
from pipeline.media import EXCEL, Limits, Unusable, check_office, media_type_of
from pipeline.programme import Programme, SummaryTable, TableColumn
from pipeline.records import RunResult
from pipeline.results.text import is_plain_number, printable, shortened
from pipeline.results.workbook.cells import save_workbook
from pipeline.stages.recommend import TableCell, listed, rows_of

_SEARCHED_ROWS = 30
_SEARCHED_COLUMNS = 60
_LEAST_SHARE = 0.5
"""Of a table's columns, those that a header must name at least."""


class _Header(NamedTuple):
    """Where a table's header lies on a sheet."""

    sheet: Worksheet
    row: int
    columns: dict[int, int]
    """Index of the table's column → column of the sheet, from 1."""


def fill_template(run: RunResult, programme: Programme, template: Path, path: Path) -> None:
    """Fill a template and write it.

    Args:
        run: The run.
        programme: Its pack; the titles of its tables' columns are looked for.
        template: An .xlsx file.
        path: Where the filled workbook goes.

    Raises:
        InputError: The template is no workbook, or has no sheet for any of the tables.
    """
    workbook = _opened(template)
    for table, header in _headers(workbook, programme, template):
        rows = rows_of(table, listed(table, run.applications, programme), programme)
        _make_room(header, len(rows))
        for offset, row in enumerate(rows, start=1):
            for index, column in header.columns.items():
                _write(header, header.row + offset, column, row.cells[index], table.columns[index])
    save_workbook(workbook, path)


def check_template(template: Path, programme: Programme) -> None:
    """Make sure that a template can be filled, before anything else is done.

    Raises:
        InputError: It is no workbook, or has no sheet for any of the pack's tables.
    """
    _headers(_opened(template), programme, template)


def _headers(
    workbook: Any, programme: Programme, template: Path
) -> list[tuple[SummaryTable, _Header]]:
    """The tables that the template has a place for."""
    found: list[tuple[SummaryTable, _Header]] = []
    for table in programme.tables:
        taken = {(header.sheet.title, header.row) for _, header in found}
        header = _header_of(table, workbook, taken)
        if header is not None:
            found.append((table, header))
    if not found:
        titles = "、".join(column.title for column in programme.tables[0].columns[:4])
        raise InputError(
            f"{template.name}: no sheet of the template has the columns of a table",
            f"模板的表头须含汇总表的多数栏目名称（如{titles}）。",
        )
    return found


def _opened(template: Path) -> Any:
    if not template.is_file():
        raise InputError(f"{template}: no such file (template)", "Give the bureau's .xlsx file.")
    try:
        if media_type_of(template) != EXCEL:
            raise InputError(f"{template.name}: not an .xlsx file", "请把模板另存为 .xlsx。")
        check_office(template, Limits())
        return openpyxl.load_workbook(template)
    except Unusable as error:
        raise InputError(f"{template.name}: unsafe or damaged", error.advice) from error
    except InputError:
        raise
    except Exception as error:  # openpyxl lets errors of many kinds through
        raise InputError(
            f"{template.name}: not a readable workbook ({type(error).__name__})",
            "请用 Excel 或 WPS 打开模板，另存为 .xlsx 后重试。",
        ) from error


def _header_of(table: SummaryTable, workbook: Any, taken: set[tuple[str, int]]) -> _Header | None:
    """The header that names most of the table's columns; the title decides between equals."""
    best: tuple[tuple[int, bool], _Header] | None = None
    wanted = {comparable(column.title): index for index, column in enumerate(table.columns)}
    for sheet in workbook.worksheets:
        title = comparable(table.title)
        named = False
        for row in range(1, min(sheet.max_row, _SEARCHED_ROWS) + 1):
            found: dict[int, int] = {}
            for column in range(1, min(sheet.max_column, _SEARCHED_COLUMNS) + 1):
                text = comparable(str(sheet.cell(row, column).value or ""))
                named = named or (bool(text) and text == title)
                if text in wanted and wanted[text] not in found:
                    found[wanted[text]] = column
            enough = len(found) >= _LEAST_SHARE * len(wanted)
            score = (len(found), named)
            if enough and (sheet.title, row) not in taken and (best is None or score > best[0]):
                best = score, _Header(sheet, row, found)
    return best[1] if best is not None else None


def _make_room(header: _Header, needed: int) -> None:
    """Move what lies below the empty rows under the header down, so that all rows fit."""
    sheet, first = header.sheet, header.row + 1
    last, free = sheet.max_row, 0
    while first + free <= last and _is_empty(sheet, first + free):
        free += 1
    down = needed - free
    below = first + free
    if down <= 0 or below > last:
        _dress(sheet, header, needed)
        return
    merged = [area for area in sheet.merged_cells.ranges if area.min_row >= below]
    for area in merged:
        sheet.merged_cells.remove(area)
    heights = {row: sheet.row_dimensions[row].height for row in range(below, last + 1)}
    area = f"A{below}:{sheet.cell(last, sheet.max_column).coordinate}"
    sheet.move_range(area, rows=down, translate=True)
    for row, height in heights.items():
        sheet.row_dimensions[row + down].height = height
    for moved in merged:
        moved.shift(row_shift=down)
        sheet.merge_cells(moved.coord)
    _dress(sheet, header, needed)


def _is_empty(sheet: Worksheet, row: int) -> bool:
    return all(
        sheet.cell(row, column).value in (None, "") for column in range(1, sheet.max_column + 1)
    )


def _dress(sheet: Worksheet, header: _Header, count: int) -> None:
    """Give all rows the look of the first one below the header, its borders above all."""
    pattern = header.row + 1
    for row in range(pattern + 1, pattern + count):
        sheet.row_dimensions[row].height = sheet.row_dimensions[pattern].height
        for column in range(1, sheet.max_column + 1):
            source: Any = sheet.cell(pattern, column)
            target: Any = sheet.cell(row, column)
            target._style = copy(source._style)


def _write(header: _Header, row: int, place: int, value: TableCell, column: TableColumn) -> None:
    """Write one cell: a number column's number, else a text that can never be a formula."""
    cell = header.sheet.cell(row, place)
    text = value.text
    number = column.kind != "text" or column.source == "#"
    if number and is_plain_number(text) and sum(map(str.isdigit, text)) <= 15:
        figure = float(text)
        cell.value = int(figure) if figure.is_integer() else figure
        return
    cell.value = shortened(printable(text)) or None
    if cell.value:
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = True
