"""Kinds of documents are told by their titles, and their values found on them."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from form_views import Sheet
from hypothesis import assume, given
from hypothesis import strategies as st

from extractors.documents.classify import classify
from extractors.documents.facts import find_facts
from extractors.documents.numbers import document_number
from extractors.documents.owners import name_likeness, named_on, names_it, same_code
from extractors.documents.spec import DocumentSpec, FactSpec
from extractors.documents.sums import Entry, borne_out
from extractors.page import Box
from extractors.values.kinds import FieldKind


def fact(key: str, kind: FieldKind, *labels: str, role: str = "") -> FactSpec:
    return FactSpec(key=key, labels=labels, kind=kind, role=role)


LICENCE = DocumentSpec(
    type="business_licence",
    titles=("营业执照",),
    words=("统一社会信用代码", "登记机关", "经营范围"),
    fields=(
        fact("uscc", FieldKind.USCC, "统一社会信用代码", role="number"),
        fact("name", FieldKind.NAME, "名称", role="owner"),
        fact("type", FieldKind.TEXT, "类型"),
        fact("legal_rep", FieldKind.PERSON, "法定代表人"),
        fact("capital", FieldKind.MONEY, "注册资本"),
        fact("scope", FieldKind.TEXT, "经营范围"),
        fact("address", FieldKind.TEXT, "住所"),
        fact("authority", FieldKind.TEXT, "登记机关"),
    ),
)
PATENT = DocumentSpec(
    type="patent",
    titles=("发明专利证书", "实用新型专利证书"),
    words=("专利号", "专利权人"),
    fields=(
        fact("number", FieldKind.TEXT, "专利号", role="number"),
        fact("owner", FieldKind.NAME, "专利权人", role="owner"),
        fact("granted", FieldKind.DATE, "授权公告日", role="issued"),
        fact("kind", FieldKind.TEXT, "专利类型"),
    ),
)
AUDIT = DocumentSpec(
    type="audit_report",
    titles=("审计报告",),
    words=("资产负债表", "利润表", "我们审计了"),
    fields=(
        fact("firm", FieldKind.TEXT, "会计师事务所"),
        fact("client", FieldKind.NAME, "被审计单位", role="owner"),
        fact("year", FieldKind.INTEGER, "审计年度"),
        fact("revenue", FieldKind.MONEY, "营业收入", role="amount"),
        fact("assets", FieldKind.MONEY, "资产总计", role="amount"),
        fact("net_profit", FieldKind.MONEY, "净利润", role="amount"),
    ),
)
CERTIFICATE = DocumentSpec(
    type="system_certificate",
    titles=("质量管理体系认证证书",),
    fields=(
        fact("valid_from", FieldKind.DATE, "发证日期", role="valid_from"),
        fact("valid_to", FieldKind.DATE, "有效期至", role="valid_to"),
    ),
)
FORM = DocumentSpec(
    type="application_form", variant="sme", titles=("辽宁省“专精特新”中小企业申报表",)
)
STATEMENT = DocumentSpec(type="truth_statement", titles=("真实性声明",), words=("郑重声明",))
SPECS = (FORM, LICENCE, PATENT, AUDIT, CERTIFICATE, STATEMENT)


def facts(spec: DocumentSpec, *sheets: Sheet) -> dict[str, str]:
    return {value.key: value.raw for value in find_facts([s.view() for s in sheets], spec)}


# --- kinds ---


def test_a_value_of_two_lines_stands_whole_beside_a_label_set_to_its_middle():
    conclusion = fact("conclusion", FieldKind.TEXT, "结论")
    spec = DocumentSpec(type="novelty_report", titles=("查新报告",), fields=(conclusion,))
    sheet = Sheet().write("3", 210, 778, size=40).write("结论", 423, 773, size=48)
    sheet.write("在检索范围内，未见与上述", 647, 757, size=36)
    sheet.write("查新点相同的公开报道，本项目具有新颖性。", 647, 802, size=36)
    found = facts(spec, sheet)["conclusion"]
    assert found.endswith("本项目具有新颖性。")


def test_the_name_printed_beneath_a_stamp_goes_before_the_ring_of_the_stamp():
    issuer = fact("issuer", FieldKind.TEXT, "出具单位")
    spec = DocumentSpec(type="market_share_proof", titles=("市场占有率证明",), fields=(issuer,))
    sheet = Sheet().write("市场占有率证明", 550, 254, size=60)
    sheet.write("北方精密零部件产业促进会", 1000, 1000).seal(
        1200, 1060, text="北方精密零部件产促进会"
    )
    assert facts(spec, sheet)["issuer"] == "北方精密零部件产业促进会"


def test_the_front_of_a_title_is_no_label_of_a_figure():
    share = fact("share", FieldKind.PERCENT, "市场占有率", "市场份额")
    spec = DocumentSpec(type="market_share_proof", titles=("市场占有率情况证明",), fields=(share,))
    sheet = Sheet().write("市场占有率情况证明", 550, 254, size=60)
    sheet.write("企业名称", 360, 494, size=40).write("市场份额", 1222, 494, size=40)
    sheet.write("大连某某有限公司", 265, 591, size=40).write("17.08%", 1229, 591, size=40)
    assert facts(spec, sheet)["share"] == "17.08%"


def test_a_text_that_another_columns_line_was_mixed_into_is_doubted():
    def scope(middle: str) -> tuple[str, ...]:
        sheet = Sheet().write("营业执照", 600, 200, size=60)
        sheet.write("住所：大连市西岗区沈阳路67号", 200, 500)
        sheet.write(f"经营范围：催化剂的研发、生{middle}产、销售", 200, 700)
        return next(v for v in find_facts([sheet.view()], LICENCE) if v.key == "scope").doubts

    assert not scope("")
    assert "住所" in scope(".住所大连市西岗区沈阳路67号")[0]


def test_a_title_names_the_kind():
    sheet = Sheet().write("营 业 执 照", 700, 200, size=60).write("名称 大连某某有限公司", 100, 400)
    guess = classify(sheet.view(), SPECS)
    assert (guess.type, guess.starts) == ("business_licence", True)


def test_a_title_over_two_lines_with_a_misread_character_still_names_the_kind():
    sheet = (
        Sheet()
        .write("辽宁省“专精特新”", 500, 500, size=60)
        .write("中小企业申报麦", 520, 620, size=60)
    )
    guess = classify(sheet.view(), SPECS)
    assert (guess.type, guess.variant) == ("application_form", "sme")


def test_a_title_set_wide_names_the_kind_though_each_sign_seems_to_stand_in_a_cell():
    sheet = Sheet().table([list("实用新型专利证书")], widths=[50] * 8, y=250)
    sheet.write("一种数控机床的主轴", 300, 700)
    assert classify(sheet.view(), SPECS).type == "patent"


def test_a_label_in_a_table_is_no_title():
    sheet = Sheet().table([["真实性声明", "本企业郑重声明所填内容属实。"]], y=200, height=300)
    assert not classify(sheet.view(), SPECS).starts


def test_a_sentence_that_names_a_kind_is_no_title():
    sheet = Sheet().write(
        "请申报企业在提交材料时附上加盖公章的营业执照复印件一份并按顺序装订", 100, 300
    )
    assert classify(sheet.view(), SPECS).type == ""


def test_a_list_of_contents_is_of_no_kind_of_evidence():
    sheet = Sheet().write("佐证材料目录", 650, 200, size=44)
    for number, title in enumerate(["真实性声明", "营业执照", "审计报告", "发明专利证书"], start=1):
        sheet.write(f"{number}. {title}", 200, 300 + 60 * number)
    assert classify(sheet.view(), SPECS).type == "other"


def test_words_name_the_kind_of_a_page_without_a_title():
    sheet = Sheet().write("后附资产负债表与利润表，我们审计了上述报表。", 100, 600)
    guess = classify(sheet.view(), SPECS)
    assert (guess.type, guess.starts) == ("audit_report", False)


def test_an_empty_page_is_of_no_kind():
    assert classify(Sheet().view(), SPECS).type == ""


# --- values ---


def test_a_licence_is_read_without_colons_in_two_columns():
    sheet = Sheet().write("统一社会信用代码", 150, 200).write("91210200716996405L", 150, 260)
    sheet.write("名称", 150, 500).write("大连某某机械有限公司", 400, 500)
    sheet.write("注册资本500万元整", 1000, 500)
    sheet.write("法定代表人", 150, 600).write("张三", 400, 600)
    sheet.write("经营范围", 150, 700).write("机械设备的研发、制造、销售；", 400, 700)
    sheet.write("住", 1000, 700).write("所 大连市西岗区黄河路1号", 1130, 700)
    sheet.write("技术咨询", 400, 742)
    found = facts(LICENCE, sheet)
    assert found["name"] == "大连某某机械有限公司"
    assert found["capital"] == "500万元整"
    assert found["legal_rep"] == "张三"
    assert found["scope"] == "机械设备的研发、制造、销售；技术咨询"
    assert found["address"] == "大连市西岗区黄河路1号"
    assert found["uscc"] == "91210200716996405L"


def test_the_frame_around_a_certificate_is_no_cell():
    sheet = Sheet()
    for number, text in enumerate(
        ["营业执照", "名称", "类型", "法定代表人", "住所", "登记机关", "注册资本"]
    ):
        sheet.write(text, 200, 200 + 200 * number)
    sheet.write("大连某某有限公司", 450, 400)
    rows = [["".join("")]]
    sheet.table(rows, x=60, y=60, widths=[1530], height=2200)
    sheet.cells[-1] = sheet.cells[-1].model_copy(update={"lines": tuple(range(len(sheet.lines)))})
    assert facts(LICENCE, sheet)["name"] == "大连某某有限公司"


def test_the_stamp_tells_the_authority_where_its_name_cannot_be_read():
    sheet = Sheet().write("营业执照", 600, 200).seal(1200, 1900, text="某某市市场监督管理局")
    values = {value.key: value for value in find_facts([sheet.view()], LICENCE)}
    assert values["authority"].raw == "某某市市场监督管理局"
    assert values["authority"].place_confidence < 0.88  # a person looks


def test_a_patent_tells_its_class_by_its_title_and_its_number_by_its_form():
    sheet = (
        Sheet().write("实用新型专利证书", 500, 300, size=60).write("ZL 201920123456.7", 300, 700)
    )
    sheet.write("专利权人：大连某某有限公司", 150, 800)
    found = facts(PATENT, sheet)
    assert found["kind"] == "实用新型专利"
    assert found["number"] == "ZL 201920123456.7"
    assert found["owner"] == "大连某某有限公司"


def test_an_audit_report_takes_this_years_column():
    sheet = Sheet().write("利润表", 700, 200).write("2020年度", 700, 260)
    sheet.table(
        [
            ["项目", "行次", "上期金额", "本期金额"],
            ["一、营业收入", "1", "17,145,289.68", "22,619,519.07"],
            ["四、净利润", "14", "1,274,010.27", "1,725,457.20"],
        ]
    )
    found = facts(AUDIT, sheet)
    assert found["revenue"] == "22,619,519.07"
    assert found["net_profit"] == "1,725,457.20"
    assert found["year"] == "2020"


def test_an_audit_report_without_column_heads_puts_this_year_first():
    sheet = Sheet().write("资产总计", 150, 600)
    sheet.write("16,437,337.75", 800, 600).write("15,000,000.00", 1200, 600)
    assert facts(AUDIT, sheet)["assets"] == "16,437,337.75"


def found_values(spec, *sheets):
    return {value.key: value for value in find_facts([sheet.view() for sheet in sheets], spec)}


def income(*figures):
    labels = ("一、营业收入", "其中：主营业务收入", "减：营业成本", "研发费用", "二、营业利润")
    return Sheet().table([[label, figure] for label, figure in zip(labels, figures, strict=True)])


def test_figures_that_come_to_a_total_to_the_cent_bear_each_other_out():
    sheet = income("10,240,287.08", "9,721,212.53", "6,745,803.49", "730,481.45", "2,764,002.14")
    found = found_values(AUDIT, sheet)
    assert found["revenue"].adds_up


def test_one_misread_digit_bears_nothing_out():
    sheet = income("10,240,287.08", "9,721,212.53", "6,745,808.49", "730,481.45", "2,764,002.14")
    assert not found_values(AUDIT, sheet)["revenue"].adds_up


def test_round_figures_come_to_each_other_by_chance_and_bear_nothing_out():
    column = [Entry("", Decimal(amount), line) for line, amount in enumerate((3000, 2000, 5000))]
    assert not borne_out(column)


@given(
    st.lists(st.integers(10_000, 10**11), min_size=2, max_size=6),
    st.data(),
)
def test_no_figure_with_a_wrong_digit_is_ever_borne_out(cents, data):
    column = [*cents, sum(cents)]
    wrong = data.draw(st.integers(0, len(cents)))
    digits = list(str(column[wrong]))
    at = data.draw(st.integers(0, len(digits) - 1))
    digits[at] = data.draw(st.sampled_from([d for d in "123456789" if d != digits[at]]))
    column[wrong] = int("".join(digits))
    entries = [Entry("", Decimal(amount) / 100, line) for line, amount in enumerate(column)]
    others = [amount for place, amount in enumerate(column) if place != wrong]
    reached = {
        sum(sign * amount for sign, amount in zip(signs, others, strict=True))
        for signs in product((-1, 0, 1), repeat=len(others))
    }
    assume(column[wrong] not in reached)
    assert wrong not in borne_out(entries)


def test_an_audit_firm_is_known_by_its_name_standing_alone_with_its_branch():
    sheet = Sheet().write("审计报告", 700, 200).write("我们审计了后附的财务报表。", 200, 400)
    sheet.write("中睿会计师事务所（特殊普通合伙）", 800, 1300).write("大连分所", 960, 1345)
    assert facts(AUDIT, sheet)["firm"] == "中睿会计师事务所（特殊普通合伙）大连分所"


def test_two_firms_on_one_report_are_a_doubt():
    sheet = Sheet().write("审计报告", 700, 200)
    sheet.write("中诚会计师事务所", 700, 300, confidence=0.995).write("中铖会计师事务所", 800, 1300)
    assert find_facts([sheet.view()], AUDIT)[0].doubts


def test_only_last_years_figure_is_not_taken_for_this_years():
    sheet = Sheet().table(
        [["项目", "期末余额", "期初余额"], ["资产总计", "", "15,000,000.00"]],
        widths=[400, 400, 400],
    )
    assert facts(AUDIT, sheet).get("assets", "") == ""


def test_a_balance_sheet_in_two_halves_takes_this_year_in_each_half():
    sheet = Sheet()
    xs = (100, 350, 600, 850, 1100, 1350)
    heads = ("资产", "期末余额", "年初余额", "负债和权益", "期末余额", "年初余额")
    row = ("资产总计", "9,500.00", "8,100.00", "负债和权益总计", "9,500.00", "8,100.00")
    for text, x in zip(heads, xs, strict=True):
        sheet.write(text, x, 300)
    for text, x in zip(row, xs, strict=True):
        sheet.write(text, x, 360)
    assert facts(AUDIT, sheet)["assets"] == "9,500.00"


@pytest.mark.parametrize("note", ["六、1", "五（12）", "十一、3", "附注5", "7"])
def test_a_reference_to_the_notes_does_not_part_a_label_from_its_figure(note: str):
    sheet = Sheet().table(
        [
            ["项目", "附注", "本年数", "上年数"],
            ["一、营业收入", note, "22,619,519.07", "17,145,289.68"],
        ]
    )
    assert facts(AUDIT, sheet)["revenue"] == "22,619,519.07"


def test_a_short_paper_is_dated_at_its_own_foot():
    spec = DocumentSpec(
        type="rd_body",
        titles=("研发机构证明",),
        fields=(fact("issued", FieldKind.DATE, "认定日期", role="issued"),),
    )
    sheet = Sheet().write("研发机构证明", 600, 300).write("机构级别：市级", 200, 480)
    sheet.write("2016年4月2日", 1150, 760)
    assert facts(spec, sheet)["issued"] == "2016年4月2日"


STATEMENT = DocumentSpec(
    type="truth_statement",
    titles=("真实性承诺书",),
    fields=(fact("date", FieldKind.DATE, "日期", "年 月 日", role="issued"),),
)


def test_the_place_for_a_date_that_nobody_filled_in_is_an_empty_date():
    def date(sheet: Sheet):
        sheet = sheet.write("真实性承诺书", 600, 300).write("本单位郑重声明", 200, 480)
        (value,) = find_facts([sheet.view()], STATEMENT)
        return value

    blank = date(Sheet().write("年月 日", 1200, 1300))
    assert (blank.empty, blank.doubts, blank.box.y0) == (True, (), 1300)
    assert date(Sheet().write("2021年5月3日", 1200, 1300)).raw == "2021年5月3日"
    written = Sheet().write("年 月 日", 1200, 1300)
    written.handwriting.append(Box(x0=1195, y0=1300, x1=1290, y1=1328))
    assert date(written).doubts


def test_a_speck_within_a_spread_label_does_not_hide_it():
    sheet = Sheet().write("营业执照", 650, 200, size=60)
    sheet.write("名", 190, 500).write("。称", 290, 500).write("庄河轴承制造有限公司", 430, 500)
    assert facts(LICENCE, sheet)["name"] == "庄河轴承制造有限公司"


def test_the_client_ends_before_the_date_of_the_statement():
    sheet = Sheet().write("被审计单位：大连某某有限公司", 140, 300)
    sheet.write("2020年12月31日", 900, 300).write("单位：元", 1350, 300)
    assert facts(AUDIT, sheet)["client"] == "大连某某有限公司"


def test_a_period_gives_both_ends_of_a_certificate():
    sheet = Sheet().write("本证书自2019年3月1日至2022年2月28日有效", 200, 900)
    assert facts(CERTIFICATE, sheet) == {"valid_from": "2019年3月1日", "valid_to": "2022年2月28日"}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("信会审字[2020〕第847号", "信会审字〔2020〕第847号"),
        ("信会审字（2021)12号", "信会审字〔2021〕12号"),
        ("信会审字〔2021}第257号", "信会审字〔2021〕第257号"),
        ("ISO[2020]", "ISO[2020]"),
        ("", ""),
        ("; GR20192120000315", "GR20192120000315"),
        ("ZL.201830252696.6", "ZL201830252696.6"),
    ],
)
def test_years_in_document_numbers_get_their_brackets(text, number):
    assert document_number(text) == number


@given(st.lists(st.text(max_size=30), max_size=12))
def test_any_page_can_be_asked_for_any_facts(texts):
    sheet = Sheet()
    for number, text in enumerate(texts):
        sheet.write(text, 100 + 300 * (number % 3), 100 + 50 * number)
    view = sheet.view()
    for spec in SPECS:
        for value in find_facts([view], spec):
            assert 0 <= value.place_confidence <= 1
            assert all(0 <= line < len(view.lines) for line in value.lines)


# --- owners ---


def test_enterprises_are_known_by_code_or_name_in_spite_of_reading_errors():
    sheet = Sheet().write("名称：大连海鑫精密机诫有限公司", 100, 100)
    sheet.write("91210200716996405L", 100, 200)
    named = named_on([sheet.view()])
    assert "91210200716996405L" in named.codes
    assert names_it(named, "大连海鑫精密机械有限公司", "")
    assert names_it(named, "", "9121020071699640SL")
    assert not names_it(named, "沈阳天马轴承制造有限公司", "91210100000000000X")


def test_a_code_with_three_errors_is_another_code():
    assert same_code("91210200716996405L", "9121020071699640SI")
    assert not same_code("91210200716996405L", "91210200716996ABCL")


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_of_names_is_symmetric_and_bounded(one, other):
    assert name_likeness(one, other) == name_likeness(other, one)
    assert 0 <= name_likeness(one, other) <= 1
