"""纸电差异: what paper, electronic copy and online record state differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from openpyxl import Workbook

from pipeline.comparison.effects import Effects, weight
from pipeline.programme import Programme
from pipeline.records import ApplicationResult, Decision, DifferenceKind, RunResult, Severity
from pipeline.results.places import document_names, place_in_file, text_title
from pipeline.results.text import shortened
from pipeline.results.words import DIFFERENCE, PROVISIONAL, SEVERITY
from pipeline.results.workbook.cells import Column, add_list_sheet
from pipeline.stages.recommend import best_value, in_order

_MOST_TEXTS = 20
"""So many places of differing text are named for one application; more are counted."""
_LONGEST_TEXT = 150
"""Characters of such a text."""
_DIFFERENCES = (
    Column("序号", 6, "integer"),
    Column("材料编号", 16, centred=True),
    Column("企业名称", 28),
    Column("栏目", 24),
    Column("纸质材料", 30),
    Column("电子件", 30),
    Column("线上登记", 30),
    Column("性质", 12, centred=True),
    Column("程度", 8, centred=True),
    Column("影响", 18, centred=True),
)


def add_differences(workbook: Workbook, run: RunResult, programme: Programme) -> None:
    """纸电差异: content first, then reading, then layout; what would change most goes first."""
    effects = Effects(programme)
    order = [DifferenceKind.CONTENT, DifferenceKind.READING, DifferenceKind.LAYOUT]
    severities = list(SEVERITY)
    places = {field.key: place for place, field in enumerate(programme.fields)}
    found = [
        (result, difference)
        for result in in_order(run.applications, programme)
        for difference in result.differences
    ]
    found.sort(
        key=lambda pair: (
            order.index(pair[1].kind),
            -weight(effects.of(pair[1].key, pair[0].application.tier)),
            severities.index(pair[1].severity),
            pair[0].application.application_id,
            places.get(pair[1].key.partition(".")[0], len(places)),
            pair[1].key,
        )
    )
    rows: list[tuple[str, ...]] = [
        (
            result.application.application_id,
            _name(result),
            programme.name_of(difference.key),
            difference.paper,
            difference.electronic,
            _online(difference.online, result),
            DIFFERENCE[difference.kind],
            SEVERITY[difference.severity],
            "、".join(effects.of(difference.key, result.application.tier)),
        )
        for result, difference in found
    ]
    texts = [
        row
        for result in in_order(run.applications, programme)
        for row in _text_rows(result, document_names(programme))
    ]
    content = DIFFERENCE[DifferenceKind.CONTENT]
    of_fields = sum(difference.kind is DifferenceKind.CONTENT for _, difference in found)
    rows[of_fields:of_fields] = [row for row in texts if content in row]
    rows += [row for row in texts if content not in row]
    grave = frozenset(place for place, row in enumerate(rows) if content in row)
    add_list_sheet(
        workbook,
        "纸电差异",
        "纸质材料、电子件与线上登记差异",
        "内容不同须核实；识别存疑者可能只是扫描不清，请看原件；写法不同不影响内容。空格表示该处没有此项。"
        f"线上内容注明“{PROVISIONAL}”的，以确认匹配为前提。",
        _DIFFERENCES,
        ((str(number), *row) for number, row in enumerate(rows, start=1)),
        grave=grave,
        empty="（未发现差异）",
    )


def _online(text: str, result: ApplicationResult) -> str:
    """What the online record states, and whether it is yet to be confirmed as the applicant's."""
    provisional = text and result.match.decision is Decision.REVIEW
    return f"{text}（{PROVISIONAL}）" if provisional else text


def _text_rows(result: ApplicationResult, names: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """The text of pages that states something else, place by place.

    What was not read for certain is only counted: it would bury the rest.
    """
    who = (result.application.application_id, _name(result))
    content = [item for item in result.texts if item.text.kind is DifferenceKind.CONTENT]
    for item in content[:_MOST_TEXTS]:
        place = place_in_file(item.paper.file.rpartition("/")[2], item.paper.page)
        yield (
            *who,
            f"{text_title(item, names)}　{place}",
            shortened(item.text.paper, _LONGEST_TEXT),
            shortened(item.text.electronic, _LONGEST_TEXT),
            "",
            DIFFERENCE[DifferenceKind.CONTENT],
            SEVERITY[Severity.REVIEW],
            "",
        )
    rest = len(content) - _MOST_TEXTS
    if rest > 0:
        told = f"另有{rest}处文字内容不同，见纸电比对页"
        kind = DIFFERENCE[DifferenceKind.CONTENT]
        yield (*who, "各材料文字", told, "", "", kind, SEVERITY[Severity.REVIEW], "")
    doubtful = sum(item.text.kind is DifferenceKind.READING for item in result.texts)
    if doubtful:
        told = f"{doubtful}处文字未能读准，见纸电比对页"
        kind = DIFFERENCE[DifferenceKind.READING]
        yield (*who, "各材料文字", told, "", "", kind, SEVERITY[Severity.INFO], "")


def _name(result: ApplicationResult) -> str:
    """The enterprise's name as its papers state it best."""
    stated = best_value(result.extraction, "enterprise_name").value
    return stated or result.application.enterprise_name
