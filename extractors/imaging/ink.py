"""Ink and paper told apart: the black-and-white picture that the measurements share."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[Any]
"""Height × width, 0 black to 255 white."""
Mask = NDArray[Any]
"""Height × width, 255 where there is something and 0 elsewhere."""

SURVEY_DPI: Final = 100
"""Resolution that orientation, skew and blankness are measured at."""

DARKEST: Final = 0.5
"""Percent of a page that its darkest print covers at least."""

INK_LEVEL: Final = 190
"""Tone of evened paper below which there is ink, faint print included."""
_LEAST_INKED: Final = 0.002
"""Share of a page: a single line of text inks about as much."""
_FAINT_LEVEL: Final = 228
"""Tone below which there is ink where less of the page than that is darker."""


def grey_at(pixels: NDArray[Any], dpi: float, wanted: float = SURVEY_DPI) -> Grey:
    """The page in grey at another resolution."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY) if pixels.ndim == 3 else pixels
    factor = wanted / dpi
    if abs(factor - 1) < 0.01:
        return np.asarray(grey, dtype=np.uint8)
    size = max(1, round(grey.shape[1] * factor)), max(1, round(grey.shape[0] * factor))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, size, interpolation=method), dtype=np.uint8)


def evened(grey: Grey, dpi: float) -> Grey:
    """The page with its paper at white: shading, grey scans and dark corners divided out."""
    # Paper is what remains when everything narrower than a stroke is closed over.
    small = grey_at(grey, dpi, 25)
    kernel = np.ones((9, 9), np.uint8)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    paper = cv2.GaussianBlur(paper, (0, 0), 3)
    paper = cv2.resize(paper, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    paper = np.maximum(paper, 40)  # black borders of the scanner stay dark
    return np.asarray(cv2.divide(grey, paper, scale=255), dtype=np.uint8)


def ink_mask(grey: Grey, dpi: float) -> Mask:
    """Where there is ink: all that is clearly darker than the paper around it.

    Print that shines through from the back is lighter than the threshold, print that a
    poor scan made faint is darker.  Where next to nothing is, the page may have been printed
    or scanned very faintly, and lighter marks count.
    """
    flat = evened(grey, dpi)
    ink = flat < INK_LEVEL
    if ink.mean() < _LEAST_INKED:
        ink = cv2.GaussianBlur(flat, (0, 0), 0.7) < _FAINT_LEVEL
    return np.asarray(ink.astype(np.uint8) * 255, dtype=np.uint8)
