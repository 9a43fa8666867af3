"""Draws certificates of the second family that the state designs: licence, patent, software.

Older licences are upright sheets with one column; newer patents carry further dates and names
that are not asked for, in which a reader may go astray.
"""

from __future__ import annotations

import re

import numpy as np

from samples.generator.certificates import Values, text_of
from samples.generator.flow import Flow, Pair
from samples.generator.fonts import Face
from samples.generator.paper import A4, Run, Sheet, Style, mm
from samples.generator.vocabulary import GIVEN, SURNAMES


def draw_licence(values: Values, rng: np.random.Generator, office: str) -> list[Sheet]:
    """The upright business licence of 2014 to 2019: one column below the code."""
    flow = Flow(rng, Style(Face.SONG, 52, 1.42), left=mm(34), right=A4[0] - mm(30))
    sheet = flow.sheet
    gold = (190, 150, 80) if office == "c" else (200, 120, 110)
    for inset in (mm(12), mm(14), mm(17)):
        box = (inset, inset, sheet.width - inset, sheet.height - inset)
        sheet.pen.rectangle(box, outline=gold, width=9 if inset == mm(14) else 4)
    middle = sheet.width / 2
    sheet.pen.ellipse((middle - mm(10), mm(24), middle + mm(10), mm(44)), fill=(190, 50, 40))
    sheet.pen.ellipse((middle - mm(6), mm(28), middle + mm(6), mm(40)), fill=(226, 180, 70))
    sheet.line(middle, mm(66), "营业执照", Style(Face.SONG, 170), bold=True, align="centre",
               spacing=40)  # fmt: skip
    sheet.line(middle, mm(75), "（副  本）（1-1）", Style(Face.SONG, 50), align="centre")
    flow.y = mm(84)
    if "uscc" in values:
        code = text_of(values, "uscc")
        flow.runs(
            Run("统一社会信用代码  "), Run(code or "\u3000" * 6, "uscc"), align="centre", indent=0
        )
    flow.space(8)
    labels = (
        ("name", "名  称"), ("type", "类  型"), ("address", "住  所"),
        ("legal_rep", "法定代表人"), ("capital", "注册资本"), ("established", "成立日期"),
        ("term", "营业期限"), ("scope", "经营范围"),
    )  # fmt: skip
    for key, label in labels:
        if key not in values:
            continue
        text = text_of(values, key)
        pair_style = flow.style
        flow.style = Style(pair_style.face, 44 if key == "scope" else 50, pair_style.leading)
        _beside(flow, label, key, text)
        flow.style = pair_style
    flow.y = max(flow.y + mm(4), mm(232))
    issued = text_of(values, "issued")
    sheet.line(mm(110), flow.y, "登记机关", Style(Face.SONG, 52), bold=True, spacing=20)
    if authority := text_of(values, "authority"):
        sheet.line(mm(140), flow.y, authority, Style(Face.SONG, 42), key="authority")
    sheet.seal_spots["document"] = (mm(150), flow.y + mm(6))
    if issued:
        parts = re.fullmatch(r"(\d{4})年(\d{1,2})月(\d{1,2})日", issued)
        shown = f"{parts[1]} 年 {parts[2]} 月 {parts[3]} 日" if parts else issued
        sheet.line(mm(140), flow.y + mm(14), shown, Style(Face.SONG, 46), key="issued")
    foot = "企业信用信息公示系统网址：www.gsxt.gov.cn"
    sheet.line(mm(24), mm(277), foot, Style(Face.SONG, 28))
    return [*flow.sheets]


def _beside(flow: Flow, label: str, key: str, text: str) -> None:
    """A label without a colon and its value in a column further right."""
    from samples.generator.paper import block_height, paragraph

    x = flow.left + mm(38)
    blocks = [paragraph(text or "\u3000" * 4, key)]
    height = block_height(blocks, flow.style, flow.right - x) + 2
    flow.sheet.block(
        (flow.left, flow.y, x - 8, flow.y + height), [paragraph(label, bold=True)], flow.style,
        valign="top",
    )  # fmt: skip
    flow.sheet.block((x, flow.y, flow.right, flow.y + height), blocks, flow.style, valign="top")
    flow.y += height + mm(2.6)


def _someone(rng: np.random.Generator) -> str:
    return str(rng.choice(list(SURNAMES))) + str(rng.choice(list(GIVEN)))


def _day(rng: np.random.Generator) -> str:
    return (
        f"{int(rng.integers(2009, 2014))}年{int(rng.integers(1, 13)):02d}月"
        f"{int(rng.integers(1, 29)):02d}日"
    )


def draw_patent(values: Values, rng: np.random.Generator, office: str) -> list[Sheet]:
    """A patent certificate with inventors, day of filing and address besides what is asked."""
    kind = text_of(values, "kind") or "发明专利"
    word = next((name for name in ("实用新型", "外观设计") if name in kind), "发明")
    flow = Flow(rng, Style(Face.SONG, 46, 1.5), left=mm(26), right=A4[0] - mm(24))
    sheet = flow.sheet
    for y in (mm(16), mm(18)):
        sheet.pen.line((mm(16), y, A4[0] - mm(16), y), fill=(150, 110, 60), width=5)
        sheet.pen.line((mm(16), A4[1] - y, A4[0] - mm(16), A4[1] - y), fill=(150, 110, 60), width=5)
    title = kind if kind.endswith("专利") else f"{word}专利"
    style = Style(Face.HEI, 108)
    heading = sheet.line(A4[0] / 2, mm(46), f"{title}证书", style, bold=True, align="centre")
    if "kind" in values and heading:
        x0, y0, x1, y1 = heading
        sheet.claim("kind", (x0, y0, x1 - (x1 - x0) * 2 / (len(title) + 2), y1))
    serial = f"证书号  第 {int(rng.integers(2_000_000, 9_999_999))} 号"
    sheet.line(flow.right, mm(58), serial, Style(Face.SONG, 42), align="right")
    flow.y = mm(72)
    makers = ("设计人" if word == "外观设计" else "发明人", "", f"{_someone(rng)};{_someone(rng)}")
    pairs: list[Pair] = [
        ("专利号", "number", text_of(values, "number")),
        (f"{word}名称", "name", text_of(values, "name")),
        ("专利申请日", "", _day(rng)),
        makers,
        ("专利权人", "owner", text_of(values, "owner")),
        ("地址", "", "116000 辽宁省大连市"),
        ("授权公告日", "granted", text_of(values, "granted")),
    ]
    if office == "d":
        pairs = [pairs[1], pairs[3], pairs[0], pairs[2], pairs[4], pairs[5], pairs[6]]
    for label, key, text in pairs:
        if key and key not in values:
            continue
        flow.runs(Run(f"{label}："), Run(text or "\u3000" * 4, key or None), indent=0)
        flow.space(3.5)
    flow.space(6)
    flow.write(
        "经审查，上述专利申请符合专利法的规定，授予专利权并登记公告，专利权自公告之日起生效。"
        "专利登记簿记载专利权登记时的法律状况。"
    )
    flow.y = max(flow.y + mm(12), mm(226))
    sheet.line(flow.left, flow.y, "局长签名", Style(Face.SONG, 46))
    sheet.line(
        flow.right, flow.y, "中华人民共和国国家知识产权局", Style(Face.SONG, 48), align="right"
    )
    sheet.seal_spots["document"] = (flow.right - mm(30), flow.y + mm(8))
    return flow.sheets


def draw_software(values: Values, rng: np.random.Generator, office: str) -> list[Sheet]:
    """A certificate of software rights with the days of completion and first publication."""
    flow = Flow(rng, Style(Face.SONG, 48, 1.5), left=mm(32), right=A4[0] - mm(28))
    sheet = flow.sheet
    for inset in (mm(9), mm(11)):
        box = (inset, inset, sheet.width - inset, sheet.height - inset)
        sheet.pen.rectangle(box, outline=(110, 140, 110), width=7)
    flow.y = mm(30)
    flow.title("中华人民共和国国家版权局", 60)
    flow.title("软件著作权登记证书" if office == "d" else "计算机软件著作权登记证书", 100, Face.HEI)
    flow.space(8)
    first: list[Pair] = [("证书号", "number", text_of(values, "number"))]
    rest: list[Pair] = [
        ("登记号", "registration_number", text_of(values, "registration_number")),
        ("软件名称", "name", text_of(values, "name")),
        ("著作权人", "owner", text_of(values, "owner")),
        ("开发完成日期", "", _day(rng)),
        ("首次发表日期", "", "未发表"),
        ("权利取得方式", "", "原始取得"),
    ]
    for label, key, text in [*first, *(rest if office == "c" else [*rest[1:], rest[0]])]:
        if key and key not in values:
            continue
        flow.runs(Run(f"{label}："), Run(text or "\u3000" * 4, key or None), indent=0)
        flow.space(4)
    flow.write("依照有关规定，对上述软件的著作权予以登记。")
    flow.y = max(flow.y + mm(8), mm(205))
    issued = text_of(values, "issued")
    flow.close(
        None,
        ("发证日期", "issued", issued) if "issued" in values else None,
        label=office == "c",
    )
    return flow.sheets
