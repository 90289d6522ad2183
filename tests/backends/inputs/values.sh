#!/bin/bash
# values.sh NETWORK FIRST LAST LEVEL KIND [OPTION...]: builds inputs/values.c with C or an object
# (KIND) of the network by the compiler CC, and compares what it prints with the exact interpreter
# at -O0. Works in the folder it is called in.
set -eu -o pipefail
network=$1 first=$2 last=$3 level=$4 kind=$5
shift 5
declare -A suffix=([c]=c [obj]=o)

memc compile "$network" --prefix=clf -O"$level" --emit="$kind" -o clf."${suffix[$kind]}"
"${CC:-cc}" -std=c99 -I. "$@" -DFIRST="$first" -DLAST="$last" "$(dirname "$0")/values.c" clf."${suffix[$kind]}" -o values
./values >answers
seq "$first" "$last" | memc run "$network" -O0 --data=- | cmp - answers
grep -qx unknown answers
[ "$(grep -vcx unknown answers)" -gt 5 ]
