#!/bin/bash
# bench/run.sh: when `memc run` on Fashion-MNIST has its first answer, beside the time of loading the
# images and building the network, as --time says them; the medians of eleven runs, by data set.
. "$(dirname "$0")/common.sh"

median() { # COLUMN, of lines on standard input
	sort -g -k "$1,$1" | awk -v column="$1" '{ at[NR] = $column } END { print at[int((NR + 1) / 2)] }'
}

machine
echo
echo '| data set | load and build, s | passes, s | first answer, s | first answer / load and build | all rows, s |'
echo '| --- | ---: | ---: | ---: | ---: | ---: |'
for dataset in train test; do
	for _ in {1..11}; do
		"$memc" run examples/fashion.mem --data="$dataset" --time 2>&1 >"$work/out" | awk '
			$1 == "data" || $1 == "construct" { build += $2 }
			$1 == "-O2" && NF == 3 { passes = $2 }
			$1 == "total" { total = $2 }
			/^first answer/ { first = $4 }
			END { printf "%.3f %.3f %.3f %.2f %.3f\n", build, passes, first, first / build, total }'
	done >"$work/runs"
	row="| $dataset |"
	for column in 1 2 3 4 5; do row+=" $(median $column <"$work/runs") |"; done
	echo "$row"
done
