"""Each district and the city as a whole: how many, from where, against the targets."""

from __future__ import annotations

from collections import Counter

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.worksheet.worksheet import Worksheet

from extractors.page import Record
from pipeline.programme import Programme
from pipeline.records import RunResult
from pipeline.results.words import STATE, ShownState, shown_state, shown_states
from pipeline.results.workbook.cells import fit_row, merged_line, safe_cell, set_page
from pipeline.stages.recommend import pool

COLOURS = {
    ShownState.RECOMMENDED: "2E7D5B",
    ShownState.REVIEW: "E0A526",
    ShownState.TO_CORRECT: "C0504D",
    ShownState.DECLINED: "7A8794",
}
UNKNOWN_DISTRICT = "（所属地未确定）"


def district_names(run: RunResult, programme: Programme) -> list[str]:
    """Reporting districts in the pack's order; the unknown one last, where it occurs."""
    occurring = {result.district for result in run.applications}
    names = [d.name for d in programme.districts if d.reports or d.name in occurring]
    names += sorted(occurring - set(names) - {""})
    return [*names, ""] if "" in occurring else names


def add_districts(workbook: Workbook, run: RunResult, programme: Programme) -> None:
    """A row for each district, for each tier what stands where."""
    sheet = workbook.create_sheet(f"各{programme.district_short}汇总")
    tiers = programme.tiers
    states = shown_states(run)
    wide = 1 + len(states)
    counts = Counter((r.district, r.application.tier, shown_state(r)) for r in run.applications)
    last = 2 + wide * len(tiers)
    merged_line(sheet, 1, 1, last, f"各{programme.districts_called}申报情况汇总", "title")
    sheet.row_dimensions[1].height = 34
    merged_line(sheet, 2, 1, last, "单位：户（项）。“收到”为本次扫描箱内识别出的申报材料。", "note")
    for column, text in ((1, "序号"), (2, programme.districts_called)):
        safe_cell(sheet, 3, column, text, "header")
        safe_cell(sheet, 4, column, "", "header")
        sheet.merge_cells(start_row=3, start_column=column, end_row=4, end_column=column)
    for place, tier in enumerate(tiers):
        first = 3 + wide * place
        for column in range(first, first + wide):
            safe_cell(sheet, 3, column, tier.name if column == first else "", "header")
        sheet.merge_cells(start_row=3, start_column=first, end_row=3, end_column=first + wide - 1)
        for offset, text in enumerate(("收到", *(STATE[state] for state in states))):
            safe_cell(sheet, 4, first + offset, text, "header")
    row = 5
    for number, name in enumerate(district_names(run, programme), start=1):
        look = "doubt" if not name else "body"
        safe_cell(sheet, row, 1, str(number), f"{look}_centre", "integer")
        safe_cell(sheet, row, 2, name or UNKNOWN_DISTRICT, look)
        for place, tier in enumerate(tiers):
            numbers = [counts[name, tier.id, state] for state in states]
            for offset, count in enumerate((sum(numbers), *numbers)):
                safe_cell(
                    sheet, row, 3 + wide * place + offset, str(count), f"{look}_centre", "integer"
                )
        row += 1
    safe_cell(sheet, row, 1, "全市合计", "total")
    safe_cell(sheet, row, 2, "", "total")
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
    by_tier = Counter((r.application.tier, shown_state(r)) for r in run.applications)
    for place, tier in enumerate(tiers):
        numbers = [by_tier[tier.id, state] for state in states]
        for offset, count in enumerate((sum(numbers), *numbers)):
            safe_cell(sheet, row, 3 + wide * place + offset, str(count), "total", "integer")
    row += 1
    safe_cell(sheet, row, 1, "全市年度目标", "total")
    safe_cell(sheet, row, 2, "", "total")
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=2)
    for place, tier in enumerate(tiers):
        first = 3 + wide * place
        for column in range(first, first + wide):
            quota = str(tier.quota) if tier.quota else "未规定"
            safe_cell(sheet, row, column, quota if column == first else "", "total", "integer")
        sheet.merge_cells(
            start_row=row, start_column=first, end_row=row, end_column=first + wide - 1
        )
    for number in range(3, row + 1):
        sheet.row_dimensions[number].height = 22
    set_page(sheet, [8, 26, *([9.5] * wide * len(tiers))], 0)
    sheet.print_title_rows = "3:4"
    sheet.freeze_panes = "C5"


class ProgressRow(Record):
    """How many applications of a tier, or enterprises for the pool, stand where."""

    name: str
    target: int
    received: int
    counts: tuple[int, ...]
    """In the order of :func:`shown_states`; recommended first."""


def progress_rows(run: RunResult, programme: Programme) -> list[ProgressRow]:
    """Each tier, then the pool."""
    states = shown_states(run)
    by_tier = Counter((r.application.tier, shown_state(r)) for r in run.applications)
    rows = []
    for tier in programme.tiers:
        counts = tuple(by_tier[tier.id, state] for state in states)
        rows.append(
            ProgressRow(name=tier.name, target=tier.quota, received=sum(counts), counts=counts)
        )
    proposed = len(pool(run.applications, programme))
    rows.append(
        ProgressRow(
            name="培育库（建议）",
            target=programme.pool_quota,
            received=proposed,
            counts=(proposed, *(0,) * (len(states) - 1)),
        )
    )
    return rows


def add_progress(workbook: Workbook, run: RunResult, programme: Programme) -> None:
    """进度: the numbers against the targets, with charts."""
    sheet = workbook.create_sheet("进度")
    states = shown_states(run)
    headers = ("层次", "全市目标", "收到", *(STATE[state] for state in states), "拟推荐占目标（%）")
    last = len(headers)
    merged_line(sheet, 1, 1, last, f"{programme.year}年推荐进度", "title")
    sheet.row_dimensions[1].height = 34
    note = "目标为全市年度目标，本表只统计本次处理的扫描箱；通过省级认定以省里公布为准。"
    merged_line(sheet, 2, 1, last, note, "note")
    widths = [26.0, 12, 12, *[12.0] * len(states), 20]
    for column, text in enumerate(headers, start=1):
        safe_cell(sheet, 3, column, text, "header")
    fit_row(sheet, 3, list(zip(headers, widths, strict=True)))
    rows = progress_rows(run, programme)
    for number, row in enumerate(rows, start=4):
        safe_cell(sheet, number, 1, row.name, "body")
        share = f"{100 * row.counts[0] / row.target:.2f}" if row.target else ""
        numbers = (row.target, row.received, *row.counts)
        for column, text in enumerate(map(str, numbers), start=2):
            safe_cell(sheet, number, column, text, "body_centre", "integer")
        safe_cell(sheet, number, last, share, "body_number", "percent")
        sheet.row_dimensions[number].height = 22
    end = 3 + len(rows)
    chart = _bars("拟推荐与全市目标", "户（项）")
    for column, colour in ((2, "9AA5B1"), (4, COLOURS[ShownState.RECOMMENDED])):
        chart.add_data(
            Reference(sheet, min_col=column, min_row=3, max_row=end), titles_from_data=True
        )
        chart.series[-1].graphicalProperties.solidFill = colour
    chart.set_categories(Reference(sheet, min_col=1, min_row=4, max_row=end))
    chart.dataLabels = _labels()
    chart.gapWidth = 60
    chart.overlap = -5
    sheet.add_chart(chart, f"A{end + 2}")
    _district_chart(sheet, end + 21, run, programme)
    set_page(sheet, widths, 0, portrait=True)
    sheet.freeze_panes = "A4"


def _district_chart(sheet: Worksheet, start: int, run: RunResult, programme: Programme) -> None:
    """A small table of the districts, and the chart that is drawn from it."""
    states = shown_states(run)
    counts = Counter((r.district, shown_state(r)) for r in run.applications)
    for column, text in enumerate(
        (programme.districts_called, *(STATE[state] for state in states)), start=1
    ):
        safe_cell(sheet, start, column, text, "header")
    names = district_names(run, programme)
    for row, name in enumerate(names, start=start + 1):
        safe_cell(sheet, row, 1, name or UNKNOWN_DISTRICT, "body")
        for column, state in enumerate(states, start=2):
            safe_cell(sheet, row, column, str(counts[name, state]), "body_centre", "integer")
    end = start + len(names)
    chart = _bars(f"各{programme.districts_called}申报材料状态", "份")
    chart.type, chart.grouping, chart.overlap = "bar", "stacked", 100
    for column, state in enumerate(states, start=2):
        chart.add_data(
            Reference(sheet, min_col=column, min_row=start, max_row=end), titles_from_data=True
        )
        chart.series[-1].graphicalProperties.solidFill = COLOURS[state]
    chart.set_categories(Reference(sheet, min_col=1, min_row=start + 1, max_row=end))
    chart.x_axis.scaling.orientation = "maxMin"
    chart.x_axis.tickLblSkip = 1  # every district is named, however many there are
    chart.gapWidth = 45
    sheet.add_chart(chart, f"A{end + 2}")


def _bars(title: str, unit: str) -> BarChart:
    chart = BarChart()
    chart.title = title
    chart.width, chart.height = 19, 9
    chart.legend.position = "b"
    chart.y_axis.title = unit
    chart.y_axis.number_format = "0"
    chart.y_axis.majorGridlines = None
    # Without these two, newer spreadsheet programs hide the axes that openpyxl writes.
    chart.x_axis.delete = chart.y_axis.delete = False
    return chart


def _labels() -> DataLabelList:
    labels = DataLabelList()
    labels.showVal = True
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    return labels
