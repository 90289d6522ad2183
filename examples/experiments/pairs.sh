#!/bin/bash
# pairs.sh [POINTS [CLASS...]]: Fashion-MNIST, two classes at a time: POINTS training images of each (500
# without it) by several constructions and by the nearest neighbour, all pairs of CLASS... (0 .. 9
# without them); right, wrong and unknown among the test images of the two.
. "$(dirname "$0")/common.sh"
points=${1:-500}
[ $# -gt 1 ] && classes=("${@:2}") || classes=(0 1 2 3 4 5 6 7 8 9)
networks='nearest cells cells_all hyperplanes sqrt park binary steps'

echo a,b,network,right,wrong,unknown,not the nearest >"$csv"
for a in "${classes[@]}"; do
	for b in "${classes[@]}"; do
		[ "$a" -lt "$b" ] || continue
		spec=("$experiments/pairs.mem" -D a="$a" -D b="$b" -D n="$points")
		data_and_nearest "${spec[@]}"
		for network in $networks; do
			read -r right wrong unknown other < <(answers $network "${spec[@]}" | tally)
			echo "$a,$b,$network,$right,$wrong,$unknown,$other" >>"$csv"
		done
	done
done

# Shares of all test images of all pairs; the least and the greatest of a pair.
{
	echo network,right,wrong,unknown,of those answered,worst pair,best pair,pairs of 90 % and more,answers other than the nearest
	for network in $networks; do
		awk -F, -v network="$network" '$3 == network {
			all = $4 + $5 + $6; accuracy = 100 * $4 / all
			n += all; right += $4; wrong += $5; unknown += $6; other += $7; pairs++; good += accuracy >= 90
			if (pairs == 1 || accuracy < least) { least = accuracy; worst = $1 "/" $2 }
			if (pairs == 1 || accuracy > most) { most = accuracy; best = $1 "/" $2 }
		} END {
			known = right + wrong
			printf "%s,%.2f %%,%.2f %%,%.2f %%,%s,%.2f %% (%s),%.2f %% (%s),%d of %d,%d\n", network, 100 * right / n, 100 * wrong / n,
				100 * unknown / n, known ? sprintf("%.2f %%", 100 * right / known) : "-", least, worst, most, best, good, pairs, other
		}' "$csv"
	done
} | table

plot <<EOF
set xlabel "pair of classes, by the accuracy of the nearest neighbour"; set ylabel "right, %"; set yrange [0:100]; set xtics format ""
plot for [network in "$networks"] \
	"< awk -F, '\$3 == \"nearest\" { order[\$1 \$2] = \$4 } { print \$3 \",\" \$1 \$2 \",\" 100 * \$4 / (\$4 + \$5 + \$6) \",\" order[\$1 \$2] }' '$csv' | \
	grep '^".network.",' | sort -t, -k4,4n -k2,2" using 0:3 title network noenhanced
EOF
