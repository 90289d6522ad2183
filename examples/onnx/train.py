#!/usr/bin/python3
# train.py FOLDER: trains a network of 64, 32 and 10 neurons on 1,400 handwritten digits, and writes it
# as FOLDER/digits.onnx; all images as digits.csv, what they are as digits.true, and what the network
# says of them in float32 as digits.want. Needs Debian's python3-onnx, and no framework.
import gzip
import pathlib
import sys

import numpy
from onnx import TensorProto, helper, numpy_helper, save

TRAINED, GREATEST = 1400, 16
here = pathlib.Path(__file__).parent
rng = numpy.random.default_rng(0)


def load():
    with gzip.open(here / "../data/digits.csv.gz", "rt") as file:
        rows = numpy.loadtxt(file, delimiter=",", dtype=numpy.float32)
    rng.shuffle(rows)
    return rows[:, :64], rows[:, 64].astype(int)


def scores(weights, images):
    w1, b1, w2, b2 = weights
    hidden = numpy.maximum(images / numpy.float32(GREATEST) @ w1 + b1, 0)
    return hidden, hidden @ w2 + b2


def gradients(weights, images, digits):
    hidden, out = scores(weights, images)
    grown = numpy.exp(out - out.max(axis=1, keepdims=True))
    error = grown / grown.sum(axis=1, keepdims=True)
    error[range(len(digits)), digits] -= 1
    error /= len(digits)
    back = error @ weights[2].T * (hidden > 0)
    return [images.T @ back / GREATEST, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]


def train(images, digits, epochs=60, batch=50, rate=0.003):
    shapes = [(64, 32), (32,), (32, 10), (10,)]
    weights = [(rng.normal(size=s) * 0.15 * (len(s) > 1)).astype(numpy.float32) for s in shapes]
    mean, square, step = [0.0] * 4, [0.0] * 4, 0
    for _ in range(epochs):
        order = rng.permutation(len(images))
        for at in range(0, len(order), batch):
            chosen, step = order[at : at + batch], step + 1
            for k, slope in enumerate(gradients(weights, images[chosen], digits[chosen])):  # Adam
                mean[k] = 0.9 * mean[k] + 0.1 * slope
                square[k] = 0.999 * square[k] + 0.001 * slope**2
                size = numpy.sqrt(square[k] / (1 - 0.999**step)) + 1e-8
                weights[k] -= (rate * mean[k] / (1 - 0.9**step) / size).astype(numpy.float32)
    return weights


def write(weights, path):
    constants = [numpy_helper.from_array(w, name) for w, name in zip(weights, ["w1", "b1", "w2", "b2"])]
    nodes = [
        helper.make_node("Gemm", ["x", "w1", "b1"], ["a"], name="hidden/Gemm"),
        helper.make_node("Relu", ["a"], ["h"], name="hidden/Relu"),
        helper.make_node("Gemm", ["h", "w2", "b2"], ["y"], name="digit/Gemm"),
    ]
    ends = [[helper.make_tensor_value_info(n, TensorProto.FLOAT, ["N", w])] for n, w in [("x", 64), ("y", 10)]]
    graph = helper.make_graph(nodes, "digits", *ends, constants)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=7), path)


def main(folder):
    images, digits = load()
    weights = train(images[:TRAINED], digits[:TRAINED])
    said = scores(weights, images)[1].argmax(axis=1)
    write(weights, f"{folder}/digits.onnx")
    for name, rows in [("csv", images), ("true", digits), ("want", said)]:
        numpy.savetxt(f"{folder}/digits.{name}", rows, fmt="%d", delimiter=",")
    right = said == digits
    print(f"{right[:TRAINED].mean():.1%} of {TRAINED} trained images right, {right[TRAINED:].mean():.1%} of others")


if __name__ == "__main__":
    main(sys.argv[1])
