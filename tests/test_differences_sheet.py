"""The sheet 纸电差异: fields and text, certain and provisional, none of it flooding the rest."""

from __future__ import annotations

from builders_out import programme, result, run

from pipeline.records import (
    ApplicationResult,
    Decision,
    Difference,
    DifferenceKind,
    PageDifference,
    PageRef,
    Severity,
    TextDifference,
)
from pipeline.results.review_list import review_list
from pipeline.results.workbook.cells import new_workbook
from pipeline.results.workbook.differences import add_differences


def text(kind: DifferenceKind, paper: str = "产量三千台", page: int = 7) -> PageDifference:
    return PageDifference(
        type="audit_report",
        paper=PageRef(file="box-1/scans/a.pdf", page=page),
        electronic=PageRef(file="box-1/disc/某/佐证.pdf", page=2),
        text=TextDifference(
            kind=kind, paper=paper, electronic="产量五千台", paper_box=None, electronic_box=None
        ),
    )


def difference(online: str = "赵小海") -> Difference:
    return Difference(
        application_id="A-001",
        key="legal_rep",
        paper="王建国",
        electronic="",
        online=online,
        kind=DifferenceKind.CONTENT,
        severity=Severity.REVIEW,
    )


def rows(*results: ApplicationResult) -> list[dict[str, str]]:
    workbook = new_workbook("试")
    add_differences(workbook, run(results), programme())
    table = [
        [str(value or "") for value in row]
        for row in workbook["纸电差异"].iter_rows(values_only=True)
    ]
    at = next(place for place, row in enumerate(table) if row[0] == "序号")
    return [dict(zip(table[at], row, strict=True)) for row in table[at + 1 :]]


def with_texts(*texts: PageDifference) -> ApplicationResult:
    return result(programme()).model_copy(update={"texts": texts})


def test_a_record_that_is_yet_to_be_confirmed_is_marked_in_its_cell():
    (row,) = rows(result(programme(), differences=(difference(),), decision=Decision.REVIEW))
    assert row["线上登记"] == "赵小海（登记待确认）"
    (row,) = rows(result(programme(), differences=(difference(),)))
    assert row["线上登记"] == "赵小海"


def test_the_review_list_says_so_too():
    one = result(programme(), differences=(difference(),), decision=Decision.REVIEW)
    values = [item.value for item in review_list(run((one,)), programme())]
    assert any("线上（登记待确认）“赵小海”" in value for value in values)


def test_text_that_states_something_else_stands_behind_the_fields_with_its_page():
    one = result(programme(), differences=(difference(""),))
    one = one.model_copy(update={"texts": (text(DifferenceKind.CONTENT),)})
    field, found = rows(one)
    assert field["栏目"] == "法定代表人"
    assert found["栏目"] == "审计报告（文字）　a.pdf 第7页"
    assert (found["纸质材料"], found["电子件"]) == ("产量三千台", "产量五千台")
    assert (found["性质"], found["程度"]) == ("内容不同", "待核")


def test_text_that_could_not_be_read_for_certain_is_one_row_with_its_number():
    (row,) = rows(with_texts(*[text(DifferenceKind.READING)] * 9))
    assert row["纸质材料"] == "9处文字未能读准，见纸电比对页"
    assert (row["性质"], row["程度"]) == ("识别存疑", "备忘")


def test_a_file_that_was_rewritten_does_not_flood_the_sheet():
    found = rows(with_texts(*[text(DifferenceKind.CONTENT, "甲" * 900)] * 500))
    assert len(found) == 21
    assert found[-1]["纸质材料"] == "另有480处文字内容不同，见纸电比对页"
    assert all(len(row["纸质材料"]) <= 150 for row in found)
