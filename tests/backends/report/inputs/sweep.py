#!/usr/bin/env python3
"""sweep.py PAGE.html ROWS.csv LINES: a page of memc sweep is well formed, holds exactly the CSV, and has so many lines,
whose slopes are those of its rows."""
import csv
import math
import sys

from document import read


def slope(rows, column):
    """Least squares of the logarithms; None where there are no two points."""
    pairs = [(math.log(float(row["points"])), math.log(float(row[column]))) for row in rows
             if row["result"] == "done" and float(row[column]) > 0]
    if len({x for x, _ in pairs}) < 2:
        return None
    mean_x, mean_y = (sum(column) / len(pairs) for column in zip(*pairs))
    return sum((x - mean_x) * (y - mean_y) for x, y in pairs) / sum((x - mean_x) ** 2 for x, _ in pairs)


blocks = read(sys.argv[1])
data, text = blocks["data"], open(sys.argv[2]).read()
assert data["schema"] == "memc sweep" and blocks["csv-text"] == text
rows = list(csv.DictReader(text.splitlines()))
axes = [axis["name"] for axis in data["axes"]]
assert list(rows[0])[:len(axes)] == axes
for axis in data["axes"]:
    assert list(dict.fromkeys(row[axis["name"]] for row in rows)) == axis["values"]
assert len(data["lines"]) == int(sys.argv[3])
at = 0
for line in data["lines"]:
    mine = rows[line["first"]:line["first"] + line["count"]]
    assert line["first"] == at and len({(row["network"], *(row[name] for name in axes[1:])) for row in mine}) == 1
    assert line["name"] == ", ".join([mine[0]["network"]] + [f"{name} = {mine[0][name]}" for name in axes[1:]])
    for measure in data["measures"]:
        wanted, found = slope(mine, measure["column"]), line["slopes"][measure["column"]]
        assert found == wanted or math.isclose(found, wanted, rel_tol=1e-4, abs_tol=1e-6), (line["name"], measure)
    at += line["count"]
assert at == len(rows)
