"""``zjtx score --page``: figures, risk over coverage, and the worst errors with their pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.comparison.page import data_uri
from pipeline.errors import InputError
from pipeline.originals import Originals, find_originals
from pipeline.programme import Programme
from pipeline.results.html import html_page
from pipeline.results.places import place_in_file
from pipeline.results.tables import read_table
from pipeline.results.text import printable, shortened
from pipeline.score import UNATTENDED, FieldMiss, Score
from pipeline.settings import Settings
from pipeline.summary import shown_path

_MOST = 80
"""Errors shown with their pixels; all are in ``--json``."""
_LONGEST = 300
_WIDE, _HIGH = 500, 120
"""Of the plot, in its own units."""
_LEAST_RISK = 0.002
"""The plot reaches at least so high, twice what is allowed of accepted values."""


def write_score_page(
    result: Score, out: Path, target: Path, settings: Settings, programme: Programme
) -> str:
    """Write the page, and say where it is.

    Args:
        result: As measured.
        out: The results that it was measured on.
        target: The HTML file.
        settings: Where the ledger is; without it there are no pictures, and the page says so.
        programme: The pack.
    """
    misses = worst(result)
    note = ""
    try:
        types = {row["file"]: row["media_type"] for row in read_table(out / "files.csv")}
        originals = find_originals(out, settings, types, [m.place for m in misses if m.place])
    except (InputError, OSError) as error:
        originals, note = Originals({}, {}), f"没有原件截图：{error}"
    target.write_text(score_page(result, misses, originals, programme, note), encoding="utf-8")
    return f"评分页：{shown_path(target)}"


def worst(result: Score) -> list[FieldMiss]:
    """The errors to look at: silent ones first, then by key, on paper before elsewhere."""
    return sorted(
        result.field_misses,
        key=lambda miss: (miss.state not in UNATTENDED, miss.medium != "paper", miss.key),
    )[:_MOST]


def score_page(
    result: Score,
    misses: list[FieldMiss],
    originals: Originals,
    programme: Programme,
    note: str = "",
) -> str:
    """The page as HTML: one file, nothing loaded from elsewhere, every text escaped."""
    facts = {
        "programme": programme,
        "note": note,
        "figures": [
            ("找到的申报材料", result.applications),
            ("栏目值完全正确", result.fields),
            ("无须人工核对的值", result.accepted),
            ("其中有误而未提示的", result.silent_errors),
            ("页的材料种类正确", result.document_pages),
            ("材料起止页正确", result.document_ranges),
            ("分册正确", result.volumes_split),
            ("问题查出率", result.findings_recall),
            ("问题准确率", result.findings_precision),
            ("首选登记正确", result.match_top),
        ],
        "curve": _curve(result),
        "keys": [(programme.name_of(key), key, share) for key, share in result.fields_by_key],
        "codes": result.findings_by_code,
        "misses": [_shown(miss, originals, programme) for miss in misses],
        "left_out": len(result.field_misses) - len(misses),
    }
    return html_page(
        Path(__file__).with_name("score.html"),
        facts,
        lambda text: shortened(printable(str(text)), _LONGEST),
    )


def _curve(result: Score) -> dict[str, Any]:
    """The plot of risk over coverage: its line, its height and where acceptance ends."""
    highest = max([_LEAST_RISK, *(risk for _, risk in result.risk_coverage)])
    points = " ".join(
        f"{_WIDE * coverage:.1f},{_HIGH * (1 - risk / highest):.1f}"
        for coverage, risk in result.risk_coverage
    )
    return {
        "points": points,
        "highest": f"{100 * highest:.2f}%",
        "accepted": round(_WIDE * result.accepted.value, 1),
        "allowed": round(_HIGH * (1 - 0.001 / highest), 1),
        "wide": _WIDE,
        "high": _HIGH,
    }


def _shown(miss: FieldMiss, originals: Originals, programme: Programme) -> dict[str, Any]:
    pixels = originals.crop(miss.place, miss.box) if miss.place and miss.box else None
    return {
        "silent": miss.state in UNATTENDED,
        "title": f"{miss.application}　{programme.name_of(miss.key)}",
        "truth": miss.truth,
        "value": miss.value,
        "state": miss.state,
        "place": place_in_file(miss.place.file, miss.place.page) if miss.place else "",
        "picture": data_uri(pixels) if pixels is not None else "",
    }
