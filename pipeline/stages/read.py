"""Read: a page's pixels (or its text layer, or a Word file) become a `PageView`."""

from __future__ import annotations

from extractors.imaging.errors import PageImageError
from extractors.imaging.render import page_image, upright
from extractors.ocr.engine import Engine
from extractors.ocr.lines import read_lines
from extractors.page import PagePreparation, PageView, TextSource
from pipeline.records import FailureCategory, PageRef, ReadPage, SourceFile


def read(source: SourceFile, page: int, preparation: PagePreparation, engine: Engine) -> ReadPage:
    """Read one page.

    Args:
        source: The file.
        page: Counted from 1.
        preparation: What `clean` measured on this page.
        engine: The OCR engine of this process.

    Returns:
        The page with its view, or with the category and advice of what prevented it.
    """
    ref = PageRef(file=source.file, page=page)
    try:
        view = _view(source, page, preparation, engine)
    except PageImageError as error:
        return ReadPage(
            ref=ref,
            sha256=source.sha256,
            view=None,
            category=FailureCategory(error.problem.value),
            advice=error.advice,
        )
    return ReadPage(ref=ref, sha256=source.sha256, view=view)


def _view(source: SourceFile, page: int, preparation: PagePreparation, engine: Engine) -> PageView:
    if "word" in source.media_type:
        from extractors.text.word import read_word

        return read_word(source.path)
    image = page_image(source.path, source.media_type, page)
    picture = upright(*image, preparation)
    return PageView(
        preparation=preparation,
        text_source=TextSource.OCR,
        lines=read_lines(picture, engine),
    )
