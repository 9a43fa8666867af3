"""Official letters in Word: how they are set, whatever they say.

As GB/T 9704-2012 wants them: A4, 仿宋 三号, lines 28 pt apart, two characters of indent, page
numbers between dashes.  Where an office lacks a font, its Word takes the one named beside it.
"""

from __future__ import annotations

import io
from datetime import date

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from pipeline.results.package import with_fixed_times
from pipeline.results.text import printable, shortened

BODY, HEAD, KAI, TITLE = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
_BODY_SIZE, _TITLE_SIZE, _PAGE_NUMBER_SIZE = Pt(16), Pt(22), Pt(14)  # 三号, 二号, 四号
_LINE, _TITLE_LINE = Pt(28), Pt(36)
_SUBSTITUTES = {BODY: "仿宋", KAI: "楷体", TITLE: "华文中宋", HEAD: "SimHei"}
"""Fonts of newer systems, for those that an office may not have."""


class Letter:
    """A letter that is being written, line by line.

    Args:
        name: Of the kind of letter, for the file's properties.
    """

    def __init__(self, name: str) -> None:
        self._document = docx.Document()
        self._set_page(name)
        self._name_substitutes()

    def title(self, text: str) -> None:
        """A line of the title, in the middle."""
        self._line(text, TITLE, size=_TITLE_SIZE, alignment=WD_ALIGN_PARAGRAPH.CENTER)

    def centred(self, text: str) -> None:
        """A line of body text in the middle, such as the document's number."""
        self._line(text, BODY, alignment=WD_ALIGN_PARAGRAPH.CENTER)

    def line(self, text: str = "") -> None:
        """A line without indent: the addressee, or an empty line, kept with what follows."""
        self._line(text, BODY).paragraph_format.keep_with_next = True

    def signed(self, text: str) -> None:
        """A line of the signature, two characters from the right; it never stands alone."""
        paragraph = self._line(text, BODY, alignment=WD_ALIGN_PARAGRAPH.RIGHT)
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.right_indent = Pt(_BODY_SIZE.pt * 2)

    def heading(self, text: str) -> None:
        """A heading, kept with what follows."""
        paragraph = self._line(text, HEAD)
        paragraph.paragraph_format.first_line_indent = Pt(_BODY_SIZE.pt * 2)
        paragraph.paragraph_format.keep_with_next = True

    def body(self, text: str, *, label: str = "", keep: bool = False) -> None:
        """A paragraph of the letter.

        Args:
            text: What it says.
            label: Set before it in 楷体.
            keep: Whether it stays on the page of the next one.
        """
        paragraph = self._line("", BODY, alignment=WD_ALIGN_PARAGRAPH.JUSTIFY)
        paragraph.paragraph_format.first_line_indent = Pt(_BODY_SIZE.pt * 2)
        paragraph.paragraph_format.keep_with_next = keep
        if label:
            _run(paragraph, label, KAI, _BODY_SIZE)
        _run(paragraph, text, BODY, _BODY_SIZE)

    def package(self) -> bytes:
        """The letter as a .docx file; the same letter gives the same bytes."""
        stream = io.BytesIO()
        self._document.save(stream)
        return with_fixed_times(stream.getvalue())

    def _line(
        self,
        text: str,
        font: str,
        *,
        size: Pt = _BODY_SIZE,
        alignment: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.LEFT,
    ) -> Paragraph:
        paragraph = self._document.add_paragraph()
        paragraph.alignment = alignment
        form = paragraph.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        form.line_spacing = _LINE if size <= _BODY_SIZE else _TITLE_LINE
        if text:
            _run(paragraph, text, font, size)
        return paragraph

    def _set_page(self, name: str) -> None:
        document = self._document
        section = document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(25)
        document.settings.odd_and_even_pages_header_footer = True
        _page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
        _page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
        style = document.styles["Normal"]
        style.font.size = _BODY_SIZE
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
        properties = document.core_properties
        properties.author = properties.last_modified_by = properties.comments = ""
        properties.title = name

    def _name_substitutes(self) -> None:
        """Add our fonts to the file's list, each with the one to take in its place."""
        entries = "".join(
            f'<w:font w:name="{font}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
            for font, other in _SUBSTITUTES.items()
        )
        for part in self._document.part.package.iter_parts():
            if str(part.partname).endswith("/fontTable.xml"):
                part._blob = part.blob.replace(b"</w:fonts>", entries.encode() + b"</w:fonts>")


def chinese_date(day: date) -> str:
    """As in official letters: 2021年6月4日."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_count(number: int) -> str:
    """A number up to ten in Chinese, a greater one in figures."""
    return "零一二三四五六七八九十"[number] if 0 <= number <= 10 else str(number)


def _page_number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    paragraph.alignment = side
    indent = _PAGE_NUMBER_SIZE  # one character from the edge of the text
    if side is WD_ALIGN_PARAGRAPH.RIGHT:
        paragraph.paragraph_format.right_indent = indent
    else:
        paragraph.paragraph_format.left_indent = indent
    _run(paragraph, "— ", "宋体", _PAGE_NUMBER_SIZE)
    run = _run(paragraph, "", "宋体", _PAGE_NUMBER_SIZE)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = text
        run._r.append(element)
    _run(paragraph, " —", "宋体", _PAGE_NUMBER_SIZE)


def _run(paragraph: Paragraph, text: str, font: str, size: Pt) -> Run:
    run = paragraph.add_run(shortened(printable(text)))
    run.font.size = size
    run.font.name = "Times New Roman" if font != HEAD else font
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run
