"""The electronic copy of an application form: a Word file as applicants fill it in.

Ruled tables with merged cells, a three-year table, tick glyphs in the text.  What the
offices add by hand later (opinions, signatures, their dates) is not in it.
"""

from __future__ import annotations

import datetime
import re
import zipfile
from pathlib import Path
from random import Random
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Pt

from samples.generator.cases import Case
from samples.generator.layouts import FORM_TITLES, OPTIONS, PERSON_KEYS, label_of
from samples.generator.second_docx import write_second_form
from samples.generator.writing import Stated

ADDED_LATER = frozenset(
    {"recommender", "truth_date", "opinion_district", "opinion_district_date"}
    | {"opinion_city", "opinion_city_date"}
)
"""Fields of the paper that the Word file does not have."""
_YEARLY = re.compile(r"(\w+)\.(\d{4})")
_GLYPHS = (("☑", "□"), ("√", "□"), ("■", "□"), ("☑", "☐"))


def electronic_fields(case: Case) -> dict[str, Stated]:
    """What the Word file states."""
    fields = case.fields | case.electronic
    return {key: stated for key, stated in fields.items() if key not in ADDED_LATER}


def write_form(path: Path, case: Case, rng: Random) -> None:
    """Write the Word file of an application, laid out as the paper of the same office."""
    if case.family in "cd":
        write_second_form(path, case, electronic_fields(case), rng)
    else:
        _write_first_form(path, case, rng)
    freeze_archive(path)


def _write_first_form(path: Path, case: Case, rng: Random) -> None:
    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.name = "宋体"
    normal.font.size = Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    title = document.add_paragraph(FORM_TITLES[case.tier])
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    fields = electronic_fields(case)
    writer = _Writer(case, fields, rng.choice(_GLYPHS))
    for key in ("enterprise_name", "application_date"):
        document.add_paragraph(f"{writer.label(key)}：{writer.text(key)}")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    rest = [key for key in fields if key != "application_date" and not _YEARLY.fullmatch(key)]
    writer.pairs_table(document, rest)
    document.add_paragraph("经济指标（金额单位：万元）")
    writer.years_table(document, [key for key in fields if _YEARLY.fullmatch(key)])
    document.core_properties.created = datetime.datetime(2021, 5, 24, 9, 0)
    document.core_properties.modified = datetime.datetime(2021, 5, 27, 16, 30)
    document.core_properties.author = case.enterprise.contact.name
    document.save(str(path))


class _Writer:
    """Fills tables in the habits of one applicant."""

    def __init__(self, case: Case, fields: dict[str, Stated], glyphs: tuple[str, str]) -> None:
        self._case = case
        self._fields = fields
        self._glyphs = glyphs

    def label(self, key: str) -> str:
        """The label as the paper form of the same office has it."""
        return label_of(key, self._case.family, self._case.labels)

    def text(self, key: str) -> str:
        """The text of a field; choices with a glyph before every option."""
        stated = self._fields[key]
        if isinstance(stated.printed, str):
            return stated.printed
        options = OPTIONS.get(key) or OPTIONS["categories"]
        ticked, empty = self._glyphs
        return "  ".join(
            (ticked if option in stated.printed else empty) + option for option in options
        )

    def pairs_table(self, document: Any, keys: list[str]) -> None:
        """Label and value side by side, two pairs a row; long values take the whole row."""
        table = document.add_table(rows=0, cols=6)
        table.style = "Table Grid"
        dependent = {other for people in PERSON_KEYS.values() for other in people}
        waiting: list[str] = []
        for key in keys:
            if key in PERSON_KEYS:
                self._flush(table, waiting)
                self._person(table, key)
            elif key in dependent:
                continue
            elif len(self.text(key)) > 14 or not isinstance(self._fields[key].printed, str):
                self._flush(table, waiting)
                self._wide(table, key)
            else:
                waiting.append(key)
                if len(waiting) == 2:
                    self._flush(table, waiting)
        self._flush(table, waiting)

    def _flush(self, table: Any, waiting: list[str]) -> None:
        if len(waiting) == 1:
            self._wide(table, waiting[0])
        elif waiting:
            cells = table.add_row().cells
            for number, key in enumerate(waiting):
                cells[3 * number].text = self.label(key)
                cells[3 * number + 1].merge(cells[3 * number + 2]).text = self.text(key)
        waiting.clear()

    def _wide(self, table: Any, key: str) -> None:
        cells = table.add_row().cells
        cells[0].text = self.label(key)
        cells[1].merge(cells[5]).text = self.text(key)

    def _person(self, table: Any, key: str) -> None:
        """A person with telephone and further numbers, the name's cells merged downwards."""
        others = [other for other in PERSON_KEYS[key] if other in self._fields]
        rows = []
        for start in range(0, len(others), 2):
            cells = table.add_row().cells
            rows.append(cells)
            for number, other in enumerate(others[start : start + 2]):
                cells[2 + 2 * number].text = self.label(other)
                cells[3 + 2 * number].text = self.text(other)
        first, last = rows[0], rows[-1]
        for column, text in ((0, self.label(key)), (1, self.text(key))):
            cell = first[column] if first is last else first[column].merge(last[column])
            cell.text = text

    def years_table(self, document: Any, keys: list[str]) -> None:
        """Figures in rows, years in columns."""
        metrics = list(dict.fromkeys(key.partition(".")[0] for key in keys))
        years = sorted({key.partition(".")[2] for key in keys})
        table = document.add_table(rows=1, cols=1 + len(years))
        table.style = "Table Grid"
        for cell, text in zip(
            table.rows[0].cells, ("指标", *(f"{year}年" for year in years)), strict=True
        ):
            cell.text = text
        for metric in metrics:
            cells = table.add_row().cells
            cells[0].text = self.label(metric)
            for cell, year in zip(cells[1:], years, strict=True):
                if f"{metric}.{year}" in self._fields:
                    cell.text = self.text(f"{metric}.{year}")


def freeze_archive(path: Path) -> None:
    """Rewrite an Office file so that the same content gives the same bytes."""
    with zipfile.ZipFile(path) as archive:
        parts = [(item.filename, archive.read(item)) for item in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            if name == "docProps/core.xml":
                data = re.sub(
                    rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*",
                    rb"\g<1>2021-06-03T08:00:00Z",
                    data,
                )
            archive.writestr(
                zipfile.ZipInfo(name, (2021, 6, 3, 8, 0, 0)), data, zipfile.ZIP_DEFLATED
            )
