"""审查意见表: the sheet that a district fills in and returns; ``zjtx`` reads it again."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from pipeline.programme import Programme
from pipeline.records import RunResult, Severity
from pipeline.results.text import shortened
from pipeline.results.words import STATE
from pipeline.results.workbook.cells import Column, add_list_sheet, called
from pipeline.stages.recommend import best_value, in_order

OPINIONS = ("推荐", "不推荐", "退回补正")
"""What a district may answer, as the sheet offers it."""

_COLUMNS = (
    Column("序号", 6, "integer"),
    Column("材料编号", 11, centred=True),
    Column("企业名称", 26),
    Column("统一社会信用代码", 21, centred=True),
    Column("申报层次", 15, centred=True),
    Column("机审结论", 9, centred=True),
    Column("机审发现的问题", 34),
    Column("{district_short}意见", 12, centred=True),
    Column("意见说明", 24),
    Column("审查人", 10, centred=True),
    Column("审查日期", 13, centred=True),
)
_ANSWER = 8
"""Column of the opinion, from 1."""
_TOLD = 120
"""Characters of problems shown for one application."""


def add_opinion_sheet(
    workbook: Workbook, run: RunResult, programme: Programme, district: str
) -> None:
    """Add the sheet: a row for each application of the district, its answer left open."""
    rows = []
    for number, result in enumerate(in_order(run.applications, programme), start=1):
        application = result.application
        told = dict.fromkeys(
            finding.message.rstrip("。；")
            for finding in result.judgement.findings
            if finding.severity in {Severity.ERROR, Severity.WARN}
        )
        rows.append(
            (
                str(number),
                application.application_id,
                best_value(result.extraction, "enterprise_name").value
                or application.enterprise_name,
                best_value(result.extraction, "uscc").value or application.uscc,
                programme.tier(application.tier).name,
                STATE[result.state],
                shortened("；".join(told), _TOLD),
                *("",) * 4,
            )
        )
    sheet = add_list_sheet(
        workbook,
        "审查意见表",
        f"{district}{programme.year}年申报材料审查意见表",
        f"请在“{programme.district_short}意见”栏选填{'、'.join(OPINIONS)}，注明审查人和日期（如2021-06-10），"
        "不要改动前五栏；填好后将本工作簿交回。",
        called(_COLUMNS, programme),
        rows,
    )
    if rows:
        choice = DataValidation(
            type="list", formula1=f'"{",".join(OPINIONS)}"', allow_blank=True, showErrorMessage=True
        )
        choice.error = f"只能填{'、'.join(OPINIONS)}"
        sheet.add_data_validation(choice)
        column = get_column_letter(_ANSWER)
        choice.add(f"{column}4:{column}{3 + len(rows)}")
