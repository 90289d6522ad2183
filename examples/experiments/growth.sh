#!/bin/bash
# growth.sh [MOST]: parameters and greatest bits of a weight against N, for N = 10^3 .. MOST (10^6
# without it) uniform points of 16 features with random labels of two classes, by every
# construction; and the exponents a of c N^a fitted to both, by least squares on logarithms.
. "$(dirname "$0")/common.sh"
most=${1:-1000000}

# Network, the least and the greatest N that it is tried with, and what its theorem says of
# parameters and of bits: the exponent of N, and that of the factor log2 N beside it; hyperplanes
# has no such theorem.
constructions='
sqrt         1000 1000000  1/2 1/2  1/2 1/2
sqrt_peel    1000 1000000  1/2 1/2  1/2 1/2
binary       1000 1000000  1/2 1/2  1/2 1/2
depth        1000 1000000  3/4 1/2  1/4 1/2
bits         1000 1000000  3/4 0    1/4 1
width_depth  1000 1000000  3/4 0    1/4 1
park         1000 1000000  2/3 0    2/3 0
grid         1000 1000000  1   0    0   1
steps        1000 1000000  1   0    0   1
cover        1000  100000  1   0    0   0
hyperplanes  1000   30000  -   0    -   0
cells         100    3000  2   0    0   0
'

# The slope of log(COLUMN / log2(N)^LOG) along log N; "-" if there are not two points.
fit() { # NETWORK COLUMN LOG
	awk -F, -v network="$1" -v column="$2" -v power="$3" '
		$1 == network && $2 {
			x = log($2); y = log($column) - power * log(log($2) / log(2))
			n++; sx += x; sy += y; sxx += x * x; sxy += x * y
		}
		END { if (n < 2) print "-"; else printf "%.3f", (n * sxy - sx * sy) / (n * sxx - sx * sx) }' "$csv"
}

echo network,N,parameters,bits,depth,width >"$csv"
while read -r network least limit _; do
	for n in 100 300 1000 3000 10000 30000 100000 300000 1000000; do
		[ "$network" ] && [ $n -ge "$least" ] && [ $n -le "$limit" ] && [ $n -le "$most" ] || continue
		read -r depth width parameters bits < <(
			sizes "$experiments/growth.mem" --network="$network" -D n=$n --force)
		echo "$network,$n,$parameters,$bits,$depth,$width" >>"$csv"
	done
done <<<"$constructions"

awk -F, '
	BEGIN { columns = split("1000 10000 100000 1000000", at, " ") }
	NR > 1 {
		if ($1 != name[count]) name[++count] = $1
		parameters[$1, $2] = $3; bits[$1, $2] = $4; depth[$1] = $5; width[$1] = $6
	} END {
		printf "network"
		for (k = 1; k <= columns; k++) printf ",%sN = %d", (k > 1 ? "" : "parameters: "), at[k]
		for (k = 1; k <= columns; k++) printf ",%sN = %d", (k > 1 ? "" : "bits: "), at[k]
		print ",depth of the last,width"
		for (i = 1; i <= count; i++) {
			printf "%s", name[i]
			for (k = 1; k <= columns; k++) printf ",%s", parameters[name[i], at[k]]
			for (k = 1; k <= columns; k++) printf ",%s", bits[name[i], at[k]]
			print "," depth[name[i]] "," width[name[i]]
		}
	}' "$csv" | table
echo
{
	echo "network,N,parameters: exponent,without log2 N to the,exponent,theorem,bits: exponent,without log2 N to the,exponent,theorem"
	while read -r network least _ n log n_bits log_bits; do
		[ "$network" ] && [ "$least" -le "$most" ] || continue
		to=$(awk -F, -v network="$network" '$1 == network { n = $2 } END { print n }' "$csv")
		echo "$network,$least .. $to,$(fit "$network" 3 0),$log,$(fit "$network" 3 "$(calc %g "$log")"),$n,$(
			)$(fit "$network" 4 0),$log_bits,$(fit "$network" 4 "$(calc %g "$log_bits")"),$n_bits"
	done <<<"$constructions"
} | table

plot <<EOF
set logscale xy; set xlabel "N"; set ylabel "parameters"; set format "10^{%T}"
plot for [network in "$(awk 'NF { printf "%s ", $1 }' <<<"$constructions")"] \
	"< grep '^".network.",' '$csv'" using 2:3 title network noenhanced
EOF
