"""Dates and places for signatures at the foot of an opinion, parted from its text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.forms.labels import squeeze
from extractors.forms.layout import PageLayout, Piece, join_text, part_of, piece_of, same_row
from extractors.forms.spec import FieldSpec, FoundValue
from extractors.page import Box, PageView

_BLANK_DATE = re.compile(r"[年月日\s/.\-—_]*")
_FOOT_DATE = re.compile(
    r"(?:日期[:：]\s*)?(?:[12][\dOo]{3}|二[〇零○O0]二[一二三四五六七八九〇零○])?\s*"
    r"年\s*[\d一二三四五六七八九十]*\s*月\s*[\d一二三四五六七八九十]*\s*日"
    r"|20\d\d[./-]\d{1,2}[./-]\d{1,2}"
    r"|20\d\d\s*年(?:\s*\d{1,2}\s*月?)?(?:\s*\d{1,2})?$"  # a seal covers the rest
)
_WITH_DAY = re.compile(r"日\s*$|\d[./-]\d{1,2}$")
CUT_DATE = "日期残缺，可能被印章遮盖"
"""What is said of a date of which only a part was read."""
_YEAR_RESTS = re.compile(r"[二〇零○Oo0一九\d\s]{1,6}$")
"""What is left of a year in front of ``年``."""
_SIGNING = re.compile(
    r"[(（]?[^,，。]{0,16}?(?:盖章|公章|签章|签字|签名|加盖公章)[)）]?[:：]?"
    r"|(?:负责人|经办人|审核人|单位负责人|主管领导)[:：]?|[(（]?[章印][)）]?"
)


def part_dates(
    found: list[FoundValue], spec: FieldSpec, layouts: Sequence[PageLayout]
) -> list[FoundValue]:
    """Part the date at the foot of a text (an opinion) from the text itself."""
    if any(value.key == spec.key for value in found):
        return found
    result = []
    for value in found:
        if value.key != spec.after:
            result.append(value)
            continue
        view = layouts[value.page].view
        pieces = [piece_of(view.lines[index], index) for index in value.lines]
        dates = [part for piece in pieces if (part := _date_part(piece)) is not None]
        text = [
            part
            for piece in pieces
            if (part := _text_part(piece)) is not None and not _is_year_rest(part, dates)
        ]
        raw = join_text(text)
        raw = raw if re.search(r"\w", raw) else ""  # specks are no opinion
        result.append(
            value.model_copy(
                update={
                    "raw": raw,
                    "lines": tuple(dict.fromkeys(piece.line for piece in text)),
                    "box": Box.around([piece.box for piece in text]) if text else value.box,
                }
            )
        )
        if dates:
            date = dates[-1]
            blank = bool(_BLANK_DATE.fullmatch(date.text))
            result.append(
                FoundValue(
                    key=spec.key,
                    raw="" if blank else date.text,
                    page=value.page,
                    box=date.box,
                    label_box=value.label_box,
                    lines=(date.line,),
                    read_confidence=date.confidence,
                    place_confidence=value.place_confidence,
                    engine=date.engine,
                    rule="foot-date",
                    doubts=() if blank or _WITH_DAY.search(date.text) else (CUT_DATE,),
                )
            )
        elif _stamped(value, layouts[value.page].view):
            result.append(
                value.model_copy(
                    update={
                        "key": spec.key,
                        "raw": "",
                        "lines": (),
                        "read_confidence": 0.0,
                        "rule": "foot-date",
                        "doubts": ("该处被印章覆盖，未能读出日期",),
                    }
                )
            )
    return result


def _stamped(value: FoundValue, view: PageView) -> bool:
    """Whether a stamp lies in the cell of a value, where it may hide the date."""
    cell = next((cell.box for cell in view.cells if cell.box.holds(*value.box.centre)), None)
    return cell is not None and any(cell.holds(seal.x, seal.y) for seal in view.seals)


def _date_part(piece: Piece) -> Piece | None:
    dated = _FOOT_DATE.search(piece.text)
    return None if dated is None else part_of(piece, dated.start(), dated.end())


def _text_part(piece: Piece) -> Piece | None:
    """What is left of a line without its date and without the places for seal and signature."""
    dated = _FOOT_DATE.search(piece.text)
    if dated is None:
        text = piece
    else:
        end = dated.start()
        if dated[0].startswith("年"):  # the year was read in pieces: it is no word of the text
            end = len(_YEAR_RESTS.sub("", piece.text[:end]))
        text = part_of(piece, 0, end)
    template = _SIGNING.fullmatch(squeeze(text.text)) or _BLANK_DATE.fullmatch(text.text)
    return None if template else text


def _is_year_rest(piece: Piece, dates: Sequence[Piece]) -> bool:
    """Whether a piece is what was read of the year in front of a date."""
    return bool(_YEAR_RESTS.fullmatch(piece.text)) and any(
        date.text.startswith("年") and same_row(piece.box, date.box) for date in dates
    )
