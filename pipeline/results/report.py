"""``report.html``: the page that the office opens in the morning.

One file without scripts that loads nothing; every text goes through Jinja2's escaping, and a
content security policy forbids what the escaping might ever miss.  Plots are bars of plain
HTML and one inline SVG, so that they print.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from extractors.page import Record
from pipeline.flow.records import FlowStep
from pipeline.flow.standing import standing_of
from pipeline.programme import Programme
from pipeline.records import (
    Decision,
    DifferenceKind,
    FieldState,
    FileStatus,
    Medium,
    Outcome,
    RunResult,
    Severity,
)
from pipeline.results.html import html_page
from pipeline.results.review_list import HIGH, MIDDLE, review_list, risk_word
from pipeline.results.text import one_line, printable, shortened
from pipeline.results.words import (
    FAILURE,
    FILE_STATUS,
    FLOW_STEP,
    SEVERITY,
    STAGE,
    STATE,
    ShownState,
    shown_state,
    shown_states,
)
from pipeline.results.workbook.overview import (
    COLOURS,
    UNKNOWN_DISTRICT,
    district_names,
    progress_rows,
)

_BINS = 20
_TOP_REVIEW = 15
_TOP_CODES = 20
_LONGEST = 300


class Bar(Record):
    """A bar of a plot: a name, a number, and its length in percent of the longest."""

    name: str
    count: int
    percent: float
    colour: str = "4A6FA5"
    note: str = ""


class Column(Record):
    """A column of the histogram: x and heights in units of the drawing."""

    x: float
    certain: float
    doubtful: float
    title: str


def write_report(run: RunResult, programme: Programme, path: Path) -> None:
    """Write the page."""
    page = html_page(
        Path(__file__).with_name("report.html"),
        _facts(run, programme),
        lambda text: shortened(one_line(str(text)), _LONGEST),
    )
    path.write_text(printable(page), encoding="utf-8", newline="\n")


def _facts(run: RunResult, programme: Programme) -> dict[str, Any]:
    states = Counter(shown_state(result) for result in run.applications)
    items = review_list(run, programme)
    balance = run.balance
    return {
        "run": run,
        "programme": programme,
        "started": _moment(run.started),
        "finished": _moment(run.finished),
        "minutes": _duration((run.finished - run.started).total_seconds()),
        "states": [(STATE[state], states[state], COLOURS[state]) for state in shown_states(run)],
        "recommended": states[ShownState.RECOMMENDED],
        "balance": balance,
        "accounts": _accounts(run),
        "progress": _progress(run, programme),
        "flow": _flow(run),
        "districts": _districts(run, programme),
        "codes": _codes(run, programme),
        "severities": _severities(run),
        "review_total": len(items),
        "review_levels": _review_levels([item.risk for item in items]),
        "review_items": [(risk_word(item.risk), item) for item in items[:_TOP_REVIEW]],
        "histogram": _histogram(run),
        "fields": _field_counts(run),
        "failures": _failures(run),
        "timings": _timings(run),
        "doubts": _doubts(run, programme),
        "unknown_rules": _unknown_rules(run, programme),
    }


def _moment(moment: datetime) -> str:
    zone = moment.strftime("（UTC%z）") if moment.tzinfo else ""
    return f"{moment:%Y}年{moment.month}月{moment.day}日 {moment:%H:%M:%S}{zone}"


def _duration(seconds: float) -> str:
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "小时"), (minutes, "分"), (rest, "秒"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "不到1秒"


def _bars(counts: Iterable[tuple[str, int, str]], colour: str = "4A6FA5") -> list[Bar]:
    pairs = list(counts)
    longest = max((count for _, count, _ in pairs), default=0)
    return [
        Bar(
            name=name,
            count=count,
            percent=round(100 * count / longest, 2) if longest else 0,
            colour=colour,
            note=note,
        )
        for name, count, note in pairs
    ]


def _accounts(run: RunResult) -> list[tuple[str, int, list[tuple[str, int]]]]:
    """What came in, and what became of it: both sides of the account."""
    b = run.balance
    return [
        (
            "文件",
            b.files,
            [("已读取", b.files_read), ("已搁置", b.files_set_aside), ("未处理", b.files_ignored)],
        ),
        ("页", b.pages, [("归入材料", b.pages_in_documents), ("未归户", b.pages_unsorted)]),
        (
            "文字行",
            b.lines,
            [
                ("成为栏目", b.lines_in_fields),
                ("表格文字", b.lines_in_cells),
                ("正文", b.lines_in_body),
                ("未归类", b.lines_unassigned),
            ],
        ),
    ]


def _progress(run: RunResult, programme: Programme) -> list[dict[str, Any]]:
    rows = []
    for row in progress_rows(run, programme):
        target, recommended = row.target, row.counts[0]
        widest = max(target, row.received, 1)
        parts = zip(shown_states(run), row.counts, strict=True)
        rows.append(
            {
                "name": row.name,
                "target": target,
                "received": row.received,
                "recommended": recommended,
                "share": f"{100 * recommended / target:.1f}%" if target else "—",
                "parts": [
                    (STATE[state], count, round(100 * count / widest, 2), COLOURS[state])
                    for state, count in parts
                    if count
                ],
                "mark": round(100 * target / widest, 2),
            }
        )
    return rows


def _flow(run: RunResult) -> list[Bar]:
    """How many applications stand at each step; nothing where nobody returned anything."""
    standings = [standing_of(r.application.application_id, run.flow) for r in run.applications]
    counts = Counter(standing.step for standing in standings)
    if not set(counts) - {FlowStep.RECEIVED}:
        return []
    return _bars((word, counts[step], "") for step, word in FLOW_STEP.items())


def _districts(run: RunResult, programme: Programme) -> list[tuple[str, int, list[int], int]]:
    counts = Counter((result.district, shown_state(result)) for result in run.applications)
    online = Counter(row.district for row in run.registrations_unmatched)
    rows = []
    for name in district_names(run, programme):
        numbers = [counts[name, state] for state in shown_states(run)]
        rows.append((name or UNKNOWN_DISTRICT, sum(numbers), numbers, online[name]))
    return rows


def _codes(run: RunResult, programme: Programme) -> list[Bar]:
    wordings = {defect.code: defect for defect in programme.defects}
    counts = Counter(f.code for result in run.applications for f in result.judgement.findings)
    names = {item.type: item.name for item in programme.evidence}
    bars = []
    for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_TOP_CODES]:
        base, _, subject = code.partition(":")
        severity = SEVERITY[Severity(wordings[base].severity)] if base in wordings else ""
        bars.append((code, count, "　".join(filter(None, (severity, names.get(subject, ""))))))
    return _bars(bars, "B85C38")


def _severities(run: RunResult) -> list[tuple[str, int]]:
    counts = Counter(f.severity for result in run.applications for f in result.judgement.findings)
    return [(word, counts[severity]) for severity, word in SEVERITY.items()]


def _review_levels(risks: list[float]) -> list[tuple[str, int]]:
    high = sum(risk >= HIGH for risk in risks)
    middle = sum(MIDDLE <= risk < HIGH for risk in risks)
    return [("高", high), ("中", middle), ("低", len(risks) - high - middle)]


def _histogram(run: RunResult) -> dict[str, Any]:
    """Confidence of all values read from pages, in columns of 5 %; accepted below, others above."""
    certain, doubtful = [0] * _BINS, [0] * _BINS
    for result in run.applications:
        for field in result.extraction.fields:
            if field.medium is Medium.ONLINE or field.state is FieldState.MISSING:
                continue
            belief = min(field.read_confidence, field.place_confidence)
            place = min(_BINS - 1, max(0, int(belief * _BINS)))
            known = field.state in {FieldState.ACCEPTED, FieldState.CORRECTED}
            (certain if known else doubtful)[place] += 1
    highest = max((a + b for a, b in zip(certain, doubtful, strict=True)), default=0)
    columns = []
    for place, (good, bad) in enumerate(zip(certain, doubtful, strict=True)):
        scale = 100 / highest if highest else 0
        low, high = 100 * place // _BINS, 100 * (place + 1) // _BINS
        columns.append(
            Column(
                x=place * 25,
                certain=round(good * scale, 2),
                doubtful=round(bad * scale, 2),
                title=f"{low}–{high}%：采信 {good}，存疑 {bad}",
            )
        )
    return {"columns": columns, "highest": highest, "total": sum(certain) + sum(doubtful)}


def _field_counts(run: RunResult) -> list[tuple[str, int]]:
    counts = Counter(
        field.state
        for result in run.applications
        for field in result.extraction.fields
        if field.medium is not Medium.ONLINE
    )
    words = {
        FieldState.ACCEPTED: "采信",
        FieldState.CORRECTED: "人工更正",
        FieldState.REVIEW: "待核",
        FieldState.UNREADABLE: "无法辨认",
        FieldState.MISSING: "未填或未见",
    }
    return [(word, counts[state]) for state, word in words.items()]


def _failures(run: RunResult) -> list[tuple[str, str, str, str]]:
    """Files that were not read: name, status, why, what to do."""
    return [
        (
            source.file,
            FILE_STATUS[source.status],
            FAILURE[source.category] if source.category else "",
            source.advice,
        )
        for source in sorted(run.files, key=lambda s: (s.status != FileStatus.SET_ASIDE, s.file))
        if source.status is FileStatus.SET_ASIDE or source.category
    ]


def _timings(run: RunResult) -> list[dict[str, Any]]:
    longest = max((timing.seconds for timing in run.timings), default=0)
    return [
        {
            "name": STAGE.get(timing.stage, timing.stage),
            "units": timing.units,
            "reused": timing.reused,
            "failed": timing.failed,
            "seconds": f"{timing.seconds:.1f}",
            "percent": round(100 * timing.seconds / longest, 2) if longest else 0,
        }
        for timing in run.timings
    ]


def _doubts(run: RunResult, programme: Programme) -> list[tuple[str, int, str]]:
    """What this run does not know, said plainly: what, how many, what it means."""
    applications = run.applications
    lines = [line for result in applications for line in result.extraction.unassigned]
    content = sum(
        difference.kind is DifferenceKind.CONTENT
        for result in applications
        for difference in result.differences
    )
    waiting = [
        r
        for r in applications
        if r.match.decision is not Decision.ACCEPTED and not r.match.settled_by
    ]
    seals = sum(seal.present is None for r in applications for seal in r.extraction.seals)
    doubts = [
        ("无法读取的页", run.balance.pages_failed, "这些页上的内容一概不知，须看原件。"),
        (
            "未归户的页",
            run.balance.pages_unsorted - run.balance.pages_failed,
            "含空白页；其余须由人归户。",
        ),
        (
            "未归类但像填写内容的文字",
            sum(line.looks_like_value for line in lines),
            "可能有栏目漏读，见“待核对”。",
        ),
        ("未与线上登记匹配的材料", len(waiting), "可能未在线上申报，也可能名称、代码识别有误。"),
        ("所属地未确定的材料", sum(not r.district for r in applications), "不进入任何分表。"),
        ("纸质与电子、线上内容不同", content, "以何者为准须由企业说明。"),
        ("退回表中未能采用的行", len(run.flow.refused), "原因见“退回表问题”，改正后再运行一次。"),
        ("不能判断有无的印章、签字", seals, "灰度扫描看不出红章时，不认定为缺章。"),
    ]
    return [doubt for doubt in doubts if doubt[1] > 0]


def _unknown_rules(run: RunResult, programme: Programme) -> list[tuple[str, int, int]]:
    """Rules that could not be answered: in words, answered unknown, left to a person."""
    unknown: Counter[str] = Counter()
    manual: Counter[str] = Counter()
    for result in run.applications:
        for answer in result.judgement.results:
            unknown[answer.rule] += int(answer.outcome is Outcome.UNKNOWN)
            manual[answer.rule] += int(answer.outcome is Outcome.MANUAL_REVIEW)
    return [
        (rule.sentence, unknown[rule.id], manual[rule.id])
        for rule in programme.rules
        if unknown[rule.id] or manual[rule.id]
    ]
