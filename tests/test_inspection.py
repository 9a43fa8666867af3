"""What ``zjtx inspect`` says and draws about a page."""

from __future__ import annotations

import json

import numpy as np
import pypdfium2 as pdfium

from extractors.page import (
    Box,
    Cell,
    Line,
    PagePreparation,
    PageView,
    Pair,
    Quality,
    Seal,
    TextSource,
    Tick,
)
from pipeline.inspection import draw_page, inspect_pages, page_data
from pipeline.media import Limits
from pipeline.stages.intake import survey_one

LABEL = Box(x0=20, y0=20, x1=80, y1=50)
VALUE = Box(x0=120, y0=20, x1=260, y1=50)
VIEW = PageView(
    preparation=PagePreparation(
        width=400,
        height=300,
        dpi=200,
        rotation=90,
        skew=0.4,
        blank=False,
        blank_confidence=0.9,
        colour=True,
        quality=Quality.FAIR,
    ),
    text_source=TextSource.OCR,
    lines=(
        Line(text="名称", quad=(20, 20, 80, 20, 80, 50, 20, 50), confidence=0.99, engine="test"),
        Line(text="某厂", quad=(120, 20, 260, 20, 260, 50, 120, 50), confidence=0.5, engine="test"),
    ),
    cells=(Cell(table=0, row=0, column=1, row_span=1, column_span=2, box=VALUE, text="某厂"),),
    ticks=(Tick(label="民营", ticked=None, confidence=0.5, box=LABEL),),
    seals=(Seal(x=200, y=180, radius=60, colour="red", text="某厂", confidence=0.9),),
)
PAIR = Pair(label="名称", value="某厂", confidence=0.9, label_box=LABEL, value_box=VALUE)


def test_a_page_is_told_in_plain_data_that_json_can_carry() -> None:
    data = json.loads(json.dumps(page_data(VIEW, (PAIR,)), ensure_ascii=False))
    assert (data["width"], data["height"], data["rotation"], data["skew"]) == (400, 300, 90, 0.4)
    assert (data["quality"], data["text_source"], data["blank"]) == ("fair", "ocr", False)
    assert data["lines"][0] == {
        "text": "名称",
        "quad": [20, 20, 80, 20, 80, 50, 20, 50],
        "confidence": 0.99,
    }
    assert data["cells"][0]["column_span"] == 2
    assert data["pairs"][0]["value_box"] == [120, 20, 260, 50]
    assert data["ticks"][0]["ticked"] is None
    assert data["seals"][0]["circle"] == [200, 180, 60]


def test_drawing_leaves_the_page_as_it_was_and_marks_what_was_seen() -> None:
    page = np.full((300, 400, 3), 255, np.uint8)
    drawn = draw_page(page, VIEW, (PAIR,))
    assert page.min() == 255
    certain, doubtful = drawn[20, 50], drawn[20, 190]
    assert certain.tolist() != doubtful.tolist()
    assert drawn[180 - 64, 200].tolist() != [255, 255, 255]


def test_one_page_alone_is_looked_at_and_drawn_under_its_number(tmp_path) -> None:
    blank = pdfium.PdfDocument.new()
    for _ in range(3):
        blank.new_page(595, 842)
    blank.save(str(tmp_path / "a.pdf"))
    source = survey_one(tmp_path / "a.pdf", Limits())
    (page,) = inspect_pages(source, engine=object(), draw_to=tmp_path / "seen", only=2)
    assert (page["page"], page["blank"]) == (2, True)
    assert [path.name for path in (tmp_path / "seen").iterdir()] == [
        f"{source.sha256[:12]}-002.png"
    ]
