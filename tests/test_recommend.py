"""What is recommended, from which district, and what the tables say of it."""

import pytest
from builders_out import extraction, finding, programme, result, value

from pipeline.districts import find_district
from pipeline.records import ApplicationState, Decision, FieldState, Medium, Registration, Severity
from pipeline.stages.recommend import (
    best_value,
    district_of,
    doubtful_keys,
    listed,
    note_of,
    pool,
    rows_of,
)


@pytest.fixture(scope="module")
def pack():
    return programme()


def table(pack, annex):
    return next(table for table in pack.tables if table.annex == annex)


def test_what_has_no_error_and_no_doubt_is_recommended(pack):
    assert result(pack).state is ApplicationState.RECOMMENDED


def test_an_error_means_that_something_has_to_be_put_right(pack):
    bad = result(pack, findings=(finding("A-001", "E-STAMP-COVER", "封面未盖章"),))
    assert bad.state is ApplicationState.TO_CORRECT


def test_a_warning_alone_does_not_hold_an_application_back(pack):
    warned = result(pack, findings=(finding("A-001", "E-PREREQ", "未查到", Severity.WARN),))
    assert warned.state is ApplicationState.RECOMMENDED


@pytest.mark.parametrize(
    "doubt",
    [
        {"decision": Decision.REVIEW},
        {"decision": Decision.REJECTED},
        {"states": {"uscc": FieldState.REVIEW}},
        {"states": {"legal_rep": FieldState.UNREADABLE}},
        {"states": {"revenue.2019": FieldState.REVIEW}},
        {"findings": (finding("A-001", "E-OCR-LOW", "看不清", Severity.REVIEW),)},
    ],
)
def test_doubt_is_for_a_person_and_never_recommended(pack, doubt):
    assert result(pack, **doubt).state is ApplicationState.REVIEW


def test_a_doubtful_field_that_is_no_key_field_does_not_hold_back(pack):
    one = result(pack, tier="sme", states={"industry2": FieldState.REVIEW})
    assert one.state is ApplicationState.RECOMMENDED
    row = rows_of(table(pack, 7), [one], pack)[0]
    titles = [column.source for column in table(pack, 7).columns]
    assert row.cells[titles.index("industry2")].certain is False


def test_a_certain_second_copy_settles_a_doubtful_first(pack):
    both = (
        value("A", "uscc", "9121", state=FieldState.REVIEW, number=1),
        value("A", "uscc", "9122", number=2),
    )
    best = best_value(extraction("A", both), "uscc")
    assert (best.value, best.certain) == ("9122", True)


def test_two_copies_that_are_sure_of_different_values_settle_nothing(pack):
    both = (value("A", "uscc", "9121", number=1), value("A", "uscc", "9122", number=2))
    assert best_value(extraction("A", both), "uscc").certain is False


def test_a_person_settles_what_copies_disagree_on():
    both = (
        value("A", "uscc", "9121", number=1),
        value("A", "uscc", "9122", number=2, state=FieldState.CORRECTED),
    )
    best = best_value(extraction("A", both), "uscc")
    assert (best.value, best.certain) == ("9122", True)


def test_the_online_record_is_never_taken_for_what_the_paper_says(pack):
    online = result(pack, values={"legal_rep": ""})
    only_online = [f for f in online.extraction.fields if f.medium is Medium.ONLINE]
    assert {"enterprise_name", "uscc", "district"} == {field.key for field in only_online}
    assert best_value(extraction("A", tuple(only_online)), "uscc").value == ""


def test_a_key_field_found_nowhere_is_a_doubt(pack):
    assert "uscc" in doubtful_keys(extraction("A", ()), "sme", pack)


def test_districts_are_found_by_name_alias_and_place(pack):
    assert find_district("大连市甘井子区", pack) == "甘井子区"
    assert find_district("甘井子", pack) == "甘井子区"
    assert find_district("广东省中山市火炬路1号", pack, address=True) == ""
    assert find_district("", pack) == ""
    assert find_district("火星区", pack) == ""


def test_a_text_that_names_two_districts_names_none(pack):
    assert find_district("中山区或西岗区", pack) == ""


def test_a_doubtful_district_gives_way_to_the_online_record(pack):
    doubtful = (value("A", "district", "西岗区", state=FieldState.REVIEW),)
    online = Registration(registration_id="R", enterprise_name="甲", district="沙河口区")
    assert district_of(extraction("A", doubtful), online, pack) == "沙河口区"
    assert district_of(extraction("A", doubtful), None, pack) == "西岗区"
    certain = (value("A", "district", "西岗区"),)
    assert district_of(extraction("A", certain), online, pack) == "西岗区"
    assert district_of(extraction("A", ()), None, pack) == ""


def test_tables_list_the_recommended_of_their_tier_by_district(pack):
    names = [d.name for d in pack.districts if d.reports][:2]
    later = result(pack, "A-001", values={"district": names[1]})
    first = result(pack, "A-002", values={"district": names[0]})
    other_tier = result(pack, "A-003", "sme")
    waiting = result(pack, "A-004", decision=Decision.REVIEW)
    found = listed(table(pack, 6), [later, first, other_tier, waiting], pack)
    assert [r.application.application_id for r in found] == ["A-002", "A-001"]


def test_the_pool_takes_the_unfit_with_potential_and_each_enterprise_once(pack):
    error = "E-EVID-MISSING:audit_report"
    product = result(pack, "A-001", "product", findings=(finding("A-001", error, "缺"),))
    sme = result(pack, "A-002", "sme", findings=(finding("A-002", error, "缺"),))
    assert [r.application.application_id for r in pool([product, sme], pack)] == ["A-002"]
    recommended = result(pack, "A-003", "product")
    assert pool([sme, recommended], pack) == ()
    bar = next(defect.code for defect in pack.defects if defect.bars_pool)
    barred = result(pack, "A-004", "sme", findings=(finding("A-004", bar, "不宜"),))
    assert pool([barred], pack) == ()


def test_every_column_of_every_table_of_the_pack_has_a_cell(pack):
    one = result(pack, "A-001", findings=(finding("A-001", "E-PREREQ", "未查到", Severity.WARN),))
    for summary in pack.tables:
        row = rows_of(summary, [one], pack)[0]
        cells = dict(zip((c.source for c in summary.columns), row.cells, strict=True))
        assert cells["#"].text == "1"
        assert cells["categories"].text == "专业化、创新化" if "categories" in cells else True
        assert cells["note"].text == "未查到"
    product = dict(
        zip(
            (c.source for c in table(pack, 6).columns),
            rows_of(table(pack, 6), [one], pack)[0].cells,
            strict=True,
        )
    )
    assert product["ip"].text == "发明专利3件"


def test_a_long_list_of_warnings_is_told_in_short_in_the_tables(pack):
    many = tuple(
        finding("A-001", "E-RATIO", f"研发费用占比与申报数据推算不符，第{number}处", Severity.WARN)
        for number in range(5)
    )
    note = note_of(result(pack, findings=many))
    assert len(note) < 70
    assert "等5项" in note
    assert "问题清单" in note
    assert note_of(result(pack, findings=many[:1])) == many[0].message
