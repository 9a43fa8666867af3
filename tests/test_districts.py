"""What each district sends on, and the bureau's own workbook filled."""

import io

import docx
import openpyxl
import pytest
from builders_out import mixed_run, programme, result, run
from openpyxl.styles import Border, Side

from pipeline.errors import InputError
from pipeline.results.districts import (
    district_stem,
    district_workbook,
    letter_of,
    of_district,
    write_districts,
)
from pipeline.results.template import fill_template

HOSTILE = '=HYPERLINK("http://evil.example","x")'


@pytest.fixture(scope="module")
def pack():
    return programme()


@pytest.fixture(scope="module")
def whole(pack):
    return mixed_run(pack, 24)


def texts(sheet):
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_each_district_with_papers_has_a_workbook_and_a_letter(pack, whole, tmp_path):
    write_districts(whole, pack, tmp_path)
    names = {r.district for r in whole.applications}
    assert {path.stem for path in (tmp_path / "districts").iterdir()} == names
    assert {path.stem for path in (tmp_path / "letters").iterdir()} == names


def test_a_district_sees_its_own_applications_and_no_others(pack, whole):
    names = sorted({r.district for r in whole.applications})
    for name in names[:3]:
        workbook = district_workbook(of_district(whole, name), pack, name)
        shown = "\n".join(text for sheet in workbook for text in texts(sheet))
        for r in whole.applications:
            there = r.application.enterprise_name + "\n" in shown + "\n"
            assert there == (r.district == name)


def test_an_application_of_unknown_district_goes_to_none(pack, tmp_path):
    lost = result(pack, "A-001", values={"district": "", "reg_address": "", "mail_address": ""})
    lost = lost.model_copy(update={"district": ""})
    write_districts(run((lost,)), pack, tmp_path)
    assert not list((tmp_path / "districts").iterdir())


def test_the_city_table_states_the_target_and_the_districts_does_not(pack, whole, tmp_path):
    from pipeline.results.workbook import write_workbook

    write_workbook(whole, pack, tmp_path / "city.xlsx")
    city = openpyxl.load_workbook(tmp_path / "city.xlsx")
    for annex, quota in ((6, 80), (7, 60), (8, 40), (9, 200)):
        assert any(f"全市目标{quota}户（项）" in text for text in texts(city[f"附件{annex}"]))
    name = whole.applications[0].district
    own = district_workbook(of_district(whole, name), pack, name)
    assert not any("全市目标" in text for text in texts(own["附件6"]))
    assert any(f"填报单位（盖章）：{name}" in text for text in texts(own["附件6"]))


def test_the_letter_counts_what_its_tables_list(pack, whole):
    name = "中山区"
    own = of_district(whole, name)
    letter = docx.Document(io.BytesIO(letter_of(own, pack, name)))
    text = "\n".join(paragraph.text for paragraph in letter.paragraphs)
    assert f"共受理申报材料{len(own.applications)}份" in text
    listed = sum(r.state.value == "recommended" for r in own.applications)
    assert f"推荐专精特新产品{listed}项" in text
    assert f"{name}中小企业主管部门（盖章）" in text
    assert pack.issuer in text


def test_a_district_name_leads_to_no_other_place():
    assert district_stem("../../中山区\n") == "______中山区_"
    assert district_stem("") == "_"


# --- the bureau's own workbook ------------------------------------------------------------


def template(path, titles, *, rows=2, below="填表人："):
    """A sheet with a title, a header of these columns, empty ruled rows and a line below."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["A1"] = "我局的汇总表"
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(titles))
    thin = Side(style="thin")
    for column, title in enumerate(titles, start=1):
        sheet.cell(3, column, title)
        for row in range(4, 4 + rows):
            sheet.cell(row, column).border = Border(thin, thin, thin, thin)
    last = 4 + rows
    sheet.cell(last, 1, below)
    sheet.merge_cells(start_row=last, start_column=1, end_row=last, end_column=3)
    workbook.save(path)
    return path


TITLES = ("序号", "我局编号", "企业名称", "统一社会信用代码", "产品（技术）名称", "所属行业",
          "联系人", "联系电话", "备注")  # fmt: skip


def products(pack, count, **values):
    return run(tuple(result(pack, f"A-{n:03}", values=values) for n in range(count)))


def test_rows_come_under_their_titles_whatever_the_order(pack, tmp_path):
    path = template(tmp_path / "t.xlsx", TITLES[::-1])
    fill_template(products(pack, 2), pack, path, tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    header = [cell.value for cell in sheet[3]]
    row = dict(zip(header, (cell.value for cell in sheet[4]), strict=True))
    assert row["序号"] == 1 and row["我局编号"] is None
    assert isinstance(row["统一社会信用代码"], str) and isinstance(row["联系电话"], str)
    assert row["企业名称"] in {
        r.application.enterprise_name for r in products(pack, 1).applications
    }


def test_what_stands_below_moves_down_where_rows_need_the_room(pack, tmp_path):
    path = template(tmp_path / "t.xlsx", TITLES)
    fill_template(products(pack, 7), pack, path, tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [sheet.cell(row, 1).value for row in range(4, 12)] == [1, 2, 3, 4, 5, 6, 7, "填表人："]
    assert "A11:C11" in [area.coord for area in sheet.merged_cells.ranges]
    assert sheet.cell(10, 4).border.left.style == "thin"


def test_nothing_of_ours_becomes_a_formula_in_the_template(pack, tmp_path):
    path = template(tmp_path / "t.xlsx", TITLES)
    data = products(pack, 1, enterprise_name=HOSTILE, product_name="=1+1", contact="@SUM(A1)")
    fill_template(data, pack, path, tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    for cell in sheet[4]:
        assert cell.data_type not in {"f", "e"}
        if isinstance(cell.value, str):
            assert cell.quotePrefix and cell.number_format == "@"


def test_a_template_without_our_columns_or_no_workbook_is_an_error_that_says_so(pack, tmp_path):
    alien = template(tmp_path / "alien.xlsx", ("甲", "乙", "丙", "丁"))
    with pytest.raises(InputError, match="columns"):
        fill_template(products(pack, 1), pack, alien, tmp_path / "out.xlsx")
    (tmp_path / "bad.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(InputError):
        fill_template(products(pack, 1), pack, tmp_path / "bad.xlsx", tmp_path / "out.xlsx")
