#!/bin/bash
# cover.sh [MOST]: parameters of `cover` against N, for N = 10^2 .. MOST (10^6 without it) points of
# distributions whose classes are apart, and of one whose classes touch; and those of `sqrt`.
. "$(dirname "$0")/common.sh"
most=${1:-1000000}

echo distribution,noise,network,N,parameters,boxes >"$csv"
for case in "moons 1/50" "blobs 1/50" "moons 1/20" "blobs 1/20"; do
	read -r distribution noise <<<"$case"
	for network in cover sqrt; do
		spec=("$experiments/cover.mem" --network="${distribution}_$network" -D noise="$noise")
		for n in 100 300 1000 3000 10000 30000 100000 300000 1000000; do
			[ $n -le "$most" ] || continue
			read -r _ _ parameters _ < <(sizes "${spec[@]}" -D n=$n --force)
			boxes=$([ $network = sqrt ] || "$memc" inspect "${spec[@]}" -D n=$n --force |
				awk '/^construct/ { inside = 1 } inside && $1 == "K" { print $3 }')
			echo "$distribution,$noise,$network,$n,$parameters,$boxes" >>"$csv"
		done
	done
done

{
	echo N,moons 1/50: boxes,parameters,blobs 1/50: boxes,parameters,moons 1/20: boxes,parameters,blobs 1/20: boxes,parameters,sqrt on moons 1/50
	awk -F, 'NR > 1 {
		if (!($4 in seen)) { seen[$4]; order[++count] = $4 }
		if ($3 == "cover") row[$4] = row[$4] "," $6 "," $5
		else if ($1 == "moons" && $2 == "1/50") last[$4] = $5
	} END { for (i = 1; i <= count; i++) print order[i] row[order[i]] "," last[order[i]] }' "$csv"
} | table

plot <<EOF
set logscale xy; set xlabel "N"; set ylabel "parameters"; set format "10^{%T}"
plot for [case in "moons,1/50,cover blobs,1/50,cover moons,1/20,cover blobs,1/20,cover moons,1/50,sqrt"] \
	"< grep '^".case.",' '$csv'" using 4:5 title case
EOF
