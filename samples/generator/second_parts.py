"""How offices ``c`` and ``d`` arrange a form: parts of cells that paper and Word file share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from samples.generator.fonts import Face
from samples.generator.form_sheets import Form
from samples.generator.layouts import APART, OPTIONS, PERSON_KEYS, WIDE, WORDINGS
from samples.generator.paper import Paragraph, Run, mm, paragraph
from samples.generator.second_layouts import (
    SECOND_STATEMENTS,
    SECOND_YEAR_ORDER,
    SECTIONS_C,
    SECTIONS_D,
)
from samples.generator.tables import Cell

COVER_KEYS = ("application_date", "recommender", "enterprise_name")
"""Fields of the cover, from top to bottom."""
_NUMERALS = "一二三四五六七八九十"
_NO_DATE = "年    月    日"


@dataclass(frozen=True)
class Part:
    """A table of a form, or lines without rules."""

    rows: Sequence[Sequence[Cell]]
    shares: tuple[float, ...]
    """Widths of the columns."""
    ruled: bool = True
    heading: bool = False
    """Whether it must not stand at the foot of a page."""
    gap: float = 0
    """Millimetres of white before it."""
    room: float = 12
    """Millimetres that must be left on the page."""
    least: float = 9
    """Least height of a row in millimetres."""
    scale: float = 1.0
    """Size of its print."""


def parts_of(form: Form) -> list[Part]:
    """A form without its cover, laid out."""
    return _parts_c(form) if form.family == "c" else _parts_d(form)


def _centred(text: str, columns: int = 1, *, shaded: bool = False, rows: int = 1) -> Cell:
    return Cell((paragraph(text, align="centre"),), columns, rows=rows, shaded=shaded)


def _plain(*blocks: Paragraph, columns: int = 1, keys: tuple[str, ...] = ()) -> Cell:
    return Cell(blocks, columns, keys=keys, plain=True)


def _unit(metric: str) -> str:
    wording = WORDINGS.get(metric)
    return wording.unit if wording is not None else ""


def _date(form: Form, key: str, before: str = "", align: str = "right") -> Paragraph:
    """A date, or the printed template without figures."""
    text = form.text(key)
    return Paragraph((Run(before), Run(text or _NO_DATE, key if text else None)), align=align)


# --- office c: label and value in one cell, headings between the tables ------------------------


def _heading(text: str) -> Part:
    return Part(
        [[_plain(paragraph(text, bold=True))]], (1,), ruled=False, heading=True, gap=3, scale=1.12,
        least=8,
    )  # fmt: skip


def _inline(form: Form, key: str, columns: int) -> Cell:
    """Label, colon and value in one cell."""
    value = form.value(key)
    filled = value.runs if form.text(key) or key in OPTIONS else (Run("\u3000" * 4, key),)
    label = Run(f"{form.label(key)}：", face=Face.HEI)
    return Cell((Paragraph((label, *filled), scale=value.scale),), columns)


def _inline_rows(form: Form, keys: Sequence[str]) -> list[list[Cell]]:
    """Cells two to a row, three for a person, one where the value is long."""
    rows: list[list[Cell]] = [[]]

    def room() -> int:
        return 6 - sum(cell.columns for cell in rows[-1])

    def place(key: str, columns: int) -> None:
        if columns > room():
            close()
        rows[-1].append(_inline(form, key, columns))

    def close() -> None:
        if rows[-1] and room():
            rows[-1][-1] = replace(rows[-1][-1], columns=rows[-1][-1].columns + room())
        if rows[-1]:
            rows.append([])

    for key in keys:
        if key in PERSON_KEYS:
            close()
            for other in (key, *PERSON_KEYS[key]):
                if other in form.fields:
                    wide = {"contact_fax": 3, "contact_email": 6}
                    place(other, wide.get(other, 2))
            close()
            continue
        long = key in WIDE or len(form.label(key)) + len(form.text(key)) > 20
        place(key, 6 if long else 3)
    close()
    return rows[:-1]


def _parts_c(form: Form) -> list[Part]:
    parts: list[Part] = []
    number = 0
    for title, arrangement, keys in form.sections(SECTIONS_C, APART, PERSON_KEYS):
        parts.append(_heading(f"{_NUMERALS[number]}、{title}"))
        number += 1
        if arrangement == "years":
            parts.append(_years_c(form))
        elif arrangement == "heads":
            heads = [_centred(form.label(key), shaded=True) for key in keys]
            values = [Cell((form.value(key, "centre"),), keys=(key,)) for key in keys]
            parts.append(Part([heads, values], (1.0,) * len(keys), room=22))
        elif arrangement == "below":
            rows = []
            for key in keys:
                text = Paragraph((Run(form.text(key), key),), indent=2)
                rows.append([Cell((text,), keys=(key,), valign="top", least=mm(45))])
            parts.append(Part(rows, (1,), room=48))
        else:
            parts.append(Part(_inline_rows(form, keys), (1,) * 6, least=9.5))
    if not form.extras.get("no_truth_statement"):
        parts += _statement_c(form, f"{_NUMERALS[number]}、{form.label('truth_statement')}")
        number += 1
    if not form.extras.get("no_opinions"):
        parts.append(_heading(f"{_NUMERALS[number]}、主管部门推荐"))
        for key in ("opinion_district", "opinion_city"):
            parts.append(Part([[_opinion_c(form, key)]], (1,), room=50))
    return parts


def _years_c(form: Form) -> Part:
    """Metrics downwards, their unit in a column of its own, years across."""
    metrics, years = form.years(SECOND_YEAR_ORDER["c"])
    head = ("经济指标", "计量单位", *(f"{year}年度" for year in years))
    rows = [[_centred(text, shaded=True) for text in head]]
    for metric in metrics:
        row = [
            Cell((paragraph(form.label(metric, unit=False)),)),
            _centred(_unit(metric) or "/"),
        ]
        for year in years:
            key = f"{metric}.{year}"
            keys = (key,) if key in form.fields else ()
            row.append(Cell((form.value(key, "right"),), keys=keys))
        rows.append(row)
    return Part(rows, (4.2, 1.6, *([2.6] * len(years))), least=8)


def _statement_c(form: Form, title: str) -> list[Part]:
    """An unruled promise with two places to sign and a date."""
    promise = Paragraph((Run(SECOND_STATEMENTS["c"]),), indent=2)
    keys = ("truth_date",) if "truth_date" in form.fields else ()
    person, seal = (
        _plain(paragraph(" "), Paragraph((Run(text, spot=f"{spot}:truth_statement"),)))
        for text, spot in (("法定代表人签字：", "sign"), ("单位公章：", "seal"))
    )
    return [
        replace(_heading(title), room=75),
        Part([[_plain(promise)]], (1,), ruled=False),
        Part([[person, seal]], (1.15, 1), ruled=False, gap=8, least=24),
        Part([[_plain(_date(form, "truth_date", "日期："), keys=keys)]], (1,), ruled=False),
    ]  # fmt: skip


def _opinion_c(form: Form, key: str) -> Cell:
    text = form.text(key)
    return Cell(
        (
            Paragraph((Run(f"{form.label(key)}：", face=Face.HEI),)),
            Paragraph((Run(text or " ", key if text else None),), indent=2),
            paragraph(" "),
            Paragraph((Run("单位（公章）", spot=f"seal:{key}"), Run("\u3000" * 5)), align="right"),
            _date(form, f"{key}_date"),
        ),
        keys=tuple(k for k in (key, f"{key}_date") if k in form.fields),
        least=mm(46),
    )


# --- office d: title over the table, sections set downwards, label left, people in a table -----


def _parts_d(form: Form) -> list[Part]:
    parts: list[Part] = [] if form.extras.get("no_cover") else _title_d(form)
    for title, arrangement, keys in form.sections(SECTIONS_D, APART, PERSON_KEYS):
        if arrangement == "years":
            parts += _years_d(form, title)
        elif arrangement == "people":
            parts.append(_people_d(form, title, keys))
        else:
            rows = _left_rows(form, keys)
            # A tall section is cut, so that no side heading has to stand alone on a page.
            for start in range(0, len(rows), 8):
                part = rows[start : start + 8]
                part[0] = [Cell(rows=len(part), vertical=title, shaded=True), *part[0]]
                parts.append(Part(part, (1, 3.4, 4.6, 3.2, 4.6), room=30, least=10))
    if not form.extras.get("no_truth_statement"):
        parts.append(_statement_d(form))
    if not form.extras.get("no_opinions"):
        parts.append(_opinions_d(form))
    return parts


def _title_d(form: Form) -> list[Part]:
    """No cover: the title and a line of who and when above the table."""
    title = Part(
        [[_plain(paragraph(form.title, align="centre", bold=True))]], (1,), ruled=False, scale=1.9,
        least=20,
    )  # fmt: skip

    def line(key: str, after: str = "", spot: str = "") -> Cell:
        text = form.text(key)
        # The name stands in the table again; its place there is the one that counts.
        claimed = None if key == "enterprise_name" else key
        # Whoever stamps a name aims at its end, so that it can still be read.
        cut = max(0, len(text) - 3) if spot else 0
        runs = [Run(f"{form.label(key)}{after}："), Run(text[:cut], claimed, underlined=True)]
        runs.append(Run(text[cut:] or "\u3000" * 5, claimed, underlined=True, spot=spot))
        return _plain(Paragraph(tuple(run for run in runs if run.text)))

    rows: list[list[Cell]] = []
    if "enterprise_name" in form.fields:
        date = "application_date" in form.fields
        name = line("enterprise_name", "（盖章）", "seal:cover")
        rows.append([name, line("application_date")] if date else [replace(name, columns=2)])
    elif "application_date" in form.fields:
        rows.append([replace(line("application_date"), columns=2)])
    if "recommender" in form.fields:
        rows.append([replace(line("recommender"), columns=2)])
    lines = Part(rows, (2, 1.1), ruled=False, least=10)
    return [title, *([lines, Part([[_plain()]], (1,), ruled=False, least=4)] if rows else [])]


def _left_rows(form: Form, keys: Sequence[str]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    waiting: list[Cell] = []

    def widen() -> None:
        if waiting:
            rows.append([waiting[0], replace(waiting[1], columns=3)])
            waiting.clear()

    for key in keys:
        label = _centred(form.label(key), shaded=True)
        value = Cell((form.value(key),), keys=(key,), least=mm(42) if key == "product_intro" else 0)
        if key in PERSON_KEYS or (key not in WIDE and len(form.text(key)) <= 20):
            waiting += [label, value]
            if len(waiting) == 4:
                rows.append(list(waiting))
                waiting.clear()
        else:
            widen()
            rows.append([label, replace(value, columns=3)])
    widen()
    return rows


def _people_d(form: Form, title: str, people: Sequence[str]) -> Part:
    """People downwards, what is asked of each across."""
    suffixes = ("tel", "mobile", "fax", "email")
    asked = [s for s in suffixes if any(f"{p}_{s}" in form.fields for p in people)]
    heads = ["人员", "姓名"]
    for suffix in asked:
        owner = next(p for p in people if f"{p}_{suffix}" in form.fields)
        heads.append(form.label(f"{owner}_{suffix}"))
    rows = [
        [
            Cell(rows=len(people) + 1, vertical=title, shaded=True),
            *(_centred(head, shaded=True) for head in heads),
        ]
    ]
    for person in people:
        row = [
            _centred(form.label(person), shaded=True),
            Cell((form.value(person, "centre"),), keys=(person,)),
        ]
        for suffix in asked:
            key = f"{person}_{suffix}"
            keys = (key,) if key in form.fields else ()
            row.append(Cell((form.value(key, "centre"),), keys=keys))
        rows.append(row)
    shares = {"tel": 3.2, "mobile": 2.9, "fax": 3.0, "email": 4.6}
    return Part(rows, (1, 2.6, 2.0, *(shares[s] for s in asked)), room=40, scale=0.94, least=11)


def _years_d(form: Form, title: str) -> list[Part]:
    """Years downwards, metrics across, the units in a second row of the head."""
    metrics, years = form.years(SECOND_YEAR_ORDER["d"])
    parts: list[Part] = []
    for start in range(0, len(metrics), 5):
        some = metrics[start : start + 5]
        caption = title + ("（续表）" if start else "")
        parts.append(
            Part([[_plain(paragraph(caption, align="centre"))]], (1,), ruled=False, heading=True,
                 gap=3, room=55, least=8)
        )  # fmt: skip
        rows = [
            [
                _centred("年度", shaded=True, rows=2),
                *(_centred(form.label(metric, unit=False), shaded=True) for metric in some),
            ],
            [_centred(f"（{_unit(metric)}）" if _unit(metric) else "/") for metric in some],
        ]
        for year in years:
            row = [_centred(f"{year}年", shaded=True)]
            for metric in some:
                key = f"{metric}.{year}"
                keys = (key,) if key in form.fields else ()
                row.append(Cell((form.value(key, "centre"),), keys=keys))
            rows.append(row)
        parts.append(Part(rows, (1.4, *([2.0] * len(some))), least=8.5))
    return [*parts, Part([[_plain()]], (1,), ruled=False, least=3)] if parts else []


def _statement_d(form: Form) -> Part:
    keys = ("truth_date",) if "truth_date" in form.fields else ()
    body = Cell(
        (
            Paragraph((Run(SECOND_STATEMENTS["d"]),), indent=2),
            paragraph(" "),
            Paragraph(
                (
                    Run("法定代表人签名：", spot="sign:truth_statement"),
                    Run("\u3000" * 10),
                    Run("（单位盖章）", spot="seal:truth_statement"),
                )
            ),
            paragraph(" "),
            _date(form, "truth_date", align="centre"),
        ),
        keys=keys,
        least=mm(55),
    )
    label = _centred(form.label("truth_statement"), shaded=True)
    return Part([[label, body]], (2, 10), gap=2, room=60)


def _opinions_d(form: Form) -> Part:
    """Both offices beside each other, each under its heading."""
    both = ("opinion_district", "opinion_city")
    bodies = []
    for key in both:
        text = form.text(key)
        bodies.append(
            Cell(
                (
                    Paragraph((Run(text or " ", key if text else None),), indent=2),
                    paragraph(" "),
                    Paragraph((Run("（盖章）", spot=f"seal:{key}"),), align="centre"),
                    paragraph(" "),
                    _date(form, f"{key}_date"),
                ),
                keys=tuple(k for k in (key, f"{key}_date") if k in form.fields),
                least=mm(52),
            )
        )
    heads = [_centred(form.label(key), shaded=True) for key in both]
    return Part([heads, bodies], (1, 1), gap=3, room=68)
