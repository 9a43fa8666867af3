"""``recommendations.xlsx``: the annex tables that go out, and the sheets that stay inside."""

from __future__ import annotations

from pathlib import Path

from pipeline.programme import Programme
from pipeline.records import RunResult
from pipeline.results.workbook.annexes import add_annexes
from pipeline.results.workbook.answers import add_answers, add_scores
from pipeline.results.workbook.cells import new_workbook, save_workbook
from pipeline.results.workbook.differences import add_differences
from pipeline.results.workbook.explanation import add_explanation
from pipeline.results.workbook.findings import add_findings
from pipeline.results.workbook.flow import add_declined, add_flow
from pipeline.results.workbook.links import Links
from pipeline.results.workbook.matching import add_cases, add_matches, add_without_paper
from pipeline.results.workbook.overview import add_districts, add_progress
from pipeline.results.workbook.provenance import add_provenance
from pipeline.results.workbook.review import add_review


def write_workbook(run: RunResult, programme: Programme, path: Path) -> None:
    """Write the city's workbook; the same run gives the same bytes."""
    workbook = new_workbook(f"{programme.year}年推荐汇总")
    links = Links(run, programme)
    add_annexes(workbook, run, programme, links=links)
    add_districts(workbook, run, programme)
    add_findings(workbook, run, programme)
    add_review(workbook, run, programme)
    add_matches(workbook, run, programme)
    add_cases(workbook, run, programme)
    add_without_paper(workbook, run, programme)
    add_differences(workbook, run, programme)
    add_progress(workbook, run, programme)
    add_flow(workbook, run, programme)
    add_declined(workbook, run, programme)
    add_scores(workbook, run, programme)
    add_answers(workbook, run, programme)
    add_provenance(workbook, programme, links)
    add_explanation(workbook, run, programme)
    save_workbook(workbook, path)
