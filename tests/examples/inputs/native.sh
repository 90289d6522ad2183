#!/bin/bash
# native.sh SPEC LEVEL MOST ROWS LABELS [OPTION...]: what LLVM makes of an example, as an object
# under its header and as a program, on at most so many stored rows, whose labels are given, and on
# rows of other bytes, against a program by the C back end. Works in the folder it is called in.
set -eu -o pipefail
spec=$1 level=$2 most=$3 rows=$4 labels=$5
shift 5

memc compile "$spec" "$@" -O"$level" --emit=obj -o native.o
memc compile "$spec" "$@" -O"$level" --backend=llvm -o native
memc compile "$spec" "$@" --backend=c -o emitted

read -r prefix element < <(sed -nE 's/^int +(.*)_classify\(const (.*) x\[.*/\1 \2/p' native.h)
values=$(grep -q '_value(' native.h && echo -DVALUES || true)
inputs=$(sed -nE 's/^#define .*_INPUTS (.*)/\1/p' native.h)
${CC:-cc} -O1 -I. -DHEADER='"native.h"' -DPREFIX="$prefix" -DELEMENT="$element" -DINPUTS="$inputs" $values \
	-D"${prefix^^}"_SELF_CHECK "$(dirname "$0")/object.c" native.o -o object

row=$(($(wc -c <"$rows") / $(wc -l <"$labels")))
head -c $((most * row)) "$rows" >some
head -n "$most" "$labels" >known
tr '\000-\377' '\001-\377\000' <some >others
./emitted --raw <others >unknown
for program in "./native --raw" ./object; do
	$program <some | cmp - known
	$program <others | cmp - unknown
done
