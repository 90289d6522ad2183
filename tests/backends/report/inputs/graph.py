#!/usr/bin/env python3
"""graph.py PLAIN < INSPECT.json: whether a network that is drawn whole has a node for each of its values."""
import json
import sys

net = json.load(sys.stdin)
nodes = sum(line.startswith("node ") for line in open(sys.argv[1]))
wanted = net["network"]["inputs"] + net["total"]["neurons"] + 1
assert nodes == wanted, (nodes, wanted)
