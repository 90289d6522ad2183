#!/usr/bin/env python3
"""values.py NET.json TRACES.json: what the page of memc inspect --html traced, beside the values of the network as
its JSON has it: arrays of { point, values: [[name, text]], fires: [name], answer }, as report.mjs writes them."""
import json
import sys

from evaluate import answer, grid_of, number, values_at

compared = 0
for trace in json.load(open(sys.argv[2])):
    row = trace["point"].replace(" ", "").split(",")
    values = values_at(grid_of(row))
    neurons = {name: value for name, value in values.items() if name.startswith("%")}
    shown = {name: number(text) for name, text in trace["values"]}
    *gates, output = neurons.values()
    assert shown.pop("output") == output, trace["answer"]
    assert list(shown.values()) == gates and list(shown) == list(neurons)[:-1]
    assert trace["fires"] == [name for name, value in shown.items() if value > 0]
    wanted = answer(row)
    assert f": {wanted}" in trace["answer"], (wanted, trace["answer"])
    compared += len(neurons)
print(f"{compared} values equal")
