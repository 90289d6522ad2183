# bad.py FOLDER: models that no network expresses, or that are not what they say: NAME.onnx each.
import sys

import numpy
from onnx import TensorProto, helper, numpy_helper, save

FLOAT = TensorProto.FLOAT


def tensor(name, shape, value=1, kind=numpy.float32):
    return numpy_helper.from_array(numpy.full(shape, value, dtype=kind), name)


def node(op, *inputs, to, name="n", **attributes):
    return helper.make_node(op, list(inputs), [to], name=name, **attributes)


FC = node("Gemm", "x", "w", "b", to="y", name="fc", transB=1)


def save_model(name, nodes, constants=None, inputs=(("x", FLOAT, ["N", 3]),), outputs=("y",), opset=13, change=None):
    if constants is None:
        constants = [tensor("w", (2, 3)), tensor("b", (2,))]
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info(*i) for i in inputs],
        [helper.make_tensor_value_info(o, FLOAT, None) for o in outputs], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    if change:
        change(model)
    save(model, f"{sys.argv[1]}/{name}.onnx")


def external(model):
    model.graph.initializer[0].data_location = TensorProto.EXTERNAL
    model.graph.initializer[0].ClearField("raw_data")


def short(model):
    model.graph.initializer[0].raw_data = b"\0" * 20


def negative(model):
    model.graph.initializer[0].dims[0] = -2


def huge(model):
    model.graph.initializer[0].dims[:] = [1 << 40, 1 << 40]


def sparse(model):
    model.graph.sparse_initializer.add().dims.append(3)


def untyped(model):
    model.graph.input[0].ClearField("type")


def no_opset(model):
    del model.opset_import[:]


def note(text):
    def change(model):
        model.metadata_props.add(key="memc.network", value=text)

    return change


HEAD = 'network @n class "a" element uint8 inputs 3 in 0..9 '
save_model("conv", [node("Conv", "x", "w", to="y", name="features.0")])
save_model("softmax", [FC, node("Softmax", "y", to="z", name="a\x1b[31m\n" + "b" * 200)], outputs=["z"])
save_model("domain", [node("Gelu", "x", to="y", domain="com.microsoft")])
save_model("old", [FC], opset=6)
save_model("no-opset", [FC], change=no_opset)
save_model("two-inputs", [FC], inputs=(("x", FLOAT, ["N", 3]), ("z", FLOAT, ["N", 3])))
save_model("no-input", [FC], inputs=())
save_model("dynamic", [FC], inputs=(("x", FLOAT, ["N", "width"]),))
save_model("scalar-row", [FC], inputs=(("x", FLOAT, [3]),))
save_model("untyped", [FC], change=untyped)
save_model("bytes", [FC], inputs=(("x", TensorProto.UINT8, ["N", 3]),))
save_model("two-outputs", [FC], outputs=["y", "x"])
save_model("early-output", [FC, node("Relu", "y", to="z")])
save_model("residual", [FC, node("Relu", "y", to="r"), node("Add", "r", "y", to="z", name="skip")], outputs=["z"])
save_model("branch", [FC, node("Relu", "x", to="z", name="side")], outputs=["z"])
save_model("unused-node", [node("Relu", "w", to="v", name="w"), FC])
save_model("trans-a", [node("Gemm", "x", "w", "b", to="y", transA=1)])
save_model("alpha", [node("Gemm", "x", "w", "b", to="y", transB=1, alpha=float("inf"))])
save_model("attribute", [node("Gemm", "x", "w", "b", to="y", broadcast=1)])
save_model("one-input", [node("Gemm", "x", to="y")])
save_model("narrow", [node("Gemm", "x", "w", "b", to="y")])
save_model("vector", [node("MatMul", "x", "b", to="y")])
save_model("per-row", [node("Add", "x", "b", to="y")], [tensor("b", (3, 1))])
save_model("wide-add", [node("Add", "x", "b", to="y")], [tensor("b", (1, 4))])
save_model("image", [FC], inputs=(("x", FLOAT, ["N", 1, 3]),))
save_model("axis", [node("Flatten", "x", to="y", axis=0)])
save_model("reshape", [node("Reshape", "x", "s", to="y")], [tensor("s", (2,), 3, numpy.int64)])
save_model("reshape-float", [node("Reshape", "x", "s", to="y")], [tensor("s", (2,), 3)])
save_model("nan", [FC], [tensor("w", (2, 3), numpy.nan), tensor("b", (2,))])
save_model("int-weights", [FC], [tensor("w", (2, 3), 1, numpy.int64), tensor("b", (2,))])
save_model("half", [FC], [tensor("w", (2, 3), 1, numpy.float16), tensor("b", (2,))])
save_model("external", [FC], change=external)
save_model("short", [FC], change=short)
save_model("negative", [FC], change=negative)
save_model("huge", [FC], change=huge)
save_model("sparse", [FC], change=sparse)
save_model("twice", [FC], [tensor("w", (2, 3)), tensor("b", (2,)), tensor("w", (2, 3))])
save_model("constant", [helper.make_node("Constant", [], ["w"], value_float=1.0, name="k"), FC], [tensor("b", (2,))])
save_model("many-classes", [node("Gemm", "x", "w", to="y")], [tensor("w", (3, 1025))])
save_model("note-width", [FC], change=note(HEAD.replace("3", "2") + "output 0"))
save_model("note-text", [FC], change=note(HEAD + "outptu 0"))
save_model("note-layers", [FC], change=note(HEAD + "layer 1 a %0 = relu x0 output 0"))
save_model("note-classes", [FC], change=note(HEAD + "output 0"))
deep, value = [], "x"
for i in range(15700):
    deep += [node("MatMul", value, "w", to=f"m{i}"), node("Relu", f"m{i}", to=f"r{i}")]
    value = f"r{i}"
save_model("deep", deep, [tensor("w", (1, 1), 2.0**-1074, numpy.float64)], inputs=(("x", TensorProto.DOUBLE, ["N", 1]),), outputs=[value])
fine = deep[:30000] + [node("Gemm", "r14999", "u", "c", to="y")]
save_model("fine", fine, [tensor("w", (1, 1), 2.0**-1074, numpy.float64), tensor("u", (1, 1024)), tensor("c", (1024,))],
           inputs=(("x", TensorProto.DOUBLE, ["N", 1]),))
save_model("again", [node("Relu", "x", to="x")], outputs=["x"])
