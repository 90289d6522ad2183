# models.py FOLDER: trained networks as others export them, of random weights: NAME.onnx, with
# the options of memc import in NAME.options, rows in NAME.csv and their classes in NAME.want, which
# are computed here with fractions: the greatest output, of equal ones the first, or the sign of one.
import random
import sys
from fractions import Fraction as F
from math import prod

import numpy
from onnx import TensorProto, checker, helper, numpy_helper, save

FLOAT, DOUBLE, INT64 = TensorProto.FLOAT, TensorProto.DOUBLE, TensorProto.INT64

class Model:
    def __init__(self, name, shape, inputs, scale=F(1), real=numpy.float32, opset=13, seed=1):
        random.seed(seed)
        self.name, self.shape, self.options, self.real, self.opset = name, shape, inputs, real, opset
        self.scale, self.nodes, self.constants, self.value, self.steps = scale, [], [], "x", []
        self.width = prod(shape[1:])

    def fresh(self, kind):
        return f"{kind}{len(self.nodes)}_{len(self.constants)}"

    def constant(self, array, raw=True, node=False):
        name = self.fresh("c")
        if raw:
            tensor = numpy_helper.from_array(array, name)
        else:
            kind = {"float32": FLOAT, "float64": DOUBLE, "int64": INT64}[str(array.dtype)]
            tensor = helper.make_tensor(name, kind, array.shape, array.flatten().tolist())
        if node:
            self.nodes.append(helper.make_node("Constant", [], [name], value=tensor))
        else:
            self.constants.append(tensor)
        return name

    def draw(self, *shape, small=False):
        count = prod(shape)
        if small:
            values = [random.randint(-2, 2) for _ in range(count)]
        else:
            values = [random.gauss(0, 1) * random.choice([1, 1, 1, 1, 1, 1, 1e-3, 0]) for _ in range(count)]
        return numpy.array(values, dtype=self.real).reshape(shape)

    def node(self, op, *inputs, label=None, **attributes):
        result = self.fresh("v")
        self.nodes.append(helper.make_node(op, list(inputs), [result], name=label or "", **attributes))
        self.value = result

    def relu(self, label=None):
        self.node("Relu", self.value, label=label)
        self.steps.append(lambda v: [max(x, F(0)) for x in v])
        return self

    def affine(self, matrix, bias, alpha=F(1), beta=F(1)):  # matrix: results x values
        rows = [[F(float(w)) for w in row] for row in matrix]
        adds = [F(float(b)) for b in bias]
        self.width = len(rows)
        self.steps.append(lambda v: [
            alpha * sum(w * x for w, x in zip(row, v)) + beta * b for row, b in zip(rows, adds)])

    def gemm(self, width, label=None, transposed=True, bias=True, alpha=1.0, beta=1.0, small=False, raw=True):
        matrix, adds = self.draw(width, self.width, small=small), self.draw(width, small=small)
        attributes = {}
        if transposed:
            attributes["transB"] = 1
        if alpha != 1:
            attributes["alpha"] = alpha
        if beta != 1:
            attributes["beta"] = beta
        inputs = [self.value, self.constant(matrix if transposed else matrix.T.copy(), raw)]
        if bias:
            inputs.append(self.constant(adds, raw))
        self.node("Gemm", *inputs, label=label, **attributes)
        exact = lambda x: F(float(numpy.float32(x)))
        self.affine(matrix, adds if bias else 0 * adds, exact(alpha), exact(beta))
        return self

    def matmul(self, width, node=False):
        matrix = self.draw(width, self.width)
        name = self.constant(matrix.T.copy(), node=node)
        self.node("MatMul", self.value, name)
        self.affine(matrix, [0] * width)
        return self

    def add(self, first=False, single=False, row=False):
        adds = self.draw(1 if single else self.width)
        name = self.constant(adds.reshape(1, -1) if row else adds)
        self.node("Add", *((name, self.value) if first else (self.value, name)))
        exact = [F(float(a)) for a in (list(adds) * self.width if single else adds)]
        self.steps.append(lambda v: [x + a for x, a in zip(v, exact)])
        return self

    def shape_only(self, op, shape=None, node=False, **attributes):
        inputs = [self.value]
        if shape:
            inputs.append(self.constant(numpy.array(shape, dtype=numpy.int64), node=node))
        self.node(op, *inputs, **attributes)
        return self

    def write(self, folder, lo, hi, step=F(1), offset=F(0), raw=None, count=60):
        kind = FLOAT if self.real == numpy.float32 else DOUBLE
        graph = helper.make_graph(
            self.nodes, "main_graph", [helper.make_tensor_value_info("x", kind, self.shape)],
            [helper.make_tensor_value_info(self.value, kind, ["N", self.width])], self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], ir_version=7)
        checker.check_model(model, full_check=True)
        save(model, f"{folder}/{self.name}.onnx")
        with open(f"{folder}/{self.name}.options", "w") as file:
            print(f"--inputs={self.options}", file=file)
            if self.scale != 1:
                print(f"--scale={self.scale}", file=file)
        found = {}
        with open(f"{folder}/{self.name}.csv", "w") as rows, open(f"{folder}/{self.name}.want", "w") as want:
            for _ in range(count):
                grid = [random.randint(lo, hi) for _ in range(prod(self.shape[1:]))]
                values = [self.scale * (offset + step * g) for g in grid]
                for apply in self.steps:
                    values = apply(values)
                best = values.index(max(values)) if len(values) > 1 else int(values[0] > 0)
                print(",".join(repr(raw(g)) if raw else str(g) for g in grid), file=rows)
                print(best, file=want)
                found[best] = found.get(best, 0) + 1
        assert len(found) > 1 and max(found.values()) < 0.95 * count, (self.name, found)


def write_all(folder):
    byte = "uint8"
    m = Model("torch", ["batch", 6], byte, F(1, 255))
    m.gemm(7, "/fc1/Gemm").relu("/fc1/Relu").gemm(5, "/fc2/Gemm").relu("/fc2/Relu").gemm(4, "/out/Gemm")
    m.write(folder, 0, 255)
    m = Model("keras", ["N", 2, 3], byte, seed=2)
    m.shape_only("Reshape", [-1, 6], node=True).matmul(5).add(row=True).relu("dense/Relu").matmul(3, node=True).add(first=True)
    m.write(folder, 0, 255)
    m = Model("sign", ["N", 4], "int16 in -900..900", real=numpy.float64)
    m.gemm(6, raw=False).relu().gemm(1)
    m.write(folder, -900, 900)
    m = Model("ties", ["N", 3], "int8 in -2..2", opset=7)
    m.gemm(4, small=True).relu().gemm(5, small=True).relu()
    m.write(folder, -2, 2, count=200)
    m = Model("affine", [1, 2, 2], "float in -90..90 step 1/10 offset 1/2", seed=2)
    m.shape_only("Flatten").shape_only("Identity").add().gemm(3, transposed=False, alpha=0.3, beta=-1.5)
    m.gemm(4, bias=False).add(single=True).relu().gemm(2)
    m.write(folder, -90, 90, F(1, 10), F(1, 2), lambda g: (5 + g) / 10)
    m = Model("bare", ["N", 3], "int8 in -50..50", real=numpy.float64)
    m.write(folder, -50, 50)


if __name__ == "__main__":
    write_all(sys.argv[1])
