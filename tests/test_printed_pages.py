"""Pages that a program wrote into a PDF are taken from the file; nothing looks at pixels."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fpdf import FPDF
from PIL import Image

from extractors.ocr.engine import Region
from extractors.page import PageView, TextSource
from extractors.text.pdf import text_layer
from pipeline.records import FileRole, FileStatus, SourceFile
from pipeline.stages.clean import prepare
from pipeline.stages.read import read


class NoEngine:
    """Nothing may be read from pixels."""

    name, version = "none", "0"

    def detect(self, page: object) -> tuple[Region, ...]:
        raise AssertionError("pixels were looked at")

    recognise = detect  # type: ignore[assignment]


def document() -> FPDF:
    pdf = FPDF(unit="pt", format="A4")
    pdf.set_font("helvetica", size=12)
    pdf.add_page()
    return pdf


def table(pdf: FPDF) -> FPDF:
    rows = (("Name", "Harbour Bearings"), ("Capital", "2000"), ("Staff", "115"))
    for row, (label, value) in enumerate(rows):
        for column, text in enumerate((label, value)):
            x, y = 80 + 120 * column, 100 + 30 * row
            pdf.rect(x, y, 120, 30)
            pdf.text(x + 8, y + 20, text)
    return pdf


def saved(pdf: FPDF, folder: Path) -> SourceFile:
    path = folder / "paper.pdf"
    path.write_bytes(bytes(pdf.output()))
    return SourceFile(
        box="box",
        file="box/disc/paper.pdf",
        path=str(path),
        sha256="0" * 64,
        size=path.stat().st_size,
        media_type="application/pdf",
        role=FileRole.ELECTRONIC_EVIDENCE,
        pages=1,
        status=FileStatus.READ,
    )


def view_of(source: SourceFile) -> PageView:
    page = read(source, 1, prepare(source, 1), NoEngine())  # type: ignore[arg-type]
    assert page.view is not None
    return page.view


def test_a_printed_table_keeps_its_text_and_its_cells(tmp_path: Path) -> None:
    view = view_of(saved(table(document()), tmp_path))
    assert view.text_source is TextSource.TEXT_LAYER
    assert (view.preparation.width, view.preparation.height) == (1654, 2339)
    assert [(cell.row, cell.column, cell.text) for cell in view.cells] == [
        (0, 0, "Name"),
        (0, 1, "Harbour Bearings"),
        (1, 0, "Capital"),
        (1, 1, "2000"),
        (2, 0, "Staff"),
        (2, 1, "115"),
    ]
    first = view.cells[0].box
    assert first.x0 == pytest.approx(80 * 200 / 72, abs=2)
    assert first.y1 == pytest.approx(130 * 200 / 72, abs=2)


def test_a_page_turned_sideways_is_printed_as_it_is_shown(tmp_path: Path) -> None:
    pdf = FPDF(unit="pt", format="A4", orientation="landscape")
    pdf.set_font("helvetica", size=12)
    pdf.add_page()
    view = view_of(saved(table(pdf), tmp_path))
    assert (view.preparation.width, view.preparation.height) == (2339, 1654)
    assert len(view.cells) == 6


def test_a_page_with_a_picture_or_with_text_on_its_side_is_looked_at(tmp_path: Path) -> None:
    pictured = table(document())
    stamp = io.BytesIO()
    Image.new("RGB", (90, 90), (200, 30, 30)).save(stamp, "PNG")
    pictured.image(stamp, 300, 500, 90, 90)
    turned = document()
    with turned.rotation(90, 200, 300):
        turned.text(200, 300, "this page lies on its side")
    sealed = table(document())
    sealed.ellipse(300, 500, 90, 90)
    for pdf in (pictured, turned, sealed):
        layer = text_layer(Path(saved(pdf, tmp_path).path), 1)
        assert layer.trusted
        assert not layer.replaces_pixels


def test_what_was_put_on_a_page_afterwards_is_no_part_of_its_layer(tmp_path: Path) -> None:
    noted = table(document())
    noted.free_text_annotation("2001", x=300, y=110, w=60, h=20)
    layer = text_layer(Path(saved(noted, tmp_path).path), 1)
    assert (layer.trusted, layer.reason, layer.replaces_pixels) == (False, "annotated", False)
    linked = table(document())
    linked.link(80, 100, 120, 30, "https://example.com")
    assert text_layer(Path(saved(linked, tmp_path).path), 1).replaces_pixels
