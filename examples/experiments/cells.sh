#!/bin/bash
# cells.sh [MOST]: how often `cells` is right, wrong and silent on new points, against the number N of
# those that it has learnt, 100 .. MOST (12800 without it; 1600 of images), beside the estimate of
# S_D and the number of samples that Theorem 7.3 finds enough for eps = delta = 0.05.
. "$(dirname "$0")/common.sh"
most=${1:-12800}

experiment() { # NAME MOST PER SPEC OPTION...: n of the spec is N / PER
	local set=$1 limit=$2 per=$3 n spec
	shift 3
	for ((n = 100; n <= limit && n <= most; n *= 2)); do
		spec=("$@" -D n=$((n / per)))
		data_and_nearest "${spec[@]}"
		read -r right wrong unknown other < <(answers cells "${spec[@]}" | tally)
		read -r near _ < <(answers nearest "${spec[@]}" | tally)
		read -r _ _ parameters _ < <(sizes "${spec[@]}" --network=cells)
		read -r enough balls < <("$memc" inspect "${spec[@]}" --network=steps | awk '
			/S_D ln/ { sub(/.*eps +/, ""); enough = $1 }
			match($0, /S_D = [0-9]+/) { print enough, substr($0, RSTART + 6, RLENGTH - 6) }')
		echo "$set,$n,$parameters,$(calc %.2f,%.2f,%.2f,%d,%.2f "100 * $right / ($right + $wrong + $unknown),
			100 * $wrong / ($right + $wrong + $unknown), 100 * $unknown / ($right + $wrong + $unknown), $other,
			100 * $near / ($right + $wrong + $unknown)"),$balls,$enough" >>"$csv"
	done
}

echo "set,N,parameters,right %,wrong %,unknown %,not the nearest,nearest right %,S_D,enough" >"$csv"
experiment 'moons 1/20' 12800 1 "$experiments/cells.mem" -D noise=1/20
experiment 'moons 1/10' 12800 1 "$experiments/cells.mem" -D noise=1/10
if [ -e /usr/share/datasets/fashion-mnist ]; then
	experiment 'trouser and boot' 1600 2 "$experiments/pairs.mem" -D a=1 -D b=9
	experiment 't-shirt and shirt' 1600 2 "$experiments/pairs.mem" -D a=0 -D b=6
fi
table <"$csv"

plot <<EOF
sets = "'moons 1/20' 'moons 1/10' 'trouser and boot' 't-shirt and shirt'"
set logscale x; set xlabel "N"; set ylabel "right on new points, %"; set yrange [60:101]; set xrange [90:14000]
set logscale y2; set y2label "S_D" noenhanced; set y2tics; set ytics nomirror
plot for [i=1:4] "< grep '^".word(sets, i).",' '$csv'" using 2:4 linetype i title word(sets, i), \
	for [i=1:4] "< grep '^".word(sets, i).",' '$csv'" using 2:9 axes x1y2 linetype i dashtype 2 \
	title word(sets, i).": S_D" noenhanced
EOF
