"""The online platform's export and the list of titles, with what makes them hard to match."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

from openpyxl import Workbook

from samples.generator import vocabulary
from samples.generator.cases import TIER_NAMES, Case
from samples.generator.enterprises import Enterprise, Inventor
from samples.generator.forms_docx import freeze_archive

HEADERS = (
    "申报编号",
    "企业名称",
    "统一社会信用代码",
    "曾用名",
    "申报类型",
    "所属区市县",
    "法定代表人",
    "联系人",
    "联系电话",
    "提交时间",
    "登记机关",
    "所属行业",
    "产品名称",
    "状态",
)
TITLE_HEADERS = {
    "enterprise_name": "企业名称",
    "uscc": "统一社会信用代码",
    "tier": "称号",
    "year": "认定年度",
    "number": "证书编号",
    "product_name": "产品名称",
    "valid_from": "有效期起",
    "valid_to": "有效期止",
}
Row = tuple[str, ...]


def write_registrations(
    path: Path, cases: Sequence[Case], rng: Random, least: int = 300
) -> dict[str, str]:
    """Write ``registrations.xlsx``.

    Every registered application has its row, surrounded by near twins: the same trade name
    in another place, trade or legal form, each an enterprise of its own with its own code.

    Returns:
        Case id → registration id, for the applications that are registered.
    """
    inventor = Inventor(Random(rng.random()))
    rows: list[tuple[str, Row]] = []
    for case in cases:
        if case.registered:
            rows.append((case.id, row_of(case, rng)))
    for enterprise in {case.enterprise.uscc: case.enterprise for case in cases}.values():
        rows += [("", _twin(enterprise, inventor, rng)) for _ in range(rng.randint(1, 3))]
    taken = {case.enterprise.name for case in cases}
    while len(rows) < least + len(cases):
        enterprise = inventor.invent()
        if enterprise.name not in taken:
            rows.append(("", _row(enterprise, rng.choice(list(TIER_NAMES)), enterprise.name, rng)))
    rng.shuffle(rows)
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "申报情况"
    sheet.append(HEADERS)
    ids: dict[str, str] = {}
    for number, (case_id, row) in enumerate(rows, start=1):
        registration = f"LNZJTX2021{number:05d}"
        sheet.append((registration, *row))
        if case_id:
            ids[case_id] = registration
    for column in "ACI":
        for cell in sheet[column]:
            cell.number_format = "@"
    book.save(path)
    freeze_archive(path)
    return ids


def row_of(case: Case, rng: Random) -> Row:
    """The row of an application, in the spelling of whoever typed it online."""
    enterprise = case.enterprise
    name = case.online.get("enterprise_name", enterprise.name)
    if "（" in name and rng.random() < 0.5:
        name = name.replace("（", "(").replace("）", ")")
    if rng.random() < 0.1:
        name = f" {name}"
    uscc = case.online.get("uscc", enterprise.uscc)
    if rng.random() < 0.1 and "uscc" not in case.online:
        uscc = ""
    row = list(_row(enterprise, case.online.get("tier", case.tier), name, rng))
    submitted = case.applied - timedelta(days=rng.randint(0, 1))
    row[1] = uscc
    row[5] = case.online.get("legal_rep", enterprise.legal_rep.name)
    row[8] = case.online.get("submitted", submitted.isoformat())
    return tuple(row)


def _row(enterprise: Enterprise, tier: str, name: str, rng: Random) -> Row:
    submitted = f"2021-05-{rng.randint(20, 31):02d}"
    return (
        name,
        enterprise.uscc,
        enterprise.former_name,
        TIER_NAMES[tier],
        enterprise.place.district,
        enterprise.legal_rep.name,
        enterprise.contact.name,
        enterprise.contact.mobile,
        submitted,
        enterprise.place.authority,
        f"{enterprise.trade.industry2[0]} {enterprise.trade.industry2[1]}",
        enterprise.product if tier == "product" else "",
        rng.choice(("已提交", "已提交", "待审核")),
    )


def _twin(enterprise: Enterprise, inventor: Inventor, rng: Random) -> Row:
    """Another enterprise whose name is nearly the same."""
    core, trade = enterprise.core, enterprise.trade
    words = [word for word in trade.words if word not in enterprise.name] or list(trade.words)
    place = rng.choice([item for item in vocabulary.PLACES if item != enterprise.place])
    kinds = (
        f"沈阳{core}{rng.choice(trade.words)}有限公司",
        f"{place.name_regions[0]}{core}{rng.choice(words)}有限公司",
        f"{place.name_regions[-1]}{core}{rng.choice(words)}股份有限公司",
        f"大连{core}贸易有限公司",
        f"大连{core[0]}{rng.choice(vocabulary.SECOND)}{rng.choice(words)}有限公司",
    )
    name = rng.choice([kind for kind in kinds if kind != enterprise.name])
    other = inventor.invent()
    row = list(_row(other, rng.choice(list(TIER_NAMES)), name, rng))
    row[2] = ""
    return tuple(row)


def write_titles(path: Path, cases: Sequence[Case], rng: Random, noise: int = 60) -> None:
    """Write ``titles.csv``: the applicants' titles among those of others, some lapsed."""
    inventor = Inventor(Random(rng.random()))
    rows = [row for case in cases for row in case.titles]
    for _ in range(noise):
        other, year = inventor.invent(), rng.choice((2017, 2018, 2019, 2020))
        tier = rng.choice(("product", "product", "sme", "little_giant"))
        rows.append(
            {
                "enterprise_name": other.name,
                "uscc": other.uscc if rng.random() < 0.8 else "",
                "tier": tier,
                "year": str(year),
                "number": f"LN-ZJTX-{'CP' if tier == 'product' else 'QY'}-{year}-"
                f"{rng.randrange(900, 2000):04d}",
                "product_name": other.product if tier == "product" else "",
                "valid_from": f"{year}-12-01",
                "valid_to": f"{year + 3}-11-30",
            }
        )
    rng.shuffle(rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(TITLE_HEADERS.values())
        for row in rows:
            shown = row | {"tier": TIER_NAMES[row["tier"]]}
            writer.writerow([shown[key] for key in TITLE_HEADERS])
