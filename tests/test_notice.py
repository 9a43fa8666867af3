"""Every sentence of the Dalian notice of 2021 that rules something, and the rule that enforces it.

Quotes are of the notice with its scanner's noise removed (sections as the notice numbers them).
"""

from __future__ import annotations

from datetime import date

import pytest
from builders_check import NAME, claims, field, judged, outcome, pack, requests, title, uscc
from builders_out import result as built

from pipeline.programme import Status
from pipeline.records import (
    Candidate,
    Decision,
    FieldState,
    FileRole,
    FileStatus,
    Match,
    Outcome,
    Registration,
    SourceFile,
    Waiver,
)
from pipeline.results.notices import to_notify
from pipeline.rules.context import BoxFacts, Peer

MET, UNMET, UNKNOWN, PERSON = (
    Outcome.MET,
    Outcome.UNMET,
    Outcome.UNKNOWN,
    Outcome.MANUAL_REVIEW,
)


def box(**facts):
    return {"box": BoxFacts(**{"copies": 3, "disc": True, **facts})}


def peer(tier, product=""):
    return {
        "peers": (
            Peer(
                application_id="a-2",
                tier=tier,
                enterprise_name=NAME,
                uscc=uscc(),
                product_name=product,
            ),
        )
    }


def disc(*kinds):
    media = {
        "word": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "pdf": "application/pdf",
        "jpeg": "image/jpeg",
    }
    return box(
        electronic_files=tuple(
            SourceFile(
                box="b",
                file=f"b/disc/x/{kind}",
                path="",
                sha256="0" * 64,
                size=1,
                media_type=media[kind],
                role=FileRole.ELECTRONIC_FORM if kind == "word" else FileRole.ELECTRONIC_EVIDENCE,
                pages=1,
                status=FileStatus.READ,
            )
            for kind in kinds
        )
    )


def online(**values):
    return {
        "registration": Registration(registration_id="R1", enterprise_name=NAME, **values),
        "match": Match(
            application_id="a-1",
            decision=Decision.ACCEPTED,
            candidates=(
                Candidate(
                    rank=1,
                    registration_id="R1",
                    registration_name=NAME,
                    score=99,
                    decision=Decision.ACCEPTED,
                    reasons=(),
                ),
            ),
        ),
    }


AWAY = "沈阳市铁西区建设路1号"
UNTICKED = {"categories_ticked": ("", FieldState.MISSING)}
A_CATEGORY = "至少满足“专业化”“精细化”“特色化”“创新化”四类专项指标的其中一类"
HIGHEST = "需选择适合自身情况的最高梯度进行申报"
IN_PRINCIPLE = "原则上，申报专精特新中小企业应当具备有效期内的专精特新产品"
GIANT = "申报专精特新“小巨人”企业应当是有效期内的专精特新中小企业"
ONE_PRODUCT = "同一企业同一年度只能申报一项产品（技术）"
BOUND = "申报表、相关佐证材料等按顺序装订"
THREE = "纸质版一式三份"
WINDOW = "企业网上申报和纸质版材料报送时间"
OPINION = "于2021年6月11日前"
EXAMINED = "进行初审后推荐至市工信局"
POOL = "于2021年6月20日前将《“专精特新”培育库参考表》"

CASES = [
    # 三
    (A_CATEGORY, "category_ticked", {}, MET, ""),
    (A_CATEGORY, "category_ticked", {"form": UNTICKED}, UNMET, "E-CATEGORY-NONE"),
    (A_CATEGORY, "category_ticked", {"form": {"categories_ticked": None}}, UNKNOWN, ""),
    (A_CATEGORY, "one_category_supported", {}, MET, ""),
    (
        A_CATEGORY,
        "one_category_supported",
        {"form": {"categories_ticked": "特色化"}, "without": ["market_share_proof"]},
        UNMET,
        "E-CATEGORY-UNSUPPORTED",
    ),
    # 四（一）1
    ("我市中小企业均可申报", "in_the_city", {}, MET, ""),
    (
        "我市中小企业均可申报",
        "in_the_city",
        {
            "form": {"district": None, "reg_address": AWAY},
            "evidence": {"business_licence": {"address": AWAY}},
        },
        UNMET,
        "E-CRITERION:in_the_city",
    ),
    (
        "我市中小企业均可申报",
        "in_the_city",
        {"form": {"district": None, "reg_address": "大连保税区大窑湾路2号"}},
        MET,  # 先导区
        "",
    ),
    ("我市中小企业均可申报", "in_the_city", {"form": {"district": None}}, UNKNOWN, ""),
    (HIGHEST, "single_tier", peer("little_giant"), UNMET, "E-FORM-TIER"),
    (HIGHEST, "single_tier", peer("product"), MET, ""),
    (HIGHEST, "highest_tier", {"titles": (title("product"),)}, MET, ""),
    (HIGHEST, "highest_tier", {}, PERSON, ""),  # the sound one holds an SME title already
    (HIGHEST, "highest_tier", {"tier": "little_giant"}, MET, ""),
    (HIGHEST, "highest_tier", {"titles": None}, UNKNOWN, ""),
    (ONE_PRODUCT, "one_product", {"tier": "product"}, MET, ""),
    (
        ONE_PRODUCT,
        "one_product",
        {"tier": "product", **peer("product", "液压马达")},
        UNMET,
        "E-PRODUCT-DUP",
    ),
    (IN_PRINCIPLE, "prerequisite", {}, MET, ""),
    (IN_PRINCIPLE, "prerequisite", {"titles": ()}, UNMET, "E-PREREQ"),
    (IN_PRINCIPLE, "prerequisite", {"titles": None}, UNKNOWN, ""),
    (
        "有效期内",  # on the day of application, 28 May
        "prerequisite",
        {"titles": (title("product", "2021-05-28"),)},
        MET,
        "",
    ),
    (
        "有效期内",
        "prerequisite",
        {"titles": (title("product", "2021-05-27"),)},
        UNMET,
        "E-PREREQ",
    ),
    (
        "有效期内",  # which day it was is not known
        "prerequisite",
        {"titles": (title("product", "2021-05-27"),), "form": {"application_date": None}},
        UNKNOWN,
        "",
    ),
    (GIANT, "prerequisite", {"tier": "little_giant"}, MET, ""),
    (
        GIANT,
        "prerequisite",
        {"tier": "little_giant", "titles": (title("product"),)},
        UNMET,
        "E-PREREQ",
    ),
    # 四（一）2
    ("网上填报与纸质版报送相结合", "registered_online", online(), MET, ""),
    ("网上填报与纸质版报送相结合", "registered_online", {}, UNKNOWN, ""),
    # 四（一）3
    ("填写相应的申报表（附件1-3）", "form_tier", online(tier="sme"), MET, ""),
    (
        "填写相应的申报表（附件1-3）",
        "form_tier",
        online(tier="little_giant"),
        UNMET,
        "E-FORM-TIER",
    ),
    ("均要提供相关佐证材料", "evidence_present", {}, MET, ""),
    (
        "均要提供相关佐证材料",
        "evidence_present",
        {"without": ["social_security"]},
        UNMET,
        "E-EVID-MISSING:social_security",
    ),
    (BOUND, "evidence_order", {}, MET, ""),
    (
        BOUND,
        "evidence_order",
        {"without": ["business_licence"], "add": [("business_licence", {})]},
        UNMET,
        "",
    ),
    (THREE, "copies", {}, MET, ""),
    (THREE, "copies", box(copies=2), UNMET, "E-COPIES"),
    (THREE, "copies", box(copies=None), UNKNOWN, ""),
    ("每户企业一张光盘", "disc", disc("word"), MET, ""),
    ("每户企业一张光盘", "disc", box(disc=False), UNMET, "E-COPIES"),
    ("申报表为Word版，佐证材料为PDF版", "electronic_types", disc("word", "pdf"), MET, ""),
    ("申报表为Word版", "electronic_types", disc("pdf"), UNMET, "E-COPIES"),
    ("佐证材料为PDF版", "electronic_types", disc("word", "jpeg"), UNMET, "E-COPIES"),
    # 四（一）4
    (EXAMINED, "district_recommends", {"form": {"opinion_district": "同意推荐"}}, MET, ""),
    (EXAMINED, "district_recommends", {"form": {"opinion_district": "不同意推荐"}}, UNMET, ""),
    (EXAMINED, "district_recommends", {}, UNKNOWN, ""),
    # 四（一）5
    (
        WINDOW,
        "application_date_in_window",
        {"form": {"application_date": "2021-05-20"}},
        MET,
        "",
    ),
    (
        WINDOW,
        "application_date_in_window",
        {"form": {"application_date": "2021-05-19"}},
        UNMET,
        "E-DATE-OUTSIDE",
    ),
    (WINDOW, "late", box(date_received=date(2021, 6, 4)), MET, ""),
    (WINDOW, "late", box(date_received=date(2021, 6, 5)), UNMET, "E-LATE"),
    (WINDOW, "late", online(submitted="2021-06-05"), UNMET, "E-LATE"),
    (OPINION, "late_district", box(date_forwarded=date(2021, 6, 11)), MET, ""),
    (OPINION, "late_district", box(date_forwarded=date(2021, 6, 12)), UNMET, "E-LATE"),
    (OPINION, "late_district", {}, UNKNOWN, ""),
    (
        "于2021年6月11日前",
        "opinion_district_date",
        {"form": {"opinion_district_date": "2021-06-12"}},
        UNMET,
        "E-DATE-OUTSIDE",
    ),
    # 四（二）
    (POOL, "late_pool", box(pool_received=date(2021, 6, 20)), MET, ""),
    (POOL, "late_pool", box(pool_received=date(2021, 6, 21)), UNMET, ""),
]


@pytest.mark.parametrize(
    ("quote", "rule", "given", "expected", "code"),
    CASES,
    ids=[f"{case[1]}-{case[3]}-{number}" for number, case in enumerate(CASES)],
)
def test_the_notice_is_enforced(quote, rule, given, expected, code):
    judgement = judged(given.get("form"), **{k: v for k, v in given.items() if k != "form"})
    assert outcome(judgement, rule) is expected
    if code:
        assert code in claims(judgement)
    if expected is MET:
        assert not [found for found in claims(judgement) if found == code]


def test_each_quote_stands_in_the_sentence_of_its_rule():
    sentences = {rule.id: rule.sentence for rule in pack().rules}
    for quote, rule, *_ in CASES:
        assert quote in sentences[rule], (quote, rule)


def test_no_rule_of_the_notice_is_without_its_case():
    of_the_notice = {rule.id for rule in pack().rules if rule.source.startswith("大连通知")}
    assert of_the_notice == {rule for _, rule, *_ in CASES}


def test_each_rule_of_the_notice_is_broken_and_kept_in_some_case():
    for rule in {rule for _, rule, *_ in CASES}:
        answers = {answer for _, name, _, answer, _ in CASES if name == rule}
        assert MET in answers or rule == "opinion_district_date"
        assert answers & {UNMET, PERSON} or rule == "registered_online"


def test_what_the_notice_states_is_confirmed():
    for rule in pack().rules:
        if rule.source.startswith("大连通知") and "facts" not in rule.source:
            assert rule.status is Status.CONFIRMED, rule.id


# --- 一、工作目标; annexes ------------------------------------------------------------------


def test_eighty_products_sixty_enterprises_forty_giants_and_two_hundred_in_the_pool():
    """80项中小企业“专精特新”产品、60户…、40户…，建立“专精特新”培育库企业200户."""
    quotas = {tier.id: tier.quota for tier in pack().tiers}
    assert quotas == {"product": 80, "sme": 60, "little_giant": 40}
    assert pack().pool_quota == 200


def test_the_tables_bear_the_titles_of_annexes_6_to_9():
    """6.推荐辽宁省2021年“专精特新”产品汇总表 … 9.区市县（先导区）“专精特新”培育库参考表."""
    assert [(table.annex, table.title) for table in pack().tables] == [
        (6, "推荐辽宁省2021年“专精特新”产品汇总表"),
        (7, "推荐辽宁省2021年“专精特新”中小企业汇总表"),
        (8, "推荐辽宁省2021年专精特新“小巨人”企业汇总表"),
        (9, "区市县（先导区）“专精特新”培育库参考表"),
    ]


# --- 原则上: a warning that a clerk can override, with a reason ----------------------------------


def waived(code="E-PREREQ", **changes):
    waiver = Waiver(code=code, reason="产品证书已公示待发", by="李敏", on=date(2021, 6, 8))
    return {"box": BoxFacts(copies=3, disc=True, waivers=(waiver,)), **changes}


def test_what_holds_in_principle_a_clerk_may_let_pass_with_a_reason():
    judgement = judged(titles=(), **waived())
    (found,) = [item for item in judgement.findings if item.code == "E-PREREQ"]
    assert found.severity == "info"
    assert all(part in found.message for part in ("李敏", "2021-06-08", "产品证书已公示待发"))
    assert outcome(judgement, "prerequisite") is UNMET  # what is so, stays so


def test_what_was_let_pass_stands_in_no_correction_notice():
    kept, passed = (judged(titles=(), **given) for given in ({}, waived()))
    told = [
        [item.code for item in to_notify(built(pack(), findings=judgement.findings), pack())]
        for judgement in (kept, passed)
    ]
    assert "E-PREREQ" in told[0]
    assert "E-PREREQ" not in told[1]


def test_what_holds_without_exception_nobody_lets_pass():
    judgement = judged(box=waived("E-COPIES")["box"].model_copy(update={"copies": 2}))
    assert claims(judgement)["E-COPIES"].severity == "warn"
    assert "不得放行" in claims(judgement)["E-COPIES"].message


def test_a_refusal_of_the_district_is_shown_to_a_person():
    judgement = judged({"opinion_district": "不同意推荐"})
    assert "E-CRITERION:district_recommends" in requests(judgement)
    assert claims(judgement) == {}


@pytest.mark.parametrize("reason", ["", " ", "无 "])
def test_a_waiver_without_a_reason_is_none(reason):
    with pytest.raises(ValueError, match="reason"):
        Waiver(code="E-PREREQ", reason=reason, by="李敏", on=date(2021, 6, 8))


# --- vetoes: the absence of a record proves nothing ---------------------------------------------


def test_no_veto_is_excluded_by_silence():
    judgement = judged(without=["credit_query"])
    vetoes = [rule.id for rule in pack().rules if rule.check == "veto" and "sme" in rule.tiers]
    assert len(vetoes) == 7
    assert {outcome(judgement, rule) for rule in vetoes} == {PERSON}


@pytest.mark.parametrize(
    "query",
    [
        {"date": "2019-05-25"},
        {"date": "2021-07-01"},
        {"date": ("2021-05-25", FieldState.REVIEW)},
        {"result": ("未列入严重失信主体名单", FieldState.REVIEW)},
    ],
)
def test_an_old_query_and_a_doubtful_one_exclude_no_veto(query):
    judgement = judged(evidence={"credit_query": query})
    assert outcome(judgement, "veto_credit") is PERSON
    assert claims(judgement) == {}


def test_one_witness_of_another_city_accuses_nobody():
    judgement = judged({"district": None, "reg_address": AWAY})
    assert outcome(judgement, "in_the_city") is PERSON
    unsure = field("business_licence.address", (AWAY, FieldState.REVIEW), page=3)
    judgement = judged({"district": None, "reg_address": AWAY}, extra=[unsure])
    assert outcome(judgement, "in_the_city") is PERSON
