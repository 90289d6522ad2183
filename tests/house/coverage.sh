#!/bin/bash
# coverage.sh BUILD BINARY...: the share of lines that the tests of a coverage build reached.
set -eu -o pipefail
cd "$(dirname "$0")/../.."
build=$(cd "$1" && pwd)
shift
objects=()
for binary; do
	objects+=(-object "$binary")
done
llvm-profdata merge -o "$build/profile/all" "$build"/profile/*.profraw
llvm-cov report "$build/memc" "${objects[@]}" -instr-profile="$build/profile/all" \
	-ignore-filename-regex='(^|/)tests/|/usr/' | awk '
	function row(reached, total, name) {
		if (total) printf "%6.1f %% of %5d  %s\n", 100 * reached / total, total, name
	}
	# file, regions 3, functions 3, lines: total, missed, share
	$8 ~ /^[0-9]+$/ && $1 != "TOTAL" {
		row($8 - $9, $8, $1)
		folder = $1; if (!sub(/\/[^\/]*$/, "/", folder)) folder = "./"
		total[folder] += $8; reached[folder] += $8 - $9
		all += $8; hit += $8 - $9
	}
	END {
		for (folder in total) row(reached[folder], total[folder], folder)
		row(hit, all, "in all")
		exit !all
	}'
