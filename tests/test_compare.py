from builders_check import NAME, pack
from hypothesis import given
from hypothesis import strategies as st

from extractors.page import Box
from pipeline.records import (
    Application,
    DifferenceKind,
    Extraction,
    Field,
    FieldState,
    Medium,
    Registration,
    Severity,
)
from pipeline.stages.compare import compare, findings_of

PLACE = Box(x0=100, y0=100, x1=300, y1=130)
APPLICATION = Application(
    application_id="A001", tier="sme", enterprise_name=NAME, uscc="", volumes=()
)


def stated(key, value, medium=Medium.PAPER, *, sure=0.99, state=FieldState.ACCEPTED, page=2):
    return Field(
        application_id="A001",
        volume="A001-P1",
        medium=medium,
        key=key,
        value=value,
        raw=value,
        unit="",
        state=state,
        read_confidence=sure,
        place_confidence=0.99,
        file="box/scans/a.pdf",
        sha256="0" * 64,
        page=page,
        box=PLACE,
        engine="paddleocr",
        rule="cell-right",
    )


def extracted(*fields):
    return Extraction(
        application_id="A001",
        fields=fields,
        seals=(),
        unassigned=(),
        lines_total=0,
        lines_in_fields=0,
        lines_in_cells=0,
        lines_in_body=0,
    )


def differences(*fields, registration=None, provisional=False):
    return compare(APPLICATION, extracted(*fields), registration, pack(), provisional)


def findings(*fields, **how):
    return findings_of(differences(*fields, **how), extracted(*fields), pack())


def kinds(*fields):
    return [difference.kind for difference in differences(*fields)]


def word(key, value, **options):
    return stated(key, value, Medium.ELECTRONIC, sure=1.0, **options)


def test_a_figure_changed_in_the_word_file_after_printing_is_a_difference_of_content():
    (difference,) = differences(stated("revenue.2020", "12100"), word("revenue.2020", "18100"))
    assert difference.kind is DifferenceKind.CONTENT
    assert (difference.paper, difference.electronic) == ("12100", "18100")


def test_the_same_figure_under_a_unit_that_was_read_otherwise_is_a_doubt_of_reading():
    paper = stated("revenue.2020", "0.467161").model_copy(update={"raw": "4,671.61"})
    assert kinds(paper, word("revenue.2020", "4671.61")) == [DifferenceKind.READING]
    other = stated("revenue.2020", "0.467171").model_copy(update={"raw": "4,671.71"})
    assert kinds(other, word("revenue.2020", "4671.61")) == [DifferenceKind.CONTENT]


def test_a_letter_that_stands_twice_may_have_been_read_once():
    paper = stated("contact_email", "rrff_dl@rff-dl.com.cn")
    assert kinds(paper, word("contact_email", "rrff_dl@rrff-dl.com.cn")) == [DifferenceKind.READING]
    assert kinds(paper, word("contact_email", "rrff_dl@rfg-dl.com.cn")) == [DifferenceKind.CONTENT]


def test_the_same_amount_written_otherwise_is_none_of_content():
    amounts = stated("revenue.2020", "12100.50"), word("revenue.2020", "12100.5")
    (difference,) = differences(*amounts)
    assert difference.kind is DifferenceKind.LAYOUT
    assert findings(*amounts) == ()


def test_a_paper_read_with_doubt_is_not_held_against_the_applicant():
    (difference,) = differences(
        stated("legal_rep", "王健国", sure=0.6, state=FieldState.REVIEW),
        word("legal_rep", "王建国"),
    )
    assert difference.kind is DifferenceKind.READING
    assert difference.severity is Severity.REVIEW


def test_what_is_for_review_only_because_the_copies_differ_is_content():
    paper = stated("revenue.2020", "3000", state=FieldState.REVIEW)
    assert kinds(paper, word("revenue.2020", "3500")) == [DifferenceKind.CONTENT]
    doubtful = paper.model_copy(update={"read_surely": False})
    assert kinds(doubtful, word("revenue.2020", "3500")) == [DifferenceKind.READING]


def test_a_blank_place_that_may_hide_something_is_no_difference():
    blank = stated("contact", "", state=FieldState.REVIEW)
    assert kinds(blank, word("contact", "李四")) == [DifferenceKind.CONTENT]
    hidden = blank.model_copy(update={"read_surely": False})
    assert kinds(hidden, word("contact", "李四")) == []


def test_another_person_read_surely_is_content():
    (difference,) = differences(stated("legal_rep", "赵小海"), word("legal_rep", "王建国"))
    assert difference.kind is DifferenceKind.CONTENT


def test_both_legal_forms_of_a_limited_company_are_the_same_name():
    (difference,) = differences(
        stated("enterprise_name", NAME),
        word("enterprise_name", NAME.replace("有限公司", "有限责任公司")),
    )
    assert difference.kind is DifferenceKind.LAYOUT


def test_equal_values_are_no_difference():
    assert differences(stated("contact", "李敏"), word("contact", "李敏")) == ()


def test_a_field_found_on_no_page_is_no_difference():
    nowhere = stated("contact", "", state=FieldState.MISSING, page=0)
    assert differences(nowhere, word("contact", "李敏")) == ()


def test_a_place_left_blank_on_paper_and_filled_in_the_word_file_is_content():
    blank = stated("contact", "", state=FieldState.MISSING, page=2)
    (difference,) = differences(blank, word("contact", "李敏"))
    assert difference.kind is DifferenceKind.CONTENT


def test_the_online_record_is_compared_too():
    online = Registration(registration_id="R1", enterprise_name=NAME, legal_rep="赵小海")
    paper = stated("legal_rep", "王建国")
    (difference,) = differences(paper, registration=online)
    assert difference.online == "赵小海"
    (finding,) = findings(paper, registration=online)
    assert finding.code == "E-ONLINE-PAPER"
    assert finding.subject == "legal_rep"


def test_a_finding_says_what_the_sides_state_and_leads_to_the_paper():
    (finding,) = findings(stated("revenue.2020", "12100"), word("revenue.2020", "12700"))
    assert "（2020年）" in finding.message
    assert finding.message.endswith("纸质版为“12100”，电子版为“12700”")
    assert (finding.file, finding.page) == ("box/scans/a.pdf", 2)


def test_a_side_that_was_left_empty_is_said_to_be():
    blank = stated("contact", "", state=FieldState.MISSING, page=2)
    (finding,) = findings(blank, word("contact", "李敏"))
    assert finding.message.endswith("纸质版未填，电子版为“李敏”")
    blank = stated("legal_rep", "", state=FieldState.MISSING, page=2)
    online = Registration(registration_id="R1", enterprise_name=NAME, legal_rep="李敏")
    (finding,) = findings(blank, word("legal_rep", "李敏"), registration=online)
    assert finding.message.endswith("纸质版未填，电子版为“李敏”，网上填报为“李敏”")


def test_letters_that_print_like_digits_are_a_doubt_of_reading():
    paper = stated("certs", "本产品通过IS09001认证")
    assert kinds(paper, word("certs", "本产品通过ISO 9001认证")) == [DifferenceKind.READING]
    assert kinds(paper, word("certs", "本产品通过ISO 9002认证")) == [DifferenceKind.CONTENT]


def test_a_record_that_is_yet_to_be_confirmed_is_compared_and_held_against_nobody():
    online = Registration(registration_id="R1", enterprise_name=NAME, legal_rep="赵小海")
    paper = stated("legal_rep", "王建国")
    (difference,) = differences(paper, registration=online, provisional=True)
    assert (difference.online, difference.kind) == ("赵小海", DifferenceKind.CONTENT)
    assert difference.severity is Severity.REVIEW
    assert findings(paper, registration=online, provisional=True) == ()


def test_what_the_word_form_states_otherwise_counts_whoever_the_record_belongs_to():
    online = Registration(registration_id="R1", enterprise_name=NAME, legal_rep="赵小海")
    both = (stated("legal_rep", "王建国"), word("legal_rep", "李大江"))
    (difference,) = differences(*both, registration=online, provisional=True)
    assert difference.severity is Severity.ERROR
    assert len(findings(*both, registration=online, provisional=True)) == 1


@given(st.text(alphabet="0123456789大连王李有限（）()，、", min_size=1, max_size=20))
def test_a_value_never_differs_from_itself(value):
    assert differences(stated("contact", value), word("contact", value)) == ()


def test_a_tick_that_was_not_seen_on_paper_is_a_doubt_of_reading():
    unseen = stated("size_class", "", state=FieldState.MISSING)
    (difference,) = differences(unseen, word("size_class", "小型"))
    assert difference.kind is DifferenceKind.READING


def doubtful(key, value, sure=0.97, left_open="", **how):
    return stated(key, value, sure=sure, **how).model_copy(
        update={"state": FieldState.REVIEW, "read_surely": False, "left_open": left_open}
    )


def test_a_telephone_with_another_figure_is_no_matter_of_writing():
    assert kinds(
        stated("contact_mobile", "15015458782"), word("contact_mobile", "15915458782")
    ) == [DifferenceKind.CONTENT]
    assert kinds(stated("legal_rep_tel", "0411-63158400"), word("legal_rep_tel", "63158400")) == [
        DifferenceKind.LAYOUT
    ]


def test_one_figure_of_a_long_text_that_was_read_surely_is_of_content():
    text = "本产品由公司自主研发，主要应用于能源装备领域，额定转速19000r/min，定位精度±0.002mm。"
    (kind,) = kinds(stated("product_name", text), word("product_name", text.replace("9", "7", 1)))
    assert kind is DifferenceKind.CONTENT


def test_another_person_is_no_slip_of_a_reader_that_doubts_one_rare_character():
    assert kinds(doubtful("contact", "夏堃"), word("contact", "周磊娜")) == [DifferenceKind.CONTENT]
    assert kinds(doubtful("contact", "夏堃"), word("contact", "夏坤")) == [DifferenceKind.READING]


def test_a_doubtful_line_tells_figures_that_have_no_rival_and_no_others():
    before, after = "砬山路55号", "砬山路25号"
    clear = doubtful("mail_address", before, sure=0.85)
    assert kinds(clear, word("mail_address", after)) == [DifferenceKind.CONTENT]
    open_ = doubtful("mail_address", before, sure=0.85, left_open="5")
    assert kinds(open_, word("mail_address", after)) == [DifferenceKind.READING]
    faint = doubtful("mail_address", before, sure=0.6)
    assert kinds(faint, word("mail_address", after)) == [DifferenceKind.READING]
    stamped = clear.model_copy(update={"under_seal": True})
    assert kinds(stamped, word("mail_address", after)) == [DifferenceKind.READING]


def test_what_a_file_states_is_compared_even_where_it_is_no_value():
    odd = word("reg_date", "").model_copy(update={"raw": "7018年10月", "state": FieldState.REVIEW})
    (found,) = differences(stated("reg_date", "2018-10"), odd)
    assert (found.kind, found.electronic) == (DifferenceKind.CONTENT, "7018年10月")


def test_ticks_that_are_in_doubt_on_paper_are_never_a_difference_of_content():
    word = stated("categories_ticked", "专业化;创新化;特色化", medium=Medium.ELECTRONIC)
    seen = stated("categories_ticked", "专业化", state=FieldState.REVIEW)
    assert kinds(seen.model_copy(update={"read_surely": False}), word) == [DifferenceKind.READING]
    assert kinds(seen.model_copy(update={"read_surely": True}), word) == [DifferenceKind.CONTENT]
