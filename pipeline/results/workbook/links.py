"""Links within the workbook: from the row of a table to its sources, and from each value back.

Programs show linked cells in blue; what goes out has none, so the link of a row stands beside
the printed part of its table.
"""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.hyperlink import Hyperlink

from pipeline.programme import Programme
from pipeline.records import Field, RunResult
from pipeline.results.tables import by_id, field_order

PROVENANCE = "数据来源"
"""Name of the sheet that the links lead to."""
_FIRST_ROW = 4


class Links:
    """Who is linked with what, while the workbook is being written.

    Args:
        run: Whose fields the provenance lists.
        programme: The pack; it orders them.
    """

    def __init__(self, run: RunResult, programme: Programme) -> None:
        self.fields: Sequence[Field] = [
            field
            for result in by_id(run)
            for field in sorted(result.extraction.fields, key=lambda f: field_order(f, programme))
        ]
        self._rows: dict[Field, int] = {}
        self._applications: dict[str, int] = {}
        for row, field in enumerate(self.fields, start=_FIRST_ROW):
            self._rows.setdefault(field, row)
            self._applications.setdefault(field.application_id, row)
        self._users: dict[int, tuple[str, str]] = {}

    def use(self, cell: Cell, field: Field | None) -> None:
        """Note that a cell of a table shows the value of a field."""
        row = self._rows.get(field) if field is not None else None
        if row is not None and cell.value is not None:
            self._users.setdefault(row, (str(cell.parent.title), cell.coordinate))

    def to_sources(self, cell: Cell, application_id: str) -> None:
        """Link a cell to where the values of an application begin in the provenance."""
        row = self._applications.get(application_id)
        if row is not None:
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{PROVENANCE}'!A{row}")

    def user_of(self, index: int) -> str:
        """The table's cell that uses a field (its index in :attr:`fields`): ``附件6!C5``."""
        user = self._users.get(index + _FIRST_ROW)
        return "!".join(user) if user else ""

    def to_user(self, cell: Cell, index: int) -> None:
        """Link a cell of the provenance to the table's cell that uses its value."""
        user = self._users.get(index + _FIRST_ROW)
        if user is not None:
            sheet, place = user
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!{place}")
