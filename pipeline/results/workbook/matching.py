"""匹配情况, 一一对应核对, 线上未见纸质: paper against the online registrations."""

from __future__ import annotations

from openpyxl import Workbook

from pipeline.pairing import (
    SAME_TIER,
    SEVERAL_NEAR,
    SHARED,
    TWO_TIERS,
    WITHOUT_REGISTRATION,
    reconcile_run,
)
from pipeline.programme import Programme
from pipeline.records import ApplicationResult, Decision, RunResult
from pipeline.results.words import DECISION
from pipeline.results.workbook.cells import Column, add_list_sheet, called
from pipeline.stages.recommend import best_value, in_order

_MATCHES = (
    Column("材料编号", 16, centred=True),
    Column("纸质企业名称", 28),
    Column("纸质信用代码", 22, centred=True),
    Column("名次", 6, "integer"),
    Column("登记编号", 16, centred=True),
    Column("登记企业名称", 28),
    Column("得分", 8, "number"),
    Column("结论", 9, centred=True),
    Column("依据", 60),
)
_SHOWN = 3
"""Candidates of each application; all of them stand in matches.csv."""

_CASES = (
    Column("序号", 6, "integer"),
    Column("情况", 26),
    Column("材料编号", 18, centred=True),
    Column("申报层次", 18, centred=True),
    Column("纸质企业名称", 32),
    Column("登记编号", 18, centred=True),
    Column("登记企业名称", 32),
    Column("须由人判断", 44),
)
_ADVICE = {
    SHARED: "同一登记只能对应一份申报，请核对是否重复报送或匹配有误。",
    SAME_TIER: "请核对是否重复报送；同一企业同一梯度只列一次。",
    TWO_TIERS: "请核对是否允许同时申报，并核对各梯度的先后条件。",
    SEVERAL_NEAR: "请对照信用代码和地址，确认是哪一家。",
    WITHOUT_REGISTRATION: "请核对企业是否已在线上填报，或以其他名称填报。",
}

_WITHOUT_PAPER = (
    Column("序号", 6, "integer"),
    Column("登记编号", 18, centred=True),
    Column("企业名称", 34),
    Column("统一社会信用代码", 22, centred=True),
    Column("申报层次", 18, centred=True),
    Column("{district}", 18, centred=True),
    Column("联系人", 12, centred=True),
    Column("联系电话", 18, centred=True),
    Column("线上提交日期", 14, centred=True),
)


def add_matches(workbook: Workbook, run: RunResult, programme: Programme) -> None:
    """匹配情况: the best candidates of each application, and why."""
    rows: list[tuple[str, ...]] = []
    doubtful: set[int] = set()
    for result in in_order(run.applications, programme):
        application = result.application
        head = (
            application.application_id,
            _name(result),
            best_value(result.extraction, "uscc").value or application.uscc,
        )
        candidates = sorted(result.match.candidates, key=lambda c: c.rank)[:_SHOWN]
        if not candidates:
            doubtful.add(len(rows))
            rows.append(
                (*head, "", "", "", "", "无相近登记", "线上登记表中没有名称或代码相近的企业")
            )
        for place, candidate in enumerate(candidates):
            open_ = result.match.decision is not Decision.ACCEPTED and not result.match.settled_by
            if place == 0 and open_:
                doubtful.add(len(rows))
            rows.append(
                (
                    *(head if place == 0 else (application.application_id, "", "")),
                    str(candidate.rank),
                    candidate.registration_id,
                    candidate.registration_name,
                    f"{candidate.score:.1f}",
                    DECISION[candidate.decision],
                    "；".join(candidate.reasons),
                )
            )
    add_list_sheet(
        workbook,
        "匹配情况",
        "申报材料与线上登记匹配情况",
        f"每份材料列出最相近的至多{_SHOWN}条登记；黄底各行尚未匹配成功，须人工确认。",
        _MATCHES,
        rows,
        doubtful=frozenset(doubtful),
    )


def add_cases(workbook: Workbook, run: RunResult, programme: Programme) -> None:
    """一一对应核对: applications and registrations that do not pair one to one."""
    results = in_order(run.applications, programme)
    paper = {result.application.application_id: result for result in results}
    registered = {
        candidate.registration_id: candidate.registration_name
        for result in results
        for candidate in result.match.candidates
    }
    tiers = {tier.id: tier.name for tier in programme.tiers}
    add_list_sheet(
        workbook,
        "一一对应核对",
        "申报材料与线上登记未能一一对应的情况",
        "一种情况一行，均须由人判断；线上已登记而未见纸质材料的企业另列一表。",
        _CASES,
        (
            (
                str(number),
                case.kind,
                "\n".join(case.queries),
                "\n".join(
                    tiers.get(t, t) for t in (paper[q].application.tier for q in case.queries)
                ),
                "\n".join(_name(paper[query]) for query in case.queries),
                "\n".join(case.registrations),
                "\n".join(registered[row] for row in case.registrations),
                _ADVICE[case.kind],
            )
            for number, case in enumerate(reconcile_run(results), start=1)
        ),
        empty="（申报材料与线上登记均一一对应）",
    )


def add_without_paper(workbook: Workbook, run: RunResult, programme: Programme) -> None:
    """线上未见纸质: registrations that no paper of this run belongs to."""
    names = {tier.id: tier.name for tier in programme.tiers}
    places = {district.name: place for place, district in enumerate(programme.districts)}
    unmatched = sorted(
        run.registrations_unmatched,
        key=lambda r: (places.get(r.district, len(places)), r.district, r.registration_id),
    )
    add_list_sheet(
        workbook,
        "线上未见纸质",
        "线上已登记而本次未见纸质材料的企业",
        "只说明本次处理的扫描箱中没有其纸质材料，不说明企业没有报送。",
        called(_WITHOUT_PAPER, programme),
        (
            (
                str(number),
                row.registration_id,
                row.enterprise_name,
                row.uscc,
                names.get(row.tier, row.tier),
                row.district,
                row.contact,
                row.phone,
                row.submitted,
            )
            for number, row in enumerate(unmatched, start=1)
        ),
    )


def _name(result: ApplicationResult) -> str:
    """The enterprise's name as its papers state it best."""
    stated = best_value(result.extraction, "enterprise_name").value
    return stated or result.application.enterprise_name
