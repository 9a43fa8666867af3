"""The result files: their columns, their safety, their account, their bytes."""

import csv
import io
import json
import zipfile
from collections import Counter
from pathlib import Path
from unittest import mock

import docx
import openpyxl
import pytest
from builders_check import judged
from builders_national import applied, national
from builders_out import application, finding, mixed_run, programme, result, run, source
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.records import Document, FieldState, PageRef, Severity, Sorting
from pipeline.results import write_results
from pipeline.results.notices import file_stem, to_notify
from pipeline.results.tables import COLUMNS, read_table, write_tables
from pipeline.results.workbook import write_workbook
from pipeline.results.workbook.cells import fit_row

HOSTILE = [
    '=HYPERLINK("http://evil.example","点我")',
    "＝1+1",
    "+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "-1+1|cmd",
    "\t=1",
    "bad\x00\x07\x1bname",
    "两行\n=2+2",
    "<script>alert(1)</script>{{ 7*7 }}",
    "\u202egnp.exe",
    "\ud800",
    "#N/A",
    "x" * 40_000,
    "=" * 32_768,
]


@pytest.fixture(scope="module")
def pack():
    return programme()


@pytest.fixture(scope="module")
def written(pack, tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    write_results(mixed_run(pack), pack, folder)
    return folder


def all_bytes(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_exactly_the_files_of_the_design_are_written(written):
    names = set(all_bytes(written))
    top = {name for name in names if "/" not in name}
    assert top == {"recommendations.xlsx", "report.html", "run.json", *COLUMNS}
    assert {name.partition("/")[0] for name in names - top} == {"districts", "letters", "notices"}


# The columns as the design fixes them, written out again: score and verify rely on them.
DESIGN = {
    "applications.csv": "application_id, tier, enterprise_name, uscc, district, registration_id, "
    "match_decision, match_score, state, paper_volumes, electronic_volumes",
    "fields.csv": "application_id, volume, medium, key, value, raw, unit, state, read_confidence, "
    "place_confidence, file, page, x0, y0, x1, y1, engine",
    "documents.csv": "application_id, volume, type, file, first_page, last_page, confidence",
    "files.csv": "file, sha256, media_type, pages, status, category, advice",
    "findings.csv": "application_id, code, severity, subject, message, file, page",
    "matches.csv": "application_id, rank, registration_id, registration_name, score, decision, "
    "reasons",
    "differences.csv": "application_id, key, paper, electronic, online, kind, severity",
    "answers.csv": "application_id, rule, code, outcome, explanation, sources, sentence, basis, "
    "status",
    "scores.csv": "application_id, indicator, group, name, value, band, points, points_at_most, "
    "cap, state, sentence, sources",
}


@pytest.mark.parametrize("name", DESIGN)
def test_columns_are_those_of_the_design(written, name):
    with (written / name).open(encoding="utf-8-sig", newline="") as table:
        assert next(csv.reader(table)) == DESIGN[name].split(", ")


def test_writing_twice_gives_the_same_bytes_at_another_time(pack, tmp_path):
    results = mixed_run(pack)
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder, year in zip(folders, (2021, 2033), strict=True):
        folder.mkdir()
        with mock.patch("time.localtime", return_value=(year, 5, 1, 8, 0, 0, 0, 1, 0)):
            write_results(results, pack, folder)
    assert all_bytes(folders[0]) == all_bytes(folders[1])


def test_the_order_of_applications_in_a_run_changes_no_table(pack, tmp_path):
    results = mixed_run(pack)
    turned = results.model_copy(
        update={
            "applications": results.applications[::-1],
            "files": results.files[::-1],
            "sorting": Sorting(applications=results.sorting.applications[::-1], unsorted=()),
        }
    )
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder, data in zip(folders, (results, turned), strict=True):
        folder.mkdir()
        write_results(data, pack, folder)
    assert all_bytes(folders[0]) == all_bytes(folders[1])


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_never_becomes_a_formula_or_breaks_a_file(pack, tmp_path, text):
    bad = result(
        pack,
        "A-001",
        values={"enterprise_name": text, "product_name": text, "revenue.2020": text},
        findings=(finding("A-001", "E-STAMP-COVER", text, page=1),),
    )
    listed = result(pack, "A-002", values={"product_name": text, "product_revenue.2020": text})
    files = (source("box-1/scans/A-001.pdf", 4), source(f"box-1/scans/{text[:200]}.pdf", 1))
    write_results(run((bad, listed), files=files), pack, tmp_path)

    workbook = openpyxl.load_workbook(tmp_path / "recommendations.xlsx")
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type not in {"f", "e"}, (sheet.title, cell.coordinate)
                if isinstance(cell.value, str) and cell.value[:1] in tuple("=+-@"):
                    assert cell.quotePrefix and cell.number_format == "@"
                assert len(str(cell.value or "")) <= 32_767
    with zipfile.ZipFile(tmp_path / "recommendations.xlsx") as package:
        sheets = [n for n in package.namelist() if n.startswith("xl/worksheets/sheet")]
        assert not any(b"<f>" in package.read(name) for name in sheets)
    docx.Document(str(tmp_path / "notices" / "A-001.docx"))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    for name in COLUMNS:
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as table:
            for row in csv.reader(table):
                for value in row:
                    dangerous = value[:1] in tuple("=+-@\t\r\n＝＋－＠") and value[:1] != ""
                    assert not dangerous or value.lstrip("+-").replace(".", "").isdigit()


def test_codes_phones_and_registration_numbers_stay_text_in_the_workbook(pack, written):
    sheet = openpyxl.load_workbook(written / "recommendations.xlsx")["附件6"]
    header = [cell.value for cell in sheet[4]]
    for title in ("统一社会信用代码", "联系电话"):
        assert isinstance(sheet.cell(5, header.index(title) + 1).value, str)
    assert isinstance(sheet.cell(5, header.index("2020年产品销售收入（万元）") + 1).value, float)


def test_sheets_stand_in_the_order_an_office_expects(written):
    names = openpyxl.load_workbook(written / "recommendations.xlsx").sheetnames
    assert names == [
        "附件6", "附件7", "附件8", "附件9", "各区市县汇总", "缺失与问题", "待核对", "匹配情况",
        "一一对应核对", "线上未见纸质", "纸电差异", "进度", "办理进度", "办理记录", "逐条判定",
        "数据来源", "说明",
    ]  # fmt: skip


def test_every_sheet_prints_on_a4_one_page_wide_with_page_numbers(written):
    for sheet in openpyxl.load_workbook(written / "recommendations.xlsx"):
        assert int(sheet.page_setup.paperSize) == 9
        assert sheet.page_setup.fitToWidth == 1 and sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P" in sheet.oddFooter.center.text
        if sheet.title.startswith("附件"):
            assert sheet.page_setup.orientation == "landscape"
            assert sheet.print_title_rows == "$4:$4"


def test_no_annex_is_so_wide_that_its_print_cannot_be_read(pack):
    across = 147  # characters of 11-point text on A4 landscape between our margins
    for table in pack.tables:
        shrunk = min(1.0, across / sum(column.width for column in table.columns))
        assert 11 * shrunk >= 8, (table.annex, shrunk)


def test_charts_draw_one_series_for_each_column_and_name_it(written):
    sheet = openpyxl.load_workbook(written / "recommendations.xlsx")["进度"]
    counts = [len(chart.series) for chart in sheet._charts]
    assert counts == [2, 3]
    assert all(series.tx.strRef.f for chart in sheet._charts for series in chart.series)


def test_what_waits_for_review_stands_below_the_print_area(pack, tmp_path):
    waiting = result(
        pack,
        "A-001",
        values={"enterprise_name": "大连待核机械有限公司"},
        states={"uscc": FieldState.REVIEW},
    )
    write_workbook(run((waiting,)), pack, tmp_path / "w.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "w.xlsx")["附件6"]
    last_printed = int(str(sheet.print_area).rpartition("$")[2])
    rows = [c.row for row in sheet.iter_rows() for c in row if c.value == "大连待核机械有限公司"]
    assert rows and min(rows) > last_printed


def test_a_program_reads_back_every_value_as_it_was(pack, tmp_path):
    text = "=1+1\n第二行"
    write_tables(run((result(pack, values={"product_name": text}),)), pack, tmp_path)
    rows = {row["key"]: row for row in read_table(tmp_path / "fields.csv") if row["volume"]}
    assert rows["product_name"]["value"] == text
    assert rows["rd_ratio.2020"]["value"] == "-1.25"
    assert (rows["uscc"]["x0"], rows["uscc"]["y0"]) == ("300", "420.2")


def test_run_json_states_the_balance(pack, written, tmp_path):
    facts = json.loads((written / "run.json").read_text(encoding="utf-8"))
    counts = facts["counts"]
    assert facts["balance_holds"] is True
    assert counts["files"] == counts["files_read"] + counts["files_set_aside"]
    assert sum(facts["applications"].values()) == 12
    data = mixed_run(pack)
    lost = data.balance.model_copy(update={"pages_in_documents": data.balance.pages - 1})
    write_results(data.model_copy(update={"balance": lost}), pack, tmp_path)
    assert json.loads((tmp_path / "run.json").read_text("utf-8"))["balance_holds"] is False
    assert "账目不平衡" in (tmp_path / "report.html").read_text(encoding="utf-8")


# --- documents.csv -------------------------------------------------------------------------


@st.composite
def sortings(draw):
    """Pages of some files dealt out to documents of applications, to the unsorted, or lost."""
    sizes = draw(st.lists(st.integers(0, 7), min_size=1, max_size=4))
    pages = [
        PageRef(file=f"b/{n}.pdf", page=p) for n, s in enumerate(sizes) for p in range(1, s + 1)
    ]
    owners = [draw(st.sampled_from(["a", "b", "", "lost"])) for _ in pages]
    kinds = {}
    for ref, owner in zip(pages, owners, strict=True):
        kinds.setdefault((owner, draw(st.sampled_from(["patent", "other", "blank"]))), []).append(
            ref
        )
    documents = {
        key: Document(document_id=f"{key}", type=key[1], pages=tuple(refs), confidence=0.5)
        for key, refs in kinds.items()
    }
    applications = []
    for owner in ("a", "b"):
        base = application(owner, "sme", {})
        mine = tuple(d for (o, _), d in documents.items() if o == owner)
        volume = base.volumes[0].model_copy(update={"documents": mine})
        applications.append(base.model_copy(update={"volumes": (volume,)}))
    unsorted = tuple(d for (o, _), d in documents.items() if o == "")
    owner_of = {(r.file, r.page): o for r, o in zip(pages, owners, strict=True)}
    files = tuple(source(f"b/{n}.pdf", size) for n, size in enumerate(sizes))
    return files, Sorting(applications=tuple(applications), unsorted=unsorted), owner_of


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(sortings())
def test_every_page_of_every_file_stands_in_exactly_one_row(tmp_path_factory, case):
    files, sorting, owner_of = case
    folder = tmp_path_factory.mktemp("documents")
    write_tables(run((), files=files, sorting=sorting), programme_once(), folder)
    seen = Counter()
    for row in read_table(folder / "documents.csv"):
        for page in range(int(row["first_page"]), int(row["last_page"]) + 1):
            seen[row["file"], page] += 1
            expected = owner_of[row["file"], page]
            assert row["application_id"] == ("" if expected == "lost" else expected)
    assert seen == Counter({(f.file, p): 1 for f in files for p in range(1, f.pages + 1)})


_PACK = []


def programme_once():
    if not _PACK:
        _PACK.append(programme())
    return _PACK[0]


def test_a_document_over_two_files_has_a_row_for_each(pack, tmp_path):
    base = application("A-001", "sme", {})
    refs = (PageRef(file="b/1.pdf", page=3), PageRef(file="b/2.pdf", page=1))
    document = Document(document_id="d", type="audit_report", pages=refs, confidence=0.9)
    volume = base.volumes[0].model_copy(update={"documents": (document,)})
    sorting = Sorting(applications=(base.model_copy(update={"volumes": (volume,)}),), unsorted=())
    write_tables(run((), files=(), sorting=sorting), pack, tmp_path)
    rows = read_table(tmp_path / "documents.csv")
    assert [(r["file"], r["first_page"], r["last_page"]) for r in rows] == [
        ("b/1.pdf", "3", "3"), ("b/2.pdf", "1", "1"),
    ]  # fmt: skip


# --- notices -------------------------------------------------------------------------------


def words_of(content: bytes) -> str:
    return "\n".join(p.text for p in docx.Document(io.BytesIO(content)).paragraphs)


def test_only_those_with_findings_to_notify_get_a_letter(pack, tmp_path):
    told = result(
        pack, "A-001", findings=(finding("A-001", "E-STAMP-COVER", "封面未盖章", page=1),)
    )
    silent = result(pack, "A-002", findings=(finding("A-002", "E-STAMP-SEAM", "未见骑缝章"),))
    in_doubt = result(
        pack,
        "A-003",
        findings=(finding("A-003", "E-STAMP-COVER", "看不清有无印章", Severity.REVIEW, 1),),
    )
    clean = result(pack, "A-004")
    write_results(run((told, silent, in_doubt, clean)), pack, tmp_path)
    assert [path.name for path in sorted((tmp_path / "notices").iterdir())] == ["A-001.docx"]


def test_a_letter_says_what_where_what_to_do_and_by_when(pack, written):
    text = words_of((written / "notices" / "A-001.docx").read_bytes())
    deadline = pack.windows.district_deadline
    assert "大连星河第1精密机械制造有限公司：" in text
    assert "缺少2019年度审计报告。" in text
    assert "纸质材料第1册第1页" in text
    assert pack.defect("E-STAMP-COVER").advice in text
    assert f"{deadline.year}年{deadline.month}月{deadline.day}日前" in text
    assert "　　　　年　　月　　日" in text


def test_letters_name_the_gravest_first_and_nothing_twice(pack):
    same = finding("A-001", "E-STAMP-COVER", "封面未盖章", page=1)
    warning = finding("A-001", "E-PREREQ", "未查到称号", Severity.WARN)
    told = to_notify(result(pack, findings=(warning, same, same)), pack)
    assert [f.code for f in told] == ["E-STAMP-COVER", "E-PREREQ"]


def test_file_names_hold_nothing_that_leads_elsewhere():
    assert file_stem("../../etc/passwd\n=甲") == "______etc_passwd___"
    assert file_stem("A-001") == "A-001"
    assert file_stem("") == "_"


# --- answers.csv and scores.csv ------------------------------------------------------------


def judged_run(pack, judgement):
    base = result(pack, "a-1", "sme")
    return run((base.model_copy(update={"judgement": judgement}),), files=())


def test_every_answer_is_written_with_its_sources_and_its_basis(tmp_path):
    national_answers = judged()
    write_tables(judged_run(programme(), national_answers), programme(), tmp_path)
    rows = {row["rule"]: row for row in read_table(tmp_path / "answers.csv")}
    assert list(rows) == [item.rule for item in national_answers.results]
    row = rows["debt_ratio"]
    assert (row["outcome"], row["code"], row["status"]) == ("met", "E-RATIO", "proposed")
    assert "8000" in row["explanation"] and "÷" in row["explanation"]
    assert "liabilities.2020=8000@box/scans/a.pdf#1" in row["sources"].split("; ")
    assert "资产负债率" in row["sentence"]


def test_a_score_is_written_with_its_range_and_as_a_sheet_of_its_own(tmp_path):
    pack = national()
    run_ = judged_run(pack, applied({"main_revenue.2021": "9000", "revenue.2021": "10000"}))
    write_results(run_, pack, tmp_path)
    rows = {row["indicator"]: row for row in read_table(tmp_path / "scores.csv")}
    assert len(rows) == 14
    known, open_, total = rows["main_share_points"], rows["ip_points"], rows["total"]
    assert (known["points"], known["points_at_most"], known["state"]) == ("5", "5", "known")
    assert (open_["points"], open_["points_at_most"], open_["state"]) == ("0", "10", "open")
    assert (total["points"], total["points_at_most"], total["cap"]) == ("5", "100", "100")
    assert known["band"] == "≥80%"
    book = openpyxl.load_workbook(tmp_path / "recommendations.xlsx")
    sheet = book["评分表"]
    titles = [cell.value for cell in sheet[3]]
    first = dict(zip(titles, [cell.value for cell in sheet[4]], strict=True))
    listed = [cell.value for row in book["附件2"].iter_rows() for cell in row]
    assert "评价得分" in listed and "5至100" in listed
    assert (first["指标"], first["至少得分"], first["满分"]) == ("主营业务收入占比", 5, 5)
    assert "评分表" not in openpyxl.load_workbook(empty_book(tmp_path)).sheetnames


def empty_book(folder):
    (folder / "none").mkdir()
    write_results(run((), files=()), programme(), folder / "none")
    return folder / "none" / "recommendations.xlsx"


def test_the_row_of_a_table_leads_to_its_sources_and_each_value_back(written):
    workbook = openpyxl.load_workbook(written / "recommendations.xlsx")
    table, sources = workbook["附件6"], workbook["数据来源"]
    header = [cell.value for cell in table[4]]
    beside = next(cell for cell in table[5] if cell.value == "来源")
    assert beside.column > len(pack_columns("product"))  # not in the print area
    first = int(beside.hyperlink.location.rpartition("A")[2])
    titles = [source.value for source in sources[3]]
    cell = table.cell(5, header.index("统一社会信用代码") + 1)
    assert cell.hyperlink is None
    for row in range(first, first + 60):
        back = sources.cell(row, titles.index("用于") + 1)
        if back.value == f"附件6!{cell.coordinate}":
            assert back.hyperlink.location == f"'附件6'!{cell.coordinate}"
            assert sources.cell(row, titles.index("值") + 1).value == cell.value
            break
    else:
        pytest.fail("no source leads to the cell")
    assert all(h.target is None for sheet in workbook for h in sheet._hyperlinks)


def pack_columns(tier):
    return next(table for table in programme().tables if table.tier == tier).columns


def test_a_value_of_evidence_that_shares_its_name_with_a_field_is_no_year():
    assert programme().name_of("truth_statement.name") == "真实性声明：申报单位"
    assert programme().name_of("revenue.2020").endswith("（2020年）")


def test_a_row_is_high_enough_for_codes_that_do_not_break():
    sheet = openpyxl.Workbook().active
    code = "91210242628564590X"
    fit_row(sheet, 1, [(f"统一社会信用代码不一致：申报表{code}，执照{code}", 42)])
    fit_row(
        sheet, 2, [("统一社会信用代码不一致：申报表和执照各有一个代码不相同，请核对两个代码", 42)]
    )
    assert sheet.row_dimensions[1].height > sheet.row_dimensions[2].height
