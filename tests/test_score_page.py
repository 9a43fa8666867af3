"""The page of a score: figures, risk over coverage, errors with pixels, nothing from outside."""

from __future__ import annotations

import numpy as np
from builders_out import programme

from extractors.page import Box
from pipeline.originals import Originals
from pipeline.records import PageRef
from pipeline.score import FieldMiss, Score, Share
from pipeline.score_page import score_page, worst

ALL = Share(hits=4, total=4)


def miss(key: str, state: str, value: str = "12") -> FieldMiss:
    return FieldMiss(
        application="T1",
        volume="1",
        medium="paper",
        key=key,
        truth="17",
        value=value,
        state=state,
        reason="",
        place=PageRef(file="box/scans/a.pdf", page=3),
        box=Box(x0=1, y0=2, x1=30, y1=20),
    )


def scored(*misses: FieldMiss) -> Score:
    shares = (
        "applications", "fields", "accepted", "silent_errors", "document_pages", "document_ranges",
        "volumes_split", "findings_recall", "findings_precision", "match_top", "match_accepted",
        "differences_recall",
    )  # fmt: skip
    return Score(
        **dict.fromkeys(shares, ALL),
        applications_invented=0,
        known_empty=0,
        match_false=0,
        fields_by_key=(("revenue", ALL),),
        risk_coverage=((0.5, 0.0), (1.0, 0.25)),
        findings_by_code=(("E-SIZE", 1, 0, 0),),
        field_misses=misses,
        finding_misses=(),
    )


class Pixels(Originals):
    def __init__(self):
        super().__init__({}, {})

    def crop(self, ref, box):
        return np.zeros((20, 60, 3), np.uint8)


def test_silent_errors_come_first():
    result = scored(miss("legal_rep", "review"), miss("revenue.2020", "accepted"))
    assert [one.key for one in worst(result)] == ["revenue.2020", "legal_rep"]


def test_the_page_shows_the_pixels_of_an_error_and_loads_nothing():
    result = scored(miss("revenue.2020", "accepted", value="<script>alert(1)</script>"))
    page = score_page(result, worst(result), Pixels(), programme())
    assert "data:image/jpeg;base64," in page
    assert "<script>" not in page
    assert "http" not in page.replace("http-equiv", "")
    assert "（2020年）" in page


def test_without_originals_the_page_says_so_and_shows_the_texts():
    result = scored(miss("revenue.2020", "review"))
    page = score_page(result, worst(result), Originals({}, {}), programme(), "没有原件截图")
    assert "没有原件截图" in page
    assert "data:image" not in page.partition("</head>")[2]


def test_the_curve_reaches_from_the_surest_values_to_all_of_them():
    page = score_page(scored(), [], Originals({}, {}), programme())
    assert 'points="250.0,120.0 500.0,0.0"' in page
