#!/usr/bin/env python3
"""precision.py INSPECT.json FAILING.csv P ROW: what --json says of an engine is what --csv lists and the report says of
the least P and of the row that fails with one bit less."""
import csv
import json
import sys

precision = json.load(open(sys.argv[1]))["precision"]
failing = list(csv.DictReader(open(sys.argv[2])))


def place(at, prefix):
    """Layer, stage and value as CSV has them."""
    if at is None:
        return {f"{prefix}layer": "", f"{prefix}stage": "", f"{prefix}value": ""}
    value = at.get("value")
    return {f"{prefix}layer": str(at["layer"]), f"{prefix}stage": at["stage"],
            f"{prefix}value": "" if value is None else str(value)}


rows = [{"row": str(point["row"]), "class": str(point["class"]),
         "answer": "-1" if point["answer"] is None else str(point["answer"]),
         **place(point["not_exact"], ""), **place(point["off_by_half"], "half_"),
         "decisive_layer": str(point["decisive"]["layer"]), "decisive_stage": point["decisive"]["stage"]}
        for point in precision["failing"]]
assert rows == failing
assert precision["sampled"] == precision["points"] == 120
assert precision["wrong"] + precision["unknown"] == len(failing) == 120 - precision["survive"]
assert (precision["least_bits"], precision["named"]["row"]) == (int(sys.argv[3]), int(sys.argv[4]))
survival = dict(precision["survival"])
assert survival[precision["least_bits"]] == 120 > survival[precision["least_bits"] - 1]
assert precision["float32"] == precision["survive"]
