"""Names against a register: quality, pairs looked at, seconds and memory, beside others.

    python benchmarks/match.py --firms 10000 100000 1000000 --queries 10000 --seed 7
    python benchmarks/match.py --firms 100000 --rivals rapidfuzz splink recordlinkage

Queries are generated from a seed that nothing was tuned on (``learn_match_weights.py`` uses
101 to 103), once with witnesses (code, telephone, legal representative, district, each in some
of them) and once as names alone.  ``present`` are queries whose firm is registered, ``absent``
those of firms that are not (half of them near twins), ``removed`` the present ones against a
register without their firms.  RapidFuzz sees names only; ``times`` is what it takes for a query
by what ours takes.  Splink and recordlinkage are not dependencies: name the Python of an
environment that has them with ``--rival-python``.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from names_world import Firm, Query, World, read_brands
from rapidfuzz import fuzz, process

from extractors.enterprises.names import comparison_key
from pipeline.matching import match_tables
from pipeline.records import Decision

_WITNESSES, _NAMES = "with witnesses", "names only"
RESULT = list[tuple[str, int, str, str]]
"""Query id, rank, registration id, decision."""


def main() -> None:
    """Run, and print one JSON line for each method and size."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--firms", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--brands", type=Path, help="brand words, one a line; else invented ones")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-removed", action="store_true", help="skip the register without them")
    parser.add_argument("--rivals", nargs="*", default=["rapidfuzz"])
    parser.add_argument("--rival-queries", type=int, default=0, help="fewer queries for the rivals")
    parser.add_argument("--rival-python", type=Path, default=Path(sys.executable))
    options = parser.parse_args()
    for size in options.firms:
        world = World(options.seed, read_brands(options.brands))
        firms = list(world.registry(size))
        asked = {
            stated: list(world.queries(firms, options.queries, names_only=stated == _NAMES))
            for stated in (_WITNESSES, _NAMES)
        }
        with tempfile.TemporaryDirectory() as folder:
            _measure(size, firms, asked, Path(folder), options)


def _measure(
    size: int,
    firms: list[Firm],
    asked: dict[str, list[Query]],
    folder: Path,
    options: argparse.Namespace,
) -> None:
    table, register, out = (folder / f"{name}.csv" for name in ("asked", "firms", "out"))
    write_firms(register, firms)
    seconds = 0.0
    for stated, queries in asked.items():
        write_queries(table, queries)
        run = _alone(_ours, table, register, out, options.workers)
        seconds = run["match_s"] / len(queries)
        _say(size, f"zjtx, {stated}", run, queries)
    for rival in options.rivals:
        queries = asked[_NAMES if rival == "rapidfuzz" else _WITNESSES]
        queries = queries[: options.rival_queries or None]
        write_queries(table, queries)
        if rival == "rapidfuzz":
            run = _alone(_all_pairs, table, register, out, options.workers)
            run["times"] = round(run["match_s"] / len(queries) / max(seconds, 1e-9), 1)
        else:
            run = _foreign(rival, table, register, out, options)
        _say(size, rival, run, queries)
    if not options.no_removed:
        _measure_removed(size, firms, asked, folder, options)


def _measure_removed(
    size: int,
    firms: list[Firm],
    asked: dict[str, list[Query]],
    folder: Path,
    options: argparse.Namespace,
) -> None:
    """Ask all again for firms that the register has no more; names that others bear apart."""
    table, register, out = (folder / f"{name}.csv" for name in ("asked", "firms", "out"))
    gone = {query.truth for queries in asked.values() for query in queries if query.truth}
    left = [firm for firm in firms if firm.registration_id not in gone]
    borne = {comparison_key(name) for firm in left for name in (firm.name, *firm.former)}
    write_firms(register, left)
    every = [
        replace(query, query_id=f"{stated}:{query.query_id}")
        for stated, queries in asked.items()
        for query in queries
        if query.truth
    ]
    write_queries(table, every)
    run = _alone(_ours, table, register, out, options.workers)
    accepted = {row[0] for row in run.pop("rows") if row[3] == Decision.ACCEPTED}
    for stated in asked:
        mine = [query for query in every if query.query_id.startswith(stated)]
        wrong = [query for query in mine if query.query_id in accepted]
        exact = sum(comparison_key(query.name) in borne for query in wrong)
        said = {"removed": len(mine), "accepted": len(wrong), "by_a_name_that_is_theirs": exact}
        print(json.dumps({"firms": size, "method": f"zjtx, {stated}", **said, **run}), flush=True)


def _say(size: int, method: str, run: dict[str, Any], queries: list[Query]) -> None:
    rows = run.pop("rows", [])
    print(
        json.dumps({"firms": size, "method": method, **run, **quality(rows, queries)}), flush=True
    )


def quality(rows: RESULT, queries: list[Query]) -> dict[str, Any]:
    """Top-1 and top-5 of the present, and the three bands; shares of the queries named."""
    best: dict[str, list[tuple[str, str]]] = {}
    for query_id, _, registration, decision in sorted(rows):
        best.setdefault(query_id, []).append((registration, decision))
    count: Counter[str] = Counter()
    for query in queries:
        found = best.get(query.query_id) or [("", Decision.REJECTED.value)]
        right = [registration == query.truth for registration, _ in found]
        decision = found[0][1]
        if query.truth:
            count["present"] += 1
            count["top1"] += right[0]
            count["top5"] += any(right[:5])
            count[f"present {decision}"] += 1
            count["accepted right"] += right[0] and decision == Decision.ACCEPTED
        else:
            count["absent"] += 1
            count[f"absent {decision}"] += 1
    accepted = count["present accepted"] + count["absent accepted"]
    present, absent = max(count["present"], 1), max(count["absent"], 1)
    return {
        "present": count["present"],
        "top1": round(count["top1"] / present, 4),
        "top5": round(count["top5"] / present, 4),
        "accepted": round(count["present accepted"] / present, 4),
        "review": round(count["present review"] / present, 4),
        "rejected": round(count["present rejected"] / present, 4),
        "precision": round(count["accepted right"] / accepted, 5) if accepted else None,
        "absent": count["absent"],
        "absent_accepted": round(count["absent accepted"] / absent, 5),
    }


# --- methods ---------------------------------------------------------------------------------


def _ours(asked: Path, register: Path, out: Path, workers: int) -> dict[str, Any]:
    done = match_tables(asked, register, out, workers=workers)
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = [
            (row["query_id"], int(row["rank"]), row["registration_id"], row["decision"])
            for row in csv.DictReader(file)
        ]
    return {
        "rows": rows,
        "build_s": round(done.build_seconds, 2),
        "match_s": round(done.match_seconds, 2),
        "looked_at": done.looked_at,
    }


def _all_pairs(asked: Path, register: Path, out: Path, workers: int) -> dict[str, Any]:
    """Every query against every name and former name with ``fuzz.ratio``; accepted from 90."""
    keys, owners = [], []
    with register.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for name in (row["enterprise_name"], *filter(None, row["former_names"].split("|"))):
                keys.append(comparison_key(name))
                owners.append(row["registration_id"])
    with asked.open(encoding="utf-8") as file:
        queries = [(row["query_id"], row["enterprise_name"]) for row in csv.DictReader(file)]
    started = perf_counter()
    rows: RESULT = []
    step = max(1, 100_000_000 // len(keys))
    for first in range(0, len(queries), step):
        block = queries[first : first + step]
        scores = process.cdist(
            [comparison_key(name) for _, name in block],
            keys,
            scorer=fuzz.ratio,
            dtype=np.uint8,
            score_cutoff=50,
            workers=workers,
        )
        for (query_id, _), line in zip(block, scores, strict=True):
            top = np.argpartition(line, -5)[-5:]
            top = top[np.argsort(line[top], kind="stable")[::-1]]
            for rank, at in enumerate(top, start=1):
                decision = (
                    "accepted" if line[at] >= 90 else "review" if line[at] >= 80 else "rejected"
                )
                rows.append((query_id, rank, owners[at], decision))
    seconds = perf_counter() - started
    return {"rows": rows, "match_s": round(seconds, 2), "looked_at": len(queries) * len(keys)}


def _foreign(
    rival: str, asked: Path, register: Path, out: Path, options: argparse.Namespace
) -> dict[str, Any]:
    script = Path(__file__).with_name("match_rivals.py")
    command = [options.rival_python, script, rival, asked, register, out]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["no reason given"])[-1]}
    run: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    with out.open(encoding="utf-8", newline="") as file:
        run["rows"] = [(row[0], int(row[1]), row[2], row[3]) for row in csv.reader(file)]
    return run


def _alone(method: Any, *arguments: Any) -> dict[str, Any]:
    """The method in a process of its own, with the most memory that it and its workers held."""
    # An executor's process, unlike a pool's, may have workers of its own.
    apart = multiprocessing.get_context("spawn")
    most = 0
    with ProcessPoolExecutor(1, mp_context=apart) as executor:
        running = executor.submit(_timed, method, *arguments)
        while not wait([running], timeout=0.5).done:
            most = max(most, sum(map(_held, executor._processes)))
        run: dict[str, Any] = running.result()
    return {**run, "memory_gb": round(most / 1e6, 2)}


def _held(process_id: int) -> int:
    """Kilobytes of a process and all below it; a page that several share counts once (PSS)."""
    home = Path(f"/proc/{process_id}")
    try:
        lines = (home / "smaps_rollup").read_text().splitlines()
        below = [
            child for task in home.glob("task/*/children") for child in task.read_text().split()
        ]
    except OSError:
        return 0  # it has just ended
    own = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return own + sum(_held(int(child)) for child in below)


def _timed(method: Any, *arguments: Any) -> dict[str, Any]:
    run: dict[str, Any] = method(*arguments)
    # On a machine that others use too, seconds of processor time say more than the clock.
    own, workers = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    run["cpu_s"] = round(own.ru_utime + own.ru_stime + workers.ru_utime + workers.ru_stime, 1)
    return run


# --- tables ----------------------------------------------------------------------------------


def write_firms(path: Path, firms: list[Firm]) -> None:
    """The register as CSV with the headers of ``zjtx match``."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            (
                "registration_id",
                "enterprise_name",
                "uscc",
                "former_names",
                "phone",
                "legal_rep",
                "district",
            )
        )
        for firm in firms:
            former = "|".join(firm.former)
            known = (firm.code, former, firm.phone, firm.legal_rep, firm.district)
            writer.writerow((firm.registration_id, firm.name, *known))


def write_queries(path: Path, queries: list[Query]) -> None:
    """The queries as CSV with the headers of ``zjtx match``."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("query_id", "enterprise_name", "uscc", "phone", "district", "legal_rep"))
        for query in queries:
            said = (query.code, query.phone, query.district, query.legal_rep)
            writer.writerow((query.query_id, query.name, *said))


if __name__ == "__main__":
    main()
