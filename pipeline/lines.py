"""The account of lines: every line of text ends in a field, a cell, the body, or unassigned."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.forms.labels import squeeze
from extractors.forms.spec import FoundValue
from extractors.page import PageView
from pipeline.records import ReadPage, Unassigned

_SENTENCE = re.compile(r"[，,。；;！？]")
_VALUE_LIKE = re.compile(
    r"\d{4,}|\d+[.,]\d+|\d{4}年|[0-9A-Z]{15,}|[\w.]+@[\w.]+"
    r"|[\u4e00-\u9fff]{4,}(?:公司|厂|合作社)$"
)
_PAGE_NUMBER = re.compile(r"[-—第]*\d{1,3}(?:页|/\d{1,3})?[-—]*|第\d{1,3}页共\d{1,3}页")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


class LineAccount:
    """Counts lines; what nobody claims is kept by name."""

    def __init__(self) -> None:
        self.total = 0
        self.in_fields = 0
        self.in_cells = 0
        self.in_body = 0
        self.unassigned: list[Unassigned] = []

    def count_form(
        self, pages: Sequence[tuple[ReadPage, PageView]], found: Sequence[FoundValue]
    ) -> None:
        """Count the lines of an application form."""
        for number, (page, view) in enumerate(pages):
            fields, cells = _claimed(number, view, found)
            labels = [value.label_box for value in found if value.page == number]
            for index, line in enumerate(view.lines):
                self.total += 1
                if index in fields:
                    self.in_fields += 1
                elif index in cells:
                    self.in_cells += 1
                elif any(line.box.overlap(label) > 0.5 * label.area for label in labels):
                    self.in_body += 1  # a label whose place is empty
                elif _is_body(line.text):
                    self.in_body += 1
                else:
                    self.unassigned.append(
                        Unassigned(
                            ref=page.ref,
                            text=line.text,
                            box=line.box,
                            looks_like_value=bool(_VALUE_LIKE.search(squeeze(line.text))),
                        )
                    )

    def count_document(
        self, pages: Sequence[tuple[ReadPage, PageView]], found: Sequence[FoundValue]
    ) -> None:
        """Count the lines of a piece of evidence: what is no value is its body."""
        for number, (_, view) in enumerate(pages):
            fields, cells = _claimed(number, view, found)
            for index in range(len(view.lines)):
                self.total += 1
                if index in fields:
                    self.in_fields += 1
                elif index in cells:
                    self.in_cells += 1
                else:
                    self.in_body += 1


def _claimed(number: int, view: PageView, found: Sequence[FoundValue]) -> tuple[set[int], set[int]]:
    fields = {line for value in found if value.page == number for line in value.lines}
    cells = {line for cell in view.cells for line in cell.lines}
    return fields, cells


def _is_body(text: str) -> bool:
    """Whether a loose line reads like a title, a paragraph or a printed instruction."""
    plain = squeeze(text)
    if not plain or _PAGE_NUMBER.fullmatch(plain):
        return True
    chinese = len(_CHINESE.findall(plain))
    if _VALUE_LIKE.search(plain):
        # A sentence may hold figures; a bare figure or name is somebody's value.
        return chinese >= 12 and not plain.endswith(("公司", "厂", "合作社"))
    return chinese >= 2
