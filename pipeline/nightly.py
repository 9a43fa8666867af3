"""The night job: every box that is new or changed goes through once.

It may be started twice at a time (the second one leaves), or again after a crash.  A box in
which files are still arriving is left for the next night.  One bad box stops no other.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.batch import open_ledger, run_batch
from pipeline.corrections import AUDIT_KIND
from pipeline.errors import ExitCode, NothingToDoError, ZjtxError
from pipeline.folders import entries_under
from pipeline.ledger import Entry, Ledger, Status, make_key
from pipeline.plan import WORK_FOLDER, Order, Stages, check_inboxes, check_tables
from pipeline.programme import Programme
from pipeline.progress import Progress
from pipeline.publish import only_one, sha256_of
from pipeline.settings import Settings
from pipeline.versions import stage_version
from pipeline.workers import describe

NOTE = "nightly.json"
"""In the folder of the results: what the last night did."""

_log = logging.getLogger("zjtx")


@dataclass(frozen=True)
class BoxOfNight:
    """What became of one box."""

    name: str
    state: str
    """``done``, ``known`` from an earlier night, ``unsettled`` or ``failed``."""
    word: str
    """For a clerk."""
    set_aside: bool = False


@dataclass(frozen=True)
class Night:
    """What became of all boxes."""

    boxes: tuple[BoxOfNight, ...]

    def note(self, at: datetime) -> str:
        """What a monitor reads in the morning, as JSON: no names but those of boxes."""
        facts = {
            "at": at.isoformat(timespec="seconds"),
            "exit_code": int(self.exit_code),
            "boxes": [asdict(box) for box in self.boxes],
        }
        return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"

    @property
    def exit_code(self) -> ExitCode:
        """0 when all is well or there was nothing to do, 3 when no box went through, else 1."""
        states = {box.state for box in self.boxes}
        if "failed" in states and not states & {"done", "known"}:
            return ExitCode.NOTHING_PROCESSED
        if "failed" in states or any(box.set_aside for box in self.boxes):
            return ExitCode.SET_ASIDE
        return ExitCode.DONE


def run_nightly(
    inboxes: Sequence[Path],
    settings: Settings,
    programme: Programme,
    *,
    registrations: Path | None = None,
    titles: Path | None = None,
    returned: Path | None = None,
    progress: Progress | None = None,
    stages: Stages | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Night:
    """Put every box in the inboxes through that is new, changed or failed before.

    Args:
        inboxes: Folders whose folders are boxes.
        settings: As for a run; each box's results go to a folder of ``outputs``.
        programme: The programme pack.
        registrations: For all boxes; each box's own where there is none.
        titles: The same for titles.
        returned: Folder of tables that offices and experts returned, for all boxes.
        progress: Who is told how far it is.
        stages: Other functions for the stages.
        sleep: Waits so many seconds.

    Raises:
        InputError: A path is missing, or an inbox and the outputs lie in each other.
        BusyError: Another night job is at work on the same outputs.
    """
    check_inboxes(inboxes, settings.outputs)
    check_tables(registrations, titles, returned)
    work_folder = settings.outputs.absolute() / WORK_FOLDER
    boxes = _named(inboxes, settings.outputs)
    with only_one("nightly", work_folder), open_ledger(settings, work_folder) as ledger:
        before = {box: snapshot(box) for box in boxes}
        keys = {
            box: make_key(
                "nightly",
                stage_version("write"),
                {"out": str(out.absolute())},
                [
                    programme.hash,
                    seen,
                    *(_hash(table) for table in (registrations, titles, settings.template)),
                    snapshot(returned) if returned is not None else "",
                    # A correction may be of any box; those that it is not of end at once.
                    *(row.hash for row in ledger.audit(AUDIT_KIND)[-1:]),
                ],
            )
            for (box, out), seen in zip(boxes.items(), before.values(), strict=True)
        }
        known = ledger.get_many(keys.values())
        fresh = [box for box in boxes if not _is_done(known.get(keys[box]))]
        if fresh and settings.stability_seconds:
            sleep(settings.stability_seconds)
        night = []
        for box, out in boxes.items():
            if box not in fresh:
                night.append(BoxOfNight(out.name, "known", "此前已处理"))
            elif snapshot(box) != before[box]:
                night.append(BoxOfNight(out.name, "unsettled", "文件仍在变化，下次再处理"))
            else:
                order = Order((box,), out, registrations, titles, returned)
                night.append(_one(order, settings, programme, progress, stages, ledger, keys[box]))
        done = Night(tuple(night))
        _leave_note(done, settings.outputs)
        return done


def _leave_note(night: Night, outputs: Path) -> None:
    """Put the note into place whole, so that nobody reads half of one."""
    aside = outputs / WORK_FOLDER / NOTE
    aside.write_text(night.note(datetime.now(UTC)), encoding="utf-8")
    aside.replace(outputs / NOTE)


def snapshot(box: Path) -> str:
    """What can be told of a box without reading it: changes whenever a file does."""
    lines = []
    for path in entries_under(box):
        try:
            state = path.lstat()
        except OSError:
            lines.append(f"{path!r} gone")
        else:
            lines.append(f"{path!r} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode("utf-8", "surrogateescape")).hexdigest()


def _one(
    order: Order,
    settings: Settings,
    programme: Programme,
    progress: Progress | None,
    stages: Stages | None,
    ledger: Ledger,
    key: str,
) -> BoxOfNight:
    name = order.out.name
    try:
        outcome = run_batch(order, settings, programme, progress=progress, stages=stages)
    except NothingToDoError as error:
        ledger.put([Entry(key, "nightly", name, Status.DONE, b"{}")])
        return BoxOfNight(name, "failed", f"没有可处理的文件（{error.message}）")
    except ZjtxError as error:
        return BoxOfNight(name, "failed", error.message)
    except OSError as error:  # its file may be named after an enterprise: left out
        reason = error.strerror or type(error).__name__
        return BoxOfNight(name, "failed", f"无法读写（{reason}），请检查权限和磁盘空间")
    except Exception as error:  # one bad box stops no other
        _log.error("nightly %s: %s", name, describe(error))
        return BoxOfNight(name, "failed", f"程序出错（{describe(error)}），请联系技术人员")
    ledger.put([Entry(key, "nightly", name, Status.DONE, b"{}")])
    note = outcome.note
    word = f"{note.applications} 项申报"
    if not outcome.all_read:
        word += f"，{note.set_aside} 件文件搁置，{note.unread_pages} 页未能识别"
    return BoxOfNight(name, "done", f"{word}，结果在 {order.out}", not outcome.all_read)


def _named(inboxes: Sequence[Path], outputs: Path) -> dict[Path, Path]:
    """The boxes, each with the folder of its results; boxes of one name get numbers."""
    named: dict[Path, Path] = {}
    used: set[str] = set()
    for inbox in inboxes:
        for box in sorted(inbox.iterdir()):
            if not box.is_dir() or box.is_symlink() or box.name.startswith("."):
                continue
            name, number = box.name, 1
            while name in used:
                number += 1
                name = f"{box.name}-{number}"
            used.add(name)
            named[box] = outputs / name
    return named


def _is_done(entry: Entry | None) -> bool:
    return entry is not None and entry.status is Status.DONE


def _hash(table: Path | None) -> str:
    return sha256_of(table) if table is not None else ""
