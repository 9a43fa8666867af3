"""补正通知书: a Word letter to each applicant that has something to put right.

Set as official letters are (GB/T 9704-2012): A4, 仿宋 三号, lines 28 pt apart, two characters of
indent, page numbers between dashes.  Document number, contact and date are left to the clerk.
The wording, the deadline and what has to be done come from the programme pack.
"""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from pipeline.programme import Programme
from pipeline.records import ApplicationResult, Finding, RunResult, Severity
from pipeline.results.package import with_fixed_times
from pipeline.results.places import place_in_volume
from pipeline.results.tables import by_id
from pipeline.results.text import one_line, printable, shortened
from pipeline.stages.recommend import best_value

BODY, HEAD, TITLE = "仿宋_GB2312", "黑体", "方正小标宋简体"
_BODY_SIZE, _TITLE_SIZE, _PAGE_NUMBER_SIZE = Pt(16), Pt(22), Pt(14)  # 三号, 二号, 四号
_LINE = Pt(28)
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
    document = docx.Document()
    _set_page(document)
    application = result.application
    name = best_value(result.extraction, "enterprise_name").value or application.enterprise_name
    tier = programme.tier(application.tier).name

    _line(document, programme.issuer, TITLE, _TITLE_SIZE, WD_ALIGN_PARAGRAPH.CENTER)
    subject = f"{programme.year}年{tier}申报材料"
    _line(document, subject, TITLE, _TITLE_SIZE, WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, "补正通知书", TITLE, _TITLE_SIZE, WD_ALIGN_PARAGRAPH.CENTER)
    number = f"（文号：　　　　〔{programme.year}〕　　　号）"
    _line(document, number, BODY, _BODY_SIZE, WD_ALIGN_PARAGRAPH.CENTER)
    _line(document, "", BODY, _BODY_SIZE)
    _line(document, f"{name or '（企业名称未能辨认，请填写）'}：", BODY, _BODY_SIZE)

    _body(
        document,
        f"你单位报送的{programme.year}年{tier}申报材料（材料编号：{application.application_id}）"
        f"收悉。经形式审查，有下列{len(findings)}项需要补正，现予通知。",
    )
    _heading(document, "一、需要补正的事项")
    for number_, finding in enumerate(findings, start=1):
        _item(document, number_, finding, result, programme)
    _heading(document, "二、补正时限和方式")
    deadline = chinese_date(programme.windows.district_deadline)
    _body(
        document,
        f"请于{deadline}前，将补正后的材料按装订顺序重新装订，纸质材料一式{_count(programme.copies)}份，"
        "连同更新后的电子件报送所在区市县（先导区）中小企业主管部门；线上填报内容须与补正后的"
        "纸质材料一致。",
    )
    _body(document, "对上述事项有异议的，可在时限内持原件向受理部门说明。")
    _body(document, "联 系 人：　　　　　　　　联系电话：　　　　　　　　")
    _line(document, "", BODY, _BODY_SIZE)
    _line(document, f"{programme.issuer}（盖章）", BODY, _BODY_SIZE, WD_ALIGN_PARAGRAPH.RIGHT, 2)
    _line(document, "　　　　年　　月　　日", BODY, _BODY_SIZE, WD_ALIGN_PARAGRAPH.RIGHT, 2)

    stream = io.BytesIO()
    document.save(stream)
    return with_fixed_times(stream.getvalue())


def _item(
    document: WordDocument,
    number: int,
    finding: Finding,
    result: ApplicationResult,
    programme: Programme,
) -> None:
    paragraph = _body(document, f"{number}．{_sentence(finding.message)}")
    paragraph.paragraph_format.keep_with_next = True
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
        paragraph = _body(document, "")
        _run(paragraph, f"{label}：", "楷体_GB2312", _BODY_SIZE)
        _run(paragraph, _sentence(text), BODY, _BODY_SIZE)
        paragraph.paragraph_format.keep_with_next = place_ < len(details) - 1


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


def chinese_date(day: date) -> str:
    """As in official letters: 2021年6月4日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _count(number: int) -> str:
    return "零一二三四五六七八九十"[number] if 0 <= number <= 10 else str(number)


# --- Word ---------------------------------------------------------------------------------


def _set_page(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
    style = document.styles["Normal"]
    style.font.size = _BODY_SIZE
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    properties = document.core_properties
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.title = "补正通知书"


def _page_number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    paragraph.alignment = side
    indent = _PAGE_NUMBER_SIZE  # one character from the edge of the text
    if side is WD_ALIGN_PARAGRAPH.RIGHT:
        paragraph.paragraph_format.right_indent = indent
    else:
        paragraph.paragraph_format.left_indent = indent
    _run(paragraph, "— ", "宋体", _PAGE_NUMBER_SIZE)
    run = _run(paragraph, "", "宋体", _PAGE_NUMBER_SIZE)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = text
        run._r.append(element)
    _run(paragraph, " —", "宋体", _PAGE_NUMBER_SIZE)


def _line(
    document: WordDocument,
    text: str,
    font: str,
    size: Pt,
    alignment: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    characters_from_edge: int = 0,
) -> Paragraph:
    paragraph = document.add_paragraph()
    paragraph.alignment = alignment
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = _LINE if size <= _BODY_SIZE else Pt(36)
    if characters_from_edge:
        form.right_indent = Pt(size.pt * characters_from_edge)
    _run(paragraph, text, font, size)
    return paragraph


def _body(document: WordDocument, text: str) -> Paragraph:
    paragraph = _line(document, text, BODY, _BODY_SIZE, WD_ALIGN_PARAGRAPH.JUSTIFY)
    paragraph.paragraph_format.first_line_indent = Pt(_BODY_SIZE.pt * 2)
    return paragraph


def _heading(document: WordDocument, text: str) -> None:
    paragraph = _line(document, text, HEAD, _BODY_SIZE)
    paragraph.paragraph_format.first_line_indent = Pt(_BODY_SIZE.pt * 2)
    paragraph.paragraph_format.keep_with_next = True


def _run(paragraph: Paragraph, text: str, font: str, size: Pt) -> Run:
    run = paragraph.add_run(shortened(printable(text)))
    run.font.size = size
    run.font.name = "Times New Roman" if font != HEAD else font
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run
