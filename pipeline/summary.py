"""What the commands say in the end: Chinese, for clerks, a few lines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import InputError
from pipeline.progress import WORDS

if TYPE_CHECKING:
    from pipeline.batch import Outcome
    from pipeline.nightly import Night
    from pipeline.programme import Programme
    from pipeline.records import RunResult

_STATES = {"recommended": "建议推荐", "to_correct": "需要补正", "review": "待人工核对"}
_SHOWN = 20


def outcome_summary(outcome: Outcome, programme: Programme) -> str:
    """How a run ended, and where its workbook lies."""
    note = outcome.note
    workbook = shown_path(Path(note.out) / "recommendations.xlsx")
    if outcome.nothing_new or outcome.result is None:
        lines = ["没有新的或变化的材料，上次的结果仍然有效，无需处理。"]
        lines += _trouble(note.set_aside, note.unread_pages, Path(note.out))
        return "\n".join([*lines, f"推荐表：{workbook}"])
    run = outcome.result
    balance = run.balance
    lines = [
        f"收到文件 {balance.files} 件：已读 {balance.files_read}，"
        f"搁置 {balance.files_set_aside}，忽略 {balance.files_ignored}；"
        f"共 {balance.pages} 页（空白 {balance.pages_blank} 页，"
        f"未归类 {balance.pages_unsorted} 页）。"
    ]
    if not balance.holds:
        lines.append("注意：本次处理的账目不平，请联系技术人员（见 run.json）。")
    lines += _by_tier(run, programme)
    lines += _trouble(note.set_aside, note.unread_pages, Path(note.out))
    return "\n".join([*lines, f"推荐表：{workbook}"])


def night_summary(night: Night) -> str:
    """What the night job did, box by box."""
    done = [box for box in night.boxes if box.state == "done"]
    counts = Counter(box.state for box in night.boxes)
    lines = [
        f"收件夹中共 {len(night.boxes)} 箱：本次处理 {len(done)} 箱，"
        f"此前已处理 {counts['known']} 箱，仍在复制 {counts['unsettled']} 箱，"
        f"未能处理 {counts['failed']} 箱。"
    ]
    for box in night.boxes:
        if box.state != "known":
            lines.append(f"  {box.name}：{box.word}")
    return "\n".join(lines)


def status_summary(out: Path, programme: Programme) -> str:
    """Counts, quotas, and what failed and why, of a folder of results of a programme."""
    facts = run_facts(out)
    files = _rows(out, "files.csv")
    applications = _rows(out, "applications.csv")
    counts = facts["counts"]
    lines = [
        f"{facts['programme']['title']}（{facts['programme']['id']}），"
        f"处理于 {facts['finished'][:19].replace('T', ' ')}（UTC）",
        f"文件 {counts['files']}：已读 {counts['files_read']}，搁置 {counts['files_set_aside']}，"
        f"忽略 {counts['files_ignored']}；页 {counts['pages']}：已归类 "
        f"{counts['pages_in_documents']}，未归类 {counts['pages_unsorted']}，"
        f"未能识别 {counts['pages_failed']}；账目{'平衡' if facts['balance_holds'] else '不平'}",
    ]
    for tier in programme.tiers:
        own = Counter(row["state"] for row in applications if row["tier"] == tier.id)
        states = "，".join(f"{word} {own[state]}" for state, word in _STATES.items())
        quota = f"，名额 {tier.quota}" if tier.quota else ""
        lines.append(f"{tier.name}：{own.total()} 项（{states}）{quota}")
    for timing in facts["timings"]:
        if timing["failed"]:
            word = WORDS.get(timing["stage"], timing["stage"])
            lines.append(f"{word}：{timing['failed']} 项未成功，再次运行时会重试")
    for row in files:
        if row["category"]:
            word = "搁置" if row["status"] == "set_aside" else "未读全"
            lines.append(f"{word} {row['file']}：{row['category']}，{row['advice']}")
    return "\n".join(lines)


def pages_text(pages: Sequence[dict[str, Any]]) -> str:
    """What ``zjtx inspect`` saw, for a person."""
    lines = []
    for page in pages:
        number = page["page"]
        if "error" in page:
            lines.append(f"第 {number} 页：{page['error']}")
            continue
        lines.append(
            f"第 {number} 页：{page['width']}×{page['height']}，转 {page['rotation']}°，"
            f"倾斜 {page['skew']:.1f}°，{'空白，' if page['blank'] else ''}"
            f"质量 {page['quality']}，文字 {len(page['lines'])} 行，"
            f"单元格 {len(page['cells'])} 个，印章 {len(page['seals'])} 枚"
        )
        lines += [f"  {pair['label']} = {pair['value']}" for pair in page["pairs"]]
        lines += [f"  [{_mark(tick['ticked'])}] {tick['label']}" for tick in page["ticks"]]
        lines += [f"  印章：{seal['text'] or '（未识别）'}" for seal in page["seals"]]
        if not page["pairs"]:
            lines += [f"  {line['text']}" for line in page["lines"]]
    return "\n".join(lines)


def _by_tier(run: RunResult, programme: Programme) -> list[str]:
    lines = []
    for tier in programme.tiers:
        own = Counter(
            "declined" if result.declined else result.state.value
            for result in run.applications
            if result.application.tier == tier.id
        )
        if own:
            states = "，".join(f"{word} {own[state]}" for state, word in _STATES.items())
            states += f"，未获推荐 {own['declined']}" if own["declined"] else ""
            lines.append(f"{tier.name}：申报 {own.total()} 项，{states}。")
    if not lines:
        lines.append("没有找到申报材料。")
    return lines


def _trouble(set_aside: int, unread_pages: int, out: Path) -> list[str]:
    parts = []
    if set_aside:
        parts.append(f"{set_aside} 件文件被搁置")
    if unread_pages:
        parts.append(f"{unread_pages} 页未能识别")
    if not parts:
        return []
    return [f"注意：{'，'.join(parts)}，原因和处理办法见 {shown_path(out / 'files.csv')}。"]


def shown_path(path: Path) -> str:
    """The path as short as it can be typed from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _mark(ticked: bool | None) -> str:
    return {True: "√", False: " ", None: "?"}[ticked]


def run_facts(out: Path) -> dict[str, Any]:
    """What ``run.json`` states.

    Raises:
        InputError: The folder has none, or it is damaged.
    """
    path = out / "run.json"
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise InputError(
            f"{out}: no results here (there is no run.json)", "Give a folder of results."
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: {error}", "Run the box again.") from error
    parts = ("programme", "settings", "counts", "timings", "balance_holds", "finished")
    if not isinstance(facts, dict) or not set(parts) <= set(facts):
        raise InputError(f"{path}: states no run of zjtx", "Run the box again.")
    return facts


def _rows(out: Path, name: str) -> list[dict[str, str]]:
    from pipeline.results.tables import read_table

    path = out / name
    if not path.is_file():
        raise InputError(f"{path}: missing", "Give a folder of results.")
    return read_table(path)
