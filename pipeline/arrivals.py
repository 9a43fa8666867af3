"""What arrived: boxes and files looked through, and the tables that came with them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from extractors.values.tidy import comparable
from pipeline.errors import ZjtxError
from pipeline.flow.returned import returned_files
from pipeline.media import Limits
from pipeline.plan import Job, Order
from pipeline.records import (
    Application,
    FailureCategory,
    FileRole,
    FileStatus,
    Registration,
    SourceFile,
    Title,
)
from pipeline.rules.context import BoxFacts
from pipeline.runner import Step, Unit, digest
from pipeline.settings import Settings
from pipeline.stages.intake import (
    Arrival,
    BoxInfo,
    failed_file,
    fingerprint,
    list_box,
    note_duplicates,
    survey_file,
)
from pipeline.versions import stage_version


def take_in(job: Job) -> tuple[list[BoxInfo], tuple[SourceFile, ...]]:
    """The boxes, and every file in them, looked through."""
    limits = limits_of(job.settings)
    boxes, arrivals = _list_boxes(job.order.boxes)
    units = []
    for arrival in arrivals:
        hash_and_size = fingerprint(arrival, limits)
        units.append(
            Unit(
                name=hash_and_size[0][:16] or "unhashed",
                inputs=(digest(arrival), *map(str, hash_and_size)),
                arguments=(arrival, hash_and_size, limits),
            )
        )
    step = Step(
        "intake",
        stage_version("intake"),
        survey_file,
        SourceFile,
        lambda unit, category: failed_file(unit.arguments[0], unit.arguments[1], category),
        limits.model_dump(),
    )
    megabytes = job.settings.survey_megabytes
    with job.pool(memory=megabytes << 20) as pool:
        pool.timeout = job.settings.file_seconds
        files = job.runner.run(step, units, pool)
    return boxes, _check_tables(job, note_duplicates(files))


def _check_tables(job: Job, files: Sequence[SourceFile]) -> tuple[SourceFile, ...]:
    """Set a box's own tables aside where they cannot be read as such."""
    readers = {
        FileRole.REGISTRATIONS: job.stages.read_registrations,
        FileRole.TITLES: job.stages.read_titles,
    }
    checked = []
    for source in files:
        reader = readers.get(source.role)
        if reader is not None and source.status is FileStatus.READ:
            try:
                reader(Path(source.path), job.programme)
            except ZjtxError as error:
                source = source.model_copy(
                    update={
                        "status": FileStatus.SET_ASIDE,
                        "category": FailureCategory.WRONG_TYPE,
                        "advice": f"{error.advice}（{error.message}）",
                    }
                )
        checked.append(source)
    return tuple(checked)


def tables_of(
    job: Job, files: Sequence[SourceFile]
) -> tuple[tuple[Registration, ...], tuple[Title, ...] | None]:
    """The registrations and titles of the order, or else of the boxes."""

    def paths(stated: Path | None, role: FileRole) -> list[Path]:
        if stated is not None:
            return [stated]
        return [
            Path(source.path)
            for source in files
            if source.role is role and source.status is FileStatus.READ
        ]

    registrations: dict[str, Registration] = {}
    for path in paths(job.order.registrations, FileRole.REGISTRATIONS):
        for row in job.stages.read_registrations(path, job.programme):
            name, number = row.registration_id, 1
            while registrations.setdefault(row.registration_id, row) != row:
                number += 1  # two boxes' tables use one id for two rows
                row = row.model_copy(update={"registration_id": f"{name}#{number}"})
    titles: list[Title] = []
    tables = paths(job.order.titles, FileRole.TITLES)
    for path in tables:
        titles += job.stages.read_titles(path, job.programme)
    return tuple(registrations.values()), tuple(dict.fromkeys(titles)) if tables else None


def returned_tables(job: Job, files: Sequence[SourceFile]) -> list[tuple[str, Path]]:
    """What was returned: the boxes' own tables, then those of the order's folder."""
    own = [
        (source.file, Path(source.path))
        for source in files
        if source.role is FileRole.RETURNED and source.status is FileStatus.READ
    ]
    folder = job.order.returned
    if folder is None:
        return own
    return own + [(path.relative_to(folder).as_posix(), path) for path in returned_files(folder)]


def box_facts(
    application: Application, boxes: Sequence[BoxInfo], files: Sequence[SourceFile]
) -> BoxFacts:
    """How an application arrived: what clerks noted in ``box.toml``, and its disc's files."""
    places = {source.file: source for source in files}
    used = [places[ref.file] for volume in application.volumes for ref in volume.pages]
    box_ids = {source.box for source in used}
    boxes = [box for box in boxes if box.id in box_ids]
    noted = [
        handed
        for box in boxes
        for handed in box.application
        if comparable(handed.enterprise_name) == comparable(application.enterprise_name)
        and handed.tier in ("", application.tier)
    ]
    folders = {(source.box, source.disc_folder) for source in used if source.disc_folder}
    received = [handed.date_received for handed in noted if handed.date_received]
    received += [box.received for box in boxes if box.received]
    forwarded = [handed.date_forwarded for handed in noted if handed.date_forwarded]
    forwarded += [box.forwarded for box in boxes if box.forwarded]
    return BoxFacts(
        copies=next((handed.copies for handed in noted if handed.copies is not None), None),
        copies_expected=next((box.copies for box in boxes if box.copies is not None), None),
        disc=next((handed.disc for handed in noted if handed.disc is not None), None),
        box_has_discs=any(source.box in box_ids and source.disc_folder for source in files),
        date_received=received[0] if received else None,
        date_forwarded=forwarded[0] if forwarded else None,
        pool_received=next((box.pool_received for box in boxes if box.pool_received), None),
        waivers=tuple(waiver for handed in noted for waiver in handed.waiver),
        electronic_files=tuple(
            source.model_copy(update={"path": ""})
            for source in files
            if (source.box, source.disc_folder) in folders
        ),
    )


def _list_boxes(folders: Sequence[Path]) -> tuple[list[BoxInfo], list[Arrival]]:
    """All files of all boxes; boxes of one id are told apart by a number."""
    boxes: list[BoxInfo] = []
    arrivals: list[Arrival] = []
    for folder in folders:
        box, own = list_box(folder)
        others, number, name = {other.id for other in boxes}, 1, box.id
        while name in others:
            number += 1
            name = f"{box.id}-{number}"
        boxes.append(box.model_copy(update={"id": name}))
        for arrival in own:
            file = name + arrival.file.removeprefix(box.id)
            arrivals.append(arrival.model_copy(update={"box": name, "file": file}))
    return boxes, arrivals


def limits_of(settings: Settings) -> Limits:
    """What one file may ask for."""
    return Limits(
        max_bytes=settings.max_file_megabytes * 1_000_000,
        max_pages=settings.max_pages,
        max_pixels=settings.max_page_megapixels * 1_000_000,
        max_unpacked=settings.max_unpacked_megabytes * 1_000_000,
    )


def why_nothing(order: Order, files: Sequence[SourceFile]) -> tuple[str, str]:
    """Message and advice where no file can be read."""
    names = ", ".join(str(box) for box in order.boxes)
    if not files:
        return f"{names}: empty", "Put scans (PDF, TIFF, JPEG, PNG) into the box."
    set_aside = [source for source in files if source.status is FileStatus.SET_ASIDE]
    if not set_aside:
        return f"{names}: holds no scans", "Put scans (PDF, TIFF, JPEG, PNG) into the box."
    first = "; ".join(f"{source.file}: {source.category}" for source in set_aside[:5])
    return (
        f"{names}: none of {len(files)} files can be read ({first})",
        "Replace the files named, then run again.",
    )
