"""``zjtx match``: any table of enterprises against any register of them.

Both tables are read row by row, results are written as they come, and only the register is
held in memory.  Workers share it: they are forked after it was built.
"""

from __future__ import annotations

import csv
import gc
import multiprocessing
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from dictionaries import ROOT
from extractors.enterprises.compare import Enterprise
from extractors.enterprises.names import parse_name
from extractors.enterprises.register import Register, Row, Weighed, Weighing
from extractors.values.codes import compact_code
from extractors.values.kinds import FieldKind
from extractors.values.normalise import normalise
from extractors.values.tidy import fold, tidy_name
from pipeline.errors import InputError
from pipeline.one_to_one import Outcome, Reconciliation, reconcile
from pipeline.programme import HeaderMap
from pipeline.records import Decision
from pipeline.registry import NO_NAMES, TableRow, part_names, read_table
from pipeline.results.text import guard, one_line
from pipeline.sheets import at_hand
from pipeline.verdict import decision_of_other, judge

SHOWN = 5
"""Candidates of a query in the result."""

COLUMNS = ("query_id", "rank", "registration_id", "score", "decision", "reasons")
_HEADERS_IN = " dictionaries/match_headers.toml "
_CHUNK = 100
_PLAIN_CODE = re.compile("[0-9A-Z]{18}")
_PLAIN_MOBILE = re.compile("1[0-9]{10}")
_PLAIN_PERSON = re.compile("[\u4e00-\u9fff]{0,4}")
"""Cells that need no tidying: nearly all of a register, so they take a short way."""

_NOTHING_STATED = "未填写企业名称和信用代码"
_NO_CANDIDATE = "登记表中没有名称或代码相近的企业"
_CLOSED = ("注销", "吊销", "撤销", "迁出")


@dataclass(frozen=True, slots=True)
class RegisterTable:
    """A register and the ids of its rows.

    Attributes:
        register: rows are numbered as in the table, from 0.
        ids: registration ids by row.
        closed: rows whose enterprise is struck off, with the status as written.
    """

    register: Register
    ids: Sequence[str]
    closed: dict[int, str]


class Query(NamedTuple):
    """A row of the queries."""

    query_id: str
    enterprise: Enterprise


class Answer(NamedTuple):
    """A row of the result; an empty registration says that nothing is like the query."""

    query_id: str
    rank: int
    registration_id: str
    score: float
    decision: Decision
    reasons: str


@dataclass
class MatchingReport:
    """What a run of ``zjtx match`` did.

    Attributes:
        registrations: rows of the register.
        decisions: queries by the decision on their first candidate.
        looked_at: names that the index looked at, over all queries.
        build_seconds: reading the register and building its index.
        match_seconds: from the first query to the last.
        index_bytes: of the index beside the names.
        repeated_queries: queries whose id an earlier one bears.
        repeated_rows: registrations whose id an earlier one bears.
        reconciliation: what is not one to one.
    """

    registrations: int = 0
    decisions: Counter[Decision] = field(default_factory=Counter)
    looked_at: int = 0
    build_seconds: float = 0.0
    match_seconds: float = 0.0
    index_bytes: int = 0
    repeated_queries: int = 0
    repeated_rows: int = 0
    reconciliation: Reconciliation | None = None

    @property
    def queries(self) -> int:
        """How many queries were put."""
        return self.decisions.total()

    def __str__(self) -> str:
        """Some lines for the terminal."""
        pairs = self.queries * self.registrations
        share = min(1.0, self.looked_at / pairs) if pairs else 0.0
        repeated = (("queries", self.repeated_queries), ("registrations", self.repeated_rows))
        lines = [
            f"{self.registrations} registrations, index {self.index_bytes >> 20} MiB, "
            f"built in {self.build_seconds:.1f} s",
            f"{self.queries} queries in {self.match_seconds:.1f} s: "
            + ", ".join(f"{self.decisions[decision]} {decision.value}" for decision in Decision),
            f"{self.looked_at} names looked at, {share:.5%} of all pairs",
            *(f"{count} {what} bear the id of an earlier one" for what, count in repeated if count),
        ]
        if self.reconciliation is not None:
            lines += str(self.reconciliation).splitlines()
        return "\n".join(lines)


def match_tables(
    queries: Path, registrations: Path, out: Path, *, workers: int = 1, report: Path | None = None
) -> MatchingReport:
    """Match every query with the register and write the result.

    Args:
        queries: .csv or .xlsx; a pipe, or ``-`` for standard input, will do.
        registrations: the same.
        out: CSV file to write; put in place when it is whole.
        workers: processes.
        report: CSV file for what is not one to one; not written if not given.

    Raises:
        InputError: a table cannot be used, a required column is missing, or a result would
            take the place of something else.
    """
    _check_apart([queries, registrations], [out] if report is None else [out, report])
    with at_hand(queries) as asked, at_hand(registrations) as register:
        return _match(asked, register, out, workers, report)


def _match(
    queries: Path, registrations: Path, out: Path, workers: int, report: Path | None
) -> MatchingReport:
    done = MatchingReport()
    started = perf_counter()
    # The header of the queries is read first, so that a mistake there costs no waiting.
    asked = read_table(queries, _headers("query"), kept_in=_HEADERS_IN, nameless=True)
    table = read_register(registrations)
    done.registrations, done.index_bytes = len(table.ids), table.register.index_bytes
    done.repeated_rows = len(table.ids) - len(set(table.ids))
    done.build_seconds = perf_counter() - started
    started = perf_counter()
    outcomes: list[Outcome] = []
    out.parent.mkdir(parents=True, exist_ok=True)
    aside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for answers, outcome, looked_at in _answered(asked, table, workers):
                writer.writerows(map(_cells, answers))
                done.decisions[outcome.decision] += 1
                done.looked_at += looked_at
                outcomes.append(outcome)
        aside.replace(out)
    finally:
        aside.unlink(missing_ok=True)
    done.match_seconds = perf_counter() - started
    done.repeated_queries = len(outcomes) - len({outcome.query_id for outcome in outcomes})
    done.reconciliation = reconcile(outcomes, table.register, table.ids)
    if report is not None:
        done.reconciliation.write(report)
    return done


def _check_apart(inputs: Sequence[Path], results: Sequence[Path]) -> None:
    """Refuse results that would replace an input, each other, a folder or a device.

    Raises:
        InputError: names the file.
    """
    for at, path in enumerate(results):
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: is no file", "请为结果另选文件名。")
        others = [*inputs, *results[:at]]
        if any(path.resolve() == other.resolve() for other in others):
            raise InputError(
                f"{path}: the result would take the place of another file of this run",
                "请为结果另选文件名。",
            )
    if [str(path) for path in inputs] == ["-", "-"]:
        raise InputError("-: one table only can come from standard input", "请改用文件。")


def read_register(path: Path) -> RegisterTable:
    """The register of a table with its index.

    Raises:
        InputError: the table cannot be used, or a required column is missing.
    """
    ids: list[str] = []
    closed: dict[int, str] = {}

    def rows() -> Iterator[Row]:
        for row in read_table(path, _headers("registration"), kept_in=_HEADERS_IN):
            status = row.values.get("status", "")
            if any(word in status for word in _CLOSED):
                closed[len(ids)] = fold(status)
            ids.append(row.values.get("registration_id") or f"row-{row.number}")
            yield _registered(row)

    register = Register.build(rows())
    return RegisterTable(register, ids, closed)


def answer_all(
    rows: Sequence[TableRow], table: RegisterTable
) -> list[tuple[list[Answer], Outcome, int]]:
    """For each query its candidates, what came of it, and how many names were looked at."""
    queries = [_query(row) for row in rows]
    weighings = table.register.weigh_all([(query.enterprise,) for query in queries])
    return [
        (*_answer(query, weighing, table), weighing.looked_at)
        for query, weighing in zip(queries, weighings, strict=True)
    ]


def _answer(query: Query, weighing: Weighing, table: RegisterTable) -> tuple[list[Answer], Outcome]:
    verdict = judge(weighing.weighed, (query.enterprise,), table.register)
    shown = weighing.weighed[:SHOWN]
    answers = [
        Answer(
            query.query_id,
            rank,
            table.ids[item.number],
            item.comparison.score,
            verdict.decision if rank == 1 else decision_of_other(item),
            _reasons(item, verdict.reasons if rank == 1 else (), table),
        )
        for rank, item in enumerate(shown, start=1)
    ]
    if not answers:
        why = (
            _NO_CANDIDATE if query.enterprise.name.key or query.enterprise.code else _NOTHING_STATED
        )
        answers = [Answer(query.query_id, 1, "", 0.0, Decision.REJECTED, why)]
    near = [item.number for item in shown if decision_of_other(item) is Decision.REVIEW]
    return answers, Outcome(query.query_id, verdict.decision, tuple(near))


def _reasons(item: Weighed, first: Sequence[str], table: RegisterTable) -> str:
    former = (f"曾用名“{item.former}”",) if item.former else ()
    status = table.closed.get(item.number)
    closed = (f"登记状态“{status}”",) if status else ()
    return "，".join((*first, *former, *closed, *item.comparison.reasons))


# --- workers ------------------------------------------------------------------------------


_shared: list[RegisterTable] = []
"""The register of this process and of the workers that it forks."""


def _answered(
    queries: Iterable[TableRow], table: RegisterTable, workers: int
) -> Iterator[tuple[list[Answer], Outcome, int]]:
    if workers == 1 or "fork" not in multiprocessing.get_all_start_methods():
        for chunk in _chunks(queries):
            yield from answer_all(chunk, table)
        return
    _shared[:] = [table]
    # Collecting garbage would touch, and so copy, every page that the workers share.
    gc.collect()
    gc.freeze()
    try:
        with multiprocessing.get_context("fork").Pool(workers) as pool:
            for found in pool.imap(_answer_shared, _chunks(queries)):
                yield from found
    finally:
        gc.unfreeze()
        _shared.clear()


def _answer_shared(rows: Sequence[TableRow]) -> list[tuple[list[Answer], Outcome, int]]:
    return answer_all(rows, _shared[0])


def _chunks(queries: Iterable[TableRow]) -> Iterator[list[TableRow]]:
    rest = iter(queries)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk


# --- tables -------------------------------------------------------------------------------


def _headers(table: str) -> tuple[HeaderMap, ...]:
    entries = tomllib.loads((ROOT / "match_headers.toml").read_text("utf-8"))[table]
    return tuple(HeaderMap.model_validate(entry) for entry in entries)


def _query(row: TableRow) -> Query:
    values = row.values
    phones = _phones(values.get("phone", ""))
    return Query(
        values.get("query_id") or f"row-{row.number}",
        Enterprise(
            parse_name(values.get("enterprise_name", "")),
            _code(values.get("uscc", "")),
            frozenset(phone for phone in phones.split(";") if phone),
            _person(values.get("legal_rep", "")),
            fold(values.get("district", "")),
        ),
    )


def _registered(row: TableRow) -> Row:
    values = row.values
    former = values.get("former_names", "")
    return Row(
        tidy_name(values.get("enterprise_name", "")),
        _code(values.get("uscc", "")),
        _phones(values.get("phone", "")),
        _person(values.get("legal_rep", "")),
        values.get("district", ""),
        part_names(former) if former and former not in NO_NAMES else (),
    )


def _code(text: str) -> str:
    return text if _PLAIN_CODE.fullmatch(text) else compact_code(text)


def _phones(text: str) -> str:
    if not text or _PLAIN_MOBILE.fullmatch(text):
        return text
    return normalise(FieldKind.TEL, text).value


def _person(text: str) -> str:
    return text if _PLAIN_PERSON.fullmatch(text) else normalise(FieldKind.PERSON, text).value


def _cells(row: Answer) -> tuple[str, ...]:
    score = f"{row.score:.1f}"
    query_id, registration_id = guard(one_line(row.query_id)), guard(one_line(row.registration_id))
    reasons = guard(one_line(row.reasons))
    return query_id, str(row.rank), registration_id, score, row.decision.value, reasons
