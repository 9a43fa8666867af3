"""数据来源: where every value stands on the paper."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell

from extractors.page import Box
from pipeline.programme import Programme
from pipeline.records import Field, FieldState
from pipeline.results.tables import page_text
from pipeline.results.words import FIELD_STATE, MEDIUM
from pipeline.results.workbook.cells import Column, add_list_sheet
from pipeline.results.workbook.links import PROVENANCE, Links

_COLUMNS = (
    Column("材料编号", 16, centred=True),
    Column("介质", 7, centred=True),
    Column("册", 16, centred=True),
    Column("栏目", 26),
    Column("键", 24),
    Column("值", 32),
    Column("原文", 32),
    Column("单位", 7, centred=True),
    Column("状态", 12, centred=True),
    Column("识别把握", 9, "percent"),
    Column("定位把握", 9, "percent"),
    Column("文件", 30),
    Column("页", 6, "integer"),
    Column("页上位置", 20, centred=True),
    Column("来源", 14, centred=True),
    Column("规则", 14, centred=True),
    Column("用于", 14, centred=True),
)
_UNCERTAIN = frozenset({FieldState.REVIEW, FieldState.UNREADABLE})


def add_provenance(workbook: Workbook, programme: Programme, links: Links) -> None:
    """Add the sheet: a row for each field of each volume, as in fields.csv.

    It comes after the tables, for it links back to their cells.
    """
    fields = links.fields
    sheet = add_list_sheet(
        workbook,
        PROVENANCE,
        PROVENANCE,
        "页上位置为左、上、右、下四边，单位是扶正后页面按每英寸200点计的像素；黄底为尚未采信的值；"
        "“用于”栏可点击，回到汇总表中用到该值的单元格。",
        _COLUMNS,
        _rows(fields, links, programme),
        doubtful=frozenset(i for i, field in enumerate(fields) if field.state in _UNCERTAIN),
        fitted=False,
    )
    for index in range(len(fields)):
        links.to_user(cast(Cell, sheet.cell(index + 4, len(_COLUMNS))), index)


def _rows(fields: Sequence[Field], links: Links, programme: Programme) -> Iterator[tuple[str, ...]]:
    for index, field in enumerate(fields):
        yield (
            field.application_id,
            MEDIUM[field.medium],
            field.volume,
            programme.name_of(field.key),
            field.key,
            field.value,
            field.raw,
            field.unit,
            _state(field),
            f"{100 * field.read_confidence:.2f}",
            f"{100 * field.place_confidence:.2f}",
            field.file,
            page_text(field.page),
            _box_text(field.box),
            field.engine,
            field.rule,
            links.user_of(index),
        )


def _state(field: Field) -> str:
    """How far the value is believed, and who put it right when."""
    at = f"{field.corrected_at:%Y-%m-%d}" if field.corrected_at else ""
    return FIELD_STATE[field.state] + (f"（{field.corrected_by}，{at}）" if at else "")


def _box_text(box: Box | None) -> str:
    if box is None:
        return ""
    return ", ".join(f"{corner:.0f}" for corner in (box.x0, box.y0, box.x1, box.y1))
