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
    Column("企业名称", 26),
    Column("事项", 26),
    Column("现认定为", 32),
    Column("为何要核", 32),
    Column("扫描文件和页", 26),
    Column("核对结果", 18),
    Column("核对人", 10),
    Column("键", 16),
)


def add_review(workbook: Workbook, run: RunResult, programme: Programme) -> None:
    """Add the sheet; 核对结果 and 核对人 are for the clerk, who hands it to ``zjtx correct``."""
    items = review_list(run, programme)
    add_list_sheet(
        workbook,
        "待核对",
        "待核对清单",
        "按风险从高到低排列。有键的各行，请在核对结果栏填核对后的值（或“无误”“未填”）和核对人；"
        "印章、签字填“有”或“无”；线上登记的匹配填“无误”、候选登记的编号或“无登记”。"
        "另存后用 zjtx correct 登记：登记后长期有效；本表每次运行重新生成，只在表内修改不保留。",
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
                item.key,
            )
            for number, item in enumerate(items, start=1)
        ),
        grave=frozenset(place for place, item in enumerate(items) if item.risk >= HIGH),
        empty="（没有需要核对的事项）",
    )
