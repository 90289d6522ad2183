# probes.py UNIT OVER <POINTS.csv: as many rows beside the points. One feature a UNIT more or
# less, halves of two points, features of any points; if OVER is 1, also beyond the greatest
# value, and what is no number.
import sys
from decimal import Decimal

unit, over = Decimal(sys.argv[1]), int(sys.argv[2])
points = [[Decimal(x) for x in line.split(",")] for line in sys.stdin]
tops = [max(column) for column in zip(*points)]
inputs = len(tops)
state = 1


def draw(n):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
    return (state >> 33) % n


def beside(row, sign):
    at = draw(inputs)
    moved = row[at] + sign * unit
    if moved > tops[at] or (sign < 0 and row[at] == 0):
        moved = row[at] - sign * unit
    return row[:at] + [moved] + row[at + 1 :]


def beyond(row):
    at = draw(inputs)
    if unit == 1:
        return row[:at] + [tops[at] + draw(1000)] + row[at + 1 :]
    strange = ["nan", "inf", "-inf", "1e30", "-0.0", tops[at] + unit][draw(6)]
    return row[:at] + [strange] + row[at + 1 :]


for i, row in enumerate(points):
    other = points[draw(len(points))]
    kind = i % 5
    if kind < 2:
        probe = beside(row, 1 - 2 * kind)
    elif kind == 2:
        probe = row[: inputs // 2] + other[inputs // 2 :]
    elif kind == 3 or not over:
        probe = [points[draw(len(points))][j] for j in range(inputs)]
    else:
        probe = beyond(row)
    print(",".join(str(x) for x in probe))
