"""逐条判定 and 评分表: every answer of every rule, and what every indicator is worth."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl import Workbook

from pipeline.programme import Programme
from pipeline.records import ApplicationResult, RunResult
from pipeline.results.proofs import plain, sources_in_words
from pipeline.results.words import OUTCOME, STATUS
from pipeline.results.workbook.cells import Column, add_list_sheet, called
from pipeline.stages.recommend import best_value, in_order

_ANSWERS = (
    Column("材料编号", 10, centred=True),
    Column("企业名称", 20),
    Column("规则", 15),
    Column("条文", 32),
    Column("结论", 10, centred=True),
    Column("说明（数值和算式）", 36),
    Column("所据（栏目、值、文件和页）", 40),
    Column("出处", 16),
    Column("条目状态", 9, centred=True),
)
_SCORES = (
    Column("材料编号", 16, centred=True),
    Column("{district}", 14, centred=True),
    Column("企业名称", 26),
    Column("类别", 10, centred=True),
    Column("指标", 22),
    Column("数值和算式", 40),
    Column("达到档次", 22),
    Column("至少得分", 9, "number"),
    Column("至多得分", 9, "number"),
    Column("满分", 8, "number"),
    Column("状态", 8, centred=True),
    Column("所据（栏目、值、文件和页）", 50),
)


def add_answers(workbook: Workbook, run: RunResult, programme: Programme) -> None:
    """Add the sheet: a row for each rule of each application, met or not."""
    add_list_sheet(
        workbook,
        "逐条判定",
        "逐条判定",
        "每条规则对每份材料的结论，连同所用的数值、算式和出处；缺少数据的一律为“无法判断”。",
        _ANSWERS,
        _answers(run, programme),
    )


def add_scores(workbook: Workbook, run: RunResult, programme: Programme) -> None:
    """Add the sheet of points where the programme has scores."""
    if not programme.indicators:
        return
    results = in_order(run.applications, programme)
    lines = [(result, line) for result in results for line in result.judgement.scores]
    rows = [
        (
            line.application_id,
            result.district,
            _name(result),
            line.group,
            line.name,
            line.value,
            line.band,
            plain(line.at_least),
            plain(line.at_most),
            plain(line.cap),
            "已定" if line.known else "待定",
            sources_in_words(line.used) if line.indicator else line.sentence,
        )
        for result, line in lines
    ]
    add_list_sheet(
        workbook,
        "评分表",
        "评分表",
        "数据缺失或存疑的指标只给出得分范围（黄底），不作零分处理；总分行注明尚未判定的指标。",
        called(_SCORES, programme),
        rows,
        doubtful=frozenset(i for i, (_, line) in enumerate(lines) if not line.known),
    )


def _answers(run: RunResult, programme: Programme) -> Iterator[tuple[str, ...]]:
    rules = {rule.id: rule for rule in programme.rules}
    for result in in_order(run.applications, programme):
        name = _name(result)
        for answer in result.judgement.results:
            rule = rules.get(answer.rule)
            yield (
                answer.application_id,
                name,
                answer.rule,
                rule.sentence if rule else "",
                OUTCOME[answer.outcome],
                answer.explanation,
                sources_in_words(answer.used),
                rule.source if rule else "",
                STATUS[rule.status] if rule else "",
            )


def _name(result: ApplicationResult) -> str:
    best = best_value(result.extraction, "enterprise_name").value
    return best or result.application.enterprise_name
