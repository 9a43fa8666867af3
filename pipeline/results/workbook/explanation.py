"""说明: how to read the workbook, and what it must not be taken for."""

from __future__ import annotations

from openpyxl import Workbook

from pipeline.programme import Programme, Status
from pipeline.records import RunResult
from pipeline.results.words import STATUS
from pipeline.results.workbook.cells import fit_row, merged_line, safe_cell, set_page

_WIDTHS = (24.0, 96.0)


def add_explanation(workbook: Workbook, run: RunResult, programme: Programme) -> None:
    """Add the sheet: a line for each thing that a reader should know."""
    sheet = workbook.create_sheet("说明")
    merged_line(sheet, 1, 1, 2, "说明", "title")
    sheet.row_dimensions[1].height = 34
    row = 2
    for head, text in _lines(run, programme):
        safe_cell(sheet, row, 1, head, "header")
        safe_cell(sheet, row, 2, text, "body")
        fit_row(sheet, row, [(head, _WIDTHS[0]), (text, _WIDTHS[1])])
        row += 1
    set_page(sheet, _WIDTHS, 0, portrait=True)


def _lines(run: RunResult, programme: Programme) -> list[tuple[str, str]]:
    annexes = "、".join(f"附件{table.annex}" for table in programme.tables)
    unknown = [rule.sentence for rule in programme.rules if rule.status is Status.UNKNOWN]
    lines = [
        ("依据", f"{programme.issuer}《{programme.title}》{programme.document_number}"),
        ("规则包", f"{run.programme_id}，校验值 {run.programme_hash}"),
        (
            annexes,
            f"只列“拟推荐”的企业（产品），按{programme.districts_called}顺序排列；打印区域以下列出待核对的企业，"
            "核对无误后才可列入。培育库表为建议名单：尚不符合条件、但没有不宜入库情形的企业。",
        ),
        (
            "三种状态",
            "拟推荐：未发现错误，且没有存疑事项。待补正：有错误一级的问题，已生成补正通知书。"
            "待核对：未发现错误，但匹配、关键栏目或某条规则须由人核对。",
        ),
        (
            "黄底单元格",
            "尚未采信的值：识别把握不足，或各册所载不一致。程序不会把存疑的值当作已核实的值。",
        ),
        ("空白与无法辨认", "“未填或未见”是没有找到，“无法辨认”是找到而读不出，两者不同。"),
        ("数据来源", "每个值都注明文件、页、页上位置和识别把握；其中的原文是未经整理的识别结果。"),
        (
            "人工修改",
            "本工作簿每次运行都会重新生成。请在待核对清单填写核对结果，用 zjtx correct 登记，"
            "登记的更正长期保留并注明何人何时。",
        ),
        ("拟定内容", programme.footnote),
        (
            "条目依据",
            "；".join(
                f"附件{table.annex}表样：{STATUS[table.status]}" for table in programme.tables
            ),
        ),
    ]
    if unknown:
        lines.append(
            (
                "尚未公布的条件",
                "以下条件的数值尚未填入规则包，程序一律答“无法判断”：" + "；".join(unknown),
            )
        )
    return [(head, text) for head, text in lines if text]
