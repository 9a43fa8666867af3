"""补正通知书: a Word letter to each applicant that has something to put right.

Document number, contact and date are left to the clerk.  The wording, the deadline and what
has to be done come from the programme pack.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.programme import Programme
from pipeline.records import ApplicationResult, Finding, RunResult, Severity
from pipeline.results.official import Letter, chinese_count, chinese_date
from pipeline.results.places import place_in_volume
from pipeline.results.tables import by_id
from pipeline.results.text import one_line, shortened
from pipeline.stages.recommend import best_value

_SEVERITY_ORDER = (Severity.ERROR, Severity.WARN, Severity.REVIEW, Severity.INFO)
_LONGEST = 600
"""Characters of one sentence; longer ones are noise that was read as text."""


def write_notices(run: RunResult, programme: Programme, folder: Path) -> None:
    """Write a letter for each application with findings to notify; the folder is made."""
    folder.mkdir()
    for result in by_id(run):
        findings = to_notify(result, programme)
        if findings:
            name = f"{file_stem(result.application.application_id)}.docx"
            (folder / name).write_bytes(notice(result, findings, programme))


def to_notify(result: ApplicationResult, programme: Programme) -> tuple[Finding, ...]:
    """The findings that the applicant is told of, gravest first.

    Those whose defect is to be notified, except where the finding itself is in doubt (before
    an enterprise is told, a clerk has to look) and where it is a mere note: an old name that
    was proven, a warning that a clerk let pass.
    """
    notified = {defect.code for defect in programme.defects if defect.notify}
    order = {item.type: item.order for item in programme.evidence}
    told = {
        (finding.code, finding.message): finding
        for finding in result.judgement.findings
        if finding.code.partition(":")[0] in notified
        and finding.severity not in (Severity.REVIEW, Severity.INFO)
    }
    return tuple(
        sorted(
            told.values(),
            key=lambda f: (
                _SEVERITY_ORDER.index(f.severity),
                f.code.partition(":")[0],
                order.get(f.code.partition(":")[2], 0),
                f.subject,
                f.file,
                f.page,
            ),
        )
    )


def file_stem(application_id: str) -> str:
    """A file name made from an application's id; ids hold nothing else, this makes it sure."""
    return "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "_"
                   for char in application_id) or "_"  # fmt: skip


def notice(result: ApplicationResult, findings: tuple[Finding, ...], programme: Programme) -> bytes:
    """The letter as a .docx file."""
    letter = Letter("补正通知书")
    application = result.application
    name = best_value(result.extraction, "enterprise_name").value or application.enterprise_name
    tier = programme.tier(application.tier).name

    letter.title(programme.issuer)
    letter.title(f"{programme.year}年{tier}申报材料")
    letter.title("补正通知书")
    letter.centred(f"（文号：　　　　〔{programme.year}〕　　　号）")
    letter.line()
    letter.line(f"{name or '（企业名称未能辨认，请填写）'}：")
    letter.body(
        f"你单位报送的{programme.year}年{tier}申报材料（材料编号：{application.application_id}）"
        f"收悉。经形式审查，有下列{len(findings)}项需要补正，现予通知。",
    )
    letter.heading("一、需要补正的事项")
    for number, finding in enumerate(findings, start=1):
        _item(letter, number, finding, result, programme)
    letter.heading("二、补正时限和方式")
    deadline = chinese_date(programme.windows.district_deadline)
    letter.body(
        f"请于{deadline}前，将补正后的材料按装订顺序重新装订，"
        f"纸质材料一式{chinese_count(programme.copies)}份，"
        f"连同更新后的电子件报送所在{programme.districts_called}中小企业主管部门；线上填报内容须与补正后的"
        "纸质材料一致。",
    )
    letter.body("对上述事项有异议的，可在时限内持原件向受理部门说明。")
    letter.body("联 系 人：　　　　　　　　联系电话：　　　　　　　　", keep=True)
    letter.line()
    letter.signed(f"{programme.issuer}（盖章）")
    letter.signed("　　　　年　　月　　日")
    return letter.package()


def _item(
    letter: Letter, number: int, finding: Finding, result: ApplicationResult, programme: Programme
) -> None:
    letter.body(f"{number}．{_sentence(finding.message)}", keep=True)
    details = []
    if finding.file:
        place = place_in_volume(result.application, finding.file, finding.page, programme)
        if place:
            details.append(("所在位置", place))
    reason = _reason(finding, result, programme)
    if reason:
        details.append(("依　　据", reason))
    advice = programme.defect(finding.code).advice
    if advice:
        details.append(("补正要求", advice))
    for place_, (label, text) in enumerate(details):
        letter.body(_sentence(text), label=f"{label}：", keep=place_ < len(details) - 1)


def _reason(finding: Finding, result: ApplicationResult, programme: Programme) -> str:
    """The sentence of the rule behind a finding, where just one rule of the tier raises it."""
    code = finding.code.partition(":")[0]
    sentences = {
        rule.sentence
        for rule in programme.rules
        if rule.code in {code, finding.code} and result.application.tier in rule.tiers
    }
    return sentences.pop() if len(sentences) == 1 else ""


def _sentence(text: str) -> str:
    plain = shortened(one_line(text), _LONGEST)
    return plain if not plain or plain[-1] in "。！？…" else plain.rstrip("；;.，,") + "。"
