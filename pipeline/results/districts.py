"""What each district sends on: its own workbook, and the letter that goes with it.

The workbook holds the district's rows of the annexes, its problems, what a person has to look
at, and the sheet that it returns with its opinion.  The letter is a draft: document number,
contact, stamp and date are the district's.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from openpyxl import Workbook

from pipeline.programme import Programme
from pipeline.records import RunResult
from pipeline.results.official import Letter
from pipeline.results.words import ShownState, shown_state
from pipeline.results.workbook.annexes import add_annexes
from pipeline.results.workbook.cells import new_workbook, save_workbook
from pipeline.results.workbook.findings import add_findings
from pipeline.results.workbook.flow import add_declined
from pipeline.results.workbook.opinions import add_opinion_sheet
from pipeline.results.workbook.review import add_review
from pipeline.stages.recommend import listed


def write_districts(run: RunResult, programme: Programme, folder: Path) -> None:
    """Write ``districts/<name>.xlsx`` and ``letters/<name>.docx`` for each district with papers.

    Applications whose district is not known go to no district; the city's workbook lists them.
    """
    workbooks, letters = folder / "districts", folder / "letters"
    workbooks.mkdir()
    letters.mkdir()
    present = {result.district for result in run.applications} - {""}
    for name in (district.name for district in programme.districts):
        if name not in present:
            continue
        own = of_district(run, name)
        stem = district_stem(name)
        save_workbook(district_workbook(own, programme, name), workbooks / f"{stem}.xlsx")
        (letters / f"{stem}.docx").write_bytes(letter_of(own, programme, name))


def of_district(run: RunResult, name: str) -> RunResult:
    """The run with the applications of one district alone."""
    own = tuple(result for result in run.applications if result.district == name)
    return run.model_copy(update={"applications": own})


def district_stem(name: str) -> str:
    """A file name made from the pack's name of a district: letters and figures alone."""
    return "".join(char if char.isalnum() else "_" for char in name)[:60] or "_"


def district_workbook(run: RunResult, programme: Programme, name: str) -> Workbook:
    """The workbook of one district, from its part of the run."""
    workbook = new_workbook(f"{name}{programme.year}年推荐汇总")
    add_annexes(workbook, run, programme, district=name)
    add_opinion_sheet(workbook, run, programme, name)
    add_findings(workbook, run, programme)
    add_review(workbook, run, programme)
    add_declined(workbook, run, programme)
    return workbook


def letter_of(run: RunResult, programme: Programme, name: str) -> bytes:
    """The covering letter of one district to the bureau, as a .docx file."""
    letter = Letter("推荐函")
    letter.title(f"{name}中小企业主管部门")
    letter.title(f"关于报送{programme.year}年推荐意见的函")
    letter.centred(f"（文号：　　　　〔{programme.year}〕　　　号）")
    letter.line()
    letter.line(f"{programme.issuer}：")
    letter.body(
        f"根据{programme.title}工作（{programme.document_number}）的有关要求，我单位组织辖区内企业申报，"
        "并对申报材料进行了初审。现将推荐情况报送如下。"
    )
    letter.heading("一、推荐情况")
    parts, annexes = [], []
    for table in programme.tables:
        rows = len(listed(table, run.applications, programme))
        if not rows:
            continue
        if table.tier:
            tier = programme.tier(table.tier)
            parts.append(f"推荐{tier.name}{rows}{'项' if tier.subject_field else '户'}")
        else:
            parts.append(f"建议列入培育库{rows}户")
        annexes.append(table.title)
    said = f"经初审，{'，'.join(parts)}，名单详见附件。" if parts else "经初审，本次无推荐对象。"
    letter.body(f"共受理申报材料{len(run.applications)}份。{said}")
    states = Counter(shown_state(result) for result in run.applications)
    waiting, wrong = states[ShownState.REVIEW], states[ShownState.TO_CORRECT]
    rest = [f"{waiting}份待核对"] * bool(waiting) + [f"{wrong}份待补正"] * bool(wrong)
    if rest:
        letter.body(f"另有材料{'、'.join(rest)}，未列入本次推荐，核对、补正完成后另行报送。")
    if states[ShownState.DECLINED]:
        letter.body(f"经审查未予推荐或已退回{states[ShownState.DECLINED]}份。")
    letter.heading("二、初审意见")
    letter.body("")
    letter.body("")
    for number, title in enumerate(annexes, start=1):
        shown = f"{number}．{title}" if len(annexes) > 1 else title
        letter.body(shown, label="附件：" if number == 1 else "　　　")
    letter.body("联 系 人：　　　　　　　　联系电话：　　　　　　　　", keep=True)
    letter.line()
    letter.signed(f"{name}中小企业主管部门（盖章）")
    letter.signed("　　　　年　　月　　日")
    return letter.package()
