"""Corrections by a person: taken from the checked table, kept, laid over every later run."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from fake_stages import extract as nothing_found
from fake_stages import make_stages
from hypothesis import given
from hypothesis import strategies as st
from scans import pdf

from extractors.page import Box
from pipeline.batch import run_batch
from pipeline.cli import main
from pipeline.correct import take_checked
from pipeline.corrections import Correction, lay_over, normal_form
from pipeline.errors import ExitCode, InputError
from pipeline.nightly import run_nightly
from pipeline.plan import Order, real_stages
from pipeline.programme import find_programme, load_programme
from pipeline.records import (
    Application,
    ApplicationState,
    Decision,
    Document,
    Extraction,
    Field,
    FieldState,
    Medium,
    PageRef,
    SourceFile,
    Volume,
)
from pipeline.results.review_list import review_list
from pipeline.results.tables import read_table
from pipeline.settings import Settings
from pipeline.verify import verify_results

PACK = load_programme(find_programme("liaoning-2021"))
HEADER = ("材料编号", "企业名称", "现认定为", "核对结果", "核对人", "键")
FIRM = "大连示倒有限公司"
PLAIN = {
    "application_id": "a001", "volume": "v1", "medium": Medium.PAPER, "unit": "",
    "state": FieldState.REVIEW, "read_confidence": 0.8, "place_confidence": 0.9,
    "file": "box/scans/a.pdf", "sha256": "f" * 64, "box": None, "engine": "fake", "rule": "inline",
}  # fmt: skip
READ = {
    "enterprise_name": ("大连示倒有限公司", FieldState.REVIEW),
    "legal_rep": ("", FieldState.MISSING),
    "reg_date": ("2008-03-12", FieldState.ACCEPTED),
    "contact": ("李敏", FieldState.REVIEW),
}


def extract(application, pages, programme):
    """The same doubtful values of every application, on its second page."""
    refs = sorted(pages, key=lambda ref: ref.page)
    fields = tuple(
        Field(
            application_id=application.application_id,
            volume="v1",
            medium=Medium.PAPER,
            key=key,
            value=text,
            raw=text,
            unit="",
            state=state,
            read_confidence=0.8,
            place_confidence=0.9,
            file=refs[1].file if text else "",
            sha256=pages[refs[1]].sha256 if text else "",
            page=2 if text else 0,
            box=Box(x0=1, y0=2, x1=30, y1=40) if text else None,
            engine="fake",
            rule="cell-right",
        )
        for key, (text, state) in READ.items()
    )
    return nothing_found(application, pages, programme).model_copy(update={"fields": fields})


@pytest.fixture
def box(tmp_path):
    folder = tmp_path / "in" / "box-001"
    pdf(folder / "scans" / "一.pdf", pages=3)
    return folder


@pytest.fixture
def run(tmp_path, box):
    def go(out="result"):
        real = real_stages("lean", None)
        fake = make_stages(tmp_path / "journal", 0.0)
        stages = replace(fake, extract=extract, write=real.write, recommend=real.recommend)
        order = Order((box,), tmp_path / "out" / out)
        return run_batch(order, Settings(workers=1), PACK, stages=stages)

    return go


@pytest.fixture
def check(tmp_path):
    """Hand in a table of checked values."""

    def go(*rows, out="result", by="", header=HEADER):
        table = tmp_path / "checked.csv"
        with table.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return take_checked(tmp_path / "out" / out, table, Settings(), PACK, by)

    return go


def fields_of(tmp_path: Path, out: str = "result") -> dict[str, dict[str, str]]:
    return {row["key"]: row for row in read_table(tmp_path / "out" / out / "fields.csv")}


def test_a_checked_value_wins_in_the_next_run_and_stays(run, check, tmp_path):
    run()
    name = "大连示例有限公司"
    checked = check(("a001", FIRM, FIRM, name, "张三", "enterprise_name"))
    assert (checked.taken, checked.refused) == (1, ())
    again = run()
    assert not again.nothing_new
    row = fields_of(tmp_path)["enterprise_name"]
    assert (row["value"], row["raw"], row["state"]) == (
        name,
        READ["enterprise_name"][0],
        "corrected",
    )
    (application,) = again.result.applications
    field = next(one for one in application.extraction.fields if one.key == "enterprise_name")
    assert field.corrected_by == "张三"
    assert field.corrected_at is not None
    assert run().nothing_new
    assert not verify_results(tmp_path / "out" / "result", Settings()).damage


def test_no_page_is_read_again_for_a_correction(run, check, tmp_path):
    run()
    read = (tmp_path / "journal").read_text()
    check(("a001", FIRM, "李敏", "李敏敏", "张三", "contact"))
    run()
    assert (tmp_path / "journal").read_text() == read


def test_a_correction_goes_with_the_paper_wherever_it_is_read_again(run, check, box, tmp_path):
    run()
    check(("a001", FIRM, "李敏", "李敏敏", "张三", "contact"))
    pdf(box / "scans" / "〇.pdf", pages=2, shade=30)  # comes first, so ids move
    (box / "scans" / "一.pdf").rename(box / "scans" / "改名.pdf")
    run("other")
    rows = read_table(tmp_path / "out" / "other" / "fields.csv")
    values = {row["file"]: row["value"] for row in rows if row["key"] == "contact"}
    assert values == {"box-001/scans/〇.pdf": "李敏", "box-001/scans/改名.pdf": "李敏敏"}


def test_what_was_not_found_can_be_written_in(run, check, tmp_path):
    run()
    check(
        ("a001", FIRM, "", "王建国", "张三", "legal_rep"),
        ("a001", FIRM, "", "13900000001", "张三", "contact_mobile"),
    )
    run()
    found = fields_of(tmp_path)
    assert (found["legal_rep"]["value"], found["legal_rep"]["state"]) == ("王建国", "corrected")
    added = found["contact_mobile"]
    assert (added["value"], added["state"], added["engine"]) == (
        "13900000001",
        "corrected",
        "person",
    )


def test_a_value_can_be_confirmed_and_said_to_be_left_empty(run, check, tmp_path):
    run()
    check(
        ("a001", FIRM, FIRM, "无误", "张三", "enterprise_name"),
        ("a001", FIRM, "李敏", "未填", "张三", "contact"),
    )
    run()
    found = fields_of(tmp_path)
    assert found["enterprise_name"]["value"] == "大连示倒有限公司"
    assert found["contact"]["value"] == ""
    assert {found[key]["state"] for key in ("enterprise_name", "contact")} == {"corrected"}


def test_the_last_correction_of_a_value_holds(run, check, tmp_path):
    run()
    check(("a001", FIRM, "李敏", "李敏敏", "张三", "contact"))
    check(("a001", FIRM, "李敏", "李民", "李四", "contact"))
    run()
    assert fields_of(tmp_path)["contact"]["value"] == "李民"


def test_a_table_handed_in_twice_counts_once(run, check):
    run()
    row = ("a001", FIRM, "李敏", "李敏敏", "张三", "contact")
    assert check(row).taken == 1
    assert (check(row).taken, check(row).already) == (0, 1)
    run()
    assert (check(row).taken, check(row).already) == (0, 1)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (("a009", FIRM, "李敏", "李民", "张三", "contact"), "没有材料编号"),
        (("a001", FIRM, "李敏", "李民", "", "contact"), "缺核对人"),
        (("a001", FIRM, "王五", "李民", "张三", "contact"), "旧表"),
        (("a001", FIRM, "李敏", "李民", "张三", ""), "不是栏目的值"),
        (("a001", FIRM, "李敏", "李民", "张三", "shoe_size"), "没有键为"),
        (("a001", FIRM, "", "1", "张三", "revenue.1999"), "没有键为"),
        (("a001", FIRM, "", "甲公司", "张三", "patent#9.owner"), "没有键为"),
        (("a001", FIRM, "2008-03-12", "2008-03", "张三", "reg_date"), "缺日"),
        (("a001", "大连别家有限公司", "李敏", "李民", "张三", "contact"), "企业名称不符"),
        (("a001", FIRM, "李敏", "李民", "张" * 50, "contact"), "过长"),
        (("a001", FIRM, "2008-03-12", "去年春天", "张三", "reg_date"), "不能作为该栏目的值"),
        (("a001", FIRM, "", "无误", "张三", "legal_rep"), "现认定为"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_the_others_are_taken(run, check, row, why):
    run()
    checked = check(row, ("a001", FIRM, "李敏", "李民", "张三", "contact"))
    assert checked.taken == 1
    (refused,) = checked.refused
    assert refused.row == 2
    assert why in refused.reason
    assert "第2行" in str(checked)


def test_an_old_row_does_not_replace_what_has_been_read_since(run, check):
    run()
    checked = check(("a001", FIRM, "", "2020-01-01", "张三", "reg_date"))
    assert (checked.taken, "旧表" in checked.refused[0].reason) == (0, True)


def test_two_answers_for_one_value_are_not_both_taken(run, check):
    run()
    rows = [("a001", FIRM, "李敏", said, "张三", "contact") for said in ("李民", "李明")]
    checked = check(*rows)
    assert checked.taken == 1
    assert "另一行" in checked.refused[0].reason


def test_a_wrong_code_that_is_printed_so_is_taken_where_the_person_says_so(run, check, tmp_path):
    run()
    wrong = "91210211MA10Y7K351"
    assert not check(("a001", FIRM, "", wrong, "张三", "uscc")).taken
    assert check(("a001", FIRM, "", f"{wrong}（原文如此）", "张三", "uscc")).taken == 1
    again = run()
    assert fields_of(tmp_path)["uscc"]["value"] == wrong
    assert again.result.applications[0].application.uscc == wrong


def test_a_place_that_a_person_saw_to_be_empty_is_known_to_be(run, check, tmp_path):
    run()
    check(("a001", FIRM, "", "未填", "张三", "legal_rep"))
    run()
    row = fields_of(tmp_path)["legal_rep"]
    assert (row["value"], row["state"], row["page"]) == ("", "corrected", "1")


def test_a_value_of_evidence_goes_with_its_document_whatever_number_it_has():
    def document(number, page):
        return Document(document_id=f"d{number}", type="patent", pages=(ref(page),), confidence=1.0)

    def ref(page):
        return PageRef(file="box/scans/a.pdf", page=page)

    def field(key, value, page):
        return Field(
            **{**PLAIN, "key": key, "value": value, "raw": value, "page": page},
        )

    volume = Volume(
        volume_id="v1", medium=Medium.PAPER, number=1, documents=(document(1, 1), document(2, 3))
    )
    application = Application(
        application_id="a001", tier="sme", enterprise_name="", uscc="", volumes=(volume,)
    )
    fields = (field("patent.owner", "甲公司", 1), field("patent#2.owner", "乙公可", 3))
    extraction = Extraction(
        application_id="a001", fields=fields, seals=(), unassigned=(), lines_total=0,
        lines_in_fields=0, lines_in_cells=0, lines_in_body=0,
    )  # fmt: skip
    source = SourceFile.model_construct(file="box/scans/a.pdf", sha256="f" * 64)

    def said(page, value, month, key="patent.owner"):
        return Correction(
            sha256="f" * 64, page=page, key=key, value=value, unit="", before="", by="张三",
            at=datetime(2021, month, 1, tzinfo=UTC),
        )  # fmt: skip

    (laid,), lost = lay_over([application], [extraction], [said(3, "乙公司", 6)], [source])
    assert not lost
    assert [field.value for field in laid.fields] == ["甲公司", "乙公司"]
    # The form's key moved from page 3 to page 1 between two corrections: the later one holds.
    two = [said(3, "旧", 1, "contact"), said(1, "新", 2, "contact")]
    (laid,), _ = lay_over([application], [extraction], two, [source])
    assert [field.value for field in laid.fields if field.key == "contact"] == ["新"]
    # One whose page is of another kind now is used nowhere, and a row says so.
    astray = said(3, "丙公司", 6, "trademark.owner")
    (laid,), (row,) = lay_over([application], [extraction], [astray], [source])
    assert laid.fields == fields
    assert (row.file, "未能采用" in row.reason) == ("box/scans/a.pdf", True)


def test_the_night_takes_corrections_up(tmp_path, box):
    real = real_stages("lean", None)
    fake = make_stages(tmp_path / "journal", 0.0)
    stages = replace(fake, extract=extract, write=real.write, recommend=real.recommend)
    settings = Settings(workers=1, outputs=tmp_path / "out", stability_seconds=0)

    def night():
        (one,) = run_nightly((tmp_path / "in",), settings, PACK, stages=stages).boxes
        return one.state

    assert night() == "done"
    assert night() == "known"
    table = tmp_path / "checked.csv"
    row = ("a001", FIRM, "李敏", "李民", "张三", "contact")
    table.write_text("\n".join(",".join(line) for line in (HEADER, row)), encoding="utf-8")
    assert take_checked(tmp_path / "out" / "box-001", table, settings, PACK).taken == 1
    assert night() == "done"
    assert fields_of(tmp_path, "box-001")["contact"]["value"] == "李民"


def test_the_sheet_of_the_workbook_can_be_handed_in_as_it_is(run, tmp_path, capsys):
    run()
    out = tmp_path / "out" / "result"
    workbook = openpyxl.load_workbook(out / "recommendations.xlsx")
    sheet = workbook["待核对"]
    columns = {cell.value: cell.column for cell in sheet[3]}
    for row in sheet.iter_rows(min_row=4):
        if row[columns["键"] - 1].value == "contact":
            row[columns["核对结果"] - 1].value = "李敏敏"
    workbook.save(tmp_path / "checked.xlsx")
    with pytest.raises(SystemExit) as ending:
        main(["correct", str(out), str(tmp_path / "checked.xlsx"), "--by", "张三"])
    assert ending.value.code == ExitCode.DONE
    assert "已登记更正 1 项" in capsys.readouterr().out
    run()
    assert fields_of(tmp_path)["contact"]["value"] == "李敏敏"


def test_results_without_their_ledger_take_no_correction(run, check, tmp_path):
    run()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "result").rename(tmp_path / "elsewhere" / "result")
    table = tmp_path / "checked.csv"
    table.write_text(
        "材料编号,企业名称,现认定为,键,核对结果,核对人\na001,大连示倒有限公司,李敏,contact,李民,张三\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="no ledger"):
        take_checked(tmp_path / "elsewhere" / "result", table, Settings(), PACK)


KEYS = [field.key for field in PACK.fields if not field.per_year]


@given(st.sampled_from(KEYS), st.text(max_size=40))
def test_whatever_a_person_writes_is_a_value_or_refused(key, text):
    normal = normal_form(key, text, PACK)
    assert normal is not None
    if normal.valid and normal.value:
        again = normal_form(key, normal.value, PACK)
        assert again is not None
        assert again.value == normal.value


ROWS = (
    "登记编号,企业名称,申报层次\n"
    "R1,大连示例机械有限公司,专精特新中小企业\n"
    "R2,大连示例科技有限公司,专精特新中小企业\n"
)


@pytest.fixture
def matched(tmp_path, box):
    """A run with a table of registrations, matched by their names."""

    def go(rows=ROWS):
        table = tmp_path / "registrations.csv"
        table.write_text(rows, "utf-8")
        real = real_stages("lean", None)
        fake = make_stages(tmp_path / "journal", 0.0)
        stages = replace(
            fake,
            extract=extract,
            match=real.match,
            make_index=real.make_index,
            read_registrations=real.read_registrations,
            write=real.write,
            recommend=real.recommend,
        )
        order = Order((box,), tmp_path / "out" / "result", registrations=table)
        return run_batch(order, Settings(workers=1), PACK, stages=stages).result

    return go


def asked_for_match(result):
    return [item for item in review_list(result, PACK) if item.key == "registration"]


def test_a_match_is_confirmed_once_and_for_all(matched, check, tmp_path):
    first = matched()
    (asked,) = asked_for_match(first)
    assert first.applications[0].match.decision is Decision.REVIEW
    checked = check(("a001", FIRM, asked.value, "无误", "张三", "registration"))
    assert (checked.taken, checked.refused) == (1, ())
    (application,) = matched().applications
    assert application.match.decision is Decision.ACCEPTED
    assert application.match.candidates[0].registration_name == asked.value
    assert application.match.settled_by == "张三"
    assert "张三" in read_table(tmp_path / "out" / "result" / "matches.csv")[0]["reasons"]
    assert not asked_for_match(matched(ROWS + "R9,大连别家有限公司,专精特新产品\n"))


def test_another_candidate_can_be_named_by_number_or_name(matched, check):
    (asked,) = asked_for_match(matched())
    other = "R1" if "科技" in asked.value else "R2"
    checked = check(("a001", FIRM, asked.value, other, "张三", "registration"))
    assert checked.refused == ()
    (application,) = matched().applications
    assert application.match.registration_id == other


def test_that_none_is_the_applicants_can_be_said_and_is_asked_no_more(matched, check):
    (asked,) = asked_for_match(matched())
    check(("a001", FIRM, asked.value, "无登记", "张三", "registration"))
    result = matched()
    assert result.applications[0].match.decision is Decision.REJECTED
    assert result.applications[0].state is not ApplicationState.RECOMMENDED
    (told,) = asked_for_match(result)
    assert (told.risk < 45, "张三" in told.reason) == (True, True)


def test_a_denial_says_nothing_of_another_registration(matched, check):
    (asked,) = asked_for_match(matched())
    check(("a001", FIRM, asked.value, "无登记", "张三", "registration"))
    better = ROWS + "R3,大连示例有限公司,专精特新中小企业\n"
    (application,) = matched(better).applications
    assert application.match.registration_id == "R3"


def test_a_confirmation_moves_to_no_row_of_another_tier(matched, check):
    (asked,) = asked_for_match(matched())
    check(("a001", FIRM, asked.value, "无误", "张三", "registration"))
    (other,) = [row for row in ROWS.splitlines() if asked.value in row]
    moved = ROWS.replace(other, "R8" + other[2:].replace("专精特新中小企业", "专精特新产品"))
    result = matched(moved)
    assert result.applications[0].match.settled_by == ""
    assert any("线上登记" in row.reason for row in result.flow.refused)


def test_numbers_of_rows_are_no_numbers_of_registrations(matched, check):
    rows = "企业名称,申报层次\n大连示例机械有限公司,专精特新中小企业\n"
    (asked,) = asked_for_match(matched(rows))
    check(("a001", FIRM, asked.value, "无误", "张三", "registration"))
    head, row = rows.splitlines()
    inserted = f"{head}\n{row.replace('中小企业', '产品')}\n{row}\n"
    (application,) = matched(inserted).applications
    assert (application.match.settled_by, application.match.registration_id) == ("张三", "row-3")


def test_a_registration_that_is_no_candidate_is_refused(matched, check):
    (asked,) = asked_for_match(matched())
    (row,) = check(("a001", FIRM, asked.value, "R7", "张三", "registration")).refused
    assert "候选登记" in row.reason
    (row,) = check(("a001", FIRM, "大连旧名有限公司", "无误", "张三", "registration")).refused
    assert "旧表" in row.reason


def test_a_confirmed_registration_that_is_numbered_anew_is_found_by_its_name(matched, check):
    (asked,) = asked_for_match(matched())
    check(("a001", FIRM, asked.value, "无误", "张三", "registration"))
    (application,) = matched(ROWS.replace("R1", "X1").replace("R2", "X2")).applications
    assert application.match.registration_id in {"X1", "X2"}
    assert application.match.candidates[0].registration_name == asked.value


def test_a_confirmed_registration_that_is_gone_has_a_row(matched, check):
    (asked,) = asked_for_match(matched())
    check(("a001", FIRM, asked.value, "无误", "张三", "registration"))
    result = matched("登记编号,企业名称\nR5,沈阳远方化工有限公司\n")
    assert result.applications[0].match.decision is not Decision.ACCEPTED
    assert any("线上登记" in row.reason for row in result.flow.refused)


def test_what_was_found_nowhere_belongs_to_the_paper_not_to_the_disc(run, check, tmp_path):
    run()
    for name, row in (
        ("documents.csv", "a001,a001-E1,introduction,box-001/disc/x.pdf,1,1,0.9"),
        ("files.csv", f"box-001/disc/x.pdf,{'e' * 64},application/pdf,1,read,,"),
    ):
        path = tmp_path / "out" / "result" / name
        head, _, rows = path.read_text("utf-8-sig").partition("\n")
        path.write_text(f"{head}\n{row}\n{rows}", "utf-8-sig")
    check(("a001", FIRM, "", "王建国", "张三", "legal_rep"))
    run()
    assert fields_of(tmp_path)["legal_rep"]["medium"] == "paper"
    assert fields_of(tmp_path)["legal_rep"]["value"] == "王建国"


def test_a_stamp_that_could_not_be_told_is_settled_by_who_looked(run, check, tmp_path):
    run()
    checked = check(
        ("a001", FIRM, "", "有", "张三", "seal.cover"),
        ("a001", FIRM, "", "无", "张三", "signature.truth_statement"),
        ("a001", FIRM, "", "不清", "张三", "seal.truth_statement"),
        ("a001", FIRM, "", "有", "张三", "seal.nowhere"),
    )
    assert (checked.taken, [row.row for row in checked.refused]) == (2, [4, 5])
    (application,) = run().result.applications
    seals = {(one.kind, one.place): one.present for one in application.extraction.seals}
    assert seals["seal", "cover"] is True
    assert seals["signature", "truth_statement"] is False
    assert ("seal", "truth_statement") not in seals
