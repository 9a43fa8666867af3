"""``zjtx match``: careless writing is forgiven, candidates are found, tables go in and come out."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.enterprises.candidates import CandidateIndex
from extractors.enterprises.compare import Enterprise
from extractors.enterprises.names import comparison_key, parse_name
from extractors.enterprises.register import Register, Row
from extractors.values.codes import organisation_check_character, uscc_check_character
from pipeline.cli import main
from pipeline.errors import InputError
from pipeline.matching import COLUMNS, match_tables
from pipeline.pairing import SEVERAL_ROWS, SHARED, WITHOUT_PAPER, WITHOUT_REGISTRATION
from pipeline.records import Decision
from pipeline.verdict import judge


def code_of(number: int) -> str:
    body = f"MA{number:06d}"
    first = "91210200" + body + organisation_check_character(body)
    return first + uscc_check_character(first)


# --- careless writing ------------------------------------------------------------------------

WITNESSES = {"phones": frozenset({"18604041767"}), "legal_rep": "张三", "district": "大连市"}


def decision(query: str, *registered: str) -> Decision:
    """The decision where telephone, legal representative and district agree, but no code."""
    rows = [Row(name, "", "18604041767", "张三", "大连市") for name in registered]
    register = Register.build(rows)
    readings = (Enterprise(parse_name(query), **WITNESSES),)  # type: ignore[arg-type]
    return judge(register.weigh(readings).weighed, readings, register).decision


@pytest.mark.parametrize(
    "written",
    [
        "大连市海鑫化工机械有限公司",
        "大连海`鑫化工机 械有限责任公司",
        "大連海鑫化工機械有限公司",
        "太连海鑫化工机械有限公司",
        "大连海鑫化工机诫有限公司",
        "大连海鑫化工机械有限公",
        "大连海鑫化工机械有限公词",
    ],
)
def test_careless_writing_that_can_only_mean_one_enterprise_is_accepted(written: str) -> None:
    others = ("沈阳海鑫化工机械有限公司", "大连金鑫化工机械有限公司")
    assert decision(written, "大连海鑫化工机械有限公司", *others) is Decision.ACCEPTED


@pytest.mark.parametrize(
    ("written", "registered"),
    [
        ("大连海鑫化工股有限公司", "大连海鑫化工有限公司"),
        ("大连海鑫化工份有限公司", "大连海鑫化工有限公司"),
        ("大连海鑫化工集有限公司", "大连海鑫化工有限公司"),
        ("大连海鑫化工股有限公司", "大连海鑫化工集团有限公司"),
    ],
)
def test_the_rest_of_another_legal_form_is_no_misread_form(written: str, registered: str) -> None:
    assert decision(written, registered) is not Decision.ACCEPTED


def test_a_lost_character_of_a_known_trade_is_accepted_and_another_trade_is_not() -> None:
    registered = "大连海鑫化工机械有限公司"
    assert decision("大连海鑫化工机有限公司", registered) is Decision.ACCEPTED
    assert decision("大连海鑫化工有限公司", registered) is not Decision.ACCEPTED
    unknown = "大连海鑫云母石墨烯有限公司"
    assert decision("大连海鑫云母石墨有限公司", unknown) is not Decision.ACCEPTED


def test_a_damaged_name_that_two_enterprises_may_have_goes_to_a_person() -> None:
    found = decision("太连海鑫化工有限公司", "大连海鑫化工有限公司", "大连市海鑫化工有限公司")
    assert found is Decision.REVIEW


# --- candidates ------------------------------------------------------------------------------

REGISTRY = tuple(
    comparison_key(f"{place}{brand}{trade}有限公司")
    for place in ("大连", "沈阳", "鞍山市", "昆山市")
    for brand in ("海鑫", "宏达", "瑞泰", "恒源", "永兴东", "明远", "博华")
    for trade in ("化工", "化工机械", "管业", "软件科技", "水产")
)
INDEX = CandidateIndex.build(REGISTRY)


@given(st.sampled_from(REGISTRY), st.data())
def test_a_name_with_one_wrong_or_lost_character_is_among_the_candidates(
    name: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    put = data.draw(st.sampled_from(["", "某", "犭"]))
    found = INDEX.find(name[:at] + put + name[at + 1 :])
    assert REGISTRY.index(name) in found.names


def test_a_trade_name_written_by_ear_is_among_the_candidates() -> None:
    found = INDEX.find("大连红答化工有限公司")
    assert REGISTRY.index("大连宏达化工有限公司") in found.names


@given(st.text(max_size=12))
def test_any_text_can_be_looked_for(text: str) -> None:
    found = INDEX.find(comparison_key(text))
    assert all(0 <= number < len(REGISTRY) for number in found.names)
    assert CandidateIndex.build([]).find(text).names == ()


def test_what_all_names_share_is_not_followed() -> None:
    many = CandidateIndex.build(
        [f"大连{chr(0x4E00 + n)}{chr(0x5E00 + n)}有限公司" for n in range(9000)]
    )
    assert many.find("大连一帀有限公司").looked_at < 30_000


# --- tables ------------------------------------------------------------------------------------

REGISTERED = [
    ["登记编号", "企业名称", "统一社会信用代码", "曾用名", "登记机关", "行业", "登记状态"],
    ["R1", "大连海鑫化工有限公司", code_of(1), "", "", "", "存续"],
    ["R2", "沈阳海鑫化工有限公司", code_of(2), "", "", "", "存续"],
    ["R3", "大连科达化工机械有限公司", code_of(3), "大连科达化机厂|大连科达厂", "", "", "注销"],
    ["R4", "大连海鑫化工有限公司", code_of(1), "", "", "", "存续"],
    ["R5", "=大连永兴管业有限公司", "", "", "", "", ""],
]
ASKED = [
    ["query_id", "enterprise_name", "uscc"],
    ["Q1", "大连市海鑫化工有限公司", ""],
    ["Q2", "太连悔鑫化工有限公词", code_of(1)],
    ["Q3", "大连科达化机厂", ""],
    ["Q4", "齐齐哈尔北疆酿造集团", ""],
    ["=1+1", "沈阳海鑫化工", ""],
]


def as_csv(path: Path, rows: list[list[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def as_excel(path: Path, rows: list[list[str]]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append([cell.lstrip("=") for cell in row])
    book.save(path)
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_each_query_gets_ranked_candidates_with_a_decision_and_reasons(tmp_path: Path) -> None:
    queries = as_csv(tmp_path / "q.csv", ASKED)
    register = as_csv(tmp_path / "r.csv", REGISTERED, "gb18030")
    out = tmp_path / "out.csv"
    main_without_exit(["match", str(queries), str(register), "--out", str(out), "--workers", "1"])
    rows = rows_of(out)
    assert tuple(rows[0]) == COLUMNS
    first = {row["query_id"]: row for row in rows if row["rank"] == "1"}
    assert [(row["registration_id"], row["decision"]) for row in first.values()] == [
        ("R1", "accepted"),
        ("R1", "accepted"),
        ("R3", "accepted"),
        ("", "rejected"),
        ("R2", "review"),
    ]
    assert (
        first["Q1"]["reasons"].startswith("字号 相同 +") or "字号 相同 +" in first["Q1"]["reasons"]
    )
    assert "曾用名“大连科达化机厂”" in first["Q3"]["reasons"]
    assert "登记状态“注销”" in first["Q3"]["reasons"]
    assert "'=1+1" in first


def main_without_exit(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 0


def test_excel_and_csv_with_any_number_of_workers_give_the_same(tmp_path: Path) -> None:
    queries = as_csv(tmp_path / "q.csv", ASKED)
    outs = [tmp_path / name for name in ("one.csv", "two.csv")]
    match_tables(queries, as_csv(tmp_path / "r.csv", REGISTERED), outs[0], workers=1)
    match_tables(queries, as_excel(tmp_path / "r.xlsx", REGISTERED), outs[1], workers=2)
    assert outs[0].read_text("utf-8-sig") == outs[1].read_text("utf-8-sig")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "one.csv",
        "q.csv",
        "r.csv",
        "r.xlsx",
        "two.csv",
    ]


def test_all_that_is_not_one_to_one_is_listed(tmp_path: Path) -> None:
    queries, register = as_csv(tmp_path / "q.csv", ASKED), as_csv(tmp_path / "r.csv", REGISTERED)
    report = tmp_path / "report.csv"
    match_tables(queries, register, tmp_path / "out.csv", report=report)
    listed = {(row["情况"], row["材料编号"], row["登记编号"]) for row in rows_of(report)}
    assert {
        (SHARED, "Q1|Q2", "R1|R4"),
        (SEVERAL_ROWS, "Q1|Q2", "R1|R4"),
        (WITHOUT_REGISTRATION, "Q4", ""),
        (WITHOUT_PAPER, "", "R5"),
    } <= listed


def test_a_table_without_names_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    queries = as_csv(tmp_path / "q.csv", [["query_id", "phone"], ["Q1", "1"]])
    register = as_csv(tmp_path / "r.csv", REGISTERED)
    with pytest.raises(InputError, match=r"q\.csv: the required columns"):
        match_tables(queries, register, tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()


@settings(max_examples=25)
@given(st.lists(st.text(max_size=15), max_size=5), st.lists(st.text(max_size=15), max_size=4))
def test_no_table_of_any_texts_breaks_the_register(names: list[str], asked: list[str]) -> None:
    register = Register.build(Row(name, former_names=tuple(asked[:1])) for name in names)
    for text in asked:
        readings = (Enterprise(parse_name(text), text),)
        judge(register.weigh(readings).weighed, readings, register)
