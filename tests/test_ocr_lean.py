"""The lean engine's own parts: decoding, boxes, what of a page is looked at."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from extractors.ocr import detection, recognition
from extractors.ocr.engine import Reading
from extractors.ocr.engines import shared_engine
from extractors.ocr.network import NetworkError, load_network
from extractors.ocr.weights import RECOGNITION

ALPHABET = ("甲", "1", " ")


def steps(*classes: int) -> NDArray[np.float32]:
    """Logits of a line whose steps are sure of these classes."""
    scores = np.full((len(classes), 4), -5, dtype=np.float32)
    scores[np.arange(len(classes)), classes] = 8
    return scores


class Always:
    """A network that says the same of every crop and remembers how wide crops were."""

    raw = True

    def __init__(self, *classes: int) -> None:
        self.scores = steps(*classes)
        self.widths: list[int] = []

    def __call__(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.widths.append(pixels.shape[2])
        return self.scores[None]


def test_repeated_steps_are_one_character_and_nothing_between_makes_two() -> None:
    assert recognition.decoded(steps(0, 1, 1, 2, 0, 2, 0), ALPHABET, True).text == "甲11"


def test_confidence_is_the_mean_probability_whether_scores_are_raw_or_not() -> None:
    raw = steps(1, 0, 2)
    probabilities = np.exp(raw) / np.exp(raw).sum(axis=1, keepdims=True)
    one = recognition.decoded(raw, ALPHABET, True)
    other = recognition.decoded(probabilities, ALPHABET, False)
    assert one.text == other.text
    assert one.confidence == pytest.approx(other.confidence, abs=1e-5)


def test_a_line_without_characters_is_empty_and_unsure() -> None:
    assert recognition.decoded(steps(0, 0), ALPHABET, True) == Reading("", 0.0)


def test_a_line_is_read_once_and_never_narrower_than_it_is() -> None:
    network = Always(2, 0, 2)
    crops = [np.zeros((24, wide, 3), dtype=np.uint8) for wide in (12, 90, 400)]
    recognition.read_crops(crops, network, ALPHABET)
    assert len(network.widths) == 3
    assert all(
        2 * crop.shape[1] <= width < 2 * crop.shape[1] + 128
        for crop, width in zip(crops, network.widths, strict=True)
    )


def test_an_empty_crop_reads_as_nothing() -> None:
    network = Always(1)
    (reading,) = recognition.read_crops([np.zeros((0, 9, 3), np.uint8)], network, ALPHABET)
    assert (reading.text, network.widths) == ("", [])


def test_empty_paper_is_left_out_and_every_line_of_ink_kept() -> None:
    page = np.full((2339, 1654, 3), 250, dtype=np.uint8)
    page[300:330, 200:900] = 20
    page[2200:2216, 800:860] = 200  # a faint page number
    bands = detection.inked_bands(page)
    assert len(bands) == 2
    assert bands[0].top < 300 < 330 < bands[0].bottom < bands[1].top < 2200 < 2216
    assert detection.inked_bands(np.full_like(page, 250)) == []


@pytest.mark.parametrize("long", [1754, 2338, 2339, 2340, 3508])
def test_a_page_inked_from_edge_to_edge_is_looked_at_in_no_more_pixels_than_asked_for(
    long: int,
) -> None:
    seen: list[tuple[int, ...]] = []

    def network(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        seen.append(pixels.shape)
        return np.full((1, 1, *pixels.shape[1:3]), -6, dtype=np.float32)

    network.raw = True  # type: ignore[attr-defined]
    page = np.full((long, long * 210 // 297, 3), 250, dtype=np.uint8)
    page[::40, ::40] = 0
    assert detection.find_lines(page, network, 1280) == ()  # type: ignore[arg-type]
    assert seen == [(1, 1280, 1024, 3)]


def test_boxes_grow_beyond_the_core_and_faint_ones_are_dropped() -> None:
    scores = np.full((100, 200), -6, dtype=np.float32)
    scores[20:30, 40:140] = 4
    scores[70:80, 40:140] = -0.7  # probability 0.33
    ((corners, belief),) = detection.boxes(scores, True)
    assert belief > 0.9
    assert corners[0][0] < 40 < 139 < corners[2][0]
    assert corners[0][1] < 20 < 29 < corners[2][1]


def test_unknown_engines_and_back_ends_are_refused() -> None:
    with pytest.raises(ValueError, match="tesseract"):
        shared_engine("tesseract")
    with pytest.raises(NetworkError, match="abacus"):
        load_network(RECOGNITION, recognition.SCALING, "abacus")


def test_characters_that_the_pixels_bear_nearly_as_well_are_kept_as_rivals() -> None:
    scores = steps(1, 0, 2)
    scores[0, 2] = 8 - 2.5  # a twelfth of the best
    scores[2, 1] = 8 - 9  # next to nothing
    for reading in (
        recognition.decoded(scores, ALPHABET, True),
        recognition.decoded(np.exp(scores) / np.exp(scores).sum(1)[:, None], ALPHABET, False),
    ):
        assert reading.text == "甲1"
        assert reading.rivals == (("甲", "1"),)
