#!/bin/bash
# width.sh [MOST [SEEDS [POINTS]]]: two clouds in d = 2, 4, .. MOST (512 without it) dimensions, POINTS
# (500 without it) to learn from and as many to be tested with, for SEEDS (5 without it) pairs of
# clouds: right answers of constructions that look at one projection of the points, and of those
# that do not. An unknown counts as half right: a guess between two classes.
. "$(dirname "$0")/common.sh"
most=${1:-512} seeds=${2:-5} points=${3:-500}
networks='nearest cells hyperplanes steps binary park sqrt'

echo d,seed,network,right,wrong,unknown,not the nearest >"$csv"
for ((d = 2; d <= most; d *= 2)); do
	for ((seed = 1; seed <= seeds; seed++)); do
		spec=("$experiments/width.mem" -D inputs=$d -D seed=$seed -D n="$points")
		data_and_nearest "${spec[@]}"
		for network in $networks; do
			read -r right wrong unknown other < <(answers $network "${spec[@]}" | tally)
			echo "$d,$seed,$network,$right,$wrong,$unknown,$other" >>"$csv"
		done
	done
done

# Percent, over all seeds.
means=$work/$name-means.csv
awk -F, -v networks="$networks" '
	NR > 1 {
		if ($1 != d[count]) d[++count] = $1
		good[$1, $3] += $4 + $6 / 2; all[$1, $3] += $4 + $5 + $6; unknown[$1, $3] += $6
		if ($3 == "cells") other[$1] += $7
	} END {
		names = split(networks, name, " ")
		printf "d"
		for (k = 1; k <= names; k++) printf ",%s", name[k]
		print ",unknown of cells,of sqrt,cells other than the nearest"
		for (i = 1; i <= count; i++) {
			printf "%d", d[i]
			for (k = 1; k <= names; k++) printf ",%.1f", 100 * good[d[i], name[k]] / all[d[i], name[k]]
			printf ",%.1f,%.1f,%d\n", 100 * unknown[d[i], "cells"] / all[d[i], "cells"],
				100 * unknown[d[i], "sqrt"] / all[d[i], "sqrt"], other[d[i]]
		}
	}' "$csv" >"$means"
table <"$means"

plot <<EOF
set logscale x 2; set xlabel "dimensions, d"; set ylabel "right, % (an unknown is half right)"; set yrange [40:101]
plot for [k=2:$(($(wc -w <<<"$networks") + 1))] '$means' using 1:k title columnheader(k)
EOF
