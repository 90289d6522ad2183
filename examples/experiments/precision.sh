#!/bin/bash
# precision.sh [POINTS [STEPS]]: random points with random labels (300 without POINTS) through the
# literal network of every construction, in floats, in doubles and in significands of P bits: the
# least P in which all points survive, and how many do in each of STEPS (24 without it) smaller ones.
. "$(dirname "$0")/common.sh"
points=${1:-300} steps=${2:-24}
networks='sqrt sqrt_peel depth bits width_depth park binary steps grid cover hyperplanes cells'

# How many points are right.
survivors() { # NETWORK ENGINE
	"$memc" run "$experiments/precision.mem" -D n="$points" --network="$1" --engine="$2" |
		sed -n 's/^.* rows: \([0-9]*\) right.*/\1/p'
}

# What memc inspect says: the least P, and the bits of the longest weight in fixed point.
least() { # NETWORK
	"$memc" inspect "$experiments/precision.mem" -D n="$points" --network="$1" --engine=exact --full |
		sed -n 's/^least significand: .* survive in bits:\([0-9]*\).*/\1/p; s/^longest weight: \(.*\) bits, \(.*\) in.*/\1 \2/p' |
		tr '\n' ' '
}

echo network,P,survive >"$csv"
{
	echo "network,longest weight: bits,in fixed point,least P,survive in P - 1,in P / 2,in float32,in float64"
	for network in $networks; do
		read -r p bits fixed <<<"$(least "$network")"
		for ((i = 1; i <= steps; i++)); do
			echo $(((p * i + steps - 1) / steps))
		done | sort -nu | while read -r q; do
			echo "$network,$q,$(survivors "$network" bits:$q)" >>"$csv"
		done
		echo "$network,$bits,$fixed,$p,$(survivors "$network" bits:$((p - 1))),$(
			)$(survivors "$network" bits:$((p / 2))),$(survivors "$network" float32),$(survivors "$network" float64)"
	done
} | tee "$work/$name-least.csv" | table

plot <<EOF
set logscale x 2; set xlabel "bits of a significand, P"; set ylabel "points that survive, %"; set yrange [-2:102]
plot for [network in "$networks"] "< grep '^".network.",' '$csv'" using 2:(100 * \$3 / $points) title network noenhanced
EOF
