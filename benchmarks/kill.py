"""Kill -9 a run at random moments, run again, compare with a run that was left alone.

    python benchmarks/kill.py BOX WORK --kills 10 --seed 1

Prints the pages that were finished before each kill, how many finished pages were read again
(must be 0) and which result files differ (must be none; ``run.json``, ``report.html`` and
``manifest.json``, which state times, are left out).
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

_TIMED = {"run.json", "report.html", "manifest.json"}


def main() -> None:
    """Do it and say how it ended; exit code 1 where something was lost."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("box", type=Path)
    parser.add_argument("work", type=Path, help="folder for the results; is emptied first")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    shutil.rmtree(options.work, ignore_errors=True)
    whole, killed = options.work / "whole" / "result", options.work / "killed" / "result"

    started = time.monotonic()
    _start(options.box, whole).wait()
    seconds = time.monotonic() - started
    print(f"a run left alone: {seconds:.1f} s, {len(_files(whole))} result files compared")

    pages = len(_read_pages(whole.parent / ".zjtx" / "ledger.sqlite"))
    ledger = killed.parent / ".zjtx" / "ledger.sqlite"
    again = 0
    for kill in range(1, options.kills + 1):
        before = _read_pages(ledger)
        process = _start(options.box, killed)
        # Now and then before any page is done, else after a share of them and a moment more.
        wanted = len(before) + chance.randint(0, 2 * pages // options.kills)
        while len(_read_pages(ledger)) < min(wanted, pages) and process.poll() is None:
            time.sleep(0.05)
        time.sleep(chance.uniform(0, 2))
        ended = process.poll() is not None
        process.kill()
        process.wait()
        after = _read_pages(ledger)
        again += sum(after.get(page) != when for page, when in before.items())
        print(f"kill {kill}: {len(before)} → {len(after)} pages{', had ended' if ended else ''}")
    before = _read_pages(ledger)
    _start(options.box, killed).wait()
    after = _read_pages(ledger)
    again += sum(after.get(page) != when for page, when in before.items())
    one, two = _files(whole), _files(killed)
    differing = sorted(name for name in one.keys() | two.keys() if one.get(name) != two.get(name))
    print(f"finished pages that were read again: {again} of {len(after)}")
    print(f"result files that differ: {', '.join(differing) or 'none'}")
    sys.exit(1 if again or differing or not one else 0)


def _start(box: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pipeline.cli", "run", str(box), "--out", str(out)]
    return subprocess.Popen(
        command,
        cwd=Path(__file__).resolve().parent.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _files(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in _TIMED
    }


def _read_pages(ledger: Path) -> dict[str, str]:
    """When each page was read: the ledger's rows, which a second reading would replace."""
    if not ledger.exists():
        return {}
    connection = sqlite3.connect(ledger)
    try:
        rows = connection.execute("SELECT key, created FROM results WHERE stage = 'read'")
        return dict(rows.fetchall())
    except sqlite3.OperationalError:  # killed before the tables were made
        return {}
    finally:
        connection.close()


if __name__ == "__main__":
    main()
