"""Annexes 6 to 9 as an office sends them."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.programme import Programme, SummaryTable, TableColumn
from pipeline.records import ApplicationState, RunResult
from pipeline.results.text import is_plain_number
from pipeline.results.workbook.cells import fit_row, merged_line, safe_cell, set_page
from pipeline.results.workbook.links import Links
from pipeline.stages.recommend import TableRow, listed, rows_of

_HEADER = 4
_BLANK = "　" * 10
"""Room to write in, between the items of the line below the table."""
_CENTRED_WIDTH = 12.0
"""Columns up to this width hold short texts, which are centred."""


def sheet_name(table: SummaryTable) -> str:
    """Of the sheet that a table stands on."""
    return f"附件{table.annex}"


def add_annexes(
    workbook: Workbook,
    run: RunResult,
    programme: Programme,
    *,
    district: str = "",
    links: Links | None = None,
) -> None:
    """Add a sheet for each summary table of the pack.

    Args:
        workbook: Where.
        run: With the applications that are to be listed.
        programme: The pack.
        district: Whose tables they are; the city's where it is empty.
        links: Takes the link of each value; none where the workbook has no provenance.
    """
    for table in programme.tables:
        _add_annex(workbook, table, run, programme, district, links)


def quota_of(table: SummaryTable, programme: Programme) -> int:
    """How many the city is to bring to the table; 0 where the programme does not say."""
    return programme.tier(table.tier).quota if table.tier else programme.pool_quota


def _add_annex(
    workbook: Workbook,
    table: SummaryTable,
    run: RunResult,
    programme: Programme,
    district: str,
    links: Links | None,
) -> None:
    sheet = workbook.create_sheet(sheet_name(table))
    columns = table.columns
    last = len(columns)
    widths = [column.width for column in columns]
    rows = rows_of(table, listed(table, run.applications, programme), programme)

    safe_cell(sheet, 1, 1, f"附件{table.annex}", "annex")
    merged_line(sheet, 2, 1, last, table.title, "title")
    fit_row(sheet, 2, [(table.title, sum(widths))], scale=20 / 11)
    half = max(1, last - 3)
    above, below = table.footer[:1], table.footer[1:]
    filler = f"{district}中小企业主管部门" if district else programme.issuer
    merged_line(sheet, 3, 1, half, "".join(f"{text}{filler}" for text in above), "line")
    merged_line(sheet, 3, half + 1, last, table.unit_note, "line_right")
    sheet.row_dimensions[3].height = 22
    _header(sheet, _HEADER, columns)

    next_row = _HEADER + 1
    for row in rows:
        _row(sheet, next_row, row, columns, links)
        next_row += 1
    if not rows:
        merged_line(sheet, next_row, 1, last, "（本次无列入对象）", "body_centre")
        sheet.row_dimensions[next_row].height = 26
        next_row += 1
    _total(sheet, next_row, rows, table, programme, district)
    next_row += 2
    merged_line(sheet, next_row, 1, last, _BLANK.join(below), "line")
    sheet.row_dimensions[next_row].height = 22
    next_row += 1
    notes = [programme.footnote]
    if any(not cell.certain for row in rows for cell in row.cells):
        notes.append("黄底单元格为尚未核实的识别结果，请对照原件。")
    note = " ".join(filter(None, notes))
    if note:
        merged_line(sheet, next_row, 1, last, note, "note")
        fit_row(sheet, next_row, [(note, sum(widths))])
    set_page(sheet, widths, _HEADER)
    sheet.print_area = f"A1:{get_column_letter(last)}{next_row}"
    if table.tier:
        _pending(sheet, next_row + 3, table, run, programme, links)


def _header(sheet: Worksheet, row: int, columns: Sequence[TableColumn]) -> None:
    for place, column in enumerate(columns, start=1):
        safe_cell(sheet, row, place, column.title, "header")
    fit_row(sheet, row, [(column.title, column.width) for column in columns])
    height = sheet.row_dimensions[row].height or 0
    sheet.row_dimensions[row].height = max(30.0, height)


def _row(
    sheet: Worksheet,
    number: int,
    row: TableRow,
    columns: Sequence[TableColumn],
    links: Links | None,
    *,
    pending: bool = False,
) -> None:
    for place, (column, cell) in enumerate(zip(columns, row.cells, strict=True), start=1):
        look = "body" if cell.certain and not pending else "doubt"
        if column.source == "#" or (column.kind == "text" and column.width <= _CENTRED_WIDTH):
            look += "_centre"
        elif column.kind != "text" and is_plain_number(cell.text):
            look += "_number"
        kind = "integer" if column.source == "#" else column.kind
        written = safe_cell(sheet, number, place, cell.text, look, kind)
        if links is not None:
            links.use(written, cell.field)
    if links is not None:
        beside = safe_cell(sheet, number, len(columns) + 2, "来源", "plain")
        links.to_sources(beside, row.application_id)
    fit_row(
        sheet,
        number,
        [(cell.text, column.width) for column, cell in zip(columns, row.cells, strict=True)],
    )
    height = sheet.row_dimensions[number].height or 0
    sheet.row_dimensions[number].height = max(26.0, height)


def _total(
    sheet: Worksheet,
    number: int,
    rows: Sequence[TableRow],
    table: SummaryTable,
    programme: Programme,
    district: str,
) -> None:
    """The total: how many, for the city against its target, and the sums of money."""
    text = f"共{len(rows)}户（项）"
    if not district:
        districts = len({row.district for row in rows if row.district})
        text += f"，来自{districts}个{programme.districts_called}" if rows else ""
        quota = quota_of(table, programme)
        text += f"；全市目标{quota}户（项）" if quota else ""
    money = {field.key for field in programme.fields if field.unit == "万元"}
    sums: dict[int, str] = {}
    for place, column in enumerate(table.columns):
        if column.kind == "number" and column.source.partition(".")[0] in money:
            values = [row.cells[place].text for row in rows]
            if values and all(is_plain_number(value) for value in values):
                sums[place] = f"{sum(float(value) for value in values):.2f}"
    first_sum = min(sums, default=len(table.columns))
    label_to = max(2, min(first_sum, 5))
    safe_cell(sheet, number, 1, "合计", "total")
    for place in range(1, len(table.columns)):
        if place in sums:
            safe_cell(sheet, number, place + 1, sums[place], "total_number", "number")
        else:
            safe_cell(sheet, number, place + 1, text if place == 1 else "", "total")
    if label_to > 2:
        sheet.merge_cells(start_row=number, start_column=2, end_row=number, end_column=label_to)
    sheet.row_dimensions[number].height = 26


def _pending(
    sheet: Worksheet,
    start: int,
    table: SummaryTable,
    run: RunResult,
    programme: Programme,
    links: Links | None,
) -> None:
    """Below the print area: what joins the table once a clerk has looked at it."""
    results = listed(table, run.applications, programme, ApplicationState.REVIEW)
    if not results:
        return
    last = len(table.columns)
    text = f"以下{len(results)}户（项）待核对，核对无误后方可列入上表（此部分不打印）："
    merged_line(sheet, start, 1, last, text, "subtitle")
    _header(sheet, start + 1, table.columns)
    for offset, row in enumerate(rows_of(table, results, programme), start=2):
        _row(sheet, start + offset, row, table.columns, links, pending=True)
