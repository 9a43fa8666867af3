"""Networks run in one thread: by OpenVINO where it is faster, else by onnxruntime.

OpenVINO wins by computing in bfloat16; on a processor without it, or where OpenVINO is not
installed, onnxruntime computes in 32 bits.  Both take pixels as they are: the normalisation is
part of the network here, so that no float copy of a page is made in Python.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Final, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from extractors.ocr.weights import Weights, verified


class NetworkError(Exception):
    """The back end asked for cannot run here."""


@dataclass(frozen=True)
class Scaling:
    """What becomes of a channel's 0 … 255: ``(value - mean) / deviation``, channel by channel."""

    mean: tuple[float, float, float]
    deviation: tuple[float, float, float]


class Network(Protocol):
    """A network with one input and one output."""

    @property
    def raw(self) -> bool:
        """Whether the output is that before the last activation (softmax or sigmoid)."""
        ...

    def __call__(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Run it.

        Args:
            pixels: Batch × height × width × 3, blue-green-red.

        Returns:
            The output, good until the next call.
        """
        ...


BACKENDS: Final = ("openvino", "onnxruntime")


def best_backend() -> str:
    """``openvino`` where it is installed and this processor computes in bfloat16."""
    if find_spec("openvino") is None:
        return "onnxruntime"
    return "openvino" if _computes_bf16(_openvino().Core()) else "onnxruntime"


def release_of(backend: str) -> str:
    """Which release of a back end computes."""
    return str(_openvino().__version__ if backend == "openvino" else onnxruntime.__version__)


def _computes_bf16(core: Any) -> bool:
    return "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")


def load_network(weights: Weights, scaling: Scaling, backend: str) -> Network:
    """A network ready to run.

    Args:
        weights: Of the network, checked before they are loaded.
        scaling: Of its input.
        backend: One of ``BACKENDS``.

    Raises:
        WeightsError: if the weights are missing or damaged.
        NetworkError: if there is no such back end.
    """
    if backend == "openvino":
        return _OpenVino(weights, scaling)
    if backend == "onnxruntime":
        return _OnnxRuntime(weights, scaling)
    raise NetworkError(f"no back end {backend!r}: choose one of {', '.join(BACKENDS)}")


def _openvino() -> Any:
    """The module, without its telemetry.

    Importing it makes a telemetry client, which would look for a consent file and could send.
    With that package out of sight OpenVINO falls back on a stub of its own that does nothing.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import openvino

    return openvino


class _OpenVino:
    """By OpenVINO, the last activation cut off: it is dear, and few of its values are wanted."""

    raw = True

    def __init__(self, weights: Weights, scaling: Scaling) -> None:
        ov = _openvino()
        core = ov.Core()
        whole = core.read_model(str(verified(weights)))
        activation = whole.outputs[0].node.input_value(0).node
        model = ov.Model([activation.input_value(0)], whole.get_parameters(), weights.model_name)
        steps = ov.preprocess.PrePostProcessor(model)
        steps.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
        steps.input().model().set_layout(ov.Layout("NCHW"))
        steps.input().preprocess().convert_element_type(ov.Type.f32).mean(list(scaling.mean)).scale(
            list(scaling.deviation)
        )
        options = {
            "INFERENCE_NUM_THREADS": 1,
            "NUM_STREAMS": 1,
            "INFERENCE_PRECISION_HINT": "bf16" if _computes_bf16(core) else "f32",
            "ENABLE_CPU_PINNING": False,  # workers share the cores among themselves
        }
        self._request = core.compile_model(steps.build(), "CPU", options).create_infer_request()
        self._tensor = ov.Tensor

    def __call__(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self._request.set_input_tensor(self._tensor(pixels, shared_memory=True))
        self._request.infer()
        output: NDArray[np.float32] = self._request.get_output_tensor().data
        return output


class _OnnxRuntime:
    """By onnxruntime, as the network is."""

    raw = False

    def __init__(self, weights: Weights, scaling: Scaling) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(verified(weights)), options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name
        factor = 1 / np.array(scaling.deviation, dtype=np.float32)
        self._factor = factor.reshape(3, 1, 1)
        self._shift = (-np.array(scaling.mean, dtype=np.float32) * factor).reshape(3, 1, 1)

    def __call__(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        planes = pixels.transpose(0, 3, 1, 2).astype(np.float32)
        planes *= self._factor
        planes += self._shift
        (output,) = self._session.run(None, {self._input: planes})
        return np.asarray(output, dtype=np.float32)
