#!/bin/bash
# bench/passes.sh [N...]: what the passes of -O2 take, beside building the literal network, for N
# uniform points of 16 features in 10 classes; and what is left. Seconds are those of --time, the
# least of three runs each.
. "$(dirname "$0")/common.sh"
[ $# -gt 0 ] || set -- 10000 100000 1000000

# The least seconds of a phase in the three runs.
phase() { # NAME
	awk -v name="$1" '$1 == name && (best == "" || $2 < best) { best = $2 } END { print best }' "$work"/time.?
}

machine
echo
echo '| points | construct, s | -O2, s | of construct | -O2 / (N log2 N), ns | operations before | left |'
echo '| ---: | ---: | ---: | ---: | ---: | ---: | --- |'
for n; do
	for i in 1 2 3; do
		"$memc" compile bench/cloud.mem -D points="$n" --emit=ir -O2 -o "$work/passes.mir" \
			--time 2>"$work/time.$i"
	done
	construct=$(phase construct) passes=$(phase -O2)
	echo "| $n | $construct | $passes | $(calc %.2f "$passes / $construct") |" \
		"$(calc %.1f "$passes * 1e9 / ($n * log($n) / log(2))") |" \
		"$(awk '$1 == "fold" { print $4; exit }' "$work/time.1") |" \
		"$(sed -n 's/^-O2 leaves //p' "$work/time.1") |"
done
