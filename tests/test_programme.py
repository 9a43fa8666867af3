from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest
from builders_check import NAME, PACK, claims, judged, outcome, pack
from builders_national import NATIONAL, applied, points
from builders_out import result as built
from form_views import Sheet

import dictionaries
from pipeline.errors import ExitCode, ProgrammeError
from pipeline.packs import SECTIONS
from pipeline.packs.proof import check_report
from pipeline.programme import Status, find_programme, load_programme
from pipeline.records import (
    Application,
    Document,
    Medium,
    Outcome,
    PageRef,
    ReadPage,
    Volume,
)
from pipeline.stages.extract import extract
from pipeline.stages.recommend import rows_of


@pytest.fixture
def copy(tmp_path):
    """A pack to spoil."""
    return Path(shutil.copytree(PACK, tmp_path / "pack"))


def edit(folder, name, old, new):
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")


def mistakes(folder):
    with pytest.raises(ProgrammeError) as caught:
        load_programme(folder)
    return str(caught.value)


def test_the_pack_of_2021_says_what_the_notice_says():
    programme = pack()
    assert [tier.quota for tier in programme.tiers] == [80, 60, 40]
    assert programme.pool_quota == 200
    assert programme.copies == 3
    assert str(programme.windows.enterprise_to) == "2021-06-04"
    assert [category.id for category in programme.categories] == [
        "专业化",
        "精细化",
        "特色化",
        "创新化",
    ]
    assert {"新颖化", "创新能力", "创新型"} <= set(programme.categories[3].aliases)


def test_every_entry_says_how_sure_it_is():
    for path in PACK.glob("*.toml"):
        content = tomllib.loads(path.read_text("utf-8"))
        for section in SECTIONS:
            for entry in content.get(section.heading, []):
                assert entry.get("status") in set(Status), (path.name, entry)


def test_thresholds_of_annex_5_are_unknown():
    rules = [rule for rule in pack().rules if rule.check == "threshold"]
    assert rules
    assert all(
        rule.status is Status.UNKNOWN and "value" not in dict(rule.arguments) for rule in rules
    )


def test_a_pack_is_found_by_its_id_or_its_folder(copy):
    assert find_programme("liaoning-2021") == PACK
    assert find_programme(str(copy)) == copy


@pytest.mark.parametrize("name", ["nowhere-1999", "", "../programmes", "a/b", "x\0y"])
def test_an_unknown_pack_is_refused_with_the_known_ones(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProgrammeError) as caught:
        find_programme(name)
    assert "liaoning-2021" in str(caught.value)
    assert caught.value.exit_code is ExitCode.BAD_ARGUMENTS


def test_a_pack_with_five_mistakes_is_refused_with_all_five_named(copy):
    edit(copy, "programme.toml", "quota = 80", 'quota = "eighty"')
    edit(copy, "programme.toml", "enterprise_to = 2021-06-04", "enterprise_to = 2021-05-04")
    edit(copy, "fields.toml", 'name = "联系人"', 'name = "联系人"\ncolour = "red"')
    edit(copy, "rules.toml", 'check = "ratio"', 'check = "ration"')
    edit(copy, "evidence.toml", 'condition = "claims_patents"', 'condition = "claims_moon"')
    text = mistakes(copy)
    for file_and_key in (
        ("programme.toml", "quota"),
        ("enterprise_to", "lies before"),
        ("fields.toml", "'colour'"),
        ("rules.toml", "'ration'"),
        ("evidence.toml", "'claims_moon'"),
    ):
        assert any(all(part in line for part in file_and_key) for line in text.splitlines())


SPOILED = {
    "broken TOML": ("rules.toml", "[[rule]]", "[[rule]", "rules.toml: not valid TOML"),
    "unknown heading": ("districts.toml", "[[district]]", "[[distrikt]]", "'distrikt'"),
    "missing key": ("districts.toml", 'name = "中山区"\n', "", "'name' is missing"),
    "duplicate": ("defects.toml", '"E-STAMP-SEAM"', '"E-STAMP-COVER"', "already used"),
    "unknown tier": ("fields.toml", '["product", "sme"', '["produkt", "sme"', "'produkt'"),
    "unknown defect": ("rules.toml", 'code = "E-RATIO"', 'code = "E-RADIO"', "'E-RADIO'"),
    "unknown field": ("rules.toml", 'left = "main_revenue"', 'left = "main_income"', "main_income"),
    "unknown evidence": ("programme.toml", '"novelty_report"', '"novel"', "'novel'"),
    "wrong argument": ("rules.toml", 'op = "<="', 'op = "=>"', "op"),
    "unknown argument": ("rules.toml", "slack = 0.01", "slag = 0.01", "'slag'"),
    "unknown column": ("tables.toml", 'source = "uscc"', 'source = "code"', "'code'"),
    "year outside": ("tables.toml", "product_revenue.2020", "product_revenue.2031", "'2031'"),
    "value of an unknown threshold": (
        "rules.toml",
        'arguments = { field = "main_ratio", op = ">=" }',
        'arguments = { field = "main_ratio", op = ">=", value = 70 }',
        "status is unknown",
    ),
    "choice without options": ("fields.toml", 'kind = "text"', 'kind = "choice"', "needs options"),
    "label twice": (
        "fields.toml",
        '"注册地址", "企业注册地址"',
        '"注册地址", "企业名称"',
        "already a label",
    ),
    "unknown window": ("rules.toml", 'by = "enterprise_to"', 'by = "doomsday"', "'doomsday'"),
    "string for a number": ("programme.toml", "copies = 3", 'copies = "3"', "copies"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_mistake_is_named_with_its_place(copy, name):
    file, old, new, said = SPOILED[name]
    edit(copy, file, old, new)
    assert said in mistakes(copy)
    ok, report = check_report(copy)
    assert not ok
    assert said in report


def test_an_empty_folder_and_bytes_that_are_no_text_are_refused(tmp_path):
    assert "no .toml file" in mistakes(tmp_path)
    (tmp_path / "programme.toml").write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in mistakes(tmp_path)
    assert "not a folder" in mistakes(tmp_path / "nowhere")


def test_the_hash_changes_with_every_byte(copy):
    before = load_programme(copy).hash
    assert before == pack().hash
    (copy / "tables.toml").open("a").write("\n# a word\n")
    assert load_programme(copy).hash != before


def test_changing_a_threshold_in_a_copied_pack_changes_the_outcome(copy):
    edit(
        copy,
        "rules.toml",
        'check = "threshold"\narguments = { field = "main_ratio", op = ">=" }',
        'check = "threshold"\narguments = { field = "main_ratio", op = ">=", value = 95.0 }',
    )
    text = (copy / "rules.toml").read_text("utf-8")
    head, _, tail = text.partition("value = 95.0")
    (copy / "rules.toml").write_text(
        head + "value = 95.0" + tail.replace('status = "unknown"', 'status = "confirmed"', 1)
    )
    judgement = judged(programme=load_programme(copy))
    assert outcome(judged(), "min_main_ratio") is Outcome.UNKNOWN
    assert outcome(judgement, "min_main_ratio") is Outcome.UNMET
    assert "E-CRITERION:min_main_ratio" in claims(judgement)


def test_changing_a_date_in_a_copied_pack_changes_the_outcome(copy):
    edit(copy, "programme.toml", "enterprise_to = 2021-06-04", "enterprise_to = 2021-05-25")
    assert "E-DATE-OUTSIDE" in claims(judged(programme=load_programme(copy)))
    assert "E-DATE-OUTSIDE" not in claims(judged())


def test_changing_a_label_in_a_copied_pack_changes_what_a_form_says(copy):
    sheet = Sheet().write("辽宁省“专精特新”中小企业申报表", 350, 150, size=60)
    sheet.table([["本厂名号", NAME, "法定代表人", "王建国"]], widths=[225, 500, 235, 200])
    before = found_on(sheet, pack())
    edit(copy, "fields.toml", 'labels = ["企业名称",', 'labels = ["本厂名号", "企业名称",')
    after = found_on(sheet, load_programme(copy))
    assert (before["enterprise_name"], after["enterprise_name"]) == ("", NAME)
    assert before["legal_rep"] == after["legal_rep"] == "王建国"


def found_on(sheet, programme):
    ref = PageRef(file="box/scans/a.pdf", page=1)
    document = Document(document_id="d", type="application_form", pages=(ref,), confidence=0.9)
    application = Application(
        application_id="a-1",
        tier="sme",
        enterprise_name="",
        uscc="",
        volumes=(Volume(volume_id="v", medium=Medium.PAPER, number=1, documents=(document,)),),
    )
    pages = {ref: ReadPage(ref=ref, sha256="0" * 64, view=sheet.view())}
    return {item.key: item.value for item in extract(application, pages, programme).fields}


def test_changing_a_column_in_a_copied_pack_changes_the_table(copy):
    edit(
        copy,
        "tables.toml",
        'title = "联系人", source = "contact"',
        'title = "法定代表人", source = "legal_rep"',
    )
    columns = []
    for programme in (pack(), load_programme(copy)):
        table = programme.tables[0]
        (row,) = rows_of(table, [built(programme)], programme)
        columns.append(dict(zip([c.title for c in table.columns], row.cells, strict=True)))
    assert columns[0]["联系人"].text and "法定代表人" not in columns[0]
    assert columns[1]["法定代表人"].text and "联系人" not in columns[1]


def test_changing_a_points_band_changes_the_score(tmp_path):
    folder = Path(shutil.copytree(NATIONAL, tmp_path / "pack"))
    old, new = 'points = 3, op = ">=", value = 70', 'points = 4, op = ">=", value = 65'
    edit(folder, "scores.toml", old, new)
    form = {"main_revenue.2021": "6500", "revenue.2021": "10000"}
    before = points(applied(form))["main_share_points"]
    after = points(applied(form, load_programme(folder)))["main_share_points"]
    assert (before.at_least, after.at_least) == (1, 4)


def test_the_number_of_copies_is_the_packs(copy):
    edit(copy, "programme.toml", "copies = 3", "copies = 4")
    assert "E-COPIES" in claims(judged(programme=load_programme(copy)))


def test_the_report_on_a_sound_pack_counts_what_is_unknown():
    ok, report = check_report(PACK)
    assert ok
    assert "8 unknown" in report


def test_the_standard_has_97_divisions_each_in_one_section():
    table = tomllib.loads(
        (Path(dictionaries.__file__).parent / "industries.toml").read_text("utf-8")
    )
    codes = [
        item["code"] for section in table["sections"].values() for item in section["divisions"]
    ]
    assert codes == [f"{number:02}" for number in range(1, 98)]
    assert list(table["sections"]) == list("ABCDEFGHIJKLMNOPQRST")
