"""The encoder with weights of eight bits, which processors with VNNI multiply four at a time.

Groups of `GROUP` numbers of a row of a matrix share a scale; what is multiplied with them is
rounded to eight bits in groups of the same size as the model runs. All else stays in fp32.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

GROUP = 32
"""Numbers that share a scale. Larger groups are hardly faster, and twice as far from fp32."""


def written_small(model: Path, target: Path) -> None:
    """Writes the model at `model` with matrices of eight bits to `target` (two .xml files)."""
    from kb.openvino_model import quiet_openvino

    openvino = quiet_openvino()
    whole = openvino.Core().read_model(model)
    for node in whole.get_ordered_ops():
        if node.get_type_name() == "MatMul":
            _make_small(node, openvino)
    openvino.save_model(whole, target, compress_to_fp16=False)


def _make_small(product: Any, openvino: Any) -> None:
    """A product with a constant matrix of which each row gives one number of the result."""
    import numpy as np
    from openvino import opset13 as operations

    constant = product.input_value(1).get_node()
    shape = tuple(constant.get_output_partial_shape(0).get_min_shape())
    if constant.get_type_name() != "Constant" or len(shape) != 2 or shape[1] % GROUP:
        return
    if not product.get_attributes()["transpose_b"]:
        return
    weights = constant.data.astype(np.float32).reshape(shape[0], -1, GROUP)
    scales = np.maximum(np.abs(weights).max(axis=2, keepdims=True) / 127, 1e-12)
    rounded = np.clip(np.rint(weights / scales), -127, 127).astype(np.int8)
    restored = operations.multiply(
        operations.convert(operations.constant(rounded), openvino.Type.f32),
        operations.constant(scales.astype(np.float32)),
    )
    whole = operations.reshape(restored, operations.constant(np.array(shape)), False)
    product.input(1).replace_source_output(whole.output(0))
