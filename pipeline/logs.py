"""The log: ids, hashes, counts and kinds of errors, never what stands on a page."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path


class _AsJson(logging.Formatter):
    """A line of JSON for each record."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(
            {
                "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
                "level": record.levelname,
                "message": record.getMessage(),
            },
            ensure_ascii=False,
        )


@contextmanager
def log_to(work_folder: Path) -> Iterator[None]:
    """Write the product's log into a work folder; libraries' logs are not kept."""
    work_folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        work_folder / "log.jsonl", maxBytes=5_000_000, backupCount=3, encoding="utf-8"
    )
    handler.setFormatter(_AsJson())
    logger = logging.getLogger("zjtx")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        handler.close()
