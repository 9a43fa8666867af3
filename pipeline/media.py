"""What a file is by its content, how many pages it has, and whether it is safe to open.

Files come from strangers.  Nothing here trusts a name or a declared size; what cannot be read
raises :class:`Unusable` with a closed category and advice for a clerk.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from pathlib import Path

from extractors.page import Record
from pipeline.records import FailureCategory

PDF = "application/pdf"
TIFF = "image/tiff"
JPEG = "image/jpeg"
PNG = "image/png"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OLE = "application/x-ole-storage"
"""Word and Excel before 2007, and encrypted files of any year."""
ZIP = "application/zip"
TEXT = "text/plain"
EMPTY = "application/x-empty"
UNKNOWN = "application/octet-stream"

PICTURES = {TIFF: "TIFF", JPEG: "JPEG", PNG: "PNG"}

_MAGIC = (
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"II+\0", TIFF),
    (b"MM\0+", TIFF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"Rar!", "application/vnd.rar"),
    (b"7z\xbc\xaf", "application/x-7z-compressed"),
)
_HEAD = 1024
_TAIL = 2048
_POINTS_PER_INCH = 72
_PAGE_DPI = 200
_MAX_MEMBERS = 5000
_ENTITIES = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
DAMAGED_OFFICE = "文件不完整或已损坏，请重新复制或另存后报送。"


class Limits(Record):
    """How much one file may ask for."""

    max_bytes: int = 1_000_000_000
    max_pages: int = 2000
    max_pixels: int = 120_000_000
    """Of one page."""
    max_unpacked: int = 200_000_000
    """Bytes of an Office file's parts together; one part may take half of it."""


class Unusable(Exception):  # noqa: N818 - says what the file is
    """The file cannot be read.

    Args:
        category: Why.
        advice: For a clerk, in Chinese.
    """

    def __init__(self, category: FailureCategory, advice: str) -> None:
        super().__init__(category.value)
        self.category = category
        self.advice = advice


def media_type_of(path: Path) -> str:
    """The media type, told by the content; the name plays no part."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        return EMPTY
    if b"%PDF-" in head:
        return PDF
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"PK\x03\x04"):
        return _zip_type(path)
    return TEXT if _is_text(head) else UNKNOWN


def count_pages(path: Path, media_type: str, limits: Limits) -> int:
    """How many pages the file has, once it is sure that each can be opened.

    Args:
        path: The file.
        media_type: As :func:`media_type_of` found it: PDF, a picture or Word.
        limits: What it may ask for.

    Raises:
        Unusable: The file is damaged, encrypted, too large or unsafe.
    """
    if media_type == PDF:
        return _pdf_pages(path, limits)
    if media_type in PICTURES:
        return _picture_pages(path, PICTURES[media_type], limits)
    if media_type == WORD:
        check_office(path, limits)
        return 1
    raise Unusable(FailureCategory.UNSUPPORTED, _unsupported(media_type))


def check_office(path: Path, limits: Limits) -> None:
    """Make sure that a Word or Excel file of the XML kind may be opened.

    Raises:
        Unusable: It unpacks to too much, reaches out of its folder, holds a document type
            definition (the way to external entities), is encrypted or damaged.
    """
    try:
        with zipfile.ZipFile(path) as package:
            _check_members(package.infolist(), limits)
            for member in package.infolist():
                if member.filename.lower().endswith((".xml", ".rels", ".vml")):
                    content = package.read(member)
                    if any(word in content for word in _ENTITIES):
                        raise Unusable(
                            FailureCategory.UNSAFE,
                            "文件内含外部实体定义，存在安全风险，未打开。"
                            "请用 Word 或 WPS 另存为新的 .docx 后重新报送。",
                        )
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise Unusable(FailureCategory.TRUNCATED, DAMAGED_OFFICE) from error


def _check_members(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    total = sum(member.file_size for member in members)
    largest = max((member.file_size for member in members), default=0)
    if (
        len(members) > _MAX_MEMBERS
        or total > limits.max_unpacked
        or largest > limits.max_unpacked // 2
    ):
        raise Unusable(
            FailureCategory.UNSAFE,
            "文件解压后体积异常（疑似压缩炸弹），未打开。请核实来源后重新报送。",
        )
    for member in members:
        name = member.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
            raise Unusable(
                FailureCategory.UNSAFE,
                "文件内部含越界路径，存在安全风险，未打开。请另存后重新报送。",
            )
        if member.flag_bits & 0x1:
            raise Unusable(FailureCategory.ENCRYPTED, "文件已加密，请取消密码后重新报送。")


def _zip_type(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        return ZIP
    if "word/document.xml" in names:
        return WORD
    return EXCEL if "xl/workbook.xml" in names else ZIP


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        return True
    if b"\0" in head:
        return False
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):  # the head may end within a character
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return True
    return False


def _pdf_pages(path: Path, limits: Limits) -> int:
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unusable(
                FailureCategory.ENCRYPTED, "PDF 已加密，请提供未设密码的文件。"
            ) from error
        raise _broken_pdf(path) from error
    try:
        if not _ends_properly(path):
            # The reader mends such files, and the pages that are gone would go unnoticed.
            raise _broken_pdf(path)
        count = len(document)
        if count == 0:
            raise Unusable(FailureCategory.EMPTY, "PDF 中没有页面，请重新扫描。")
        if count > limits.max_pages:
            raise Unusable(
                FailureCategory.TOO_LARGE,
                f"共 {count} 页，超过单个文件上限 {limits.max_pages} 页，请拆分后重新放入。",
            )
        for number in range(count):
            try:
                width, height = document.get_page_size(number)
            except pdfium.PdfiumError as error:
                raise Unusable(
                    FailureCategory.UNREADABLE, f"第 {number + 1} 页已损坏，请重新扫描。"
                ) from error
            scale = _PAGE_DPI / _POINTS_PER_INCH
            _check_pixels(width * scale, height * scale, number + 1, limits)
        return count
    finally:
        document.close()


def _ends_properly(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        return b"%%EOF" in file.read()


def _broken_pdf(path: Path) -> Unusable:
    if _ends_properly(path):
        return Unusable(FailureCategory.UNREADABLE, "PDF 已损坏，无法打开，请重新扫描。")
    return Unusable(FailureCategory.TRUNCATED, "PDF 不完整（复制中断？），请重新复制或重新扫描。")


def _picture_pages(path: Path, file_format: str, limits: Limits) -> int:
    from PIL import Image, UnidentifiedImageError

    number = 1
    try:
        with warnings.catch_warnings():
            # Pillow grumbles about tags; its limit in pixels is replaced by the one below.
            warnings.simplefilter("ignore")
            with Image.open(path, formats=[file_format]) as picture:
                count: int = getattr(picture, "n_frames", 1)
                if count > limits.max_pages:
                    raise Unusable(
                        FailureCategory.TOO_LARGE,
                        f"共 {count} 页，超过单个文件上限 {limits.max_pages} 页，"
                        "请拆分后重新放入。",
                    )
                for number in range(1, count + 1):
                    picture.seek(number - 1)
                    _check_pixels(picture.width, picture.height, number, limits)
                    picture.draft("L", (picture.width // 8, picture.height // 8))
                    picture.load()
                return count
    except Unusable:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(number, limits) from error
    except UnidentifiedImageError as error:
        raise Unusable(FailureCategory.UNREADABLE, "图像已损坏，无法打开，请重新扫描。") from error
    except Exception as error:  # a hostile picture makes Pillow raise almost anything
        cut_short = isinstance(error, EOFError) or "truncated" in str(error).lower()
        category = FailureCategory.TRUNCATED if cut_short else FailureCategory.UNREADABLE
        raise Unusable(category, f"第 {number} 页图像不完整或已损坏，请重新扫描。") from error


def _check_pixels(width: float, height: float, page: int, limits: Limits) -> None:
    if not width * height <= limits.max_pixels:
        raise _too_many_pixels(page, limits)


def _too_many_pixels(page: int, limits: Limits) -> Unusable:
    most = limits.max_pixels // 1_000_000
    return Unusable(
        FailureCategory.TOO_LARGE,
        f"第 {page} 页像素过多（上限 {most} 百万像素），未打开。"
        "请按 A4 幅面、200 至 300 dpi 重新扫描。",
    )


def _unsupported(media_type: str) -> str:
    if media_type in (OLE, EXCEL):
        return "暂不支持该格式，请用 Word 或 WPS 另存为 .docx 后重新报送。"
    if media_type == ZIP or "rar" in media_type or "7z" in media_type:
        return "压缩包不会自动展开，请解压后放入。"
    if media_type.startswith("image/"):
        return "不支持该图像格式，请转换为 PDF、TIFF、JPEG 或 PNG。"
    return "不支持该文件格式，请转换为 PDF、TIFF、JPEG、PNG 或 .docx。"
