"""What has been done: results by key, and an audit log that cannot be rewritten unnoticed.

A result's key is the SHA-256 of its stage, the stage's version, the settings that matter to it
and the hashes of its inputs.  What has a key with a result is not done again; that is how runs
resume, and how a second run finds nothing to do.

The ledger is SQLite in WAL mode, or another database that SQLAlchemy knows by its URL; the
audit log is guarded by triggers on SQLite and PostgreSQL.  Only the parent process writes.

A person with full rights on the database can drop the triggers and recompute the chain of
hashes; who must exclude that keeps the chain's head, which
``zjtx verify`` prints, elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple, Self, TypeVar

from sqlalchemy import (
    DDL,
    Column,
    Connection,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError

from pipeline.errors import SettingsError, ZjtxError

GENESIS = "0" * 64
"""What the first row of the audit log names as its predecessor."""

_KEYS_AT_ONCE = 500
_ATTEMPTS = 10

T = TypeVar("T")

_metadata = MetaData()

_results = Table(
    "results",
    _metadata,
    Column("key", String(64), primary_key=True),
    Column("stage", String(32), nullable=False, index=True),
    Column("unit", Text, nullable=False),
    Column("status", String(8), nullable=False),
    Column("result", LargeBinary, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("created", String(32), nullable=False),
)

_audit = Table(
    "audit",
    _metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False),
)

for _verb in ("UPDATE", "DELETE"):
    event.listen(
        _audit,
        "after_create",
        DDL(  # type: ignore[no-untyped-call]
            f"CREATE TRIGGER audit_no_{_verb.lower()} BEFORE {_verb} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        ).execute_if(dialect="sqlite"),
    )
event.listen(
    _audit,
    "after_create",
    DDL(  # type: ignore[no-untyped-call]
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$; "
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
    ).execute_if(dialect="postgresql"),
)


class LedgerError(ZjtxError):
    """The ledger cannot be opened or read."""


class Status(StrEnum):
    """How a unit of work ended."""

    DONE = "done"
    FAILED = "failed"


class Entry(NamedTuple):
    """One unit of work, done or failed."""

    key: str
    stage: str
    unit: str
    """What the unit is, without personal data: a file's hash and page, an application's id."""
    status: Status
    result: bytes
    """JSON of the stage's record."""
    seconds: float = 0.0


class AuditRow(NamedTuple):
    """One line of the audit log."""

    number: int
    at: str
    kind: str
    detail: dict[str, Any]
    hash: str


def make_key(
    stage: str, version: str, settings: Mapping[str, object], inputs: Sequence[str]
) -> str:
    """The key of a unit of work.

    Args:
        stage: Name of the stage.
        version: Of the stage; changes whenever it could answer differently.
        settings: Those that matter to the stage; JSON values; their order does not matter.
        inputs: Hashes of what goes in; their order matters.

    Returns:
        64 hexadecimal digits.
    """
    text = json.dumps(
        [stage, version, dict(settings), list(inputs)],
        ensure_ascii=True,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    )
    return hashlib.sha256(text.encode()).hexdigest()


class Ledger:
    """The open ledger; a context manager.

    Args:
        where: A file for SQLite, made where there is none, or a database URL.

    Raises:
        SettingsError: The URL is not one.
        LedgerError: The database cannot be opened, or is damaged.
    """

    def __init__(self, where: Path | str) -> None:
        if isinstance(where, Path):
            where.parent.mkdir(parents=True, exist_ok=True)
            url = f"sqlite:///{where}"
        else:
            url = where
        try:
            self.name = make_url(url).render_as_string(hide_password=True)
            self._engine = create_engine(url)
        except (ArgumentError, ImportError) as error:
            raise SettingsError(
                f"ledger: {type(error).__name__}: not a usable database URL",
                "Set ledger to a URL such as postgresql+psycopg://host/zjtx, "
                "with the driver installed, or leave it out for SQLite.",
            ) from error
        if self._engine.dialect.name == "sqlite":
            _tune_sqlite(self._engine)
        with self._errors():
            _metadata.create_all(self._engine)

    def __enter__(self) -> Self:
        """The ledger itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close every connection."""
        self.close()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()

    def get_many(self, keys: Iterable[str]) -> dict[str, Entry]:
        """The entries that the ledger has of these keys, done or failed.

        An entry whose stored result is damaged counts as not there.
        """
        wanted = sorted(set(keys))
        found: dict[str, Entry] = {}
        with self._errors(), self._engine.connect() as connection:
            for start in range(0, len(wanted), _KEYS_AT_ONCE):
                some = wanted[start : start + _KEYS_AT_ONCE]
                for row in connection.execute(select(_results).where(_results.c.key.in_(some))):
                    try:
                        result = zlib.decompress(row.result)
                    except zlib.error:
                        continue
                    found[row.key] = Entry(
                        row.key, row.stage, row.unit, Status(row.status), result, row.seconds
                    )
        return found

    def latest(self, stage: str, units: Iterable[str]) -> dict[str, Entry]:
        """The newest finished entry of each unit of a stage, whatever version it was done with."""
        wanted = sorted(set(units))
        newest: dict[str, tuple[str, str]] = {}
        columns = select(_results.c.key, _results.c.unit, _results.c.created)
        done = columns.where(_results.c.stage == stage, _results.c.status == Status.DONE.value)
        with self._errors(), self._engine.connect() as connection:
            for start in range(0, len(wanted), _KEYS_AT_ONCE):
                some = wanted[start : start + _KEYS_AT_ONCE]
                for row in connection.execute(done.where(_results.c.unit.in_(some))):
                    newest[row.unit] = max(newest.get(row.unit, ("", "")), (row.created, row.key))
        found = self.get_many(key for _, key in newest.values())
        return {unit: found[key] for unit, (_, key) in newest.items() if key in found}

    def put(self, entries: Iterable[Entry]) -> None:
        """Write entries in one transaction: all or none; an entry of the same key is replaced."""
        rows = {
            entry.key: {
                **entry._asdict(),
                "status": entry.status.value,
                "result": zlib.compress(entry.result, 6),
                "created": _now(),
            }
            for entry in entries
        }
        if not rows:
            return
        keys = sorted(rows)

        def write(connection: Connection) -> None:
            for start in range(0, len(keys), _KEYS_AT_ONCE):
                some = keys[start : start + _KEYS_AT_ONCE]
                connection.execute(delete(_results).where(_results.c.key.in_(some)))
                connection.execute(insert(_results), [rows[key] for key in some])

        self._write(write)

    def count(self, stage: str) -> int:
        """How many entries a stage has."""
        with self._errors(), self._engine.connect() as connection:
            query = select(func.count()).select_from(_results).where(_results.c.stage == stage)
            return int(connection.execute(query).scalar_one())

    def note(self, kind: str, detail: Mapping[str, object]) -> str:
        """Append a row to the audit log.

        Args:
            kind: What happened: ``run``, ``correction`` …
            detail: JSON values; of a correction what the person wrote, else no personal data.

        Returns:
            The row's hash, which is the head of the chain now.
        """
        text = json.dumps(detail, ensure_ascii=False, sort_keys=True)

        def write(connection: Connection) -> str:
            query = select(_audit.c.number, _audit.c.hash)
            last = connection.execute(query.order_by(_audit.c.number.desc()).limit(1)).first()
            number, previous = (last.number + 1, last.hash) if last else (1, GENESIS)
            at = _now()
            digest = _chain(previous, number, at, kind, text)
            values = {
                "number": number,
                "at": at,
                "kind": kind,
                "detail": text,
                "previous": previous,
                "hash": digest,
            }
            connection.execute(insert(_audit), [values])
            return digest

        return self._write(write)

    def audit(self, kind: str = "") -> list[AuditRow]:
        """The audit log, oldest row first; only rows of one kind where it is given."""
        query = select(_audit).order_by(_audit.c.number)
        if kind:
            query = query.where(_audit.c.kind == kind)
        with self._errors(), self._engine.connect() as connection:
            return [
                AuditRow(row.number, row.at, row.kind, json.loads(row.detail), row.hash)
                for row in connection.execute(query)
            ]

    def broken_links(self) -> list[int]:
        """Numbers of the audit rows that do not follow from the row before; none when whole."""
        previous, expected, broken = GENESIS, 1, []
        with self._errors(), self._engine.connect() as connection:
            for row in connection.execute(select(_audit).order_by(_audit.c.number)):
                digest = _chain(row.previous, row.number, row.at, row.kind, row.detail)
                if (row.number, row.previous, row.hash) != (expected, previous, digest):
                    broken.append(row.number)
                previous, expected = row.hash, row.number + 1
        return broken

    def _write(self, work: Callable[[Connection], T]) -> T:
        """Do all of the work in one transaction.

        Where another process wrote the same row first the database refuses, and the work is
        done again on what is there now.
        """
        refused: IntegrityError
        for _ in range(_ATTEMPTS):
            connection = self._engine.connect().execution_options(zjtx_writes=True)
            try:
                with self._errors(), connection, connection.begin():
                    return work(connection)
            except IntegrityError as error:
                refused = error
        raise LedgerError(
            f"ledger {self.name}: {refused.orig}", "Run again; if it stays so, report it."
        )

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError:
            raise
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            raise LedgerError(
                f"ledger {self.name}: {type(cause).__name__}: {cause}",
                "Check that the folder can be written and the disk is not full; a damaged "
                "ledger can be moved away: the next run reads the pages anew, but corrections by "
                "hand are kept in it alone, so put back a copy that has them.",
            ) from error


def _tune_sqlite(engine: Engine) -> None:
    """Write-ahead log, patience with other processes, and write locks taken at the start."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below
        connection.execute("PRAGMA busy_timeout = 30000")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("zjtx_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _chain(previous: str, number: int, at: str, kind: str, detail: str) -> str:
    text = json.dumps([previous, number, at, kind, detail], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
