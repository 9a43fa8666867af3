"""Settings: ``zjtx.toml`` and the environment, checked once, at the start.

An environment variable ``ZJTX_<NAME>`` goes before the file, an option of the command before
both.  Every mistake is named at once.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from pipeline.errors import SettingsError

SETTINGS_FILE = Path("zjtx.toml")
PREFIX = "ZJTX_"
_KNOWN_ELSEWHERE = {"cache"}  # where extractors.ocr.weights keeps its folder

Positive = Annotated[int, Field(gt=0)]
Seconds = Annotated[float, Field(gt=0)]


class Settings(BaseSettings):
    """All that an office may set; none of it is needed."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    programme: str = "liaoning-2021"
    """Id of the programme pack, or the path of a pack's folder."""
    outputs: Path = Path("outputs")
    """Where results go when a command does not say."""
    ledger: str = ""
    """Database URL; empty for a SQLite file beside the results."""

    template: Path | None = None
    """A workbook of the bureau's own (.xlsx) whose tables are filled too; see docs/TABLES.md."""

    engine: Literal["lean", "paddleocr"] = "lean"
    """Who reads: the product's own runner of PP-OCRv6, or the official PaddleOCR (slower)."""
    workers: Annotated[int, Field(ge=0)] = 0
    """Processes; 0 for one per core."""
    page_seconds: Seconds = 180.0
    """A page that takes longer is recorded as timed out."""
    file_seconds: Seconds = 120.0
    """The same for looking through a file that arrived."""
    application_seconds: Seconds = 300.0
    """The same for one stage of one application."""
    recycle_pages: Positive = 200
    """A worker is replaced after so many pages …"""
    recycle_megabytes: Positive = 3000
    """… or when it holds more memory than this."""

    max_file_megabytes: Positive = 1000
    max_pages: Positive = 2000
    """Of one file."""
    max_page_megapixels: Positive = 120
    max_unpacked_megabytes: Positive = 200
    """Of a Word or Excel file, all of its parts together."""
    survey_megabytes: Positive = 4000
    """Address space of a process that looks through a file."""

    stability_seconds: Annotated[float, Field(ge=0)] = 30.0
    """The night job leaves a box alone in which anything changed within this time."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options first, then the environment, then the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, SETTINGS_FILE)

    @property
    def worker_count(self) -> int:
        """How many processes to run."""
        if self.workers:
            return self.workers
        if hasattr(os, "sched_getaffinity"):
            return len(os.sched_getaffinity(0))
        return os.cpu_count() or 1


def load_settings(**options: Any) -> Settings:
    """The settings of this process.

    Args:
        options: What the command line states; ``None`` where it states nothing.

    Raises:
        SettingsError: Names every mistake in file, environment and options.
    """
    stated = {name: value for name, value in options.items() if value is not None}
    unknown = sorted(
        name
        for name in os.environ
        if name.startswith(PREFIX)
        and name[len(PREFIX) :].lower() not in {*Settings.model_fields, *_KNOWN_ELSEWHERE}
    )
    mistakes = [f"{name}: no such setting" for name in unknown]
    settings = None
    try:
        settings = Settings(**stated)
    except ValidationError as error:
        mistakes += [
            f"{'.'.join(str(part) for part in item['loc'])}: {item['msg'].lower()}"
            for item in error.errors(include_url=False, include_input=False)
        ]
    except (OSError, ValueError) as error:  # TOML's errors are ValueErrors
        mistakes.append(f"{SETTINGS_FILE}: {error}")
    if mistakes or settings is None:
        raise SettingsError(
            "settings: " + "; ".join(mistakes),
            f"Correct {SETTINGS_FILE}, the {PREFIX}… environment variables or the options.",
        )
    return settings
