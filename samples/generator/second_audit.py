"""Draws audit reports of the second family: statements with the year before beside the year.

Office ``c`` sets assets beside liabilities with both dates, office ``d`` one below the other
with a column of notes.  The year before is made up; the asked figures are those of the report's
own year.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from samples.generator.audit_reports import Item, balance_items, income_items, printed
from samples.generator.certificates import Values, text_of
from samples.generator.flow import Flow
from samples.generator.fonts import Face
from samples.generator.paper import A4, Paragraph, Run, Sheet, Style, mm, paragraph
from samples.generator.tables import Cell, Ruling, widths

_EMPTY: Item = ("", "", "")


def draw_second_audit_report(values: Values, rng: np.random.Generator, office: str) -> list[Sheet]:
    """Draw the four pages of an audit report.

    Args:
        values: As for :func:`samples.generator.audit_reports.draw_audit_report`.
        rng: Source of the made-up lines.
        office: ``c`` or ``d``.
    """
    face = Face.HEI if office == "c" else Face.SONG
    flow = Flow(rng, Style(face, 48, 1.55), Ruling(inner=2, outer=2, padding=7, shade=235))
    _cover(flow, values, office)
    flow.new_page()
    _opinion(flow, values, office)
    flow.left, flow.right = float(mm(16)), float(A4[0] - mm(16))
    flow.new_page()
    flow.style = Style(face, 34, 1.25)
    _balance(flow, values, office)
    flow.new_page()
    _income(flow, values, office)
    return flow.sheets


def _cover(flow: Flow, values: Values, office: str) -> None:
    year, number = text_of(values, "year"), text_of(values, "number")
    flow.y = mm(60)
    if office == "d" and number:
        flow.runs(Run("报告编号："), Run(number, "number"), align="right", indent=0)
        flow.space(20)
    flow.title("年度审计报告" if office == "c" else "审计报告", 120, Face.HEI)
    flow.space(14)
    client = text_of(values, "client")
    if client:
        flow.runs(Run("被审计单位："), Run(client, "client"), indent=2)
    if year:
        flow.runs(
            Run("报告年度：" if office == "c" else "会计年度："), Run(year, "year"), Run("年度")
        )
    if office == "c" and number:
        flow.runs(Run("文号："), Run(number, "number"))
    if firm := text_of(values, "firm"):
        flow.runs(Run("审计机构："), Run(firm, "firm"))


def _opinion(flow: Flow, values: Values, office: str) -> None:
    year, client = text_of(values, "year"), text_of(values, "client")
    firm, opinion = text_of(values, "firm"), text_of(values, "opinion")
    flow.title("审 计 报 告", 76)
    flow.space(4)
    if client:
        flow.runs(Run(client, "client"), Run("："), indent=0)
    flow.write(
        f"我们接受委托，审计了贵公司{year}年度财务报表，包括资产负债表、利润表以及相关附注。"
        "编制财务报表是管理层的责任，我们的责任是在执行审计工作的基础上发表审计意见。"
    )
    if opinion:
        flow.runs(Run("审计意见类型：" if office == "c" else "意见类型："), Run(opinion, "opinion"))
    flow.write(f"我们认为，财务报表公允反映了贵公司{year}年末的财务状况以及{year}年度的经营成果。")
    flow.write("附件：一、资产负债表；二、利润表；三、财务报表附注。")
    date = text_of(values, "date")
    flow.close(
        ("会计师事务所（盖章）", "firm", firm) if firm else None,
        ("报告日期", "date", date) if "date" in values else None,
        label=office == "c",
    )


def _before(item: Item, rng: np.random.Generator) -> str:
    """What stood there a year ago, for an item that has an amount."""
    text = item[2].replace(",", "")
    try:
        amount = Decimal(text)
    except ArithmeticError:
        return ""
    return printed(amount * Decimal(f"{rng.uniform(0.7, 0.97):.4f}"))


def _label(text: str, align: str = "left") -> Cell:
    return Cell((paragraph(text, align=align),) if text else ())


def _figure(item: Item) -> Cell:
    _, key, amount = item
    keys = (key,) if key else ()
    if not amount:
        return Cell(keys=keys)
    return Cell((paragraph(amount, key or None, align="right"),), keys=keys)


def _head(flow: Flow, title: str, values: Values, when: str) -> None:
    flow.title(title, 66, Face.HEI)
    flow.space(2)
    small = Style(flow.style.face, 34)
    flow.sheet.line(flow.middle, flow.y + mm(3), when, small, align="centre")
    client = text_of(values, "client")
    y = flow.y + mm(9)
    flow.sheet.block(
        (flow.left, y - mm(3.5), flow.right - mm(60), y + mm(3.5)),
        [Paragraph((Run("单位名称："), Run(client or " ", "client" if client else None)))],
        small,
    )
    flow.sheet.line(flow.right, y + mm(1.2), "金额单位：人民币元", small, align="right")
    flow.y = y + mm(5)


def _balance(flow: Flow, values: Values, office: str) -> None:
    year = text_of(values, "year")
    _head(flow, "资产负债表", values, f"{year}年12月31日")
    left, right = balance_items(values, flow.rng)
    if office == "d":
        heads = ("项  目", "附注", "期末余额", "期初余额")
        rows = [[Cell((paragraph(head, align="centre"),), shaded=True) for head in heads]]
        for number, item in enumerate([*left, *right], start=1):
            note = f"五、{number}" if item[2] and number % 3 == 1 else ""
            rows.append(
                [_label(item[0]), _label(note, "centre"), _figure(item), _earlier(flow, item)]
            )
        flow.table(widths(flow.right - flow.left, 5, 1.3, 3.6, 3.6), rows, least=mm(6.4))
        return
    titles = ("资产", "期末余额", "年初余额", "负债和所有者权益", "期末余额", "年初余额")
    rows = [[Cell((paragraph(title, align="centre"),)) for title in titles]]
    last_left, last_right = (side.pop() if side else _EMPTY for side in (left, right))
    depth = max(len(left), len(right))
    lines = [
        *zip(
            [*left, *[_EMPTY] * (depth - len(left))],
            [*right, *[_EMPTY] * (depth - len(right))],
            strict=True,
        ),
        (last_left, last_right),
    ]
    for one, two in lines:
        rows.append(
            [
                _label(one[0]), _figure(one), _earlier(flow, one),
                _label(two[0]), _figure(two), _earlier(flow, two),
            ]
        )  # fmt: skip
    flow.table(widths(flow.right - flow.left, 2.6, 2.7, 2.7, 3, 2.7, 2.7), rows, least=mm(8))


def _earlier(flow: Flow, item: Item) -> Cell:
    before = _before(item, flow.rng)
    return Cell((paragraph(before, align="right"),) if before else ())


def _income(flow: Flow, values: Values, office: str) -> None:
    year = text_of(values, "year")
    _head(flow, "利 润 表", values, f"{year}年度")
    heads = (
        ("项  目", "本期金额", "上期金额")
        if office == "c"
        else ("项目", "附注", "本年数", "上年数")
    )
    rows = [[Cell((paragraph(head, align="centre"),), shaded=office == "d") for head in heads]]
    for number, item in enumerate(income_items(values, flow.rng), start=1):
        note = (
            [_label(f"六、{number}" if number % 4 == 1 else "", "centre")] if office == "d" else []
        )
        rows.append([_label(item[0]), *note, _figure(item), _earlier(flow, item)])
    shares = (5, 3.6, 3.6) if office == "c" else (5, 1.3, 3.6, 3.6)
    flow.table(widths(flow.right - flow.left, *shares), rows, least=mm(9))
