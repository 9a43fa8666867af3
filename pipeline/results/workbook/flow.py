"""办理进度 and 办理记录: where each application stands, and who said what when."""

from __future__ import annotations

from openpyxl import Workbook

from pipeline.flow.records import FlowEvent, FlowStep, Opinion
from pipeline.flow.standing import Standing, standing_of
from pipeline.programme import Programme
from pipeline.records import ApplicationResult, RunResult
from pipeline.results.text import number_text
from pipeline.results.words import FLOW_STEP, OPINION, STATE
from pipeline.results.workbook.cells import Column, add_list_sheet, called
from pipeline.stages.recommend import best_value, in_order

_STANDINGS = (
    Column("序号", 6, "integer"),
    Column("材料编号", 10, centred=True),
    Column("{district}", 12, centred=True),
    Column("企业名称", 24),
    Column("申报层次", 14, centred=True),
    Column("收件日期", 12, centred=True),
    Column("机审结论", 9, centred=True),
    Column("{district_short}意见", 18),
    Column("市级意见", 18),
    Column("专家人数", 7, "integer"),
    Column("平均分", 8, "number"),
    Column("最高与最低分差", 8, "number"),
    Column("回避专家", 12),
    Column("认定结果", 18),
    Column("当前环节", 13, centred=True),
    Column("提示", 24),
)
_EVENTS = (
    Column("序号", 6, "integer"),
    Column("材料编号", 10, centred=True),
    Column("企业名称", 26),
    Column("环节", 13, centred=True),
    Column("意见或得分", 12, centred=True),
    Column("日期", 12, centred=True),
    Column("办理人", 14),
    Column("工作单位", 24),
    Column("说明", 34),
    Column("来源文件", 26),
    Column("行", 6, "integer"),
)
_DECLINED = (
    Column("序号", 6, "integer"),
    Column("材料编号", 10, centred=True),
    Column("{district}", 12, centred=True),
    Column("企业名称", 26),
    Column("统一社会信用代码", 21, centred=True),
    Column("申报层次", 15, centred=True),
    Column("机审结论", 9, centred=True),
    Column("环节", 12, centred=True),
    Column("意见", 10, centred=True),
    Column("意见说明", 30),
    Column("审查人", 10, centred=True),
    Column("审查日期", 12, centred=True),
    Column("依据", 24),
)
_REFUSED = (
    Column("序号", 6, "integer"),
    Column("文件", 40),
    Column("行", 8, "integer"),
    Column("原因和处理办法", 70),
)
_WIDE_SPREAD = 20.0
"""Points between experts from which somebody should ask why."""


def add_flow(workbook: Workbook, run: RunResult, programme: Programme) -> None:
    """Add the sheets; that of refused rows only where something was refused."""
    results = in_order(run.applications, programme)
    _add_standings(workbook, results, run, programme)
    _add_events(workbook, results, run)
    if run.flow.refused:
        add_list_sheet(
            workbook,
            "退回表问题",
            "各单位退回的表中未能采用的行",
            "行为空的不是某一行的问题，见原因。改正后放回原处，再运行一次即可。",
            _REFUSED,
            (
                (str(number), row.file, str(row.row) if row.row else "", row.reason)
                for number, row in enumerate(run.flow.refused, start=1)
            ),
        )


def add_declined(workbook: Workbook, run: RunResult, programme: Programme) -> None:
    """Add 未获推荐, where an office declined an application or sent it back: who, when and why."""
    declined = [result for result in in_order(run.applications, programme) if result.declined]
    if not declined:
        return
    rows = []
    for number, result in enumerate(declined, start=1):
        application = result.application
        standing = standing_of(application.application_id, run.flow)
        event = standing.event(standing.declined_by) if standing.declined_by else None
        rows.append(
            (
                str(number),
                application.application_id,
                result.district,
                _name(result),
                best_value(result.extraction, "uscc").value or application.uscc,
                programme.tier(application.tier).name,
                STATE[result.state],
                FLOW_STEP[event.step] if event else "",
                OPINION[event.opinion] if event and event.opinion else "",
                event.note if event else "",
                event.who if event else "",
                event.at if event else "",
                f"{event.file} 第{event.row}行" if event else "",
            )
        )
    add_list_sheet(
        workbook,
        "未获推荐",
        "经审查未予推荐或已退回的申报材料",
        "以下材料按各单位退回表中的意见未列入推荐汇总表；意见更正后重新运行即恢复列入。",
        called(_DECLINED, programme),
        rows,
    )


def _add_standings(
    workbook: Workbook,
    results: tuple[ApplicationResult, ...],
    run: RunResult,
    programme: Programme,
) -> None:
    rows, doubtful = [], set()
    for number, result in enumerate(results, start=1):
        application = result.application
        standing = standing_of(application.application_id, run.flow)
        hints = _hints(result, standing)
        if hints:
            doubtful.add(number - 1)
        received = standing.event(FlowStep.RECEIVED)
        rows.append(
            (
                str(number),
                application.application_id,
                result.district,
                _name(result),
                programme.tier(application.tier).name,
                received.at if received else "",
                STATE[result.state],
                _said(standing.event(FlowStep.DISTRICT)),
                _said(standing.event(FlowStep.CITY)),
                str(standing.experts) if standing.experts else "",
                number_text(standing.mean, 2) if standing.mean is not None else "",
                number_text(standing.spread, 2) if standing.spread is not None else "",
                "、".join(standing.conflicts),
                _said(standing.event(FlowStep.RESULT)),
                FLOW_STEP[standing.step],
                "；".join(hints),
            )
        )
    add_list_sheet(
        workbook,
        "办理进度",
        "申报材料办理进度",
        "根据各单位退回的表和专家评分表汇总；意见后为办理人和日期。黄底各行请看“提示”。",
        called(_STANDINGS, programme),
        rows,
        doubtful=frozenset(doubtful),
    )


def _hints(result: ApplicationResult, standing: Standing) -> list[str]:
    """What somebody should look at before the application goes on."""
    hints = [f"{FLOW_STEP[step]}意见前后不一" for step in standing.changed]
    district = standing.event(FlowStep.DISTRICT)
    recommended = district is not None and district.opinion is Opinion.AGREES
    if recommended and result.state.value != "recommended":
        hints.append(f"属地已推荐，机审为“{STATE[result.state]}”")
    if result.declined:
        hints.append(result.declined)
    if standing.conflicts:
        hints.append("有专家须回避，其得分未计入")
    if standing.spread is not None and standing.spread >= _WIDE_SPREAD:
        hints.append("专家评分差距较大")
    return hints


def _add_events(workbook: Workbook, results: tuple[ApplicationResult, ...], run: RunResult) -> None:
    names = {result.application.application_id: _name(result) for result in results}
    rows = [
        (
            event.application_id,
            names.get(event.application_id, ""),
            FLOW_STEP[event.step],
            OPINION[event.opinion] if event.opinion else "",
            event.at,
            event.who,
            "",
            event.note,
            event.file,
            str(event.row) if event.row else "",
        )
        for event in run.flow.events
    ]
    rows += [
        (
            score.application_id,
            names.get(score.application_id, ""),
            FLOW_STEP[FlowStep.EXPERTS],
            number_text(score.points, 2) + ("（回避）" if score.conflict else ""),
            score.at,
            score.expert,
            score.employer,
            score.note,
            score.file,
            str(score.row),
        )
        for score in run.flow.scores
    ]
    rows.sort(key=lambda row: (row[0], row[4], row[8], row[9].zfill(8)))
    add_list_sheet(
        workbook,
        "办理记录",
        "申报材料办理记录",
        "每一环节由谁、何时、在哪个文件中载明，按材料编号和日期排列。",
        _EVENTS,
        ((str(number), *row) for number, row in enumerate(rows, start=1)),
    )


def _said(event: FlowEvent | None) -> str:
    if event is None or event.opinion is None:
        return ""
    details = " ".join(filter(None, (event.who, event.at)))
    return OPINION[event.opinion] + (f"（{details}）" if details else "")


def _name(result: ApplicationResult) -> str:
    name = best_value(result.extraction, "enterprise_name").value
    return name or result.application.enterprise_name
