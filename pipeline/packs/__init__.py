"""Reads a programme pack: TOML in, typed records out, every mistake named at once."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

from pydantic import ValidationError

import dictionaries
from pipeline.errors import ProgrammeError
from pipeline.packs.references import References
from pipeline.packs.sections import (
    MAY_BE_EMPTY,
    PAIRS,
    SECTIONS,
    Draft,
    Section,
    explain,
    read_record,
)
from pipeline.programme import Programme, Windows

__all__ = ["MAX_BYTES", "PROGRAMMES", "SECTIONS", "examine", "find", "load"]

PROGRAMMES = Path(dictionaries.__file__).parent / "programmes"
"""Where the packs that come with zjtx lie."""

MAX_BYTES = 4_000_000
"""A pack's file above this size is no pack."""


def find(id_or_path: str) -> Path:
    """The folder of a pack, by its id or its path.

    Raises:
        ProgrammeError: when there is neither.
    """
    if id_or_path and "\0" not in id_or_path and Path(id_or_path).is_dir():
        return Path(id_or_path)
    plain = id_or_path and not {"/", "\\", "\0"} & set(id_or_path) and id_or_path not in (".", "..")
    if plain and (PROGRAMMES / id_or_path).is_dir():
        return PROGRAMMES / id_or_path
    known = ", ".join(sorted(path.name for path in PROGRAMMES.iterdir() if path.is_dir()))
    raise ProgrammeError(
        f"programme {id_or_path!r} is neither a known id nor a folder",
        f"known programmes: {known}; or give the path of a folder with a pack's TOML files",
    )


def load(folder: Path) -> Programme:
    """Read the pack in a folder.

    Raises:
        ProgrammeError: naming every mistake in the pack at once, each with file and key.
    """
    programme, mistakes = examine(folder)
    if programme is None:
        listed = "\n".join(f"  - {mistake}" for mistake in mistakes)
        count = f"{len(mistakes)} mistake" + ("s" if len(mistakes) > 1 else "")
        raise ProgrammeError(
            f"programme pack {folder}: {count}\n{listed}",
            "correct the entries named above; `zjtx programme check` lists them again",
        )
    return programme


def examine(folder: Path) -> tuple[Programme | None, tuple[str, ...]]:
    """The pack in a folder, or ``None`` with every mistake that keeps it from being one."""
    draft = Draft([], {}, None, {section.attribute: [] for section in SECTIONS})
    files = _files(folder, draft.mistakes)
    digest = hashlib.sha256()
    for path in files:
        raw = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(raw).digest())
        _read_file(path.name, raw, draft)
    if not files:
        return None, tuple(draft.mistakes)
    for section in SECTIONS:
        if not draft.entries[section.attribute] and section.attribute not in MAY_BE_EMPTY:
            draft.mistakes.append(f"no [[{section.heading}]] in any file of the pack")
    if not draft.head:
        draft.mistakes.append("no [programme] in any file of the pack")
    if draft.windows is None and not any("[windows]" in mistake for mistake in draft.mistakes):
        draft.mistakes.append("no [windows] in any file of the pack")
    draft.mistakes += References(draft).mistakes()
    programme = None
    try:
        programme = Programme.model_validate(
            {
                **draft.head,
                "windows": draft.windows,
                "hash": digest.hexdigest(),
                **{
                    attribute: tuple(record for _, record in found)
                    for attribute, found in draft.entries.items()
                },
            },
            strict=True,
        )
    except ValidationError as error:
        draft.mistakes += [
            text
            for text in explain("[programme]", error)
            if not any(f" {section.attribute}:" in text for section in SECTIONS)
            and " windows" not in text
        ]
    return (None if draft.mistakes else programme), tuple(draft.mistakes)


# --- reading ----------------------------------------------------------------------------


def _files(folder: Path, mistakes: list[str]) -> list[Path]:
    """The pack's files in the order of their names."""
    if not folder.is_dir():
        mistakes.append(f"{folder} is not a folder")
        return []
    files = sorted(path for path in folder.glob("*.toml") if path.is_file())
    if not files:
        mistakes.append(f"{folder} holds no .toml file")
    for path in list(files):
        if path.stat().st_size > MAX_BYTES:
            mistakes.append(f"{path.name}: larger than {MAX_BYTES} bytes")
            files.remove(path)
    return files


def _read_file(name: str, raw: bytes, draft: Draft) -> None:
    """Take one file of the pack into the draft."""
    try:
        content = tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        draft.mistakes.append(f"{name}: not UTF-8 text (byte {error.start})")
        return
    except tomllib.TOMLDecodeError as error:
        draft.mistakes.append(f"{name}: not valid TOML: {error}")
        return
    sections = {section.heading: section for section in SECTIONS}
    for heading, value in content.items():
        if heading == "programme":
            _take_head(name, value, draft)
        elif heading == "windows":
            if draft.windows is not None:
                draft.mistakes.append(f"{name}: [windows] stands in the pack a second time")
            draft.windows = read_record(f"{name}: [windows]", Windows, value, draft.mistakes)
        elif heading in sections:
            _take_section(name, sections[heading], value, draft)
        else:
            known = ", ".join(["programme", "windows", *sections])
            draft.mistakes.append(f"{name}: unknown heading {heading!r}; known are {known}")


def _take_head(name: str, value: object, draft: Draft) -> None:
    """Take ``[programme]``; its keys are the plain ones of ``Programme``."""
    if draft.head:
        draft.mistakes.append(f"{name}: [programme] stands in the pack a second time")
    if not isinstance(value, dict):
        draft.mistakes.append(f"{name}: [programme] must be a table")
        return
    taken = {"windows", "hash", *(section.attribute for section in SECTIONS)}
    for key in value:
        if key in taken or key not in Programme.model_fields:
            draft.mistakes.append(f"{name}: [programme] has the unknown key {key!r}")
    draft.head = {
        key: tuple(item) if isinstance(item, list) else item
        for key, item in value.items()
        if key in Programme.model_fields and key not in taken
    }


def _take_section(name: str, section: Section, value: object, draft: Draft) -> None:
    """Take the entries of one array of tables."""
    if not isinstance(value, list):
        draft.mistakes.append(f"{name}: write [[{section.heading}]] with two brackets")
        return
    for number, entry in enumerate(value, start=1):
        label = entry.get(section.name, "") if isinstance(entry, dict) else ""
        place = f"{name}: [[{section.heading}]] {number}" + (f" {label!r}" if label != "" else "")
        record = read_record(place, section.model, _with_pairs(entry), draft.mistakes)
        if record is not None:
            draft.entries[section.attribute].append((place, record))


def _with_pairs(entry: object) -> object:
    """An entry with the tables that a record keeps as pairs made such, at any depth."""
    if isinstance(entry, list):
        return [_with_pairs(item) for item in entry]
    if not isinstance(entry, dict):
        return entry
    return {
        key: list(item.items()) if key in PAIRS and isinstance(item, dict) else _with_pairs(item)
        for key, item in entry.items()
    }
