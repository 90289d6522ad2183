#!/bin/sh
# build.sh [FOLDER]: makes the page, without a C compiler: memc compiles the classifier of
# ../digits.mem to an object, wasm-ld links it. Without FOLDER, into build/wasm of the tree.
# MEMC and WASM_LD name other programs.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=${1:-$here/../../build/wasm}
memc=${MEMC:-$(command -v memc || echo "$here/../../build/release/memc")}
mkdir -p "$out"

"$memc" compile "$here/../digits.mem" --target=wasm32-unknown-unknown --features=+simd128 \
	--emit=obj -o "$out/digits.o"
${WASM_LD:-wasm-ld-19} --no-entry --strip-all -o "$out/digits.wasm" "$out/digits.o" \
	--export=digits_classify --export=digits_classify_batch --export=digits_class_name \
	--export=__heap_base

# Scripts may be read from file://, other files may not: all that the page needs is one.
{
	echo "const DIGITS = {"
	echo "	inputs: 64,"
	echo "	wasm: '$(base64 <"$out/digits.wasm" | tr -d '\n')',"
	echo "	labels: '$("$memc" data "$here/../digits.mem" --labels | tr -d '\n')',"
	echo "	points: '$("$memc" data "$here/../digits.mem" --raw | base64 | tr -d '\n')',"
	echo "};"
} >"$out/digits.js"
cp "$here/index.html" "$here/style.css" "$here/classifier.js" "$here/page.js" "$out"
