"""Results are written aside and moved into place whole.

A manifest with the SHA-256 of every result file goes with them; ``zjtx verify`` holds the
folder against it, and the audit log holds the manifest's own hash.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import ZjtxError

MANIFEST = "manifest.json"


class BusyError(ZjtxError):
    """Another process is at the same work."""


def publish(write: Callable[[Path], None], out: Path, work_folder: Path) -> str:
    """Write results aside, then put them in the place of what was there before.

    Args:
        write: Writes all result files into the folder it is given.
        out: The results' folder; on the same disk as ``work_folder``.
        work_folder: Where they are written first; what an interrupted run left there for the
            same results is removed, or put back where it was all that was left of them.

    Returns:
        SHA-256 of the manifest.
    """
    aside, before = work_folder / f"new-{out.name}", work_folder / f"old-{out.name}"
    if before.exists() and not out.exists():
        before.replace(out)
    for left in (aside, before):
        if left.exists():
            shutil.rmtree(left)
    aside.mkdir(parents=True)
    try:
        text = _written(write, aside)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)  # a full disk needs the room
        raise
    out.parent.mkdir(parents=True, exist_ok=True)
    if out.exists():
        out.replace(before)
    aside.replace(out)
    if before.exists():
        shutil.rmtree(before)
    return hashlib.sha256(text.encode()).hexdigest()


def _written(write: Callable[[Path], None], aside: Path) -> str:
    """All files written and on the disk; returns the manifest, which is among them."""
    write(aside)
    manifest = {path: sha256_of(aside / path) for path in files_under(aside)}
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (aside / MANIFEST).write_text(text, encoding="utf-8")
    for path in aside.rglob("*"):
        if path.is_file():
            _flush(path)
    return text


def files_under(folder: Path) -> list[str]:
    """Paths of all files of a results' folder but the manifest, with forward slashes, sorted."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path != folder / MANIFEST
    )


def damage(out: Path, manifest_hash: str) -> list[str]:
    """What in a results' folder is not as it was written; nothing when all is.

    Args:
        out: The results' folder.
        manifest_hash: What :func:`publish` returned.
    """
    path = out / MANIFEST
    if not path.is_file():
        return [f"{MANIFEST}: missing"]
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != manifest_hash:
        return [f"{MANIFEST}: changed since it was written"]
    manifest: dict[str, str] = json.loads(content)
    found = []
    for name, expected in sorted(manifest.items()):
        file = out / name
        if not file.is_file():
            found.append(f"{name}: missing")
        elif sha256_of(file) != expected:
            found.append(f"{name}: changed since it was written")
    return found


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def only_one(name: str, work_folder: Path) -> Iterator[None]:
    """Hold a lock that ends with the process, however it ends.

    A lock of SQLite's, because that works alike on every system.

    Raises:
        BusyError: Another process holds it.
        ZjtxError: The folder cannot be written.
    """
    work_folder.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(work_folder / f"{name}.lock", timeout=0, isolation_level=None)
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise ZjtxError(
                    f"{work_folder}: {error}",
                    "Check that the folder can be written and the disk is not full.",
                ) from error
            raise BusyError(
                f"{work_folder.parent}: another process is at work there ({name})",
                "Wait until it has ended.",
            ) from error
        yield
    finally:
        connection.close()


def _flush(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())
