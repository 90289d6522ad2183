# bad.py FOLDER: networks in JSON that are damaged, hostile or not what they say: NAME.json each.
import copy
import json
import sys

FORM = {"value": "%1", "op": "relu", "terms": [["%0", "1"]], "bias": "0"}
NETWORK = {
    "schema": "memc network", "version": 1, "memc": "0", "name": "n", "level": "network", "spec_sha256": None,
    "points_sha256": None, "element": "uint8", "inputs": [{"count": 2, "lo": 0, "hi": 9, "step": "1", "offset": "0"}],
    "classes": 2, "class_names": ["a", "b"], "levels": None,
    "layers": [{"stage": "s", "neurons": [
        {"value": "%0", "op": "relu", "terms": [["x0", "1"], ["x1", "-2"]], "bias": "0.5"}]},
        {"stage": "t", "neurons": [FORM]}],
    "output": {"value": "%2", "op": "affine", "terms": [["%1", "1"]], "bias": "0"},
}
FUSED = {key: value for key, value in NETWORK.items() if key != "layers"} | {
    "level": "fused", "tables": [[["1", "2", "5"], ["3", "3", "6"]]],
    "operations": [{"value": "%0", "op": "lookup", "values": ["x0"], "parameters": ["0", "0"]}],
    "output": {"op": "affine", "terms": [["%0", "1"]], "bias": "0"},
}


def write(name, content):
    with open(f"{sys.argv[1]}/{name}.json", "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode())


def bad(name, *path, base=NETWORK, to=None, without=False):
    """The base, but for what is at the path."""
    network = copy.deepcopy(base)
    at = network
    for step in path[:-1]:
        at = at[step]
    if without:
        del at[path[-1]]
    else:
        at[path[-1]] = to
    write(name, json.dumps(network))


def fused(name, *path, **rest):
    bad(name, *path, base=FUSED, **rest)


text = json.dumps(NETWORK)
first, second, output = ("layers", 0, "neurons", 0), ("layers", 1, "neurons", 0), ("output",)
# No JSON.
write("empty", "{")
write("nothing", "")
write("array", "[1]")
write("mark", b"\xef\xbb\xbf" + text.encode())
write("cut", text[:300])
write("behind", text + "\n{}")
write("blank", " \t\n{}")
write("twice", text.replace('"memc"', '"name"'))
write("nul", text.replace('"n"', '"n\0"'))
write("nul-escape", text.replace('"n"', '"n\\u0000"'))
write("nul-key", text.replace('"memc"', '"memc\\u0000"'))
write("utf8", text.encode().replace(b'"n"', b'"n\xff"'))
write("surrogate", text.replace('"n"', '"\\ud800"'))
write("escape", text.replace('"n"', '"n\x1b[31m"'))
write("nested", '{"schema": ' + "[" * 100000)
write("long-integer", text.replace('"-2"', "2" * 1000))
write("nan", text.replace('"-2"', "NaN"))
# The head.
bad("schema-other", "schema", to="memc inspect")
bad("schema-none", "schema", without=True)
bad("version-newer", "version", to=2)
bad("version-zero", "version", to=0)
bad("version-text", "version", to="1")
bad("member-unknown", "clases", to=2)
bad("member-odd", "\x1b[31m\n" + "b" * 200, to=2)
bad("name-odd", "name", to="a b")
bad("name-empty", "name", to="")
bad("name-number", "name", to=7)
bad("level-other", "level", to="layers")
bad("level-wrong", "level", to="fused")
fused("level-fused", "layers", to=[])
bad("digest-short", "spec_sha256", to="00")
bad("digest-injects", "points_sha256", to="*/ int x; /*")
bad("element-other", "element", to="uint32")
bad("inputs-none", "inputs", to=[])
bad("inputs-object", "inputs", to={"count": 2})
bad("inputs-huge", "inputs", 0, "count", to=2**62)
bad("inputs-many", "inputs", to=[NETWORK["inputs"][0] | {"count": 2**20}] * 1000)
bad("inputs-negative", "inputs", 0, "count", to=-1)
bad("inputs-word", "inputs", 0, to="x")
bad("range-empty", "inputs", 0, "lo", to=10)
bad("range-float", "inputs", 0, "hi", to=9.0)
bad("range-misspelt", "inputs", 0, "ofset", to="1/2")
bad("step-zero", "inputs", 0, "step", to="0")
bad("step-zero-below", "inputs", 0, "step", to="1/0")
bad("step-long", "inputs", 0, "step", to="9" * 100000)
bad("step-odd", "inputs", 0, "step", to="1/ 2")
bad("offset-bare", "inputs", 0, "offset", to="/3")
bad("offset-float", "inputs", 0, "offset", to=0.5)
bad("offset-digits", "inputs", 0, to={"count": 2, "lo": 0, "hi": 9, "step": "1/3", "offset": f"1/{2**61}"})
bad("classes-other", "classes", to=3)
bad("classes-huge", "classes", to=2**40)
bad("classes-none", "class_names", to=[])
bad("classes-null", "class_names", to=None)
bad("classes-number", "class_names", 1, to=5)
bad("levels-named", "levels", to={"lo": 0, "hi": 1})
bad("levels-huge", "levels", to={"lo": -2**63, "hi": 2**63 - 1})
bad("levels-step", "levels", to={"lo": 0, "hi": 1, "step": "1/10"})
bad("levels-offset", "levels", to={"lo": 0, "hi": 1, "offset": "1"})
# Layers.
bad("layers-none", "layers", without=True)
bad("layers-text", "layers", to="many")
bad("layer-null", "layers", 1, to=None)
bad("layer-empty", "layers", 1, "neurons", to=[])
bad("stage-words", "layers", 1, "stage", to="a b")
bad("stages-many", "layers", to=[{"stage": f"s{i}", "neurons": [dict(
    FORM, value=f"%{i}", terms=[[f"%{i - 1}" if i else "x0", "1"]])]} for i in range(1001)])
bad("neuron-op", *first, "op", to="max")
bad("neuron-array", *first, to=[])
bad("neuron-member", *first, "biass", to="0")
bad("value-number", *first, "value", to=0)
bad("value-input", *first, "value", to="x7")
bad("value-again", *second, "value", to="%0")
bad("terms-object", *first, "terms", to={"x0": "1"})
bad("term-word", *first, "terms", 1, to="x1")
bad("term-short", *first, "terms", 1, to=["x1"])
bad("term-twice", *first, "terms", to=[["x1", "1"], ["x0", "3"], ["x1", "5"]])
bad("term-zero", *first, "terms", 1, 1, to="0x0p5")
bad("term-undeclared", *first, "terms", 1, 0, to="x2")
bad("term-undeclared-far", *first, "terms", 1, 0, to="x999999999")
bad("term-forward", *first, "terms", 1, 0, to="%1")
bad("term-itself", *first, "terms", 1, 0, to="%0")
bad("term-skips", *second, "terms", 0, 0, to="x1")
bad("output-skips", *output, "terms", 0, 0, to="%0")
bad("output-op", *output, "op", to="relu")
bad("output-none", "output", without=True)
# Numbers.
bad("weight-float", *first, "terms", 1, 1, to=0.5)
bad("weight-null", *first, "terms", 1, 1, to=None)
bad("weight-empty", *first, "terms", 1, 1, to="")
bad("weight-fraction", *first, "terms", 1, 1, to="1/3")
bad("weight-decimal", *first, "terms", 1, 1, to="0.1")
bad("weight-exponent", *first, "terms", 1, 1, to="0x1p999999999999")
bad("weight-exponent-down", *first, "terms", 1, 1, to="0x1p-1073741824")
bad("weight-wide", *first, "terms", 1, 1, to="0x1p16777216")
bad("weight-digits", *first, "terms", 1, 1, to="7" * 5100000)
bad("weight-word", *first, "terms", 1, 1, to="1\x1b[31m" + "b" * 100)
bad("bias-none", *first, "bias", without=True)
bad("bias-true", *first, "bias", to=True)
bad("values-wide", *second, "terms", 0, 1, to="0x1p16777215")
# Fused.
fused("columns-few", "columns", to=[])
fused("columns-other", "columns", to=[2])
fused("columns-huge", "columns", to=[2**32])
fused("table-bare", "tables", 0, to=[])
fused("table-null", "tables", 0, to=None)
fused("row-short", "tables", 0, 1, to=["3", "3"])
fused("row-number", "tables", 0, 1, to=3)
fused("row-falls", "tables", 0, 1, 0, to="2")
fused("row-backwards", "tables", 0, 0, 1, to="0")
fused("key-fraction", "tables", 0, 0, 0, to="0.5")
fused("key-long", "tables", 0, 0, 0, to="0x1p126")
fused("key-exponent", "tables", 0, 0, 0, to="0x1p16777215")
fused("operation-other", "operations", 0, "op", to="input")
fused("operands-few", "operations", 0, "values", to=[])
fused("operands-form", "operations", 0, "terms", to=[])
fused("parameters-few", "operations", 0, "parameters", to=["0"])
fused("parameter-negative", "operations", 0, "parameters", 0, to="-1")
fused("parameter-table", "operations", 0, "parameters", 0, to=1)
fused("parameter-huge", "operations", 0, "parameters", 1, to="0x1p1000000")
fused("operand-forward", "operations", 0, "values", 0, to="%1")
fused("operand-fraction", "operations", to=[
    {"value": "%a", "op": "affine", "terms": [["x0", "0.5"]], "bias": "0"},
    {"value": "%0", "op": "bits", "values": ["%a"], "parameters": ["0", "1"]}])
fused("fields-far", "operations", to=[
    {"value": "%0", "op": "assoc", "values": ["x0"] * 3, "parameters": ["4294967295", "4294967295", "1"]}])
