"""What a run read, found again: the views of its pages and the pixels that they stand for.

Result files name files and pages; the ledger remembers where each original lay, its hash and
all that was seen on its pages.  An original that has changed since is never shown as proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import cv2

from extractors.imaging.errors import PageImageError
from extractors.imaging.render import Pixels, page_image, upright
from extractors.page import Box, PageView
from pipeline.batch import RunNote, ledger_of
from pipeline.errors import InputError
from pipeline.ledger import Ledger
from pipeline.publish import sha256_of
from pipeline.records import PageRef, ReadPage
from pipeline.settings import Settings

_LEFT, _RIGHT, _ABOVE = 190, 60, 22
"""Pixels shown around a place: the label stands to its left."""
_LEAST_WIDTH = 420
"""Pixels of a place and what stands left of it, for labels of short values are far away."""
_TICK_BOX, _ALL_OPTIONS = 60, 800
"""A place narrower than the first may be a tick box: what else may be ticked stands beside it."""
_FRAME = (0, 120, 230)
"""Blue, green, red."""


class Original(NamedTuple):
    """A file as the run found it."""

    path: Path
    sha256: str
    media_type: str


class Originals:
    """The originals of a folder of results.

    Args:
        files: By their names in the run.
        views: What was seen on each page that is asked for.
    """

    def __init__(
        self, files: Mapping[str, Original], views: Mapping[PageRef, PageView | None]
    ) -> None:
        self._files = files
        self._views = views
        self._whole: dict[str, bool] = {}
        self._last: tuple[PageRef, Pixels] | None = None

    def view(self, ref: PageRef) -> PageView | None:
        """What was seen on a page; ``None`` where nothing was, or the ledger forgot it."""
        return self._views.get(ref)

    def crop(self, ref: PageRef, box: Box) -> Pixels | None:
        """The pixels of a place on the upright page, framed, with what stands around it.

        Args:
            ref: The page.
            box: In pixels of the upright page at 200 dpi.

        Returns:
            ``None`` where the original is gone, has changed or has no pixels.
        """
        page = self._picture(ref)
        if page is None:
            return None
        height, width = page.shape[:2]
        left = max(_LEFT, _LEAST_WIDTH - int(box.width))
        right = _ALL_OPTIONS if box.width < _TICK_BOX else _RIGHT
        x0, x1 = max(0, int(box.x0) - left), min(width, int(box.x1) + right)
        y0, y1 = max(0, int(box.y0) - _ABOVE), min(height, int(box.y1) + _ABOVE)
        if x1 - x0 < 2 or y1 - y0 < 2:
            return None
        crop = page[y0:y1, x0:x1].copy()
        corners = (int(box.x0) - x0 - 4, int(box.y0) - y0 - 4)
        opposite = (int(box.x1) - x0 + 4, int(box.y1) - y0 + 4)
        cv2.rectangle(crop, corners, opposite, _FRAME, 2)
        return crop

    def _picture(self, ref: PageRef) -> Pixels | None:
        if self._last is not None and self._last[0] == ref:
            return self._last[1]
        original, view = self._files.get(ref.file), self._views.get(ref)
        if original is None or view is None or not self._is_whole(ref.file, original):
            return None
        try:
            image = page_image(original.path, original.media_type, ref.page)
            picture = upright(image.pixels, image.dpi, view.preparation)
        except PageImageError:
            return None
        self._last = ref, picture
        return picture

    def _is_whole(self, name: str, original: Original) -> bool:
        if name not in self._whole:
            path = original.path
            self._whole[name] = path.is_file() and sha256_of(path) == original.sha256
        return self._whole[name]


def find_originals(
    out: Path, settings: Settings, media_types: Mapping[str, str], pages: Iterable[PageRef]
) -> Originals:
    """The originals behind a folder of results.

    Args:
        out: The results.
        settings: Where the ledger is.
        media_types: Of the run's files, by their names in the run (``files.csv``).
        pages: Those whose views are wanted.

    Raises:
        InputError: There is no ledger that knows the results.
    """
    with ledger_of(out, settings) as ledger:
        note = _last_note(ledger, out)
        files = {
            name: Original(Path(path), sha256, media_types.get(name, ""))
            for name, path, sha256 in note.originals
        }
        units = {
            ref: f"{files[ref.file].sha256[:16]}#{ref.page}" for ref in pages if ref.file in files
        }
        entries = ledger.latest("read", units.values())
        views = {
            ref: ReadPage.model_validate_json(entries[unit].result).view
            for ref, unit in units.items()
            if unit in entries
        }
    return Originals(files, views)


def _last_note(ledger: Ledger, out: Path) -> RunNote:
    """What the ledger noted of the last run that wrote these results."""
    keys = [str(row.detail["run"]) for row in ledger.audit("run")]
    known = ledger.get_many(keys)
    for key in reversed(keys):
        if key in known:
            note = RunNote.model_validate_json(known[key].result)
            if note.out == str(out.absolute()):
                return note
    raise InputError(f"{out}: the ledger knows no run that wrote it", "Give a folder of results.")
