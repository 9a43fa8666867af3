"""What is missing, doubtful or unread makes no rule unmet: the strongest promise of judgement.

A sound application is spoilt in all ways in which paper and reading fail.  Whatever is spoilt,
no rule may become ``unmet`` that was not before, unless absence itself is the fact – and then
only where every page that arrived was told for something else.
"""

from __future__ import annotations

from datetime import date

import pytest
from builders_check import (
    EVIDENCE,
    FORM,
    NAME,
    SEALS,
    STRANGER,
    claims,
    judged,
    outcome,
    requests,
    uscc,
)
from builders_national import applied
from hypothesis import given, settings
from hypothesis import strategies as st
from test_scores import STRONG

from pipeline.records import (
    FieldState,
    FileRole,
    FileStatus,
    Medium,
    Outcome,
    Registration,
    SourceFile,
)
from pipeline.rules.context import BoxFacts, Peer, Unseen

_PAPERS = {
    kind: {key: value for own, found in EVIDENCE if own == kind for key, value in found.items()}
    for kind, _ in EVIDENCE
}
_OPTIONAL = sorted({kind for kind, _ in EVIDENCE} - {"application_form"})
_LOOK_ALIKE = str.maketrans("0135689大王星机有", "8764953犬玉昱杌冇")
ONLINE = Registration(
    registration_id="r-1", enterprise_name=NAME, uscc=uscc(), tier="sme", submitted="2021-06-01"
)
AROUND = {
    "registration": ONLINE,
    "peers": (
        Peer(application_id="a-9", tier="sme", enterprise_name=STRANGER, uscc=uscc("MA0WRT45")),
    ),
    "box": BoxFacts(
        copies=3, disc=True, date_received=date(2021, 6, 2), date_forwarded=date(2021, 6, 9)
    ),
}
SOMETHING = Unseen(medium=Medium.PAPER, file="box/scans/a.pdf", page=9, why="未能辨认类别")


def spoilt(value: str) -> st.SearchStrategy[object]:
    """A value that is gone, unreadable, in doubt, or misread and in doubt."""
    return st.sampled_from(
        [
            None,
            ("", FieldState.UNREADABLE),
            (value, FieldState.REVIEW),
            (value.translate(_LOOK_ALIKE), FieldState.REVIEW),
            (value[:-1], FieldState.REVIEW),
        ]
    )


def some_of(values: dict[str, str]) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries(
        {}, optional={key: spoilt(str(value)) for key, value in values.items()}
    )


def unmet(judgement) -> set[str]:
    return {item.rule for item in judgement.results if item.outcome is Outcome.UNMET}


def gone(values: dict[str, object]) -> dict[str, object]:
    """Values of evidence; one that was seen to be empty is a fact, so none is here."""
    absent = ("", FieldState.UNREADABLE)
    return {key: absent if value is None else value for key, value in values.items()}


@settings(max_examples=120, deadline=None)
@given(
    tier=st.sampled_from(["product", "sme", "little_giant"]),
    form=some_of(dict(FORM)),
    papers=st.fixed_dictionaries({}, optional={k: some_of(v) for k, v in _PAPERS.items() if v}),
    without=st.sets(st.sampled_from(_OPTIONAL)),
    seals=st.dictionaries(st.sampled_from(SEALS), st.none()),
    known=st.booleans(),
)
def test_no_subset_of_what_was_not_read_makes_a_rule_unmet(
    tier, form, papers, without, seals, known
):
    around = AROUND if known else {}
    if tier != "sme":
        around = {key: value for key, value in around.items() if key != "registration"}
    before = unmet(judged(tier=tier, **around))
    judgement = judged(
        form,
        tier=tier,
        evidence={kind: gone(values) for kind, values in papers.items()},
        without=sorted(without),
        seals=seals,
        unseen=(SOMETHING,) if without else (),
        **around,
    )
    assert unmet(judgement) <= before
    assert claims(judgement) == {}


@settings(max_examples=40, deadline=None)
@given(
    form=some_of({key: value for key, value in STRONG.items() if value}),
    without=st.sets(st.sampled_from(_OPTIONAL)),
)
def test_nor_does_it_in_a_programme_with_scores(form, without):
    before = unmet(applied(STRONG))
    unseen = (SOMETHING,) if without else ()
    judgement = applied(STRONG | form, without=sorted(without), unseen=unseen)
    assert unmet(judgement) <= before


def test_evidence_that_is_nowhere_is_missing_where_all_pages_are_told():
    judgement = judged(without=["introduction"])
    assert outcome(judgement, "evidence_present") is Outcome.UNMET
    assert "E-EVID-MISSING:introduction" in claims(judgement)


def test_evidence_that_an_unidentified_page_may_be_is_for_a_person_and_the_reason_names_the_page():
    judgement = judged(without=["introduction"], unseen=(SOMETHING,))
    assert outcome(judgement, "evidence_present") is Outcome.UNKNOWN
    assert claims(judgement) == {}
    message = requests(judgement)["E-EVID-MISSING:introduction"].message
    assert "a.pdf第9页未能辨认类别" in message
    answer = next(item for item in judgement.results if item.rule == "evidence_present")
    assert ("box/scans/a.pdf", 9) in {(used.file, used.page) for used in answer.used}


@pytest.mark.parametrize(("kind", "told"), [("patent", Outcome.UNMET), ("", Outcome.UNKNOWN)])
def test_a_page_without_an_owner_stands_only_for_what_it_is(kind, told):
    item = SOMETHING.model_copy(update={"kind": kind})
    assert outcome(judged(without=["introduction"], unseen=(item,)), "evidence_present") is told


def test_a_missing_copy_may_be_among_the_files_that_could_not_be_opened():
    box = BoxFacts(copies_expected=3)
    shut = Unseen(medium=Medium.PAPER, file="box/scans/b.pdf", why="文件未能读取")
    assert outcome(judged(box=box), "copies") is Outcome.UNMET
    judgement = judged(box=box, unseen=(shut,))
    assert outcome(judgement, "copies") is Outcome.UNKNOWN
    assert "b.pdf文件未能读取" in requests(judgement)["E-COPIES"].message


def test_a_disc_folder_without_an_owner_may_be_the_one_that_is_missed():
    box = BoxFacts(copies=3, box_has_discs=True)
    folder = Unseen(medium=Medium.ELECTRONIC, file="box/disc/某公司/申报表.docx", why="未能归属")
    assert outcome(judged(box=box), "disc") is Outcome.UNMET
    assert outcome(judged(box=box, unseen=(folder,)), "disc") is Outcome.UNKNOWN


def test_a_word_form_may_be_the_file_of_a_disc_that_cannot_be_opened():
    def file(name: str, status: FileStatus, media_type: str) -> SourceFile:
        return SourceFile(
            box="box",
            file=f"box/disc/{name}",
            path="",
            sha256="",
            size=1,
            media_type=media_type,
            role=FileRole.ELECTRONIC_EVIDENCE,
            pages=1,
            status=status,
        )

    pdf = file("佐证.pdf", FileStatus.READ, "application/pdf")
    shut = file("申报表.docx", FileStatus.SET_ASIDE, "application/octet-stream")
    alone = judged(box=BoxFacts(copies=3, disc=True, electronic_files=(pdf,)))
    beside = judged(box=BoxFacts(copies=3, disc=True, electronic_files=(pdf, shut)))
    assert outcome(alone, "electronic_types") is Outcome.UNMET
    assert outcome(beside, "electronic_types") is Outcome.UNKNOWN


@pytest.mark.parametrize("rule", ["one_product", "single_tier"])
def test_another_application_that_was_read_in_doubt_excludes_nothing(rule):
    tier, other = ("product", "product") if rule == "one_product" else ("sme", "little_giant")
    peer = Peer(
        application_id="a-2",
        tier=other,
        enterprise_name=NAME,
        uscc=uscc(),
        product_name="液压马达",
        sure=False,
    )
    sure = peer.model_copy(update={"sure": True})
    assert outcome(judged(tier=tier, peers=(sure,)), rule) is Outcome.UNMET
    assert outcome(judged(tier=tier, peers=(peer,)), rule) is Outcome.UNKNOWN
    form = {"product_name": ("回转工作台", FieldState.REVIEW)}
    if rule == "single_tier":
        form = {key: (str(FORM[key]), FieldState.REVIEW) for key in ("enterprise_name", "uscc")}
    assert outcome(judged(form, tier=tier, peers=(sure,)), rule) is Outcome.UNKNOWN


def test_a_report_whose_date_is_in_doubt_proves_no_missing_year():
    dated = {"year": ("", FieldState.MISSING), "date": ("2021-03-01", FieldState.REVIEW)}
    assert outcome(judged(evidence={"audit_report": dated}), "audit_years") is Outcome.UNKNOWN


def test_evidence_that_ended_within_the_window_is_open_while_the_day_of_application_is():
    ended = {"system_certificate": {"valid_to": "2021-05-25"}}
    doubt = {"application_date": ("2021-05-28", FieldState.REVIEW)}
    assert outcome(judged(evidence=ended), "evidence_valid") is Outcome.UNMET
    assert outcome(judged(doubt, evidence=ended), "evidence_valid") is Outcome.UNKNOWN
    before = {"system_certificate": {"valid_to": "2021-05-19"}}
    assert outcome(judged(doubt, evidence=before), "evidence_valid") is Outcome.UNMET


@pytest.mark.parametrize(("confidence", "told"), [(0.9, Outcome.UNMET), (0.3, Outcome.UNKNOWN)])
def test_papers_of_uncertain_kind_are_bound_in_no_wrong_order(confidence, told):
    judgement = judged(add=[("business_licence", {})], confidence=confidence)
    assert outcome(judgement, "evidence_order") is told
    assert {item.code for item in judgement.findings} == (
        {"E-EVID-ORDER"} if told is Outcome.UNMET else set()
    )
