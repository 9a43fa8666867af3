"""A whole small box: what lies in it is what its truth says."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pypdfium2
import pytest
from PIL import Image

from samples.generator.__main__ import main

WISHES = ["--seed", "11", "--quality", "poor", "--enterprises", "2"]


@pytest.fixture(scope="module", params=["A", "B"])
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory, family: str) -> Path:
    folder = tmp_path_factory.mktemp("boxes") / "box-test"
    assert main([str(folder), *WISHES, "--family", family]) == 0
    return folder


@pytest.fixture(scope="module")
def truth(box: Path) -> dict[str, Any]:
    return dict(json.loads((box / "truth.json").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def pages(box: Path) -> list[dict[str, Any]]:
    return list(json.loads(gzip.decompress((box / "truth-pages.json.gz").read_bytes())))


def _count_pages(path: Path) -> int:
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            return len(document)
    with Image.open(path) as image:
        return int(getattr(image, "n_frames", 1))


def test_every_scanned_page_is_in_exactly_one_document(box: Path, truth: dict[str, Any]) -> None:
    stated = Counter(
        tuple(page)
        for application in truth["applications"]
        for volume in application["volumes"]
        if volume["medium"] == "paper"
        for document in volume["documents"]
        for page in document["pages"]
    )
    there = {
        (f"scans/{path.name}", page)
        for path in (box / "scans").iterdir()
        for page in range(1, _count_pages(path) + 1)
    }
    assert set(stated) == there
    assert set(stated.values()) == {1}


def test_page_truth_covers_the_same_pages(box: Path, pages: list[dict[str, Any]]) -> None:
    total = sum(_count_pages(path) for path in (box / "scans").iterdir())
    assert len(pages) == len({(page["file"], page["page"]) for page in pages}) == total
    assert any(page["rotation"] for page in pages)


def test_every_field_of_a_form_stands_on_one_of_its_pages(
    truth: dict[str, Any], pages: list[dict[str, Any]]
) -> None:
    boxes = {(page["file"], page["page"]): set(page["fields"]) for page in pages}
    for application in truth["applications"]:
        for volume in application["volumes"]:
            if volume["medium"] != "paper":
                continue
            form = volume["documents"][0]
            assert form["type"] == "application_form"
            drawn = set().union(*(boxes[tuple(page)] for page in form["pages"]))
            values = application["fields"]["paper"][str(volume["number"])]
            filled = {key for key, value in values.items() if value and not _is_evidence(key)}
            assert filled <= drawn


def _is_evidence(key: str) -> bool:
    _, _, rest = key.partition(".")
    return bool(rest) and not rest.isdigit()


def test_the_licence_in_the_truth_carries_the_applicants_code(truth: dict[str, Any]) -> None:
    for application in truth["applications"]:
        values = application["fields"]["paper"]["1"]
        assert values["business_licence.uscc"] == application["uscc"]


def test_word_files_open_and_hold_the_electronic_values(box: Path, truth: dict[str, Any]) -> None:
    for application in truth["applications"]:
        copies = [item for item in application["volumes"] if item["medium"] == "electronic"]
        for copy in copies:
            file = copy["documents"][0]["pages"][0][0]
            document = docx.Document(str(box / file))
            text = "".join(
                cell.text for table in document.tables for row in table.rows for cell in row.cells
            )
            assert application["fields"]["electronic"]["uscc"] in text
            assert application["fields"]["electronic"]["contact_email"] in text


def test_registrations_are_many_and_hold_the_registered_applicants(
    box: Path, truth: dict[str, Any]
) -> None:
    sheet = openpyxl.load_workbook(box / "registrations.xlsx", read_only=True).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) > 300
    ids = {row[0]: row for row in rows[1:]}
    for application in truth["applications"]:
        row = ids[application["registration_id"]]
        assert row[2] in (application["fields"]["paper"]["1"]["uscc"], None, "")


def test_the_same_seed_gives_the_same_bytes(box: Path, family: str, tmp_path: Path) -> None:
    again = tmp_path / box.name
    # Family A is what comes when nobody asks for one.
    asked = [] if family == "A" else ["--family", family]
    assert main([str(again), *WISHES, *asked]) == 0
    first = {str(path.relative_to(box)): path for path in box.rglob("*") if path.is_file()}
    second = {str(path.relative_to(again)): path for path in again.rglob("*") if path.is_file()}
    assert set(first) == set(second)
    assert [name for name in first if first[name].read_bytes() != second[name].read_bytes()] == []


def test_a_folder_with_something_in_it_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    assert main([str(tmp_path)]) == 2
    assert "not empty" in capsys.readouterr().err
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"
