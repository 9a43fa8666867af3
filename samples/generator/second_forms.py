"""Draws the application forms of offices ``c`` and ``d``.

A form is first laid out as parts, tables of cells, which paper and Word file share; only then
are the parts set on sheets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from samples.generator.fonts import Face
from samples.generator.form_sheets import Form
from samples.generator.paper import A4, Sheet, Style, mm, paragraph
from samples.generator.second_parts import COVER_KEYS, Part, parts_of
from samples.generator.tables import Ruling, draw_table, widths

_TOP, _BOTTOM = mm(25), mm(270)
_BARE = Ruling(inner=0, frameless=True, padding=10)


def draw_second_form(
    values: Mapping[str, object], rng: np.random.Generator, office: str
) -> list[Sheet]:
    """Draw an application form of office ``c`` or ``d``.

    Args:
        values: As for :func:`samples.generator.application_forms.draw_form`; ``tick_style`` may
            also be ``brackets`` or ``ring``.
        rng: Source of the small differences between papers of one office.
        office: ``c`` or ``d``.

    Returns:
        The sheets, not yet stamped.
    """
    form = second_form(values, rng, office)
    if office == "c" and not form.extras.get("no_cover"):
        _cover(form)
    sheet, y = form.sheet(), float(_TOP)
    parts = parts_of(form)
    for number, part in enumerate(parts):
        y += mm(part.gap)
        follower = parts[number + 1] if number + 1 < len(parts) else None
        if y + mm(part.room) + (mm(25) if part.heading and follower else 0) > _BOTTOM:
            sheet, y = form.sheet(), float(_TOP)
        sheet, y = draw_table(
            sheet, lambda: (form.sheet(), float(_TOP)), y, mm(20),
            widths(mm(170), *part.shares), part.rows, _print_of(form, part),
            form.ruling if part.ruled else _BARE, _BOTTOM, least=mm(part.least),
        )  # fmt: skip
    _furniture(form)
    return form.sheets


def second_form(values: Mapping[str, object], rng: np.random.Generator, office: str) -> Form:
    """A form with the print and the rules that one of its papers has."""
    fields, labels = values.get("fields", {}), values.get("labels", {})
    if not isinstance(fields, Mapping) or not isinstance(labels, Mapping):
        raise TypeError("fields and labels of a form are mappings from keys to texts")
    if office == "c":
        border = rng.choice(["frameless", "across", "thick"])
        ruling = Ruling(
            inner=2,
            outer=10,
            frameless=border == "frameless",
            across_only=border == "across",
            padding=18,
            shade=236,
        )
        ways, shares = ["brackets", "printed", "ring"], [0.5, 0.35, 0.15]
        style = Style(Face.SONG, int(rng.integers(38, 43)), 1.3)
    else:
        border = rng.choice(["double", "thin", "thick"])
        ruling = Ruling(
            inner={"double": 3, "thin": 2, "thick": 4}[str(border)],
            outer={"double": 3, "thin": 2, "thick": 9}[str(border)],
            double=border == "double",
            padding=12,
            shade=int(rng.choice([214, 228, 240])),
        )
        ways, shares = ["hand", "brackets", "filled"], [0.5, 0.25, 0.25]
        style = Style(Face.HEI, int(rng.integers(35, 39)), 1.28)
    tick = str(values.get("tick_style") or rng.choice(ways, p=shares))
    return Form(
        str(values["tier"]), office, fields, labels, values, rng, replace(style, tick=tick), ruling
    )


def _print_of(form: Form, part: Part) -> Style:
    size = round(form.style.size * part.scale)
    return replace(form.style, size=size, face=Face.HEI if part.heading else form.style.face)


def _cover(form: Form) -> None:
    """A cover of unruled lines, the labels set wide, the values on a drawn line."""
    sheet = form.sheet()
    middle = A4[0] / 2
    sheet.line(mm(165), mm(30), "编号：", Style(Face.SONG, 46))
    big = Style(Face.HEI, 88, 1.5)
    sheet.block(
        (mm(25), mm(70), A4[0] - mm(25), mm(115)), [paragraph(form.title, align="centre")], big
    )
    y = float(mm(150))
    style = Style(Face.SONG, 54, 1.2)
    for key in COVER_KEYS:
        if key not in form.fields:
            continue
        label = form.label(key) + ("（公章）" if key == "enterprise_name" else "")
        drawn = sheet.line(mm(38), y, f"{label}：", style)
        start = (drawn[2] if drawn else mm(80)) + mm(2)
        sheet.rule(start, y + 16, mm(176), y + 16, 2)
        area = (start + 12, y - mm(9), mm(176), y + 10)
        if text := form.text(key):
            sheet.block(area, [paragraph(text, key)], style)
        else:
            sheet.claim(key, area)
        if key == "enterprise_name":
            sheet.seal_spots["cover"] = (mm(140 + form.rng.uniform(-10, 10)), y + mm(3))
        y += mm(21)
    sheet.line(middle, mm(250), "辽宁省中小企业主管部门印制", Style(Face.SONG, 50), align="centre")
    sheet.line(middle, mm(262), "2021年5月", Style(Face.SONG, 50), align="centre")


def _furniture(form: Form) -> None:
    """Running heads and page numbers."""
    total = len(form.sheets)
    cover = 1 if form.family == "c" and not form.extras.get("no_cover") else 0
    for number, sheet in enumerate(form.sheets[cover:], start=1):
        small = Style(Face.SONG, 32)
        if form.family == "c":
            sheet.line(mm(20), mm(15), "中小企业梯度培育申报材料", small)
            sheet.rule(mm(20), mm(17), A4[0] - mm(20), mm(17), 2)
            sheet.line(A4[0] - mm(20), mm(285), f"第{number}页", small, align="right")
        else:
            sheet.line(A4[0] / 2, mm(284), f"{number}/{total}", small, align="centre")
