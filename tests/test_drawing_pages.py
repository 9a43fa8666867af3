"""Drawn pages tell the exact truth about themselves."""

from __future__ import annotations

import string

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samples.generator.application_forms import draw_form
from samples.generator.evidence import LOOKS
from samples.generator.layouts import FORM_TITLES, OPTIONS, STATEMENT, WORDINGS, title_of
from samples.generator.model import DocumentSpec, DrawnPage, SealSpec
from samples.generator.pages import draw_document
from samples.generator.paper import OverflowingTextError, Sheet, Style, paragraph
from samples.generator.second_layouts import SECOND_WORDINGS

CHINESE = "大连海科精密机械制造有限公司研发生产销售技术产品市场国际领先一二三〇（）“”、，。"
FIELDS: dict[str, str | list[str]] = {
    "enterprise_name": "大连海科精密机械制造有限公司",
    "uscc": "91210200MA0XYZ123K",
    "district": "甘井子区",
    "reg_address": "辽宁省大连市甘井子区革镇堡街道中革工业园区138号3层",
    "mail_address": "辽宁省大连市甘井子区革镇堡街道中革工业园区138号",
    "postcode": "116033",
    "legal_rep": "欧阳建国",
    "legal_rep_tel": "0411-86651234",
    "legal_rep_mobile": "13904110000",
    "contact": "王芳",
    "contact_tel": "0411-86651235",
    "contact_mobile": "13904110001",
    "contact_fax": "",
    "contact_email": "wangfang.office@haike-precision.com.cn",
    "ownership": ["民营"],
    "size_class": ["小型"],
    "categories_ticked": ["专业化", "创新化"],
    "product_name": "高精度数控机床主轴轴承单元",
    "product_intro": "该产品采用陶瓷球混合轴承结构，最高转速24000 r/min。" * 4,
    "recommender": "大连市甘井子区工业和信息化局",
    "application_date": "2021年5月28日",
    "truth_date": "2021年5月28日",
    "opinion_district": "同意推荐。",
    "opinion_district_date": "2021年6月8日",
    "opinion_city": "",
    "opinion_city_date": "",
    **{
        f"{key}.{year}": f"{index},{year}.50"
        for index, key in enumerate(("revenue", "assets", "rd_expense", "employees"), start=1)
        for year in (2018, 2019, 2020)
    },
}
EVIDENCE: dict[str, dict[str, object]] = {
    "business_licence": {
        "name": "大连海科精密机械制造有限公司",
        "uscc": "91210200MA0XYZ123K",
        "type": "有限责任公司（自然人投资或控股）",
        "legal_rep": "欧阳建国",
        "scope": "机械设备、轴承的研发、设计、制造、销售及技术服务；货物及技术进出口。" * 6,
        "capital": "叁仟万元整",
        "established": "2008年06月12日",
        "term": "自2008年06月12日至2038年06月11日",
        "address": "辽宁省大连市甘井子区革镇堡街道中革工业园区138号3层",
        "authority": "大连市市场监督管理局",
        "issued": "2019年4月2日",
    },
    "truth_statement": {"name": "大连海科精密机械制造有限公司", "date": "2021年5月28日"},
    "introduction": {
        "name": "大连海科公司",
        "product": "主轴单元",
        "text": "本公司自主研发。" * 30,
    },
    "patent": {
        "number": "ZL201610894651.9",
        "name": "一种主轴轴承单元",
        "owner": "大连海科精密机械制造有限公司",
        "granted": "2018年12月22日",
        "kind": "实用新型专利",
    },
    "software_copyright": {
        "number": "软著登字第4060746号",
        "registration_number": "2017SR1127853",
        "name": "主轴监测系统V2.4",
        "owner": "大连海科精密机械制造有限公司",
        "issued": "2017年06月16日",
    },
    "credit_query": {
        "name": "大连海科精密机械制造有限公司",
        "date": "2021-05-08",
        "result": "未查询到失信惩戒记录",
        "source": "信用中国",
    },
    "audit_report": {
        "firm": "辽宁昶信联合会计师事务所",
        "number": "昶信会审字〔2021〕第251号",
        "opinion": "标准无保留意见",
        "date": "2021年3月1日",
        "client": "大连海科精密机械制造有限公司",
        "year": "2020",
        "revenue": "18,191,482.86",
        "main_revenue": "15,352,164.40",
        "rd_expense": "1,497,901.00",
        "net_profit": "1,748,748.87",
        "total_profit": "2,054,017.10",
        "assets": "16,610,668.82",
        "liabilities": "8,247,038.57",
    },
    **{
        kind: {key: f"值{number}号{key[:3]}" for number, key in enumerate(look.labels)}
        for kind, look in LOOKS.items()
    },
}


def form_spec(**extras: object) -> DocumentSpec:
    return DocumentSpec(
        "application_form",
        {"tier": "sme", "fields": FIELDS, **extras},
        seals=(
            SealSpec("大连海科精密机械制造有限公司", "cover"),
            SealSpec("大连海科精密机械制造有限公司", "truth_statement", 0.5),
            SealSpec("大连市甘井子区工业和信息化局", "opinion_district", 0.85),
        ),
        signatures=(("truth_statement", "欧阳建国"),),
    )


def overlap(one: tuple[float, ...], two: tuple[float, ...]) -> float:
    wide = min(one[2], two[2]) - max(one[0], two[0])
    high = min(one[3], two[3]) - max(one[1], two[1])
    return max(0.0, wide) * max(0.0, high)


def bounds(quad: tuple[float, ...]) -> tuple[float, float, float, float]:
    return min(quad[0::2]), min(quad[1::2]), max(quad[0::2]), max(quad[1::2])


def dark(page: DrawnPage, box: tuple[float, float, float, float]) -> np.ndarray:
    x0, y0, x1, y1 = (round(side) for side in box)
    return page.image[max(0, y0) : y1, max(0, x0) : x1].min(axis=2) < 150


def printed(pages: list[DrawnPage]) -> str:
    return "".join(line.text for page in pages for line in page.lines).replace(" ", "")


@pytest.fixture(scope="module", params=["a", "b", "c", "d"])
def form(request: pytest.FixtureRequest) -> list[DrawnPage]:
    return draw_document(form_spec(), np.random.default_rng(3), request.param)


def test_every_line_of_a_form_covers_its_ink_and_little_else(form: list[DrawnPage]) -> None:
    for page in form:
        for line in page.lines:
            ink = dark(page, bounds(line.quad))
            assert ink.any(), line.text
            # A box that were too large would have white edges all around.
            rows, columns = np.where(ink.any(axis=1))[0], np.where(ink.any(axis=0))[0]
            assert ink.shape[0] - (rows[-1] - rows[0] + 1) <= 12, line.text
            assert ink.shape[1] - (columns[-1] - columns[0] + 1) <= 14, line.text


def test_lines_never_lie_over_each_other(form: list[DrawnPage]) -> None:
    for page in form:
        boxes = [bounds(line.quad) for line in page.lines]
        for index, one in enumerate(boxes):
            for other in boxes[index + 1 :]:
                smaller = min((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
                assert overlap(one, other) <= 0.02 * smaller


def test_value_boxes_of_a_form_are_apart(form: list[DrawnPage]) -> None:
    for page in form:
        boxes = list(page.field_boxes.items())
        for index, (key, one) in enumerate(boxes):
            for other_key, other in boxes[index + 1 :]:
                nested = {key, other_key} <= {k for k in FIELDS if k.startswith("opinion_")}
                assert nested or overlap(one, other) == 0, (key, other_key)


def test_every_value_of_a_form_stands_in_its_lines_and_has_a_box(form: list[DrawnPage]) -> None:
    text = printed(form)
    boxed = {key for page in form for key in page.field_boxes}
    assert boxed == set(FIELDS)
    for value in FIELDS.values():
        assert isinstance(value, list) or value.replace(" ", "") in text


def test_every_option_is_drawn_and_only_the_chosen_are_ticked(form: list[DrawnPage]) -> None:
    ticks = [(label, ticked) for page in form for label, ticked, _ in page.ticks]
    for key in ("ownership", "size_class", "categories_ticked"):
        for option in OPTIONS[key]:
            assert (option, option in FIELDS[key]) in ticks


@pytest.mark.parametrize("style", ["printed", "hand", "filled", "brackets"])
def test_every_way_of_ticking_leaves_ink_only_in_chosen_boxes(style: str) -> None:
    for office in "cd":
        for page in draw_document(form_spec(tick_style=style), rng(), office):
            for option, ticked, (x0, y0, x1, y1) in page.ticks:
                rim = 0.3 if style == "brackets" else 0.15
                wide, high = (x1 - x0) * rim, (y1 - y0) * 0.15
                ink = dark(page, (x0 + wide, y0 + high, x1 - wide, y1 - high))
                assert ink.any() == ticked, (office, option)


def test_a_ticked_box_holds_more_ink_than_an_empty_one(form: list[DrawnPage]) -> None:
    shares: dict[bool, list[float]] = {True: [], False: []}
    for page in form:
        for _, ticked, (x0, y0, x1, y1) in page.ticks:
            inner = (x0 + 6, y0 + 6, x1 - 6, y1 - 6)
            shares[ticked].append(float(dark(page, inner).mean()))
    assert max(shares[False]) < 0.02 < min(shares[True])


def test_the_title_names_the_tier() -> None:
    for tier in FORM_TITLES:
        values = {"tier": tier, "fields": {"enterprise_name": "大连某某有限公司"}}
        for family in "abcd":
            title = title_of(tier, family)
            pages = draw_document(
                DocumentSpec("application_form", values), np.random.default_rng(1), family
            )
            assert title in printed(pages[:1])


def test_no_two_offices_share_an_arrangement() -> None:
    rng = np.random.default_rng(1)
    drawn = [draw_document(form_spec(), rng, office) for office in "abcd"]
    watched = ("uscc", "district", "contact", "ownership", "size_class", "postcode")
    orders = [
        tuple(key for page in pages[-3:] for key in page.field_boxes if key in watched)
        for pages in drawn
    ]
    assert len(set(orders)) == 4
    assert len({pages[0].field_boxes["enterprise_name"] for pages in drawn}) == 4


def test_the_second_family_words_nearly_all_labels_in_its_own_way() -> None:
    shared = {
        key
        for key, wording in WORDINGS.items()
        if set(SECOND_WORDINGS[key]) & {wording.a, wording.b}
    }
    # Some things have hardly a second name: fax, postcode, the legal representative.
    assert len(shared) <= len(WORDINGS) / 5


def test_a_ring_is_drawn_around_the_chosen_option_and_no_other() -> None:
    pages = draw_document(form_spec(tick_style="ring"), rng(), "c")
    for page in pages:
        for option, ticked, (x0, y0, x1, y1) in page.ticks:
            above = dark(page, (x0, y0, x1, y0 + (y1 - y0) * 0.12))
            assert above.any() == ticked, option


def test_chosen_options_carry_a_mark_in_their_brackets() -> None:
    text = printed(draw_document(form_spec(tick_style="brackets"), rng(), "c"))
    assert "（√）民营" in text
    assert "（√）国有" not in text


def test_statements_of_the_second_family_show_the_year_before_beside_the_year() -> None:
    for office in "cd":
        pages = draw_document(DocumentSpec("audit_report", EVIDENCE["audit_report"]), rng(), office)
        texts = [line.text for line in pages[3].lines]
        label = next(text for text in texts if text.endswith("营业收入") and "主营" not in text)
        amounts = [t for t in texts[texts.index(label) + 1 :] if "," in t][:2]
        assert amounts[0] == EVIDENCE["audit_report"]["revenue"]
        assert amounts[1] != amounts[0]


def test_seals_are_red_and_where_the_truth_says(form: list[DrawnPage]) -> None:
    seals = [(page, seal) for page in form for seal in page.seals]
    assert [seal[0] for _, seal in seals] == [
        "大连海科精密机械制造有限公司",
        "大连海科精密机械制造有限公司",
        "大连市甘井子区工业和信息化局",
    ]
    for page, (_, x, y, radius) in seals:
        assert 40 / 25.4 * 300 - 4 <= 2 * radius <= 42 / 25.4 * 300 + 4
        assert x - radius >= 0
        assert x + radius <= page.image.shape[1]
        angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
        ring = radius * 0.965
        xs, ys = (x + ring * np.cos(angles)).astype(int), (y + ring * np.sin(angles)).astype(int)
        red, green = page.image[ys, xs, 0].astype(int), page.image[ys, xs, 1].astype(int)
        assert np.mean(red - green > 15) > 0.8


def test_print_under_a_seal_stays_dark() -> None:
    plain = draw_document(
        DocumentSpec("truth_statement", EVIDENCE["truth_statement"]), np.random.default_rng(4)
    )[0]
    stamped = draw_document(
        DocumentSpec(
            "truth_statement",
            EVIDENCE["truth_statement"],
            seals=(SealSpec("大连海科精密机械制造有限公司", "truth_statement", 0.9),),
        ),
        np.random.default_rng(4),
    )[0]
    ink = plain.image.max(axis=2) < 60
    assert stamped.image.max(axis=2)[ink].max() < 100


def test_a_signature_is_ink_in_its_box(form: list[DrawnPage]) -> None:
    ((page, (place, box)),) = [(p, s) for p in form for s in p.signatures]
    assert place == "truth_statement"
    assert 0.02 < dark(page, box).mean() < 0.5


def test_without_a_signature_its_place_stays_white() -> None:
    spec = form_spec()
    bare = DocumentSpec(spec.type, spec.values)
    for family in "abcd":
        signed = draw_document(spec, np.random.default_rng(3), family)
        unsigned = draw_document(bare, np.random.default_rng(3), family)
        ((number, box),) = [(i, s[1]) for i, p in enumerate(signed) for s in p.signatures]
        assert not any(page.seals or page.signatures for page in unsigned)
        assert dark(unsigned[number], box).mean() < dark(signed[number], box).mean() / 2


def test_an_empty_value_leaves_a_white_place_beside_its_label(form: list[DrawnPage]) -> None:
    pages = [page for page in form if "contact_fax" in page.field_boxes]
    assert len(pages) == 1
    x0, y0, x1, y1 = pages[0].field_boxes["contact_fax"]
    fax_label = any("传真" in line.text for line in pages[0].lines)
    assert fax_label
    # Where the label stands above its value, it is part of the empty cell.
    ink = dark(pages[0], (x0 + 4, (y0 + y1) / 2, x1 - 4, y1))
    assert ink.mean() < 0.02


def test_a_form_can_lack_statement_opinions_and_cover() -> None:
    spec = form_spec(no_truth_statement=True, no_opinions=True, no_cover=True)
    for family in "abcd":
        text = printed(draw_document(DocumentSpec(spec.type, spec.values), rng(), family))
        assert STATEMENT[:12] not in text
        assert "主管部门" not in text
        assert FORM_TITLES["sme"] not in text


def test_labels_can_be_replaced() -> None:
    pages = draw_document(
        DocumentSpec(
            "application_form",
            {"tier": "sme", "fields": FIELDS, "labels": {"uscc": "组织机构代码"}},
        ),
        rng(),
    )
    assert "组织机构代码" in printed(pages)
    assert "统一社会信用代码" not in printed(pages)


def test_the_same_seed_gives_the_same_pixels() -> None:
    for family in "abcd":
        one, two = (draw_document(form_spec(), np.random.default_rng(9), family) for _ in range(2))
        assert all((p.image == q.image).all() for p, q in zip(one, two, strict=True))


def rng() -> np.random.Generator:
    return np.random.default_rng(2)


@pytest.mark.parametrize("family", ["a", "b", "c", "d"])
@pytest.mark.parametrize("kind", sorted(EVIDENCE))
def test_evidence_prints_all_it_states(kind: str, family: str) -> None:
    values = EVIDENCE[kind]
    pages = draw_document(DocumentSpec(kind, values), rng(), family)
    text = printed(pages)
    boxes = {key for page in pages for key in page.field_boxes}
    assert boxes == set(values)
    for key, value in values.items():
        if key == "issued" and kind == "business_licence":
            continue  # printed with wide gaps; checked through its spaces being taken out
        assert str(value).replace(" ", "") in text, key
    for page in pages:
        for line in page.lines:
            assert dark(page, bounds(line.quad)).any(), line.text


@pytest.mark.parametrize("kind", sorted(EVIDENCE))
def test_evidence_with_nothing_filled_in_still_has_its_places(kind: str) -> None:
    values: dict[str, object] = dict.fromkeys(EVIDENCE[kind], "")
    assert draw_document(DocumentSpec(kind, values), rng())


def test_balance_sheets_add_up() -> None:
    pages = draw_document(DocumentSpec("audit_report", EVIDENCE["audit_report"]), rng(), "b")
    texts = [line.text for line in pages[2].lines]
    parts = ("流动资产合计", "非流动资产合计")
    found = [_amount_after(texts, label) for label in (*parts, "资产总计")]
    assert found[0] + found[1] == pytest.approx(found[2])


def _amount_after(texts: list[str], label: str) -> float:
    return float(texts[texts.index(label) + 2].replace(",", ""))


def test_an_unknown_type_of_document_is_refused() -> None:
    with pytest.raises(ValueError, match="no layout"):
        draw_document(DocumentSpec("love_letter", {}), rng())


def test_a_seal_for_a_place_that_is_not_there_is_refused() -> None:
    spec = DocumentSpec("patent", EVIDENCE["patent"], seals=(SealSpec("某局", "opinion_city"),))
    with pytest.raises(ValueError, match="opinion_city"):
        draw_document(spec, rng())


def test_text_that_cannot_fit_is_refused_rather_than_cut() -> None:
    with pytest.raises(OverflowingTextError):
        Sheet().block((0, 0, 120, 60), [paragraph("大" * 500)], Style())


WORDS = st.text(
    st.sampled_from(CHINESE + string.ascii_letters + string.digits + " .-@/"), max_size=80
)
KEYS = st.sampled_from([key for key, value in FIELDS.items() if isinstance(value, str)])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    values=st.dictionaries(KEYS, WORDS, max_size=30),
    seed=st.integers(0, 1000),
    family=st.sampled_from("abcd"),
)
def test_whatever_is_filled_in_is_printed_within_its_cell(
    values: dict[str, str], seed: int, family: str
) -> None:
    fields = {**FIELDS, **{key: " ".join(value.split()) for key, value in values.items()}}
    sheets = draw_form({"tier": "sme", "fields": fields}, np.random.default_rng(seed), family)
    text = "".join(line.text for sheet in sheets for line in sheet.lines).replace(" ", "")
    for value in fields.values():
        assert isinstance(value, list) or value.replace(" ", "") in text
    for sheet in sheets:
        for line in sheet.lines:
            x0, y0, x1, y1 = bounds(line.quad)
            assert 0 <= x0 < x1 <= sheet.width
            assert 0 <= y0 < y1 <= sheet.height
        boxes = [bounds(line.quad) for line in sheet.lines]
        for index, one in enumerate(boxes):
            for other in boxes[index + 1 :]:
                smaller = min((b[2] - b[0]) * (b[3] - b[1]) for b in (one, other))
                assert overlap(one, other) <= 0.05 * smaller
