"""Draws the evidence of the second layout family: certificates, proofs and print-outs.

Arrangements differ from those of offices ``a`` and ``b``: heads over a row of values, a column
of serial numbers, large centred values under small captions, labels set wide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from samples.generator.certificates import Values, text_of
from samples.generator.flow import Flow, Pair
from samples.generator.fonts import Face
from samples.generator.paper import A4, Paragraph, Run, Sheet, Style, mm, paragraph
from samples.generator.second_rights import draw_patent, draw_software
from samples.generator.second_words import SECOND_LOOKS, SecondLook
from samples.generator.tables import Cell, Ruling, widths


def draw_second_evidence(
    type_id: str, values: Values, rng: np.random.Generator, office: str
) -> list[Sheet]:
    """Draw a document of any type that has no module of its own.

    Args:
        type_id: The evidence type.
        values: Field → text as printed; ``title_text`` replaces the heading.
        rng: Source of the small differences between papers.
        office: ``c`` or ``d``.

    Raises:
        ValueError: The type is unknown.
    """
    own: dict[str, Callable[[Values, np.random.Generator, str], list[Sheet]]] = {
        "truth_statement": _truth_statement,
        "introduction": _introduction,
        "credit_query": _credit_query,
        "patent": draw_patent,
        "software_copyright": draw_software,
    }
    if type_id in own:
        return own[type_id](values, rng, office)
    look = SECOND_LOOKS.get(type_id)
    if look is None:
        raise ValueError(f"no layout for documents of type {type_id!r}")
    return _by_look(look, values, rng, office)


def _flow(rng: np.random.Generator, office: str, size: int = 48) -> Flow:
    face = Face.HEI if office == "c" else Face.SONG
    return Flow(
        rng,
        Style(face, size + int(rng.integers(-3, 4)), float(rng.uniform(1.4, 1.6))),
        Ruling(
            inner=2,
            outer=int(rng.choice([2, 8])),
            padding=16,
            across_only=office == "c" and rng.random() < 0.4,
            shade=int(rng.choice([226, 240])),
        ),
        left=mm(23),
        right=A4[0] - mm(23),
    )


def _by_look(
    look: SecondLook, values: Values, rng: np.random.Generator, office: str
) -> list[Sheet]:
    which = "cd".index(office)
    shape = look.shapes[which]
    flow = _flow(rng, office)
    if shape == "centred":
        _ribbon(flow.sheet, rng)
        flow.y = mm(46)
    else:
        flow.y = mm(30)
    if look.number_first and "number" in values:
        number = text_of(values, "number")
        runs = (Run(f"{look.labels['number'][which]}："), Run(number or "\u3000" * 4, "number"))
        flow.runs(*runs, align="right", indent=0)
        flow.space(6)
    flow.title(str(values.get("title_text") or look.titles[which]), 84, Face.HEI)
    flow.space(8)
    if look.before[which]:
        flow.write(look.before[which])
        flow.space(4)
    pairs: dict[str, Pair] = {
        key: (labels[which], key, text_of(values, key))
        for key, labels in look.labels.items()
        if key in values and not (look.number_first and key == "number")
    }
    last = [key for key in (look.issuer, look.date) if key in pairs]
    body = [pair for key, pair in pairs.items() if key not in last]
    _SHAPES[shape](flow, body)
    if look.after[which]:
        flow.space(5)
        flow.write(look.after[which])
    flow.close(pairs.get(look.issuer), pairs.get(look.date), label=which == 0)
    return flow.sheets


def _ribbon(sheet: Sheet, rng: np.random.Generator) -> None:
    """A coloured band at the left edge and a thin line at the right one: no frame."""
    colour = [(40, 90, 150), (30, 120, 110), (150, 60, 50)][int(rng.integers(3))]
    sheet.pen.rectangle((mm(8), mm(8), mm(13), sheet.height - mm(8)), fill=colour)
    sheet.pen.line(
        (sheet.width - mm(9), mm(8), sheet.width - mm(9), sheet.height - mm(8)), colour, 6
    )


def _value(text: str, key: str, align: str = "left") -> Cell:
    return Cell((paragraph(text, key, align=align),), keys=(key,))


def _centre(text: str, *, shaded: bool = False) -> Cell:
    return Cell((paragraph(text, align="centre"),), shaded=shaded)


def _serial(flow: Flow, pairs: Sequence[Pair]) -> None:
    """A table with a column of serial numbers and a head."""
    rows = [[_centre(text, shaded=True) for text in ("序号", "项目", "内容")]]
    for number, (label, key, text) in enumerate(pairs, start=1):
        rows.append([_centre(str(number)), _centre(label), _value(text, key)])
    flow.table(widths(flow.right - flow.left, 1, 3, 7), rows, least=mm(11))


def _heads(flow: Flow, pairs: Sequence[Pair]) -> None:
    """Labels as the head of a table, values in the row below; at most three beside each other."""
    for start in range(0, len(pairs), 3):
        some = pairs[start : start + 3]
        rows = [
            [_centre(label, shaded=True) for label, _, _ in some],
            [_value(text, key, "centre") for _, key, text in some],
        ]
        shares = [max(4, min(len(text), 12)) for _, _, text in some]
        flow.table(widths(flow.right - flow.left, *shares), rows, least=mm(12))


def _centred(flow: Flow, pairs: Sequence[Pair]) -> None:
    """A small caption and below it the value, both in the middle."""
    for label, key, text in pairs:
        blocks = [
            Paragraph((Run(label, colour=(90, 90, 90)),), align="centre", scale=0.8),
            Paragraph((Run(text or "\u3000" * 4, key, bold=bool(text)),), align="centre"),
        ]
        for block in blocks:
            flow.runs(*block.runs, align="centre", indent=0)
        flow.space(4)


def _lines(flow: Flow, pairs: Sequence[Pair]) -> None:
    """Label, colon and value run on; long values go on below their label."""
    for label, key, text in pairs:
        flow.runs(Run(f"{label}："), Run(text or "\u3000" * 4, key), indent=0)
        flow.space(3)


def _wide(flow: Flow, pairs: Sequence[Pair]) -> None:
    """Labels stretched to one width, as typists do with blanks, and values on a line."""
    longest = max((len(label) for label, _, _ in pairs), default=0)
    for label, key, text in pairs:
        blanks = "  " if len(label) <= longest - 2 and len(label) <= 4 else ""
        runs = (Run(blanks.join(label) + "："), Run(text or "\u3000" * 6, key, underlined=True))
        flow.runs(*runs, indent=0)
        flow.space(3)


_SHAPES: dict[str, Callable[[Flow, Sequence[Pair]], None]] = {
    "serial": _serial,
    "heads": _heads,
    "centred": _centred,
    "lines": _lines,
    "wide": _wide,
}


def _truth_statement(values: Values, rng: np.random.Generator, office: str) -> list[Sheet]:
    flow = _flow(rng, office, 52)
    flow.y = mm(48)
    flow.title("真实性承诺书" if office == "c" else "申报材料真实性声明", 88, Face.HEI)
    flow.space(10)
    name = text_of(values, "name")
    if office == "c":
        flow.runs(Run("承诺单位："), Run(name or "\u3000" * 6, "name", underlined=True), indent=0)
        flow.space(4)
    for text in (
        "一、本单位提交的申请表、证明材料及光盘内容真实可靠，无伪造、变造情形。",
        "二、本单位近三年没有发生重大安全、质量和环境污染事故。",
        "三、如与事实不符，同意取消申报资格并由本单位自行承担后果。",
    ):
        flow.write(text)
    flow.space(14)
    flow.need(mm(70))
    flow.runs(Run("法定代表人签字：", spot="sign:truth_statement"), indent=8)
    flow.sheet.sign_spots["document"] = flow.sheet.sign_spots["truth_statement"]
    flow.space(14)
    if office == "c":
        flow.runs(Run("（单位公章）", spot="seal:truth_statement"), align="right", indent=0)
    else:
        flow.runs(
            Run("单位名称（盖章）："),
            Run(name or "\u3000" * 6, "name", spot="seal:truth_statement"),
            indent=8,
        )
    flow.sheet.seal_spots["document"] = flow.sheet.seal_spots.setdefault(
        "truth_statement", (flow.middle, flow.y)
    )
    flow.space(12)
    date = text_of(values, "date")
    template = "年    月    日"
    flow.runs(Run(date or template, "date" if date else None), align="right", indent=0)
    return flow.sheets


def _introduction(values: Values, rng: np.random.Generator, office: str) -> list[Sheet]:
    flow = _flow(rng, office)
    flow.y = mm(34)
    title = "企业及主导产品简介" if office == "c" else "企业及申报产品（技术）简介"
    flow.title(title, 76, Face.HEI)
    flow.space(6)
    labels = {"name": ("公司名称", "企业名称"), "product": ("申报产品", "产品（技术）名称")}
    which = "cd".index(office)
    pairs: list[Pair] = [
        (two[which], key, text_of(values, key)) for key, two in labels.items() if key in values
    ]
    (_serial if office == "d" else _lines)(flow, pairs)
    parts = text_of(values, "text").split("\n")
    flow.space(2)
    flow.write("1. 企业发展概况" if office == "c" else "（一）基本情况", indent=0)
    for number, part in enumerate(parts):
        if part:
            flow.write(part, "text" if number == 0 else None)
    flow.write("2. 产品与市场" if office == "c" else "（二）产品情况", indent=0)
    flow.write(
        "产品面向装备制造等领域的客户，采用订单生产方式。公司设有专职质检人员，"
        "对进料、过程和出厂逐级检验，售后服务覆盖主要客户所在地区。"
    )
    return flow.sheets


def _credit_query(values: Values, rng: np.random.Generator, office: str) -> list[Sheet]:
    """A print-out of a web page: grey bars as headings, the address in the foot."""
    flow = _flow(rng, office, 42)
    flow.style = Style(Face.HEI, 42, 1.45)
    small = Style(Face.MONO, 28)
    flow.sheet.line(flow.left, mm(10), "2021/5/26", small)
    title = "法人和非法人组织公共信用信息报告" if office == "c" else "信用查询报告"
    flow.sheet.line(flow.middle, mm(10), title, small, align="centre")
    flow.y = mm(26)
    flow.title(title, 72, Face.HEI)
    flow.space(5)
    labels = {
        "source": ("查询平台", "来源"),
        "name": ("机构名称", "企业名称"),
        "date": ("查询时间", "打印日期"),
        "result": ("失信记录", "查询结果"),
    }
    which = "cd".index(office)
    pairs: list[Pair] = [
        (two[which], key, text_of(values, key)) for key, two in labels.items() if key in values
    ]
    (_lines if office == "c" else _heads)(flow, pairs)
    flow.space(4)
    for text in ("行政管理信息", "诚实守信信息", "严重失信信息", "经营异常信息"):
        bar = (flow.left, flow.y, flow.right, flow.y + mm(9))
        flow.sheet.pen.rectangle(bar, fill=(230, 230, 230))
        flow.sheet.line(flow.left + mm(3), flow.y + mm(6.2), text, flow.style, bold=True)
        flow.sheet.line(flow.right - mm(3), flow.y + mm(6.2), "共0条", flow.style, align="right")
        flow.y += mm(13)
    flow.close(None, None)
    flow.sheet.line(flow.left, mm(288), "1/1", small)
    return flow.sheets
