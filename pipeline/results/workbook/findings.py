"""缺失与问题: what the rules found, application by application."""

from __future__ import annotations

from openpyxl import Workbook

from pipeline.programme import Programme
from pipeline.records import RunResult, Severity
from pipeline.results.notices import to_notify
from pipeline.results.places import place_in_file, place_in_volume
from pipeline.results.words import SEVERITY
from pipeline.results.workbook.cells import Column, add_list_sheet, called
from pipeline.stages.recommend import best_value, in_order

_COLUMNS = (
    Column("序号", 6, "integer"),
    Column("材料编号", 16, centred=True),
    Column("{district}", 14, centred=True),
    Column("企业名称", 26),
    Column("申报层次", 16, centred=True),
    Column("程度", 8, centred=True),
    Column("代码", 22),
    Column("问题", 42),
    Column("补正要求", 34),
    Column("材料中的位置", 22),
    Column("扫描文件和页", 26),
    Column("列入通知书", 8, centred=True),
)
_ORDER = list(SEVERITY)


def add_findings(workbook: Workbook, run: RunResult, programme: Programme) -> None:
    """Add the sheet, by district and application, gravest findings first."""
    rows: list[tuple[str, ...]] = []
    grave: set[int] = set()
    for result in in_order(run.applications, programme):
        application = result.application
        name = best_value(result.extraction, "enterprise_name").value
        notified = {(f.code, f.message) for f in to_notify(result, programme)}
        for finding in sorted(
            result.judgement.findings,
            key=lambda f: (_ORDER.index(f.severity), f.code, f.subject, f.file, f.page, f.message),
        ):
            if finding.severity is Severity.ERROR:
                grave.add(len(rows))
            rows.append(
                (
                    str(len(rows) + 1),
                    application.application_id,
                    result.district,
                    name or application.enterprise_name,
                    programme.tier(application.tier).name,
                    SEVERITY[finding.severity],
                    finding.code,
                    finding.message,
                    _advice(finding.code, programme),
                    place_in_volume(application, finding.file, finding.page, programme),
                    place_in_file(finding.file, finding.page),
                    "是" if (finding.code, finding.message) in notified else "否",
                )
            )
    add_list_sheet(
        workbook,
        "缺失与问题",
        "缺失材料与问题清单",
        "程度：错误＝须补正；提醒＝可由经办人说明理由后放行；待核＝识别存疑，先核对再定；备忘＝仅供参考。",
        called(_COLUMNS, programme),
        rows,
        grave=frozenset(grave),
        empty="（未发现问题）",
    )


def _advice(code: str, programme: Programme) -> str:
    known = {defect.code for defect in programme.defects}
    return programme.defect(code).advice if code.partition(":")[0] in known else ""
