"""Intake: every file that arrives ends as read, set aside with a reason, or ignored."""

from __future__ import annotations

import inspect
import io
import os
import struct
import sys
import zipfile
import zlib
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scans import jpeg, pdf, picture, tiff

from pipeline.errors import InputError
from pipeline.folders import entries_under
from pipeline.media import EMPTY, JPEG, OLE, PDF, PNG, TEXT, TIFF, WORD, Limits, media_type_of
from pipeline.records import FailureCategory, FileRole, FileStatus
from pipeline.stages.intake import list_box, survey_box, survey_one

SCANS = "scans/"


@pytest.fixture
def box(tmp_path):
    folder = tmp_path / "box-001"
    (folder / "scans").mkdir(parents=True)
    return folder


def surveyed(box: Path, **limits: int):
    _, files = survey_box(box, Limits(**limits))
    return {source.file.removeprefix("box-001/"): source for source in files}


def only(box: Path, **limits: int):
    (source,) = surveyed(box, **limits).values()
    return source


def word(path: Path, **parts: bytes) -> Path:
    """A Word file, with further parts or others in the place of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = docx.Document()
    document.add_paragraph("申报表")
    document.save(str(path))
    if parts:
        with zipfile.ZipFile(path) as package:
            content = {name: package.read(name) for name in package.namelist()}
        content.update({name.replace("__", "/"): text for name, text in parts.items()})
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for name, text in content.items():
                package.writestr(name, text)
    return path


def set_aside(source, category):
    assert (source.status, source.category) == (FileStatus.SET_ASIDE, category)
    assert source.advice
    assert source.pages == 0
    return True


def test_what_is_in_good_order_is_read_with_its_pages(box):
    pdf(box / "scans" / "一.pdf", pages=3)
    tiff(box / "scans" / "二.tif", pages=2)
    jpeg(box / "scans" / "三.jpg")
    picture().save(box / "scans" / "四.png")
    word(box / "disc" / "甲公司" / "申报表.docx")
    pdf(box / "disc" / "甲公司" / "营业执照.pdf")
    files = surveyed(box)
    assert {name: (source.pages, source.media_type) for name, source in files.items()} == {
        "scans/一.pdf": (3, PDF),
        "scans/二.tif": (2, TIFF),
        "scans/三.jpg": (1, JPEG),
        "scans/四.png": (1, PNG),
        "disc/甲公司/申报表.docx": (1, WORD),
        "disc/甲公司/营业执照.pdf": (1, PDF),
    }
    assert {source.status for source in files.values()} == {FileStatus.READ}
    assert files["scans/一.pdf"].role is FileRole.SCAN
    form, evidence = files["disc/甲公司/申报表.docx"], files["disc/甲公司/营业执照.pdf"]
    assert (form.role, form.disc_folder) == (FileRole.ELECTRONIC_FORM, "甲公司")
    assert (evidence.role, evidence.disc_folder) == (FileRole.ELECTRONIC_EVIDENCE, "甲公司")


def test_the_type_is_told_by_the_content_not_by_the_name(box):
    jpeg(box / "scans" / "named.pdf")
    source = only(box)
    assert (source.media_type, source.pages) == (JPEG, 1)


def test_a_box_without_a_folder_of_scans_works(tmp_path):
    box = tmp_path / "box-001"
    pdf(box / "一.pdf", pages=2)
    assert (only(box).role, only(box).pages) == (FileRole.SCAN, 2)


def test_tables_and_box_toml_have_their_roles(box):
    (box / "box.toml").write_text('id = "b7"\ndistrict = "沙河口区"\nreceived = 2021-06-04\n')
    (box / "registrations.csv").write_text("企业名称\n", encoding="gb18030")
    (box / "titles.csv").write_text("企业名称\n", encoding="utf-8")
    info, files = survey_box(box)
    assert (info.id, info.district, info.received) == ("b7", "沙河口区", date(2021, 6, 4))
    assert {source.file: source.role for source in files} == {
        "b7/box.toml": FileRole.BOX_INFO,
        "b7/registrations.csv": FileRole.REGISTRATIONS,
        "b7/titles.csv": FileRole.TITLES,
    }


def test_box_toml_may_hold_what_a_clerk_let_pass_and_why(box):
    example = (Path(__file__).parents[1] / "docs" / "BOX.md").read_text("utf-8")
    (box / "box.toml").write_text(example.split("```toml")[1].split("```")[0], encoding="utf-8")
    info, _ = survey_box(box)
    (handed,) = info.application
    (waiver,) = handed.waiver
    assert (waiver.code, waiver.by, waiver.on) == ("E-PREREQ", "李敏", date(2021, 6, 8))
    assert (info.forwarded, info.pool_received) == (date(2021, 6, 11), date(2021, 6, 20))


NO_REASON = """
[[application]]
enterprise_name = "甲"
waiver = [{ code = "E-PREREQ", reason = " ", by = "李敏", on = 2021-06-08 }]
"""


@pytest.mark.parametrize(
    "text",
    [
        NO_REASON,
        "id = ",
        'id = "../evil"',
        'received = "soon"',
        "colour = 1",
        "copies = 0",
        'id = "a\\nb"',
    ],
)
def test_a_box_toml_with_a_mistake_is_set_aside_and_the_box_goes_on(box, text):
    (box / "box.toml").write_text(text)
    jpeg(box / "scans" / "一.jpg")
    files = surveyed(box)
    assert set_aside(files["box.toml"], FailureCategory.UNREADABLE)
    assert files["scans/一.jpg"].pages == 1


@pytest.mark.parametrize("name", ["Thumbs.db", ".DS_Store", "desktop.ini", "~$申报表.docx"])
def test_what_systems_leave_behind_is_ignored(box, name):
    (box / "scans" / name).write_bytes(b"x")
    assert only(box).status is FileStatus.IGNORED


def test_a_file_outside_scans_that_is_no_scan_is_ignored_with_a_word(box):
    (box / "说明.txt").write_text("说明")
    assert only(box).status is FileStatus.IGNORED
    assert only(box).advice


def test_a_zero_byte_file_is_set_aside(box):
    (box / "scans" / "a.pdf").touch()
    assert set_aside(only(box), FailureCategory.EMPTY)
    assert only(box).media_type == EMPTY


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.99])
def test_a_truncated_pdf_is_set_aside_with_advice(box, share):
    path = pdf(box / "scans" / "a.pdf", pages=5)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert set_aside(only(box), FailureCategory.TRUNCATED)


def test_a_pdf_of_noise_is_set_aside(box):
    (box / "scans" / "a.pdf").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 20 + b"%%EOF")
    assert set_aside(only(box), FailureCategory.UNREADABLE)


def encrypted_pdf() -> bytes:
    """A PDF with a user password by the standard security handler, revision 2."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        b"<</Filter/Standard/V 1/R 2/O<" + b"3f" * 32 + b">/U<" + b"5a" * 32 + b">/P -44>>",
    ]
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, 2)
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 5\n0000000000 65535 f \n")
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    ids = b"00" * 16
    out.write(
        b"trailer\n<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n"
        % (ids, ids, start)
    )
    return out.getvalue()


def test_an_encrypted_pdf_is_set_aside(box):
    (box / "scans" / "a.pdf").write_bytes(encrypted_pdf())
    assert set_aside(only(box), FailureCategory.ENCRYPTED)


def test_a_pdf_with_too_many_pages_is_set_aside(box):
    pdf(box / "scans" / "a.pdf", pages=6)
    assert set_aside(only(box, max_pages=5), FailureCategory.TOO_LARGE)
    assert only(box, max_pages=6).pages == 6


def test_a_pdf_with_a_page_of_kilometres_is_set_aside(box):
    document = pdfium.PdfDocument.new()
    document.new_page(14_400, 14_400)
    document.save(str(box / "scans" / "a.pdf"))
    assert set_aside(only(box), FailureCategory.TOO_LARGE)


def test_text_named_jpg_is_set_aside(box):
    (box / "scans" / "a.jpg").write_text("这不是图片", encoding="utf-8")
    assert set_aside(only(box), FailureCategory.WRONG_TYPE)


def test_a_truncated_jpeg_is_set_aside(box):
    path = jpeg(box / "scans" / "a.jpg", shade=77)
    path.write_bytes(path.read_bytes()[:-200])
    assert set_aside(only(box), FailureCategory.TRUNCATED)


def bomb_png(width: int, height: int) -> bytes:
    """A PNG that states a great size over a few bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [12_000, 60_000])
def test_a_decompression_bomb_is_set_aside_unopened(box, side):
    (box / "scans" / "a.png").write_bytes(bomb_png(side, side))
    assert set_aside(only(box), FailureCategory.TOO_LARGE)


def test_a_tiff_whose_second_page_is_broken_is_set_aside(box):
    path = tiff(box / "scans" / "a.tif", pages=2)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    assert only(box).status is FileStatus.SET_ASIDE


def test_a_word_file_that_is_a_zip_bomb_is_set_aside(box):
    word(box / "disc" / "甲" / "a.docx", word__media__x=b"\0" * 3_000_000)
    assert set_aside(only(box, max_unpacked=2_000_000), FailureCategory.UNSAFE)
    assert only(box, max_unpacked=20_000_000).status is FileStatus.READ


def test_many_small_parts_are_a_bomb_too(box):
    parts = {f"word__media__{number}": b"\0" * 100_000 for number in range(30)}
    word(box / "disc" / "甲" / "a.docx", **parts)
    assert set_aside(only(box, max_unpacked=2_000_000), FailureCategory.UNSAFE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_word_file_with_an_external_entity_is_set_aside(box, encoding):
    evil = (
        f'<?xml version="1.0" encoding="{encoding}"?>'
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
    )
    word(box / "disc" / "甲" / "a.docx", customXml__item1_xml=b"")
    word(box / "disc" / "甲" / "a.docx", **{"customXml/item1.xml": evil.encode(encoding)})
    assert set_aside(only(box), FailureCategory.UNSAFE)


def test_a_word_file_that_reaches_out_of_its_folder_is_set_aside(box):
    word(box / "disc" / "甲" / "a.docx", **{"../../evil.xml": b"<x/>"})
    assert set_aside(only(box), FailureCategory.UNSAFE)


def test_a_truncated_word_file_is_set_aside(box):
    path = word(box / "disc" / "甲" / "a.docx")
    path.write_bytes(path.read_bytes()[:2000])
    assert only(box).status is FileStatus.SET_ASIDE


def test_an_old_word_file_is_set_aside_with_the_way_out(box):
    path = box / "disc" / "甲" / "a.doc"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500)
    source = only(box)
    assert set_aside(source, FailureCategory.UNSUPPORTED)
    assert source.media_type == OLE
    assert ".docx" in source.advice


def test_a_word_file_with_a_password_is_said_to_be_encrypted(box):
    path = box / "disc" / "甲" / "a.docx"
    path.parent.mkdir(parents=True)
    magic = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    path.write_bytes(magic + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le"))
    assert set_aside(only(box), FailureCategory.ENCRYPTED)


def test_links_are_not_followed(box, tmp_path):
    secret = pdf(tmp_path / "secret" / "a.pdf")
    (box / "scans" / "link.pdf").symlink_to(secret)
    (box / "scans" / "folder").symlink_to(secret.parent)
    files = surveyed(box)
    assert set(files) == {"scans/link.pdf", "scans/folder"}
    for source in files.values():
        assert set_aside(source, FailureCategory.UNSAFE)
        assert source.sha256 == ""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_does_not_hang_the_box(box):
    os.mkfifo(box / "scans" / "pipe.pdf")
    assert set_aside(only(box), FailureCategory.UNSAFE)


@pytest.mark.parametrize("name", ["a\nb.jpg", "a\x1b[2Jb.jpg", "..\\..\\evil.jpg", "a\u202eb.jpg"])
def test_a_name_that_could_deceive_is_set_aside_and_shown_escaped(box, name):
    jpeg(box / "scans" / name)
    source = only(box)
    assert set_aside(source, FailureCategory.UNSAFE)
    assert source.file.isprintable()


def test_a_name_in_another_encoding_is_set_aside(box):
    path = os.fsencode(box / "scans") + b"/" + "营业执照.jpg".encode("gbk")
    Path(os.fsdecode(path)).write_bytes(b"x")
    source = only(box)
    assert set_aside(source, FailureCategory.UNSAFE)
    source.model_dump_json().encode("utf-8")


def test_two_dots_within_a_name_are_harmless(box):
    jpeg(box / "scans" / "a..b.jpg")
    assert only(box).pages == 1


def test_a_file_above_the_limit_is_not_even_hashed(box):
    jpeg(box / "scans" / "a.jpg")
    source = only(box, max_bytes=10)
    assert set_aside(source, FailureCategory.TOO_LARGE)
    assert source.sha256 == ""


def test_the_same_content_twice_is_noted_and_both_are_kept(box):
    jpeg(box / "scans" / "一.jpg")
    jpeg(box / "scans" / "二.jpg")
    one, two = surveyed(box).values()
    assert (one.pages, two.pages, one.sha256) == (1, 1, two.sha256)
    assert (one.advice, "scans/一.jpg" in two.advice) == ("", True)


def test_one_bad_file_of_each_kind_does_not_stop_the_good_one(box):
    (box / "scans" / "1.pdf").touch()
    (box / "scans" / "2.pdf").write_bytes(encrypted_pdf())
    (box / "scans" / "3.png").write_bytes(bomb_png(60_000, 60_000))
    jpeg(box / "scans" / "4.jpg")
    files = surveyed(box)
    assert files.pop("scans/4.jpg").status is FileStatus.READ
    assert {source.status for source in files.values()} == {FileStatus.SET_ASIDE}


def test_a_missing_folder_is_an_error_with_exit_code_2(tmp_path):
    with pytest.raises(InputError, match="no such folder") as raised:
        survey_box(tmp_path / "nowhere")
    assert raised.value.exit_code == 2


def test_the_order_of_files_does_not_depend_on_the_disk(box):
    for name in ("b", "a", "C", "丙", "乙"):
        jpeg(box / "scans" / f"{name}.jpg")
    names = [arrival.file for arrival in list_box(box)[1]]
    assert names == sorted(names, key=str.encode)


@given(st.binary(max_size=3000))
def test_no_content_whatever_raises(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any.pdf"
    path.write_bytes(content)
    source = survey_one(path, Limits())
    assert source.size == len(content)
    assert (source.status is FileStatus.READ) == (source.pages > 0)


@given(st.sampled_from([b"%PDF-1.4\n", b"II*\0", b"\xff\xd8\xff", b"PK\x03\x04"]), st.binary())
def test_no_content_behind_a_known_beginning_raises(tmp_path_factory, magic, content):
    path = tmp_path_factory.getbasetemp() / "any.docx"
    path.write_bytes(magic + content)
    source = survey_one(path, Limits())
    assert source.status is FileStatus.SET_ASIDE
    assert source.advice


@given(st.text(min_size=1))
def test_chinese_text_is_told_from_noise_in_both_encodings(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text("企业名称,", encoding="gb18030")
    assert media_type_of(path) == TEXT
    path.write_text("企业名称," + text.replace("\0", "") * 300, encoding="utf-8", newline="")
    assert media_type_of(path) == TEXT


def test_tables_that_were_returned_have_a_role_and_are_no_forms(tmp_path):
    folder = tmp_path / "box" / "returned" / "区"
    folder.mkdir(parents=True)
    workbook = openpyxl.Workbook()
    workbook.active.append(["企业名称", "区市县意见"])
    workbook.save(folder / "opinion.xlsx")
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04 broken")
    (folder / "scan.csv").write_bytes(b"%PDF-1.4 no table")
    (folder / "letter.txt").write_text("x")
    _, files = survey_box(tmp_path / "box")
    by_name = {source.file.rpartition("/")[2]: source for source in files}
    good = by_name["opinion.xlsx"]
    assert (good.role, good.status, good.pages) == (FileRole.RETURNED, FileStatus.READ, 0)
    assert by_name["broken.xlsx"].status is FileStatus.SET_ASIDE
    assert by_name["scan.csv"].status is FileStatus.SET_ASIDE
    assert by_name["letter.txt"].status is FileStatus.IGNORED


def test_every_mistake_in_box_toml_is_said_with_its_place_and_what_should_stand_there(box):
    (box / "box.toml").write_text(
        'id = 3\nreceived = "gestern"\ncopies = -1\nforwarde = 2021-06-11\n'
        '[[application]]\ntier = "sme"\ndisc = "ja"\n'
        '[[application]]\nenterprise_name = "甲"\n'
        '[[application.waiver]]\ncode = "E"\nreason = "x"\nby = "李"\non = 2021-06-01\n',
        encoding="utf-8",
    )
    advice = only(box).advice
    for said in (
        "id 应为 加引号的文字",
        "received 应为 日期",
        "copies 不能小于 1",
        "forwarde 不是可填写的项目",
        "application[1].enterprise_name 没有填写",
        "application[1].disc 应为 true 或 false",
        "application[2].waiver[1].reason 至少 2 个字",
    ):
        assert said in advice
    assert "重新运行" in advice


def test_a_box_toml_that_is_no_toml_is_said_with_its_line(box):
    (box / "box.toml").write_text('id = "b1"\n\nreceived =\n')
    assert "第 3 行" in only(box).advice


@pytest.mark.parametrize("name", ["申报表　正本.jpg", "申报表\u00a0正本.jpg", "申报 表.jpg"])
def test_names_with_spaces_of_any_width_are_read(box, name):
    jpeg(box / "scans" / name)
    assert (only(box).status, only(box).file) == (FileStatus.READ, f"box-001/scans/{name}")


def test_a_word_file_that_was_cut_short_is_said_to_be_so(box):
    path = word(box / "disc" / "甲" / "a.docx")
    path.write_bytes(path.read_bytes()[:2000])
    assert set_aside(only(box), FailureCategory.TRUNCATED)


def test_a_folder_that_cannot_be_looked_into_is_a_row_not_a_silence(box, monkeypatch):
    jpeg(box / "scans" / "一.jpg")
    locked = box / "scans" / "锁"
    locked.mkdir()
    listed = os.scandir

    def scandir(path):
        if Path(path) == locked:
            raise PermissionError(13, "locked", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    files = surveyed(box)
    assert set_aside(files["scans/锁"], FailureCategory.UNREADABLE)
    assert "文件夹" in files["scans/锁"].advice
    assert files["scans/一.jpg"].pages == 1


def test_a_box_that_cannot_be_looked_into_is_an_error(box, monkeypatch):
    def scandir(path):
        raise PermissionError(13, "locked", str(path))

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(InputError, match="cannot be looked into"):
        list_box(box)


def test_folders_deeper_than_calls_may_lie_in_each_other_cost_no_file(box):
    jpeg(box / "scans" / "一.jpg")
    deep = box / "scans"
    for _ in range(200):
        deep /= "d"
    deep.mkdir(parents=True)
    (deep / "b.txt").write_text("x")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 100)
    try:
        found = {path.name for path in entries_under(box)}
    finally:
        sys.setrecursionlimit(limit)
    assert found == {"一.jpg", "b.txt"}
