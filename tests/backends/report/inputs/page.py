#!/usr/bin/env python3
"""page.py REPORT.html INSPECT.json: the page is well formed, asks for nothing from elsewhere, and its data are what
memc inspect --json says, the layers as rows of numbers; without --engine the page alone has the member precision."""
import json
import sys

from document import read

def check_precision(precision):
    """Survival is measured up to beyond the least P and next to it, and says what holds there."""
    survive, all_tried, least = dict(precision["survival"]), precision["survival_sampled"], precision["least_bits"]
    bits = list(survive)
    assert bits == sorted(bits) and bits[0] == 1 and 4 <= len(bits) <= 24 and bits[-1] > least, bits
    assert all(0 <= n <= all_tried <= precision["points"] for n in survive.values())
    assert survive[least] == all_tried and (least == 1) == (precision["named"] is None)
    if precision["least_sampled"] == all_tried:
        assert least == 1 or survive[least - 1] < all_tried
    if precision["engine"]:
        assert precision["survive"] + precision["wrong"] + precision["unknown"] == precision["sampled"]
        for place in ("not_exact", "off_by_half", "decisive"):
            found = [point[place]["stage"] for point in precision["failing"] if point[place]]
            assert all(found.count(stage["stage"]) == stage[place] for stage in precision["stages"]), place
    if precision["engine"] in ("float32", "float64") and precision["sampled"] == all_tried:
        assert precision["survive"] == precision[precision["engine"]]


data = read(sys.argv[1])["data"]
columns = data.pop("layer_columns")
data["layers"] = [dict(zip(columns, row, strict=True)) for row in data.pop("layer_rows")]
wanted = json.load(open(sys.argv[2]))
if data["precision"]:
    check_precision(data["precision"])
if wanted["precision"] is None:
    assert bool(data.pop("precision")) == (wanted["total"] is not None and wanted["data"] is not None)
    del wanted["precision"]
assert data == wanted, [name for name in wanted if data.get(name) != wanted[name]]
for form, pairs in (data["weight_bits"] or {}).items():
    assert sum(weights for _, weights in pairs) == data["total"]["parameters"]
    assert sum(bits * weights for bits, weights in pairs) == data["total"][f"total_{form}"]
assert data["passes"][0]["before"] == data["levels"][0]["total"]
assert data["passes"][-1]["after"] == data["levels"][-1]["total"]
