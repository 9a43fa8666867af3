"""Page text compared between paper and electronic copy, and the auditor's page."""

import re

import numpy as np
import pytest
from builders_out import mixed_run, programme
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from extractors.page import (
    Box,
    Cell,
    Line,
    PagePreparation,
    PageView,
    Quality,
    Seal,
    TextSource,
)
from pipeline.comparison.command import write_comparison
from pipeline.comparison.effects import Effect, Effects, weight
from pipeline.comparison.form_text import passage_differences
from pipeline.comparison.gather import Compared, Item, Side, nothing_found
from pipeline.comparison.page import comparison_page, word_row
from pipeline.comparison.page_text import placed_differences
from pipeline.comparison.pages import text_differences
from pipeline.comparison.pairing import pair_pages
from pipeline.errors import InputError
from pipeline.ledger import Entry, Ledger, Status
from pipeline.originals import Original, Originals
from pipeline.publish import sha256_of
from pipeline.records import DifferenceKind, Medium, PageRef
from pipeline.results import write_results
from pipeline.settings import Settings

TEXT = (
    "企业及产品简介",
    "企业名称：大连星河精密机械制造有限公司",
    "产品名称：高精度数控回转工作台",
    "本公司成立于2009年，专业从事回转工作台的研发和制造。",
    "2020年实现营业收入12205000元，同比增长16%。",
    "产品已通过ISO9001质量管理体系认证，省内市场占有率第1位。",
    "主要客户包括造船、风电及轨道交通企业。",
)
PAPER = PageRef(file="box/scans/a.pdf", page=3)


def line(text, row, *, x=200.0, shift=0.0, scale=1.0, confidence=0.99, rivals=None):
    x0, y0 = x * scale + shift, (200 + 60 * row) * scale + shift
    x1, y1 = x0 + 26 * len(text) * scale, y0 + 30 * scale
    quad = (x0, y0, x1, y0, x1, y1, x0, y1)
    return Line(text=text, quad=quad, confidence=confidence, engine="test", rivals=rivals)


def page(*lines, seals=(), cells=(), source=TextSource.OCR):
    preparation = PagePreparation(
        width=1654, height=2339, dpi=200, rotation=0, skew=0.0, blank=False,
        blank_confidence=1.0, colour=True, quality=Quality.GOOD,
    )  # fmt: skip
    return PageView(
        preparation=preparation, text_source=source, lines=lines, seals=seals, cells=cells
    )


def whole(texts=TEXT, **how):
    return page(*(line(text, row, **how) for row, text in enumerate(texts)))


def changed(row, before, after):
    return tuple(text.replace(before, after) if at == row else text for at, text in enumerate(TEXT))


@pytest.mark.parametrize(("shift", "scale"), [(0, 1.0), (35, 1.0), (-60, 1.04), (20, 0.93)])
def test_the_same_text_shifted_and_scaled_is_no_difference(shift, scale):
    assert text_differences(whole(shift=shift, scale=scale), whole()) == ()


def test_spaces_widths_and_punctuation_are_no_difference():
    other = tuple(text.replace("，", ", ").replace("：", ":") for text in TEXT)
    assert text_differences(whole(), whole(other)) == ()


def test_lines_that_are_parted_otherwise_are_no_difference():
    parted = [line(text, row) for row, text in enumerate(TEXT) if row != 3]
    parted += [line(TEXT[3][:10], 3), line(TEXT[3][10:], 3, x=200 + 26 * 10)]
    assert text_differences(page(*parted), whole()) == ()


def test_another_figure_that_was_read_surely_is_of_content():
    (found,) = text_differences(whole(), whole(changed(4, "12205000", "13205000")))
    assert found.kind is DifferenceKind.CONTENT
    assert "12205000" in found.paper and "13205000" in found.electronic
    assert found.paper_box is not None and found.electronic_box is not None


def test_another_figure_that_was_read_with_doubt_is_of_reading():
    (found,) = text_differences(whole(confidence=0.7), whole(changed(4, "12205000", "13205000")))
    assert found.kind is DifferenceKind.READING


def test_a_figure_that_the_pixels_would_bear_as_well_is_of_reading():
    paper = whole(rivals=(("2", "3"),))
    (found,) = text_differences(paper, whole(changed(4, "12205000", "13205000")))
    assert found.kind is DifferenceKind.READING


def test_what_lies_under_a_stamp_is_of_reading():
    stamp = Seal(x=400, y=455, radius=120, colour="red", confidence=0.9)
    paper = whole().model_copy(update={"seals": (stamp,)})
    (found,) = text_differences(paper, whole(changed(4, "12205000", "13205000")))
    assert found.kind is DifferenceKind.READING


def test_a_clause_that_only_the_file_has_is_of_content():
    longer = changed(6, "企业。", "企业，并出口到欧洲和东南亚各国。")
    (found,) = text_differences(whole(), whole(longer))
    assert found.kind is DifferenceKind.CONTENT


def test_a_line_that_only_the_file_has_is_of_content():
    (found,) = text_differences(whole(TEXT[:6]), whole())
    assert (found.kind, found.paper) == (DifferenceKind.CONTENT, "")


def test_stamps_and_short_notes_on_paper_are_no_difference():
    noted = page(
        *(line(text, row) for row, text in enumerate(TEXT)),
        line("第3页", 20),
        line("大连星河精密机械制造有限公司", 12, x=900, confidence=0.6),
    )
    assert text_differences(noted, whole()) == ()


def test_a_change_that_moves_the_rest_of_a_paragraph_is_one_difference():
    first = ("我公司专业从事回转工作台", "的研发制造多年，客户遍及", "国内各地的造船企业和风电")
    second = ("我公司专业从事回转数控工", "作台的研发制造多年，客户", "遍及国内各地造船企业风电")

    def laid(rows):
        above = [line(text, row) for row, text in enumerate(TEXT[:4])]
        quads = [line(text, 6).quad for text in rows]
        below = []
        for at, (text, quad) in enumerate(zip(rows, quads, strict=True)):
            down = 34 * at
            moved = tuple(part + (down if place % 2 else 0) for place, part in enumerate(quad))
            below.append(Line(text=text, quad=moved, confidence=0.99, engine="test"))
        return page(*above, *below)

    assert len(text_differences(laid(first), laid(second))) == 1


def test_pages_that_have_little_in_common_are_not_laid_on_each_other():
    assert placed_differences(whole(), whole(("甲乙丙丁戊", "己庚辛壬癸"))) is None


@settings(max_examples=40, deadline=None)
@given(
    st.integers(-80, 80),
    st.floats(0.9, 1.1),
    st.integers(3, len(TEXT) - 1),
    st.sampled_from("123456789"),
)
def test_a_planted_figure_is_found_wherever_the_page_lies(shift, scale, row, figure):
    text = TEXT[row] + "编号" + figure
    other = TEXT[row] + "编号" + str((int(figure) + 1) % 10)
    one = (*TEXT[:row], text, *TEXT[row + 1 :])
    two = (*TEXT[:row], other, *TEXT[row + 1 :])
    found = text_differences(whole(one, shift=shift, scale=scale), whole(two))
    assert [difference.kind for difference in found] == [DifferenceKind.CONTENT]
    assert text_differences(whole(one, shift=shift, scale=scale), whole(one)) == ()


def otherwise(texts=TEXT[3:]):
    """The same sentences on the paper form of the office: other labels, rows and sections."""
    running = "".join(texts)
    rows = [running[at : at + 20] for at in range(0, len(running), 20)]
    laid = ["企业简介", "单位名称：", TEXT[1][5:], "主导产品：", TEXT[2][5:], "一、基本情况", *rows,
            "二、发展规划", "今后公司将继续走专业化、精细化发展之路。"]  # fmt: skip
    return page(*(line(text, row) for row, text in enumerate(laid)))


def test_the_same_sentences_in_another_layout_are_no_difference():
    assert text_differences(otherwise(), whole()) == ()


@pytest.mark.parametrize(
    ("row", "before", "after"),
    [(3, "2009", "2006"), (4, "16%", "61%"), (5, "第1位", "第3位"), (2, "回转", "旋转式"),
     (6, "轨道交通", "航空航天")],
)  # fmt: skip
def test_what_was_changed_in_another_layout_is_of_content(row, before, after):
    (found,) = text_differences(otherwise(), whole(changed(row, before, after)))
    assert found.kind is DifferenceKind.CONTENT and after in found.electronic
    assert found.paper_box is not None


def test_a_sentence_of_the_file_that_stands_nowhere_on_the_paper_is_told():
    longer = (*TEXT, "公司2020年获得辽宁省科学技术进步奖一等奖。")
    (found,) = text_differences(otherwise(), whole(longer))
    assert (found.kind, found.paper) == (DifferenceKind.CONTENT, "")
    elsewhere = "公司2020年获得辽宁省科学技术进步奖一等奖"
    assert text_differences(otherwise(), whole(longer), elsewhere) == ()


def test_a_point_that_was_passed_over_is_of_reading():
    own = tuple(text.replace("12205000元", "122.05万元") for text in TEXT)
    lost = tuple(text.replace("122.05", "12205") for text in own)
    (found,) = text_differences(whole(lost), whole(own))
    assert found.kind is DifferenceKind.READING


def test_pages_are_paired_by_what_they_say():
    one, two = PageRef(file="p", page=1), PageRef(file="p", page=2)
    a, b = PageRef(file="e", page=1), PageRef(file="e", page=2)
    other = tuple(f"第{n}条 本标准规定了回转工作台的试验方法{n}" for n in range(8))
    pairs = pair_pages({one: whole(other), two: whole()}, {a: whole(), b: page(line("短", 1))})
    assert [(pair.paper, pair.electronic) for pair in pairs] == [(two, a)]


def test_a_passage_of_the_word_form_outside_of_its_fields_is_compared():
    promise = "我单位承诺所填内容真实有效，近3年未发生重大安全事故。"
    word = page(line(promise.replace("3年", "2年"), 1), source=TextSource.WORD)
    paper = {PAPER: page(line(promise, 1))}
    ((ref, found),) = passage_differences(paper, word, ())
    assert (ref, found.kind) == (PAPER, DifferenceKind.CONTENT)
    assert passage_differences(paper, page(line(promise, 1)), ()) == []
    fields = (promise.replace("3年", "2年"),)
    assert passage_differences(paper, word, fields) == []  # a field's difference is told as such


# --- ranking ------------------------------------------------------------------------------


def test_what_changes_identity_ranks_before_rules_and_tables():
    effects = Effects(programme())
    name, revenue = effects.of("enterprise_name", "sme"), effects.of("revenue.2020", "sme")
    assert name[0] is Effect.IDENTITY
    assert Effect.TABLE in revenue and Effect.IDENTITY not in revenue
    assert effects.of("postcode", "sme") == ()
    assert weight(name) > weight((Effect.GATE, Effect.TABLE)) > weight((Effect.TABLE,)) > 0


# --- the page ------------------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


def compared(text, ref=None, box=None):
    sides = (
        Side(medium=Medium.PAPER, text=text, ref=ref, box=box, confidence="0.98"),
        Side(medium=Medium.ELECTRONIC, text=text + "2"),
        Side(medium=Medium.ONLINE, text=""),
    )
    items = tuple(
        Item(title=text, kind=kind, effects=(Effect.TABLE,), sides=sides) for kind in DifferenceKind
    )
    return Compared(
        application_id="A001",
        enterprise_name=text,
        tier="产品",
        items=items,
        pages=1,
        media=(Medium.PAPER,),
    )


def test_no_text_from_paper_becomes_markup_and_nothing_is_loaded():
    html = comparison_page([compared(HOSTILE)], Originals({}, {}), programme(), note=HOSTILE)
    assert "<script" not in html and "<img" not in html and "49" not in re.sub(r"#\w+", "", html)
    assert "default-src 'none'" in html
    assert not re.search(r"""(?:src|href)=["']?(?:https?:|//|file:)""", html)


def test_a_crop_is_shown_only_while_the_original_is_what_was_read(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(np.full((2339, 1654, 3), 200, np.uint8)).save(path, dpi=(200, 200))
    box = Box(x0=100, y0=100, x1=300, y1=130)

    def originals():
        return Originals(
            {PAPER.file: Original(path, digest, "image/png")},
            {PageRef(file=PAPER.file, page=1): whole()},
        )

    digest = sha256_of(path)
    ref = PageRef(file=PAPER.file, page=1)
    html = comparison_page([compared("值", ref, box)], originals(), programme())
    assert "data:image/jpeg;base64," in html
    Image.fromarray(np.full((2339, 1654, 3), 90, np.uint8)).save(path, dpi=(200, 200))
    assert originals().crop(ref, box) is None
    path.unlink()
    assert originals().crop(ref, box) is None


def test_a_word_value_is_shown_in_the_row_of_its_table():
    def cell(column, text, row=0):
        return Cell(
            table=0, row=row, column=column, row_span=1, column_span=1, text=text,
            box=Box(x0=100 * column, y0=100 + 40 * row, x1=100 * column + 100, y1=140 + 40 * row),
        )  # fmt: skip

    view = page(cells=(cell(0, "邮编"), cell(1, "116000"), cell(0, "电话", 1)))
    row = word_row(view, Box(x0=110, y0=105, x1=160, y1=130))
    assert [(one.text, one.meant) for one in row] == [("邮编", False), ("116000", True)]
    assert word_row(view, Box(x0=900, y0=900, x1=950, y1=950)) == []


def test_agreement_is_said_only_of_what_stands_on_two_media():
    alone = compared("甲").model_copy(update={"items": ()})
    both = alone.model_copy(update={"media": (Medium.PAPER, Medium.ELECTRONIC)})
    assert nothing_found([]) == nothing_found([alone]) == "没有可以相互比对的材料。"
    assert nothing_found([both]) == "未发现差异。"
    assert "1 项只有一方材料" in nothing_found([both, alone])
    assert nothing_found([both, compared("甲")]) == ""
    assert "没有可以相互比对的材料。" in comparison_page([alone], Originals({}, {}), programme())


# --- the command --------------------------------------------------------------------------


def test_results_without_their_ledger_are_compared_without_crops_and_that_is_said(tmp_path):
    pack = programme()
    out = tmp_path / "june"
    out.mkdir()
    write_results(mixed_run(pack), pack, out)
    said = write_comparison(out, Settings(), pack)
    assert "没有原件截图" in said and "内容不同" in said
    html = (tmp_path / "june-compare.html").read_text("utf-8")
    assert "1220.50" in html and "没有原件截图" in html
    assert not list(out.glob("*.html")) or [p.name for p in out.glob("*.html")] == ["report.html"]


def test_one_application_is_compared_alone_and_an_unknown_one_is_an_error(tmp_path):
    pack = programme()
    out = tmp_path / "june"
    out.mkdir()
    write_results(mixed_run(pack), pack, out)
    page_file = tmp_path / "one.html"
    said = write_comparison(out, Settings(), pack, application="A-002", page=page_file)
    assert "A-002" in said and "A-006" not in said
    html = page_file.read_text("utf-8")
    assert 'id="A-002"' in html and "A-006" not in html
    with pytest.raises(InputError, match="A-999"):
        write_comparison(out, Settings(), pack, application="A-999")


def test_the_ledger_gives_the_newest_finished_entry_of_a_unit(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        ledger.put([Entry("1" * 64, "read", "a#1", Status.DONE, b"old")])
        ledger.put([Entry("2" * 64, "read", "a#1", Status.DONE, b"new")])
        ledger.put([Entry("3" * 64, "read", "a#1", Status.FAILED, b"failed")])
        ledger.put([Entry("4" * 64, "clean", "a#1", Status.DONE, b"other")])
        found = ledger.latest("read", ["a#1", "b#1"])
    assert {unit: entry.result for unit, entry in found.items()} == {"a#1": b"new"}
