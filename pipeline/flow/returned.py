"""Tables that districts, the city, experts and the province return, read as what they state.

They come from outside: formulas are never evaluated, sizes are limited as those of any table,
and whatever cannot be used becomes a row that says why.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from dictionaries import ROOT
from extractors.values.choices import find_option
from extractors.values.codes import compact_code
from extractors.values.dates import parse_date
from extractors.values.tidy import comparable, fold
from pipeline.errors import InputError
from pipeline.flow.records import (
    ExpertScore,
    Flow,
    FlowEvent,
    FlowStep,
    Opinion,
    RefusedRow,
)
from pipeline.flow.standing import last_scores
from pipeline.folders import entries_under
from pipeline.programme import HeaderMap, Programme
from pipeline.registry import ColumnsMissingError, TableRow, read_table, tier_id

SUFFIXES = (".xlsx", ".csv")
_OPINIONS = {
    "district": FlowStep.DISTRICT,
    "city": FlowStep.CITY,
    "result": FlowStep.RESULT,
}
_MOST_ROWS = 20_000
_MOST_POINTS = 100.0


class Applicant(NamedTuple):
    """What a returned row may call an application by."""

    application_id: str
    enterprise_name: str
    uscc: str
    tier: str


class _RowError(Exception):
    """A row that cannot be used; the message is for a clerk."""


def returned_files(folder: Path) -> list[Path]:
    """What lies in a folder and the folders in it, in a fixed order; nothing behind a link.

    What is no table is among them, and links are: reading refuses them with a row.
    """
    return sorted(
        path for path in entries_under(folder) if not path.name.startswith(("~$", ".", "._"))
    )


def is_plain(path: Path) -> bool:
    """Whether something is a file itself: no link, no pipe, no device."""
    return path.is_file() and not path.is_symlink()


def read_returned(
    files: Iterable[tuple[str, Path]], applicants: Sequence[Applicant], programme: Programme
) -> Flow:
    """What the returned tables state about the applications of a run.

    Args:
        files: Each with the name to call it by.
        applicants: The applications that rows may be about.
        programme: The pack; its tiers are used.
    """
    reader = _Reader(applicants, programme)
    for name, path in files:
        reader.read(name, path)
    return Flow(
        events=tuple(reader.events),
        scores=last_scores(reader.scores),
        refused=tuple(reader.refused),
    )


class _Reader:
    """Takes file after file."""

    def __init__(self, applicants: Sequence[Applicant], programme: Programme) -> None:
        self._applicants = applicants
        self._programme = programme
        self.events: list[FlowEvent] = []
        self.scores: list[ExpertScore] = []
        self.refused: list[RefusedRow] = []

    def _headers(self, kind: str) -> tuple[HeaderMap, ...]:
        """The header names of a table, the pack's own word for its districts among them."""
        own = f"{self._programme.district_short}意见"
        return tuple(
            item.model_copy(update={"headers": (*item.headers, own)})
            if (kind, item.key) == ("district", "opinion") and own not in item.headers
            else item
            for item in _headers(kind)
        )

    def read(self, name: str, path: Path) -> None:
        """Take what a file states: it may hold tables of several kinds."""
        if path.is_symlink():  # it may lead anywhere, out of what was returned too
            self._refuse(name, 0, "是指向别处的链接，未读取；请放入文件本身。")
            return
        if not is_plain(path):
            self._refuse(name, 0, "不是普通文件，未读取。")
            return
        if path.suffix.lower() not in SUFFIXES:
            self._refuse(name, 0, "不是 .xlsx 或 .csv 格式的表格，请另存后重新提供。")
            return
        found = False
        for kind in (*_OPINIONS, "experts"):
            try:
                for number, row in enumerate(read_table(path, self._headers(kind))):
                    found = True
                    if number >= _MOST_ROWS:
                        self._refuse(name, row.number, f"超过{_MOST_ROWS}行，其余各行未读。")
                        break
                    self._take(kind, name, row)
            except ColumnsMissingError:
                continue
            except InputError as error:
                self._refuse(name, 0, error.advice)
                return
        if not found:
            self._refuse(name, 0, "表中没有意见、得分或认定结果等栏，或没有填写任何一行。")

    def _take(self, kind: str, name: str, row: TableRow) -> None:
        values = row.values
        try:
            if kind == "experts":
                if values.get("points") or values.get("expert"):
                    self.scores.append(self._score(name, row))
            elif values.get("opinion"):
                self.events.append(self._event(_OPINIONS[kind], name, row))
        except _RowError as error:
            self._refuse(name, row.number, str(error))

    def _event(self, step: FlowStep, name: str, row: TableRow) -> FlowEvent:
        values = row.values
        return FlowEvent(
            application_id=self._applicant(row).application_id,
            step=step,
            opinion=_opinion(values["opinion"]),
            at=_date(values.get("at", "")),
            who=fold(values.get("who", "")),
            note=fold(values.get("note", "")),
            file=name,
            row=row.number,
        )

    def _score(self, name: str, row: TableRow) -> ExpertScore:
        values = row.values
        applicant = self._applicant(row)
        expert, employer = fold(values.get("expert", "")), fold(values.get("employer", ""))
        if not expert:
            raise _RowError("缺专家姓名，该行得分未计入。")
        return ExpertScore(
            application_id=applicant.application_id,
            expert=expert,
            employer=employer,
            points=_points(values.get("points", "")),
            conflict=_employs(applicant.enterprise_name, employer),
            at=_date(values.get("at", "")),
            note=fold(values.get("note", "")),
            file=name,
            row=row.number,
        )

    def _applicant(self, row: TableRow) -> Applicant:
        """The one application that a row is about.

        An id alone decides nothing: another run may have given it to another application.
        """
        values = row.values
        code = compact_code(values.get("uscc", ""))
        name = comparable(values.get("enterprise_name", ""))
        tier = tier_id(values.get("tier", ""), self._programme)
        by_code = [one for one in self._applicants if code and one.uscc == code]
        own = by_code or [
            one for one in self._applicants if comparable(one.enterprise_name) == name
        ]
        if not own:
            raise _RowError("本次运行中没有这家企业的申报材料，请核对企业名称和信用代码。")
        if by_code and name and all(comparable(one.enterprise_name) != name for one in by_code):
            raise _RowError("企业名称与信用代码不是同一家企业，请核对。")
        if tier and tier not in {item.id for item in self._programme.tiers}:
            raise _RowError(f"申报层次“{tier[:20]}”无法识别，请按汇总表的写法填写。")
        fitting = [one for one in own if tier in ("", one.tier)]
        if not fitting:
            raise _RowError("这家企业没有申报该层次，请核对申报层次。")
        stated = fold(values.get("application_id", ""))
        exact = [one for one in fitting if one.application_id == stated]
        if len(exact or fitting) > 1:
            raise _RowError("这家企业有多份申报材料，请填写材料编号和申报层次。")
        return (exact or fitting)[0]

    def _refuse(self, name: str, row: int, reason: str) -> None:
        self.refused.append(RefusedRow(file=name, row=row, reason=reason))


def _opinion(text: str) -> Opinion:
    found = find_option(text, _words()[0], _words()[1])
    if found is None:
        allowed = "、".join(words[0] for words in _dictionary()["opinions"].values())
        raise _RowError(f"意见“{fold(text)[:20]}”无法识别，请填{allowed}。")
    return Opinion(found)


def _date(text: str) -> str:
    if not text:
        return ""
    reading = parse_date(text)
    if reading is None or len(reading.iso) < len("2021-06-01"):
        raise _RowError(f"日期“{fold(text)[:20]}”无法识别，请按2021-06-10的格式填写。")
    return reading.iso[:10]


def _points(text: str) -> float:
    try:
        points = float(fold(text).removesuffix("分"))
    except ValueError:
        points = math.nan
    if not 0 <= points <= _MOST_POINTS:
        raise _RowError(f"得分“{fold(text)[:20]}”不是0至100的数，未计入。")
    return points


def _employs(applicant: str, employer: str) -> bool:
    """Whether an expert's employer is the applicant, or a part of it."""
    one, other = comparable(applicant), comparable(employer)
    return bool(one) and (other == one or other.startswith(one))


# --- dictionary --------------------------------------------------------------------------


@cache
def _dictionary() -> Mapping[str, Any]:
    return tomllib.loads((ROOT / "returned_headers.toml").read_text("utf-8"))


@cache
def _headers(kind: str) -> tuple[HeaderMap, ...]:
    entries = (*_dictionary()[kind], *_dictionary()["subject"])
    return tuple(HeaderMap.model_validate(entry) for entry in entries)


@cache
def _words() -> tuple[list[str], list[tuple[str, str]]]:
    """The opinions, and every word that stands for one."""

    def pairs() -> Iterator[tuple[str, str]]:
        for opinion, words in _dictionary()["opinions"].items():
            for word in words:
                yield word, opinion

    return [opinion.value for opinion in Opinion], list(pairs())
