from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from builders_check import (
    FORM,
    NAME,
    SEALS,
    STRANGER,
    claims,
    field,
    judged,
    outcome,
    pack,
    requests,
    title,
    uscc,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import (
    FieldState,
    FileRole,
    FileStatus,
    Medium,
    Outcome,
    Registration,
    SourceFile,
)
from pipeline.rules.arguments import KINDS
from pipeline.rules.size import size_of
from pipeline.stages.check import CHECKS, BoxFacts, Peer

DOUBT = FieldState.REVIEW


def test_every_kind_of_rule_has_a_function_that_answers_it():
    assert set(CHECKS) == set(KINDS)


def test_a_sound_application_raises_nothing():
    judgement = judged()
    assert {code: item.message for code, item in claims(judgement).items()} == {}
    assert requests(judgement) == {}


def test_every_answer_says_something():
    assert all(result.explanation for result in judged().results)


SPOILED = {
    "main revenue above revenue": ({"main_revenue.2019": "11500"}, "E-RATIO"),
    "more researchers than staff": ({"rd_staff.2020": "400"}, "E-RATIO"),
    "net above total profit": ({"net_profit.2020": "1200"}, "E-RATIO"),
    "debt ratio": ({"debt_ratio": "45"}, "E-RATIO"),
    "R&D ratio": ({"rd_ratio.2020": "7.5"}, "E-RATIO"),
    "growth": ({"growth.2020": "25"}, "E-RATIO"),
    "mean growth": ({"mean_growth": "18"}, "E-RATIO"),
    "longer in the niche than alive": ({"niche_years": "30"}, "E-RATIO"),
    "filled in 元": ({"revenue.2020": "121000000"}, "E-UNIT"),
    "filled in 亿元": ({"revenue.2020": "1.21"}, "E-UNIT"),
    "head count": ({"employees.2020": "420"}, "E-FIELD-MISMATCH"),
    "founding date": ({"reg_date": "2009-03-12"}, "E-FIELD-MISMATCH"),
    "legal representative": ({"legal_rep": "赵大海"}, "E-FIELD-MISMATCH"),
    "other size stated": ({"size_class": "微型"}, "E-SIZE"),
    "no category": ({"categories_ticked": ("", FieldState.MISSING)}, "E-CATEGORY-NONE"),
    "category without paper": ({"categories_ticked": "特色化"}, None),
    "outside the window": ({"application_date": "2021-06-20"}, "E-DATE-OUTSIDE"),
    "opinion too late": ({"opinion_district_date": "2021-06-15"}, "E-DATE-OUTSIDE"),
    "not dated": ({"application_date": ("", FieldState.MISSING)}, "E-DATE-BLANK"),
    "a co-operative": ({"uscc": "93" + uscc()[2:]}, "E-USCC-BAD E-USCC-MISMATCH"),
    "code altered": (
        {"uscc": uscc()[:-1] + ("X" if uscc()[-1] != "X" else "Y")},
        "E-USCC-BAD E-USCC-MISMATCH",
    ),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_form_is_found_out(name):
    changes, code = SPOILED[name]
    found = set(claims(judged(changes)))
    assert found == set((code or "").split()), name


@pytest.mark.parametrize(
    "name", [name for name in SPOILED if name not in ("not dated", "no category")]
)
def test_the_same_values_in_doubt_accuse_nobody(name):
    changes = {key: (value, DOUBT) for key, value in SPOILED[name][0].items() if value}
    judgement = judged(changes)
    assert set(claims(judgement)) <= set()
    rules = {item.rule: item.outcome for item in judgement.results}
    assert Outcome.UNMET not in {
        rules[name] for name in rules if not name.startswith("claims_") and name != "audit_lacks_rd"
    }


@settings(max_examples=40, deadline=None)
@given(st.sets(st.sampled_from(sorted(FORM))))
def test_values_that_are_missing_never_make_a_rule_unmet(keys):
    judgement = judged(dict.fromkeys(keys))
    unmet = {item.rule for item in judgement.results if item.outcome is Outcome.UNMET}
    # What the sound form states (no software, no brand …) it may go on stating.
    assert unmet <= {item.rule for item in judged().results if item.outcome is Outcome.UNMET}
    assert claims(judgement) == {}


def test_a_figure_in_a_doubtful_unit_is_kept_out_of_the_other_rules():
    judgement = judged({"revenue.2020": "121000000"})
    assert outcome(judgement, "unit_revenue") is Outcome.UNMET
    assert outcome(judgement, "rd_ratio") is not Outcome.UNMET
    assert "元" in claims(judgement)["E-UNIT"].message


def test_without_an_audit_report_figures_per_head_tell_of_the_unit():
    changes = {"revenue.2018": "100000000", "revenue.2019": "110000000"}
    judgement = judged(changes, tier="product", without=["audit_report"])
    assert "E-UNIT" in claims(judgement)


def test_an_evidence_figure_still_in_yuan_is_converted():
    audit = {"audit_report": {"revenue": ("", FieldState.MISSING)}}
    extra = [
        field("audit_report#2.revenue", "121000000", unit="元"),
    ]
    judgement = judged(evidence=audit, extra=extra)
    assert outcome(judgement, "unit_revenue") in (Outcome.MET, Outcome.UNKNOWN)
    assert "E-UNIT" not in claims(judgement)


def test_rounding_to_two_decimals_is_no_wrong_ratio():
    assert "E-RATIO" not in claims(judged({"debt_ratio": "40.1"}))
    assert "E-RATIO" in claims(judged({"debt_ratio": "40.2"}))


# --- identity -----------------------------------------------------------------------------


def test_a_licence_with_another_code_is_a_mismatch():
    judgement = judged(evidence={"business_licence": {"uscc": uscc("MA0WRT45")}})
    assert set(claims(judgement)) == {"E-USCC-MISMATCH"}


def test_a_registration_with_another_code_is_a_mismatch():
    online = Registration(registration_id="r", enterprise_name=NAME, uscc=uscc("MA0WRT45"))
    assert set(claims(judged(registration=online))) == {"E-USCC-MISMATCH"}


def test_a_bad_code_read_alike_on_two_papers_is_the_applicants():
    bad = uscc()[:-1] + ("X" if uscc()[-1] != "X" else "Y")
    again = field("uscc", (bad, DOUBT), volume="v-2")
    assert "E-USCC-BAD" in claims(judged({"uscc": (bad, DOUBT)}, extra=[again]))
    assert "E-USCC-BAD" in requests(judged({"uscc": (bad, DOUBT)}))


def test_a_licence_of_somebody_else_is_a_name_mismatch():
    judgement = judged(evidence={"business_licence": {"name": STRANGER}})
    assert set(claims(judgement)) == {"E-NAME-MISMATCH"}
    assert claims(judgement)["E-NAME-MISMATCH"].page == 3


def test_one_look_alike_character_is_reading_doubt_not_another_name():
    twin = NAME.replace("械", "诫")
    weak = field("business_licence.name", twin, read_confidence=0.85)
    judgement = judged(evidence={"business_licence": {"name": ""}}, extra=[weak])
    assert "E-NAME-MISMATCH" not in claims(judgement)


def test_one_paper_that_differs_by_one_character_from_two_others_is_looked_at():
    twin = NAME.replace("精密", "紧密")
    judgement = judged(evidence={"social_security": {"name": twin}})
    assert "E-NAME-MISMATCH" not in claims(judgement)
    assert "E-NAME-MISMATCH" in requests(judgement)
    both = {"social_security": {"name": twin}, "business_licence": {"name": twin}}
    assert "E-NAME-MISMATCH" in claims(judged(evidence=both))


def test_a_founding_date_in_the_future_was_misread():
    judgement = judged(evidence={"business_licence": {"established": "2208-03-12"}})
    assert claims(judgement) == {}


def test_no_category_on_paper_is_held_against_nobody_whose_word_file_has_one():
    missed = {"categories_ticked": ("", FieldState.REVIEW)}
    assert "E-CATEGORY-NONE" not in claims(judged(missed))
    assert "E-CATEGORY-NONE" in claims(judged({"categories_ticked": ("", FieldState.MISSING)}))


def test_a_rare_character_in_doubt_hides_no_other_enterprise():
    other = field("business_licence.name", "大连淏岭美海洋生物有限公司", state=FieldState.REVIEW)
    judgement = judged(evidence={"business_licence": {"name": ""}}, extra=[other])
    assert "E-NAME-MISMATCH" in claims(judgement)


def test_a_name_that_lost_characters_under_a_stamp_accuses_nobody():
    cut = NAME[:2] + NAME[5:]
    weak = field("business_licence.name", cut, state=FieldState.REVIEW)
    judgement = judged(evidence={"business_licence": {"name": ""}}, extra=[weak])
    assert "E-NAME-MISMATCH" not in claims(judgement)


def test_two_characters_that_may_have_been_read_as_one_accuse_nobody():
    merged = NAME.replace("星河", "暹")
    for confidence, state in ((0.999, FieldState.ACCEPTED), (0.96, FieldState.REVIEW)):
        paper = field("business_licence.name", merged, state=state, read_confidence=confidence)
        judgement = judged(evidence={"business_licence": {"name": ""}}, extra=[paper])
        assert ("E-NAME-MISMATCH" in claims(judgement)) is (state is FieldState.ACCEPTED)


def test_a_former_name_that_lacks_one_character_is_another_name_where_it_was_read_clearly():
    former = NAME[:2] + "市" + NAME[2:]
    for confidence, found in ((0.999, True), (0.95, False)):
        licence = field("business_licence.name", former, read_confidence=confidence)
        judgement = judged(evidence={"business_licence": {"name": ""}}, extra=[licence])
        assert ("E-NAME-MISMATCH" in claims(judgement)) is found


def test_a_doubtful_reading_of_the_applicants_name_is_backed_by_the_word_file():
    other = field("business_licence.name", "沈阳珩骞轴承有限公司", read_confidence=0.99)
    other = other.model_copy(update={"state": FieldState.REVIEW})
    weak = {"enterprise_name": (NAME, FieldState.REVIEW)}
    word = field("enterprise_name", NAME, Medium.ELECTRONIC)
    licence = {"business_licence": {"name": ""}}
    alone = judged(weak, evidence=licence, extra=[other])
    backed = judged(weak, evidence=licence, extra=[other, word])
    assert "E-NAME-MISMATCH" not in claims(alone)
    assert "E-NAME-MISMATCH" in claims(backed)


def test_a_rare_character_that_the_pixels_do_not_leave_open_tells_names_apart():
    former = NAME.replace("星河", "骏淼")
    assert len(former) == len(NAME)
    for left_open, found in (("", True), ("淼", False), (None, False)):
        licence = field("business_licence.name", former, read_confidence=0.999)
        licence = licence.model_copy(update={"state": FieldState.REVIEW, "left_open": left_open})
        own = field("enterprise_name", NAME, Medium.ELECTRONIC, read_confidence=1.0)
        judgement = judged(evidence={"business_licence": {"name": ""}}, extra=[licence, own])
        assert ("E-NAME-MISMATCH" in claims(judgement)) is found


def test_brackets_and_the_written_form_of_a_company_make_no_other_name():
    judgement = judged(
        {"enterprise_name": "星河（大连）机械有限公司"},
        titles=None,
        evidence={
            kind: {key: "星河(大连)机械有限责任公司"}
            for kind, key in (
                ("business_licence", "name"),
                ("truth_statement", "name"),
                ("introduction", "name"),
                ("audit_report", "client"),
                ("social_security", "name"),
                ("credit_query", "name"),
                ("market_share_proof", "name"),
                ("patent", "owner"),
                ("system_certificate", "name"),
                ("prior_title", "name"),
            )
        },
    )
    assert claims(judgement) == {}


def test_a_stranger_who_owns_the_patent_is_named():
    judgement = judged(evidence={"patent": {"owner": STRANGER}})
    assert set(claims(judgement)) == {"E-EVID-OWNER"}
    assert STRANGER in claims(judgement)["E-EVID-OWNER"].message


def test_a_patent_owned_together_is_owned():
    assert claims(judged(evidence={"patent": {"owner": f"{NAME};王建国"}})) == {}


def test_a_proven_change_of_name_excuses_the_old_one():
    old = "大连星河机床厂"
    change = ("name_change", {"old_name": old, "new_name": NAME, "date": "2016-05-01"})
    with_proof = judged(evidence={"patent": {"owner": old}}, add=[change])
    assert claims(with_proof) == {}
    assert outcome(with_proof, "evidence_owner") is Outcome.MET
    assert [f.code for f in with_proof.findings if f.severity == "info"] == ["E-EVID-OWNER"]
    online = Registration(registration_id="r", enterprise_name=NAME, former_names=(old,))
    known = judged(evidence={"patent": {"owner": old}}, registration=online)
    assert claims(known)["E-EVID-OWNER"].severity == "warn"


def test_a_ring_whose_trade_name_alone_was_misread_accuses_nobody():
    misread = NAME.replace("星河", "有孕")
    assert "E-NAME-MISMATCH" not in claims(judged(seal_text=misread))


def test_a_seal_of_somebody_else_is_a_name_mismatch_and_a_blurred_one_is_not():
    assert "E-NAME-MISMATCH" in claims(judged(seal_text=STRANGER))
    assert claims(judged(seal_text="大连星河精械有公司")) == {}


# --- evidence -----------------------------------------------------------------------------


def test_a_date_that_differs_from_a_licence_hardly_read_is_looked_at_and_held_against_nobody():
    doubtful = ("2012-08-18", FieldState.REVIEW)
    judgement = judged(evidence={"business_licence": {"established": doubtful}})
    assert claims(judgement) == {}
    assert "识别存疑" in requests(judgement)["E-FIELD-MISMATCH"].message


@pytest.mark.parametrize(
    "kind", ["business_licence", "truth_statement", "introduction", "social_security"]
)
def test_a_mandatory_paper_that_is_not_there_is_missing(kind):
    judgement = judged(without=[kind])
    assert claims(judgement)[f"E-EVID-MISSING:{kind}"].severity == "error"
    assert {code for code in claims(judgement) if code.startswith("E-EVID-MISSING")} == {
        f"E-EVID-MISSING:{kind}"
    }


def test_a_conditional_paper_is_asked_for_only_when_the_form_claims_it():
    assert "E-EVID-MISSING:patent" in claims(judged(without=["patent"]))
    assert "E-EVID-MISSING:patent" not in claims(judged({"patents_inv": "0"}, without=["patent"]))
    doubtful = judged({"patents_inv": ("1", DOUBT)}, without=["patent"])
    assert "E-EVID-MISSING:patent" not in claims(doubtful)


def test_software_serves_in_place_of_a_patent():
    software = ("software_copyright", {"owner": NAME})
    judgement = judged(tier="product", without=["patent"], add=[software])
    assert not [code for code in claims(judgement) if code.startswith("E-EVID-MISSING")]


def test_an_expired_certificate_is_expired_and_one_in_doubt_is_to_be_looked_at():
    spoiled = {"system_certificate": {"valid_to": "2021-03-01"}}
    assert set(claims(judged(evidence=spoiled))) == {"E-EVID-EXPIRED:system_certificate"}
    doubtful = {"system_certificate": {"valid_to": ("2021-03-01", DOUBT)}}
    judgement = judged(evidence=doubtful)
    assert claims(judgement) == {}
    assert "E-EVID-EXPIRED:system_certificate" in requests(judgement)


def test_a_certificate_that_ends_on_the_day_of_application_is_in_force():
    assert claims(judged(evidence={"system_certificate": {"valid_to": "2021-05-28"}})) == {}


def test_a_licence_without_end_is_in_force_and_one_that_ended_is_not():
    assert claims(judged(evidence={"business_licence": {"term": "长期"}})) == {}
    ended = judged(evidence={"business_licence": {"term": "2008年3月12日至2021年3月11日"}})
    assert set(claims(ended)) == {"E-EVID-EXPIRED:business_licence"}


def test_a_utility_model_of_2009_has_lapsed():
    judgement = judged(evidence={"patent": {"number": "ZL200920123456.0"}})
    assert set(claims(judgement)) == {"E-EVID-EXPIRED:patent"}


def test_an_audit_year_that_lacks_is_named():
    spoiled = judged(evidence={"audit_report": {"year": "2020", "revenue": ""}})
    assert "2019" in claims(spoiled)["E-AUDIT-YEARS"].message


def test_an_audit_report_whose_year_was_not_read_may_be_the_one_that_lacks():
    judgement = judged(evidence={"audit_report": {"year": ("", FieldState.UNREADABLE)}})
    assert "E-AUDIT-YEARS" not in claims(judgement)
    assert outcome(judgement, "audit_years") is Outcome.UNKNOWN


def test_a_ticked_category_needs_evidence():
    judgement = judged({"categories_ticked": "特色化"}, without=["market_share_proof"])
    assert set(claims(judgement)) == {"E-CATEGORY-UNSUPPORTED"}


def test_papers_bound_in_another_order_are_noted():
    late_licence = judged(without=["business_licence"], add=[("business_licence", {})])
    assert "E-EVID-ORDER" in {item.code for item in late_licence.findings}


def test_no_record_of_a_veto_proves_nothing():
    judgement = judged(without=["credit_query"])
    assert outcome(judgement, "veto_credit") is Outcome.MANUAL_REVIEW
    undated = judged(evidence={"credit_query": {"date": ("", FieldState.MISSING)}})
    assert outcome(undated, "veto_credit") is Outcome.MANUAL_REVIEW
    assert outcome(judged(), "veto_credit") is Outcome.MET
    assert outcome(judged(), "veto_v2") is Outcome.MANUAL_REVIEW


def test_a_query_with_a_hit_is_a_veto():
    judgement = judged(evidence={"credit_query": {"result": "已被列入严重失信主体名单"}})
    assert set(claims(judgement)) == {"E-VETO:V1"}


# --- formalities ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "code"),
    list(
        zip(
            SEALS,
            ["E-STAMP-COVER", "E-STAMP-OPINION", "E-STAMP-STATEMENT", "E-SIGN-REP"],
            strict=True,
        )
    ),
)
def test_a_stamp_that_lacks_is_found_and_one_that_cannot_be_told_is_not(place, code):
    assert set(claims(judged(seals={place: False}))) == {code}
    grey = judged(seals={place: None})
    assert claims(grey) == {}
    asked = requests(grey)  # a person has to look before it is recommended
    assert set(asked) == {code}
    assert "无法判断" in asked[code].message
    assert "未" not in asked[code].message.partition("：")[0]  # nothing is claimed
    assert Outcome.UNKNOWN in {item.outcome for item in grey.results}


def test_a_date_that_was_not_found_is_not_called_blank():
    nowhere = field("application_date", ("", FieldState.MISSING), page=0)
    judgement = judged({"application_date": None}, extra=[nowhere])
    assert claims(judgement) == {}
    assert outcome(judgement, "application_date_in_window") is Outcome.UNKNOWN


def test_two_copies_are_too_few_and_an_uncounted_box_is_not_accused():
    assert "E-COPIES" in claims(judged(box=BoxFacts(copies=2)))
    assert claims(judged(box=BoxFacts())) == {}
    assert outcome(judged(box=BoxFacts()), "copies") is Outcome.UNKNOWN


def test_no_disc_is_noticed_where_it_was_counted_or_others_have_one():
    assert "E-COPIES" in claims(judged(box=BoxFacts(copies=3, disc=False)))
    assert "E-COPIES" in claims(judged(box=BoxFacts(copies=3, box_has_discs=True)))


def test_a_disc_without_a_word_form_is_of_the_wrong_type():
    pdf = SourceFile(
        box="b",
        file="b/disc/x/form.pdf",
        path="/nowhere",
        sha256="0" * 64,
        size=1,
        media_type="application/pdf",
        role=FileRole.ELECTRONIC_EVIDENCE,
        pages=1,
        status=FileStatus.READ,
    )
    box = BoxFacts(copies=3, disc=True, electronic_files=(pdf,))
    assert "E-COPIES" in claims(judged(box=box))
    word = pdf.model_copy(
        update={
            "media_type": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "role": FileRole.ELECTRONIC_FORM,
        }
    )
    box = BoxFacts(copies=3, disc=True, electronic_files=(pdf, word))
    assert claims(judged(box=box)) == {}


def test_the_last_day_is_in_time_and_the_next_is_late():
    assert claims(judged(box=BoxFacts(copies=3, disc=True, date_received=date(2021, 6, 4)))) == {}
    late = judged(box=BoxFacts(copies=3, disc=True, date_received=date(2021, 6, 5)))
    assert set(claims(late)) == {"E-LATE"}
    online = Registration(registration_id="r", enterprise_name=NAME, submitted="2021-06-06")
    assert set(claims(judged(registration=online))) == {"E-LATE"}


def test_a_key_field_in_doubt_is_a_request_to_look():
    judgement = judged({"contact": ("李敏", DOUBT)})
    assert claims(judgement) == {}
    assert requests(judgement)["E-OCR-LOW"].subject == "contact"


# --- across applications -----------------------------------------------------------------


def peer(tier: str, **changes: object) -> Peer:
    base = Peer(application_id="a-2", tier=tier, enterprise_name=NAME, uscc=uscc())
    return base.model_copy(update=changes)


def test_a_second_product_of_the_enterprise_is_one_too_many():
    judgement = judged(tier="product", peers=(peer("product", product_name="液压马达"),))
    assert "E-PRODUCT-DUP" in claims(judgement)
    stranger = peer("product", enterprise_name=STRANGER, uscc=uscc("MA0WRT45"))
    assert "E-PRODUCT-DUP" not in claims(judged(tier="product", peers=(stranger,)))


def test_copies_with_two_products_are_two_applications_in_one():
    other = field("product_name", "全自动液压马达", volume="v-2")
    assert "E-PRODUCT-DUP" in claims(judged(tier="product", extra=[other]))


def test_an_sme_form_and_a_little_giant_form_exclude_each_other():
    assert set(claims(judged(peers=(peer("little_giant"),)))) == {"E-FORM-TIER"}
    assert claims(judged(peers=(peer("product"),))) == {}


def test_a_form_of_another_tier_than_registered_is_found():
    online = Registration(registration_id="r", enterprise_name=NAME, tier="little_giant")
    assert set(claims(judged(registration=online))) == {"E-FORM-TIER"}


def test_the_prerequisite_is_a_title_in_force_and_no_table_is_not_no_title():
    assert set(claims(judged(titles=()))) == {"E-PREREQ"}
    assert set(claims(judged(titles=(title("product", "2021-01-15"),)))) == {"E-PREREQ"}
    assert set(claims(judged(titles=(title("product", name=STRANGER),)))) == {"E-PREREQ"}
    assert outcome(judged(titles=None), "prerequisite") is Outcome.UNKNOWN
    assert outcome(judged(), "prerequisite") is Outcome.MET
    assert claims(judged(titles=()))["E-PREREQ"].severity == "warn"


def test_an_unreadable_applicant_is_not_accused_of_having_no_title():
    unread = {"uscc": (uscc(), DOUBT), "enterprise_name": (NAME, DOUBT)}
    judgement = judged(unread, titles=())
    assert claims(judgement) == {}
    assert "E-PREREQ" in requests(judgement)


def test_a_name_in_doubt_excuses_nobody_whose_code_is_registered_under_an_exact_name():
    doubtful = {"enterprise_name": (NAME, DOUBT)}
    lapsed = (title("product", "2021-01-15"),)
    online = Registration(registration_id="r", enterprise_name=NAME, uscc=uscc())
    assert "E-PREREQ" in claims(judged(doubtful, titles=lapsed, registration=online))
    assert "E-PREREQ" not in claims(judged(doubtful, titles=lapsed))


# --- criteria and size --------------------------------------------------------------------


def test_thresholds_that_nobody_knows_answer_unknown():
    judgement = judged()
    unknown = [rule.id for rule in pack().rules if rule.status == "unknown" and "sme" in rule.tiers]
    assert unknown
    assert {outcome(judgement, rule) for rule in unknown} == {Outcome.UNKNOWN}


def test_an_enterprise_of_one_year_misses_the_two_years_of_the_product_tier():
    young = {"reg_date": "2020-03-12", "niche_years": "1"}
    licence = {"business_licence": {"established": "2020-03-12", "term": "长期"}}
    judgement = judged(young, tier="product", evidence=licence)
    assert "E-CRITERION:years_operating" in claims(judgement)


def figures(employees=None, revenue=None, assets=None):
    found = {"employees": employees, "revenue": revenue, "assets": assets}
    return {key: None if value is None else Decimal(value) for key, value in found.items()}


@pytest.mark.parametrize(
    ("employees", "revenue", "name"),
    [
        (1000, 40000, "大型"),
        (5000, 39999, "中型"),
        (999, 9000000, "中型"),
        (300, 2000, "中型"),
        (299, 2000, "小型"),
        (20, 300, "小型"),
        (19, 5000, "微型"),
        (2000, 100, "微型"),
    ],
)
def test_a_class_needs_all_of_its_bounds(employees, revenue, name):
    assert size_of("35", figures(employees, revenue)).name == name


def test_any_indicator_above_the_bound_does_not_make_an_enterprise_large():
    judgement = judged({"employees.2020": "1500"}, evidence={"social_security": {"headcount": ""}})
    assert "E-SIZE" not in claims(judgement)


def test_an_enterprise_that_reaches_both_bounds_is_large():
    figures_of_a_giant = {"employees.2020": "1200", "revenue.2020": "50000"}
    judgement = judged(figures_of_a_giant)
    assert claims(judgement)["E-SIZE"].severity == "error"
    assert "1200" in claims(judgement)["E-SIZE"].message


def test_a_missing_figure_leaves_the_size_open_unless_the_other_decides():
    assert size_of("35", figures(revenue=50000)).name is None
    assert size_of("35", figures(employees=10)).name == "微型"
    assert size_of("66", figures(10, 10)) is None


def test_storage_and_loading_are_two_sectors_of_one_division():
    assert size_of("5910", figures(250, 31000)).sector == "交通运输业"
    assert size_of("5930", figures(250, 31000)).name == "大型"


@given(st.integers(0, 3000), st.integers(0, 90000), st.integers(0, 3000), st.integers(0, 90000))
def test_growing_never_makes_an_enterprise_smaller(staff, revenue, more_staff, more_revenue):
    order = ["微型", "小型", "中型", "大型"]
    before = size_of("39", figures(staff, revenue)).name
    after = size_of("39", figures(staff + more_staff, revenue + more_revenue)).name
    assert order.index(after) >= order.index(before)


def test_paper_goes_before_the_disc():
    electronic = field("debt_ratio", "99", Medium.ELECTRONIC)
    assert claims(judged(extra=[electronic])) == {}


def test_copies_that_state_different_values_leave_the_value_in_doubt():
    other = field("debt_ratio", "45", volume="v-2")
    judgement = judged(extra=[other])
    assert "E-RATIO" not in claims(judgement)
    assert outcome(judgement, "debt_ratio") is Outcome.UNKNOWN
