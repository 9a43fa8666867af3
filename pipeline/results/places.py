"""Where something stands, in words that lead a person to the sheet of paper."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.programme import Programme
from pipeline.records import Application, Medium, PageDifference, PageRef
from pipeline.results.text import one_line
from pipeline.results.words import MEDIUM

_FORM = "application_form"


def place_in_volume(application: Application, file: str, page: int, programme: Programme) -> str:
    """The page counted in its bound volume, with its document: ``纸质材料第1册第3页（营业执照）``.

    Empty where the page belongs to no volume of the application.
    """
    ref = PageRef(file=file, page=page)
    names = document_names(programme)
    for volume in application.volumes:
        for document in volume.documents:
            if ref not in document.pages:
                continue
            number = volume.pages.index(ref) + 1
            copy = f"第{volume.number}册" if volume.medium is Medium.PAPER else ""
            kind = names.get(document.type, "")
            return f"{MEDIUM[volume.medium]}材料{copy}第{number}页" + (
                f"（{kind}）" if kind else ""
            )
    return ""


def place_in_file(file: str, page: int) -> str:
    """The page counted in its file, for somebody who has the scans: ``scans/a.pdf 第3页``."""
    if not file:
        return ""
    name = one_line(file)
    return f"{name} 第{page}页" if page > 0 else name


def document_names(programme: Programme) -> dict[str, str]:
    """Type of a document → its name for clerks."""
    return {item.type: item.name for item in programme.evidence}


def text_title(difference: PageDifference, names: Mapping[str, str]) -> str:
    """What text a difference beyond the fields stands in, by the names of the documents."""
    name = names.get(difference.type, "材料")
    beyond = "栏目以外的文字" if difference.type == _FORM else "文字"
    return f"{name}（{beyond}）"
