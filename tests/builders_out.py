"""Small builders: a run of several applications, as the stages would hand it to the writers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from extractors.page import Box
from pipeline.programme import Programme, load_programme
from pipeline.records import (
    Application,
    ApplicationResult,
    Balance,
    Candidate,
    Decision,
    Difference,
    DifferenceKind,
    Document,
    Extraction,
    FailureCategory,
    Field,
    FieldState,
    FileRole,
    FileStatus,
    Finding,
    Judgement,
    Match,
    Medium,
    Outcome,
    PageRef,
    Registration,
    RuleResult,
    RunResult,
    Severity,
    Sorting,
    SourceFile,
    StageTiming,
    Volume,
)
from pipeline.stages.recommend import recommend

PACK = Path(__file__).parents[1] / "dictionaries" / "programmes" / "liaoning-2021"

VALUES = {
    "enterprise_name": "大连星河精密机械有限公司",
    "uscc": "91210211MA0ABCDE1X",
    "district": "甘井子区",
    "reg_address": "辽宁省大连市甘井子区红旗东路18号",
    "legal_rep": "王建国",
    "contact": "李敏",
    "contact_tel": "0411-86550001",
    "contact_mobile": "13900000001",
    "reg_date": "2008-03-12",
    "application_date": "2021-05-28",
    "industry2": "35 专用设备制造业",
    "product_name": "高精度数控回转工作台",
    "categories_ticked": "专业化;创新化",
    "main_ratio": "92.5",
    "rd_ratio.2020": "-1.25",
    "patents_inv": "3",
    "software": "0",
}
MONEY = ("revenue", "main_revenue", "product_revenue")


def programme() -> Programme:
    return load_programme(PACK)


def value(
    application_id: str,
    key: str,
    text: str,
    *,
    medium: Medium = Medium.PAPER,
    number: int = 1,
    state: FieldState = FieldState.ACCEPTED,
    page: int = 1,
    file: str = "box-1/scans/a.pdf",
    confidence: float = 0.99,
) -> Field:
    return Field(
        application_id=application_id,
        volume=f"{application_id}-{medium.value}-{number}",
        medium=medium,
        key=key,
        value=text,
        raw=text,
        unit="",
        state=state,
        reason="" if state is FieldState.ACCEPTED else "识别把握不足",
        read_confidence=confidence,
        place_confidence=min(1.0, confidence + 0.005),
        file=file,
        sha256="a" * 64,
        page=page,
        box=Box(x0=300, y0=420.25, x1=900, y1=470),
        engine="paddleocr",
        rule="cell-right",
    )


def application(
    application_id: str, tier: str, values: dict[str, str], pages: int = 4
) -> Application:
    def document(number: int, kind: str, first: int, last: int) -> Document:
        return Document(
            document_id=f"{application_id}-{number}",
            type=kind,
            pages=tuple(
                PageRef(file=f"box-1/scans/{application_id}.pdf", page=page)
                for page in range(first, last + 1)
            ),
            confidence=0.96,
        )

    volume = Volume(
        volume_id=f"{application_id}-paper-1",
        medium=Medium.PAPER,
        number=1,
        documents=(
            document(1, "application_form", 1, pages - 1),
            document(2, "business_licence", pages, pages),
        ),
    )
    return Application(
        application_id=application_id,
        tier=tier,
        enterprise_name=values.get("enterprise_name", ""),
        uscc=values.get("uscc", ""),
        volumes=(volume,),
    )


def extraction(application_id: str, fields: tuple[Field, ...]) -> Extraction:
    return Extraction(
        application_id=application_id,
        fields=fields,
        seals=(),
        unassigned=(),
        lines_total=100,
        lines_in_fields=40,
        lines_in_cells=35,
        lines_in_body=20,
    )


def finding(
    application_id: str,
    code: str,
    message: str,
    severity: Severity = Severity.ERROR,
    page: int = 0,
) -> Finding:
    return Finding(
        application_id=application_id,
        code=code,
        severity=severity,
        subject=code.partition(":")[2],
        message=message,
        file=f"box-1/scans/{application_id}.pdf" if page else "",
        page=page,
    )


def result(
    pack: Programme,
    application_id: str = "A-001",
    tier: str = "product",
    *,
    values: dict[str, str] | None = None,
    states: dict[str, FieldState] | None = None,
    findings: tuple[Finding, ...] = (),
    differences: tuple[Difference, ...] = (),
    decision: Decision = Decision.ACCEPTED,
    results: tuple[RuleResult, ...] = (),
) -> ApplicationResult:
    money = {f"{key}.{year}": f"{year - 800}.50" for key in MONEY for year in pack.years}
    stated = {**VALUES, **money, **(values or {})}
    states = states or {}
    fields = tuple(
        value(
            application_id,
            key,
            text,
            state=states.get(key, FieldState.ACCEPTED),
            confidence=0.6 if key in states else 0.99,
            file=f"box-1/scans/{application_id}.pdf",
        )
        for key, text in stated.items()
    )
    registration = Registration(
        registration_id=f"R{application_id}",
        enterprise_name=stated["enterprise_name"],
        uscc=stated["uscc"],
        district=stated["district"],
    )
    match = Match(
        application_id=application_id,
        decision=decision,
        candidates=(
            Candidate(
                rank=1,
                registration_id=registration.registration_id,
                registration_name=registration.enterprise_name,
                score=98.75 if decision is Decision.ACCEPTED else 71.0,
                decision=decision,
                reasons=("统一社会信用代码相同 +20.0", "字号相同 +9.1"),
            ),
        ),
    )
    return recommend(
        application(application_id, tier, stated),
        extraction(application_id, fields),
        match,
        Judgement(application_id=application_id, findings=findings, results=results),
        differences,
        registration if decision is Decision.ACCEPTED else None,
        pack,
    )


def source(file: str, pages: int, status: FileStatus = FileStatus.READ) -> SourceFile:
    bad = status is FileStatus.SET_ASIDE
    return SourceFile(
        box="box-1",
        file=file,
        path=f"/nowhere/{file}",
        sha256="a" * 64,
        size=1000,
        media_type="application/pdf",
        role=FileRole.SCAN,
        pages=pages,
        status=status,
        category=FailureCategory.TRUNCATED if bad else None,
        advice="文件不完整，请重新扫描后放回扫描箱。" if bad else "",
    )


def run(
    results: tuple[ApplicationResult, ...],
    *,
    files: tuple[SourceFile, ...] | None = None,
    sorting: Sorting | None = None,
) -> RunResult:
    if sorting is None:
        sorting = Sorting(applications=tuple(r.application for r in results), unsorted=())
    if files is None:
        files = tuple(source(f"box-1/scans/{r.application.application_id}.pdf", 4) for r in results)
    pages = sum(file.pages for file in files)
    read = sum(file.status is FileStatus.READ for file in files)
    return RunResult(
        run_id="2021-06-12-a",
        programme_id="liaoning-2021",
        programme_hash="f" * 64,
        files=files,
        sorting=sorting,
        applications=results,
        registrations_unmatched=(
            Registration(
                registration_id="R900",
                enterprise_name="大连海望食品有限公司",
                uscc="91210204MA0QQQQQ2T",
                tier="sme",
                district="沙河口区",
                phone="0411-84000000",
                submitted="2021-06-01",
            ),
        ),
        balance=Balance(
            files=len(files),
            files_read=read,
            files_set_aside=len(files) - read,
            files_ignored=0,
            pages=pages,
            pages_in_documents=pages,
            pages_unsorted=0,
            pages_blank=0,
            pages_failed=0,
            lines=100 * len(results),
            lines_in_fields=40 * len(results),
            lines_in_cells=35 * len(results),
            lines_in_body=20 * len(results),
            lines_unassigned=5 * len(results),
        ),
        timings=(
            StageTiming(stage="read", units=pages, reused=2, failed=0, seconds=83.4),
            StageTiming(stage="extract", units=len(results), reused=0, failed=0, seconds=4.1),
        ),
        started=datetime(2021, 6, 12, 6, 0, tzinfo=UTC),
        finished=datetime(2021, 6, 12, 6, 3, 20, tzinfo=UTC),
        settings=(("workers", "2"),),
        versions=(("zjtx", "0.1.0"),),
    )


def mixed_run(pack: Programme, count: int = 12) -> RunResult:
    """Recommended, to correct and in review, over all tiers and several districts."""
    tiers = [tier.id for tier in pack.tiers]
    districts = [d.name for d in pack.districts if d.reports]
    results = []
    for number in range(count):
        identity = f"A-{number:03d}"
        values = {
            "enterprise_name": f"大连星河第{number}精密机械制造有限公司",
            "uscc": f"91210211MA0AB{number:03d}1X",
            "district": districts[number % len(districts)],
        }
        findings: tuple[Finding, ...] = ()
        states: dict[str, FieldState] = {}
        differences: tuple[Difference, ...] = ()
        decision = Decision.ACCEPTED
        if number % 4 == 1:
            findings = (
                finding(identity, "E-EVID-MISSING:audit_report", "缺少2019年度审计报告"),
                finding(identity, "E-STAMP-COVER", "申报表封面未加盖企业公章", page=1),
                finding(identity, "E-PREREQ", "未查到有效期内的专精特新产品称号", Severity.WARN),
            )
        elif number % 4 == 2:
            states = {"uscc": FieldState.REVIEW, "legal_rep": FieldState.UNREADABLE}
            findings = (finding(identity, "E-OCR-LOW", "信用代码识别把握不足", Severity.REVIEW, 1),)
            differences = (
                Difference(
                    application_id=identity,
                    key="revenue.2020",
                    paper="1220.50",
                    electronic="1220.00",
                    online="",
                    kind=DifferenceKind.CONTENT,
                    severity=Severity.ERROR,
                ),
            )
            decision = Decision.REVIEW
        answers = (
            RuleResult(
                application_id=identity,
                rule="annex5-revenue",
                outcome=Outcome.UNKNOWN,
                explanation="附件5的数值未公布",
            ),
        )
        results.append(
            result(
                pack,
                identity,
                tiers[number % 3],
                values=values,
                states=states,
                findings=findings,
                differences=differences,
                decision=decision,
                results=answers,
            )
        )
    files = tuple(source(f"box-1/scans/A-{n:03d}.pdf", 4) for n in range(count))
    return run(
        tuple(results), files=(*files, source("box-1/scans/坏.pdf", 0, FileStatus.SET_ASIDE))
    )
