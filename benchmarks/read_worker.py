"""One process of one engine for `read.py`: paths of upright pages in, lines and seconds out.

Runs in any environment with OpenCV and the engine asked for; only ``ours`` needs the product.
Every line of standard input is the path of an image; every answer is a line of JSON with
``seconds`` (of reading, the image decoded before), ``processor`` (the same in processor time),
``lines`` (text and eight numbers) and ``peak`` (megabytes).  The first line of output is
the seconds that loading took.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["OMP_NUM_THREADS"] = os.environ["OMP_THREAD_LIMIT"] = "1"
os.environ["PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK"] = "True"
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]  # OpenVINO does without

import cv2  # noqa: E402 - after the variables
import numpy as np  # noqa: E402

Found = list[tuple[str, list[float]]]
Reader = Callable[[Any], Callable[[], Found]]
"""Given a page it prepares what is not timed, and gives what is."""


def ours(engine: str) -> Reader:
    """The product's path: detect, cut at cells, lift seals, read, put in order."""
    from extractors.imaging.ruling import find_ruling
    from extractors.imaging.seals import find_seals
    from extractors.ocr.engines import shared_engine
    from extractors.ocr.lines import read_lines

    reader = shared_engine(engine)

    def prepare(page: Any) -> Callable[[], Found]:
        cells = find_ruling(page).cells
        colour = int((page.max(axis=2).astype(int) - page.min(axis=2)).max()) > 60
        seals = find_seals(page, colour)
        return lambda: [
            (line.text, list(line.quad)) for line in read_lines(page, reader, cells, seals)
        ]

    return prepare


def official(side: int | None) -> Reader:
    """PaddleOCR's own pipeline on onnxruntime; its default limits where ``side`` is None."""
    import paddleocr

    from extractors.ocr.weights import DETECTION, RECOGNITION, official_folder

    limits = {"text_det_limit_side_len": side, "text_det_limit_type": "max"} if side else {}
    pipeline = paddleocr.PaddleOCR(
        engine="onnxruntime",
        engine_config={"intra_op_num_threads": 1, "inter_op_num_threads": 1},
        device="cpu",
        text_detection_model_name=DETECTION.model_name,
        text_detection_model_dir=str(official_folder(DETECTION)),
        text_recognition_model_name=RECOGNITION.model_name,
        text_recognition_model_dir=str(official_folder(RECOGNITION)),
        use_doc_orientation_classify=False,
        use_doc_unwarping=False,
        use_textline_orientation=False,
        **limits,
    )

    def read(page: Any) -> Found:
        (found,) = pipeline.predict(page)
        return [
            (text, np.asarray(quad, dtype=float).ravel().tolist())
            for text, quad in zip(found["rec_texts"], found["rec_polys"], strict=True)
        ]

    return lambda page: lambda: read(page)


def rapidocr() -> Reader:
    """RapidOCR with OpenVINO, the line classifier off as for all."""
    from rapidocr import EngineType, RapidOCR

    engine = RapidOCR(
        params={
            "Det.engine_type": EngineType.OPENVINO,
            "Rec.engine_type": EngineType.OPENVINO,
            "Global.use_cls": False,
            "Global.log_level": "error",
            "EngineConfig.openvino.inference_num_threads": 1,
        }
    )

    def read(page: Any) -> Found:
        found = engine(page, use_cls=False)
        if found.boxes is None:
            return []
        return [
            (text, np.asarray(quad, dtype=float).ravel().tolist())
            for text, quad in zip(found.txts, found.boxes, strict=True)
        ]

    return lambda page: lambda: read(page)


def tesseract() -> Reader:
    """Tesseract's command line, simplified Chinese with English, whole pages."""

    def read(page: Any) -> Found:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "page.png"
            cv2.imwrite(str(path), page, [cv2.IMWRITE_PNG_COMPRESSION, 1])
            rows = subprocess.run(
                ["tesseract", str(path), "-", "-l", "chi_sim+eng", "--dpi", "200", "tsv"],
                check=True,
                capture_output=True,
                text=True,
            ).stdout.splitlines()[1:]
        words: Found = []
        for row in rows:
            parts = row.split("\t")
            if parts[0] == "5" and parts[11].strip():
                x, y, width, height = (float(part) for part in parts[6:10])
                corners = [x, y, x + width, y, x + width, y + height, x, y + height]
                words.append((parts[11], corners))
        return words

    return lambda page: lambda: read(page)


READERS: dict[str, Callable[[], Reader]] = {
    "ours": lambda: ours("lean"),
    "ours-paddle": lambda: ours("paddleocr"),
    "official": lambda: official(1280),
    "defaults": lambda: official(None),
    "rapidocr": rapidocr,
    "tesseract": tesseract,
}


def _processor_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    """Load, then answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # engines print to standard output as they like
    cv2.setNumThreads(1)
    started = time.perf_counter()
    prepare = READERS[sys.argv[1]]()
    print(json.dumps({"load": time.perf_counter() - started}), file=answers, flush=True)
    for path in sys.stdin:
        page = cv2.imread(path.rstrip("\n"))
        read = prepare(page)
        started, worked = time.perf_counter(), _processor_seconds()
        lines = read()
        seconds, worked = time.perf_counter() - started, _processor_seconds() - worked
        children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        peak = max(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, children) / 1024
        answer = {"seconds": seconds, "processor": worked, "lines": lines, "peak": peak}
        print(json.dumps(answer, ensure_ascii=False), file=answers, flush=True)


if __name__ == "__main__":
    main()
