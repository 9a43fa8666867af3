"""``run.json``: what was run, with what, on what, and that its account balances."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from pipeline.programme import Programme
from pipeline.records import ApplicationState, FieldState, RunResult


def write_run_json(run: RunResult, programme: Programme, path: Path) -> None:
    """Write the run's record as JSON, keys in a fixed order."""
    states = Counter(result.state for result in run.applications)
    fields = Counter(f.state for result in run.applications for f in result.extraction.fields)
    document = {
        "run_id": run.run_id,
        "programme": {
            "id": run.programme_id,
            "hash": run.programme_hash,
            "title": programme.title,
            "year": programme.year,
        },
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat(),
        "versions": dict(run.versions),
        "settings": dict(run.settings),
        "counts": run.balance.model_dump(),
        "balance_holds": run.balance.holds,
        "applications": {state.value: states[state] for state in ApplicationState},
        "fields": {state.value: fields[state] for state in FieldState},
        "registrations_unmatched": len(run.registrations_unmatched),
        "timings": [timing.model_dump() for timing in run.timings],
    }
    text = json.dumps(document, ensure_ascii=False, indent=2)
    # A lone surrogate (from a file name that is no UTF-8) cannot be written as UTF-8.
    path.write_bytes(text.encode("utf-8", "backslashreplace") + b"\n")
