"""Draws the three application forms as offices ``a`` and ``b`` retype them.

Offices ``c`` and ``d`` have a module of their own: :mod:`samples.generator.second_forms`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from samples.generator.fonts import Face
from samples.generator.form_sheets import YEARLY, Form
from samples.generator.layouts import (
    ANNEXES,
    APART,
    OPTIONS,
    ORDER_A,
    ORDER_B,
    PERSON_KEYS,
    STATEMENT,
    WIDE,
    WORDINGS,
)
from samples.generator.paper import A4, Paragraph, Run, Sheet, Style, mm, paragraph
from samples.generator.second_forms import draw_second_form
from samples.generator.tables import Cell, Ruling, draw_table, widths


def draw_form(
    values: Mapping[str, object], rng: np.random.Generator, family: str = "a"
) -> list[Sheet]:
    """Draw an application form.

    Args:
        values: ``tier``; ``fields`` (canonical key → printed text or list of options; an empty
            string leaves a labelled place empty, an absent key is not on the form); optionally
            ``labels`` (key → label), ``no_truth_statement``, ``no_opinions``, ``no_cover``,
            ``tick_style`` (``printed``, ``hand``, ``filled``) and ``title``.
        rng: Source of the small differences between offices.
        family: ``a`` to ``d``: the office.

    Returns:
        The sheets, not yet stamped.
    """
    fields = values.get("fields", {})
    labels = values.get("labels", {})
    if not isinstance(fields, Mapping) or not isinstance(labels, Mapping):
        raise TypeError("fields and labels of a form are mappings from keys to texts")
    if family in "cd":
        return draw_second_form(values, rng, family)
    if family == "a":
        tick = str(values.get("tick_style") or rng.choice(["printed", "hand"], p=[0.6, 0.4]))
        style = Style(Face.SONG, int(rng.integers(42, 47)), 1.32, tick=tick)
        ruling = Ruling(inner=3, outer=int(rng.choice([3, 6])), padding=14)
    else:
        tick = str(values.get("tick_style") or rng.choice(["printed", "filled", "hand"]))
        face = Face.HEI if rng.random() < 0.7 else Face.MONO
        style = Style(face, int(rng.integers(36, 41)), 1.3, tick=tick)
        border = rng.choice(["double", "open", "dotted"])
        ruling = Ruling(
            inner=3 if border == "dotted" else 2,
            outer=5,
            double=border == "double",
            open_sides=border == "open",
            dotted=border == "dotted",
            padding=12,
        )
    form = Form(str(values["tier"]), family, fields, labels, values, rng, style, ruling)
    if not values.get("no_cover"):
        (_cover_a if family == "a" else _cover_b)(form)
    (_body_a if family == "a" else _body_b)(form)
    for number, sheet in enumerate(form.sheets[1:], start=2):
        foot = f"— {number} —" if family == "a" else f"第 {number} 页 共 {len(form.sheets)} 页"
        sheet.line(A4[0] / 2, A4[1] - mm(14), foot, Style(style.face, 34), align="centre")
    return form.sheets


def _cover_a(form: Form) -> None:
    """A cover with underlined blanks."""
    sheet = form.sheet()
    sheet.line(mm(28), mm(32), ANNEXES[form.tier], Style(Face.HEI, 52))
    title = form.title
    middle = A4[0] / 2
    big = Style(Face.SONG, 96)
    cut = title.rfind("”") + 1 if len(title) > 14 else 0
    parts = [title[:cut], title[cut:]] if 0 < cut < len(title) else [title]
    for number, part in enumerate(parts):
        sheet.line(middle, mm(88) + number * mm(17), part, big, bold=True, align="centre")
    rows = (
        ("enterprise_name", f"{form.label('enterprise_name')}（盖章）"),
        ("recommender", form.label("recommender")),
        ("application_date", form.label("application_date")),
    )
    style = Style(Face.SONG, 58)
    y = mm(160)
    left, blank, right = mm(32), mm(83), mm(180)
    for key, label in rows:
        if key not in form.fields:
            continue
        sheet.line(left, y, f"{label}：", style)
        sheet.rule(blank, y + 14, right, y + 14, 3)
        text = form.text(key)
        area = (blank + 10, y - mm(9), right, y + 10)
        if text:
            sheet.block(area, [paragraph(text, key)], Style(Face.SONG, 56, 1.15), valign="middle")
        else:
            sheet.claim(key, area)
        if key == "enterprise_name":
            sheet.seal_spots["cover"] = (mm(132 + form.rng.uniform(-8, 8)), y - mm(1))
        y += mm(19)
    sheet.line(middle, mm(252), "辽宁省工业和信息化厅制", Style(Face.SONG, 56), align="centre")
    sheet.line(middle, mm(264), "二〇二一年", Style(Face.SONG, 52), align="centre")


def _cover_b(form: Form) -> None:
    """A cover with a boxed table and notes."""
    sheet = form.sheet()
    middle = A4[0] / 2
    head = "2021年度中小企业“专精特新”梯度培育"
    sheet.line(middle, mm(52), head, Style(form.style.face, 50), align="centre")
    sheet.line(middle, mm(74), form.title, Style(Face.HEI, 84), bold=True, align="centre")
    keys = [k for k in ("application_date", "enterprise_name", "recommender") if k in form.fields]
    style = Style(form.style.face, 48, 1.3)
    rows = []
    for key in keys:
        label = form.label(key)
        if key == "enterprise_name" and "盖章" not in label:
            label += "（盖章）"
        rows.append(
            [
                Cell((paragraph(label, align="centre"),), least=mm(18)),
                Cell((paragraph(form.text(key), key, align="centre"),), keys=(key,)),
            ]
        )
    edges = widths(mm(150), 5, 10)
    _, end = draw_table(
        sheet, lambda: (form.sheet(), mm(30)), mm(110), mm(30), edges, rows, style,
        Ruling(inner=2, outer=6, double=True, padding=20), mm(250),
    )  # fmt: skip
    box = sheet.field_boxes.get("enterprise_name", (mm(80), mm(120), mm(180), mm(130)))
    sheet.seal_spots["cover"] = (mm(138), (box[1] + box[3]) / 2 + mm(form.rng.uniform(-4, 6)))
    notes = (
        "填表说明",
        "1.本表由申报企业如实填写，一式三份，用A4纸双面打印。",
        "2.表中金额除注明外均以万元为单位，保留两位小数；没有的填“0”或“无”。",
        "3.证明材料按清单顺序与本表一并装订成册。",
    )
    sheet.block(
        (mm(32), max(end, mm(190)) + mm(12), mm(178), mm(270)),
        [paragraph(note, bold=number == 0) for number, note in enumerate(notes)],
        Style(form.style.face, 40, 1.7),
        valign="top",
    )


# --- what both bodies share ----------------------------------------------------------------


def _sections(form: Form) -> list[tuple[str, list[str]]]:
    """The sections with the fields that this form has; fields unknown to the order come last."""
    present = {key for key in form.fields if not YEARLY.match(key)} - APART
    has_years = any(YEARLY.match(key) for key in form.fields)
    sections: list[tuple[str, list[str]]] = []
    for title, keys in ORDER_A if form.family == "a" else ORDER_B:
        chosen = []
        for key in keys:
            if key in present:
                chosen.append(key)
                present.discard(key)
                for other in PERSON_KEYS.get(key, ()):
                    present.discard(other)
            elif key == "*years" and has_years:
                chosen.append(key)
        if chosen:
            sections.append((title, chosen))
    rest = [key for key in form.fields if key in present]
    if rest:
        sections.append(("其他情况", rest))
    return sections


def _date(form: Form, key: str) -> Paragraph:
    """A date at the right, or the printed template without figures."""
    text = form.text(key)
    if text:
        return paragraph(text, key, align="right")
    return Paragraph((Run("年    月    日"),), align="right")


def _new(form: Form, top: float) -> tuple[Sheet, float]:
    return form.sheet(), top


def _statement_cells(form: Form, label_columns: int, columns: int) -> list[Cell]:
    person = "法定代表人（签字）：" if form.family == "a" else "法人代表签字："
    return [
        Cell((paragraph(form.label("truth_statement"), align="centre"),), label_columns),
        Cell(
            (
                Paragraph((Run(STATEMENT),), indent=2),
                paragraph(" "),
                Paragraph(
                    (
                        Run(person, spot="sign:truth_statement"),
                        Run("\u3000" * 9),
                        Run("（企业公章）", spot="seal:truth_statement"),
                    )
                ),
                paragraph(" "),
                _date(form, "truth_date"),
            ),
            columns,
            keys=("truth_date",) if "truth_date" in form.fields else (),
            least=mm(52),
        ),
    ]


def _opinion_cells(form: Form, key: str, label_columns: int, columns: int) -> list[Cell]:
    keys = tuple(k for k in (key, f"{key}_date") if k in form.fields)
    return [
        Cell((paragraph(form.label(key), align="centre"),), label_columns),
        Cell(
            (
                Paragraph((Run(form.text(key) or " ", key if form.text(key) else None),), indent=2),
                paragraph(" "),
                paragraph(" "),
                Paragraph((Run("（盖章）", spot=f"seal:{key}"), Run("\u3000" * 4)), align="right"),
                _date(form, f"{key}_date"),
            ),
            columns,
            keys=keys,
            least=mm(50),
        ),
    ]


# --- family a: label left of value, four to six cells a row -----------------------------------


def _body_a(form: Form) -> None:
    sheet = form.sheet()
    edges = widths(mm(170), *([1] * 12))
    left, bottom = mm(20), mm(272)
    y = float(mm(24))
    numerals = "一二三四五六七八九十"
    shaded = bool(form.rng.random() < 0.25)

    def label(key: str, columns: int, rows: int = 1) -> Cell:
        return Cell((paragraph(form.label(key), align="centre"),), columns, rows, shaded=shaded)

    def value(key: str, columns: int, rows: int = 1) -> Cell:
        wide = columns >= 8 or key in OPTIONS
        return Cell((form.value(key, "left" if wide else "centre"),), columns, rows, keys=(key,))

    for number, (title, keys) in enumerate(_sections(form)):
        if y > bottom - mm(45):
            sheet, y = _new(form, mm(24))
        y += mm(4)
        sheet.line(left, y + mm(5), f"{numerals[number]}、{title}", Style(Face.HEI, 48))
        y += mm(8)
        rows: list[list[Cell]] = []
        half: list[Cell] = []
        for key in keys:
            if key == "*years":
                rows += _year_rows_a(form, shaded)
            elif key in PERSON_KEYS:
                rows += _person_rows_a(form, key, label, value)
            elif key == "mail_address" and "postcode" in keys:
                rows.append(
                    [label(key, 2), value(key, 7), label("postcode", 1), value("postcode", 2)]
                )
            elif key == "postcode" and "mail_address" in keys:
                continue
            elif key == "product_intro":
                rows.append(
                    [
                        label(key, 2),
                        Cell(
                            (Paragraph((Run(form.text(key), key),), indent=2),),
                            10,
                            keys=(key,),
                            valign="top",
                            least=mm(40),
                        ),
                    ]
                )
            elif key in WIDE or len(form.text(key)) > 22:
                rows.append([label(key, 2), value(key, 10)])
            else:
                half += [label(key, 2), value(key, 4)]
                if len(half) == 4:
                    rows.append(half)
                    half = []
        if half:
            rows.append([half[0], Cell(half[1].blocks, 10, keys=half[1].keys)])
        sheet, y = draw_table(
            sheet, lambda: _new(form, mm(24)), y, left, edges, rows, form.style, form.ruling,
            bottom, least=mm(form.rng.uniform(8.5, 10.5)),
        )  # fmt: skip
    rows = []
    if not form.extras.get("no_truth_statement"):
        rows.append(_statement_cells(form, 2, 10))
    if not form.extras.get("no_opinions"):
        rows += [_opinion_cells(form, key, 2, 10) for key in ("opinion_district", "opinion_city")]
    if rows:
        if y > bottom - mm(60):
            sheet, y = _new(form, mm(24))
        draw_table(
            sheet, lambda: _new(form, mm(24)), y + mm(6), left, edges, rows, form.style,
            form.ruling, bottom,
        )  # fmt: skip


def _person_rows_a(
    form: Form,
    key: str,
    label: Callable[[str, int, int], Cell],
    value: Callable[[str, int, int], Cell],
) -> list[list[Cell]]:
    others = [other for other in PERSON_KEYS[key] if other in form.fields]
    if not others:
        return [[label(key, 2, 1), value(key, 10, 1)]]
    pairs = [others[start : start + 2] for start in range(0, len(others), 2)]
    rows = []
    for number, pair in enumerate(pairs):
        row = [label(key, 2, len(pairs)), value(key, 2, len(pairs))] if number == 0 else []
        for other in pair:
            row += [label(other, 1, 1), value(other, 3 if len(pair) == 2 else 7, 1)]
        rows.append(row)
    return rows


def _year_rows_a(form: Form, shaded: bool) -> list[list[Cell]]:
    metrics, years = form.years()
    head = str(form.rng.choice(["指标", "项目", "主要经济指标"]))
    label_columns = 12 - 8 // len(years) * len(years)
    each = 8 // len(years)
    rows = [
        [
            Cell((paragraph(head, align="centre"),), label_columns, shaded=shaded),
            *(
                Cell((paragraph(f"{year}年", align="centre"),), each, shaded=shaded)
                for year in years
            ),
        ]
    ]
    for metric in metrics:
        row = [Cell((paragraph(form.label(metric), align="centre"),), label_columns, shaded=shaded)]
        for year in years:
            key = f"{metric}.{year}"
            keys = (key,) if key in form.fields else ()
            row.append(Cell((form.value(key, "centre"),), each, keys=keys))
        rows.append(row)
    return rows


# --- family b: label above value, section names set downwards, years as rows -------------------


def _stacked(form: Form, key: str, columns: int) -> Cell:
    """A cell with the label in small print above the value."""
    caption = Run(form.label(key), colour=(60, 60, 60))
    return Cell(
        (Paragraph((caption,), scale=0.82), form.value(key)),
        columns,
        keys=(key,),
        valign="top",
        least=mm(36) if key == "product_intro" else 0,
    )


def _section_rows_b(form: Form, keys: Sequence[str]) -> list[list[Cell]]:
    """The cells of a section, packed into rows of six columns."""
    rows: list[list[Cell]] = [[]]

    def room() -> int:
        return 6 - sum(cell.columns for cell in rows[-1])

    def close() -> None:
        if rows[-1]:
            rows[-1][-1] = replace(rows[-1][-1], columns=rows[-1][-1].columns + room())
            rows.append([])

    for key in keys:
        if key in PERSON_KEYS:
            close()
            for person_key in (key, *(k for k in PERSON_KEYS[key] if k in form.fields)):
                if room() < 2:
                    close()
                rows[-1].append(_stacked(form, person_key, 2))
            close()
            continue
        need = 6 if key in WIDE else 3 if len(form.text(key)) > 14 else 2
        if need > room():
            close()
        rows[-1].append(_stacked(form, key, need))
    close()
    return rows[:-1]


def _body_b(form: Form) -> None:
    sheet = form.sheet()
    edges = widths(mm(174), 1.1, *([2] * 6))
    left, bottom = mm(18), mm(274)
    y = float(mm(22))

    for title, keys in _sections(form):
        if keys == ["*years"]:
            sheet, y = _years_b(form, sheet, y, left, bottom)
            continue
        rows = _section_rows_b(form, keys)
        # A section that would not fit one sheet is cut into parts with the same side heading.
        for start in range(0, len(rows), 7):
            part = rows[start : start + 7]
            part[0] = [Cell(rows=len(part), vertical=title), *part[0]]
            sheet, y = draw_table(
                sheet, lambda: _new(form, mm(22)), y, left, edges, part, form.style,
                form.ruling, bottom, least=mm(12),
            )  # fmt: skip
        if form.ruling.double or form.ruling.dotted:
            y += mm(4)
    rows = []
    if not form.extras.get("no_opinions"):
        rows += [_opinion_cells(form, key, 1, 6) for key in ("opinion_district", "opinion_city")]
    if not form.extras.get("no_truth_statement"):
        rows.insert(0, _statement_cells(form, 1, 6))
    if rows:
        draw_table(
            sheet, lambda: _new(form, mm(22)), y + mm(3), left, edges, rows, form.style,
            form.ruling, bottom,
        )  # fmt: skip


def _years_b(form: Form, sheet: Sheet, y: float, left: float, bottom: float) -> tuple[Sheet, float]:
    metrics, years = form.years()
    y += mm(3)
    for start in range(0, len(metrics), 6):
        part = metrics[start : start + 6]
        if y > bottom - mm(14 + 10 * len(years)):
            sheet, y = _new(form, mm(22))
        small = Style(form.style.face, round(form.style.size * 0.9))
        sheet.line(left, y + mm(5), "近三年经济指标" + ("（续）" if start else ""), small)
        sheet.line(left + mm(174), y + mm(5), "金额单位：万元", small, align="right")
        y += mm(7)
        rows = [[Cell((paragraph("年度", align="centre"),))]]
        for metric in part:
            wording = WORDINGS.get(metric)
            money = wording is not None and wording.unit == "万元"
            text = form.label(metric, unit=not money)
            rows[0].append(Cell((paragraph(text, align="centre", scale=0.9),)))
        for year in years:
            row = [Cell((paragraph(f"{year}年", align="centre"),))]
            for metric in part:
                key = f"{metric}.{year}"
                keys = (key,) if key in form.fields else ()
                row.append(Cell((form.value(key, "right"),), keys=keys))
            rows.append(row)
        edges = widths(mm(174), 1.2, *([2] * len(part)))
        sheet, y = draw_table(
            sheet, lambda: _new(form, mm(22)), y, left, edges, rows, form.style, form.ruling,
            bottom, least=mm(9),
        )  # fmt: skip
        y += mm(3)
    return sheet, y
