"""What ``zjtx compare`` does: the page of crops beside the results, and a list to read here."""

from __future__ import annotations

from pathlib import Path

from pipeline.comparison.gather import Compared, compared, nothing_found, read_results
from pipeline.comparison.page import comparison_page
from pipeline.errors import InputError
from pipeline.originals import Originals, find_originals
from pipeline.programme import Programme
from pipeline.records import DifferenceKind
from pipeline.results.text import one_line, shortened
from pipeline.results.words import DIFFERENCE, medium_name
from pipeline.settings import Settings
from pipeline.summary import run_facts, shown_path

_LONGEST = 60


def write_comparison(
    out: Path,
    settings: Settings,
    programme: Programme,
    *,
    application: str = "",
    page: Path | None = None,
) -> str:
    """Write the auditor's page, and say what it holds.

    Args:
        out: A folder of results.
        settings: Where the ledger is.
        programme: The pack that the results were made with.
        application: Id of one application; all of them where it is empty.
        page: The HTML file; ``<out>-compare.html`` beside the results where there is none,
            for the next run replaces the results' folder whole.

    Raises:
        InputError: The folder holds no results, or no such application.
    """
    run_facts(out)  # an error where there are no results
    results = read_results(out, application)
    if application and not results.applications:
        raise InputError(
            f"{out}: there is no application {application}", "See applications.csv for the ids."
        )
    note = ""
    try:
        originals = find_originals(out, settings, results.media_types, results.pages())
    except InputError as error:
        originals = Originals({}, {})
        note = f"没有原件截图，页面文字也未比对：{error.message}。{error.advice}"
    found = compared(results, originals, programme)
    target = page or out.absolute().parent / f"{out.name}-compare.html"
    target.write_text(comparison_page(found, originals, programme, note=note), encoding="utf-8")
    return "\n".join([*_lines(found), *([note] if note else []), f"比对页：{shown_path(target)}"])


def _lines(found: list[Compared]) -> list[str]:
    if nothing := nothing_found(found):
        return [nothing]
    total = sum(len(one.items) for one in found)
    counts = "，".join(
        f"{DIFFERENCE[kind]} {sum(one.count(kind) for one in found)}"
        for kind in (DifferenceKind.CONTENT, DifferenceKind.READING, DifferenceKind.LAYOUT)
    )
    lines = [f"共 {total} 处差异：{counts}。"]
    for one in found:
        for item in one.items:
            sides = "；".join(
                f"{medium_name(side.medium, provisional=side.provisional)}"
                f"“{shortened(one_line(side.text), _LONGEST)}”"
                for side in item.sides
                if side.text
            )
            who = f"{one.application_id} {one_line(one.enterprise_name)}"
            lines.append(f"{who}\t{item.title}\t{DIFFERENCE[item.kind]}\t{sides}")
    return lines
