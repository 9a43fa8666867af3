"""``recommendations.xlsx``: the annex tables that go out, and the sheets that stay inside."""

from __future__ import annotations

import io
from pathlib import Path

from openpyxl import Workbook

from pipeline.programme import Programme
from pipeline.records import RunResult
from pipeline.results.package import with_fixed_times
from pipeline.results.workbook.annexes import add_annexes
from pipeline.results.workbook.cells import register_looks
from pipeline.results.workbook.explanation import add_explanation
from pipeline.results.workbook.findings import add_findings
from pipeline.results.workbook.matching import (
    add_cases,
    add_differences,
    add_matches,
    add_without_paper,
)
from pipeline.results.workbook.overview import add_districts, add_progress
from pipeline.results.workbook.provenance import add_provenance
from pipeline.results.workbook.review import add_review


def write_workbook(run: RunResult, programme: Programme, path: Path) -> None:
    """Write the workbook; the same run gives the same bytes."""
    workbook = Workbook()
    del workbook[workbook.sheetnames[0]]
    register_looks(workbook)
    add_annexes(workbook, run, programme)
    add_districts(workbook, run, programme)
    add_findings(workbook, run, programme)
    add_review(workbook, run, programme)
    add_matches(workbook, run, programme)
    add_cases(workbook, run, programme)
    add_without_paper(workbook, run, programme)
    add_differences(workbook, run, programme)
    add_progress(workbook, run, programme)
    add_provenance(workbook, run, programme)
    add_explanation(workbook, run, programme)
    workbook.properties.creator = "zjtx"
    workbook.properties.title = f"{programme.year}年推荐汇总"
    stream = io.BytesIO()
    workbook.save(stream)
    path.write_bytes(with_fixed_times(stream.getvalue()))
