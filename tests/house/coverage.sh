#!/bin/bash
# coverage.sh BUILD: the share of lines that the tests of a coverage build reached.
set -u
cd "$(dirname "$0")/../.." || exit 2
build=$(cd "$1" && pwd) || exit 2
work=$build/gcov
mkdir -p "$work"
find "$build" -name '*.gcda' ! -path '*/tests/*' -print0 |
	xargs -0 -r gcov -n -r -s "$PWD" 2>/dev/null |
	awk -F"'" '
	/^File / { file = $2; next }
	/^Lines executed:/ && file != "" {
		split($0, part, /[:% ]+/)
		share = part[3]; lines = part[5]
		folder = file; if (!sub(/\/[^\/]*$/, "", folder)) folder = "."
		total[folder] += lines; hit[folder] += share * lines / 100
		printf "%6.1f %% of %5d  %s\n", share, lines, file
		file = ""
	}
	END {
		for (folder in total) {
			printf "%6.1f %% of %5d  %s/\n", 100 * hit[folder] / total[folder], total[folder], folder
			all += total[folder]; reached += hit[folder]
		}
		if (!all) exit 1
		printf "%6.1f %% of %5d  in all\n", 100 * reached / all, all
	}'
