"""How a page as scanned becomes upright: all that `clean` measures, in one record."""

from __future__ import annotations

import numpy as np

from extractors.imaging.ink import SURVEY_DPI, grey_at, ink_mask
from extractors.imaging.orientation import DirectionClassifier, orientation
from extractors.imaging.quality import blankness, grade, has_colour, taken_in_colour
from extractors.imaging.render import PageImage, upright_size
from extractors.imaging.skew import skew_angle
from extractors.page import PagePreparation


def prepare_image(image: PageImage, classifier: DirectionClassifier) -> PagePreparation:
    """Measure a page.

    Args:
        image: As scanned.
        classifier: Votes on which way is up.

    Raises:
        PageImageError: if the page is too large.
    """
    upright_size(*image, 0)  # before anything is computed on it
    turn = orientation(image.pixels, image.dpi, classifier)
    width, height = upright_size(*image, turn.rotation)
    turned = np.ascontiguousarray(np.rot90(image.pixels, k=-(turn.rotation // 90)))
    grey = grey_at(turned, image.dpi)
    blank, blank_confidence = blankness(grey)
    quality, reasons = grade(grey, image.dpi)
    return PagePreparation(
        width=width,
        height=height,
        dpi=round(image.dpi, 1),
        rotation=turn.rotation,
        # What shines through from the back is level with nothing.
        skew=0.0 if blank else skew_angle(ink_mask(grey, SURVEY_DPI)),
        blank=blank,
        blank_confidence=round(blank_confidence, 3),
        colour=has_colour(image.pixels),
        in_colour=taken_in_colour(image.pixels),
        quality=quality,
        quality_reasons=reasons,
    )
