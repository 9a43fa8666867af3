"""``zjtx verify``: originals, results and audit log, proved anew."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pipeline.batch import RunNote, ledger_of
from pipeline.errors import InputError
from pipeline.publish import damage, files_under, sha256_of
from pipeline.settings import Settings


@dataclass(frozen=True)
class Verification:
    """What was proved, and what is damaged."""

    originals: int
    results: int
    audit_rows: int
    audit_head: str
    damage: tuple[str, ...]

    def __str__(self) -> str:
        """For a clerk or an auditor."""
        lines = [
            f"原始文件 {self.originals} 件，结果文件 {self.results} 件，"
            f"审计记录 {self.audit_rows} 条（链首 {self.audit_head[:16]}）"
        ]
        if self.damage:
            lines += [f"发现 {len(self.damage)} 处异常：", *self.damage]
        else:
            lines.append("全部与登记一致。")
        return "\n".join(lines)


def verify_results(out: Path, settings: Settings) -> Verification:
    """Hold a folder of results against what the ledger noted when it was written.

    Args:
        out: The results.
        settings: Where the ledger is.

    Raises:
        InputError: The folder, or the ledger that knows it, is missing.
    """
    if not out.is_dir():
        raise InputError(f"{out}: no such folder", "Give a folder of results.")
    with ledger_of(out, settings) as ledger:
        found = [f"audit log: row {number} was changed" for number in ledger.broken_links()]
        rows = ledger.audit()
        runs = {row.detail["run"]: row for row in rows if row.kind == "run"}
        noted = {}
        for key, entry in ledger.get_many(runs).items():
            noted[key] = (RunNote.model_validate_json(entry.result), entry.result)
        lost = [key for key in runs if key not in noted]
        last = [key for key in runs if key in noted and noted[key][0].out == str(out.absolute())]
    if not last:
        found += [f"ledger: the run {key[:12]} is gone" for key in lost]
        if not found:
            raise InputError(
                f"{out}: the ledger knows no run that wrote it", "Give a folder of results."
            )
        head = rows[-1].hash if rows else ""
        return Verification(0, 0, len(rows), head, tuple(found))
    key = max(last, key=lambda key: runs[key].number)
    note, text = noted[key]
    if hashlib.sha256(text).hexdigest() != runs[key].detail["note"]:
        found.append(f"ledger: the note of run {note.run_id} was changed")
    found += [f"results: {problem}" for problem in damage(out, str(runs[key].detail["manifest"]))]
    for name, path, sha256 in note.originals:
        original = Path(path)
        if not original.is_file():
            found.append(f"original {name}: missing")
        elif sha256_of(original) != sha256:
            found.append(f"original {name}: changed since it was read")
    return Verification(
        originals=len(note.originals),
        results=len(files_under(out)),
        audit_rows=len(rows),
        audit_head=rows[-1].hash if rows else "",
        damage=tuple(found),
    )
