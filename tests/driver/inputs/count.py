#!/usr/bin/env python3
"""count.py NET.mir INSPECT.json: counts the layers of a literal network from its text alone, and compares
with what memc inspect --json says of each layer, of each stage and of all."""
import json
import re
import sys
from fractions import Fraction

NUMBER = r"0x[0-9a-f]+(?:p[+-]?\d+)?|\d+(?:\.\d+)?(?:p[+-]?\d+)?"
TERM = re.compile(rf"([+-]?)\s*(?:({NUMBER})(?:\*([%x]\d+))?|([%x]\d+))\s*")


def number(text):
    digits, _, exponent = text.partition("p")
    value = Fraction(int(digits, 16)) if digits.startswith("0x") else Fraction(digits)
    return value * Fraction(2) ** int(exponent or 0)


def weights(form):
    """The non-zero constants of "3*x0 - x1 - 7"."""
    found, at = [], 0
    while at < len(form):
        match = TERM.match(form, at)
        assert match, form[at:]
        value = number(match[2]) if match[2] else Fraction(1)
        if value:
            found.append(value)
        at = match.end()
    return found


def bits(value):
    """Of a positive dyadic: of its odd significand, and in fixed point."""
    fraction = value.denominator.bit_length() - 1
    whole = value.numerator.bit_length()
    odd = value.numerator
    while odd % 2 == 0:
        odd //= 2
    return odd.bit_length(), max(whole - fraction, 0) + fraction


class Row:
    def __init__(self):
        self.depth = self.width = self.neurons = self.dense = 0
        self.weights = []

    def add(self, other):
        self.depth += other.depth
        self.width = max(self.width, other.width)
        self.neurons += other.neurons
        self.dense += other.dense
        self.weights += other.weights

    def measures(self):
        sizes = [bits(weight) for weight in self.weights] or [(0, 0)]
        significands, fixed = [s for s, _ in sizes], [f for _, f in sizes]
        count = len(self.weights)
        share = lambda part, all: 100 * part / all if all else 0
        return {
            "depth": self.depth, "width": self.width, "neurons": self.neurons,
            "parameters": count, "dense_parameters": self.dense,
            "least_significand": min(significands), "greatest_significand": max(significands),
            "total_significand": sum(significands), "mean_significand": sum(significands) / max(count, 1),
            "least_fixed": min(fixed), "greatest_fixed": max(fixed),
            "total_fixed": sum(fixed), "mean_fixed": sum(fixed) / max(count, 1),
            "zero_percent": share(self.dense - count, self.dense),
            "one_percent": share(sum(w == 1 for w in self.weights), count),
            "power_percent": share(sum(s == 1 and w > 0 for w, s in zip(self.weights, significands)), count),
        }


def read(path):
    inputs, stages, layers = 0, [], []
    for line in open(path):
        line = line.strip()
        if line.startswith("inputs "):
            inputs += int(line.split()[1])
        elif line.startswith("layer "):
            layers.append(Row())
            stages.append(line.split()[2])
        elif " = relu" in line:
            layers[-1].neurons += 1
            layers[-1].weights += weights(line.split(" = relu", 1)[1].strip())
        elif line.startswith("output "):
            layers.append(Row())
            stages.append("output")
            layers[-1].weights = weights(line[len("output "):])
    before = inputs
    for layer, stage in zip(layers, stages):
        layer.depth = 1
        layer.width = layer.neurons
        here = 1 if stage == "output" else layer.neurons
        layer.dense = here * (before + 1)
        before = here
    return layers, stages


def compare(name, counted, said):
    bad = 0
    for measure, value in counted.measures().items():
        if abs(value - said[measure]) > 1e-9 * max(1, abs(value)):
            print(f"{name}: {measure}: counted {value}, inspect says {said[measure]}")
            bad += 1
    return bad


layers, names = read(sys.argv[1])
said = json.load(open(sys.argv[2]))
total, sums = Row(), {}
bad = int(len(layers) != len(said["layers"]))
for i, (layer, name) in enumerate(zip(layers, names)):
    bad += compare(f"layer {i + 1}", layer, said["layers"][i])
    sums.setdefault(name, Row()).add(layer)
    total.add(layer)
for row in said["stages"]:
    bad += compare(row["stage"], sums[row["stage"]], row)
bad += compare("total", total, said["total"])
print(f"{len(layers)} layers, {bad} differences")
sys.exit(bad != 0)
