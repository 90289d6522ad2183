# check.py MODEL...: the checker of ONNX accepts each file, types and shapes inferred; prints the
# layers, the width of the input, and what the file says of itself.
import sys

import onnx

for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    ops = [node.op_type for node in model.graph.node]
    assert ops == ["Gemm", "Relu"] * (len(ops) // 2) + ["Gemm"], ops
    shape = model.graph.input[0].type.tensor_type.shape
    notes = {entry.key: entry.value for entry in model.metadata_props}
    print(
        f"{model.graph.name}: {len(ops)} nodes, input {shape.dim[0].dim_param} x "
        f"{shape.dim[1].dim_value}, {notes['memc.exact']}"
    )
    for line in notes["memc.network"].splitlines():
        print("  " + line)
    print(f"  {len(notes.get('memc.spec', ''))} bytes of spec; {notes['memc.output']}")
