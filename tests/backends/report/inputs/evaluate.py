#!/usr/bin/env python3
"""evaluate.py NET.json < POINTS.csv: the class, or the level, of each point, one a line, exactly, by what the JSON
says alone; "unknown" for none. Operations of fused networks: relu, affine and lookup."""
import bisect
import json
import sys
from fractions import Fraction
from math import floor


def number(text):
    sign = -1 if text.startswith("-") else 1
    digits, _, exponent = text.lstrip("-").partition("p")
    value = Fraction(int(digits, 16)) if digits.startswith("0x") else Fraction(digits)
    return sign * value * Fraction(2) ** int(exponent or 0)


net = json.load(open(sys.argv[1]))
assert net["schema"] == "memc network" and net["version"] == 1
features = [run for run in net["inputs"] for _ in range(run["count"])]
if net["level"] == "network":
    operations = [neuron for layer in net["layers"] for neuron in layer["neurons"]]
else:
    operations = net["operations"]
program = []
for op in operations + [net["output"]]:
    if "terms" in op:
        terms = [(name, number(weight)) for name, weight in op["terms"]]
        program.append((op["value"], op["op"], terms, number(op["bias"])))
    else:
        assert op["op"] == "lookup", op
        table, column = (int(text) for text in op["parameters"])
        rows = [(number(row[0]), number(row[1]), number(row[2 + column])) for row in net["tables"][table]]
        program.append((op["value"], op["op"], op["values"][0], rows))


def look_up(rows, key):
    at = bisect.bisect_right(rows, key, key=lambda row: row[0]) - 1
    return rows[at][2] if at >= 0 and key <= rows[at][1] else Fraction(0)


def values_at(point):
    values = {f"x{i}": Fraction(x) for i, x in enumerate(point)}
    for name, op, operand, rest in program:
        if op == "lookup":
            values[name] = look_up(rest, values[operand])
            continue
        total = rest + sum(weight * values[term] for term, weight in operand)
        values[name] = max(total, Fraction(0)) if op == "relu" else total
    return values


def grid_of(row):
    """The point on the grid, or None if it is outside."""
    point = []
    for text, feature in zip(row, features, strict=True):
        grid = floor((Fraction(text) - Fraction(feature["offset"])) / Fraction(feature["step"]) + Fraction(1, 2))
        if not feature["lo"] <= grid <= feature["hi"]:
            return None
        point.append(grid)
    return point


def answer(row):
    point = grid_of(row)
    if point is None:
        return "unknown"
    y = values_at(point)[net["output"]["value"]]
    if net["levels"]:
        index = y / Fraction(net["levels"]["step"])
        known = index.denominator == 1 and net["levels"]["lo"] <= index <= net["levels"]["hi"]
        return repr(float(y)) if known else "unknown"
    if y.denominator != 1 or not 1 <= y <= net["classes"]:
        return "unknown"
    return net["class_names"][int(y) - 1]


if __name__ == "__main__":
    for line in sys.stdin:
        print(answer(line.strip().split(",")))
