import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from extractors.text.word import read_word


@pytest.fixture
def form(tmp_path):
    document = docx.Document()
    document.add_paragraph("辽宁省“专精特新”中小企业申报表")
    table = document.add_table(4, 4)
    table.cell(0, 0).text = "企业名称"
    table.cell(0, 1).merge(table.cell(0, 3)).text = "大连甲乙机械有限公司"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "法定代表人"
    table.cell(1, 1).text = "王甲"
    table.cell(1, 2).text = "电话"
    table.cell(2, 2).text = "手机"
    table.cell(3, 0).text = "企业规模"
    table.cell(3, 1).text = "□大型 ☑中型\n☐小型 ☐微型"
    path = tmp_path / "form.docx"
    document.save(path)
    return path


def test_merged_cells_keep_their_spans(form):
    cells = {cell.text: cell for cell in read_word(form).cells}
    assert cells["大连甲乙机械有限公司"].column_span == 3
    assert (cells["法定代表人"].row, cells["法定代表人"].row_span) == (1, 2)


def test_what_stands_beside_what_can_be_told_from_the_boxes(form):
    cells = {cell.text: cell for cell in read_word(form).cells}
    label, value = cells["企业名称"].box, cells["大连甲乙机械有限公司"].box
    assert label.x1 <= value.x0
    assert label.y0 == value.y0


def test_tick_glyphs_become_ticks_with_their_options(form):
    ticks = {tick.label: tick.ticked for tick in read_word(form).ticks}
    assert ticks == {"大型": False, "中型": True, "小型": False, "微型": False}


def test_every_text_of_a_cell_is_a_line_of_the_page(form):
    view = read_word(form)
    for cell in view.cells:
        assert "\n".join(view.lines[index].text for index in cell.lines) == cell.text


def test_a_tick_box_in_a_content_control_is_read(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph()
    paragraph._p.append(
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:r><w:t>☒</w:t></w:r></w:sdtContent></w:sdt>"
        )
    )
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>专业化</w:t></w:r>"))
    document.save(tmp_path / "control.docx")
    (tick,) = read_word(tmp_path / "control.docx").ticks
    assert (tick.label, tick.ticked) == ("专业化", True)


def test_a_wingdings_tick_is_read(tmp_path):
    document = docx.Document()
    run = document.add_paragraph().add_run()
    run._r.append(parse_xml(f'<w:sym {nsdecls("w")} w:font="Wingdings" w:char="F0FE"/>'))
    run._r.append(parse_xml(f"<w:t {nsdecls('w')}>精细化</w:t>"))
    document.save(tmp_path / "symbol.docx")
    (tick,) = read_word(tmp_path / "symbol.docx").ticks
    assert (tick.label, tick.ticked) == ("精细化", True)


def test_brackets_with_a_tick_or_with_nothing_in_them_are_boxes(tmp_path):
    document = docx.Document()
    document.add_paragraph("（√）专业化    （ ）精细化（　）特色化 (√) 创新化")
    document.save(tmp_path / "brackets.docx")
    ticks = {tick.label: tick.ticked for tick in read_word(tmp_path / "brackets.docx").ticks}
    assert ticks == {"专业化": True, "精细化": False, "特色化": False, "创新化": True}


def test_an_empty_file_is_a_blank_page(tmp_path):
    docx.Document().save(tmp_path / "empty.docx")
    view = read_word(tmp_path / "empty.docx")
    assert view.preparation.blank
    assert view.lines == ()
