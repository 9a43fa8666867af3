"""What ``zjtx correct`` does: values that a clerk checked go into the audit log.

The table is the sheet 待核对 with 核对结果 and 核对人 filled in, or any table with the same
columns.  Nothing is changed in the results: the next run lays the corrections over what it
reads (:mod:`pipeline.corrections`) and does anew only what depends on them.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from dictionaries import ROOT
from extractors.page import Record
from extractors.values.tidy import comparable, fold
from pipeline.batch import ledger_of
from pipeline.corrections import (
    AUDIT_KIND,
    REGISTRATION,
    SEEN,
    Correction,
    is_mark,
    normal_form,
    noted,
)
from pipeline.errors import InputError
from pipeline.flow.records import RefusedRow
from pipeline.programme import HeaderMap, Programme
from pipeline.records import FieldState, Medium
from pipeline.registry import TableRow, read_table
from pipeline.results import tables
from pipeline.rules.arguments import Stamp
from pipeline.settings import Settings

_MOST_ROWS = 20_000
_LONGEST = 2_000
_LONGEST_NAME = 40
_MONTH = re.compile(r"\d{4}-\d{2}")

_Row = Mapping[str, str]


class Checked(Record):
    """What became of a table of checked values."""

    taken: int
    already: int
    """Rows that say what an earlier correction says."""
    unchecked: int
    """Rows that nobody wrote anything in."""
    refused: tuple[RefusedRow, ...]

    def __str__(self) -> str:
        """For a clerk."""
        lines = [
            f"已登记更正 {self.taken} 项，此前已登记 {self.already} 项，"
            f"未填写 {self.unchecked} 行。"
        ]
        lines += [f"第{row.row}行未登记：{row.reason}" for row in self.refused]
        if self.taken:
            lines.append(
                "请重新运行 zjtx run（命令与上次相同），更正即写入各表，已识别的页不再识别。"
            )
        return "\n".join(lines)


class _RowError(Exception):
    """A row that cannot be used; the message is for a clerk."""


def take_checked(
    out: Path, table: Path, settings: Settings, programme: Programme, by: str = ""
) -> Checked:
    """Note every checked value of a table.

    Args:
        out: The folder of results that the table was made from.
        table: .xlsx or .csv; formulas in it are not evaluated.
        settings: Where the ledger is.
        programme: The pack that the results were made with.
        by: Who checked, for rows that do not say.

    Raises:
        InputError: There are no results, or the table cannot be used at all.
    """
    rows = read_table(
        table,
        _headers(),
        kept_in="dictionaries/returned_headers.toml",
        nameless=True,
        every_sheet=True,
    )
    taker = _Taker(_Results(out), programme, by)
    with ledger_of(out, settings) as ledger:
        last = {
            (one.sha256, one.page, one.key): one.value for one in noted(ledger.audit(AUDIT_KIND))
        }
        said: dict[tuple[str, int, str], str] = {}
        for count, row in enumerate(rows):
            if count >= _MOST_ROWS:
                taker.refuse(row.number, f"超过{_MOST_ROWS}行，其余各行未读。")
                break
            correction = taker.take(row)
            if correction is None:
                continue
            place = (correction.sha256, correction.page, correction.key)
            if said.setdefault(place, correction.value) != correction.value:
                taker.refuse(row.number, "同一栏目在本表另一行填了不同的核对结果，已按前一行登记。")
                continue
            if last.get(place) == correction.value:
                taker.already += 1
                continue
            # The row's own time is the correction's: the log stamps it.
            ledger.note(AUDIT_KIND, correction.model_dump(mode="json", exclude={"at"}))
            last[place] = correction.value
            taker.taken += 1
    return Checked(
        taken=taker.taken,
        already=taker.already,
        unchecked=taker.unchecked,
        refused=tuple(taker.refused),
    )


class _Results:
    """Where values stand, as the result files of a run have it."""

    def __init__(self, out: Path) -> None:
        names = ("applications.csv", "fields.csv", "documents.csv", "files.csv", "matches.csv")
        try:
            applications, fields, documents, files, matches = (
                tables.read_table(out / name) for name in names
            )
        except OSError as error:
            raise InputError(
                f"{out}: holds no results", "Give the folder that zjtx run wrote."
            ) from error
        self.names = {row["application_id"]: row["enterprise_name"] for row in applications}
        self.hashes = {row["file"]: row["sha256"] for row in files}
        self.fields: dict[tuple[str, str], list[_Row]] = defaultdict(list)
        for row in fields:
            if row["medium"] != Medium.ONLINE:
                self.fields[row["application_id"], row["key"]].append(row)
        self.candidates: dict[str, list[_Row]] = defaultdict(list)
        for row in matches:
            self.candidates[row["application_id"]].append(row)
        self.starts: dict[str, tuple[str, int]] = {}
        paper = {row["file"] for row in fields if row["medium"] == Medium.PAPER}
        for row in sorted(documents, key=lambda row: row["file"] not in paper):
            if row["application_id"]:
                self.starts.setdefault(row["application_id"], (row["file"], int(row["first_page"])))

    def place(self, application: str, key: str, before: str) -> tuple[str, int]:
        """A file's hash and a page of the volume that the value is to stand in."""
        found = [row for row in self.fields[application, key] if int(row["page"] or 0) > 0]
        # The one that the person was shown, else paper before the disc, as everywhere.
        found.sort(key=lambda row: (row["value"] != before, row["medium"] != Medium.PAPER))
        if found:
            return self.hashes[found[0]["file"]], int(found[0]["page"])
        return self.start(application)

    def start(self, application: str) -> tuple[str, int]:
        """A file's hash and the page that an application begins on."""
        file, page = self.starts[application]
        return self.hashes[file], page


class _Taker:
    """Takes row after row."""

    def __init__(self, results: _Results, programme: Programme, by: str) -> None:
        self._results = results
        self._programme = programme
        self._by = fold(by)
        self.taken = self.already = self.unchecked = 0
        self.refused: list[RefusedRow] = []

    def take(self, row: TableRow) -> Correction | None:
        """The correction that a row states, if it states one."""
        if not fold(row.values.get("value", "")):
            self.unchecked += 1
            return None
        try:
            return self._correction(row.values)
        except _RowError as error:
            self.refuse(row.number, str(error))
            return None

    def refuse(self, row: int, reason: str) -> None:
        """Say that a row was not taken."""
        self.refused.append(RefusedRow(file="", row=row, reason=reason))

    def _correction(self, values: Mapping[str, str]) -> Correction:
        results = self._results
        application, key = fold(values.get("application_id", "")), fold(values.get("key", ""))
        if not key:
            raise _RowError("该行不是栏目的值，不能在此更正；放行等按手册另行处理。")
        if application not in results.starts:
            raise _RowError(f"结果中没有材料编号“{application[:20]}”，请使用本次结果的待核对清单。")
        # Numbers move when boxes grow: the name says whose row it is.
        if comparable(values.get("enterprise_name", "")) != comparable(results.names[application]):
            raise _RowError("材料编号与企业名称不符，该表可能是旧表，请用最新的待核对清单。")
        who = fold(values.get("who", "")) or self._by
        if not 0 < len(who) <= _LONGEST_NAME:
            raise _RowError("缺核对人，或核对人过长。")
        written = fold(values["value"])
        if len(written) > _LONGEST:
            raise _RowError("核对结果过长。")
        if key == REGISTRATION:
            return self._registration(application, values, written, who)
        if is_mark(key):
            return self._mark(application, key, written, who)
        now = results.fields[application, key]
        shown = values.get("before", "")
        stand = [row for row in now if comparable(row["value"]) == comparable(shown)]
        before = stand[0]["value"] if stand else ""
        value, unit = self._value(key, written, stand, now)
        settled = any(row["state"] == FieldState.CORRECTED and row["value"] == value for row in now)
        if not (stand or settled or (not now and not shown)):
            raise _RowError("“现认定为”与现有结果不符，该表可能是旧表，请用最新的待核对清单。")
        sha256, page = results.place(application, key, value if settled else before)
        return Correction(
            sha256=sha256,
            page=page,
            key=key,
            value=value,
            unit=unit,
            before=before,
            by=who,
            at=datetime.now(UTC),
        )

    def _registration(
        self, application: str, values: Mapping[str, str], written: str, who: str
    ) -> Correction:
        """The match that a person confirms, decides otherwise, or denies."""
        results = self._results
        candidates = results.candidates[application]
        shown = values.get("before", "")
        first = candidates[0] if candidates else {"registration_name": ""}
        if comparable(shown) != comparable(first["registration_name"]):
            raise _RowError("“现认定为”与现有匹配不符，该表可能是旧表，请用最新的待核对清单。")
        words = _dictionary()["checked"]
        chosen: list[_Row] = []
        if written not in words["unregistered"]:
            right = written in words["right"]
            chosen = candidates[:1] if right else _named(written, candidates)
            if len(chosen) > 1:
                raise _RowError(f"“{written[:20]}”有多条登记，请填登记编号。")
            if not chosen:
                raise _RowError(
                    f"“{written[:20]}”不是“匹配情况”表中该材料的候选登记（请填登记编号或登记名称）；"
                    "都不是的，先更正企业名称或统一社会信用代码。"
                )
        sha256, page = results.start(application)
        return Correction(
            sha256=sha256,
            page=page,
            key=REGISTRATION,
            value=chosen[0]["registration_id"] if chosen else "",
            unit="",
            before=first["registration_name"],
            by=who,
            at=datetime.now(UTC),
            registration_name=chosen[0]["registration_name"] if chosen else "",
        )

    def _mark(self, application: str, key: str, written: str, who: str) -> Correction:
        """Whether a person saw a seal or signature."""
        words = _dictionary()["checked"]
        if key not in _marks_of(self._programme):
            raise _RowError(f"没有键为“{key[:40]}”的印章、签字。")
        if written not in (*words["seen"], *words["unseen"]):
            raise _RowError("印章、签字的核对结果请填“有”或“无”。")
        sha256, page = self._results.start(application)
        return Correction(
            sha256=sha256,
            page=page,
            key=key,
            value=SEEN if written in words["seen"] else "",
            unit="",
            before="",
            by=who,
            at=datetime.now(UTC),
        )

    def _value(
        self, key: str, written: str, stand: Sequence[_Row], now: Sequence[_Row]
    ) -> tuple[str, str]:
        """The value that a person means, and its unit."""
        words = _dictionary()["checked"]
        bare = written
        for word in words["as_printed"]:
            bare = re.sub(rf"[（(]?{word}[)）]?$", "", bare).strip()
        normal = normal_form(key, bare, self._programme)
        evidence = "." in key and not key.rpartition(".")[2].isdecimal()
        if normal is None or (evidence and not now):
            raise _RowError(f"结果中没有键为“{key[:40]}”的栏目。")
        if written in words["nothing"]:
            return "", normal.unit
        if written in words["right"]:
            if not stand or not stand[0]["value"]:
                raise _RowError("“现认定为”是空的，请填写核对后的值；确实未填的，填“未填”。")
            return stand[0]["value"], stand[0]["unit"]
        if not normal.value or (normal.valid is False and bare == written):
            why = f"（{normal.doubt}）" if normal.doubt else ""
            raise _RowError(
                f"“{written[:20]}”不能作为该栏目的值{why}。材料上确是如此的，在值后注明“原文如此”。"
            )
        if _MONTH.fullmatch(normal.value) and not bare.endswith("月"):
            raise _RowError("日期缺日；材料上确实只有年月的，请写作2021年5月。")
        return normal.value, normal.unit


def _marks_of(programme: Programme) -> frozenset[str]:
    """Keys of the seals and signatures that rules of the pack ask for."""
    rules = (Stamp.model_validate(dict(r.arguments)) for r in programme.rules if r.check == "stamp")
    return frozenset(f"{rule.kind}.{place}" for rule in rules for place in rule.place)


def _named(written: str, candidates: Sequence[_Row]) -> list[_Row]:
    """The candidates of a number, or of a name."""
    return [row for row in candidates if fold(row["registration_id"]) == written] or [
        row for row in candidates if comparable(row["registration_name"]) == comparable(written)
    ]


@cache
def _dictionary() -> Mapping[str, Any]:
    return tomllib.loads((ROOT / "returned_headers.toml").read_text("utf-8"))


@cache
def _headers() -> Sequence[HeaderMap]:
    return tuple(HeaderMap.model_validate(entry) for entry in _dictionary()["corrections"])
