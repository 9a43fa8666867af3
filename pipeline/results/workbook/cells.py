"""Cells, looks and pages: what all sheets of the workbook share.

Every cell is written through :func:`safe_cell`.  openpyxl takes any text that starts with
``=`` for a formula and refuses control characters; text from paper must do neither.
"""

from __future__ import annotations

import io
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.programme import Programme
from pipeline.results.package import with_fixed_times
from pipeline.results.text import is_plain_number, printable, shortened

Kind = Literal["text", "number", "percent", "integer"]

HEI, FANG = "黑体", "仿宋"
"""Fonts that every office in China has; where one is missing, the program substitutes."""
_RUNS = re.compile(r"[!-~]+|.")
_GB_CHARSET = 134
_FAMILY = {HEI: 2, FANG: 3}
"""Swiss and modern: what a substitute should look like."""

_THIN = Side(style="thin", color="FF000000")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_LINE_HEIGHT = 15.5
"""Points of one line of 11-point text."""
_HIGHEST_ROW = 409.0
"""Points; spreadsheets allow no higher row."""
_LONGEST_EXACT_NUMBER = 15
"""Digits that a spreadsheet's numbers keep."""

LOOKS = (
    "annex", "title", "subtitle", "line", "line_right", "note", "header", "body", "body_centre",
    "body_number", "doubt", "doubt_centre", "doubt_number", "total", "total_number", "grave",
    "plain",
)  # fmt: skip


def new_workbook(title: str) -> Workbook:
    """A workbook without sheets that has the looks of :data:`LOOKS`."""
    workbook = Workbook()
    del workbook[workbook.sheetnames[0]]
    _register_looks(workbook)
    workbook.properties.creator = "zjtx"
    workbook.properties.title = title
    return workbook


def save_workbook(workbook: Workbook, path: Path) -> None:
    """Write a workbook; the same content gives the same bytes."""
    stream = io.BytesIO()
    workbook.save(stream)
    path.write_bytes(with_fixed_times(stream.getvalue()))


def _font(name: str, size: float) -> Font:
    """A font with what a program needs to choose another one where it is missing."""
    return Font(name=name, size=size, charset=_GB_CHARSET, family=_FAMILY[name])


def _register_looks(workbook: Workbook) -> None:
    """Give the workbook the named styles that sheets use."""
    fill_head = PatternFill("solid", fgColor="FFEDEDED")
    fill_doubt = PatternFill("solid", fgColor="FFFFF2CC")
    fill_grave = PatternFill("solid", fgColor="FFFBE0DD")

    def add(
        name: str,
        font: Font,
        horizontal: str,
        *,
        bordered: bool = True,
        fill: PatternFill | None = None,
        wrap: bool = True,
    ) -> None:
        style = NamedStyle(name=f"zjtx {name}")
        style.font = font
        # A number too long for its column would be printed as ###.
        number = name.endswith("_number")
        style.alignment = Alignment(
            horizontal=horizontal,
            vertical="center",
            wrap_text=wrap and not number,
            shrink_to_fit=number,
        )
        if bordered:
            style.border = _BORDER
        if fill is not None:
            style.fill = fill
        workbook.add_named_style(style)

    body = _font(FANG, 11)
    head = _font(HEI, 11)
    add("annex", _font(HEI, 16), "left", bordered=False, wrap=False)
    add("title", _font(HEI, 20), "center", bordered=False)
    add("subtitle", head, "left", bordered=False)
    add("line", _font(FANG, 12), "left", bordered=False, wrap=False)
    add("line_right", _font(FANG, 12), "right", bordered=False, wrap=False)
    add("note", _font(FANG, 10), "left", bordered=False)
    add("header", head, "center", fill=fill_head)
    add("body", body, "left")
    add("body_centre", body, "center")
    add("body_number", body, "right")
    add("doubt", body, "left", fill=fill_doubt)
    add("doubt_centre", body, "center", fill=fill_doubt)
    add("doubt_number", body, "right", fill=fill_doubt)
    add("total", head, "center", fill=fill_head)
    add("total_number", head, "right", fill=fill_head)
    add("grave", body, "center", fill=fill_grave)
    add("plain", body, "center", bordered=False)


def safe_cell(
    sheet: Worksheet, row: int, column: int, text: str, look: str = "body", kind: Kind = "text"
) -> Cell:
    """Write a text into a cell so that it can never be a formula, an error or a broken file.

    A number column's plain decimal becomes a number; everything else is a text cell with the
    text format and a quote prefix, so that editing it does not make it a formula either.

    Args:
        sheet: Where.
        row: From 1.
        column: From 1.
        text: From paper, or ours.
        look: One of :data:`LOOKS`.
        kind: How the text is understood.

    Returns:
        The cell.
    """
    cell = cast(Cell, sheet.cell(row, column))  # merged cells are written before merging
    digits = sum(char.isdigit() for char in text)
    if kind != "text" and is_plain_number(text) and digits <= _LONGEST_EXACT_NUMBER:
        number = float(text)
        whole = number.is_integer() and kind != "percent"
        cell.value = int(number) if whole else number
        _dress(cell, look, "#,##0" if whole else "#,##0.00")
        return cell
    cell.value = shortened(printable(text))
    if cell.value:
        cell.data_type = "s"
        _dress(cell, look, "@", quoted=True)
    else:
        _dress(cell, look)
    return cell


_dressed: WeakKeyDictionary[Workbook, dict[tuple[str, str, bool], Any]] = WeakKeyDictionary()
"""Of each workbook the styles that cells of it have: looking one up by name is slow."""


def _dress(cell: Any, look: str, number_format: str = "", *, quoted: bool = False) -> None:
    """Give a cell its look, number format and quote prefix."""
    known = _dressed.setdefault(cell.parent.parent, {})
    key = look, number_format, quoted
    if key not in known:
        cell.style = f"zjtx {look}"
        if number_format:
            cell.number_format = number_format
        if quoted:
            cell.quotePrefix = True
        known[key] = copy(cell._style)
    cell._style = copy(known[key])


def text_width(text: str) -> int:
    """Width of the text's widest line in halves of a Chinese character."""
    return max((_line_width(line) for line in text.split("\n")), default=0)


def _line_width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in line)


def fit_row(
    sheet: Worksheet, row: int, cells: Iterable[tuple[str, float]], *, scale: float = 1.0
) -> None:
    """Make a row high enough for its wrapped texts.

    Args:
        sheet: Where.
        row: From 1.
        cells: Text and width of the column that it wraps in.
        scale: Size of the font in units of the 11-point body.
    """
    lines = 1
    for text, width in cells:
        usable = max(2.0, width / scale - 1.5)
        needed = sum(_wrapped(line, usable) for line in text[:4000].split("\n"))
        lines = max(lines, needed)
    sheet.row_dimensions[row].height = min(_HIGHEST_ROW, lines * _LINE_HEIGHT * scale + 5)


def _wrapped(text: str, room: float) -> int:
    """How many lines a text takes: a run of Latin letters and figures stays together."""
    if 2 * len(text) <= room:
        return 1
    lines, used = 1, 0.0
    for run in _RUNS.findall(text):
        width = _line_width(run)
        if used and used + width > room:
            lines, used = lines + 1, 0.0
        more = max(0, math.ceil(width / room) - 1)  # a run longer than a line is broken after all
        lines, used = lines + more, used + width - more * room
    return lines


def merged_line(sheet: Worksheet, row: int, first: int, last: int, text: str, look: str) -> None:
    """Write a text over several columns."""
    safe_cell(sheet, row, first, text, look)
    if last > first:
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)


def set_page(
    sheet: Worksheet, widths: Sequence[float], header_row: int, *, portrait: bool = False
) -> None:
    """A4, one page wide, the header repeated on each page and kept in view on the screen."""
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    setup = sheet.page_setup
    setup.paperSize = sheet.PAPERSIZE_A4
    setup.orientation = sheet.ORIENTATION_PORTRAIT if portrait else sheet.ORIENTATION_LANDSCAPE
    setup.fitToWidth, setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom = 0.7, 0.7
    sheet.print_options.horizontalCentered = True
    footer = cast(HeaderFooterItem, sheet.oddFooter)
    footer.center.text = "第 &P 页　共 &N 页"
    footer.center.size = 10
    if header_row:
        sheet.print_title_rows = f"{header_row}:{header_row}"
        sheet.freeze_panes = sheet.cell(header_row + 1, 1).coordinate


@dataclass(frozen=True)
class Column:
    """A column of an internal sheet."""

    title: str
    width: float
    kind: Kind = "text"
    centred: bool = False


def called(columns: Sequence[Column], programme: Programme) -> tuple[Column, ...]:
    """The columns with the pack's word for the units below the city in place of ``{district}``."""
    words = {"district": programme.districts_called, "district_short": programme.district_short}
    return tuple(replace(column, title=column.title.format_map(words)) for column in columns)


def add_list_sheet(
    workbook: Workbook,
    name: str,
    title: str,
    note: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    *,
    doubtful: frozenset[int] = frozenset(),
    grave: frozenset[int] = frozenset(),
    empty: str = "（无）",
    fitted: bool = True,
) -> Worksheet:
    """Add a sheet that is a list under a title, with filters, printing well when long.

    Args:
        workbook: Where.
        name: Of the sheet.
        title: Above the list.
        note: One line under the title.
        columns: Of the list.
        rows: Texts, one for each column.
        doubtful: Indices of rows to mark as doubtful.
        grave: Indices of rows whose first marked column is to be marked as grave.
        empty: What stands instead of rows when there are none.
        fitted: Whether each row's height follows its text (costs time on long lists).

    Returns:
        The sheet.
    """
    sheet: Worksheet = workbook.create_sheet(name)
    last = len(columns)
    merged_line(sheet, 1, 1, last, title, "title")
    sheet.row_dimensions[1].height = 34
    total = sum(column.width for column in columns)
    merged_line(sheet, 2, 1, last, note, "note")
    fit_row(sheet, 2, [(note, total)])
    for place, column in enumerate(columns, start=1):
        safe_cell(sheet, 3, place, column.title, "header")
    fit_row(sheet, 3, [(column.title, column.width) for column in columns])
    count = 0
    for count, row in enumerate(rows, start=1):
        number = count + 3
        for place, (column, text) in enumerate(zip(columns, row, strict=True), start=1):
            look = "doubt" if count - 1 in doubtful else "body"
            if column.kind != "text":
                look += "_number"
            elif column.centred:
                look += "_centre"
                if count - 1 in grave and look == "body_centre" and place > 1:
                    look = "grave"
            safe_cell(sheet, number, place, text, look, column.kind)
        if fitted:
            fit_row(sheet, number, zip(row, (c.width for c in columns), strict=True))
    if count == 0:
        merged_line(sheet, 4, 1, last, empty, "body_centre")
    else:
        sheet.auto_filter.ref = f"A3:{get_column_letter(last)}{count + 3}"
    set_page(sheet, [column.width for column in columns], 3)
    return sheet
