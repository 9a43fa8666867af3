"""Stages without a model, for tests of everything around them; picklable by name.

What a page "reads" follows from its file's hash and its number.  Saboteurs act on scans whose
pages are of a certain width.
"""

from __future__ import annotations

import functools
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from extractors.page import Line, PagePreparation, PageView, Quality, TextSource
from pipeline.plan import Stages
from pipeline.records import (
    Application,
    ApplicationResult,
    ApplicationState,
    Decision,
    Document,
    Extraction,
    Judgement,
    Match,
    Medium,
    PageRef,
    ReadPage,
    Registration,
    Sorting,
    Unassigned,
    Volume,
)

KILLS, HANGS, RAISES, GARBAGE, REWRITES = 350, 370, 390, 410, 430
"""Widths of the scans that a saboteur acts on."""

_LONG_AGO = 1_000_000_000
"""A file of before is not rewritten any more."""


def make_engine() -> str:
    return "engine"


def prepare(source, page):
    width = 300
    if source.media_type == "image/jpeg":
        with Image.open(source.path) as picture:
            width = picture.width
    return PagePreparation(
        width=width,
        height=420,
        dpi=200,
        rotation=0,
        skew=0.0,
        blank=False,
        blank_confidence=1.0,
        colour=False,
        quality=Quality.GOOD,
    )


def read(journal, seconds, source, page, preparation, engine):
    assert engine == "engine"
    with Path(journal).open("a") as file:  # appended in one write, by any process
        file.write(f"{source.sha256[:16]}#{page}\n")
    time.sleep(seconds)
    if preparation.width == KILLS:
        os.kill(os.getpid(), signal.SIGKILL)
    if preparation.width == HANGS:
        time.sleep(600)
    if preparation.width == RAISES:
        raise ValueError("a name from the page: 张三")
    if preparation.width == GARBAGE:
        return "garbage"
    if preparation.width == REWRITES and Path(source.path).stat().st_mtime > _LONG_AGO:
        with Path(source.path).open("ab") as file:
            file.write(b"more")
    text = f"{source.sha256[:12]} {page}"
    quad = (10.0, 10.0, 90.0, 10.0, 90.0, 30.0, 10.0, 30.0)
    view = PageView(
        preparation=preparation,
        text_source=TextSource.OCR,
        lines=(Line(text=text, quad=quad, confidence=0.9, engine="fake"),),
    )
    return ReadPage(ref=PageRef(file=source.file, page=page), sha256=source.sha256, view=view)


def sort(pages, files, programme):
    """An application for each file; pages that were not read are unsorted."""
    applications, unsorted = [], []
    for source in files:
        own = [page.ref for page in pages if page.ref.file == source.file and page.view]
        lost = [page.ref for page in pages if page.ref.file == source.file and not page.view]
        unsorted += [
            Document(document_id=f"u{len(unsorted)}", type="other", pages=(ref,), confidence=0)
            for ref in lost
        ]
        if own:
            document = Document(
                document_id="d1", type="application_form", pages=tuple(own), confidence=1
            )
            volume = Volume(volume_id="v1", medium=Medium.PAPER, number=1, documents=(document,))
            applications.append(
                Application(
                    application_id=f"a{len(applications) + 1:03}",
                    tier="sme",
                    enterprise_name="大连示例有限公司",
                    uscc="",
                    volumes=(volume,),
                )
            )
    return Sorting(applications=tuple(applications), unsorted=tuple(unsorted))


def extract(application, pages, programme):
    lines = [(ref, line) for ref, page in pages.items() for line in page.view.lines]
    return Extraction(
        application_id=application.application_id,
        fields=(),
        seals=(),
        unassigned=tuple(
            Unassigned(ref=ref, text=line.text, box=line.box, looks_like_value=False)
            for ref, line in lines
        ),
        lines_total=len(lines),
        lines_in_fields=0,
        lines_in_cells=0,
        lines_in_body=0,
    )


def match(application, extraction, index):
    return Match(
        application_id=application.application_id, decision=Decision.REJECTED, candidates=()
    )


def check(application, extraction, context):
    return Judgement(application_id=application.application_id, findings=(), results=())


def compare(application, extraction, registration, programme, provisional):
    return ()


def recommend(application, extraction, match, judgement, differences, registration, programme):
    return ApplicationResult(
        application=application,
        extraction=extraction,
        match=match,
        judgement=judgement,
        differences=differences,
        district="",
        state=ApplicationState.REVIEW,
    )


def write(run, programme, folder):
    """Everything that does not depend on the clock, and a ``run.json`` with what does."""
    still = run.model_copy(update={"timings": (), "started": EPOCH, "finished": EPOCH})
    files = tuple(source.model_copy(update={"path": ""}) for source in run.files)
    still = still.model_copy(update={"files": files, "settings": ()})
    (folder / "results.json").write_text(still.model_dump_json(), encoding="utf-8")
    (folder / "run.json").write_text(run.model_dump_json(), encoding="utf-8")


def read_registrations(path, programme):
    return tuple(
        Registration(registration_id=line, enterprise_name=line)
        for line in path.read_text(encoding="utf-8").split()
    )


def make_stages(journal: Path, seconds: float = 0.0) -> Stages:
    from pipeline.registry import read_titles

    return Stages(
        make_engine=make_engine,
        prepare=prepare,
        read=functools.partial(read, str(journal), seconds),
        sort=sort,
        extract=extract,
        make_index=tuple,
        match=match,
        check=check,
        compare=compare,
        recommend=recommend,
        write=write,
        read_registrations=read_registrations,
        read_titles=read_titles,
    )


EPOCH = datetime(2021, 6, 1, tzinfo=UTC)


def recommend_all(*arguments):
    return recommend(*arguments).model_copy(update={"state": ApplicationState.RECOMMENDED})


def break_down(*_):
    raise RuntimeError("broken")


def sort_badly(pages, files, programme):
    """The first page twice, the last one nowhere."""
    good = sort(pages, files, programme)
    first = good.applications[0].volumes[0].documents[0]
    return good.model_copy(
        update={
            "applications": good.applications[:-1],
            "unsorted": (*good.unsorted, first.model_copy(update={"document_id": "again"})),
        }
    )
