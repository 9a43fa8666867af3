"""Intake: what arrived in a box, file by file, and what of it can be read.

``list_box`` walks the folder, ``survey_file`` looks through one file (a hostile file may crash
or hang: the batch calls it in a process of its own), ``survey_box`` does both at once.
Every file ends as a :class:`SourceFile`: read, set aside with a reason, or ignored.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import tomllib
import unicodedata
import zipfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path, PurePosixPath

from pydantic import Field, ValidationError
from pydantic_core import ErrorDetails

from extractors.page import Record
from pipeline.errors import InputError
from pipeline.folders import entries_under
from pipeline.media import (
    DAMAGED_OFFICE,
    EMPTY,
    EXCEL,
    OLE,
    PDF,
    PICTURES,
    TEXT,
    WORD,
    ZIP,
    Limits,
    Unusable,
    check_office,
    count_pages,
    media_type_of,
)
from pipeline.records import FailureCategory, FileRole, FileStatus, SourceFile, Waiver

_IGNORED = {"thumbs.db", ".ds_store", "desktop.ini", "ehthumbs.db", "truth.json"}
_IGNORED_STARTS = ("._", "~$", ".~lock")
_FORM_SUFFIXES = (".docx", ".doc", ".xlsx", ".xls", ".wps", ".et")
_PICTURE_SUFFIXES = (".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png")


class Handed(Record):
    """What a clerk noted when one application was handed in: ``[[application]]``."""

    enterprise_name: str
    tier: str = ""
    """Empty where the enterprise handed in one application only."""
    copies: int | None = Field(default=None, ge=0)
    """Bound copies that were counted."""
    disc: bool | None = None
    date_received: date | None = None
    date_forwarded: date | None = None
    """Day on which the district's recommendation reached the city."""
    waiver: tuple[Waiver, ...] = ()
    """What the clerk let pass, each with a reason: ``[[application.waiver]]``."""


class BoxInfo(Record):
    """What ``box.toml`` says about a box."""

    id: str
    """The folder's name where ``box.toml`` does not say."""
    district: str = ""
    received: date | None = None
    copies: int | None = Field(default=None, ge=1)
    """Paper copies that were scanned of each application; ``None`` where it is not known."""
    forwarded: date | None = None
    """Day on which the district's recommendations reached the city."""
    pool_received: date | None = None
    """Day on which the district's table of the cultivation pool reached the city."""
    application: tuple[Handed, ...] = ()


class Arrival(Record):
    """A file as it lies in a box, not yet looked into."""

    box: str
    file: str
    """As in :class:`SourceFile`; unprintable characters are escaped."""
    path: str
    role: FileRole
    disc_folder: str = ""
    ignored: bool = False
    trouble: FailureCategory | None = None
    """Why it must not be opened at all."""
    advice: str = ""


def survey_box(
    folder: Path, limits: Limits | None = None
) -> tuple[BoxInfo, tuple[SourceFile, ...]]:
    """Everything that arrived in one box.

    Args:
        folder: The box; with a ``scans`` folder, or with the scans directly in it.
        limits: What one file may ask for.

    Raises:
        InputError: There is no such folder.
    """
    limits = limits or Limits()
    box, arrivals = list_box(folder)
    files = (survey_file(arrival, fingerprint(arrival, limits), limits) for arrival in arrivals)
    return box, note_duplicates(files)


def survey_one(path: Path, limits: Limits) -> SourceFile:
    """One file, wherever it lies."""
    arrival = Arrival(
        box=_printable(path.absolute().parent.name),
        file=_printable(path.name),
        path=str(path),
        role=FileRole.SCAN,
    )
    return survey_file(arrival, fingerprint(arrival, limits), limits)


def list_box(folder: Path) -> tuple[BoxInfo, tuple[Arrival, ...]]:
    """The files of a box in a fixed order; see :func:`survey_box`."""
    if not folder.exists():
        raise InputError(f"{folder}: no such folder", "Give the folder of a box of scans.")
    if not folder.is_dir():
        raise InputError(f"{folder}: is a file, not a folder", "Give the folder that it lies in.")
    paths = sorted(entries_under(folder), key=lambda path: os.fsencode(path))
    if paths == [folder]:
        raise InputError(f"{folder}: cannot be looked into", "Check who may read the folder.")
    box, mistake = _box_info(folder)
    arrivals = (_arrival(box, folder, path) for path in paths)
    return box, tuple(
        arrival.model_copy(update={"trouble": FailureCategory.UNREADABLE, "advice": mistake})
        if mistake and arrival.role is FileRole.BOX_INFO and not arrival.trouble
        else arrival
        for arrival in arrivals
    )


def fingerprint(arrival: Arrival, limits: Limits) -> tuple[str, int]:
    """SHA-256 and size of the file; empty and 0 where it must not or cannot be opened.

    A file above the limit is not read for its hash either.
    """
    if arrival.trouble is not None:
        return "", 0
    digest = hashlib.sha256()
    try:
        size = Path(arrival.path).stat().st_size
        if size > limits.max_bytes:
            return "", size
        with Path(arrival.path).open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    except OSError:
        return "", 0
    return digest.hexdigest(), size


def survey_file(arrival: Arrival, hash_and_size: tuple[str, int], limits: Limits) -> SourceFile:
    """Look through one file; never raises for what the file is like."""
    sha256, size = hash_and_size
    media_type, pages = "", 0
    status, category, advice = FileStatus.READ, None, ""
    try:
        if arrival.trouble is not None:
            raise Unusable(arrival.trouble, arrival.advice)
        if size > limits.max_bytes:
            most = limits.max_bytes // 1_000_000
            raise Unusable(
                FailureCategory.TOO_LARGE, f"文件超过 {most} MB 上限，请拆分后重新放入。"
            )
        media_type = media_type_of(Path(arrival.path))
        if arrival.ignored:
            status, advice = FileStatus.IGNORED, arrival.advice
        else:
            pages = _look_through(arrival, media_type, limits)
    except Unusable as problem:
        status, category, advice = FileStatus.SET_ASIDE, problem.category, problem.advice
    except OSError:
        status, category = FileStatus.SET_ASIDE, FailureCategory.UNREADABLE
        advice = "文件无法打开，请检查读取权限或存储介质。"
    return SourceFile(
        box=arrival.box,
        file=arrival.file,
        path=arrival.path,
        sha256=sha256,
        size=size,
        media_type=media_type,
        role=arrival.role,
        pages=pages,
        status=status,
        category=category,
        advice=advice,
        disc_folder=arrival.disc_folder,
    )


def failed_file(
    arrival: Arrival, hash_and_size: tuple[str, int], category: FailureCategory
) -> SourceFile:
    """The row of a file whose survey itself failed: it crashed or hung the process."""
    advice = {
        FailureCategory.TIMED_OUT: "文件处理超时，未读取。请检查文件，必要时重新扫描。",
        FailureCategory.CRASHED: "文件导致处理程序中止，未读取。请检查文件，必要时重新扫描。",
    }.get(category, "处理该文件时程序出错，未读取。请联系技术人员。")
    return SourceFile(
        box=arrival.box,
        file=arrival.file,
        path=arrival.path,
        sha256=hash_and_size[0],
        size=hash_and_size[1],
        media_type="",
        role=arrival.role,
        pages=0,
        status=FileStatus.SET_ASIDE,
        category=category,
        advice=advice,
        disc_folder=arrival.disc_folder,
    )


def note_duplicates(files: Iterable[SourceFile]) -> tuple[SourceFile, ...]:
    """Say of every file that is the same, byte for byte, as one before it which that is."""
    first: dict[str, str] = {}
    noted = []
    for source in files:
        if source.status is FileStatus.READ and source.pages:
            original = first.setdefault(source.sha256, source.file)
            if original != source.file:
                advice = f"与“{original}”内容完全相同，请核对是否重复扫描或重复放入。"
                source = source.model_copy(update={"advice": advice})
        noted.append(source)
    return tuple(noted)


def _look_through(arrival: Arrival, media_type: str, limits: Limits) -> int:
    """The number of pages; 0 for tables and ``box.toml``."""
    if media_type == EMPTY:
        raise Unusable(FailureCategory.EMPTY, "文件为空（0 字节），请重新扫描或复制。")
    if arrival.role in (FileRole.REGISTRATIONS, FileRole.TITLES, FileRole.RETURNED):
        if media_type == EXCEL:
            check_office(Path(arrival.path), limits)
        elif media_type != TEXT:
            raise Unusable(FailureCategory.WRONG_TYPE, "应为 .xlsx 或 .csv 表格，请重新导出。")
        return 0
    if arrival.role is FileRole.BOX_INFO:
        return 0
    if media_type == OLE and _is_encrypted_office(Path(arrival.path)):
        raise Unusable(FailureCategory.ENCRYPTED, "文件已加密，请取消密码后重新报送。")
    suffix = Path(arrival.path).suffix.lower()
    if media_type == ZIP and suffix == ".docx" and not zipfile.is_zipfile(arrival.path):
        raise Unusable(FailureCategory.TRUNCATED, DAMAGED_OFFICE)
    if media_type not in (PDF, WORD, *PICTURES) and suffix in (*_PICTURE_SUFFIXES, ".docx"):
        raise Unusable(
            FailureCategory.WRONG_TYPE,
            f"扩展名为 {suffix}，但内容不是该格式，请用正确的格式重新保存或扫描。",
        )
    return count_pages(Path(arrival.path), media_type, limits)


def _is_encrypted_office(path: Path) -> bool:
    with path.open("rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read(1 << 20)


def _arrival(box: BoxInfo, folder: Path, path: Path) -> Arrival:
    parts = path.relative_to(folder).parts
    shown = "/".join(_printable(part) for part in parts)
    role, disc_folder = _role(parts)
    trouble, advice = _trouble(path, parts)
    ignored = _is_ignored(parts)
    if trouble is None and not ignored and role is FileRole.OTHER:
        ignored, advice = True, "不在 scans、disc 文件夹内，未作为申报材料处理。"
    return Arrival(
        box=box.id,
        file=f"{box.id}/{shown}",
        path=os.fsencode(path).decode("utf-8", "backslashreplace"),
        role=role,
        disc_folder=_printable(disc_folder),
        ignored=ignored,
        trouble=trouble,
        advice=advice,
    )


def _is_ignored(parts: tuple[str, ...]) -> bool:
    name = parts[-1].lower()
    return name in _IGNORED or name.startswith(_IGNORED_STARTS) or "__MACOSX" in parts


def _role(parts: tuple[str, ...]) -> tuple[FileRole, str]:
    """The role of a file by its place, and its folder on the disc."""
    place, name = parts[0].lower(), PurePosixPath(parts[-1])
    suffix = name.suffix.lower()
    if len(parts) > 1 and place == "disc":
        disc_folder = parts[1] if len(parts) > 2 else ""
        if suffix in _FORM_SUFFIXES:
            return FileRole.ELECTRONIC_FORM, disc_folder
        return FileRole.ELECTRONIC_EVIDENCE, disc_folder
    if len(parts) > 1 and place == "returned" and suffix in (".xlsx", ".csv"):
        return FileRole.RETURNED, ""
    if len(parts) == 1:
        stem = name.stem.lower()
        if name.name.lower() == "box.toml":
            return FileRole.BOX_INFO, ""
        if stem == "registrations" and suffix in (".xlsx", ".csv"):
            return FileRole.REGISTRATIONS, ""
        if stem == "titles" and suffix in (".xlsx", ".csv"):
            return FileRole.TITLES, ""
    if suffix in _FORM_SUFFIXES:
        return FileRole.ELECTRONIC_FORM, ""
    if (place == "scans" and len(parts) > 1) or suffix in _PICTURE_SUFFIXES:
        return FileRole.SCAN, ""
    return FileRole.OTHER, ""


def _trouble(path: Path, parts: tuple[str, ...]) -> tuple[FailureCategory | None, str]:
    """Why a file must not be opened, whatever is in it."""
    if any(_printable(part) != part or "\\" in part for part in parts):
        return (
            FailureCategory.UNSAFE,
            "文件名含换行、控制字符、反斜杠或无法识别的编码，请改名后重新放入。",
        )
    try:
        mode = path.lstat().st_mode
    except OSError:
        return FailureCategory.UNREADABLE, "文件无法访问，请检查读取权限或存储介质。"
    if stat.S_ISLNK(mode):
        return FailureCategory.UNSAFE, "是链接而不是文件，未打开。请放入文件本身。"
    if stat.S_ISDIR(mode):
        return (
            FailureCategory.UNREADABLE,
            "文件夹无法打开，其中的文件均未读取，请检查读取权限或存储介质。",
        )
    if not stat.S_ISREG(mode):
        return FailureCategory.UNSAFE, "不是普通文件（管道、设备等），未打开。"
    return None, ""


def _printable(text: str) -> str:
    """The text with everything escaped that could move a cursor or is no character.

    Spaces of any width stay: Chinese names of files and folders hold full-width ones.
    """
    return "".join(
        char
        if char.isprintable() or unicodedata.category(char) == "Zs"
        else char.encode("unicode_escape").decode()
        for char in text
    )


def _mistake(error: ErrorDetails) -> str:
    """Where in ``box.toml`` something is wrong, and what should stand there."""
    place = ""
    for part in error["loc"]:
        place += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if place else part
    kind, bounds = error["type"], error.get("ctx", {})
    if kind == "missing":
        return f"{place} 没有填写"
    if kind == "extra_forbidden":
        return f"{place} 不是可填写的项目"
    if kind == "string_too_short":
        return f"{place} 至少 {bounds['min_length']} 个字"
    if kind == "greater_than_equal":
        return f"{place} 不能小于 {bounds['ge']}"
    for start, wanted in _WANTED.items():
        if kind.startswith(start):
            return f"{place} 应为 {wanted}"
    return f"{place} 填写有误"


_WANTED = {
    "string": "加引号的文字",
    "date": "日期，如 2021-06-04（不加引号）",
    "int": "整数",
    "bool": "true 或 false",
    "tuple": "列表",
    "model": "一组项目",
}
"""What should stand there, by the beginning of the kind of a mistake."""


def _box_info(folder: Path) -> tuple[BoxInfo, str]:
    """The box's own statements, and what is wrong with them (for a clerk; empty if nothing)."""
    default = BoxInfo(id=_printable(folder.resolve().name) or "box")
    path = folder / "box.toml"
    if path.is_symlink() or not path.is_file():
        return default, ""
    try:
        stated = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        info = BoxInfo.model_validate({"id": default.id, **stated})
    except (OSError, UnicodeDecodeError):
        return default, "box.toml 无法读取，请以 UTF-8 编码保存。"
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        where = f"第 {place[1]} 行" if place else "末尾"
        return default, f"box.toml {where}不符合 TOML 格式，请改正。"
    except ValidationError as error:
        mistakes = "；".join(_mistake(item) for item in error.errors(include_url=False))
        return default, f"box.toml 整体未采用，请改正后重新运行：{mistakes}。"
    if _printable(info.id) != info.id or set(info.id) & set("/\\:") or info.id in ("", ".", ".."):
        return default, "box.toml 中的 id 不能用作名称，请用字母、数字和连字符。"
    return info, ""
