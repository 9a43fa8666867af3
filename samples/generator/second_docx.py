"""The Word form of the second family: the same parts as its paper, as Word tables."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import docx
import numpy as np
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Pt

from samples.generator.cases import Case
from samples.generator.form_sheets import Form
from samples.generator.paper import Paragraph
from samples.generator.second_forms import second_form
from samples.generator.second_parts import COVER_KEYS, Part, parts_of
from samples.generator.tables import Cell
from samples.generator.writing import Stated

_MARKS: Sequence[Mapping[bool, str]] = (
    {True: "（√）", False: "（ ）"},
    {True: "☑", False: "☐"},
    {True: "■", False: "□"},
)
"""How an applicant of the second family marks options."""
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "centre": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}


def write_second_form(path: Path, case: Case, fields: Mapping[str, Stated], rng: Random) -> None:
    """Write the Word file of an application from office ``c`` or ``d``.

    Args:
        path: Where.
        case: The application.
        fields: What the Word file states; opinions and signatures come later, on paper.
        rng: The box's chance.
    """
    values: dict[str, object] = {
        "tier": case.tier,
        "fields": {
            key: list(stated.printed) if isinstance(stated.printed, tuple) else stated.printed
            for key, stated in fields.items()
        },
        "labels": dict(case.labels),
        **case.extras,
        "no_opinions": True,
        "no_truth_statement": True,
    }
    form = second_form(values, np.random.default_rng(rng.randrange(2**32)), case.family)
    document = docx.Document()
    normal = document.styles["Normal"]
    normal.font.name = "仿宋"
    normal.font.size = Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "仿宋")
    if case.family == "c":
        _cover(document, form)
    marks = rng.choice(_MARKS)
    for part in parts_of(form):
        _write_part(document, part, marks)
    document.core_properties.created = datetime.datetime(2021, 5, 24, 9, 0)
    document.core_properties.modified = datetime.datetime(2021, 5, 27, 16, 30)
    document.core_properties.author = case.enterprise.contact.name
    document.save(str(path))


def _cover(document: Any, form: Form) -> None:
    title = document.add_paragraph(form.title)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for key in COVER_KEYS:
        if key in form.fields:
            line = document.add_paragraph(f"{form.label(key)}：")
            line.add_run(form.text(key) or "        ").underline = True
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _write_part(document: Any, part: Part, marks: Mapping[bool, str]) -> None:
    """A ruled part as a table; lines without rules as paragraphs, side by side as a bare table."""
    columns = len(part.shares)
    if columns == 1 and not part.ruled:
        for row in part.rows:
            for block in row[0].blocks:
                _write_block(document.add_paragraph(), block, marks)
        return
    table = document.add_table(rows=len(part.rows), cols=columns)
    if part.ruled:
        table.style = "Table Grid"
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(part.rows):
        column = 0
        for cell in row:
            while (number, column) in taken:
                column += 1
            last = (number + cell.rows - 1, column + cell.columns - 1)
            place = table.cell(number, column)
            if last != (number, column):
                place = place.merge(table.cell(*last))
            taken |= {
                (down, across)
                for down in range(number, last[0] + 1)
                for across in range(column, last[1] + 1)
            }
            _write_cell(place, cell, marks)
            column = last[1] + 1
    document.add_paragraph()


def _write_cell(place: Any, cell: Cell, marks: Mapping[bool, str]) -> None:
    if cell.vertical:
        place.text = cell.vertical
        return
    for number, block in enumerate(cell.blocks):
        paragraph = place.paragraphs[0] if number == 0 else place.add_paragraph()
        _write_block(paragraph, block, marks)


def _write_block(paragraph: Any, block: Paragraph, marks: Mapping[bool, str]) -> None:
    paragraph.alignment = _ALIGN[block.align]
    for run in block.runs:
        mark = marks[run.ticked] if run.option is not None else ""
        written = paragraph.add_run(mark + run.text)
        written.bold = run.bold
        written.underline = run.underlined
