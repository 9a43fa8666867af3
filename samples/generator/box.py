"""Assembles a box: scans, disc, registrations, titles, box.toml and the truth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

from samples.generator.cases import Case
from samples.generator.families import Family
from samples.generator.forms_docx import write_form
from samples.generator.model import ScanQuality
from samples.generator.plan import plan_box, plan_demo
from samples.generator.portable import PrintedPage, write_printed
from samples.generator.registrations import write_registrations, write_titles
from samples.generator.scans import ScannedVolume, Scanner, pack
from samples.generator.truth import (
    ElectronicCopy,
    application_truth,
    page_truth,
    write_truth,
)


def make_box(
    folder: Path,
    seed: int,
    quality: ScanQuality,
    enterprises: int,
    *,
    demo: bool = False,
    family: Family = Family.A,
) -> None:
    """Make a box with its truth.

    Args:
        folder: Where; must not exist or be empty.  Its name becomes the box's id.
        seed: The same seed gives the same box.
        quality: How well everything is scanned.
        enterprises: How many enterprises apply; the demo has its own number.
        demo: Whether to make the committed sample box's applications.
        family: Whose layouts the papers have.

    Raises:
        FileExistsError: The folder has something in it.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; name a new folder")
    (folder / "scans").mkdir(parents=True)
    rng = Random(seed)
    cases = plan_demo(rng, family) if demo else plan_box(rng, enterprises, family)
    _choose_unregistered(cases, rng)
    volumes = _scan_all(cases, Scanner(seed, quality, Random(rng.random())), rng, demo=demo)
    pack(volumes, folder / "scans", rng)
    copies = _write_disc(folder / "disc", cases, rng)
    ids = write_registrations(folder / "registrations.xlsx", cases, rng)
    write_titles(folder / "titles.csv", cases, rng)
    (folder / "box.toml").write_text(
        f'id = "{folder.name}"\nreceived = 2021-06-04\ncopies = 1\n', encoding="utf-8"
    )
    facts = {
        "box": folder.name,
        "seed": seed,
        "quality": quality.value,
        "applications": [
            application_truth(
                case,
                [volume for volume in volumes if volume.case is case],
                copies.get(case.id),
                ids.get(case.id),
            )
            for case in cases
        ],
    }
    pages = [page_truth(leaf, quality.value) for volume in volumes for leaf in volume.leaves]
    write_truth(folder, facts, pages)


def _choose_unregistered(cases: Sequence[Case], rng: Random) -> None:
    """In a larger box one clean applicant forgot the platform, though a twin is on it."""
    clean = [case for case in cases if not case.planted]
    if len(cases) >= 10 and clean:
        rng.choice(clean).registered = False


def _scan_all(
    cases: Sequence[Case], scanner: Scanner, rng: Random, *, demo: bool
) -> list[ScannedVolume]:
    """One volume of every application, and a second one of some; the demo stays small."""
    volumes = []
    twice = {case.id for case in cases if not demo and rng.random() < 0.15}
    for case in cases:
        volumes.append(scanner.scan(case, 1))
        if case.id in twice:
            volumes.append(scanner.scan(case, 2))
    return volumes


def _write_disc(folder: Path, cases: Sequence[Case], rng: Random) -> dict[str, ElectronicCopy]:
    """The Word form and the enterprise's own evidence of every application with a disc."""
    copies: dict[str, ElectronicCopy] = {}
    for case in cases:
        if not case.disc:
            continue
        place = folder / case.enterprise.name
        place.mkdir(parents=True, exist_ok=True)
        prefix = f"disc/{case.enterprise.name}"
        word = f"{case.disc_name}.docx"
        write_form(place / word, case, rng)
        documents: list[tuple[str, tuple[tuple[str, int], ...]]] = [
            ("application_form", ((f"{prefix}/{word}", 1),))
        ]
        number = case.disc_name.removeprefix("申报表")
        evidence = f"佐证材料{number}.pdf"
        has_introduction = case.has("introduction")
        counts = write_printed(place / evidence, _own_papers(case))
        types = ["introduction"] if has_introduction else []
        types += ["other"]
        first = 1
        for type_id, count in zip(types, counts, strict=True):
            pages = tuple((f"{prefix}/{evidence}", page) for page in range(first, first + count))
            documents.append((type_id, pages))
            first += count
        copies[case.id] = ElectronicCopy(tuple(documents), has_introduction)
    return copies


def _own_papers(case: Case) -> list[PrintedPage]:
    """What an enterprise prints to PDF itself: its introduction and a list of the papers."""
    pages = []
    if case.has("introduction"):
        values = case.document("introduction").values
        pages.append(
            PrintedPage(
                "企业及产品简介",
                (
                    ("企业名称", values["name"].text),
                    ("产品名称", values["product"].text),
                    ("", values["text"].text),
                ),
            )
        )
    listed = tuple(
        (str(number), NAMES.get(item.type, item.type))
        for number, item in enumerate(case.evidence, start=1)
    )
    pages.append(PrintedPage("佐证材料目录", listed))
    return pages


NAMES = {
    "truth_statement": "真实性声明",
    "business_licence": "营业执照复印件",
    "prior_title": "已获称号证书复印件",
    "introduction": "企业及产品简介",
    "audit_report": "审计报告",
    "rd_audit": "研发费用专项审计报告",
    "social_security": "社保人数证明",
    "novelty_report": "科技查新报告",
    "patent": "专利证书",
    "software_copyright": "软件著作权登记证书",
    "inspection_report": "检验报告",
    "enterprise_standard": "企业标准",
    "system_certificate": "管理体系认证证书",
    "market_share_proof": "市场占有率证明",
    "rd_body": "研发机构认定证书",
    "it_system": "信息系统应用证明",
    "trademark": "商标注册证",
    "standards_participation": "参与制定标准证明",
    "award": "奖励及认定证书",
    "credit_query": "信用查询记录",
    "name_change": "名称变更通知书",
}
"""What an enterprise calls the papers in its list."""
