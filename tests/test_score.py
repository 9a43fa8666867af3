import csv
import json

import pytest

from pipeline.errors import InputError
from pipeline.score import score, summary

COLUMNS = {
    "applications": "application_id,tier",
    "fields": "application_id,volume,medium,key,value,state,page",
    "documents": "application_id,volume,type,file,first_page,last_page",
    "findings": "application_id,code,severity,message",
    "matches": "application_id,rank,registration_id,decision",
    "differences": "application_id,key,kind",
}


@pytest.fixture
def measure(tmp_path):
    """Writes results and truth, and measures the one against the other."""

    def write(fields, *, findings=(), truth_findings=(), match=("R1", "accepted"), last_page=2):
        rows = {
            "applications": [("A001", "sme")],
            "fields": fields,
            "documents": [("A001", "A001-P1", "application_form", "box/scans/a.pdf", 1, last_page)],
            "findings": findings,
            "matches": [("A001", 1, *match)],
            "differences": [],
        }
        for name, header in COLUMNS.items():
            with (tmp_path / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows([header.split(","), *rows[name]])
        pages = [["scans/a.pdf", 1], ["scans/a.pdf", 2]]
        application = {
            "id": "T1",
            "tier": "sme",
            "registration_id": "R1",
            "volumes": [
                {
                    "medium": "paper",
                    "number": 1,
                    "documents": [{"type": "application_form", "pages": pages}],
                }
            ],
            "fields": {"paper": {"1": {"contact": "李敏", "uscc": ""}}},
            "findings": [{"code": code} for code in truth_findings],
        }
        truth = tmp_path / "truth.json"
        truth.write_text(json.dumps({"applications": [application]}), encoding="utf-8")
        return score(tmp_path, truth)

    return write


def paper(key, value, state="accepted", page=1):
    return ("A001", "A001-P1", "paper", key, value, state, page)


def test_right_values_count_as_right_and_blank_labels_too(measure):
    result = measure([paper("contact", "李敏"), paper("uscc", "", "missing")])
    assert (result.fields.hits, result.fields.total) == (2, 2)
    assert result.silent_errors.hits == 0


def test_an_accepted_wrong_value_is_a_silent_error(measure):
    result = measure([paper("contact", "李每"), paper("uscc", "", "missing")])
    assert (result.silent_errors.hits, result.silent_errors.total) == (1, 2)
    assert "李每" in summary(result)


def test_a_wrong_value_in_review_is_not_silent(measure):
    result = measure([paper("contact", "李每", "review"), paper("uscc", "", "missing")])
    assert result.silent_errors.hits == 0
    assert result.fields.hits == 1


def test_a_label_known_to_be_left_empty_counts_as_decided(measure):
    result = measure([paper("contact", "李敏"), paper("uscc", "", "missing")])
    assert (result.accepted.hits, result.known_empty) == (2, 1)


def test_a_label_that_was_not_found_is_not_decided(measure):
    result = measure([paper("contact", "李敏"), paper("uscc", "", "missing", page=0)])
    assert (result.accepted.hits, result.known_empty) == (1, 0)


def test_a_value_taken_for_left_empty_is_a_silent_error(measure):
    result = measure([paper("contact", "", "missing"), paper("uscc", "", "missing")])
    assert (result.silent_errors.hits, result.silent_errors.total) == (1, 2)


def test_a_value_that_was_not_found_is_wrong_even_where_the_truth_is_empty(measure):
    assert measure([paper("contact", "李敏")]).fields.hits == 1


def test_requests_to_look_are_no_claims(measure):
    found = [("A001", "E-RATIO", "warn", "…"), ("A001", "E-OCR-LOW", "review", "…")]
    result = measure([], findings=found, truth_findings=["E-RATIO", "E-PREREQ"])
    assert (result.findings_recall.hits, result.findings_recall.total) == (1, 2)
    assert (result.findings_precision.hits, result.findings_precision.total) == (1, 1)


def test_a_match_accepted_with_another_registration_is_a_false_accept(measure):
    assert measure([], match=("R2", "accepted")).match_false == 1
    assert measure([], match=("R2", "review")).match_false == 0


def test_a_file_that_is_no_truth_is_refused_by_name(tmp_path):
    (tmp_path / "truth.json").write_text("[]", encoding="utf-8")
    with pytest.raises(InputError, match=r"truth\.json"):
        score(tmp_path, tmp_path / "truth.json")


def test_a_document_with_a_page_too_many_is_out_of_range_and_its_volume_not_split_right(measure):
    right, wrong = measure([]), measure([], last_page=3)
    assert (right.document_ranges.hits, right.volumes_split.hits) == (1, 1)
    assert (wrong.document_ranges.hits, wrong.volumes_split.hits) == (0, 0)
    assert wrong.document_pages.hits == 2


def test_risk_grows_with_coverage_where_doubtful_values_are_wrong(measure):
    result = measure([paper("contact", "李敏"), paper("uscc", "9121", "review")])
    assert result.risk_coverage[0] == (0.5, 0.0)
    assert result.risk_coverage[-1] == (1.0, 0.5)
