"""The ``zjtx`` command.

Modules are imported where they are used: ``zjtx --help`` and a run with nothing to do shall
not wait for a model's libraries.
"""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import ExitCode, InputError, ZjtxError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.programme import Programme
    from pipeline.progress import Progress
    from pipeline.settings import Settings

app = typer.Typer(
    help="From a scanned box of applications to a recommendation table.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
programme_app = typer.Typer(help="Programme packs.", no_args_is_help=True)
app.add_typer(programme_app, name="programme")

Registrations = Annotated[
    Path | None, typer.Option(help="Export of the online platform, .xlsx or .csv.")
]
Titles = Annotated[Path | None, typer.Option(help="List of titles in force, .xlsx or .csv.")]
Returned = Annotated[
    Path | None,
    typer.Option(help="Folder of tables that offices and experts returned.", metavar="DIR"),
]
ProgrammeName = Annotated[
    str | None, typer.Option("--programme", help="Id of a programme pack, or a pack's folder.")
]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; one per core if not given.")]
OutFolder = Annotated[Path, typer.Argument(help="Folder of results.", metavar="OUT")]


@app.command()
def run(
    boxes: Annotated[list[Path], typer.Argument(help="Folders of scans.", metavar="BOX…")],
    registrations: Registrations = None,
    titles: Titles = None,
    returned: Returned = None,
    programme: ProgrammeName = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the results go; outputs/<box> if not given.")
    ] = None,
    workers: Workers = None,
) -> None:
    """Put boxes through all stages and write the tables."""
    from pipeline.plan import Order
    from pipeline.settings import load_settings

    settings = load_settings(programme=programme, workers=workers)
    order = Order(
        boxes=tuple(boxes),
        out=out or settings.outputs / (boxes[0].resolve().name or "box"),
        registrations=registrations,
        titles=titles,
        returned=returned,
    )
    order.check()
    pack = _programme(settings)
    from pipeline.batch import run_batch
    from pipeline.logs import log_to
    from pipeline.summary import outcome_summary

    with log_to(order.work_folder), _progress() as progress:
        outcome = run_batch(order, settings, pack, progress=progress)
    typer.echo(outcome_summary(outcome, pack))
    raise typer.Exit(ExitCode.DONE if outcome.all_read else ExitCode.SET_ASIDE)


@app.command()
def nightly(
    inboxes: Annotated[list[Path], typer.Argument(help="Folders that boxes arrive in.")],
    registrations: Registrations = None,
    titles: Titles = None,
    returned: Returned = None,
    programme: ProgrammeName = None,
    out: Annotated[
        Path | None, typer.Option(help="Where each box's results go; outputs if not given.")
    ] = None,
    workers: Workers = None,
) -> None:
    """Put every new or changed box through, once; safe to start twice."""
    from pipeline.plan import WORK_FOLDER, check_inboxes, check_tables
    from pipeline.settings import load_settings

    settings = load_settings(programme=programme, workers=workers, outputs=out)
    check_inboxes(inboxes, settings.outputs)
    check_tables(registrations, titles, returned)
    pack = _programme(settings)
    from pipeline.logs import log_to
    from pipeline.nightly import run_nightly
    from pipeline.summary import night_summary

    with log_to(settings.outputs / WORK_FOLDER), _progress() as progress:
        night = run_nightly(
            tuple(inboxes),
            settings,
            pack,
            registrations=registrations,
            titles=titles,
            returned=returned,
            progress=progress,
        )
    typer.echo(night_summary(night))
    raise typer.Exit(night.exit_code)


@app.command()
def compare(
    out: OutFolder,
    application: Annotated[
        str, typer.Option(help="Id of one application; all of them if not given.", metavar="ID")
    ] = "",
    page: Annotated[
        Path | None,
        typer.Option(help="HTML file with crops; OUT-compare.html if not given.", metavar="FILE"),
    ] = None,
    programme: ProgrammeName = None,
) -> None:
    """Show the differences between paper, electronic copy and online record."""
    from pipeline.comparison.command import write_comparison
    from pipeline.settings import load_settings

    settings = load_settings(programme=programme)
    pack = _programme_of(out, settings)
    typer.echo(write_comparison(out, settings, pack, application=application, page=page))


@app.command()
def correct(
    out: OutFolder,
    table: Annotated[
        Path, typer.Argument(help="The sheet 待核对 filled in: .xlsx or .csv.", metavar="TABLE")
    ],
    by: Annotated[str, typer.Option(help="Who checked, for rows that do not say.")] = "",
    programme: ProgrammeName = None,
) -> None:
    """Note values that a person checked; the next run lays them over what it read."""
    from pipeline.correct import take_checked
    from pipeline.settings import load_settings

    settings = load_settings(programme=programme)
    checked = take_checked(out, table, settings, _programme_of(out, settings), by)
    typer.echo(str(checked))
    if checked.refused:
        taken = checked.taken or checked.already
        raise typer.Exit(ExitCode.SET_ASIDE if taken else ExitCode.NOTHING_PROCESSED)


@app.command()
def verify(out: OutFolder) -> None:
    """Prove anew that originals, results and audit log are what they were."""
    from pipeline.settings import load_settings
    from pipeline.verify import verify_results

    report = verify_results(out, load_settings())
    typer.echo(str(report))
    if report.damage:
        raise typer.Exit(ExitCode.DAMAGE)


@app.command()
def status(out: OutFolder, programme: ProgrammeName = None) -> None:
    """Show counts, quotas, and what failed and why."""
    from pipeline.settings import load_settings
    from pipeline.summary import status_summary

    typer.echo(status_summary(out, _programme_of(out, load_settings(programme=programme))))


@app.command()
def score(
    out: OutFolder,
    truth: Annotated[Path, typer.Option(help="The truth.json of the box's generator.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    page: Annotated[
        Path | None, typer.Option(help="HTML file with curves and crops.", metavar="FILE")
    ] = None,
    programme: ProgrammeName = None,
) -> None:
    """Measure results against the truth of a generated box."""
    from pipeline.score import score as measure
    from pipeline.score import summary
    from pipeline.score_page import write_score_page
    from pipeline.settings import load_settings

    result = measure(out, truth)
    typer.echo(result.model_dump_json(indent=2) if as_json else summary(result))
    if page is not None:
        settings = load_settings(programme=programme)
        pack = _programme_of(out, settings)
        typer.echo(write_score_page(result, out, page, settings, pack), err=as_json)


@app.command()
def match(
    queries: Annotated[Path, typer.Argument(help="Enterprises to find: .csv, .xlsx or -.")],
    registrations: Annotated[Path, typer.Argument(help="Register to find them in.")],
    out: Annotated[Path, typer.Option(help="CSV file for the result.", metavar="FILE")],
    workers: Workers = None,
    report: Annotated[
        Path | None, typer.Option(help="CSV file for all that is not one to one.", metavar="FILE")
    ] = None,
) -> None:
    """Find enterprises in a register of any size, and say how sure each find is."""
    inputs = {queries.resolve(), registrations.resolve()}
    written = [path.resolve() for path in (out, report) if path is not None]
    for path in written:
        if path in inputs:
            raise InputError(f"{path}: is read and would be overwritten", "Name another file.")
    if len(set(written)) < len(written):
        raise InputError(f"{out}: named for the result and the report", "Name two files.")
    from pipeline.matching import match_tables
    from pipeline.settings import load_settings

    count = load_settings(workers=workers).worker_count
    typer.echo(match_tables(queries, registrations, out, workers=count, report=report))


@programme_app.command("check")
def check_programme(
    pack: Annotated[Path, typer.Argument(help="Folder of a programme pack.", metavar="DIR")],
) -> None:
    """Check a pack and name every mistake in it at once."""
    from pipeline.packs.proof import check_report

    if not pack.is_dir():
        raise InputError(f"{pack}: no such folder", "Give the folder of a programme pack.")
    good, report = check_report(pack)
    typer.echo(report, err=not good)
    if not good:
        raise typer.Exit(ExitCode.BAD_ARGUMENTS)


@programme_app.command("rules")
def programme_rules(
    packs: Annotated[list[Path], typer.Argument(help="Folders of packs.", metavar="DIR...")],
) -> None:
    """Print the rules of packs as Markdown, with examples that the rules answer."""
    from pipeline.packs.rulebook import rulebook

    typer.echo(rulebook(packs), nl=False)


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="A PDF, TIFF, JPEG, PNG or .docx.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    draw: Annotated[
        Path | None, typer.Option(help="Folder for a picture of each page.", metavar="DIR")
    ] = None,
    page: Annotated[
        int | None, typer.Option(min=1, help="This page only, counted from 1.", metavar="N")
    ] = None,
) -> None:
    """Show what is seen on any page, known form or not."""
    from pipeline.settings import load_settings
    from pipeline.stages.intake import survey_one
    from pipeline.summary import pages_text

    if not file.exists():
        raise InputError(f"{file}: no such file", "Give a PDF, TIFF, JPEG, PNG or .docx.")
    if not file.is_file():
        raise InputError(f"{file}: is not a file", "Give a PDF, TIFF, JPEG, PNG or .docx.")
    if draw is not None and draw.exists() and not draw.is_dir():
        raise InputError(f"{draw}: is a file", "Name a folder for the pictures.")
    from pipeline.arrivals import limits_of

    settings = load_settings()
    source = survey_one(file, limits_of(settings))
    if not source.pages:
        raise UnreadableError(f"{file}: {source.category}", source.advice)
    if page is not None and page > source.pages:
        raise InputError(f"{file}: has no page {page}", f"It has {source.pages}.")
    from extractors.ocr.engines import shared_engine
    from pipeline.inspection import inspect_pages

    pages = inspect_pages(source, engine=shared_engine(settings.engine), draw_to=draw, only=page)
    if as_json:
        typer.echo(json.dumps({"file": file.name, "pages": pages}, ensure_ascii=False, indent=1))
    else:
        typer.echo(pages_text(pages))
    failed = sum("error" in page for page in pages)
    if failed == len(pages):
        raise typer.Exit(ExitCode.NOTHING_PROCESSED)
    if failed:
        raise typer.Exit(ExitCode.SET_ASIDE)


class UnreadableError(ZjtxError):
    """The one file given cannot be read."""

    exit_code = ExitCode.NOTHING_PROCESSED


def main(arguments: list[str] | None = None) -> None:
    """Run the command; every error ends in a few lines and its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app(arguments, prog_name="zjtx")
    except ZjtxError as error:
        _say(error.message, error.advice)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _stopped()
        raise SystemExit(_INTERRUPTED) from None
    except SystemExit as ending:  # what typer makes of Ctrl-C, without a word
        if ending.code == _INTERRUPTED:
            _stopped()
        raise
    except OSError as error:
        _say(str(error), "Check the path, permissions and free space, then run again.")
        sys.exit(ExitCode.BAD_ARGUMENTS)


_INTERRUPTED = 130


def _stopped() -> None:
    _say("stopped", "Give the same command again; a run carries on where it was.")


def _say(message: str, advice: str) -> None:
    """An error and what to do, each line made safe for a terminal."""
    first, *more = message.split("\n")
    typer.echo(f"zjtx: {_escaped(first)}", err=True)
    for line in (*more, *filter(None, (advice,))):
        typer.echo(f"      {_escaped(line)}", err=True)


def _programme(settings: Settings) -> Programme:
    from pipeline.programme import find_programme, load_programme

    return load_programme(find_programme(settings.programme))


def _programme_of(out: Path, settings: Settings) -> Programme:
    """The pack that results were made with: it need not be one that comes with zjtx."""
    from pipeline.errors import ProgrammeError
    from pipeline.programme import find_programme, load_programme
    from pipeline.summary import run_facts

    facts = run_facts(out)
    wanted, found = facts["programme"], []
    for name in (settings.programme, facts["settings"].get("programme", ""), wanted["id"]):
        try:
            folder = find_programme(name)
        except ProgrammeError:
            continue
        if (pack := load_programme(folder)).id == wanted["id"]:
            found.append(pack)
    if found:  # two packs may have one id, where a bureau edited a copy
        return next((pack for pack in found if pack.hash == wanted["hash"]), found[0])
    raise ProgrammeError(
        f"{out}: the programme pack {wanted['id']!r} that it was made with is not found",
        "Name the pack's folder with --programme.",
    )


@contextmanager
def _progress() -> Iterator[Progress]:
    from pipeline.progress import Bars, Lines

    if sys.stderr.isatty():
        with Bars() as bars:
            yield bars
    else:
        yield Lines()


def _escaped(text: str) -> str:
    """The text with nothing that could move a cursor."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


if __name__ == "__main__":
    main()
