"""Everything that people and programs see of a run: one room for each kind of file."""

from __future__ import annotations

from pathlib import Path

from pipeline.programme import Programme
from pipeline.records import RunResult
from pipeline.results.districts import write_districts
from pipeline.results.notices import write_notices
from pipeline.results.report import write_report
from pipeline.results.run_json import write_run_json
from pipeline.results.tables import write_tables
from pipeline.results.template import fill_template
from pipeline.results.workbook import write_workbook


def write_results(
    run: RunResult, programme: Programme, folder: Path, template: Path | None = None
) -> None:
    """Write all result files of a run into a folder.

    The folder must exist and be empty; the caller writes aside and moves it into place whole.
    The same run gives the same bytes; only ``run.json`` and ``report.html`` state times.

    Args:
        run: The whole run.
        programme: The pack it was run with.
        folder: Where the files go.
        template: A workbook of the bureau's own; ``annexes.xlsx`` is it with our rows.

    Raises:
        InputError: The template cannot be filled.
        OSError: When the folder cannot be written.
    """
    write_tables(run, programme, folder)
    write_run_json(run, programme, folder / "run.json")
    write_workbook(run, programme, folder / "recommendations.xlsx")
    write_districts(run, programme, folder)
    if template is not None:
        fill_template(run, programme, template, folder / "annexes.xlsx")
    write_notices(run, programme, folder / "notices")
    write_report(run, programme, folder / "report.html")
