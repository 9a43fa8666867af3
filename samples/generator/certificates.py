"""Draws evidence that has a look of its own: the business licence, patents, software rights."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samples.generator.fonts import Face
from samples.generator.paper import A4, Sheet, Style, mm, paragraph

Values = Mapping[str, object]


def text_of(values: Values, key: str) -> str:
    """A value as printed text; absent is empty."""
    value = values.get(key, "")
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return "、".join(str(item) for item in value)
    return str(value)


def _square_code(sheet: Sheet, x: int, y: int, side: int) -> None:
    """Something that looks like a two-dimensional code and says nothing."""
    count = 33
    cell = side // count
    for row, line in enumerate(sheet.rng.random((count, count)) < 0.48):
        for column, dark in enumerate(line):
            if dark:
                left, top = x + column * cell, y + row * cell
                sheet.pen.rectangle((left, top, left + cell - 1, top + cell - 1), fill=(25, 25, 25))
    for row, column in ((0, 0), (0, count - 7), (count - 7, 0)):
        left, top = x + column * cell, y + row * cell
        for inset, shade in ((0, 25), (1, 255), (2, 25)):
            sheet.pen.rectangle(
                (
                    left + inset * cell,
                    top + inset * cell,
                    left + (7 - inset) * cell - 1,
                    top + (7 - inset) * cell - 1,
                ),
                fill=(shade,) * 3,
            )


def _points(
    xs: NDArray[np.floating[Any]], ys: NDArray[np.floating[Any]]
) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in zip(xs, ys, strict=True)]


def _guilloche(sheet: Sheet, inset: int, colour: tuple[int, int, int]) -> None:
    """An ornamental frame of interwoven waves."""
    width, height = sheet.width, sheet.height
    band = mm(5)
    for phase in (0.0, np.pi / 2, np.pi, 3 * np.pi / 2):
        along = np.arange(inset, width - inset, 4.0)
        wave = np.sin(along / mm(2.2) + phase) * band / 2
        for y in (inset + band / 2, height - inset - band / 2):
            sheet.pen.line(_points(along, y + wave), fill=colour, width=3)
        down = np.arange(inset, height - inset, 4.0)
        wave = np.sin(down / mm(2.2) + phase) * band / 2
        for x in (inset + band / 2, width - inset - band / 2):
            sheet.pen.line(_points(x + wave, down), fill=colour, width=3)
    for gap in (-8, band + 8):
        box = (inset + gap, inset + gap, width - inset - gap, height - inset - gap)
        sheet.pen.rectangle(box, outline=colour, width=4)


def licence(values: Values, rng: np.random.Generator, family: str) -> list[Sheet]:
    """The landscape business licence in its layout since 2019 (FACTS §8.7)."""
    sheet = Sheet(A4[1], A4[0], rng=rng)
    _guilloche(sheet, mm(11), (196, 164, 92))
    middle = sheet.width / 2
    red = (178, 34, 34)
    sheet.pen.ellipse((middle - mm(9), mm(22), middle + mm(9), mm(40)), outline=red, width=10)
    sheet.pen.ellipse((middle - mm(6), mm(25), middle + mm(6), mm(37)), fill=(214, 160, 60))
    sheet.line(middle, mm(60), "营业执照", Style(Face.SONG, 190), bold=True, align="centre",
               spacing=50)  # fmt: skip
    sheet.line(middle, mm(70), "（副  本）", Style(Face.SONG, 62), align="centre")
    small = Style(Face.SONG, 46)
    sheet.line(mm(24), mm(38), "统一社会信用代码", small, bold=True)
    sheet.line(mm(24), mm(46), text_of(values, "uscc"), Style(Face.HEI, 54), key="uscc")
    _square_code(sheet, mm(240), mm(26), mm(28))
    hint = "扫描二维码登录“国家企业信用信息公示系统”了解更多登记、备案、许可、监管信息。"
    sheet.block((mm(238), mm(56), mm(272), mm(72)), [paragraph(hint)], Style(Face.HEI, 24, 1.25))
    left = (("name", "名称"), ("type", "类型"), ("legal_rep", "法定代表人"), ("scope", "经营范围"))
    right = (("capital", "注册资本"), ("established", "成立日期"), ("term", "营业期限"),
             ("address", "住所"))  # fmt: skip
    pitch = mm(15)
    for pairs, x, value_x, end in (
        (left, mm(24), mm(54), mm(146)),
        (right, mm(154), mm(182), mm(274)),
    ):
        y = mm(84)
        for key, label in pairs:
            spread = (mm(23) - len(label) * 50) / (len(label) - 1)
            sheet.line(x, y + mm(6.4), label, Style(Face.SONG, 50), spacing=spread, bold=True)
            text = text_of(values, key)
            deep = pitch * (3 if key == "scope" else 2 if key == "address" else 1)
            style = Style(Face.HEI if family == "a" else Face.SONG, 46, 1.25)
            area = (value_x, y + mm(2.2), end, y + deep)
            if text:
                sheet.block(area, [paragraph(text, key)], style, valign="top")
            else:
                sheet.claim(key, area)
            y += deep
    style = Style(Face.SONG, 52)
    sheet.line(mm(178), mm(164), "登记机关", style, bold=True, spacing=24)
    if authority := text_of(values, "authority"):
        sheet.line(mm(208), mm(164), authority, replace(style, size=44), key="authority")
    sheet.seal_spots["document"] = (mm(226), mm(169))
    if issued := text_of(values, "issued"):
        parts = re.fullmatch(r"(\d{4})年(\d{1,2})月(\d{1,2})日", issued)
        shown = f"{parts[1]}  年  {parts[2]}  月  {parts[3]}  日" if parts else issued
        sheet.line(mm(206), mm(180), shown, replace(style, size=46), key="issued")
    foot = Style(Face.SONG, 30)
    sheet.line(mm(24), mm(190), "国家企业信用信息公示系统网址：http://www.gsxt.gov.cn", foot)
    sheet.line(mm(273), mm(190), "国家市场监督管理总局监制", foot, align="right")
    return [sheet]
