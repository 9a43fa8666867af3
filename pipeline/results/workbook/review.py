"""待核对: the clerk's list of things to look at, ordered by risk."""

from __future__ import annotations

from openpyxl import Workbook

from pipeline.programme import Programme
from pipeline.records import RunResult
from pipeline.results.review_list import HIGH, review_list, risk_word
from pipeline.results.workbook.cells import Column, add_list_sheet

_COLUMNS = (
    Column("序号", 6, "integer"),
    Column("风险", 7, centred=True),
    Column("材料编号", 16, centred=True),
    Column("企业名称", 28),
    Column("事项", 28),
    Column("现认定为", 36),
    Column("为何要核", 34),
    Column("扫描文件和页", 28),
    Column("核对结果", 18),
    Column("核对人", 10),
)


def add_review(workbook: Workbook, run: RunResult, programme: Programme) -> None:
    """Add the sheet; the last two columns are for the clerk's pen."""
    items = review_list(run, programme)
    add_list_sheet(
        workbook,
        "待核对",
        "待核对清单",
        "按风险从高到低排列。核对后请在核对页面更正，勿只在本表修改：本表由程序重新生成时不保留手工内容。",
        _COLUMNS,
        (
            (
                str(number),
                risk_word(item.risk),
                item.application_id,
                item.enterprise_name,
                item.what,
                item.value,
                item.reason,
                item.place,
                "",
                "",
            )
            for number, item in enumerate(items, start=1)
        ),
        grave=frozenset(place for place, item in enumerate(items) if item.risk >= HIGH),
        empty="（没有需要核对的事项）",
    )
